// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC7579Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {ISessionConsumer} from "../interfaces/ISessionConsumer.sol";
import {ISessionExecutor} from "../interfaces/ISessionExecutor.sol";
import {SessionHash} from "../libraries/SessionHash.sol";
import {SessionSignature} from "../libraries/SessionSignature.sol";
import {StoredPolicies} from "../libraries/StoredPolicies.sol";
import {DetailFlags} from "../types/DetailFlags.sol";
import {MethodWord} from "../types/MethodWord.sol";
import {Route} from "../types/Route.sol";
import {KeySignatures} from "./KeySignatures.sol";
import {Admission, CallsForm} from "./PolicyEngine.sol";

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
        Admission memory admission = _newAdmission()[0];
        (admission.principal, admission.key, admission.route) = (principal, msg.sender, uint256(Route.direct));
        admission.mode = mode;
        _requirePlainKey(msg.sender);
        _requireCode(principal);
        _admit(admission, executionCalldata);
        _use(admission);
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
        Admission memory admission = _newAdmission()[0];
        (admission.principal, admission.route) = (principal, uint256(Route.relayed));
        admission.mode = mode;
        uint48 deadline = _admitSigned(admission, executionCalldata, signature);
        bytes32 structHash = SessionHash.execution(
            principal,
            mode,
            executionCalldata,
            nonce,
            minGas,
            deadline,
            admission.word.registration()
        );
        _useSigned(admission, structHash, nonce, signature);
        _execute(principal, mode, executionCalldata, minGas);
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
        Admission memory admission = _newAdmission()[0];
        (admission.principal, admission.route) = (principal, uint256(Route.forwarded));
        (admission.form, admission.target) = (uint256(CallsForm.ONE), target);
        uint48 deadline = _admitSigned(admission, data, signature);
        bytes32 structHash = SessionHash.forward(
            principal,
            target,
            data,
            nonce,
            minGas,
            deadline,
            admission.word.registration()
        );
        _useSigned(admission, structHash, nonce, signature);
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

    /// @dev `_admit` where the signature names key and deadline.
    function _admitSigned(
        Admission memory admission,
        bytes calldata calls,
        bytes calldata signature
    ) private view returns (uint48 deadline) {
        admission.isSigned = true;
        if (admission.route == uint256(Route.relayed)) _requireCode(admission.principal);
        (admission.key, deadline, admission.x, admission.y) = SessionSignature.decode(signature);
        admission.deadline = deadline;
        _admit(admission, calls);
    }

    /// @dev `_use` if the key has signed this, once per nonce.
    function _useSigned(
        Admission memory admission,
        bytes32 structHash,
        uint256 nonce,
        bytes calldata signature
    ) private {
        (address principal, address key) = (admission.principal, admission.key);
        if (!_isSignedByKey(admission, structHash, signature)) revert InvalidSessionSignature(key);
        uint256 bit = 1 << (nonce & 0xff);
        uint256 word = _nonces[key][principal][nonce >> 8];
        if (word & bit != 0) revert NonceAlreadyUsed(principal, key, nonce);
        _nonces[key][principal][nonce >> 8] = word | bit;
        _use(admission);
    }

    function _use(Admission memory admission) private {
        _commit(admission);
        emit SessionUsed(admission.principal, admission.key);
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
        if (msg.sender != _FORWARDER) revert CallerNotForwarder(msg.sender, _FORWARDER);
    }
}
