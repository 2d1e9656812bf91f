// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev One row of the token table without its selector; 0 if there is none.
///
///   111                        16 15   13 12    10 9       8  7       6       5    4 3         0
///  +-----------------------------+-------+--------+---------+-------+-------+------+-----------+
///  | bytes 4..15 of              | flags | class  | amount  |spender|recip- |princ-| head word |
///  | keccak256(text)          96 |     3 |      3 | word  2 |     1 |ient 1 |ipals2|         4 |
///  +-----------------------------+-------+--------+---------+-------+-------+------+-----------+
///
///  flags      bit 15 the calldata ends with the head, bit 14 the number is an id if the target is an ERC-721,
///             bit 13 the limit drawn on is that of the token in head word 0
///  class      see TokenCalls
///  principals how many words, from the head word on, are the principal's on a limited token
///  head word  the one that says who may spend or operate, or who receives; nobody if neither bit is set
type TokenCall is uint256;

using TokenCalls for TokenCall global;

/// @title The closed table of methods that move tokens, grant rights over them, manage accounts or nest calls
/// @notice A selector in it stands for the table's own text, byte for byte. No wildcard ever matches one.
/// @dev The selectors stand apart, ascending, four bytes each, so that what only asks `isListed` carries nothing else.
library TokenCalls {
    /// @dev An outflow whose amount is counted on a limit.
    uint256 internal constant COUNTED = 1;
    /// @dev Every other outflow, and rights over tokens.
    uint256 internal constant RIGHTS = 2;
    /// @dev Management of an account, of its modules, or of Latchkey.
    uint256 internal constant ACCOUNT = 3;
    /// @dev Calls inside a call.
    uint256 internal constant NESTED = 4;
    /// @dev Takes nothing of the token that it is called on; on any other target a method like those not in the table.
    uint256 internal constant HARMLESS = 5;
    /// @dev On a limited token an outflow whose amount is counted; on any other target its recipient is pinned, if any.
    uint256 internal constant COUNTED_IF_LIMITED = 6;

    uint256 private constant SELECTOR_SIZE = 4;
    uint256 private constant ROW_SIZE = 14;

    // Written by scripts/generate/tokenTable.ts --write.
    uint256 private constant COUNT = 241;
    bytes private constant SELECTORS =
        hex"06580f2d_095bcdb6_095ea7b3_09c5eabe_0adc49ad_0b52d558_0bd28e3b_0d582f13_0d58b1db_0f0f3f24_0f5730f1"
        hex"110496e5_1296ee62_134008d3_1363361a_137c29fe_13af4035_173825d9_174dea71_17c4de35_17fad7fc_18dfb3c7"
        hex"19822f7c_19aa6257_1cff79cd_1e897afb_1f0464d1_1f6a1eb9_1f8b5215_1f931c1c_1fa5d6a4_1fff991f_205c2878"
        hex"2213bc0b_23b872dd_24856bc3_252dba42_26441318_2656227d_29565e3b_2a2d80d1_2b67b570_2bc1da82_2d7667c9"
        hex"2e1a7d4d_2eb2c2d6_2f2ff15d_3065ca43_30f28b7a_3177029f_34fcd5be_3593564c_3659cfe6_36c78516_374f435d"
        hex"39509351_399542e9_3a871cdd_3aea60f0_3f707e6b_4000aea0_426a8493_42842e0e_42966c68_43629a73_439e2e45"
        hex"44684dc3_468721a7_47e1da2a_48adbc88_4afe393c_4b6a1419_4f1ef286_50d8cd4b_511b6952_51905636_51945447"
        hex"5229073f_522e0b85_540fb4f9_558a7297_5ae401dc_5b0d8879_5b0fc9c3_5c19a95c_5c2bea49_5d7c4d41_5f481939"
        hex"610b5925_62ad1b83_66188463_67888c6d_68be3cf2_69328dec_694e80c3_695ef6bf_6a761202_6b20c454_6d61fe70"
        hex"6d780459_6e553f65_7065cb48_715018a6_745a41bc_760d9bba_76203b48_79cc6790_79df4b9c_7ac2ff7b_7ace96a0"
        hex"7d41c86e_7e87632c_7eff275e_80500d20_81b4e8b4_82ad56cb_84d4b410_85b77f45_86a10ddd_86df7292_8720316d"
        hex"87517c45_88b7ab63_894ecc58_89625b57_8a91b0e3_8b72a2ec_8d80ff0a_8dd7712f_8f283970_8fc8cf7e_8fcb4e5b"
        hex"8fcbaf0c_912ccaa3_929c2539_9517e29f_95777d59_959b8c3f_960bfe04_9623609d_96e292b8_97003203_9941070c"
        hex"99a88ec4_9bd9bbc6_9d5b4f75_9dc29fac_9e5d4c49_9f40a7b3_9f5c462a_9fd5a6cf_a22cb465_a318c1a4_a3a7e7f3"
        hex"a3b22fc4_a415bcad_a457c2d7_a60fee37_a71763a8_a9059cbb_a91ee0dc_ac9650d8_aecd520c_b014c3a3_b10cc728"
        hex"b460af94_b49506fd_b61d27f6_b753a98c_b780c362_b88d4fde_ba087652_bb24d994_bb35783b_bc0ba3c5_bce38bd7"
        hex"be45fd62_bf31196f_c04a8a10_c16ae7a4_c1d34b89_c1ee2c18_c23a5cea_c3077fa9_c31856ca_c3b35a7e_c7c7f5b3"
        hex"cae9ca51_ccf96b4a_cef6d209_cf0491c7_cf092995_d0e30db0_d1614f87_d2423b51_d4d9bdcd_d505accf_d6681042"
        hex"d691c964_d73dd623_d80892cd_d81a09f6_d8fbe994_dd46508f_de61edfc_df905caf_e009cfde_e068df37_e130ecad"
        hex"e19a9dd9_e318b52b_e38335e5_e3ee160e_e5166b92_e584b654_e73cced3_e9ae5c53_eab77e17_eba3220c_ec6cb13f"
        hex"eca36917_edd9444b_eecea000_ef55bec6_f08a0323_f0efd465_f242432a_f2888dbb_f2d5d56b_f2fde38b_f5298aca"
        hex"f6368f8a_f8dc5dd9_fa6e671d_fad8b32a_fbe5ce0a_fc673c4f_fe8ec1a7_fe99049a_fe9d9303_fff35b72";
    bytes private constant ROWS =
        hex"eacdecff8f4d077d40204858_0841_27e21ee89c38dc5069f89166_0840_34ae44009aa867bfb386f5c3_c580"
        hex"8d7d17edb2a5ee22b8241b3c_1000_d8fe53e1be3b49536c35063a_0c00_1745aac39f38bc375a40318f_0881"
        hex"1c8b1bb686bdd9da5ed536d2_0c00_d757778d349075a68bf5d92e_0c00_6bb6ed1249102a24a2b4a565_0840"
        hex"d1fc780e17913bb8ee009bdf_0c00_417e2d2b6238947a3665b0c1_0880_0fa93367cc44fb6a3f2fbdd1_0880"
        hex"29cbd38b2b6a4120f066d2a0_0840_a30dcebb0bda7c2a59914d8d_1000_ea74f3c6d229095d50b88edd_0c00"
        hex"724eff0b75bf168864f888f7_0844_b0e4e7ec6b922d2e250cb1ea_0c00_0d5095783b384d0c08afb549_0c00"
        hex"9f0adc193f47587df5347cfd_1000_b5f21ca55ad6a37a2a612c42_0c00_9b4de012749da02837922cdb_0841"
        hex"0f944d0b41c67390329dfcf2_1000_032310bb85c3ab291199e15e_0c00_f01a275739d493047e2ee839_0841"
        hex"e515a86f6cc1adbebe8ae258_1000_0feb20f784c547e7df3a7cf3_1000_8539a3c3541a2e5726d4d895_1000"
        hex"00ce842308e76173e7a9c18a_1000_2bb8ee4b53aa8f8774827fc9_1000_950c3694dcff4e081cc94ed9_0c00"
        hex"246a015c2228955ab3f47df9_0c00_aa603c844d6517981ebd5c1b_1000_e2b9718d4efa336821ca468d_0840"
        hex"0f5828acf8b783c15b3aafc7_1000_7302113369cda29012434294_c641_cddb0b75c4dd6e2501472e6d_1000"
        hex"46637b44a4511192e77faee7_1000_827ed9d95596523cfcc0c196_0841_e60b16802e66289dd98a6180_1000"
        hex"83ae0ca71674dde857dac340_0c00_de76481ad3ea113332678e36_0881_c59a90b23ef7a9dfad7cca7f_0885"
        hex"f0e8f0bee9795a669b243fba_0880_2642f7835bf6ccc83067eed1_0841_13322e7b96f9a57413e1525c_9800"
        hex"67cf048e1ec82a4537b123e4_0841_eca029b64bbc0874ae59c8f3_0881_2eeb48b51ef058c1a031b4a4_0c00"
        hex"b340e330d1c66e2ad810246d_0844_dd2b36d90f4971843fd2ce05_0880_ba3df62dd76f7b1031d3410e_1000"
        hex"0e03854874915063081d274d_1000_72549963da205df855ebfb86_0c00_38b88ae7ab64ce96b1bca379_0841"
        hex"45fe83786dedfcd9ec551240_1000_d3325647dde3fdd3c8b249ad_8580_b11483618cc18c94149fa8ce_1000"
        hex"bc5da973dbdc6077dbf18a87_0c00_32bd72508ac3da6919a09d5d_0881_bba86bcfecfd45b973cdc6dd_1000"
        hex"38e4acde4ff65b413088ec65_0840_5784c86892dc96a3146f2fd6_0880_b38857a7775b4e7364b2775d_0841"
        hex"9b5afe9b9b3f8a7103b2a199_c400_66f9ce17b4eaf16ad7687770_1000_dfbf1de4e97b7a1ef8bf71d9_0840"
        hex"d0c5dab310ad52b7682ad72a_1000_a101c0ac91d27acce9b8b69c_0c00_c46f2eb42cac0569b90cd066_1000"
        hex"17b8b439acf1e4b81bd5e70e_0c00_6cb6f8c2b03371e2db5b0d53_1000_a688537d79622f1b7de79ca6_0c00"
        hex"6b98625bdfefae89411f7a82_0c00_a4dafc2989daa6d81a687419_0848_bd3f122758e29e8e3aed5f5e_0841"
        hex"c28e74a7c8af5d8ebc1e9c92_0842_fc4fab9c4d87045dcc6d1541_1000_e18381834382089da0132464_0c00"
        hex"31674c17702b8a87d8bdcdf1_0c00_b8e8740994d29f07b771ebc7_0c00_e60ce7d5583faecd6aae4a6a_0880"
        hex"dfb25fb7e7d781c4ff16185e_1000_1899a527082d63e469250383_0c00_1b431df62efd0ffa39192416_0841"
        hex"96fe5699f69181241d04ecef_1440_74a0a547cc38abb0691e24c0_0848_8880c8863cf8bf8d375d573b_0c00"
        hex"aef7a5c97dedbb8158678b24_0c00_afff994a89367f36d1195efa_0c00_7f387fbdadad12dd83cd2819_0841"
        hex"89929f4fdc35d1a2a26958c3_1400_782d265186a2a835cf1199b2_0c00_dd75c549dbffc656eabeee82_1000"
        hex"b93fdb59917f0c50856674b0_0842_7192d74d6099f3d3b4150693_0c00_727ec45f3693a5442b03d67f_0842"
        hex"de7c35c7e1ec7400f2981619_0c00_1d8ef5ccd269c963bf9b934b_0800_b204f2c400b2574859a8f5af_0c00"
        hex"1e4bfeefab00a1af51e6e0a7_0841_3991036c188afcef45e14f9e_1451_9ab3e47058ef9c048a2255f3_0c00"
        hex"16b5f2044428f6fadb7deef4_0c00_512a5a5e252b58f1f631f75a_0880_a17a45e814499a7453def897_0841"
        hex"5d5024e083f5ab0b09dea840_0842_44ee9a2021f0a26c0fdec02a_8500_0f923b0e30267cb21f656ce1_1000"
        hex"1f6f7074e262f933827aa0d7_0880_20a4a0519a1a0c4cad775229_0c00_10b3434baf49e1642e236159_0841"
        hex"e6de444c4d1e780a1d87d374_0841_1e5ef538f2ffaf7a8cdc067c_0c00_2f00343c092e3f3ed09dd3c0_0842"
        hex"ed1aa8d78ff536850a65cc53_0841_4e5648650ea78c1b99c0d15d_1000_15ce081688bbf16dabdec9ec_0841"
        hex"e8ca60d4a9efef1ff0fde29f_0841_a4cdbc0e1ae4b7a1b7d2bb9e_0880_f97d1c87152531a165ef5a03_1000"
        hex"4a5d42a7c6b04fc64f3e6bf6_0847_cbdab9849fa9eca09bd70ab7_a681_7aab73fe4e8f6fc8239e6f41_0841"
        hex"ca74836a4d7199d88f240d35_1000_43826833e45d4e7d75b7757d_0c00_38bf641a462093e64c1c0590_0c00"
        hex"df0e41a7b4badedcdb0477c3_0840_19eeb79604f91006b003a798_1000_953d894fac19bc177f15bc12_0c00"
        hex"d77a4ed91db7de292ab9ce3b_0c00_d140dc0f38664b2c3de2b179_1000_35ee23f046b6ffd44ff161fc_0840"
        hex"4bd00d696b151e364fe3eb82_0881_84fb8be43822e119e81a6288_1000_77b5e555bb682a0d7abaa637_8600"
        hex"b4b6049eb6540d145fbe05f7_0c00_804819880194f8c85fd3aebc_8500_a5f1ac78a7061180563d6709_0880"
        hex"ac853c9413ff962a6697c115_0c00_eed4b45a9ee8abe874ceddbf_0c00_b876489f2d2c673c8c6a6f8e_1000"
        hex"06f8bafaad8c034edca252cc_0c00_58bfb27ff8b8073b0de54203_0c00_f6ca4a51cc383b8c15b99a6b_0c00"
        hex"8c9d2d57236e56ab2cc196bd_0500_4f9c10fbfdcf123087734d45_0c00_0ba6d4fc521c69c2b0c636d6_c500"
        hex"7cad45610f084c366f9b1a49_1000_fcb69a56b1eeb0935b052c16_0841_daa9b36a61587caacc1de6fa_0881"
        hex"d207f3e5388ccd6e1d9553f6_0881_1ab9570f89bb516380c40ce7_0880_c4f3e359bb2a0d321a2f5610_0841"
        hex"dc6d3aa109d68b777b27b2b2_0840_f3778f26b69ab6b8f2eb5a1f_0880_4ee807e8d26cbe960a720682_0844"
        hex"7307f80ff2f3ac810ec99eb1_1400_1fbcc6cc5e7323342b90828f_0842_92832e18e6ea273feefa851a_0c00"
        hex"2ab09eb219583f4a59a5d062_8500_2646ba378543f27f4abc8f75_0c00_82acfa253cba1ed543b9ff47_1000"
        hex"bcead96102894fcb022efc34_0c00_ab891cb33bd45f065fc5ebc4_8500_352807cbdfaaab7169993c1d_1000"
        hex"a08911df9ce375fb2a190ee1_0841_ca45183b74631df7d6445444_0880_8746b0955d4867ce6e77d35c_1000"
        hex"7edc34134b021830a8cabbfe_8500_a87fccb6e8d8310306cc482b_1000_60196325a28bb7f99a2582e0_0841"
        hex"ef750b77b3f3b86ecd8aac56_9861_93376f97714c6c833e22a008_0881_345a0424fdde5c6a301d10e9_8600"
        hex"02e006ef6ec1f250a25eadde_0841_7bab7a4d3e5ee47598d81d56_1000_5bc9b4e5b6a9776611d28d19_0840"
        hex"0c35415c2df64758b6205592_0842_f889571e478e7f36393a72a2_0880_cfd65ab57620347ab7f870f0_1000"
        hex"3a35286aae2bf0e96b3c6bf8_0841_d36f5436431ac14cc754d7b4_0841_22b3d09afa9497608908c1f3_0840"
        hex"39581f9bd65c905e5d80a1dd_1000_ddd6077f3e3ef241e77b048b_0c00_e85edea1de957ade34129ab2_0840"
        hex"97ef5677f49aab0666b16f40_0840_33009d821214ac8231b3d170_0880_4012ef9a43eb18f0d368580b_1000"
        hex"8b3b26be8987c77beb22599e_1000_e9ef0873144c99c283aec9bf_1000_9cbb5cf6cbabf0040caaba46_0841"
        hex"3f2e24c6531d8ae2f6c09d8e_1400_9ec599be7bb03998372a0f7e_0c00_ceb0edbb103a4215d61400f7_1000"
        hex"bbdc7a7b6ca8edc5fb36d61b_0c00_ee7b46ac3ce97322c21f328b_0881_ebdfcb4d7be00d77e6300219_0841"
        hex"329b7ea8d975805601f052eb_0c00_510e5d940148236881dd3ce0_8580_916beccfaf4c5df718f132b9_0c00"
        hex"8928ef50e48da562f4a88e52_0841_3963369a6ec55b024b56e856_0841_74726de2dfea52d25cd6e7eb_1000"
        hex"533a7affa9b62fe4adcba2f5_0c00_df7126df4491b139d95eab70_1000_76304ae4f68fc946b1f438cd_0c00"
        hex"84a99a4b26a5ddbd1f28b084_0c00_4b5f55995e01c3ea0c70777d_0c00_915bcd0262210387ba8f90d3_0c00"
        hex"9bee2870ac7ee0af86866eb2_0c00_38545b221322518604fed4c6_1000_c5755e52a4395e859cd6f010_0841"
        hex"ed2a4bd7940e9438223c1f8e_0c00_f27893ca50bc6ab0321e2252_0880_5a6fa959d1909ab37309ce02_8600"
        hex"b168c309277365114d46cae1_0c00_804145daf63baadae77b1aca_0c00_e44c01ecd656f327544eb030_0c00"
        hex"26fcf5d01759f1edb2e8cb77_0880_0841cc24e1e61a5b964f1fa4_0842_2bc8340a429d967ed20ae7d5_0841"
        hex"84722c96ff71f011bee64d78_0880_4c1b5e56fa55bf6fadef0c52_0841_1ec06525bd86d3ba6c67b1aa_0c00"
        hex"3ba18761c31406e17a7e6d9b_0c00_01954b0e0efb67e72c9b3b8e_0841_b28494a57963b14340157c06_0840"
        hex"731d9dd563e9f44d07bdda99_8500_092330466c661fc723d5289b_0c00_e4baa3384bddc4e6891b4a98_0800"
        hex"6319888e3536ba1e68cdcc61_0840_1c83c64a09d4878e686963ef_0c00_b5e4f22593cba18c0d65ac30_0881"
        hex"12ce11ea2887e7e753dadc45_0880_7be4e60b151437380030f17c_0c00_8d4aaaabaea06e9dd5779b22_0800"
        hex"07eff55434558eab3b2d2169_0841_9a891a3a7b948d65ebb3fcf7_0841_e79d04e189cef961eb7b3ed8_0400"
        hex"a29d53aafb4c3f42bcebc32a_0c00";
    // End of what scripts/generate/tokenTable.ts writes.

    /// @dev Whether the table has this selector.
    function isListed(bytes4 selector) internal pure returns (bool listed) {
        uint256 free = _freeMemory();
        listed = _positionOf(SELECTORS, selector) != 0;
        _release(free);
    }

    /// @dev The table's selectors in memory, for many questions.
    function load() internal pure returns (bytes memory selectors) {
        return SELECTORS;
    }

    /// @dev The row of this selector; 0 if the table does not have it.
    /// @param selectors what `load` returns
    function row(bytes memory selectors, bytes4 selector) internal pure returns (TokenCall found) {
        uint256 position = _positionOf(selectors, selector);
        if (position == 0) return found;
        uint256 free = _freeMemory();
        bytes memory rows = ROWS;
        assembly ("memory-safe") {
            // `position` is 1..COUNT: the low 14 bytes of this word are row `position - 1`.
            found := and(mload(add(rows, mul(position, ROW_SIZE))), 0xffffffffffffffffffffffffffff)
        }
        _release(free);
    }

    function isNone(TokenCall self) internal pure returns (bool) {
        return TokenCall.unwrap(self) == 0;
    }

    /// @dev Whether `hash` is keccak256 of the row's text. The selector, its first four bytes, has led here.
    function isTextOf(TokenCall self, bytes32 hash) internal pure returns (bool) {
        return TokenCall.unwrap(self) >> 16 == uint256(hash << 32) >> 160;
    }

    function class(TokenCall self) internal pure returns (uint256) {
        return (TokenCall.unwrap(self) >> 10) & 7;
    }

    function isExact(TokenCall self) internal pure returns (bool) {
        return TokenCall.unwrap(self) & (1 << 15) != 0;
    }

    function isIdOnNft(TokenCall self) internal pure returns (bool) {
        return TokenCall.unwrap(self) & (1 << 14) != 0;
    }

    function isTokenInWord0(TokenCall self) internal pure returns (bool) {
        return TokenCall.unwrap(self) & (1 << 13) != 0;
    }

    function amountWord(TokenCall self) internal pure returns (uint256) {
        return (TokenCall.unwrap(self) >> 8) & 3;
    }

    function hasSpender(TokenCall self) internal pure returns (bool) {
        return TokenCall.unwrap(self) & (1 << 7) != 0;
    }

    function hasRecipient(TokenCall self) internal pure returns (bool) {
        return TokenCall.unwrap(self) & (1 << 6) != 0;
    }

    function principals(TokenCall self) internal pure returns (uint256) {
        return (TokenCall.unwrap(self) >> 4) & 3;
    }

    function pinnedWord(TokenCall self) internal pure returns (uint256) {
        return TokenCall.unwrap(self) & 0xf;
    }

    /// @dev The position of a selector in the table, from 1; 0 if the table does not have it.
    function _positionOf(bytes memory selectors, bytes4 selector) private pure returns (uint256 position) {
        uint256 count = COUNT;
        assembly ("memory-safe") {
            // Binary search. The low 4 bytes of the word at `at + 4 * n` are the selector n places
            // behind; the one sought, if it is there, is among the `count` ones from `at` on.
            let sought := shr(224, selector)
            let first := add(selectors, SELECTOR_SIZE)
            let at := first
            for {} gt(count, 1) {} {
                let half := shr(1, count)
                let middle := add(at, mul(half, SELECTOR_SIZE))
                if iszero(gt(and(mload(middle), 0xffffffff), sought)) {
                    at := middle
                }
                count := sub(count, half)
            }
            if eq(and(mload(at), 0xffffffff), sought) {
                position := add(div(sub(at, first), SELECTOR_SIZE), 1)
            }
        }
    }

    function _freeMemory() private pure returns (uint256 free) {
        assembly ("memory-safe") {
            free := mload(0x40)
        }
    }

    /// @dev Gives back what was allocated since `free` was read: a policy asks for hundreds of rows. Safe because
    /// nothing that was allocated since is used again.
    function _release(uint256 free) private pure {
        assembly ("memory-safe") {
            mstore(0x40, free)
        }
    }
}
