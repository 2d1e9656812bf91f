// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @dev OpenZeppelin's ERC4626, named.
contract SavingsVault is ERC4626 {
    constructor(IERC20 asset) ERC20("Savings", "SAV") ERC4626(asset) {}
}
