// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {SessionPaymaster} from "../../../contracts/paymaster/SessionPaymaster.sol";
import {IEntryPointUnderTest} from "../../support/solidity/LatchkeyTest.sol";
import {Vm} from "../../support/solidity/Vm.sol";
import {PaymasterFixture} from "../../support/solidity/PaymasterFixture.sol";

/// @notice The rule of charges, on the three EntryPoints: fall of the deposit <= charge <= highest possible cost.
contract ChargesTest is PaymasterFixture {
    /// @dev What an operation may do and ask for.
    struct Shape {
        uint256 waste;
        uint256 reason;
        uint256 filling;
        uint256 verificationGas;
        uint256 callGas;
        uint256 paymasterGas;
        uint256 postOpGas;
        uint256 preVerificationGas;
        uint256 maxFee;
        uint256 priorityFee;
    }

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 3; ++i) {
            setBudget(paymasters[i], address(account), type(uint128).max);
            setBudget(paymasters[i], address(account2), type(uint128).max);
        }
    }

    /// @dev Any limits and fees, execution that succeeds, wastes all its gas or reverts with a reason of any size.
    function testFuzz_a_charge_is_at_least_the_fall_and_at_most_the_maximum(Shape memory shape, uint256 which) public {
        SessionPaymaster payer = paymasters[which % 3];
        // Enough to be validated: the EntryPoint refuses less.
        shape.verificationGas = bound(shape.verificationGas, 60_000, 2_000_000);
        shape.paymasterGas = bound(shape.paymasterGas, 30_000, 2_000_000);
        _check(payer, _operationOf(payer, address(account), shape), false);
    }

    /// @dev ATK-62: what is signed away by limits that are never used costs a tenth of them, and that is charged too.
    function test_ATK_62_unused_limits_are_charged_as_the_entry_point_charges_them() public {
        Shape memory shape = _ample();
        (shape.callGas, shape.postOpGas) = (5_000_000, 3_000_000);
        for (uint256 i = 0; i < 3; ++i) {
            SessionPaymaster payer = paymasters[i];
            uint256 fall = _check(payer, _operationOf(payer, address(account), shape), true);
            vm.assertGt(fall, 800_000 gwei, "a tenth of eight million");
        }
    }

    /// @dev The plain case: charged at most 8,000 gas above what was taken, on v0.7 a tenth of the used call gas more.
    function test_a_charge_is_close() public {
        for (uint256 i = 0; i < 3; ++i) {
            SessionPaymaster payer = paymasters[i];
            _check(payer, _operationOf(payer, address(account), _ample()), true);
        }
    }

    /// @dev The EntryPoint's memory grows with the call, and each word of it gets dearer.
    function test_a_long_call_is_covered() public {
        Shape memory shape = _ample();
        shape.filling = 300_000;
        (shape.verificationGas, shape.paymasterGas, shape.callGas) = (2_000_000, 2_000_000, 1_000_000);
        for (uint256 i = 0; i < 3; ++i) {
            SessionPaymaster payer = paymasters[i];
            _check(payer, _operationOf(payer, address(account), shape), true);
        }
    }

    /// @dev ATK-23: execution that reverts is paid for.
    function test_ATK_23_execution_that_reverts_is_charged() public {
        Shape memory shape = _ample();
        shape.reason = 4_000;
        for (uint256 i = 0; i < 3; ++i) {
            SessionPaymaster payer = paymasters[i];
            uint256 fall = _check(payer, _operationOf(payer, address(account), shape), true);
            vm.assertGt(fall, 0);
        }
    }

    /// @dev The whole reservation stays spent, the EntryPoint takes less, and it says that `postOp` failed.
    function test_ATK_62_postOp_out_of_gas_gives_nothing_back() public {
        Shape memory shape = _ample();
        shape.postOpGas = 1_000;
        for (uint256 i = 0; i < 3; ++i) {
            SessionPaymaster payer = paymasters[i];
            PackedUserOperation memory op = _operationOf(payer, address(account), shape);
            (uint256 deposit, uint256 spent) = (depositOf(payer), spentOf(payer, address(account)));
            vm.recordLogs();
            handle(payer, bundle(op));
            Vm.Log[] memory logs = vm.getRecordedLogs();
            vm.assertEq(_count(logs, keccak256("PostOpRevertReason(bytes32,address,uint256,bytes)")), 1);
            vm.assertEq(_count(logs, keccak256("BudgetSpent(address,uint256)")), 0);
            vm.assertEq(spentOf(payer, address(account)) - spent, maxCostOf(op), "all of it");
            uint256 fall = deposit - depositOf(payer);
            vm.assertGt(fall, 0);
            vm.assertLt(fall, maxCostOf(op));
        }
    }

    /// @dev The tightest limits do not cover the EntryPoint's own work: it takes all that was reserved, undoes `postOp`
    /// and says so.
    function test_a_prefund_that_is_too_low_is_charged_whole() public {
        Shape memory shape = _ample();
        (shape.preVerificationGas, shape.waste) = (0, 0);
        (shape.callGas, shape.postOpGas) = (0, 2_550);
        for (uint256 i = 0; i < 3; ++i) {
            SessionPaymaster payer = paymasters[i];
            (shape.verificationGas, shape.paymasterGas) = (60_000, 30_000);
            vm.assertTrue(_handles(payer, shape));
            do shape.verificationGas -= 250; while (_handles(payer, shape));
            shape.verificationGas += 250;
            do shape.paymasterGas -= 250; while (_handles(payer, shape));
            shape.paymasterGas += 250;
            (uint256 deposit, uint256 spent) = (depositOf(payer), spentOf(payer, address(account)));
            PackedUserOperation memory op = _operationOf(payer, address(account), shape);
            vm.recordLogs();
            handle(payer, bundle(op));
            bytes32 tooLow = keccak256("UserOperationPrefundTooLow(bytes32,address,uint256)");
            vm.assertEq(_count(vm.getRecordedLogs(), tooLow), 1);
            vm.assertEq(deposit - depositOf(payer), maxCostOf(op));
            vm.assertEq(spentOf(payer, address(account)) - spent, maxCostOf(op));
        }
    }

    function test_an_operation_without_a_fee_costs_nothing_and_needs_no_budget() public {
        vm.fee(0);
        Shape memory shape = _ample();
        (shape.maxFee, shape.priorityFee) = (0, 0);
        for (uint256 i = 0; i < 3; ++i) {
            SessionPaymaster payer = paymasters[i];
            setBudget(payer, address(account), 0);
            vm.assertEq(_check(payer, _operationOf(payer, address(account), shape), false), 0);
            vm.assertEq(spentOf(payer, address(account)), 0);
        }
    }

    /// @dev ATK-22: both are validated before either has been settled.
    function test_ATK_22_operations_of_one_bundle_cannot_overdraw_together() public {
        PackedUserOperation[] memory ops = new PackedUserOperation[](2);
        (ops[0], ops[1]) = (operation(), operation());
        ops[1].nonce = uint256(nonceKey(1)) << 64;
        uint128 cost = uint128(maxCostOf(ops[0]));
        setBudget(paymaster, address(account), 2 * cost - 1);
        refusedBundle(ops, 1, exceeded(address(account), cost, cost - 1));
        setBudget(paymaster, address(account), 2 * cost);
        uint256 deposit = depositOf(paymaster);
        handle(paymaster, ops);
        _assertRule(deposit - depositOf(paymaster), spentOf(paymaster, address(account)), 2 * cost);
    }

    /// @dev ATK-61: the worst that code of an account's own can do: its budget, and the next operation is refused.
    function test_ATK_61_an_account_that_accepts_everything_takes_its_budget_and_no_more() public {
        uint128 budget = 3_000_000 gwei;
        setBudget(paymaster, address(account), budget);
        uint256 deposit = depositOf(paymaster);
        for (uint256 i = 0; true; ++i) {
            PackedUserOperation memory op = operation(paymaster, address(account), abi.encode(1_000_000, 0));
            uint256 left = budget - spentOf(paymaster, address(account));
            if (maxCostOf(op) > left) {
                vm.assertGt(i, 4);
                refusedOperation(op, exceeded(address(account), maxCostOf(op), left));
                break;
            }
            handle(paymaster, bundle(op));
        }
        vm.assertLe(deposit - depositOf(paymaster), budget);
        // Nobody else has less for it.
        handle(paymaster, bundle(operation(paymaster, address(account2), abi.encode(0, 0))));
    }

    function test_a_deposit_that_is_too_small_is_the_entry_points_to_refuse() public {
        PackedUserOperation memory op = operation();
        vm.prank(owner);
        paymaster.withdrawTo(payable(owner), DEPOSIT - maxCostOf(op) + 1);
        bytes memory data = abi.encodeCall(IEntryPointUnderTest.handleOps, (bundle(op), payable(bundler)));
        bytes memory expected = abi.encodeWithSelector(
            IEntryPointUnderTest.FailedOp.selector,
            0,
            "AA31 paymaster deposit too low"
        );
        refusedAt(entryPoints[2], bundler, data, expected);
        paymaster.deposit{value: 1}();
        handle(paymaster, bundle(op));
    }

    // --- helpers ---------------------------------------------------------------------------------------------------

    function _ample() private pure returns (Shape memory shape) {
        shape.waste = 30_000;
        (shape.verificationGas, shape.callGas) = (150_000, 60_000);
        (shape.paymasterGas, shape.postOpGas) = (60_000, 20_000);
        shape.preVerificationGas = 50_000;
        (shape.maxFee, shape.priorityFee) = (1 gwei, 1 gwei);
    }

    /// @dev Brings each field into what an operation can have and still be bundled.
    function _operationOf(
        SessionPaymaster payer,
        address principal,
        Shape memory shape
    ) private view returns (PackedUserOperation memory op) {
        bytes memory filling = new bytes(bound(shape.filling, 0, 300_000) / (shape.filling > 400_000 ? 1_000 : 1));
        bytes memory execution = abi.encode(bound(shape.waste, 0, 400_000), bound(shape.reason, 0, 5_000), filling);
        op = operation(payer, principal, execution);
        uint256 reading = 4 * filling.length;
        uint256 verification = bound(shape.verificationGas, 1_000, 2_000_000);
        op.accountGasLimits = gasLimits(verification + reading, bound(shape.callGas, 0, 5_000_000));
        op.preVerificationGas = bound(shape.preVerificationGas, 0, 200_000);
        uint256 maxFee = bound(shape.maxFee, 0, 1_000 gwei);
        op.gasFees = bytes32((bound(shape.priorityFee, 0, maxFee) << 128) | maxFee);
        op.paymasterAndData = paymasterData(
            payer,
            uint128(bound(shape.paymasterGas, 1_000, 2_000_000) + reading),
            uint128(bound(shape.postOpGas, 0, 3_000_000))
        );
    }

    /// @dev Whether the EntryPoint lets it through.
    function _handles(SessionPaymaster payer, Shape memory shape) private returns (bool success) {
        PackedUserOperation[] memory ops = bundle(_operationOf(payer, address(account), shape));
        bytes memory data = abi.encodeCall(IEntryPointUnderTest.handleOps, (ops, payable(bundler)));
        address entryPoint = address(payer.entryPoint());
        vm.prank(bundler, bundler);
        (success, ) = entryPoint.call(data);
    }

    /// @return fall what the EntryPoint took
    function _check(
        SessionPaymaster payer,
        PackedUserOperation memory op,
        bool isSettled
    ) private returns (uint256 fall) {
        (uint256 deposit, uint256 spent) = (depositOf(payer), spentOf(payer, op.sender));
        vm.recordLogs();
        handle(payer, bundle(op));
        fall = deposit - depositOf(payer);
        uint256 charge = spentOf(payer, op.sender) - spent;
        _assertRule(fall, charge, maxCostOf(op));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        bool settled = false;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != address(payer)) continue;
            vm.assertEq(abi.decode(logs[i].data, (uint256)), charge, "the event");
            settled = true;
        }
        if (isSettled) {
            vm.assertTrue(settled, "postOp ran");
            uint256 slack = 8_000 + op.callData.length / 512;
            if (address(payer) == address(paymasters[0])) slack += uint128(uint256(op.accountGasLimits)) / 10;
            vm.assertLe(charge - fall, slack * 1 gwei, "charged too much");
        } else if (!settled) {
            vm.assertEq(charge, maxCostOf(op), "nothing was given back");
        }
    }

    function _assertRule(uint256 fall, uint256 charge, uint256 maxCost) private pure {
        vm.assertLe(fall, charge, "charged less than was taken");
        vm.assertLe(charge, maxCost, "charged more than was reserved");
    }

    function _count(Vm.Log[] memory logs, bytes32 topic) private pure returns (uint256 count) {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] == topic) ++count;
        }
    }
}
