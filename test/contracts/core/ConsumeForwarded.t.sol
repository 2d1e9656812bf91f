// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionExecutor} from "../../../contracts/interfaces/ISessionExecutor.sol";
import {OpenTarget} from "../../support/solidity/mocks/ForwardTargets.sol";
import {Recorder} from "../../support/solidity/mocks/Recorder.sol";
import {LatchkeyTest, SessionKey} from "../../support/solidity/LatchkeyTest.sol";

/// @notice Route forwarded: what Latchkey does for the forwarder, and for nobody else.
contract ConsumeForwardedTest is LatchkeyTest {
    OpenTarget private target;
    bytes private note = abi.encodeCall(OpenTarget.note, ());

    function setUp() public override {
        super.setUp();
        target = new OpenTarget();
        register(wallet, key, publish(policyOf(permission(address(target), "note()"))));
    }

    function _bySig(SessionKey memory holder, uint256 nonce, uint48 deadline) private view returns (bytes memory) {
        bytes32 structHash = forwardHash(
            wallet,
            address(target),
            note,
            nonce,
            0,
            deadline,
            registrationOf(wallet, holder.account)
        );
        return
            abi.encodeCall(
                forwarder.forwardBySig,
                (wallet, address(target), note, nonce, 0, signSession(holder, digestOf(structHash), deadline))
            );
    }

    function test_open_to_the_forwarder_alone() public {
        address[4] memory callers = [key.account, wallet, stranger, address(latchkey)];
        for (uint256 i = 0; i < callers.length; ++i) {
            bytes memory expected = abi.encodeWithSelector(
                ISessionErrors.CallerNotForwarder.selector,
                callers[i],
                address(forwarder)
            );
            refused(
                callers[i],
                abi.encodeCall(latchkey.consumeForwarded, (wallet, key.account, address(target), note)),
                expected
            );
            refused(
                callers[i],
                abi.encodeCall(latchkey.consumeForwardedBySig, (wallet, address(target), note, 0, 0, "")),
                expected
            );
        }
    }

    function test_a_plain_wallets_key_sends() public {
        vm.expectEmit(true, true, false, true, address(latchkey));
        emit ISessionExecutor.SessionUsed(wallet, key.account);
        bytes memory result = accepted(
            key.account,
            address(forwarder),
            abi.encodeCall(forwarder.forward, (wallet, address(target), note))
        );
        vm.assertEq(abi.decode(abi.decode(result, (bytes)), (uint256)), 42);
        vm.assertEq(target.calledWith(), abi.encodePacked(note, wallet));
        vm.assertEq(target.caller(), address(forwarder));
        vm.assertEq(callsLeft(wallet, key.account), MAX_CALLS - 1);
    }

    function test_anyone_carries_what_the_key_signed() public {
        vm.expectEmit(true, true, false, true, address(latchkey));
        emit ISessionExecutor.SessionUsed(wallet, key.account);
        accepted(stranger, address(forwarder), _bySig(key, 3, END));
        vm.assertTrue(latchkey.isNonceUsed(wallet, key.account, 3));
        refused(
            stranger,
            address(forwarder),
            _bySig(key, 3, END),
            abi.encodeWithSelector(ISessionErrors.NonceAlreadyUsed.selector, wallet, key.account, 3)
        );
    }

    function test_one_bitmap_with_route_relayed() public {
        register(account, key, policyId);
        accepted(stranger, relayedData(account, key, one(actCall(1)), 5, 0, END));
        bytes memory data = abi.encodeCall(Recorder.act, (1));
        bytes32 structHash = forwardHash(account, address(recorder), data, 5, 0, END, START);
        refused(
            stranger,
            address(forwarder),
            abi.encodeCall(
                forwarder.forwardBySig,
                (account, address(recorder), data, 5, 0, signSession(key, digestOf(structHash), END))
            ),
            abi.encodeWithSelector(ISessionErrors.NonceAlreadyUsed.selector, account, key.account, 5)
        );
    }

    function test_ATK_11_a_forwarded_signature_is_none_for_route_relayed() public {
        register(account, key, policyId);
        (bytes32 mode, bytes memory execution) = encode(one(actCall(1)));
        bytes32 structHash = forwardHash(account, address(recorder), actCall(1).data, 0, 0, END, START);
        refused(
            stranger,
            abi.encodeCall(
                latchkey.executeBySig,
                (account, mode, execution, 0, 0, signSession(key, digestOf(structHash), END))
            ),
            abi.encodeWithSelector(ISessionErrors.InvalidSessionSignature.selector, key.account)
        );
        structHash = executionHash(wallet, mode, execution, 0, 0, END, START);
        refused(
            stranger,
            address(forwarder),
            abi.encodeCall(
                forwarder.forwardBySig,
                (wallet, address(target), note, 0, 0, signSession(key, digestOf(structHash), END))
            ),
            abi.encodeWithSelector(ISessionErrors.InvalidSessionSignature.selector, key.account)
        );
    }

    function test_ATK_14_deadlines_and_window() public {
        bytes memory data = _bySig(key, 0, START + 10);
        vm.warp(START + 11);
        refused(
            stranger,
            address(forwarder),
            data,
            abi.encodeWithSelector(ISessionErrors.DeadlinePassed.selector, START + 10, START + 11)
        );
        vm.warp(START + 10);
        accepted(stranger, address(forwarder), data);
        refused(
            stranger,
            address(forwarder),
            _bySig(key, 1, END + 1),
            abi.encodeWithSelector(ISessionErrors.DeadlineNotAllowed.selector, END + 1, END)
        );
        bytes memory direct = abi.encodeCall(forwarder.forward, (wallet, address(target), note));
        vm.warp(END);
        accepted(key.account, address(forwarder), direct);
        vm.warp(uint256(END) + 1);
        refused(
            key.account,
            address(forwarder),
            direct,
            abi.encodeWithSelector(ISessionErrors.SessionExpired.selector, END, END + 1)
        );
    }

    function test_scope_is_the_policys() public {
        bytes memory other = abi.encodeCall(OpenTarget.returnMegabyte, ());
        refused(
            key.account,
            address(forwarder),
            abi.encodeCall(forwarder.forward, (wallet, address(target), other)),
            abi.encodeWithSelector(
                ISessionErrors.CallNotAllowed.selector,
                0,
                address(target),
                OpenTarget.returnMegabyte.selector
            )
        );
        refused(
            key2.account,
            address(forwarder),
            abi.encodeCall(forwarder.forward, (wallet, address(target), note)),
            abi.encodeWithSelector(ISessionErrors.SessionNotRegistered.selector, wallet, key2.account)
        );
    }

    function test_a_key_with_code_cannot_send_but_signs() public {
        vm.etch(key.account, abi.encodePacked(hex"ef0100", address(recorder)));
        refused(
            key.account,
            address(forwarder),
            abi.encodeCall(forwarder.forward, (wallet, address(target), note)),
            abi.encodeWithSelector(ISessionErrors.KeyHasCode.selector, key.account)
        );
        accepted(stranger, address(forwarder), _bySig(key, 0, END));
    }
}
