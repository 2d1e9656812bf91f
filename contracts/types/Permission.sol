// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {Inner} from "./Inner.sol";
import {Rule} from "./Rule.sol";
import {Spend} from "./Spend.sol";

/// @title Permission
/// @notice One thing that a session key may do. Several of one (target, method) are alternatives: the first one whose
/// value and rules hold decides, with its own spends.
struct Permission {
    /// @dev A contract of at least 2**16, or `ANY_TARGET`.
    address target;
    /// @dev `"transfer(address,uint256)"`, at most 1,023 bytes; `"*"` for every method of a concrete target that is
    /// not in the token table; `""` for a plain native transfer.
    string method;
    /// @dev Most native value in one call, in wei, inclusive. 0 allows none.
    uint128 maxValue;
    /// @dev At most 4, strictly ascending by (unit, argument).
    Spend[] spends;
    /// @dev At most 16, strictly ascending by (argument, test, per). All must hold.
    Rule[] rules;
    /// @dev At most 8, strictly ascending by argument: how `bytes` among the arguments are read.
    Inner[] inner;
    /// @dev The target itself may consume the session for this method (route `asked`).
    bool consumable;
    /// @dev At most 8, strictly ascending: paths of arguments that may say anything, or `"*"` alone for all that is not
    /// bound and for a suffix behind the encoding.
    string[] open;
}
