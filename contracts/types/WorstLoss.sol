// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {Loss} from "./Loss.sol";

/// @title WorstLoss
/// @notice The most that the account's own calls can still take, and whom that number trusts. Only with `trusted` and
/// `open` empty is the number the whole truth.
struct WorstLoss {
    /// @dev One per unit that has a limit, ascending by unit.
    Loss[] losses;
    /// @dev Wei: what is left of the gas budget.
    uint256 gas;
    /// @dev Targets of every permission that is not counted, each once, ascending; `ANY_TARGET` for any contract.
    address[] trusted;
    /// @dev Positions, in the policy's `permissions`, of those that are open, ascending.
    uint256[] open;
}
