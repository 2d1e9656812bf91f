// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Inner} from "../../../contracts/types/Inner.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {Rule} from "../../../contracts/types/Rule.sol";
import {Spend} from "../../../contracts/types/Spend.sol";

/// @notice The name of a policy, written a second time: what the store is held against.
library PolicyHashes {
    string internal constant INNER = "Inner(string argument,string types)";
    string internal constant LIMIT = "Limit(address unit,uint128 cap,uint32 period,bool fromStart)";
    string internal constant PERMISSION =
        "Permission(address target,string method,uint128 maxValue,Spend[] spends,Rule[] rules,Inner[] inner,bool consumable,string[] open)";
    string internal constant POLICY =
        "Policy(string app,uint32 minDuration,uint32 maxDuration,uint32 maxCalls,uint80 gasBudget,bool selfPaid,address paymaster,Permission[] permissions,Limit[] limits)";
    string internal constant RULE =
        "Rule(string argument,string test,string per,address[] addresses,int256[] numbers,bytes32[] words)";
    string internal constant SPEND = "Spend(address unit,string argument,uint128 amount,uint8 scale)";

    function hashOf(Policy memory policy) internal pure returns (bytes32) {
        bytes32[] memory permissions = new bytes32[](policy.permissions.length);
        for (uint256 i = 0; i < permissions.length; ++i) permissions[i] = hashOf(policy.permissions[i]);
        bytes32[] memory limits = new bytes32[](policy.limits.length);
        for (uint256 i = 0; i < limits.length; ++i) {
            limits[i] = keccak256(abi.encode(keccak256(bytes(LIMIT)), policy.limits[i]));
        }
        bytes memory head = abi.encode(
            keccak256(bytes(string.concat(POLICY, INNER, LIMIT, PERMISSION, RULE, SPEND))),
            keccak256(bytes(policy.app)),
            policy.minDuration,
            policy.maxDuration,
            policy.maxCalls,
            policy.gasBudget
        );
        bytes memory tail = abi.encode(policy.selfPaid, policy.paymaster, _hashOf(permissions), _hashOf(limits));
        return keccak256(bytes.concat(head, tail));
    }

    function hashOf(Permission memory permission) internal pure returns (bytes32) {
        bytes memory head = abi.encode(
            keccak256(bytes(string.concat(PERMISSION, INNER, RULE, SPEND))),
            permission.target,
            keccak256(bytes(permission.method)),
            permission.maxValue,
            _spends(permission.spends)
        );
        bytes32[] memory open = new bytes32[](permission.open.length);
        for (uint256 i = 0; i < open.length; ++i) open[i] = keccak256(bytes(permission.open[i]));
        bytes memory tail = abi.encode(
            _rules(permission.rules),
            _inners(permission.inner),
            permission.consumable,
            _hashOf(open)
        );
        return keccak256(bytes.concat(head, tail));
    }

    function _spends(Spend[] memory spends) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](spends.length);
        for (uint256 i = 0; i < spends.length; ++i) {
            Spend memory each = spends[i];
            bytes32 argument = keccak256(bytes(each.argument));
            hashes[i] = keccak256(abi.encode(keccak256(bytes(SPEND)), each.unit, argument, each.amount, each.scale));
        }
        return _hashOf(hashes);
    }

    function _rules(Rule[] memory rules) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](rules.length);
        for (uint256 i = 0; i < rules.length; ++i) {
            Rule memory each = rules[i];
            hashes[i] = keccak256(
                abi.encode(
                    keccak256(bytes(RULE)),
                    keccak256(bytes(each.argument)),
                    keccak256(bytes(each.test)),
                    keccak256(bytes(each.per)),
                    // Packed elements of a list are padded to words.
                    keccak256(abi.encodePacked(each.addresses)),
                    keccak256(abi.encodePacked(each.numbers)),
                    _hashOf(each.words)
                )
            );
        }
        return _hashOf(hashes);
    }

    function _inners(Inner[] memory inners) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](inners.length);
        for (uint256 i = 0; i < inners.length; ++i) {
            (bytes32 argument, bytes32 types) = (
                keccak256(bytes(inners[i].argument)),
                keccak256(bytes(inners[i].types))
            );
            hashes[i] = keccak256(abi.encode(keccak256(bytes(INNER)), argument, types));
        }
        return _hashOf(hashes);
    }

    function _hashOf(bytes32[] memory words) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(words));
    }
}
