// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev The `target` of a permission that names a method on any contract. Nobody can hold this address's key or
/// deploy to it; `address(0)` is deliberately not used, so that a forgotten field never means "any".
address constant ANY_TARGET = 0xFFfFfFffFFfffFFfFFfFFFFFffFFFffffFfFFFfF;

/// @dev Shortest window that a policy may allow, in seconds, inclusive.
uint256 constant MIN_DURATION = 60;
/// @dev Longest window that a policy may allow, in seconds, inclusive: 365 days.
uint256 constant MAX_DURATION = 365 days;
/// @dev Most calls that a policy may allow one session, inclusive.
uint256 constant MAX_CALLS = 2 ** 20 - 1;
/// @dev Gas budgets are whole multiples of this many wei.
uint256 constant GAS_UNIT = 1 gwei;
/// @dev Largest gas budget of a policy, in units of `GAS_UNIT`, inclusive.
uint256 constant MAX_GAS_UNITS = 2 ** 36 - 1;
/// @dev Numbers of policies are below.
uint256 constant POLICY_NUMBERS = 2 ** 36;
/// @dev Shortest period of a limit, in seconds, inclusive. A period of 0 is a lifetime limit.
uint256 constant MIN_PERIOD = 300;
/// @dev Most limits in one policy, inclusive.
uint256 constant MAX_LIMITS = 8;
/// @dev Most rules in one permission, inclusive.
uint256 constant MAX_RULES = 8;
/// @dev Most values in one `ONE_OF` or `ONE_OF_HASH` rule, inclusive.
uint256 constant MAX_VALUES = 32;
/// @dev Longest method text, in bytes, inclusive.
uint256 constant MAX_METHOD_LENGTH = 255;
/// @dev Widest argument head that a method may have, in 32-byte words, inclusive.
uint256 constant MAX_HEAD_WORDS = 64;
/// @dev Largest stored form of a policy, in bytes, inclusive.
uint256 constant MAX_POLICY_SIZE = 24_575;
/// @dev Largest calldata of a publication, in bytes, inclusive.
uint256 constant MAX_POLICY_CALLDATA = 120_000;

/// @notice What one rule asks of one argument.
enum RuleKind {
    /// @dev The word equals the one value.
    EQUAL,
    /// @dev The word differs from the one value.
    NOT_EQUAL,
    /// @dev The word is one of the values, which are strictly ascending.
    ONE_OF,
    /// @dev The word is the principal's address. No values.
    EQUAL_PRINCIPAL,
    /// @dev The word, a `uintN`, is at most the one value.
    LESS_OR_EQUAL,
    /// @dev The word, a `uintN`, is at least the one value.
    GREATER_OR_EQUAL,
    /// @dev keccak256 of the content of a top-level `bytes`, `string` or array of one-word elements is the one value.
    EQUAL_HASH,
    /// @dev keccak256 of that content is one of the values, which are strictly ascending.
    ONE_OF_HASH
}

/// @notice A condition on one argument. All rules of a permission must hold.
struct Rule {
    RuleKind kind;
    /// @dev Head word of the argument, counted from 0 behind the selector. A static tuple or fixed array takes as many
    /// words as it has; a dynamic argument takes one.
    uint8 word;
    /// @dev One value; none for `EQUAL_PRINCIPAL`; 1..32 strictly ascending ones for `ONE_OF` and `ONE_OF_HASH`.
    bytes32[] values;
}

/// @notice One thing that a session key may do.
struct Permission {
    /// @dev A contract, or `ANY_TARGET` with a concrete method.
    address target;
    /// @dev `"transfer(address,uint256)"`; `"*"` for every method of a concrete target; `""` for a plain native transfer.
    string method;
    /// @dev Most native value in one call, in wei, inclusive. 0 allows none.
    uint128 maxValue;
    /// @dev Token whose limit this call draws on; `address(0)` for none. A method of the token table draws on its own.
    address spendToken;
    /// @dev Head word that holds the amount, used if `spendToken` is set and `spendAmount` is 0.
    uint8 amountArgument;
    /// @dev Constant amount in the token's base units, for fixed prices and NFTs; 0 to read `amountArgument`.
    uint128 spendAmount;
    Rule[] rules;
    /// @dev The target itself may consume the session for this method (route `asked`).
    bool consumable;
}

/// @notice How much of one token a session may spend.
struct Limit {
    /// @dev `address(0)` is the native coin.
    address token;
    /// @dev Base units, inclusive.
    uint128 cap;
    /// @dev Seconds; 0 for the session's lifetime, else at least 300. Period n covers `[n * period, (n + 1) * period)`
    /// in unix time.
    uint32 period;
}

/// @notice What a session key may do: immutable and named by its EIP-712 `hashStruct`, the `policyId`.
struct Policy {
    /// @dev Printable ASCII, left-aligned, 1..31 bytes, zero-padded. A label that grants nothing.
    bytes32 app;
    /// @dev Seconds, inclusive.
    uint32 minDuration;
    /// @dev Seconds, inclusive.
    uint32 maxDuration;
    /// @dev Most calls that one session may ask for, 1 to 1,048,575, inclusive.
    uint32 maxCalls;
    /// @dev Wei: the most that the operations of one session may cost on route `userOperation`, sponsored or not, each
    /// rounded up to a gwei. A multiple of 1 gwei, at most 68,719,476,735 gwei.
    uint80 gasBudget;
    /// @dev Whether an operation may take its gas from the principal.
    bool selfPaid;
    /// @dev The one paymaster allowed; `address(0)` for none.
    address paymaster;
    /// @dev Strictly ascending by (target, kind, selector), a method before `""` before `"*"`.
    Permission[] permissions;
    /// @dev At most 8, one per token.
    Limit[] limits;
}

/// @notice What a permission matches beside its target.
enum MethodKind {
    METHOD,
    NATIVE,
    WILDCARD
}

/// @notice A permission as it is stored.
struct StoredPermission {
    address target;
    MethodKind kind;
    /// @dev 0 unless `kind` is `METHOD`.
    bytes4 selector;
    /// @dev Words that the calldata must cover behind the selector.
    uint8 headWords;
    /// @dev The calldata must end with the head.
    bool exactLength;
    uint128 maxValue;
    /// @dev Token whose limit is drawn on, whether declared or by the token table.
    address spendToken;
    uint8 amountArgument;
    uint128 spendAmount;
    bool consumable;
    StoredRule[] rules;
}

/// @notice A rule as it is stored.
struct StoredRule {
    RuleKind kind;
    uint8 word;
    /// @dev How the word, or each element of a dynamic argument, is encoded: see `WordType`.
    uint8 wordType;
    bytes32[] values;
}

/// @notice A policy as it is stored.
struct StoredPolicy {
    bytes32 policyId;
    bytes32 app;
    uint32 minDuration;
    uint32 maxDuration;
    uint32 maxCalls;
    uint80 gasBudget;
    bool selfPaid;
    address paymaster;
    StoredPermission[] permissions;
    Limit[] limits;
}
