// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {EntryPointFixture} from "./EntryPointFixture.sol";

interface INonces {
    function getNonce(address sender, uint192 key) external view returns (uint256 nonce);
    function incrementNonce(uint192 key) external;
}

contract EntryPointFixtureTest is EntryPointFixture {
    function setUp() public {
        deployEntryPoints();
    }

    function test_all_stand_and_answer() public {
        address[3] memory all = [EntryPoints.V07, EntryPoints.V08, EntryPoints.V09];
        for (uint256 i = 0; i < all.length; ++i) {
            INonces(all[i]).incrementNonce(7);
            vm.assertEq(INonces(all[i]).getNonce(address(this), 7), (7 << 64) | 1);
        }
    }

    /// @dev The hash of the code that a deployment leaves on chain 31337.
    function test_v09_is_what_a_deployment_leaves() public view {
        vm.assertEq(EntryPoints.V09.codehash, 0x94c969b899cb2a68ac9c124d8ee104a047771ee988f155b4e4683c254291f805);
    }

    function test_are_placed_once() public {
        bytes32 codehash = EntryPoints.V07.codehash;
        deployEntryPoints();
        vm.assertEq(EntryPoints.V07.codehash, codehash);
    }
}
