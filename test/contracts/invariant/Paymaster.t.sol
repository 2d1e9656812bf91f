// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Test} from "../../support/solidity/Test.sol";
import {PaymasterHandler} from "./PaymasterHandler.sol";
import {FuzzSelector} from "./Sessions.t.sol";

/// @notice Over random sequences: what an operation is charged lies between what the EntryPoint takes for it and what it
/// reserved; all charges of a principal stay below the highest budget that it ever had; the deposit is what came in less
/// what was taken and withdrawn; a bundle passes exactly if the budgets cover it.
contract PaymasterInvariantTest is Test {
    PaymasterHandler private handler;

    function setUp() public {
        handler = new PaymasterHandler();
        handler.setUp();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        selectors[0].addr = address(handler);
        selectors[0].selectors = new bytes4[](4);
        bytes4[] memory each = selectors[0].selectors;
        (each[0], each[1], each[2], each[3]) = (
            PaymasterHandler.act.selector,
            PaymasterHandler.budget.selector,
            PaymasterHandler.deposit.selector,
            PaymasterHandler.withdraw.selector
        );
    }

    function invariant_charges_cover_the_deposit_and_budgets_cover_the_charges() external view {
        handler.checkSums();
        handler.checkBudgets();
    }

    /// @dev A fixed walk, so that no run is one in which nothing happened.
    function test_the_handler_reaches_every_outcome() external {
        uint256 seed = 1;
        for (uint256 i = 0; i < 200; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 choice = seed % 8;
            if (choice < 5) handler.act(seed >> 8, seed >> 16);
            else if (choice < 7) handler.budget(seed >> 8, seed >> 16, seed >> 24);
            else if (i % 2 == 0) handler.deposit(seed >> 8, seed >> 16);
            else handler.withdraw(seed >> 8, seed >> 16);
        }
        handler.checkSums();
        handler.checkBudgets();
        vm.assertGt(handler.accepted(), 20, "hardly ever accepted");
        vm.assertGt(handler.overdrawn(), 20, "hardly ever refused");
    }
}
