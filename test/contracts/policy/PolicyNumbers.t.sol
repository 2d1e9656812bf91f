// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {PolicyCode} from "../../../contracts/libraries/PolicyCode.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {PolicyStoreTest} from "../../support/solidity/PolicyStoreTest.sol";

/// @notice Creates something at each nonce that it is given.
contract Creator {
    function create() external returns (address created) {
        assembly ("memory-safe") {
            // Empty init code makes an account without code.
            created := create(0, 0, 0)
        }
    }
}

/// @notice A policy's number is the nonce of its creation, and its address follows from that.
contract PolicyNumbersTest is PolicyStoreTest {
    /// @dev Storage slot of the count of creations.
    bytes32 private constant COUNT_SLOT = 0;

    function _policy(uint256 salt) private view returns (Policy memory policy) {
        policy = policyOf(permissionOf(dapp, "poke()"));
        policy.app = bytes32(bytes1(uint8(0x61 + salt)));
    }

    function test_the_first_is_1_and_each_next_one_more() public {
        for (uint256 i = 0; i < 5; ++i) {
            Policy memory policy = _policy(i);
            vm.assertEq(store.numberOf(hashOf(policy)), 0);
            bytes32 policyId = store.publishPolicy(policy);
            vm.assertEq(store.numberOf(policyId), i + 1);
            vm.assertEq(vm.getNonce(address(store)), i + 2);
            // Neither published again nor refused do they use one up.
            vm.assertEq(store.publishPolicy(policy), policyId);
            policy.maxCalls = 0;
            refuse(policy, abi.encodeWithSelector(IPolicyStore.PolicyCallsInvalid.selector, 0, 1_048_575));
            address pointer = store.policyPointer(policyId);
            vm.assertEq(pointer, PolicyCode.pointerOf(address(store), i + 1));
            vm.assertEq(
                keccak256(abi.encode(store.policyOfNumber(i + 1))),
                keccak256(abi.encode(store.policyOf(policyId)))
            );
            vm.assertEq(store.policyOfNumber(i + 1).policyId, policyId);
        }
    }

    /// @dev The twelve edges of the encoding, each against what the chain itself makes of the nonce.
    function test_pointers_at_every_width() public {
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
        Creator creator = new Creator();
        for (uint256 i = 0; i < numbers.length; ++i) {
            if (numbers[i] > vm.getNonce(address(creator))) vm.setNonce(address(creator), numbers[i]);
            vm.assertEq(PolicyCode.pointerOf(address(creator), numbers[i]), creator.create());
        }
    }

    function testFuzz_pointers(uint64 number) public {
        Creator creator = new Creator();
        number = uint64(bound(number, 1, 2 ** 36 - 1));
        if (number > 1) vm.setNonce(address(creator), number);
        vm.assertEq(PolicyCode.pointerOf(address(creator), number), creator.create());
    }

    function testFuzz_what_is_not_published_has_neither_number_nor_pointer(bytes32 policyId, uint256 number) public {
        store.publishPolicy(_policy(0));
        vm.assume(policyId != hashOf(_policy(0)));
        vm.assertEq(store.numberOf(policyId), 0);
        bytes memory expected = abi.encodeWithSelector(IPolicyStore.PolicyNotPublished.selector, policyId);
        vm.expectRevert(expected);
        store.policyPointer(policyId);
        vm.expectRevert(expected);
        store.policyOf(policyId);
        number = number == 1 ? 0 : number;
        vm.expectRevert(abi.encodeWithSelector(IPolicyStore.PolicyNumberUnknown.selector, number));
        store.policyOfNumber(number);
        number = 2;
        vm.expectRevert(abi.encodeWithSelector(IPolicyStore.PolicyNumberUnknown.selector, number));
        store.policyOfNumber(number);
    }

    /// @dev A chain that numbers creations in another way than Ethereum stores nothing.
    function test_a_policy_that_lands_elsewhere_is_not_published() public {
        vm.setNonce(address(store), 7);
        Policy memory policy = _policy(0);
        refuse(policy, abi.encodeWithSelector(IPolicyStore.PolicyNotCreated.selector, hashOf(policy), 1));
        // With as many behind it as its nonce says, the same publication passes.
        vm.store(address(store), COUNT_SLOT, bytes32(uint256(6)));
        vm.assertEq(store.numberOf(store.publishPolicy(policy)), 7);
    }

    function test_numbers_end_where_a_session_cannot_name_them() public {
        vm.setNonce(address(store), 2 ** 36 - 1);
        vm.store(address(store), COUNT_SLOT, bytes32(uint256(2 ** 36 - 2)));
        bytes32 policyId = store.publishPolicy(_policy(0));
        vm.assertEq(store.numberOf(policyId), 2 ** 36 - 1);
        vm.assertEq(store.policyOfNumber(2 ** 36 - 1).policyId, policyId);
        refuse(_policy(1), abi.encodeWithSelector(IPolicyStore.PolicyNumbersExhausted.selector, 2 ** 36));
        // What stands goes on.
        vm.assertEq(store.publishPolicy(_policy(0)), policyId);
    }
}
