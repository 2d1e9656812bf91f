// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC7579Utils} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {IERC7579ModuleConfig} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {LatchkeyAccount} from "../../../contracts/account/LatchkeyAccount.sol";
import {LatchkeyAccount7702} from "../../../contracts/account/LatchkeyAccount7702.sol";
import {ILatchkeyAccount7702} from "../../../contracts/interfaces/ILatchkeyAccount7702.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {Recorder} from "../../support/solidity/mocks/Recorder.sol";
import {YesValidator} from "../../support/solidity/mocks/AccountModules.sol";
import {AccountFixture} from "../../support/solidity/AccountFixture.sol";

/// @notice Latchkey is built into both accounts: no list has it, its own bit says whether it is installed, as both types
/// or as none.
contract BuiltInTest is AccountFixture {
    LatchkeyAccount private _account;
    LatchkeyAccount7702 private _wallet;
    Recorder private _recorder;

    function setUp() public {
        vm.roll(100);
        _account = deployAccount(owner, address(latchkey));
        _wallet = delegate(owner);
        _recorder = new Recorder();
    }

    function _has(address account, bool installed) private view {
        vm.assertEq(latchkey.isInitialized(account), installed);
        for (uint256 moduleType = 1; moduleType <= 2; ++moduleType) {
            vm.assertEq(IERC7579ModuleConfig(account).isModuleInstalled(moduleType, address(latchkey), ""), installed);
        }
        vm.assertFalse(IERC7579ModuleConfig(account).isModuleInstalled(3, address(latchkey), hex"00000000"));
    }

    function test_is_installed_once_for_both_types() public {
        _has(address(_account), true);
        vm.recordLogs();
        deployAccount(owner, address(latchkey));
        // The owner, one of the module, and one of the account for each type.
        vm.assertEq(vm.getRecordedLogs().length, 4);
        _has(address(deployAccount(owner, address(0))), false);
    }

    function test_comes_and_goes_as_both_types_by_either_name(bytes calldata data) public {
        for (uint256 moduleType = 1; moduleType <= 2; ++moduleType) {
            vm.expectEmit(address(latchkey));
            emit YesValidator.Uninstalled(address(_account), "");
            vm.prank(EntryPoints.V09);
            _account.uninstallModule(moduleType, address(latchkey), data);
            _has(address(_account), false);
            vm.prank(EntryPoints.V09);
            vm.expectRevert(
                abi.encodeWithSelector(ERC7579Utils.ERC7579UninstalledModule.selector, moduleType, address(latchkey))
            );
            _account.uninstallModule(moduleType, address(latchkey), data);

            vm.expectEmit(address(latchkey));
            emit YesValidator.Installed(address(_account), "");
            for (uint256 each = 1; each <= 2; ++each) {
                vm.expectEmit(address(_account));
                emit IERC7579ModuleConfig.ModuleInstalled(each, address(latchkey));
            }
            vm.prank(EntryPoints.V09);
            _account.installModule(3 - moduleType, address(latchkey), data);
            _has(address(_account), true);
            vm.prank(EntryPoints.V09);
            vm.expectRevert(
                abi.encodeWithSelector(
                    ERC7579Utils.ERC7579AlreadyInstalledModule.selector,
                    moduleType,
                    address(latchkey)
                )
            );
            _account.installModule(moduleType, address(latchkey), data);
        }
    }

    function _run(address account) private {
        bytes memory execution = abi.encodePacked(_recorder, uint256(0), abi.encodeCall(Recorder.act, (1)));
        latchkey.run(account, SINGLE, execution);
    }

    /// @dev It asks its own bit on every route; the account lets it pass unasked.
    function test_acts_and_validates_for_the_account() public {
        _run(address(_account));
        vm.assertEq(_recorder.count(), 1);
        vm.assertEq(_recorder.seen(0).sender, address(_account));
        PackedUserOperation memory op;
        op.nonce = uint256(uint160(address(latchkey))) << 96;
        vm.prank(EntryPoints.V09);
        vm.assertEq(_account.validateUserOp(op, bytes32(uint256(1)), 0), 0);
    }

    /// @dev Whatever another delegate has done before, Latchkey does not pass until the wallet has initialised.
    function test_ATK_89_passes_no_wallet_that_has_not_initialised() public {
        vm.prank(owner);
        latchkey.onInstall("");
        vm.assertFalse(_wallet.isModuleInstalled(1, address(latchkey), ""));
        vm.expectRevert(abi.encodeWithSelector(ERC7579Utils.ERC7579UninstalledModule.selector, 2, address(latchkey)));
        _run(owner);
        vm.prank(owner);
        vm.expectRevert(ILatchkeyAccount7702.AccountNotInitialized.selector);
        _wallet.installModule(1, address(latchkey), "");
        // Ends what was there, whoever made it.
        vm.expectEmit(address(latchkey));
        emit YesValidator.Uninstalled(owner, "");
        vm.prank(owner);
        _wallet.initialize(address(0));
        _has(owner, false);
        vm.prank(owner);
        _wallet.initialize(address(latchkey));
        _has(owner, true);
        _run(owner);
        vm.assertEq(_recorder.count(), 1);
    }
}
