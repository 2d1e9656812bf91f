// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @dev Shortest and longest window of a session, in seconds, inclusive.
uint256 constant MIN_DURATION = 60;
uint256 constant MAX_DURATION = 365 days;
/// @dev Shortest period of a limit, in seconds, inclusive. 0 is a lifetime limit.
uint256 constant MIN_PERIOD = 60;
/// @dev Most calls of one session, inclusive: the counter has 20 bits.
uint256 constant MAX_CALLS = 2 ** 20 - 1;
/// @dev Wei in which a gas budget is counted, and its highest multiple, inclusive: the counter has 36 bits.
uint256 constant GAS_UNIT = 1 gwei;
uint256 constant MAX_GAS_UNITS = 2 ** 36 - 1;
/// @dev Unix seconds, exclusive: a time has 34 bits.
uint256 constant TIME_BOUND = 2 ** 34;
/// @dev Policy numbers, exclusive: a number has 36 bits.
uint256 constant POLICY_NUMBER_BOUND = 2 ** 36;
/// @dev The last generation, in which nothing can be registered: a generation has 22 bits.
uint256 constant LAST_GENERATION = 2 ** 22 - 1;
/// @dev Addresses below are counters, never targets, keys or tokens.
uint256 constant COUNTER_BOUND = 2 ** 16;
/// @dev Largest cap whose lifetime spend stands in the session's own word, inclusive: 80 bits.
uint256 constant MAX_INLINE_CAP = 2 ** 80 - 1;
/// @dev Most of each list, inclusive.
uint256 constant MAX_LIMITS = 8;
uint256 constant MAX_ALTERNATIVES = 8;
uint256 constant MAX_RULES = 16;
uint256 constant MAX_SPENDS = 4;
uint256 constant MAX_INNERS = 8;
uint256 constant MAX_OPEN = 8;
/// @dev Highest scale of a spend, inclusive.
uint256 constant MAX_SCALE = 30;
/// @dev Longest method or types text and longest path, in bytes, inclusive.
uint256 constant MAX_METHOD_LENGTH = 1_023;
uint256 constant MAX_PATH_LENGTH = 255;
/// @dev Widest argument head, in 32-byte words, and most pointers on the way to a leaf, inclusive.
uint256 constant MAX_HEAD_WORDS = 64;
uint256 constant MAX_POINTERS = 6;
/// @dev Most elements of the arrays of one call that are neither opened nor bound by content, together, inclusive.
uint256 constant MAX_ELEMENTS = 64;
/// @dev An unbound number is admitted below 2**96, signed between -2**95 and 2**95.
uint256 constant FREE_BITS = 96;
/// @dev Most pairs of spender and token that have a credit in one execution, inclusive.
uint256 constant MAX_CREDITS = 16;
/// @dev Largest stored form and largest calldata of a publication, in bytes, inclusive.
uint256 constant MAX_POLICY_SIZE = 24_575;
uint256 constant MAX_POLICY_CALLDATA = 120_000;
/// @dev Bytes of a session signature.
uint256 constant SIGNATURE_SIZE = 128;
