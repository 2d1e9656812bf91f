// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TokenRow} from "../libraries/TokenTable.sol";

/// @title The rows of the token table, as code
/// @notice Holds data and does nothing: its code is `STOP` and the rows, ascending by selector, 21 bytes each.
contract TokenRows {
    // Written by scripts/generate/tokenTable.ts --write.
    bytes private constant ROWS =
        hex"00"
        hex"06580f2deacdecff8f4d077d40204858883ffff000_095bcdb627e21ee89c38dc5069f89166883ffff000"
        hex"095ea7b334ae44009aa867bfb386f5c30601001000_09c5eabe8d7d17edb2a5ee22b8241b3c983ffff000"
        hex"0b52d5581745aac39f38bc375a40318f883ffff000_0bd28e3b1c8b1bb686bdd9da5ed536d2903ffff000"
        hex"0d582f13d757778d349075a68bf5d92e903ffff000_0d58b1db6bb6ed1249102a24a2b4a565883ffff000"
        hex"0f0f3f24d1fc780e17913bb8ee009bdf903ffff000_0f5730f1417e2d2b6238947a3665b0c1883ffff000"
        hex"110496e50fa93367cc44fb6a3f2fbdd1883ffc1000_1296ee6229cbd38b2b6a4120f066d2a0883ffff000"
        hex"134008d3a30dcebb0bda7c2a59914d8d983ffff000_1363361aea74f3c6d229095d50b88edd903ffff000"
        hex"137c29fe724eff0b75bf168864f888f7883ffff000_13af4035b0e4e7ec6b922d2e250cb1ea903ffff000"
        hex"173825d90d5095783b384d0c08afb549903ffff000_174dea719f0adc193f47587df5347cfd983ffff000"
        hex"17c4de35b5f21ca55ad6a37a2a612c42903ffff000_17fad7fc9b4de012749da02837922cdb883ffff000"
        hex"18dfb3c70f944d0b41c67390329dfcf2983ffff000_19822f7c032310bb85c3ab291199e15e903ffff000"
        hex"19aa6257f01a275739d493047e2ee839883ffff000_1cff79cde515a86f6cc1adbebe8ae258983ffff000"
        hex"1e897afb0feb20f784c547e7df3a7cf3983ffff000_1f0464d18539a3c3541a2e5726d4d895983ffff000"
        hex"1f6a1eb900ce842308e76173e7a9c18a983ffff000_1f8b52152bb8ee4b53aa8f8774827fc9983ffff000"
        hex"1f931c1c950c3694dcff4e081cc94ed9903ffff000_1fa5d6a4246a015c2228955ab3f47df9903ffff000"
        hex"1fff991faa603c844d6517981ebd5c1b983ffff000_205c2878e2b9718d4efa336821ca468d883ffff000"
        hex"2213bc0b0f5828acf8b783c15b3aafc7983ffff000_23b872dd7302113369cda290124342940402fff000"
        hex"24856bc3cddb0b75c4dd6e2501472e6d983ffff000_252dba4246637b44a4511192e77faee7983ffff000"
        hex"26441318827ed9d95596523cfcc0c196883ffff000_2656227de60b16802e66289dd98a6180983ffff000"
        hex"29565e3b83ae0ca71674dde857dac340903ffff000_2a2d80d1de76481ad3ea113332678e36883ffff000"
        hex"2b67b570c59a90b23ef7a9dfad7cca7f883ffff000_2bc1da82f0e8f0bee9795a669b243fba883ffff000"
        hex"2d12a14a715ea83e4718df49ef24c9e6903ffff000_2d7667c92642f7835bf6ccc83067eed1883ffff000"
        hex"2e1a7d4d13322e7b96f9a57413e1525c2000fff000_2eb2c2d667cf048e1ec82a4537b123e4883ffff000"
        hex"2f2ff15deca029b64bbc0874ae59c8f3903ffff000_3065ca432eeb48b51ef058c1a031b4a4903ffff000"
        hex"30f28b7ab340e330d1c66e2ad810246d883ffff000_3177029fdd2b36d90f4971843fd2ce05883ffff000"
        hex"34fcd5beba3df62dd76f7b1031d3410e983ffff000_3593564c0e03854874915063081d274d983ffff000"
        hex"3659cfe672549963da205df855ebfb86903ffff000_36c7851638b88ae7ab64ce96b1bca379883ffff000"
        hex"374f435d45fe83786dedfcd9ec551240983ffff000_39509351d3325647dde3fdd3c8b249ad000103f000"
        hex"399542e9b11483618cc18c94149fa8ce983ffff000_3a871cddbc5da973dbdc6077dbf18a87903ffff000"
        hex"3aea60f032bd72508ac3da6919a09d5d883ffff000_3f707e6bbba86bcfecfd45b973cdc6dd983ffff000"
        hex"4000aea038e4acde4ff65b413088ec65883ffff000_426a84935784c86892dc96a3146f2fd6883ffff000"
        hex"42842e0eb38857a7775b4e7364b2775d883ffff000_42966c689b5afe9b9b3f8a7103b2a1990400fff000"
        hex"43629a7366f9ce17b4eaf16ad7687770983ffff000_439e2e45dfbf1de4e97b7a1ef8bf71d9883ffff000"
        hex"44684dc3d0c5dab310ad52b7682ad72a983ffff000_468721a7a101c0ac91d27acce9b8b69c903ffff000"
        hex"47e1da2ac46f2eb42cac0569b90cd066983ffff000_48adbc8817b8b439acf1e4b81bd5e70e903ffff000"
        hex"4afe393c6cb6f8c2b03371e2db5b0d53983ffff000_4b6a1419a688537d79622f1b7de79ca6903ffff000"
        hex"4f1ef2866b98625bdfefae89411f7a82903ffff000_50d8cd4ba4dafc2989daa6d81a687419883ffff000"
        hex"511b6952bd3f122758e29e8e3aed5f5e883ffff000_51905636c28e74a7c8af5d8ebc1e9c92883ffff000"
        hex"51945447fc4fab9c4d87045dcc6d1541983ffff000_5229073fe18381834382089da0132464903ffff000"
        hex"522e0b8531674c17702b8a87d8bdcdf1903ffff000_540fb4f9b8e8740994d29f07b771ebc7903ffff000"
        hex"558a7297e60ce7d5583faecd6aae4a6a883ffc1000_5ae401dcdfb25fb7e7d781c4ff16185e983ffff000"
        hex"5b0d88791899a527082d63e469250383903ffff000_5b0fc9c31b431df62efd0ffa39192416883ffff000"
        hex"5c19a95c96fe5699f69181241d04ecef607ffff000_5c2bea4974a0a547cc38abb0691e24c0883ffff000"
        hex"5d7c4d418880c8863cf8bf8d375d573b903ffff000_5f481939aef7a5c97dedbb8158678b24903ffff000"
        hex"610b5925afff994a89367f36d1195efa903ffff000_62ad1b837f387fbdadad12dd83cd2819883ffff000"
        hex"6618846389929f4fdc35d1a2a26958c3613ffff000_67888c6d782d265186a2a835cf1199b2903ffff000"
        hex"68be3cf2dd75c549dbffc656eabeee82983ffff000_69328decb93fdb59917f0c50856674b0883ffff000"
        hex"694e80c37192d74d6099f3d3b4150693903ffff000_695ef6bf727ec45f3693a5442b03d67f883ffff000"
        hex"6a761202de7c35c7e1ec7400f2981619903ffff000_6b20c4541d8ef5ccd269c963bf9b934b883ffff000"
        hex"6d61fe70b204f2c400b2574859a8f5af903ffff000_6d7804591e4bfeefab00a1af51e6e0a7883ffff000"
        hex"6e553f653991036c188afcef45e14f9e607ffff000_7065cb489ab3e47058ef9c048a2255f3903ffff000"
        hex"715018a616b5f2044428f6fadb7deef4903ffff000_745a41bc512a5a5e252b58f1f631f75a883ffff000"
        hex"760d9bbaa17a45e814499a7453def897883ffff000_76203b485d5024e083f5ab0b09dea840883ffff000"
        hex"7814232d8bcaa75700d26469faac79cf903ffff000_79cc679044ee9a2021f0a26c0fdec02a0001fff000"
        hex"79df4b9c0f923b0e30267cb21f656ce1983ffff000_7ac2ff7b1f6f7074e262f933827aa0d7883ffff000"
        hex"7ace96a020a4a0519a1a0c4cad775229903ffff000_7d41c86e10b3434baf49e1642e236159883ffff000"
        hex"7e87632ce6de444c4d1e780a1d87d374883ffff000_7eff275e1e5ef538f2ffaf7a8cdc067c903ffff000"
        hex"80500d202f00343c092e3f3ed09dd3c0883ffff000_81b4e8b4ed1aa8d78ff536850a65cc53883ffff000"
        hex"82ad56cb4e5648650ea78c1b99c0d15d983ffff000_84d4b41015ce081688bbf16dabdec9ec883ffff000"
        hex"85b77f45e8ca60d4a9efef1ff0fde29f883ffff000_86a10ddda4cdbc0e1ae4b7a1b7d2bb9e883ffff000"
        hex"86df7292f97d1c87152531a165ef5a03983ffff000_8720316d4a5d42a7c6b04fc64f3e6bf6883ffff000"
        hex"87517c45cbdab9849fa9eca09bd70ab70282042000_88b7ab637aab73fe4e8f6fc8239e6f41883ffff000"
        hex"894ecc58ca74836a4d7199d88f240d35983ffff000_89625b5743826833e45d4e7d75b7757d903ffff000"
        hex"8a91b0e338bf641a462093e64c1c0590903ffff000_8b72a2ecdf0e41a7b4badedcdb0477c3883ffff000"
        hex"8d80ff0a19eeb79604f91006b003a798983ffff000_8dd7712f953d894fac19bc177f15bc12903ffff000"
        hex"8f283970d77a4ed91db7de292ab9ce3b903ffff000_8fc8cf7ed140dc0f38664b2c3de2b179983ffff000"
        hex"8fcb4e5b35ee23f046b6ffd44ff161fc883ffff000_8fcbaf0c4bd00d696b151e364fe3eb82883ffff000"
        hex"912ccaa384fb8be43822e119e81a6288983ffff000_929c253977b5e555bb682a0d7abaa6370002fff000"
        hex"94bf804d99f2e506274f8f54327419cf883ffff000_9517e29fb4b6049eb6540d145fbe05f7903ffff000"
        hex"95777d59804819880194f8c85fd3aebc0001fff000_959b8c3fa5f1ac78a7061180563d6709883ffff000"
        hex"960bfe04ac853c9413ff962a6697c115903ffff000_9623609deed4b45a9ee8abe874ceddbf903ffff000"
        hex"96e292b8b876489f2d2c673c8c6a6f8e983ffff000_9700320306f8bafaad8c034edca252cc903ffff000"
        hex"9941070c58bfb27ff8b8073b0de54203903ffff000_99a88ec4f6ca4a51cc383b8c15b99a6b903ffff000"
        hex"9bd9bbc68c9d2d57236e56ab2cc196bd0001fff000_9d5b4f754f9c10fbfdcf123087734d45903ffff000"
        hex"9dc29fac0ba6d4fc521c69c2b0c636d60401fff000_9e5d4c497cad45610f084c366f9b1a49983ffff000"
        hex"9f40a7b3fcb69a56b1eeb0935b052c16883ffff000_9f5c462adaa9b36a61587caacc1de6fa883ffff000"
        hex"9fd5a6cfd207f3e5388ccd6e1d9553f6883ffff000_a22cb4651ab9570f89bb516380c40ce7883ffc1000"
        hex"a318c1a4c4f3e359bb2a0d321a2f5610883ffff000_a3a7e7f3dc6d3aa109d68b777b27b2b2883ffff000"
        hex"a3b22fc4f3778f26b69ab6b8f2eb5a1f883ffff000_a415bcad4ee807e8d26cbe960a720682883ffff000"
        hex"a457c2d77307f80ff2f3ac810ec99eb1613ffff000_a60fee371fbcc6cc5e7323342b90828f883ffff000"
        hex"a71763a892832e18e6ea273feefa851a903ffff000_a79fe207f531e5ade4751b46521a408a903ffff000"
        hex"a9059cbb2ab09eb219583f4a59a5d0620001fff000_a91ee0dc2646ba378543f27f4abc8f75903ffff000"
        hex"ac9650d882acfa253cba1ed543b9ff47983ffff000_aecd520cbcead96102894fcb022efc34903ffff000"
        hex"b014c3a3ab891cb33bd45f065fc5ebc40001fff000_b10cc728352807cbdfaaab7169993c1d983ffff000"
        hex"b460af94a08911df9ce375fb2a190ee1883ffff000_b49506fdca45183b74631df7d6445444883ffff000"
        hex"b61d27f68746b0955d4867ce6e77d35c983ffff000_b753a98c7edc34134b021830a8cabbfe0001fff000"
        hex"b780c362a87fccb6e8d8310306cc482b983ffff000_b88d4fde60196325a28bb7f99a2582e0883ffff000"
        hex"ba087652ef750b77b3f3b86ecd8aac560840fff000_bb24d99493376f97714c6c833e22a008883ffff000"
        hex"bb35783b345a0424fdde5c6a301d10e90002fff000_bc0ba3c502e006ef6ec1f250a25eadde883ffff000"
        hex"bce38bd77bab7a4d3e5ee47598d81d56983ffff000_be45fd625bc9b4e5b6a9776611d28d19883ffff000"
        hex"bf31196f0c35415c2df64758b6205592883ffff000_c04a8a10f889571e478e7f36393a72a2883ffff000"
        hex"c16ae7a4cfd65ab57620347ab7f870f0983ffff000_c1d34b893a35286aae2bf0e96b3c6bf8883ffff000"
        hex"c1ee2c18d36f5436431ac14cc754d7b4883ffff000_c23a5cea22b3d09afa9497608908c1f3883ffff000"
        hex"c3077fa939581f9bd65c905e5d80a1dd983ffff000_c31856caddd6077f3e3ef241e77b048b903ffff000"
        hex"c3b35a7ee85edea1de957ade34129ab2883ffff000_c7c7f5b397ef5677f49aab0666b16f40087ffff000"
        hex"cae9ca5133009d821214ac8231b3d170883ffff000_cc53287fb525687eda413b870c911c2d893ffff000"
        hex"ccf96b4a4012ef9a43eb18f0d368580b983ffff000_cef6d2098b3b26be8987c77beb22599e983ffff000"
        hex"cf0491c7e9ef0873144c99c283aec9bf983ffff000_cf0929959cbb5cf6cbabf0040caaba46883ffff000"
        hex"d0e30db03f2e24c6531d8ae2f6c09d8e603ffff000_d1614f879ec599be7bb03998372a0f7e903ffff000"
        hex"d2423b51ceb0edbb103a4215d61400f7983ffff000_d4d9bdcdbbdc7a7b6ca8edc5fb36d61b903ffff000"
        hex"d505accfee7b46ac3ce97322c21f328b883ffff000_d6681042ebdfcb4d7be00d77e6300219883ffff000"
        hex"d691c964329b7ea8d975805601f052eb903ffff000_d73dd623510e5d940148236881dd3ce0000103f000"
        hex"d80892cd916beccfaf4c5df718f132b9903ffff000_d81a09f68928ef50e48da562f4a88e52883ffff000"
        hex"d8fbe9943963369a6ec55b024b56e856883ffff000_dd46508f74726de2dfea52d25cd6e7eb983ffff000"
        hex"de61edfc533a7affa9b62fe4adcba2f5903ffff000_df905cafdf7126df4491b139d95eab70983ffff000"
        hex"e009cfde76304ae4f68fc946b1f438cd903ffff000_e068df3784a99a4b26a5ddbd1f28b084903ffff000"
        hex"e130ecad4b5f55995e01c3ea0c70777d903ffff000_e19a9dd9915bcd0262210387ba8f90d3903ffff000"
        hex"e318b52b9bee2870ac7ee0af86866eb2903ffff000_e38335e538545b221322518604fed4c6983ffff000"
        hex"e3ee160ec5755e52a4395e859cd6f010883ffff000_e5166b92ed2a4bd7940e9438223c1f8e903ffff000"
        hex"e584b654f27893ca50bc6ab0321e2252883ffff000_e73cced35a6fa959d1909ab37309ce020002fff000"
        hex"e9ae5c53b168c309277365114d46cae1903ffff000_eab77e17804145daf63baadae77b1aca903ffff000"
        hex"eba3220ce44c01ecd656f327544eb030903ffff000_ec6cb13f26fcf5d01759f1edb2e8cb77883ffff000"
        hex"eca369170841cc24e1e61a5b964f1fa4883ffff000_edd9444b2bc8340a429d967ed20ae7d5883ffff000"
        hex"eecea00084722c96ff71f011bee64d78883ffff000_ef55bec64c1b5e56fa55bf6fadef0c52883ffff000"
        hex"f08a03231ec06525bd86d3ba6c67b1aa903ffff000_f0efd4653ba18761c31406e17a7e6d9b903ffff000"
        hex"f242432a01954b0e0efb67e72c9b3b8e883ffff000_f2888dbbb28494a57963b14340157c06883ffff000"
        hex"f2d5d56b731d9dd563e9f44d07bdda990001fff000_f2fde38b092330466c661fc723d5289b903ffff000"
        hex"f5298acae4baa3384bddc4e6891b4a98883ffff000_f6368f8a6319888e3536ba1e68cdcc61883ffff000"
        hex"f8dc5dd91c83c64a09d4878e686963ef903ffff000_fa6e671db5e4f22593cba18c0d65ac30883ffff000"
        hex"fad8b32a12ce11ea2887e7e753dadc45893ffff000_fbe5ce0a7be4e60b151437380030f17c903ffff000"
        hex"fc673c4f8d4aaaabaea06e9dd5779b22883ffff000_fe8ec1a707eff55434558eab3b2d2169883ffff000"
        hex"fe99049a9a891a3a7b948d65ebb3fcf7883ffff000_fe9d9303e79d04e189cef961eb7b3ed80000fff000"
        hex"fff35b72a29d53aafb4c3f42bcebc32a903ffff000";
    // End of what scripts/generate/tokenTable.ts writes.

    constructor() {
        bytes memory rows = ROWS;
        assembly ("memory-safe") {
            // The constructor ends here: the rows are its code.
            return(add(rows, 0x20), mload(rows))
        }
    }
}

/// @title Reading the rows of the token table
library TokenRowsCode {
    uint256 private constant ROW_SIZE = 21;

    /// @dev The rows in memory, for many questions.
    /// @param pointer a `TokenRows`
    function load(address pointer) internal view returns (bytes memory rows) {
        assembly ("memory-safe") {
            // Behind the STOP, into memory that is allocated for it: a length, the rows, whole words.
            rows := mload(0x40)
            let size := sub(extcodesize(pointer), 1)
            mstore(rows, size)
            extcodecopy(pointer, add(rows, 0x20), 1, size)
            mstore(0x40, add(rows, and(add(size, 0x3f), not(0x1f))))
        }
    }

    /// @dev The row of this selector; 0 if the table does not have it.
    /// @param rows what `load` returns
    function find(bytes memory rows, bytes4 selector) internal pure returns (TokenRow row) {
        assembly ("memory-safe") {
            // Binary search. The low 21 bytes of the word at `at + 21 * n` are the row n places behind; the one sought,
            // if it is there, is among the `count` ones from `at` on.
            let sought := shr(224, selector)
            let at := add(rows, ROW_SIZE)
            let count := div(mload(rows), ROW_SIZE)
            for {} gt(count, 1) {} {
                let half := shr(1, count)
                let middle := add(at, mul(half, ROW_SIZE))
                if iszero(gt(and(shr(136, mload(middle)), 0xffffffff), sought)) {
                    at := middle
                }
                count := sub(count, half)
            }
            let word := and(mload(at), 0xffffffffffffffffffffffffffffffffffffffffff)
            row := mul(word, eq(shr(136, word), sought))
        }
    }
}
