// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev One row of the token table; 0 if there is none.
///
///   167     136 135                40 39      38 37     35 34  30 29   24 23    18 17    12 11      0
///  +-----------+---------------------+----------+---------+------+-------+--------+--------+---------+
///  | selector  | bytes 4..15 of      | on a     | else-   | flags| amount| spender| granted| 0       |
///  |        32 | keccak256(text)  96 | limited 2| where 3 |    5 |word 6 | word 6 | word 6 |      12 |
///  +-----------+---------------------+----------+---------+------+-------+--------+--------+---------+
///
///  on a limited token, elsewhere   classes, see TokenTable
///  flags    bit 34 the number is an id on an ERC-721 or ERC-1155, bit 33 an approval that sets an allowance, bit 32 it
///           takes back whatever its arguments are, bit 31 the limit drawn on is that of the token in head word 0,
///           bit 30 it has conditions of its own, which publication names in code
///  words    head words, which are also the numbers of those arguments; 63 is none
///  granted  what is granted: the row only takes back where it `is` 0
type TokenRow is uint256;

using TokenTable for TokenRow global;

/// @title The closed table of methods that move tokens, grant rights over them, manage accounts or nest calls
/// @notice A selector in it stands for the table's own text, byte for byte. No wildcard ever matches one.
/// @dev The selectors stand here, for whoever only asks `isListed`; the rows are the code of `TokenRows`.
library TokenTable {
    // --- what a row is on a token that the policy limits -----------------------------------------------------------

    /// @dev Draws its amount.
    uint256 internal constant COUNTED = 0;
    /// @dev Allowed under the row's conditions.
    uint256 internal constant HARMLESS = 1;
    uint256 internal constant REFUSED = 2;

    // --- what it is elsewhere --------------------------------------------------------------------------------------

    /// @dev Refused without a limit on its token.
    uint256 internal constant LIMIT = 0;
    /// @dev An outflow that nothing counts, or a right over tokens.
    uint256 internal constant RIGHTS = 1;
    /// @dev Management of an account, of its modules, or of Latchkey.
    uint256 internal constant ACCOUNT = 2;
    /// @dev Calls inside a call.
    uint256 internal constant NESTED = 3;
    /// @dev Judged by its types alone.
    uint256 internal constant ORDINARY = 4;

    /// @dev In place of a head word.
    uint256 internal constant NO_WORD = 63;

    // Written by scripts/generate/tokenTable.ts --write.
    // End of what scripts/generate/tokenTable.ts writes.

    uint256 private constant SELECTOR_SIZE = 4;

    /// @dev Whether the table has this selector.
    function isListed(bytes4 selector) internal pure returns (bool listed) {
        uint256 free;
        assembly ("memory-safe") {
            free := mload(0x40)
        }
        bytes memory selectors = SELECTORS;
        uint256 count = COUNT;
        assembly ("memory-safe") {
            // Binary search. The low 4 bytes of the word at `at + 4 * n` are the selector n places
            // behind; the one sought, if it is there, is among the `count` ones from `at` on.
            let sought := shr(224, selector)
            let at := add(selectors, SELECTOR_SIZE)
            for {} gt(count, 1) {} {
                let half := shr(1, count)
                let middle := add(at, mul(half, SELECTOR_SIZE))
                if iszero(gt(and(mload(middle), 0xffffffff), sought)) {
                    at := middle
                }
                count := sub(count, half)
            }
            listed := eq(and(mload(at), 0xffffffff), sought)
            // Gives the list's memory back: nothing of it is used again.
            mstore(0x40, free)
        }
    }

    function isNone(TokenRow self) internal pure returns (bool) {
        return TokenRow.unwrap(self) == 0;
    }

    /// @dev Whether `hash` is keccak256 of the row's text. The selector, its first four bytes, has led here.
    function isTextOf(TokenRow self, bytes32 hash) internal pure returns (bool) {
        return TokenRow.unwrap(self) >> 40 == uint256(hash) >> 128;
    }

    /// @dev COUNTED, HARMLESS or REFUSED.
    function onLimited(TokenRow self) internal pure returns (uint256) {
        return (TokenRow.unwrap(self) >> 38) & 3;
    }

    /// @dev LIMIT, RIGHTS, ACCOUNT, NESTED or ORDINARY.
    function elsewhere(TokenRow self) internal pure returns (uint256) {
        return (TokenRow.unwrap(self) >> 35) & 7;
    }

    function isIdOnNft(TokenRow self) internal pure returns (bool) {
        return TokenRow.unwrap(self) & (1 << 34) != 0;
    }

    /// @dev It sets an allowance, so that its credit is exact.
    function setsAllowance(TokenRow self) internal pure returns (bool) {
        return TokenRow.unwrap(self) & (1 << 33) != 0;
    }

    /// @dev It takes back whatever its arguments are.
    function takesBack(TokenRow self) internal pure returns (bool) {
        return TokenRow.unwrap(self) & (1 << 32) != 0;
    }

    function isTokenInWord0(TokenRow self) internal pure returns (bool) {
        return TokenRow.unwrap(self) & (1 << 31) != 0;
    }

    /// @dev A vault's `redeem` and `deposit`, an OFT's `send`, `delegate`: told apart by their selectors.
    function hasConditions(TokenRow self) internal pure returns (bool) {
        return TokenRow.unwrap(self) & (1 << 30) != 0;
    }

    /// @dev NO_WORD if it counts nothing, or if its amount does not stand in the head: an OFT's `send`.
    function amountWord(TokenRow self) internal pure returns (uint256) {
        return (TokenRow.unwrap(self) >> 24) & 63;
    }

    /// @dev Who may spend by the approval; NO_WORD if it is none.
    function spenderWord(TokenRow self) internal pure returns (uint256) {
        return (TokenRow.unwrap(self) >> 18) & 63;
    }

    /// @dev What is granted; NO_WORD if the row never only takes back because of an argument.
    function grantedWord(TokenRow self) internal pure returns (uint256) {
        return (TokenRow.unwrap(self) >> 12) & 63;
    }
}
