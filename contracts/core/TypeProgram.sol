// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {MemoryWords} from "../libraries/MemoryWords.sol";
import {Rates} from "../libraries/Rates.sol";
// Used in assembly, where the linter does not look.
/* solhint-disable no-unused-import */
import {
    FAIL_ABSENT,
    FAIL_INNER,
    FAIL_LENGTH,
    FAIL_NOT_BOUNDED,
    FAIL_NOT_CANONICAL,
    FAIL_OVERFLOW,
    FAIL_RATE,
    FAIL_RULE,
    FAIL_TOO_MANY
} from "./Failures.sol";
/* solhint-enable no-unused-import */

/// @title The pass over a call's arguments
/// @notice Runs a type program, whose byte codes are in `ProgramCode`, over a call's arguments once, from the first byte
/// to the last.
/// @dev No pointer is followed: the place where the next dynamic content must stand is kept, and every pointer must lead
/// there. The first failure is kept and the pass goes on, which is harmless for that reason, and ends, because what
/// failed has no elements and no length. So alternatives need no unwinding.
///
/// The state is memory that the caller allocates once for an execution:
///
///   0x000          the first failure: its code in the low byte, the first word that its error says behind the index
///                  above; 0 if all holds. A position is one of the transaction's calldata
///   0x020          elements of counted arrays so far
///   0x040          rules that were held, as bits
///   0x060 .. 0x0ff five draws
///   0x100          rules that were held before the failure
///   0x120 .. 0x15f the second and the third word that its error says
///   0x160          where the region that is read ends: the calldata, or the `bytes` that it is inside of
///   0x180          the principal
///   0x1a0          the value, or a hash, in hand
///
/// Free memory begins with 33 registers, of which the first is the value; they last from a call's pass to its rates, and
/// none is read that was not written, but after a failure.
library TypeProgram {
    using MemoryWords for uint256;

    uint256 internal constant STATE_SIZE = 0x1c0;

    uint256 private constant ELEMENTS = 0x20;
    uint256 private constant HELD = 0x40;
    uint256 private constant DRAWS = 0x60;
    uint256 private constant CLEARED = 0x100;
    uint256 private constant HELD_BEFORE = 0x100;
    uint256 private constant SECOND = 0x120;
    uint256 private constant THIRD = 0x140;
    uint256 private constant REGION_END = 0x160;
    uint256 private constant PRINCIPAL = 0x180;
    uint256 private constant HAND = 0x1a0;
    uint256 private constant REGISTERS_SIZE = 0x420;
    /// @dev Bytes of a rate in a program.
    uint256 private constant RATE_SIZE = 68;

    // --- the state -------------------------------------------------------------------------------------------------

    /// @dev Allocates the state of an execution.
    function newState(address principal) internal pure returns (uint256 state) {
        assembly ("memory-safe") {
            // Allocated here.
            state := mload(0x40)
            mstore(0x40, add(state, STATE_SIZE))
            mstore(add(state, PRINCIPAL), principal)
        }
    }

    /// @dev Before each alternative.
    function clear(uint256 state) internal pure {
        assembly ("memory-safe") {
            // The first words of the state; what lies behind the calldata's end is copied as zero.
            calldatacopy(state, calldatasize(), CLEARED)
        }
    }

    /// @dev Keeps a failure where nothing has failed before; `first` is below 2**248.
    function fail(uint256 state, uint256 code, uint256 first, uint256 second) internal pure {
        assembly ("memory-safe") {
            // Words of the state.
            mstore(state, or(code, shl(8, first)))
            mstore(add(state, HELD_BEFORE), mload(add(state, HELD)))
            mstore(add(state, SECOND), second)
        }
    }

    /// @return code of the first failure; 0 if all holds
    function failureOf(uint256 state) internal pure returns (uint256 code) {
        return uint8(state.wordAt(0));
    }

    /// @return rules that were held before the failure, as bits
    function heldBefore(uint256 state) internal pure returns (uint256 rules) {
        return state.wordAt(HELD_BEFORE);
    }

    /// @dev What the failure's error says behind the index.
    function failureWords(uint256 state) internal pure returns (uint256 first, uint256 second, uint256 third) {
        return (state.wordAt(0) >> 8, state.wordAt(SECOND), state.wordAt(THIRD));
    }

    /// @dev What the arguments add to a draw, from 0 and below 5.
    function draw(uint256 state, uint256 position) internal pure returns (uint256 amount) {
        unchecked {
            return state.wordAt(DRAWS + position * 32);
        }
    }

    // --- the pass --------------------------------------------------------------------------------------------------

    /// @dev Runs `program`, a memory pointer, on a call. What it finds stands in `state`.
    /// @param isSuffixed whether bytes behind the encoding are let through
    // Functions of assembly that call each other stand in one block.
    // solhint-disable-next-line function-max-lines
    function run(uint256 state, uint256 program, uint256 value, bytes calldata data, bool isSuffixed) internal pure {
        assembly ("memory-safe") {
            // Writes words of the state, which the caller has allocated, registers and, behind them, contents to hash,
            // which are not kept. Reads the program, a policy's own code, which publication has written: every count in it is
            // of what it holds.

            // `code` with the first word that the error says above it: no argument is a constant, or the optimizer would
            // make a function for each of them.
            function fails(s, code, second) {
                if iszero(mload(s)) {
                    mstore(s, code)
                    mstore(add(s, HELD_BEFORE), mload(add(s, HELD)))
                    mstore(add(s, SECOND), second)
                }
            }

            // `n` rules on the words from `base` on, or on what is in hand.
            function rules(s, p, n, base) -> next {
                next := p
                if iszero(n) {
                    leave
                }
                let held := mload(add(s, HELD))
                for {} n {
                    n := sub(n, 1)
                } {
                    let head := mload(next)
                    let kind := byte(0, head)
                    let word := calldataload(add(base, shl(5, byte(2, head))))
                    next := add(next, 4)
                    if iszero(and(kind, 0xfb)) {
                        // IS (0) and PRINCIPAL (4) on a word, which are most of all rules, where they hold.
                        let from := next
                        if kind {
                            from := add(s, PRINCIPAL)
                        }
                        if eq(word, mload(from)) {
                            held := or(held, shl(byte(3, head), 1))
                            next := add(next, shl(3, sub(4, kind)))
                            continue
                        }
                    }
                    if gt(kind, 0x7f) {
                        word := mload(add(s, HAND))
                    }
                    let holds
                    switch and(kind, 7)
                    case 3 {
                        // ADD
                        let amount := word
                        let overflows := 0
                        let scale := byte(0, mload(next))
                        if scale {
                            let factor := exp(10, scale)
                            amount := mul(word, factor)
                            overflows := xor(div(amount, factor), word)
                        }
                        next := add(next, 1)
                        let at := add(add(s, DRAWS), shl(5, byte(1, head)))
                        let sum := add(mload(at), amount)
                        mstore(at, sum)
                        if or(lt(sum, amount), overflows) {
                            mstore(add(s, HELD), held)
                            fails(s, or(FAIL_OVERFLOW, shl(8, byte(1, head))), word)
                        }
                        continue
                    }
                    case 2 {
                        // SAVE
                        mstore(add(mload(0x40), shl(5, byte(1, head))), word)
                        continue
                    }
                    case 1 {
                        // BOUND: with their signs turned, signed numbers stand in the order of unsigned ones.
                        let sign := shl(249, and(kind, 64))
                        let own := xor(word, sign)
                        let bound := xor(mload(next), sign)
                        next := add(next, 0x20)
                        switch and(kind, 16)
                        case 0 {
                            holds := iszero(lt(own, bound))
                        }
                        default {
                            holds := iszero(gt(own, bound))
                        }
                    }
                    case 0 {
                        // IS
                        holds := eq(word, mload(next))
                        next := add(next, 0x20)
                    }
                    case 4 {
                        // PRINCIPAL
                        holds := eq(word, mload(add(s, PRINCIPAL)))
                    }
                    default {
                        // SET
                        let hit := and(shr(5, kind), eq(word, mload(add(s, PRINCIPAL))))
                        for {
                            let end := add(next, shl(5, byte(1, head)))
                        } lt(next, end) {
                            next := add(next, 0x20)
                        } {
                            hit := or(hit, eq(word, mload(next)))
                        }
                        holds := xor(hit, and(shr(4, kind), 1))
                    }
                    switch holds
                    case 1 {
                        held := or(held, shl(byte(3, head), 1))
                    }
                    default {
                        mstore(add(s, HELD), held)
                        fails(s, or(FAIL_RULE, shl(8, byte(3, head))), word)
                    }
                }
                mstore(add(s, HELD), held)
            }

            // A content, for the rules on it.
            function digest(s, start, length) {
                let free := add(mload(0x40), REGISTERS_SIZE)
                calldatacopy(free, start, length)
                mstore(add(s, HAND), keccak256(free, length))
            }

            // What is left of the region behind a place.
            function room(s, at) -> bytes_ {
                let end := mload(add(s, REGION_END))
                bytes_ := mul(lt(at, end), sub(end, at))
            }

            // A region with a head. `from` is the word that has led here.
            function body(s, p, base, from) -> next, tail {
                let head := mload(p)
                tail := shl(5, byte(0, head))
                if gt(tail, room(s, base)) {
                    fails(s, or(FAIL_NOT_CANONICAL, shl(8, from)), calldataload(from))
                }
                let at := base
                next, at, tail := nodes(s, add(p, 2), byte(1, head), base, base, add(base, tail))
            }

            // `n` nodes from `head` on, whose pointers count from `base`, with their contents at `tail`.
            function nodes(s, p, n, base, head, tail) -> next, headEnd, tailEnd {
                for {} n {
                    n := sub(n, 1)
                } {
                    let node := mload(p)
                    switch byte(0, node)
                    case 0 {
                        // RUN
                        p := run(s, add(p, 3), byte(1, node), byte(2, node), head)
                        head := add(head, shl(5, byte(1, node)))
                        continue
                    }
                    case 1 {
                        // SIGNED
                        let word := calldataload(head)
                        if xor(signextend(byte(1, node), word), word) {
                            dirty(s, eq(byte(1, node), 11), head)
                        }
                    }
                    case 2 {
                        // LEFT
                        if shl(add(byte(1, node), 1), calldataload(head)) {
                            dirty(s, 0, head)
                        }
                    }
                    default {
                        if or(xor(calldataload(head), sub(tail, base)), lt(room(s, tail), 0x20)) {
                            dirty(s, 0, head)
                        }
                        switch byte(0, node)
                        case 3 {
                            // TUPLE
                            p, tail := body(s, add(p, 1), tail, head)
                        }
                        case 4 {
                            // CONTENT
                            p, tail := content(s, p, tail)
                        }
                        default {
                            // ARRAY
                            p, tail := array(s, p, tail)
                        }
                        head := add(head, 0x20)
                        continue
                    }
                    p := rules(s, add(p, 3), byte(2, node), head)
                    head := add(head, 0x20)
                }
                next := p
                headEnd := head
                tailEnd := tail
            }

            function dirty(s, isNumber, at) {
                fails(s, or(sub(FAIL_NOT_BOUNDED, iszero(isNumber)), shl(8, at)), calldataload(at))
            }

            // `n` unsigned words side by side, whose width codes stand at `p`, and `m` rules on them.
            function run(s, p, n, m, head) -> next {
                next := add(p, n)
                let bits
                {
                    let at := head
                    for {
                        let left := n
                    } 1 {
                        p := add(p, 4)
                        at := add(at, 0x80)
                        left := sub(left, 4)
                    } {
                        // Four at once, as if behind the last one there were any that fit.
                        let codes := or(mload(p), shr(shl(3, left), not(0)))
                        // A code is bits - 1: one bit of a word that fits may be left.
                        bits := or(bits, shr(byte(0, codes), calldataload(at)))
                        bits := or(bits, shr(byte(1, codes), calldataload(add(at, 0x20))))
                        bits := or(bits, shr(byte(2, codes), calldataload(add(at, 0x40))))
                        bits := or(bits, shr(byte(3, codes), calldataload(add(at, 0x60))))
                        if lt(left, 5) {
                            break
                        }
                    }
                    p := sub(next, n)
                }
                if gt(bits, 1) {
                    // Again for the first of them, and the rules on the words in front of it.
                    let i := 0
                    for {} lt(shr(byte(0, mload(add(p, i))), calldataload(add(head, shl(5, i)))), 2) {} {
                        i := add(i, 1)
                    }
                    for {} m {
                        m := sub(m, 1)
                    } {
                        if iszero(lt(byte(2, mload(next)), i)) {
                            break
                        }
                        // One: not written as a constant, for which the optimizer would write all of `rules` again.
                        next := rules(s, next, gt(m, 0), head)
                    }
                    dirty(s, eq(byte(0, mload(add(p, i))), 95), add(head, shl(5, i)))
                }
                next := rules(s, next, m, head)
            }

            // `bytes` or `string`, whose length stands at `start`.
            function content(s, p, start) -> next, end {
                let node := mload(p)
                let length := calldataload(start)
                let begin := add(start, 0x20)
                {
                    let left := room(s, begin)
                    end := and(add(length, 0x1f), not(0x1f))
                    if or(gt(length, left), gt(end, left)) {
                        fails(s, or(FAIL_NOT_CANONICAL, shl(8, start)), length)
                        length := 0
                        end := 0
                    }
                }
                end := add(begin, end)
                if and(length, 0x1f) {
                    if shl(shl(3, and(length, 0x1f)), calldataload(sub(end, 0x20))) {
                        dirty(s, 0, sub(end, 0x20))
                    }
                }
                next := rules(s, add(p, 4), byte(2, node), start)
                if byte(3, node) {
                    digest(s, begin, length)
                    next := rules(s, next, byte(3, node), start)
                }
                if byte(1, node) {
                    next := inside(s, next, start, length, eq(byte(1, node), 2))
                }
            }

            // What is inside `bytes` whose length stands at `start`.
            function inside(s, p, start, length, isCall) -> next {
                let outer := mload(add(s, REGION_END))
                let base := add(start, 0x20)
                let end := add(base, length)
                mstore(add(s, REGION_END), end)
                if isCall {
                    // Fewer than four bytes are followed by zeros, none by what stands behind.
                    let selector := shl(224, shr(224, mul(calldataload(base), iszero(iszero(length)))))
                    if or(xor(selector, shl(224, shr(224, mload(p)))), lt(length, 4)) {
                        fails(s, or(FAIL_INNER, shl(8, base)), selector)
                    }
                    base := add(base, 4)
                    p := add(p, 4)
                }
                let tail := base
                next, tail := body(s, p, base, start)
                if xor(tail, end) {
                    fails(s, or(FAIL_NOT_CANONICAL, shl(8, tail)), length)
                }
                mstore(add(s, REGION_END), outer)
            }

            // An array that begins at `start`, with its length unless that is fixed.
            function array(s, p, start) -> next, tail {
                let node := mload(p)
                let base := start
                let count := byte(5, node)
                if iszero(and(byte(1, node), 1)) {
                    base := add(start, 0x20)
                    count := calldataload(start)
                }
                next := rules(s, add(p, 9), byte(3, node), start)
                if lt(count, byte(6, node)) {
                    fails(s, or(FAIL_ABSENT, shl(8, start)), count)
                    count := byte(6, node)
                }
                // All but those that are UNCOUNTED and not CAPPED.
                if xor(and(byte(1, node), 6), 2) {
                    let sum := count
                    if iszero(and(byte(1, node), 2)) {
                        sum := add(sum, mload(add(s, ELEMENTS)))
                        mstore(add(s, ELEMENTS), sum)
                    }
                    if or(gt(sum, 64), gt(count, 64)) {
                        fails(s, or(FAIL_TOO_MANY, shl(8, start)), 64)
                        count := byte(6, node)
                    }
                }
                tail := mul(count, shl(5, byte(2, node)))
                {
                    let left := room(s, base)
                    if or(gt(count, left), gt(tail, left)) {
                        fails(s, or(FAIL_NOT_CANONICAL, shl(8, start)), count)
                        count := byte(6, node)
                        tail := 0
                    }
                }
                if byte(4, node) {
                    digest(s, base, tail)
                    next := rules(s, next, byte(4, node), start)
                }
                tail := add(base, tail)
                let head := base
                // Those that a path names, each with its own nodes, then the others.
                for {
                    let i := byte(6, node)
                } i {
                    i := sub(i, 1)
                } {
                    next, head, tail := nodes(s, add(next, 1), byte(0, mload(next)), base, head, tail)
                }
                for {
                    count := sub(count, byte(6, node))
                } count {
                    count := sub(count, 1)
                } {
                    let behind := next
                    behind, head, tail := nodes(s, add(next, 1), byte(0, mload(next)), base, head, tail)
                }
                next := add(next, and(shr(184, node), 0xffff))
            }

            let end := add(data.offset, data.length)
            mstore(add(state, REGION_END), end)
            mstore(mload(0x40), value)
            // What is in hand; the base is not looked at.
            let count := byte(0, mload(program))
            program := add(program, 1)
            if count {
                mstore(add(state, HAND), value)
                program := rules(state, program, count, value)
            }
            if iszero(mload(state)) {
                // A native transfer has no selector and the program of a method without arguments.
                let base := add(data.offset, shl(2, gt(data.length, 0)))
                let headEnd := add(base, shl(5, byte(0, mload(program))))
                let held := mload(add(state, HELD))
                let tail := headEnd
                switch gt(headEnd, end)
                case 1 {
                    fails(state, or(FAIL_LENGTH, shl(8, data.length)), sub(headEnd, data.offset))
                }
                default {
                    let head := mload(program)
                    switch or(xor(byte(1, head), 1), byte(2, head))
                    case 0 {
                        // One node, a run: it is the whole head, and nothing stands behind it.
                        program := run(state, add(program, 5), byte(3, head), byte(4, head), base)
                    }
                    default {
                        program, tail := body(state, program, base, base)
                    }
                    if iszero(or(eq(tail, end), isSuffixed)) {
                        switch eq(tail, headEnd)
                        case 1 {
                            // Of static types the length comes before the arguments.
                            mstore(state, 0)
                            mstore(add(state, HELD), held)
                            fails(state, or(FAIL_LENGTH, shl(8, data.length)), sub(headEnd, data.offset))
                        }
                        default {
                            fails(state, or(FAIL_NOT_CANONICAL, shl(8, tail)), data.length)
                        }
                    }
                }
            }
        }
        _rates(state, program);
    }

    /// @dev The rates behind the arguments, unless something has failed before.
    function _rates(uint256 state, uint256 program) private pure {
        if (failureOf(state) != 0) return;
        uint256 count = program.byteAt(0);
        if (count == 0) return;
        uint256 registers;
        assembly ("memory-safe") {
            // Nothing has been allocated since the pass.
            registers := mload(0x40)
        }
        unchecked {
            // Memory pointers.
            for (++program; count != 0; --count) {
                uint256 head = program.wordAt(0) >> 224;
                uint256 number = uint8(head);
                uint256 argument = registers.wordAt((head >> 24) * 32);
                uint256 per = registers.wordAt(uint8(head >> 16) * 32);
                if (!Rates.isMet(argument, per, program)) {
                    fail(state, FAIL_RATE, number, argument);
                    state.setWordAt(THIRD, per);
                    return;
                }
                state.setWordAt(HELD, state.wordAt(HELD) | (1 << number));
                program += RATE_SIZE;
            }
        }
    }
}
