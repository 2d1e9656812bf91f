// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

/// @title What publication asks of contracts
/// @dev By `staticcall`, so that nobody can write, create or log anything meanwhile. Each question has the same gas, and
/// whoever publishes decides nothing by bringing too little: a question that would be starved is not asked, and all reverts, as out of gas.
library TokenQuestions {
    bytes4 private constant DECIMALS = bytes4(keccak256("decimals()"));
    bytes4 private constant ASSET = bytes4(keccak256("asset()"));
    /// @dev For one question to a contract that may stand behind several proxies.
    uint256 private constant ASKING_GAS = 100_000;
    /// @dev With less, a call would pass on less than ASKING_GAS (EIP-150), and "no answer" could be the publisher's
    /// doing: 64/63 of it, 2,600 for a cold account, and some for the instructions before the call.
    uint256 private constant GAS_TO_ASK = 104_400;

    /// @dev A contract that answers `decimals()`, does not say that it is an ERC-721 or an ERC-1155, and keeps no
    /// approval of one id: an ERC-404 takes the same number for an amount or for an id, and answers for neither.
    function isFungible(address token) internal view returns (bool) {
        (bool answers, uint256 answer) = _ask(token, DECIMALS, 0, 4);
        if (!answers || answer > type(uint8).max) return false;
        (answers, ) = _ask(token, IERC721.getApproved.selector, 1, 36);
        return !answers && !isNonFungible(token);
    }

    /// @dev Whether it answers ERC-165 for ERC-721 or ERC-1155.
    function isNonFungible(address target) internal view returns (bool) {
        return
            _supports(target, type(IERC165).interfaceId) &&
            !_supports(target, 0xffffffff) &&
            (_supports(target, type(IERC721).interfaceId) || _supports(target, type(IERC1155).interfaceId));
    }

    /// @dev What a vault's shares are of; `address(0)` if it does not say.
    function assetOf(address vault) internal view returns (address asset) {
        (bool answers, uint256 answer) = _ask(vault, ASSET, 0, 4);
        if (answers && answer >> 160 == 0) asset = address(uint160(answer));
    }

    function _supports(address target, bytes4 interfaceId) private view returns (bool) {
        uint256 argument = uint256(bytes32(interfaceId));
        (bool answers, uint256 answer) = _ask(target, IERC165.supportsInterface.selector, argument, 36);
        return answers && answer != 0;
    }

    /// @dev Asks for a word.
    /// @param size of the question: 4, or 36 with its argument
    function _ask(
        address target,
        bytes4 selector,
        uint256 argument,
        uint256 size
    ) private view returns (bool answers, uint256 answer) {
        assembly ("memory-safe") {
            if lt(gas(), GAS_TO_ASK) {
                revert(0, 0)
            }
            // The question is 36 bytes of the scratch space, the answer its first word.
            mstore(0, selector)
            mstore(4, argument)
            answers := staticcall(ASKING_GAS, target, 0, size, 0, 0x20)
            answers := and(answers, gt(returndatasize(), 0x1f))
            answer := mload(0)
        }
    }
}
