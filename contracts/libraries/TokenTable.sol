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
    uint256 private constant COUNT = 245;
    bytes private constant SELECTORS =
        hex"06580f2d_095bcdb6_095ea7b3_09c5eabe_0b52d558_0bd28e3b_0d582f13_0d58b1db_0f0f3f24_0f5730f1_110496e5"
        hex"1296ee62_134008d3_1363361a_137c29fe_13af4035_173825d9_174dea71_17c4de35_17fad7fc_18dfb3c7_19822f7c"
        hex"19aa6257_1cff79cd_1e897afb_1f0464d1_1f6a1eb9_1f8b5215_1f931c1c_1fa5d6a4_1fff991f_205c2878_2213bc0b"
        hex"23b872dd_24856bc3_252dba42_26441318_2656227d_29565e3b_2a2d80d1_2b67b570_2bc1da82_2d12a14a_2d7667c9"
        hex"2e1a7d4d_2eb2c2d6_2f2ff15d_3065ca43_30f28b7a_3177029f_34fcd5be_3593564c_3659cfe6_36c78516_374f435d"
        hex"39509351_399542e9_3a871cdd_3aea60f0_3f707e6b_4000aea0_426a8493_42842e0e_42966c68_43629a73_439e2e45"
        hex"44684dc3_468721a7_47e1da2a_48adbc88_4afe393c_4b6a1419_4f1ef286_50d8cd4b_511b6952_51905636_51945447"
        hex"5229073f_522e0b85_540fb4f9_558a7297_5ae401dc_5b0d8879_5b0fc9c3_5c19a95c_5c2bea49_5d7c4d41_5f481939"
        hex"610b5925_62ad1b83_66188463_67888c6d_68be3cf2_69328dec_694e80c3_695ef6bf_6a761202_6b20c454_6d61fe70"
        hex"6d780459_6e553f65_7065cb48_715018a6_745a41bc_760d9bba_76203b48_7814232d_79cc6790_79df4b9c_7ac2ff7b"
        hex"7ace96a0_7d41c86e_7e87632c_7eff275e_80500d20_81b4e8b4_82ad56cb_84d4b410_85b77f45_86a10ddd_86df7292"
        hex"8720316d_87517c45_88b7ab63_894ecc58_89625b57_8a91b0e3_8b72a2ec_8d80ff0a_8dd7712f_8f283970_8fc8cf7e"
        hex"8fcb4e5b_8fcbaf0c_912ccaa3_929c2539_94bf804d_9517e29f_95777d59_959b8c3f_960bfe04_9623609d_96e292b8"
        hex"97003203_9941070c_99a88ec4_9bd9bbc6_9d5b4f75_9dc29fac_9e5d4c49_9f40a7b3_9f5c462a_9fd5a6cf_a22cb465"
        hex"a318c1a4_a3a7e7f3_a3b22fc4_a415bcad_a457c2d7_a60fee37_a71763a8_a79fe207_a9059cbb_a91ee0dc_ac9650d8"
        hex"aecd520c_b014c3a3_b10cc728_b460af94_b49506fd_b61d27f6_b753a98c_b780c362_b88d4fde_ba087652_bb24d994"
        hex"bb35783b_bc0ba3c5_bce38bd7_be45fd62_bf31196f_c04a8a10_c16ae7a4_c1d34b89_c1ee2c18_c23a5cea_c3077fa9"
        hex"c31856ca_c3b35a7e_c7c7f5b3_cae9ca51_cc53287f_ccf96b4a_cef6d209_cf0491c7_cf092995_d0e30db0_d1614f87"
        hex"d2423b51_d4d9bdcd_d505accf_d6681042_d691c964_d73dd623_d80892cd_d81a09f6_d8fbe994_dd46508f_de61edfc"
        hex"df905caf_e009cfde_e068df37_e130ecad_e19a9dd9_e318b52b_e38335e5_e3ee160e_e5166b92_e584b654_e73cced3"
        hex"e9ae5c53_eab77e17_eba3220c_ec6cb13f_eca36917_edd9444b_eecea000_ef55bec6_f08a0323_f0efd465_f242432a"
        hex"f2888dbb_f2d5d56b_f2fde38b_f5298aca_f6368f8a_f8dc5dd9_fa6e671d_fad8b32a_fbe5ce0a_fc673c4f_fe8ec1a7"
        hex"fe99049a_fe9d9303_fff35b72";
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
