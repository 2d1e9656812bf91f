// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Limit, Permission, Policy, Rule} from "../types/Policy.sol";

/// @title The name of a policy
/// @notice The EIP-712 `hashStruct` of a `Policy`.
/// @dev A policy has hundreds of members. What each of them allocates is given back as soon as it is hashed, or the cost
/// of memory would grow with the square of their number.
library PolicyHash {
    string internal constant LIMIT_TYPE = "Limit(address token,uint128 cap,uint32 period)";
    string internal constant RULE_TYPE = "Rule(uint8 kind,uint8 word,bytes32[] values)";
    string internal constant PERMISSION_MEMBERS =
        "Permission(address target,string method,uint128 maxValue,address spendToken,uint8 amountArgument,"
        "uint128 spendAmount,Rule[] rules,bool consumable)";
    string internal constant POLICY_MEMBERS =
        "Policy(bytes32 app,uint32 minDuration,uint32 maxDuration,uint32 maxCalls,uint80 gasBudget,bool selfPaid,"
        "address paymaster,Permission[] permissions,Limit[] limits)";

    bytes32 internal constant LIMIT_TYPEHASH = keccak256(bytes(LIMIT_TYPE));
    bytes32 internal constant RULE_TYPEHASH = keccak256(bytes(RULE_TYPE));
    bytes32 internal constant PERMISSION_TYPEHASH = keccak256(abi.encodePacked(PERMISSION_MEMBERS, RULE_TYPE));
    bytes32 internal constant POLICY_TYPEHASH =
        keccak256(abi.encodePacked(POLICY_MEMBERS, LIMIT_TYPE, PERMISSION_MEMBERS, RULE_TYPE));

    function hash(Policy calldata policy) internal pure returns (bytes32) {
        uint256 count = policy.permissions.length;
        bytes32[] memory permissions = new bytes32[](count);
        for (uint256 i; i < count; ++i) permissions[i] = _hash(policy.permissions[i]);

        count = policy.limits.length;
        bytes32[] memory limits = new bytes32[](count);
        for (uint256 i; i < count; ++i) limits[i] = _hash(policy.limits[i]);

        return
            keccak256(
                abi.encode(
                    POLICY_TYPEHASH,
                    policy.app,
                    policy.minDuration,
                    policy.maxDuration,
                    policy.maxCalls,
                    policy.gasBudget,
                    policy.selfPaid,
                    policy.paymaster,
                    _hashWords(permissions),
                    _hashWords(limits)
                )
            );
    }

    function _hash(Permission calldata permission) private pure returns (bytes32 result) {
        uint256 free = _freeMemory();
        uint256 count = permission.rules.length;
        bytes32[] memory rules = new bytes32[](count);
        for (uint256 i; i < count; ++i) rules[i] = _hash(permission.rules[i]);
        result = keccak256(
            abi.encode(
                PERMISSION_TYPEHASH,
                permission.target,
                keccak256(bytes(permission.method)),
                permission.maxValue,
                permission.spendToken,
                permission.amountArgument,
                permission.spendAmount,
                _hashWords(rules),
                permission.consumable
            )
        );
        _release(free);
    }

    function _hash(Rule calldata rule) private pure returns (bytes32 result) {
        uint256 free = _freeMemory();
        bytes32 values = keccak256(abi.encodePacked(rule.values));
        result = keccak256(abi.encode(RULE_TYPEHASH, rule.kind, rule.word, values));
        _release(free);
    }

    function _hash(Limit calldata limit) private pure returns (bytes32 result) {
        uint256 free = _freeMemory();
        result = keccak256(abi.encode(LIMIT_TYPEHASH, limit.token, limit.cap, limit.period));
        _release(free);
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
