// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEntryPointStake, IPaymaster, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";

/// @notice A paymaster that pays for everybody after doing in validation what its name says.
abstract contract TracedPaymaster is IPaymaster {
    function validatePaymasterUserOp(
        PackedUserOperation calldata userOp,
        bytes32,
        uint256
    ) external returns (bytes memory context, uint256 validationData) {
        _misbehave(userOp.sender);
        return ("", 0);
    }

    function postOp(PostOpMode, bytes calldata, uint256, uint256) external {}

    function _misbehave(address sender) internal virtual;
}

/// @notice Counts under the account.
contract GoodPaymaster is TracedPaymaster {
    mapping(address account => uint256) private _paid;

    function _misbehave(address sender) internal override {
        _paid[sender] += 1;
    }
}

/// @notice Counts under nobody: its own storage, for which it needs a stake.
contract CountingPaymaster is TracedPaymaster {
    uint256 private _paid;

    function addStake(IEntryPointStake entryPoint) external payable {
        entryPoint.addStake{value: msg.value}(1);
    }

    function _misbehave(address) internal override {
        _paid += 1;
    }
}
