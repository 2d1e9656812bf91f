// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionRegistry} from "../../../contracts/interfaces/ISessionRegistry.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {LatchkeyTest} from "../../support/solidity/LatchkeyTest.sol";

/// @notice `registerSessionAndFund`: all of the value goes to the key, or nothing happens.
contract RegisterSessionAndFundTest is LatchkeyTest {
    function setUp() public override {
        super.setUp();
        vm.deal(wallet, 10 ether);
    }

    function testFuzz_everything_goes_to_the_key(uint256 value) public {
        value = bound(value, 0, 10 ether);
        vm.prank(wallet);
        latchkey.registerSessionAndFund{value: value}(grantOf(key, policyId));
        vm.assertEq(key.account.balance, value);
        vm.assertEq(wallet.balance, 10 ether - value);
        vm.assertEq(address(latchkey).balance, 0);
        vm.assertTrue(latchkey.isLive(wallet, key.account));
    }

    function test_a_curve_key_cannot_be_funded() public {
        _no(
            grantOf(curveKey, policyId),
            abi.encodeWithSelector(ISessionRegistry.KeyCannotBeFunded.selector, curveKey.account)
        );
    }

    function test_a_grant_that_is_refused_keeps_the_value() public {
        Grant memory grant = grantOf(key, policyId);
        grant.maxCalls = 0;
        _no(grant, abi.encodeWithSelector(ISessionRegistry.MaxCallsOutOfBounds.selector, 0, MAX_CALLS));
        grant = grantOf(key, policyId);
        grant.key = address(recorder);
        _no(grant, abi.encodeWithSelector(ISessionErrors.KeyHasCode.selector, address(recorder)));
    }

    /// @dev A precompile has no code and can refuse value: the one kind of key that does not take it.
    /// @dev Some precompiles take any value and keep it for ever.
    function test_ATK_78_precompiles_get_no_money() public {
        Grant memory grant = grantOf(key, policyId);
        uint160[4] memory precompiles = [uint160(0x01), 0x02, 0x09, 0x100];
        for (uint256 i = 0; i < precompiles.length; ++i) {
            grant.key = address(precompiles[i]);
            _no(grant, abi.encodeWithSelector(ISessionRegistry.KeyNotAllowed.selector, grant.key));
        }
    }

    function test_nothing_else_takes_value() public {
        vm.deal(stranger, 3);
        vm.prank(stranger);
        (bool success, ) = address(latchkey).call{value: 1}("");
        vm.assertFalse(success);
        vm.prank(stranger);
        (success, ) = address(latchkey).call{value: 1}(
            abi.encodeCall(latchkey.registerSession, (grantOf(key, policyId)))
        );
        vm.assertFalse(success);
        vm.prank(stranger);
        (success, ) = address(forwarder).call{value: 1}("");
        vm.assertFalse(success);
        vm.prank(stranger);
        (success, ) = address(store).call{value: 1}("");
        vm.assertFalse(success);
    }

    function _no(Grant memory grant, bytes memory expected) private {
        bytes32 before = stateHash();
        vm.prank(wallet);
        (bool success, bytes memory reason) = address(latchkey).call{value: 1 ether}(
            abi.encodeCall(latchkey.registerSessionAndFund, (grant))
        );
        vm.assertFalse(success);
        vm.assertEq(reason, expected);
        vm.assertEq(stateHash(), before);
    }
}
