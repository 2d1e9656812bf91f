// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILatchkey} from "../../../contracts/interfaces/ILatchkey.sol";
import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {ISessionForwarder} from "../../../contracts/interfaces/ISessionForwarder.sol";
import {Grant} from "../../../contracts/types/Grant.sol";
import {Permission} from "../../../contracts/types/Permission.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {PolicyBuilder} from "./PolicyBuilder.sol";
import {Test} from "./Test.sol";

/// @notice Latchkey as it is deployed, a plain wallet and its session key: what the tests of routes `forwarded` and `asked`
/// stand on.
abstract contract DappTest is Test, PolicyBuilder {
    uint48 internal constant START = 1_750_003_200;
    uint48 internal constant END = START + 1 days - 1;
    uint32 internal constant MAX_CALLS = 1_000;

    ILatchkey internal latchkey;
    IPolicyStore internal store;
    ISessionForwarder internal forwarder;
    address internal wallet;
    address internal key;
    uint256 internal keyKey;
    address internal stranger;

    function setUp() public virtual {
        vm.warp(START);
        latchkey = deployLatchkey();
        store = IPolicyStore(latchkey.POLICY_STORE());
        forwarder = ISessionForwarder(latchkey.FORWARDER());
        wallet = makeAddress("wallet");
        (key, keyKey) = makeKey("key");
        stranger = makeAddress("stranger");
    }

    function policyOf(Permission[] memory permissions) internal pure returns (Policy memory made) {
        made.app = "dapp.test";
        made.minDuration = 60;
        made.maxDuration = 1 days;
        made.maxCalls = MAX_CALLS;
        made.permissions = permissions;
    }

    /// @dev The wallet registers the key under the policy, until `END`.
    function register(Policy memory policy, uint32 maxCalls) internal {
        Grant memory grant;
        grant.key = key;
        grant.policyId = store.publishPolicy(sorted(policy));
        grant.validUntil = END;
        grant.maxCalls = maxCalls;
        vm.prank(wallet);
        latchkey.registerSession(grant);
    }

    function register(Policy memory policy) internal {
        register(policy, MAX_CALLS);
    }

    function callsUsed() internal view returns (uint256) {
        (uint256 word, ) = latchkey.sessionWords(wallet, key);
        return MAX_CALLS - ((word >> 116) & 0xfffff);
    }

    function sessionHash() internal view returns (bytes32) {
        (uint256 word, uint256[8] memory spent) = latchkey.sessionWords(wallet, key);
        return keccak256(abi.encode(word, spent));
    }

    /// @dev The call reverts with exactly this, and the session is as it was.
    function refused(address sender, address target, bytes memory data, bytes memory expected) internal {
        bytes32 before = sessionHash();
        vm.prank(sender, ORIGIN);
        (bool success, bytes memory reason) = target.call(data);
        vm.assertFalse(success, "accepted, though it was to be refused");
        vm.assertEq(reason, expected, "another error");
        vm.assertEq(sessionHash(), before, "a refusal changed the session");
    }

    /// @dev The call succeeds, or fails the test with its own reason.
    function accepted(address sender, address target, bytes memory data) internal returns (bytes memory result) {
        bool success;
        vm.prank(sender, ORIGIN);
        (success, result) = target.call(data);
        if (!success) {
            assembly ("memory-safe") {
                // Ends the test: what lies behind `result` is not read again.
                revert(add(result, 0x20), mload(result))
            }
        }
    }

    /// @dev `[sessionPubKey, r, s, validUntil]` of the key over a relayed call.
    function signForward(
        address target,
        bytes memory data,
        uint256 nonce,
        uint256 minGas
    ) internal view returns (bytes memory) {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(
                    "SessionForward(address principal,address target,bytes data,uint256 nonce,uint256 minGas,"
                    "uint48 validUntil,uint48 registration)"
                ),
                wallet,
                target,
                keccak256(data),
                nonce,
                minGas,
                END,
                START
            )
        );
        bytes32 separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Latchkey"),
                keccak256("2"),
                block.chainid,
                latchkey
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            keyKey,
            keccak256(abi.encodePacked(hex"1901", separator, structHash))
        );
        return abi.encode(key, r, bytes32(uint256(s) | (uint256(v - 27) << 255)), END);
    }
}
