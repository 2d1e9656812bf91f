// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {SessionPaymaster} from "../../../contracts/paymaster/SessionPaymaster.sol";
import {IEntryPointUnderTest} from "../../support/solidity/LatchkeyTest.sol";
import {PaymasterFixture} from "../../support/solidity/PaymasterFixture.sol";
import {Deck} from "./Deck.sol";

/// @notice Bundles of two accounts that accept everything, on three EntryPoints, while the owner sets budgets, deposits
/// and withdraws. The model knows what was asked, what the budgets were, and what really left the deposit.
contract PaymasterHandler is PaymasterFixture, Deck {
    /// @notice So many steps do enough of each thing: eight decks.
    uint256 public constant RUN = 256;

    struct Ghost {
        uint128 budget;
        /// @dev The highest budget so far: what was spent under it stays spent.
        uint128 highest;
        uint256 spent;
    }

    mapping(uint256 which => mapping(address principal => Ghost)) private ghosts;
    /// @dev What the owner and others put in, less what the owner took out.
    uint256[3] private _deposited;
    /// @dev What the EntryPoint's beneficiary got.
    uint256[3] private _collected;

    uint256[3] private _accepted;
    uint256[3] private _overdrawn;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 3; ++i) _deposited[i] = DEPOSIT;
        uint256[] memory cards = new uint256[](4);
        (cards[0], cards[1], cards[2], cards[3]) = (20, 8, 2, 2);
        _setDeck(cards);
    }

    // --- steps -----------------------------------------------------------------------------------------------------

    /// @notice Does one thing. The numbers are hashed, because a fuzzer repeats the ones that it likes.
    function step(uint256 some, uint256 more) external {
        uint256 seed = uint256(keccak256(abi.encode(some, more)));
        uint256 choice = _draw(seed >> 192);
        (uint256 which, uint256 what) = (seed % 3, seed >> 8);
        if (choice == 0) _act(which, what);
        else if (choice == 1) _budget(which, seed >> 4, what);
        else if (choice == 2) _deposit(which, what);
        else _withdraw(which, what);
    }

    /// @dev Around what has been spent, so that budgets matter: below it, at it, and up to a few operations above.
    function _budget(uint256 which, uint256 who, uint256 seed) private {
        address principal = _principal(who);
        Ghost storage ghost = ghosts[which][principal];
        uint256 center = ghost.spent + ((seed >> 8) % 2_000_000 gwei);
        ghost.budget = uint128(seed % 8 == 0 ? center / 2 : center);
        if (ghost.budget > ghost.highest) ghost.highest = ghost.budget;
        setBudget(paymasters[which], principal, ghost.budget);
    }

    function _deposit(uint256 which, uint256 value) private {
        value %= 1 ether;
        paymasters[which].deposit{value: value}();
        _deposited[which] += value;
    }

    function _withdraw(uint256 which, uint256 amount) private {
        amount %= 1 ether;
        vm.prank(owner);
        paymasters[which].withdrawTo(payable(stranger), amount);
        _deposited[which] -= amount;
    }

    /// @dev One to three operations. If their reservations fit, the bundle passes; else it is refused and nothing
    /// changes.
    function _act(uint256 which, uint256 seed) private {
        PackedUserOperation[] memory ops = new PackedUserOperation[](1 + (seed % 3));
        uint256[2] memory reserved;
        for (uint256 i = 0; i < ops.length; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            ops[i] = _operation(which, uint32(i), seed);
            reserved[seed % 2] += maxCostOf(ops[i]);
        }
        bool expected = reserved[0] <= _left(which, 0) && reserved[1] <= _left(which, 1);
        uint256[2] memory before = [_spent(which, 0), _spent(which, 1)];
        uint256 depositBefore = depositOf(paymasters[which]);
        uint256 beneficiary = bundler.balance;
        vm.prank(bundler, bundler);
        (bool done, ) = entryPoints[which].call(
            abi.encodeCall(IEntryPointUnderTest.handleOps, (ops, payable(bundler)))
        );
        vm.assertEq(done, expected, "a bundle passes exactly if the budgets cover it");
        uint256 fall = depositBefore - depositOf(paymasters[which]);
        uint256 charged;
        for (uint256 who = 0; who < 2; ++who) {
            uint256 charge = _spent(which, who) - before[who];
            vm.assertLe(charge, done ? reserved[who] : 0, "no more than reserved");
            ghosts[which][_principal(who)].spent += charge;
            charged += charge;
        }
        vm.assertLe(fall, charged, "no less than what was taken");
        vm.assertEq(bundler.balance - beneficiary, fall, "nobody else was paid");
        _collected[which] += fall;
        if (done) ++_accepted[which];
        else ++_overdrawn[which];
    }

    // --- what holds after each sequence ----------------------------------------------------------------------------

    function checkSums() external view {
        for (uint256 which = 0; which < 3; ++which) {
            uint256 spent = _spent(which, 0) + _spent(which, 1);
            vm.assertLe(_collected[which], spent, "all charges cover all falls");
            vm.assertEq(depositOf(paymasters[which]), _deposited[which] - _collected[which], "the deposit");
            vm.assertEq(address(paymasters[which]).balance, 0, "nothing rests in the paymaster");
        }
    }

    function checkBudgets() external view {
        for (uint256 i = 0; i < 6; ++i) {
            (uint256 which, address principal) = (i / 2, _principal(i));
            Ghost storage ghost = ghosts[which][principal];
            (uint128 budget_, uint128 spent) = paymasters[which].budgetOf(principal);
            vm.assertEq(budget_, ghost.budget, "the budget is what the owner set");
            vm.assertEq(spent, ghost.spent, "only bundles spend");
            vm.assertLe(spent, ghost.highest, "never above the highest budget");
        }
    }

    /// @notice How often bundles were accepted and refused, by EntryPoint.
    function outcomes() external view returns (uint256[3] memory accepted, uint256[3] memory overdrawn) {
        return (_accepted, _overdrawn);
    }

    // --- helpers ---------------------------------------------------------------------------------------------------

    /// @dev Small limits and a nonce lane of its own; wasteful, reverting, or without the gas for `postOp`.
    function _operation(uint256 which, uint32 lane, uint256 seed) private view returns (PackedUserOperation memory op) {
        SessionPaymaster payer = paymasters[which];
        uint256 reason = (seed >> 8) % 4 == 0 ? (seed >> 16) % 3_000 : 0;
        op = operation(payer, _principal(seed), abi.encode((seed >> 32) % 60_000, reason));
        uint192 key = nonceKey(lane + (seed % 2 == 0 ? 0 : 100));
        op.nonce = IEntryPointUnderTest(entryPoints[which]).getNonce(op.sender, key);
        op.accountGasLimits = gasLimits(100_000, (seed >> 64) % 200_000);
        op.preVerificationGas = (seed >> 96) % 60_000;
        uint256 maxFee = 1 + ((seed >> 128) % 3 gwei);
        op.gasFees = bytes32(((seed >> 160) % (maxFee + 1)) << 128) | bytes32(maxFee);
        op.paymasterAndData = paymasterData(payer, 60_000, uint128((seed >> 192) % 60_000));
    }

    function _principal(uint256 who) private view returns (address) {
        return who % 2 == 0 ? address(account) : address(account2);
    }

    function _spent(uint256 which, uint256 who) private view returns (uint256) {
        return spentOf(paymasters[which], _principal(who));
    }

    function _left(uint256 which, uint256 who) private view returns (uint256) {
        Ghost storage ghost = ghosts[which][_principal(who)];
        return ghost.budget > ghost.spent ? ghost.budget - ghost.spent : 0;
    }
}
