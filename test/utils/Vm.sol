// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev The cheat codes that the tests use.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function assume(bool condition) external pure;

    function etch(address target, bytes calldata code) external;

    function expectRevert(bytes calldata revertData) external;

    function getRecordedLogs() external returns (Log[] memory logs);

    function label(address account, string calldata name) external;

    function prank(address sender) external;

    function recordLogs() external;
}

Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
