// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionRegistry} from "../../../contracts/interfaces/ISessionRegistry.sol";
import {ILatchkey} from "../../../contracts/interfaces/ILatchkey.sol";
import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {EntryPoints} from "../../../contracts/libraries/EntryPoints.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {AnsweringPrincipal} from "../../support/solidity/mocks/Misbehaving.sol";
import {LatchkeyTest, SessionKey} from "../../support/solidity/LatchkeyTest.sol";

/// @notice `registerSessionBySig`: anyone submits what the principal signed, once, in time, on this chain, here.
contract RegisterSessionBySigTest is LatchkeyTest {
    uint256 private constant DEADLINE = START + 600;

    function _data(
        address principal,
        Grant memory grant,
        uint256 deadline,
        bytes memory signature
    ) private view returns (bytes memory) {
        return abi.encodeCall(latchkey.registerSessionBySig, (principal, grant, deadline, signature));
    }

    function _signed(Grant memory grant, uint256 nonce, uint256 deadline) private view returns (bytes memory) {
        return
            _data(
                wallet,
                grant,
                deadline,
                signPlain(walletKey, digestOf(registerHash(wallet, grant, nonce, deadline)))
            );
    }

    function _invalid() private view returns (bytes memory) {
        return abi.encodeWithSelector(ISessionRegistry.InvalidPrincipalSignature.selector, wallet);
    }

    function test_anyone_submits_and_the_nonce_rises() public {
        accepted(stranger, _signed(grantOf(key, policyId), 0, DEADLINE));
        vm.assertTrue(latchkey.isLive(wallet, key.account));
        vm.assertEq(latchkey.nonces(wallet), 1);
        vm.assertEq(latchkey.generationOf(wallet), 0);
        Grant memory grant = grantOf(key2, policyId);
        grant.lane = 1;
        accepted(stranger, _signed(grant, 1, DEADLINE));
        vm.assertEq(latchkey.nonces(wallet), 2);
    }

    function test_ATK_75_deadline_is_inclusive() public {
        bytes memory data = _signed(grantOf(key, policyId), 0, DEADLINE);
        vm.warp(DEADLINE + 1);
        refused(
            stranger,
            data,
            abi.encodeWithSelector(ISessionRegistry.GrantDeadlinePassed.selector, DEADLINE, DEADLINE + 1)
        );
        vm.warp(DEADLINE);
        accepted(stranger, data);
    }

    function test_ATK_75_a_grant_is_registered_once() public {
        bytes memory data = _signed(grantOf(key, policyId), 0, DEADLINE);
        accepted(stranger, data);
        refused(stranger, data, _invalid());
        vm.prank(wallet);
        latchkey.revokeSession(key.account);
        refused(stranger, data, _invalid());
    }

    function test_ATK_75_signatures_for_a_later_or_earlier_nonce_wait_or_are_dead() public {
        Grant memory first = grantOf(key, policyId);
        Grant memory second = grantOf(key2, policyId);
        second.lane = 1;
        bytes memory later = _signed(second, 1, DEADLINE);
        refused(stranger, later, _invalid());
        accepted(stranger, _signed(first, 0, DEADLINE));
        accepted(stranger, later);
        refused(stranger, _signed(second, 0, DEADLINE), _invalid());
    }

    function test_ATK_75_cancelled_signatures() public {
        bytes memory data = _signed(grantOf(key, policyId), 0, DEADLINE);
        vm.prank(wallet);
        latchkey.cancelSignatures();
        refused(stranger, data, _invalid());
        accepted(stranger, _signed(grantOf(key, policyId), 1, DEADLINE));
    }

    function test_ATK_70_no_grant_survives_revoke_all_nor_uninstalling() public {
        bytes memory data = _signed(grantOf(key, policyId), 0, DEADLINE);
        vm.prank(wallet);
        latchkey.revokeAllSessions();
        refused(stranger, data, _invalid());
        data = _signed(grantOf(key, policyId), 1, DEADLINE);
        vm.prank(wallet);
        latchkey.onUninstall("");
        refused(stranger, data, _invalid());
        vm.assertEq(latchkey.nonces(wallet), 2);
    }

    function test_ATK_70_a_signed_grant_for_a_key_that_is_revoked_first() public {
        bytes memory data = _signed(grantOf(key, policyId), 0, DEADLINE);
        vm.prank(wallet);
        latchkey.revokeSession(key.account);
        refused(
            stranger,
            data,
            abi.encodeWithSelector(ISessionErrors.SessionAlreadyRevoked.selector, wallet, key.account)
        );
    }

    function test_a_grant_that_is_refused_keeps_its_nonce() public {
        Grant memory grant = grantOf(key, policyId);
        grant.maxCalls = MAX_CALLS + 1;
        refused(
            stranger,
            _signed(grant, 0, DEADLINE),
            abi.encodeWithSelector(ISessionRegistry.MaxCallsOutOfBounds.selector, MAX_CALLS + 1, MAX_CALLS)
        );
        vm.assertEq(latchkey.nonces(wallet), 0);
    }

    function test_ATK_11_every_member_is_signed() public {
        Grant memory grant = grantOf(curveKey, policyId);
        bytes memory signature = signPlain(walletKey, digestOf(registerHash(wallet, grant, 0, DEADLINE)));
        refused(stranger, _data(wallet, grant, DEADLINE + 1, signature), _invalid());
        Grant memory other = _copy(grant);
        other.key = key.account;
        refused(stranger, _data(wallet, other, DEADLINE, signature), _invalid());
        other = _copy(grant);
        other.publicKey = "";
        refused(stranger, _data(wallet, other, DEADLINE, signature), _invalid());
        other = _copy(grant);
        other.policyId = bytes32(uint256(policyId) ^ 1);
        refused(stranger, _data(wallet, other, DEADLINE, signature), _invalid());
        other = _copy(grant);
        other.validAfter = START + 1;
        refused(stranger, _data(wallet, other, DEADLINE, signature), _invalid());
        other = _copy(grant);
        other.validUntil -= 1;
        refused(stranger, _data(wallet, other, DEADLINE, signature), _invalid());
        other = _copy(grant);
        other.maxCalls -= 1;
        refused(stranger, _data(wallet, other, DEADLINE, signature), _invalid());
        other = _copy(grant);
        other.lane = 1;
        refused(stranger, _data(wallet, other, DEADLINE, signature), _invalid());
        other = _copy(grant);
        other.replaces = stranger;
        refused(stranger, _data(wallet, other, DEADLINE, signature), _invalid());
        refused(
            stranger,
            _data(stranger, grant, DEADLINE, signature),
            abi.encodeWithSelector(ISessionRegistry.InvalidPrincipalSignature.selector, stranger)
        );
        accepted(stranger, _data(wallet, grant, DEADLINE, signature));
    }

    function test_ATK_02_another_chain() public {
        bytes memory data = _signed(grantOf(key, policyId), 0, DEADLINE);
        bytes memory revoke = abi.encodeCall(
            latchkey.revokeSessionBySig,
            (wallet, key.account, DEADLINE, signPlain(walletKey, digestOf(revokeHash(wallet, key.account, DEADLINE))))
        );
        bytes memory revokeAll = abi.encodeCall(
            latchkey.revokeAllSessionsBySig,
            (wallet, 0, DEADLINE, signPlain(walletKey, digestOf(revokeAllHash(wallet, 0, DEADLINE))))
        );
        vm.chainId(10);
        refused(stranger, data, _invalid());
        refused(stranger, revoke, _invalid());
        refused(stranger, revokeAll, _invalid());
        accepted(stranger, _signed(grantOf(key, policyId), 0, DEADLINE));
        vm.chainId(31_337);
        accepted(stranger, revoke);
    }

    function test_ATK_04_another_latchkey() public {
        Grant memory grant = grantOf(key, policyId);
        bytes memory signature = signPlain(walletKey, digestOf(registerHash(wallet, grant, 0, DEADLINE)));
        ILatchkey other = deployLatchkey();
        IPolicyStore(other.POLICY_STORE()).publishPolicy(sorted(defaultPolicy()));
        vm.prank(stranger);
        (bool success, bytes memory reason) = address(other).call(_data(wallet, grant, DEADLINE, signature));
        vm.assertFalse(success);
        vm.assertEq(reason, _invalid());
        accepted(stranger, _data(wallet, grant, DEADLINE, signature));
    }

    function test_ATK_05_ATK_06_other_forms_of_a_good_signature() public {
        Grant memory grant = grantOf(key, policyId);
        bytes32 digest = digestOf(registerHash(wallet, grant, 0, DEADLINE));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(walletKey, digest);
        bytes32 highS = bytes32(SECP256K1_N - uint256(s));
        bytes[9] memory forms = [
            abi.encodePacked(r, highS, v == 27 ? uint8(28) : uint8(27)),
            abi.encodePacked(r, bytes32(uint256(s) | (uint256(v - 27) << 255))),
            abi.encodePacked(r, s, v, uint8(0)),
            abi.encodePacked(r, s),
            abi.encodePacked(r, s, v - 27),
            abi.encodePacked(r, s, uint8(255)),
            abi.encodePacked(bytes32(0), s, v),
            abi.encodePacked(r, bytes32(0), v),
            bytes("")
        ];
        for (uint256 i = 0; i < forms.length; ++i) {
            refused(stranger, _data(wallet, grant, DEADLINE, forms[i]), _invalid());
        }
    }

    function test_ATK_07_a_failed_recovery_is_nobody() public {
        Grant memory grant = grantOf(key, policyId);
        bytes[2] memory bad = [new bytes(65), new bytes(65)];
        for (uint256 i = 0; i < 65; ++i) bad[1][i] = 0xff;
        for (uint256 i = 0; i < 2; ++i) {
            refused(
                stranger,
                _data(address(0), grant, DEADLINE, bad[i]),
                abi.encodeWithSelector(ISessionRegistry.InvalidPrincipalSignature.selector, address(0))
            );
            refused(stranger, _data(wallet, grant, DEADLINE, bad[i]), _invalid());
        }
    }

    /// @dev Whatever code it has: an EIP-7702 wallet's own key speaks for it.
    function test_ATK_90_a_wallet_with_code_signs_as_itself() public {
        vm.etch(wallet, abi.encodePacked(hex"ef0100", address(recorder)));
        accepted(stranger, _signed(grantOf(key, policyId), 0, DEADLINE));
        vm.etch(wallet, type(AnsweringPrincipal).runtimeCode);
        bytes32 digest = digestOf(revokeAllHash(wallet, 0, DEADLINE));
        accepted(
            stranger,
            abi.encodeCall(latchkey.revokeAllSessionsBySig, (wallet, 0, DEADLINE, signPlain(walletKey, digest)))
        );
    }

    function test_a_contract_signs_by_erc_1271() public {
        AnsweringPrincipal principal = new AnsweringPrincipal();
        principal.prepare(abi.encode(bytes4(0x1626ba7e)), AnsweringPrincipal.Manner.Returns);
        accepted(stranger, _data(address(principal), grantOf(key, policyId), DEADLINE, "anything at all"));
        vm.assertTrue(latchkey.isLive(address(principal), key.account));
        vm.assertEq(latchkey.nonces(address(principal)), 1);
    }

    function test_ATK_66_ATK_87_contracts_that_answer_wrongly() public {
        AnsweringPrincipal principal = new AnsweringPrincipal();
        bytes memory yes = abi.encode(bytes4(0x1626ba7e));
        bytes memory expected = abi.encodeWithSelector(
            ISessionRegistry.InvalidPrincipalSignature.selector,
            address(principal)
        );
        bytes memory data = _data(address(principal), grantOf(key, policyId), DEADLINE, "signature");
        bytes[6] memory answers = [
            bytes(""),
            abi.encodePacked(bytes4(0x1626ba7e)),
            abi.encodePacked(bytes4(0x1626ba7e), bytes27(0)),
            abi.encode(uint256(uint32(0x1626ba7e))),
            abi.encode(uint256(bytes32(bytes4(0x1626ba7e))) | 1),
            abi.encode(bytes4(0xffffffff))
        ];
        for (uint256 i = 0; i < answers.length; ++i) {
            principal.prepare(answers[i], AnsweringPrincipal.Manner.Returns);
            refused(stranger, data, expected);
        }
        principal.prepare(yes, AnsweringPrincipal.Manner.Reverts);
        refused(stranger, data, expected);
        // Asked by a static call: it cannot do anything meanwhile.
        principal.prepare(yes, AnsweringPrincipal.Manner.Writes);
        refused(stranger, data, expected);
        // A megabyte is not copied.
        principal.prepare(abi.encode(bytes4(0)), AnsweringPrincipal.Manner.Bombs);
        refused(stranger, data, expected);
        principal.prepare(abi.encodePacked(yes, "and more"), AnsweringPrincipal.Manner.Returns);
        accepted(stranger, data);
    }

    function test_ATK_85_one_owner_of_two_accounts() public {
        // The account takes its owner's signature only in the nested form that names the account.
        Grant memory grant = grantOf(key, policyId);
        bytes memory signature = signPlain(ownerKey, digestOf(registerHash(account, grant, 0, DEADLINE)));
        refused(
            stranger,
            _data(account, grant, DEADLINE, signature),
            abi.encodeWithSelector(ISessionRegistry.InvalidPrincipalSignature.selector, account)
        );
        refused(
            stranger,
            _data(account2, grant, DEADLINE, signature),
            abi.encodeWithSelector(ISessionRegistry.InvalidPrincipalSignature.selector, account2)
        );
    }

    /// @dev Each verb's signature in each other verb.
    function test_ATK_11_no_signature_is_good_for_another_verb() public {
        Grant memory grant = grantOf(key, policyId);
        bytes[3] memory signatures = [
            signPlain(walletKey, digestOf(registerHash(wallet, grant, 0, DEADLINE))),
            signPlain(walletKey, digestOf(revokeHash(wallet, key.account, DEADLINE))),
            signPlain(walletKey, digestOf(revokeAllHash(wallet, 0, DEADLINE)))
        ];
        for (uint256 verb = 0; verb < 3; ++verb) {
            for (uint256 i = 0; i < 3; ++i) {
                bytes memory data =
                    verb == 0
                        ? _data(wallet, grant, DEADLINE, signatures[i])
                        : verb == 1
                            ? abi.encodeCall(
                                latchkey.revokeSessionBySig,
                                (wallet, key.account, DEADLINE, signatures[i])
                            )
                            : abi.encodeCall(latchkey.revokeAllSessionsBySig, (wallet, 0, DEADLINE, signatures[i]));
                if (i != verb) refused(stranger, data, _invalid());
            }
        }
        // A session key's signatures are good for none of them.
        register(wallet, SessionKey(stranger, 0, ""), policyId);
        refused(stranger, _data(wallet, grant, DEADLINE, signPlain(key.privateKey, bytes32(0))), _invalid());
    }

    function test_machinery_never_registers() public {
        vm.etch(EntryPoints.V06, type(AnsweringPrincipal).runtimeCode);
        AnsweringPrincipal(EntryPoints.V06).prepare(abi.encode(bytes4(0x1626ba7e)), AnsweringPrincipal.Manner.Returns);
        refused(
            stranger,
            _data(EntryPoints.V06, grantOf(key, policyId), DEADLINE, ""),
            abi.encodeWithSelector(ISessionRegistry.PrincipalNotAllowed.selector, EntryPoints.V06)
        );
    }

    function _copy(Grant memory grant) private pure returns (Grant memory) {
        return abi.decode(abi.encode(grant), (Grant));
    }
}
