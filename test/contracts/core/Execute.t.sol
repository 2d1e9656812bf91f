// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionExecutor} from "../../../contracts/interfaces/ISessionExecutor.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {Call} from "../../../contracts/types/Call.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {Recorder} from "../../support/solidity/mocks/Recorder.sol";
import {LatchkeyTest} from "../../support/solidity/LatchkeyTest.sol";

/// @notice Route direct: the key sends.
contract ExecuteTest is LatchkeyTest {
    function setUp() public override {
        super.setUp();
        register(account, key, policyId);
    }

    function test_single_moves_counts_and_logs() public {
        vm.expectEmit(true, true, false, true, address(latchkey));
        emit ISessionExecutor.SessionUsed(account, key.account);
        accepted(key.account, directData(account, one(transferCall(recipient, 5e18))));
        vm.assertEq(token.balanceOf(recipient), 5e18);
        vm.assertEq(callsLeft(account, key.account), MAX_CALLS - 1);
        vm.assertEq(tokenSpent(account, key.account), 5e18);
        vm.assertEq(gasLeftOf(account, key.account), GAS_BUDGET);
    }

    function test_batch_runs_in_order_and_counts_each_call() public {
        vm.expectEmit(true, true, false, true, address(latchkey));
        emit ISessionExecutor.SessionUsed(account, key.account);
        Call[] memory calls = new Call[](3);
        (calls[0], calls[1], calls[2]) = (actCall(1), payCall(1 ether), actCall(2));
        accepted(key.account, directData(account, calls));
        vm.assertEq(recorder.count(), 3);
        for (uint256 i = 0; i < 3; ++i) {
            Recorder.Seen memory seen = recorder.seen(i);
            vm.assertEq(seen.sender, account);
            vm.assertEq(seen.value, calls[i].value);
            vm.assertEq(seen.data, calls[i].data);
        }
        vm.assertEq(callsLeft(account, key.account), MAX_CALLS - 3);
        vm.assertEq(inlineSpent(account, key.account), 1 ether);
    }

    function test_a_batch_of_one_is_a_batch() public {
        bytes memory execution = abi.encode(one(actCall(9)));
        accepted(key.account, abi.encodeCall(latchkey.execute, (account, BATCH, execution)));
        vm.assertEq(recorder.count(), 1);
    }

    function test_needs_a_registered_key() public {
        refused(
            stranger,
            directData(account, one(actCall(1))),
            abi.encodeWithSelector(ISessionErrors.SessionNotRegistered.selector, account, stranger)
        );
    }

    function test_key_of_one_principal_is_none_of_another() public {
        refused(
            key.account,
            directData(account2, one(actCall(1))),
            abi.encodeWithSelector(ISessionErrors.SessionNotRegistered.selector, account2, key.account)
        );
    }

    function test_window_is_inclusive_at_both_ends() public {
        Grant memory grant = grantOf(key2, policyId);
        grant.validAfter = START + 100;
        grant.lane = 1;
        registerGrant(account, grant);
        bytes memory data = directData(account, one(actCall(1)));
        vm.warp(START + 99);
        refused(
            key2.account,
            data,
            abi.encodeWithSelector(ISessionErrors.SessionNotYetValid.selector, START + 100, START + 99)
        );
        vm.warp(START + 100);
        accepted(key2.account, data);
        vm.warp(END);
        accepted(key2.account, data);
        vm.warp(uint256(END) + 1);
        refused(key2.account, data, abi.encodeWithSelector(ISessionErrors.SessionExpired.selector, END, END + 1));
    }

    function test_ATK_108_principal_without_code() public {
        register(wallet, key, policyId);
        refused(
            key.account,
            directData(wallet, one(actCall(1))),
            abi.encodeWithSelector(ISessionErrors.PrincipalWithoutCode.selector, wallet)
        );
    }

    /// @dev Code that takes any call and does nothing: an account whose executor interface is off, or none at all.
    function test_ATK_101_ATK_108_principal_that_answers_nothing() public {
        register(wallet, key, policyId);
        vm.prank(wallet);
        latchkey.onInstall("");
        // A wallet that delegates to an address without code, code that stops, and code that returns 63 bytes.
        bytes[3] memory silent = [abi.encodePacked(hex"ef0100", address(0xdead)), hex"00", hex"603f6000f3"];
        uint256[3] memory lengths = [uint256(0), 0, 63];
        for (uint256 i = 0; i < silent.length; ++i) {
            vm.etch(wallet, silent[i]);
            bytes memory error_ = abi.encodeWithSelector(
                ISessionErrors.PrincipalAnsweredNothing.selector,
                wallet,
                lengths[i]
            );
            refused(key.account, directData(wallet, one(actCall(1))), error_);
            refused(stranger, relayedData(wallet, key, one(actCall(1)), 0, 0, END), error_);
        }
        // 64 bytes are what an account returns of nothing.
        vm.etch(wallet, hex"60406000f3");
        accepted(key.account, directData(wallet, one(actCall(1))));
    }

    function test_ATK_78_ATK_90_a_key_that_gets_code_later_cannot_send() public {
        vm.etch(key.account, abi.encodePacked(hex"ef0100", address(recorder)));
        refused(
            key.account,
            directData(account, one(actCall(1))),
            abi.encodeWithSelector(ISessionErrors.KeyHasCode.selector, key.account)
        );
    }

    function test_a_failing_call_rolls_everything_back_with_its_own_error() public {
        Call[] memory calls = two(
            transferCall(recipient, 1e18),
            Call(address(recorder), 0, abi.encodeCall(Recorder.fail, (77)))
        );
        refused(key.account, directData(account, calls), abi.encodeWithSelector(Recorder.Failed.selector, 77));
    }

    function test_an_account_without_the_module_refuses() public {
        // Another Latchkey is built in.
        address bare = deploy(
            "contracts/account/LatchkeyAccount.sol:LatchkeyAccount",
            abi.encode(EntryPoints.V09, stranger, owner, address(0))
        );
        register(bare, key, policyId);
        bytes memory notInstalled = abi.encodeWithSelector(ISessionErrors.ModuleNotInstalled.selector, bare);
        refused(key.account, directData(bare, one(actCall(1))), notInstalled);
        refused(stranger, relayedData(bare, key, one(actCall(1)), 0, 0, END), notInstalled);
        // Saying that it has installed Latchkey is not doing so: the account itself refuses.
        vm.prank(bare);
        latchkey.onInstall("");
        vm.prank(key.account);
        (bool success, ) = address(latchkey).call(directData(bare, one(actCall(1))));
        vm.assertFalse(success);
        vm.assertEq(callsLeft(bare, key.account), MAX_CALLS);
    }

    // --- modes -----------------------------------------------------------------------------------------------------

    /// @dev Every pair of call type and exec type; exactly the two canonical words run.
    function test_ATK_34_ATK_35_all_modes() public {
        bytes memory single = abi.encodePacked(address(recorder), uint256(0), abi.encodeCall(Recorder.act, (1)));
        uint256 acceptedModes = 0;
        for (uint256 types = 0; types < 65_536; ++types) {
            bytes32 mode = bytes32(types << 240);
            if (mode == SINGLE || mode == BATCH) {
                ++acceptedModes;
                continue;
            }
            vm.prank(key.account);
            (bool success, bytes memory reason) = address(latchkey).call(
                abi.encodeCall(latchkey.execute, (account, mode, single))
            );
            vm.assertFalse(success);
            vm.assertEq(reason, abi.encodeWithSelector(ISessionErrors.UnsupportedExecutionMode.selector, mode));
        }
        vm.assertEq(acceptedModes, 2);
        vm.assertEq(recorder.count(), 0);
    }

    function testFuzz_ATK_35_every_other_byte_of_the_mode_is_zero(bytes32 mode) public {
        vm.assume(mode != SINGLE && mode != BATCH);
        refused(
            key.account,
            abi.encodeCall(
                latchkey.execute,
                (account, mode, abi.encodePacked(address(recorder), uint256(0), abi.encodeCall(Recorder.act, (1))))
            ),
            abi.encodeWithSelector(ISessionErrors.UnsupportedExecutionMode.selector, mode)
        );
    }

    function test_ATK_35_one_dirty_bit_of_the_mode() public {
        bytes memory single = abi.encodePacked(address(recorder), uint256(0), abi.encodeCall(Recorder.act, (1)));
        for (uint256 bit = 0; bit < 256; ++bit) {
            bytes32 mode = bytes32(uint256(1) << bit);
            if (mode == BATCH) continue;
            vm.prank(key.account);
            (bool success, bytes memory reason) = address(latchkey).call(
                abi.encodeCall(latchkey.execute, (account, mode, single))
            );
            vm.assertFalse(success);
            vm.assertEq(reason, abi.encodeWithSelector(ISessionErrors.UnsupportedExecutionMode.selector, mode));
        }
    }

    // --- batches and counts ----------------------------------------------------------------------------------------

    function test_ATK_21_empty_batch_is_refused() public {
        refusedOnEachRoute(key, new Call[](0), abi.encodeWithSelector(ISessionErrors.EmptyBatch.selector));
    }

    function test_ATK_20_ATK_21_every_inner_call_counts() public {
        Grant memory grant = grantOf(key2, policyId);
        grant.maxCalls = 3;
        grant.lane = 1;
        registerGrant(account, grant);
        refusedOnEachRoute(
            key2,
            repeated(actCall(1), 4),
            abi.encodeWithSelector(ISessionErrors.SessionCallsExceeded.selector, 4, 3)
        );
        accepted(key2.account, directData(account, two(actCall(1), actCall(1))));
        vm.assertEq(callsLeft(account, key2.account), 1);
        refusedOnEachRoute(
            key2,
            two(actCall(1), actCall(1)),
            abi.encodeWithSelector(ISessionErrors.SessionCallsExceeded.selector, 2, 1)
        );
        accepted(key2.account, directData(account, one(actCall(1))));
        vm.assertEq(callsLeft(account, key2.account), 0);
        refusedOnEachRoute(
            key2,
            one(actCall(1)),
            abi.encodeWithSelector(ISessionErrors.SessionCallsExceeded.selector, 1, 0)
        );
    }

    function testFuzz_ATK_20_calls_left(uint256 maxCalls, uint256 count) public {
        maxCalls = bound(maxCalls, 1, 8);
        count = bound(count, 1, 9);
        Grant memory grant = grantOf(key2, policyId);
        grant.maxCalls = uint32(maxCalls);
        grant.lane = 1;
        registerGrant(account, grant);
        bytes memory data = directData(account, repeated(actCall(1), count));
        if (count <= maxCalls) {
            accepted(key2.account, data);
            vm.assertEq(callsLeft(account, key2.account), maxCalls - count);
            vm.assertEq(recorder.count(), count);
        } else {
            refused(
                key2.account,
                data,
                abi.encodeWithSelector(ISessionErrors.SessionCallsExceeded.selector, count, maxCalls)
            );
        }
    }

    function test_the_largest_number_of_calls() public {
        Policy memory made = defaultPolicy();
        made.maxCalls = 1_048_575;
        Grant memory grant = grantOf(key2, publish(made));
        grant.maxCalls = 1_048_575;
        grant.lane = 1;
        registerGrant(account, grant);
        accepted(key2.account, directData(account, one(transferCall(recipient, CAP))));
        vm.assertEq(callsLeft(account, key2.account), 1_048_574);
        vm.assertEq(tokenSpent(account, key2.account), CAP);
        vm.assertEq(registrationOf(account, key2.account), START);
    }

    /// @dev Both lanes of an error's index: the offending call is named by its position.
    function test_ATK_09_the_offending_call_is_named() public {
        for (uint256 bad = 0; bad < 4; ++bad) {
            Call[] memory calls = repeated(actCall(1), 4);
            calls[bad] = Call(address(otherToken), 0, hex"12345678");
            refusedOnEachRoute(
                key,
                calls,
                abi.encodeWithSelector(
                    ISessionErrors.CallNotAllowed.selector,
                    bad,
                    address(otherToken),
                    bytes4(0x12345678)
                )
            );
        }
    }
}
