// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Acting without an EntryPoint
/// @notice Routes `direct` and `relayed` through the account's ERC-7579 executor interface, and the consuming half
/// of route `forwarded`. A call that fails, or an account that answers less than 64 bytes, rolls everything back.
interface ISessionExecutor {
    /// @notice A session acted on a route other than `userOperation`. Emitted once per execution; no data.
    /// @param principal who delegates
    /// @param key the session key
    event SessionUsed(address indexed principal, address indexed key);

    /// @notice The key acts for `principal`. Called by the key, which has no code.
    /// @param principal who delegates
    /// @param mode single or batch, compared as a whole word
    /// @param executionCalldata the calls, as ERC-7579 encodes them
    function execute(address principal, bytes32 mode, bytes calldata executionCalldata) external;

    /// @notice The key acts for `principal` through anyone, with its signature over `SessionExecution`.
    /// @param principal who delegates
    /// @param mode single or batch, compared as a whole word
    /// @param executionCalldata the calls, as ERC-7579 encodes them
    /// @param nonce any number that (principal, key) has not used on a signed route
    /// @param minGas least gas that is passed on, inclusive
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
    /// @param principal who delegates
    /// @param key the session key
    /// @param target the called contract
    /// @param data the call's whole calldata
    function consumeForwarded(address principal, address key, address target, bytes calldata data) external;

    /// @notice The same for a relayed call, with the key's signature over `SessionForward`.
    /// @param principal who delegates
    /// @param target the called contract
    /// @param data the call's whole calldata
    /// @param nonce any number that (principal, key) has not used on a signed route
    /// @param minGas least gas that is passed on, inclusive
    /// @param signature `[sessionPubKey, r, s, validUntil]`
    function consumeForwardedBySig(
        address principal,
        address target,
        bytes calldata data,
        uint256 nonce,
        uint256 minGas,
        bytes calldata signature
    ) external;
}
