// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ISessionErrors} from "../../contracts/interfaces/ISessionErrors.sol";
import {IPolicyStore} from "../../contracts/interfaces/IPolicyStore.sol";
import {Call} from "../../contracts/types/Call.sol";
import {Grant} from "../../contracts/types/Grant.sol";
import {Loss} from "../../contracts/types/Loss.sol";
import {Route} from "../../contracts/types/Route.sol";
import {SessionState} from "../../contracts/types/SessionState.sol";
import {Status} from "../../contracts/types/Status.sol";
import {Permission} from "../../contracts/types/Permission.sol";
import {Policy} from "../../contracts/types/Policy.sol";
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
        made.permissions[1] = permission(address(recorder), "act(uint256)");
        made.permissions[1].consumable = true;
        made.permissions[2] = permission(address(recorder), "pay()");
        made.permissions[2].maxValue = 0.6 ether;
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
        Loss[] memory losses;
        (losses, gas) = lens.worstLoss(account, key.account);
        vm.assertEq(losses.length, 2);
        vm.assertEq(losses[0].token, address(token));
        vm.assertEq(losses[1].token, address(0));
        return (losses[0].amount, losses[1].amount, gas);
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
        (Loss[] memory losses, uint256 gas) = lens.worstLoss(account, key.account);
        vm.assertEq(losses.length + gas, 0);
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
        vm.assertEq(session.limits[0].limit.token, address(token));
        vm.assertEq(session.limits[0].limit.cap, CAP);
        vm.assertEq(session.limits[0].limit.period, HOUR);
        vm.assertEq(session.limits[0].left, CAP - 50e18);
        vm.assertEq(session.limits[0].refillsAt, START + HOUR);
        vm.assertEq(session.limits[1].left, 0.6 ether);
        vm.assertEq(session.limits[1].refillsAt, 0);
        vm.warp(START + HOUR - 1);
        vm.assertEq(lens.getSession(account, key.account).limits[0].left, CAP - 50e18);
        vm.warp(START + HOUR);
        vm.assertEq(lens.getSession(account, key.account).limits[0].left, CAP);
        // A renewal starts from the top.
        registerGrant(account, _grant(0, END));
        session = lens.getSession(account, key.account);
        vm.assertEq(session.registration, START + HOUR);
        vm.assertEq(session.limits[0].left, CAP);
        vm.assertEq(session.limits[1].left, 1 ether);
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
        (Loss[] memory promised, uint256 gas) = lens.worstLossOf(hourly, validAfter, validUntil);
        (uint256 ofToken, uint256 native, uint256 left) = _loss();
        vm.assertEq(promised[0].amount, ofToken);
        vm.assertEq(promised[1].amount, native);
        vm.assertEq(gas, left);
        uint256 periods = 0;
        for (uint256 time = validAfter; time <= validUntil; time = (time / HOUR + 1) * HOUR) ++periods;
        vm.assertEq(ofToken, periods * CAP);
    }

    function test_worst_loss_of_nothing() public {
        (Loss[] memory losses, uint256 gas) = lens.worstLossOf(hourly, START, START - 1);
        vm.assertEq(losses[0].amount + losses[1].amount + gas, 0);
        (bool success, bytes memory reason) = address(lens).call(
            abi.encodeCall(lens.worstLossOf, (bytes32(uint256(1)), START, END))
        );
        vm.assertFalse(success);
        vm.assertEq(reason, abi.encodeWithSelector(IPolicyStore.PolicyNotPublished.selector, 1));
    }

    /// @dev As a grant reads it: from the moment of registration on.
    function test_a_window_from_0_starts_now() public {
        vm.warp(START + 5 * HOUR + 7);
        (Loss[] memory losses, uint256 gas) = lens.worstLossOf(hourly, 0, START + 7 * HOUR);
        (Loss[] memory same, ) = lens.worstLossOf(hourly, START + 5 * HOUR + 7, START + 7 * HOUR);
        vm.assertEq(losses[0].amount, 3 * CAP);
        vm.assertEq(abi.encode(losses), abi.encode(same));
        vm.assertEq(gas, GAS_BUDGET);
        (losses, gas) = lens.worstLossOf(hourly, 0, START);
        vm.assertEq(losses[0].amount + losses[1].amount + gas, 0);
    }

    function test_the_largest_cap_in_the_most_periods_does_not_overflow() public {
        Policy memory made = withLimit(settings(), address(token), type(uint128).max, 300);
        made.maxDuration = 365 days;
        made.permissions = new Permission[](1);
        made.permissions[0] = permission(address(token), TRANSFER);
        bytes32 id = publish(made);
        (Loss[] memory losses, ) = lens.worstLossOf(id, 1, type(uint48).max);
        vm.assertEq(losses[0].amount, uint256(type(uint128).max) * (uint256(type(uint48).max) / 300 + 1));
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
