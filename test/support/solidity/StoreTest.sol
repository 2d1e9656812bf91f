// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {PolicyBuilder} from "./PolicyBuilder.sol";
import {PolicyHashes} from "./PolicyHashes.sol";
import {Test} from "./Test.sol";
import {EchoEncoder} from "./mocks/PolicyEncoders.sol";
import {SiblingDeployer} from "./mocks/SiblingDeployer.sol";

/// @notice A store whose encoder checks nothing: what the store does by itself.
abstract contract StoreTest is Test, PolicyBuilder {
    SiblingDeployer internal deployer;
    address internal encoder;
    IPolicyStore internal store;

    function setUp() public virtual {
        deployer = new SiblingDeployer();
        deployer.create("");
        deployer.create("");
        encoder = deployer.create(type(EchoEncoder).creationCode);
        store = IPolicyStore(deployer.create(vm.getCode("contracts/policy/PolicyStore.sol:PolicyStore")));
    }

    /// @dev One of each list, so that every kind of tail is there.
    function somePolicy(string memory app) internal pure returns (Policy memory policy) {
        policy.app = app;
        policy.minDuration = 60;
        policy.maxDuration = 365 days;
        policy.maxCalls = 1;
        policy.permissions = two(
            withOpen(
                withRule(withInner(permission(address(0x10000), "f(bytes,uint256)"), "0", "(uint256)"), "1", "is", 7),
                "0"
            ),
            withRule(
                withSpend(permission(address(0x10001), "g(address,uint256)"), address(1), "1"),
                "0",
                "is one of",
                addressesFrom(0x10002, 2)
            )
        );
        withLimit(policy, address(1), 10, 0);
    }

    function hashOf(Policy memory policy) internal pure returns (bytes32) {
        return PolicyHashes.hashOf(policy);
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
}
