// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7579Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {ISessionConsumer} from "../interfaces/ISessionConsumer.sol";
import {ISessionExecutor} from "../interfaces/ISessionExecutor.sol";
import {Permissions} from "../libraries/Permissions.sol";
import {SessionHash} from "../libraries/SessionHash.sol";
import {SessionSignature} from "../libraries/SessionSignature.sol";
import {PermissionWord} from "../types/PermissionWord.sol";
import {SettingsWord} from "../types/SettingsWord.sol";
import {KeySignatures} from "./KeySignatures.sol";
import {Check} from "./PolicyEngine.sol";

/// @title Acting without an EntryPoint
/// @notice Routes `direct`, `relayed`, `forwarded` and `asked`. Calls nothing but the principal's own
/// `executeFromExecutor`, after everything is written.
abstract contract SessionExecutor is KeySignatures, ISessionExecutor, ISessionConsumer {
    /// @dev Upper bound on the gas spent between reading `gasleft()` and the account's first instruction: 2,600 of it for
    /// the code of an EIP-7702 wallet's delegate, which is cold.
    uint256 private constant _CALL_OVERHEAD = 3_600;
    /// @dev Length of an empty `bytes[]`: no account that acted answers with less.
    uint256 private constant _MIN_ANSWER = 64;

    /// @inheritdoc ISessionExecutor
    function execute(address principal, bytes32 mode, bytes calldata executionCalldata) external {
        Check memory check;
        _admit({check: check, principal: principal, key: msg.sender, forDapp: false, isSigned: false, deadline: 0});
        _checkExecution(check, mode, executionCalldata);
        _consume(check);
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
        Check memory check;
        _requireParties({principal: principal, key: address(0), forDapp: false, isSigned: true});
        uint48 deadline = _admitSigned(check, principal, false, nonce, signature);
        _checkExecution(check, mode, executionCalldata);
        bytes32 structHash = SessionHash.execution(
            principal,
            mode,
            executionCalldata,
            nonce,
            minGas,
            deadline,
            check.word.registration()
        );
        if (!_isSignedByKey(check, structHash, signature)) revert InvalidSessionSignature(check.key);
        _consume(check);
        _execute(principal, mode, executionCalldata, minGas);
    }

    /// @inheritdoc ISessionExecutor
    function consumeForwarded(address principal, address key, address target, bytes calldata data) external {
        _requireForwarder();
        Check memory check;
        _admit({check: check, principal: principal, key: key, forDapp: true, isSigned: false, deadline: 0});
        _checkDappCall(check, target, 0, data, false);
        _consume(check);
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
        _requireParties({principal: principal, key: address(0), forDapp: true, isSigned: true});
        uint48 deadline = _admitSigned(check, principal, true, nonce, signature);
        _checkDappCall(check, target, 0, data, false);
        bytes32 structHash = SessionHash.forward(
            principal,
            target,
            data,
            nonce,
            minGas,
            deadline,
            check.word.registration()
        );
        if (!_isSignedByKey(check, structHash, signature)) revert InvalidSessionSignature(check.key);
        _consume(check);
    }

    /// @inheritdoc ISessionConsumer
    function consumeSession(address principal, address key, bytes calldata data) external {
        Check memory check;
        _admit({check: check, principal: principal, key: key, forDapp: true, isSigned: false, deadline: 0});
        _checkDappCall(check, msg.sender, 0, data, true);
        _consume(check);
    }

    /// @inheritdoc ISessionConsumer
    function isValidFor(address key, address principal) external view returns (bool) {
        if (!_isLive(principal, key)) return false;
        uint256 hot = _hotOf(principal, key);
        SettingsWord settings = Permissions.settings(hot);
        uint256 count = settings.permissionCount();
        for (uint256 i = 0; i < count; ++i) {
            PermissionWord permission = Permissions.at(hot, i);
            if (permission.target() == msg.sender && permission.isConsumable()) return true;
        }
        return false;
    }

    /// @dev `_admit` behind `_requireParties`: between the two the signature is read, which names key and deadline. Uses
    /// up the nonce.
    function _admitSigned(
        Check memory check,
        address principal,
        bool forDapp,
        uint256 nonce,
        bytes calldata signature
    ) private returns (uint48 deadline) {
        address key;
        (key, deadline, check.x, check.y) = SessionSignature.decode(signature);
        _requireSession(check, principal, key, forDapp);
        _requireInTime(check, deadline);
        _useNonce(principal, key, nonce);
    }

    /// @dev Uses up a relayer's nonce.
    function _useNonce(address principal, address key, uint256 nonce) private {
        uint256 bit = 1 << (nonce & 0xff);
        uint256 word = _nonces[key][principal][nonce >> 8];
        if (word & bit != 0) revert NonceAlreadyUsed(principal, key, nonce);
        _nonces[key][principal][nonce >> 8] = word | bit;
    }

    function _consume(Check memory check) private {
        _checkBudgets(check, 0);
        _commit(check);
        emit SessionUsed(check.principal, check.key);
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
        if (answer < _MIN_ANSWER) revert PrincipalAnsweredNothing(principal, answer);
    }

    function _requireForwarder() private view {
        address forwarder = _forwarder();
        if (msg.sender != forwarder) revert CallerNotForwarder(msg.sender, forwarder);
    }
}
