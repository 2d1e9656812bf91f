// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1155Receiver} from "@openzeppelin/contracts/token/ERC1155/IERC1155Receiver.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {AccountFixture} from "../../support/solidity/AccountFixture.sol";

/// @notice Both forms take what they are sent.
contract ReceiveTest is AccountFixture {
    function test_both_forms_take_the_native_coin(uint96 value) public {
        address[2] memory accounts = _both();
        for (uint256 i = 0; i < 2; ++i) {
            vm.deal(address(this), value);
            (bool success, ) = accounts[i].call{value: value}("");
            vm.assertTrue(success);
            vm.assertEq(accounts[i].balance, value);
        }
    }

    function test_both_forms_take_tokens(address operator, address from, uint256 id, bytes memory data) public {
        address[2] memory accounts = _both();
        for (uint256 i = 0; i < 2; ++i) {
            IERC721Receiver nft = IERC721Receiver(accounts[i]);
            vm.assertTrue(nft.onERC721Received(operator, from, id, data) == IERC721Receiver.onERC721Received.selector);
            IERC1155Receiver multi = IERC1155Receiver(accounts[i]);
            vm.assertTrue(
                multi.onERC1155Received(operator, from, id, 1, data) == IERC1155Receiver.onERC1155Received.selector
            );
            vm.assertTrue(
                multi.onERC1155BatchReceived(operator, from, new uint256[](1), new uint256[](1), data) ==
                    IERC1155Receiver.onERC1155BatchReceived.selector
            );
            vm.assertTrue(multi.supportsInterface(type(IERC1155Receiver).interfaceId));
            vm.assertTrue(multi.supportsInterface(type(IERC165).interfaceId));
            vm.assertFalse(multi.supportsInterface(0xffffffff));
        }
    }

    function _both() private returns (address[2] memory) {
        return [address(deployAccount(owner, address(0))), address(delegate(owner))];
    }
}
