// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {Creations} from "../../../contracts/libraries/Creations.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {StoreTest} from "../../support/solidity/StoreTest.sol";

/// @notice A policy's number is the nonce of its creation, and its address follows from that.
contract PolicyNumbersTest is StoreTest {
    /// @dev Storage slot of the count of creations.
    bytes32 private constant COUNT_SLOT = 0;

    function test_the_first_is_1_and_each_next_one_more() public {
        for (uint256 i = 0; i < 5; ++i) {
            Policy memory policy = somePolicy("a");
            policy.maxCalls = uint32(i);
            vm.assertEq(store.numberOf(hashOf(policy)), 0);
            bytes32 policyId = store.publishPolicy(policy);
            vm.assertEq(policyId, hashOf(policy));
            vm.assertEq(store.numberOf(policyId), i + 1);
            vm.assertEq(vm.getNonce(address(store)), i + 2);
            // Neither published again nor refused do they use one up.
            vm.assertEq(store.publishPolicy(policy), policyId);
            policy.app = "refused";
            refuse(policy, abi.encodeWithSelector(IPolicyErrors.PolicyDurationsInvalid.selector, 60, 60));
            vm.assertEq(store.policyPointer(policyId), Creations.addressOf(address(store), i + 1));
        }
    }

    function test_reads_by_number_what_it_reads_by_id() public {
        for (uint256 number = 1; number <= 3; ++number) {
            Policy memory policy = _empty(number);
            bytes32 policyId = store.publishPolicy(policy);
            vm.assertEq(
                keccak256(abi.encode(store.policyOfNumber(number))),
                keccak256(abi.encode(store.policyOf(policyId)))
            );
            vm.assertEq(store.policyOfNumber(number).number, number);
            vm.assertEq(store.policyOfNumber(number).pointer, store.policyPointer(policyId));
        }
    }

    function testFuzz_what_is_not_published_has_neither_number_nor_pointer(bytes32 policyId, uint256 number) public {
        store.publishPolicy(somePolicy("a"));
        vm.assume(policyId != hashOf(somePolicy("a")));
        vm.assertEq(store.numberOf(policyId), 0);
        bytes memory expected = abi.encodeWithSelector(IPolicyErrors.PolicyNotPublished.selector, policyId);
        vm.expectRevert(expected);
        store.policyPointer(policyId);
        vm.expectRevert(expected);
        store.policyOf(policyId);
        number = number == 1 ? 0 : number;
        vm.expectRevert(abi.encodeWithSelector(IPolicyErrors.PolicyNumberUnknown.selector, number));
        store.policyOfNumber(number);
        vm.expectRevert(abi.encodeWithSelector(IPolicyErrors.PolicyNumberUnknown.selector, 2));
        store.policyOfNumber(2);
    }

    /// @dev A chain that numbers creations in another way than Ethereum stores nothing.
    function test_ATK_119_a_policy_that_lands_elsewhere_is_not_published() public {
        vm.setNonce(address(store), 7);
        Policy memory policy = somePolicy("a");
        refuse(policy, abi.encodeWithSelector(IPolicyErrors.PolicyNotCreated.selector, hashOf(policy), 1));
        // With as many behind it as its nonce says, the same publication passes.
        vm.store(address(store), COUNT_SLOT, bytes32(uint256(6)));
        vm.assertEq(store.numberOf(store.publishPolicy(policy)), 7);
    }

    /// @dev The twelve edges of the encoding of a number, in what the store itself says.
    function test_ATK_119_policies_stand_where_their_numbers_say() public {
        uint64[12] memory numbers = [
            uint64(1),
            0x7f,
            0x80,
            0xff,
            0x100,
            0xffff,
            0x10000,
            2 ** 24 - 1,
            2 ** 24,
            2 ** 32 - 1,
            2 ** 32,
            2 ** 36 - 1
        ];
        for (uint256 i = 0; i < numbers.length; ++i) {
            if (numbers[i] > vm.getNonce(address(store))) vm.setNonce(address(store), numbers[i]);
            vm.store(address(store), COUNT_SLOT, bytes32(uint256(numbers[i] - 1)));
            Policy memory policy = somePolicy("a");
            policy.maxCalls = uint32(i);
            bytes32 policyId = store.publishPolicy(policy);
            vm.assertEq(store.numberOf(policyId), numbers[i]);
            bytes memory code = store.policyPointer(policyId).code;
            bytes32 id;
            assembly ("memory-safe") {
                // Reads behind the STOP.
                id := mload(add(code, 0x21))
            }
            vm.assertEq(id, policyId);
        }
    }

    function test_ATK_119_numbers_end_where_a_session_cannot_name_them() public {
        vm.setNonce(address(store), 2 ** 36 - 1);
        vm.store(address(store), COUNT_SLOT, bytes32(uint256(2 ** 36 - 2)));
        bytes32 policyId = store.publishPolicy(_empty(0));
        vm.assertEq(store.numberOf(policyId), 2 ** 36 - 1);
        vm.assertEq(store.policyOfNumber(2 ** 36 - 1).number, 2 ** 36 - 1);
        refuse(_empty(1), abi.encodeWithSelector(IPolicyErrors.PolicyNumbersExhausted.selector, 2 ** 36));
        // What stands goes on.
        vm.assertEq(store.publishPolicy(_empty(0)), policyId);
    }

    /// @dev Its stored form is zeros: no limit, no permission.
    function _empty(uint256 salt) private pure returns (Policy memory policy) {
        policy.app = "size";
        policy.gasBudget = 129;
        policy.maxCalls = uint32(salt);
    }
}
