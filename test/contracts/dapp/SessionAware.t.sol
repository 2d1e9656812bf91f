// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SessionAware} from "../../../contracts/dapp/SessionAware.sol";
import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionExecutor} from "../../../contracts/interfaces/ISessionExecutor.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Counter} from "../../support/solidity/mocks/AskingContracts.sol";
import {DappTest} from "../../support/solidity/DappTest.sol";

/// @notice What a contract that asks lets through: exactly what was asked about.
contract SessionAwareTest is DappTest {
    string private constant ADD = "add(address,uint256)";

    Counter private _counter;

    function setUp() public override {
        super.setUp();
        _counter = new Counter(latchkey);
        register(
            policyOf(two(consumable(address(_counter), ADD), consumable(address(_counter), "addPaid(address,uint256)")))
        );
    }

    function _add(uint256 amount) private view returns (bytes memory) {
        return abi.encodeCall(_counter.add, (wallet, amount));
    }

    function _notAllowed(bytes4 selector) private view returns (bytes memory) {
        return abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 0, _counter, selector);
    }

    function testFuzz_the_principal_passes_and_nothing_is_consumed(address principal, uint256 amount) public {
        vm.assume(principal != address(vm) && principal.code.length == 0);
        bytes32 before = sessionHash();
        accepted(principal, address(_counter), abi.encodeCall(_counter.add, (principal, amount)));
        vm.assertEq(_counter.countOf(principal), amount);
        vm.assertEq(sessionHash(), before);
    }

    function testFuzz_the_key_passes_and_one_call_is_consumed(uint256 amount) public {
        vm.expectEmit(true, true, false, true, address(latchkey));
        emit ISessionExecutor.SessionUsed(wallet, key);
        accepted(key, address(_counter), _add(amount));
        vm.assertEq(_counter.countOf(wallet), amount);
        vm.assertEq(_counter.countOf(key), 0);
        vm.assertEq(callsUsed(), 1);
    }

    function testFuzz_nobody_else_passes(address sender, address principal) public {
        vm.assume(sender != key && sender != principal && sender.code.length == 0 && sender != address(vm));
        refused(
            sender,
            address(_counter),
            abi.encodeCall(_counter.add, (principal, 1)),
            abi.encodeWithSelector(ISessionErrors.SessionNotRegistered.selector, principal, sender)
        );
    }

    function testFuzz_the_key_names_no_other_principal(address principal) public {
        vm.assume(principal != wallet && principal != key);
        refused(
            key,
            address(_counter),
            abi.encodeCall(_counter.add, (principal, 1)),
            abi.encodeWithSelector(ISessionErrors.SessionNotRegistered.selector, principal, key)
        );
    }

    function test_a_function_without_the_modifier_is_closed_to_the_key() public {
        accepted(key, address(_counter), _add(3));
        vm.prank(key);
        (bool success, ) = address(_counter).call(abi.encodeCall(_counter.reset, (wallet)));
        vm.assertFalse(success);
        vm.assertEq(_counter.countOf(wallet), 3);
    }

    function test_the_call_after_the_last_is_refused() public {
        vm.prank(wallet);
        latchkey.revokeSession(key);
        (key, keyKey) = makeKey("short key");
        register(policyOf(one(consumable(address(_counter), ADD))), 2);
        accepted(key, address(_counter), _add(1));
        accepted(key, address(_counter), _add(1));
        refused(
            key,
            address(_counter),
            _add(1),
            abi.encodeWithSelector(ISessionErrors.SessionCallsExceeded.selector, 1, 0)
        );
        vm.assertEq(_counter.countOf(wallet), 2);
    }

    function test_a_permission_that_is_not_consumable_is_none_here() public {
        vm.prank(wallet);
        latchkey.revokeSession(key);
        (key, keyKey) = makeKey("another key");
        register(policyOf(one(withRule(permission(address(_counter), ADD), "0", "is the principal"))));
        refused(
            key,
            address(_counter),
            _add(1),
            abi.encodeWithSelector(ISessionErrors.CallNotConsumable.selector, 0, _counter, Counter.add.selector)
        );
    }

    function test_rules_are_read_from_the_calldata_that_runs() public {
        vm.prank(wallet);
        latchkey.revokeSession(key);
        (key, keyKey) = makeKey("another key");
        Permission memory ruled = withRule(consumable(address(_counter), ADD), "1", "is at most", 10);
        register(policyOf(one(ruled)));
        accepted(key, address(_counter), _add(10));
        refused(
            key,
            address(_counter),
            _add(11),
            abi.encodeWithSelector(ISessionErrors.ArgumentNotAllowed.selector, 0, 0, 11)
        );
        vm.assertEq(_counter.countOf(wallet), 10);
    }

    /// @dev Each inner call has its own calldata, so each is asked about and counted.
    function test_a_multicall_by_delegatecall_is_asked_about_call_by_call() public {
        bytes[] memory calls = new bytes[](3);
        (calls[0], calls[1], calls[2]) = (_add(1), _add(2), _add(3));
        accepted(key, address(_counter), abi.encodeCall(Multicall.multicall, (calls)));
        vm.assertEq(_counter.countOf(wallet), 6);
        vm.assertEq(callsUsed(), 3);
    }

    function test_ATK_40_nothing_is_smuggled_into_a_multicall() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = _add(1);
        calls[1] = abi.encodeCall(_counter.pay, (wallet, IERC20(address(0)), 1));
        refused(
            key,
            address(_counter),
            abi.encodeCall(Multicall.multicall, (calls)),
            _notAllowed(Counter.pay.selector)
        );
        vm.assertEq(_counter.countOf(wallet), 0);
    }

    function test_ATK_40_an_inner_call_does_not_pass_as_the_outer_one() public {
        bytes memory data = abi.encodeCall(_counter.addTwice, (wallet, 1));
        refused(key, address(_counter), data, _notAllowed(Counter.addTwice.selector));
        data = abi.encodeCall(_counter.addThroughThis, (wallet, 1));
        bytes4 selector = ISessionErrors.KeyHasCode.selector;
        refused(key, address(_counter), data, abi.encodeWithSelector(selector, _counter));
    }

    /// @dev A session that may make the outer call pays for each modified function that runs in it.
    function test_an_outer_call_that_is_allowed_is_counted_for_each_inner_one() public {
        vm.prank(wallet);
        latchkey.revokeSession(key);
        (key, keyKey) = makeKey("another key");
        register(policyOf(one(consumable(address(_counter), "addTwice(address,uint256)"))));
        accepted(key, address(_counter), abi.encodeCall(_counter.addTwice, (wallet, 5)));
        vm.assertEq(_counter.countOf(wallet), 10);
        vm.assertEq(callsUsed(), 2);
    }

    function testFuzz_a_key_sends_no_value(uint96 value) public {
        vm.deal(key, value);
        vm.deal(wallet, value);
        bytes memory data = abi.encodeCall(_counter.addPaid, (wallet, 1));
        vm.prank(key);
        (bool success, bytes memory reason) = address(_counter).call{value: value}(data);
        vm.assertEq(success, value == 0);
        if (value != 0) {
            vm.assertEq(reason, abi.encodeWithSelector(SessionAware.SessionCarriesNoValue.selector, value));
            vm.assertEq(callsUsed(), 0);
        }
        vm.prank(wallet);
        (success, ) = address(_counter).call{value: value}(data);
        vm.assertTrue(success);
    }

    /// @dev The target is whoever asks: nobody else can use up what this contract may consume.
    function testFuzz_only_the_target_consumes(address caller) public {
        vm.assume(caller != address(_counter) && caller != address(vm));
        vm.assume(
            caller != address(latchkey) &&
                caller != address(forwarder) &&
                caller != wallet &&
                uint160(caller) >= 1 << 16
        );
        vm.assume(!EntryPoints.contains(caller) && caller.code.length == 0);
        bytes memory data = abi.encodeCall(latchkey.consumeSession, (wallet, key, _add(1)));
        refused(
            caller,
            address(latchkey),
            data,
            abi.encodeWithSelector(ISessionErrors.CallNotAllowed.selector, 0, caller, Counter.add.selector)
        );
    }

    function test_a_key_that_got_code_is_refused() public {
        vm.etch(key, hex"00");
        bytes memory data = abi.encodeCall(latchkey.consumeSession, (wallet, key, _add(1)));
        bytes memory expected = abi.encodeWithSelector(ISessionErrors.KeyHasCode.selector, key);
        refused(address(_counter), address(latchkey), data, expected);
    }

    function testFuzz_the_view_answers_for_this_contract_alone(address other) public {
        vm.assume(other != address(_counter) && other != address(vm));
        vm.assertTrue(_counter.knows(wallet, key));
        vm.assertTrue(_counter.knows(wallet, wallet));
        vm.assertFalse(new Counter(latchkey).knows(wallet, key));
        vm.prank(other);
        vm.assertFalse(latchkey.isValidFor(key, wallet));
        vm.prank(address(_counter));
        vm.assertTrue(latchkey.isValidFor(key, wallet));
        vm.warp(END + 1);
        vm.assertFalse(_counter.knows(wallet, key));
        vm.assertTrue(_counter.knows(wallet, wallet));
    }

    /// @dev What a contract gives up that writes on the strength of the view: methods, rules, calls and caps.
    function test_a_function_that_asks_the_view_alone_is_open_to_any_method_any_number_of_times() public {
        for (uint256 i = 0; i < MAX_CALLS + 1; ++i) {
            accepted(key, address(_counter), abi.encodeCall(_counter.addByView, (wallet, 1)));
        }
        vm.assertEq(_counter.countOf(wallet), MAX_CALLS + 1);
        vm.assertEq(callsUsed(), 0);
        vm.prank(wallet);
        latchkey.revokeSession(key);
        vm.prank(key);
        (bool success, ) = address(_counter).call(abi.encodeCall(_counter.addByView, (wallet, 1)));
        vm.assertFalse(success);
    }
}
