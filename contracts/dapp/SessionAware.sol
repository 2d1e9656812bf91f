// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {ISessionConsumer} from "../interfaces/ISessionConsumer.sol";

/// @title SessionAware
/// @notice Makes an ordinary contract take session keys: route `asked`. Name the principal in an argument, put the
/// modifier on the function, and use the principal, never `msg.sender`, as the identity:
///
///     contract Notes is SessionAware {
///         mapping(address principal => string note) public noteOf;
///
///         constructor(ISessionConsumer latchkey) SessionAware(latchkey) {}
///
///         function write(address principal, string calldata note) external onlyPrincipalOrSession(principal) {
///             noteOf[principal] = note;
///         }
///     }
///
/// @dev What is asked about is what is executed: the selector and the rules are read from `msg.data`, the target is this
/// contract. Every method that carries the modifier needs a `consumable` permission in the policy.
///
/// - The modifier belongs on `external` functions. A modified function that calls another modified one internally
///   consumes twice, both times for the outer calldata.
/// - A multicall by `delegatecall` (OpenZeppelin's) works: each inner call has its own `msg.data` and is consumed by
///   itself. One that calls functions internally, or through `this`, is refused: the first asks about the multicall's
///   selector, the second names this contract as the key.
/// - A session carries none of the principal's value, so a call of a key with value is refused.
/// - Not to be combined with `ERC2771Context`: here a forwarded call would name the forwarder as the key, and be refused.
abstract contract SessionAware {
    /// @notice Whose sessions this contract takes.
    ISessionConsumer public immutable LATCHKEY;

    /// @notice A session key sent its own native value, in wei, with a call for the principal.
    /// @custom:fix Send none.
    error SessionCarriesNoValue(uint256 value);

    /// @param latchkey where it has no code, the principal alone can call
    constructor(ISessionConsumer latchkey) {
        LATCHKEY = latchkey;
    }

    /// @dev Lets the principal pass. Any other caller must be its session key, and is consumed for this call.
    modifier onlyPrincipalOrSession(address principal) {
        _consumeUnlessPrincipal(principal);
        _;
    }

    /// @dev Reverts with Latchkey's own error.
    function _consumeUnlessPrincipal(address principal) internal {
        if (msg.sender == principal) return;
        if (msg.value != 0) revert SessionCarriesNoValue(msg.value);
        LATCHKEY.consumeSession(principal, msg.sender, msg.data);
    }

    /// @dev For views. Consumes nothing and knows neither methods, rules, calls nor caps: a function that writes and
    /// asks this alone is open to every live key that has any permission here.
    function _isPrincipalOrSession(address principal, address account) internal view returns (bool) {
        return account == principal || LATCHKEY.isValidFor(account, principal);
    }
}
