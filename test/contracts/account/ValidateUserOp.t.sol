// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Account} from "@openzeppelin/contracts/account/Account.sol";
import {IAccount, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {LatchkeyAccount7702} from "../../../contracts/account/LatchkeyAccount7702.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {KeepingValidator} from "../../support/solidity/mocks/AccountModules.sol";
import {AccountFixture} from "../../support/solidity/AccountFixture.sol";

/// @notice Both accounts ask the module that the nonce names, about the operation as it came, and nobody else.
contract ValidateUserOpTest is AccountFixture {
    KeepingValidator private _module;
    IAccount[2] private _accounts;

    function setUp() public {
        _module = new KeepingValidator();
        _accounts[0] = IAccount(address(deployAccount(owner, address(_module))));
        LatchkeyAccount7702 wallet = delegate(owner);
        vm.prank(owner);
        wallet.initialize(address(_module));
        _accounts[1] = IAccount(address(wallet));
    }

    /// @dev Whatever the fields hold, at whatever lengths, and whatever the module answers.
    function testFuzz_the_module_is_asked_about_the_operation_as_it_came(
        PackedUserOperation memory userOp,
        bytes32 userOpHash,
        uint96 lane,
        uint256 answer
    ) public {
        _module.answer(answer, false);
        userOp.nonce = _nonceOf(address(_module), lane);
        for (uint256 i = 0; i < _accounts.length; ++i) {
            IAccount account = _accounts[i];
            vm.prank(EntryPoints.V09);
            vm.assertEq(account.validateUserOp(userOp, userOpHash, 0), answer);
            vm.assertEq(_module.asked(), keccak256(abi.encode(account, userOp, userOpHash)));
        }
    }

    function testFuzz_what_the_module_reverts_with_is_what_the_account_reverts_with(
        PackedUserOperation memory userOp,
        bytes32 userOpHash
    ) public {
        _module.answer(0, true);
        userOp.nonce = _nonceOf(address(_module), 0);
        for (uint256 i = 0; i < _accounts.length; ++i) {
            bytes32 asked = keccak256(abi.encode(_accounts[i], userOp, userOpHash));
            vm.prank(EntryPoints.V09);
            vm.expectRevert(abi.encodeWithSelector(KeepingValidator.Refused.selector, asked));
            _accounts[i].validateUserOp(userOp, userOpHash, 0);
        }
    }

    /// @dev What is missing is paid after the module has answered, as by any account.
    function test_the_missing_funds_are_paid(uint64 missing) public {
        PackedUserOperation memory userOp;
        userOp.nonce = _nonceOf(address(_module), 0);
        for (uint256 i = 0; i < _accounts.length; ++i) {
            vm.deal(address(_accounts[i]), missing);
            uint256 before = EntryPoints.V09.balance;
            vm.prank(EntryPoints.V09);
            _accounts[i].validateUserOp(userOp, 0, missing);
            vm.assertEq(EntryPoints.V09.balance, before + missing);
        }
    }

    /// @dev A module whose code is gone says neither yes nor no.
    function test_a_module_without_code_validates_nothing(uint256 answer) public {
        _module.answer(answer, false);
        vm.etch(address(_module), "");
        PackedUserOperation memory userOp;
        userOp.nonce = _nonceOf(address(_module), 0);
        for (uint256 i = 0; i < _accounts.length; ++i) {
            vm.prank(EntryPoints.V09);
            (bool success, bytes memory returned) = address(_accounts[i]).call(
                abi.encodeCall(IAccount.validateUserOp, (userOp, 0, 0))
            );
            vm.assertFalse(success);
            vm.assertEq(returned.length, 0);
        }
    }

    /// @dev An operation whose nonce names no installed module is the owner's, and the module is not asked.
    function test_any_other_nonce_is_the_owners(address named, bytes32 userOpHash) public {
        vm.assume(named != address(_module));
        PackedUserOperation memory userOp;
        userOp.nonce = _nonceOf(named, 0);
        for (uint256 i = 0; i < _accounts.length; ++i) {
            userOp.signature = sign(ownerKey, userOpHash);
            vm.prank(EntryPoints.V09);
            vm.assertEq(_accounts[i].validateUserOp(userOp, userOpHash, 0), 0);
            userOp.signature = sign(ownerKey, ~userOpHash);
            vm.prank(EntryPoints.V09);
            vm.assertEq(_accounts[i].validateUserOp(userOp, userOpHash, 0), 1);
        }
        vm.assertEq(_module.asked(), bytes32(0));
    }

    function test_only_the_EntryPoint_may_ask(address caller) public {
        vm.assume(caller != EntryPoints.V09);
        PackedUserOperation memory userOp;
        userOp.nonce = _nonceOf(address(_module), 0);
        for (uint256 i = 0; i < _accounts.length; ++i) {
            vm.prank(caller);
            vm.expectRevert(abi.encodeWithSelector(Account.AccountUnauthorized.selector, caller));
            _accounts[i].validateUserOp(userOp, 0, 0);
        }
        vm.assertEq(_module.asked(), bytes32(0));
    }

    function _nonceOf(address module, uint96 lane) private pure returns (uint256) {
        return (uint256(uint160(module)) << 96) | lane;
    }
}
