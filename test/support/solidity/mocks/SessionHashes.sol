// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SessionHash} from "../../../../contracts/libraries/SessionHash.sol";
import {ChainGrant} from "../../../../contracts/types/ChainGrant.sol";
import {Grant} from "../../../../contracts/types/Grant.sol";

/// @notice The EIP-712 structs of sessions, for a test that holds them against viem.
contract SessionHashes {
    function register(
        address principal,
        Grant calldata grant,
        uint256 nonce,
        uint256 deadline
    ) external pure returns (bytes32) {
        return SessionHash.register(principal, grant, nonce, deadline);
    }

    function revoke(address principal, address key, uint256 deadline) external pure returns (bytes32) {
        return SessionHash.revoke(principal, key, deadline);
    }

    function registerOnChains(
        address principal,
        Grant calldata grant,
        uint256 deadline,
        ChainGrant[] calldata chains
    ) external pure returns (bytes32) {
        return SessionHash.registerOnChains(principal, grant, deadline, chains);
    }

    function revokeOnChains(
        address principal,
        address key,
        uint256 deadline,
        uint256[] calldata chains
    ) external pure returns (bytes32) {
        return SessionHash.revokeOnChains(principal, key, deadline, chains);
    }

    function revokeAll(address principal, uint32 generation, uint256 deadline) external pure returns (bytes32) {
        return SessionHash.revokeAll(principal, generation, deadline);
    }

    function operation(
        address principal,
        bytes32 userOpHash,
        uint48 validUntil,
        uint48 registration
    ) external pure returns (bytes32) {
        return SessionHash.operation(principal, userOpHash, validUntil, registration);
    }

    function execution(
        address principal,
        bytes32 mode,
        bytes calldata executionCalldata,
        uint256 nonce,
        uint256 minGas,
        uint48 validUntil,
        uint48 registration
    ) external pure returns (bytes32) {
        return SessionHash.execution(principal, mode, executionCalldata, nonce, minGas, validUntil, registration);
    }

    function forward(
        address principal,
        address target,
        bytes calldata data,
        uint256 nonce,
        uint256 minGas,
        uint48 validUntil,
        uint48 registration
    ) external pure returns (bytes32) {
        return SessionHash.forward(principal, target, data, nonce, minGas, validUntil, registration);
    }

    function redemption(
        address principal,
        address redeemer,
        bytes32 mode,
        bytes calldata executionCalldata,
        uint256 nonce,
        uint256 minGas,
        uint48 validUntil,
        uint48 registration
    ) external pure returns (bytes32) {
        return
            SessionHash.redemption(
                principal,
                redeemer,
                mode,
                executionCalldata,
                nonce,
                minGas,
                validUntil,
                registration
            );
    }
}
