// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {Limit} from "../../../contracts/types/Limit.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {StoredPolicy} from "../../../contracts/types/StoredPolicy.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";
import {
    Decimals,
    GasEater,
    Hybrid,
    OldCollection,
    OldStable,
    WithoutDecimals,
    WrappedCoin,
    YesSayer
} from "../../support/solidity/mocks/Tokens.sol";

/// @notice App, durations, calls, paymaster and limits of a policy.
contract PolicySettingsTest is PolicyStoreTest {
    function _policy() private view returns (Policy memory) {
        return policyOf(permission(dapp, "poke()"));
    }

    function test_app_is_1_to_31_printable_characters() public {
        string[4] memory good = ["a", "0123456789012345678901234567890", " ", "~"];
        bytes[9] memory bad = [
            bytes(""),
            "01234567890123456789012345678901",
            hex"1f",
            hex"7f",
            hex"610062",
            hex"0061",
            hex"61c3a9",
            hex"610a",
            new bytes(32)
        ];
        Policy memory policy = _policy();
        for (uint256 i = 0; i < good.length; ++i) {
            policy.app = good[i];
            vm.assertEq(accept(policy).app, bytes32(bytes(good[i])));
        }
        for (uint256 i = 0; i < bad.length; ++i) {
            policy.app = string(bad[i]);
            refuse(policy, abi.encodeWithSelector(IPolicyErrors.PolicyAppInvalid.selector, bad[i]));
        }
    }

    function testFuzz_app(bytes32 seed, uint256 length) public {
        bytes memory app = new bytes(bound(length, 0, 32));
        bool isGood = app.length > 0 && app.length < 32;
        for (uint256 i = 0; i < app.length; ++i) {
            // Mostly printable, so that both outcomes occur.
            app[i] = uint8(seed[i]) % 8 == 0 ? seed[i] : bytes1(0x20 + (uint8(seed[i]) % 0x5f));
            if (app[i] < 0x20 || app[i] > 0x7e) isGood = false;
        }
        Policy memory policy = _policy();
        policy.app = string(app);
        if (isGood) accept(policy);
        else refuse(policy, abi.encodeWithSelector(IPolicyErrors.PolicyAppInvalid.selector, app));
    }

    function test_durations_from_60_seconds_to_365_days() public {
        Policy memory policy = _policy();
        (policy.minDuration, policy.maxDuration) = (60, 60);
        accept(policy);
        (policy.minDuration, policy.maxDuration) = (365 days, 365 days);
        accept(policy);
        uint32[2][4] memory bad = [
            [uint32(59), 365 days],
            [uint32(60), 365 days + 1],
            [uint32(61), 60],
            [uint32(0), 0]
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            (policy.minDuration, policy.maxDuration) = (bad[i][0], bad[i][1]);
            refuse(policy, abi.encodeWithSelector(IPolicyErrors.PolicyDurationsInvalid.selector, bad[i][0], bad[i][1]));
        }
    }

    function test_calls_from_1_to_what_a_session_can_count() public {
        Policy memory policy = _policy();
        uint32[3] memory bad = [uint32(0), 1_048_576, type(uint32).max];
        for (uint256 i = 0; i < bad.length; ++i) {
            policy.maxCalls = bad[i];
            refuse(policy, abi.encodeWithSelector(IPolicyErrors.PolicyCallsInvalid.selector, bad[i], 1_048_575));
        }
        policy.maxCalls = 1;
        vm.assertEq(accept(policy).maxCalls, 1);
        policy.maxCalls = 1_048_575;
        vm.assertEq(accept(policy).maxCalls, 1_048_575);
    }

    function test_the_gas_budget_is_whole_gwei_that_a_session_can_count() public {
        Policy memory policy = _policy();
        uint80[5] memory bad = [uint80(1), 1 gwei - 1, 1 gwei + 1, 68_719_476_736 gwei, type(uint80).max];
        for (uint256 i = 0; i < bad.length; ++i) {
            policy.gasBudget = bad[i];
            refuse(
                policy,
                abi.encodeWithSelector(IPolicyErrors.PolicyGasBudgetInvalid.selector, bad[i], 1 gwei, 68_719_476_735)
            );
        }
        uint80[3] memory good = [uint80(0), 1 gwei, 68_719_476_735 gwei];
        for (uint256 i = 0; i < good.length; ++i) {
            policy.gasBudget = good[i];
            vm.assertEq(accept(policy).gasBudget, good[i]);
        }
    }

    function testFuzz_settings_are_stored(
        uint32 minDuration,
        uint32 maxDuration,
        uint32 maxCalls,
        uint80 gasBudget,
        bool selfPaid,
        address paymaster
    ) public {
        Policy memory policy = _policy();
        policy.minDuration = uint32(bound(minDuration, 60, 365 days));
        policy.maxDuration = uint32(bound(maxDuration, policy.minDuration, 365 days));
        policy.maxCalls = uint32(bound(maxCalls, 1, 1_048_575));
        gasBudget = uint80(bound(gasBudget, 0, 68_719_476_735) * 1 gwei);
        vm.assume(paymaster != latchkey && paymaster != extension && paymaster != forwarder);
        vm.assume(!EntryPoints.contains(paymaster));
        (policy.gasBudget, policy.selfPaid, policy.paymaster) = (gasBudget, selfPaid, paymaster);
        StoredPolicy memory stored = accept(policy);
        vm.assertEq(stored.policyId, hashOf(policy));
        vm.assertEq(stored.minDuration, policy.minDuration);
        vm.assertEq(stored.maxDuration, policy.maxDuration);
        vm.assertEq(stored.maxCalls, policy.maxCalls);
        vm.assertEq(stored.gasBudget, gasBudget);
        vm.assertEq(stored.selfPaid, selfPaid);
        vm.assertEq(stored.paymaster, paymaster);
    }

    function test_paymaster_is_none_of_the_machinery() public {
        address[8] memory bad = [
            latchkey,
            extension,
            entrance,
            forwarder,
            EntryPoints.V06,
            EntryPoints.V07,
            EntryPoints.V08,
            EntryPoints.V09
        ];
        Policy memory policy = _policy();
        for (uint256 i = 0; i < bad.length; ++i) {
            policy.paymaster = bad[i];
            refuse(policy, abi.encodeWithSelector(IPolicyErrors.UnsafePaymaster.selector, bad[i]));
            policy.paymaster = address(uint160(bad[i]) ^ 1);
            accept(policy);
        }
    }

    function test_CHI_10_no_permission_is_not_everything() public {
        Policy memory policy = _policy();
        policy.permissions = new Permission[](0);
        refuse(policy, abi.encodeWithSelector(IPolicyErrors.PolicyEmpty.selector));
    }

    // --- limits ----------------------------------------------------------------------------------------------------

    function _limits(uint256 count) private view returns (Policy memory policy) {
        policy = _policy();
        policy.limits = new Limit[](count);
        for (uint256 i = 0; i < count; ++i) policy.limits[i] = Limit(address(uint160(1 + i)), uint128(i), 0, false);
    }

    function test_at_most_8_limits() public {
        StoredPolicy memory stored = accept(_limits(8));
        vm.assertEq(stored.limits.length, 8);
        vm.assertEq(stored.limits[7].unit, address(8));
        vm.assertEq(stored.limits[7].cap, 7);
        vm.assertEq(accept(_limits(0)).limits.length, 0);
        refuse(_limits(9), abi.encodeWithSelector(IPolicyErrors.TooManyLimits.selector, 9, 8));
    }

    /// @dev One limit stands for each (unit, period, fromStart), in this order.
    function test_limits_ascend() public {
        Limit[7] memory limits = [
            Limit(address(0), 5, 0, false),
            Limit(address(0), 5, 60, false),
            Limit(address(0), 5, 60, true),
            Limit(address(0), 5, 61, false),
            Limit(COUNTER, 5, 0, false),
            Limit(address(0xffff), 5, 0, false),
            Limit(token, 5, 0, false)
        ];
        for (uint256 i = 0; i < limits.length; ++i) {
            for (uint256 j = 0; j < limits.length; ++j) {
                Policy memory policy = _policy();
                (policy.limits[0], policy.limits[1]) = (limits[i], limits[j]);
                policy.limits[2] = Limit(token, 5, 60, true);
                address unit = limits[j].unit;
                if (i < j) vm.assertEq(accept(policy).limits[1].unit, unit);
                else refuse(policy, abi.encodeWithSelector(IPolicyErrors.LimitsNotAscending.selector, 1, unit));
            }
        }
        // Another cap makes no other limit.
        Policy memory doubled = _policy();
        doubled.limits[2] = Limit(COUNTER, 11, 0, false);
        refuse(doubled, abi.encodeWithSelector(IPolicyErrors.LimitsNotAscending.selector, 2, COUNTER));
    }

    function test_a_period_is_0_or_at_least_60_seconds() public {
        Policy memory policy = _policy();
        policy.limits[1].period = 59;
        refuse(policy, abi.encodeWithSelector(IPolicyErrors.UnsafePeriod.selector, 1, 59, 60));
        policy.limits[1].period = 1;
        refuse(policy, abi.encodeWithSelector(IPolicyErrors.UnsafePeriod.selector, 1, 1, 60));
        policy.limits[1].period = 60;
        vm.assertEq(accept(policy).limits[1].period, 60);
        policy.limits[1].period = type(uint32).max;
        vm.assertEq(accept(policy).limits[1].period, type(uint32).max);
    }

    function test_a_lifetime_has_no_periods_from_its_start() public {
        Policy memory policy = _policy();
        policy.limits[1].fromStart = true;
        refuse(policy, abi.encodeWithSelector(IPolicyErrors.PeriodStartInvalid.selector, 1));
        policy.limits[1].period = 60;
        vm.assertTrue(accept(policy).limits[1].fromStart);
    }

    /// @dev Below 65,536 a unit is the native coin or a counter, and nothing is asked of it.
    function test_ATK_117_a_counter_is_no_contract() public {
        Policy memory policy = _policy();
        policy.limits[1].unit = address(1);
        vm.assertEq(accept(policy).limits[1].unit, address(1));
        policy.limits[1].unit = address(0xffff);
        vm.assertEq(accept(policy).limits[1].unit, address(0xffff));
        policy.limits[1].unit = address(0x10000);
        refuse(policy, abi.encodeWithSelector(IPolicyErrors.UnsafeLimitedToken.selector, 1, address(0x10000)));
    }

    function test_ATK_104_a_limited_token_is_a_contract_and_no_nft() public {
        _refuseToken(address(0xDEAD0000));
        _refuseToken(nft);
        _refuseToken(multi);
    }

    function _refuseToken(address bad) private {
        Policy memory policy = _policy();
        policy.limits[2].unit = bad;
        refuse(policy, abi.encodeWithSelector(IPolicyErrors.UnsafeLimitedToken.selector, 2, bad));
    }

    function _acceptToken(address good) private {
        Policy memory policy = _policy();
        policy.limits[2].unit = good;
        vm.assertEq(accept(policy).limits[2].unit, good);
    }

    /// @dev A number is an id to them, and a whole unit or a whole thing moves: no cap on numbers bounds that.
    function test_ATK_104_a_token_that_takes_a_number_for_an_id_is_refused() public {
        _refuseToken(address(new Hybrid()));
        _refuseToken(address(new OldCollection()));
        _refuseToken(address(new YesSayer()));
    }

    function test_decimals_are_a_word_up_to_255() public {
        _refuseToken(address(new WithoutDecimals()));
        _refuseToken(address(new Decimals(abi.encode(256))));
        _refuseToken(address(new Decimals(abi.encode(type(uint256).max))));
        _refuseToken(address(new Decimals(new bytes(31))));
        _refuseToken(address(new Decimals("")));
        _acceptToken(address(new Decimals(abi.encode(0))));
        _acceptToken(address(new Decimals(abi.encode(255))));
        // Whatever follows the word.
        _acceptToken(address(new Decimals(abi.encode(6, "six"))));
    }

    /// @dev WETH9 burns all gas of a question that its fallback cannot answer without writing.
    function test_ATK_104_tokens_of_other_shapes_are_accepted() public {
        _acceptToken(address(new WrappedCoin()));
        _acceptToken(address(new OldStable()));
        _acceptToken(address(new GasEater()));
    }

    /// @dev Starved of gas a token might seem to be what it is not: no publication gets by on that little.
    function test_ATK_104_no_amount_of_gas_makes_an_id_an_amount() public {
        Policy memory policy = _policy();
        policy.limits[2].unit = address(new Hybrid());
        bytes memory data = abi.encodeCall(IPolicyStore.publishPolicy, (policy));
        for (uint256 gas = 20_000; gas < 400_000; gas += 997) {
            (bool success, ) = address(store).call{gas: gas}(data);
            vm.assertFalse(success);
        }
        vm.assertEq(store.numberOf(hashOf(policy)), 0);
        policy.limits[2].unit = token;
        (bool published, ) = address(store).call{gas: 400_000}(abi.encodeCall(IPolicyStore.publishPolicy, (policy)));
        vm.assertTrue(published);
    }

    function testFuzz_limits_are_stored(
        uint128 cap,
        uint32 period,
        bool fromStart,
        uint128 nativeCap,
        uint32 nativePeriod
    ) public {
        Policy memory policy = _policy();
        policy.limits[0] = Limit(address(0), nativeCap, nativePeriod < 60 ? 0 : nativePeriod, false);
        policy.limits[2] = Limit(token, cap, period < 60 ? 0 : period, period >= 60 && fromStart);
        StoredPolicy memory stored = accept(policy);
        for (uint256 i = 0; i < 3; ++i) {
            vm.assertEq(abi.encode(stored.limits[i]), abi.encode(policy.limits[i]));
        }
    }
}
