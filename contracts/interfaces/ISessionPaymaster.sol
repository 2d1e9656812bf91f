// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {IPaymaster} from "@openzeppelin/contracts/interfaces/IERC4337.sol";

/// @title Pays for the operations of sessions, out of one deposit, under a budget for each principal
/// @notice Its owner deposits native coin in one EntryPoint and says how much of it each principal may cost. A session
/// whose policy names this paymaster then acts for a principal that holds no native coin.
///
/// What it pays for: an operation with init code as Latchkey allows it, paymaster data of exactly 52 bytes, a call of
/// `execute(bytes32,bytes)`, a signature of 128 bytes, or of 217 to 1,240 that brings its grant, and a nonce whose key
/// makes an account of a known family ask Latchkey. Everything else is refused, the owner's own operations first of all.
///
/// What it cannot know: whether the account did ask Latchkey. Session, calls, caps and that the session's policy names
/// this very paymaster are for Latchkey to enforce in the account's own validation, which the EntryPoint runs first. An
/// account with code of its own accepts what it likes. What it can take by that is its own budget and never more: set
/// none for an account whose code you do not know, and none that you would not give away.
/// @dev On a public mempool it may need a stake, because it settles in `postOp`. Each storage slot that validation touches
/// belongs to the principal; there is no clock and no other contract in it.
interface ISessionPaymaster is IPaymaster {
    /// @notice A principal and its budget, in wei.
    struct PrincipalBudget {
        address principal;
        uint128 budget;
    }

    /// @notice The owner has set what a principal may cost in total, in wei.
    event BudgetSet(address indexed principal, uint128 budget);
    /// @notice An operation of the principal has been charged, in wei. Not emitted for an operation whose `postOp`
    /// failed, which the EntryPoint reports: there all of the reservation stays spent.
    event BudgetSpent(address indexed principal, uint256 charge);

    /// @notice The operation's highest possible cost is more than the principal's budget has left. In wei.
    /// @custom:fix Lower the gas limits, or ask the paymaster's owner for a higher budget.
    error BudgetExceeded(address principal, uint256 requested, uint256 left);
    /// @notice The nonce does not make the account of any known family ask `validator`.
    /// @custom:fix Use the layout of docs/guides/accounts.md; only a session's operations are paid for.
    error NonceKeyNotAllowed(uint192 nonceKey, address validator);
    /// @notice Paymaster data is exactly `required` bytes: address and two gas limits.
    /// @custom:fix Append nothing.
    error PaymasterDataLengthInvalid(uint256 length, uint256 required);
    /// @notice Native coin that goes there is lost: address 0 or the EntryPoint.
    /// @custom:fix Name a wallet.
    error RecipientNotAllowed(address recipient);
    /// @notice Without an owner nobody could withdraw the deposit.
    /// @custom:fix Hand it over with `transferOwnership`.
    error OwnershipNotRenounceable(address owner);

    /// @notice Sets the most that the principal's operations may cost from the first one on, in wei, inclusive. To top
    /// up, raise it; 0, or anything up to what is spent, stops the principal at once.
    /// @dev A total and not a remainder, so that an operation that is under way changes nothing about its meaning.
    function setBudget(address principal, uint128 budget) external;

    /// @notice The same for many. A later entry for a principal replaces an earlier one.
    function setBudgets(PrincipalBudget[] calldata budgets) external;

    /// @notice Adds the value to the deposit that pays. Anyone may; only the owner can take it out.
    function deposit() external payable;

    /// @notice Takes `amount` wei out of the deposit. Called by the owner.
    /// @dev Reverts with what the EntryPoint reverts with if the deposit is smaller or the recipient takes no coin.
    function withdrawTo(address payable recipient, uint256 amount) external;

    /// @notice Adds the value to the stake. Called by the owner.
    /// @param unstakeDelay seconds between unlocking and withdrawing; the EntryPoint lets it grow only
    function addStake(uint32 unstakeDelay) external payable;

    /// @notice Starts the delay after which the stake can be withdrawn. Called by the owner.
    function unlockStake() external;

    /// @notice Takes out the whole stake, once the delay is over. Called by the owner.
    function withdrawStake(address payable recipient) external;

    /// @notice What the principal may cost in total and what it has cost, in wei. While an operation is under way its
    /// highest possible cost counts as spent. `spent` is above `budget` only where the owner has lowered that.
    function budgetOf(address principal) external view returns (uint128 budget, uint128 spent);

    /// @notice The validator that a nonce has to name.
    function LATCHKEY() external view returns (address);
}
