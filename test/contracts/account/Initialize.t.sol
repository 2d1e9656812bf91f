// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEntryPoint} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ERC7579Utils} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {IERC7579ModuleConfig} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {LatchkeyAccount} from "../../../contracts/account/LatchkeyAccount.sol";
import {ILatchkeyAccount} from "../../../contracts/interfaces/ILatchkeyAccount.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {UnwillingModule, ValidatorOnly, YesValidator} from "../../support/solidity/mocks/AccountModules.sol";
import {AccountFixture} from "../../support/solidity/AccountFixture.sol";

contract InitializeTest is AccountFixture {
    function test_constructor_gives_the_owner() public {
        LatchkeyAccount account = deployAccount(owner, address(0));
        vm.assertEq(account.owner(), owner);
        vm.assertEq(address(account.entryPoint()), EntryPoints.V09);
        vm.assertEq(account.LATCHKEY(), address(latchkey));
        vm.assertEq(account.accountId(), "latchkey.LatchkeyAccount.1.0.0");
    }

    function test_constructor_installs_the_module_twice_with_empty_data() public {
        YesValidator module = new YesValidator();
        address created = _next();
        for (uint256 moduleType = 1; moduleType <= 2; ++moduleType) {
            vm.expectEmit(address(module));
            emit YesValidator.Installed(created, "");
            vm.expectEmit(created);
            emit IERC7579ModuleConfig.ModuleInstalled(moduleType, address(module));
        }
        LatchkeyAccount account = deployAccount(owner, address(module));
        vm.assertTrue(account.isModuleInstalled(1, address(module), ""));
        vm.assertTrue(account.isModuleInstalled(2, address(module), ""));
        vm.assertFalse(account.isModuleInstalled(3, address(module), hex"00000000"));
    }

    function test_nothing_is_installed_at_0(bytes4 selector) public {
        LatchkeyAccount account = deployAccount(owner, address(0));
        for (uint256 moduleType = 0; moduleType <= 4; ++moduleType) {
            vm.assertFalse(account.isModuleInstalled(moduleType, address(0), abi.encodePacked(selector)));
            vm.assertFalse(account.isModuleInstalled(moduleType, address(0), ""));
        }
    }

    function test_refuses_owners_without_a_key() public {
        _refuses(address(0));
        _refuses(EntryPoints.V09);
        _refuses(_next());
    }

    function test_owner_may_be_any_other_address(address owner_) public {
        vm.assume(owner_ != address(0) && owner_ != EntryPoints.V09 && owner_ != _next());
        vm.assertEq(deployAccount(owner_, address(0)).owner(), owner_);
    }

    function test_initialize_is_closed_on_an_account_with_an_owner(address caller, address owner_) public {
        LatchkeyAccount account = deployAccount(owner, address(0));
        bytes memory refusal = abi.encodeWithSelector(ILatchkeyAccount.AccountAlreadyInitialized.selector, owner);
        address[4] memory callers = [caller, owner, EntryPoints.V09, address(account)];
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.prank(callers[i]);
            vm.expectRevert(refusal);
            account.initialize(owner_, address(0));
        }
        vm.assertEq(account.owner(), owner);
    }

    /// @dev A wallet that delegates to the code of the clones has no owner there, and must not get one from a stranger.
    function test_ATK_88_ATK_109_a_wallet_that_delegates_to_the_implementation_stays_nobodys() public {
        address wallet = address(0x5afe);
        address implementation = address(deployAccount(owner, address(0)));
        vm.etch(wallet, abi.encodePacked(hex"ef0100", implementation));
        bytes memory refusal = abi.encodeWithSelector(ILatchkeyAccount.AccountNotClone.selector, 23, 45);
        address[3] memory callers = [address(0xbad), wallet, EntryPoints.V09];
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.prank(callers[i]);
            vm.expectRevert(refusal);
            LatchkeyAccount(payable(wallet)).initialize(address(0xbad), address(0));
        }
        vm.assertEq(LatchkeyAccount(payable(wallet)).owner(), address(0));
    }

    function test_refuses_a_module_that_is_not_both() public {
        ValidatorOnly module = new ValidatorOnly();
        vm.expectRevert(
            abi.encodeWithSelector(ERC7579Utils.ERC7579MismatchedModuleTypeId.selector, 2, address(module))
        );
        new LatchkeyAccount(IEntryPoint(EntryPoints.V09), address(latchkey), owner, address(module));
    }

    function test_passes_on_what_the_module_says() public {
        UnwillingModule module = new UnwillingModule();
        vm.expectRevert(abi.encodeWithSelector(UnwillingModule.Unwilling.selector, _next()));
        new LatchkeyAccount(IEntryPoint(EntryPoints.V09), address(latchkey), owner, address(module));
    }

    function _refuses(address keyless) private {
        vm.expectRevert(abi.encodeWithSelector(ILatchkeyAccount.OwnerNotAllowed.selector, keyless));
        new LatchkeyAccount(IEntryPoint(EntryPoints.V09), address(latchkey), keyless, address(0));
    }

    /// @dev Where this contract creates next.
    function _next() private view returns (address) {
        uint64 nonce = vm.getNonce(address(this));
        vm.assertLt(nonce, 0x80);
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", address(this), uint8(nonce))))));
    }
}
