// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC7579Utils} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {IERC7579Execution, IERC7579ModuleConfig} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IAccount, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {LatchkeyAccount7702} from "../../../contracts/account/LatchkeyAccount7702.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {YesValidator} from "../../support/solidity/mocks/AccountModules.sol";
import {AccountFixture} from "../../support/solidity/AccountFixture.sol";

/// @notice Latchkey is built into both accounts: one installed bit, which is its own, for both of its types.
contract BuiltInTest is AccountFixture {
    address[2] private _accounts;

    function setUp() public {
        vm.roll(100);
        _accounts[0] = address(deployAccount(owner, address(latchkey)));
        _accounts[1] = address(delegate(owner));
        vm.prank(owner);
        LatchkeyAccount7702(payable(owner)).initialize(address(latchkey));
    }

    function _isInstalled(address account, uint256 moduleType) private view returns (bool) {
        return IERC7579ModuleConfig(account).isModuleInstalled(moduleType, address(latchkey), "");
    }

    function _nonce() private view returns (uint256) {
        return uint256(uint160(address(latchkey))) << 96;
    }

    function test_both_types_or_none() public {
        for (uint256 i = 0; i < 2; ++i) {
            address account = _accounts[i];
            for (uint256 moduleType = 1; moduleType <= 2; ++moduleType) {
                vm.assertTrue(_isInstalled(account, 1) && _isInstalled(account, 2));
                vm.prank(account);
                vm.expectRevert(
                    abi.encodeWithSelector(
                        ERC7579Utils.ERC7579AlreadyInstalledModule.selector,
                        moduleType,
                        address(latchkey)
                    )
                );
                IERC7579ModuleConfig(account).installModule(moduleType, address(latchkey), "");

                vm.expectEmit(address(latchkey));
                emit YesValidator.Uninstalled(account, "");
                for (uint256 each = 1; each <= 2; ++each) {
                    vm.expectEmit(account);
                    emit IERC7579ModuleConfig.ModuleUninstalled(each, address(latchkey));
                }
                vm.prank(account);
                IERC7579ModuleConfig(account).uninstallModule(moduleType, address(latchkey), hex"abcd");
                vm.assertFalse(_isInstalled(account, 1) || _isInstalled(account, 2));
                vm.prank(account);
                vm.expectRevert(
                    abi.encodeWithSelector(
                        ERC7579Utils.ERC7579UninstalledModule.selector,
                        moduleType,
                        address(latchkey)
                    )
                );
                IERC7579ModuleConfig(account).uninstallModule(moduleType, address(latchkey), "");

                vm.expectEmit(address(latchkey));
                emit YesValidator.Installed(account, "");
                for (uint256 each = 1; each <= 2; ++each) {
                    vm.expectEmit(account);
                    emit IERC7579ModuleConfig.ModuleInstalled(each, address(latchkey));
                }
                vm.prank(account);
                IERC7579ModuleConfig(account).installModule(moduleType, address(latchkey), hex"abcd");
            }
            vm.assertFalse(_isInstalled(account, 3));
        }
    }

    function test_latchkeys_bit_is_the_whole_truth() public {
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(_accounts[i]);
            latchkey.onUninstall("");
            vm.assertFalse(_isInstalled(_accounts[i], 1) || _isInstalled(_accounts[i], 2));
            vm.prank(_accounts[i]);
            latchkey.onInstall("");
            vm.assertTrue(_isInstalled(_accounts[i], 1) && _isInstalled(_accounts[i], 2));
        }
    }

    /// @dev Latchkey asks its bit itself before it acts, so the account does not ask again.
    function test_it_is_asked_and_acts_unasked() public {
        PackedUserOperation memory userOp;
        userOp.nonce = _nonce();
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(_accounts[i]);
            latchkey.onUninstall("");
            userOp.sender = _accounts[i];
            vm.prank(EntryPoints.V09);
            vm.assertEq(IAccount(_accounts[i]).validateUserOp(userOp, bytes32(uint256(1)), 0), 0);
            vm.prank(address(latchkey));
            IERC7579Execution(_accounts[i]).executeFromExecutor(SINGLE, abi.encodePacked(owner, uint256(0)));
        }
    }

    /// @dev Another delegate may have registered sessions and set the bit: before `initialize` nothing of it counts.
    function test_ATK_89_a_wallet_refuses_latchkey_before_it_initialises() public {
        (address wallet, uint256 walletKey) = makeKey("wallet");
        LatchkeyAccount7702 account = delegate(wallet);
        vm.prank(wallet);
        latchkey.onInstall("");
        vm.assertFalse(_isInstalled(wallet, 1) || _isInstalled(wallet, 2));
        vm.prank(address(latchkey));
        vm.expectRevert(abi.encodeWithSelector(ERC7579Utils.ERC7579UninstalledModule.selector, 2, address(latchkey)));
        account.executeFromExecutor(SINGLE, abi.encodePacked(owner, uint256(0)));
        // The operation is the owner's to sign.
        PackedUserOperation memory userOp;
        (userOp.sender, userOp.nonce) = (wallet, _nonce());
        userOp.signature = sign(walletKey, bytes32(uint256(1)));
        vm.prank(EntryPoints.V09);
        vm.assertEq(account.validateUserOp(userOp, bytes32(uint256(1)), 0), 0);
        userOp.signature = "";
        vm.prank(EntryPoints.V09);
        vm.assertEq(account.validateUserOp(userOp, bytes32(uint256(1)), 0), 1);
    }

    /// @dev First of all every session and grant ends, and then Latchkey is installed only if it is named.
    function test_ATK_89_initialize_ends_what_was_there() public {
        address wallet = _accounts[1];
        vm.expectEmit(address(latchkey));
        emit YesValidator.Uninstalled(wallet, "");
        vm.prank(wallet);
        LatchkeyAccount7702(payable(wallet)).initialize(address(0));
        vm.assertFalse(latchkey.isInitialized(wallet));
        vm.expectEmit(address(latchkey));
        emit YesValidator.Uninstalled(wallet, "");
        vm.expectEmit(address(latchkey));
        emit YesValidator.Installed(wallet, "");
        vm.prank(wallet);
        LatchkeyAccount7702(payable(wallet)).initialize(address(latchkey));
        vm.assertTrue(_isInstalled(wallet, 1) && _isInstalled(wallet, 2));
    }

    function test_its_answer_to_erc_1271_leaves_the_owner_his() public view {
        bytes memory signature = abi.encodePacked(address(latchkey), "anything");
        for (uint256 i = 0; i < 2; ++i) {
            vm.assertEq(IERC1271(_accounts[i]).isValidSignature(bytes32(uint256(1)), signature), NOT_MAGIC);
        }
    }

    function test_is_named() public view {
        vm.assertEq(LatchkeyAccount7702(payable(_accounts[0])).LATCHKEY(), address(latchkey));
        vm.assertEq(LatchkeyAccount7702(payable(_accounts[1])).LATCHKEY(), address(latchkey));
    }
}
