// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountERC7579} from "@openzeppelin/contracts/account/extensions/draft-AccountERC7579.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ERC7579Utils} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {LatchkeyAccount} from "../../../contracts/account/LatchkeyAccount.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {StubbornValidator, YesValidator} from "../../support/solidity/mocks/AccountModules.sol";
import {AccountFixture} from "../../support/solidity/AccountFixture.sol";

/// @notice Whatever is installed or uninstalled, the owner's key signs for the account.
contract UninstallModuleTest is AccountFixture {
    function test_the_owner_signs_with_and_without_modules(bytes32 userOpHash) public {
        YesValidator module = new YesValidator();
        LatchkeyAccount account = deployAccount(owner, address(module));
        _ownerSigns(account, userOpHash);
        for (uint256 moduleType = 1; moduleType <= 2; ++moduleType) {
            vm.expectEmit(address(module));
            emit YesValidator.Uninstalled(address(account), hex"abcd");
            vm.prank(EntryPoints.V09);
            account.uninstallModule(moduleType, address(module), hex"abcd");
            vm.assertFalse(account.isModuleInstalled(moduleType, address(module), ""));
            _ownerSigns(account, userOpHash);
        }
        vm.prank(address(module));
        vm.expectRevert(abi.encodeWithSelector(ERC7579Utils.ERC7579UninstalledModule.selector, 2, address(module)));
        account.executeFromExecutor(SINGLE, "");
    }

    function test_a_module_that_will_not_go_does_not_lock_the_owner_out(bytes32 userOpHash) public {
        StubbornValidator module = new StubbornValidator();
        LatchkeyAccount account = deployAccount(owner, address(module));
        vm.prank(EntryPoints.V09);
        vm.expectRevert(abi.encodeWithSelector(StubbornValidator.Stays.selector));
        account.uninstallModule(1, address(module), "");
        _ownerSigns(account, userOpHash);
    }

    /// @dev Nothing can be installed where the owner's nonces point.
    function test_no_validator_can_be_installed_at_0() public {
        LatchkeyAccount account = deployAccount(owner, address(0));
        vm.prank(EntryPoints.V09);
        (bool success, ) = address(account).call(abi.encodeCall(account.installModule, (1, address(0), "")));
        vm.assertFalse(success);
        vm.assertFalse(account.isModuleInstalled(1, address(0), ""));
    }

    function test_fallback_handlers_come_and_go() public {
        YesValidator handler = new YesValidator();
        LatchkeyAccount account = deployAccount(owner, address(0));
        bytes memory selector = abi.encodePacked(YesValidator.whoAsks.selector);
        vm.expectRevert(
            abi.encodeWithSelector(AccountERC7579.ERC7579MissingFallbackHandler.selector, YesValidator.whoAsks.selector)
        );
        YesValidator(address(account)).whoAsks();
        vm.prank(EntryPoints.V09);
        account.installModule(3, address(handler), selector);
        vm.assertTrue(account.isModuleInstalled(3, address(handler), selector));
        vm.prank(owner);
        vm.assertEq(YesValidator(address(account)).whoAsks(), owner);
        vm.prank(EntryPoints.V09);
        account.uninstallModule(3, address(handler), selector);
        vm.assertFalse(account.isModuleInstalled(3, address(handler), selector));
    }

    function _ownerSigns(LatchkeyAccount account, bytes32 userOpHash) private {
        PackedUserOperation memory op;
        op.sender = address(account);
        op.signature = sign(ownerKey, userOpHash);
        vm.prank(EntryPoints.V09);
        vm.assertEq(account.validateUserOp(op, userOpHash, 0), 0);
        op.signature = sign(ownerKey, keccak256(abi.encode(userOpHash)));
        vm.prank(EntryPoints.V09);
        vm.assertEq(account.validateUserOp(op, userOpHash, 0), 1);
    }
}
