// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ISessionConsumer} from "./interfaces/ISessionConsumer.sol";
import {ISessionRegistry} from "./interfaces/ISessionRegistry.sol";
import {Permissions} from "./libraries/Permissions.sol";
import {PolicyCode} from "./libraries/PolicyCode.sol";
import {SessionHash} from "./libraries/SessionHash.sol";
import {Session, SessionStore} from "./SessionStore.sol";
import {Grant} from "./types/Grant.sol";
import {PermissionWord} from "./types/PermissionWord.sol";
import {MethodKind} from "./types/Policy.sol";
import {
    LaneWord,
    LaneWords,
    PrincipalWord,
    SessionCounterWords,
    SessionCounters,
    SessionHead,
    SessionHeads,
    SpentWord
} from "./types/SessionWords.sol";
import {SettingsWord} from "./types/SettingsWord.sol";

/// @title The lifecycle of sessions
/// @notice The manual is the interface.
abstract contract SessionRegistry is SessionStore, ISessionRegistry, ISessionConsumer {
    /// @dev An EntryPoint reads a `validUntil` with this bit as a block number.
    uint256 private constant _VALID_UNTIL_BOUND = 1 << 47;
    /// @dev Addresses below are 0, precompiles and what chains reserve: nobody has their key.
    uint160 private constant _FIRST_KEY = 1 << 16;

    // --- register --------------------------------------------------------------------------------------------------

    /// @inheritdoc ISessionRegistry
    function registerSession(Grant calldata grant) external {
        _register(msg.sender, grant);
    }

    /// @inheritdoc ISessionRegistry
    function registerSessionAndFund(Grant calldata grant) external payable {
        if (grant.publicKey.length != 0) revert KeyCannotBeFunded(grant.key);
        _register(msg.sender, grant);
        // The key has no code, see _requireKey: nothing can re-enter.
        (bool success, ) = grant.key.call{value: msg.value}("");
        if (!success) revert FundingFailed(grant.key, msg.value);
    }

    /// @inheritdoc ISessionRegistry
    function registerSessionBySig(
        address principal,
        Grant calldata grant,
        uint256 deadline,
        bytes calldata signature
    ) external {
        PrincipalWord word = _principals[principal];
        _requirePrincipalSignature(
            principal,
            SessionHash.register(principal, grant, word.nonce(), deadline),
            deadline,
            signature
        );
        _principals[principal] = word.nextNonce();
        _register(principal, grant);
    }

    // --- revoke ----------------------------------------------------------------------------------------------------

    /// @inheritdoc ISessionRegistry
    function revokeSession(address key) external {
        _revoke(msg.sender, key);
    }

    /// @inheritdoc ISessionRegistry
    function revokeSessionBySig(address principal, address key, uint256 deadline, bytes calldata signature) external {
        _requirePrincipalSignature(principal, SessionHash.revoke(principal, key, deadline), deadline, signature);
        _revoke(principal, key);
    }

    /// @inheritdoc ISessionRegistry
    function revokeAllSessions() external {
        _revokeAll(msg.sender, _principals[msg.sender]);
    }

    /// @inheritdoc ISessionRegistry
    function revokeAllSessionsBySig(
        address principal,
        uint32 generation,
        uint256 deadline,
        bytes calldata signature
    ) external {
        PrincipalWord word = _principals[principal];
        uint32 current = word.generation();
        if (generation != current) revert GenerationMismatch(generation, current);
        _requirePrincipalSignature(
            principal,
            SessionHash.revokeAll(principal, generation, deadline),
            deadline,
            signature
        );
        _revokeAll(principal, word);
    }

    /// @inheritdoc ISessionRegistry
    function cancelSignatures() external {
        PrincipalWord word = _principals[msg.sender].nextNonce();
        _principals[msg.sender] = word;
        emit SignaturesCancelled(msg.sender, word.nonce());
    }

    /// @inheritdoc ISessionRegistry
    function deactivateSession(address principal, address key) external {
        Session storage session = _sessions[key][principal];
        SessionHead head = session.head;
        if (msg.sender == key) {
            // The tombstone of a key that was never registered has no policy.
            if (head.pointer() == address(0)) revert SessionNotRegistered(principal, key);
            _revoke(principal, key);
            return;
        }
        _requireAlive(principal, key, head, session.counters);
        uint48 validUntil = head.validUntil();
        if (block.timestamp <= validUntil) revert SessionNotExpired(validUntil, block.timestamp);
        if (head.isSwept()) return;
        session.head = head.with(SessionHeads.SWEPT);
        emit SessionSwept(principal, key);
    }

    // --- views -----------------------------------------------------------------------------------------------------

    /// @inheritdoc ISessionConsumer
    function isValidFor(address key, address principal) external view returns (bool) {
        if (!isLive(principal, key)) return false;
        uint256 hot = _hotOf(principal, key);
        SettingsWord settings = Permissions.settings(hot);
        uint256 count = settings.permissionCount();
        for (uint256 i = 0; i < count; ++i) {
            PermissionWord permission = Permissions.at(hot, i);
            if (permission.target() == msg.sender && permission.isConsumable()) return true;
        }
        return false;
    }

    /// @inheritdoc ISessionRegistry
    function isAuthorized(
        address principal,
        address sender,
        address target,
        bytes4 selector
    ) external view returns (bool) {
        if (sender == principal) return true;
        if (!isLive(principal, sender)) return false;
        if (_isForbidden(target, principal)) return false;
        PermissionWord permission = Permissions.find(_hotOf(principal, sender), target, MethodKind.METHOD, selector);
        return PermissionWord.unwrap(permission) != 0;
    }

    /// @inheritdoc ISessionRegistry
    function isLive(address principal, address key) public view returns (bool) {
        Session storage session = _sessions[key][principal];
        SessionHead head = session.head;
        SessionCounters counters = session.counters;
        return
            !head.isRevoked() &&
            block.timestamp >= head.validAfter() &&
            block.timestamp <= head.validUntil() &&
            counters.calls() != 0 &&
            counters.generation() == _principals[principal].generation();
    }

    /// @inheritdoc ISessionRegistry
    function activeSession(address principal, bytes32 app, uint64 lane) external view returns (address key) {
        key = _lanes[app][lane][principal].key();
        if (!isLive(principal, key)) return address(0);
    }

    /// @inheritdoc ISessionRegistry
    function nonces(address principal) external view returns (uint256) {
        return _principals[principal].nonce();
    }

    /// @inheritdoc ISessionRegistry
    function generationOf(address principal) external view returns (uint32) {
        return _principals[principal].generation();
    }

    /// @inheritdoc ISessionRegistry
    function sessionWords(
        address principal,
        address key
    ) external view returns (uint256 head, uint256 counters, uint256[8] memory spent, bytes32 x, bytes32 y) {
        Session storage session = _sessions[key][principal];
        head = SessionHead.unwrap(session.head);
        counters = SessionCounters.unwrap(session.counters);
        for (uint256 i = 0; i < 8; ++i) {
            spent[i] = SpentWord.unwrap(session.spent[i]);
        }
        return (head, counters, spent, session.x, session.y);
    }

    /// @inheritdoc ISessionRegistry
    function isNonceUsed(address principal, address key, uint256 nonce) external view returns (bool) {
        return _nonces[key][principal][nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }

    // --- inside ----------------------------------------------------------------------------------------------------

    /// @dev Ends every session of `principal` and every grant that it has signed. Never reverts: a module's uninstall
    /// runs through here.
    function _revokeAll(address principal, PrincipalWord word) internal {
        word = word.nextGeneration();
        _principals[principal] = word;
        emit AllSessionsRevoked(principal, word.generation());
    }

    function _revoke(address principal, address key) private {
        Session storage session = _sessions[key][principal];
        SessionHead head = session.head;
        if (head.isRevoked()) return;
        session.head = head.with(SessionHeads.REVOKED);
        emit SessionRevoked(principal, key);
    }

    function _register(address principal, Grant calldata grant) private {
        if (principal == address(0) || _isMachinery(principal)) revert PrincipalNotAllowed(principal);
        _requireKey(principal, grant.key, grant.publicKey);
        address pointer = PolicyCode.pointerOf(POLICY_STORE, grant.policyId);
        (bytes32 app, SettingsWord settings) = Permissions.loadHeader(pointer);
        // No policy is published with an empty app.
        if (app == 0) revert PolicyNotPublished(grant.policyId);
        uint256 validAfter = _requireWindow(grant, settings);
        uint256 maxCalls = settings.maxCalls();
        if (grant.maxCalls == 0 || grant.maxCalls > maxCalls) {
            revert MaxCallsOutOfBounds(grant.maxCalls, uint32(maxCalls));
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

        emit SessionRegistered(
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
            if (occupant != key) revert KeyInAnotherLane(key);
            return;
        }
        if (occupant != address(0) && lane.generation() == generation) {
            head = _sessions[occupant][principal].head;
            if (!head.isRevoked()) {
                if (block.timestamp <= head.validUntil() && occupant != grant.replaces) {
                    revert LaneOccupied(app, grant.lane, occupant, grant.replaces);
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
        else if (validAfter <= block.timestamp) revert ValidAfterInPast(grant.validAfter, block.timestamp);
        if (validUntil == 0 || validUntil >= _VALID_UNTIL_BOUND) revert ValidUntilOutOfRange(grant.validUntil);
        uint256 duration = validUntil < validAfter ? 0 : validUntil - validAfter + 1;
        uint256 min = settings.minDuration();
        uint256 max = settings.maxDuration();
        if (duration < min || duration > max) revert DurationOutOfBounds(duration, min, max);
    }

    function _requireKey(address principal, address key, bytes calldata publicKey) private view {
        if (uint160(key) < _FIRST_KEY || key == principal || _isMachinery(key)) revert KeyNotAllowed(key);
        if (key.code.length != 0) revert KeyHasCode(key);
        if (publicKey.length == 0) return;
        if (publicKey.length != 64) revert PublicKeyLengthInvalid(publicKey.length);
        (bytes32 x, bytes32 y) = abi.decode(publicKey, (bytes32, bytes32));
        if (!P256.isValidPublicKey(x, y)) revert PublicKeyNotOnCurve(x, y);
        address derived = address(uint160(uint256(keccak256(publicKey))));
        if (key != derived) revert PublicKeyMismatch(key, derived);
    }

    /// @dev ECDSA first, so that an EIP-7702 wallet can always speak for itself, then ERC-1271. A failed recovery never
    /// equals a principal.
    function _requirePrincipalSignature(
        address principal,
        bytes32 structHash,
        uint256 deadline,
        bytes calldata signature
    ) private view {
        if (block.timestamp > deadline) revert SignatureExpired(deadline, block.timestamp);
        bytes32 digest = _hashTypedDataV4(structHash);
        (address signer, ECDSA.RecoverError error, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (error == ECDSA.RecoverError.NoError && signer == principal) return;
        if (
            principal.code.length == 0 ||
            !SignatureChecker.isValidERC1271SignatureNowCalldata(principal, digest, signature)
        ) revert InvalidPrincipalSignature(principal);
    }

    function _hotOf(address principal, address key) private view returns (uint256 hot) {
        SessionHead head = _sessions[key][principal].head;
        return Permissions.load(head.pointer(), head.hotSize());
    }
}
