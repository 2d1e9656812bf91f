// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title SessionSpender
/// @notice For dApps that take a capped token from the principal by its standing allowance: what is taken is what the
/// session's policy has counted, to the unit, whatever the token says.
/// @dev The policy counts what a permission's `spends` declare, an argument or a constant; it does not see the pull. So
/// the pull has to keep to the declaration:
///
/// - `pull` takes the amount that stands in one head word of the calldata. The permission spends the argument that
///   stands there.
/// - `pullFixed` takes an amount that is not in the calldata. The permission spends the most that it ever is as a constant,
///   so that has to be a constant of the contract and no setting.
///
/// Pull once per external call, and let no policy name a `multicall` of the contract: its inner amounts are not counted.
/// Balances are read, so a token that takes a fee, rebases in between, moves nothing or moves more is refused. A
/// forwarded call, one that is asked about and one of the wallet itself look the same here: an ERC-2771 suffix stands
/// behind the head.
library SessionSpender {
    using SafeERC20 for IERC20;

    /// @notice The token has no code.
    /// @custom:fix Check address and chain.
    error TokenWithoutCode(address token);
    /// @notice The calldata's head word is not the amount to be taken, so the session did not count it. `word` is
    /// counted from 0 behind the selector; `counted` is 0 if the calldata does not have it.
    /// @custom:fix Take exactly that word; name the right word.
    error AmountNotCounted(uint256 word, uint256 counted, uint256 amount);
    /// @notice The principal lost another amount of the token than the session counted. In base units.
    /// @custom:fix Do not use this token here.
    error TokenDebitMismatch(address token, uint256 debited, uint256 amount);
    /// @notice The recipient gained another amount of the token than the principal lost. In base units.
    /// @custom:fix Do not use this token here.
    error TokenCreditMismatch(address token, uint256 credited, uint256 amount);

    /// @notice Takes `amount` of `token` from `principal`, the number in head word `amountWord` of the calldata.
    /// @param amountWord counted from 0 behind the selector, where the argument of the permission's spend stands
    function pull(IERC20 token, address principal, address recipient, uint256 amount, uint256 amountWord) internal {
        uint256 counted = _headWord(amountWord);
        if (counted != amount) revert AmountNotCounted(amountWord, counted, amount);
        pullFixed(token, principal, recipient, amount);
    }

    /// @notice Takes `amount` of `token` from `principal`, at most the constant that a permission's spend declares.
    /// @dev Reverts with `SafeERC20.SafeERC20FailedOperation(token)` if the token returns `false`, and with the token's
    /// own error if the token has one.
    function pullFixed(IERC20 token, address principal, address recipient, uint256 amount) internal {
        if (address(token).code.length == 0) revert TokenWithoutCode(address(token));
        uint256 principalBefore = token.balanceOf(principal);
        uint256 recipientBefore = token.balanceOf(recipient);
        token.safeTransferFrom(principal, recipient, amount);
        uint256 debited = _difference(principalBefore, token.balanceOf(principal));
        if (debited != amount) revert TokenDebitMismatch(address(token), debited, amount);
        uint256 credited = _difference(token.balanceOf(recipient), recipientBefore);
        if (credited != amount) revert TokenCreditMismatch(address(token), credited, amount);
    }

    /// @dev 0 where the calldata ends before the word does.
    function _headWord(uint256 word) private pure returns (uint256) {
        if (word >= type(uint8).max) return 0;
        uint256 start = 4 + word * 32;
        return msg.data.length < start + 32 ? 0 : uint256(bytes32(msg.data[start:start + 32]));
    }

    function _difference(uint256 larger, uint256 smaller) private pure returns (uint256) {
        return larger > smaller ? larger - smaller : 0;
    }
}
