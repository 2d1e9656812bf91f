// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ISessionErrors} from "../../contracts/interfaces/ISessionErrors.sol";
import {IPolicyErrors} from "../../contracts/interfaces/IPolicyErrors.sol";
import {Call} from "../../contracts/types/Call.sol";
import {Grant} from "../../contracts/types/Grant.sol";
import {Loss} from "../../contracts/types/Loss.sol";
import {Route} from "../../contracts/types/Route.sol";
import {SessionState} from "../../contracts/types/SessionState.sol";
import {Status} from "../../contracts/types/Status.sol";
import {WorstLoss} from "../../contracts/types/WorstLoss.sol";
import {Limit} from "../../contracts/types/Limit.sol";
import {Permission} from "../../contracts/types/Permission.sol";
import {Policy} from "../../contracts/types/Policy.sol";
import {ANY_TARGET} from "../../contracts/types/Sentinels.sol";
import {LatchkeyTest} from "../support/solidity/LatchkeyTest.sol";

/// @notice What screens read: `getSession`, `worstLoss`, `worstLossOf`, and `explain` against the engine itself.
contract LensTest is LatchkeyTest {
    uint32 private constant HOUR = 3_600;
    bytes32 private hourly;

    function setUp() public override {
        super.setUp();
        Policy memory made = withLimit(withLimit(settings(), address(token), CAP, HOUR), address(0), 1 ether, 0);
        made.permissions = new Permission[](3);
        made.permissions[0] = permission(address(token), TRANSFER);
        made.permissions[1] = consumable(address(recorder), "act(uint256)");
        made.permissions[2] = withValue(permission(address(recorder), "pay()"), 0.6 ether);
        hourly = publish(made);
    }

    function _grant(uint48 validAfter, uint48 validUntil) private view returns (Grant memory grant) {
        grant = grantOf(key, hourly);
        grant.validAfter = validAfter;
        grant.validUntil = validUntil;
    }

    function _status() private view returns (Status) {
        return lens.getSession(account, key.account).status;
    }

    function _loss() private view returns (uint256 ofToken, uint256 native, uint256 gas) {
        WorstLoss memory loss = lens.worstLoss(account, key.account);
        vm.assertEq(loss.losses.length, 2);
        vm.assertEq(loss.losses[0].unit, address(0));
        vm.assertEq(loss.losses[1].unit, address(token));
        return (loss.losses[1].amount, loss.losses[0].amount, loss.gas);
    }

    // --- getSession ------------------------------------------------------------------------------------------------

    function test_status_at_every_edge() public {
        vm.assertTrue(_status() == Status.None);
        Grant memory grant = _grant(START + 100, END);
        grant.maxCalls = 1;
        registerGrant(account, grant);
        vm.assertTrue(_status() == Status.Pending);
        vm.warp(START + 99);
        vm.assertTrue(_status() == Status.Pending);
        vm.warp(START + 100);
        vm.assertTrue(_status() == Status.Active);
        uint256 snapshot = vm.snapshotState();
        accepted(key.account, directData(account, one(actCall(1))));
        vm.assertTrue(_status() == Status.Exhausted);
        vm.revertToState(snapshot);
        vm.warp(END);
        vm.assertTrue(_status() == Status.Active);
        vm.warp(uint256(END) + 1);
        vm.assertTrue(_status() == Status.Expired);
        vm.prank(account);
        latchkey.revokeAllSessions();
        vm.assertTrue(_status() == Status.Revoked);
    }

    function test_a_tombstone_is_revoked_and_empty() public {
        vm.prank(account);
        latchkey.revokeSession(key.account);
        SessionState memory session = lens.getSession(account, key.account);
        vm.assertTrue(session.status == Status.Revoked);
        vm.assertEq(session.limits.length, 0);
        vm.assertEq(session.policyId, 0);
        WorstLoss memory loss = lens.worstLoss(account, key.account);
        vm.assertEq(loss.losses.length + loss.gas + loss.trusted.length + loss.open.length, 0);
    }

    function test_what_is_left_and_when_it_refills() public {
        registerGrant(account, _grant(0, END));
        acceptedOperation(operationAt(one(transferCall(recipient, 30e18)), START + 60));
        accepted(key.account, directData(account, two(transferCall(recipient, 20e18), payCall(0.4 ether))));
        SessionState memory session = lens.getSession(account, key.account);
        vm.assertEq(session.policyId, hourly);
        vm.assertEq(session.validAfter, START);
        vm.assertEq(session.validUntil, END);
        vm.assertEq(session.registration, START);
        vm.assertEq(session.maxCalls, MAX_CALLS);
        vm.assertEq(session.callsLeft, MAX_CALLS - 3);
        vm.assertEq(session.gasLeft, GAS_BUDGET - 1_050_000 gwei);
        vm.assertEq(session.limits.length, 2);
        vm.assertEq(session.limits[1].limit.unit, address(token));
        vm.assertEq(session.limits[1].limit.cap, CAP);
        vm.assertEq(session.limits[1].limit.period, HOUR);
        vm.assertEq(session.limits[1].left, CAP - 50e18);
        vm.assertEq(session.limits[1].refillsAt, START + HOUR);
        vm.assertEq(session.limits[0].left, 0.6 ether);
        vm.assertEq(session.limits[0].refillsAt, 0);
        vm.warp(START + HOUR - 1);
        vm.assertEq(lens.getSession(account, key.account).limits[1].left, CAP - 50e18);
        vm.warp(START + HOUR);
        vm.assertEq(lens.getSession(account, key.account).limits[1].left, CAP);
        // A renewal starts from the top.
        registerGrant(account, _grant(0, END));
        session = lens.getSession(account, key.account);
        vm.assertEq(session.registration, START + HOUR);
        vm.assertEq(session.limits[1].left, CAP);
        vm.assertEq(session.limits[0].left, 1 ether);
    }

    // --- worst loss ------------------------------------------------------------------------------------------------

    function test_worst_loss_over_the_life_of_a_session() public {
        // Three hours, from half an hour after START on: four periods are touched.
        registerGrant(account, _grant(START + 1_800, START + 1_800 + 3 * HOUR - 1));
        (uint256 ofToken, uint256 native, uint256 gas) = _loss();
        vm.assertEq(ofToken, 4 * CAP);
        vm.assertEq(native, 1 ether);
        vm.assertEq(gas, GAS_BUDGET);
        vm.warp(START + 1_800);
        accepted(key.account, directData(account, two(transferCall(recipient, 30e18), payCall(0.5 ether))));
        (ofToken, native, ) = _loss();
        vm.assertEq(ofToken, 4 * CAP - 30e18);
        vm.assertEq(native, 0.5 ether);
        vm.warp(START + HOUR);
        (ofToken, , ) = _loss();
        vm.assertEq(ofToken, 3 * CAP);
        vm.warp(START + 1_800 + 3 * HOUR - 1);
        (ofToken, , ) = _loss();
        vm.assertEq(ofToken, CAP);
        vm.warp(START + 1_800 + 3 * HOUR);
        (ofToken, native, gas) = _loss();
        vm.assertEq(ofToken + native + gas, 0);
    }

    function test_worst_loss_is_nothing_once_dead_or_exhausted() public {
        Grant memory grant = _grant(0, END);
        grant.maxCalls = 1;
        registerGrant(account, grant);
        uint256 snapshot = vm.snapshotState();
        accepted(key.account, directData(account, one(actCall(1))));
        (uint256 ofToken, uint256 native, uint256 gas) = _loss();
        vm.assertEq(ofToken + native + gas, 0);
        vm.revertToState(snapshot);
        vm.prank(account);
        latchkey.revokeSession(key.account);
        (ofToken, native, gas) = _loss();
        vm.assertEq(ofToken + native + gas, 0);
    }

    function testFuzz_worst_loss_of_a_policy_is_that_of_the_fresh_session(uint48 validAfter, uint48 duration) public {
        validAfter = uint48(bound(validAfter, START + 1, START + 100 days));
        duration = uint48(bound(duration, 60, 30 days));
        uint48 validUntil = validAfter + duration - 1;
        registerGrant(account, _grant(validAfter, validUntil));
        WorstLoss memory promised = lens.worstLossOf(hourly, validAfter, validUntil);
        (uint256 ofToken, uint256 native, uint256 left) = _loss();
        vm.assertEq(promised.losses[1].amount, ofToken);
        vm.assertEq(promised.losses[0].amount, native);
        vm.assertEq(promised.gas, left);
        vm.assertEq(abi.encode(promised), abi.encode(lens.worstLoss(account, key.account)));
        // Whenever it starts, no session of this length can take more, and one can take that much.
        uint256 most = (uint256(duration) + HOUR - 2) / HOUR + 1;
        vm.assertLe(_periods(validAfter, validUntil), most);
        vm.assertEq(lens.mostLossOf(hourly, duration).losses[1].amount, most * CAP);
        uint48 before = ((validAfter / uint48(HOUR)) + 1) * uint48(HOUR) - 1;
        vm.assertEq(lens.worstLossOf(hourly, before, before + duration - 1).losses[1].amount, most * CAP);
        vm.assertEq(ofToken, _periods(validAfter, validUntil) * CAP);
    }

    function _periods(uint256 validAfter, uint256 validUntil) private pure returns (uint256 periods) {
        for (uint256 time = validAfter; time <= validUntil; time = (time / HOUR + 1) * HOUR) ++periods;
    }

    function test_worst_loss_of_nothing() public {
        WorstLoss memory loss = lens.worstLossOf(hourly, START, START - 1);
        vm.assertEq(loss.losses[0].amount + loss.losses[1].amount + loss.gas, 0);
        vm.assertEq(lens.mostLossOf(hourly, 0).losses[1].amount, 0);
        (bool success, bytes memory reason) = address(lens).call(
            abi.encodeCall(lens.worstLossOf, (bytes32(uint256(1)), START, END))
        );
        vm.assertFalse(success);
        vm.assertEq(reason, abi.encodeWithSelector(IPolicyErrors.PolicyNotPublished.selector, 1));
    }

    /// @dev As a grant reads it: from the moment of registration on.
    function test_a_window_from_0_starts_now() public {
        vm.warp(START + 5 * HOUR + 7);
        WorstLoss memory loss = lens.worstLossOf(hourly, 0, START + 7 * HOUR);
        vm.assertEq(loss.losses[1].amount, 3 * CAP);
        vm.assertEq(loss.gas, GAS_BUDGET);
        vm.assertEq(
            abi.encode(loss),
            abi.encode(lens.worstLossOf(hourly, START + 5 * HOUR + 7, START + 7 * HOUR))
        );
        loss = lens.worstLossOf(hourly, 0, START);
        vm.assertEq(loss.losses[0].amount + loss.losses[1].amount + loss.gas, 0);
    }

    function test_the_largest_cap_in_the_most_periods_does_not_overflow() public {
        Policy memory made = policyOf(permission(address(token), TRANSFER));
        made.maxDuration = 365 days;
        bytes32 id = publish(withLimit(made, address(token), type(uint128).max, 60));
        WorstLoss memory loss = lens.worstLossOf(id, 1, type(uint48).max);
        vm.assertEq(loss.losses[0].amount, uint256(type(uint128).max) * (uint256(type(uint48).max) / 60 + 1));
        vm.assertEq(lens.mostLossOf(id, type(uint256).max).losses[0].amount, type(uint256).max);
    }

    /// @dev What is drawn on one limit of a unit is drawn on all: the least of them is the most.
    function test_of_each_unit_the_least_over_its_limits() public {
        Policy memory made = policyOf(permission(address(token), TRANSFER));
        withLimit(withLimit(made, address(token), 250, 0), address(token), 100, HOUR);
        bytes32 id = publish(made);
        vm.assertEq(lens.worstLossOf(id, START, START + HOUR - 1).losses.length, 1);
        vm.assertEq(lens.worstLossOf(id, START, START + HOUR - 1).losses[0].amount, 100);
        vm.assertEq(lens.worstLossOf(id, START, START + 2 * HOUR - 1).losses[0].amount, 200);
        vm.assertEq(lens.worstLossOf(id, START, START + 3 * HOUR - 1).losses[0].amount, 250);
    }

    /// @dev Counted from its start, a window of one period is one period, whenever it starts.
    function testFuzz_periods_from_the_start(uint48 validAfter, uint48 duration, uint48 later) public {
        validAfter = uint48(bound(validAfter, START, START + 1 days));
        duration = uint48(bound(duration, 60, 1 days));
        Policy memory made = policyOf(permission(address(token), TRANSFER));
        bytes32 id = publish(withLimit(made, Limit(address(token), 100, HOUR, true)));
        uint256 most = ((uint256(duration) + HOUR - 1) / HOUR) * 100;
        uint48 validUntil = validAfter + duration - 1;
        vm.assertEq(lens.worstLossOf(id, validAfter, validUntil).losses[0].amount, most);
        vm.assertEq(lens.mostLossOf(id, duration).losses[0].amount, most);
        Grant memory grant = grantOf(key, id);
        (grant.validAfter, grant.validUntil) = (validAfter, validUntil);
        registerGrant(account, grant);
        vm.assertEq(lens.worstLoss(account, key.account).losses[0].amount, most);
        later = uint48(bound(later, validAfter, validUntil));
        vm.warp(later);
        uint256 gone = uint256(later - validAfter) / HOUR;
        vm.assertEq(lens.worstLoss(account, key.account).losses[0].amount, most - gone * 100);
        uint256 next = validAfter + (gone + 1) * HOUR;
        vm.assertEq(
            lens.getSession(account, key.account).limits[0].refillsAt,
            next > validUntil ? 0 : next
        );
    }

    /// @dev Counters stand beside the losses as units; whom the number trusts, and what is open, is said with it.
    function test_the_number_says_whom_it_trusts() public {
        Policy memory made = withLimit(withLimit(settings(), address(0), 5, 0), address(7), 9, 0);
        withLimit(made, address(token), CAP, 0);
        made.permissions = new Permission[](6);
        made.permissions[0] = permission(address(token), TRANSFER);
        made.permissions[1] = withConstant(permission(address(recorder), "act(uint256)"), address(7), 1);
        made.permissions[2] = withOpen(permission(address(recorder), "fail(uint256)"), "0");
        made.permissions[3] = consumable(address(otherToken), "note(address)");
        made.permissions[4] = withValue(permission(recipient, ""), 1);
        made.permissions[5] = permission(ANY_TARGET, "act(uint256)");
        bytes32 id = publish(made);
        WorstLoss memory loss = lens.worstLossOf(id, START, END);
        vm.assertEq(loss.losses.length, 3);
        vm.assertEq(loss.losses[1].unit, address(7));
        vm.assertEq(loss.losses[1].amount, 9);
        bool isFirst = address(recorder) < address(otherToken);
        vm.assertEq(loss.trusted.length, 3);
        vm.assertEq(loss.trusted[0], isFirst ? address(recorder) : address(otherToken));
        vm.assertEq(loss.trusted[1], isFirst ? address(otherToken) : address(recorder));
        vm.assertEq(loss.trusted[2], ANY_TARGET);
        vm.assertEq(loss.open.length, 1);
        // In the policy's own order.
        vm.assertEq(made.permissions[loss.open[0]].method, "fail(uint256)");
    }

    // --- explain ---------------------------------------------------------------------------------------------------

    /// @dev The index of the offending call, or how many there are.
    function test_explain_names_the_call() public {
        registerGrant(account, _grant(0, END));
        Call[] memory calls = repeated(actCall(1), 3);
        calls[1] = Call(address(otherToken), 0, hex"11223344");
        (bool allowed, uint256 index, bytes memory reason) = lens.explain(
            account,
            key.account,
            Route.direct,
            calls,
            0,
            0,
            address(0)
        );
        vm.assertFalse(allowed);
        vm.assertEq(index, 1);
        vm.assertEq(
            reason,
            abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 1, address(otherToken), bytes4(0x11223344))
        );
        (allowed, index, reason) = lens.explain(
            account,
            key.account,
            Route.direct,
            repeated(actCall(1), MAX_CALLS + 1),
            0,
            0,
            address(0)
        );
        vm.assertEq(index, MAX_CALLS + 1);
        vm.assertEq(
            reason,
            abi.encodeWithSelector(ISessionErrors.SessionCallsExceeded.selector, MAX_CALLS + 1, MAX_CALLS)
        );
        (allowed, index, reason) = lens.explain(
            account,
            key.account,
            Route.direct,
            repeated(actCall(1), 2),
            0,
            0,
            address(0)
        );
        vm.assertTrue(allowed);
        vm.assertEq(index, 2);
        vm.assertEq(reason.length, 0);
    }

    /// @dev The policy allows the value; the forwarder and a contract that asks have none to pass on.
    function test_explain_names_a_value_that_the_route_cannot_carry() public {
        registerGrant(account, _grant(0, END));
        Route[2] memory routes = [Route.forwarded, Route.asked];
        for (uint256 i = 0; i < routes.length; ++i) {
            (bool allowed, uint256 index, bytes memory reason) = lens.explain(
                account,
                key.account,
                routes[i],
                two(actCall(1), payCall(1)),
                0,
                0,
                address(0)
            );
            vm.assertFalse(allowed);
            vm.assertEq(index, 1);
            vm.assertEq(reason, abi.encodeWithSelector(ISessionErrors.ValueNotAllowed.selector, 1, 1, 0));
        }
    }

    function test_explain_names_an_empty_batch_and_a_period_to_come() public {
        registerGrant(account, _grant(0, END));
        Route[2] memory routes = [Route.direct, Route.asked];
        for (uint256 i = 0; i < routes.length; ++i) {
            (bool some, , bytes memory empty) = lens.explain(
                account,
                key.account,
                routes[i],
                new Call[](0),
                0,
                0,
                address(0)
            );
            vm.assertFalse(some);
            vm.assertEq(empty, abi.encodeWithSelector(ISessionErrors.EmptyBatch.selector));
        }
        // The deadline selects the next hour, and the EntryPoint waits for it.
        uint48 next = (START / uint48(HOUR) + 1) * uint48(HOUR);
        Call[] memory calls = one(transferCall(recipient, 1));
        for (uint48 time = next - 1; time <= next; ++time) {
            vm.warp(time);
            (bool allowed, , bytes memory reason) = lens.explain(
                account,
                key.account,
                Route.userOperation,
                calls,
                next + 10,
                1,
                address(0)
            );
            vm.assertEq(allowed, time == next);
            bytes memory waits = abi.encodeWithSelector(ISessionErrors.SessionNotYetValid.selector, next, next - 1);
            vm.assertEq(reason, time == next ? bytes("") : waits);
        }
    }

    /// @dev On each route, for calls, times and sessions of every kind: `explain` says what then happens, to the byte.
    function testFuzz_ATK_93_explain_is_what_happens(uint256 seed) public {
        Grant memory grant = _grant((seed >> 1) % 3 == 0 ? START + 50 : 0, END);
        grant.maxCalls = uint32(1 + ((seed >> 4) % 4));
        registerGrant(account, grant);
        registerGrant(wallet, grant);
        if ((seed >> 8) % 8 == 0) {
            vm.prank(account);
            latchkey.revokeSession(key.account);
        }
        if ((seed >> 12) % 8 == 0) {
            vm.prank(account);
            latchkey.revokeAllSessions();
        }
        if ((seed >> 16) % 8 == 0) vm.etch(key.account, hex"ef01000000000000000000000000000000000000001234");
        uint256[5] memory times = [uint256(START), START + 49, START + 50, END, uint256(END) + 1];
        vm.warp(times[(seed >> 20) % 5]);
        for (uint256 i = 0; i < 2; ++i) {
            uint256 part = uint256(keccak256(abi.encode(seed, i)));
            Call[] memory calls = new Call[](part % 8 == 0 ? 0 : 1 + ((part >> 4) % 3));
            for (uint256 j = 0; j < calls.length; ++j) calls[j] = _anyCall(part >> (8 + 40 * j));
            _direct(calls);
            _relayed(calls, i, (part >> 200) % 4);
            if (calls.length != 0) _asked(calls[0]);
            _operation(calls, (part >> 210) % 3);
        }
    }

    function _anyCall(uint256 seed) private view returns (Call memory) {
        uint256 kind = seed % 12;
        uint256 amount = (seed >> 8) % 4;
        if (kind < 3) return actCall(amount);
        if (kind < 6) return transferCall(recipient, amount * 40e18);
        if (kind < 8) return payCall(amount * 0.3 ether);
        if (kind == 8) return Call(amount < 2 ? address(latchkey) : account, 0, hex"11223344");
        if (kind == 9) return Call(address(recorder), 0, new bytes(amount));
        if (kind == 10) return Call(address(recorder), amount, actCall(1).data);
        return Call(address(token), 0, abi.encodePacked(transferCall(recipient, 1).data, hex"00"));
    }

    function _direct(Call[] memory calls) private {
        (bool allowed, , bytes memory reason) = lens.explain(
            account,
            key.account,
            Route.direct,
            calls,
            0,
            0,
            address(0)
        );
        if (allowed) accepted(key.account, directData(account, calls));
        else refused(key.account, directData(account, calls), reason);
    }

    function _relayed(Call[] memory calls, uint256 nonce, uint256 choice) private {
        uint48 deadline =
            choice == 0
                ? 0
                : choice == 1
                    ? END + 1
                    : choice == 2
                        ? START + 49
                        : END;
        (bool allowed, , bytes memory reason) = lens.explain(
            account,
            key.account,
            Route.relayed,
            calls,
            deadline,
            0,
            address(0)
        );
        bytes memory data = relayedData(account, key, calls, nonce, 0, deadline);
        if (allowed) accepted(stranger, data);
        else refused(stranger, data, reason);
    }

    /// @dev The route without an account: the wallet is the principal.
    function _asked(Call memory each) private {
        each.value = 0;
        if (each.target.code.length == 0 || each.target == address(latchkey)) return;
        (bool allowed, , bytes memory reason) = lens.explain(
            wallet,
            key.account,
            Route.asked,
            one(each),
            0,
            0,
            address(0)
        );
        bytes memory data = abi.encodeCall(latchkey.consumeSession, (wallet, key.account, each.data));
        if (allowed) accepted(each.target, data);
        else refused(each.target, data, reason);
    }

    function _operation(Call[] memory calls, uint256 choice) private {
        uint48 deadline =
            choice == 0
                ? END + 1
                : choice == 1
                    ? START + 60
                    : END;
        PackedUserOperation memory op = signed(operation(account, calls, 0), key, deadline);
        (bool allowed, , bytes memory reason) = lens.explain(
            account,
            key.account,
            Route.userOperation,
            calls,
            deadline,
            1_050_000 gwei,
            address(0)
        );
        uint256 before = callsLeft(account, key.account);
        bytes memory data = bundleData(op);
        vm.prank(bundler, bundler);
        (bool success, bytes memory outcome) = address(entryPoint).call(data);
        // v0.9 opens one second after the window does.
        bool early = keccak256(outcome) == keccak256(aa22()) && allowed;
        if (early) {
            uint48 validAfter = lens.getSession(account, key.account).validAfter;
            vm.assertTrue(block.timestamp == validAfter || block.timestamp % HOUR == 0);
            return;
        }
        vm.assertEq(success, allowed);
        if (success)
            vm.assertEq(callsLeft(account, key.account), before - calls.length);
            // The clock speaks through AA22, after the module has spoken.
        else if (keccak256(outcome) != keccak256(aa22())) {
            bytes4 selector = bytes4(reason);
            if (
                selector != ISessionErrors.SessionExpired.selector &&
                selector != ISessionErrors.SessionNotYetValid.selector &&
                selector != ISessionErrors.DeadlinePassed.selector
            ) vm.assertEq(outcome, aa23(reason));
        }
    }

    function operationAt(Call[] memory calls, uint48 deadline) private returns (PackedUserOperation memory) {
        vm.warp(START + 1);
        return signed(operation(account, calls, 0), key, deadline);
    }
}
