// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ISessionErrors} from "../interfaces/ISessionErrors.sol";
import {StoredPolicies} from "../libraries/StoredPolicies.sol";
import {TokenTable} from "../libraries/TokenTable.sol";
import {DetailFlags} from "../types/DetailFlags.sol";
import {MethodKind} from "../types/MethodKind.sol";
import {MAX_CREDITS} from "../types/Bounds.sol";
import {MethodWord, MethodWords} from "../types/MethodWord.sol";
import {ANY_TARGET} from "../types/Sentinels.sol";
import {Trust} from "../types/Trust.sol";
import {
    FAIL_LENGTH,
    FAIL_NOT_ALLOWED,
    FAIL_NOT_BOUNDED,
    FAIL_NOT_CANONICAL,
    FAIL_NOT_CONSUMABLE,
    FAIL_ONLY_ASKED,
    FAIL_OVERFLOW,
    FAIL_VALUE,
    Failures
} from "./Failures.sol";
import {TypeProgram} from "./TypeProgram.sol";

/// @dev What one execution is held against, in memory.
struct Scope {
    address principal;
    /// @dev Where the policy's code stands.
    address policy;
    /// @dev Memory pointer to the head of the stored form, see StoredPolicies.
    uint256 hot;
    /// @dev Memory pointer to one word per limit: base units requested in this execution, saturating.
    uint256 requested;
    /// @dev Memory pointer to the latest credit of this execution; 0 until the first approval.
    uint256 credits;
    /// @dev Memory pointer to the state of TypeProgram; 0 until the first detailed permission.
    uint256 state;
}

/// @title What decides a call, and what it draws
/// @notice Finds the permission of a call, holds the call against it and adds what it draws. Which targets are forbidden,
/// how many calls a session has and what its caps have left is the engine's to say.
library PolicyScope {
    // A credit is four words: the pointer to the one before it, spender, token, base units.
    uint256 private constant CREDIT_SIZE = 0x80;

    // Bytes of a detail in front of its draws, of a draw, and of a draw's constant.
    uint256 private constant DETAIL_HEAD = 20;
    uint256 private constant DRAW_SIZE = 2;
    uint256 private constant CONSTANT_SIZE = 16;

    /// @dev Loads a policy for one execution into a blank scope.
    function open(Scope memory scope, address policy, address principal) internal view {
        uint256 hot = StoredPolicies.load(policy);
        scope.principal = principal;
        scope.policy = policy;
        scope.hot = hot;
        uint256 limits = StoredPolicies.settings(hot).limitCount();
        uint256 requested;
        assembly ("memory-safe") {
            // Allocated here; what lies behind the calldata's end is copied as zero.
            requested := mload(0x40)
            mstore(0x40, add(requested, shl(5, limits)))
            calldatacopy(requested, calldatasize(), shl(5, limits))
        }
        scope.requested = requested;
    }

    /// @dev (target, method) of a call; empty if the policy does not name it. Of calldata that is too short to have a
    /// selector, whatever zeros behind it would name.
    function find(Scope memory scope, address target, bytes calldata data) internal pure returns (MethodWord) {
        uint256 key;
        assembly ("memory-safe") {
            // The kind is METHOD, 1, unless there is no calldata; see MethodWords.keyOf.
            let isMethod := iszero(iszero(data.length))
            key := or(shl(40, target), mul(isMethod, or(shl(32, 1), shr(224, calldataload(data.offset)))))
        }
        return StoredPolicies.find(scope.hot, key);
    }

    /// @dev Reverts with the exact error, or adds to what is requested what the call draws: its value on every limit of
    /// the native coin, its spends on every limit of their unit.
    /// @param method what `find` has found
    /// @param index position of the call in its execution, for errors
    /// @param asked whether the target asks for itself: admits what it may consume alone
    function admit(
        Scope memory scope,
        MethodWord method,
        uint256 index,
        address target,
        uint256 value,
        bytes calldata data,
        bool asked
    ) internal view {
        if (!method.isDetailed()) {
            if (_isAdmitted(scope, method, value, data, asked)) return;
            _requireSelector(index, data);
            if (method.isEmpty()) {
                MethodKind kind = data.length == 0 ? MethodKind.NATIVE : MethodKind.METHOD;
                method = _findWild(scope.hot, target, kind, _selectorOf(data));
                if (method.isEmpty()) Failures.refuse(FAIL_NOT_ALLOWED, index, uint160(target), _selectorWord(data));
            }
            if (!method.isDetailed()) {
                _admitPlain(scope, method, index, target, value, data, asked);
                return;
            }
        }
        _admitDetailed(scope, method, index, target, value, data, asked);
    }

    /// @dev Whether a permission for (target, selector) exists; arguments are not looked at.
    function has(Scope memory scope, address target, bytes4 selector) internal pure returns (bool) {
        MethodWord method = StoredPolicies.find(scope.hot, MethodWords.keyOf(target, MethodKind.METHOD, selector));
        return !method.isEmpty() || !_findWild(scope.hot, target, MethodKind.METHOD, selector).isEmpty();
    }

    // --- which permission ------------------------------------------------------------------------------------------

    /// @dev Where there is no (target, method): (target, "*"), else (ANY_TARGET, method); empty if there is none. A
    /// wildcard matches no method of the token table, and ANY_TARGET no token that the policy limits.
    function _findWild(
        uint256 hot,
        address target,
        MethodKind kind,
        bytes4 selector
    ) private pure returns (MethodWord method) {
        if (kind == MethodKind.METHOD) {
            method = StoredPolicies.find(hot, MethodWords.keyOf(target, MethodKind.WILDCARD, 0));
            if (!method.isEmpty() && !TokenTable.isListed(selector)) return method;
        }
        method = StoredPolicies.find(hot, MethodWords.keyOf(ANY_TARGET, kind, selector));
        if (method.isEmpty()) return method;
        uint256 limits = StoredPolicies.settings(hot).limitCount();
        for (uint256 i = 0; i < limits; ++i) {
            if (StoredPolicies.unitOf(hot, i) == target) return MethodWord.wrap(0);
        }
    }

    /// @dev Calldata is empty or has a selector.
    function _requireSelector(uint256 index, bytes calldata data) private pure {
        if (data.length < 4 && data.length != 0) Failures.refuse(FAIL_LENGTH, index, data.length, 4);
    }

    /// @dev The calldata's first four bytes; zeros if it is empty.
    function _selectorWord(bytes calldata data) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            // Calldata that is not empty has at least four bytes.
            word := mul(shl(224, shr(224, calldataload(data.offset))), iszero(iszero(data.length)))
        }
    }

    function _selectorOf(bytes calldata data) private pure returns (bytes4) {
        return bytes4(bytes32(_selectorWord(data)));
    }

    // --- a plain permission ----------------------------------------------------------------------------------------

    /// @dev Whether the call is one that `_admitPlain` lets through and that draws on one limit or none, with all its
    /// conditions in one; adds what it draws. Any other call is for the functions below, to admit or to refuse.
    function _isAdmitted(
        Scope memory scope,
        MethodWord method,
        uint256 value,
        bytes calldata data,
        bool asked
    ) private pure returns (bool admitted) {
        uint256 requested = scope.requested;
        assembly ("memory-safe") {
            // The form of the word is MethodWord's, plain: consumable 54, words 45, word 39, bytes 33, first limit
            // 30, limits 26, credited 25. A wildcard's word is not found here. What lies behind the calldata's end is
            // looked at, but then the length is wrong. Reads and writes a word of what is allocated for the limits.
            let size := and(shr(30, method), 0x1f8)
            let word := calldataload(add(add(data.offset, 4), and(shr(34, method), 0x7e0)))
            word := mul(word, iszero(iszero(size)))
            let limits := and(shr(26, method), 0xf)
            let at := add(requested, and(shr(25, method), 0xe0))
            let before := mload(at)
            let sum := add(before, mul(word, limits))
            let refused := or(iszero(method), and(method, 0x2000000))
            refused := or(refused, and(shl(54, asked), not(method)))
            refused := or(refused, xor(data.length, add(4, and(shr(40, method), 0xfe0))))
            refused := or(refused, shr(size, word))
            admitted := iszero(or(or(refused, value), or(gt(limits, 1), lt(sum, before))))
            if admitted {
                mstore(at, sum)
            }
        }
    }

    function _admitPlain(
        Scope memory scope,
        MethodWord method,
        uint256 index,
        address target,
        uint256 value,
        bytes calldata data,
        bool asked
    ) private pure {
        if (asked && !method.isConsumable()) {
            Failures.refuse(FAIL_NOT_CONSUMABLE, index, uint160(target), _selectorWord(data));
        }
        if (value != 0) Failures.refuse(FAIL_VALUE, index, value, 0);
        // Nothing is known of the arguments.
        if (method.kind() == MethodKind.WILDCARD) return;
        unchecked {
            // At most 127 words.
            uint256 required = 4 + method.words() * 32;
            if (data.length != required) Failures.refuse(FAIL_LENGTH, index, data.length, required);
            uint256 size = method.wordBytes();
            if (size == 0) return;
            uint256 position = 4 + method.word() * 32;
            uint256 word;
            assembly ("memory-safe") {
                // One of the words that the calldata is long.
                word := calldataload(add(data.offset, position))
            }
            if (word >> (size * 8) != 0) {
                Failures.refuse(size == 12 ? FAIL_NOT_BOUNDED : FAIL_NOT_CANONICAL, index, position, word);
            }
            uint256 limits = method.limits();
            if (limits != 0) _draw(scope, target, method.firstLimit(), limits, method.isCredited(), word);
        }
    }

    // --- alternatives ----------------------------------------------------------------------------------------------

    /// @dev The first alternative that holds decides.
    function _admitDetailed(
        Scope memory scope,
        MethodWord method,
        uint256 index,
        address target,
        uint256 value,
        bytes calldata data,
        bool asked
    ) private view {
        uint256 detail = StoredPolicies.loadDetails(scope.policy, scope.hot, method);
        if (_isDrawless(detail) && _isFormed(method, detail, value, data, asked)) return;
        _requireSelector(index, data);
        uint256 tried = method.alternatives();
        if (scope.state == 0) scope.state = TypeProgram.newState(scope.principal);
        uint256 most;
        uint256 best;
        bytes memory reason;
        for (uint256 i = 0; i < tried; ++i) {
            _try(scope, detail, target, value, data, asked);
            if (TypeProgram.failureOf(scope.state) == 0) {
                _drawAll(scope, detail, target, value, data);
                return;
            }
            uint256 held = _count(TypeProgram.heldBefore(scope.state));
            if (i == 0 || held > most) {
                (most, best) = (held, i);
                reason = _reasonOf(scope.state, index, detail, data);
            }
            unchecked {
                // Inside the details.
                detail += _word(detail) >> 240;
            }
        }
        if (tried != 1) revert ISessionErrors.AlternativesRefused(index, tried, best, reason);
        Failures.raise(reason);
    }

    function _isDrawless(uint256 detail) private pure returns (bool) {
        return uint8(_word(detail) >> 96) == 0;
    }

    /// @dev Of a detail without draws: whether it says nothing but of what form the arguments are, unsigned words or one
    /// `bytes` or `string`, and the calldata is of that form, on a route on which the detail holds. Any other call is
    /// for the pass, to admit or to refuse.
    function _isFormed(
        MethodWord method,
        uint256 detail,
        uint256 value,
        bytes calldata data,
        bool asked
    ) private pure returns (bool formed) {
        uint256 others = method.alternatives() ^ 1;
        assembly ("memory-safe") {
            // The detail: size (2), flags, value (16), draws, program. Of the flags 1 is CONSUMABLE, 6 the trust, in which
            // 4 is ASKED, 8 SUFFIX; the others set credits. Program: `00` no rules on the value, words, nodes, a node.
            // What is read behind the detail is not looked at, what is read behind the calldata is, with its length.
            let head := mload(detail)
            let flags := byte(2, head)
            let program := mload(add(detail, 20))
            let isSuffixed := and(flags, 8)
            let differs := or(or(others, value), and(flags, 0x30))
            differs := or(differs, or(gt(asked, and(flags, 1)), gt(eq(and(flags, 6), 4), asked)))
            switch byte(3, program)
            case 0 {
                // RUN of all words without rules, width codes behind it, `00` no rates.
                let words := byte(1, program)
                differs := or(differs, xor(shr(208, program), add(0x01000000, mul(words, 0x0100000100))))
                differs := or(differs, gt(words, 25))
                let size := add(4, shl(5, words))
                differs := or(differs, or(byte(add(6, words), program), lt(data.length, size)))
                differs := or(differs, gt(gt(data.length, size), isSuffixed))
                if iszero(differs) {
                    // A code is bits - 1: one bit of a word that fits may be left. Behind the last word any fit.
                    let codes := or(shl(48, program), shr(shl(3, words), not(0)))
                    let at := add(data.offset, 4)
                    for {
                        let end := add(data.offset, size)
                    } lt(at, end) {
                        at := add(at, 0x40)
                    } {
                        let bits := shr(byte(0, codes), calldataload(at))
                        bits := or(bits, shr(byte(1, codes), calldataload(add(at, 0x20))))
                        differs := or(differs, shr(1, bits))
                        codes := shl(16, codes)
                    }
                }
            }
            default {
                // CONTENT, closed and without rules, `00` no rates: the pointer, the length, the content, its padding.
                differs := or(differs, or(isSuffixed, xor(shr(192, program), 0x0001010400000000)))
                let start := add(data.offset, 0x24)
                let length := calldataload(start)
                let part := and(length, 0x1f)
                let padded := and(add(length, 0x1f), not(0x1f))
                differs := or(differs, or(xor(calldataload(sub(start, 0x20)), 0x20), shr(64, length)))
                differs := or(differs, xor(data.length, add(0x44, padded)))
                let padding := shl(shl(3, part), calldataload(add(start, padded)))
                differs := or(differs, mul(padding, iszero(iszero(part))))
            }
            formed := iszero(differs)
        }
    }

    /// @dev Holds a call against one alternative; what fails first stands in the state.
    function _try(
        Scope memory scope,
        uint256 detail,
        address target,
        uint256 value,
        bytes calldata data,
        bool asked
    ) private pure {
        uint256 state = scope.state;
        TypeProgram.clear(state);
        uint256 head = _word(detail);
        uint256 flags = uint8(head >> 232);
        uint256 maxValue = uint128(head >> 104);
        bool onlyAsked = (flags >> DetailFlags.TRUST_SHIFT) & 3 == uint256(Trust.ASKED);
        if (asked ? flags & DetailFlags.CONSUMABLE == 0 : onlyAsked) {
            uint256 code = asked ? FAIL_NOT_CONSUMABLE : FAIL_ONLY_ASKED;
            TypeProgram.fail(state, code, uint160(target), _selectorWord(data));
        } else if (value == 0 ? data.length == 0 : value > maxValue) {
            TypeProgram.fail(state, FAIL_VALUE, maxValue, value);
        } else {
            uint256 program = _programOf(detail, head);
            TypeProgram.run(state, program, value, data, flags & DetailFlags.SUFFIX != 0);
        }
    }

    /// @dev The type program stands behind the draws.
    function _programOf(uint256 detail, uint256 head) private pure returns (uint256 program) {
        unchecked {
            // Inside the detail.
            program = detail + DETAIL_HEAD;
            for (uint256 draws = uint8(head >> 96); draws != 0; --draws) {
                program += DRAW_SIZE + (uint8(_word(program) >> 240) & DetailFlags.CONSTANT) * CONSTANT_SIZE;
            }
        }
    }

    /// @dev The error of the failure in the state.
    function _reasonOf(
        uint256 state,
        uint256 index,
        uint256 detail,
        bytes calldata data
    ) private pure returns (bytes memory) {
        uint256 code = TypeProgram.failureOf(state);
        (uint256 first, uint256 second, uint256 third) = TypeProgram.failureWords(state);
        unchecked {
            if (code >= FAIL_NOT_CANONICAL) {
                // A place inside the call's calldata.
                uint256 offset;
                assembly ("memory-safe") {
                    offset := data.offset
                }
                first -= offset;
            } else if (code == FAIL_OVERFLOW) {
                // Draws count from the row's own, spends from the policy's.
                if (_hasOwnDraw(_word(detail + DETAIL_HEAD))) --first;
            } else if (code == FAIL_VALUE) {
                // A value may need all bits of its word.
                (first, second) = (second, first);
            }
        }
        return Failures.encode(code, index, first, second, third);
    }

    function _hasOwnDraw(uint256 draw) private pure returns (bool) {
        return uint8(draw >> 240) & DetailFlags.OWN_ROW != 0;
    }

    function _count(uint256 bits) private pure returns (uint256 count) {
        unchecked {
            for (; bits != 0; bits &= bits - 1) ++count;
        }
    }

    // --- draws -----------------------------------------------------------------------------------------------------

    /// @dev What a call draws under the alternative that holds.
    function _drawAll(
        Scope memory scope,
        uint256 detail,
        address target,
        uint256 value,
        bytes calldata data
    ) private pure {
        uint256 head = _word(detail);
        uint256 draws = uint8(head >> 96);
        uint256 at;
        unchecked {
            at = detail + DETAIL_HEAD;
        }
        if (value != 0) {
            _request(scope.requested, 0, StoredPolicies.settings(scope.hot).nativeLimits(), value);
        }
        for (uint256 i = 0; i < draws; ++i) {
            uint256 word = _word(at);
            uint256 flags = uint8(word >> 240);
            uint256 amount;
            unchecked {
                at += DRAW_SIZE;
                if (flags & DetailFlags.CONSTANT != 0) {
                    amount = uint128(word >> 112);
                    at += CONSTANT_SIZE;
                } else {
                    amount = TypeProgram.draw(scope.state, i);
                }
            }
            uint256 firstLimit = word >> 252;
            _draw(scope, target, firstLimit, uint8(word >> 248) & 0xf, flags & DetailFlags.CREDITED != 0, amount);
        }
        uint256 detailFlags = uint8(head >> 232);
        if (detailFlags & DetailFlags.APPROVES == 0) return;
        uint256 own = _word(detail + DETAIL_HEAD);
        if (draws == 0 || !_hasOwnDraw(own)) return;
        uint256 spender;
        assembly ("memory-safe") {
            // A word of the head, which the calldata covers; the flag of word 1 is bit 5.
            spender := calldataload(add(add(data.offset, 4), and(detailFlags, 0x20)))
        }
        _setCredit(scope, spender, StoredPolicies.unitOf(scope.hot, own >> 252), TypeProgram.draw(scope.state, 0));
    }

    /// @dev Requests an amount of limits that stand side by side; an approval of this execution pays for it if `credited`.
    function _draw(
        Scope memory scope,
        address target,
        uint256 first,
        uint256 limits,
        bool credited,
        uint256 amount
    ) private pure {
        if (credited && scope.credits != 0) {
            (uint256 credit, ) = _creditOf(scope, uint160(target), StoredPolicies.unitOf(scope.hot, first));
            if (credit != 0) {
                uint256 left = _word(credit + 0x60);
                uint256 paid = left < amount ? left : amount;
                unchecked {
                    _setWord(credit + 0x60, left - paid);
                    amount -= paid;
                }
            }
        }
        _request(scope.requested, first, limits, amount);
    }

    /// @dev Adds to what is requested of limits that stand side by side; saturates.
    function _request(uint256 requested, uint256 first, uint256 limits, uint256 amount) private pure {
        assembly ("memory-safe") {
            // Publishing names no limit that the policy does not have, so the words are inside the allocation.
            let at := add(requested, shl(5, first))
            for {} limits {
                limits := sub(limits, 1)
                at := add(at, 0x20)
            } {
                let sum := add(mload(at), amount)
                mstore(at, or(sum, sub(0, lt(sum, amount))))
            }
        }
    }

    // --- credits ---------------------------------------------------------------------------------------------------

    /// @return credit of the pair; 0 if it has none
    /// @return count of credits, if it has none
    function _creditOf(
        Scope memory scope,
        uint256 spender,
        address token
    ) private pure returns (uint256 credit, uint256 count) {
        unchecked {
            for (credit = scope.credits; credit != 0; credit = _word(credit)) {
                if (_word(credit + 0x20) == spender && _word(credit + 0x40) == uint160(token)) break;
                ++count;
            }
        }
    }

    /// @dev An allowance is what was approved last.
    /// @param spender as the calldata has it: a word that is no address is nobody's
    function _setCredit(Scope memory scope, uint256 spender, address token, uint256 amount) private pure {
        (uint256 credit, uint256 count) = _creditOf(scope, spender, token);
        if (credit == 0) {
            if (count == MAX_CREDITS) return;
            uint256 before = scope.credits;
            assembly ("memory-safe") {
                // Allocated here, all of its words written.
                credit := mload(0x40)
                mstore(0x40, add(credit, CREDIT_SIZE))
                mstore(credit, before)
                mstore(add(credit, 0x20), spender)
                mstore(add(credit, 0x40), token)
            }
            scope.credits = credit;
        }
        unchecked {
            _setWord(credit + 0x60, amount);
        }
    }

    // --- memory ----------------------------------------------------------------------------------------------------

    function _word(uint256 pointer) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            // Of a detail or a credit, or behind a detail's end inside what is allocated.
            word := mload(pointer)
        }
    }

    function _setWord(uint256 pointer, uint256 word) private pure {
        assembly ("memory-safe") {
            // Of a credit.
            mstore(pointer, word)
        }
    }
}
