// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEntryPoint} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {LatchkeyAccount} from "../../../contracts/account/LatchkeyAccount.sol";
import {LatchkeyAccountFactory} from "../../../contracts/account/LatchkeyAccountFactory.sol";
import {ILatchkeyAccount} from "../../../contracts/interfaces/ILatchkeyAccount.sol";
import {ILatchkeyAccountFactory} from "../../../contracts/interfaces/ILatchkeyAccountFactory.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {UnwillingModule, YesValidator} from "../../support/solidity/mocks/AccountModules.sol";
import {AccountFixture} from "../../support/solidity/AccountFixture.sol";

contract CreateAccountTest is AccountFixture {
    LatchkeyAccountFactory private _factory;
    YesValidator private _module;

    function setUp() public {
        _factory = deployFactory();
        _module = new YesValidator();
    }

    function test_creates_where_it_said(address caller, address owner_, bytes32 salt) public {
        vm.assume(owner_ != address(0) && owner_ != EntryPoints.V09);
        address expected = _factory.accountAddress(owner_, address(_module), salt);
        vm.assume(owner_ != expected);
        vm.assertEq(expected.code.length, 0);
        vm.expectEmit(address(_factory));
        emit ILatchkeyAccountFactory.AccountCreated(expected, owner_, address(_module), salt);
        vm.prank(caller);
        vm.assertEq(_factory.createAccount(owner_, address(_module), salt), expected);
        LatchkeyAccount account = LatchkeyAccount(payable(expected));
        vm.assertEq(account.owner(), owner_);
        vm.assertEq(address(account.entryPoint()), EntryPoints.V09);
        vm.assertTrue(account.isModuleInstalled(1, address(_module), ""));
        vm.assertTrue(account.isModuleInstalled(2, address(_module), ""));
    }

    function test_creates_without_a_module() public {
        LatchkeyAccount account = _create(owner, address(0), 0);
        vm.assertEq(account.owner(), owner);
        vm.assertFalse(account.isModuleInstalled(1, address(_module), ""));
    }

    /// @dev Neither changes anything nor says that anything was created.
    function test_says_where_an_account_is_already() public {
        LatchkeyAccount account = _create(owner, address(_module), 0);
        bytes32 codehash = address(account).codehash;
        vm.recordLogs();
        vm.assertEq(_factory.createAccount(owner, address(_module), 0), address(account));
        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertEq(account.owner(), owner);
        vm.assertEq(address(account).codehash, codehash);
    }

    function test_each_argument_decides_the_address(address owner_, address module, bytes32 salt) public view {
        address here = _factory.accountAddress(owner, address(_module), 0);
        if (owner_ != owner) vm.assertNotEq(_factory.accountAddress(owner_, address(_module), 0), here);
        if (module != address(_module)) vm.assertNotEq(_factory.accountAddress(owner, module, 0), here);
        if (salt != 0) vm.assertNotEq(_factory.accountAddress(owner, address(_module), salt), here);
    }

    /// @dev ATK-88: an account's first owner and module are in its address, so there is nothing to be first at.
    function test_ATK_88_a_new_account_cannot_be_initialised_by_another(address caller, address owner_) public {
        LatchkeyAccount account = _create(owner, address(0), 0);
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(ILatchkeyAccount.AccountAlreadyInitialized.selector, owner));
        account.initialize(owner_, address(_module));
        vm.assertFalse(account.isModuleInstalled(1, address(_module), ""));
    }

    function test_ATK_109_the_implementation_is_nobodys(address caller) public {
        LatchkeyAccount implementation = LatchkeyAccount(payable(_factory.IMPLEMENTATION()));
        vm.assertEq(implementation.owner(), address(_factory));
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(ILatchkeyAccount.AccountAlreadyInitialized.selector, address(_factory)));
        implementation.initialize(caller, address(0));
    }

    function test_refuses_owners_without_a_key() public {
        address[2] memory keyless = [address(0), EntryPoints.V09];
        for (uint256 i = 0; i < keyless.length; ++i) {
            address account = _factory.accountAddress(keyless[i], address(0), 0);
            vm.expectRevert(abi.encodeWithSelector(ILatchkeyAccount.OwnerNotAllowed.selector, keyless[i]));
            _factory.createAccount(keyless[i], address(0), 0);
            vm.assertEq(account.code.length, 0);
        }
    }

    function test_passes_on_what_the_module_says() public {
        UnwillingModule module = new UnwillingModule();
        address account = _factory.accountAddress(owner, address(module), 0);
        vm.expectRevert(abi.encodeWithSelector(UnwillingModule.Unwilling.selector, account));
        _factory.createAccount(owner, address(module), 0);
        vm.assertEq(account.code.length, 0);
    }

    function test_needs_an_entry_point(address entryPoint) public {
        vm.assume(entryPoint.code.length == 0);
        vm.expectRevert(abi.encodeWithSelector(ILatchkeyAccountFactory.EntryPointWithoutCode.selector, entryPoint));
        new LatchkeyAccountFactory(IEntryPoint(entryPoint), address(latchkey));
    }

    function test_needs_a_latchkey(address empty) public {
        vm.assume(empty.code.length == 0);
        vm.expectRevert(abi.encodeWithSelector(ILatchkeyAccountFactory.LatchkeyWithoutCode.selector, empty));
        new LatchkeyAccountFactory(IEntryPoint(EntryPoints.V09), empty);
        vm.assertEq(_factory.LATCHKEY(), address(latchkey));
        vm.assertEq(_create(owner, address(0), 0).LATCHKEY(), address(latchkey));
    }

    function test_a_clone_signs_in_its_own_domain() public {
        LatchkeyAccount account = _create(owner, address(0), 0);
        (, , , , address verifyingContract, , ) = account.eip712Domain();
        vm.assertEq(verifyingContract, address(account));
        bytes32 hash = keccak256("hash");
        bytes32 nested = keccak256(abi.encode(keccak256("PersonalSign(bytes prefixed)"), hash));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", separator(address(account)), nested));
        vm.assertEq(account.isValidSignature(hash, sign(ownerKey, digest)), MAGIC);
    }

    function _create(address owner_, address module, bytes32 salt) private returns (LatchkeyAccount) {
        return LatchkeyAccount(payable(_factory.createAccount(owner_, module, salt)));
    }
}
