// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDelegationRedeemer} from "../../../contracts/interfaces/IDelegationRedeemer.sol";
import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionExecutor} from "../../../contracts/interfaces/ISessionExecutor.sol";
import {ISessionRegistry} from "../../../contracts/interfaces/ISessionRegistry.sol";
import {Call} from "../../../contracts/types/Call.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {AnsweringPrincipal} from "../../support/solidity/mocks/Misbehaving.sol";
import {Execution, LatchkeyTest, SessionKey} from "../../support/solidity/LatchkeyTest.sol";

/// @notice The door of ERC-7710: the key with a bare context, a redeemer or anyone with the key's signature.
contract RedeemDelegationsTest is LatchkeyTest {
    uint48 private constant DEADLINE = START + 600;

    function setUp() public override {
        super.setUp();
        register(account, key, policyId);
    }

    // --- what is sent ----------------------------------------------------------------------------------------------

    function _data(
        bytes[] memory contexts,
        bytes32[] memory modes,
        bytes[] memory executions
    ) private view returns (bytes memory) {
        return abi.encodeCall(latchkey.redeemDelegations, (contexts, modes, executions));
    }

    function _data(bytes memory context, Execution memory execution) private view returns (bytes memory) {
        (bytes[] memory contexts, bytes32[] memory modes, bytes[] memory executions) = _lists(1);
        (contexts[0], modes[0], executions[0]) = (context, execution.mode, execution.data);
        return _data(contexts, modes, executions);
    }

    function _lists(
        uint256 count
    ) private pure returns (bytes[] memory contexts, bytes32[] memory modes, bytes[] memory executions) {
        return (new bytes[](count), new bytes32[](count), new bytes[](count));
    }

    function _act(uint256 number) private view returns (Execution memory) {
        return executionOf(one(actCall(number)));
    }

    function _signature(
        SessionKey memory holder,
        address redeemer,
        Execution memory execution,
        uint256 nonce,
        uint256 minGas,
        uint48 registration
    ) private view returns (bytes memory) {
        bytes32 hash = redemptionHash(account, redeemer, execution, nonce, minGas, DEADLINE, registration);
        return signSession(holder, digestOf(hash), DEADLINE);
    }

    function _context(
        address redeemer,
        uint256 nonce,
        uint256 minGas,
        bytes memory signature
    ) private view returns (bytes memory) {
        return abi.encode(account, redeemer, nonce, minGas, signature);
    }

    /// @dev For `redeemer`, under the session that is there.
    function _signed(address redeemer, Execution memory execution, uint256 nonce) private view returns (bytes memory) {
        return _context(redeemer, nonce, 0, _signature(key, redeemer, execution, nonce, 0, START));
    }

    function _expectUsed() private {
        vm.expectEmit(true, true, false, true, address(latchkey));
        emit ISessionExecutor.SessionUsed(account, key.account);
    }

    function _contextInvalid(uint256 item, uint256 length) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDelegationRedeemer.RedemptionContextInvalid.selector, item, length);
    }

    function _invalid() private view returns (bytes memory) {
        return abi.encodeWithSelector(ISessionErrors.InvalidSessionSignature.selector, key.account);
    }

    // --- who redeems -----------------------------------------------------------------------------------------------

    function test_the_key_redeems_with_a_bare_context() public {
        _expectUsed();
        bytes memory data = _data(abi.encode(account), executionOf(two(transferCall(recipient, 1e18), actCall(1))));
        accepted(key.account, data);
        vm.assertEq(token.balanceOf(recipient), 1e18);
        vm.assertEq(recorder.seen(0).sender, account);
        vm.assertEq(callsLeft(account, key.account), MAX_CALLS - 2);
        vm.assertEq(tokenSpent(account, key.account), 1e18);
        // Anybody else has no session.
        address[3] memory others = [stranger, account, address(forwarder)];
        for (uint256 i = 0; i < 2; ++i) {
            refused(
                others[i],
                _data(abi.encode(account), _act(1)),
                i == 0
                    ? abi.encodeWithSelector(ISessionErrors.SessionNotRegistered.selector, account, stranger)
                    : abi.encodeWithSelector(ISessionErrors.KeyHasCode.selector, account)
            );
        }
    }

    function test_anyone_redeems_what_is_bound_to_nobody() public {
        bytes memory data = _data(_signed(address(0), _act(1), 7), _act(1));
        _expectUsed();
        accepted(stranger, data);
        vm.assertEq(recorder.seen(0).sender, account);
        vm.assertTrue(latchkey.isNonceUsed(account, key.account, 7));
        refused(
            bundler,
            data,
            abi.encodeWithSelector(ISessionErrors.NonceAlreadyUsed.selector, account, key.account, 7)
        );
    }

    function test_ATK_123_a_redeemer_that_is_not_the_one_named() public {
        bytes memory data = _data(_signed(bundler, _act(1), 0), _act(1));
        address[4] memory others = [stranger, account, key.account, address(latchkey)];
        for (uint256 i = 0; i < others.length; ++i) {
            refused(
                others[i],
                data,
                abi.encodeWithSelector(IDelegationRedeemer.RedeemerNotAllowed.selector, others[i], bundler)
            );
        }
        // Nor by writing another name, or nobody's, into the context.
        bytes memory signature = _signature(key, bundler, _act(1), 0, 0, START);
        refused(stranger, _data(_context(stranger, 0, 0, signature), _act(1)), _invalid());
        refused(stranger, _data(_context(address(0), 0, 0, signature), _act(1)), _invalid());
        accepted(bundler, data);
    }

    function test_a_curve_key_signs_too() public {
        Grant memory grant = grantOf(curveKey, policyId);
        grant.lane = 1;
        registerGrant(account, grant);
        bytes memory signature = _signature(curveKey, address(0), _act(1), 0, 0, START);
        accepted(stranger, _data(_context(address(0), 0, 0, signature), _act(1)));
        vm.assertEq(recorder.count(), 1);
    }

    function test_the_grant_comes_with_the_redemption() public {
        Grant memory grant = grantOf(key2, policyId);
        (grant.validAfter, grant.lane) = (START, 1);
        bytes memory principals = nested(digestOf(registerHash(account, grant, 0, DEADLINE)));
        bytes memory signature = bytes.concat(
            _signature(key2, stranger, _act(1), 0, 0, START),
            envelopeOf(grant, store.numberOf(policyId), DEADLINE, principals)
        );
        accepted(stranger, _data(_context(stranger, 0, 0, signature), _act(1)));
        vm.assertEq(callsLeft(account, key2.account), MAX_CALLS - 1);
        // A bare context brings nothing.
        refused(
            stranger,
            _data(_context(stranger, 1, 0, new bytes(216)), _act(1)),
            abi.encodeWithSelector(ISessionErrors.SignatureLengthInvalid.selector, 216, 128)
        );
    }

    // --- several items ---------------------------------------------------------------------------------------------

    function test_items_run_one_after_the_other() public {
        (bytes[] memory contexts, bytes32[] memory modes, bytes[] memory executions) = _lists(3);
        Execution memory execution = executionOf(one(transferCall(recipient, 40e18)));
        for (uint256 i = 0; i < 3; ++i) (modes[i], executions[i]) = (execution.mode, execution.data);
        contexts[0] = abi.encode(account);
        contexts[1] = _signed(key.account, execution, 0);
        contexts[2] = abi.encode(account);
        // Together they are above the cap: the third finds what the first two have left, and nothing stays.
        refused(
            key.account,
            _data(contexts, modes, executions),
            abi.encodeWithSelector(ISessionErrors.SpendCapExceeded.selector, token, 40e18, 20e18)
        );
        executions[2] = executionOf(one(transferCall(recipient, 20e18))).data;
        accepted(key.account, _data(contexts, modes, executions));
        vm.assertEq(token.balanceOf(recipient), 100e18);
        vm.assertEq(callsLeft(account, key.account), MAX_CALLS - 3);
    }

    function test_items_of_several_principals_and_keys() public {
        register(account2, key, policyId);
        (bytes[] memory contexts, bytes32[] memory modes, bytes[] memory executions) = _lists(2);
        contexts[0] = abi.encode(account);
        contexts[1] = abi.encode(account2);
        for (uint256 i = 0; i < 2; ++i) (modes[i], executions[i]) = (SINGLE, _act(i).data);
        accepted(key.account, _data(contexts, modes, executions));
        vm.assertEq(recorder.seen(0).sender, account);
        vm.assertEq(recorder.seen(1).sender, account2);
    }

    function test_one_nonce_is_good_for_one_item_and_for_no_other_route() public {
        (bytes[] memory contexts, bytes32[] memory modes, bytes[] memory executions) = _lists(2);
        for (uint256 i = 0; i < 2; ++i) {
            (contexts[i], modes[i], executions[i]) = (_signed(address(0), _act(1), 3), SINGLE, _act(1).data);
        }
        bytes memory used = abi.encodeWithSelector(ISessionErrors.NonceAlreadyUsed.selector, account, key.account, 3);
        refused(stranger, _data(contexts, modes, executions), used);
        accepted(stranger, relayedData(account, key, one(actCall(1)), 3, 0, END));
        refused(stranger, _data(contexts[0], _act(1)), used);
    }

    function test_lists_of_different_lengths() public {
        uint256[3][5] memory lengths = [
            [uint256(0), 0, 0],
            [uint256(1), 0, 1],
            [uint256(1), 1, 0],
            [uint256(2), 1, 1],
            [uint256(0), 1, 1]
        ];
        for (uint256 i = 0; i < lengths.length; ++i) {
            (bytes[] memory contexts, , ) = _lists(lengths[i][0]);
            (, bytes32[] memory modes, ) = _lists(lengths[i][1]);
            (, , bytes[] memory executions) = _lists(lengths[i][2]);
            refused(
                key.account,
                _data(contexts, modes, executions),
                abi.encodeWithSelector(
                    IDelegationRedeemer.RedemptionLengthsDiffer.selector,
                    lengths[i][0],
                    lengths[i][1],
                    lengths[i][2]
                )
            );
        }
    }

    // --- what is no context ----------------------------------------------------------------------------------------

    function test_ATK_123_contexts_that_are_not_canonical() public {
        bytes memory good = _signed(address(0), _act(1), 0);
        bytes[11] memory bad = [
            bytes(""),
            new bytes(31),
            abi.encodePacked(uint256(uint160(account)) | (1 << 160)),
            bytes.concat(abi.encode(account), hex"00"),
            _withWord(good, 0, uint256(uint160(account)) | (1 << 160)),
            _withWord(good, 1, 1 << 160),
            _withWord(good, 4, 0xc0),
            _withWord(good, 4, 0x80),
            _withWord(good, 5, 127),
            _withWord(good, 5, 129),
            bytes.concat(good, bytes32(0))
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            refused(stranger, _data(bad[i], _act(1)), _contextInvalid(0, bad[i].length));
        }
        uint256[5] memory lengths = [uint256(1) << 64, type(uint256).max, type(uint256).max - 0xdf, 160, 0];
        for (uint256 i = 0; i < lengths.length; ++i) {
            refused(stranger, _data(_withWord(good, 5, lengths[i]), _act(1)), _contextInvalid(0, good.length));
        }
        // A signature that is not whole words long ends in zeros.
        bytes memory padded = _context(address(0), 0, 0, new bytes(127));
        padded[padded.length - 1] = 0x01;
        refused(stranger, _data(padded, _act(1)), _contextInvalid(0, padded.length));
        // Which item it was, and nothing of those before it stays.
        (bytes[] memory contexts, bytes32[] memory modes, bytes[] memory executions) = _lists(2);
        (contexts[0], executions[0], executions[1]) = (abi.encode(account), _act(1).data, _act(1).data);
        contexts[1] = hex"00";
        refused(key.account, _data(contexts, modes, executions), _contextInvalid(1, 1));
        accepted(stranger, _data(good, _act(1)));
    }

    function _withWord(bytes memory data, uint256 index, uint256 word) private pure returns (bytes memory changed) {
        changed = bytes.concat(data);
        assembly ("memory-safe") {
            // `index` is inside the copy.
            mstore(add(add(changed, 0x20), shl(5, index)), word)
        }
    }

    /// @dev Whatever bit of a context is another, nothing runs: the key has signed it all.
    function testFuzz_ATK_123_every_bit_of_a_context_counts(uint256 bit) public {
        bytes memory context = _signed(address(0), _act(1), 0);
        bit = bound(bit, 0, context.length * 8 - 1);
        context[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        bytes32 before = stateHash();
        vm.prank(stranger);
        (bool success, ) = address(latchkey).call(_data(context, _act(1)));
        vm.assertFalse(success);
        vm.assertEq(stateHash(), before);
    }

    // --- what was signed -------------------------------------------------------------------------------------------

    function test_ATK_123_a_signature_of_another_verb_or_call() public {
        Execution memory execution = _act(1);
        bytes[2] memory others = [
            signSession(
                key,
                digestOf(executionHash(account, execution.mode, execution.data, 0, 0, DEADLINE, START)),
                DEADLINE
            ),
            signSession(key, digestOf(operationHash(account, keccak256(execution.data), DEADLINE, START)), DEADLINE)
        ];
        for (uint256 i = 0; i < 2; ++i) {
            refused(stranger, _data(_context(address(0), 0, 0, others[i]), execution), _invalid());
        }
        // A redemption's signature is good for no other verb.
        bytes memory signature = _signature(key, address(0), execution, 0, 0, START);
        refused(
            stranger,
            abi.encodeCall(latchkey.executeBySig, (account, execution.mode, execution.data, 0, 0, signature)),
            _invalid()
        );
        // Another call, mode, nonce, gas, registration.
        refused(stranger, _data(_context(address(0), 0, 0, signature), _act(2)), _invalid());
        Execution memory batch = Execution(BATCH, abi.encode(one(actCall(1))));
        refused(stranger, _data(_context(address(0), 0, 0, signature), batch), _invalid());
        refused(stranger, _data(_context(address(0), 1, 0, signature), execution), _invalid());
        refused(stranger, _data(_context(address(0), 0, 1, signature), execution), _invalid());
        vm.warp(START + 1);
        registerGrant(account, grantOf(key, policyId));
        refused(stranger, _data(_context(address(0), 0, 0, signature), execution), _invalid());
    }

    function test_refusals_as_on_every_route() public {
        Execution memory bad = executionOf(one(Call(stranger, 0, hex"12345678")));
        bytes memory expected = abi.encodeWithSelector(
            ISessionErrors.CallNotAllowed.selector,
            0,
            stranger,
            bytes4(0x12345678)
        );
        refused(key.account, _data(abi.encode(account), bad), expected);
        refused(stranger, _data(_signed(address(0), bad, 0), bad), expected);
        bad = Execution(bytes32(uint256(1) << 248) | bytes32(uint256(1) << 240), _act(1).data);
        expected = abi.encodeWithSelector(ISessionErrors.UnsupportedExecutionMode.selector, bad.mode);
        refused(key.account, _data(abi.encode(account), bad), expected);
        refused(stranger, _data(_signed(address(0), bad, 0), bad), expected);
        // A plain wallet does not act.
        register(wallet, key, policyId);
        refused(
            key.account,
            _data(abi.encode(wallet), _act(1)),
            abi.encodeWithSelector(ISessionErrors.PrincipalWithoutCode.selector, wallet)
        );
        Execution memory act = _act(1);
        bytes memory context = _signed(address(0), act, 0);
        vm.warp(DEADLINE + 1);
        refused(
            stranger,
            _data(context, act),
            abi.encodeWithSelector(ISessionErrors.DeadlinePassed.selector, DEADLINE, DEADLINE + 1)
        );
        vm.prank(account);
        latchkey.revokeAllSessions();
        refused(
            key.account,
            _data(abi.encode(account), act),
            abi.encodeWithSelector(ISessionErrors.SessionGenerationEnded.selector, 0, 1)
        );
    }

    function test_the_signed_gas_is_passed_on() public {
        Execution memory execution = _act(1);
        bytes memory signature = _signature(key, address(0), execution, 0, 30_000_000, START);
        bytes memory data = _data(_context(address(0), 0, 30_000_000, signature), execution);
        vm.prank(stranger);
        (bool success, bytes memory reason) = address(latchkey).call{gas: 10_000_000}(data);
        vm.assertFalse(success);
        vm.assertEq(bytes4(reason), ISessionErrors.GasBelowMinimum.selector);
        vm.prank(stranger);
        (success, ) = address(latchkey).call{gas: 40_000_000}(data);
        vm.assertTrue(success);
    }

    function test_an_account_that_answers_nothing_has_done_nothing() public {
        // It takes any call and returns no byte.
        address idle = address(new AnsweringPrincipal());
        vm.prank(idle);
        latchkey.onInstall("");
        register(idle, key2, policyId);
        refused(
            key2.account,
            _data(abi.encode(idle), _act(1)),
            abi.encodeWithSelector(ISessionErrors.PrincipalAnsweredNothing.selector, idle, 0)
        );
    }

    function test_ATK_82_an_item_that_reverts_takes_all_back() public {
        (bytes[] memory contexts, bytes32[] memory modes, bytes[] memory executions) = _lists(2);
        contexts[0] = abi.encode(account);
        contexts[1] = abi.encode(account);
        executions[0] = _act(1).data;
        Call memory failing = Call(address(recorder), 0, abi.encodeWithSignature("fail(uint256)", 9));
        executions[1] = executionOf(one(failing)).data;
        bytes32 before = stateHash();
        vm.prank(key.account);
        (bool success, ) = address(latchkey).call(_data(contexts, modes, executions));
        vm.assertFalse(success);
        vm.assertEq(stateHash(), before);
    }

    function testFuzz_a_redeemer_that_is_named_alone(address redeemer, address sender) public {
        vm.assume(sender.code.length == 0 && sender != address(0) && uint160(sender) > 0xffff);
        bytes memory data = _data(_signed(redeemer, _act(1), 0), _act(1));
        if (redeemer != address(0) && redeemer != sender) {
            refused(
                sender,
                data,
                abi.encodeWithSelector(IDelegationRedeemer.RedeemerNotAllowed.selector, sender, redeemer)
            );
        } else {
            accepted(sender, data);
        }
        vm.assertEq(ISessionRegistry(address(latchkey)).nonces(account), 0);
    }
}
