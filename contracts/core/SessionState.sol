// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {ISessionErrors} from "../interfaces/ISessionErrors.sol";
import {ISessionRegistry} from "../interfaces/ISessionRegistry.sol";
import {Creations} from "../libraries/Creations.sol";
import {EntryPoints} from "../libraries/EntryPoints.sol";
import {COUNTER_BOUND} from "../types/Bounds.sol";
import {LaneWord} from "../types/LaneWord.sol";
import {PrincipalWord} from "../types/PrincipalWord.sol";
import {SessionWord, SessionWords} from "../types/SessionWord.sol";
import {SpentWord} from "../types/SpentWord.sol";

/// @dev Everything kept of one session.
struct Session {
    SessionWord word;
    SpentWord[8] spent;
}

/// @title The only storage
/// @notice What Latchkey, its extension and its entrance stand on: the state, how a session ends, and who they are.
/// @dev The extension and the entrance run on Latchkey's storage, so all three inherit this contract and nothing else
/// declares storage. None has an external function from here, because no selector stands in two of them.
/// Validation may touch only storage that ERC-7562 associates with the account: the principal is the innermost key of
/// every mapping that it reads, and a session's words lie within 128 of the mapping's slot.
abstract contract SessionState is ISessionErrors {
    string internal constant DOMAIN_NAME = "Latchkey";
    string internal constant DOMAIN_VERSION = "2";
    // Of name and version: as literals the compiler hashes them.
    bytes32 private constant _DOMAIN_NAME_HASH = keccak256("Latchkey");
    bytes32 private constant _DOMAIN_VERSION_HASH = keccak256("2");
    bytes32 private constant _DOMAIN_TYPE_HASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant _DOMAIN_ON_CHAINS_TYPE_HASH = keccak256(
        "EIP712Domain(string name,string version,address verifyingContract)"
    );

    /// @dev The siblings: all have the same deployer, and with it the same addresses in their code. `_LATCHKEY` is
    /// `address(this)` wherever this code runs.
    address internal immutable _LATCHKEY = Creations.addressOf(msg.sender, Creations.LATCHKEY);
    address internal immutable _EXTENSION = Creations.addressOf(msg.sender, Creations.EXTENSION);
    address internal immutable _ENTRANCE = Creations.addressOf(msg.sender, Creations.ENTRANCE);
    address internal immutable _FORWARDER = Creations.addressOf(msg.sender, Creations.FORWARDER);
    address internal immutable _POLICY_STORE = Creations.addressOf(msg.sender, Creations.POLICY_STORE);

    mapping(address key => mapping(address principal => Session)) internal _sessions;
    mapping(address principal => PrincipalWord) internal _principals;
    mapping(bytes32 app => mapping(uint64 lane => mapping(address principal => LaneWord))) internal _lanes;
    mapping(address key => mapping(address principal => mapping(uint256 word => uint256 bits))) internal _nonces;

    // --- sessions --------------------------------------------------------------------------------------------------

    /// @dev Registered, not revoked, of the current generation.
    function _requireAlive(
        address principal,
        address key,
        SessionWord word
    ) internal view returns (PrincipalWord principalWord) {
        if (word.isEmpty()) revert SessionNotRegistered(principal, key);
        if (word.isRevoked()) revert SessionAlreadyRevoked(principal, key);
        principalWord = _principals[principal];
        uint32 current = principalWord.generation();
        if (word.generation() != current) revert SessionGenerationEnded(word.generation(), current);
    }

    function _isLive(address principal, address key) internal view returns (bool) {
        SessionWord word = _sessions[key][principal].word;
        return
            !word.isRevoked() &&
            block.timestamp >= word.validAfter() &&
            block.timestamp <= word.validUntil() &&
            word.calls() != 0 &&
            word.generation() == _principals[principal].generation();
    }

    /// @dev Where the policy of a registered session stands.
    function _pointerOf(SessionWord word) internal view returns (address) {
        return Creations.addressOf(_POLICY_STORE, word.policyNumber());
    }

    function _revoke(address principal, address key) internal {
        Session storage session = _sessions[key][principal];
        SessionWord word = session.word;
        if (word.isRevoked()) return;
        session.word = word.with(SessionWords.REVOKED);
        emit ISessionRegistry.SessionRevoked(principal, key);
    }

    /// @dev Ends every session of `principal` and every grant that it has signed. Never reverts: a module's uninstall
    /// runs through here.
    function _revokeAll(address principal, PrincipalWord word) internal {
        word = word.nextGeneration();
        _principals[principal] = word;
        emit ISessionRegistry.AllSessionsRevoked(principal, word.generation());
    }

    // --- Latchkey itself -------------------------------------------------------------------------------------------

    /// @dev The principal, an address that is a counter or a precompile (0 among them, which some accounts read as
    /// themselves), Latchkey, its extension, entrance or forwarder, an EntryPoint.
    function _isForbidden(address target, address principal) internal view returns (bool) {
        return target == principal || uint160(target) < COUNTER_BOUND || _isMachinery(target);
    }

    /// @dev Latchkey, its extension, entrance or forwarder, or an EntryPoint: never a target, a key or a principal.
    function _isMachinery(address account) internal view returns (bool) {
        return
            account == _LATCHKEY ||
            account == _FORWARDER ||
            account == _EXTENSION ||
            account == _ENTRANCE ||
            EntryPoints.contains(account);
    }

    /// @dev Of Latchkey, on the chain that it is on.
    function _domainSeparator() internal view returns (bytes32 separator) {
        (bytes32 typeHash, bytes32 nameHash, bytes32 versionHash) = (
            _DOMAIN_TYPE_HASH,
            _DOMAIN_NAME_HASH,
            _DOMAIN_VERSION_HASH
        );
        address latchkey = _LATCHKEY;
        assembly ("memory-safe") {
            // The encoding of five words, in free memory, which is not kept.
            let free := mload(0x40)
            mstore(free, typeHash)
            mstore(add(free, 0x20), nameHash)
            mstore(add(free, 0x40), versionHash)
            mstore(add(free, 0x60), chainid())
            mstore(add(free, 0x80), latchkey)
            separator := keccak256(free, 0xa0)
        }
    }

    /// @dev What is signed for `structHash`: EIP-712.
    function _digestOf(bytes32 structHash) internal view returns (bytes32 digest) {
        bytes32 separator = _domainSeparator();
        assembly ("memory-safe") {
            // 66 bytes in free memory, which is not kept.
            let free := mload(0x40)
            mstore(free, shl(240, 0x1901))
            mstore(add(free, 0x02), separator)
            mstore(add(free, 0x22), structHash)
            digest := keccak256(free, 0x42)
        }
    }

    /// @dev What is signed for `structHash` on whichever chain: the domain has no chain id, and a type of its own.
    function _digestOnChains(bytes32 structHash) internal view returns (bytes32) {
        bytes32 separator = keccak256(
            abi.encode(_DOMAIN_ON_CHAINS_TYPE_HASH, _DOMAIN_NAME_HASH, _DOMAIN_VERSION_HASH, _LATCHKEY)
        );
        return MessageHashUtils.toTypedDataHash(separator, structHash);
    }
}
