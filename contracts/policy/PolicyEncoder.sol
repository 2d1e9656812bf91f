// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPolicyEncoder} from "../interfaces/IPolicyEncoder.sol";
import {Creations} from "../libraries/Creations.sol";
import {
    COUNTER_BOUND,
    GAS_UNIT,
    MAX_ALTERNATIVES,
    MAX_CALLS,
    MAX_DURATION,
    MAX_GAS_UNITS,
    MAX_INLINE_CAP,
    MAX_LIMITS,
    MIN_DURATION,
    MIN_PERIOD
} from "../types/Bounds.sol";
import {Policy} from "../types/Policy.sol";
import {ANY_TARGET} from "../types/Sentinels.sol";
import {LimitWord, LimitWords} from "../types/LimitWord.sol";
import {SettingsWord, SettingsWords} from "../types/SettingsWord.sol";
import {ArgumentPaths} from "./ArgumentPaths.sol";
import {Permissions} from "./Permissions.sol";
import {PolicyData, Publication} from "./Publication.sol";
import {RuleTests} from "./RuleTests.sol";
import {StoredForm} from "./StoredForm.sol";
import {TokenQuestions} from "./TokenQuestions.sol";
import {TokenRows, TokenRowsCode} from "./TokenRows.sol";
import {TypeNodes} from "./TypeNode.sol";

/// @title Policy encoder
/// @notice Checks a policy in the specification's order and writes its stored form. Stores nothing, and asks nobody but
/// the tokens and targets that the policy names, by `staticcall`.
/// @dev Relies on the canonical encoding, which the store has checked and hashed before it asks: of anything else the
/// answer means nothing.
contract PolicyEncoder is IPolicyEncoder {
    // Words of a policy.
    uint256 private constant APP = 0;
    uint256 private constant MIN_DURATION_WORD = 1;
    uint256 private constant MAX_DURATION_WORD = 2;
    uint256 private constant MAX_CALLS_WORD = 3;
    uint256 private constant GAS_BUDGET = 4;
    uint256 private constant SELF_PAID = 5;
    uint256 private constant PAYMASTER = 6;
    uint256 private constant PERMISSIONS = 7;
    uint256 private constant LIMITS = 8;

    address private immutable FORWARDER;
    address private immutable EXTENSION;
    address private immutable ENTRANCE;
    address private immutable LATCHKEY;
    address private immutable TOKEN_ROWS;

    /// @dev Created by the deployer of its siblings.
    constructor() {
        FORWARDER = Creations.addressOf(msg.sender, Creations.FORWARDER);
        EXTENSION = Creations.addressOf(msg.sender, Creations.EXTENSION);
        ENTRANCE = Creations.addressOf(msg.sender, Creations.ENTRANCE);
        LATCHKEY = Creations.addressOf(msg.sender, Creations.LATCHKEY);
        TOKEN_ROWS = address(new TokenRows());
    }

    /// @inheritdoc IPolicyEncoder
    function encodePolicy(Policy calldata policy, bytes32 policyId) external view returns (bytes memory) {
        uint256 at;
        assembly ("memory-safe") {
            // Only names where the policy begins.
            at := policy
        }
        Publication memory self = PolicyData.create()[0];
        self.forwarder = uint160(FORWARDER);
        self.extension = uint160(EXTENSION);
        self.entrance = uint160(ENTRANCE);
        self.latchkey = uint160(LATCHKEY);
        _checkSettings(self, at);

        uint256 permissions = PolicyData.tail(at, PERMISSIONS);
        uint256 limits = PolicyData.tail(at, LIMITS);
        uint256 count = PolicyData.count(permissions);
        self.limitCount = PolicyData.count(limits);
        unchecked {
            self.limits = limits + 0x20;
        }
        StoredForm.allocate(self, count);
        (uint256 native, uint256 inline_) = _addLimits(self);
        self.rows = TokenRowsCode.load(TOKEN_ROWS);
        self.tests = RuleTests.texts();
        self.length = ArgumentPaths.allocate(TypeNodes.make(TypeNodes.UINT, 256, TypeNodes.LENGTH, 1, 0, 1));
        self.value = ArgumentPaths.allocate(TypeNodes.make(TypeNodes.UINT, 256, TypeNodes.VALUE, 1, 0, 1));
        uint256 free;
        assembly ("memory-safe") {
            // Allocates a word for each alternative of a method.
            free := add(mload(0x40), mul(MAX_ALTERNATIVES, 0x20))
        }
        self.free = free;
        unchecked {
            self.hashes = free - MAX_ALTERNATIVES * 0x20;
        }
        unchecked {
            // A permission for any contract draws nothing, so that no approval pays for anything.
            uint256 last = PolicyData.item(permissions, count - 1);
            if (PolicyData.word(last, 0) == uint160(ANY_TARGET)) self.tokens = 0;
            for (uint256 i = 0; i < count; ++i) {
                self.index = i;
                uint256 end = i + 1 < count ? PolicyData.item(permissions, i + 1) : limits;
                Permissions.add(self, PolicyData.item(permissions, i), end);
            }
        }
        (uint256 size, uint256 methods) = StoredForm.finish(self);
        SettingsWord settings = SettingsWords.pack(
            PolicyData.word(at, MIN_DURATION_WORD),
            PolicyData.word(at, MAX_DURATION_WORD),
            PolicyData.word(at, MAX_CALLS_WORD),
            PolicyData.word(at, GAS_BUDGET) / GAS_UNIT,
            PolicyData.word(at, SELF_PAID) != 0,
            self.limitCount,
            native,
            inline_,
            methods,
            count
        );
        uint256 code = self.code;
        uint256 app = PolicyData.word(PolicyData.tail(at, APP), 1);
        uint256 paymaster = PolicyData.word(at, PAYMASTER);
        assembly ("memory-safe") {
            // The stored form, with two words in front of it and a whole word behind it, which are zeroed, is
            // answered as it is: `abi.encode(code)`.
            mstore8(code, 0)
            mstore(add(code, 1), policyId)
            mstore(add(code, 33), app)
            mstore(add(code, 65), settings)
            mstore(add(code, 97), paymaster)
            mstore(sub(code, 0x40), 0x20)
            mstore(sub(code, 0x20), size)
            mstore(add(code, size), 0)
            return(sub(code, 0x40), add(0x40, and(add(size, 0x1f), not(0x1f))))
        }
    }

    function _checkSettings(Publication memory self, uint256 at) private pure {
        _checkApp(PolicyData.tail(at, APP));
        uint256 most = PolicyData.word(at, MAX_DURATION_WORD);
        uint256 least = PolicyData.word(at, MIN_DURATION_WORD);
        self.index = least;
        if (least < MIN_DURATION || least > most || most > MAX_DURATION)
            self.refuse(PolicyDurationsInvalid.selector, most);
        uint256 calls = PolicyData.word(at, MAX_CALLS_WORD);
        self.index = calls;
        if (calls == 0 || calls > MAX_CALLS) self.refuse(PolicyCallsInvalid.selector, MAX_CALLS);
        uint256 budget = PolicyData.word(at, GAS_BUDGET);
        self.index = budget;
        if (budget % GAS_UNIT != 0 || budget / GAS_UNIT > MAX_GAS_UNITS)
            self.refuse(PolicyGasBudgetInvalid.selector, GAS_UNIT, MAX_GAS_UNITS);
        uint256 paymaster = PolicyData.word(at, PAYMASTER);
        self.index = paymaster;
        if (Permissions.isMachinery(self, paymaster)) self.refuse(UnsafePaymaster.selector);
        if (PolicyData.count(PolicyData.tail(at, PERMISSIONS)) == 0) revert PolicyEmpty();
        uint256 limits = PolicyData.count(PolicyData.tail(at, LIMITS));
        self.index = limits;
        if (limits > MAX_LIMITS) self.refuse(TooManyLimits.selector, MAX_LIMITS);
    }

    function _checkApp(uint256 app) private pure {
        uint256 size = PolicyData.count(app);
        bool isValid = size != 0 && size < 32;
        unchecked {
            for (uint256 i = 0; i < size && isValid; ++i) {
                uint256 character = PolicyData.byteAt(app + 0x20 + i);
                isValid = character >= 0x20 && character <= 0x7e;
            }
        }
        if (!isValid) PolicyData.refuseText(PolicyAppInvalid.selector, 0, 0, 0, app);
    }

    /// @return native how many limits are the native coin's
    /// @return inline_ position of the first lifetime limit that a session's own word can count, from 1
    function _addLimits(Publication memory self) private view returns (uint256 native, uint256 inline_) {
        unchecked {
            uint256 before;
            for (uint256 i = 0; i < self.limitCount; ++i) {
                self.index = i;
                uint256 at = self.limits + i * 0x80;
                uint256 unit = PolicyData.word(at, 0);
                uint256 cap = PolicyData.word(at, 1);
                uint256 period = PolicyData.word(at, 2);
                bool isFromStart = PolicyData.word(at, 3) != 0;
                if (period == 0) {
                    if (isFromStart) self.refuse(PeriodStartInvalid.selector);
                    if (cap <= MAX_INLINE_CAP && inline_ == 0) inline_ = i + 1;
                } else if (period < MIN_PERIOD) {
                    self.refuse(UnsafePeriod.selector, period, MIN_PERIOD);
                }
                LimitWord word = LimitWords.pack(address(uint160(unit)), period, isFromStart);
                // They ascend as their words do.
                if (i != 0 && LimitWord.unwrap(word) <= before) self.refuse(LimitsNotAscending.selector, unit);
                if (unit == 0) ++native;
                if (unit >= COUNTER_BOUND) {
                    if (before >> 96 != unit && !TokenQuestions.isFungible(address(uint160(unit))))
                        self.refuse(UnsafeLimitedToken.selector, unit);
                    self.tokens |= 1 << i;
                }
                before = LimitWord.unwrap(word);
                uint256 to = self.code + StoredForm.LIMITS_OFFSET + i * StoredForm.LIMIT_SIZE;
                assembly ("memory-safe") {
                    // In front of the index.
                    mstore(to, word)
                    mstore(add(to, 0x20), cap)
                }
            }
        }
    }
}
