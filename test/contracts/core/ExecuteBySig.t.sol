// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionExecutor} from "../../../contracts/interfaces/ISessionExecutor.sol";
import {Call} from "../../../contracts/types/Call.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {IdleAccount} from "../../support/solidity/mocks/Misbehaving.sol";
import {Recorder} from "../../support/solidity/mocks/Recorder.sol";
import {LatchkeyTest, SessionKey} from "../../support/solidity/LatchkeyTest.sol";

/// @notice Route relayed: anyone carries what the key signed.
contract ExecuteBySigTest is LatchkeyTest {
    function setUp() public override {
        super.setUp();
        register(account, key, policyId);
    }

    function _relayed(uint256 nonce) private view returns (bytes memory) {
        return relayedData(account, key, one(actCall(uint96(nonce))), nonce, 0, END);
    }

    /// @dev An account of another kind that has installed Latchkey and registered the key.
    function _idle() private returns (address idle) {
        idle = address(new IdleAccount());
        vm.prank(idle);
        latchkey.onInstall("");
        register(idle, key, policyId);
    }

    function _invalid() private view returns (bytes memory) {
        return abi.encodeWithSelector(ISessionErrors.InvalidSessionSignature.selector, key.account);
    }

    function test_anyone_carries_it_for_both_kinds_of_key() public {
        vm.expectEmit(true, true, false, true, address(latchkey));
        emit ISessionExecutor.SessionUsed(account, key.account);
        accepted(stranger, _relayed(0));
        vm.assertTrue(latchkey.isNonceUsed(account, key.account, 0));
        Grant memory grant = grantOf(curveKey, policyId);
        grant.lane = 1;
        registerGrant(account, grant);
        accepted(bundler, relayedData(account, curveKey, two(actCall(1), actCall(2)), 0, 0, END));
        vm.assertEq(recorder.count(), 3);
    }

    // --- nonces ----------------------------------------------------------------------------------------------------

    function test_nonces_in_any_order_each_once() public {
        uint256[8] memory order = [uint256(255), 0, 256, 1, type(uint256).max, 511, 254, 1 << 255];
        for (uint256 i = 0; i < order.length; ++i) {
            vm.assertFalse(latchkey.isNonceUsed(account, key.account, order[i]));
            accepted(stranger, _relayed(order[i]));
            for (uint256 j = 0; j < order.length; ++j) {
                vm.assertEq(latchkey.isNonceUsed(account, key.account, order[j]), j <= i);
            }
        }
        for (uint256 i = 0; i < order.length; ++i) {
            refused(
                stranger,
                _relayed(order[i]),
                abi.encodeWithSelector(ISessionErrors.NonceAlreadyUsed.selector, account, key.account, order[i])
            );
        }
    }

    function testFuzz_a_nonce_is_one_bit(uint256 nonce, uint256 other) public {
        vm.assume(nonce != other);
        accepted(stranger, _relayed(nonce));
        vm.assertTrue(latchkey.isNonceUsed(account, key.account, nonce));
        vm.assertFalse(latchkey.isNonceUsed(account, key.account, other));
        vm.assertFalse(latchkey.isNonceUsed(account, key2.account, nonce));
        vm.assertFalse(latchkey.isNonceUsed(account2, key.account, nonce));
        accepted(stranger, _relayed(other));
    }

    function test_used_nonces_outlive_a_renewal() public {
        accepted(stranger, _relayed(7));
        register(account, key, policyId);
        refused(
            stranger,
            _relayed(7),
            abi.encodeWithSelector(ISessionErrors.NonceAlreadyUsed.selector, account, key.account, 7)
        );
    }

    function test_a_failing_call_keeps_the_nonce() public {
        Call[] memory calls = one(Call(address(recorder), 0, abi.encodeCall(Recorder.fail, (5))));
        refused(
            stranger,
            relayedData(account, key, calls, 0, 0, END),
            abi.encodeWithSelector(Recorder.Failed.selector, 5)
        );
        accepted(stranger, _relayed(0));
    }

    // --- the signature ---------------------------------------------------------------------------------------------

    function test_ATK_10_ATK_11_every_member_is_signed() public {
        (bytes32 mode, bytes memory execution) = encode(one(actCall(1)));
        bytes32 digest = digestOf(executionHash(account, mode, execution, 5, 6, END, START));
        bytes memory signature = signSession(key, digest, END);
        register(account2, key, policyId);
        refused(
            stranger,
            abi.encodeCall(latchkey.executeBySig, (account2, mode, execution, 5, 6, signature)),
            _invalid()
        );
        refused(
            stranger,
            abi.encodeCall(latchkey.executeBySig, (account, BATCH, abi.encode(one(actCall(1))), 5, 6, signature)),
            _invalid()
        );
        (, bytes memory other) = encode(one(actCall(2)));
        refused(stranger, abi.encodeCall(latchkey.executeBySig, (account, mode, other, 5, 6, signature)), _invalid());
        refused(
            stranger,
            abi.encodeCall(latchkey.executeBySig, (account, mode, execution, 4, 6, signature)),
            _invalid()
        );
        refused(
            stranger,
            abi.encodeCall(latchkey.executeBySig, (account, mode, execution, 5, 5, signature)),
            _invalid()
        );
        (, bytes32 r, bytes32 s, ) = abi.decode(signature, (address, bytes32, bytes32, uint256));
        refused(
            stranger,
            abi.encodeCall(
                latchkey.executeBySig,
                (account, mode, execution, 5, 6, abi.encode(key.account, r, s, END - 1))
            ),
            _invalid()
        );
        accepted(stranger, abi.encodeCall(latchkey.executeBySig, (account, mode, execution, 5, 6, signature)));
    }

    function test_ATK_70_ATK_71_nothing_signed_under_an_earlier_registration_runs() public {
        bytes memory data = _relayed(0);
        register(account, key, policyId);
        refused(stranger, data, _invalid());
        accepted(stranger, _relayed(0));
    }

    function test_ATK_02_ATK_04_another_chain() public {
        bytes memory data = _relayed(0);
        vm.chainId(1);
        refused(stranger, data, _invalid());
        vm.chainId(31_337);
        accepted(stranger, data);
    }

    function testFuzz_ATK_05_ATK_08_each_flipped_bit(uint256 bit) public {
        bit = bound(bit, 0, 1_023);
        (bytes32 mode, bytes memory execution) = encode(one(actCall(1)));
        bytes memory signature = signSession(
            key,
            digestOf(executionHash(account, mode, execution, 0, 0, END, START)),
            END
        );
        signature[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        bytes32 before = stateHash();
        vm.prank(stranger);
        (bool success, ) = address(latchkey).call(_actSigned(signature));
        vm.assertFalse(success);
        vm.assertEq(stateHash(), before);
    }

    function test_ATK_05_ATK_12_curve_signatures() public {
        Grant memory grant = grantOf(curveKey, policyId);
        grant.lane = 1;
        registerGrant(account, grant);
        (bytes32 mode, bytes memory execution) = encode(one(actCall(1)));
        bytes32 digest = digestOf(executionHash(account, mode, execution, 0, 0, END, START));
        bytes memory good = signSession(curveKey, digest, END);
        (uint256 x, bytes32 r, uint256 parity, ) = abi.decode(good, (uint256, bytes32, uint256, uint256));
        bytes32 s = bytes32(parity & (type(uint256).max >> 1));
        parity = (parity >> 255) << 255;
        // The digest itself, without SHA-256.
        (bytes32 rawR, bytes32 rawS) = vm.signP256(curveKey.privateKey, digest);
        if (uint256(rawS) > P256_HALF_N) rawS = bytes32(P256_N - uint256(rawS));
        bytes32[2][5] memory bad = [
            [r, bytes32(P256_HALF_N + 1)],
            [bytes32(0), s],
            [r, bytes32(0)],
            [bytes32(P256_N), s],
            [rawR, rawS]
        ];
        bytes memory expected = abi.encodeWithSelector(
            ISessionErrors.InvalidSessionSignature.selector,
            curveKey.account
        );
        for (uint256 i = 0; i < bad.length; ++i) {
            bytes memory signature = abi.encode(x, bad[i][0], uint256(bad[i][1]) | parity, END);
            refused(stranger, _actSigned(signature), expected);
        }
        // A secp256k1 key's signature under the curve key's x, and under its address.
        (, bytes32 otherR, bytes32 otherS) = vm.sign(key.privateKey, digest);
        bytes memory forged = abi.encode(x, otherR, uint256(otherS) | parity, END);
        refused(stranger, _actSigned(forged), expected);
        forged = signSession(SessionKey(curveKey.account, key.privateKey, ""), digest, END);
        refused(stranger, _actSigned(forged), expected);
        accepted(stranger, _actSigned(good));
    }

    /// @dev What `stranger` sends to have `recorder.act(1)` done under `signature`.
    function _actSigned(bytes memory signature) private view returns (bytes memory) {
        (bytes32 mode, bytes memory execution) = encode(one(actCall(1)));
        return abi.encodeCall(latchkey.executeBySig, (account, mode, execution, 0, 0, signature));
    }

    // --- time ------------------------------------------------------------------------------------------------------

    function test_ATK_14_deadline_edges() public {
        bytes memory data = relayedData(account, key, one(actCall(1)), 0, 0, START + 10);
        vm.warp(START + 11);
        refused(stranger, data, abi.encodeWithSelector(ISessionErrors.DeadlinePassed.selector, START + 10, START + 11));
        vm.warp(START + 10);
        accepted(stranger, data);
        uint48[3] memory bad = [uint48(0), END + 1, type(uint48).max];
        for (uint256 i = 0; i < 3; ++i) {
            refused(
                stranger,
                relayedData(account, key, one(actCall(1)), 1, 0, bad[i]),
                abi.encodeWithSelector(ISessionErrors.DeadlineNotAllowed.selector, bad[i], END)
            );
        }
    }

    function test_window_edges() public {
        Grant memory grant = grantOf(key2, policyId);
        grant.lane = 1;
        grant.validAfter = START + 100;
        registerGrant(account, grant);
        bytes memory data = relayedData(account, key2, one(actCall(1)), 0, 0, END);
        vm.warp(START + 99);
        refused(
            stranger,
            data,
            abi.encodeWithSelector(ISessionErrors.SessionNotYetValid.selector, START + 100, START + 99)
        );
        vm.warp(uint256(END) + 1);
        refused(stranger, data, abi.encodeWithSelector(ISessionErrors.SessionExpired.selector, END, END + 1));
        vm.warp(START + 100);
        accepted(stranger, data);
        vm.warp(END);
        accepted(stranger, relayedData(account, key2, one(actCall(1)), 1, 0, END));
    }

    // --- refusals --------------------------------------------------------------------------------------------------

    function test_ATK_108_principal_without_code() public {
        register(wallet, key, policyId);
        refused(
            stranger,
            relayedData(wallet, key, one(actCall(1)), 0, 0, END),
            abi.encodeWithSelector(ISessionErrors.PrincipalWithoutCode.selector, wallet)
        );
    }

    /// @dev The key signs and does not send: what code it got later does not matter.
    function test_ATK_78_ATK_90_a_key_with_code_still_signs() public {
        vm.etch(key.account, abi.encodePacked(hex"ef0100", address(recorder)));
        accepted(stranger, _relayed(0));
    }

    function test_ATK_69_who_carries_it_first_changes_nothing() public {
        bytes memory data = _relayed(0);
        accepted(stranger, data);
        vm.assertEq(recorder.seen(0).sender, account);
        refused(
            bundler,
            data,
            abi.encodeWithSelector(ISessionErrors.NonceAlreadyUsed.selector, account, key.account, 0)
        );
    }

    // --- gas -------------------------------------------------------------------------------------------------------

    /// @dev Over every amount of gas: either everything reverts and the nonce stays, or the account got what was signed.
    function test_ATK_67_no_amount_of_gas_skips_the_call_and_uses_the_nonce() public {
        address idle = _idle();
        uint256 minGas = 200_000;
        bytes memory data = relayedData(idle, key, one(actCall(1)), 0, minGas, END);
        (uint256 low, uint256 high) = (30_000, 600_000);
        while (low + 1 < high) {
            uint256 middle = (low + high) / 2;
            uint256 snapshot = vm.snapshotState();
            (bool success, ) = address(latchkey).call{gas: middle}(data);
            bool used = latchkey.isNonceUsed(idle, key.account, 0);
            vm.assertEq(used, success);
            if (success) vm.assertGe(IdleAccount(payable(idle)).gasAtEntry(), minGas - 600);
            vm.revertToState(snapshot);
            if (success) high = middle;
            else low = middle;
        }
        for (uint256 gas = high - 40; gas < high + 40; ++gas) {
            uint256 snapshot = vm.snapshotState();
            (bool success, bytes memory reason) = address(latchkey).call{gas: gas}(data);
            vm.assertEq(latchkey.isNonceUsed(idle, key.account, 0), success);
            if (!success) {
                bytes4 selector = reason.length < 4 ? bytes4(0) : bytes4(reason);
                vm.assertEq(bytes32(selector), bytes32(ISessionErrors.GasBelowMinimum.selector));
            }
            vm.revertToState(snapshot);
        }
    }

    function test_ATK_67_the_account_gets_at_least_what_was_signed() public {
        address idle = _idle();
        uint256[4] memory amounts = [uint256(30_000), 100_000, 1_000_000, 5_000_000];
        for (uint256 i = 0; i < amounts.length; ++i) {
            bytes memory data = relayedData(idle, key, one(actCall(1)), i, amounts[i], END);
            uint256 gas = amounts[i];
            bool success;
            while (!success) {
                gas += 300;
                // Red, not endless, where no amount is enough.
                vm.assertLt(gas, amounts[i] + 1_000_000);
                (success, ) = address(latchkey).call{gas: gas}(data);
            }
            // What the account's first lines took before they measured.
            vm.assertGe(IdleAccount(payable(idle)).gasAtEntry() + 600, amounts[i]);
        }
    }

    /// @dev Neither less than was signed nor much more, also where a 64th of the gas is a lot.
    function test_ATK_67_the_least_gas_that_is_enough() public {
        address idle = _idle();
        uint256[3] memory amounts = [uint256(100_000), 5_000_000, 25_000_000];
        for (uint256 i = 0; i < amounts.length; ++i) {
            bytes memory data = relayedData(idle, key, one(actCall(1)), 0, amounts[i], END);
            (uint256 low, uint256 high) = (amounts[i], amounts[i] + 1_000_000);
            while (high - low > 1) {
                uint256 middle = (low + high) / 2;
                uint256 state = vm.snapshotState();
                (bool success, ) = address(latchkey).call{gas: middle}(data);
                vm.revertToState(state);
                if (success) high = middle;
                else low = middle;
            }
            uint256 before = vm.snapshotState();
            (bool done, ) = address(latchkey).call{gas: high}(data);
            vm.assertTrue(done);
            // What the account's first lines took before they measured.
            vm.assertGe(IdleAccount(payable(idle)).gasAtEntry() + 600, amounts[i]);
            vm.assertLe(IdleAccount(payable(idle)).gasAtEntry(), amounts[i] + 3_600);
            vm.revertToState(before);
        }
    }

    function test_the_largest_min_gas_is_refused_by_its_own_error() public {
        uint256[3] memory amounts = [uint256(1 << 128), type(uint256).max - 1_000, type(uint256).max];
        for (uint256 i = 0; i < amounts.length; ++i) {
            bytes32 before = stateHash();
            vm.prank(stranger);
            (bool success, bytes memory reason) = address(latchkey).call(
                relayedData(account, key, one(actCall(1)), 0, amounts[i], END)
            );
            vm.assertFalse(success);
            vm.assertEq(bytes32(bytes4(reason)), bytes32(ISessionErrors.GasBelowMinimum.selector));
            vm.assertEq(stateHash(), before);
        }
    }

    function test_ATK_66_what_the_account_returns_is_not_copied() public {
        address idle = _idle();
        IdleAccount(payable(idle)).setManner(IdleAccount.Manner.ReturnsMegabyte);
        bytes memory data = relayedData(idle, key, one(actCall(1)), 0, 0, END);
        uint256 before = gasleft();
        accepted(stranger, data);
        // The account itself pays 2.2 million for its own memory; Latchkey adds none of its own.
        vm.assertLe(before - gasleft(), 2_500_000);
    }
}
