// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Limit, Permission, Policy, Rule} from "../types/Policy.sol";

/// @title The name of a policy
/// @notice The EIP-712 `hashStruct` of a `Policy`.
/// @dev A struct in memory is one clean word per member, in the order of its EIP-712 type: it is copied whole behind the
/// type hash, into free memory that is not kept, and the members that EIP-712 hashes first (arrays and text, pointers in
/// memory) are put over it. What hundreds of permissions allocate is given back at once, or the cost of memory would
/// grow with the square of their number.
library PolicyHash {
    bytes32 internal constant LIMIT_TYPEHASH = keccak256("Limit(address token,uint128 cap,uint32 period)");
    bytes32 internal constant RULE_TYPEHASH = keccak256("Rule(uint8 kind,uint8 word,bytes32[] values)");
    bytes32 internal constant PERMISSION_TYPEHASH =
        keccak256(
            "Permission(address target,string method,uint128 maxValue,address spendToken,uint8 amountArgument,"
            "uint128 spendAmount,Rule[] rules,bool consumable)"
            "Rule(uint8 kind,uint8 word,bytes32[] values)"
        );
    bytes32 internal constant POLICY_TYPEHASH =
        keccak256(
            "Policy(bytes32 app,uint32 minDuration,uint32 maxDuration,uint32 maxCalls,uint80 gasBudget,bool selfPaid,"
            "address paymaster,Permission[] permissions,Limit[] limits)"
            "Limit(address token,uint128 cap,uint32 period)"
            "Permission(address target,string method,uint128 maxValue,address spendToken,uint8 amountArgument,"
            "uint128 spendAmount,Rule[] rules,bool consumable)"
            "Rule(uint8 kind,uint8 word,bytes32[] values)"
        );

    function hash(Policy memory policy) internal pure returns (bytes32 result) {
        uint256 free = _freeMemory();
        bytes32[] memory permissions = new bytes32[](policy.permissions.length);
        for (uint256 i; i < permissions.length; ++i) permissions[i] = _hash(policy.permissions[i]);
        bytes32[] memory limits = new bytes32[](policy.limits.length);
        for (uint256 i; i < limits.length; ++i) limits[i] = _hash(policy.limits[i]);

        bytes32 typeHash = POLICY_TYPEHASH;
        bytes32 permissionsHash = _hashWords(permissions);
        bytes32 limitsHash = _hashWords(limits);
        assembly ("memory-safe") {
            let encoded := mload(0x40)
            mstore(encoded, typeHash)
            mcopy(add(encoded, 0x20), policy, 0xe0)
            mstore(add(encoded, 0x100), permissionsHash)
            mstore(add(encoded, 0x120), limitsHash)
            result := keccak256(encoded, 0x140)
        }
        _release(free);
    }

    function _hash(Permission memory permission) private pure returns (bytes32 result) {
        uint256 free = _freeMemory();
        bytes32[] memory rules = new bytes32[](permission.rules.length);
        for (uint256 i; i < rules.length; ++i) rules[i] = _hash(permission.rules[i]);

        bytes32 typeHash = PERMISSION_TYPEHASH;
        bytes32 methodHash = keccak256(bytes(permission.method));
        bytes32 rulesHash = _hashWords(rules);
        assembly ("memory-safe") {
            let encoded := mload(0x40)
            mstore(encoded, typeHash)
            mcopy(add(encoded, 0x20), permission, 0x100)
            mstore(add(encoded, 0x40), methodHash)
            mstore(add(encoded, 0xe0), rulesHash)
            result := keccak256(encoded, 0x120)
        }
        _release(free);
    }

    function _hash(Rule memory rule) private pure returns (bytes32 result) {
        bytes32 typeHash = RULE_TYPEHASH;
        bytes32 valuesHash = _hashWords(rule.values);
        assembly ("memory-safe") {
            let encoded := mload(0x40)
            mstore(encoded, typeHash)
            mcopy(add(encoded, 0x20), rule, 0x40)
            mstore(add(encoded, 0x60), valuesHash)
            result := keccak256(encoded, 0x80)
        }
    }

    function _hash(Limit memory limit) private pure returns (bytes32 result) {
        bytes32 typeHash = LIMIT_TYPEHASH;
        assembly ("memory-safe") {
            let encoded := mload(0x40)
            mstore(encoded, typeHash)
            mcopy(add(encoded, 0x20), limit, 0x60)
            result := keccak256(encoded, 0x80)
        }
    }

    function _hashWords(bytes32[] memory words) private pure returns (bytes32 result) {
        assembly ("memory-safe") {
            // Reads the elements of the array, nothing else.
            result := keccak256(add(words, 0x20), mul(mload(words), 0x20))
        }
    }

    function _freeMemory() private pure returns (uint256 free) {
        assembly ("memory-safe") {
            free := mload(0x40)
        }
    }

    /// @dev Gives back what was allocated since `free` was read. Safe because nothing of it is used again.
    function _release(uint256 free) private pure {
        assembly ("memory-safe") {
            mstore(0x40, free)
        }
    }
}
