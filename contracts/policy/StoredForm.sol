// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {COUNTER_BOUND, MAX_POLICY_SIZE} from "../types/Bounds.sol";
import {DetailFlags} from "../types/DetailFlags.sol";
import {MethodWord, MethodWords} from "../types/MethodWord.sol";
import {Trust} from "../types/Trust.sol";
import {Classes} from "./Classes.sol";
import {Programs} from "./Programs.sol";
import {MethodKinds, Trusts} from "./Numbers.sol";
import {PolicyData, Publication} from "./Publication.sol";
import {TypeNodes} from "./TypeNode.sol";

/// @title Writing the stored form
/// @notice The search index and the details; see the specification, "A policy as code".
/// @dev The index has room for a word of each permission. What is left over, because alternatives share theirs, is
/// closed at the end. A permission is written as a detail, and as a word alone if that says the same.
library StoredForm {
    using TypeNodes for uint256;

    /// @dev In front of the limits.
    uint256 internal constant LIMITS_OFFSET = 129;
    uint256 internal constant LIMIT_SIZE = 64;

    // Of a detail: where its draws are counted and where they begin.
    uint256 private constant DRAWS = 19;
    uint256 private constant CONSTANT_SIZE = 16;

    /// @dev Room for a program, which takes no memory before it is written.
    uint256 private constant ROOM = 1 << 24;

    /// @dev Allocates what `permissions` permissions need, with the stored form at the third word.
    function allocate(Publication memory self, uint256 permissions) internal pure {
        uint256 code;
        unchecked {
            uint256 index = LIMITS_OFFSET + LIMIT_SIZE * self.limitCount;
            uint256 details = index + 32 * permissions;
            assembly ("memory-safe") {
                // Two words in front, and one behind in which the last copy may end.
                code := add(mload(0x40), 0x40)
                mstore(0x40, add(code, add(details, add(MAX_POLICY_SIZE, 0x21))))
            }
            self.code = code;
            self.indexEnd = code + index;
            self.targetIndex = code + index;
            self.details = code + details;
        }
    }

    /// @dev Writes the permission that has been checked.
    function addPermission(Publication memory self, uint256 kind) internal pure {
        uint256 start;
        assembly ("memory-safe") {
            // Reserves more than is written, and gives it back below.
            start := mload(0x40)
            mstore(0x40, add(start, ROOM))
        }
        _count(self);
        uint256 size = _writeDetail(self, start, kind);
        unchecked {
            uint256 word = self.indexEnd - 32;
            if (self.alternatives > 1) {
                if (self.pending != 0) {
                    // Its first alternative needs its detail after all.
                    _set(word, MethodWords.packDetailed(self.key, 1, self.pending, self.detailSize));
                    self.detailSize += self.pending;
                    self.pending = 0;
                }
                MethodWord first = _get(word);
                _set(word, MethodWords.packDetailed(self.key, self.alternatives, first.size() + size, first.offset()));
            } else {
                word += 32;
                self.indexEnd = word + 32;
                _set(word, MethodWords.packDetailed(self.key, 1, size, self.detailSize));
            }
            if (self.detailSize + size <= MAX_POLICY_SIZE) {
                uint256 detail = self.details + self.detailSize;
                assembly ("memory-safe") {
                    // Into the room for details.
                    mcopy(detail, start, size)
                }
            }
            if (_isPlain(self, kind)) {
                _set(word, _plainWord(self));
                self.pending = size;
            } else {
                self.pending = 0;
                self.detailSize += size;
            }
        }
    }

    // --- details ----------------------------------------------------------------------------------------------------

    /// @return size of the detail
    function _writeDetail(Publication memory self, uint256 start, uint256 kind) private pure returns (uint256 size) {
        unchecked {
            self.at = start + 2;
            bool isCounted = self.drawn != 0;
            uint256 flags = self.consumable | (self.trust << DetailFlags.TRUST_SHIFT);
            // Of the paths, "*" alone ends where the arguments as a whole stand.
            if (self.trust == Trusts.ASKED || self.place >> 128 != 0) flags |= DetailFlags.SUFFIX;
            if (isCounted && self.row.setsAllowance()) {
                flags |= DetailFlags.APPROVES;
                if (self.row.isTokenInWord0()) flags |= DetailFlags.SPENDER_IN_WORD_1;
            }
            Programs.put(self, flags);
            _putAmount(self, self.maxValue);
            uint256 spends = PolicyData.count(self.spends);
            Programs.put(self, spends + (isCounted ? 1 : 0));
            if (isCounted) _putDraw(self, self.drawn, DetailFlags.OWN_ROW, 0);
            for (uint256 i = 0; i < spends; ++i) {
                uint256 spend = PolicyData.item(self.spends, i);
                _putDraw(self, PolicyData.word(spend, 0), 0, PolicyData.word(spend, 2));
            }
            self.isRow = self.trust == Trusts.COUNTED && !self.row.isNone() && self.root.at().pointers() == 0;
            if (kind != MethodKinds.WILDCARD) Programs.write(self);
            size = self.at - start;
            assembly ("memory-safe") {
                // The size, inside what is reserved, which is given back: it is copied before anything is allocated.
                mstore8(start, shr(8, size))
                mstore8(add(start, 1), size)
                mstore(0x40, start)
            }
        }
    }

    function _putAmount(Publication memory self, uint256 amount) private pure {
        uint256 at = self.at;
        assembly ("memory-safe") {
            // Inside what is reserved.
            mstore(at, shl(128, amount))
        }
        unchecked {
            self.at = at + CONSTANT_SIZE;
        }
    }

    function _putDraw(Publication memory self, uint256 unit, uint256 flags, uint256 amount) private pure {
        (uint256 first, uint256 many) = self.limitsOf(unit);
        Programs.put(self, (first << 4) | many);
        Programs.put(self, amount == 0 ? flags : flags | DetailFlags.CONSTANT);
        if (amount != 0) _putAmount(self, amount);
    }

    // --- plain words ------------------------------------------------------------------------------------------------

    function _isPlain(Publication memory self, uint256 kind) private pure returns (bool) {
        if (kind == MethodKinds.WILDCARD) return self.alternatives == 1;
        uint256 said =
            self.maxValue | PolicyData.count(self.rules) | PolicyData.count(self.inners) | PolicyData.count(self.open);
        if (kind == MethodKinds.NATIVE || said != 0 || self.alternatives > 1) return false;
        if (self.trust == Trusts.ASKED || self.root.at().pointers() != 0) return false;
        uint256 spends = PolicyData.count(self.spends);
        if (spends > 1 || (spends == 1 && self.drawn != 0)) return false;
        if (spends == 1) {
            uint256 spend = PolicyData.item(self.spends, 0);
            if (PolicyData.word(spend, 2) | PolicyData.word(spend, 3) != 0) return false;
        }
        return self.lookedAt < 2 && self.lookedBits & 7 == 0;
    }

    function _plainWord(Publication memory self) private pure returns (MethodWord) {
        uint256 unit = self.drawn;
        if (unit == 0 && PolicyData.count(self.spends) != 0) unit = PolicyData.word(PolicyData.item(self.spends, 0), 0);
        (uint256 first, uint256 many) = unit == 0 ? (0, 0) : self.limitsOf(unit);
        return
            MethodWords.packPlain(
                self.key,
                self.consumable != 0,
                Trust(self.trust),
                self.root.at().head(),
                self.lookedWord,
                self.lookedBits >> 3,
                first,
                many,
                false
            );
    }

    // --- what an approval pays for ----------------------------------------------------------------------------------

    /// @dev Which tokens the permission draws; see the specification, "An approval pays once".
    function _count(Publication memory self) private pure {
        if (self.takesBack) return;
        uint256 declared = _bitOf(self, self.drawn);
        unchecked {
            for (uint256 i = 0; i < PolicyData.count(self.spends); ++i) {
                declared |= _bitOf(self, PolicyData.word(PolicyData.item(self.spends, i), 0));
            }
        }
        self.isSeen = true;
        if (declared == 0) self.isSpoiled = true;
        if (self.target == Classes.PERMIT2 && !self.row.isNone()) declared = type(uint256).max;
        self.covered |= declared;
    }

    function _bitOf(Publication memory self, uint256 unit) private pure returns (uint256) {
        if (unit < COUNTER_BOUND) return 0;
        (uint256 first, ) = self.limitsOf(unit);
        return 1 << first;
    }

    /// @dev No alternative of the method follows.
    function endMethod(Publication memory self) internal pure {
        if (self.covered != 0) self.missing |= ~self.covered;
        self.covered = 0;
    }

    /// @dev No method of the target follows: marks the draws that an approval pays for.
    function endTarget(Publication memory self) internal pure {
        unchecked {
            uint256 paid = self.isSeen && !self.isSpoiled ? self.tokens & ~self.missing : 0;
            uint256 detail = self.details + self.targetDetail;
            uint256 end = self.details + self.detailSize;
            if (self.detailSize > MAX_POLICY_SIZE) paid = 0;
            if (paid != 0) {
                while (detail < end) detail = _markDetail(self, detail, paid);
                for (uint256 at = self.targetIndex; at < self.indexEnd; at += 32) {
                    MethodWord word = _get(at);
                    // What a plain word counts for its own row it moves itself.
                    if (word.isDetailed() || word.limits() == 0 || word.trust() == Trust.COUNTED) continue;
                    if ((paid >> word.firstLimit()) & 1 != 0) _set(at, word.withCredit());
                }
            }
            self.targetIndex = self.indexEnd;
            self.targetDetail = self.detailSize;
            self.missing = 0;
            self.isSeen = false;
            self.isSpoiled = false;
        }
    }

    /// @return where the next detail begins
    function _markDetail(Publication memory self, uint256 detail, uint256 paid) private pure returns (uint256) {
        unchecked {
            uint256 at = detail + DRAWS;
            uint256 draws = _byte(at++);
            for (; draws > 0; --draws) {
                uint256 flags = _byte(at + 1);
                // A row's draw of its own target moves the token itself; one of Permit2 lets it be pulled.
                bool isPulled = flags & DetailFlags.OWN_ROW == 0 || self.target == Classes.PERMIT2;
                if (isPulled && (paid >> (_byte(at) >> 4)) & 1 != 0) {
                    assembly ("memory-safe") {
                        // A byte of the details.
                        mstore8(add(at, 1), or(flags, 2))
                    }
                }
                at += flags & DetailFlags.CONSTANT == 0 ? 2 : 2 + CONSTANT_SIZE;
            }
            return detail + (_byte(detail) << 8) + _byte(detail + 1);
        }
    }

    // --- the whole --------------------------------------------------------------------------------------------------

    /// @dev Brings the details behind the index.
    /// @return size of the stored form
    /// @return methods words of the index
    function finish(Publication memory self) internal pure returns (uint256 size, uint256 methods) {
        endMethod(self);
        endTarget(self);
        unchecked {
            uint256 code = self.code;
            uint256 index = code + LIMITS_OFFSET + LIMIT_SIZE * self.limitCount;
            uint256 end = self.indexEnd;
            size = end - code + self.detailSize;
            if (size > MAX_POLICY_SIZE) {
                self.index = size;
                self.refuse(IPolicyErrors.PolicyTooLarge.selector, MAX_POLICY_SIZE);
            }
            for (uint256 at = index; at < end; at += 32) {
                MethodWord word = _get(at);
                // Offsets have counted from the first detail so far.
                if (word.isDetailed()) _set(at, MethodWord.wrap(MethodWord.unwrap(word) + end - code));
            }
            (uint256 from, uint256 bytes_) = (self.details, self.detailSize);
            assembly ("memory-safe") {
                // Down, over what the index has left over.
                mcopy(end, from, bytes_)
            }
            methods = (end - index) >> 5;
        }
    }

    function _get(uint256 at) private pure returns (MethodWord word) {
        assembly ("memory-safe") {
            // A word of the index.
            word := mload(at)
        }
    }

    function _set(uint256 at, MethodWord word) private pure {
        assembly ("memory-safe") {
            // A word of the index.
            mstore(at, word)
        }
    }

    function _byte(uint256 at) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            // A byte of the details.
            value := byte(0, mload(at))
        }
    }
}
