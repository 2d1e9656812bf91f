// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Test} from "../../support/solidity/Test.sol";
import {SessionHandler} from "./SessionHandler.sol";

struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}

/// @notice The numbered invariants of test/README.md, over random sequences of what anyone can do.
contract SessionsInvariantTest is Test {
    SessionHandler private handler;

    function setUp() public {
        handler = new SessionHandler();
        handler.setUp();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev Acting and registering several times, so that most sequences do something.
    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        selectors[0].addr = address(handler);
        selectors[0].selectors = new bytes4[](7);
        bytes4[] memory each = selectors[0].selectors;
        (each[0], each[1], each[2], each[3]) = (
            SessionHandler.act.selector,
            SessionHandler.register.selector,
            SessionHandler.wait.selector,
            SessionHandler.deactivate.selector
        );
        (each[4], each[5], each[6]) = (
            SessionHandler.revoke.selector,
            SessionHandler.revokeAll.selector,
            SessionHandler.cancel.selector
        );
    }

    function invariant_INV_all() external view {
        handler.checkBudgets();
        handler.checkDead();
        handler.checkGraves();
        handler.checkNothingRests();
        handler.checkLanes();
        handler.checkPrincipals();
    }

    /// @dev A fixed walk: every action is accepted, and refused where it can be.
    function test_the_handler_reaches_every_outcome() external {
        uint256 seed = 1;
        for (uint256 i = 0; i < 400; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 choice = seed % 32;
            (uint256 who, uint256 which, uint256 more) = (seed >> 8, seed >> 16, seed >> 24);
            if (choice < 16) handler.act(who, which, more);
            else if (choice < 24) handler.register(who, which, more);
            else if (choice < 28) handler.wait(more);
            else if (choice < 30) handler.deactivate(who, which, more);
            else if (i % 20 == 0) handler.revokeAll(who);
            else if (i % 20 == 1) handler.revoke(who, which);
            else if (i % 20 == 2) handler.cancel(who);
            if (i % 60 == 59) handler.revokeAll(who);
        }
        handler.revokeAll(0);
        handler.revoke(1, 1);
        handler.cancel(0);
        for (uint256 action = 0; action < 8; ++action) {
            (uint256 acceptances, uint256 refusals) = handler.outcomesOf(action);
            vm.assertGt(acceptances, 0, "never accepted");
            if (action == 0 || action > 3) vm.assertGt(refusals, 0, "never refused");
        }
    }
}
