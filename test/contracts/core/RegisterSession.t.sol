// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionRegistry} from "../../../contracts/interfaces/ISessionRegistry.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {ANY_KEY} from "../../../contracts/types/Sentinels.sol";
import {LatchkeyTest, SessionKey} from "../../support/solidity/LatchkeyTest.sol";

/// @notice `registerSession`: section 4.2 of the specification, each bound on both sides, and the order of checks.
contract RegisterSessionTest is LatchkeyTest {
    function _no(address principal, Grant memory grant, bytes memory expected) private {
        refused(principal, abi.encodeCall(latchkey.registerSession, (grant)), expected);
    }

    function _grant() private view returns (Grant memory) {
        return grantOf(key, policyId);
    }

    /// @dev A number says nothing by itself: who signed one policy must not run another that stands where it points.
    function test_ATK_119_the_stored_policy_is_the_one_that_was_signed() public {
        bytes32 signed = publish(policyOf(permission(address(recorder), "act(uint256)")));
        bytes32 stored = publish(policyOf(withOpen(permission(address(recorder), "*"), "*")));
        vm.etch(store.policyPointer(signed), store.policyPointer(stored).code);
        _no(wallet, grantOf(key, signed), abi.encodeWithSelector(IPolicyErrors.PolicyNotPublished.selector, signed));
        registerGrant(wallet, grantOf(key, stored));
    }

    // --- what is written -------------------------------------------------------------------------------------------

    function test_writes_word_lane_and_event() public {
        Grant memory grant = _grant();
        grant.lane = type(uint64).max;
        grant.validAfter = START + 10;
        grant.maxCalls = 5;
        vm.expectEmit(true, true, true, true, address(latchkey));
        emit ISessionRegistry.SessionRegistered(
            wallet,
            key.account,
            APP,
            policyId,
            type(uint64).max,
            START + 10,
            END,
            5,
            START + 10,
            ""
        );
        registerGrant(wallet, grant);
        (uint256 word, uint256[8] memory spent) = latchkey.sessionWords(wallet, key.account);
        vm.assertEq(
            word,
            (store.numberOf(policyId) << 220) |
                (uint256(END) << 186) |
                (uint256(END - START - 10) << 161) |
                (uint256(5) << 116) |
                (uint256(GAS_BUDGET / 1 gwei) << 80)
        );
        for (uint256 i = 0; i < 8; ++i) vm.assertEq(spent[i], 0);
        vm.assertEq(latchkey.laneWord(wallet, APP, type(uint64).max), uint160(key.account));
        vm.assertEq(latchkey.laneWord(wallet, APP, 0), 0);
        vm.warp(START + 10);
        vm.assertEq(latchkey.activeSession(wallet, APP, type(uint64).max), key.account);
        vm.assertEq(latchkey.activeSession(wallet, APP, 0), address(0));
    }

    /// @dev Nobody stood in the lane, so nobody is said to be revoked.
    function test_a_first_registration_emits_one_event() public {
        vm.recordLogs();
        register(wallet, key, policyId);
        vm.assertEq(vm.getRecordedLogs().length, 1);
    }

    /// @dev Its word is that of any other key.
    function test_a_curve_key_has_its_point_told_and_not_kept() public {
        vm.expectEmit(true, true, true, true, address(latchkey));
        emit ISessionRegistry.SessionRegistered(
            wallet,
            curveKey.account,
            APP,
            policyId,
            0,
            START,
            END,
            MAX_CALLS,
            START,
            curveKey.publicKey
        );
        register(wallet, curveKey, policyId);
        Grant memory grant = _grant();
        grant.lane = 1;
        registerGrant(wallet, grant);
        vm.assertEq(wordOf(wallet, curveKey.account), wordOf(wallet, key.account));
    }

    function testFuzz_what_is_granted_is_what_is_kept(
        uint48 validAfter,
        uint48 duration,
        uint32 maxCalls,
        uint64 lane,
        address principal
    ) public {
        vm.assume(principal != address(0) && principal != address(latchkey) && principal != address(forwarder));
        vm.assume(!EntryPoints.contains(principal) && principal != key.account && principal != address(vm));
        vm.assume(principal != latchkey.EXTENSION() && principal != latchkey.ENTRANCE());
        Grant memory grant = _grant();
        grant.validAfter = uint48(bound(validAfter, START + 1, START + 3650 days));
        duration = uint48(bound(duration, 60, 30 days));
        grant.validUntil = grant.validAfter + duration - 1;
        grant.maxCalls = uint32(bound(maxCalls, 1, MAX_CALLS));
        grant.lane = lane;
        registerGrant(principal, grant);
        vm.assertEq(numberOf(principal, key.account), store.numberOf(policyId));
        vm.assertEq(validUntilOf(principal, key.account), grant.validUntil);
        vm.assertEq(registrationOf(principal, key.account), grant.validAfter);
        vm.assertEq(callsLeft(principal, key.account), grant.maxCalls);
        vm.assertFalse(latchkey.isLive(principal, key.account));
        vm.warp(grant.validAfter);
        vm.assertTrue(latchkey.isLive(principal, key.account));
        vm.warp(grant.validUntil);
        vm.assertEq(latchkey.activeSession(principal, APP, lane), key.account);
        vm.warp(uint256(grant.validUntil) + 1);
        vm.assertFalse(latchkey.isLive(principal, key.account));
    }

    // --- principals and keys ---------------------------------------------------------------------------------------

    function test_ATK_78_principals_that_are_machinery() public {
        address[9] memory machinery = [
            address(0),
            address(latchkey),
            latchkey.EXTENSION(),
            latchkey.ENTRANCE(),
            address(forwarder),
            EntryPoints.V06,
            EntryPoints.V07,
            EntryPoints.V08,
            EntryPoints.V09
        ];
        for (uint256 i = 0; i < machinery.length; ++i) {
            _no(
                machinery[i],
                _grant(),
                abi.encodeWithSelector(ISessionRegistry.PrincipalNotAllowed.selector, machinery[i])
            );
        }
    }

    function test_ATK_07_ATK_78_keys_that_are_no_keys() public {
        address[14] memory bad = [
            address(0),
            // The first and the last precompile of today, and the last address that no chain may give a key.
            address(0x01),
            address(0x11),
            address(0x100),
            address(0xffff),
            wallet,
            address(latchkey),
            latchkey.EXTENSION(),
            latchkey.ENTRANCE(),
            address(forwarder),
            EntryPoints.V06,
            EntryPoints.V07,
            EntryPoints.V08,
            EntryPoints.V09
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            Grant memory grant = _grant();
            grant.key = bad[i];
            _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.KeyNotAllowed.selector, bad[i]));
        }
        Grant memory first = _grant();
        first.key = address(0x10000);
        registerGrant(wallet, first);
    }

    function test_ATK_78_ATK_90_a_key_with_code() public {
        Grant memory grant = _grant();
        address[3] memory bad = [address(recorder), account, address(store)];
        for (uint256 i = 0; i < bad.length; ++i) {
            grant.key = bad[i];
            _no(wallet, grant, abi.encodeWithSelector(ISessionErrors.KeyHasCode.selector, bad[i]));
        }
        vm.etch(key.account, abi.encodePacked(hex"ef0100", address(recorder)));
        grant.key = key.account;
        _no(wallet, grant, abi.encodeWithSelector(ISessionErrors.KeyHasCode.selector, key.account));
    }

    function test_ATK_12_public_keys() public {
        Grant memory grant = grantOf(curveKey, policyId);
        for (uint256 length = 1; length < 130; ++length) {
            if (length == 64) continue;
            grant.publicKey = new bytes(length);
            _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.PublicKeyLengthInvalid.selector, length));
        }
        (uint256 x, uint256 y) = abi.decode(curveKey.publicKey, (uint256, uint256));
        grant.publicKey = abi.encode(x, y + 1);
        grant.key = address(uint160(uint256(keccak256(grant.publicKey))));
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.PublicKeyNotOnCurve.selector, x, y + 1));
        grant.publicKey = new bytes(64);
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.PublicKeyNotOnCurve.selector, 0, 0));
        // A point of the curve whose x a signature could not tell from an address.
        (x, y) = (5, 0x459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc);
        grant.publicKey = abi.encode(x, y);
        grant.key = address(uint160(uint256(keccak256(grant.publicKey))));
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.PublicKeyNotOnCurve.selector, x, y));
        // A point of the curve, but another key's.
        grant.publicKey = curveKey.publicKey;
        grant.key = key.account;
        _no(
            wallet,
            grant,
            abi.encodeWithSelector(ISessionRegistry.PublicKeyMismatch.selector, key.account, curveKey.account)
        );
    }

    // --- policy, window, calls -------------------------------------------------------------------------------------

    function testFuzz_a_policy_that_nobody_published(bytes32 id) public {
        vm.assume(id != policyId);
        Grant memory grant = _grant();
        grant.policyId = id;
        _no(wallet, grant, abi.encodeWithSelector(IPolicyErrors.PolicyNotPublished.selector, id));
    }

    /// @dev The start counts, not the moment of registration: a window in the past is a shorter session.
    function test_ATK_16_valid_after_may_be_past() public {
        uint48[4] memory starts = [START - 29 days, START - 1, START, START + 1];
        for (uint256 i = 0; i < starts.length; ++i) {
            SessionKey memory each = newKey(vm.toString(starts[i]));
            Grant memory grant = grantOf(each, policyId);
            (grant.lane, grant.validAfter) = (uint64(i), starts[i]);
            registerGrant(wallet, grant);
            vm.assertEq(registrationOf(wallet, each.account), starts[i]);
            vm.assertEq(latchkey.isLive(wallet, each.account), starts[i] <= START);
        }
    }

    /// @dev The last second is live; a grant that arrives after it has nothing left to give.
    function test_a_window_that_has_ended_is_refused() public {
        Grant memory grant = _grant();
        (grant.validAfter, grant.validUntil) = (START - 100, START - 1);
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.ValidUntilPassed.selector, START - 1, START));
        grant.validUntil = START;
        registerGrant(wallet, grant);
        vm.assertTrue(latchkey.isLive(wallet, key.account));
    }

    function test_ATK_16_ATK_17_ATK_119_valid_until_that_an_entry_point_misreads() public {
        Grant memory grant = _grant();
        uint48[4] memory bad = [uint48(0), uint48(1) << 34, uint48(1) << 47, type(uint48).max];
        for (uint256 i = 0; i < bad.length; ++i) {
            grant.validUntil = bad[i];
            _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.ValidUntilOutOfRange.selector, bad[i]));
        }
        grant.validUntil = (uint48(1) << 34) - 1;
        _no(
            wallet,
            grant,
            abi.encodeWithSelector(
                ISessionRegistry.DurationOutOfBounds.selector,
                uint256(grant.validUntil) - START + 1,
                60,
                30 days
            )
        );
        // The last second that is a time, reached by waiting.
        vm.warp(uint256(grant.validUntil) - 59);
        registerGrant(wallet, grant);
        vm.assertTrue(latchkey.isLive(wallet, key.account));
        vm.assertEq(validUntilOf(wallet, key.account), 2 ** 34 - 1);
        vm.assertEq(registrationOf(wallet, key.account), 2 ** 34 - 60);
    }

    /// @dev The widest window that a policy can allow, and the widest of each other field.
    function test_ATK_119_the_widest_fields() public {
        Policy memory widest = defaultPolicy();
        (widest.maxDuration, widest.maxCalls, widest.gasBudget) = (365 days, 1_048_575, 68_719_476_735 gwei);
        Grant memory grant = grantOf(key, publish(widest));
        (grant.validUntil, grant.maxCalls) = (START + 365 days, 1_048_575);
        _no(
            wallet,
            grant,
            abi.encodeWithSelector(ISessionRegistry.DurationOutOfBounds.selector, 365 days + 1, 60, 365 days)
        );
        grant.validUntil -= 1;
        grant.maxCalls += 1;
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.MaxCallsOutOfBounds.selector, 1_048_576, 1_048_575));
        grant.maxCalls -= 1;
        registerGrant(wallet, grant);
        vm.assertEq(registrationOf(wallet, key.account), START);
        vm.assertEq(validUntilOf(wallet, key.account), START + 365 days - 1);
        vm.assertEq(callsLeft(wallet, key.account), 1_048_575);
        vm.assertEq(gasLeftOf(wallet, key.account), 68_719_476_735 gwei);
        vm.assertEq(inlineSpent(wallet, key.account), 0);
        vm.assertFalse(isRevoked(wallet, key.account) || isSwept(wallet, key.account));
    }

    function test_ATK_119_a_start_that_no_word_holds() public {
        Grant memory grant = _grant();
        grant.validAfter = type(uint48).max;
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.DurationOutOfBounds.selector, 0, 60, 30 days));
    }

    function test_duration_is_inclusive_at_both_ends() public {
        Grant memory grant = _grant();
        grant.validUntil = START + 58;
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.DurationOutOfBounds.selector, 59, 60, 30 days));
        grant.validUntil = START + 30 days;
        _no(
            wallet,
            grant,
            abi.encodeWithSelector(ISessionRegistry.DurationOutOfBounds.selector, 30 days + 1, 60, 30 days)
        );
        grant.validUntil = START - 1;
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.DurationOutOfBounds.selector, 0, 60, 30 days));
        grant.validUntil = START + 59;
        registerGrant(wallet, grant);
        grant = grantOf(key2, policyId);
        grant.lane = 1;
        grant.validUntil = START + 30 days - 1;
        registerGrant(wallet, grant);
    }

    function test_duration_starts_at_valid_after() public {
        Grant memory grant = _grant();
        grant.validAfter = START + 1_000;
        grant.validUntil = START + 1_058;
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.DurationOutOfBounds.selector, 59, 60, 30 days));
        grant.validUntil = START + 999;
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.DurationOutOfBounds.selector, 0, 60, 30 days));
        grant.validUntil = START + 1_059;
        registerGrant(wallet, grant);
    }

    function test_ATK_20_max_calls() public {
        Grant memory grant = _grant();
        uint32[3] memory bad = [uint32(0), MAX_CALLS + 1, type(uint32).max];
        for (uint256 i = 0; i < bad.length; ++i) {
            grant.maxCalls = bad[i];
            _no(
                wallet,
                grant,
                abi.encodeWithSelector(ISessionRegistry.MaxCallsOutOfBounds.selector, bad[i], MAX_CALLS)
            );
        }
        grant.maxCalls = 1;
        registerGrant(wallet, grant);
    }

    /// @dev Everything is wrong at once; each correction shows the next reason.
    function test_the_order_of_checks() public {
        registerGrant(wallet, grantOf(key2, policyId));
        Grant memory grant;
        grant.publicKey = hex"00";
        grant.policyId = bytes32(uint256(1));
        grant.validAfter = 1;
        grant.validUntil = 0;
        _no(
            address(latchkey),
            grant,
            abi.encodeWithSelector(ISessionRegistry.PrincipalNotAllowed.selector, address(latchkey))
        );
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.KeyNotAllowed.selector, address(0)));
        grant.key = key.account;
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.PublicKeyLengthInvalid.selector, 1));
        grant.publicKey = "";
        _no(wallet, grant, abi.encodeWithSelector(IPolicyErrors.PolicyNotPublished.selector, 1));
        grant.policyId = policyId;
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.ValidUntilOutOfRange.selector, 0));
        grant.validUntil = 59;
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.DurationOutOfBounds.selector, 59, 60, 30 days));
        grant.validUntil = 60;
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.ValidUntilPassed.selector, 60, START));
        grant.validAfter = 0;
        grant.validUntil = END;
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.MaxCallsOutOfBounds.selector, 0, MAX_CALLS));
        grant.maxCalls = 1;
        _no(
            wallet,
            grant,
            abi.encodeWithSelector(ISessionRegistry.LaneOccupied.selector, APP, 0, key2.account, address(0))
        );
        grant.replaces = key2.account;
        registerGrant(wallet, grant);
    }

    // --- lanes -----------------------------------------------------------------------------------------------------

    function test_ATK_80_replacing_needs_the_occupants_name() public {
        register(wallet, key, policyId);
        Grant memory grant = grantOf(key2, policyId);
        address[3] memory wrong = [address(0), key2.account, stranger];
        for (uint256 i = 0; i < wrong.length; ++i) {
            grant.replaces = wrong[i];
            _no(
                wallet,
                grant,
                abi.encodeWithSelector(ISessionRegistry.LaneOccupied.selector, APP, 0, key.account, wrong[i])
            );
        }
        grant.replaces = key.account;
        vm.recordLogs();
        registerGrant(wallet, grant);
        // The old one's end is told before the new one's beginning.
        bytes32 first = vm.getRecordedLogs()[0].topics[0];
        vm.assertEq(first, ISessionRegistry.SessionRevoked.selector);
        vm.assertFalse(latchkey.isLive(wallet, key.account));
        vm.assertEq(latchkey.activeSession(wallet, APP, 0), key2.account);
        _no(
            wallet,
            _grant(),
            abi.encodeWithSelector(ISessionErrors.SessionAlreadyRevoked.selector, wallet, key.account)
        );
    }

    function test_any_key_names_whoever_lives_in_the_lane() public {
        register(wallet, key, policyId);
        Grant memory grant = grantOf(key2, policyId);
        grant.replaces = ANY_KEY;
        registerGrant(wallet, grant);
        vm.assertTrue(isRevoked(wallet, key.account));
        vm.assertEq(latchkey.activeSession(wallet, APP, 0), key2.account);
        // Nobody, a dead one, or itself: nothing is ended.
        grant.lane = 1;
        grant.key = newKey("key3").account;
        registerGrant(wallet, grant);
        vm.warp(START + 1);
        registerGrant(wallet, grant);
        vm.assertTrue(latchkey.isLive(wallet, grant.key));
    }

    function test_naming_somebody_to_replace_in_an_empty_lane_is_harmless() public {
        Grant memory grant = _grant();
        grant.replaces = stranger;
        registerGrant(wallet, grant);
        vm.assertEq(wordOf(wallet, stranger), 0);
    }

    function test_an_expired_occupant_needs_no_name_and_is_dead_then() public {
        register(wallet, key, policyId);
        Grant memory grant = grantOf(key2, policyId);
        grant.validUntil = END + 1 days;
        vm.warp(END);
        _no(
            wallet,
            grant,
            abi.encodeWithSelector(ISessionRegistry.LaneOccupied.selector, APP, 0, key.account, address(0))
        );
        vm.warp(uint256(END) + 1);
        registerGrant(wallet, grant);
        vm.assertTrue(isRevoked(wallet, key.account));
    }

    function test_a_revoked_occupant_and_one_of_an_ended_generation_leave_the_lane() public {
        register(wallet, key, policyId);
        vm.prank(wallet);
        latchkey.revokeSession(key.account);
        register(wallet, key2, policyId);
        vm.prank(wallet);
        latchkey.revokeAllSessions();
        register(wallet, curveKey, policyId);
        vm.assertEq(latchkey.activeSession(wallet, APP, 0), curveKey.account);
        // Killed by the generation, not written to.
        vm.assertFalse(isRevoked(wallet, key2.account));
    }

    function test_lanes_apps_and_principals_are_apart() public {
        register(wallet, key, policyId);
        Grant memory grant = grantOf(key2, policyId);
        grant.lane = 1;
        registerGrant(wallet, grant);
        Policy memory other = defaultPolicy();
        other.app = "another.app";
        register(wallet, curveKey, publish(other));
        register(account, key2, policyId);
        vm.assertEq(latchkey.activeSession(wallet, APP, 0), key.account);
        vm.assertEq(latchkey.activeSession(wallet, APP, 1), key2.account);
        vm.assertEq(latchkey.activeSession(wallet, "another.app", 0), curveKey.account);
        vm.assertEq(latchkey.activeSession(account, APP, 0), key2.account);
    }

    function test_a_key_lives_in_one_lane() public {
        register(wallet, key, policyId);
        Grant memory grant = _grant();
        grant.lane = 1;
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.KeyInAnotherLane.selector, key.account));
        Policy memory other = defaultPolicy();
        other.app = "another.app";
        grant.lane = 0;
        grant.policyId = publish(other);
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.KeyInAnotherLane.selector, key.account));
        // Nor does it move once it has expired.
        grant.policyId = policyId;
        grant.lane = 1;
        grant.validUntil = END + 1 days;
        vm.warp(uint256(END) + 1);
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.KeyInAnotherLane.selector, key.account));
    }

    // --- renewal ---------------------------------------------------------------------------------------------------

    function test_ATK_71_ATK_72_ATK_73_a_renewal_inherits_nothing() public {
        Policy memory periodic = withLimit(withLimit(settings(), address(token), CAP, 300), address(0), 5 ether, 0);
        periodic.permissions = new Permission[](2);
        periodic.permissions[0] = permission(address(token), TRANSFER);
        periodic.permissions[1] = permission(address(recorder), "pay()");
        periodic.permissions[1].maxValue = 1 ether;
        bytes32 id = publish(periodic);
        register(account, key, id);
        accepted(key.account, directData(account, two(transferCall(recipient, CAP), payCall(1 ether))));
        vm.assertEq(spentOf(account, key.account, 1), CAP);
        vm.assertEq(inlineSpent(account, key.account), 1 ether);

        // The same policy again: everything is fresh, in the same period.
        register(account, key, id);
        vm.assertEq(registrationOf(account, key.account), START + 1);
        vm.assertEq(callsLeft(account, key.account), MAX_CALLS);
        vm.assertEq(inlineSpent(account, key.account), 0);
        accepted(key.account, directData(account, one(transferCall(recipient, CAP))));
        refused(
            key.account,
            directData(account, one(transferCall(recipient, 1))),
            abi.encodeWithSelector(ISessionErrors.SpendCapExceeded.selector, address(token), 1, 0)
        );

        // Another policy: the old one's permissions are gone.
        register(account, key, policyId);
        vm.assertEq(registrationOf(account, key.account), START + 2);
        accepted(key.account, directData(account, one(actCall(1))));
        accepted(key.account, directData(account, one(transferCall(recipient, CAP))));
    }

    function test_renewal_of_expired_exhausted_swept_and_pending_keys() public {
        register(wallet, key, policyId);
        vm.warp(uint256(END) + 1);
        vm.prank(stranger);
        latchkey.deactivateSession(wallet, key.account);
        Grant memory grant = _grant();
        grant.validAfter = END + 1_000;
        grant.validUntil = END + 2_000;
        registerGrant(wallet, grant);
        vm.assertFalse(isRevoked(wallet, key.account) || isSwept(wallet, key.account));
        vm.assertFalse(latchkey.isLive(wallet, key.account));
        // Pending, and renewed again: later, not earlier.
        grant.validAfter = 0;
        bytes memory notLater = abi.encodeWithSelector(
            ISessionRegistry.RenewalNotLater.selector,
            block.timestamp,
            END + 1_000
        );
        _no(wallet, grant, notLater);
        grant.validAfter = END + 1_001;
        registerGrant(wallet, grant);
        vm.assertEq(registrationOf(wallet, key.account), END + 1_001);
    }

    /// @dev The end is free: a renewal may be longer, shorter, or the same.
    function test_ATK_119_a_renewal_starts_later_than_what_it_renews() public {
        register(wallet, key, policyId);
        Grant memory grant = _grant();
        uint48[4] memory starts = [uint48(1), START - 1, START, 0];
        for (uint256 i = 0; i < starts.length; ++i) {
            (grant.validAfter, grant.validUntil) = (starts[i], i == 0 ? 30 days : END);
            uint48 start = starts[i] == 0 ? START : starts[i];
            _no(
                wallet,
                grant,
                i == 0
                    ? abi.encodeWithSelector(ISessionRegistry.ValidUntilPassed.selector, 30 days, START)
                    : abi.encodeWithSelector(ISessionRegistry.RenewalNotLater.selector, start, START)
            );
        }
        grant.validAfter = START + 1;
        registerGrant(wallet, grant);
        vm.warp(END);
        (grant.validAfter, grant.validUntil) = (START + 2, END);
        registerGrant(wallet, grant);
        vm.assertEq(registrationOf(wallet, key.account), START + 2);
        // Another lane is told before the start.
        grant.lane = 1;
        _no(wallet, grant, abi.encodeWithSelector(ISessionRegistry.KeyInAnotherLane.selector, key.account));
    }

    /// @dev What was signed for one start is signed for no other.
    function test_ATK_119_nothing_signed_before_a_renewal_runs_after_it() public {
        register(account, key, policyId);
        bytes memory relayed = relayedData(account, key, one(actCall(1)), 0, 0, END);
        register(account, key, policyId);
        refused(
            stranger,
            relayed,
            abi.encodeWithSelector(ISessionErrors.InvalidSessionSignature.selector, key.account)
        );
        accepted(stranger, relayedData(account, key, one(actCall(1)), 0, 0, END));
    }

    function test_ATK_119_in_the_last_generation_nothing_is_registered() public {
        // Generation 2**22 - 2 is the last in which a session lives.
        bytes32 slot = principalSlot(wallet);
        vm.store(address(latchkey), slot, bytes32(uint256(2 ** 22 - 2)));
        register(wallet, key, policyId);
        vm.assertTrue(latchkey.isLive(wallet, key.account));
        vm.prank(wallet);
        latchkey.revokeAllSessions();
        vm.assertEq(latchkey.generationOf(wallet), 2 ** 22 - 1);
        vm.assertFalse(latchkey.isLive(wallet, key.account));
        bytes memory exhausted = abi.encodeWithSelector(ISessionRegistry.GenerationsExhausted.selector, wallet);
        _no(wallet, grantOf(key2, policyId), exhausted);
        // Told before what is wrong with the key itself.
        _no(wallet, _grant(), exhausted);
    }

    function test_ATK_72_nobody_but_the_principal_renews() public {
        register(account, key, policyId);
        accepted(key.account, directData(account, one(actCall(1))));
        // What a stranger or the key registers is a session of its own principal.
        bytes32 before = stateHash();
        Grant memory grant = grantOf(key2, policyId);
        vm.prank(key.account);
        latchkey.registerSession(grant);
        vm.prank(stranger);
        latchkey.registerSession(grant);
        vm.assertEq(stateHash(), before);
    }

    function test_ATK_74_a_stranger_who_registers_the_same_key_takes_nothing_away() public {
        vm.prank(stranger);
        latchkey.registerSession(_grant());
        register(account, key, policyId);
        accepted(key.account, directData(account, one(actCall(1))));
        vm.assertEq(callsLeft(stranger, key.account), MAX_CALLS);
    }

    // --- tombstones ------------------------------------------------------------------------------------------------

    function test_ATK_70_a_dead_key_is_never_registered_again() public {
        vm.prank(wallet);
        latchkey.revokeSession(key.account);
        _no(
            wallet,
            _grant(),
            abi.encodeWithSelector(ISessionErrors.SessionAlreadyRevoked.selector, wallet, key.account)
        );
        register(wallet, key2, policyId);
        vm.prank(wallet);
        latchkey.revokeAllSessions();
        _no(
            wallet,
            grantOf(key2, policyId),
            abi.encodeWithSelector(ISessionErrors.SessionGenerationEnded.selector, 0, 1)
        );
    }

    /// @dev Rows of different pairs never touch, however much the addresses have in common.
    function testFuzz_ATK_79_pairs_are_apart(uint160 a, uint160 b) public {
        a = uint160(bound(a, 0x10000, type(uint160).max));
        b = uint160(bound(b, 0x10000, type(uint160).max));
        vm.assume(a != b && a != uint160(key.account) && b != uint160(key.account));
        vm.assume(address(a).code.length == 0 && address(b).code.length == 0);
        vm.assume(!EntryPoints.contains(address(a)) && !EntryPoints.contains(address(b)));
        Grant memory grant = _grant();
        vm.prank(address(a));
        latchkey.registerSession(grant);
        vm.assertEq(wordOf(address(b), key.account), 0);
        vm.assertEq(wordOf(key.account, address(a)), 0);
        vm.prank(address(b));
        latchkey.revokeSession(key.account);
        vm.assertTrue(latchkey.isLive(address(a), key.account));
    }
}
