// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionRegistry} from "../../../contracts/interfaces/ISessionRegistry.sol";
import {LatchkeyTest} from "../../support/solidity/LatchkeyTest.sol";

/// @notice `revokeSession`, `revokeSessionBySig`: dead at once, for ever, on every route.
contract RevokeSessionTest is LatchkeyTest {
    uint256 private constant DEADLINE = START + 600;

    function setUp() public override {
        super.setUp();
        register(account, key, policyId);
        register(wallet, key, policyId);
    }

    function _revoked(address principal) private view returns (bytes memory) {
        return abi.encodeWithSelector(ISessionErrors.SessionAlreadyRevoked.selector, principal, key.account);
    }

    function _bySig(address principal, uint256 deadline, uint256 signer) private view returns (bytes memory) {
        return
            abi.encodeCall(
                latchkey.revokeSessionBySig,
                (
                    principal,
                    key.account,
                    deadline,
                    signPlain(signer, digestOf(revokeHash(principal, key.account, deadline)))
                )
            );
    }

    function test_ATK_70_ATK_76_dead_on_every_route_in_the_same_block() public {
        vm.expectEmit(true, true, false, true, address(latchkey));
        emit ISessionRegistry.SessionRevoked(account, key.account);
        vm.prank(account);
        latchkey.revokeSession(key.account);
        refusedOnEachRoute(key, one(actCall(1)), _revoked(account));
        bytes memory call_ = actCall(1).data;
        refused(
            address(recorder),
            abi.encodeCall(latchkey.consumeSession, (account, key.account, call_)),
            _revoked(account)
        );
        refused(
            key.account,
            address(forwarder),
            abi.encodeCall(forwarder.forward, (account, address(recorder), call_)),
            _revoked(account)
        );
        vm.assertFalse(latchkey.isLive(account, key.account));
        vm.assertFalse(latchkey.isAuthorized(account, key.account, address(recorder), bytes4(call_)));
        vm.prank(address(recorder));
        vm.assertFalse(latchkey.isValidFor(key.account, account));
        vm.assertEq(latchkey.activeSession(account, APP, 0), address(0));
        // The other principal's session of the same key goes on.
        vm.assertTrue(latchkey.isLive(wallet, key.account));
    }

    function test_twice_is_once() public {
        vm.prank(account);
        latchkey.revokeSession(key.account);
        bytes32 before = stateHash();
        vm.recordLogs();
        vm.prank(account);
        latchkey.revokeSession(key.account);
        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertEq(stateHash(), before);
    }

    function test_an_unknown_key_gets_a_tombstone() public {
        vm.prank(wallet);
        latchkey.revokeSession(key2.account);
        vm.assertEq(wordOf(wallet, key2.account), 1 << 158);
        refused(
            wallet,
            abi.encodeCall(latchkey.registerSession, (grantOf(key2, policyId))),
            abi.encodeWithSelector(ISessionErrors.SessionAlreadyRevoked.selector, wallet, key2.account)
        );
    }

    function test_ATK_77_nobody_revokes_for_another() public {
        address[3] memory others = [stranger, key.account, key2.account];
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(others[i]);
            latchkey.revokeSession(key.account);
            vm.assertTrue(latchkey.isLive(account, key.account));
            vm.assertTrue(latchkey.isLive(wallet, key.account));
            refused(
                others[i],
                _bySig(wallet, DEADLINE, key.privateKey),
                abi.encodeWithSelector(ISessionRegistry.InvalidPrincipalSignature.selector, wallet)
            );
        }
    }

    function test_by_signature_until_its_deadline() public {
        vm.warp(DEADLINE + 1);
        refused(
            stranger,
            _bySig(wallet, DEADLINE, walletKey),
            abi.encodeWithSelector(ISessionRegistry.GrantDeadlinePassed.selector, DEADLINE, DEADLINE + 1)
        );
        vm.warp(DEADLINE);
        accepted(stranger, _bySig(wallet, DEADLINE, walletKey));
        vm.assertFalse(latchkey.isLive(wallet, key.account));
        vm.assertEq(latchkey.nonces(wallet), 0);
    }

    /// @dev No nonce: nothing that happens in between takes the signature's force.
    function test_the_signature_cannot_be_blocked_and_kills_a_renewal_too() public {
        bytes memory data = _bySig(wallet, DEADLINE, walletKey);
        vm.prank(wallet);
        latchkey.cancelSignatures();
        register(wallet, key, policyId);
        accepted(stranger, data);
        vm.assertFalse(latchkey.isLive(wallet, key.account));
        accepted(stranger, data);
    }

    function testFuzz_a_signature_for_another_key_or_deadline(address other, uint256 deadline) public {
        vm.assume(other != key.account);
        deadline = bound(deadline, START, type(uint256).max);
        bytes memory signature = signPlain(walletKey, digestOf(revokeHash(wallet, other, deadline)));
        refused(
            stranger,
            abi.encodeCall(latchkey.revokeSessionBySig, (wallet, key.account, deadline, signature)),
            abi.encodeWithSelector(ISessionRegistry.InvalidPrincipalSignature.selector, wallet)
        );
        accepted(stranger, abi.encodeCall(latchkey.revokeSessionBySig, (wallet, other, deadline, signature)));
    }

    function test_revoked_and_swept_and_bowed_out_flags_add_up() public {
        vm.warp(uint256(END) + 1);
        vm.prank(stranger);
        latchkey.deactivateSession(wallet, key.account);
        vm.prank(wallet);
        latchkey.revokeSession(key.account);
        vm.assertTrue(isRevoked(wallet, key.account) && isSwept(wallet, key.account));
    }

    /// @dev What the thief spends first is inside the cap; afterwards it is nothing.
    function test_ATK_76_a_thief_who_is_faster_takes_what_was_left() public {
        accepted(key.account, directData(account, one(transferCall(recipient, CAP - 1))));
        refused(
            key.account,
            directData(account, one(transferCall(recipient, 2))),
            abi.encodeWithSelector(ISessionErrors.SpendCapExceeded.selector, address(token), 2, 1)
        );
        vm.prank(account);
        latchkey.revokeSession(key.account);
        refused(key.account, directData(account, one(transferCall(recipient, 1))), _revoked(account));
        vm.assertEq(token.balanceOf(recipient), CAP - 1);
    }
}
