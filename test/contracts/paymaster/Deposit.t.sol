// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IEntryPoint} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ILatchkeyAccountFactory} from "../../../contracts/interfaces/ILatchkeyAccountFactory.sol";
import {ISessionPaymaster} from "../../../contracts/interfaces/ISessionPaymaster.sol";
import {SessionPaymaster} from "../../../contracts/paymaster/SessionPaymaster.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {IStakes, PaymasterFixture} from "../../support/solidity/PaymasterFixture.sol";

/// @notice The deposit, the stake and who is in charge of them, on each EntryPoint.
contract DepositTest is PaymasterFixture {
    address payable private recipient;

    function setUp() public override {
        super.setUp();
        recipient = payable(makeAddress("recipient"));
    }

    // --- creation --------------------------------------------------------------------------------------------------

    function test_is_what_it_was_created_with() public view {
        for (uint256 i = 0; i < 3; ++i) {
            vm.assertEq(address(paymasters[i].entryPoint()), entryPoints[i]);
            vm.assertEq(paymasters[i].LATCHKEY(), latchkey);
            vm.assertEq(paymasters[i].owner(), owner);
            vm.assertEq(paymasters[i].pendingOwner(), address(0));
        }
    }

    function test_needs_an_entry_point_a_latchkey_and_an_owner(address empty) public {
        vm.assume(empty.code.length == 0);
        vm.expectRevert(abi.encodeWithSelector(ILatchkeyAccountFactory.EntryPointWithoutCode.selector, empty));
        new SessionPaymaster(IEntryPoint(empty), latchkey, owner);
        vm.expectRevert(abi.encodeWithSelector(ILatchkeyAccountFactory.LatchkeyWithoutCode.selector, empty));
        new SessionPaymaster(IEntryPoint(EntryPoints.V09), empty, owner);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableInvalidOwner.selector, address(0)));
        new SessionPaymaster(IEntryPoint(EntryPoints.V09), latchkey, address(0));
    }

    // --- the deposit -----------------------------------------------------------------------------------------------

    function test_anyone_deposits_and_the_owner_withdraws(uint96 value, uint96 amount) public {
        amount = uint96(bound(amount, 0, DEPOSIT + value));
        for (uint256 i = 0; i < 3; ++i) {
            SessionPaymaster payer = paymasters[i];
            vm.deal(stranger, value);
            vm.prank(stranger);
            payer.deposit{value: value}();
            vm.assertEq(depositOf(payer), DEPOSIT + value);
            uint256 before = recipient.balance;
            vm.prank(owner);
            payer.withdrawTo(recipient, amount);
            vm.assertEq(recipient.balance - before, amount);
            vm.assertEq(depositOf(payer), DEPOSIT + value - amount);
            vm.assertEq(address(payer).balance, 0);
        }
    }

    function test_the_whole_deposit_can_be_withdrawn_and_not_one_wei_more() public {
        bytes[3] memory tooMuch = [
            abi.encodeWithSignature("Error(string)", "Withdraw amount too large"),
            abi.encodeWithSignature("Error(string)", "Withdraw amount too large"),
            abi.encodeWithSignature("InsufficientDeposit(uint256,uint256)", DEPOSIT, DEPOSIT + 1)
        ];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory data = abi.encodeCall(ISessionPaymaster.withdrawTo, (recipient, DEPOSIT + 1));
            refusedAt(address(paymasters[i]), owner, data, tooMuch[i]);
            vm.prank(owner);
            paymasters[i].withdrawTo(recipient, DEPOSIT);
            vm.assertEq(depositOf(paymasters[i]), 0);
        }
        vm.assertEq(recipient.balance, 3 * DEPOSIT);
    }

    /// @dev The paymaster takes no coin by itself: what is sent there would not be in the deposit.
    function test_takes_coin_by_deposit_only() public {
        (bool success, ) = address(paymaster).call{value: 1}("");
        vm.assertFalse(success);
        vm.assertEq(address(paymaster).balance, 0);
    }

    // --- the stake -------------------------------------------------------------------------------------------------

    function test_the_owner_stakes_unlocks_and_withdraws(uint32 delay, uint96 value) public {
        delay = uint32(bound(delay, 1, type(uint32).max));
        value = uint96(bound(value, 1, 10 ether));
        for (uint256 i = 0; i < 3; ++i) {
            SessionPaymaster payer = paymasters[i];
            vm.prank(owner);
            payer.addStake{value: value}(delay);
            _assertStake(i, true, value, delay, 0);
            vm.prank(owner);
            payer.unlockStake();
            uint256 end = block.timestamp + delay;
            _assertStake(i, false, value, delay, end);
            vm.warp(end - 1);
            vm.prank(owner);
            (bool success, ) = address(payer).call(abi.encodeCall(payer.withdrawStake, (recipient)));
            vm.assertFalse(success, "before the delay is over");
            vm.warp(end);
            uint256 before = recipient.balance;
            vm.prank(owner);
            payer.withdrawStake(recipient);
            vm.assertEq(recipient.balance - before, value);
            _assertStake(i, false, 0, 0, 0);
            vm.assertEq(depositOf(payer), DEPOSIT);
        }
    }

    // --- recipients ------------------------------------------------------------------------------------------------

    function test_nothing_is_withdrawn_to_where_it_would_be_lost() public {
        for (uint256 i = 0; i < 6; ++i) {
            address payable lost = payable(i % 2 == 0 ? address(0) : entryPoints[i / 2]);
            bytes memory expected = abi.encodeWithSelector(ISessionPaymaster.RecipientNotAllowed.selector, lost);
            address payer = address(paymasters[i / 2]);
            refusedAt(payer, owner, abi.encodeCall(ISessionPaymaster.withdrawTo, (lost, 1)), expected);
            refusedAt(payer, owner, abi.encodeCall(ISessionPaymaster.withdrawStake, (lost)), expected);
        }
    }

    // --- the owner -------------------------------------------------------------------------------------------------

    /// @dev Everything but depositing. The owner to be is a stranger until it accepts.
    function test_a_stranger_does_nothing(address caller) public {
        // Nobody calls as address 0, which no pending owner is told from.
        vm.assume(caller != owner && caller != address(0));
        vm.prank(owner);
        paymaster.addStake{value: 1 ether}(1);
        ISessionPaymaster.PrincipalBudget[] memory budgets = new ISessionPaymaster.PrincipalBudget[](1);
        bytes[9] memory calls = [
            abi.encodeCall(ISessionPaymaster.setBudget, (caller, 1)),
            abi.encodeCall(ISessionPaymaster.setBudgets, (budgets)),
            abi.encodeCall(ISessionPaymaster.withdrawTo, (payable(caller), 1)),
            abi.encodeCall(ISessionPaymaster.addStake, (1)),
            abi.encodeCall(ISessionPaymaster.unlockStake, ()),
            abi.encodeCall(ISessionPaymaster.withdrawStake, (payable(caller))),
            abi.encodeCall(Ownable2Step.transferOwnership, (caller)),
            abi.encodeCall(Ownable2Step.acceptOwnership, ()),
            abi.encodeCall(Ownable.renounceOwnership, ())
        ];
        address[4] memory callers = [caller, stranger, EntryPoints.V09, address(paymaster)];
        for (uint256 i = 0; i < calls.length * callers.length; ++i) {
            address each = callers[i % callers.length];
            bytes memory expected = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, each);
            refused(each, calls[i / callers.length], expected);
        }
    }

    function test_ownership_changes_in_two_steps(address next, address other) public {
        vm.assume(next != owner && next != address(0) && other != next);
        vm.prank(owner);
        paymaster.transferOwnership(next);
        vm.assertEq(paymaster.owner(), owner);
        vm.assertEq(paymaster.pendingOwner(), next);
        bytes memory accept = abi.encodeCall(Ownable2Step.acceptOwnership, ());
        refused(other, accept, abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, other));
        vm.prank(next);
        paymaster.acceptOwnership();
        vm.assertEq(paymaster.owner(), next);
        vm.assertEq(paymaster.pendingOwner(), address(0));
        bytes memory withdraw = abi.encodeCall(ISessionPaymaster.withdrawTo, (recipient, DEPOSIT));
        refused(owner, withdraw, abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, owner));
        vm.prank(next);
        paymaster.withdrawTo(recipient, DEPOSIT);
        vm.assertEq(recipient.balance, DEPOSIT);
    }

    function test_ownership_is_not_renounced() public {
        bytes memory expected = abi.encodeWithSelector(ISessionPaymaster.OwnershipNotRenounceable.selector, owner);
        refused(owner, abi.encodeCall(Ownable.renounceOwnership, ()), expected);
    }

    function _assertStake(uint256 i, bool staked, uint256 stake, uint32 delay, uint256 time) private view {
        (, bool staked_, uint112 stake_, uint32 delay_, uint48 time_) = IStakes(entryPoints[i]).getDepositInfo(
            address(paymasters[i])
        );
        vm.assertEq(staked_, staked, "staked");
        vm.assertEq(stake_, stake, "stake");
        vm.assertEq(delay_, delay, "delay");
        vm.assertEq(time_, time, "time");
    }
}
