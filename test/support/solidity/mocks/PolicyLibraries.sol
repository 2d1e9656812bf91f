// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {HeadWord, MethodText} from "../../../../contracts/policy/MethodText.sol";
import {TokenCall, TokenCalls} from "../../../../contracts/libraries/TokenCalls.sol";
import {WordType} from "../../../../contracts/types/WordType.sol";

/// @notice The libraries of a publication, for tests that ask them alone.
contract PolicyLibraries {
    /// @notice Parses each text with the same working memory, and returns what is known of the last one.
    function parse(
        string[] calldata texts,
        uint256 index
    ) external pure returns (bytes32 hash, uint256[] memory kinds, uint256[] memory types) {
        uint256[] memory scratch = MethodText.newScratch();
        uint256 words;
        for (uint256 i = 0; i < texts.length; ++i) (hash, words) = MethodText.parse(scratch, bytes(texts[i]), index);
        kinds = new uint256[](words);
        types = new uint256[](words);
        for (uint256 i = 0; i < words; ++i) {
            HeadWord headWord = MethodText.headWord(scratch, i);
            kinds[i] = headWord.kind();
            types[i] = WordType.unwrap(headWord.wordType());
        }
    }

    function gasOfParse(string calldata text) external view returns (uint256 used) {
        uint256[] memory scratch = MethodText.newScratch();
        used = gasleft();
        MethodText.parse(scratch, bytes(text), 0);
        used -= gasleft();
    }

    function areListed(bytes4[] calldata selectors) external pure returns (bool[] memory listed) {
        listed = new bool[](selectors.length);
        for (uint256 i = 0; i < selectors.length; ++i) listed[i] = TokenCalls.isListed(selectors[i]);
    }

    struct Row {
        bool isNone;
        bool isText;
        uint256 class;
        bool isExact;
        bool isIdOnNft;
        bool isTokenInWord0;
        uint256 amountWord;
        bool hasSpender;
        bool hasRecipient;
        uint256 principals;
        uint256 pinnedWord;
    }

    /// @notice The row of a text's selector.
    function row(string calldata text) external pure returns (Row memory) {
        TokenCall found = TokenCalls.row(TokenCalls.load(), bytes4(keccak256(bytes(text))));
        return
            Row(
                found.isNone(),
                found.isTextOf(keccak256(bytes(text))),
                found.class(),
                found.isExact(),
                found.isIdOnNft(),
                found.isTokenInWord0(),
                found.amountWord(),
                found.hasSpender(),
                found.hasRecipient(),
                found.principals(),
                found.pinnedWord()
            );
    }
}
