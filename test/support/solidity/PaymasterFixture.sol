// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPaymaster, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IERC7579Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {ISessionPaymaster} from "../../../contracts/interfaces/ISessionPaymaster.sol";
import {SessionPaymaster} from "../../../contracts/paymaster/SessionPaymaster.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {OpenAccount} from "./mocks/OpenAccount.sol";
import {EntryPointFixture} from "./EntryPointFixture.sol";
import {IEntryPointUnderTest} from "./LatchkeyTest.sol";

interface IStakes {
    function getDepositInfo(
        address account
    ) external view returns (uint256 deposit, bool staked, uint112 stake, uint32 unstakeDelaySec, uint48 withdrawTime);
}

/// @notice A paymaster on each EntryPoint, as it is deployed, and accounts that accept everything: what a paymaster sees
/// of an operation does not depend on who signed it. Real sessions are sponsored in test/contracts/paymaster/Sponsored.test.ts.
abstract contract PaymasterFixture is EntryPointFixture {
    bytes32 internal constant HASH = keccak256("operation");
    uint256 internal constant DEPOSIT = 100 ether;

    /// @dev What a nonce has to name; nothing is called there.
    address internal latchkey;
    address internal owner;
    address internal stranger;
    address internal bundler;
    OpenAccount internal account;
    OpenAccount internal account2;
    /// @dev On EntryPoint v0.7, v0.8 and v0.9.
    address[3] internal entryPoints = [EntryPoints.V07, EntryPoints.V08, EntryPoints.V09];
    SessionPaymaster[3] internal paymasters;
    /// @dev That of v0.9.
    SessionPaymaster internal paymaster;

    function setUp() public virtual {
        vm.warp(1_750_003_200);
        vm.fee(1 gwei);
        deployEntryPoints();
        latchkey = address(new OpenAccount());
        owner = makeAddress("owner");
        stranger = makeAddress("stranger");
        bundler = makeAddress("bundler");
        (account, account2) = (new OpenAccount(), new OpenAccount());
        vm.deal(address(this), 1_000 ether);
        vm.deal(owner, 100 ether);
        vm.deal(bundler, 1 ether);
        for (uint256 i = 0; i < 3; ++i) {
            paymasters[i] = newPaymaster(entryPoints[i]);
            paymasters[i].deposit{value: DEPOSIT}();
        }
        paymaster = paymasters[2];
    }

    function newPaymaster(address entryPoint) internal returns (SessionPaymaster) {
        bytes memory values = abi.encode(entryPoint, latchkey, owner);
        return SessionPaymaster(deploy("contracts/paymaster/SessionPaymaster.sol:SessionPaymaster", values));
    }

    function setBudget(SessionPaymaster payer, address principal, uint128 budget) internal {
        vm.prank(owner);
        payer.setBudget(principal, budget);
    }

    function spentOf(SessionPaymaster payer, address principal) internal view returns (uint256 spent) {
        (, spent) = payer.budgetOf(principal);
    }

    function depositOf(SessionPaymaster payer) internal view returns (uint256) {
        return IEntryPointUnderTest(address(payer.entryPoint())).balanceOf(address(payer));
    }

    // --- operations ------------------------------------------------------------------------------------------------

    /// @dev `validator (20) | lane (4)`.
    function nonceKey(uint32 lane) internal view returns (uint192) {
        return (uint192(uint160(latchkey)) << 32) | lane;
    }

    function gasLimits(uint256 verification, uint256 call_) internal pure returns (bytes32) {
        return bytes32((verification << 128) | call_);
    }

    function paymasterData(
        SessionPaymaster payer,
        uint128 verification,
        uint128 postOp
    ) internal pure returns (bytes memory) {
        return abi.encodePacked(payer, verification, postOp);
    }

    /// @dev What a session's operation looks like; 500,000 gas at 1 gwei.
    function operation(
        SessionPaymaster payer,
        address principal,
        bytes memory execution
    ) internal view returns (PackedUserOperation memory op) {
        op.sender = principal;
        op.nonce = IEntryPointUnderTest(address(payer.entryPoint())).getNonce(principal, nonceKey(0));
        op.callData = abi.encodeCall(IERC7579Execution.execute, (bytes32(0), execution));
        op.accountGasLimits = gasLimits(150_000, 200_000);
        op.preVerificationGas = 50_000;
        op.gasFees = bytes32((uint256(1 gwei) << 128) | 1 gwei);
        op.paymasterAndData = paymasterData(payer, 60_000, 40_000);
        op.signature = new bytes(128);
    }

    function operation() internal view returns (PackedUserOperation memory) {
        return operation(paymaster, address(account), abi.encode(0, 0));
    }

    function maxCostOf(PackedUserOperation memory op) internal pure returns (uint256) {
        uint256 limits = uint256(op.accountGasLimits);
        uint256 gas = (limits >> 128) + uint128(limits) + op.preVerificationGas;
        bytes memory data = op.paymasterAndData;
        uint256 sponsored;
        assembly ("memory-safe") {
            // 52 bytes: both limits are the word behind the address.
            sponsored := mload(add(data, 52))
        }
        return (gas + (sponsored >> 128) + uint128(sponsored)) * uint128(uint256(op.gasFees));
    }

    function bundle(PackedUserOperation memory op) internal pure returns (PackedUserOperation[] memory ops) {
        ops = new PackedUserOperation[](1);
        ops[0] = op;
    }

    /// @dev Succeeds, or fails the test with the EntryPoint's reason.
    function handle(SessionPaymaster payer, PackedUserOperation[] memory ops) internal {
        IEntryPointUnderTest entryPoint = IEntryPointUnderTest(address(payer.entryPoint()));
        vm.prank(bundler, bundler);
        entryPoint.handleOps(ops, payable(bundler));
    }

    /// @dev Asks the paymaster as its EntryPoint does.
    function validate(PackedUserOperation memory op, uint256 cost) internal returns (bytes memory context) {
        uint256 validationData;
        vm.prank(EntryPoints.V09);
        (context, validationData) = paymaster.validatePaymasterUserOp(op, HASH, cost);
        vm.assertEq(validationData, 0, "neither a failure nor a window");
    }

    function settle(bytes memory context, uint256 cost, uint256 fee) internal {
        vm.prank(EntryPoints.V09);
        paymaster.postOp(IPaymaster.PostOpMode.opSucceeded, context, cost, fee);
    }

    // --- refusals --------------------------------------------------------------------------------------------------

    function stateHash() internal view returns (bytes32 hash) {
        address[4] memory principals = [address(account), address(account2), owner, stranger];
        for (uint256 i = 0; i < 3; ++i) {
            SessionPaymaster payer = paymasters[i];
            (uint256 deposit, bool staked, uint112 stake, uint32 delay, uint48 time) = IStakes(entryPoints[i])
                .getDepositInfo(address(payer));
            hash = keccak256(
                abi.encode(hash, payer.owner(), payer.pendingOwner(), deposit, staked, stake, delay, time)
            );
            for (uint256 j = 0; j < principals.length; ++j) {
                (uint128 budget, uint128 spent) = payer.budgetOf(principals[j]);
                hash = keccak256(abi.encode(hash, budget, spent, principals[j].balance));
            }
        }
    }

    /// @dev The call reverts with exactly this, and nothing has changed.
    function refused(address sender, bytes memory data, bytes memory expected) internal {
        refusedAt(address(paymaster), sender, data, expected);
    }

    function refusedAt(address target, address sender, bytes memory data, bytes memory expected) internal {
        bytes32 before = stateHash();
        // An EntryPoint takes bundles only from whoever signed the transaction.
        vm.prank(sender, target == EntryPoints.V09 ? sender : ORIGIN);
        (bool success, bytes memory reason) = target.call(data);
        vm.assertFalse(success, "accepted, though it was to be refused");
        vm.assertEq(reason, expected, "another error");
        vm.assertEq(stateHash(), before, "a refusal changed something");
    }

    /// @dev Refused when the EntryPoint asks, and in a bundle with the EntryPoint's wrapping.
    function refusedOperation(PackedUserOperation memory op, bytes memory expected) internal {
        bytes memory asked = abi.encodeCall(IPaymaster.validatePaymasterUserOp, (op, HASH, maxCostOf(op)));
        refused(EntryPoints.V09, asked, expected);
        refusedBundle(bundle(op), 0, expected);
    }

    function refusedBundle(PackedUserOperation[] memory ops, uint256 index, bytes memory expected) internal {
        bytes memory data = abi.encodeCall(IEntryPointUnderTest.handleOps, (ops, payable(bundler)));
        bytes memory wrapped = abi.encodeWithSelector(
            IEntryPointUnderTest.FailedOpWithRevert.selector,
            index,
            "AA33 reverted",
            expected
        );
        refusedAt(EntryPoints.V09, bundler, data, wrapped);
    }

    function exceeded(address principal, uint256 requested, uint256 left) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ISessionPaymaster.BudgetExceeded.selector, principal, requested, left);
    }
}
