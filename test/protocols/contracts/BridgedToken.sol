// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
// Of the packages of these tests.
// solhint-disable-next-line import-path-check
import {OFT} from "@layerzerolabs/oft-evm/contracts/OFT.sol";

/// @dev LayerZero's own OFT, with a supply.
contract BridgedToken is OFT {
    constructor(
        address endpoint,
        address owner,
        address holder,
        uint256 supply
    ) OFT("Bridged", "BRD", endpoint, owner) Ownable(owner) {
        _mint(holder, supply);
    }
}
