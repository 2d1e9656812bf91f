// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title ProgramCode
/// @notice The byte codes of a type program, which one pass over a call's arguments runs; see the specification.
library ProgramCode {
    // --- nodes: what stands in a head, in its order ----------------------------------------------------------------

    /// @dev `0, count, rules, width code * count, rule*`: static unsigned words; a width code is bits - 1.
    uint256 internal constant RUN = 0;
    /// @dev `1, bytes - 1, rules, rule*`: one signed word.
    uint256 internal constant SIGNED = 1;
    /// @dev `2, bits - 1, rules, rule*`: one left-aligned word.
    uint256 internal constant LEFT = 2;
    /// @dev `3, body`: a pointer to a dynamic tuple.
    uint256 internal constant TUPLE = 3;
    /// @dev `4, mode, length rules, hash rules, rule*, rule*, [selector], [body]`: a pointer to `bytes` or `string`.
    uint256 internal constant CONTENT = 4;
    /// @dev `5, flags, words of an element, length rules, hash rules, size, named, rest (2), rule*, rule*, element*,
    /// element`: a pointer to an array whose length or elements are dynamic.
    uint256 internal constant ARRAY = 5;

    // --- modes of content ------------------------------------------------------------------------------------------

    uint256 internal constant CLOSED = 0;
    uint256 internal constant ENCODING = 1;
    uint256 internal constant CALL = 2;

    // --- flags of an array -----------------------------------------------------------------------------------------

    /// @dev A fixed number of dynamic elements: no length word.
    uint256 internal constant FIXED = 1;
    /// @dev Opened or bound by its content: its elements do not count towards the 64.
    uint256 internal constant UNCOUNTED = 2;
    /// @dev Of an UNCOUNTED one: at most 64 elements of its own, because a path says `[*]`.
    uint256 internal constant CAPPED = 4;

    // --- rules: `kind, count, word, rule number, operands` ---------------------------------------------------------

    uint256 internal constant IS = 0;
    uint256 internal constant BOUND = 1;
    /// @dev Keeps the word in register `count`; no operand.
    uint256 internal constant SAVE = 2;
    /// @dev Adds word * 10**operand to spend `count`; the operand is one byte.
    uint256 internal constant ADD = 3;
    uint256 internal constant PRINCIPAL = 4;
    uint256 internal constant SET = 5;
    /// @dev Of BOUND: at most. Of SET: none of.
    uint256 internal constant INVERSE = 16;
    /// @dev Of SET: or the principal.
    uint256 internal constant OR_PRINCIPAL = 32;
    /// @dev Of BOUND: signed.
    uint256 internal constant AS_SIGNED = 64;
    /// @dev The value, length or hash in hand, not a word of the run.
    uint256 internal constant IN_HAND = 128;
}
