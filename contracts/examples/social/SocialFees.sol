// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {SocialContract} from "./SocialContract.sol";

/// @title SocialFees
/// @notice A share of what changes hands goes to the treasury. Both are settings of the owner. The fee is taken out of
/// the amount, never on top of it, so a session never pays more than its policy counted.
abstract contract SocialFees is SocialContract {
    using SafeERC20 for IERC20;

    /// @notice Highest fee, in basis points, inclusive.
    uint16 public constant MAX_FEE = 1_000;

    /// @notice The token that is paid with.
    IERC20 public immutable POKE;

    /// @notice Who receives the fees.
    address public treasury;

    /// @notice Basis points of an amount.
    uint16 public fee;

    /// @notice The owner set the fee, in basis points, and who receives it.
    event FeeSet(address indexed treasury, uint16 fee);

    /// @notice The fee is above `limit`, inclusive. In basis points.
    error FeeTooHigh(uint16 fee, uint16 limit);
    /// @notice Nobody would receive the fees.
    error TreasuryMissing();

    constructor(IERC20 poke, address treasury_, uint16 fee_) {
        POKE = poke;
        _setFee(treasury_, fee_);
    }

    /// @notice Sets the fee, in basis points, and who receives it.
    function setFee(address treasury_, uint16 fee_) external onlyOwner {
        _setFee(treasury_, fee_);
    }

    /// @dev Hands out what this contract has taken: the fee to the treasury, the rest to `recipient`.
    function _payOut(address recipient, uint256 amount) internal {
        uint256 share = (amount * fee) / 10_000;
        POKE.safeTransfer(treasury, share);
        POKE.safeTransfer(recipient, amount - share);
    }

    function _setFee(address treasury_, uint16 fee_) private {
        if (treasury_ == address(0)) revert TreasuryMissing();
        if (fee_ > MAX_FEE) revert FeeTooHigh(fee_, MAX_FEE);
        (treasury, fee) = (treasury_, fee_);
        emit FeeSet(treasury_, fee_);
    }
}
