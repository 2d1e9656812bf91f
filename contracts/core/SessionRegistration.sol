// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {ISessionRegistry} from "../interfaces/ISessionRegistry.sol";
import {Creations} from "../libraries/Creations.sol";
import {StoredPolicies} from "../libraries/StoredPolicies.sol";
import {COUNTER_BOUND, LAST_GENERATION, TIME_BOUND} from "../types/Bounds.sol";
import {Grant} from "../types/Grant.sol";
import {LaneWord, LaneWords} from "../types/LaneWord.sol";
import {ANY_KEY} from "../types/Sentinels.sol";
import {SessionWord, SessionWords} from "../types/SessionWord.sol";
import {SettingsWord} from "../types/SettingsWord.sol";
import {SessionState} from "./SessionState.sol";

/// @title How a session comes to be
/// @notice One path for every verb that registers, in either half.
abstract contract SessionRegistration is SessionState {
    /// @dev Below, the first element of a session signature is an address and no x.
    uint256 private constant _FIRST_X = 1 << 160;

    function _register(address principal, Grant calldata grant) internal {
        if (principal == address(0) || _isMachinery(principal)) revert ISessionRegistry.PrincipalNotAllowed(principal);
        _requireKey(principal, grant.key, grant.publicKey);
        (uint256 number, bytes32 app, SettingsWord settings) = _policyOf(grant.policyId);
        uint256 validAfter = _requireWindow(grant, settings);
        uint256 maxCalls = settings.maxCalls();
        if (grant.maxCalls == 0 || grant.maxCalls > maxCalls) {
            revert ISessionRegistry.MaxCallsOutOfBounds(grant.maxCalls, uint32(maxCalls));
        }
        uint32 generation = _principals[principal].generation();
        if (generation == LAST_GENERATION) revert ISessionRegistry.GenerationsExhausted(principal);
        _takeLane(principal, grant, app, generation, validAfter);
        _sessions[grant.key][principal].word = SessionWords.pack(
            number,
            validAfter,
            grant.validUntil,
            generation,
            grant.maxCalls,
            settings.gasBudget()
        );
        emit ISessionRegistry.SessionRegistered(
            principal,
            grant.key,
            app,
            grant.policyId,
            grant.lane,
            uint48(validAfter),
            grant.validUntil,
            grant.maxCalls,
            uint48(validAfter),
            grant.publicKey
        );
    }

    /// @dev Numbers differ between chains: what counts is the id that stands in the code.
    function _policyOf(bytes32 policyId) private view returns (uint256 number, bytes32 app, SettingsWord settings) {
        number = IPolicyStore(_POLICY_STORE).numberOf(policyId);
        bytes32 stored;
        if (number != 0)
            (stored, app, settings) = StoredPolicies.loadHeader(Creations.addressOf(_POLICY_STORE, number));
        if (number == 0 || stored != policyId) revert IPolicyErrors.PolicyNotPublished(policyId);
    }

    /// @dev Renews a key in its lane, or puts it there and kills the one that it finds.
    function _takeLane(
        address principal,
        Grant calldata grant,
        bytes32 app,
        uint32 generation,
        uint256 validAfter
    ) private {
        address key = grant.key;
        LaneWord lane = _lanes[app][grant.lane][principal];
        address occupant = lane.key();
        SessionWord word = _sessions[key][principal].word;
        if (!word.isEmpty()) {
            _requireAlive(principal, key, word);
            // A key that is alive is what its lane's word names, so any other lane is not its own.
            if (occupant != key) revert ISessionRegistry.KeyInAnotherLane(key);
            if (validAfter <= word.registration()) {
                revert ISessionRegistry.RenewalNotLater(uint48(validAfter), word.registration());
            }
            return;
        }
        if (occupant != address(0) && lane.generation() == generation) {
            word = _sessions[occupant][principal].word;
            if (!word.isRevoked()) {
                address replaces = grant.replaces;
                if (block.timestamp <= word.validUntil() && replaces != occupant && replaces != ANY_KEY) {
                    revert ISessionRegistry.LaneOccupied(app, grant.lane, occupant, replaces);
                }
                _revoke(principal, occupant);
            }
        }
        _lanes[app][grant.lane][principal] = LaneWords.pack(key, generation);
    }

    /// @dev Returns the effective start of the window.
    function _requireWindow(Grant calldata grant, SettingsWord settings) private view returns (uint256 validAfter) {
        uint256 validUntil = grant.validUntil;
        if (validUntil == 0 || validUntil >= TIME_BOUND) {
            revert ISessionRegistry.ValidUntilOutOfRange(grant.validUntil);
        }
        validAfter = grant.validAfter;
        if (validAfter == 0) validAfter = block.timestamp;
        uint256 duration = validUntil < validAfter ? 0 : validUntil - validAfter + 1;
        uint256 min = settings.minDuration();
        uint256 max = settings.maxDuration();
        if (duration < min || duration > max) revert ISessionRegistry.DurationOutOfBounds(duration, min, max);
        if (block.timestamp > validUntil) {
            revert ISessionRegistry.ValidUntilPassed(grant.validUntil, block.timestamp);
        }
    }

    function _requireKey(address principal, address key, bytes calldata publicKey) private view {
        if (uint160(key) < COUNTER_BOUND || key == principal || _isMachinery(key))
            revert ISessionRegistry.KeyNotAllowed(key);
        if (key.code.length != 0) revert KeyHasCode(key);
        if (publicKey.length == 0) return;
        if (publicKey.length != 64) revert ISessionRegistry.PublicKeyLengthInvalid(publicKey.length);
        (bytes32 x, bytes32 y) = abi.decode(publicKey, (bytes32, bytes32));
        if (uint256(x) < _FIRST_X || !P256.isValidPublicKey(x, y)) revert ISessionRegistry.PublicKeyNotOnCurve(x, y);
        address derived = address(uint160(uint256(keccak256(publicKey))));
        if (key != derived) revert ISessionRegistry.PublicKeyMismatch(key, derived);
    }
}
