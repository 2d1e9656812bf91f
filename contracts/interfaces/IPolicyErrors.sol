// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {ArgumentList} from "../types/ArgumentList.sol";

/// @title What publication refuses
/// @notice A policy that cannot be safe, or that is not written in its one spelling, is not published. The client
/// sorts and spells by itself.
interface IPolicyErrors {
    // --- the policy -------------------------------------------------------------------------------------------------

    /// @notice `app` is not 1 to 31 bytes of printable ASCII.
    /// @param app as written
    /// @custom:fix Choose a shorter or plainer label.
    error PolicyAppInvalid(string app);

    /// @notice `60 <= minDuration <= maxDuration <= 31,536,000` does not hold.
    /// @param minDuration seconds
    /// @param maxDuration seconds
    /// @custom:fix Choose durations within a minute and 365 days.
    error PolicyDurationsInvalid(uint256 minDuration, uint256 maxDuration);

    /// @notice `maxCalls` is 0 or above `most`.
    /// @param maxCalls as written
    /// @param most inclusive
    /// @custom:fix Allow 1 to 1,048,575 calls.
    error PolicyCallsInvalid(uint256 maxCalls, uint256 most);

    /// @notice `gasBudget` is not a multiple of `gasUnit`, or above `mostUnits` of them.
    /// @param gasBudget wei
    /// @param gasUnit wei
    /// @param mostUnits inclusive
    /// @custom:fix Round the budget to whole gwei, below 68.7 coins.
    error PolicyGasBudgetInvalid(uint256 gasBudget, uint256 gasUnit, uint256 mostUnits);

    /// @notice A policy has at least one permission: no list is not "everything".
    /// @custom:fix Name what the key may do.
    error PolicyEmpty();

    /// @notice The policy is not the canonical ABI encoding.
    /// @param position first byte of the struct or list that departs, counted from the selector
    /// @custom:fix Encode the policy with a standard encoder.
    error PolicyNotCanonical(uint256 position);

    /// @notice The stored form would be too large.
    /// @param size bytes
    /// @param most bytes, inclusive
    /// @custom:fix Split the policy, or use shorter lists.
    error PolicyTooLarge(uint256 size, uint256 most);

    /// @notice The publication's calldata is too large.
    /// @param size bytes
    /// @param most bytes, inclusive
    /// @custom:fix Split the policy, or use shorter texts.
    error PolicyCalldataTooLarge(uint256 size, uint256 most);

    /// @notice The policy's code did not come to stand where its number says.
    /// @param policyId of the policy
    /// @param number the creation nonce
    /// @custom:fix Publish again with more gas.
    error PolicyNotCreated(bytes32 policyId, uint256 number);

    /// @notice Every number that fits a session's word is given.
    /// @param bound exclusive
    /// @custom:fix Nothing can be published here any more; use another deployment.
    error PolicyNumbersExhausted(uint256 bound);

    /// @notice Nobody has published this policy here.
    /// @param policyId as asked for
    /// @custom:fix Publish it first.
    error PolicyNotPublished(bytes32 policyId);

    /// @notice No policy has this number here.
    /// @param number as asked for
    /// @custom:fix Ask for the number by the policy's id.
    error PolicyNumberUnknown(uint256 number);

    /// @notice The paymaster is Latchkey, its extension, entrance or forwarder, or an EntryPoint.
    /// @param paymaster as written
    /// @custom:fix Name a paymaster, or none.
    error UnsafePaymaster(address paymaster);

    // --- limits -----------------------------------------------------------------------------------------------------

    /// @notice There are more limits than a session has words for.
    /// @param count how many there are
    /// @param most inclusive
    /// @custom:fix Use at most 8.
    error TooManyLimits(uint256 count, uint256 most);

    /// @notice The limit does not stand behind its predecessor by (unit, period, fromStart), or repeats it.
    /// @param limit position in the policy's `limits`, from 0
    /// @param unit as written
    /// @custom:fix Sort the limits and merge doubles.
    error LimitsNotAscending(uint256 limit, address unit);

    /// @notice The period is neither 0 nor at least `least`.
    /// @param limit position in the policy's `limits`, from 0
    /// @param period seconds
    /// @param least seconds, inclusive
    /// @custom:fix Use whole minutes or more.
    error UnsafePeriod(uint256 limit, uint256 period, uint256 least);

    /// @notice A lifetime has no periods that could count from its start.
    /// @param limit position in the policy's `limits`, from 0
    /// @custom:fix Set `fromStart` to false.
    error PeriodStartInvalid(uint256 limit);

    /// @notice The unit is neither the native coin nor a counter (1 to 65,535) nor a fungible token: it has no
    /// code, does not answer `decimals()`, answers ERC-165 for ERC-721 or ERC-1155, or answers
    /// `getApproved(uint256)` with a word.
    /// @param limit position in the policy's `limits`, from 0
    /// @param token the token
    /// @custom:fix Limit a fungible token, or use a counter for ids and shares.
    error UnsafeLimitedToken(uint256 limit, address token);

    // --- targets and methods ----------------------------------------------------------------------------------------

    /// @notice The permission stands before its predecessor by (target, kind, selector).
    /// @param index position in the policy's `permissions`, from 0
    /// @custom:fix Sort the permissions; alternatives keep their order.
    error UnsafeOrder(uint256 index);

    /// @notice More permissions of one target and method than may stand side by side.
    /// @param index position in the policy's `permissions`, from 0
    /// @param most inclusive
    /// @custom:fix Use at most 8.
    error TooManyAlternatives(uint256 index, uint256 most);

    /// @notice The permission is word for word one of its alternatives before it.
    /// @param index position in the policy's `permissions`, from 0
    /// @custom:fix Remove it.
    error AlternativeRepeated(uint256 index);

    /// @notice The target is below 2**16, Latchkey, its extension, entrance or forwarder, or an EntryPoint.
    /// @param index position in the policy's `permissions`, from 0
    /// @param target as written
    /// @custom:fix Name a contract.
    error UnsafeTarget(uint256 index, address target);

    /// @notice The text is not an ASCII identifier with canonical types, has more than 1,023 bytes, or a head in it,
    /// of the arguments, a tuple or an array of fixed size, has more than 64 words.
    /// @param index position in the policy's `permissions`, from 0
    /// @param position first bad byte of the text, from 0
    /// @custom:fix Write the method as its ABI has it, without spaces and aliases.
    error UnsafeMethod(uint256 index, uint256 position);

    /// @notice A leaf of the method lies behind more pointers than one pass follows.
    /// @param index position in the policy's `permissions`, from 0
    /// @param pointers on the longest way to a leaf
    /// @param most 6, inclusive
    /// @custom:fix This method cannot be permitted by name.
    error MethodTooDeep(uint256 index, uint256 pointers, uint256 most);

    /// @notice The text, of a method or of an inner call, has the selector of a row of the token table and is
    /// not that row's text.
    /// @param index position in the policy's `permissions`, from 0
    /// @param selector as derived from the text
    /// @custom:fix Write the table's text.
    error UnsafeSelector(uint256 index, bytes4 selector);

    /// @notice Two alternatives of one selector have different texts.
    /// @param index position in the policy's `permissions`, from 0
    /// @param selector as derived from the text
    /// @custom:fix Write the same text in both.
    error MethodTextsDiffer(uint256 index, bytes4 selector);

    /// @notice A sentinel carries what it cannot: both sides wild, a method of the token table on any contract,
    /// value, spends, rules or an inner.
    /// @param index position in the policy's `permissions`, from 0
    /// @custom:fix Name the target and the method.
    error UnsafeWildcard(uint256 index);

    /// @notice A sentinel, a native transfer, or a permission of route `asked` alone that carries value cannot
    /// be consumed.
    /// @param index position in the policy's `permissions`, from 0
    /// @custom:fix Name target and method, and leave out the value.
    error UnsafeConsumable(uint256 index);

    /// @notice Native value without a limit on the native coin.
    /// @param index position in the policy's `permissions`, from 0
    /// @param maxValue wei
    /// @custom:fix Add a limit on the native coin.
    error UnsafeValue(uint256 index, uint256 maxValue);

    /// @notice A plain native transfer that may carry nothing.
    /// @param index position in the policy's `permissions`, from 0
    /// @custom:fix Set `maxValue`.
    error NativeTransferWithoutValue(uint256 index);

    // --- what is counted --------------------------------------------------------------------------------------------

    /// @notice A row of the token table that counts, without a limit on its token; one of Permit2 whose token
    /// is not bound by `is`; or a vault's deposit that does not declare its `asset()` on `"0"`.
    /// @param index position in the policy's `permissions`, from 0
    /// @param token the token
    /// @custom:fix Add a limit on the token, or the spend.
    error UnsafeOutflow(uint256 index, address token);

    /// @notice A row of the token table leaves a recipient or spender free that it asks to be bound; the
    /// spender of an approval to values, not to the principal.
    /// @param index position in the policy's `permissions`, from 0
    /// @param leaf leaves of the method's types from left to right, from 0, those of an inner in place of its
    /// `bytes`, an array's element once
    /// @custom:fix Bind it by `is` or `is one of`.
    error UnsafeRecipient(uint256 index, uint256 leaf);

    /// @notice On a limited token only counted and harmless rows of the token table are allowed. Permit2's `approve` is
    /// a row of Permit2, not of the token.
    /// @param index position in the policy's `permissions`, from 0
    /// @param token the token
    /// @custom:fix Remove the permission or the limit.
    error UnsafeOnLimitedToken(uint256 index, address token);

    /// @notice The spend does not stand behind its predecessor by (unit, argument), or repeats it.
    /// @param index position in the policy's `permissions`, from 0
    /// @param spend position in the permission's `spends`, from 0
    /// @custom:fix Sort the spends and merge doubles.
    error SpendsNotAscending(uint256 index, uint256 spend);

    /// @notice More spends than a call draws.
    /// @param index position in the policy's `permissions`, from 0
    /// @param count how many there are
    /// @param most inclusive
    /// @custom:fix Use at most 4.
    error TooManySpends(uint256 index, uint256 count, uint256 most);

    /// @notice The unit has no limit in this policy.
    /// @param index position in the policy's `permissions`, from 0
    /// @param spend position in the permission's `spends`, from 0
    /// @param unit as written
    /// @custom:fix Add a limit on it.
    error SpendWithoutLimit(uint256 index, uint256 spend, address unit);

    /// @notice The native coin, which the value draws by itself; or a token beside a row that counts by itself,
    /// on a limited token, or on a native transfer.
    /// @param index position in the policy's `permissions`, from 0
    /// @param spend position in the permission's `spends`, from 0
    /// @param unit as written
    /// @custom:fix Remove the spend, or use a counter.
    error SpendUnitInvalid(uint256 index, uint256 spend, address unit);

    /// @notice Neither an argument nor a constant above 0, or both.
    /// @param index position in the policy's `permissions`, from 0
    /// @param spend position in the permission's `spends`, from 0
    /// @custom:fix Name one of the two.
    error SpendAmountInvalid(uint256 index, uint256 spend);

    /// @notice The scale is above `most`, or stands on a token or on a constant.
    /// @param index position in the policy's `permissions`, from 0
    /// @param spend position in the permission's `spends`, from 0
    /// @param scale as written
    /// @param most inclusive
    /// @custom:fix Scale arguments drawn on counters alone.
    error SpendScaleInvalid(uint256 index, uint256 spend, uint256 scale, uint256 most);

    /// @notice The argument is not a `uintN`.
    /// @param index position in the policy's `permissions`, from 0
    /// @param spend position in the permission's `spends`, from 0
    /// @custom:fix Count an unsigned number, or use a constant.
    error SpendNotNumber(uint256 index, uint256 spend);

    // --- paths ------------------------------------------------------------------------------------------------------

    /// @notice The path is not written as the grammar has it.
    /// @param index position in the policy's `permissions`, from 0
    /// @param list in which list the path stands
    /// @param item position in that list, from 0
    /// @param position byte of the text, from 0
    /// @custom:fix Write numbers without leading zeros, as in `1[0]:2` or `0.4`.
    error ArgumentTextInvalid(uint256 index, ArgumentList list, uint256 item, uint256 position);

    /// @notice The path leads nowhere: the tuple has no such part, the array no such element, or the element is
    /// 64 or above.
    /// @param index position in the policy's `permissions`, from 0
    /// @param list in which list the path stands
    /// @param item position in that list, from 0
    /// @param position byte of the text, from 0
    /// @custom:fix Count the arguments from 0.
    error ArgumentMissing(uint256 index, ArgumentList list, uint256 item, uint256 position);

    /// @notice The path leads through a type that it cannot pass, or into `bytes` that no `inner` reads.
    /// @param index position in the policy's `permissions`, from 0
    /// @param list in which list the path stands
    /// @param item position in that list, from 0
    /// @param position byte of the text, from 0
    /// @custom:fix Check the method's types, or add an `inner` with exactly that path.
    error ArgumentImpassable(uint256 index, ArgumentList list, uint256 item, uint256 position);

    /// @notice The path follows more pointers than one pass does; or the leaves of an inner lie behind more, those on
    /// the way to its `bytes` counted in.
    /// @param index position in the policy's `permissions`, from 0
    /// @param list in which list the path stands
    /// @param item position in that list, from 0
    /// @param most 6, inclusive
    /// @custom:fix This argument cannot be named.
    error ArgumentTooDeep(uint256 index, ArgumentList list, uint256 item, uint256 most);

    /// @notice More inners than a permission has.
    /// @param index position in the policy's `permissions`, from 0
    /// @param count how many there are
    /// @param most inclusive
    /// @custom:fix Use at most 8.
    error TooManyInners(uint256 index, uint256 count, uint256 most);

    /// @notice The inner does not stand behind its predecessor by its argument, or repeats it.
    /// @param index position in the policy's `permissions`, from 0
    /// @param item position in that list, from 0
    /// @custom:fix Sort the inners.
    error InnersNotAscending(uint256 index, uint256 item);

    /// @notice The argument is not `bytes`.
    /// @param index position in the policy's `permissions`, from 0
    /// @param item position in that list, from 0
    /// @custom:fix Name a `bytes`.
    error InnerNotBytes(uint256 index, uint256 item);

    /// @notice The types are not written as a method's are, there are none, or a head in them has more than 64 words.
    /// @param index position in the policy's `permissions`, from 0
    /// @param item position in that list, from 0
    /// @param position byte of the text, from 0
    /// @custom:fix Write `(address,uint256)` or `name(address,uint256)`.
    error InnerTypesInvalid(uint256 index, uint256 item, uint256 position);

    /// @notice Two inners read the same `bytes`: one by `[*]`, one by its number.
    /// @param index position in the policy's `permissions`, from 0
    /// @param item position in that list, from 0
    /// @custom:fix Keep one of them.
    error InnersOverlap(uint256 index, uint256 item);

    // --- rules ------------------------------------------------------------------------------------------------------

    /// @notice More rules than a permission has.
    /// @param index position in the policy's `permissions`, from 0
    /// @param count how many there are
    /// @param most inclusive
    /// @custom:fix Use at most 16.
    error TooManyRules(uint256 index, uint256 count, uint256 most);

    /// @notice The rule does not stand behind its predecessor by (argument, test, per), or repeats it.
    /// @param index position in the policy's `permissions`, from 0
    /// @param rule position in the permission's `rules`, from 0
    /// @custom:fix Sort the rules.
    error RulesNotAscending(uint256 index, uint256 rule);

    /// @notice No test has this text.
    /// @param index position in the policy's `permissions`, from 0
    /// @param rule position in the permission's `rules`, from 0
    /// @param test as written
    /// @custom:fix Use one of the eleven texts, byte for byte.
    error RuleTestUnknown(uint256 index, uint256 rule, string test);

    /// @notice The argument's type does not have this test.
    /// @param index position in the policy's `permissions`, from 0
    /// @param rule position in the permission's `rules`, from 0
    /// @custom:fix Use a test that the type has: `is` for every word, bounds for numbers, contents for `bytes`,
    /// `string` and arrays of words.
    error RuleTestNotForType(uint256 index, uint256 rule);

    /// @notice Values stand in a list that is not the argument type's.
    /// @param index position in the policy's `permissions`, from 0
    /// @param rule position in the permission's `rules`, from 0
    /// @custom:fix Use `addresses` for addresses, `numbers` for numbers and `bool`, `words` for `bytesN` and
    /// hashes.
    error RuleListInvalid(uint256 index, uint256 rule);

    /// @notice Too few or too many values for the test.
    /// @param index position in the policy's `permissions`, from 0
    /// @param rule position in the permission's `rules`, from 0
    /// @param count how many there are
    /// @param least inclusive
    /// @param most inclusive
    /// @custom:fix `is` takes one, `is one of` at least two.
    error RuleValuesInvalid(uint256 index, uint256 rule, uint256 count, uint256 least, uint256 most);

    /// @notice The values do not ascend strictly.
    /// @param index position in the policy's `permissions`, from 0
    /// @param rule position in the permission's `rules`, from 0
    /// @param value position in the rule's list, from 0
    /// @custom:fix Sort them and remove doubles.
    error RuleValuesNotAscending(uint256 index, uint256 rule, uint256 value);

    /// @notice A negative number for an unsigned argument; a `uint256` of 2**255 or more looks like one and
    /// cannot be said.
    /// @param index position in the policy's `permissions`, from 0
    /// @param rule position in the permission's `rules`, from 0
    /// @param value position in the rule's list, from 0
    /// @param number as written
    /// @custom:fix Open the argument, or bind it by smaller numbers.
    error RuleValueNegative(uint256 index, uint256 rule, uint256 value, int256 number);

    /// @notice The value is not clean for the type, or lies outside what is admitted: an unbound number is
    /// admitted below 2**96.
    /// @param index position in the policy's `permissions`, from 0
    /// @param rule position in the permission's `rules`, from 0
    /// @param value position in the rule's list, from 0
    /// @custom:fix Use a value that the argument can have.
    error RuleValueOutOfType(uint256 index, uint256 rule, uint256 value);

    /// @notice A single bound that every admitted value meets.
    /// @param index position in the policy's `permissions`, from 0
    /// @param rule position in the permission's `rules`, from 0
    /// @custom:fix Remove the rule.
    error RuleAlwaysHolds(uint256 index, uint256 rule);

    /// @notice The rules on this argument admit no value.
    /// @param index position in the policy's `permissions`, from 0
    /// @param rule the first on the argument, from 0
    /// @custom:fix Mend the rules.
    error RulesNeverHold(uint256 index, uint256 rule);

    /// @notice Numerator or denominator is not positive, or they have a common divisor.
    /// @param index position in the policy's `permissions`, from 0
    /// @param rule position in the permission's `rules`, from 0
    /// @param numerator as written
    /// @param denominator as written
    /// @custom:fix Write the rate in lowest terms.
    error RateInvalid(uint256 index, uint256 rule, int256 numerator, int256 denominator);

    /// @notice A side of a rate is missing, is not a `uintN`, has `[*]`, or is the other side; or `per` is set
    /// where there is no rate.
    /// @param index position in the policy's `permissions`, from 0
    /// @param rule position in the permission's `rules`, from 0
    /// @custom:fix Name two different unsigned numbers.
    error RateSideInvalid(uint256 index, uint256 rule);

    // --- counted, trusted, open -------------------------------------------------------------------------------------

    /// @notice An argument that can carry authority is neither bound nor listed as open.
    /// @param index position in the policy's `permissions`, from 0
    /// @param leaf leaves of the method's types from left to right, from 0, those of an inner in place of its
    /// `bytes`, an array's element once
    /// @custom:fix Bind it by a rule, or list it in `open` if it is meant to be free.
    error UnboundArgument(uint256 index, uint256 leaf);

    /// @notice More open paths than a permission has.
    /// @param index position in the policy's `permissions`, from 0
    /// @param count how many there are
    /// @param most inclusive
    /// @custom:fix Open a tuple or `"*"` instead.
    error TooManyOpen(uint256 index, uint256 count, uint256 most);

    /// @notice The path does not stand behind its predecessor, or repeats it.
    /// @param index position in the policy's `permissions`, from 0
    /// @param item position in that list, from 0
    /// @custom:fix Sort the paths.
    error OpenNotAscending(uint256 index, uint256 item);

    /// @notice `"*"` stands beside another path, or a path below another one.
    /// @param index position in the policy's `permissions`, from 0
    /// @param item position in that list, from 0
    /// @custom:fix Keep the wider one.
    error OpenNotAlone(uint256 index, uint256 item);

    /// @notice The path is bound by a rule: by its own, or, where it leads to one element, by one of `[*]`.
    /// @param index position in the policy's `permissions`, from 0
    /// @param item position in that list, from 0
    /// @custom:fix Remove one of the two.
    error OpenArgumentBound(uint256 index, uint256 item);

    /// @notice Nothing below the path is unbound and can carry authority; what has length 0 carries none.
    /// @param index position in the policy's `permissions`, from 0
    /// @param item position in that list, from 0
    /// @custom:fix Remove the path: it is free anyway.
    error OpenArgumentHarmless(uint256 index, uint256 item);

    /// @notice Nothing is open on a limited token, on a row of the token table, or on any contract.
    /// @param index position in the policy's `permissions`, from 0
    /// @custom:fix Bind the arguments.
    error OpenNotAllowed(uint256 index);
}
