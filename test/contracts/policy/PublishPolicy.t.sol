// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyEncoder} from "../../../contracts/interfaces/IPolicyEncoder.sol";
import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {StoreTest} from "../../support/solidity/StoreTest.sol";
import {Vm} from "../../support/solidity/Vm.sol";

/// @notice What a publication hands to the encoder and what it leaves behind: the code, its address, the event.
contract PublishPolicyTest is StoreTest {
    function test_knows_its_siblings() public view {
        vm.assertEq(store.POLICY_ENCODER(), encoder);
        bytes memory rlp = abi.encodePacked(hex"d694", deployer, hex"07");
        vm.assertEq(store.LATCHKEY(), address(uint160(uint256(keccak256(rlp)))));
        vm.assertEq(vm.getNonce(address(store)), 1);
    }

    /// @dev The encoder is handed the policy as every encoder would, and what it answers is the code, to the byte.
    function test_creates_what_the_encoder_answers_to_the_policy() public {
        Policy memory policy = somePolicy("test.example");
        bytes32 policyId = store.publishPolicy(policy);
        vm.assertEq(
            store.policyPointer(policyId).code,
            bytes.concat(hex"00", policyId, abi.encodeCall(IPolicyEncoder.encodePolicy, (policy, policyId)))
        );
    }

    function test_emits_the_whole_policy_once() public {
        Policy memory policy = somePolicy("test.example");
        bytes32 policyId = hashOf(policy);
        vm.recordLogs();
        vm.assertEq(store.publishPolicy(policy), policyId);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 1);
        vm.assertEq(logs[0].emitter, address(store));
        vm.assertEq(logs[0].topics.length, 3);
        vm.assertEq(logs[0].topics[0], IPolicyStore.PolicyPublished.selector);
        vm.assertEq(logs[0].topics[1], policyId);
        vm.assertEq(logs[0].topics[2], bytes32("test.example"));
        vm.assertEq(logs[0].data, abi.encode(1, store.policyPointer(policyId), policy));
    }

    function test_the_longest_label_is_the_topic_as_it_is() public {
        vm.recordLogs();
        store.publishPolicy(somePolicy("0123456789012345678901234567890"));
        vm.assertEq(vm.getRecordedLogs()[0].topics[2], bytes32("0123456789012345678901234567890"));
    }

    function test_publishing_again_is_harmless() public {
        Policy memory policy = somePolicy("test.example");
        bytes32 policyId = store.publishPolicy(policy);
        bytes32 codehash = store.policyPointer(policyId).codehash;
        uint64 nonce = vm.getNonce(address(store));
        // What was checked once stays: the encoder is not asked again.
        vm.etch(encoder, hex"5f5ffd");
        vm.recordLogs();
        vm.assertEq(store.publishPolicy(policy), policyId);
        vm.prank(address(0x5EED));
        vm.assertEq(store.publishPolicy(policy), policyId);
        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertEq(vm.getNonce(address(store)), nonce);
        vm.assertEq(store.policyPointer(policyId).codehash, codehash);
    }

    function test_bytes_behind_the_policy_are_ignored() public {
        Policy memory policy = somePolicy("test.example");
        vm.recordLogs();
        (bool success, bytes memory result) = address(store).call(
            bytes.concat(abi.encodeCall(IPolicyStore.publishPolicy, (policy)), hex"c0ffee")
        );
        vm.assertTrue(success);
        vm.assertEq(abi.decode(result, (bytes32)), hashOf(policy));
        vm.assertEq(vm.getRecordedLogs()[0].data, abi.encode(1, store.policyPointer(hashOf(policy)), policy));
        vm.assertEq(
            store.policyPointer(hashOf(policy)).code,
            bytes.concat(hex"00", hashOf(policy), abi.encodeCall(IPolicyEncoder.encodePolicy, (policy, hashOf(policy))))
        );
    }

    function test_calldata_up_to_120_000_bytes() public {
        bytes memory data = abi.encodeCall(IPolicyStore.publishPolicy, (somePolicy("test.example")));
        bytes memory padded = bytes.concat(data, new bytes(120_001 - data.length));
        refuseCall(padded, abi.encodeWithSelector(IPolicyErrors.PolicyCalldataTooLarge.selector, 120_001, 120_000));
        assembly ("memory-safe") {
            mstore(padded, 120000)
        }
        (bool success, ) = address(store).call(padded);
        vm.assertTrue(success);
    }

    function test_what_the_encoder_refuses_is_refused_in_its_words() public {
        Policy memory policy = somePolicy("refused");
        refuse(policy, abi.encodeWithSelector(IPolicyErrors.PolicyDurationsInvalid.selector, 60, 60));
        refuse(somePolicy("silent"), "");
    }

    /// @dev Refused before anybody is asked: the encoder relies on the canonical encoding.
    function test_what_is_not_canonical_does_not_reach_the_encoder() public {
        bytes memory data = abi.encodeCall(IPolicyStore.publishPolicy, (somePolicy("refused")));
        assembly ("memory-safe") {
            // `selfPaid`, the sixth word of the policy behind selector and offset.
            mstore(add(add(data, 0x20), add(0x24, 0xa0)), 2)
        }
        refuseCall(data, abi.encodeWithSelector(IPolicyErrors.PolicyNotCanonical.selector, 0x24));
    }

    /// @dev No encoder would answer so; nothing is stored all the same.
    function test_code_that_no_chain_creates_is_not_published() public {
        Policy memory policy = somePolicy("impossible");
        refuse(policy, abi.encodeWithSelector(IPolicyErrors.PolicyNotCreated.selector, hashOf(policy), 1));
    }

    function test_the_largest_stored_form() public {
        Policy memory policy = somePolicy("size");
        policy.gasBudget = 24_575;
        vm.assertEq(store.policyPointer(store.publishPolicy(policy)).code, new bytes(24_575));
    }

    function test_a_store_without_its_siblings_publishes_nothing() public {
        vm.etch(encoder, "");
        Policy memory policy = somePolicy("test.example");
        refuse(policy, abi.encodeWithSelector(IPolicyErrors.PolicyNotCreated.selector, hashOf(policy), 1));
    }

    /// @dev Whatever the gas, either all of it happens or nothing does; and what is told of it is only that it was
    /// too little to create the policy.
    function test_too_little_gas_stores_nothing() public {
        Policy memory policy = somePolicy("size");
        policy.gasBudget = 5_000;
        bytes32 policyId = hashOf(policy);
        bytes memory data = abi.encodeCall(IPolicyStore.publishPolicy, (policy));
        bytes memory expected = abi.encodeWithSelector(IPolicyErrors.PolicyNotCreated.selector, policyId, 1);
        uint256 told;
        bool stored;
        for (uint256 gas_ = 20_000; !stored; gas_ += 5_000) {
            bytes memory reason;
            (stored, reason) = address(store).call{gas: gas_}(data);
            vm.assertEq(store.numberOf(policyId) != 0, stored);
            if (stored || reason.length == 0) continue;
            vm.assertEq(reason, expected);
            ++told;
        }
        vm.assertGt(told, 0);
        vm.assertEq(store.policyPointer(policyId).code.length, 5_000);
    }

    function test_an_encoder_that_burns_everything_stores_nothing() public {
        bytes memory data = abi.encodeCall(IPolicyStore.publishPolicy, (somePolicy("endless")));
        (bool success, bytes memory reason) = address(store).call{gas: 1_000_000}(data);
        vm.assertFalse(success);
        vm.assertEq(reason.length, 0);
    }

    function test_a_policy_does_nothing_when_called() public {
        address pointer = store.policyPointer(store.publishPolicy(somePolicy("test.example")));
        (bool success, bytes memory result) = pointer.call(hex"12345678");
        vm.assertTrue(success);
        vm.assertEq(result.length, 0);
    }

    /// @dev Whatever the encoder says of it, the name is what EIP-712 says.
    function testFuzz_names_policies(
        string calldata app,
        uint32[3] calldata numbers,
        uint80 gasBudget,
        bool selfPaid,
        address paymaster,
        string[] calldata texts
    ) public view {
        Policy memory policy = somePolicy(app);
        (policy.minDuration, policy.maxDuration, policy.maxCalls) = (numbers[0], numbers[1], numbers[2]);
        (policy.gasBudget, policy.selfPaid, policy.paymaster) = (gasBudget, selfPaid, paymaster);
        policy.permissions[1].open = texts;
        vm.assertEq(store.hashPolicy(policy), hashOf(policy));
    }
}
