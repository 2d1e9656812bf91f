// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TokenRow, TokenTable} from "../../../../contracts/libraries/TokenTable.sol";
import {PolicyDecoder} from "../../../../contracts/policy/PolicyDecoder.sol";
import {TokenQuestions} from "../../../../contracts/policy/TokenQuestions.sol";
import {TokenRows, TokenRowsCode} from "../../../../contracts/policy/TokenRows.sol";
import {StoredPolicy} from "../../../../contracts/types/StoredPolicy.sol";

/// @notice The libraries of a publication, for tests that ask them alone.
contract PolicyLibraries {
    address public immutable ROWS = address(new TokenRows());

    // --- the token table -------------------------------------------------------------------------------------------

    function areListed(bytes4[] calldata selectors) external pure returns (bool[] memory listed) {
        listed = new bool[](selectors.length);
        for (uint256 i = 0; i < selectors.length; ++i) listed[i] = TokenTable.isListed(selectors[i]);
    }

    function gasOfIsListed(bytes4 selector) external view returns (uint256 used) {
        used = gasleft();
        TokenTable.isListed(selector);
        used -= gasleft();
    }

    /// @notice Which of these selectors have a row.
    function areRows(bytes4[] calldata selectors) external view returns (bool[] memory found) {
        bytes memory rows = TokenRowsCode.load(ROWS);
        found = new bool[](selectors.length);
        for (uint256 i = 0; i < selectors.length; ++i) found[i] = !TokenRowsCode.find(rows, selectors[i]).isNone();
    }

    struct Row {
        bool isNone;
        bool isText;
        uint256 onLimited;
        uint256 elsewhere;
        bool isIdOnNft;
        bool setsAllowance;
        bool takesBack;
        bool isTokenInWord0;
        bool hasConditions;
        uint256 amountWord;
        uint256 spenderWord;
        uint256 grantedWord;
    }

    /// @notice The row of a selector, and whether it stands for this text.
    function row(bytes4 selector, string calldata text) external view returns (Row memory) {
        TokenRow found = TokenRowsCode.find(TokenRowsCode.load(ROWS), selector);
        return
            Row(
                found.isNone(),
                found.isTextOf(keccak256(bytes(text))),
                found.onLimited(),
                found.elsewhere(),
                found.isIdOnNft(),
                found.setsAllowance(),
                found.takesBack(),
                found.isTokenInWord0(),
                found.hasConditions(),
                found.amountWord(),
                found.spenderWord(),
                found.grantedWord()
            );
    }

    // --- what is asked of contracts --------------------------------------------------------------------------------

    function isFungible(address token) external view returns (bool) {
        return TokenQuestions.isFungible(token);
    }

    function isNonFungible(address target) external view returns (bool) {
        return TokenQuestions.isNonFungible(target);
    }

    function assetOf(address vault) external view returns (address) {
        return TokenQuestions.assetOf(vault);
    }

    /// @notice What a call of a contract that was called before costs.
    function gasOf(address target, bytes calldata data) external view returns (uint256 used) {
        (bool isWarm, ) = target.staticcall(data);
        bytes memory copy = data;
        used = gasleft();
        (bool success, ) = target.staticcall(copy);
        used -= gasleft();
        require(isWarm && success);
    }

    // --- stored policies -------------------------------------------------------------------------------------------

    function decode(bytes memory code) external pure returns (StoredPolicy memory) {
        return PolicyDecoder.decode(code);
    }
}
