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
/// @notice The rules of every verb that registers, wherever it stands.
abstract contract SessionRegistration is SessionState {
    /// @dev Below, the first element of a session signature is an address and no x.
    uint256 private constant _FIRST_X = 1 << 160;

    function _register(address principal, Grant calldata grant) internal {
        address key = grant.key;
        uint48 validUntil = grant.validUntil;
        _requireNames(principal, key);
        _requireKey(key, grant.publicKey);
        (uint256 number, bytes32 app, SettingsWord settings) = _policyOf(grant.policyId);
        uint256 validAfter = grant.validAfter;
        if (validAfter == 0) validAfter = block.timestamp;
        _requireDuration(validAfter, validUntil, settings);
        _requireEndAhead(validUntil);
        uint32 maxCalls = grant.maxCalls;
        _requireMaxCalls(maxCalls, settings);
        uint32 generation = _requireGeneration(principal);
        _takeLane(principal, key, app, grant.lane, grant.replaces, generation, validAfter, block.timestamp);
        _sessions[key][principal].word = SessionWords.pack(
            number,
            validAfter,
            validUntil,
            generation,
            maxCalls,
            settings.gasBudget()
        );
        emit ISessionRegistry.SessionRegistered(
            principal,
            key,
            app,
            grant.policyId,
            grant.lane,
            uint48(validAfter),
            validUntil,
            maxCalls,
            uint48(validAfter),
            grant.publicKey
        );
    }

    /// @dev Who delegates, and to whom.
    function _requireNames(address principal, address key) internal view {
        if (principal == address(0) || _isMachinery(principal)) revert ISessionRegistry.PrincipalNotAllowed(principal);
        if (uint160(key) < COUNTER_BOUND || key == principal || _isMachinery(key)) {
            revert ISessionRegistry.KeyNotAllowed(key);
        }
    }

    function _requireNoCode(address key) internal view {
        if (key.code.length != 0) revert KeyHasCode(key);
    }

    function _requireOnCurve(bytes32 x, bytes32 y) internal pure {
        if (uint256(x) < _FIRST_X || !P256.isValidPublicKey(x, y)) revert ISessionRegistry.PublicKeyNotOnCurve(x, y);
    }

    /// @dev `validAfter` is the effective start.
    function _requireDuration(uint256 validAfter, uint48 validUntil, SettingsWord settings) internal pure {
        if (validUntil == 0 || validUntil >= TIME_BOUND) revert ISessionRegistry.ValidUntilOutOfRange(validUntil);
        uint256 duration = validUntil < validAfter ? 0 : validUntil - validAfter + 1;
        uint256 min = settings.minDuration();
        uint256 max = settings.maxDuration();
        if (duration < min || duration > max) revert ISessionRegistry.DurationOutOfBounds(duration, min, max);
    }

    function _requireEndAhead(uint48 validUntil) internal view {
        if (block.timestamp > validUntil) revert ISessionRegistry.ValidUntilPassed(validUntil, block.timestamp);
    }

    function _requireMaxCalls(uint32 calls, SettingsWord settings) internal pure {
        uint256 maxCalls = settings.maxCalls();
        if (calls == 0 || calls > maxCalls) revert ISessionRegistry.MaxCallsOutOfBounds(calls, uint32(maxCalls));
    }

    function _requireGeneration(address principal) internal view returns (uint32 generation) {
        generation = _principals[principal].generation();
        if (generation == LAST_GENERATION) revert ISessionRegistry.GenerationsExhausted(principal);
    }

    /// @dev Renews a key in its lane, or puts it there and kills the one that it finds.
    /// @param time unix seconds: an occupant that is not named must have ended before
    /// @return notBefore unix seconds, inclusive: from here on such an occupant is gone; 0 if there is none
    function _takeLane(
        address principal,
        address key,
        bytes32 app,
        uint64 laneNumber,
        address replaces,
        uint32 generation,
        uint256 validAfter,
        uint256 time
    ) internal returns (uint256 notBefore) {
        LaneWord lane = _lanes[app][laneNumber][principal];
        address occupant = lane.key();
        SessionWord word = _sessions[key][principal].word;
        if (!word.isEmpty()) {
            _requireAlive(principal, key, word);
            // A key that is alive is what its lane's word names, so any other lane is not its own.
            if (occupant != key) revert ISessionRegistry.KeyInAnotherLane(key);
            if (validAfter <= word.registration()) {
                revert ISessionRegistry.RenewalNotLater(uint48(validAfter), word.registration());
            }
            return 0;
        }
        if (occupant != address(0) && lane.generation() == generation) {
            word = _sessions[occupant][principal].word;
            if (!word.isRevoked()) {
                if (replaces != occupant && replaces != ANY_KEY) {
                    uint256 end = word.validUntil();
                    if (time <= end) revert ISessionRegistry.LaneOccupied(app, laneNumber, occupant, replaces);
                    notBefore = end + 1;
                }
                _revoke(principal, occupant);
            }
        }
        _lanes[app][laneNumber][principal] = LaneWords.pack(key, generation);
    }

    /// @dev Numbers differ between chains: what counts is the id that stands in the code.
    function _policyOf(bytes32 policyId) private view returns (uint256 number, bytes32 app, SettingsWord settings) {
        number = IPolicyStore(_POLICY_STORE).numberOf(policyId);
        bytes32 stored;
        if (number != 0)
            (stored, app, settings) = StoredPolicies.loadHeader(Creations.addressOf(_POLICY_STORE, number));
        if (number == 0 || stored != policyId) revert IPolicyErrors.PolicyNotPublished(policyId);
    }

    function _requireKey(address key, bytes calldata publicKey) private view {
        _requireNoCode(key);
        if (publicKey.length == 0) return;
        if (publicKey.length != 64) revert ISessionRegistry.PublicKeyLengthInvalid(publicKey.length);
        (bytes32 x, bytes32 y) = abi.decode(publicKey, (bytes32, bytes32));
        _requireOnCurve(x, y);
        address derived = address(uint160(uint256(keccak256(publicKey))));
        if (key != derived) revert ISessionRegistry.PublicKeyMismatch(key, derived);
    }
}
