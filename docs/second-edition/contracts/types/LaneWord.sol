// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title LaneWord
/// @notice Who lives in a lane of a principal and an app.
/// @dev `0 (74) | generation (22) | key (160)`. The generation is the occupant's, so that one killed by
/// `revokeAllSessions` is seen as gone without reading its session. The word is not cleared when its occupant ends.
library LaneWord {
    uint256 internal constant GENERATION_SHIFT = 160;
}
