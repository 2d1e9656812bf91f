// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Grant} from "../../../contracts/types/Grant.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {LatchkeyTest, SessionKey} from "../../support/solidity/LatchkeyTest.sol";

/// @notice How many words of storage each verb makes, and how many it changes: the price of a session.
contract SlotsTest is LatchkeyTest {
    /// @dev The words of Latchkey that the call writes: made out of nothing, and changed.
    function _count(address sender, bytes memory data, uint256 made, uint256 changed) private {
        uint256 snapshot = vm.snapshotState();
        vm.record();
        accepted(sender, data);
        (, bytes32[] memory writes) = vm.accesses(address(latchkey));
        bytes32[] memory slots = _distinct(writes);
        bytes32[] memory after_ = _load(slots);
        vm.assertTrue(vm.revertToState(snapshot));
        bytes32[] memory before = _load(slots);
        uint256 wasMade;
        uint256 wasChanged;
        for (uint256 i = 0; i < slots.length; ++i) {
            if (before[i] == 0 && after_[i] != 0) ++wasMade;
            else if (before[i] != after_[i]) ++wasChanged;
        }
        vm.assertEq(wasMade, made, "words made");
        vm.assertEq(wasChanged, changed, "words changed");
        accepted(sender, data);
    }

    function _distinct(bytes32[] memory all) private pure returns (bytes32[] memory distinct) {
        distinct = new bytes32[](all.length);
        uint256 count;
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 j = 0;
            while (j < count && distinct[j] != all[i]) ++j;
            if (j == count) distinct[count++] = all[i];
        }
        assembly ("memory-safe") {
            // Only shortens it.
            mstore(distinct, count)
        }
    }

    function _load(bytes32[] memory slots) private view returns (bytes32[] memory words) {
        words = new bytes32[](slots.length);
        for (uint256 i = 0; i < slots.length; ++i) words[i] = vm.load(address(latchkey), slots[i]);
    }

    function _bySig(Grant memory grant) private view returns (bytes memory) {
        bytes32 digest = digestOf(registerHash(wallet, grant, latchkey.nonces(wallet), END));
        return abi.encodeCall(latchkey.registerSessionBySig, (wallet, grant, END, signPlain(walletKey, digest)));
    }

    function test_registering() public {
        Grant memory grant = grantOf(key, policyId);
        // Session and lane.
        _count(wallet, abi.encodeCall(latchkey.registerSession, (grant)), 2, 0);
        // Renewal: the session.
        vm.warp(START + 1);
        _count(wallet, abi.encodeCall(latchkey.registerSession, (grant)), 0, 1);
        // In place of an occupant: its session and the lane, and the new session.
        grant = grantOf(key2, policyId);
        grant.replaces = key.account;
        _count(wallet, abi.encodeCall(latchkey.registerSession, (grant)), 1, 2);
        // A P-256 key is no different.
        grant = grantOf(curveKey, policyId);
        grant.lane = 1;
        _count(wallet, abi.encodeCall(latchkey.registerSession, (grant)), 2, 0);
    }

    function test_registering_by_signature() public {
        // Session, lane and principal.
        Grant memory grant = grantOf(key, policyId);
        _count(stranger, _bySig(grant), 3, 0);
        // Later, the principal is there.
        grant = grantOf(key2, policyId);
        grant.lane = 1;
        _count(stranger, _bySig(grant), 2, 1);
        grant = grantOf(curveKey, policyId);
        grant.replaces = key.account;
        _count(stranger, _bySig(grant), 1, 3);
        vm.warp(START + 1);
        _count(stranger, _bySig(grant), 0, 2);
    }

    function test_a_use() public {
        // Calls and an inline spend are in the session's word.
        register(account, key, policyId);
        _count(key.account, directData(account, two(actCall(1), payCall(1))), 0, 1);
        // A limit that is not inline has a word of its own, once.
        _count(key.account, directData(account, one(transferCall(recipient, 1))), 1, 1);
        _count(key.account, directData(account, one(transferCall(recipient, 1))), 0, 2);
        // After a renewal too.
        register(account, key, policyId);
        _count(key.account, directData(account, one(transferCall(recipient, 1))), 0, 2);
        // A signed route: one nonce word for 256 calls.
        _count(stranger, relayedData(account, key, one(actCall(1)), 0, 0, END), 1, 1);
        _count(stranger, relayedData(account, key, one(actCall(1)), 255, 0, END), 0, 2);
        _count(stranger, relayedData(account, key, one(actCall(1)), 256, 0, END), 1, 1);
    }

    function test_a_word_for_each_limit_that_is_drawn_on() public {
        Policy memory made = withLimit(withLimit(settings(), address(token), CAP, 300), address(0), NATIVE_CAP, 300);
        made = withLimit(made, address(otherToken), CAP, 0);
        made.permissions = new Permission[](3);
        made.permissions[0] = permission(address(token), TRANSFER);
        made.permissions[1] = permission(address(recorder), "pay()");
        made.permissions[1].maxValue = 1 ether;
        made.permissions[2] = permission(address(otherToken), TRANSFER);
        register(account, key, publish(made));
        _count(key.account, directData(account, one(transferCall(recipient, 1))), 1, 1);
        _count(key.account, directData(account, two(transferCall(recipient, 1), payCall(1))), 1, 2);
        _count(key.account, directData(account, two(transferCall(recipient, 1), payCall(1))), 0, 3);
    }

    function test_an_operation() public {
        register(account, key, policyId);
        vm.warp(START + 1);
        bytes memory data = abi.encodeCall(
            latchkey.validateUserOp,
            (operationOf(key, one(payCall(1))), bytes32(0))
        );
        _count(account, data, 0, 1);
    }

    function test_ending() public {
        SessionKey memory key3 = newKey("key3");
        register(wallet, key, policyId);
        _count(wallet, abi.encodeCall(latchkey.revokeSession, (key.account)), 0, 1);
        // A tombstone, and once more nothing.
        _count(wallet, abi.encodeCall(latchkey.revokeSession, (key2.account)), 1, 0);
        _count(wallet, abi.encodeCall(latchkey.revokeSession, (key2.account)), 0, 0);
        register(wallet, key3, policyId);
        vm.warp(uint256(END) + 1);
        _count(stranger, abi.encodeCall(latchkey.deactivateSession, (wallet, key3.account)), 0, 1);
        _count(stranger, abi.encodeCall(latchkey.deactivateSession, (wallet, key3.account)), 0, 0);
        _count(key3.account, abi.encodeCall(latchkey.deactivateSession, (wallet, key3.account)), 0, 1);
    }

    function test_the_principals_word() public {
        bytes[4] memory verbs = [
            abi.encodeCall(latchkey.revokeAllSessions, ()),
            abi.encodeCall(latchkey.cancelSignatures, ()),
            abi.encodeCall(latchkey.onInstall, ("")),
            abi.encodeCall(latchkey.onUninstall, (""))
        ];
        for (uint256 i = 0; i < verbs.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            _count(wallet, verbs[i], 1, 0);
            _count(wallet, verbs[(i + 1) % 2], 0, 1);
            vm.assertTrue(vm.revertToState(snapshot));
        }
    }
}
