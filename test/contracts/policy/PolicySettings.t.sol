// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {Limit, Permission, Policy, StoredPolicy} from "../../../contracts/types/Policy.sol";
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
        return policyOf(permissionOf(dapp, "poke()"));
    }

    function test_app_is_1_to_31_printable_characters() public {
        bytes32[4] memory good = [bytes32("a"), "0123456789012345678901234567890", " ", "~"];
        bytes32[9] memory bad = [
            bytes32(0),
            "01234567890123456789012345678901",
            hex"1f",
            hex"7f",
            hex"610062",
            hex"0061",
            hex"61c3a9",
            hex"610a",
            bytes32(uint256(1))
        ];
        Policy memory policy = _policy();
        for (uint256 i = 0; i < good.length; ++i) {
            policy.app = good[i];
            vm.assertEq(accept(policy).app, good[i]);
        }
        for (uint256 i = 0; i < bad.length; ++i) {
            policy.app = bad[i];
            refuse(policy, abi.encodeWithSelector(IPolicyStore.PolicyAppInvalid.selector, bad[i]));
        }
    }

    function testFuzz_app(bytes32 app, uint256 length) public {
        length = bound(length, 0, 32);
        if (length < 32) app &= ~bytes32(type(uint256).max >> (length * 8));
        for (uint256 i = 0; i < length; ++i) {
            // Mostly printable, so that both outcomes occur.
            bytes1 character = uint8(app[i]) % 8 == 0 ? app[i] : bytes1(0x20 + (uint8(app[i]) % 0x5f));
            app = (app & ~(bytes32(bytes1(0xff)) >> (i * 8))) | (bytes32(character) >> (i * 8));
        }
        // A zero at the end is padding.
        while (length > 0 && app[length - 1] == 0) --length;
        bool isGood = length > 0 && length < 32;
        for (uint256 i = 0; i < length; ++i) {
            if (app[i] < 0x20 || app[i] > 0x7e) isGood = false;
        }
        Policy memory policy = _policy();
        policy.app = app;
        if (isGood) accept(policy);
        else refuse(policy, abi.encodeWithSelector(IPolicyStore.PolicyAppInvalid.selector, app));
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
            refuse(policy, abi.encodeWithSelector(IPolicyStore.PolicyDurationsInvalid.selector, bad[i][0], bad[i][1]));
        }
    }

    function test_calls_from_1_to_what_a_session_can_count() public {
        Policy memory policy = _policy();
        uint32[3] memory bad = [uint32(0), 1_048_576, type(uint32).max];
        for (uint256 i = 0; i < bad.length; ++i) {
            policy.maxCalls = bad[i];
            refuse(policy, abi.encodeWithSelector(IPolicyStore.PolicyCallsInvalid.selector, bad[i], 1_048_575));
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
                abi.encodeWithSelector(IPolicyStore.PolicyGasBudgetInvalid.selector, bad[i], 1 gwei, 68_719_476_735)
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
        vm.assume(paymaster != address(this) && paymaster != FORWARDER && !EntryPoints.contains(paymaster));
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
        address[6] memory bad = [
            address(this),
            FORWARDER,
            EntryPoints.V06,
            EntryPoints.V07,
            EntryPoints.V08,
            EntryPoints.V09
        ];
        Policy memory policy = _policy();
        for (uint256 i = 0; i < bad.length; ++i) {
            policy.paymaster = bad[i];
            refuse(policy, abi.encodeWithSelector(IPolicyStore.UnsafePaymaster.selector, bad[i]));
            policy.paymaster = address(uint160(bad[i]) ^ 1);
            accept(policy);
        }
    }

    function test_CHI_10_no_permission_is_not_everything() public {
        Policy memory policy = _policy();
        policy.permissions = new Permission[](0);
        refuse(policy, abi.encodeWithSelector(IPolicyStore.PolicyEmpty.selector));
    }

    // --- limits ----------------------------------------------------------------------------------------------------

    function _limits(uint256 count) private view returns (Policy memory policy) {
        policy = _policy();
        policy.limits = new Limit[](count);
        for (uint256 i = 0; i < count; ++i) policy.limits[i] = Limit(address(uint160(0x1000 + i)), uint128(i), 0);
    }

    function test_at_most_8_limits() public {
        for (uint256 i = 0; i < 9; ++i) vm.etch(address(uint160(0x1000 + i)), token.code);
        StoredPolicy memory stored = accept(_limits(8));
        vm.assertEq(stored.limits.length, 8);
        vm.assertEq(stored.limits[7].token, address(0x1007));
        vm.assertEq(stored.limits[7].cap, 7);
        vm.assertEq(accept(_limits(0)).limits.length, 0);
        refuse(_limits(9), abi.encodeWithSelector(IPolicyStore.TooManyLimits.selector, 9, 8));
    }

    function test_one_limit_for_each_token() public {
        Policy memory policy = _policy();
        policy.limits[1].token = token;
        refuse(policy, abi.encodeWithSelector(IPolicyStore.DuplicateLimit.selector, 1, token));
        policy.limits[0].token = address(0);
        policy.limits[1].token = address(0);
        refuse(policy, abi.encodeWithSelector(IPolicyStore.DuplicateLimit.selector, 1, address(0)));
        policy.limits[0].token = other;
        vm.assertEq(accept(policy).limits[0].token, other);
    }

    function test_a_period_is_0_or_at_least_300_seconds() public {
        Policy memory policy = _policy();
        policy.limits[1].period = 299;
        refuse(policy, abi.encodeWithSelector(IPolicyStore.UnsafePeriod.selector, 1, 299, 300));
        policy.limits[1].period = 1;
        refuse(policy, abi.encodeWithSelector(IPolicyStore.UnsafePeriod.selector, 1, 1, 300));
        policy.limits[1].period = 300;
        vm.assertEq(accept(policy).limits[1].period, 300);
        policy.limits[1].period = type(uint32).max;
        vm.assertEq(accept(policy).limits[1].period, type(uint32).max);
    }

    function test_a_limited_token_is_a_contract_and_no_nft() public {
        _refuseToken(address(0xDEAD));
        _refuseToken(nft);
        _refuseToken(multi);
    }

    function _refuseToken(address bad) private {
        Policy memory policy = _policy();
        policy.limits[0].token = bad;
        refuse(policy, abi.encodeWithSelector(IPolicyStore.UnsafeLimitedToken.selector, 0, bad));
        policy.limits[0].token = token;
        policy.limits[1].token = bad;
        refuse(policy, abi.encodeWithSelector(IPolicyStore.UnsafeLimitedToken.selector, 1, bad));
    }

    function _acceptToken(address good) private {
        Policy memory policy = _policy();
        policy.limits[0].token = good;
        vm.assertEq(accept(policy).limits[0].token, good);
    }

    /// @dev A number is an id to them, and a whole unit or a whole thing moves: no cap on numbers bounds that.
    function test_a_token_that_takes_a_number_for_an_id_is_refused() public {
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
    function test_tokens_of_other_shapes_are_accepted() public {
        _acceptToken(address(new WrappedCoin()));
        _acceptToken(address(new OldStable()));
        _acceptToken(address(new GasEater()));
    }

    /// @dev Starved of gas a token might seem to be what it is not: no publication gets by on that little.
    function test_no_amount_of_gas_makes_an_id_an_amount() public {
        Policy memory policy = _policy();
        policy.limits[0].token = address(new Hybrid());
        bytes memory data = abi.encodeCall(IPolicyStore.publishPolicy, (policy));
        for (uint256 gas = 20_000; gas < 400_000; gas += 997) {
            (bool success, ) = address(store).call{gas: gas}(data);
            vm.assertFalse(success);
        }
        vm.assertEq(store.numberOf(hashOf(policy)), 0);
        policy.limits[0].token = token;
        (bool published, ) = address(store).call{gas: 400_000}(abi.encodeCall(IPolicyStore.publishPolicy, (policy)));
        vm.assertTrue(published);
    }

    function testFuzz_limits_are_stored(uint128 cap, uint32 period, uint128 nativeCap, uint32 nativePeriod) public {
        Policy memory policy = _policy();
        policy.limits[0] = Limit(token, cap, period < 300 ? 0 : period);
        policy.limits[1] = Limit(address(0), nativeCap, nativePeriod < 300 ? 0 : nativePeriod);
        StoredPolicy memory stored = accept(policy);
        for (uint256 i = 0; i < 2; ++i) {
            vm.assertEq(abi.encode(stored.limits[i]), abi.encode(policy.limits[i]));
        }
    }
}
