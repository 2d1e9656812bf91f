// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {ISessionErrors} from "../../../contracts/interfaces/ISessionErrors.sol";
import {ISessionRegistry} from "../../../contracts/interfaces/ISessionRegistry.sol";
import {ILatchkey} from "../../../contracts/interfaces/ILatchkey.sol";
import {ChainGrant} from "../../../contracts/types/ChainGrant.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {AnsweringPrincipal} from "../../support/solidity/mocks/Misbehaving.sol";
import {LatchkeyTest} from "../../support/solidity/LatchkeyTest.sol";

/// @notice `registerSessionOnChains`, `revokeSessionOnChains`: one signature, once on each chain that it lists, on no other.
/// @dev The chains are this one under other ids, with the state that the last one left.
contract OnChainsTest is LatchkeyTest {
    uint256 private constant DEADLINE = START + 600;
    uint256 private constant HERE = 31_337;
    uint256 private constant THERE = 10;
    uint256 private constant ELSEWHERE = 8_453;

    bytes32 private _thirdId;

    function setUp() public override {
        super.setUp();
        Policy memory policy = defaultPolicy();
        policy.maxCalls -= 1;
        _thirdId = store.publishPolicy(sorted(policy));
    }

    /// @dev For THERE and HERE, both with the default policy.
    function _chains(uint256 nonceThere, uint256 nonceHere) private view returns (ChainGrant[] memory chains) {
        chains = new ChainGrant[](2);
        chains[0] = ChainGrant(THERE, nonceThere, policyId);
        chains[1] = ChainGrant(HERE, nonceHere, policyId);
    }

    function _data(
        address principal,
        Grant memory grant,
        uint256 deadline,
        ChainGrant[] memory chains,
        bytes memory signature
    ) private view returns (bytes memory) {
        return abi.encodeCall(latchkey.registerSessionOnChains, (principal, grant, deadline, chains, signature));
    }

    function _signature(Grant memory grant, ChainGrant[] memory chains) private view returns (bytes memory) {
        return signPlain(walletKey, digestOnChains(registerOnChainsHash(wallet, grant, DEADLINE, chains)));
    }

    function _signed(Grant memory grant, ChainGrant[] memory chains) private view returns (bytes memory) {
        return _data(wallet, grant, DEADLINE, chains, _signature(grant, chains));
    }

    function _revocation(uint256[] memory chains) private view returns (bytes memory) {
        bytes32 structHash = revokeOnChainsHash(wallet, key.account, DEADLINE, chains);
        return
            abi.encodeCall(
                latchkey.revokeSessionOnChains,
                (wallet, key.account, DEADLINE, chains, signPlain(walletKey, digestOnChains(structHash)))
            );
    }

    function _ids(uint256 first, uint256 second) private pure returns (uint256[] memory chains) {
        chains = new uint256[](2);
        (chains[0], chains[1]) = (first, second);
    }

    function _invalid() private view returns (bytes memory) {
        return abi.encodeWithSelector(ISessionRegistry.InvalidPrincipalSignature.selector, wallet);
    }

    function _listInvalid(uint256 position) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ISessionRegistry.ChainsInvalid.selector, position);
    }

    function _notListed(uint256 chainId) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ISessionRegistry.ChainNotListed.selector, chainId);
    }

    // --- registering -----------------------------------------------------------------------------------------------

    function test_ATK_122_one_signature_registers_once_on_each_chain_and_on_no_other() public {
        bytes memory data = _signed(grantOf(key, policyId), _chains(1, 0));
        accepted(stranger, data);
        vm.assertTrue(latchkey.isLive(wallet, key.account));
        vm.assertEq(latchkey.nonces(wallet), 1);
        vm.chainId(ELSEWHERE);
        refused(stranger, data, _notListed(ELSEWHERE));
        vm.chainId(HERE);
        refused(stranger, data, _invalid());
        // As there: the nonce is that chain's.
        vm.chainId(THERE);
        vm.prank(wallet);
        latchkey.revokeAllSessions();
        refused(stranger, data, _invalid());
    }

    function test_ATK_122_each_chain_has_its_own_policy_and_nonce() public {
        ChainGrant[] memory chains = _chains(1, 0);
        chains[0].policyId = _thirdId;
        Grant memory grant = grantOf(key, policyId);
        grant.maxCalls -= 1;
        bytes memory signature = _signature(grant, chains);
        accepted(stranger, _data(wallet, grant, DEADLINE, chains, signature));
        vm.chainId(THERE);
        refused(
            stranger,
            _data(wallet, grant, DEADLINE, chains, signature),
            abi.encodeWithSelector(ISessionRegistry.ChainPolicyMismatch.selector, policyId, _thirdId)
        );
        Grant memory other = abi.decode(abi.encode(grant), (Grant));
        other.policyId = _thirdId;
        vm.warp(START + 1);
        bytes memory renewal = _data(wallet, other, DEADLINE, chains, signature);
        accepted(stranger, renewal);
        vm.assertEq(latchkey.nonces(wallet), 2);
        refused(stranger, renewal, _invalid());
    }

    function test_ATK_75_ATK_122_deadline_is_inclusive() public {
        bytes memory data = _signed(grantOf(key, policyId), _chains(0, 0));
        vm.warp(DEADLINE + 1);
        refused(
            stranger,
            data,
            abi.encodeWithSelector(ISessionRegistry.GrantDeadlinePassed.selector, DEADLINE, DEADLINE + 1)
        );
        vm.warp(DEADLINE);
        accepted(stranger, data);
    }

    function test_ATK_70_ATK_75_ATK_122_what_the_principal_ends_is_dead_here() public {
        bytes memory data = _signed(grantOf(key, policyId), _chains(0, 0));
        vm.prank(wallet);
        latchkey.cancelSignatures();
        refused(stranger, data, _invalid());
        data = _signed(grantOf(key, policyId), _chains(0, 1));
        vm.prank(wallet);
        latchkey.revokeAllSessions();
        refused(stranger, data, _invalid());
        data = _signed(grantOf(key, policyId), _chains(0, 2));
        vm.prank(wallet);
        latchkey.onUninstall("");
        refused(stranger, data, _invalid());
        data = _signed(grantOf(key, policyId), _chains(0, 3));
        vm.prank(wallet);
        latchkey.revokeSession(key.account);
        refused(
            stranger,
            data,
            abi.encodeWithSelector(ISessionErrors.SessionAlreadyRevoked.selector, wallet, key.account)
        );
    }

    function test_ATK_122_lists_that_are_none() public {
        Grant memory grant = grantOf(key, policyId);
        refused(stranger, _signed(grant, new ChainGrant[](0)), _listInvalid(0));
        ChainGrant[] memory chains = new ChainGrant[](33);
        for (uint256 i = 0; i < 33; ++i) chains[i] = ChainGrant(HERE + i, 0, policyId);
        refused(stranger, _signed(grant, chains), _listInvalid(33));
        ChainGrant[] memory most = new ChainGrant[](32);
        for (uint256 i = 0; i < 32; ++i) most[i] = ChainGrant(i == 31 ? type(uint256).max : HERE + i, 0, policyId);
        bytes memory data = _signed(grant, most);
        most[7].chainId = most[6].chainId;
        refused(stranger, _signed(grant, most), _listInvalid(7));
        most[7].chainId = HERE - 1;
        refused(stranger, _signed(grant, most), _listInvalid(7));
        accepted(stranger, data);
    }

    function test_chain_0_and_the_last_one_have_their_place() public {
        ChainGrant[] memory chains = new ChainGrant[](3);
        chains[0] = ChainGrant(0, 0, policyId);
        chains[1] = ChainGrant(HERE, 0, policyId);
        chains[2] = ChainGrant(type(uint256).max, 0, policyId);
        accepted(stranger, _signed(grantOf(key, policyId), chains));
    }

    function test_ATK_11_every_member_is_signed() public {
        ChainGrant[] memory chains = _chains(5, 0);
        Grant memory grant = grantOf(curveKey, policyId);
        bytes memory signature = _signature(grant, chains);
        refused(stranger, _data(wallet, grant, DEADLINE + 1, chains, signature), _invalid());
        for (uint256 i = 0; i < 7; ++i) {
            Grant memory other = abi.decode(abi.encode(grant), (Grant));
            if (i == 0) other.key = key.account;
            if (i == 1) other.publicKey = "";
            if (i == 2) other.validAfter += 1;
            if (i == 3) other.validUntil -= 1;
            if (i == 4) other.maxCalls -= 1;
            if (i == 5) other.lane = 1;
            if (i == 6) other.replaces = stranger;
            refused(stranger, _data(wallet, other, DEADLINE, chains, signature), _invalid());
        }
        ChainGrant[] memory others = _chains(5, 0);
        others[0].chainId += 1;
        refused(stranger, _data(wallet, grant, DEADLINE, others, signature), _invalid());
        others = _chains(6, 0);
        refused(stranger, _data(wallet, grant, DEADLINE, others, signature), _invalid());
        others = _chains(5, 0);
        others[0].policyId = _thirdId;
        refused(stranger, _data(wallet, grant, DEADLINE, others, signature), _invalid());
        others = new ChainGrant[](1);
        others[0] = chains[1];
        refused(stranger, _data(wallet, grant, DEADLINE, others, signature), _invalid());
        refused(
            stranger,
            _data(stranger, grant, DEADLINE, chains, signature),
            abi.encodeWithSelector(ISessionRegistry.InvalidPrincipalSignature.selector, stranger)
        );
        accepted(stranger, _data(wallet, grant, DEADLINE, chains, signature));
    }

    /// @dev In both domains, each struct in each verb.
    function test_ATK_11_no_signature_is_good_for_another_verb() public {
        ChainGrant[] memory chains = new ChainGrant[](1);
        chains[0] = ChainGrant(HERE, 0, policyId);
        uint256[] memory ids = new uint256[](1);
        ids[0] = HERE;
        Grant memory grant = grantOf(key, policyId);
        bytes32[4] memory structs = [
            registerHash(wallet, grant, 0, DEADLINE),
            revokeHash(wallet, key.account, DEADLINE),
            registerOnChainsHash(wallet, grant, DEADLINE, chains),
            revokeOnChainsHash(wallet, key.account, DEADLINE, ids)
        ];
        for (uint256 i = 0; i < 8; ++i) {
            bytes32 digest = i < 4 ? digestOf(structs[i]) : digestOnChains(structs[i - 4]);
            bytes memory signature = signPlain(walletKey, digest);
            bytes memory data = abi.encodeCall(latchkey.registerSessionBySig, (wallet, grant, DEADLINE, signature));
            if (i != 0) refused(stranger, data, _invalid());
            data = abi.encodeCall(latchkey.revokeSessionBySig, (wallet, key.account, DEADLINE, signature));
            if (i != 1) refused(stranger, data, _invalid());
            if (i != 6) refused(stranger, _data(wallet, grant, DEADLINE, chains, signature), _invalid());
            data = abi.encodeCall(latchkey.revokeSessionOnChains, (wallet, key.account, DEADLINE, ids, signature));
            if (i != 7) refused(stranger, data, _invalid());
        }
    }

    function test_ATK_04_another_latchkey() public {
        bytes memory data = _signed(grantOf(key, policyId), _chains(0, 0));
        ILatchkey other = deployLatchkey();
        IPolicyStore(other.POLICY_STORE()).publishPolicy(sorted(defaultPolicy()));
        vm.prank(stranger);
        (bool success, bytes memory reason) = address(other).call(data);
        vm.assertFalse(success);
        vm.assertEq(reason, _invalid());
        accepted(stranger, data);
    }

    function test_a_contract_signs_by_erc_1271() public {
        AnsweringPrincipal principal = new AnsweringPrincipal();
        principal.prepare(abi.encode(bytes4(0x1626ba7e)), AnsweringPrincipal.Manner.Returns);
        accepted(stranger, _data(address(principal), grantOf(key, policyId), DEADLINE, _chains(3, 0), "anything"));
        vm.assertTrue(latchkey.isLive(address(principal), key.account));
    }

    function test_a_grant_that_is_refused_keeps_its_nonce() public {
        Grant memory grant = grantOf(key, policyId);
        grant.maxCalls = MAX_CALLS + 1;
        refused(
            stranger,
            _signed(grant, _chains(0, 0)),
            abi.encodeWithSelector(ISessionRegistry.MaxCallsOutOfBounds.selector, MAX_CALLS + 1, MAX_CALLS)
        );
        vm.assertEq(latchkey.nonces(wallet), 0);
    }

    /// @dev Whatever the lists: what is signed is good here iff it ascends and names this chain with its nonce.
    function testFuzz_ATK_122_lists(uint256[4] memory ids, uint8 count, uint64 nonce) public {
        ChainGrant[] memory chains = new ChainGrant[](count % 5);
        uint256 wrong = chains.length == 0 ? 0 : type(uint256).max;
        bool isListed;
        for (uint256 i = 0; i < chains.length; ++i) {
            // Close to each other, so that all cases occur.
            chains[i] = ChainGrant(HERE - 2 + (ids[i] % 8), nonce % 2, policyId);
            if (i != 0 && wrong == type(uint256).max && chains[i].chainId <= chains[i - 1].chainId) wrong = i;
            if (chains[i].chainId == HERE) isListed = true;
        }
        bytes memory data = _signed(grantOf(key, policyId), chains);
        if (wrong != type(uint256).max) refused(stranger, data, _listInvalid(wrong));
        else if (!isListed) refused(stranger, data, _notListed(HERE));
        else if (nonce % 2 != 0) refused(stranger, data, _invalid());
        else accepted(stranger, data);
    }

    // --- revoking --------------------------------------------------------------------------------------------------

    function test_a_key_is_buried_on_each_listed_chain_registered_or_not() public {
        register(wallet, key, policyId);
        bytes memory data = _revocation(_ids(THERE, HERE));
        vm.expectEmit(true, true, false, true, address(latchkey));
        emit ISessionRegistry.SessionRevoked(wallet, key.account);
        accepted(stranger, data);
        vm.assertFalse(latchkey.isLive(wallet, key.account));
        bytes32 before = stateHash();
        accepted(stranger, data);
        vm.assertEq(stateHash(), before);
        vm.chainId(ELSEWHERE);
        refused(stranger, data, _notListed(ELSEWHERE));
        vm.chainId(THERE);
        accepted(stranger, data);
    }

    function test_a_key_that_nobody_registered_is_buried() public {
        accepted(stranger, _revocation(_ids(THERE, HERE)));
        refused(
            wallet,
            abi.encodeCall(latchkey.registerSession, (grantOf(key, policyId))),
            abi.encodeWithSelector(ISessionErrors.SessionAlreadyRevoked.selector, wallet, key.account)
        );
        // A registration that was signed for the same chains comes too late.
        refused(
            stranger,
            _signed(grantOf(key, policyId), _chains(0, 0)),
            abi.encodeWithSelector(ISessionErrors.SessionAlreadyRevoked.selector, wallet, key.account)
        );
    }

    function test_revocations_that_are_none() public {
        refused(stranger, _revocation(new uint256[](0)), _listInvalid(0));
        refused(stranger, _revocation(_ids(HERE, HERE)), _listInvalid(1));
        refused(stranger, _revocation(_ids(HERE, THERE)), _listInvalid(1));
        refused(stranger, _revocation(_ids(THERE, ELSEWHERE)), _notListed(HERE));
        uint256[] memory chains = new uint256[](33);
        for (uint256 i = 0; i < 33; ++i) chains[i] = HERE + i;
        refused(stranger, _revocation(chains), _listInvalid(33));
        bytes memory data = _revocation(_ids(THERE, HERE));
        vm.warp(DEADLINE + 1);
        refused(
            stranger,
            data,
            abi.encodeWithSelector(ISessionRegistry.GrantDeadlinePassed.selector, DEADLINE, DEADLINE + 1)
        );
        vm.warp(DEADLINE);
        accepted(stranger, data);
    }

    function test_ATK_11_every_member_of_a_revocation_is_signed() public {
        uint256[] memory chains = _ids(THERE, HERE);
        bytes32 structHash = revokeOnChainsHash(wallet, key.account, DEADLINE, chains);
        bytes memory signature = signPlain(walletKey, digestOnChains(structHash));
        bytes[4] memory wrong = [
            abi.encodeCall(latchkey.revokeSessionOnChains, (wallet, key2.account, DEADLINE, chains, signature)),
            abi.encodeCall(latchkey.revokeSessionOnChains, (wallet, key.account, DEADLINE + 1, chains, signature)),
            abi.encodeCall(latchkey.revokeSessionOnChains, (wallet, key.account, DEADLINE, _ids(9, HERE), signature)),
            abi.encodeCall(latchkey.revokeSessionOnChains, (wallet, key.account, DEADLINE, chains, new bytes(65)))
        ];
        for (uint256 i = 0; i < 4; ++i) refused(stranger, wrong[i], _invalid());
        refused(
            stranger,
            abi.encodeCall(latchkey.revokeSessionOnChains, (stranger, key.account, DEADLINE, chains, signature)),
            abi.encodeWithSelector(ISessionRegistry.InvalidPrincipalSignature.selector, stranger)
        );
    }
}
