// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Trust
/// @notice How far Latchkey can see where a call's authority goes. Publication computes it for each permission; wallets
/// show the permissions in this order.
enum Trust {
    /// @dev The number holds against everybody: a counted or harmless row on a limited token, Permit2's counted row, a
    /// plain native transfer.
    COUNTED,
    /// @dev Every byte that the permission admits is accounted for; what the target does with it is the target's word.
    TRUSTED,
    /// @dev Serves the route `asked` alone: the target asks and polices itself. Shown among the trusted.
    ASKED,
    /// @dev Arguments that may say anything.
    OPEN
}
