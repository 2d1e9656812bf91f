// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Account} from "@openzeppelin/contracts/account/Account.sol";
import {ERC7579Utils} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {LatchkeyAccount} from "../../../contracts/account/LatchkeyAccount.sol";
import {ILatchkeyAccount} from "../../../contracts/interfaces/ILatchkeyAccount.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {StorageWriter, YesValidator} from "../../support/solidity/mocks/AccountModules.sol";
import {AccountFixture} from "../../support/solidity/AccountFixture.sol";

contract ExecuteTest is AccountFixture {
    LatchkeyAccount private _account;
    StorageWriter private _writer;
    YesValidator private _module;
    bytes32 private _ownerSlot;

    function setUp() public {
        _module = new YesValidator();
        _account = deployAccount(owner, address(_module));
        _writer = new StorageWriter();
        _ownerSlot = _findOwner();
    }

    function test_delegated_code_may_write_elsewhere() public {
        bytes32 slot = keccak256("elsewhere");
        _delegate(slot, bytes32(uint256(1)));
        vm.assertEq(vm.load(address(_account), slot), bytes32(uint256(1)));
    }

    function test_delegated_code_may_not_erase_the_owner() public {
        vm.expectRevert(abi.encodeWithSelector(ILatchkeyAccount.OwnerOverwritten.selector, owner, address(0)));
        _delegate(_ownerSlot, 0);
        vm.assertEq(_account.owner(), owner);
    }

    function test_delegated_code_may_not_replace_the_owner(address written) public {
        vm.assume(written != owner);
        vm.expectRevert(abi.encodeWithSelector(ILatchkeyAccount.OwnerOverwritten.selector, owner, written));
        _delegate(_ownerSlot, bytes32(uint256(uint160(written))));
        vm.assertEq(_account.owner(), owner);
    }

    /// @dev `try` swallows what the code reverts with, not what it did.
    function test_delegated_code_may_not_erase_the_owner_in_try_mode() public {
        vm.prank(EntryPoints.V09);
        vm.expectRevert(abi.encodeWithSelector(ILatchkeyAccount.OwnerOverwritten.selector, owner, address(0)));
        _account.execute(DELEGATECALL | bytes32(uint256(1) << 240), _write(_ownerSlot, 0));
    }

    function test_an_executors_delegated_code_may_not_erase_the_owner() public {
        vm.prank(address(_module));
        vm.expectRevert(abi.encodeWithSelector(ILatchkeyAccount.OwnerOverwritten.selector, owner, address(0)));
        _account.executeFromExecutor(DELEGATECALL, _write(_ownerSlot, 0));
        vm.assertEq(_account.owner(), owner);
    }

    function test_writing_the_same_owner_is_no_change() public {
        _delegate(_ownerSlot, bytes32(uint256(uint160(owner))));
        vm.assertEq(_account.owner(), owner);
    }

    function test_is_open_to_the_account_and_its_entry_point_only(address caller) public {
        vm.assume(caller != address(_account) && caller != EntryPoints.V09);
        bytes memory execution = abi.encodePacked(_writer, uint256(0), StorageWriter.nothing.selector);
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(Account.AccountUnauthorized.selector, caller));
        _account.execute(SINGLE, execution);
        vm.prank(EntryPoints.V08);
        vm.expectRevert(abi.encodeWithSelector(Account.AccountUnauthorized.selector, EntryPoints.V08));
        _account.execute(SINGLE, execution);
        vm.prank(EntryPoints.V09);
        _account.execute(SINGLE, execution);
        vm.prank(address(_account));
        _account.execute(SINGLE, execution);
    }

    function test_executeFromExecutor_is_open_to_executors_only(address caller) public {
        vm.assume(caller != address(_module));
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(ERC7579Utils.ERC7579UninstalledModule.selector, 2, caller));
        _account.executeFromExecutor(SINGLE, abi.encodePacked(_writer, uint256(0), StorageWriter.nothing.selector));
    }

    function _delegate(bytes32 slot, bytes32 word) private {
        vm.prank(EntryPoints.V09);
        _account.execute(DELEGATECALL, _write(slot, word));
    }

    function _write(bytes32 slot, bytes32 word) private view returns (bytes memory) {
        return abi.encodePacked(_writer, abi.encodeCall(StorageWriter.write, (slot, word)));
    }

    function _findOwner() private view returns (bytes32 slot) {
        for (uint256 i = 0; i < 32; ++i) {
            if (vm.load(address(_account), bytes32(i)) == bytes32(uint256(uint160(owner)))) return bytes32(i);
        }
        vm.assertTrue(false, "the owner's slot");
    }
}
