// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {DelegatedHalf} from "./core/DelegatedHalf.sol";
import {IFirstUse} from "./core/IFirstUse.sol";
import {OperationValidation} from "./core/OperationValidation.sol";
import {Admission} from "./core/PolicyEngine.sol";
import {SessionCalls} from "./core/SessionCalls.sol";
import {IDelegationRedeemer} from "./interfaces/IDelegationRedeemer.sol";
import {IPolicyErrors} from "./interfaces/IPolicyErrors.sol";
import {ISessionRegistry} from "./interfaces/ISessionRegistry.sol";
import {ISessionState} from "./interfaces/ISessionState.sol";
import {Creations} from "./libraries/Creations.sol";
import {GrantEnvelope} from "./libraries/GrantEnvelope.sol";
import {RedemptionContexts} from "./libraries/RedemptionContexts.sol";
import {SessionHash} from "./libraries/SessionHash.sol";
import {SessionSignature} from "./libraries/SessionSignature.sol";
import {StoredPolicies} from "./libraries/StoredPolicies.sol";
import {UserOperations} from "./libraries/UserOperations.sol";
import {SIGNATURE_SIZE} from "./types/Bounds.sol";
import {PrincipalWord} from "./types/PrincipalWord.sol";
import {Route} from "./types/Route.sol";
import {SessionWord, SessionWords} from "./types/SessionWord.sol";
import {SettingsWord} from "./types/SettingsWord.sol";

/// @dev What an envelope leads to.
struct Found {
    uint256 number;
    /// @dev Of the code at that number; zeros if there is none.
    bytes32 policyId;
    bytes32 app;
    SettingsWord settings;
    bool isOperation;
}

/// @title LatchkeyEntrance
/// @notice Two more ways in: with the grant on first use, and through the door of ERC-7710. Runs in Latchkey's place, on
/// Latchkey's storage, and nowhere else.
/// @dev The manuals are `IFirstUse` and `IDelegationRedeemer`. Who may ask has been asked by the route that passes a call
/// on: nothing else leads to the functions of `IFirstUse`.
contract LatchkeyEntrance is DelegatedHalf, OperationValidation, SessionCalls, IFirstUse, IDelegationRedeemer {
    /// @inheritdoc IFirstUse
    function validateFirstUse(
        PackedUserOperation calldata userOp,
        bytes32 userOpHash
    ) external delegated returns (uint256) {
        bytes calldata signature = UserOperations.signatureOf(userOp);
        bool brings = GrantEnvelope.requireLength(signature);
        Admission memory admission = _newAdmission()[0];
        (admission.key, admission.deadline, admission.x, admission.y) = SessionSignature.decode(signature);
        uint256 first;
        uint256 last = admission.deadline;
        if (brings) (first, last) = _bring(msg.sender, admission, signature);
        (uint256 start, bool isSigned) = _validate(admission, userOp, userOpHash, signature);
        if (start < first) start = first;
        // What an occupant leaves is not empty, so the grant's deadline is in front.
        if (start > last) revert ISessionRegistry.GrantDeadlinePassed(last, start);
        return _validationData(start, last, isSigned);
    }

    /// @inheritdoc IFirstUse
    function executeFirstUse(
        address principal,
        bytes32 mode,
        bytes calldata executionCalldata,
        uint256 nonce,
        uint256 minGas,
        bytes calldata signature
    ) external delegated {
        _executeSigned(principal, mode, executionCalldata, nonce, minGas, _elementsOf(principal, signature));
    }

    /// @inheritdoc IFirstUse
    function consumeForwardedFirstUse(
        address principal,
        address target,
        bytes calldata data,
        uint256 nonce,
        uint256 minGas,
        bytes calldata signature
    ) external delegated {
        _consumeSigned(principal, target, data, nonce, minGas, _elementsOf(principal, signature));
    }

    /// @inheritdoc IDelegationRedeemer
    function redeemDelegations(
        bytes[] calldata permissionContexts,
        bytes32[] calldata modes,
        bytes[] calldata executionCallDatas
    ) external delegated {
        uint256 count = permissionContexts.length;
        if (count == 0 || modes.length != count || executionCallDatas.length != count) {
            revert RedemptionLengthsDiffer(count, modes.length, executionCallDatas.length);
        }
        for (uint256 i = 0; i < count; ++i) {
            bytes calldata context = permissionContexts[i];
            if (!RedemptionContexts.isSigned(i, context)) {
                _executeAsKey(RedemptionContexts.principalOf(context), modes[i], executionCallDatas[i]);
            } else {
                _redeemSigned(context, modes[i], executionCallDatas[i]);
            }
        }
    }

    // --- inside ----------------------------------------------------------------------------------------------------

    /// @dev The key has signed `SessionRedemption`.
    function _redeemSigned(bytes calldata context, bytes32 mode, bytes calldata executionCalldata) private {
        (address principal, address redeemer, uint256 nonce, uint256 minGas) = RedemptionContexts.wordsOf(context);
        if (redeemer != address(0) && redeemer != msg.sender) revert RedeemerNotAllowed(msg.sender, redeemer);
        bytes calldata signature = _elementsOf(principal, RedemptionContexts.signatureOf(context));
        Admission memory admission = _newAdmission()[0];
        (admission.principal, admission.route) = (principal, uint256(Route.relayed));
        admission.mode = mode;
        uint48 deadline = _admitSigned(admission, executionCalldata, signature);
        bytes32 structHash = SessionHash.redemption(
            principal,
            redeemer,
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

    /// @dev The four elements of a signature, once what it brings is registered.
    function _elementsOf(address principal, bytes calldata signature) private returns (bytes calldata) {
        if (!GrantEnvelope.requireLength(signature)) return signature;
        Admission memory admission = _newAdmission()[0];
        admission.route = uint256(Route.relayed);
        (admission.key, admission.deadline, admission.x, admission.y) = SessionSignature.decode(signature);
        _bring(principal, admission, signature);
        return signature[:SIGNATURE_SIZE];
    }

    /// @dev Registers what an envelope holds, unless this very session is there. An operation asks neither for the clock
    /// nor for the key's code.
    /// @return first unix seconds, inclusive: an operation may run from here on; 0 if the lane was free
    /// @return last unix seconds, inclusive: an operation may run until here
    function _bring(
        address principal,
        Admission memory admission,
        bytes calldata signature
    ) private returns (uint256 first, uint256 last) {
        Found memory found;
        found.number = GrantEnvelope.policyNumber(signature);
        (found.policyId, found.app, found.settings) = StoredPolicies.loadHeader(
            Creations.addressOf(_POLICY_STORE, found.number)
        );
        last = admission.deadline;
        if (_isThere(principal, admission.key, found, signature)) return (0, last);

        bytes memory publicKey;
        if (GrantEnvelope.hasPublicKey(signature, admission.x != 0)) publicKey = abi.encode(admission.x, admission.y);
        if (GrantEnvelope.validAfter(signature) == 0) revert ISessionRegistry.ValidAfterNotExplicit();
        uint256 deadline = GrantEnvelope.deadline(signature);
        found.isOperation = admission.route == uint256(Route.userOperation);
        if (!found.isOperation) {
            _requireGrantDeadline(deadline);
            last = block.timestamp;
        } else if (deadline < last) {
            last = deadline;
        }
        _takeSignature(principal, admission.key, keccak256(publicKey), signature);
        _requireNames(principal, admission.key);
        if (!found.isOperation) _requireNoCode(admission.key);
        if (publicKey.length != 0) _requireOnCurve(admission.x, admission.y);
        first = _registerEnvelope(principal, admission.key, found, signature, last);
        _emitRegistered(principal, admission.key, found, signature, publicKey);
    }

    /// @dev From the policy on, as `_register` does.
    /// @param last unix seconds: an occupant that is not named must have ended before
    /// @return first as `_takeLane` answers it
    function _registerEnvelope(
        address principal,
        address key,
        Found memory found,
        bytes calldata signature,
        uint256 last
    ) private returns (uint256 first) {
        // Where no policy stands, zeros are read.
        if (found.policyId != GrantEnvelope.policyId(signature) || found.policyId == 0) {
            revert IPolicyErrors.PolicyNotPublished(GrantEnvelope.policyId(signature));
        }
        (uint48 validAfter, uint48 validUntil) = (
            GrantEnvelope.validAfter(signature),
            GrantEnvelope.validUntil(signature)
        );
        _requireDuration(validAfter, validUntil, found.settings);
        if (!found.isOperation) _requireEndAhead(validUntil);
        uint32 maxCalls = GrantEnvelope.maxCalls(signature);
        _requireMaxCalls(maxCalls, found.settings);
        uint32 generation = _requireGeneration(principal);
        first = _takeLane(
            principal,
            key,
            found.app,
            GrantEnvelope.lane(signature),
            GrantEnvelope.replaces(signature),
            generation,
            validAfter,
            last
        );
        _sessions[key][principal].word = SessionWords.pack(
            found.number,
            validAfter,
            validUntil,
            generation,
            maxCalls,
            found.settings.gasBudget()
        );
    }

    function _emitRegistered(
        address principal,
        address key,
        Found memory found,
        bytes calldata signature,
        bytes memory publicKey
    ) private {
        emit ISessionRegistry.SessionRegistered(
            principal,
            key,
            found.app,
            found.policyId,
            GrantEnvelope.lane(signature),
            GrantEnvelope.validAfter(signature),
            GrantEnvelope.validUntil(signature),
            GrantEnvelope.maxCalls(signature),
            GrantEnvelope.validAfter(signature),
            publicKey
        );
    }

    /// @dev Whether a session of this key, policy number, start, end and lane is alive.
    function _isThere(
        address principal,
        address key,
        Found memory found,
        bytes calldata signature
    ) private view returns (bool) {
        SessionWord word = _sessions[key][principal].word;
        return
            !word.isEmpty() &&
            word.isAlive(_principals[principal].generation()) &&
            word.policyNumber() == found.number &&
            word.validAfter() == GrantEnvelope.validAfter(signature) &&
            word.validUntil() == GrantEnvelope.validUntil(signature) &&
            _lanes[found.app][GrantEnvelope.lane(signature)][principal].key() == key;
    }

    /// @dev Requires what the principal has signed of a grant that comes in an envelope, and uses its nonce up.
    /// @param publicKey keccak256 of the grant's
    function _takeSignature(address principal, address key, bytes32 publicKey, bytes calldata signature) private {
        PrincipalWord word = _principals[principal];
        bytes32 structHash = SessionHash.register(
            principal,
            GrantEnvelope.policyId(signature),
            key,
            publicKey,
            GrantEnvelope.validAfter(signature),
            GrantEnvelope.validUntil(signature),
            GrantEnvelope.maxCalls(signature),
            GrantEnvelope.lane(signature),
            GrantEnvelope.replaces(signature),
            word.nonce(),
            GrantEnvelope.deadline(signature)
        );
        _requirePrincipalSignature(principal, _digestOf(structHash), GrantEnvelope.principalSignature(signature));
        _principals[principal] = word.nextNonce();
    }

    /// @dev Latchkey has chosen one when it was created.
    function _p256Verifier() internal view override returns (address) {
        return ISessionState(_LATCHKEY).P256_VERIFIER();
    }
}
