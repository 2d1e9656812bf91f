// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Acting without an EntryPoint
/// @notice Routes `direct` and `relayed` through the account's ERC-7579 executor interface, and the consuming half of
/// route `forwarded`. A call that fails rolls everything back.
/// @dev What the account returns is not copied; what it reverts with is passed on.
interface ISessionExecutor {
    /// @notice A session acted on a route other than `userOperation`. Emitted once per execution.
    event SessionUsed(address indexed principal, address indexed key);

    /// @notice The key acts for `principal`. Called by the key.
    /// @param mode single or batch; see `UnsupportedExecutionMode`
    /// @param executionCalldata the calls, encoded as ERC-7579 has it
    function execute(address principal, bytes32 mode, bytes calldata executionCalldata) external;

    /// @notice The key acts for `principal` through anyone, with its signature over `SessionExecution`.
    /// @param nonce any number that (principal, key) has not used; used ones are never usable again
    /// @param minGas least gas that is passed on to the account
    /// @param signature `[sessionPubKey, r, s, validUntil]`
    function executeBySig(
        address principal,
        bytes32 mode,
        bytes calldata executionCalldata,
        uint256 nonce,
        uint256 minGas,
        bytes calldata signature
    ) external;

    /// @notice Checks and writes one call of `key` for `principal` to `target`. Open to the forwarder alone.
    function consumeForwarded(address principal, address key, address target, bytes calldata data) external;

    /// @notice The same for a relayed call, with the key's signature over `SessionForward`.
    function consumeForwardedBySig(
        address principal,
        address target,
        bytes calldata data,
        uint256 nonce,
        uint256 minGas,
        bytes calldata signature
    ) external;
}
