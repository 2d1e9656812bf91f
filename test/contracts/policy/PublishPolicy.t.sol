// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {RuleKind} from "../../../contracts/types/?RuleKind.sol";
import {Limit} from "../../../contracts/types/Limit.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {Vm} from "../../support/solidity/Vm.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";
import {Reentrant} from "../../support/solidity/mocks/Tokens.sol";

/// @notice What a publication leaves behind: the code, its address, the event.
contract PublishPolicyTest is PolicyStoreTest {
    function test_knows_its_latchkey() public view {
        vm.assertEq(store.LATCHKEY(), address(this));
    }

    /// @dev The stored form byte for byte, against the drawings in PolicyCode, SettingsWord and PermissionWord.
    function test_stores_what_the_drawings_say() public {
        Policy memory policy = emptyPolicy();
        policy.minDuration = 0x01020304;
        policy.maxDuration = 0x01020305;
        policy.maxCalls = 0x0a0b0c;
        policy.gasBudget = 0xa0b0c0d0e * 1 gwei;
        policy.selfPaid = true;
        policy.paymaster = address(0xFA17);
        policy.minDuration = 61;
        policy.maxDuration = 600;
        policy.limits[0] = Limit(token, uint128(1) << 80, 0);
        policy.limits[1] = Limit(address(0), (uint128(1) << 80) - 1, 0);
        policy.permissions = new Permission[](2);
        policy.permissions[0] = permissionOf(address(0xA0), "swap(uint64,address)");
        policy.permissions[0].maxValue = 5;
        policy.permissions[0].consumable = true;
        policy.permissions[0].spendToken = token;
        withRule(policy.permissions[0], RuleKind.ONE_OF, 1, list(6, 7));
        policy.permissions[1] = permissionOf(address(0xA1), "");

        bytes32 policyId = store.publishPolicy(policy);
        address pointer = store.policyPointer(policyId);
        bytes memory settings = abi.encodePacked(
            uint32(61),
            uint32(600),
            uint32(0x0a0b0c),
            uint80(0xa0b0c0d0e * 1 gwei),
            uint8(1),
            // Two limits, the second is the native coin's and the first below 2**80 for the lifetime.
            hex"020202",
            uint16(2),
            uint32(0)
        );
        bytes memory limits = bytes.concat(
            abi.encodePacked(token, uint32(0), uint64(0), uint256(1) << 80),
            abi.encodePacked(address(0), uint32(0), uint64(0), (uint256(1) << 80) - 1)
        );
        bytes memory permissions = bytes.concat(
            // Detail at word 2 + 2 * 2 + 2 = 8, 1 + 1 + 2 = 4 words; 2 head words, limit 1, consumable, amount uint64.
            abi.encodePacked(address(0xA0), uint8(0), selectorOf("swap(uint64,address)"), hex"008004_02_11_00_08"),
            abi.encodePacked(address(0xA1), uint8(1), bytes4(0), hex"000000_00_00_00_00")
        );
        bytes memory detail = abi.encodePacked(
            uint128(5),
            uint128(0),
            hex"02_01_14_02",
            uint224(0),
            uint256(6),
            uint256(7)
        );
        vm.assertEq(
            pointer.code,
            bytes.concat(
                hex"00",
                abi.encode(policyId, APP),
                settings,
                abi.encode(address(0xFA17)),
                limits,
                permissions,
                detail
            )
        );
    }

    function test_a_period_limit_is_not_inline() public {
        Policy memory policy = policyOf(permissionOf(dapp, "poke()"));
        policy.limits[0].period = 300;
        policy.limits[1].cap = type(uint128).max;
        bytes memory code = store.policyPointer(store.publishPolicy(policy)).code;
        // limits, native limit, inline limit, permissions.
        vm.assertEq(uint40(bytes5(_slice(code, 65 + 23, 5))), 0x0202000001);
        vm.assertEq(uint256(bytes32(_slice(code, 129, 32))), (wordOf(token) << 96) | (uint256(300) << 64));
    }

    function test_the_first_small_lifetime_limit_is_inline() public {
        bytes memory code = store.policyPointer(store.publishPolicy(policyOf(permissionOf(dapp, "poke()")))).code;
        vm.assertEq(uint40(bytes5(_slice(code, 65 + 23, 5))), 0x0202010001);
    }

    function test_emits_the_whole_policy_once() public {
        Policy memory policy = policyOf(
            withRule(permissionOf(dapp, "poke(address)"), RuleKind.EQUAL, 0, wordOf(SPENDER))
        );
        bytes32 policyId = hashOf(policy);
        vm.recordLogs();
        vm.assertEq(store.publishPolicy(policy), policyId);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 1);
        vm.assertEq(logs[0].emitter, address(store));
        vm.assertEq(logs[0].topics.length, 3);
        vm.assertEq(logs[0].topics[0], IPolicyStore.PolicyPublished.selector);
        vm.assertEq(logs[0].topics[1], policyId);
        vm.assertEq(logs[0].topics[2], APP);
        vm.assertEq(logs[0].data, abi.encode(1, store.policyPointer(policyId), policy));
    }

    function test_publishing_again_is_harmless() public {
        Policy memory policy = policyOf(permissionOf(dapp, "poke()"));
        bytes32 policyId = store.publishPolicy(policy);
        bytes32 codehash = store.policyPointer(policyId).codehash;
        uint64 nonce = vm.getNonce(address(store));
        vm.recordLogs();
        vm.assertEq(store.publishPolicy(policy), policyId);
        vm.prank(SPENDER);
        vm.assertEq(store.publishPolicy(policy), policyId);
        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertEq(vm.getNonce(address(store)), nonce);
        vm.assertEq(store.policyPointer(policyId).codehash, codehash);
    }

    /// @dev What was checked once stays: the token may say later that it is an NFT.
    function test_publishing_again_checks_nothing() public {
        Policy memory policy = policyOf(permissionOf(dapp, "poke()"));
        bytes32 policyId = store.publishPolicy(policy);
        vm.etch(token, nft.code);
        vm.assertEq(store.publishPolicy(policy), policyId);
    }

    function test_bytes_behind_the_policy_are_ignored() public {
        Policy memory policy = policyOf(permissionOf(dapp, "poke()"));
        vm.recordLogs();
        (bool success, bytes memory result) = address(store).call(
            bytes.concat(abi.encodeCall(IPolicyStore.publishPolicy, (policy)), hex"c0ffee")
        );
        vm.assertTrue(success);
        vm.assertEq(abi.decode(result, (bytes32)), hashOf(policy));
        vm.assertEq(vm.getRecordedLogs()[0].data, abi.encode(1, store.policyPointer(hashOf(policy)), policy));
    }

    function test_calldata_up_to_120_000_bytes() public {
        Policy memory policy = policyOf(permissionOf(dapp, "poke()"));
        bytes memory data = abi.encodeCall(IPolicyStore.publishPolicy, (policy));
        bytes memory padded = bytes.concat(data, new bytes(120_001 - data.length));
        refuseCall(padded, abi.encodeWithSelector(IPolicyStore.PolicyCalldataTooLarge.selector, 120_001, 120_000));
        assembly ("memory-safe") {
            mstore(padded, 120000)
        }
        (bool success, ) = address(store).call(padded);
        vm.assertTrue(success);
    }

    /// @dev 129 + 2 * 64 - 128 + 32 + 32 + 7 rules of 1 + 32 words ... up to 24,575 bytes, inclusive.
    function test_stored_form_up_to_24_575_bytes() public {
        // 129 bytes, and 24,446 / 32 = 763 words and 30 bytes: no policy has exactly 24,575 bytes.
        Policy memory policy = _ofWords(763);
        bytes32 policyId = store.publishPolicy(policy);
        vm.assertEq(store.policyPointer(policyId).code.length, 129 + 763 * 32);
        refuse(_ofWords(764), abi.encodeWithSelector(IPolicyStore.PolicyTooLarge.selector, 129 + 764 * 32, 24_575));
    }

    /// @dev A policy that takes this many words of permissions and details.
    function _ofWords(uint256 words) private view returns (Policy memory policy) {
        policy = emptyPolicy();
        policy.limits = new Limit[](0);
        // A permission with 7 rules of 32 values takes 1 + 1 + 7 * 33 = 233 words.
        uint256 count = words / 233;
        uint256 rest = words % 233;
        policy.permissions = new Permission[](count + 1);
        for (uint256 i = 0; i < count; ++i) {
            policy.permissions[i] = permissionOf(address(uint160(0xA0 + i)), "poke(uint256)");
            for (uint256 j = 0; j < 7; ++j) withRule(policy.permissions[i], RuleKind.ONE_OF, 0, listFrom(1, 32));
        }
        // One word, or three and the values of one rule, or more rules.
        policy.permissions[count] = permissionOf(address(uint160(0xA0 + count)), "poke(uint256)");
        if (rest == 1) return policy;
        rest -= 2;
        while (rest > 33 + 1) {
            withRule(policy.permissions[count], RuleKind.ONE_OF, 0, listFrom(1, 32));
            rest -= 33;
        }
        withRule(policy.permissions[count], RuleKind.ONE_OF, 0, listFrom(1, rest - 1));
    }

    /// @dev Gas that suffices for the checks and not for the code: nothing is stored, and the same call with more passes.
    function test_too_little_gas_to_create_the_policy_is_told_so() public {
        Policy memory policy = emptyPolicy();
        policy.permissions = new Permission[](40);
        for (uint256 i = 0; i < policy.permissions.length; ++i) {
            policy.permissions[i] = permissionOf(address(uint160(0xA0 + i)), "poke(uint256)");
        }
        bytes32 policyId = hashOf(policy);
        bytes memory data = abi.encodeCall(IPolicyStore.publishPolicy, (policy));
        bytes memory expected = abi.encodeWithSelector(IPolicyStore.PolicyNotCreated.selector, policyId, 1);
        uint256 told;
        bool stored;
        for (uint256 gas_ = 500_000; !stored; gas_ += 5_000) {
            bytes memory reason;
            (stored, reason) = address(store).call{gas: gas_}(data);
            vm.assertEq(store.numberOf(policyId) != 0, stored);
            if (stored) break;
            // Without gas for a reason there is none.
            if (reason.length != 0) {
                vm.assertEq(reason, expected);
                ++told;
            }
        }
        vm.assertGt(told, 0);
    }

    function test_a_token_cannot_publish_while_it_is_asked() public {
        Reentrant reentrant = new Reentrant(address(store));
        Policy memory inner = policyOf(permissionOf(dapp, "poke()"));
        reentrant.set(abi.encodeCall(IPolicyStore.publishPolicy, (inner)));
        Policy memory policy = policyOf(permissionOf(dapp, "poke(uint256)"));
        policy.limits[0].token = address(reentrant);
        vm.recordLogs();
        store.publishPolicy(policy);
        vm.assertEq(vm.getRecordedLogs().length, 1);
        vm.assertEq(store.numberOf(hashOf(inner)), 0);
    }

    function testFuzz_policyOf_an_unpublished_one(bytes32 policyId) public {
        vm.expectRevert(abi.encodeWithSelector(IPolicyStore.PolicyNotPublished.selector, policyId));
        store.policyOf(policyId);
    }

    function test_a_policy_does_nothing_when_called() public {
        address pointer = store.policyPointer(store.publishPolicy(policyOf(permissionOf(dapp, "poke()"))));
        (bool success, bytes memory result) = pointer.call(hex"12345678");
        vm.assertTrue(success);
        vm.assertEq(result.length, 0);
    }

    function _slice(bytes memory data, uint256 from, uint256 size) private pure returns (bytes memory result) {
        result = new bytes(size);
        for (uint256 i = 0; i < size; ++i) result[i] = data[from + i];
    }
}
