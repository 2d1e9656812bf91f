// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";

/// @title What brings its grant
/// @notice What Latchkey's entrance does for `validateUserOp`, `executeBySig` and `consumeForwardedBySig` where the
/// signature is longer than its four elements: a `GrantEnvelope` stands behind them. Latchkey passes such calls on by
/// `delegatecall`, whole; nobody else reaches these functions.
/// @dev If the very session is there and alive (its key, policy number, start, end and lane), the envelope is passed over
/// unread; otherwise it is registered, then the call goes on. Arguments and errors are those of the functions in whose
/// place these run, and those of `registerSessionBySig`.
interface IFirstUse {
    /// @notice `validateUserOp` of an operation that brings its grant. Reads neither the clock nor the key's code: the
    /// window that is returned is that of the session, the operation's deadline and the grant's, and starts behind the
    /// end of the lane's occupant if that is alive and not named.
    /// @param userOp the operation
    /// @param userOpHash as the EntryPoint made it
    /// @return validationData as ERC-4337 has it
    function validateFirstUse(
        PackedUserOperation calldata userOp,
        bytes32 userOpHash
    ) external returns (uint256 validationData);

    /// @notice `executeBySig` of a call that brings its grant.
    /// @param principal who delegates
    /// @param mode single or batch, compared as a whole word
    /// @param executionCalldata the calls, as ERC-7579 encodes them
    /// @param nonce any number that (principal, key) has not used on a signed route
    /// @param minGas least gas that is passed on, inclusive
    /// @param signature the four elements and the envelope
    function executeFirstUse(
        address principal,
        bytes32 mode,
        bytes calldata executionCalldata,
        uint256 nonce,
        uint256 minGas,
        bytes calldata signature
    ) external;

    /// @notice `consumeForwardedBySig` of a call that brings its grant.
    /// @param principal who delegates
    /// @param target the called contract
    /// @param data the call's whole calldata
    /// @param nonce any number that (principal, key) has not used on a signed route
    /// @param minGas least gas that is passed on, inclusive
    /// @param signature the four elements and the envelope
    function consumeForwardedFirstUse(
        address principal,
        address target,
        bytes calldata data,
        uint256 nonce,
        uint256 minGas,
        bytes calldata signature
    ) external;
}
