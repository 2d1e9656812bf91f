// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";

/// @notice An account whose code accepts everybody's operations, whatever module their nonce names, and that wastes gas
/// and reverts as it is told: all that a paymaster has to be prepared for.
contract OpenAccount {
    error Unwilling(bytes reason);

    function validateUserOp(PackedUserOperation calldata, bytes32, uint256) external pure returns (uint256) {
        return 0;
    }

    /// @param execution `abi.encode(gas to waste, size of the reason to revert with or 0, filling)`
    function execute(bytes32, bytes calldata execution) external payable {
        (uint256 waste, uint256 reason) = abi.decode(execution, (uint256, uint256));
        uint256 enough = gasleft();
        enough = enough > waste ? enough - waste : 0;
        while (gasleft() > enough) {}
        if (reason != 0) revert Unwilling(new bytes(reason));
    }
}
