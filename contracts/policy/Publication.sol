// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TokenRow} from "../libraries/TokenTable.sol";

/// @dev What the permissions of one policy are checked against and written to, and the permission that is being
/// checked. Addresses, lists and texts are plain words: `PolicyData` reads them where they lie in the calldata, whose
/// encoding is the canonical one.
struct Publication {
    // --- what is used most stands where the least code finds it -----------------------------------------------------
    /// @dev The first argument of most errors: the permission's position in the policy. Of others whatever that is.
    uint256 index;
    /// @dev Lists of the permission.
    uint256 rules;
    uint256 spends;
    uint256 open;
    TokenRow row;
    /// @dev `Trust`.
    uint256 trust;
    /// @dev Where the next byte of a program goes.
    uint256 at;
    /// @dev How much the permission says of its arguments.
    uint256 argumentCount;
    // --- the policy -------------------------------------------------------------------------------------------------
    uint256 latchkey;
    uint256 extension;
    uint256 entrance;
    uint256 forwarder;
    /// @dev The rows of the token table, and the texts of `RuleTest` one behind the other.
    bytes rows;
    bytes tests;
    /// @dev The policy's limits, four words each.
    uint256 limits;
    uint256 limitCount;
    // --- the stored form; see StoredForm ----------------------------------------------------------------------------
    uint256 code;
    uint256 indexEnd;
    uint256 details;
    /// @dev Bytes of all details, also of those that found no room.
    uint256 detailSize;
    /// @dev Bytes of a detail behind them that its word does without, unless the method gets an alternative.
    uint256 pending;
    // --- what the target's permissions draw; see Credits ------------------------------------------------------------
    /// @dev Bit n: limit n is one of a token.
    uint256 tokens;
    /// @dev Where the target's words and details begin.
    uint256 targetIndex;
    uint256 targetDetail;
    /// @dev Bit n: an alternative of the method draws on limit n; some method of the target does not.
    uint256 covered;
    uint256 missing;
    bool isSeen;
    bool isSpoiled;
    // --- the permission ---------------------------------------------------------------------------------------------
    /// @dev Where memory is free for it.
    uint256 free;
    /// @dev `target (160) | kind (8) | selector (32)`, by which permissions are sorted and found.
    uint256 key;
    uint256 target;
    /// @dev keccak256 of the method's text; how many permissions of the method there are so far, and where the
    /// keccak256 of each of them is kept.
    uint256 textHash;
    uint256 alternatives;
    uint256 hashes;
    uint256 maxValue;
    uint256 inners;
    uint256 consumable;
    /// @dev The token that the row draws by itself; 0 if it draws none.
    uint256 drawn;
    bool takesBack;
    // --- texts and types --------------------------------------------------------------------------------------------
    /// @dev First byte of the text that is being read, and which inner it is, from 1; 0 is the method.
    uint256 text;
    uint256 inner;
    /// @dev The types of the method, of a length and of the value.
    uint256 root;
    uint256 length;
    uint256 value;
    // --- what the permission says of its arguments; see ArgumentPaths -----------------------------------------------
    uint256 arguments;
    /// @dev Pointers on the path that was read last.
    uint256 pointers;
    /// @dev Of each rule from the left: `RuleTest`, 8 bits; the registers of a rate's sides, 8 bits each.
    uint256 testsOf;
    uint256 sidesOf;
    uint256 sides;
    /// @dev The place of the arguments as a whole.
    uint256 place;
    // Sets of arguments: rules that bind a word, a content, to one value; rules and amounts that say more than "is
    // not"; rules and amounts.
    uint256 binding;
    uint256 content;
    uint256 exact;
    uint256 some;
    uint256 looked;
    uint256 innerSet;
    uint256 openSet;
    // --- the walk over the types; see Soundness ----------------------------------------------------------------------
    uint256 leaf;
    uint256 unsound;
    bool isFree;
    // --- the program; see Programs -----------------------------------------------------------------------------------
    /// @dev Nodes of the sequence so far, and its run of words that is still open.
    uint256 nodes;
    uint256 run;
    /// @dev Whether only words that somebody looks at are clean: a static row that counts.
    bool isRow;
    /// @dev Words that are looked at, and the last of them.
    uint256 lookedAt;
    uint256 lookedWord;
    uint256 lookedBits;
}

using PolicyData for Publication global;

/// @title Reading a policy where it lies, and refusing it
/// @dev A struct, a list and a text are named by the byte of the calldata at which they begin. A text behind which
/// something stands is followed by a zero byte: its padding, or a word that is far below 2**248.
library PolicyData {
    uint256 internal constant LESS = 0;
    uint256 internal constant EQUAL = 1;
    uint256 internal constant GREATER = 2;

    /// @dev One empty publication, in a list: the compiler would write each of its zeros in code.
    function create() internal pure returns (Publication[] memory list) {
        assembly ("memory-safe") {
            // Allocated here: the list, its entry, and room for more words than the struct has.
            list := mload(0x40)
            mstore(list, 1)
            mstore(add(list, 0x20), add(list, 0x40))
            calldatacopy(add(list, 0x40), calldatasize(), 0x1000)
            mstore(0x40, add(list, 0x1040))
        }
    }

    function word(uint256 at, uint256 i) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            // Only reads the calldata.
            value := calldataload(add(at, shl(5, i)))
        }
    }

    /// @dev What the pointer in word `i` of a struct leads to.
    function tail(uint256 at, uint256 i) internal pure returns (uint256) {
        unchecked {
            return at + word(at, i);
        }
    }

    /// @dev Entry `i` of a list of dynamic entries.
    function item(uint256 list, uint256 i) internal pure returns (uint256) {
        unchecked {
            return tail(list + 0x20, i);
        }
    }

    function count(uint256 list) internal pure returns (uint256) {
        return word(list, 0);
    }

    function load(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            // Only reads memory.
            value := mload(at)
        }
    }

    function byteAt(uint256 at) internal pure returns (uint256) {
        return word(at, 0) >> 248;
    }

    /// @dev Texts compare as bytes, a prefix first.
    function compare(uint256 a, uint256 b) internal pure returns (uint256) {
        uint256 size = count(a);
        uint256 other = count(b);
        unchecked {
            for (uint256 i = 1; i * 32 < size + 32 && i * 32 < other + 32; ++i) {
                if (word(a, i) != word(b, i)) return order(word(a, i), word(b, i));
            }
        }
        return order(size, other);
    }

    function order(uint256 a, uint256 b) internal pure returns (uint256) {
        return
            a < b
                ? LESS
                : a == b
                    ? EQUAL
                    : GREATER;
    }

    /// @dev keccak256 of `size` bytes of the calldata.
    function hash(uint256 at, uint256 size) internal pure returns (uint256 result) {
        assembly ("memory-safe") {
            // Behind what is allocated, for this block alone.
            let free := mload(0x40)
            calldatacopy(free, at, size)
            result := keccak256(free, size)
        }
    }

    /// @dev A number without leading zeros, no larger than 2**16, and the byte behind it; the same byte if there is
    /// none.
    function number(uint256 at) internal pure returns (uint256 value, uint256 next) {
        next = at;
        unchecked {
            while (true) {
                // A byte below the digits wraps around and is far above them.
                uint256 digit = byteAt(next) - 0x30;
                if (digit > 9) break;
                ++next;
                value = value * 10 + digit;
                if (value == 0) break;
                if (value > 1 << 16) value = 1 << 16;
            }
        }
    }

    /// @dev The first limit of a unit and how many there are.
    function limitsOf(Publication memory self, uint256 unit) internal pure returns (uint256 first, uint256 many) {
        unchecked {
            for (uint256 i = self.limitCount; i > 0; --i) {
                if (word(self.limits, (i - 1) * 4) != unit) continue;
                first = i - 1;
                ++many;
            }
        }
    }

    function isLimited(Publication memory self, uint256 unit) internal pure returns (bool) {
        (, uint256 many) = limitsOf(self, unit);
        return many != 0;
    }

    // --- errors -----------------------------------------------------------------------------------------------------

    /// @dev Reverts with an error whose first argument is `index`.
    function refuse(Publication memory self, bytes4 error_) internal pure {
        _refuse(self, error_, 0, 0, 0, 0, 0x24);
    }

    function refuse(Publication memory self, bytes4 error_, uint256 a) internal pure {
        _refuse(self, error_, a, 0, 0, 0, 0x44);
    }

    function refuse(Publication memory self, bytes4 error_, uint256 a, uint256 b) internal pure {
        _refuse(self, error_, a, b, 0, 0, 0x64);
    }

    function refuse(Publication memory self, bytes4 error_, uint256 a, uint256 b, uint256 c) internal pure {
        _refuse(self, error_, a, b, c, 0, 0x84);
    }

    function refuse(Publication memory self, bytes4 error_, uint256 a, uint256 b, uint256 c, uint256 d) internal pure {
        _refuse(self, error_, a, b, c, d, 0xa4);
    }

    /// @dev Reverts with an error whose last argument is a text, behind `size` bytes of others: 0, or 0x40.
    function refuseText(bytes4 error_, uint256 size, uint256 a, uint256 b, uint256 text) internal pure {
        assembly ("memory-safe") {
            // Behind what is allocated; nothing runs after it.
            let free := mload(0x40)
            mstore(free, error_)
            mstore(add(free, 0x04), a)
            mstore(add(free, 0x24), b)
            let at := add(add(free, 4), size)
            mstore(at, add(size, 0x20))
            // The length and the text with its padding.
            let length := and(add(calldataload(text), 0x3f), not(0x1f))
            calldatacopy(add(at, 0x20), text, length)
            revert(free, add(add(size, 0x24), length))
        }
    }

    function _refuse(
        Publication memory self,
        bytes4 error_,
        uint256 a,
        uint256 b,
        uint256 c,
        uint256 d,
        uint256 size
    ) private pure {
        uint256 index = self.index;
        assembly ("memory-safe") {
            // Behind what is allocated; nothing runs after it.
            let free := mload(0x40)
            mstore(free, error_)
            mstore(add(free, 0x04), index)
            mstore(add(free, 0x24), a)
            mstore(add(free, 0x44), b)
            mstore(add(free, 0x64), c)
            mstore(add(free, 0x84), d)
            revert(free, size)
        }
    }
}
