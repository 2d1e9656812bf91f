// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Grant} from "../types/Grant.sol";

/// @title The lifecycle of sessions
/// @notice A principal registers, replaces, renews and revokes session keys. No session key can do any of it: the kill
/// switch belongs to the wallet. A session is live iff it is registered, not revoked, of the principal's current
/// generation, and `validAfter <= block.timestamp <= validUntil`, unix seconds, both inclusive.
/// @dev Signatures of a principal are EIP-712, tried as ECDSA first (65 bytes) and as ERC-1271 then.
interface ISessionRegistry {
    /// @notice A session was registered or renewed.
    /// @param validAfter unix seconds, inclusive: the effective start
    /// @param registration the effective start, unix seconds; part of every session digest
    /// @param publicKey empty, or x and y
    event SessionRegistered(
        address indexed principal,
        address indexed key,
        bytes32 indexed app,
        bytes32 policyId,
        uint64 lane,
        uint48 validAfter,
        uint48 validUntil,
        uint32 maxCalls,
        uint48 registration,
        bytes publicKey
    );
    /// @notice The key is dead for this principal for ever: revoked, replaced, or bowed out.
    event SessionRevoked(address indexed principal, address indexed key);
    /// @notice An expired session was cleared from its lane. It stays Expired and renewable.
    event SessionSwept(address indexed principal, address indexed key);
    /// @notice Every session of the principal that was registered before `generation` is dead, and every grant signed
    /// before.
    event AllSessionsRevoked(address indexed principal, uint32 generation);
    /// @notice No grant that the principal signed with a nonce below `nonce` can be registered any more.
    event SignaturesCancelled(address indexed principal, uint64 nonce);

    /// @notice The principal is 0, Latchkey, its extension, its forwarder or an EntryPoint.
    error PrincipalNotAllowed(address principal);
    /// @notice The key is below 2**16, the principal, Latchkey, its extension, its forwarder or an EntryPoint.
    error KeyNotAllowed(address key);
    /// @notice A public key is empty or exactly 64 bytes.
    error PublicKeyLengthInvalid(uint256 length);
    /// @notice The public key is not a point of P-256, or its x is below 2**160.
    error PublicKeyNotOnCurve(bytes32 x, bytes32 y);
    /// @notice The public key does not hash to the key.
    error PublicKeyMismatch(address key, address derived);
    /// @notice `validUntil` is 0 or at least 2**34. Unix seconds, inclusive.
    error ValidUntilOutOfRange(uint48 validUntil);
    /// @notice The window to register has ended already. Unix seconds, inclusive.
    error ValidUntilPassed(uint48 validUntil, uint256 time);
    /// @notice `validUntil - validAfter + 1` is outside the policy's bounds, or the window ends before it starts
    /// (`duration` is 0 then). Seconds, inclusive.
    error DurationOutOfBounds(uint256 duration, uint256 minDuration, uint256 maxDuration);
    /// @notice `maxCalls` is 0 or above the policy's, inclusive.
    error MaxCallsOutOfBounds(uint32 maxCalls, uint32 most);
    /// @notice A renewal starts later than the registration it renews; a window still to come cannot be moved forward.
    /// Unix seconds.
    error RenewalNotLater(uint48 validAfter, uint48 previous);
    /// @notice Another key lives in that lane and `replaces` does not say that it may be ended.
    error LaneOccupied(bytes32 app, uint64 lane, address occupant, address replaces);
    /// @notice The key already lives in another lane of this principal.
    error KeyInAnotherLane(address key);
    /// @notice The principal is in its last generation, 2**22 - 1, in which nothing can be registered.
    error GenerationsExhausted(address principal);
    /// @notice The principal's signature was good until `deadline`, unix seconds, inclusive.
    error GrantDeadlinePassed(uint256 deadline, uint256 time);
    /// @notice The signature is not the principal's.
    error InvalidPrincipalSignature(address principal);
    /// @notice The signature kills another generation than the current one.
    error GenerationMismatch(uint32 generation, uint32 current);
    /// @notice Only the key itself may deactivate a session that has not expired. Unix seconds.
    error SessionNotExpired(uint48 validUntil, uint256 time);
    /// @notice A P-256 key cannot send, so it is not funded.
    error KeyCannotBeFunded(address key);
    /// @notice The key did not take the funds.
    error FundingFailed(address key, uint256 value);
    /// @notice The extension runs as Latchkey alone.
    error ExtensionCalledDirectly();

    /// @notice Registers or renews a session of the caller.
    function registerSession(Grant calldata grant) external;

    /// @notice Registers a session of the caller and passes `msg.value`, in wei, on to the key.
    function registerSessionAndFund(Grant calldata grant) external payable;

    /// @notice Registers a session of `principal` with its signature over `RegisterSession`; raises its nonce.
    /// @param deadline unix seconds, inclusive
    function registerSessionBySig(
        address principal,
        Grant calldata grant,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Kills a session of the caller. Idempotent; a key that was never registered can never be any more.
    function revokeSession(address key) external;

    /// @notice Kills a session of `principal` with its signature over `RevokeSession`, which uses no nonce.
    /// @param deadline unix seconds, inclusive
    function revokeSessionBySig(address principal, address key, uint256 deadline, bytes calldata signature) external;

    /// @notice Kills every session of the caller, known or not, and every grant it has signed. Never reverts.
    function revokeAllSessions() external;

    /// @notice Kills every session of `principal` with its signature over `RevokeAllSessions`.
    /// @param generation the generation to end; the signature kills exactly this one
    /// @param deadline unix seconds, inclusive
    function revokeAllSessionsBySig(
        address principal,
        uint32 generation,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Kills every grant that the caller has signed and nobody has submitted.
    function cancelSignatures() external;

    /// @notice Called by the key: revokes it. Called by anyone once it has expired: sweeps it.
    /// @dev Reverts with `SessionNotRegistered`, `SessionNotExpired`, `SessionAlreadyRevoked` or
    /// `SessionGenerationEnded`. Sweeping twice changes nothing.
    function deactivateSession(address principal, address key) external;

    /// @notice Whether `sender` is the principal, or its live key with a permission for (target, selector).
    /// @dev Arguments, value, calls and caps are not looked at.
    function isAuthorized(
        address principal,
        address sender,
        address target,
        bytes4 selector
    ) external view returns (bool);

    /// @notice Whether the session is live. For screens: not an authorisation.
    function isLive(address principal, address key) external view returns (bool);

    /// @notice The live key of a lane; `address(0)` if there is none.
    function activeSession(address principal, bytes32 app, uint64 lane) external view returns (address key);

    /// @notice The nonce of the next grant that `principal` signs.
    function nonces(address principal) external view returns (uint256);

    /// @notice Raised by `revokeAllSessions` and by uninstalling the module; at most 2**22 - 1.
    function generationOf(address principal) external view returns (uint32);

    /// @notice The packed words of a session; see `SessionWord`, `SpentWord`.
    /// @dev For the lens and for indexers.
    /// @return word 0 if never registered
    /// @return spent one per limit; the inline one's is 0
    function sessionWords(address principal, address key) external view returns (uint256 word, uint256[8] memory spent);

    /// @notice The packed word of a lane; see `LaneWord`. 0 if nobody ever lived there.
    function laneWord(address principal, bytes32 app, uint64 lane) external view returns (uint256 word);

    /// @notice Whether the relayer's `nonce` was used by (principal, key).
    function isNonceUsed(address principal, address key, uint256 nonce) external view returns (bool);
}
