// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyEncoder} from "../../../contracts/interfaces/IPolicyEncoder.sol";
import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {Limit} from "../../../contracts/types/Limit.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";
import {Reentrant} from "../../support/solidity/mocks/Tokens.sol";

/// @notice What the encoder writes, byte for byte against the drawings, and how much of it there may be.
contract StoredPolicyTest is PolicyStoreTest {
    address private constant TOKEN = address(0x200000);

    /// @dev StoredPolicies, SettingsWord, LimitWord, MethodWord and the details of section 7.
    function test_stores_what_the_drawings_say() public {
        vm.etch(TOKEN, token.code);
        Policy memory policy = emptyPolicy();
        (policy.minDuration, policy.maxDuration, policy.maxCalls) = (61, 600, 0x0a0b0c);
        policy.gasBudget = 0xa0b0c0d0e * 1 gwei;
        policy.selfPaid = true;
        policy.paymaster = address(0xFA17);
        policy.limits[0] = Limit(address(0), uint128(1) << 80, 0, false);
        policy.limits[1] = Limit(address(0), 5, 60, true);
        policy.limits[2] = Limit(TOKEN, (uint128(1) << 80) - 1, 0, false);
        policy.permissions = new Permission[](4);
        policy.permissions[0] = withValue(consumable(address(0x100A0), "swap(uint64,address)"), 5);
        withSpend(policy.permissions[0], TOKEN, "0");
        withRule(policy.permissions[0], "1", "is one of", list(address(6), address(7)));
        policy.permissions[1] = withValue(permission(address(0x100A1), ""), 7);
        policy.permissions[2] = permission(address(0x100A2), "poke(uint256)");
        policy.permissions[3] = permission(TOKEN, "transfer(address,uint256)");

        bytes32 policyId = store.publishPolicy(policy);
        vm.assertEq(policyId, hashOf(policy));
        // 20 bits of calls, 36 of gwei; self-paid; three limits, two of them the native coin's, the third inline.
        bytes memory settings = abi.encodePacked(
            (uint256(61) << 224) |
                (uint256(600) << 192) |
                (uint256(0x0a0b0c) << 172) |
                (uint256(0xa0b0c0d0e) << 136) |
                (uint256(1) << 135) |
                (uint256(3) << 128) |
                (uint256(2) << 124) |
                (uint256(3) << 120) |
                (uint256(4) << 104) |
                (uint256(4) << 88)
        );
        bytes memory limits = bytes.concat(
            abi.encode(uint256(0), uint256(1) << 80),
            abi.encode((uint256(60) << 64) | (1 << 63), 5),
            abi.encode(uint256(uint160(TOKEN)) << 96, (uint256(1) << 80) - 1)
        );
        bytes memory program = bytes.concat(
            // No rules on the value; a body of two words in one run with two rules; no rates.
            hex"00_02_01_00_02_02_3f_9f",
            hex"03_00_00_ff_00",
            hex"05_02_01_00",
            abi.encode(6, 7),
            hex"00"
        );
        bytes memory details = bytes.concat(
            // Consumable and trusted; one draw on one limit from the third, for which an approval pays.
            abi.encodePacked(uint16(22 + program.length), hex"03", uint128(5), hex"01_21_02", program),
            abi.encodePacked(uint16(24), hex"00", uint128(7), hex"00_00000000")
        );
        uint256 offset = 129 + 3 * 64 + 4 * 32;
        bytes memory index = abi.encode(
            _key(address(0x100A0), 1, "swap(uint64,address)") | _detailed(22 + program.length, offset),
            _key(address(0x100A1), 0, "") | _detailed(24, offset + 22 + program.length),
            // Trusted; one word, of which twelve bytes are admitted.
            _key(address(0x100A2), 1, "poke(uint256)") | (1 << 52) | (1 << 45) | (12 << 33),
            // Two words, the second of 32 bytes; one limit from the third.
            _key(TOKEN, 1, "transfer(address,uint256)") | (2 << 45) | (1 << 39) | (32 << 33) | (2 << 30) | (1 << 26)
        );
        bytes memory head = abi.encodePacked(hex"00", policyId, bytes32(bytes(APP)), settings);
        vm.assertEq(
            store.policyPointer(policyId).code,
            bytes.concat(head, abi.encode(address(0xFA17)), limits, index, details)
        );
    }

    function _key(address target, uint256 kind, string memory method) private pure returns (uint256) {
        uint256 selector = kind == 1 ? uint32(selectorOf(method)) : 0;
        return (uint256(uint160(target)) << 96) | (kind << 88) | (selector << 56);
    }

    function _detailed(uint256 size, uint256 offset) private pure returns (uint256) {
        return (1 << 55) | (1 << 51) | (size << 16) | offset;
    }

    /// @dev Whoever asks the encoder gets what the store would create.
    function test_the_encoder_answers_anyone() public {
        Policy memory policy = policyOf(permission(dapp, "poke()"));
        bytes32 policyId = store.publishPolicy(policy);
        vm.prank(SPENDER);
        vm.assertEq(IPolicyEncoder(encoder).encodePolicy(policy, policyId), store.policyPointer(policyId).code);
    }

    /// @dev What was checked once stays: the token may say later that it is an NFT.
    function test_publishing_again_checks_nothing() public {
        Policy memory policy = policyOf(permission(dapp, "poke()"));
        bytes32 policyId = store.publishPolicy(policy);
        vm.etch(token, nft.code);
        vm.assertEq(store.publishPolicy(policy), policyId);
        policy.maxCalls = 2;
        refuse(policy, abi.encodeWithSelector(IPolicyErrors.UnsafeLimitedToken.selector, 2, token));
    }

    function test_a_token_cannot_publish_while_it_is_asked() public {
        Reentrant reentrant = new Reentrant(address(store));
        Policy memory inner = policyOf(permission(dapp, "poke()"));
        reentrant.set(abi.encodeCall(IPolicyStore.publishPolicy, (inner)));
        Policy memory policy = policyOf(permission(dapp, "poke(uint256)"));
        policy.limits[2].unit = address(reentrant);
        vm.recordLogs();
        store.publishPolicy(policy);
        vm.assertEq(vm.getRecordedLogs().length, 1);
        vm.assertEq(store.numberOf(hashOf(inner)), 0);
    }

    /// @dev 43 permissions with a set each, of which the last one grows.
    function test_stored_form_up_to_24_575_bytes() public {
        for (uint256 values = 1; values <= 32; ++values) {
            Policy memory policy = _large(values);
            uint256 size = 129 + 43 * 32 + 42 * _detail(16) + _detail(values);
            if (size <= 24_575) {
                vm.assertEq(store.policyPointer(store.publishPolicy(policy)).code.length, size);
            } else {
                refuse(policy, abi.encodeWithSelector(IPolicyErrors.PolicyTooLarge.selector, size, 24_575));
                vm.assertGt(values, 1, "the bound is not met from below");
                return;
            }
        }
        vm.assertTrue(false, "the bound is not met from above");
    }

    /// @dev 20 bytes, no draw, and a program of one word with one rule.
    function _detail(uint256 values) private pure returns (uint256) {
        return 20 + 1 + 2 + 3 + 1 + 4 + values * 32 + 1;
    }

    function _large(uint256 values) private view returns (Policy memory policy) {
        policy = emptyPolicy();
        policy.limits = new Limit[](0);
        policy.permissions = new Permission[](43);
        for (uint256 i = 0; i < 43; ++i) {
            int256[] memory numbers = numbersFrom(1, i == 42 ? values : 16);
            Permission memory made = permission(address(uint160(0x10000 + i)), "poke(uint256)");
            policy.permissions[i] = withRule(made, "0", "is not", numbers);
        }
    }

    function testFuzz_policyOf_an_unpublished_one(bytes32 policyId) public {
        vm.expectRevert(abi.encodeWithSelector(IPolicyErrors.PolicyNotPublished.selector, policyId));
        store.policyOf(policyId);
    }
}
