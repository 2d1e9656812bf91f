// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {
    Limit,
    Permission,
    Policy,
    Rule,
    RuleKind,
    StoredPermission,
    StoredPolicy
} from "../../../contracts/types/Policy.sol";
import {Test} from "./Test.sol";
import {Fungible, Introspective} from "./mocks/Tokens.sol";

/// @notice A store whose Latchkey is the test, policies to publish in it, and what both outcomes have to look like.
abstract contract PolicyStoreTest is Test {
    address internal constant FORWARDER = address(0xF0F0);
    address internal constant SPENDER = address(0x5EED);
    bytes32 internal constant APP = "test.example";

    IPolicyStore internal store;
    /// @dev Limited by `limits`, at position 1.
    address internal token;
    /// @dev Fungible and not limited.
    address internal other;
    address internal nft;
    address internal multi;
    /// @dev Any contract without a limit.
    address internal dapp;

    function setUp() public virtual {
        store = IPolicyStore(deploy("contracts/policy/PolicyStore.sol:PolicyStore", abi.encode(FORWARDER)));
        token = address(new Fungible());
        other = address(new Fungible());
        dapp = address(new Fungible());
        nft = address(new Introspective(0x80ac58cd));
        multi = address(new Introspective(0xd9b67a26));
    }

    // --- outcomes --------------------------------------------------------------------------------------------------

    function accept(Policy memory policy) internal returns (StoredPolicy memory stored) {
        bytes32 policyId = store.publishPolicy(policy);
        vm.assertEq(policyId, hashOf(policy));
        return store.policyOf(policyId);
    }

    function acceptOne(Permission memory permission) internal returns (StoredPermission memory stored) {
        StoredPolicy memory policy = accept(policyOf(permission));
        vm.assertEq(policy.permissions.length, 1);
        return policy.permissions[0];
    }

    /// @dev Exactly this error, and nothing is created.
    function refuse(Policy memory policy, bytes memory expected) internal {
        refuseCall(abi.encodeCall(IPolicyStore.publishPolicy, (policy)), expected);
        vm.assertEq(store.numberOf(hashOf(policy)), 0);
    }

    function refuseCall(bytes memory data, bytes memory expected) internal {
        uint64 nonce = vm.getNonce(address(store));
        vm.recordLogs();
        (bool success, bytes memory result) = address(store).call(data);
        vm.assertFalse(success, "accepted, though it was to be refused");
        vm.assertEq(result, expected);
        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertEq(vm.getNonce(address(store)), nonce);
    }

    function refuseOne(Permission memory permission, bytes memory expected) internal {
        refuse(policyOf(permission), expected);
    }

    // --- policies --------------------------------------------------------------------------------------------------

    /// @dev Of one permission, with a limit on `token` and one on the native coin.
    function policyOf(Permission memory permission) internal view returns (Policy memory policy) {
        policy = emptyPolicy();
        policy.permissions = new Permission[](1);
        policy.permissions[0] = permission;
    }

    /// @dev Two permissions, the first of which is harmless and goes before everything.
    function policyOfSecond(Permission memory permission) internal view returns (Policy memory policy) {
        policy = emptyPolicy();
        policy.permissions = new Permission[](2);
        policy.permissions[0] = permissionOf(address(1), "poke()");
        policy.permissions[1] = permission;
    }

    function emptyPolicy() internal view returns (Policy memory policy) {
        policy.app = APP;
        policy.minDuration = 60;
        policy.maxDuration = 365 days;
        policy.maxCalls = 1;
        policy.limits = new Limit[](2);
        policy.limits[0] = Limit(token, 1_000, 0);
        policy.limits[1] = Limit(address(0), 1 ether, 0);
    }

    function permissionOf(address target, string memory method) internal pure returns (Permission memory permission) {
        permission.target = target;
        permission.method = method;
    }

    function withRule(
        Permission memory permission,
        RuleKind kind,
        uint8 word,
        bytes32[] memory values
    ) internal pure returns (Permission memory) {
        Rule[] memory rules = new Rule[](permission.rules.length + 1);
        for (uint256 i = 0; i < permission.rules.length; ++i) rules[i] = permission.rules[i];
        rules[permission.rules.length] = Rule(kind, word, values);
        permission.rules = rules;
        return permission;
    }

    function withRule(
        Permission memory permission,
        RuleKind kind,
        uint8 word,
        uint256 value
    ) internal pure returns (Permission memory) {
        return withRule(permission, kind, word, list(value));
    }

    function list() internal pure returns (bytes32[] memory) {
        return new bytes32[](0);
    }

    function list(uint256 value) internal pure returns (bytes32[] memory result) {
        result = new bytes32[](1);
        result[0] = bytes32(value);
    }

    function list(uint256 first, uint256 second) internal pure returns (bytes32[] memory result) {
        result = new bytes32[](2);
        (result[0], result[1]) = (bytes32(first), bytes32(second));
    }

    /// @dev `count` values, ascending from `first`.
    function listFrom(uint256 first, uint256 count) internal pure returns (bytes32[] memory result) {
        result = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) result[i] = bytes32(first + i);
    }

    function wordOf(address account) internal pure returns (uint256) {
        return uint160(account);
    }

    function selectorOf(string memory method) internal pure returns (bytes4) {
        return bytes4(keccak256(bytes(method)));
    }

    // --- the name of a policy, written a second time -----------------------------------------------------------------

    string private constant RULE = "Rule(uint8 kind,uint8 word,bytes32[] values)";
    string private constant LIMIT = "Limit(address token,uint128 cap,uint32 period)";
    string private constant PERMISSION =
        "Permission(address target,string method,uint128 maxValue,address spendToken,uint8 amountArgument,uint128 spendAmount,Rule[] rules,bool consumable)";
    string private constant POLICY =
        "Policy(bytes32 app,uint32 minDuration,uint32 maxDuration,uint32 maxCalls,uint80 gasBudget,bool selfPaid,address paymaster,Permission[] permissions,Limit[] limits)";

    function hashOf(Policy memory policy) internal pure returns (bytes32) {
        bytes memory permissions;
        for (uint256 i = 0; i < policy.permissions.length; ++i) {
            permissions = bytes.concat(permissions, _hashOf(policy.permissions[i]));
        }
        bytes memory limits;
        for (uint256 i = 0; i < policy.limits.length; ++i) {
            limits = bytes.concat(limits, keccak256(abi.encode(keccak256(bytes(LIMIT)), policy.limits[i])));
        }
        bytes memory head = abi.encode(
            keccak256(bytes(string.concat(POLICY, LIMIT, PERMISSION, RULE))),
            policy.app,
            policy.minDuration,
            policy.maxDuration,
            policy.maxCalls,
            policy.gasBudget
        );
        bytes memory tail = abi.encode(policy.selfPaid, policy.paymaster, keccak256(permissions), keccak256(limits));
        return keccak256(bytes.concat(head, tail));
    }

    function _hashOf(Permission memory permission) private pure returns (bytes32) {
        bytes memory rules;
        for (uint256 i = 0; i < permission.rules.length; ++i) {
            Rule memory rule = permission.rules[i];
            bytes32 ruleValues = keccak256(abi.encodePacked(rule.values));
            rules = bytes.concat(
                rules,
                keccak256(abi.encode(keccak256(bytes(RULE)), rule.kind, rule.word, ruleValues))
            );
        }
        return
            keccak256(
                abi.encode(
                    keccak256(bytes(string.concat(PERMISSION, RULE))),
                    permission.target,
                    keccak256(bytes(permission.method)),
                    permission.maxValue,
                    permission.spendToken,
                    permission.amountArgument,
                    permission.spendAmount,
                    keccak256(rules),
                    permission.consumable
                )
            );
    }
}
