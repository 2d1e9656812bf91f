// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev Who lives in a lane: `0 (74) | generation (22) | key (160)`. The generation is the occupant's, so that one
/// killed by `revokeAllSessions` is seen as gone without reading its session. Not cleared when its occupant ends.
type LaneWord is uint256;

using LaneWords for LaneWord global;

/// @title Reading and writing a lane's word
library LaneWords {
    uint256 private constant GENERATION_SHIFT = 160;

    function key(LaneWord self) internal pure returns (address) {
        return address(uint160(LaneWord.unwrap(self)));
    }

    function generation(LaneWord self) internal pure returns (uint32) {
        return uint32(LaneWord.unwrap(self) >> GENERATION_SHIFT);
    }

    function pack(address key_, uint256 generation_) internal pure returns (LaneWord) {
        return LaneWord.wrap((generation_ << GENERATION_SHIFT) | uint160(key_));
    }
}
