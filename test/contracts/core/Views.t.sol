// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {ANY_TARGET} from "../../../contracts/types/Sentinels.sol";
import {Recorder} from "../../support/solidity/mocks/Recorder.sol";
import {LatchkeyTest} from "../../support/solidity/LatchkeyTest.sol";

/// @notice `isLive`, `isValidFor`, `isAuthorized`, `activeSession`: the same answer as the engine at every edge.
contract ViewsTest is LatchkeyTest {
    function setUp() public override {
        super.setUp();
        Grant memory grant = grantOf(key, policyId);
        grant.validAfter = START + 100;
        grant.maxCalls = 1;
        registerGrant(account, grant);
    }

    function _answers(bool expected) private {
        vm.assertEq(latchkey.isLive(account, key.account), expected);
        vm.prank(address(recorder));
        vm.assertEq(latchkey.isValidFor(key.account, account), expected);
        vm.assertEq(latchkey.isAuthorized(account, key.account, address(recorder), Recorder.act.selector), expected);
        vm.assertEq(latchkey.activeSession(account, APP, 0), expected ? key.account : address(0));
    }

    function test_ATK_14_ATK_93_edges_of_the_window() public {
        uint256[6] memory times = [uint256(START), START + 99, START + 100, END, uint256(END) + 1, 1 << 60];
        for (uint256 i = 0; i < times.length; ++i) {
            vm.warp(times[i]);
            _answers(i == 2 || i == 3);
        }
    }

    function test_no_calls_left() public {
        vm.warp(START + 100);
        _answers(true);
        accepted(key.account, directData(account, one(actCall(1))));
        _answers(false);
    }

    function test_revoked_replaced_ended_and_renewed() public {
        vm.warp(START + 100);
        uint256 snapshot = vm.snapshotState();
        vm.prank(account);
        latchkey.revokeSession(key.account);
        _answers(false);
        vm.revertToState(snapshot);
        vm.prank(account);
        latchkey.revokeAllSessions();
        _answers(false);
        vm.revertToState(snapshot);
        _answers(true);
        Grant memory grant = grantOf(key2, policyId);
        grant.replaces = key.account;
        registerGrant(account, grant);
        vm.assertFalse(latchkey.isLive(account, key.account));
        vm.assertEq(latchkey.activeSession(account, APP, 0), key2.account);
    }

    function testFuzz_what_was_never_registered(address principal, address holder, bytes32 app, uint64 lane) public {
        vm.assume(principal != account && holder != key.account);
        vm.warp(START + 100);
        vm.assertFalse(latchkey.isLive(principal, holder));
        vm.assertFalse(latchkey.isLive(account, holder));
        vm.assertFalse(latchkey.isLive(principal, key.account));
        vm.prank(address(recorder));
        vm.assertFalse(latchkey.isValidFor(holder, principal));
        vm.assertEq(latchkey.activeSession(principal, app, lane), address(0));
        vm.assertEq(wordOf(principal, holder), 0);
        vm.assertEq(latchkey.laneWord(principal, app, lane), 0);
    }

    function test_is_valid_for_answers_the_calling_contract() public {
        vm.warp(START + 100);
        address[4] memory others = [address(token), stranger, account, key.account];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.prank(others[i]);
            vm.assertFalse(latchkey.isValidFor(key.account, account));
        }
        // Arguments the wrong way round.
        vm.prank(address(recorder));
        vm.assertFalse(latchkey.isValidFor(account, key.account));
        // A policy without a consumable permission on the caller.
        Policy memory made = settings();
        made.permissions = new Permission[](1);
        made.permissions[0] = permission(address(recorder), "act(uint256)");
        vm.warp(START + 101);
        register(account, key, publish(made));
        vm.prank(address(recorder));
        vm.assertFalse(latchkey.isValidFor(key.account, account));
        made.permissions[0].consumable = true;
        vm.warp(START + 102);
        register(account, key, publish(made));
        vm.prank(address(recorder));
        vm.assertTrue(latchkey.isValidFor(key.account, account));
    }

    function test_is_valid_for_finds_a_consumable_permission_at_every_position() public {
        for (uint256 n = 0; n < 12; ++n) {
            (uint256 limits, uint256 position) = (n / 4, n % 4);
            Policy memory made = settings();
            made.permissions = new Permission[](4);
            for (uint256 i = 0; i < 4; ++i) {
                made.permissions[i] = permission(address(uint160(0x10000 + i)), "act(uint256)");
                made.permissions[i].consumable = i == position;
            }
            if (limits > 0) made = withLimit(made, address(token), CAP, 0);
            if (limits > 1) made = withLimit(made, address(otherToken), CAP, 0);
            Grant memory grant = grantOf(key2, publish(made));
            grant.lane = 1;
            vm.warp(START + n);
            registerGrant(account, grant);
            for (uint256 i = 0; i < 4; ++i) {
                vm.prank(address(uint160(0x10000 + i)));
                vm.assertEq(latchkey.isValidFor(key2.account, account), i == position);
            }
        }
    }

    function test_ATK_93_is_authorized() public {
        vm.warp(START + 100);
        vm.assertTrue(latchkey.isAuthorized(account, account, stranger, 0xdeadbeef));
        vm.assertTrue(latchkey.isAuthorized(account, key.account, address(token), 0xa9059cbb));
        vm.assertFalse(latchkey.isAuthorized(account, key.account, address(otherToken), 0xa9059cbb));
        vm.assertFalse(latchkey.isAuthorized(account, key.account, address(recorder), 0xdeadbeef));
        vm.assertFalse(latchkey.isAuthorized(account, key2.account, address(recorder), Recorder.act.selector));
        vm.assertFalse(latchkey.isAuthorized(account2, key.account, address(recorder), Recorder.act.selector));
        Policy memory made = settings();
        made.permissions = new Permission[](1);
        made.permissions[0] = permission(ANY_TARGET, "act(uint256)");
        vm.warp(START + 101);
        register(account, key, publish(made));
        vm.assertTrue(latchkey.isAuthorized(account, key.account, stranger, Recorder.act.selector));
        address[10] memory machinery = [
            account,
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
            vm.assertFalse(latchkey.isAuthorized(account, key.account, machinery[i], Recorder.act.selector));
        }
    }

    function test_ATK_02_the_domain_is_read_never_kept() public {
        for (uint256 id = 1; id < 40_000; id += 7_777) {
            vm.chainId(id);
            (, string memory name, string memory version, uint256 chainId, address verifier, , ) = IERC5267(
                address(latchkey)
            ).eip712Domain();
            vm.assertEq(name, "Latchkey");
            vm.assertEq(version, "2");
            vm.assertEq(chainId, id);
            vm.assertEq(verifier, address(latchkey));
        }
    }

    function test_ATK_38_isolation_of_the_constants() public view {
        vm.assertEq(store.LATCHKEY(), address(latchkey));
        vm.assertEq(forwarder.LATCHKEY(), address(latchkey));
        vm.assertTrue(address(store).code.length != 0 && address(forwarder).code.length != 0);
    }
}
