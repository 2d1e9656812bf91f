// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ISessionRegistry} from "../interfaces/ISessionRegistry.sol";
import {SessionRegistration} from "./SessionRegistration.sol";

/// @title What runs in Latchkey's place
/// @notice Common to the siblings that Latchkey reaches by `delegatecall`: they refuse a direct call, and take a
/// principal's signature.
abstract contract DelegatedHalf is SessionRegistration {
    modifier delegated() {
        _requireDelegated();
        _;
    }

    /// @dev No sibling has the function: the answer is that of a contract without a fallback.
    fallback() external delegated {
        assembly ("memory-safe") {
            // Writes nothing.
            revert(0, 0)
        }
    }

    function _requireDelegated() private view {
        if (address(this) != _LATCHKEY) revert ISessionRegistry.ExtensionCalledDirectly();
    }

    function _requireGrantDeadline(uint256 deadline) internal view {
        if (block.timestamp > deadline) revert ISessionRegistry.GrantDeadlinePassed(deadline, block.timestamp);
    }

    /// @dev ECDSA first, so that an EIP-7702 wallet can always speak for itself, then ERC-1271. A failed recovery never
    /// equals a principal.
    function _requirePrincipalSignature(address principal, bytes32 digest, bytes calldata signature) internal view {
        (address signer, ECDSA.RecoverError error, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (error == ECDSA.RecoverError.NoError && signer == principal) return;
        if (
            principal.code.length == 0 ||
            !SignatureChecker.isValidERC1271SignatureNowCalldata(principal, digest, signature)
        ) revert ISessionRegistry.InvalidPrincipalSignature(principal);
    }
}
