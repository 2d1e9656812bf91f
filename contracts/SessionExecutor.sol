// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7579Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {ISessionConsumer} from "./interfaces/ISessionConsumer.sol";
import {ISessionExecutor} from "./interfaces/ISessionExecutor.sol";
import {SessionHash} from "./libraries/SessionHash.sol";
import {SessionRegistry} from "./SessionRegistry.sol";
import {Check} from "./SessionStore.sol";
import {Route} from "./types/Grant.sol";
import {SessionSignature} from "./types/SessionSignature.sol";

/// @title Acting without an EntryPoint
/// @notice Routes `direct`, `relayed`, `forwarded` and `asked`. Calls nothing but the principal's own
/// `executeFromExecutor`, after everything is written.
abstract contract SessionExecutor is SessionRegistry, ISessionExecutor {
    /// @dev Upper bound on the gas spent between reading `gasleft()` and the account's first instruction: 2,600 of it for
    /// the code of an EIP-7702 wallet's delegate, which is cold.
    uint256 private constant _CALL_OVERHEAD = 3_600;
    /// @dev Length of an empty `bytes[]`: no account that acted answers with less.
    uint256 private constant _MIN_ANSWER = 64;

    /// @inheritdoc ISessionExecutor
    function execute(address principal, bytes32 mode, bytes calldata executionCalldata) external {
        _requireNoCode(msg.sender);
        _requireCode(principal);
        Check memory check;
        _load(check, principal, msg.sender);
        _requireOpen(check, block.timestamp);
        _checkExecution(check, mode, executionCalldata);
        _consume(check, Route.direct);
        _execute(principal, mode, executionCalldata, 0);
    }

    /// @inheritdoc ISessionExecutor
    function executeBySig(
        address principal,
        bytes32 mode,
        bytes calldata executionCalldata,
        uint256 nonce,
        uint256 minGas,
        bytes calldata signature
    ) external {
        _requireCode(principal);
        Check memory check;
        uint48 deadline = _loadRelayed(check, principal, nonce, signature);
        _checkExecution(check, mode, executionCalldata);
        bytes32 structHash = SessionHash.execution(
            principal,
            mode,
            executionCalldata,
            nonce,
            minGas,
            deadline,
            check.counters.registration()
        );
        if (!_isSignedByKey(check, structHash, signature)) revert InvalidSessionSignature(check.key);
        _consume(check, Route.relayed);
        _execute(principal, mode, executionCalldata, minGas);
    }

    /// @inheritdoc ISessionExecutor
    function consumeForwarded(address principal, address key, address target, bytes calldata data) external {
        _requireForwarder();
        _requireNoCode(key);
        Check memory check;
        _load(check, principal, key);
        _requireOpen(check, block.timestamp);
        _checkCall(check, target, 0, data, false);
        _consume(check, Route.forwarded);
    }

    /// @inheritdoc ISessionExecutor
    function consumeForwardedBySig(
        address principal,
        address target,
        bytes calldata data,
        uint256 nonce,
        uint256 minGas,
        bytes calldata signature
    ) external {
        _requireForwarder();
        Check memory check;
        uint48 deadline = _loadRelayed(check, principal, nonce, signature);
        _checkCall(check, target, 0, data, false);
        bytes32 structHash = SessionHash.forward(
            principal,
            target,
            data,
            nonce,
            minGas,
            deadline,
            check.counters.registration()
        );
        if (!_isSignedByKey(check, structHash, signature)) revert InvalidSessionSignature(check.key);
        _consume(check, Route.forwarded);
    }

    /// @inheritdoc ISessionConsumer
    function consumeSession(address principal, address key, bytes calldata data) external {
        _requireNoCode(key);
        Check memory check;
        _load(check, principal, key);
        _requireOpen(check, block.timestamp);
        _checkCall(check, msg.sender, 0, data, true);
        _consume(check, Route.asked);
    }

    /// @dev Loads a session for a call that its key signed and uses up the nonce.
    function _loadRelayed(
        Check memory check,
        address principal,
        uint256 nonce,
        bytes calldata signature
    ) private returns (uint48 deadline) {
        address key;
        (key, deadline) = SessionSignature.decode(signature);
        _load(check, principal, key);
        _requireOpen(check, block.timestamp);
        _requireDeadline(check, deadline);
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, block.timestamp);
        _useNonce(principal, key, nonce);
    }

    function _consume(Check memory check, Route route) private {
        _checkBudgets(check, 0);
        _commit(check, 0);
        emit SessionUsed(check.principal, check.key, route, check.calls);
    }

    /// @dev Passes the calls on, byte for byte what was checked. What the account returns is not copied.
    function _execute(address principal, bytes32 mode, bytes calldata execution, uint256 minGas) private {
        bytes memory data = abi.encodeCall(IERC7579Execution.executeFromExecutor, (mode, execution));
        if (minGas != 0) {
            uint256 available = gasleft();
            // All but one 64th can be passed on.
            available -= available / 64;
            if (available < _CALL_OVERHEAD || available - _CALL_OVERHEAD < minGas) {
                revert GasBelowMinimum(available, minGas);
            }
        }
        uint256 answer;
        assembly ("memory-safe") {
            // Nothing returned is read; revert data is passed on from behind the free memory pointer.
            if iszero(call(gas(), principal, 0, add(data, 0x20), mload(data), 0, 0)) {
                let free := mload(0x40)
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
            answer := returndatasize()
        }
        if (answer < _MIN_ANSWER) revert PrincipalAnswerTooShort(principal, answer, _MIN_ANSWER);
    }

    function _requireForwarder() private view {
        if (msg.sender != FORWARDER) revert CallerNotForwarder(msg.sender, FORWARDER);
    }

    function _requireNoCode(address key) internal view {
        if (key.code.length != 0) revert KeyHasCode(key);
    }

    function _requireCode(address principal) internal view {
        if (principal.code.length == 0) revert PrincipalWithoutCode(principal);
    }
}
