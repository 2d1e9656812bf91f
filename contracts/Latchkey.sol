// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILatchkey} from "./interfaces/ILatchkey.sol";
import {ISessionForwarder} from "./interfaces/ISessionForwarder.sol";
import {P256Signatures} from "./libraries/P256Signatures.sol";
import {P256Verifier} from "./P256Verifier.sol";
import {PolicyStore} from "./PolicyStore.sol";
import {SessionExecutor} from "./SessionExecutor.sol";
import {SessionForwarder} from "./SessionForwarder.sol";
import {Check, SessionStore} from "./SessionStore.sol";
import {SessionValidator} from "./SessionValidator.sol";
import {Call, Route} from "./types/Grant.sol";

/// @title Latchkey
/// @notice Session keys: a short-lived key acts for a principal inside a scope that the chain enforces.
/// @dev No owner, no proxy, no pause, no upgrade. It creates its forwarder and its policy store itself, so that the three
/// know each other from the first block on and there is nothing to configure.
contract Latchkey is SessionValidator, SessionExecutor, ILatchkey {
    /// @dev A child is not where it was expected. Cannot happen on a chain that numbers creations as Ethereum does.
    error ChildMisplaced(address actual, address expected);

    constructor()
        SessionStore(
            _childOf(address(this), 2),
            _childOf(address(this), 1),
            P256Signatures.isNative() ? P256Signatures.PRECOMPILE : _childOf(address(this), 3)
        )
    {
        _requirePlaced(address(new SessionForwarder()), FORWARDER);
        _requirePlaced(address(new PolicyStore(FORWARDER)), POLICY_STORE);
        if (P256_VERIFIER != P256Signatures.PRECOMPILE) _requirePlaced(address(new P256Verifier()), P256_VERIFIER);
    }

    /// @inheritdoc ILatchkey
    function checkCalls(
        address principal,
        address key,
        Route route,
        Call[] calldata calls,
        uint48 validUntil,
        uint256 maxGasCost,
        address paymaster
    ) external view {
        if (route == Route.forwarded) {
            // The forwarder itself asks for a selector, before anything else.
            for (uint256 i = 0; i < calls.length; ++i) {
                uint256 size = calls[i].data.length;
                if (size < 4) revert ISessionForwarder.ForwardedCalldataTooShort(size, 4);
            }
        }
        bool isOperation = route == Route.userOperation;
        bool isForDapp = route == Route.forwarded || route == Route.asked;
        // The key signs on the routes that others carry; a forwarded call is signed iff it has a deadline.
        bool isSigned = isOperation || route == Route.relayed || (route == Route.forwarded && validUntil != 0);
        if (!isSigned) _requireNoCode(key);
        if (!isForDapp) _requireCode(principal);
        Check memory check;
        _load(check, principal, key);
        _requireOpen(check, block.timestamp);
        if (isSigned) {
            _requireDeadline(check, validUntil);
            if (block.timestamp > validUntil) revert DeadlinePassed(validUntil, block.timestamp);
            if (isOperation) check.time = validUntil;
        }
        if (calls.length == 0) revert EmptyBatch();
        for (uint256 i = 0; i < calls.length; ++i) {
            Call calldata call_ = calls[i];
            if (isForDapp && call_.value != 0) revert ValueNotAllowed(i, call_.value, 0);
            _checkCall(check, call_.target, call_.value, call_.data, route == Route.asked);
        }
        _checkBudgets(check, isOperation ? maxGasCost : 0);
        if (isOperation) {
            _requirePayer(check, paymaster, paymaster != address(0));
            // The EntryPoint waits for the period that the deadline selects.
            if (block.timestamp < check.periodStart) {
                revert SessionNotYetValid(uint48(check.periodStart), block.timestamp);
            }
        }
    }

    /// @dev The address of the child that `parent` creates at `nonce`, below 128.
    function _childOf(address parent, uint8 nonce) private pure returns (address) {
        // keccak256(rlp([parent, nonce]))
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes2(0xd694), parent, bytes1(nonce))))));
    }

    function _requirePlaced(address child, address expected) private pure {
        if (child != expected) revert ChildMisplaced(child, expected);
    }
}
