// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../../../../contracts/interfaces/IPolicyErrors.sol";
import {PolicyStore} from "../../../../contracts/policy/PolicyStore.sol";

/// @notice Stands where the siblings' deployer would: what it creates third is a store's encoder, what fourth its store.
contract PolicyStoreDeployer {
    constructor(bytes memory encoderCode, bytes memory storeCode) {
        // Two creations that nobody needs.
        for (uint256 i = 0; i < 2; ++i) _create(hex"00");
        _create(encoderCode);
        _create(storeCode);
    }

    function _create(bytes memory initCode) private returns (address created) {
        assembly ("memory-safe") {
            created := create(0, add(initCode, 0x20), mload(initCode))
        }
    }
}
