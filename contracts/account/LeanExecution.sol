// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountERC7579} from "@openzeppelin/contracts/account/extensions/draft-AccountERC7579.sol";
import {ERC7579Utils, Mode} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {Execution, MODULE_TYPE_EXECUTOR} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {Calldata} from "@openzeppelin/contracts/utils/Calldata.sol";
import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";
import {ModuleValidation} from "./ModuleValidation.sol";

/// @title Calls without copies of what they return
/// @dev Single and batch calls of the default exec type, as every wallet and Latchkey send them, without the arrays of
/// results that `AccountERC7579` builds: `execute` returns none, and an executor's single call is answered from where
/// the result lies. Calls, errors and answers are those of `ERC7579Utils`, byte for byte; what is left is its own.
abstract contract LeanExecution is ModuleValidation {
    bytes32 private constant _SINGLE = bytes32(0);
    bytes32 private constant _BATCH = bytes32(uint256(1) << 248);

    /// @inheritdoc AccountERC7579
    function execute(
        bytes32 mode,
        bytes calldata executionCalldata
    ) public payable virtual override onlyEntryPointOrSelf {
        if (mode == _SINGLE) {
            (address target, uint256 value, bytes calldata data) = ERC7579Utils.decodeSingle(executionCalldata);
            _call(target, value, data);
        } else if (mode == _BATCH) {
            Execution[] calldata batch = ERC7579Utils.decodeBatch(executionCalldata);
            for (uint256 i = 0; i < batch.length; ++i) {
                Execution calldata call_ = batch[i];
                _call(call_.target, call_.value, call_.callData);
            }
        } else {
            _execute(Mode.wrap(mode), executionCalldata);
        }
    }

    /// @inheritdoc AccountERC7579
    function executeFromExecutor(
        bytes32 mode,
        bytes calldata executionCalldata
    ) public payable virtual override onlyModule(MODULE_TYPE_EXECUTOR, Calldata.emptyBytes()) returns (bytes[] memory) {
        if (mode != _SINGLE) return _execute(Mode.wrap(mode), executionCalldata);
        (address target, uint256 value, bytes calldata data) = ERC7579Utils.decodeSingle(executionCalldata);
        _call(target, value, data);
        assembly ("memory-safe") {
            // The encoding of one result in an array, behind the free memory pointer; nothing runs afterwards.
            let free := mload(0x40)
            let size := returndatasize()
            mstore(free, 0x20)
            mstore(add(free, 0x20), 1)
            mstore(add(free, 0x40), 0x20)
            mstore(add(free, 0x60), size)
            returndatacopy(add(free, 0x80), 0, size)
            mstore(add(add(free, 0x80), size), 0)
            return(free, add(0x80, and(add(size, 0x1f), not(0x1f))))
        }
    }

    /// @dev The target 0 is this account. What the call returns stays in the return data.
    function _call(address target, uint256 value, bytes calldata data) private {
        if (target == address(0)) target = address(this);
        bool success;
        assembly ("memory-safe") {
            // Input and revert data stand in free memory and are not kept.
            let free := mload(0x40)
            calldatacopy(free, data.offset, data.length)
            success := call(gas(), target, value, free, data.length, 0, 0)
            if iszero(or(success, iszero(returndatasize()))) {
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
        }
        if (!success) revert Errors.FailedCall();
    }
}
