// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev What a session is. Written by registration, then only marked as revoked or swept.
///
///   255                                96 95            48 47            16 15        8 7         0
///  +-------------------------------------+----------------+----------------+-----------+-----------+
///  | policy pointer                  160 | validUntil  48 | span        32 | hot size 8| flags   8 |
///  +-------------------------------------+----------------+----------------+-----------+-----------+
///
///  policy pointer  address of the policy's code; 0 only in the tombstone of a key that was never registered
///  validUntil      unix seconds, inclusive
///  span            `validUntil - validAfter`, seconds
///  hot size        bytes of the policy's hot part, in units of 128, rounded up
///  flags           bit 0 revoked, bit 1 P-256, bit 2 swept
type SessionHead is uint256;

using SessionHeads for SessionHead global;

/// @title Reading and writing a session's head
library SessionHeads {
    uint256 internal constant REVOKED = 1;
    uint256 internal constant P256 = 2;
    uint256 internal constant SWEPT = 4;

    function pointer(SessionHead self) internal pure returns (address) {
        return address(uint160(SessionHead.unwrap(self) >> 96));
    }

    function validUntil(SessionHead self) internal pure returns (uint48) {
        return uint48(SessionHead.unwrap(self) >> 48);
    }

    function validAfter(SessionHead self) internal pure returns (uint48) {
        unchecked {
            // The span is never longer than validUntil.
            return uint48((SessionHead.unwrap(self) >> 48) - uint32(SessionHead.unwrap(self) >> 16));
        }
    }

    function hotSize(SessionHead self) internal pure returns (uint256) {
        return uint256(uint8(SessionHead.unwrap(self) >> 8)) << 7;
    }

    function isEmpty(SessionHead self) internal pure returns (bool) {
        return SessionHead.unwrap(self) == 0;
    }

    function isRevoked(SessionHead self) internal pure returns (bool) {
        return SessionHead.unwrap(self) & REVOKED != 0;
    }

    function isP256(SessionHead self) internal pure returns (bool) {
        return SessionHead.unwrap(self) & P256 != 0;
    }

    function isSwept(SessionHead self) internal pure returns (bool) {
        return SessionHead.unwrap(self) & SWEPT != 0;
    }

    function with(SessionHead self, uint256 flag) internal pure returns (SessionHead) {
        return SessionHead.wrap(SessionHead.unwrap(self) | flag);
    }

    /// @dev `validAfter_ <= validUntil_ < 2**48`, at most 2**32 - 1 seconds apart; `hotSize_` is at most 255 * 128.
    function pack(
        address pointer_,
        uint256 validAfter_,
        uint256 validUntil_,
        uint256 hotSize_,
        uint256 flags_
    ) internal pure returns (SessionHead) {
        unchecked {
            return
                SessionHead.wrap(
                    (uint256(uint160(pointer_)) << 96) |
                        (validUntil_ << 48) |
                        ((validUntil_ - validAfter_) << 16) |
                        (((hotSize_ + 127) >> 7) << 8) |
                        flags_
                );
        }
    }
}

/// @dev What a session has left. Written by every use.
///
///   255        224 223        192 191        160 159                80 79                 0
///  +--------------+--------------+--------------+--------------------+--------------------+
///  | generation 32| registrat. 32| calls      32| gas             80 | inline spend    80 |
///  +--------------+--------------+--------------+--------------------+--------------------+
///
///  generation    the principal's when the session was registered
///  registration  how often this key was registered for this principal; survives revocation
///  calls         inner calls left
///  gas           wei not yet reserved by operations
///  inline spend  base units spent of the policy's inline limit
type SessionCounters is uint256;

using SessionCounterWords for SessionCounters global;

/// @title Reading and writing a session's counters
library SessionCounterWords {
    uint256 internal constant INLINE_BITS = 80;

    function generation(SessionCounters self) internal pure returns (uint32) {
        return uint32(SessionCounters.unwrap(self) >> 224);
    }

    function registration(SessionCounters self) internal pure returns (uint32) {
        return uint32(SessionCounters.unwrap(self) >> 192);
    }

    function calls(SessionCounters self) internal pure returns (uint32) {
        return uint32(SessionCounters.unwrap(self) >> 160);
    }

    function gas(SessionCounters self) internal pure returns (uint256) {
        return uint80(SessionCounters.unwrap(self) >> 80);
    }

    function inlineSpend(SessionCounters self) internal pure returns (uint256) {
        return uint80(SessionCounters.unwrap(self));
    }

    /// @dev Takes calls and wei off and adds to the spend; the caller has checked that each stays inside its width.
    function use(
        SessionCounters self,
        uint256 calls_,
        uint256 gas_,
        uint256 spend
    ) internal pure returns (SessionCounters) {
        unchecked {
            return SessionCounters.wrap(SessionCounters.unwrap(self) - (calls_ << 160) - (gas_ << 80) + spend);
        }
    }

    /// @dev Every argument is inside its width.
    function pack(
        uint256 generation_,
        uint256 registration_,
        uint256 calls_,
        uint256 gas_
    ) internal pure returns (SessionCounters) {
        return SessionCounters.wrap((generation_ << 224) | (registration_ << 192) | (calls_ << 160) | (gas_ << 80));
    }
}

/// @dev What was spent of one limit that is not inline. Counts for one registration only: after a renewal the word reads
/// as untouched.
///
///   255        224 223        192 191                128 127                                0
///  +--------------+--------------+----------------------+-----------------------------------+
///  | registrat. 32| 0         32 | period            64 | spent                         128 |
///  +--------------+--------------+----------------------+-----------------------------------+
///
///  period  index of the period that `spent` belongs to, `floor(time / limit.period)`; 0 for a lifetime limit
type SpentWord is uint256;

using SpentWords for SpentWord global;

/// @title Reading and writing what was spent
library SpentWords {
    function registration(SpentWord self) internal pure returns (uint32) {
        return uint32(SpentWord.unwrap(self) >> 224);
    }

    function period(SpentWord self) internal pure returns (uint256) {
        return uint64(SpentWord.unwrap(self) >> 128);
    }

    function spent(SpentWord self) internal pure returns (uint256) {
        return uint128(SpentWord.unwrap(self));
    }

    /// @dev `period_` is below 2**64 and `spent_` at most a cap, below 2**128.
    function pack(uint32 registration_, uint256 period_, uint256 spent_) internal pure returns (SpentWord) {
        return SpentWord.wrap((uint256(registration_) << 224) | (period_ << 128) | spent_);
    }
}

/// @dev What a principal is to Latchkey.
///
///   255                        97  96  95                 32 31                 0
///  +-----------------------------+----+---------------------+--------------------+
///  | 0                        159|  1 | grant nonce      64 | generation      32 |
///  +-----------------------------+----+---------------------+--------------------+
///
///  bit 96       the module is installed
///  grant nonce  of the next grant that the principal signs
///  generation   raised by `revokeAllSessions` and by uninstalling
type PrincipalWord is uint256;

using PrincipalWords for PrincipalWord global;

/// @title Reading and writing a principal's word
library PrincipalWords {
    uint256 private constant INSTALLED = 1 << 96;

    function generation(PrincipalWord self) internal pure returns (uint32) {
        return uint32(PrincipalWord.unwrap(self));
    }

    function nonce(PrincipalWord self) internal pure returns (uint64) {
        return uint64(PrincipalWord.unwrap(self) >> 32);
    }

    function isInstalled(PrincipalWord self) internal pure returns (bool) {
        return PrincipalWord.unwrap(self) & INSTALLED != 0;
    }

    function installed(PrincipalWord self) internal pure returns (PrincipalWord) {
        return PrincipalWord.wrap(PrincipalWord.unwrap(self) | INSTALLED);
    }

    function uninstalled(PrincipalWord self) internal pure returns (PrincipalWord) {
        return PrincipalWord.wrap(PrincipalWord.unwrap(self) & ~INSTALLED);
    }

    /// @dev Raises the grant nonce. 2**64 signatures are out of reach.
    function nextNonce(PrincipalWord self) internal pure returns (PrincipalWord) {
        unchecked {
            return PrincipalWord.wrap(PrincipalWord.unwrap(self) + (1 << 32));
        }
    }

    /// @dev Raises the generation and the grant nonce. Never reverts: the generation would wrap after 2**32
    /// revocations by the principal itself, which no block space holds.
    function nextGeneration(PrincipalWord self) internal pure returns (PrincipalWord) {
        unchecked {
            uint256 word = PrincipalWord.unwrap(self.nextNonce());
            return PrincipalWord.wrap((word & ~uint256(type(uint32).max)) | uint32(word + 1));
        }
    }
}

/// @dev Who lives in a lane: `0 (64) | generation (32) | key (160)`. The generation is the occupant's, so that an
/// occupant killed by `revokeAllSessions` is seen as gone without reading its session.
type LaneWord is uint256;

using LaneWords for LaneWord global;

/// @title Reading and writing a lane's word
library LaneWords {
    function key(LaneWord self) internal pure returns (address) {
        return address(uint160(LaneWord.unwrap(self)));
    }

    function generation(LaneWord self) internal pure returns (uint32) {
        return uint32(LaneWord.unwrap(self) >> 160);
    }

    function pack(address key_, uint32 generation_) internal pure returns (LaneWord) {
        return LaneWord.wrap((uint256(generation_) << 160) | uint160(key_));
    }
}
