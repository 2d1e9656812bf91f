// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Account} from "@openzeppelin/contracts/account/Account.sol";
import {LatchkeyAccount} from "../../../contracts/account/LatchkeyAccount.sol";
import {ILatchkeyAccount} from "../../../contracts/interfaces/ILatchkeyAccount.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {AccountFixture} from "../../support/solidity/AccountFixture.sol";

contract TransferOwnershipTest is AccountFixture {
    LatchkeyAccount private _account;
    address private _heir;
    uint256 private _heirKey;

    function setUp() public {
        _account = deployAccount(owner, address(0));
        (_heir, _heirKey) = makeKey("heir");
    }

    function test_takes_effect_with_the_heirs_acceptance() public {
        bytes memory acceptance = sign(_heirKey, _digest(address(_account), owner, _heir));
        vm.expectEmit(address(_account));
        emit ILatchkeyAccount.OwnershipTransferred(owner, _heir);
        vm.prank(EntryPoints.V09);
        _account.transferOwnership(_heir, acceptance);
        vm.assertEq(_account.owner(), _heir);
    }

    function test_is_open_to_the_account_itself() public {
        bytes memory acceptance = sign(_heirKey, _digest(address(_account), owner, _heir));
        vm.prank(address(_account));
        _account.transferOwnership(_heir, acceptance);
        vm.assertEq(_account.owner(), _heir);
    }

    /// @dev No one else: not the owner's own key, not the heir, not another EntryPoint.
    function test_is_open_to_nobody_else(address caller) public {
        vm.assume(caller != address(_account) && caller != EntryPoints.V09);
        _refuses(caller);
        _refuses(owner);
        _refuses(_heir);
        _refuses(EntryPoints.V08);
        _refuses(address(this));
    }

    function test_nobody_else_has_the_heirs_key(uint256 privateKey) public {
        privateKey = bound(privateKey, 1, SECP256K1_N - 1);
        vm.assume(privateKey != _heirKey);
        _fails(_heir, sign(privateKey, _digest(address(_account), owner, _heir)));
    }

    function test_acceptance_of_another_account_or_from_another_owner_does_not_do() public {
        _fails(_heir, sign(_heirKey, _digest(address(deployAccount(owner, address(0))), owner, _heir)));
        _fails(_heir, sign(_heirKey, _digest(address(_account), _heir, _heir)));
        _fails(_heir, sign(_heirKey, _digest(address(_account), owner, owner)));
    }

    /// @dev What has no key cannot accept, whatever the bytes.
    function test_never_goes_to_what_has_no_key(bytes memory acceptance) public {
        _fails(address(0), acceptance);
        _fails(address(0), sign(ownerKey, _digest(address(_account), owner, address(0))));
        _fails(address(_account), acceptance);
        _fails(EntryPoints.V09, acceptance);
        _fails(_heir, acceptance);
    }

    function test_malleable_acceptance_does_not_do() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_heirKey, _digest(address(_account), owner, _heir));
        _fails(_heir, abi.encodePacked(r, bytes32(SECP256K1_N - uint256(s)), v == 27 ? 28 : 27));
        _fails(_heir, abi.encodePacked(r, s, uint8(v + 2)));
        _fails(_heir, abi.encodePacked(r, s));
        _fails(_heir, abi.encodePacked(r, s, v, uint8(0)));
        _fails(_heir, abi.encodePacked(bytes32(0), s, v));
        _fails(_heir, abi.encodePacked(r, bytes32(0), v));
    }

    /// @dev An acceptance is bound to the owner it came from: it does not bring the heir back after a later owner.
    function test_old_acceptance_does_not_do_under_a_later_owner() public {
        bytes memory acceptance = sign(_heirKey, _digest(address(_account), owner, _heir));
        vm.prank(EntryPoints.V09);
        _account.transferOwnership(_heir, acceptance);
        (address third, uint256 thirdKey) = makeKey("third");
        bytes memory thirds = sign(thirdKey, _digest(address(_account), _heir, third));
        vm.prank(EntryPoints.V09);
        _account.transferOwnership(third, thirds);
        vm.prank(EntryPoints.V09);
        vm.expectRevert(abi.encodeWithSelector(ILatchkeyAccount.OwnershipNotAccepted.selector, _heir));
        _account.transferOwnership(_heir, acceptance);
        vm.assertEq(_account.owner(), third);
    }

    function _refuses(address caller) private {
        bytes memory acceptance = sign(_heirKey, _digest(address(_account), owner, _heir));
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(Account.AccountUnauthorized.selector, caller));
        _account.transferOwnership(_heir, acceptance);
        vm.assertEq(_account.owner(), owner);
    }

    function _fails(address heir, bytes memory acceptance) private {
        vm.prank(EntryPoints.V09);
        vm.expectRevert(abi.encodeWithSelector(ILatchkeyAccount.OwnershipNotAccepted.selector, heir));
        _account.transferOwnership(heir, acceptance);
        vm.assertEq(_account.owner(), owner);
    }

    function _digest(address account, address from, address to) private view returns (bytes32) {
        bytes32 accept = keccak256(abi.encode(keccak256("AcceptOwnership(address owner,address newOwner)"), from, to));
        return keccak256(abi.encodePacked(hex"1901", separator(account), accept));
    }
}
