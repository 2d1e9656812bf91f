// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionRegistry} from "../../../contracts/interfaces/ISessionRegistry.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {Status} from "../../../contracts/types/Status.sol";
import {LatchkeyTest} from "../../support/solidity/LatchkeyTest.sol";

/// @notice `deactivateSession`: the key bows out at any time, anyone sweeps what has expired.
contract DeactivateSessionTest is LatchkeyTest {
    function setUp() public override {
        super.setUp();
        register(account, key, policyId);
    }

    function _data(address principal, address holder) private view returns (bytes memory) {
        return abi.encodeCall(latchkey.deactivateSession, (principal, holder));
    }

    function test_the_key_bows_out_for_ever() public {
        vm.expectEmit(true, true, false, true, address(latchkey));
        emit ISessionRegistry.SessionRevoked(account, key.account);
        accepted(key.account, _data(account, key.account));
        refusedOnEachRoute(
            key,
            one(actCall(1)),
            abi.encodeWithSelector(ISessionErrors.SessionAlreadyRevoked.selector, account, key.account)
        );
        // Once more changes nothing.
        bytes32 before = stateHash();
        accepted(key.account, _data(account, key.account));
        vm.assertEq(stateHash(), before);
    }

    /// @dev A tombstone is not a registration.
    function test_a_key_that_was_revoked_before_it_was_registered_cannot_bow_out() public {
        vm.prank(account);
        latchkey.revokeSession(key2.account);
        refused(
            key2.account,
            _data(account, key2.account),
            abi.encodeWithSelector(ISessionErrors.SessionNotRegistered.selector, account, key2.account)
        );
    }

    function test_a_pending_or_expired_key_bows_out_too() public {
        Grant memory grant = grantOf(key2, policyId);
        grant.lane = 1;
        grant.validAfter = START + 100;
        registerGrant(account, grant);
        accepted(key2.account, _data(account, key2.account));
        vm.assertTrue(isRevoked(account, key2.account));
        vm.warp(uint256(END) + 1);
        accepted(key.account, _data(account, key.account));
        vm.assertTrue(isRevoked(account, key.account));
    }

    function test_a_key_that_was_never_registered() public {
        bytes memory expected = abi.encodeWithSelector(
            ISessionErrors.SessionNotRegistered.selector,
            account,
            key2.account
        );
        refused(key2.account, _data(account, key2.account), expected);
        refused(stranger, _data(account, key2.account), expected);
    }

    function test_ATK_77_strangers_only_after_the_end() public {
        uint256[3] memory times = [uint256(START), END - 1, END];
        for (uint256 i = 0; i < 3; ++i) {
            vm.warp(times[i]);
            bytes memory expected = abi.encodeWithSelector(ISessionRegistry.SessionNotExpired.selector, END, times[i]);
            refused(stranger, _data(account, key.account), expected);
            refused(key2.account, _data(account, key.account), expected);
            // Not even the principal: it revokes.
            refused(account, _data(account, key.account), expected);
        }
        vm.warp(uint256(END) + 1);
        vm.expectEmit(true, true, false, true, address(latchkey));
        emit ISessionRegistry.SessionSwept(account, key.account);
        accepted(stranger, _data(account, key.account));
        vm.assertTrue(isSwept(account, key.account) && !isRevoked(account, key.account));
        vm.assertTrue(lens.getSession(account, key.account).status == Status.Expired);
        vm.recordLogs();
        bytes32 before = stateHash();
        accepted(stranger, _data(account, key.account));
        vm.assertEq(stateHash(), before);
        vm.assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_ATK_77_sweeping_touches_no_tombstone_number_or_nonce() public {
        vm.prank(account);
        latchkey.revokeSession(key.account);
        vm.warp(uint256(END) + 1);
        refused(
            stranger,
            _data(account, key.account),
            abi.encodeWithSelector(ISessionErrors.SessionAlreadyRevoked.selector, account, key.account)
        );
        Grant memory grant = grantOf(key2, policyId);
        grant.validUntil = END + 1 days;
        registerGrant(account, grant);
        vm.prank(account);
        latchkey.revokeAllSessions();
        vm.warp(uint256(END) + 1 days + 1);
        refused(
            stranger,
            _data(account, key2.account),
            abi.encodeWithSelector(ISessionErrors.SessionGenerationEnded.selector, 0, 1)
        );
    }

    function test_a_swept_session_leaves_the_lane_and_can_be_renewed() public {
        vm.warp(uint256(END) + 1);
        accepted(stranger, _data(account, key.account));
        Grant memory grant = grantOf(key, policyId);
        grant.validUntil = END + 1 days;
        registerGrant(account, grant);
        vm.assertEq(registrationOf(account, key.account), END + 1);
        vm.assertFalse(isSwept(account, key.account));
        accepted(key.account, directData(account, one(actCall(1))));
    }
}
