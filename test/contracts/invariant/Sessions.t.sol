// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionRegistry} from "../../../contracts/interfaces/ISessionRegistry.sol";
import {Test} from "../../support/solidity/Test.sol";
import {SessionHandler} from "./SessionHandler.sol";

struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}

/// @notice The numbered invariants of docs/assurance/invariants.md, over random sequences of what anyone can do.
contract SessionsInvariantTest is Test {
    SessionHandler private handler;

    function setUp() public {
        handler = new SessionHandler();
        handler.setUp();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(this);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        selectors[0].addr = address(this);
        selectors[0].selectors = new bytes4[](1);
        selectors[0].selectors[0] = this.step.selector;
    }

    /// @dev Here and not in the handler, whose code the runner does not recognise.
    function step(uint256 some, uint256 more) external {
        handler.step(some, more);
    }

    function invariant_INV_all() public view {
        handler.checkBudgets();
        handler.checkDead();
        handler.checkGraves();
        handler.checkNothingRests();
        handler.checkLanes();
        handler.checkPrincipals();
    }

    /// @dev Each run does enough. A shorter one is a failure that the runner tries to shorten.
    function afterInvariant() external view {
        if (handler.steps() >= handler.RUN()) _requireOutcomes(handler.outcomes());
    }

    /// @dev The steps of two runs with fixed numbers: each error that the model knows comes.
    function test_ATK_98_the_handler_reaches_every_outcome() external {
        for (uint256 i = 0; i < 2 * handler.RUN(); ++i) {
            handler.step(i, 0);
            invariant_INV_all();
        }
        _requireOutcomes(handler.outcomes());
        bytes4[16] memory errors = [
            ISessionErrors.SessionNotRegistered.selector,
            ISessionErrors.SessionAlreadyRevoked.selector,
            ISessionErrors.SessionGenerationEnded.selector,
            ISessionErrors.SessionNotYetValid.selector,
            ISessionErrors.SessionExpired.selector,
            ISessionErrors.DeadlineNotAllowed.selector,
            ISessionErrors.DeadlinePassed.selector,
            ISessionErrors.TargetForbidden.selector,
            ISessionErrors.CallNotAllowed.selector,
            ISessionErrors.CallNotConsumable.selector,
            ISessionErrors.SessionCallsExceeded.selector,
            ISessionErrors.SpendCapExceeded.selector,
            ISessionErrors.GasBudgetExceeded.selector,
            ISessionRegistry.LaneOccupied.selector,
            ISessionRegistry.KeyInAnotherLane.selector,
            ISessionRegistry.DurationOutOfBounds.selector
        ];
        for (uint256 i = 0; i < errors.length; ++i) {
            vm.assertGt(handler.refusalsWith(errors[i]), 0, vm.toString(bytes32(errors[i])));
        }
    }

    /// @dev Far below what a run does: about 140 acts are accepted, each way more than 15 times, and what comes seldom
    /// comes four times.
    function _requireOutcomes(uint256[27] memory counts) private pure {
        uint256 acts = 0;
        for (uint256 i = 0; i < counts.length; ++i) {
            if (i < 6) acts += counts[i];
            vm.assertGt(counts[i], 0, string.concat("never came: outcome ", vm.toString(i)));
        }
        vm.assertGe(acts, 60, "hardly any act was accepted");
    }
}
