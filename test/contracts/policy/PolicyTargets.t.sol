// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {RuleKind} from "../../../contracts/types/?RuleKind.sol";
import {Limit} from "../../../contracts/types/Limit.sol";
import {MethodKind} from "../../../contracts/types/MethodKind.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {ANY_TARGET} from "../../../contracts/types/Sentinels.sol";
import {StoredPermission} from "../../../contracts/types/StoredPermission.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";

/// @notice Targets, their order, the sentinels, native value and what may be consumed.
contract PolicyTargetsTest is PolicyStoreTest {
    function _refuseWith(Permission memory permission, bytes4 selector) private {
        refuseOne(permission, abi.encodeWithSelector(selector, 0));
        refuse(policyOfSecond(permission), abi.encodeWithSelector(selector, 1));
    }

    // --- targets ---------------------------------------------------------------------------------------------------

    function test_ATK_37_no_target_is_0_or_the_machinery() public {
        address[7] memory bad = [
            address(0),
            address(this),
            FORWARDER,
            EntryPoints.V06,
            EntryPoints.V07,
            EntryPoints.V08,
            EntryPoints.V09
        ];
        string[3] memory methods = ["poke()", "", "*"];
        for (uint256 i = 0; i < bad.length; ++i) {
            for (uint256 j = 0; j < methods.length; ++j) {
                bytes memory expected = abi.encodeWithSelector(IPolicyStore.UnsafeTarget.selector, 0, bad[i]);
                refuseOne(permissionOf(bad[i], methods[j]), expected);
            }
            if (i != 0) {
                refuse(
                    policyOfSecond(permissionOf(bad[i], "poke()")),
                    abi.encodeWithSelector(IPolicyStore.UnsafeTarget.selector, 1, bad[i])
                );
                acceptOne(permissionOf(address(uint160(bad[i]) ^ 1), "poke()"));
            }
        }
    }

    function testFuzz_any_other_target(address target) public {
        vm.assume(target != address(0) && target != address(this) && target != FORWARDER && target != token);
        vm.assume(!EntryPoints.contains(target));
        vm.assertEq(acceptOne(permissionOf(target, "poke()")).target, target);
    }

    // --- order -----------------------------------------------------------------------------------------------------

    function _pair(Permission memory first, Permission memory second) private view returns (Policy memory policy) {
        policy = emptyPolicy();
        policy.permissions = new Permission[](2);
        (policy.permissions[0], policy.permissions[1]) = (first, second);
    }

    function _strictly(Permission memory first, Permission memory second) private {
        bytes memory expected = abi.encodeWithSelector(IPolicyStore.UnsafeOrder.selector, 1);
        accept(_pair(first, second));
        refuse(_pair(second, first), expected);
        refuse(_pair(first, first), expected);
        refuse(_pair(second, second), expected);
    }

    function test_permissions_ascend_by_target_kind_selector() public {
        // 0x18178358 poke(), 0xa0712d68 mint(uint256)
        _strictly(permissionOf(dapp, "poke()"), permissionOf(dapp, "mint(uint256)"));
        _strictly(permissionOf(dapp, "mint(uint256)"), permissionOf(dapp, ""));
        _strictly(permissionOf(dapp, ""), permissionOf(dapp, "*"));
        _strictly(permissionOf(address(8), "*"), permissionOf(address(9), "poke()"));
        _strictly(permissionOf(address(8), "*"), permissionOf(ANY_TARGET, "poke()"));
    }

    /// @dev The same (target, selector) with another rule is no other permission.
    function test_one_permission_for_each_method() public {
        refuse(
            _pair(
                permissionOf(dapp, "mint(uint256)"),
                withRule(permissionOf(dapp, "mint(uint256)"), RuleKind.EQUAL, 0, 1)
            ),
            abi.encodeWithSelector(IPolicyStore.UnsafeOrder.selector, 1)
        );
    }

    function testFuzz_order(address a, address b, bool sameTarget) public {
        vm.assume(uint160(a) > 0xffff && uint160(b) > 0xffff);
        vm.assume(a != address(this) && b != address(this) && a != FORWARDER && b != FORWARDER);
        vm.assume(a != token && b != token && !EntryPoints.contains(a) && !EntryPoints.contains(b));
        if (sameTarget) b = a;
        Policy memory policy = _pair(permissionOf(a, "poke()"), permissionOf(b, "poke()"));
        if (a < b) accept(policy);
        else refuse(policy, abi.encodeWithSelector(IPolicyStore.UnsafeOrder.selector, 1));
    }

    // --- sentinels -------------------------------------------------------------------------------------------------

    function test_a_wildcard_names_one_target() public {
        StoredPermission memory stored = acceptOne(permissionOf(dapp, "*"));
        vm.assertEq(uint8(stored.kind), uint8(MethodKind.WILDCARD));
        vm.assertEq(bytes32(stored.selector), 0);
        _refuseWith(permissionOf(ANY_TARGET, "*"), IPolicyStore.UnsafeWildcard.selector);
        _refuseWith(permissionOf(ANY_TARGET, ""), IPolicyStore.UnsafeWildcard.selector);
    }

    /// @dev One byte is not enough, nor is a star in front.
    function test_ATK_43_only_a_star_alone_is_a_wildcard() public {
        string[6] memory texts = ["a", "+", "**", "*()", "* ", "*a()"];
        uint8[6] memory positions = [1, 0, 0, 0, 0, 0];
        for (uint256 i = 0; i < texts.length; ++i) {
            refuseOne(
                permissionOf(dapp, texts[i]),
                abi.encodeWithSelector(IPolicyStore.UnsafeMethod.selector, 0, positions[i])
            );
        }
    }

    function test_any_target_names_one_method() public {
        StoredPermission memory stored = acceptOne(
            withRule(permissionOf(ANY_TARGET, "mint(uint256)"), RuleKind.EQUAL, 0, 1)
        );
        vm.assertEq(stored.target, ANY_TARGET);
        vm.assertEq(uint8(stored.kind), uint8(MethodKind.METHOD));
        vm.assertEq(bytes32(stored.selector), bytes32(selectorOf("mint(uint256)")));
        vm.assertEq(stored.rules.length, 1);
    }

    function test_wildcards_carry_no_value_no_spend_no_limited_token() public {
        string[2] memory methods = ["*", "mint(uint256)"];
        for (uint256 i = 0; i < 2; ++i) {
            address target = i == 0 ? dapp : ANY_TARGET;
            Permission memory permission = permissionOf(target, methods[i]);
            permission.maxValue = 1;
            _refuseWith(permission, IPolicyStore.UnsafeWildcard.selector);
            permission = permissionOf(target, methods[i]);
            permission.spendToken = token;
            _refuseWith(permission, IPolicyStore.UnsafeWildcard.selector);
            permission = permissionOf(target, methods[i]);
            permission.spendAmount = 1;
            _refuseWith(permission, IPolicyStore.UnsafeWildcard.selector);
            permission = permissionOf(target, methods[i]);
            permission.amountArgument = 1;
            _refuseWith(permission, IPolicyStore.UnsafeWildcard.selector);
            permission = permissionOf(target, methods[i]);
            permission.consumable = true;
            _refuseWith(permission, IPolicyStore.UnsafeConsumable.selector);
        }
        _refuseWith(permissionOf(token, "*"), IPolicyStore.UnsafeWildcard.selector);
        acceptOne(permissionOf(other, "*"));
        _refuseWith(withRule(permissionOf(dapp, "*"), RuleKind.EQUAL, 0, 1), IPolicyStore.UnsafeWildcard.selector);
    }

    function test_the_native_sentinel() public {
        Permission memory permission = permissionOf(dapp, "");
        StoredPermission memory stored = acceptOne(permission);
        vm.assertEq(uint8(stored.kind), uint8(MethodKind.NATIVE));
        vm.assertEq(stored.maxValue, 0);
        permission.maxValue = 7;
        vm.assertEq(acceptOne(permission).maxValue, 7);
        permission.consumable = true;
        _refuseWith(permission, IPolicyStore.UnsafeConsumable.selector);
        permission.consumable = false;
        refuseOne(
            withRule(permission, RuleKind.EQUAL, 0, 1),
            abi.encodeWithSelector(IPolicyStore.UnsafeRuleWord.selector, 0, 0, 0)
        );
    }

    function test_a_limited_token_takes_no_native_coin_without_a_method() public {
        Permission memory permission = permissionOf(token, "");
        bytes memory expected = abi.encodeWithSelector(IPolicyStore.UnsafeOnLimitedToken.selector, 0, token);
        refuseOne(permission, expected);
        permission.maxValue = 1;
        refuseOne(permission, expected);
        permission.spendToken = token;
        permission.spendAmount = 3;
        refuseOne(permission, expected);
    }

    // --- native value ----------------------------------------------------------------------------------------------

    function test_ATK_29_value_needs_a_native_limit() public {
        Permission memory permission = permissionOf(dapp, "poke()");
        permission.maxValue = type(uint128).max;
        vm.assertEq(acceptOne(permission).maxValue, type(uint128).max);

        Policy memory policy = policyOf(permission);
        policy.limits = new Limit[](1);
        policy.limits[0] = Limit(token, 1, 0);
        bytes memory expected = abi.encodeWithSelector(IPolicyStore.UnsafeValue.selector, 0, type(uint128).max);
        refuse(policy, expected);
        policy.limits = new Limit[](0);
        refuse(policy, expected);
        permission.maxValue = 0;
        accept(policy);
    }

    // --- consumable ------------------------------------------------------------------------------------------------

    function test_methods_of_a_concrete_target_are_consumable() public {
        Permission memory permission = permissionOf(dapp, "poke()");
        vm.assertFalse(acceptOne(permission).consumable);
        permission.consumable = true;
        vm.assertTrue(acceptOne(permission).consumable);
    }
}
