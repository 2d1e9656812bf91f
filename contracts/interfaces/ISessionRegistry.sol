// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {ChainGrant} from "../types/ChainGrant.sol";
import {Grant} from "../types/Grant.sol";

/// @title The lifecycle of sessions
/// @notice A principal registers, replaces, renews and revokes session keys. No session path can do any of it: the
/// kill switch belongs to the wallet. A session is live iff it is registered, not revoked, of the principal's
/// current generation, and `validAfter <= block.timestamp <= validUntil`, unix seconds, both inclusive.
/// @dev Signatures of a principal are EIP-712, tried as ECDSA first (65 bytes) and as ERC-1271 then.
interface ISessionRegistry {
    // --- events -----------------------------------------------------------------------------------------------------

    /// @notice A session was registered or renewed.
    /// @param principal who delegates
    /// @param key the session key
    /// @param app the policy's label, left-aligned, zero-padded
    /// @param policyId the policy's EIP-712 `hashStruct`
    /// @param lane number of the lane
    /// @param validAfter unix seconds, inclusive: the effective start
    /// @param validUntil unix seconds, inclusive
    /// @param maxCalls inner calls, inclusive
    /// @param registration the effective start, unix seconds
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

    /// @notice The key is dead for this principal: revoked, replaced, or deactivated by itself.
    /// @param principal who delegates
    /// @param key the session key
    event SessionRevoked(address indexed principal, address indexed key);

    /// @notice An expired session was swept from its lane. It stays Expired and renewable.
    /// @param principal who delegates
    /// @param key the session key
    event SessionSwept(address indexed principal, address indexed key);

    /// @notice Every session that was registered before `generation` is dead, and every grant signed before.
    /// @param principal who delegates
    /// @param generation the new one
    event AllSessionsRevoked(address indexed principal, uint32 generation);

    /// @notice No grant that the principal signed with a nonce below `nonce` can be registered any more.
    /// @param principal who delegates
    /// @param nonce the grant nonce
    event SignaturesCancelled(address indexed principal, uint64 nonce);

    // --- errors -----------------------------------------------------------------------------------------------------

    /// @notice The principal is 0, Latchkey, its extension, entrance or forwarder, or an EntryPoint.
    /// @param principal who delegates
    /// @custom:fix Register for a wallet or an account.
    error PrincipalNotAllowed(address principal);

    /// @notice The key is below 2**16, the principal, Latchkey, its extension, entrance or forwarder, or an EntryPoint.
    /// @param key the session key
    /// @custom:fix Create a key of its own.
    error KeyNotAllowed(address key);

    /// @notice A public key is empty or exactly 64 bytes.
    /// @param length in bytes
    /// @custom:fix Give x and y, 32 bytes each.
    error PublicKeyLengthInvalid(uint256 length);

    /// @notice The public key is not a point of P-256, or its x is below 2**160.
    /// @param x coordinate
    /// @param y coordinate
    /// @custom:fix Create another key.
    error PublicKeyNotOnCurve(bytes32 x, bytes32 y);

    /// @notice The public key does not hash to the key.
    /// @param key the session key
    /// @param derived what it hashes to
    /// @custom:fix Derive the key from its public key.
    error PublicKeyMismatch(address key, address derived);

    /// @notice `validUntil` is 0 or at least 2**34.
    /// @param validUntil unix seconds, inclusive
    /// @custom:fix Give unix seconds.
    error ValidUntilOutOfRange(uint48 validUntil);

    /// @notice The window to register has ended already.
    /// @param validUntil unix seconds, inclusive
    /// @param time the block's second, unix
    /// @custom:fix Sign a grant with a later end.
    error ValidUntilPassed(uint48 validUntil, uint256 time);

    /// @notice `validUntil - validAfter + 1` is outside the policy's bounds; 0 if the window ends before it
    /// starts.
    /// @param duration seconds
    /// @param minDuration seconds, inclusive
    /// @param maxDuration seconds, inclusive
    /// @custom:fix Choose a window within the bounds.
    error DurationOutOfBounds(uint256 duration, uint256 minDuration, uint256 maxDuration);

    /// @notice `maxCalls` is 0 or above the policy's.
    /// @param maxCalls inner calls, inclusive
    /// @param most inclusive
    /// @custom:fix Ask for at least 1 and at most the policy's.
    error MaxCallsOutOfBounds(uint32 maxCalls, uint32 most);

    /// @notice A renewal starts later than the registration it renews; a window still to come cannot be moved
    /// forward.
    /// @param validAfter the effective start that was asked for
    /// @param previous unix seconds
    /// @custom:fix Wait a second, or take another key.
    error RenewalNotLater(uint48 validAfter, uint48 previous);

    /// @notice Another key lives in that lane and `replaces` does not say that it may be ended.
    /// @param app the policy's label, left-aligned, zero-padded
    /// @param lane number of the lane
    /// @param occupant who lives there
    /// @param replaces as granted
    /// @custom:fix Name the occupant or `ANY_KEY` in `replaces`, or take another lane.
    error LaneOccupied(bytes32 app, uint64 lane, address occupant, address replaces);

    /// @notice The key already lives in another lane of this principal.
    /// @param key the session key
    /// @custom:fix Renew it there, or take another key.
    error KeyInAnotherLane(address key);

    /// @notice The principal is in its last generation, 2**22 - 1, in which nothing can be registered.
    /// @param principal who delegates
    /// @custom:fix Use another account.
    error GenerationsExhausted(address principal);

    /// @notice The principal's signature was good until `deadline`.
    /// @param deadline unix seconds, inclusive
    /// @param time the block's second, unix; of an operation that brings its grant the first in which it could run
    /// @custom:fix Ask the principal to sign again.
    error GrantDeadlinePassed(uint256 deadline, uint256 time);

    /// @notice The signature is not the principal's over this grant, chain, nonce and policy.
    /// @param principal who delegates
    /// @custom:fix Read `nonces(principal)` and sign again.
    error InvalidPrincipalSignature(address principal);

    /// @notice The signature kills another generation than the current one.
    /// @param generation at most 2**22 - 1
    /// @param current the principal's
    /// @custom:fix Sign for the current generation.
    error GenerationMismatch(uint32 generation, uint32 current);

    /// @notice A list of chains has 1 to 32 entries, strictly ascending by chain id.
    /// @param position of the first entry that is not above the one before it, from 0; the number of entries if that is
    /// what is wrong
    /// @custom:fix Sort the chains by their ids, each once.
    error ChainsInvalid(uint256 position);

    /// @notice The signature names other chains than this one.
    /// @param chainId of this chain
    /// @custom:fix Bring it to a chain that it names, or ask the principal to sign for this one.
    error ChainNotListed(uint256 chainId);

    /// @notice The grant's policy is not the one that was signed for this chain.
    /// @param policyId the grant's
    /// @param listed this chain's
    /// @custom:fix Put this chain's policy into the grant.
    error ChainPolicyMismatch(bytes32 policyId, bytes32 listed);

    /// @notice Only the key itself may deactivate a session that has not expired.
    /// @param validUntil unix seconds, inclusive
    /// @param time the block's second, unix
    /// @custom:fix Let the principal revoke it.
    error SessionNotExpired(uint48 validUntil, uint256 time);

    /// @notice A P-256 key cannot send, so it is not funded.
    /// @param key the session key
    /// @custom:fix Use route `relayed` or a paymaster.
    error KeyCannotBeFunded(address key);

    /// @notice The key did not take the funds.
    /// @param key the session key
    /// @param value wei
    /// @custom:fix Fund the key apart.
    error FundingFailed(address key, uint256 value);

    /// @notice A grant that comes with its first use says when it starts.
    /// @custom:fix Sign a grant whose `validAfter` is not 0; it may be past.
    error ValidAfterNotExplicit();

    /// @notice Extension and entrance run as Latchkey alone.
    /// @custom:fix Call Latchkey.
    error ExtensionCalledDirectly();

    // --- registering ------------------------------------------------------------------------------------------------

    /// @notice Registers or renews a session of the caller.
    /// @dev Checks the principal, the key, the policy, the window, the calls, the generation and the lane, in this
    /// order, and reverts with the first error. A renewal gives every counter anew.
    /// @param grant what is granted
    function registerSession(Grant calldata grant) external;

    /// @notice The same, and passes all of `msg.value`, in wei, on to the key, or reverts.
    /// @dev The one function of Latchkey that accepts coin. Reverts with `KeyCannotBeFunded` or `FundingFailed`.
    /// @param grant what is granted
    function registerSessionAndFund(Grant calldata grant) external payable;

    /// @notice Registers a session of `principal` with its signature over `RegisterSession`; uses and raises
    /// its grant nonce.
    /// @param principal who delegates
    /// @param grant what is granted
    /// @param deadline unix seconds, inclusive
    /// @param signature the principal's
    function registerSessionBySig(
        address principal,
        Grant calldata grant,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Registers a session of `principal` with its signature over `RegisterSessionOnChains`, whose domain has no
    /// chain id: good once on each chain that it lists, under that chain's own policy and grant nonce, which it uses and
    /// raises.
    /// @dev What a session may spend, it may spend on each chain. Key, window, calls, lane and `replaces` are common.
    /// Checks the list, this chain's entry and its policy, the signature, and then as `registerSession`.
    /// @param principal who delegates
    /// @param grant what is granted, with this chain's policy
    /// @param deadline unix seconds, inclusive
    /// @param chains all that was signed, strictly ascending by chain id
    /// @param signature the principal's
    function registerSessionOnChains(
        address principal,
        Grant calldata grant,
        uint256 deadline,
        ChainGrant[] calldata chains,
        bytes calldata signature
    ) external;

    // --- ending -----------------------------------------------------------------------------------------------------

    /// @notice Kills a session of the caller. Idempotent; a key that was never registered can never be any
    /// more.
    /// @param key the session key
    function revokeSession(address key) external;

    /// @notice Kills a session of `principal` with its signature over `RevokeSession`, which uses no nonce.
    /// @param principal who delegates
    /// @param key the session key
    /// @param deadline unix seconds, inclusive
    /// @param signature the principal's
    function revokeSessionBySig(address principal, address key, uint256 deadline, bytes calldata signature) external;

    /// @notice Kills a session of `principal` with its signature over `RevokeSessionOnChains`, whose domain has no chain id
    /// and which uses no nonce: the key is dead on every chain that it lists, registered there or not, once it is
    /// brought there.
    /// @param principal who delegates
    /// @param key the session key
    /// @param deadline unix seconds, inclusive
    /// @param chains chain ids, all that were signed, strictly ascending
    /// @param signature the principal's
    function revokeSessionOnChains(
        address principal,
        address key,
        uint256 deadline,
        uint256[] calldata chains,
        bytes calldata signature
    ) external;

    /// @notice Kills every session of the caller, known or not, and every grant that it has signed. One write;
    /// never reverts.
    function revokeAllSessions() external;

    /// @notice Kills every session of `principal` with its signature over `RevokeAllSessions`.
    /// @param principal who delegates
    /// @param generation the one to end; the signature kills exactly this one
    /// @param deadline unix seconds, inclusive
    /// @param signature the principal's
    function revokeAllSessionsBySig(
        address principal,
        uint32 generation,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Kills every grant that the caller has signed and nobody has submitted.
    function cancelSignatures() external;

    /// @notice Called by the key: revokes it. Called by anyone once it has expired: sweeps it. Sweeping twice
    /// changes nothing.
    /// @dev A tombstone is not a registration: reverts with `SessionNotRegistered`, `SessionNotExpired`,
    /// `SessionAlreadyRevoked` or `SessionGenerationEnded`.
    /// @param principal who delegates
    /// @param key the session key
    function deactivateSession(address principal, address key) external;

    // --- views ------------------------------------------------------------------------------------------------------

    /// @notice Whether `sender` is the principal, or its live key with a permission for (target, selector).
    /// @param principal who delegates
    /// @param sender who would act
    /// @param target the called contract
    /// @param selector the method's four bytes
    /// @return authorized arguments, value, rules, alternatives and limits are not looked at
    function isAuthorized(
        address principal,
        address sender,
        address target,
        bytes4 selector
    ) external view returns (bool authorized);

    /// @notice Whether the session is live. For screens: not an authorisation.
    /// @param principal who delegates
    /// @param key the session key
    /// @return live its status is Active
    function isLive(address principal, address key) external view returns (bool live);

    /// @notice The live key of a lane.
    /// @param principal who delegates
    /// @param app the policy's label, left-aligned, zero-padded
    /// @param lane number of the lane
    /// @return key `address(0)` if there is none
    function activeSession(address principal, bytes32 app, uint64 lane) external view returns (address key);

    /// @notice The nonce of the next grant that `principal` signs for this chain.
    /// @param principal who delegates
    /// @return nonce from 0
    function nonces(address principal) external view returns (uint256 nonce);

    /// @notice Raised by `revokeAllSessions` and by uninstalling the module.
    /// @param principal who delegates
    /// @return generation from 0, at most 2**22 - 1
    function generationOf(address principal) external view returns (uint32 generation);

    /// @notice The packed words of a session; see `SessionWord`, `SpentWord`.
    /// @dev For the lens and for indexers.
    /// @param principal who delegates
    /// @param key the session key
    /// @return word 0 if never registered
    /// @return spent one per limit; the inline one's is 0
    function sessionWords(address principal, address key) external view returns (uint256 word, uint256[8] memory spent);

    /// @notice The packed word of a lane; see `LaneWord`.
    /// @param principal who delegates
    /// @param app the policy's label, left-aligned, zero-padded
    /// @param lane number of the lane
    /// @return word 0 if nobody ever lived there
    function laneWord(address principal, bytes32 app, uint64 lane) external view returns (uint256 word);

    /// @notice Whether a nonce of the signed routes was used by (principal, key).
    /// @param principal who delegates
    /// @param key the session key
    /// @param nonce any number
    /// @return used for ever once it is
    function isNonceUsed(address principal, address key, uint256 nonce) external view returns (bool used);
}
