// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ChainGrant} from "../types/ChainGrant.sol";
import {Grant} from "../types/Grant.sol";

/// @title The EIP-712 structs of sessions
/// @notice One type for each verb, so that no signature is good for another.
library SessionHash {
    // Each as one literal, which the compiler hashes; behind a type stand those that it refers to, sorted by name.

    bytes32 internal constant REGISTER_TYPEHASH = keccak256(
        "RegisterSession(address principal,Policy policy,address key,bytes publicKey,uint48 validAfter,"
        "uint48 validUntil,uint32 maxCalls,uint64 lane,address replaces,uint256 nonce,uint256 deadline)"
        "Inner(string argument,string types)"
        "Limit(address unit,uint128 cap,uint32 period,bool fromStart)"
        "Permission(address target,string method,uint128 maxValue,Spend[] spends,Rule[] rules,Inner[] inner,"
        "bool consumable,string[] open)"
        "Policy(string app,uint32 minDuration,uint32 maxDuration,uint32 maxCalls,uint80 gasBudget,bool selfPaid,"
        "address paymaster,Permission[] permissions,Limit[] limits)"
        "Rule(string argument,string test,string per,address[] addresses,int256[] numbers,bytes32[] words)"
        "Spend(address unit,string argument,uint128 amount,uint8 scale)"
    );
    bytes32 internal constant REGISTER_ON_CHAINS_TYPEHASH = keccak256(
        "RegisterSessionOnChains(address principal,address key,bytes publicKey,uint48 validAfter,uint48 validUntil,"
        "uint32 maxCalls,uint64 lane,address replaces,uint256 deadline,ChainGrant[] chains)"
        "ChainGrant(uint256 chainId,uint256 nonce,Policy policy)"
        "Inner(string argument,string types)"
        "Limit(address unit,uint128 cap,uint32 period,bool fromStart)"
        "Permission(address target,string method,uint128 maxValue,Spend[] spends,Rule[] rules,Inner[] inner,"
        "bool consumable,string[] open)"
        "Policy(string app,uint32 minDuration,uint32 maxDuration,uint32 maxCalls,uint80 gasBudget,bool selfPaid,"
        "address paymaster,Permission[] permissions,Limit[] limits)"
        "Rule(string argument,string test,string per,address[] addresses,int256[] numbers,bytes32[] words)"
        "Spend(address unit,string argument,uint128 amount,uint8 scale)"
    );
    bytes32 internal constant CHAIN_GRANT_TYPEHASH = keccak256(
        "ChainGrant(uint256 chainId,uint256 nonce,Policy policy)"
        "Inner(string argument,string types)"
        "Limit(address unit,uint128 cap,uint32 period,bool fromStart)"
        "Permission(address target,string method,uint128 maxValue,Spend[] spends,Rule[] rules,Inner[] inner,"
        "bool consumable,string[] open)"
        "Policy(string app,uint32 minDuration,uint32 maxDuration,uint32 maxCalls,uint80 gasBudget,bool selfPaid,"
        "address paymaster,Permission[] permissions,Limit[] limits)"
        "Rule(string argument,string test,string per,address[] addresses,int256[] numbers,bytes32[] words)"
        "Spend(address unit,string argument,uint128 amount,uint8 scale)"
    );
    bytes32 internal constant REVOKE_TYPEHASH = keccak256(
        "RevokeSession(address principal,address key,uint256 deadline)"
    );
    bytes32 internal constant REVOKE_ON_CHAINS_TYPEHASH = keccak256(
        "RevokeSessionOnChains(address principal,address key,uint256 deadline,uint256[] chains)"
    );
    bytes32 internal constant REVOKE_ALL_TYPEHASH = keccak256(
        "RevokeAllSessions(address principal,uint32 generation,uint256 deadline)"
    );
    bytes32 internal constant OPERATION_TYPEHASH = keccak256(
        "SessionOperation(address principal,bytes32 userOpHash,uint48 validUntil,uint48 registration)"
    );
    bytes32 internal constant EXECUTION_TYPEHASH = keccak256(
        "SessionExecution(address principal,bytes32 mode,bytes executionCalldata,uint256 nonce,uint256 minGas,"
        "uint48 validUntil,uint48 registration)"
    );
    bytes32 internal constant REDEMPTION_TYPEHASH = keccak256(
        "SessionRedemption(address principal,address redeemer,bytes32 mode,bytes executionCalldata,uint256 nonce,"
        "uint256 minGas,uint48 validUntil,uint48 registration)"
    );
    bytes32 internal constant FORWARD_TYPEHASH = keccak256(
        "SessionForward(address principal,address target,bytes data,uint256 nonce,uint256 minGas,uint48 validUntil,"
        "uint48 registration)"
    );

    /// @dev A policy's id is its own `hashStruct`, so a wallet shows the whole policy and the chain carries 32 bytes.
    function register(
        address principal,
        Grant calldata grant,
        uint256 nonce,
        uint256 deadline
    ) internal pure returns (bytes32) {
        return
            register(
                principal,
                grant.policyId,
                grant.key,
                keccak256(grant.publicKey),
                grant.validAfter,
                grant.validUntil,
                grant.maxCalls,
                grant.lane,
                grant.replaces,
                nonce,
                deadline
            );
    }

    /// @dev The same of single fields; `publicKey` is keccak256 of its bytes.
    function register(
        address principal,
        bytes32 policyId,
        address key,
        bytes32 publicKey,
        uint48 validAfter,
        uint48 validUntil,
        uint32 maxCalls,
        uint64 lane,
        address replaces,
        uint256 nonce,
        uint256 deadline
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    REGISTER_TYPEHASH,
                    principal,
                    policyId,
                    key,
                    publicKey,
                    validAfter,
                    validUntil,
                    maxCalls,
                    lane,
                    replaces,
                    nonce,
                    deadline
                )
            );
    }

    function registerOnChains(
        address principal,
        Grant calldata grant,
        uint256 deadline,
        ChainGrant[] calldata chains
    ) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](chains.length);
        for (uint256 i = 0; i < chains.length; ++i) {
            ChainGrant calldata chain = chains[i];
            hashes[i] = keccak256(abi.encode(CHAIN_GRANT_TYPEHASH, chain.chainId, chain.nonce, chain.policyId));
        }
        return
            keccak256(
                abi.encode(
                    REGISTER_ON_CHAINS_TYPEHASH,
                    principal,
                    grant.key,
                    keccak256(grant.publicKey),
                    grant.validAfter,
                    grant.validUntil,
                    grant.maxCalls,
                    grant.lane,
                    grant.replaces,
                    deadline,
                    keccak256(abi.encodePacked(hashes))
                )
            );
    }

    function revokeOnChains(
        address principal,
        address key,
        uint256 deadline,
        uint256[] calldata chains
    ) internal pure returns (bytes32) {
        bytes32 hash = keccak256(abi.encodePacked(chains));
        return keccak256(abi.encode(REVOKE_ON_CHAINS_TYPEHASH, principal, key, deadline, hash));
    }

    function revoke(address principal, address key, uint256 deadline) internal pure returns (bytes32) {
        return keccak256(abi.encode(REVOKE_TYPEHASH, principal, key, deadline));
    }

    function revokeAll(address principal, uint32 generation, uint256 deadline) internal pure returns (bytes32) {
        return keccak256(abi.encode(REVOKE_ALL_TYPEHASH, principal, generation, deadline));
    }

    function operation(
        address principal,
        bytes32 userOpHash,
        uint48 validUntil,
        uint48 registration
    ) internal pure returns (bytes32 structHash) {
        bytes32 typeHash = OPERATION_TYPEHASH;
        assembly ("memory-safe") {
            // The encoding of five words, in free memory, which is not kept.
            let free := mload(0x40)
            mstore(free, typeHash)
            mstore(add(free, 0x20), principal)
            mstore(add(free, 0x40), userOpHash)
            mstore(add(free, 0x60), validUntil)
            mstore(add(free, 0x80), registration)
            structHash := keccak256(free, 0xa0)
        }
    }

    function execution(
        address principal,
        bytes32 mode,
        bytes calldata executionCalldata,
        uint256 nonce,
        uint256 minGas,
        uint48 validUntil,
        uint48 registration
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    EXECUTION_TYPEHASH,
                    principal,
                    mode,
                    keccak256(executionCalldata),
                    nonce,
                    minGas,
                    validUntil,
                    registration
                )
            );
    }

    function redemption(
        address principal,
        address redeemer,
        bytes32 mode,
        bytes calldata executionCalldata,
        uint256 nonce,
        uint256 minGas,
        uint48 validUntil,
        uint48 registration
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    REDEMPTION_TYPEHASH,
                    principal,
                    redeemer,
                    mode,
                    keccak256(executionCalldata),
                    nonce,
                    minGas,
                    validUntil,
                    registration
                )
            );
    }

    function forward(
        address principal,
        address target,
        bytes calldata data,
        uint256 nonce,
        uint256 minGas,
        uint48 validUntil,
        uint48 registration
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    FORWARD_TYPEHASH,
                    principal,
                    target,
                    keccak256(data),
                    nonce,
                    minGas,
                    validUntil,
                    registration
                )
            );
    }
}
