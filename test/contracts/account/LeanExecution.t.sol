// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7579Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {LatchkeyAccount} from "../../../contracts/account/LatchkeyAccount.sol";
import {Call} from "../../../contracts/types/Call.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {YesValidator} from "../../support/solidity/mocks/AccountModules.sol";
import {AccountFixture} from "../../support/solidity/AccountFixture.sol";

/// @dev Answers, or reverts with, the calldata behind its first byte, and says what value came with it.
contract Echo {
    event Called(uint256 value, bytes data);

    fallback(bytes calldata data) external payable returns (bytes memory) {
        emit Called(msg.value, data);
        if (data.length != 0 && uint8(data[0]) & 1 != 0) {
            bytes memory reason = data[1:];
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
        return data;
    }
}

/// @notice Single and batch calls do what OpenZeppelin's `ERC7579Utils` does, which runs every mode that has a payload.
contract LeanExecutionTest is AccountFixture {
    /// @dev A mode payload, which nobody reads.
    bytes32 private constant PAYLOAD = bytes32(uint256(1));
    bytes32 private constant BATCH = bytes32(uint256(1) << 248);

    LatchkeyAccount private _account;
    address private _echo;
    address private _module;

    function setUp() public {
        _module = address(new YesValidator());
        _account = deployAccount(owner, _module);
        _echo = address(new Echo());
        vm.deal(address(_account), 1 ether);
    }

    function testFuzz_single(uint256 target, uint8 value, bytes calldata data, uint8 cut) public {
        bytes memory execution = abi.encodePacked(_target(target), _value(value), data);
        if (cut < 16) execution = _cut(execution, target % 53);
        _requireAlike(SINGLE, execution);
    }

    function testFuzz_batch(
        uint256[3] calldata targets,
        uint8[3] calldata values,
        bytes[3] calldata data,
        uint256 cut
    ) public {
        Call[] memory calls = new Call[](targets[0] % 4);
        for (uint256 i = 0; i < calls.length; ++i) {
            calls[i] = Call(_target(targets[i]), _value(values[i]), data[i]);
        }
        bytes memory execution = abi.encode(calls);
        if (cut % 4 == 0) execution = _cut(execution, cut % execution.length);
        if (cut % 4 == 1) execution[(cut >> 8) % execution.length] = bytes1(uint8(cut >> 128));
        _requireAlike(BATCH, execution);
    }

    /// @dev The account itself, what echoes, what has no code.
    function _target(uint256 seed) private view returns (address) {
        if (seed % 8 == 0) return address(0);
        if (seed % 8 == 1) return address(uint160(seed | (2 ** 80)));
        return _echo;
    }

    /// @dev Now and then more than the account has.
    function _value(uint8 seed) private pure returns (uint256) {
        return seed < 8 ? 2 ether : seed % 3;
    }

    function _cut(bytes memory data, uint256 length) private pure returns (bytes memory) {
        assembly ("memory-safe") {
            // At most what was allocated.
            if lt(length, mload(data)) {
                mstore(data, length)
            }
        }
        return data;
    }

    function _requireAlike(bytes32 mode, bytes memory execution) private {
        _requireAlike(EntryPoints.V09, IERC7579Execution.execute.selector, mode, execution);
        _requireAlike(_module, IERC7579Execution.executeFromExecutor.selector, mode, execution);
    }

    function _requireAlike(address caller, bytes4 selector, bytes32 mode, bytes memory execution) private {
        uint256 state = vm.snapshotState();
        vm.prank(caller);
        (bool success, bytes memory answer) = address(_account).call(abi.encodeWithSelector(selector, mode, execution));
        uint256 left = address(_account).balance;
        vm.revertToState(state);
        vm.prank(caller);
        (bool expected, bytes memory plain) = address(_account).call(
            abi.encodeWithSelector(selector, mode | PAYLOAD, execution)
        );
        vm.assertEq(success, expected);
        vm.assertEq(answer, plain);
        vm.assertEq(left, address(_account).balance);
    }
}
