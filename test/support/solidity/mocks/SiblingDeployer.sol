// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Creates whatever it is handed. Siblings find one another by their creator and the order of its creations.
contract SiblingDeployer {
    error CreationFailed();

    function create(bytes memory initCode) external returns (address sibling) {
        assembly ("memory-safe") {
            // Reads the init code from memory and writes none.
            sibling := create(0, add(initCode, 32), mload(initCode))
        }
        if (sibling == address(0)) revert CreationFailed();
    }
}
