// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {ISessionRegistry} from "../interfaces/ISessionRegistry.sol";
import {Permissions} from "../libraries/Permissions.sol";
import {PolicyCode} from "../libraries/PolicyCode.sol";
import {Grant} from "../types/Grant.sol";
import {LaneWord, LaneWords, SessionCounterWords, SessionHead, SessionHeads} from "../types/SessionWords.sol";
import {SettingsWord} from "../types/SettingsWord.sol";
import {Session, SessionState} from "./SessionState.sol";

/// @title How a session comes to be
/// @notice One path for every verb that registers, in either half.
abstract contract SessionRegistration is SessionState {
    /// @dev An EntryPoint reads a `validUntil` with this bit as a block number.
    uint256 private constant _VALID_UNTIL_BOUND = 1 << 47;
    /// @dev Addresses below are 0, precompiles and what chains reserve: nobody has their key.
    uint160 private constant _FIRST_KEY = 1 << 16;

    function _register(address principal, Grant calldata grant) internal {
        if (principal == address(0) || _isMachinery(principal)) revert ISessionRegistry.PrincipalNotAllowed(principal);
        _requireKey(principal, grant.key, grant.publicKey);
        address pointer = PolicyCode.pointerOf(_policyStore(), grant.policyId);
        (bytes32 stored, bytes32 app, SettingsWord settings) = Permissions.loadHeader(pointer);
        // No policy is published with an empty app. Two policies could share an address, which has 160 bits, not an id.
        if (app == 0 || stored != grant.policyId) revert ISessionRegistry.PolicyNotPublished(grant.policyId);
        uint256 validAfter = _requireWindow(grant, settings);
        uint256 maxCalls = settings.maxCalls();
        if (grant.maxCalls == 0 || grant.maxCalls > maxCalls) {
            revert ISessionRegistry.MaxCallsOutOfBounds(grant.maxCalls, uint32(maxCalls));
        }

        uint32 generation = _principals[principal].generation();
        _takeLane(principal, grant, app, generation);

        Session storage session = _sessions[grant.key][principal];
        uint32 registration = session.counters.registration() + 1;
        bool isP256 = grant.publicKey.length != 0;
        session.head = SessionHeads.pack(
            pointer,
            validAfter,
            grant.validUntil,
            PolicyCode.hotSize(settings.limitCount(), settings.permissionCount()),
            isP256 ? SessionHeads.P256 : 0
        );
        session.counters = SessionCounterWords.pack(generation, registration, grant.maxCalls, settings.gasBudget());
        if (isP256) (session.x, session.y) = abi.decode(grant.publicKey, (bytes32, bytes32));

        emit ISessionRegistry.SessionRegistered(
            principal,
            grant.key,
            app,
            grant.policyId,
            grant.lane,
            uint48(validAfter),
            grant.validUntil,
            grant.maxCalls,
            registration,
            grant.publicKey
        );
    }

    /// @dev Puts the key into its lane and kills the one that it finds there.
    function _takeLane(address principal, Grant calldata grant, bytes32 app, uint32 generation) private {
        address key = grant.key;
        LaneWord lane = _lanes[app][grant.lane][principal];
        address occupant = lane.key();
        Session storage own = _sessions[key][principal];
        SessionHead head = own.head;
        if (!head.isEmpty()) {
            _requireAlive(principal, key, head, own.counters);
            // A key that is alive is what its lane's word names, so any other lane is not its own.
            if (occupant != key) revert ISessionRegistry.KeyInAnotherLane(key);
            return;
        }
        if (occupant != address(0) && lane.generation() == generation) {
            head = _sessions[occupant][principal].head;
            if (!head.isRevoked()) {
                if (block.timestamp <= head.validUntil() && occupant != grant.replaces) {
                    revert ISessionRegistry.LaneOccupied(app, grant.lane, occupant, grant.replaces);
                }
                _revoke(principal, occupant);
            }
        }
        _lanes[app][grant.lane][principal] = LaneWords.pack(key, generation);
    }

    /// @dev Returns the effective start of the window.
    function _requireWindow(Grant calldata grant, SettingsWord settings) private view returns (uint256 validAfter) {
        uint256 validUntil = grant.validUntil;
        validAfter = grant.validAfter;
        if (validAfter == 0) validAfter = block.timestamp;
        else if (validAfter <= block.timestamp)
            revert ISessionRegistry.ValidAfterInPast(grant.validAfter, block.timestamp);
        if (validUntil == 0 || validUntil >= _VALID_UNTIL_BOUND)
            revert ISessionRegistry.ValidUntilOutOfRange(grant.validUntil);
        uint256 duration = validUntil < validAfter ? 0 : validUntil - validAfter + 1;
        uint256 min = settings.minDuration();
        uint256 max = settings.maxDuration();
        if (duration < min || duration > max) revert ISessionRegistry.DurationOutOfBounds(duration, min, max);
    }

    function _requireKey(address principal, address key, bytes calldata publicKey) private view {
        if (uint160(key) < _FIRST_KEY || key == principal || _isMachinery(key))
            revert ISessionRegistry.KeyNotAllowed(key);
        if (key.code.length != 0) revert KeyHasCode(key);
        if (publicKey.length == 0) return;
        if (publicKey.length != 64) revert ISessionRegistry.PublicKeyLengthInvalid(publicKey.length);
        (bytes32 x, bytes32 y) = abi.decode(publicKey, (bytes32, bytes32));
        if (!P256.isValidPublicKey(x, y)) revert ISessionRegistry.PublicKeyNotOnCurve(x, y);
        address derived = address(uint160(uint256(keccak256(publicKey))));
        if (key != derived) revert ISessionRegistry.PublicKeyMismatch(key, derived);
    }
}
