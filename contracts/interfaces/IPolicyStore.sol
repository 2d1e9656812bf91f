// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Policy, StoredPolicy} from "../types/Policy.sol";

/// @title Policies
/// @notice Publishes, reads and names policies. A policy is the code of a contract that does nothing; its number is the
/// creation nonce of that code. Publishing refuses what cannot be safe. No owner, no funds, no rights.
/// @dev Storage: `policyId` to number and the count, and nothing else. `index` is the position of the permission,
/// `rule` of the rule in it, `limit` of the limit, from 0.
interface IPolicyStore {
    /// @notice A policy was published. Emitted once per policy.
    /// @param number creation nonce of the policy's code, from 1
    /// @param pointer address of the policy's code
    event PolicyPublished(
        bytes32 indexed policyId,
        bytes32 indexed app,
        uint256 number,
        address pointer,
        Policy policy
    );

    /// @notice `app` is empty, or not 1..31 bytes of printable ASCII, left-aligned and zero-padded.
    error PolicyAppInvalid(bytes32 app);
    /// @notice `60 <= minDuration <= maxDuration <= 365 days` does not hold. Seconds.
    error PolicyDurationsInvalid(uint256 minDuration, uint256 maxDuration);
    /// @notice `maxCalls` is 0 or above `most`, inclusive.
    error PolicyCallsInvalid(uint256 maxCalls, uint256 most);
    /// @notice `gasBudget` is not a multiple of `gasUnit` wei, or above `mostUnits` of them, inclusive.
    error PolicyGasBudgetInvalid(uint256 gasBudget, uint256 gasUnit, uint256 mostUnits);
    /// @notice A policy has at least one permission: no list is not "everything".
    error PolicyEmpty();
    /// @notice The stored form would be above `limit` bytes, inclusive.
    error PolicyTooLarge(uint256 size, uint256 limit);
    /// @notice The policy is not the canonical ABI encoding; `position` is the first byte of the struct or list that
    /// departs from it, counted from the selector. Bytes behind the policy are ignored.
    error PolicyNotCanonical(uint256 position);
    /// @notice The publication's calldata is above `limit` bytes, inclusive.
    error PolicyCalldataTooLarge(uint256 size, uint256 limit);
    /// @notice The paymaster is Latchkey, its forwarder or an EntryPoint.
    error UnsafePaymaster(address paymaster);
    /// @notice There are more limits than `limit`, inclusive.
    error TooManyLimits(uint256 count, uint256 limit);
    /// @notice A limit's token stands twice.
    error DuplicateLimit(uint256 limit, address token);
    /// @notice A limit's period is neither 0 nor at least `minimum` seconds.
    error UnsafePeriod(uint256 limit, uint256 period, uint256 minimum);
    /// @notice A limited token does not answer `decimals()`, answers ERC-165 for ERC-721 or ERC-1155, or answers
    /// `getApproved(uint256)` as tokens do that take a number for an id.
    error UnsafeLimitedToken(uint256 limit, address token);

    /// @notice The permission does not stand behind its predecessor by (target, kind, selector), or repeats it.
    error UnsafeOrder(uint256 index);
    /// @notice The target is 0, Latchkey, its forwarder or an EntryPoint.
    error UnsafeTarget(uint256 index, address target);
    /// @notice The method's text is not an ASCII identifier with canonical types; `position` is the first bad byte.
    error UnsafeMethod(uint256 index, uint256 position);
    /// @notice The text collides with a selector of the token table and is not the table's own.
    error UnsafeSelector(uint256 index, bytes4 selector);
    /// @notice A wildcard on both sides, on a limited token, on a method of the table, with value or a declared spend, or
    /// `"*"` with rules.
    error UnsafeWildcard(uint256 index);
    /// @notice Native value without a limit on the native coin.
    error UnsafeValue(uint256 index, uint256 maxValue);
    /// @notice A method that moves tokens or grants rights over them, with no limit on `token`.
    error UnsafeOutflow(uint256 index, address token);
    /// @notice The recipient, spender or operator in this word is not pinned by `EQUAL`, `ONE_OF`, `EQUAL_PRINCIPAL` or
    /// the hash of its content, or not by `EQUAL_PRINCIPAL` where only the principal may receive.
    error UnsafeRecipient(uint256 index, uint256 word);
    /// @notice A method on a limited token that the token table neither counts nor knows as harmless.
    error UnsafeOnLimitedToken(uint256 index, address token);
    /// @notice The declared spend contradicts the token table, has no limit, or names a word that is no `uintN`.
    error UnsafeSpend(uint256 index, address spendToken);
    /// @notice More rules than `limit`, inclusive.
    error TooManyRules(uint256 index, uint256 count, uint256 limit);
    /// @notice The rule names a word that the method does not have or that is not of its kind.
    error UnsafeRuleWord(uint256 index, uint256 rule, uint256 word);
    /// @notice The rule has too few or too many values, or they are not strictly ascending or not clean for the type.
    error UnsafeRuleValues(uint256 index, uint256 rule);
    /// @notice A wildcard or native transfer cannot be consumed by its target.
    error UnsafeConsumable(uint256 index);
    /// @notice The policy's code did not come to stand where its number says: with too little gas, for one.
    error PolicyNotCreated(bytes32 policyId, uint256 number);
    /// @notice Every number that fits a session's word is given; `bound` is exclusive.
    error PolicyNumbersExhausted(uint256 bound);
    /// @notice Nobody has published this policy here.
    error PolicyNotPublished(bytes32 policyId);
    /// @notice No policy has this number here.
    error PolicyNumberUnknown(uint256 number);

    /// @notice Checks and stores a policy. Publishing it again changes nothing and returns the same id.
    function publishPolicy(Policy calldata policy) external returns (bytes32 policyId);

    /// @notice The EIP-712 `hashStruct` of a policy, published or not.
    function hashPolicy(Policy calldata policy) external pure returns (bytes32 policyId);

    /// @notice The number of a policy on this chain, from 1; 0 if it is not published.
    /// @dev Read at registration and never in validation. Differs between chains and may change in a reorganisation.
    function numberOf(bytes32 policyId) external view returns (uint256 number);

    /// @notice The stored form. Reverts with `PolicyNotPublished`.
    function policyOf(bytes32 policyId) external view returns (StoredPolicy memory policy);

    /// @notice The stored form, by its number. Reverts with `PolicyNumberUnknown`.
    function policyOfNumber(uint256 number) external view returns (StoredPolicy memory policy);

    /// @notice Where the code of a policy is. Reverts with `PolicyNotPublished`: before, its address is not known.
    function policyPointer(bytes32 policyId) external view returns (address pointer);

    /// @notice The contract that no policy can name as a target.
    function LATCHKEY() external view returns (address);
}
