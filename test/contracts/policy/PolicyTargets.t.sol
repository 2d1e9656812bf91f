// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {Limit} from "../../../contracts/types/Limit.sol";
import {MethodKind} from "../../../contracts/types/MethodKind.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {ANY_TARGET} from "../../../contracts/types/Sentinels.sol";
import {StoredPermission} from "../../../contracts/types/StoredPermission.sol";
import {Trust} from "../../../contracts/types/Trust.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";

/// @notice Targets, their order, alternatives, the sentinels, native value and what may be consumed.
contract PolicyTargetsTest is PolicyStoreTest {
    function _refuseWith(Permission memory made, bytes4 selector) private {
        refuseOne(made, abi.encodeWithSelector(selector, 0));
        refuse(policyOfSecond(made), abi.encodeWithSelector(selector, 1));
    }

    function _wildcard(address target) private pure returns (Permission memory) {
        return withOpen(permission(target, "*"), "*");
    }

    function _native(address target) private pure returns (Permission memory) {
        return withValue(permission(target, ""), 1);
    }

    // --- targets ---------------------------------------------------------------------------------------------------

    function test_ATK_37_ATK_117_no_target_is_a_counter_or_the_machinery() public {
        address[12] memory bad = [
            address(0),
            address(1),
            address(0x100),
            address(0xffff),
            latchkey,
            extension,
            entrance,
            forwarder,
            EntryPoints.V06,
            EntryPoints.V07,
            EntryPoints.V08,
            EntryPoints.V09
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            bytes memory expected = abi.encodeWithSelector(IPolicyErrors.UnsafeTarget.selector, 0, bad[i]);
            refuseOne(permission(bad[i], "poke()"), expected);
            refuseOne(_native(bad[i]), expected);
            refuseOne(_wildcard(bad[i]), expected);
            if (i < 4) continue;
            refuse(
                policyOfSecond(permission(bad[i], "poke()")),
                abi.encodeWithSelector(IPolicyErrors.UnsafeTarget.selector, 1, bad[i])
            );
            acceptOne(permission(address(uint160(bad[i]) ^ 1), "poke()"));
        }
        acceptOne(permission(address(0x10000), "poke()"));
    }

    function _isFree(address target) private view returns (bool) {
        if (uint160(target) <= 0xffff || EntryPoints.contains(target)) return false;
        return target != latchkey && target != extension && target != forwarder && target != token;
    }

    function testFuzz_any_other_target(address target) public {
        vm.assume(_isFree(target));
        vm.assertEq(acceptOne(permission(target, "poke()")).target, target);
    }

    // --- order -----------------------------------------------------------------------------------------------------

    function _pair(Permission memory first, Permission memory second) private view returns (Policy memory policy) {
        policy = emptyPolicy();
        policy.permissions = two(first, second);
    }

    function _strictly(Permission memory first, Permission memory second) private {
        accept(_pair(first, second));
        refuse(_pair(second, first), abi.encodeWithSelector(IPolicyErrors.UnsafeOrder.selector, 1));
    }

    function test_permissions_ascend_by_target_kind_selector() public {
        // 0x18178358 poke(), 0xa0712d68 mint(uint256)
        _strictly(_native(dapp), permission(dapp, "poke()"));
        _strictly(permission(dapp, "poke()"), permission(dapp, "mint(uint256)"));
        _strictly(permission(dapp, "mint(uint256)"), _wildcard(dapp));
        _strictly(_native(dapp), _wildcard(dapp));
        _strictly(_wildcard(address(0x10008)), permission(address(0x10009), "poke()"));
        _strictly(_wildcard(address(0x10008)), permission(ANY_TARGET, "poke()"));
        _strictly(_native(ANY_TARGET), permission(ANY_TARGET, "poke()"));
    }

    function testFuzz_order(address a, address b) public {
        vm.assume(_isFree(a) && _isFree(b) && a != b);
        Policy memory policy = _pair(permission(a, "poke()"), permission(b, "poke()"));
        if (a < b) accept(policy);
        else refuse(policy, abi.encodeWithSelector(IPolicyErrors.UnsafeOrder.selector, 1));
    }

    // --- alternatives ----------------------------------------------------------------------------------------------

    function _alternatives(uint256 count) private view returns (Policy memory policy) {
        policy = emptyPolicy();
        policy.permissions = new Permission[](count);
        for (uint256 i = 0; i < count; ++i) {
            policy.permissions[i] = withRule(permission(dapp, "mint(uint256)"), "0", "is", 100 - i);
        }
    }

    /// @dev In the author's order, which decides: sorted they would be another policy.
    function test_ATK_115_at_most_8_alternatives_in_any_order() public {
        Policy memory policy = _alternatives(8);
        vm.assertEq(accept(policy).permissions.length, 8);
        (policy.permissions[0], policy.permissions[7]) = (policy.permissions[7], policy.permissions[0]);
        vm.assertEq(accept(policy).permissions.length, 8);
        refuse(_alternatives(9), abi.encodeWithSelector(IPolicyErrors.TooManyAlternatives.selector, 8, 8));
    }

    function test_ATK_115_no_two_alternatives_are_equal() public {
        bytes memory expected = abi.encodeWithSelector(IPolicyErrors.AlternativeRepeated.selector, 1);
        refuse(_pair(permission(dapp, "poke()"), permission(dapp, "poke()")), expected);
        refuse(_pair(_native(dapp), _native(dapp)), expected);
        refuse(_pair(_wildcard(dapp), _wildcard(dapp)), expected);
        Policy memory policy = _alternatives(3);
        policy.permissions[2] = policy.permissions[0];
        refuse(policy, abi.encodeWithSelector(IPolicyErrors.AlternativeRepeated.selector, 2));
        // Whatever differs makes another one.
        accept(_pair(permission(dapp, "poke()"), consumable(dapp, "poke()")));
        accept(_pair(permission(dapp, "poke()"), withConstant(permission(dapp, "poke()"), COUNTER, 1)));
        accept(_pair(permission(dapp, "poke()"), withValue(permission(dapp, "poke()"), 1)));
        accept(_pair(_native(dapp), withConstant(_native(dapp), COUNTER, 1)));
    }

    /// @dev Two texts of one selector: whoever reads the first reads another method than the second.
    function test_ATK_115_alternatives_have_one_text() public {
        vm.assertEq(bytes32(selectorOf("f78770()")), bytes32(selectorOf("g7395(uint256)")));
        accept(_pair(permission(dapp, "f78770()"), withConstant(permission(dapp, "f78770()"), COUNTER, 1)));
        refuse(
            _pair(permission(dapp, "f78770()"), permission(dapp, "g7395(uint256)")),
            abi.encodeWithSelector(IPolicyErrors.MethodTextsDiffer.selector, 1, bytes4(0xb100411c))
        );
    }

    // --- sentinels -------------------------------------------------------------------------------------------------

    function test_a_wildcard_names_one_target_and_is_open() public {
        StoredPermission memory stored = acceptOne(_wildcard(dapp));
        vm.assertEq(uint8(stored.kind), uint8(MethodKind.WILDCARD));
        vm.assertEq(bytes32(stored.selector), 0);
        vm.assertEq(uint8(stored.trust), uint8(Trust.OPEN));
        _refuseWith(_wildcard(ANY_TARGET), IPolicyErrors.UnsafeWildcard.selector);
        refuseOne(permission(dapp, "*"), abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, 0));
    }

    /// @dev One byte is not enough, nor is a star in front.
    function test_ATK_43_only_a_star_alone_is_a_wildcard() public {
        string[6] memory texts = ["a", "+", "**", "*()", "* ", "*a()"];
        uint8[6] memory positions = [1, 0, 0, 0, 0, 0];
        for (uint256 i = 0; i < texts.length; ++i) {
            refuseOne(
                permission(dapp, texts[i]),
                abi.encodeWithSelector(IPolicyErrors.UnsafeMethod.selector, 0, positions[i])
            );
        }
    }

    function test_any_target_names_one_method() public {
        StoredPermission memory stored = acceptOne(withRule(permission(ANY_TARGET, "mint(uint256)"), "0", "is", 1));
        vm.assertEq(stored.target, ANY_TARGET);
        vm.assertEq(uint8(stored.kind), uint8(MethodKind.METHOD));
        vm.assertEq(bytes32(stored.selector), bytes32(selectorOf("mint(uint256)")));
        vm.assertEq(uint8(stored.trust), uint8(Trust.TRUSTED));
        _refuseWith(withOpen(permission(ANY_TARGET, "f(address)"), "0"), IPolicyErrors.OpenNotAllowed.selector);
        refuseOne(
            permission(ANY_TARGET, "f(address)"),
            abi.encodeWithSelector(IPolicyErrors.UnboundArgument.selector, 0, 0)
        );
    }

    function test_wildcards_carry_no_value_no_spend_no_limited_token() public {
        bytes4 unsafe = IPolicyErrors.UnsafeWildcard.selector;
        for (uint256 i = 0; i < 2; ++i) {
            _refuseWith(withValue(_wild(i), 1), unsafe);
            _refuseWith(withConstant(_wild(i), token, 1), unsafe);
            _refuseWith(withConstant(_wild(i), COUNTER, 1), unsafe);
            Permission memory made = _wild(i);
            made.consumable = true;
            _refuseWith(made, IPolicyErrors.UnsafeConsumable.selector);
        }
        refuseOne(_wildcard(token), abi.encodeWithSelector(IPolicyErrors.UnsafeOnLimitedToken.selector, 0, token));
        acceptOne(_wildcard(other));
        _refuseWith(withRule(_wildcard(dapp), "value", "is", 1), unsafe);
    }

    function _wild(uint256 i) private view returns (Permission memory) {
        return i == 0 ? _wildcard(dapp) : permission(ANY_TARGET, "mint(uint256)");
    }

    function test_the_native_sentinel() public {
        StoredPermission memory stored = acceptOne(withValue(permission(dapp, ""), 7));
        vm.assertEq(uint8(stored.kind), uint8(MethodKind.NATIVE));
        vm.assertEq(stored.maxValue, 7);
        vm.assertEq(uint8(stored.trust), uint8(Trust.COUNTED));
        vm.assertEq(acceptOne(_native(ANY_TARGET)).target, ANY_TARGET);
        _refuseWith(permission(dapp, ""), IPolicyErrors.NativeTransferWithoutValue.selector);
        Permission memory made = _native(dapp);
        made.consumable = true;
        _refuseWith(made, IPolicyErrors.UnsafeConsumable.selector);
        acceptOne(withRule(_native(dapp), "value", "is", 1));
        acceptOne(withConstant(_native(dapp), COUNTER, 1));
        refuseOne(
            withConstant(_native(dapp), token, 1),
            abi.encodeWithSelector(IPolicyErrors.SpendUnitInvalid.selector, 0, 0, token)
        );
        _refuseWith(withOpen(_native(dapp), "*"), IPolicyErrors.UnsafeWildcard.selector);
    }

    function test_a_limited_token_takes_no_native_coin_without_a_method() public {
        bytes memory expected = abi.encodeWithSelector(IPolicyErrors.UnsafeOnLimitedToken.selector, 0, token);
        refuseOne(_native(token), expected);
        refuseOne(withConstant(_native(token), COUNTER, 3), expected);
    }

    // --- native value ----------------------------------------------------------------------------------------------

    function test_ATK_29_value_needs_a_native_limit() public {
        Permission memory made = withValue(permission(dapp, "poke()"), type(uint128).max);
        vm.assertEq(acceptOne(made).maxValue, type(uint128).max);

        Policy memory policy = policyOf(made);
        policy.limits = new Limit[](1);
        policy.limits[0] = Limit(token, 1, 0, false);
        bytes memory expected = abi.encodeWithSelector(IPolicyErrors.UnsafeValue.selector, 0, type(uint128).max);
        refuse(policy, expected);
        policy.limits = new Limit[](0);
        refuse(policy, expected);
        made.maxValue = 0;
        accept(policy);
    }

    // --- consumable ------------------------------------------------------------------------------------------------

    function test_methods_of_a_concrete_target_are_consumable() public {
        vm.assertFalse(acceptOne(permission(dapp, "poke()")).consumable);
        StoredPermission memory stored = acceptOne(consumable(dapp, "poke()"));
        vm.assertTrue(stored.consumable);
        vm.assertEq(uint8(stored.trust), uint8(Trust.TRUSTED));
    }

    /// @dev What its target polices may say anything there, and stands nowhere else.
    function test_what_is_not_bound_serves_the_target_that_asks_alone() public {
        StoredPermission memory stored = acceptOne(consumable(dapp, "poke(address,bytes)"));
        vm.assertEq(uint8(stored.trust), uint8(Trust.ASKED));
        vm.assertTrue(stored.suffix);
        _refuseWith(withValue(consumable(dapp, "poke(address,bytes)"), 1), IPolicyErrors.UnsafeConsumable.selector);
        stored = acceptOne(withOpen(consumable(dapp, "poke(address,uint256)"), "0"));
        vm.assertEq(uint8(stored.trust), uint8(Trust.OPEN));
        vm.assertFalse(stored.suffix);
    }
}
