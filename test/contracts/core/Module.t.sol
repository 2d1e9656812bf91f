// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7579ModuleConfig} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionRegistry} from "../../../contracts/interfaces/ISessionRegistry.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {Route} from "../../../contracts/types/Route.sol";
import {LatchkeyTest, SessionKey} from "../../support/solidity/LatchkeyTest.sol";

/// @notice What accounts ask of a module: installing, uninstalling, types, ERC-1271.
contract ModuleTest is LatchkeyTest {
    function _install(uint256 kind, bool installs) private {
        vm.prank(account);
        if (installs) IERC7579ModuleConfig(account).installModule(kind, address(latchkey), "");
        else IERC7579ModuleConfig(account).uninstallModule(kind, address(latchkey), "");
    }

    function test_module_types() public view {
        for (uint256 kind = 0; kind < 300; ++kind) {
            vm.assertEq(latchkey.isModuleType(kind), kind == 1 || kind == 2);
        }
        vm.assertFalse(latchkey.isModuleType(type(uint256).max));
        vm.assertFalse(latchkey.isModuleType((1 << 128) | 1));
    }

    function testFuzz_installing_ignores_its_data_and_revives_nothing(bytes calldata data) public {
        register(wallet, key, policyId);
        vm.startPrank(wallet);
        latchkey.onInstall(data);
        latchkey.onInstall(data);
        vm.stopPrank();
        vm.assertTrue(latchkey.isInitialized(wallet));
        vm.assertEq(latchkey.generationOf(wallet), 0);
        vm.assertTrue(latchkey.isLive(wallet, key.account));
        vm.prank(wallet);
        latchkey.onUninstall(data);
        vm.assertFalse(latchkey.isInitialized(wallet));
        vm.prank(wallet);
        latchkey.onInstall(data);
        vm.assertFalse(latchkey.isLive(wallet, key.account));
        vm.assertEq(latchkey.generationOf(wallet), 1);
        vm.assertEq(latchkey.nonces(wallet), 1);
    }

    function test_ATK_82_uninstalling_either_half_kills_every_session() public {
        for (uint256 kind = 1; kind <= 2; ++kind) {
            SessionKey memory each = newKey(vm.toString(kind));
            register(account, each, policyId);
            vm.expectEmit(true, false, false, true, address(latchkey));
            emit ISessionRegistry.AllSessionsRevoked(account, uint32(kind));
            _install(kind, false);
            vm.assertFalse(latchkey.isInitialized(account));
            vm.assertFalse(latchkey.isLive(account, each.account));
            _install(kind, true);
            vm.assertTrue(latchkey.isInitialized(account));
            bytes memory ended = abi.encodeWithSelector(ISessionErrors.SessionGenerationEnded.selector, kind - 1, kind);
            refusedOnEachRoute(each, one(actCall(1)), ended);
            vm.assertEq(latchkey.nonces(account), kind);
        }
    }

    function test_ATK_82_uninstalling_costs_the_same_for_any_number() public {
        uint256[4] memory counts = [uint256(0), 1, 3, 17];
        uint256 most;
        for (uint256 n = 0; n < counts.length; ++n) {
            for (uint256 i = 0; i < counts[n]; ++i) {
                Grant memory grant = grantOf(newKey(string.concat(vm.toString(n), ":", vm.toString(i))), policyId);
                grant.lane = uint64(i);
                registerGrant(account, grant);
            }
            vm.prank(account);
            uint256 before = gasleft();
            latchkey.onUninstall("");
            uint256 used = before - gasleft();
            if (n < 2) most = used;
            else vm.assertLe(used, most);
            for (uint256 i = 0; i < counts[n]; ++i) {
                address each = newKey(string.concat(vm.toString(n), ":", vm.toString(i))).account;
                vm.assertFalse(latchkey.isLive(account, each));
            }
        }
    }

    /// @dev Routes that call the account ask that it has Latchkey; those that go to a dApp do not.
    function test_the_installed_bit_on_each_route() public {
        register(account, key, policyId);
        vm.warp(START + 1);
        // The bit alone, and the rest of the word: a session that is alive.
        bytes32 slot = principalSlot(account);
        vm.assertEq(uint256(vm.load(address(latchkey), slot)), 1 << 86);
        vm.store(address(latchkey), slot, 0);
        vm.assertFalse(latchkey.isInitialized(account));
        vm.assertTrue(latchkey.isLive(account, key.account));
        refusedOnEachRoute(
            key,
            one(actCall(1)),
            abi.encodeWithSelector(ISessionErrors.ModuleNotInstalled.selector, account)
        );
        bytes memory asked = abi.encodeCall(latchkey.consumeSession, (account, key.account, actCall(1).data));
        accepted(address(recorder), asked);
        vm.prank(address(forwarder));
        latchkey.consumeForwarded(account, key.account, address(recorder), actCall(1).data);
        vm.assertEq(callsLeft(account, key.account), MAX_CALLS - 2);
        // `explain` says the same of each.
        for (uint256 i = 0; i < 5; ++i) {
            (bool allowed, , bytes memory reason) = lens.explain(
                account,
                key.account,
                Route(i),
                one(actCall(1)),
                i == uint256(Route.forwarded) ? 0 : END,
                0,
                address(0)
            );
            vm.assertEq(allowed, i > uint256(Route.relayed));
            if (allowed) continue;
            vm.assertEq(reason, abi.encodeWithSelector(ISessionErrors.ModuleNotInstalled.selector, account));
        }
        vm.prank(account);
        latchkey.onInstall("");
        accepted(key.account, directData(account, one(actCall(1))));
    }

    /// @dev Told behind the generation and before the window.
    function test_the_installed_bit_in_the_order_of_checks() public {
        Grant memory grant = grantOf(key, policyId);
        grant.validAfter = START + 100;
        registerGrant(account, grant);
        vm.prank(account);
        latchkey.onUninstall("");
        bytes memory data = directData(account, one(actCall(1)));
        refused(key.account, data, abi.encodeWithSelector(ISessionErrors.SessionGenerationEnded.selector, 0, 1));
        grant.key = key2.account;
        registerGrant(account, grant);
        refused(key2.account, data, abi.encodeWithSelector(ISessionErrors.ModuleNotInstalled.selector, account));
        vm.prank(account);
        latchkey.onInstall("");
        refused(
            key2.account,
            data,
            abi.encodeWithSelector(ISessionErrors.SessionNotYetValid.selector, START + 100, START)
        );
    }

    /// @dev Neither verb ever reverts, the last generation included.
    function test_ATK_119_uninstalling_in_the_last_generation() public {
        vm.store(address(latchkey), principalSlot(account), bytes32(uint256((1 << 86) | (2 ** 22 - 1))));
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(account);
            latchkey.onUninstall("");
            vm.assertEq(latchkey.generationOf(account), 2 ** 22 - 1);
            vm.assertEq(latchkey.nonces(account), i + 1);
            vm.assertFalse(latchkey.isInitialized(account));
        }
        vm.prank(account);
        latchkey.onInstall("");
        vm.assertTrue(latchkey.isInitialized(account));
    }

    function test_ATK_99_an_account_without_the_module_takes_no_key() public {
        register(account, key, policyId);
        _install(1, false);
        register(account, key2, policyId);
        // The account asks no list of its own; Latchkey asks its installed bit, until the account installs it again.
        bytes memory notInstalled = abi.encodeWithSelector(ISessionErrors.ModuleNotInstalled.selector, account);
        refusedOperation(operationOf(key2, one(actCall(1))), aa23(notInstalled));
        refused(key2.account, directData(account, one(actCall(1))), notInstalled);
        vm.prank(account);
        latchkey.onInstall("");
        accepted(key2.account, directData(account, one(actCall(1))));
        _install(2, false);
        vm.prank(key2.account);
        (bool success, ) = address(latchkey).call(directData(account, one(actCall(1))));
        vm.assertFalse(success);
    }

    /// @dev A key signs for no account outside an operation, whatever the hash and whoever asks.
    function testFuzz_ATK_49_ATK_84_a_key_never_passes_erc_1271(
        address sender,
        bytes32 hash,
        bytes calldata anything
    ) public {
        register(account, key, policyId);
        vm.prank(account);
        bytes4 answer = latchkey.isValidSignatureWithSender(sender, hash, anything);
        vm.assertEq(bytes32(answer), bytes32(bytes4(0xffffffff)));
        bytes memory signature = signSession(key, hash, END);
        answer = latchkey.isValidSignatureWithSender(sender, hash, signature);
        vm.assertEq(bytes32(answer), bytes32(bytes4(0xffffffff)));
        // Through the account, in the form that names the module.
        answer = IERC1271(account).isValidSignature(hash, abi.encodePacked(address(latchkey), signature));
        vm.assertEq(bytes32(answer), bytes32(bytes4(0xffffffff)));
        answer = IERC1271(account).isValidSignature(
            hash,
            abi.encodePacked(address(latchkey), signPlain(key.privateKey, hash))
        );
        vm.assertEq(bytes32(answer), bytes32(bytes4(0xffffffff)));
        answer = IERC1271(account).isValidSignature(hash, signPlain(key.privateKey, hash));
        vm.assertEq(bytes32(answer), bytes32(bytes4(0xffffffff)));
    }

    function test_ATK_86_a_validator_that_is_not_installed() public view {
        bytes4 answer = IERC1271(account).isValidSignature(
            bytes32(uint256(1)),
            abi.encodePacked(address(recorder), new bytes(65))
        );
        vm.assertEq(bytes32(answer), bytes32(bytes4(0xffffffff)));
    }
}
