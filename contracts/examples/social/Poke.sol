// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title POKE
/// @notice The social network's token. It trusts no forwarder, so allowances and transfers stay with the wallet.
contract Poke is ERC20 {
    /// @param holder who starts with all of it
    /// @param supply base units; 18 decimals
    constructor(address holder, uint256 supply) ERC20("Poke", "POKE") {
        _mint(holder, supply);
    }
}
