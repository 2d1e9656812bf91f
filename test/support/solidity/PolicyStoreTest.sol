// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {StoredPermission} from "../../../contracts/types/StoredPermission.sol";
import {StoredPolicy} from "../../../contracts/types/StoredPolicy.sol";
import {PolicyBuilder} from "./PolicyBuilder.sol";
import {PolicyHashes} from "./PolicyHashes.sol";
import {Test} from "./Test.sol";
import {Fungible, Introspective} from "./mocks/Tokens.sol";

/// @notice A store and its encoder, whose Latchkey does not stand yet; policies to publish, and what both outcomes have
/// to look like.
abstract contract PolicyStoreTest is Test, PolicyBuilder {
    address internal constant SPENDER = address(0x5EED0000);
    string internal constant APP = "test.example";
    /// @dev A counter. `limits` allows it at position 1.
    address internal constant COUNTER = address(7);

    IPolicyStore internal store;
    /// @dev The store's siblings.
    address internal forwarder;
    address internal encoder;
    address internal extension;
    address internal entrance;
    address internal latchkey;
    /// @dev Limited by `limits`, at position 2.
    address internal token;
    /// @dev Fungible and not limited.
    address internal other;
    address internal nft;
    address internal multi;
    /// @dev Any contract without a limit.
    address internal dapp;

    function setUp() public virtual {
        address[7] memory siblings = deploySiblings(4);
        (forwarder, encoder, extension) = (siblings[0], siblings[2], siblings[4]);
        (entrance, latchkey) = (siblings[5], siblings[6]);
        store = IPolicyStore(siblings[3]);
        token = address(new Fungible());
        other = address(new Fungible());
        dapp = address(new Fungible());
        nft = address(new Introspective(0x80ac58cd));
        multi = address(new Introspective(0xd9b67a26));
    }

    // --- outcomes --------------------------------------------------------------------------------------------------

    function accept(Policy memory policy) internal returns (StoredPolicy memory stored) {
        bytes32 policyId = store.publishPolicy(policy);
        vm.assertEq(policyId, hashOf(policy));
        return store.policyOf(policyId);
    }

    function acceptOne(Permission memory only) internal returns (StoredPermission memory stored) {
        StoredPolicy memory policy = accept(policyOf(only));
        vm.assertEq(policy.permissions.length, 1);
        return policy.permissions[0];
    }

    /// @dev Exactly this error, and nothing is created.
    function refuse(Policy memory policy, bytes memory expected) internal {
        refuseCall(abi.encodeCall(IPolicyStore.publishPolicy, (policy)), expected);
        vm.assertEq(store.numberOf(hashOf(policy)), 0);
    }

    function refuseCall(bytes memory data, bytes memory expected) internal {
        uint64 nonce = vm.getNonce(address(store));
        vm.recordLogs();
        (bool success, bytes memory result) = address(store).call(data);
        vm.assertFalse(success, "accepted, though it was to be refused");
        vm.assertEq(result, expected);
        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertEq(vm.getNonce(address(store)), nonce);
    }

    function refuseOne(Permission memory only, bytes memory expected) internal {
        refuse(policyOf(only), expected);
    }

    // --- policies --------------------------------------------------------------------------------------------------

    /// @dev Of one permission, with limits on the native coin, `COUNTER` and `token`.
    function policyOf(Permission memory only) internal view returns (Policy memory policy) {
        policy = emptyPolicy();
        policy.permissions = one(only);
    }

    /// @dev Two permissions, the first of which is harmless and goes before everything.
    function policyOfSecond(Permission memory second) internal view returns (Policy memory policy) {
        policy = emptyPolicy();
        policy.permissions = two(permission(address(0x10000), "poke()"), second);
    }

    function emptyPolicy() internal view returns (Policy memory policy) {
        policy.app = APP;
        policy.minDuration = 60;
        policy.maxDuration = 365 days;
        policy.maxCalls = 1;
        withLimit(policy, address(0), 1 ether, 0);
        withLimit(policy, COUNTER, 10, 0);
        withLimit(policy, token, 1_000, 0);
    }

    function hashOf(Policy memory policy) internal pure returns (bytes32) {
        return PolicyHashes.hashOf(policy);
    }

    function selectorOf(string memory method) internal pure returns (bytes4) {
        return bytes4(keccak256(bytes(method)));
    }
}
