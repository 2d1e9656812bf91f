// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

/// @notice What a contract that a policy trusts may be holding of a wallet before the session starts: an allowance, an
/// operator's right, a deposit. It gives all of it to whoever a call names.
contract Custodian {
    mapping(address owner => mapping(IERC20 token => uint256)) public depositOf;

    function deposit(IERC20 token, uint256 amount) external {
        token.transferFrom(msg.sender, address(this), amount);
        depositOf[msg.sender][token] += amount;
    }

    function collect(IERC20 token, uint256 amount, address to) external {
        token.transferFrom(msg.sender, to, amount);
    }

    function collectItem(IERC721 collection, uint256 id, address to) external {
        collection.transferFrom(msg.sender, to, id);
    }

    function payOut(IERC20 token, uint256 amount, address to) external {
        depositOf[msg.sender][token] -= amount;
        token.transfer(to, amount);
    }
}
