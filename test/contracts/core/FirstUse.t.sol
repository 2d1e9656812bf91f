// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionExecutor} from "../../../contracts/interfaces/ISessionExecutor.sol";
import {ISessionRegistry} from "../../../contracts/interfaces/ISessionRegistry.sol";
import {Call} from "../../../contracts/types/Call.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {ANY_KEY} from "../../../contracts/types/Sentinels.sol";
import {AnsweringPrincipal} from "../../support/solidity/mocks/Misbehaving.sol";
import {OpenTarget} from "../../support/solidity/mocks/ForwardTargets.sol";
import {Execution, LatchkeyTest, SessionKey} from "../../support/solidity/LatchkeyTest.sol";

/// @notice A grant that comes with its first use, on routes userOperation, relayed and forwarded.
contract FirstUseTest is LatchkeyTest {
    bytes32 private constant HASH = keccak256("the EntryPoint's hash");
    uint48 private constant DEADLINE = START + 600;

    OpenTarget private target;
    bytes private note = abi.encodeCall(OpenTarget.note, ());
    bytes32 private noteId;

    function setUp() public override {
        super.setUp();
        target = new OpenTarget();
        noteId = publish(policyOf(permission(address(target), "note()")));
        vm.warp(START + 1);
    }

    // --- what is sent ----------------------------------------------------------------------------------------------

    function _grant(SessionKey memory holder) private view returns (Grant memory grant) {
        grant = grantOf(holder, policyId);
        grant.validAfter = START;
    }

    function _copy(Grant memory grant) private pure returns (Grant memory) {
        return abi.decode(abi.encode(grant), (Grant));
    }

    /// @dev Of `account`'s owner, or of the plain wallet.
    function _principalSigns(
        address principal,
        Grant memory grant,
        uint48 deadline
    ) private view returns (bytes memory) {
        bytes32 digest = digestOf(registerHash(principal, grant, latchkey.nonces(principal), deadline));
        return principal == account ? nested(digest) : signPlain(walletKey, digest);
    }

    function _envelope(address principal, Grant memory grant, uint48 deadline) private view returns (bytes memory) {
        bytes memory signature = _principalSigns(principal, grant, deadline);
        return envelopeOf(grant, store.numberOf(grant.policyId), deadline, signature);
    }

    /// @dev An operation as `account` hands it to the module, with HASH.
    function _asked(
        SessionKey memory holder,
        uint48 validAfter,
        uint48 validUntil,
        bytes memory envelope
    ) private view returns (bytes memory) {
        PackedUserOperation memory op = operation(account, one(actCall(1)), 0);
        bytes32 digest = digestOf(operationHash(account, HASH, validUntil, validAfter));
        op.signature = bytes.concat(signSession(holder, digest, validUntil), envelope);
        return abi.encodeCall(latchkey.validateUserOp, (op, HASH));
    }

    function _asked(Grant memory grant) private view returns (bytes memory) {
        return _asked(key, grant.validAfter, DEADLINE, _envelope(account, grant, DEADLINE));
    }

    function _window(bytes memory data) private returns (uint256 start, uint256 end, uint256 failed) {
        uint256 answer = abi.decode(accepted(account, data), (uint256));
        return (answer >> 208, uint48(answer >> 160), uint160(answer));
    }

    /// @dev For the EntryPoint.
    function _operation(
        SessionKey memory holder,
        Grant memory grant,
        uint48 validUntil,
        bytes memory envelope
    ) private view returns (PackedUserOperation memory op) {
        op = operation(account, one(actCall(1)), 0);
        bytes32 hash = operationHash(account, entryPoint.getUserOpHash(op), validUntil, grant.validAfter);
        op.signature = bytes.concat(signSession(holder, digestOf(hash), validUntil), envelope);
    }

    function _relayed(
        SessionKey memory holder,
        Grant memory grant,
        uint256 nonce,
        bytes memory envelope
    ) private view returns (bytes memory) {
        Execution memory execution = executionOf(one(actCall(1)));
        bytes32 hash = executionHash(account, execution.mode, execution.data, nonce, 0, END, grant.validAfter);
        bytes memory signature = bytes.concat(signSession(holder, digestOf(hash), END), envelope);
        return abi.encodeCall(latchkey.executeBySig, (account, execution.mode, execution.data, nonce, 0, signature));
    }

    function _relayed(Grant memory grant) private view returns (bytes memory) {
        return _relayed(key, grant, 0, _envelope(account, grant, DEADLINE));
    }

    function _forwarded(
        SessionKey memory holder,
        Grant memory grant,
        uint256 nonce
    ) private view returns (bytes memory) {
        bytes32 hash = forwardHash(wallet, address(target), note, nonce, 0, END, grant.validAfter);
        bytes memory signature = bytes.concat(
            signSession(holder, digestOf(hash), END),
            _envelope(wallet, grant, DEADLINE)
        );
        return abi.encodeCall(forwarder.forwardBySig, (wallet, address(target), note, nonce, 0, signature));
    }

    // --- errors ----------------------------------------------------------------------------------------------------

    function _invalid(address principal) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ISessionRegistry.InvalidPrincipalSignature.selector, principal);
    }

    function _lengthInvalid(uint256 length, uint256 required) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ISessionErrors.SignatureLengthInvalid.selector, length, required);
    }

    function _passed(uint256 deadline, uint256 time) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ISessionRegistry.GrantDeadlinePassed.selector, deadline, time);
    }

    function _occupied(address occupant, address replaces) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ISessionRegistry.LaneOccupied.selector, APP, 0, occupant, replaces);
    }

    function _expectRegistered(address principal, Grant memory grant) private {
        vm.expectEmit(true, true, true, true, address(latchkey));
        emit ISessionRegistry.SessionRegistered(
            principal,
            grant.key,
            APP,
            grant.policyId,
            grant.lane,
            grant.validAfter,
            grant.validUntil,
            grant.maxCalls,
            grant.validAfter,
            grant.publicKey
        );
    }

    /// @dev Refused as an operation and as a relayed call.
    function _refusedTwice(Grant memory grant, bytes memory expected) private {
        refused(account, _asked(grant), expected);
        refused(stranger, _relayed(grant), expected);
    }

    // --- an operation ----------------------------------------------------------------------------------------------

    function test_an_operation_registers_its_session_and_acts() public {
        Grant memory grant = _grant(key);
        grant.maxCalls = 7;
        grant.lane = 3;
        PackedUserOperation memory op = _operation(key, grant, DEADLINE, _envelope(account, grant, DEADLINE));
        _expectRegistered(account, grant);
        acceptedOperation(op);
        vm.assertEq(recorder.count(), 1);
        vm.assertEq(recorder.seen(0).sender, account);
        vm.assertEq(callsLeft(account, key.account), 6);
        vm.assertEq(latchkey.nonces(account), 1);
        vm.assertEq(numberOf(account, key.account), store.numberOf(policyId));
        vm.assertEq(registrationOf(account, key.account), START);
        vm.assertEq(validUntilOf(account, key.account), END);
        vm.assertEq(latchkey.activeSession(account, APP, 3), key.account);
        // Its gas is reserved of the budget as of any operation.
        vm.assertEq(gasLeftOf(account, key.account), GAS_BUDGET - 1_050_000 gwei);
    }

    function test_a_curve_key_registers_with_its_point_or_without() public {
        Grant memory grant = _grant(curveKey);
        PackedUserOperation memory op = _operation(curveKey, grant, DEADLINE, _envelope(account, grant, DEADLINE));
        _expectRegistered(account, grant);
        acceptedOperation(op);
        SessionKey memory other = newCurveKey(11);
        Grant memory silent = _grant(other);
        (silent.publicKey, silent.lane) = ("", 1);
        op = _operation(other, silent, DEADLINE, _envelope(account, silent, DEADLINE));
        _expectRegistered(account, silent);
        acceptedOperation(op);
        vm.assertEq(recorder.count(), 2);
    }

    function test_ATK_121_a_stranger_who_brings_the_grant_first_spoils_nothing() public {
        Grant memory grant = _grant(key);
        bytes memory envelope = _envelope(account, grant, DEADLINE);
        bytes memory signature = _principalSigns(account, grant, DEADLINE);
        accepted(stranger, abi.encodeCall(latchkey.registerSessionBySig, (account, grant, DEADLINE, signature)));
        acceptedOperation(_operation(key, grant, DEADLINE, envelope));
        accepted(stranger, _relayed(key, grant, 0, envelope));
        // The same again, and with a grant that has passed: it is not read.
        vm.warp(DEADLINE + 1);
        acceptedOperation(_operation(key, grant, END, envelope));
        accepted(stranger, _relayed(key, grant, 1, envelope));
        vm.assertEq(recorder.count(), 4);
        vm.assertEq(latchkey.nonces(account), 1);
    }

    function test_ATK_121_what_is_there_is_passed_over_unread() public {
        Grant memory grant = _grant(key);
        registerGrant(account, grant);
        bytes memory envelope = envelopeOf(grant, store.numberOf(policyId), 0, "x");
        acceptedOperation(_operation(key, grant, DEADLINE, envelope));
        accepted(stranger, _relayed(key, grant, 0, envelope));
        vm.assertEq(latchkey.nonces(account), 0);
        // Another start, end, number or lane is another session.
        Grant[3] memory others = [_copy(grant), _copy(grant), _copy(grant)];
        others[0].validAfter -= 1;
        others[1].validUntil -= 1;
        others[2].lane = 1;
        for (uint256 i = 0; i < 3; ++i) {
            envelope = envelopeOf(others[i], store.numberOf(policyId), DEADLINE, "x");
            refused(account, _asked(key, START, DEADLINE, envelope), _invalid(account));
            refused(stranger, _relayed(key, grant, 1, envelope), _invalid(account));
        }
        envelope = envelopeOf(grant, store.numberOf(noteId), DEADLINE, "x");
        refused(account, _asked(key, START, DEADLINE, envelope), _invalid(account));
    }

    function test_ATK_121_nothing_comes_back_after_a_revocation() public {
        Grant memory grant = _grant(key);
        bytes memory data = _asked(grant);
        bytes memory relayed = _relayed(grant);
        bytes32[3] memory before;
        for (uint256 i = 0; i < 3; ++i) {
            uint256 snapshot = vm.snapshotState();
            vm.startPrank(account);
            if (i == 0) latchkey.revokeSession(key.account);
            if (i == 1) latchkey.revokeAllSessions();
            if (i == 2) latchkey.cancelSignatures();
            vm.stopPrank();
            bytes memory expected =
                i == 0
                    ? abi.encodeWithSelector(ISessionErrors.SessionAlreadyRevoked.selector, account, key.account)
                    : _invalid(account);
            refused(account, data, expected);
            refused(stranger, relayed, expected);
            vm.revertToState(snapshot);
            before[i] = stateHash();
        }
        // Once it was used and revoked, its signature is used up.
        accepted(stranger, relayed);
        vm.prank(account);
        latchkey.revokeSession(key.account);
        refused(account, data, _invalid(account));
    }

    function test_the_window_is_that_of_session_deadline_and_grant() public {
        Grant memory grant = _grant(key);
        uint256 snapshot = vm.snapshotState();
        (uint256 start, uint256 end, uint256 failed) = _window(_asked(grant));
        vm.assertEq(abi.encode(start, end, failed), abi.encode(START, DEADLINE, 0));
        vm.revertToState(snapshot);
        // The grant's deadline comes first.
        bytes memory envelope = _envelope(account, grant, DEADLINE - 5);
        (start, end, failed) = _window(_asked(key, START, DEADLINE, envelope));
        vm.assertEq(abi.encode(start, end, failed), abi.encode(START, DEADLINE - 5, 0));
        // There is nothing left of the grant: what is there is used as it is.
        (start, end, failed) = _window(_asked(key, START, DEADLINE, envelope));
        vm.assertEq(abi.encode(start, end, failed), abi.encode(START, DEADLINE, 0));
    }

    function test_the_grants_deadline_before_the_start() public {
        Grant memory grant = _grant(key);
        grant.validAfter = START + 100;
        uint48 deadline = START + 99;
        refused(
            account,
            _asked(key, START + 100, END, _envelope(account, grant, deadline)),
            _passed(deadline, START + 100)
        );
        refused(account, _asked(key, START + 100, END, _envelope(account, grant, 0)), _passed(0, START + 100));
        (uint256 start, uint256 end, ) = _window(_asked(key, START + 100, END, _envelope(account, grant, START + 100)));
        vm.assertEq(abi.encode(start, end), abi.encode(START + 100, START + 100));
    }

    /// @dev Whatever the time is, and whether the key has code: the answer is the same.
    function testFuzz_neither_the_clock_nor_the_keys_code_is_read(uint48 time, bool hasCode) public {
        Grant memory grant = _grant(key);
        bytes memory data = _asked(grant);
        vm.warp(time);
        if (hasCode) vm.etch(key.account, hex"00");
        (uint256 start, uint256 end, uint256 failed) = _window(data);
        vm.assertEq(abi.encode(start, end, failed), abi.encode(START, DEADLINE, 0));
    }

    function test_an_expired_operation_does_not_run() public {
        Grant memory grant = _grant(key);
        PackedUserOperation memory op = _operation(key, grant, DEADLINE, _envelope(account, grant, DEADLINE - 1));
        vm.warp(DEADLINE);
        refusedOperation(op, aa22());
        vm.warp(DEADLINE - 1);
        acceptedOperation(op);
    }

    function test_a_wrong_signature_of_the_key_is_returned_and_of_the_principal_reverts() public {
        Grant memory grant = _grant(key);
        bytes memory envelope = _envelope(account, grant, DEADLINE);
        (, , uint256 failed) = _window(_asked(key, START + 1, DEADLINE, envelope));
        vm.assertEq(failed, 1);
        grant.lane = 1;
        grant.key = key2.account;
        envelope = _envelope(account2, grant, DEADLINE);
        refused(account, _asked(key2, START, DEADLINE, envelope), _invalid(account));
    }

    function test_nobody_asks_for_another() public {
        bytes memory data = _asked(_grant(key));
        address[3] memory callers = [stranger, account2, address(entryPoint)];
        for (uint256 i = 0; i < callers.length; ++i) {
            refused(
                callers[i],
                data,
                abi.encodeWithSelector(ISessionErrors.PrincipalMismatch.selector, account, callers[i])
            );
        }
    }

    // --- the lane's occupant ---------------------------------------------------------------------------------------

    function test_ATK_121_an_occupant_that_is_not_named_is_waited_for() public {
        Grant memory first = _grant(key2);
        first.validUntil = START + 300;
        registerGrant(account, first);
        Grant memory grant = _grant(key);
        bytes memory envelope = _envelope(account, grant, DEADLINE);
        // It ends with the operation's last second, and one before.
        refused(account, _asked(key, START, START + 300, envelope), _occupied(key2.account, address(0)));
        uint256 snapshot = vm.snapshotState();
        (uint256 start, uint256 end, ) = _window(_asked(key, START, START + 301, envelope));
        vm.assertEq(abi.encode(start, end), abi.encode(START + 301, START + 301));
        vm.assertTrue(isRevoked(account, key2.account));
        vm.revertToState(snapshot);

        PackedUserOperation memory op = _operation(key, grant, DEADLINE, envelope);
        vm.warp(START + 301);
        // From v0.8 on an EntryPoint opens one second after the window.
        refusedOperation(op, aa22());
        vm.warp(START + 302);
        acceptedOperation(op);
        vm.assertTrue(isRevoked(account, key2.account));
        vm.assertEq(latchkey.activeSession(account, APP, 0), key.account);
    }

    function test_ATK_121_a_lane_that_somebody_fills_in_between() public {
        Grant memory grant = _grant(key);
        PackedUserOperation memory op = _operation(key, grant, DEADLINE, _envelope(account, grant, DEADLINE));
        Grant memory first = _grant(key2);
        registerGrant(account, first);
        refusedOperation(op, aa23(_occupied(key2.account, address(0))));
        refused(stranger, _relayed(grant), _occupied(key2.account, address(0)));
    }

    function test_an_occupant_that_is_named_is_ended() public {
        address[2] memory replaces = [key2.account, ANY_KEY];
        for (uint256 i = 0; i < 2; ++i) {
            uint256 snapshot = vm.snapshotState();
            registerGrant(account, _grant(key2));
            Grant memory grant = _grant(key);
            grant.replaces = replaces[i];
            (uint256 start, uint256 end, ) = _window(_asked(grant));
            vm.assertEq(abi.encode(start, end), abi.encode(START, DEADLINE));
            vm.assertTrue(isRevoked(account, key2.account));
            vm.revertToState(snapshot);
        }
    }

    function test_an_occupant_that_is_dead_is_no_obstacle() public {
        registerGrant(account, _grant(key2));
        vm.prank(account);
        latchkey.revokeSession(key2.account);
        (uint256 start, , ) = _window(_asked(_grant(key)));
        vm.assertEq(start, START);
        // One of an earlier generation, too.
        vm.prank(account);
        latchkey.revokeAllSessions();
        Grant memory grant = grantOf(curveKey, policyId);
        grant.validAfter = START;
        (start, , ) = _window(_asked(curveKey, START, DEADLINE, _envelope(account, grant, DEADLINE)));
        vm.assertEq(start, START);
    }

    // --- what is refused -------------------------------------------------------------------------------------------

    function test_ATK_06_ATK_121_every_other_length() public {
        Grant memory grant = _grant(key);
        bytes memory whole = _envelope(account, grant, DEADLINE);
        bytes memory data;
        PackedUserOperation memory op = operation(account, one(actCall(1)), 0);
        Execution memory execution = executionOf(one(actCall(1)));
        uint256[9] memory lengths = [uint256(0), 1, 64, 127, 129, 215, 216, 4_313, 20_000];
        for (uint256 i = 0; i < lengths.length; ++i) {
            bytes memory signature = new bytes(lengths[i]);
            bytes memory expected = _lengthInvalid(lengths[i], lengths[i] > 4_312 ? 4_312 : 128);
            op.signature = signature;
            refused(account, abi.encodeCall(latchkey.validateUserOp, (op, HASH)), expected);
            data = abi.encodeCall(latchkey.executeBySig, (account, execution.mode, execution.data, 0, 0, signature));
            refused(stranger, data, expected);
            data = abi.encodeCall(forwarder.forwardBySig, (wallet, address(target), note, 0, 0, signature));
            refused(stranger, address(forwarder), data, expected);
        }
        // Of the nested signature every byte is looked at: one less or more is another.
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory envelope = i == 0 ? bytes.concat(whole, hex"00") : _cut(whole, whole.length - 1);
            refused(account, _asked(key, START, DEADLINE, envelope), _invalid(account));
            refused(stranger, _relayed(key, grant, 0, envelope), _invalid(account));
        }
    }

    function _cut(bytes memory data, uint256 length) private pure returns (bytes memory cut) {
        cut = new bytes(length);
        for (uint256 i = 0; i < length; ++i) cut[i] = data[i];
    }

    /// @dev A principal that takes any signature: the shortest and the longest.
    function test_the_shortest_and_the_longest_envelope() public {
        AnsweringPrincipal principal = new AnsweringPrincipal();
        principal.prepare(abi.encode(bytes4(0x1626ba7e)), AnsweringPrincipal.Manner.Returns);
        vm.prank(address(principal));
        latchkey.onInstall("");
        uint256[3] memory lengths = [uint256(1), 4_096, 4_097];
        for (uint256 i = 0; i < 3; ++i) {
            Grant memory grant = _grant(i == 0 ? key : key2);
            grant.lane = uint64(i);
            bytes memory envelope = envelopeOf(grant, store.numberOf(policyId), DEADLINE, new bytes(lengths[i]));
            PackedUserOperation memory op = operation(address(principal), one(actCall(1)), 0);
            bytes32 digest = digestOf(operationHash(address(principal), HASH, DEADLINE, START));
            op.signature = bytes.concat(signSession(i == 0 ? key : key2, digest, DEADLINE), envelope);
            bytes memory data = abi.encodeCall(latchkey.validateUserOp, (op, HASH));
            if (lengths[i] > 4_096) {
                refused(address(principal), data, _lengthInvalid(4_313, 4_312));
            } else {
                vm.assertEq(
                    abi.decode(accepted(address(principal), data), (uint256)),
                    (uint256(START) << 208) | (uint256(DEADLINE) << 160)
                );
            }
        }
    }

    /// @dev Whatever bit of an envelope is another, nothing is registered.
    function testFuzz_ATK_121_every_bit_of_an_envelope_counts(uint256 bit) public {
        Grant memory grant = _grant(key);
        bytes memory envelope = _envelope(account, grant, DEADLINE);
        bit = bound(bit, 0, envelope.length * 8 - 1);
        envelope[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        bytes32 before = stateHash();
        vm.prank(account);
        (bool success, ) = address(latchkey).call(_asked(key, START, DEADLINE, envelope));
        vm.assertFalse(success);
        vm.prank(stranger);
        (success, ) = address(latchkey).call(_relayed(key, grant, 0, envelope));
        vm.assertFalse(success);
        vm.assertEq(stateHash(), before);
    }

    function test_the_first_byte() public {
        Grant memory grant = _grant(key);
        bytes memory envelope = _envelope(account, grant, DEADLINE);
        for (uint256 i = 1; i < 256; i += 127) {
            envelope[0] = bytes1(uint8(i));
            bytes memory expected = abi.encodeWithSelector(ISessionErrors.SignatureElementNotCanonical.selector, 4, i);
            refused(account, _asked(key, START, DEADLINE, envelope), expected);
            refused(stranger, _relayed(key, grant, 0, envelope), expected);
        }
        // A curve key has 0 and 1, and what was signed decides.
        Grant memory curved = _grant(curveKey);
        envelope = _envelope(account, curved, DEADLINE);
        envelope[0] = 0;
        refused(account, _asked(curveKey, START, DEADLINE, envelope), _invalid(account));
        envelope[0] = 0x02;
        refused(
            account,
            _asked(curveKey, START, DEADLINE, envelope),
            abi.encodeWithSelector(ISessionErrors.SignatureElementNotCanonical.selector, 4, 2)
        );
    }

    function test_a_point_that_is_none() public {
        // No abscissa: what is computed as its y is none.
        uint256 x = (1 << 200) + 1;
        SessionKey memory holder = key;
        bytes memory signature;
        for (bool found = false; !found; ++x) {
            found = !_isAbscissa(x);
            if (found) --x;
        }
        uint256 y = _rootOf(x) & 1 == 0 ? _rootOf(x) : P256_P - _rootOf(x);
        Grant memory grant = _grant(holder);
        grant.publicKey = abi.encode(x, y);
        grant.key = address(uint160(uint256(keccak256(grant.publicKey))));
        signature = abi.encode(x, uint256(1), uint256(1), uint256(DEADLINE));
        PackedUserOperation memory op = operation(account, one(actCall(1)), 0);
        op.signature = bytes.concat(signature, _envelope(account, grant, DEADLINE));
        refused(
            account,
            abi.encodeCall(latchkey.validateUserOp, (op, HASH)),
            abi.encodeWithSelector(ISessionRegistry.PublicKeyNotOnCurve.selector, x, y)
        );
    }

    function _squareOf(uint256 x) private pure returns (uint256 square) {
        uint256 a = P256_P - 3;
        uint256 b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b;
        square = addmod(addmod(mulmod(mulmod(x, x, P256_P), x, P256_P), mulmod(a, x, P256_P), P256_P), b, P256_P);
    }

    function _rootOf(uint256 x) private view returns (uint256 root) {
        (bool success, bytes memory answer) = address(5).staticcall(
            abi.encode(32, 32, 32, _squareOf(x), (P256_P + 1) / 4, P256_P)
        );
        vm.assertTrue(success);
        return abi.decode(answer, (uint256));
    }

    function _isAbscissa(uint256 x) private view returns (bool) {
        return mulmod(_rootOf(x), _rootOf(x), P256_P) == _squareOf(x);
    }

    function test_a_start_that_is_not_explicit() public {
        Grant memory grant = _grant(key);
        grant.validAfter = 0;
        _refusedTwice(grant, abi.encodeWithSelector(ISessionRegistry.ValidAfterNotExplicit.selector));
    }

    function test_a_policy_that_is_another() public {
        Grant memory grant = _grant(key);
        uint256[5] memory numbers = [uint256(0), store.numberOf(noteId), 3, 2 ** 36, 2 ** 40 - 1];
        bytes memory expected = abi.encodeWithSelector(IPolicyErrors.PolicyNotPublished.selector, policyId);
        bytes memory signature = _principalSigns(account, grant, DEADLINE);
        for (uint256 i = 0; i < numbers.length; ++i) {
            bytes memory envelope = envelopeOf(grant, numbers[i], DEADLINE, signature);
            refused(account, _asked(key, START, DEADLINE, envelope), expected);
            refused(stranger, _relayed(key, grant, 0, envelope), expected);
        }
        grant.policyId = bytes32(0);
        signature = _principalSigns(account, grant, DEADLINE);
        refused(
            account,
            _asked(key, START, DEADLINE, envelopeOf(grant, 3, DEADLINE, signature)),
            abi.encodeWithSelector(IPolicyErrors.PolicyNotPublished.selector, bytes32(0))
        );
    }

    function test_what_registration_refuses() public {
        Grant memory grant = _grant(key);
        grant.validUntil = 0;
        _refusedTwice(grant, abi.encodeWithSelector(ISessionRegistry.ValidUntilOutOfRange.selector, 0));
        grant.validUntil = 2 ** 34;
        _refusedTwice(grant, abi.encodeWithSelector(ISessionRegistry.ValidUntilOutOfRange.selector, 2 ** 34));
        grant.validUntil = START - 1;
        _refusedTwice(grant, abi.encodeWithSelector(ISessionRegistry.DurationOutOfBounds.selector, 0, 60, 30 days));
        grant.validUntil = START + 30 days;
        _refusedTwice(
            grant,
            abi.encodeWithSelector(ISessionRegistry.DurationOutOfBounds.selector, 30 days + 1, 60, 30 days)
        );
        grant.validUntil = END;
        grant.maxCalls = 0;
        _refusedTwice(grant, abi.encodeWithSelector(ISessionRegistry.MaxCallsOutOfBounds.selector, 0, MAX_CALLS));
        grant.maxCalls = MAX_CALLS + 1;
        _refusedTwice(
            grant,
            abi.encodeWithSelector(ISessionRegistry.MaxCallsOutOfBounds.selector, MAX_CALLS + 1, MAX_CALLS)
        );
    }

    function test_a_key_of_another_lane_and_a_renewal() public {
        Grant memory grant = _grant(key);
        registerGrant(account, grant);
        Grant memory other = _copy(grant);
        (other.lane, other.validAfter) = (1, START + 1);
        _refusedTwice(other, abi.encodeWithSelector(ISessionRegistry.KeyInAnotherLane.selector, key.account));
        other = _copy(grant);
        other.validUntil -= 1;
        _refusedTwice(other, abi.encodeWithSelector(ISessionRegistry.RenewalNotLater.selector, START, START));
        other = _copy(grant);
        other.validAfter += 1;
        (uint256 start, uint256 end, ) = _window(_asked(other));
        vm.assertEq(abi.encode(start, end), abi.encode(START + 1, DEADLINE));
        vm.assertEq(registrationOf(account, key.account), START + 1);
        vm.assertEq(callsLeft(account, key.account), MAX_CALLS - 1);
    }

    function test_principals_and_keys_that_are_machinery() public {
        // A key with such an address signs nothing, so the principal's signature is what is good here.
        AnsweringPrincipal principal = new AnsweringPrincipal();
        principal.prepare(abi.encode(bytes4(0x1626ba7e)), AnsweringPrincipal.Manner.Returns);
        address[5] memory bad = [
            address(0xffff),
            address(principal),
            latchkey.ENTRANCE(),
            latchkey.EXTENSION(),
            address(latchkey)
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            Grant memory grant = _grant(key);
            bytes memory envelope = envelopeOf(grant, store.numberOf(policyId), DEADLINE, "any");
            PackedUserOperation memory op = operation(address(principal), one(actCall(1)), 0);
            op.signature = bytes.concat(abi.encode(bad[i], 1, 1, DEADLINE), envelope);
            refused(
                address(principal),
                abi.encodeCall(latchkey.validateUserOp, (op, HASH)),
                abi.encodeWithSelector(ISessionRegistry.KeyNotAllowed.selector, bad[i])
            );
        }
    }

    function test_ATK_122_another_chain_another_verb_another_deployment() public {
        Grant memory grant = _grant(key);
        bytes memory data = _asked(grant);
        vm.chainId(block.chainid + 1);
        refused(account, data, _invalid(account));
        vm.chainId(31_337);
        bytes32[3] memory digests = [
            digestOf(revokeHash(account, key.account, DEADLINE)),
            registerHash(account, grant, 0, DEADLINE),
            keccak256(
                abi.encodePacked(hex"1901", separatorOf(latchkey.ENTRANCE()), registerHash(account, grant, 0, DEADLINE))
            )
        ];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory envelope = envelopeOf(grant, store.numberOf(policyId), DEADLINE, nested(digests[i]));
            refused(account, _asked(key, START, DEADLINE, envelope), _invalid(account));
        }
        accepted(account, data);
    }

    // --- signed routes ---------------------------------------------------------------------------------------------

    function test_a_relayed_call_registers_its_session_and_acts() public {
        Grant memory grant = _grant(key);
        bytes memory data = _relayed(grant);
        _expectRegistered(account, grant);
        vm.expectEmit(true, true, false, true, address(latchkey));
        emit ISessionExecutor.SessionUsed(account, key.account);
        accepted(stranger, data);
        vm.assertEq(recorder.count(), 1);
        vm.assertEq(callsLeft(account, key.account), MAX_CALLS - 1);
        vm.assertEq(latchkey.nonces(account), 1);
        refused(
            stranger,
            data,
            abi.encodeWithSelector(ISessionErrors.NonceAlreadyUsed.selector, account, key.account, 0)
        );
        grant = _grant(curveKey);
        grant.lane = 1;
        accepted(stranger, _relayed(curveKey, grant, 0, _envelope(account, grant, DEADLINE)));
        vm.assertEq(recorder.count(), 2);
    }

    function test_a_forwarded_call_registers_its_session_and_acts() public {
        Grant memory grant = _grant(key);
        grant.policyId = noteId;
        bytes memory data = _forwarded(key, grant, 0);
        _expectRegistered(wallet, grant);
        accepted(stranger, address(forwarder), data);
        vm.assertEq(target.calledWith(), abi.encodePacked(note, wallet));
        vm.assertEq(callsLeft(wallet, key.account), MAX_CALLS - 1);
        grant = _grant(curveKey);
        (grant.policyId, grant.lane) = (noteId, 1);
        accepted(stranger, address(forwarder), _forwarded(curveKey, grant, 0));
        vm.assertTrue(latchkey.isLive(wallet, curveKey.account));
        // Nobody but the forwarder consumes.
        refused(
            stranger,
            abi.encodeCall(latchkey.consumeForwardedBySig, (wallet, address(target), note, 1, 0, new bytes(217))),
            abi.encodeWithSelector(ISessionErrors.CallerNotForwarder.selector, stranger, address(forwarder))
        );
    }

    function test_signed_routes_read_the_clock_and_the_keys_code() public {
        Grant memory grant = _grant(key);
        bytes memory data = _relayed(grant);
        vm.warp(DEADLINE + 1);
        refused(stranger, data, _passed(DEADLINE, DEADLINE + 1));
        vm.warp(DEADLINE);
        vm.etch(key.account, hex"00");
        refused(stranger, data, abi.encodeWithSelector(ISessionErrors.KeyHasCode.selector, key.account));
        vm.etch(key.account, "");
        // The window has ended, though the grant has not.
        grant.validUntil = START + 59;
        data = _relayed(key, grant, 0, _envelope(account, grant, DEADLINE));
        vm.warp(START + 60);
        refused(
            stranger,
            data,
            abi.encodeWithSelector(ISessionRegistry.ValidUntilPassed.selector, START + 59, START + 60)
        );
        // It has not begun: nothing is registered, because the call does not run.
        grant = _grant(key);
        grant.validAfter = START + 100;
        refused(
            stranger,
            _relayed(key, grant, 0, _envelope(account, grant, DEADLINE)),
            abi.encodeWithSelector(ISessionErrors.SessionNotYetValid.selector, START + 100, START + 60)
        );
        vm.warp(START + 100);
        accepted(stranger, _relayed(key, grant, 0, _envelope(account, grant, DEADLINE)));
    }

    function test_an_occupant_of_a_signed_route_ends_by_the_clock() public {
        Grant memory first = _grant(key2);
        first.validUntil = START + 300;
        registerGrant(account, first);
        Grant memory grant = _grant(key);
        bytes memory data = _relayed(grant);
        vm.warp(START + 300);
        refused(stranger, data, _occupied(key2.account, address(0)));
        vm.warp(START + 301);
        accepted(stranger, data);
    }

    function test_a_call_that_is_refused_leaves_no_session() public {
        Grant memory grant = _grant(key);
        bytes memory envelope = _envelope(account, grant, DEADLINE);
        Execution memory execution = executionOf(one(Call(stranger, 0, hex"12345678")));
        bytes32 hash = executionHash(account, execution.mode, execution.data, 0, 0, END, START);
        bytes memory signature = bytes.concat(signSession(key, digestOf(hash), END), envelope);
        refused(
            stranger,
            abi.encodeCall(latchkey.executeBySig, (account, execution.mode, execution.data, 0, 0, signature)),
            abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 0, stranger, bytes4(0x12345678))
        );
        vm.assertEq(wordOf(account, key.account), 0);
    }

    // --- the same rules as in two calls -------------------------------------------------------------------------------

    /// @dev What a random case is made of. Each number chooses among a few values, good and bad ones.
    struct Draw {
        uint8 holder;
        uint8 validAfter;
        uint8 validUntil;
        uint8 maxCalls;
        uint8 lane;
        uint8 replaces;
        uint8 deadline;
        uint8 occupant;
        uint8 before;
        uint8 time;
    }

    struct Case {
        SessionKey holder;
        Grant grant;
        uint48 grantDeadline;
        bytes signature;
        bytes envelope;
        bool isThere;
    }

    /// @dev Who lives in the lane, and what became of the key before.
    function _prepare(Draw memory draw, Case memory made) private {
        made.holder = draw.holder % 2 == 0 ? key : curveKey;
        made.grant = _grant(made.holder);
        made.grant.validAfter = START + [uint48(0), 0, 50, 200][draw.validAfter % 4];
        uint48[8] memory ends = [END, END, END, START + 259, START + 100, START + 58, START - 1, 0];
        made.grant.validUntil = ends[draw.validUntil % 8];
        made.grant.maxCalls = [MAX_CALLS, MAX_CALLS, 5, 1, 1, 1, 0, MAX_CALLS + 1][draw.maxCalls % 8];
        made.grant.lane = draw.lane % 4 == 0 ? 1 : 0;
        made.grant.replaces = [address(0), key2.account, ANY_KEY, stranger][draw.replaces % 4];
        made.grantDeadline = [DEADLINE, DEADLINE, START + 120, START][draw.deadline % 4];
        if (draw.occupant % 3 != 0) {
            Grant memory living = _grant(key2);
            if (draw.occupant % 3 == 1) living.validUntil = START + 140;
            registerGrant(account, living);
        }
        uint256 earlier = draw.before % 8;
        if (earlier == 1) registerGrant(account, _earlier(made.grant));
        if ((earlier == 2 || earlier == 3) && _isSound(made.grant)) {
            Grant memory whole = _whole(made.grant);
            // The same, or one that differs in its end alone.
            if (earlier == 3) whole.validUntil += 1;
            registerGrant(account, whole);
            made.isThere = earlier == 2;
        }
        if (earlier == 4) {
            vm.prank(account);
            latchkey.revokeSession(made.grant.key);
        }
        vm.warp(START + [uint256(1), 60, 130, 141, 300][draw.time % 5]);
        made.signature = _principalSigns(account, made.grant, made.grantDeadline);
        made.envelope = envelopeOf(made.grant, store.numberOf(policyId), made.grantDeadline, made.signature);
    }

    /// @dev One that the other may renew.
    function _earlier(Grant memory grant) private pure returns (Grant memory earlier) {
        earlier = _whole(grant);
        (earlier.validAfter, earlier.validUntil) = (START - 1, END);
    }

    function _whole(Grant memory grant) private pure returns (Grant memory whole) {
        whole = _copy(grant);
        (whole.maxCalls, whole.replaces) = (MAX_CALLS, ANY_KEY);
    }

    function _isSound(Grant memory grant) private pure returns (bool) {
        return grant.validUntil >= grant.validAfter + 59 && grant.validUntil > START;
    }

    /// @dev The call succeeds or not; what it says, and all that it leaves.
    function _tried(address sender, bytes memory data) private returns (bool success, bytes memory said, bytes32 left) {
        vm.prank(sender);
        (success, said) = address(latchkey).call(data);
        left = stateHash();
    }

    /// @dev Registering by signature and acting, in two calls of which the first is taken back with the second.
    function _inTwo(
        Case memory made,
        uint48 validUntil
    ) private returns (bool success, bytes memory said, bytes32 left) {
        success = true;
        if (!made.isThere) {
            bytes memory grants = abi.encodeCall(
                latchkey.registerSessionBySig,
                (account, made.grant, made.grantDeadline, made.signature)
            );
            (success, said, left) = _tried(stranger, grants);
        }
        if (success) (success, said, left) = _tried(stranger, _act(made, validUntil, ""));
    }

    function _act(Case memory made, uint48 validUntil, bytes memory envelope) private view returns (bytes memory) {
        Execution memory execution = executionOf(one(actCall(1)));
        bytes32 hash = executionHash(account, execution.mode, execution.data, 0, 0, validUntil, made.grant.validAfter);
        bytes memory signature = bytes.concat(signSession(made.holder, digestOf(hash), validUntil), envelope);
        return abi.encodeCall(latchkey.executeBySig, (account, execution.mode, execution.data, 0, 0, signature));
    }

    /// @dev One relayed call that brings its grant does what two do, error by error and word by word. An operation whose
    /// window holds this second does it too, and no other.
    function testFuzz_ATK_121_a_first_use_is_a_registration_and_a_use(Draw memory draw) public {
        Case memory made;
        _prepare(draw, made);
        uint48 validUntil = made.grant.validUntil < DEADLINE ? made.grant.validUntil : DEADLINE;
        uint256 snapshot = vm.snapshotState();
        (bool expected, bytes memory error, bytes32 left) = _inTwo(made, validUntil);
        vm.revertToState(snapshot);
        snapshot = vm.snapshotState();

        (bool success, bytes memory said, bytes32 leaves) = _tried(stranger, _act(made, validUntil, made.envelope));
        vm.assertEq(success, expected, string(error));
        if (success) vm.assertEq(leaves, left, "another state");
        else vm.assertEq(said, error, "another error");
        vm.revertToState(snapshot);

        bytes memory asked = _asked(made.holder, made.grant.validAfter, validUntil, made.envelope);
        (success, said, ) = _tried(account, asked);
        if (success) {
            uint256 window = abi.decode(said, (uint256));
            vm.assertEq(uint160(window), 0, "not signed");
            success = block.timestamp >= window >> 208 && block.timestamp <= uint48(window >> 160);
        }
        vm.assertEq(success, expected, "another second");
    }
}
