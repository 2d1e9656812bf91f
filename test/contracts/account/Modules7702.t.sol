// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Account} from "@openzeppelin/contracts/account/Account.sol";
import {ERC7579Utils} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {IERC7579ModuleConfig} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {LatchkeyAccount7702} from "../../../contracts/account/LatchkeyAccount7702.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {StorageWriter, ValidatorOnly, YesValidator} from "../../support/solidity/mocks/AccountModules.sol";
import {AccountFixture} from "../../support/solidity/AccountFixture.sol";

/// @notice `LatchkeyAccount7702` keeps its modules itself: it does what `AccountERC7579` does.
contract Modules7702Test is AccountFixture {
    bytes4 private constant SELECTOR = YesValidator.whoAsks.selector;

    LatchkeyAccount7702 private _wallet;
    YesValidator private _module;

    function setUp() public {
        _wallet = delegate(owner);
        _module = new YesValidator();
        vm.prank(owner);
        _wallet.initialize(address(0));
    }

    function test_each_type_comes_and_goes(uint256 moduleType, bytes memory data) public {
        moduleType = bound(moduleType, 1, 3);
        bytes memory context = moduleType == 3 ? abi.encodePacked(SELECTOR) : bytes("");
        bytes memory full = bytes.concat(context, data);
        _assertInstalled(0, context);

        vm.expectEmit(address(_module));
        emit YesValidator.Installed(owner, data);
        vm.expectEmit(owner);
        emit IERC7579ModuleConfig.ModuleInstalled(moduleType, address(_module));
        vm.prank(owner);
        _wallet.installModule(moduleType, address(_module), full);
        _assertInstalled(moduleType, context);

        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(ERC7579Utils.ERC7579AlreadyInstalledModule.selector, moduleType, address(_module))
        );
        _wallet.installModule(moduleType, address(_module), full);

        vm.expectEmit(address(_module));
        emit YesValidator.Uninstalled(owner, data);
        vm.expectEmit(owner);
        emit IERC7579ModuleConfig.ModuleUninstalled(moduleType, address(_module));
        vm.prank(owner);
        _wallet.uninstallModule(moduleType, address(_module), full);
        _assertInstalled(0, context);

        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(ERC7579Utils.ERC7579UninstalledModule.selector, moduleType, address(_module))
        );
        _wallet.uninstallModule(moduleType, address(_module), full);
    }

    function test_unknown_types_are_refused(uint256 moduleType) public {
        vm.assume(moduleType == 0 || moduleType > 3);
        bytes memory refusal = abi.encodeWithSelector(ERC7579Utils.ERC7579UnsupportedModuleType.selector, moduleType);
        vm.prank(owner);
        vm.expectRevert(refusal);
        _wallet.installModule(moduleType, address(_module), "");
        vm.prank(owner);
        vm.expectRevert(refusal);
        _wallet.uninstallModule(moduleType, address(_module), "");
        vm.assertFalse(_wallet.isModuleInstalled(moduleType, address(_module), ""));
    }

    function test_a_module_of_another_type_is_refused() public {
        ValidatorOnly module = new ValidatorOnly();
        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(ERC7579Utils.ERC7579MismatchedModuleTypeId.selector, 2, address(module))
        );
        _wallet.installModule(2, address(module), "");
    }

    function test_a_selector_has_one_handler() public {
        YesValidator other = new YesValidator();
        vm.prank(owner);
        _wallet.installModule(3, address(_module), abi.encodePacked(SELECTOR));
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(ERC7579Utils.ERC7579AlreadyInstalledModule.selector, 3, address(other)));
        _wallet.installModule(3, address(other), abi.encodePacked(SELECTOR));
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(ERC7579Utils.ERC7579UninstalledModule.selector, 3, address(other)));
        _wallet.uninstallModule(3, address(other), abi.encodePacked(SELECTOR));
        vm.prank(EntryPoints.V08);
        vm.assertEq(YesValidator(owner).whoAsks(), EntryPoints.V08);
    }

    function test_nothing_is_uninstalled_at_0() public {
        for (uint256 moduleType = 1; moduleType <= 3; ++moduleType) {
            vm.prank(owner);
            vm.expectRevert(
                abi.encodeWithSelector(ERC7579Utils.ERC7579UninstalledModule.selector, moduleType, address(0))
            );
            _wallet.uninstallModule(moduleType, address(0), abi.encodePacked(SELECTOR));
        }
    }

    /// @dev A validator is not thereby an executor, nor one handler's selector another's.
    function test_types_are_apart(bytes4 selector) public {
        vm.assume(selector != SELECTOR);
        vm.prank(owner);
        _wallet.installModule(3, address(_module), abi.encodePacked(SELECTOR));
        vm.assertFalse(_wallet.isModuleInstalled(3, address(_module), abi.encodePacked(selector)));
        vm.assertFalse(_wallet.isModuleInstalled(3, address(_module), hex"123456"));
        vm.assertFalse(_wallet.isModuleInstalled(1, address(_module), abi.encodePacked(SELECTOR)));
    }

    function test_installing_is_open_to_the_wallet_and_its_entry_point_only(address caller) public {
        vm.assume(caller != owner && caller != EntryPoints.V09);
        bytes memory refusal = abi.encodeWithSelector(Account.AccountUnauthorized.selector, caller);
        vm.prank(caller);
        vm.expectRevert(refusal);
        _wallet.installModule(1, address(_module), "");
        vm.prank(caller);
        vm.expectRevert(refusal);
        _wallet.uninstallModule(1, address(_module), "");
        vm.prank(caller);
        vm.expectRevert(refusal);
        _wallet.execute(SINGLE, "");
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(ERC7579Utils.ERC7579UninstalledModule.selector, 2, caller));
        _wallet.executeFromExecutor(SINGLE, "");
    }

    function test_an_executor_executes() public {
        vm.prank(owner);
        _wallet.installModule(2, address(_module), "");
        StorageWriter target = new StorageWriter();
        vm.expectCall(address(target), abi.encodeCall(StorageWriter.nothing, ()));
        vm.prank(address(_module));
        _wallet.executeFromExecutor(
            SINGLE,
            abi.encodePacked(target, uint256(0), abi.encodeCall(StorageWriter.nothing, ()))
        );
    }

    function _assertInstalled(uint256 only, bytes memory context) private view {
        for (uint256 moduleType = 1; moduleType <= 3; ++moduleType) {
            bool installed = _wallet.isModuleInstalled(
                moduleType,
                address(_module),
                moduleType == only ? context : abi.encodePacked(SELECTOR)
            );
            vm.assertEq(installed, moduleType == only);
        }
    }
}
