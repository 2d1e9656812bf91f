// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ISessionErrors} from "../../contracts/interfaces/ISessionErrors.sol";
import {IPolicyErrors} from "../../contracts/interfaces/IPolicyErrors.sol";
import {Call} from "../../contracts/types/Call.sol";
import {Grant} from "../../contracts/types/Grant.sol";
import {Limit} from "../../contracts/types/Limit.sol";
import {Route} from "../../contracts/types/Route.sol";
import {SessionState} from "../../contracts/types/SessionState.sol";
import {Status} from "../../contracts/types/Status.sol";
import {Permission} from "../../contracts/types/Permission.sol";
import {Policy} from "../../contracts/types/Policy.sol";
import {ANY_TARGET} from "../../contracts/types/Sentinels.sol";
import {Trust} from "../../contracts/types/Trust.sol";
import {WorstLoss} from "../../contracts/types/WorstLoss.sol";
import {LatchkeyTest} from "../support/solidity/LatchkeyTest.sol";

/// @notice What screens read: sessions, the worst that they can lose and whom that trusts, and `explain` against the
/// engine itself.
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

    function _isNothing(WorstLoss memory loss) private pure {
        for (uint256 i = 0; i < loss.losses.length; ++i) vm.assertEq(loss.losses[i].amount, 0);
        vm.assertEq(loss.gas + loss.trusted.length + loss.open.length, 0);
    }

    /// @dev A policy that lets `token` be transferred, under limits of it.
    function _limited(Limit[] memory limits) private returns (bytes32) {
        Policy memory made = policyOf(permission(address(token), TRANSFER));
        for (uint256 i = 0; i < limits.length; ++i) withLimit(made, limits[i]);
        return publish(made);
    }

    function _limits(Limit memory only) private pure returns (Limit[] memory limits) {
        limits = new Limit[](1);
        limits[0] = only;
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
        _isNothing(loss);
        vm.assertEq(loss.losses.length, 0);
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
        vm.assertFalse(session.limits[1].limit.fromStart);
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

    function test_a_period_from_the_start_is_shown_from_the_start() public {
        bytes32 id = _limited(_limits(Limit(address(token), uint128(CAP), HOUR, true)));
        Grant memory grant = grantOf(key, id);
        grant.validAfter = START + 1_800;
        grant.validUntil = START + 1_800 + 2 * HOUR - 1;
        registerGrant(account, grant);
        // Before the start already.
        vm.assertEq(lens.getSession(account, key.account).limits[0].refillsAt, START + 1_800 + HOUR);
        vm.warp(START + 1_800);
        accepted(key.account, directData(account, one(transferCall(recipient, 30e18))));
        vm.warp(START + 1_800 + HOUR - 1);
        SessionState memory session = lens.getSession(account, key.account);
        vm.assertTrue(session.limits[0].limit.fromStart);
        vm.assertEq(session.limits[0].left, CAP - 30e18);
        vm.assertEq(session.limits[0].refillsAt, START + 1_800 + HOUR);
        vm.warp(START + 1_800 + HOUR);
        session = lens.getSession(account, key.account);
        vm.assertEq(session.limits[0].left, CAP);
        vm.assertEq(session.limits[0].refillsAt, 0);
    }

    function test_many_sessions_at_once() public {
        registerGrant(account, _grant(0, END));
        Grant memory grant = grantOf(curveKey, policyId);
        grant.lane = 1;
        registerGrant(account, grant);
        address[] memory keys = new address[](3);
        (keys[0], keys[1], keys[2]) = (curveKey.account, key2.account, key.account);
        SessionState[] memory sessions = lens.getSessions(account, keys);
        vm.assertEq(sessions.length, 3);
        for (uint256 i = 0; i < 3; ++i) {
            vm.assertEq(abi.encode(sessions[i]), abi.encode(lens.getSession(account, keys[i])));
        }
        vm.assertEq(sessions[0].policyId, policyId);
        vm.assertTrue(sessions[1].status == Status.None);
        vm.assertEq(lens.getSessions(account, new address[](0)).length, 0);
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
        _isNothing(lens.worstLoss(account, key.account));
    }

    function test_worst_loss_is_nothing_once_dead_or_exhausted() public {
        Grant memory grant = _grant(0, END);
        grant.maxCalls = 1;
        registerGrant(account, grant);
        uint256 snapshot = vm.snapshotState();
        accepted(key.account, directData(account, one(actCall(1))));
        _isNothing(lens.worstLoss(account, key.account));
        vm.revertToState(snapshot);
        vm.prank(account);
        latchkey.revokeSession(key.account);
        _isNothing(lens.worstLoss(account, key.account));
    }

    function testFuzz_worst_loss_of_a_policy_is_that_of_the_fresh_session(uint48 validAfter, uint48 duration) public {
        validAfter = uint48(bound(validAfter, START + 1, START + 100 days));
        duration = uint48(bound(duration, 60, 30 days));
        uint48 validUntil = validAfter + duration - 1;
        registerGrant(account, _grant(validAfter, validUntil));
        WorstLoss memory promised = lens.worstLossOf(hourly, validAfter, validUntil);
        vm.assertEq(abi.encode(promised), abi.encode(lens.worstLoss(account, key.account)));
        (uint256 ofToken, , ) = _loss();
        uint256 periods = 0;
        for (uint256 time = validAfter; time <= validUntil; time = (time / HOUR + 1) * HOUR) ++periods;
        vm.assertEq(ofToken, periods * CAP);
    }

    function test_worst_loss_of_nothing() public {
        _isNothing(lens.worstLossOf(hourly, START, START - 1));
        _isNothing(lens.mostLossOf(hourly, 0));
        vm.assertEq(lens.mostLossOf(hourly, 0).losses.length, 2);
        bytes32 none = bytes32(uint256(1));
        bytes[2] memory asked = [
            abi.encodeCall(lens.worstLossOf, (none, START, END)),
            abi.encodeCall(lens.mostLossOf, (none, 60))
        ];
        for (uint256 i = 0; i < asked.length; ++i) {
            (bool success, bytes memory reason) = address(lens).call(asked[i]);
            vm.assertFalse(success);
            vm.assertEq(reason, abi.encodeWithSelector(IPolicyErrors.PolicyNotPublished.selector, none));
        }
    }

    /// @dev As a grant reads it: from the moment of registration on.
    function test_a_window_from_0_starts_now() public {
        vm.warp(START + 5 * HOUR + 7);
        WorstLoss memory loss = lens.worstLossOf(hourly, 0, START + 7 * HOUR);
        vm.assertEq(loss.losses[1].amount, 3 * CAP);
        vm.assertEq(loss.gas, GAS_BUDGET);
        WorstLoss memory same = lens.worstLossOf(hourly, START + 5 * HOUR + 7, START + 7 * HOUR);
        vm.assertEq(abi.encode(loss), abi.encode(same));
        _isNothing(lens.worstLossOf(hourly, 0, START));
    }

    function test_ATK_117_the_largest_cap_in_the_most_periods_saturates() public {
        uint256 largest = type(uint128).max;
        bytes32 id = _limited(_limits(Limit(address(token), uint128(largest), 60, false)));
        uint256 periods = uint256(type(uint48).max) / 60 + 1;
        vm.assertEq(lens.worstLossOf(id, 1, type(uint48).max).losses[0].amount, largest * periods);
        uint256 most = type(uint256).max;
        vm.assertEq(lens.mostLossOf(id, most).losses[0].amount, most);
        vm.assertEq(lens.mostLossOf(id, (most / largest) * 60 - 58).losses[0].amount, most);
        bytes32 single = _limited(_limits(Limit(address(token), 1, 60, false)));
        vm.assertEq(lens.mostLossOf(single, most).losses[0].amount, most / 60 + 1);
        vm.assertEq(lens.mostLossOf(single, most - 57).losses[0].amount, most / 60 + 1);
    }

    /// @dev What is drawn on one limit of a unit is drawn on all of them, so the least of them holds.
    function test_ATK_118_the_least_over_the_limits_of_one_unit() public {
        Policy memory made = policyOf(permission(address(token), TRANSFER));
        withLimit(made, Limit(address(token), 90, HOUR, false));
        withLimit(made, Limit(address(token), 250, 0, false));
        withLimit(made, Limit(address(token), 100, HOUR, true));
        withLimit(made, Limit(address(1), 7, 0, false));
        bytes32 id = publish(made);
        // An hour and a half from a full hour on: two periods either way. Half an hour later: three and two.
        _expectLoss(lens.worstLossOf(id, START, START + 5_399), 180);
        _expectLoss(lens.worstLossOf(id, START + 1_801, START + 7_200), 200);
        _expectLoss(lens.worstLossOf(id, START, START + 3 * HOUR - 1), 250);
        _expectLoss(lens.mostLossOf(id, 5_400), 200);
        Grant memory grant = grantOf(key, id);
        (grant.validAfter, grant.validUntil) = (START + 1_801, START + 7_200);
        registerGrant(account, grant);
        _expectLoss(lens.worstLoss(account, key.account), 200);
        vm.warp(START + 1_801);
        accepted(key.account, directData(account, one(transferCall(recipient, 90))));
        // 180 from the epoch, 110 from the start, 160 for ever.
        _expectLoss(lens.worstLoss(account, key.account), 110);
        vm.warp(START + 1_801 + HOUR);
        _expectLoss(lens.worstLoss(account, key.account), 100);
        vm.warp(START + 7_200);
        _expectLoss(lens.worstLoss(account, key.account), 90);
    }

    function _expectLoss(WorstLoss memory loss, uint256 ofToken) private view {
        vm.assertEq(loss.losses.length, 2);
        vm.assertEq(loss.losses[0].unit, address(1));
        vm.assertEq(loss.losses[0].amount, 7);
        vm.assertEq(loss.losses[1].unit, address(token));
        vm.assertEq(loss.losses[1].amount, ofToken);
    }

    /// @dev No start makes it more, and one makes it as much.
    function testFuzz_the_most_that_a_length_can_lose(uint32 period, uint32 duration, uint32 start) public {
        period = uint32(bound(period, 60, 10 days));
        duration = uint32(bound(duration, 60, 30 days));
        for (uint256 i = 0; i < 2; ++i) {
            bytes32 id = _limited(_limits(Limit(address(token), 3, period, i == 1)));
            uint256 most = lens.mostLossOf(id, duration).losses[0].amount;
            uint48 from = START + start;
            vm.assertLe(lens.worstLossOf(id, from, from + duration - 1).losses[0].amount, most);
            // The last second of a period.
            from = (START / period + 1) * period - 1;
            vm.assertEq(lens.worstLossOf(id, from, from + duration - 1).losses[0].amount, most);
        }
    }

    function test_ATK_106_whom_the_number_trusts() public {
        Policy memory made = settings();
        made.permissions = new Permission[](6);
        made.permissions[0] = permission(address(token), TRANSFER);
        made.permissions[1] = permission(address(recorder), "act(uint256)");
        made.permissions[2] = withOpen(permission(address(recorder), "to(address)"), "0");
        made.permissions[3] = withOpen(permission(address(otherToken), "*"), "*");
        made.permissions[4] = permission(ANY_TARGET, "claim()");
        // Its argument is not bound, so it serves the route `asked` alone.
        made.permissions[5] = consumable(address(0x10000), "poke(address)");
        withLimit(made, address(token), CAP, 0);
        withLimit(made, address(0), 1, 0);
        bytes32 id = publish(made);
        Grant memory grant = grantOf(key, id);
        registerGrant(account, grant);
        WorstLoss[3] memory all = [
            lens.worstLoss(account, key.account),
            lens.worstLossOf(id, START, END),
            lens.mostLossOf(id, 1 days)
        ];
        address[] memory trusted = new address[](4);
        (trusted[0], trusted[1], trusted[2]) = (address(0x10000), address(recorder), address(otherToken));
        if (trusted[1] > trusted[2]) (trusted[1], trusted[2]) = (trusted[2], trusted[1]);
        trusted[3] = ANY_TARGET;
        for (uint256 i = 0; i < all.length; ++i) {
            vm.assertEq(abi.encode(all[i].trusted), abi.encode(trusted));
            vm.assertEq(all[i].open.length, 2);
            uint256[] memory open = all[i].open;
            vm.assertTrue(open[0] < open[1]);
            for (uint256 j = 0; j < 2; ++j) vm.assertTrue(store.policyOf(id).permissions[open[j]].trust == Trust.OPEN);
        }
    }

    function test_a_counted_policy_trusts_nobody() public {
        Policy memory made = settings();
        made.permissions = two(permission(address(token), TRANSFER), withValue(permission(recipient, ""), 1));
        withLimit(made, address(token), CAP, 0);
        withLimit(made, address(0), 1, 0);
        WorstLoss memory loss = lens.worstLossOf(publish(made), START, END);
        vm.assertEq(loss.trusted.length + loss.open.length, 0);
        vm.assertEq(loss.losses[1].amount, CAP);
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

    function test_explain_names_the_call_whose_alternatives_all_refuse() public {
        Policy memory made = settings();
        made.permissions = two(
            withRule(permission(address(recorder), "act(uint256)"), "0", "is", 3),
            withRule(permission(address(recorder), "act(uint256)"), "0", "is at least", 10)
        );
        register(account, key, publish(made));
        Call[] memory calls = two(actCall(3), actCall(4));
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
        vm.assertEq(bytes4(reason), ISessionErrors.AlternativesRefused.selector);
        refused(key.account, directData(account, calls), reason);
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
