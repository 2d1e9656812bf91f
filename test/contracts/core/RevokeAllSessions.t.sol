// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionRegistry} from "../../../contracts/interfaces/ISessionRegistry.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {LatchkeyTest, SessionKey} from "../../support/solidity/LatchkeyTest.sol";

/// @notice `revokeAllSessions`, `revokeAllSessionsBySig`, `cancelSignatures`: one write.
contract RevokeAllSessionsTest is LatchkeyTest {
    uint256 private constant DEADLINE = START + 600;

    function _bySig(address principal, uint32 generation, uint256 deadline) private view returns (bytes memory) {
        return
            abi.encodeCall(
                latchkey.revokeAllSessionsBySig,
                (
                    principal,
                    generation,
                    deadline,
                    signPlain(walletKey, digestOf(revokeAllHash(principal, generation, deadline)))
                )
            );
    }

    /// @dev However many there are, the cost is the same.
    function test_ATK_65_ATK_82_kills_any_number_at_one_price() public {
        uint256[5] memory counts = [uint256(0), 1, 2, 17, 40];
        uint256 first;
        for (uint256 n = 0; n < counts.length; ++n) {
            for (uint256 i = 0; i < counts[n]; ++i) {
                SessionKey memory each = newKey(string.concat(vm.toString(n), "/", vm.toString(i)));
                Grant memory grant = grantOf(each, policyId);
                grant.lane = uint64(i);
                registerGrant(account, grant);
            }
            vm.expectEmit(true, false, false, true, address(latchkey));
            emit ISessionRegistry.AllSessionsRevoked(account, uint32(n + 1));
            vm.prank(account);
            uint256 before = gasleft();
            latchkey.revokeAllSessions();
            uint256 used = before - gasleft();
            if (n == 1) first = used;
            if (n > 1) vm.assertLe(used, first);
            for (uint256 i = 0; i < counts[n]; ++i) {
                address each = newKey(string.concat(vm.toString(n), "/", vm.toString(i))).account;
                vm.assertFalse(latchkey.isLive(account, each));
            }
        }
    }

    function test_ATK_70_dead_on_every_route_and_renewable_on_none() public {
        register(account, key, policyId);
        vm.prank(account);
        latchkey.revokeAllSessions();
        bytes memory ended = abi.encodeWithSelector(ISessionErrors.SessionGenerationEnded.selector, 0, 1);
        refusedOnEachRoute(key, one(actCall(1)), ended);
        refused(
            address(recorder),
            abi.encodeCall(latchkey.consumeSession, (account, key.account, actCall(1).data)),
            ended
        );
        refused(account, abi.encodeCall(latchkey.registerSession, (grantOf(key, policyId))), ended);
        register(account, key2, policyId);
        accepted(key2.account, directData(account, one(actCall(1))));
    }

    function test_raises_generation_and_nonce_of_this_principal_alone() public {
        register(account2, key, policyId);
        vm.prank(account);
        latchkey.revokeAllSessions();
        vm.assertEq(latchkey.generationOf(account), 1);
        vm.assertEq(latchkey.nonces(account), 1);
        vm.assertTrue(latchkey.isInitialized(account));
        vm.assertEq(latchkey.generationOf(account2), 0);
        vm.assertTrue(latchkey.isLive(account2, key.account));
    }

    function test_the_signature_kills_exactly_one_generation() public {
        register(wallet, key, policyId);
        bytes memory data = _bySig(wallet, 0, DEADLINE);
        refused(
            stranger,
            _bySig(wallet, 1, DEADLINE),
            abi.encodeWithSelector(ISessionRegistry.GenerationMismatch.selector, 1, 0)
        );
        vm.warp(DEADLINE + 1);
        refused(
            stranger,
            data,
            abi.encodeWithSelector(ISessionRegistry.GrantDeadlinePassed.selector, DEADLINE, DEADLINE + 1)
        );
        vm.warp(DEADLINE);
        accepted(stranger, data);
        vm.assertFalse(latchkey.isLive(wallet, key.account));
        refused(stranger, data, abi.encodeWithSelector(ISessionRegistry.GenerationMismatch.selector, 0, 1));
        accepted(stranger, _bySig(wallet, 1, DEADLINE));
        vm.assertEq(latchkey.generationOf(wallet), 2);
        vm.assertEq(latchkey.nonces(wallet), 2);
    }

    function test_a_strangers_signature() public {
        bytes memory signature = signPlain(ownerKey, digestOf(revokeAllHash(wallet, 0, DEADLINE)));
        refused(
            stranger,
            abi.encodeCall(latchkey.revokeAllSessionsBySig, (wallet, 0, DEADLINE, signature)),
            abi.encodeWithSelector(ISessionRegistry.InvalidPrincipalSignature.selector, wallet)
        );
    }

    function test_cancel_signatures_raises_the_nonce_alone() public {
        register(wallet, key, policyId);
        vm.expectEmit(true, false, false, true, address(latchkey));
        emit ISessionRegistry.SignaturesCancelled(wallet, 1);
        vm.prank(wallet);
        latchkey.cancelSignatures();
        vm.assertEq(latchkey.nonces(wallet), 1);
        vm.assertEq(latchkey.generationOf(wallet), 0);
        vm.assertTrue(latchkey.isLive(wallet, key.account));
        vm.assertFalse(latchkey.isInitialized(wallet));
    }
}
