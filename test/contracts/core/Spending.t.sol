// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionForwarder} from "../../../contracts/interfaces/ISessionForwarder.sol";
import {Call} from "../../../contracts/types/Call.sol";
import {Limit} from "../../../contracts/types/Limit.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {Spend} from "../../../contracts/types/Spend.sol";
import {ReenteringTarget} from "../../support/solidity/mocks/ForwardTargets.sol";
import {CallingToken} from "../../support/solidity/mocks/Misbehaving.sol";
import {LatchkeyTest} from "../../support/solidity/LatchkeyTest.sol";

/// @notice Caps: one budget per token, over methods, batches, routes and periods.
contract SpendingTest is LatchkeyTest {
    function setUp() public override {
        super.setUp();
        register(account, key, policyId);
    }

    function _over(address of_, uint256 requested, uint256 left) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ISessionErrors.SpendCapExceeded.selector, of_, requested, left);
    }

    function _approve(address spender, uint256 amount) private view returns (Call memory) {
        return Call(address(token), 0, abi.encodeCall(IERC20.approve, (spender, amount)));
    }

    /// @dev `token.transfer` and `token.approve` to `recipient` alone.
    function _withApproval() private returns (bytes32) {
        Policy memory made = withLimit(settings(), address(token), CAP, 0);
        made.permissions = new Permission[](2);
        made.permissions[0] = permission(address(token), TRANSFER);
        made.permissions[1] = withRule(permission(address(token), "approve(address,uint256)"), "0", "is", recipient);
        return publish(made);
    }

    function test_ATK_24_the_spend_is_kept_between_transactions() public {
        accepted(key.account, directData(account, one(transferCall(recipient, 60e18))));
        vm.assertEq(tokenSpent(account, key.account), 60e18);
        refusedOnEachRoute(key, one(transferCall(recipient, 60e18)), _over(address(token), 60e18, 40e18));
        accepted(key.account, directData(account, one(transferCall(recipient, 40e18))));
        vm.assertEq(tokenSpent(account, key.account), CAP);
        refusedOnEachRoute(key, one(transferCall(recipient, 1)), _over(address(token), 1, 0));
        // Nothing more is asked of a cap that is used up.
        accepted(key.account, directData(account, one(transferCall(recipient, 0))));
        vm.assertEq(token.balanceOf(recipient), CAP);
    }

    function test_ATK_24_ATK_45_one_budget_over_all_routes() public {
        accepted(key.account, directData(account, one(transferCall(recipient, 30e18))));
        accepted(stranger, relayedData(account, key, one(transferCall(recipient, 30e18)), 0, 0, END));
        vm.warp(START + 1);
        acceptedOperation(operationOf(key, one(transferCall(recipient, 30e18))));
        bytes memory expected = _over(address(token), 10e18 + 1, 10e18);
        refused(key.account, directData(account, one(transferCall(recipient, 10e18 + 1))), expected);
        refused(stranger, relayedData(account, key, one(transferCall(recipient, 10e18 + 1)), 1, 0, END), expected);
        refusedOperation(operationOf(key, one(transferCall(recipient, 10e18 + 1))), aa23(expected));
        accepted(key.account, directData(account, one(transferCall(recipient, 10e18))));
    }

    function test_ATK_46_native_value_adds_up() public {
        Call[] memory calls = repeated(payCall(0.7 ether), 3);
        refusedOnEachRoute(key, calls, _over(address(0), 2.1 ether, 2 ether));
        accepted(key.account, directData(account, repeated(payCall(0.7 ether), 2)));
        refusedOnEachRoute(key, one(payCall(0.6 ether + 1)), _over(address(0), 0.6 ether + 1, 0.6 ether));
        accepted(key.account, directData(account, one(payCall(0.6 ether))));
        vm.assertEq(inlineSpent(account, key.account), NATIVE_CAP);
        vm.assertEq(address(recorder).balance, NATIVE_CAP);
        // Money that comes back restores nothing.
        vm.deal(account, 100 ether);
        refusedOnEachRoute(key, one(payCall(1)), _over(address(0), 1, 0));
    }

    function test_ATK_45_ATK_47_ATK_57_approvals_count_in_full_each_time() public {
        register(account, key, _withApproval());
        accepted(key.account, directData(account, one(_approve(recipient, 60e18))));
        vm.assertEq(inlineSpent(account, key.account), 60e18);
        vm.prank(recipient);
        token.transferFrom(account, recipient, 60e18);
        refusedOnEachRoute(key, one(_approve(recipient, 60e18)), _over(address(token), 60e18, 40e18));
        refusedOnEachRoute(
            key,
            one(_approve(recipient, type(uint256).max)),
            _over(address(token), type(uint256).max, 40e18)
        );
        // Methods share the budget.
        accepted(key.account, directData(account, two(transferCall(recipient, 20e18), _approve(recipient, 20e18))));
        refusedOnEachRoute(key, one(transferCall(recipient, 1)), _over(address(token), 1, 0));
        // What was approved outlives the session and is inside what was counted.
        vm.warp(uint256(END) + 10 days);
        vm.prank(recipient);
        token.transferFrom(account, recipient, 20e18);
        vm.assertEq(token.balanceOf(recipient), CAP);
        vm.assertEq(token.allowance(account, recipient), 0);
    }

    function test_ATK_57_only_the_pinned_spender() public {
        register(account, key, _withApproval());
        refusedOnEachRoute(
            key,
            one(_approve(stranger, 1)),
            abi.encodeWithSelector(
                ISessionErrors.ArgumentNotAllowed.selector,
                0,
                0,
                bytes32(uint256(uint160(stranger)))
            )
        );
        vm.assertEq(token.allowance(account, stranger), 0);
    }

    /// @dev Gross, not net: what comes back in between restores nothing.
    function test_ATK_58_money_that_comes_back_hides_nothing() public {
        CallingToken calling = new CallingToken(account);
        vm.prank(account);
        calling.transfer(address(calling), 1_000e18);
        Policy memory made = withLimit(policyOf(permission(address(calling), TRANSFER)), address(calling), CAP, 0);
        register(account, key, publish(made));
        uint256 before = calling.balanceOf(account);
        // The token itself sends back what it took, in the middle of the transfer.
        calling.prepare(address(calling), abi.encodeCall(IERC20.transfer, (account, 70e18)));
        Call memory out = Call(address(calling), 0, abi.encodeCall(IERC20.transfer, (recipient, 70e18)));
        accepted(key.account, directData(account, one(out)));
        vm.assertTrue(calling.succeeded());
        vm.assertEq(calling.balanceOf(account), before);
        vm.assertEq(inlineSpent(account, key.account), 70e18);
        refusedOnEachRoute(key, one(out), _over(address(calling), 70e18, 30e18));
    }

    function test_ATK_59_no_outflow_without_a_limit() public {
        string[4] memory methods = [
            TRANSFER,
            "transferFrom(address,address,uint256)",
            "approve(address,uint256)",
            "burn(uint256)"
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            Policy memory made = policyOf(permission(address(otherToken), methods[i]));
            refused(
                stranger,
                address(store),
                abi.encodeCall(store.publishPolicy, (made)),
                abi.encodeWithSelector(IPolicyErrors.UnsafeOutflow.selector, 0, address(otherToken))
            );
        }
    }

    function test_ATK_51_transfer_from_counts_whatever_the_source() public {
        Policy memory made = withLimit(
            policyOf(permission(address(token), "transferFrom(address,address,uint256)")),
            address(token),
            CAP,
            0
        );
        register(account, key, publish(made));
        IERC20 source = token;
        vm.prank(account);
        source.transfer(wallet, CAP);
        vm.prank(wallet);
        source.approve(account, type(uint256).max);
        Call memory pull = Call(address(token), 0, abi.encodeCall(IERC20.transferFrom, (wallet, recipient, 70e18)));
        accepted(key.account, directData(account, one(pull)));
        refusedOnEachRoute(key, one(pull), _over(address(token), 70e18, 30e18));
    }

    function test_ATK_27_amounts_beyond_every_width() public {
        accepted(key.account, directData(account, one(transferCall(recipient, 1))));
        uint256[6] memory amounts = [
            CAP,
            type(uint80).max,
            uint256(type(uint128).max),
            uint256(type(uint128).max) + 1,
            1 << 255,
            type(uint256).max
        ];
        for (uint256 i = 0; i < amounts.length; ++i) {
            refusedOnEachRoute(
                key,
                one(transferCall(recipient, amounts[i])),
                _over(address(token), amounts[i], CAP - 1)
            );
        }
        // A sum that wraps saturates.
        refusedOnEachRoute(
            key,
            two(transferCall(recipient, type(uint256).max), transferCall(recipient, 2)),
            _over(address(token), type(uint256).max, CAP - 1)
        );
        refusedOnEachRoute(
            key,
            two(transferCall(recipient, 1 << 255), transferCall(recipient, 1 << 255)),
            _over(address(token), type(uint256).max, CAP - 1)
        );
    }

    /// @dev Inline (lifetime, below 2**80) and not small, at the ends of both widths.
    function test_ATK_27_ATK_117_the_largest_caps() public {
        uint256[4] memory caps = [
            uint256(type(uint80).max),
            uint256(type(uint80).max) + 1,
            type(uint128).max,
            uint256(0)
        ];
        for (uint256 i = 0; i < caps.length; ++i) {
            // Open, so that the number has its whole width.
            Permission memory made = withOpen(permission(address(recorder), "act(uint256)"), "0");
            withSpend(made, address(token), "0");
            vm.warp(START + 1 + i);
            register(account, key, publish(withLimit(policyOf(made), address(token), caps[i], 0)));
            if (caps[i] != 0) accepted(key.account, directData(account, one(actCall(caps[i] - 1))));
            uint256 left = caps[i] == 0 ? 0 : 1;
            refused(key.account, directData(account, one(actCall(left + 1))), _over(address(token), left + 1, left));
            if (left == 1) accepted(key.account, directData(account, one(actCall(1))));
            vm.assertEq(
                caps[i] < 1 << 80 ? inlineSpent(account, key.account) : spentOf(account, key.account, 0),
                caps[i]
            );
            vm.assertEq(registrationOf(account, key.account), START + 1 + i);
            vm.assertEq(gasLeftOf(account, key.account), GAS_BUDGET);
        }
    }

    function testFuzz_ATK_24_ATK_27_batches_against_a_model(uint256[6] calldata amounts, uint256 cap) public {
        cap = bound(cap, 1, type(uint128).max);
        Permission memory made = withOpen(permission(address(recorder), "act(uint256)"), "0");
        withSpend(made, address(token), "0");
        register(account, key, publish(withLimit(policyOf(made), address(token), cap, 0)));
        uint256 spent = 0;
        for (uint256 i = 0; i < 3; ++i) {
            uint256 a = amounts[2 * i] % (cap + cap / 4 + 1);
            uint256 b = amounts[2 * i + 1];
            if (i != 1) b %= cap;
            bytes memory data = directData(account, two(actCall(a), actCall(b)));
            uint256 sum = b > type(uint256).max - a ? type(uint256).max : a + b;
            if (sum > cap - spent) {
                refused(key.account, data, _over(address(token), sum, cap - spent));
            } else {
                accepted(key.account, data);
                spent += sum;
            }
        }
    }

    function test_a_constant_price_and_two_limits_in_one_call() public {
        Permission memory paid = withValue(permission(address(recorder), "pay()"), 4);
        Policy memory made = policyOf(withConstant(paid, address(token), 3));
        register(account, key, publish(withLimit(withLimit(made, address(token), 10, 0), address(0), 10, 0)));
        accepted(key.account, directData(account, repeated(payCall(3), 2)));
        vm.assertEq(inlineSpent(account, key.account), 6);
        vm.assertEq(spentOf(account, key.account, 1), 6);
        // Limits are asked in their order.
        refusedOnEachRoute(key, repeated(payCall(4), 2), _over(address(0), 8, 4));
        refusedOnEachRoute(
            key,
            one(payCall(5)),
            abi.encodeWithSelector(ISessionErrors.ValueNotAllowed.selector, 0, 5, 4)
        );
        accepted(key.account, directData(account, one(payCall(4))));
        vm.assertEq(inlineSpent(account, key.account), 10);
    }

    function test_eight_limits_are_apart() public {
        Policy memory made = settings();
        made.permissions = new Permission[](8);
        made.limits = new Limit[](8);
        for (uint256 i = 0; i < 8; ++i) {
            address unit = address(newToken(account));
            made.limits[i] = Limit(unit, uint128(100 + i), i % 3 == 0 ? 0 : uint32(300 * i), i % 3 == 2);
            made.permissions[i] = permission(unit, TRANSFER);
        }
        register(account, key, publish(made));
        // In the order of the units by now.
        uint256 small = 8;
        for (uint256 i = 0; i < 8; ++i) {
            Limit memory limit = made.limits[i];
            Call memory all = Call(limit.unit, 0, abi.encodeCall(IERC20.transfer, (recipient, limit.cap)));
            accepted(key.account, directData(account, one(all)));
            all.data = abi.encodeCall(IERC20.transfer, (recipient, 1));
            refused(key.account, directData(account, one(all)), _over(limit.unit, 1, 0));
            if (small == 8 && limit.period == 0) small = i;
        }
        for (uint256 i = 0; i < 8; ++i) {
            uint256 cap = made.limits[i].cap;
            if (i == small) vm.assertEq(inlineSpent(account, key.account), cap);
            vm.assertEq(spentOf(account, key.account, i), i == small ? 0 : cap);
        }
    }

    // --- counters ----------------------------------------------------------------------------------------------------

    address private constant COUNTER = address(7);

    /// @dev How often, over every method that says so.
    function test_ATK_117_a_counter_counts_calls_of_several_methods() public {
        Policy memory made = withLimit(settings(), COUNTER, 3, 0);
        made.permissions = two(
            withConstant(permission(address(recorder), "act(uint256)"), COUNTER, 1),
            withConstant(permission(address(recorder), "pay()"), COUNTER, 2)
        );
        register(account, key, publish(made));
        accepted(key.account, directData(account, two(actCall(1), payCall(0))));
        vm.assertEq(inlineSpent(account, key.account), 3);
        refusedOnEachRoute(key, one(actCall(1)), _over(COUNTER, 1, 0));
        refusedOnEachRoute(key, one(payCall(0)), _over(COUNTER, 2, 0));
    }

    /// @dev Two units of different decimals in one count.
    function test_ATK_27_ATK_117_a_scaled_argument() public {
        Permission memory scaled = permission(address(recorder), "act(uint256)");
        withSpend(scaled, Spend(COUNTER, "0", 0, 12));
        register(account, key, publish(withLimit(policyOf(scaled), COUNTER, 5e12 + 1, 0)));
        accepted(key.account, directData(account, one(actCall(5))));
        vm.assertEq(inlineSpent(account, key.account), 5e12);
        refusedOnEachRoute(key, one(actCall(1)), _over(COUNTER, 1e12, 1));
        uint256 most = (1 << 96) - 1;
        refusedOnEachRoute(key, one(actCall(most)), _over(COUNTER, most * 1e12, 1));
        refusedOnEachRoute(
            key,
            one(actCall(most + 1)),
            abi.encodeWithSelector(ISessionErrors.ArgumentNotBounded.selector, 0, 4, bytes32(most + 1))
        );
    }

    function test_ATK_27_ATK_117_a_spend_beyond_256_bits() public {
        Permission memory scaled = withOpen(permission(address(recorder), "act(uint256)"), "0");
        withSpend(scaled, Spend(COUNTER, "0", 0, 30));
        register(account, key, publish(withLimit(policyOf(scaled), COUNTER, type(uint128).max, 0)));
        uint256 fits = type(uint256).max / 1e30;
        refusedOnEachRoute(key, one(actCall(fits)), _over(COUNTER, fits * 1e30, type(uint128).max));
        bytes memory expected = abi.encodeWithSelector(ISessionErrors.SpendOverflow.selector, 0, 0);
        refusedOnEachRoute(key, one(actCall(fits + 1)), expected);
        refusedOnEachRoute(key, one(actCall(type(uint256).max)), expected);
    }

    // --- alternatives ------------------------------------------------------------------------------------------------

    /// @dev The first that holds decides, with its own spends; a cap that is used up leads nowhere else.
    function test_ATK_115_each_alternative_draws_its_own() public {
        Policy memory made = withLimit(withLimit(settings(), COUNTER, 1, 0), address(8), 5, 0);
        made.permissions = two(
            withConstant(withRule(permission(address(recorder), "act(uint256)"), "0", "is", 1), COUNTER, 1),
            withConstant(permission(address(recorder), "act(uint256)"), address(8), 1)
        );
        register(account, key, publish(made));
        accepted(key.account, directData(account, two(actCall(1), actCall(2))));
        vm.assertEq(inlineSpent(account, key.account), 1);
        vm.assertEq(spentOf(account, key.account, 1), 1);
        refusedOnEachRoute(key, one(actCall(1)), _over(COUNTER, 1, 0));
        accepted(key.account, directData(account, repeated(actCall(3), 4)));
        refusedOnEachRoute(key, one(actCall(4)), _over(address(8), 1, 0));
    }

    // --- an approval pays once ---------------------------------------------------------------------------------------

    /// @dev `approve` of the recorder, and a method there that declares the same token.
    function _trade() private returns (bytes32) {
        Policy memory made = withLimit(settings(), address(token), CAP, 0);
        made.permissions = two(
            withRule(permission(address(token), "approve(address,uint256)"), "0", "is", address(recorder)),
            withSpend(permission(address(recorder), "act(uint256)"), address(token), "0")
        );
        return publish(made);
    }

    function _allow(uint256 amount) private view returns (Call memory) {
        return _approve(address(recorder), amount);
    }

    function test_ATK_116_an_approval_pays_for_what_follows_in_one_execution() public {
        register(account, key, _trade());
        accepted(key.account, directData(account, two(_allow(60e18), actCall(60e18))));
        vm.assertEq(inlineSpent(account, key.account), 60e18);
        // What the credit does not cover is drawn.
        accepted(key.account, directData(account, two(_allow(10e18), actCall(15e18))));
        vm.assertEq(inlineSpent(account, key.account), 75e18);
        // Less than allowed leaves the allowance counted.
        accepted(key.account, directData(account, two(_allow(5e18), actCall(1e18))));
        vm.assertEq(inlineSpent(account, key.account), 80e18);
        refusedOnEachRoute(key, two(_allow(20e18), actCall(20e18 + 1)), _over(address(token), 20e18 + 1, 20e18));
    }

    function test_ATK_116_a_credit_is_spent_once_replaced_and_gone_with_its_execution() public {
        register(account, key, _trade());
        Call[] memory calls = new Call[](3);
        (calls[0], calls[1], calls[2]) = (_allow(10e18), actCall(10e18), actCall(10e18));
        accepted(key.account, directData(account, calls));
        vm.assertEq(inlineSpent(account, key.account), 20e18);
        // The second approval stands in the first one's place.
        (calls[0], calls[1], calls[2]) = (_allow(10e18), _allow(1e18), actCall(10e18));
        accepted(key.account, directData(account, calls));
        vm.assertEq(inlineSpent(account, key.account), 20e18 + 11e18 + 9e18);
        // In front of its approval, or in the next execution, nothing is paid for.
        accepted(key.account, directData(account, two(actCall(5e18), _allow(5e18))));
        vm.assertEq(inlineSpent(account, key.account), 50e18);
        accepted(key.account, directData(account, one(actCall(5e18))));
        vm.assertEq(inlineSpent(account, key.account), 55e18);
    }

    /// @dev One method there that declares nothing could pull what was allowed: then nothing is credited.
    function test_ATK_116_no_credit_where_another_method_could_use_the_allowance() public {
        Policy memory made = withLimit(settings(), address(token), CAP, 0);
        made.permissions = new Permission[](3);
        made.permissions[0] = withRule(
            permission(address(token), "approve(address,uint256)"),
            "0",
            "is",
            address(recorder)
        );
        made.permissions[1] = withSpend(permission(address(recorder), "act(uint256)"), address(token), "0");
        made.permissions[2] = permission(address(recorder), "pay()");
        register(account, key, publish(made));
        accepted(key.account, directData(account, two(_allow(10e18), actCall(10e18))));
        vm.assertEq(inlineSpent(account, key.account), 20e18);
    }

    /// @dev An allowance for Permit2 pays for one that is passed on; passed on again, it is counted again.
    function test_ATK_116_what_is_passed_on_by_Permit2_twice_counts_twice() public {
        address permit2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
        vm.etch(permit2, address(recorder).code);
        string memory pass = "approve(address,address,uint160,uint48)";
        Policy memory made = withLimit(settings(), address(token), CAP, 0);
        made.permissions = new Permission[](3);
        made.permissions[0] = withRule(permission(address(token), "approve(address,uint256)"), "0", "is", permit2);
        made.permissions[1] = withRule(permission(permit2, pass), "0", "is", address(token));
        made.permissions[1] = withRule(made.permissions[1], "1", "is", address(recorder));
        made.permissions[2] = withSpend(permission(address(recorder), "act(uint256)"), address(token), "0");
        register(account, key, publish(made));
        bytes memory data = abi.encodeWithSignature(pass, token, recorder, 10e18, 0);
        Call[] memory calls = new Call[](4);
        (calls[0], calls[1]) = (_approve(permit2, 10e18), Call(permit2, 0, data));
        (calls[2], calls[3]) = (actCall(10e18), actCall(0));
        accepted(key.account, directData(account, calls));
        vm.assertEq(inlineSpent(account, key.account), 10e18);
        (calls[2], calls[3]) = (calls[1], actCall(10e18));
        accepted(key.account, directData(account, calls));
        vm.assertEq(inlineSpent(account, key.account), 10e18 + 20e18);
        // Without the first step it is counted as what it is.
        accepted(key.account, directData(account, two(calls[1], actCall(10e18))));
        vm.assertEq(inlineSpent(account, key.account), 30e18 + 10e18);
    }

    /// @dev A spender that comes back in the middle begins an execution of its own, which nothing was approved in.
    function test_ATK_116_what_comes_back_in_the_middle_finds_no_credit() public {
        ReenteringTarget spender = new ReenteringTarget(ISessionForwarder(address(latchkey)));
        Policy memory made = withLimit(settings(), address(token), CAP, 0);
        made.permissions = two(
            withRule(permission(address(token), "approve(address,uint256)"), "0", "is", address(spender)),
            withConstant(permission(address(spender), "enter()"), address(token), 10e18)
        );
        register(account, key, publish(made));
        Call memory enter = Call(address(spender), 0, abi.encodeCall(ReenteringTarget.enter, ()));
        spender.prepare(relayedData(account, key, one(enter), 0, 0, END));
        accepted(key.account, directData(account, two(_approve(address(spender), 10e18), enter)));
        vm.assertTrue(latchkey.isNonceUsed(account, key.account, 0));
        vm.assertEq(inlineSpent(account, key.account), 20e18);
    }

    // --- periods ---------------------------------------------------------------------------------------------------

    function _periodic(uint32 period) private {
        Policy memory made = withLimit(policyOf(permission(address(token), TRANSFER)), address(token), CAP, period);
        register(account, key, publish(made));
    }

    function test_ATK_26_periods_have_a_fixed_origin() public {
        _periodic(3_600);
        vm.warp(START + 3_599);
        accepted(key.account, directData(account, one(transferCall(recipient, CAP))));
        refused(key.account, directData(account, one(transferCall(recipient, 1))), _over(address(token), 1, 0));
        vm.warp(START + 3_600);
        accepted(key.account, directData(account, one(transferCall(recipient, CAP))));
        refused(key.account, directData(account, one(transferCall(recipient, 1))), _over(address(token), 1, 0));
        vm.warp(START + 7_199);
        refused(key.account, directData(account, one(transferCall(recipient, 1))), _over(address(token), 1, 0));
        // Several periods later there is still one cap.
        vm.warp(START + 36_000);
        refused(
            key.account,
            directData(account, one(transferCall(recipient, CAP + 1))),
            _over(address(token), CAP + 1, CAP)
        );
        accepted(key.account, directData(account, one(transferCall(recipient, CAP))));
        vm.assertEq(token.balanceOf(recipient), 3 * CAP);
    }

    function test_ATK_26_a_later_deadline_selects_its_own_period_and_waits_for_it() public {
        _periodic(3_600);
        accepted(key.account, directData(account, one(transferCall(recipient, CAP))));
        // Charged to the next hour: not due before it.
        bytes memory data = bundleData(
            signed(operation(account, one(transferCall(recipient, CAP)), 0), key, START + 3_700)
        );
        refused(bundler, address(entryPoint), data, aa22());
        vm.warp(START + 3_600);
        refused(bundler, address(entryPoint), data, aa22());
        vm.warp(START + 3_601);
        accepted(bundler, address(entryPoint), data);
        vm.assertEq(token.balanceOf(recipient), 2 * CAP);
        refused(key.account, directData(account, one(transferCall(recipient, 1))), _over(address(token), 1, 0));
    }

    function test_ATK_26_an_earlier_period_is_over() public {
        _periodic(3_600);
        vm.warp(START + 3_600);
        accepted(key.account, directData(account, one(transferCall(recipient, 1))));
        uint256 index = (uint256(START) + 3_600) / 3_600;
        // An operation that selects the hour before.
        refusedOperation(
            signed(operation(account, one(transferCall(recipient, 1)), 0), key, START + 3_599),
            aa23(abi.encodeWithSelector(ISessionErrors.PeriodEnded.selector, address(token), index - 1, index))
        );
    }

    /// @dev A renewal has no periods behind it, however late those of the session before it were.
    function test_ATK_26_ATK_73_a_renewed_session_is_charged_in_an_earlier_period() public {
        _periodic(3_600);
        PackedUserOperation memory op = operation(account, one(transferCall(recipient, CAP)), 0);
        op = signed(op, key, START + 3_700);
        accepted(account, abi.encodeCall(latchkey.validateUserOp, (op, entryPoint.getUserOpHash(op))));
        refused(
            key.account,
            directData(account, one(transferCall(recipient, 1))),
            abi.encodeWithSelector(
                ISessionErrors.PeriodEnded.selector,
                address(token),
                START / 3_600,
                START / 3_600 + 1
            )
        );
        _periodic(3_600);
        accepted(key.account, directData(account, one(transferCall(recipient, CAP))));
        refused(key.account, directData(account, one(transferCall(recipient, 1))), _over(address(token), 1, 0));
    }

    function test_a_lifetime_limit_is_kept_under_period_0() public {
        accepted(key.account, directData(account, one(transferCall(recipient, 5))));
        (, uint256[8] memory spent) = latchkey.sessionWords(account, key.account);
        vm.assertEq(spent[1], (uint256(START) << 222) | 5);
    }

    function testFuzz_ATK_26_the_sum_of_each_period(
        uint32 period,
        uint32[8] calldata steps,
        uint64[8] calldata amounts
    ) public {
        period = uint32(bound(period, 60, 20_000));
        _periodic(period);
        uint256 time = START + 1;
        uint256 index = 0;
        uint256 spent = 0;
        for (uint256 i = 0; i < 8; ++i) {
            time += steps[i] % 10_000;
            vm.warp(time);
            if (time / period != index) (index, spent) = (time / period, 0);
            uint256 amount = 1 + ((uint256(amounts[i]) * 1e18) % CAP);
            bytes memory data = directData(account, one(transferCall(recipient, amount)));
            if (amount > CAP - spent) {
                refused(key.account, data, _over(address(token), amount, CAP - spent));
            } else {
                accepted(key.account, data);
                spent += amount;
            }
        }
    }

    /// @dev Counted from the start of the session, a period need not begin where an hour does.
    function testFuzz_ATK_26_periods_from_the_start(uint32 period, uint32 offset, uint32[4] calldata steps) public {
        period = uint32(bound(period, 60, 20_000));
        uint256 origin = uint256(START) + 1 + (offset % 5_000);
        vm.warp(origin);
        Policy memory made = policyOf(permission(address(token), TRANSFER));
        register(account, key, publish(withLimit(made, Limit(address(token), uint128(CAP), period, true))));
        for (uint256 i = 0; i < 4; ++i) {
            accepted(key.account, directData(account, one(transferCall(recipient, CAP))));
            uint256 index = (block.timestamp - origin) / period;
            (, uint256[8] memory spent) = latchkey.sessionWords(account, key.account);
            vm.assertEq(spent[0], (origin << 222) | (index << 128) | CAP);
            bytes memory more = directData(account, one(transferCall(recipient, 1)));
            refused(key.account, more, _over(address(token), 1, 0));
            uint256 next = origin + (index + 1) * period;
            vm.warp(next - 1);
            refused(key.account, more, _over(address(token), 1, 0));
            // Its first second, or any later one, perhaps some periods on.
            vm.warp(next + (i == 0 ? 0 : steps[i] % 9_000));
        }
    }

    /// @dev A burst and a sum: both have room, or nothing is written.
    function test_ATK_26_ATK_118_two_limits_on_one_unit() public {
        Policy memory made = policyOf(permission(address(token), TRANSFER));
        withLimit(withLimit(made, address(token), 150, 0), address(token), 100, 3_600);
        register(account, key, publish(made));
        accepted(key.account, directData(account, one(transferCall(recipient, 100))));
        vm.assertEq(inlineSpent(account, key.account), 100);
        vm.assertEq(spentOf(account, key.account, 1), 100);
        refused(key.account, directData(account, one(transferCall(recipient, 1))), _over(address(token), 1, 0));
        vm.warp(START + 3_600);
        refusedOnEachRoute(key, one(transferCall(recipient, 51)), _over(address(token), 51, 50));
        accepted(key.account, directData(account, one(transferCall(recipient, 50))));
        vm.assertEq(inlineSpent(account, key.account), 150);
        vm.assertEq(spentOf(account, key.account, 1), 50);
    }

    // --- re-entrancy -----------------------------------------------------------------------------------------------

    /// @dev A token that calls back in the middle of a transfer finds everything already written.
    function test_ATK_54_ATK_55_ATK_100_a_token_that_calls_back() public {
        CallingToken calling = new CallingToken(account);
        Policy memory made = withLimit(policyOf(permission(address(calling), TRANSFER)), address(calling), CAP, 0);
        bytes32 id = publish(made);
        register(account, key, id);
        Call memory all = Call(address(calling), 0, abi.encodeCall(IERC20.transfer, (recipient, 60e18)));

        // The same session once more, relayed from inside.
        calling.prepare(address(latchkey), relayedData(account, key, one(all), 0, 0, END));
        accepted(key.account, directData(account, one(all)));
        vm.assertFalse(calling.succeeded());
        vm.assertEq(calling.answer(), _over(address(calling), 60e18, 40e18));
        vm.assertEq(calling.balanceOf(recipient), 60e18);
        vm.assertFalse(latchkey.isNonceUsed(account, key.account, 0));

        // A view from inside sees what is left after the call.
        calling.prepare(address(lens), abi.encodeCall(lens.getSession, (account, key.account)));
        Call memory some = Call(address(calling), 0, abi.encodeCall(IERC20.transfer, (recipient, 30e18)));
        accepted(key.account, directData(account, one(some)));
        vm.assertTrue(calling.succeeded());
        vm.assertEq(keccak256(calling.answer()), keccak256(abi.encode(lens.getSession(account, key.account))));

        // What fits goes through, and the sum is what the cap allows.
        Call memory last = Call(address(calling), 0, abi.encodeCall(IERC20.transfer, (recipient, 5e18)));
        calling.prepare(address(latchkey), relayedData(account, key, one(last), 1, 0, END));
        accepted(key.account, directData(account, one(last)));
        vm.assertTrue(calling.succeeded());
        vm.assertEq(calling.balanceOf(recipient), CAP);
        vm.assertEq(inlineSpent(account, key.account), CAP);
    }

    function test_ATK_54_no_verb_is_open_to_what_a_session_calls() public {
        CallingToken calling = new CallingToken(account);
        Policy memory made = withLimit(policyOf(permission(address(calling), TRANSFER)), address(calling), CAP, 0);
        register(account, key, publish(made));
        Call memory some = Call(address(calling), 0, abi.encodeCall(IERC20.transfer, (recipient, 1)));
        bytes[6] memory attempts = [
            abi.encodeCall(latchkey.registerSession, (grantOf(key2, policyId))),
            abi.encodeCall(latchkey.revokeSession, (key.account)),
            abi.encodeCall(latchkey.revokeAllSessions, ()),
            abi.encodeCall(latchkey.deactivateSession, (account, key.account)),
            abi.encodeCall(latchkey.consumeSession, (account, key.account, some.data)),
            directData(account, one(some))
        ];
        for (uint256 i = 0; i < attempts.length; ++i) {
            calling.prepare(address(latchkey), attempts[i]);
            accepted(key.account, directData(account, one(some)));
            // What the token did, it did to itself.
            vm.assertTrue(latchkey.isLive(account, key.account));
            vm.assertEq(latchkey.generationOf(account), 0);
            vm.assertEq(callsLeft(account, key.account), MAX_CALLS - 1 - i);
            vm.assertEq(wordOf(account, key2.account), 0);
        }
    }

    /// @dev A batch whose own call ends its session finishes; the next one fails.
    function test_ATK_70_ATK_100_a_session_that_is_revoked_in_the_middle() public {
        CallingToken calling = new CallingToken(wallet);
        vm.prank(wallet);
        calling.transfer(account, 10);
        vm.assertTrue(calling.balanceOf(account) == 10);
        bytes memory revoke = abi.encodeCall(
            latchkey.revokeSessionBySig,
            (account, key.account, END, nested(digestOf(revokeHash(account, key.account, END))))
        );
        Policy memory made = withLimit(policyOf(permission(address(calling), TRANSFER)), address(calling), CAP, 0);
        register(account, key, publish(made));
        Call memory some = Call(address(calling), 0, abi.encodeCall(IERC20.transfer, (recipient, 1)));
        calling.prepare(address(latchkey), revoke);
        accepted(key.account, directData(account, two(some, some)));
        vm.assertTrue(calling.succeeded());
        vm.assertEq(calling.balanceOf(recipient), 2);
        refusedOnEachRoute(
            key,
            one(some),
            abi.encodeWithSelector(ISessionErrors.SessionAlreadyRevoked.selector, account, key.account)
        );
    }
}
