// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPaymaster, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {Paymaster} from "@openzeppelin/contracts/account/paymaster/Paymaster.sol";
import {ISessionPaymaster} from "../../../contracts/interfaces/ISessionPaymaster.sol";
import {SessionPaymaster} from "../../../contracts/paymaster/SessionPaymaster.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {Vm} from "../../support/solidity/Vm.sol";
import {PaymasterFixture} from "../../support/solidity/PaymasterFixture.sol";

/// @notice What validation reserves of a budget and what `postOp` gives back, asked of the paymaster itself.
contract BudgetsTest is PaymasterFixture {
    /// @dev Gas behind `postOp` of an operation of `operation()`, 40,000 gas for it and a call of 164 bytes: what is in
    /// SessionPaymaster's constants. v0.7 adds a tenth of 200,000.
    uint256 private constant LATE_GAS = 3_000 + 4_000 + 3_600;
    uint256 private constant LATE_GAS_V07 = LATE_GAS + 20_000;

    // --- reserving -------------------------------------------------------------------------------------------------

    function test_a_budget_covers_its_last_wei_and_not_one_more(uint128 budget) public {
        budget = uint128(bound(budget, 1, type(uint128).max - 1));
        setBudget(paymaster, address(account), budget);
        PackedUserOperation memory op = operation();
        _refusedAt(op, uint256(budget) + 1, budget);
        _refusedAt(op, type(uint256).max, budget);
        validate(op, budget);
        _assertBudget(address(account), budget, budget);
        _refusedAt(op, 1, 0);
        validate(op, 0);
        setBudget(paymaster, address(account), budget + 1);
        _refusedAt(op, 2, 1);
        validate(op, 1);
        _assertBudget(address(account), budget + 1, budget + 1);
    }

    function test_the_largest_budget_does_not_wrap() public {
        setBudget(paymaster, address(account), type(uint128).max);
        PackedUserOperation memory op = operation();
        validate(op, type(uint128).max - 1);
        _refusedAt(op, 2, 1);
        _refusedAt(op, type(uint128).max, 1);
        _refusedAt(op, uint256(type(uint128).max) + 2, 1);
        validate(op, 1);
        _assertBudget(address(account), type(uint128).max, type(uint128).max);
    }

    function test_who_has_no_budget_is_paid_nothing(address principal, uint256 cost) public {
        PackedUserOperation memory op = operation();
        op.sender = principal;
        cost = bound(cost, 1, type(uint256).max);
        bytes memory asked = abi.encodeCall(paymaster.validatePaymasterUserOp, (op, HASH, cost));
        refused(EntryPoints.V09, asked, exceeded(principal, cost, 0));
    }

    function test_a_budget_lowered_below_what_is_spent_leaves_nothing(uint128 spent, uint128 budget) public {
        spent = uint128(bound(spent, 1, type(uint128).max));
        budget = uint128(bound(budget, 0, spent));
        setBudget(paymaster, address(account), spent);
        validate(operation(), spent);
        setBudget(paymaster, address(account), budget);
        _assertBudget(address(account), budget, spent);
        _refusedAt(operation(), 1, 0);
    }

    function test_budgets_are_each_principals_own() public {
        setBudget(paymaster, address(account), 5);
        setBudget(paymaster, address(account2), 7);
        validate(operation(), 5);
        _refusedAt(operation(), 1, 0);
        _assertBudget(address(account2), 7, 0);
        PackedUserOperation memory op = operation();
        op.sender = address(account2);
        validate(op, 7);
        _assertBudget(address(account), 5, 5);
    }

    /// @dev ERC-7562: without a stake only slots of the sender, and one is enough.
    function test_ATK_63_validation_touches_one_slot_which_is_the_principals() public {
        setBudget(paymaster, address(account), 5);
        PackedUserOperation memory op = operation();
        vm.record();
        validate(op, 5);
        (bytes32[] memory reads, bytes32[] memory writes) = vm.accesses(address(paymaster));
        // Behind the owner and the one who is to be.
        bytes32 slot = keccak256(abi.encode(account, 2));
        vm.assertGt(reads.length, 0);
        for (uint256 i = 0; i < reads.length; ++i) vm.assertEq(reads[i], slot);
        vm.assertEq(writes.length, 1);
        vm.assertEq(writes[0], slot);
    }

    // --- settling --------------------------------------------------------------------------------------------------

    function test_what_is_surely_not_taken_is_given_back(uint64 cost, uint32 fee) public {
        uint256 reserved = type(uint128).max;
        setBudget(paymaster, address(account), type(uint128).max);
        bytes memory context = validate(operation(), reserved);
        uint256 charge = uint256(cost) + LATE_GAS * fee;
        vm.expectEmit(address(paymaster));
        emit ISessionPaymaster.BudgetSpent(address(account), charge);
        settle(context, cost, fee);
        _assertBudget(address(account), type(uint128).max, charge);
    }

    function test_never_more_is_charged_than_was_reserved(uint128 reserved, uint128 cost, uint120 fee) public {
        setBudget(paymaster, address(account), reserved);
        bytes memory context = validate(operation(), reserved);
        uint256 charge = uint256(cost) + LATE_GAS * fee;
        if (charge > reserved) charge = reserved;
        vm.expectEmit(address(paymaster));
        emit ISessionPaymaster.BudgetSpent(address(account), charge);
        settle(context, cost, fee);
        _assertBudget(address(account), reserved, charge);
    }

    function test_the_edge_between_giving_back_and_not() public {
        uint256 charge = 1 + LATE_GAS;
        for (uint256 more = 0; more < 3; ++more) {
            address principal = address(uint160(1_000 + more));
            setBudget(paymaster, principal, 1 ether);
            PackedUserOperation memory op = operation();
            op.sender = principal;
            settle(validate(op, charge - 1 + more), 1, 1);
            _assertBudget(principal, 1 ether, more == 0 ? charge - 1 : charge);
        }
    }

    /// @dev Each limit beside it: 40,000 gas for `postOp` of which 4,000 are its own, a call of 164 bytes.
    function test_what_comes_behind_postOp_follows_from_the_limits() public {
        vm.assertEq(operation().callData.length, 164);
        vm.assertEq(_lateGas(40_000, 200_000, 164), LATE_GAS);
        vm.assertEq(_lateGas(40_000, 10_000_000, 164), LATE_GAS);
        vm.assertEq(_lateGas(0, 200_000, 164), 3_000);
        vm.assertEq(_lateGas(3_999, 200_000, 164), 3_000 + 3_999);
        vm.assertEq(_lateGas(4_000, 200_000, 164), 3_000 + 4_000);
        vm.assertEq(_lateGas(4_009, 200_000, 164), 3_000 + 4_000);
        vm.assertEq(_lateGas(4_010, 200_000, 164), 3_000 + 4_000 + 1);
        vm.assertEq(_lateGas(1_004_000, 200_000, 164), 3_000 + 4_000 + 100_000);
        vm.assertEq(_lateGas(0, 200_000, 511), 3_000);
        vm.assertEq(_lateGas(0, 200_000, 512), 3_001);
        vm.assertEq(_lateGas(0, 200_000, 100_000), 3_195);
    }

    /// @dev v0.7, and any EntryPoint that is not known to have penalised the call before it asks.
    function test_the_penalty_for_the_call_comes_late_unless_it_is_known_not_to() public {
        address another = address(new EntryPointOfAnotherTeam());
        address[2] memory late = [EntryPoints.V07, another];
        for (uint256 i = 0; i < 2; ++i) {
            paymaster = newPaymaster(late[i]);
            vm.assertEq(_lateGasAt(late[i], 40_000, 200_000, 164), LATE_GAS_V07);
            vm.assertEq(_lateGasAt(late[i], 0, 0, 164), 3_000);
            vm.assertEq(_lateGasAt(late[i], 0, 9, 164), 3_000);
            vm.assertEq(_lateGasAt(late[i], 0, 10, 164), 3_001);
        }
        paymaster = paymasters[1];
        vm.assertEq(_lateGasAt(EntryPoints.V08, 40_000, 200_000, 164), LATE_GAS);
    }

    /// @dev Two operations of a bundle are validated first and settled then.
    function test_operations_that_are_under_way_together_do_not_overdraw_or_mix() public {
        setBudget(paymaster, address(account), 100_000);
        bytes memory first = validate(operation(), 60_000);
        _refusedAt(operation(), 40_001, 40_000);
        bytes memory second = validate(operation(), 40_000);
        _assertBudget(address(account), 100_000, 100_000);
        settle(first, 1_000, 1);
        _assertBudget(address(account), 100_000, 40_000 + 1_000 + LATE_GAS);
        settle(second, 2_000, 1);
        _assertBudget(address(account), 100_000, 3_000 + 2 * LATE_GAS);
    }

    /// @dev A budget is a total: what the owner sets in between means what it says.
    function test_a_budget_set_while_an_operation_is_under_way_holds() public {
        setBudget(paymaster, address(account), 100_000);
        bytes memory context = validate(operation(), 100_000);
        setBudget(paymaster, address(account), 0);
        settle(context, 1_000, 1);
        _assertBudget(address(account), 0, 1_000 + LATE_GAS);
        _refusedAt(operation(), 1, 0);
        setBudget(paymaster, address(account), uint128(1_000 + LATE_GAS + 5));
        _refusedAt(operation(), 6, 5);
    }

    // --- setting ---------------------------------------------------------------------------------------------------

    function test_the_owner_sets_budgets(address principal, uint128 budget, uint128 again) public {
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectEmit(address(paymaster));
            emit ISessionPaymaster.BudgetSet(principal, budget);
            vm.prank(owner);
            paymaster.setBudget(principal, budget);
            _assertBudget(principal, budget, 0);
            budget = again;
        }
    }

    function test_the_owner_sets_many_at_once(address first, address second, uint128 budget) public {
        vm.assume(first != second);
        ISessionPaymaster.PrincipalBudget[] memory budgets = new ISessionPaymaster.PrincipalBudget[](3);
        budgets[0] = ISessionPaymaster.PrincipalBudget(first, 1);
        budgets[1] = ISessionPaymaster.PrincipalBudget(second, budget);
        budgets[2] = ISessionPaymaster.PrincipalBudget(first, 3);
        vm.recordLogs();
        vm.prank(owner);
        paymaster.setBudgets(budgets);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 3);
        for (uint256 i = 0; i < 3; ++i) {
            vm.assertEq(logs[i].topics[0], ISessionPaymaster.BudgetSet.selector);
            vm.assertEq(logs[i].topics[1], bytes32(uint256(uint160(budgets[i].principal))));
            vm.assertEq(abi.decode(logs[i].data, (uint256)), budgets[i].budget);
        }
        _assertBudget(first, 3, 0);
        _assertBudget(second, budget, 0);
        vm.prank(owner);
        paymaster.setBudgets(new ISessionPaymaster.PrincipalBudget[](0));
    }

    function test_setting_leaves_what_is_spent(uint128 budget) public {
        setBudget(paymaster, address(account), 9);
        validate(operation(), 9);
        setBudget(paymaster, address(account), budget);
        _assertBudget(address(account), budget, 9);
    }

    // --- who may ask -----------------------------------------------------------------------------------------------

    function test_only_its_entry_point_asks_and_settles(address caller) public {
        vm.assume(caller != EntryPoints.V09);
        setBudget(paymaster, address(account), 1 ether);
        PackedUserOperation memory op = operation();
        bytes memory context = validate(op, 1 ether);
        bytes[2] memory calls = [
            abi.encodeCall(IPaymaster.validatePaymasterUserOp, (op, HASH, 0)),
            abi.encodeCall(IPaymaster.postOp, (IPaymaster.PostOpMode.opSucceeded, context, 0, 0))
        ];
        address[3] memory callers = [caller, EntryPoints.V08, owner];
        for (uint256 i = 0; i < 6; ++i) {
            bytes memory expected = abi.encodeWithSelector(Paymaster.PaymasterUnauthorized.selector, callers[i % 3]);
            refused(callers[i % 3], calls[i / 3], expected);
        }
    }

    // --- helpers ---------------------------------------------------------------------------------------------------

    function _assertBudget(address principal, uint256 budget, uint256 spent) private view {
        (uint128 budget_, uint128 spent_) = paymaster.budgetOf(principal);
        vm.assertEq(budget_, budget, "budget");
        vm.assertEq(spent_, spent, "spent");
    }

    function _refusedAt(PackedUserOperation memory op, uint256 cost, uint256 left) private {
        bytes memory asked = abi.encodeCall(paymaster.validatePaymasterUserOp, (op, HASH, cost));
        refused(EntryPoints.V09, asked, exceeded(op.sender, cost, left));
    }

    function _lateGas(uint128 postOp, uint256 call_, uint256 size) private returns (uint256) {
        return _lateGasAt(EntryPoints.V09, postOp, call_, size);
    }

    /// @dev What a settlement at 1 wei per gas charges beside a cost of nothing.
    function _lateGasAt(address entryPoint, uint128 postOp, uint256 call_, uint256 size) private returns (uint256) {
        SessionPaymaster payer = paymaster;
        setBudget(payer, address(account), type(uint128).max);
        PackedUserOperation memory op = operation();
        op.paymasterAndData = paymasterData(payer, 60_000, postOp);
        op.accountGasLimits = gasLimits(150_000, call_);
        op.callData = bytes.concat(hex"e9ae5c53", new bytes(size - 4));
        uint256 before = spentOf(payer, address(account));
        vm.prank(entryPoint);
        (bytes memory context, ) = payer.validatePaymasterUserOp(op, HASH, 1 ether);
        vm.prank(entryPoint);
        payer.postOp(IPaymaster.PostOpMode.opSucceeded, context, 0, 1);
        return spentOf(payer, address(account)) - before;
    }
}

/// @notice Code where an EntryPoint should be.
contract EntryPointOfAnotherTeam {
    function getNonce(address, uint192 key) external pure returns (uint256) {
        return uint256(key) << 64;
    }
}
