// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title StoredSpend
/// @notice A spend as it is stored.
struct StoredSpend {
    /// @dev A limited token, or a counter (1 to 65,535).
    address unit;
    /// @dev Base units or counts; 0 where an argument says how much.
    uint128 amount;
    /// @dev The argument is multiplied by 10**scale.
    uint8 scale;
    /// @dev Whether an approval of the same execution pays for it.
    bool credited;
    /// @dev Whether the token table draws it rather than the policy's `spends`.
    bool ownRow;
}
