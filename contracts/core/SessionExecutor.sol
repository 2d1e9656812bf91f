// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ISessionConsumer} from "../interfaces/ISessionConsumer.sol";
import {ISessionExecutor} from "../interfaces/ISessionExecutor.sol";
import {StoredPolicies} from "../libraries/StoredPolicies.sol";
import {SIGNATURE_SIZE} from "../types/Bounds.sol";
import {DetailFlags} from "../types/DetailFlags.sol";
import {MethodWord} from "../types/MethodWord.sol";
import {Route} from "../types/Route.sol";
import {Handover} from "./Handover.sol";
import {IFirstUse} from "./IFirstUse.sol";
import {Admission, CallsForm} from "./PolicyEngine.sol";
import {SessionCalls} from "./SessionCalls.sol";

/// @title Acting without an EntryPoint
/// @notice Routes `direct`, `relayed`, `forwarded` and `asked` of sessions that are there already. What brings its grant
/// is passed on.
abstract contract SessionExecutor is SessionCalls, Handover, ISessionExecutor, ISessionConsumer {
    /// @inheritdoc ISessionExecutor
    function execute(address principal, bytes32 mode, bytes calldata executionCalldata) external {
        _executeAsKey(principal, mode, executionCalldata);
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
        if (signature.length != SIGNATURE_SIZE) _handOver(_ENTRANCE, IFirstUse.executeFirstUse.selector);
        _executeSigned(principal, mode, executionCalldata, nonce, minGas, signature);
    }

    /// @inheritdoc ISessionExecutor
    function consumeForwarded(address principal, address key, address target, bytes calldata data) external {
        _requireForwarder();
        _consume(principal, key, Route.forwarded, target, data);
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
        if (signature.length != SIGNATURE_SIZE) _handOver(_ENTRANCE, IFirstUse.consumeForwardedFirstUse.selector);
        _consumeSigned(principal, target, data, nonce, minGas, signature);
    }

    /// @inheritdoc ISessionConsumer
    function consumeSession(address principal, address key, bytes calldata data) external {
        _consume(principal, key, Route.asked, msg.sender, data);
    }

    /// @inheritdoc ISessionConsumer
    function isValidFor(address key, address principal) external view returns (bool) {
        if (!_isLive(principal, key)) return false;
        address policy = _pointerOf(_sessions[key][principal].word);
        uint256 hot = StoredPolicies.load(policy);
        uint256 count = StoredPolicies.settings(hot).methodCount();
        for (uint256 i = 0; i < count; ++i) {
            MethodWord method = StoredPolicies.methodAt(hot, i);
            if (method.target() == msg.sender && _isConsumable(policy, hot, method)) return true;
        }
        return false;
    }

    /// @dev Whether one of the method's alternatives may be consumed.
    function _isConsumable(address policy, uint256 hot, MethodWord method) private view returns (bool) {
        if (!method.isDetailed()) return method.isConsumable();
        uint256 detail = StoredPolicies.loadDetails(policy, hot, method);
        for (uint256 left = method.alternatives(); left != 0; --left) {
            uint256 word;
            assembly ("memory-safe") {
                // An alternative starts with its size, two bytes, and its flags; there are as many as the word says.
                word := mload(detail)
                detail := add(detail, shr(240, word))
            }
            if ((word >> 232) & DetailFlags.CONSUMABLE != 0) return true;
        }
        return false;
    }

    /// @dev One call of the key's own, straight to a dApp's contract.
    function _consume(address principal, address key, Route route, address target, bytes calldata data) private {
        Admission memory admission = _newAdmission()[0];
        (admission.principal, admission.key, admission.route) = (principal, key, uint256(route));
        (admission.form, admission.target) = (uint256(CallsForm.ONE), target);
        _requirePlainKey(key);
        _admit(admission, data);
        _use(admission);
    }

    function _requireForwarder() private view {
        if (msg.sender != _FORWARDER) revert CallerNotForwarder(msg.sender, _FORWARDER);
    }
}
