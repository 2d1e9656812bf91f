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
        selectors[0].selectors = new bytes4[](1);
        selectors[0].selectors[0] = PaymasterHandler.step.selector;
    }

    function invariant_charges_cover_the_deposit_and_budgets_cover_the_charges() public view {
        handler.checkSums();
        handler.checkBudgets();
    }

    /// @dev Each run does enough. A shorter one is a failure that the runner tries to shorten.
    function afterInvariant() external view {
        if (handler.steps() >= handler.RUN()) _requireOutcomes();
    }

    /// @dev The steps of one run with fixed numbers.
    function test_ATK_98_the_handler_reaches_every_outcome() external {
        for (uint256 i = 0; i < handler.RUN(); ++i) {
            handler.step(i, 0);
            invariant_charges_cover_the_deposit_and_budgets_cover_the_charges();
        }
        _requireOutcomes();
    }

    /// @dev Of 160 bundles about 59 are accepted and 101 refused, a third on each EntryPoint.
    function _requireOutcomes() private view {
        (uint256[3] memory accepted, uint256[3] memory overdrawn) = handler.outcomes();
        for (uint256 i = 0; i < 3; ++i) {
            vm.assertGt(accepted[i], 0, "never accepted");
            vm.assertGt(overdrawn[i], 0, "never refused");
        }
        vm.assertGe(accepted[0] + accepted[1] + accepted[2], 20, "hardly ever accepted");
        vm.assertGe(overdrawn[0] + overdrawn[1] + overdrawn[2], 30, "hardly ever refused");
    }
}
