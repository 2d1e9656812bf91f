// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {DelegatedHalf} from "./core/DelegatedHalf.sol";
import {Admission, CallsForm, PolicyEngine} from "./core/PolicyEngine.sol";
import {PolicyScope, Scope} from "./core/PolicyScope.sol";
import {Session} from "./core/SessionState.sol";
import {ISessionRegistry} from "./interfaces/ISessionRegistry.sol";
import {Executions} from "./libraries/Executions.sol";
import {ForwardedCalls} from "./libraries/ForwardedCalls.sol";
import {SessionHash} from "./libraries/SessionHash.sol";
import {Call} from "./types/Call.sol";
import {ChainGrant} from "./types/ChainGrant.sol";
import {Grant} from "./types/Grant.sol";
import {LaneWord} from "./types/LaneWord.sol";
import {PrincipalWord} from "./types/PrincipalWord.sol";
import {Route} from "./types/Route.sol";
import {SessionWord, SessionWords} from "./types/SessionWord.sol";
import {SpentWord} from "./types/SpentWord.sol";

/// @title LatchkeyExtension
/// @notice The verbs of Latchkey that no route needs. Runs in Latchkey's place, on Latchkey's storage, and nowhere else.
/// @dev The manual of each function is `ILatchkey`. Latchkey has this contract's address in its code and passes on, by
/// `delegatecall`, what it does not have itself; both have the siblings' addresses in their code.
contract LatchkeyExtension is DelegatedHalf, PolicyEngine, IERC5267 {
    using PolicyScope for Scope;

    /// @dev Of one signature.
    uint256 private constant _MAX_CHAINS = 32;
    uint256 private constant _CHAIN_GRANT_WORDS = 3;

    // --- the principal's verbs -------------------------------------------------------------------------------------

    function registerSessionAndFund(Grant calldata grant) external payable delegated {
        if (grant.publicKey.length != 0) revert ISessionRegistry.KeyCannotBeFunded(grant.key);
        _register(msg.sender, grant);
        // The key has no code, see _requireKey: nothing can re-enter.
        (bool success, ) = grant.key.call{value: msg.value}("");
        if (!success) revert ISessionRegistry.FundingFailed(grant.key, msg.value);
    }

    function registerSessionBySig(
        address principal,
        Grant calldata grant,
        uint256 deadline,
        bytes calldata signature
    ) external delegated {
        PrincipalWord word = _principals[principal];
        bytes32 structHash = SessionHash.register(principal, grant, word.nonce(), deadline);
        _requirePrincipalSignature(principal, _digestOf(structHash), deadline, signature);
        _principals[principal] = word.nextNonce();
        _register(principal, grant);
    }

    function registerSessionOnChains(
        address principal,
        Grant calldata grant,
        uint256 deadline,
        ChainGrant[] calldata chains,
        bytes calldata signature
    ) external delegated {
        ChainGrant calldata here = chains[_positionOfChain(_wordsOf(chains), _CHAIN_GRANT_WORDS)];
        if (here.policyId != grant.policyId) {
            revert ISessionRegistry.ChainPolicyMismatch(grant.policyId, here.policyId);
        }
        PrincipalWord word = _principals[principal];
        if (here.nonce != word.nonce()) revert ISessionRegistry.InvalidPrincipalSignature(principal);
        bytes32 structHash = SessionHash.registerOnChains(principal, grant, deadline, chains);
        _requirePrincipalSignature(principal, _digestOnChains(structHash), deadline, signature);
        _principals[principal] = word.nextNonce();
        _register(principal, grant);
    }

    function revokeSessionBySig(
        address principal,
        address key,
        uint256 deadline,
        bytes calldata signature
    ) external delegated {
        bytes32 structHash = SessionHash.revoke(principal, key, deadline);
        _requirePrincipalSignature(principal, _digestOf(structHash), deadline, signature);
        _revoke(principal, key);
    }

    function revokeSessionOnChains(
        address principal,
        address key,
        uint256 deadline,
        uint256[] calldata chains,
        bytes calldata signature
    ) external delegated {
        _positionOfChain(chains, 1);
        bytes32 structHash = SessionHash.revokeOnChains(principal, key, deadline, chains);
        _requirePrincipalSignature(principal, _digestOnChains(structHash), deadline, signature);
        _revoke(principal, key);
    }

    function revokeAllSessionsBySig(
        address principal,
        uint32 generation,
        uint256 deadline,
        bytes calldata signature
    ) external delegated {
        PrincipalWord word = _principals[principal];
        uint32 current = word.generation();
        if (generation != current) revert ISessionRegistry.GenerationMismatch(generation, current);
        bytes32 structHash = SessionHash.revokeAll(principal, generation, deadline);
        _requirePrincipalSignature(principal, _digestOf(structHash), deadline, signature);
        _revokeAll(principal, word);
    }

    function cancelSignatures() external delegated {
        PrincipalWord word = _principals[msg.sender].nextNonce();
        _principals[msg.sender] = word;
        emit ISessionRegistry.SignaturesCancelled(msg.sender, word.nonce());
    }

    function deactivateSession(address principal, address key) external delegated {
        Session storage session = _sessions[key][principal];
        SessionWord word = session.word;
        if (msg.sender == key) {
            // The tombstone of a key that was never registered has no policy.
            if (word.policyNumber() == 0) revert SessionNotRegistered(principal, key);
            _revoke(principal, key);
            return;
        }
        _requireAlive(principal, key, word);
        uint48 validUntil = word.validUntil();
        if (block.timestamp <= validUntil) revert ISessionRegistry.SessionNotExpired(validUntil, block.timestamp);
        if (word.isSwept()) return;
        session.word = word.with(SessionWords.SWEPT);
        emit ISessionRegistry.SessionSwept(principal, key);
    }

    // --- views -----------------------------------------------------------------------------------------------------

    function checkCalls(
        address principal,
        address key,
        Route route,
        Call[] calldata calls,
        uint48 validUntil,
        uint256 maxGasCost,
        address paymaster
    ) external view delegated {
        if (route == Route.forwarded) {
            // The forwarder asks for it before anything else.
            for (uint256 i = 0; i < calls.length; ++i) ForwardedCalls.requireSelector(calls[i].data);
        }
        bool isOperation = route == Route.userOperation;
        Admission memory admission = _newAdmission()[0];
        (admission.principal, admission.key, admission.route) = (principal, key, uint256(route));
        // The key signs on the routes that others carry; a forwarded call is signed iff it has a deadline.
        admission.isSigned = isOperation || route == Route.relayed || (route == Route.forwarded && validUntil != 0);
        admission.deadline = validUntil;
        if (isOperation) {
            admission.gasCost = maxGasCost;
            (admission.paymaster, admission.isSponsored) = (paymaster, paymaster != address(0));
        }
        admission.form = uint256(CallsForm.LIST);
        _requireParties(admission);
        _admit(admission, Executions.ofList(calls));
        if (isOperation) {
            // What the EntryPoint does with the window.
            uint256 start = admission.start;
            if (block.timestamp < start) revert SessionNotYetValid(uint48(start), block.timestamp);
            uint48 end = admission.word.validUntil();
            if (block.timestamp > end) revert SessionExpired(end, block.timestamp);
            if (block.timestamp > validUntil) revert DeadlinePassed(validUntil, block.timestamp);
        }
    }

    function isAuthorized(
        address principal,
        address sender,
        address target,
        bytes4 selector
    ) external view delegated returns (bool) {
        if (sender == principal) return true;
        if (!_isLive(principal, sender)) return false;
        if (_isForbidden(target, principal)) return false;
        address policy = _pointerOf(_sessions[sender][principal].word);
        Scope memory scope;
        PolicyScope.open(scope, policy, principal);
        return scope.has(target, selector);
    }

    function activeSession(address principal, bytes32 app, uint64 lane) external view delegated returns (address key) {
        key = _lanes[app][lane][principal].key();
        if (!_isLive(principal, key)) return address(0);
    }

    function nonces(address principal) external view delegated returns (uint256) {
        return _principals[principal].nonce();
    }

    function generationOf(address principal) external view delegated returns (uint32) {
        return _principals[principal].generation();
    }

    function sessionWords(
        address principal,
        address key
    ) external view delegated returns (uint256 word, uint256[8] memory spent) {
        Session storage session = _sessions[key][principal];
        word = SessionWord.unwrap(session.word);
        for (uint256 i = 0; i < 8; ++i) {
            spent[i] = SpentWord.unwrap(session.spent[i]);
        }
    }

    function laneWord(address principal, bytes32 app, uint64 lane) external view delegated returns (uint256) {
        return LaneWord.unwrap(_lanes[app][lane][principal]);
    }

    function isNonceUsed(address principal, address key, uint256 nonce) external view delegated returns (bool) {
        return _nonces[key][principal][nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }

    function eip712Domain()
        external
        view
        delegated
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        )
    {
        // Name, version, chain id and verifying contract.
        return (hex"0f", DOMAIN_NAME, DOMAIN_VERSION, block.chainid, address(this), 0, new uint256[](0));
    }

    // --- inside ----------------------------------------------------------------------------------------------------

    /// @dev The words of a list of structs without pointers.
    function _wordsOf(ChainGrant[] calldata chains) private pure returns (uint256[] calldata words) {
        assembly ("memory-safe") {
            // Where they stand in the calldata: the compiler has checked that all of it is there.
            words.offset := chains.offset
            words.length := mul(chains.length, 3)
        }
    }

    /// @dev Where this chain stands among entries of `size` words each, the first of which is a chain id.
    function _positionOfChain(uint256[] calldata words, uint256 size) private view returns (uint256 position) {
        uint256 count = words.length / size;
        if (count == 0 || count > _MAX_CHAINS) revert ISessionRegistry.ChainsInvalid(count);
        position = count;
        uint256 previous;
        for (uint256 i = 0; i < count; ++i) {
            uint256 chainId = words[i * size];
            if (i != 0 && chainId <= previous) revert ISessionRegistry.ChainsInvalid(i);
            if (chainId == block.chainid) position = i;
            previous = chainId;
        }
        if (position == count) revert ISessionRegistry.ChainNotListed(block.chainid);
    }

    function _requirePrincipalSignature(
        address principal,
        bytes32 digest,
        uint256 deadline,
        bytes calldata signature
    ) private view {
        _requireGrantDeadline(deadline);
        _requirePrincipalSignature(principal, digest, signature);
    }
}
