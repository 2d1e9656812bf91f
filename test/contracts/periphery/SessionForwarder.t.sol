// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionForwarder} from "../../../contracts/interfaces/ISessionForwarder.sol";
import {AnsweringTarget, GasTarget, OpenTarget} from "../../support/solidity/mocks/ForwardTargets.sol";
import {DappTest} from "../../support/solidity/DappTest.sol";

/// @notice What the forwarder hands on, byte for byte and gas for gas.
contract SessionForwarderTest is DappTest {
    OpenTarget private _target;
    GasTarget private _gasTarget;

    function setUp() public override {
        super.setUp();
        _target = new OpenTarget();
        _gasTarget = new GasTarget();
        register(
            policyOf(two(withOpen(permission(address(_target), "*"), "*"), permission(address(_gasTarget), "run()")))
        );
    }

    function test_it_is_latchkeys_own_child() public view {
        vm.assertEq(forwarder.LATCHKEY(), address(latchkey));
        vm.assertEq(latchkey.FORWARDER(), address(forwarder));
    }

    function test_it_is_small() public view {
        vm.assertLe(address(forwarder).code.length, 2_500);
    }

    /// @dev The target sees the data and the principal behind it, nothing before, between or after.
    function testFuzz_data_and_principal_arrive(bytes calldata tail) public {
        bytes memory data = bytes.concat(hex"a1b2c3d4", tail);
        accepted(key, address(forwarder), abi.encodeCall(forwarder.forward, (wallet, address(_target), data)));
        vm.assertEq(_target.calledWith(), abi.encodePacked(data, wallet));
        vm.assertEq(_target.caller(), address(forwarder));
        vm.assertEq(callsUsed(), 1);
    }

    function testFuzz_the_same_through_a_relayer(bytes calldata tail, uint256 nonce) public {
        bytes memory data = bytes.concat(hex"a1b2c3d4", tail);
        bytes memory signature = signForward(address(_target), data, nonce, 0);
        accepted(
            stranger,
            address(forwarder),
            abi.encodeCall(forwarder.forwardBySig, (wallet, address(_target), data, nonce, 0, signature))
        );
        vm.assertEq(_target.calledWith(), abi.encodePacked(data, wallet));
        vm.assertTrue(latchkey.isNonceUsed(wallet, key, nonce));
    }

    function testFuzz_less_than_a_selector_is_refused_before_anything_else(uint256 size, address principal) public {
        size = bound(size, 0, 3);
        bytes memory data = new bytes(size);
        bytes memory expected = abi.encodeWithSelector(ISessionForwarder.ForwardedCalldataTooShort.selector, size, 4);
        address target = address(_target);
        refused(key, address(forwarder), abi.encodeCall(forwarder.forward, (principal, target, data)), expected);
        refused(
            stranger,
            address(forwarder),
            abi.encodeCall(forwarder.forwardBySig, (principal, target, data, 0, 0, "")),
            expected
        );
    }

    /// @dev Only an answer that starts with a whole word of exactly 1 is trust.
    function testFuzz_trust_is_a_word_of_one(bytes calldata answer, bool reverts, bool honest) public {
        bytes memory said = honest ? bytes.concat(bytes32(uint256(1)), answer) : bytes(answer);
        bool trusted = !reverts && said.length >= 32 && bytes32(said) == bytes32(uint256(1));
        AnsweringTarget target = new AnsweringTarget(said, reverts);
        vm.startPrank(wallet);
        latchkey.revokeAllSessions();
        vm.stopPrank();
        (key, keyKey) = makeKey("another key");
        register(policyOf(one(permission(address(target), "note()"))));
        bytes memory call = abi.encodeCall(
            forwarder.forward,
            (wallet, address(target), abi.encodeCall(target.note, ()))
        );
        if (trusted) {
            accepted(key, address(forwarder), call);
            vm.assertEq(target.calls(), 1);
        } else {
            bytes4 selector = ISessionForwarder.ForwarderNotTrusted.selector;
            refused(key, address(forwarder), call, abi.encodeWithSelector(selector, target));
            vm.assertEq(target.calls(), 0);
        }
    }

    /// @dev Whatever gas arrives: the target is entered with what was signed for, or not at all.
    function testFuzz_ATK_65_no_gas_starves_the_target(uint256 gasLimit, uint256 minGas) public {
        minGas = bound(minGas, 30_000, 300_000);
        gasLimit = bound(gasLimit, minGas, minGas + 250_000);
        bytes memory data = abi.encodeWithSignature("run()");
        bytes memory signature = signForward(address(_gasTarget), data, 7, minGas);
        bytes memory call = abi.encodeCall(
            forwarder.forwardBySig,
            (wallet, address(_gasTarget), data, 7, minGas, signature)
        );
        vm.prank(stranger, ORIGIN);
        (bool success, ) = address(forwarder).call{gas: gasLimit}(call);
        uint256 entered = _gasTarget.gasAtEntry();
        vm.assertEq(latchkey.isNonceUsed(wallet, key, 7), success);
        // The target spends a few gas before it reads what it has.
        if (success) vm.assertGe(entered + 50, minGas);
        else vm.assertEq(entered, 0);
    }

    /// @dev Gas by gas around the edge, and not much more than needed is asked for, also where a 64th of it is a lot.
    function test_ATK_65_the_edge_is_where_it_was_signed() public {
        uint256[2] memory minima = [uint256(60_000), 15_000_000];
        for (uint256 i = 0; i < minima.length; ++i) {
            uint256 start = vm.snapshotState();
            _findEdge(minima[i]);
            vm.revertToState(start);
        }
    }

    function _findEdge(uint256 minGas) private {
        bytes memory data = abi.encodeWithSignature("run()");
        bytes memory signature = signForward(address(_gasTarget), data, 7, minGas);
        bytes memory call = abi.encodeCall(
            forwarder.forwardBySig,
            (wallet, address(_gasTarget), data, 7, minGas, signature)
        );
        uint256 low = minGas;
        uint256 high = minGas + 600_000;
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            uint256 state = vm.snapshotState();
            vm.prank(stranger, ORIGIN);
            (bool success, ) = address(forwarder).call{gas: middle}(call);
            vm.revertToState(state);
            if (success) high = middle;
            else low = middle;
        }
        uint256 before = vm.snapshotState();
        vm.prank(stranger, ORIGIN);
        (bool refusedBelow, bytes memory reason) = address(forwarder).call{gas: low}(call);
        vm.assertFalse(refusedBelow);
        vm.assertEq(bytes4(reason), ISessionForwarder.ForwardedGasBelowMinimum.selector);
        vm.revertToState(before);
        vm.prank(stranger, ORIGIN);
        (bool acceptedAt, ) = address(forwarder).call{gas: high}(call);
        vm.assertTrue(acceptedAt);
        vm.assertGe(_gasTarget.gasAtEntry() + 50, minGas);
        vm.assertLe(_gasTarget.gasAtEntry(), minGas + 600);
    }

    function testFuzz_an_unreachable_minimum_is_refused(uint256 minGas) public {
        minGas = bound(minGas, 1e9, type(uint256).max);
        bytes memory data = abi.encodeCall(_target.note, ());
        bytes memory signature = signForward(address(_target), data, 7, minGas);
        vm.prank(stranger, ORIGIN);
        (bool success, bytes memory reason) = address(forwarder).call{gas: 1_000_000}(
            abi.encodeCall(forwarder.forwardBySig, (wallet, address(_target), data, 7, minGas, signature))
        );
        vm.assertFalse(success);
        vm.assertEq(bytes4(reason), ISessionForwarder.ForwardedGasBelowMinimum.selector);
        vm.assertFalse(latchkey.isNonceUsed(wallet, key, 7));
    }

    /// @dev The signed minimum cannot be lowered by whoever brings it in.
    function testFuzz_the_minimum_is_signed(uint256 signedGas, uint256 claimed) public {
        vm.assume(signedGas != claimed);
        bytes memory data = abi.encodeCall(_target.note, ());
        bytes memory signature = signForward(address(_target), data, 7, signedGas);
        refused(
            stranger,
            address(forwarder),
            abi.encodeCall(forwarder.forwardBySig, (wallet, address(_target), data, 7, claimed, signature)),
            abi.encodeWithSelector(ISessionErrors.InvalidSessionSignature.selector, key)
        );
    }

    function testFuzz_what_is_returned_arrives(uint256 size) public {
        size = bound(size, 0, 3_000);
        bytes memory result = accepted(
            key,
            address(forwarder),
            abi.encodeCall(forwarder.forward, (wallet, address(_target), abi.encodeCall(_target.returnBytes, (size))))
        );
        bytes memory inner = abi.decode(result, (bytes));
        vm.assertEq(result, abi.encode(inner), "not the canonical encoding");
        vm.assertEq(inner.length, size);
        for (uint256 i = 0; i < size; ++i) vm.assertEq(uint8(inner[i]), uint8(i + 1));
    }

    function testFuzz_anyone_else_is_refused(address sender) public {
        vm.assume(sender != key && sender.code.length == 0 && sender != address(vm));
        bytes memory data = abi.encodeCall(_target.note, ());
        refused(
            sender,
            address(forwarder),
            abi.encodeCall(forwarder.forward, (wallet, address(_target), data)),
            abi.encodeWithSelector(ISessionErrors.SessionNotRegistered.selector, wallet, sender)
        );
    }
}
