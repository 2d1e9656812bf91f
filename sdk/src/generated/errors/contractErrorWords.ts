// Written by `npm run abi` from the contracts; not by hand.
/** Cause and remedy of each Solidity error, by its code: in the order of `contractErrorsAbi`. */
export const contractErrorWords: Readonly<Record<string, readonly (readonly [why: string, fix: string])[]>> = {
  INVALID_WALLET_TYPE_FOR_SESSION: [
    ["The wallet has never called `initialize`.","Call `initialize` from the wallet."], // AccountNotInitialized
    ["Routes `userOperation`, `direct` and `relayed` ask that `onInstall` ran after the last `onUninstall`.","Install Latchkey on the account as validator and executor."], // ModuleNotInstalled
    ["The account's answer is shorter than `bytes[]` can be, 64 bytes: nothing ran, so nothing is consumed.","Install Latchkey as executor on this account, or mend its fallback handler."], // PrincipalAnsweredNothing
    ["The principal is 0, Latchkey, its extension, entrance or forwarder, or an EntryPoint.","Register for a wallet or an account."], // PrincipalNotAllowed
    ["Routes `userOperation`, `direct` and `relayed` need an account; this principal has no code.","Use route `forwarded` or `asked`, or delegate the wallet to an account."], // PrincipalWithoutCode
  ],
  SESSION_ARGUMENT_NOT_ALLOWED: [
    ["None of several alternatives holds.","Mend what `reason` says, or make the call fit another alternative."], // AlternativesRefused
    ["A rule or a spend names an element that this array does not have.","Send an array with the elements that the policy speaks of."], // ArgumentAbsent
    ["A rule does not hold.","Change the argument to what the rule asks for."], // ArgumentNotAllowed
    ["A number that no rule binds is 2**96 or more, or beyond plus or minus 2**95 if signed: it could be an address.","Use a smaller number, or a policy that binds or opens the argument."], // ArgumentNotBounded
    ["The calldata departs from the canonical encoding of the method's types: a word with bits that its type does not have, a pointer that does not lead where an encoder puts it (out of the calldata, backwards, into the head, onto itself), a content that does not fit, padding that is not zero, or bytes behind the end.","Encode the call with a standard ABI encoder and the policy's types."], // ArgumentNotCanonical
    ["The calldata is shorter than a selector or than the method's head, or not exactly as long as the method's static types.","Encode the call with the method's types and nothing behind."], // CalldataLengthNotAllowed
    ["A rate does not hold: the price is worse than the policy's.","Quote again, or ask for a policy with a newer price."], // RateNotMet
    ["The arrays of one call that are neither opened nor bound by their content have more than `limit` elements together.","Split the call."], // TooManyElements
  ],
  SESSION_CALL_REVERTED: [
    ["The calldata's head word is not the amount to be taken, so the session did not count it. `word` is counted from 0 behind the selector; `counted` is 0 if the calldata does not have it.","Take exactly that word; name the right word."], // AmountNotCounted
    ["The recipient gained another amount of the token than the principal lost. In base units.","Do not use this token here."], // TokenCreditMismatch
    ["The principal lost another amount of the token than the session counted. In base units.","Do not use this token here."], // TokenDebitMismatch
    ["The token has no code.","Check address and chain."], // TokenWithoutCode
  ],
  SESSION_CREATION_FAILED: [
    ["The signature names other chains than this one.","Bring it to a chain that it names, or ask the principal to sign for this one."], // ChainNotListed
    ["The grant's policy is not the one that was signed for this chain.","Put this chain's policy into the grant."], // ChainPolicyMismatch
    ["A list of chains has 1 to 32 entries, strictly ascending by chain id.","Sort the chains by their ids, each once."], // ChainsInvalid
    ["`validUntil - validAfter + 1` is outside the policy's bounds; 0 if the window ends before it starts.","Choose a window within the bounds."], // DurationOutOfBounds
    ["The key did not take the funds.","Fund the key apart."], // FundingFailed
    ["The principal is in its last generation, 2**22 - 1, in which nothing can be registered.","Use another account."], // GenerationsExhausted
    ["A P-256 key cannot send, so it is not funded.","Use route `relayed` or a paymaster."], // KeyCannotBeFunded
    ["The key already lives in another lane of this principal.","Renew it there, or take another key."], // KeyInAnotherLane
    ["The key is below 2**16, the principal, Latchkey, its extension, entrance or forwarder, or an EntryPoint.","Create a key of its own."], // KeyNotAllowed
    ["Another key lives in that lane and `replaces` does not say that it may be ended.","Name the occupant or `ANY_KEY` in `replaces`, or take another lane."], // LaneOccupied
    ["`maxCalls` is 0 or above the policy's.","Ask for at least 1 and at most the policy's."], // MaxCallsOutOfBounds
    ["The policy's code did not come to stand where its number says.","Publish again with more gas."], // PolicyNotCreated
    ["Nobody has published this policy here.","Publish it first."], // PolicyNotPublished
    ["No policy has this number here.","Ask for the number by the policy's id."], // PolicyNumberUnknown
    ["Every number that fits a session's word is given.","Nothing can be published here any more; use another deployment."], // PolicyNumbersExhausted
    ["A public key is empty or exactly 64 bytes.","Give x and y, 32 bytes each."], // PublicKeyLengthInvalid
    ["The public key does not hash to the key.","Derive the key from its public key."], // PublicKeyMismatch
    ["The public key is not a point of P-256, or its x is below 2**160.","Create another key."], // PublicKeyNotOnCurve
    ["A renewal starts later than the registration it renews; a window still to come cannot be moved forward.","Wait a second, or take another key."], // RenewalNotLater
    ["A grant that comes with its first use says when it starts.","Sign a grant whose `validAfter` is not 0; it may be past."], // ValidAfterNotExplicit
    ["`validUntil` is 0 or at least 2**34.","Give unix seconds."], // ValidUntilOutOfRange
    ["The window to register has ended already.","Sign a grant with a later end."], // ValidUntilPassed
  ],
  SESSION_DEADLINE_PASSED: [
    ["The signed deadline of this call has passed; the session may well be alive.","Sign the call again with a later deadline."], // DeadlinePassed
    ["The principal's signature was good until `deadline`.","Ask the principal to sign again."], // GrantDeadlinePassed
  ],
  SESSION_ENTRYPOINT_NOT_ALLOWED: [
    ["No permission matches.","Add a permission for this method to the policy, or have the wallet sign the call."], // CallNotAllowed
    ["The permission is not one that its target may consume.","Send the call on another route, or mark the permission as consumable."], // CallNotConsumable
    ["The permission serves route `asked` alone: it leaves arguments unbound that its target polices.","Call the target itself with the key, or bind or open the arguments."], // CallOnlyAsked
    ["The call inside `bytes` is of another method than the policy says.","Encode the inner call as the policy has it."], // InnerMethodNotAllowed
  ],
  SESSION_EXPIRED: [
    ["The window has closed; live until `validUntil`, inclusive.","Renew the session."], // SessionExpired
  ],
  SESSION_GAS_BUDGET_EXCEEDED: [
    ["The operation's highest possible cost is more than the principal's budget has left. In wei.","Lower the gas limits, or ask the paymaster's owner for a higher budget."], // BudgetExceeded
    ["The operation's highest possible cost, rounded up to a gwei, is more than the gas budget has left.","Lower the gas limits or the fee, or renew the session."], // GasBudgetExceeded
  ],
  SESSION_INVALID_SIGNATURE: [
    ["The signed deadline is zero or later than the session's end.","Sign a deadline within the session's window."], // DeadlineNotAllowed
    ["The signature is not the principal's over this grant, chain, nonce and policy.","Read `nonces(principal)` and sign again."], // InvalidPrincipalSignature
    ["The signature is not the key's. On route `userOperation` this is returned, not reverted.","Sign with the key that element 0 names, over this chain's domain and the session's registration number."], // InvalidSessionSignature
    ["Element 0 is neither an address nor a P-256 x coordinate below the field's order, element 3 has bits above 48, or the first byte of an envelope is neither 0 nor, where a P-256 key signs, 1.","Left-pad the elements; take x as it is."], // SignatureElementNotCanonical
    ["A session signature is 128 bytes, `[sessionPubKey, r, s, validUntil]`, or 217 to 4,312: a `GrantEnvelope` stands behind them.","Send the 128 bytes and nothing else, or the grant behind them."], // SignatureLengthInvalid
  ],
  SESSION_MAX_CALLS_EXCEEDED: [
    ["More calls than the session has left.","Renew the session."], // SessionCallsExceeded
  ],
  SESSION_NOT_REGISTERED: [
    ["The principal never registered this key. Also what a P-256 x coordinate off the curve is answered with.","Register the session, and check that the key and the principal are the right pair on this chain."], // SessionNotRegistered
  ],
  SESSION_NOT_YET_VALID: [
    ["The window has not opened; live from `validAfter`, inclusive.","Wait until `validAfter`."], // SessionNotYetValid
  ],
  SESSION_OPERATION_REJECTED: [
    ["The account has an owner already.","Change the owner with `transferOwnership`."], // AccountAlreadyInitialized
    ["Only a minimal clone (ERC-1167) can be initialised: a wallet that delegates to this code with EIP-7702, which is meant for clones, stays nobody's. In bytes of code.","Create the account with the factory; let a wallet delegate to the EIP-7702 form instead."], // AccountNotClone
    ["Only the forwarder may consume for somebody else's call.","Call the forwarder."], // CallerNotForwarder
    ["The creation ran out of gas, or its constructor refused this chain.","Read why the constructor refuses, or send more gas."], // CreationFailed
    ["All siblings stand.","Nothing is left to do."], // CreationsComplete
    ["A batch holds at least one call.","Add a call."], // EmptyBatch
    ["There is no EntryPoint at this address.","Name the EntryPoint of this chain."], // EntryPointWithoutCode
    ["The execution calldata is not the canonical encoding of its calls.","Encode the calls with a standard encoder, with nothing behind."], // ExecutionNotCanonical
    ["Extension and entrance run as Latchkey alone.","Call Latchkey."], // ExtensionCalledDirectly
    ["`data` is shorter than a selector: the principal's own bytes would be read as one.","Name a method."], // ForwardedCalldataTooShort
    ["Less gas than the key signed for would be passed on.","Send the transaction with a higher gas limit."], // ForwardedGasBelowMinimum
    ["The target does not answer `isTrustedForwarder(forwarder)` with exactly 1.","Ask the target's owner to trust the forwarder, or use another route."], // ForwarderNotTrusted
    ["Less gas than the key signed for would be passed on.","Send the transaction with a higher gas limit."], // GasBelowMinimum
    ["The signature kills another generation than the current one.","Sign for the current generation."], // GenerationMismatch
    ["The operation's `initCode` is neither empty nor the bare EIP-7702 marker.","Create the account in an operation of its owner."], // InitCodeNotAllowed
    ["The init code is not the next one.","Send the creations in their order; read `creations()` first, somebody may have been faster."], // InitCodeUnexpected
    ["A session key has no code, neither at registration nor when it sends.","Use a key of its own, without an EIP-7702 delegation."], // KeyHasCode
    ["There is no Latchkey at this address.","Name the Latchkey of this chain."], // LatchkeyWithoutCode
    ["The nonce was used by (principal, key) on a signed route before.","Sign with another nonce, best the next bit of the same word."], // NonceAlreadyUsed
    ["The nonce does not make the account of any known family ask `validator`.","Use the layout of docs/guides/accounts.md; only a session's operations are paid for."], // NonceKeyNotAllowed
    ["A field of the operation lies outside the calldata.","Encode the operation with a standard encoder."], // OperationNotCanonical
    ["The operation calls something other than `execute(bytes32,bytes)`.","Encode the calls as ERC-7579 has it."], // OperationSelectorNotAllowed
    ["The owner is 0, the account or its EntryPoint: none of them has a key.","Name a wallet."], // OwnerNotAllowed
    ["Code that the account ran as its own wrote over the owner.","Do not run that code."], // OwnerOverwritten
    ["The new owner has not signed that it accepts: it might have no key.","Have it sign `AcceptOwnership`."], // OwnershipNotAccepted
    ["Without an owner nobody could withdraw the deposit.","Hand it over with `transferOwnership`."], // OwnershipNotRenounceable
    ["An account may only validate its own operations.","Let the account's own validation ask."], // PrincipalMismatch
    ["Native coin that goes there is lost: address 0 or the EntryPoint.","Name a wallet."], // RecipientNotAllowed
    ["The key signed for another redeemer.","Let the named redeemer send it."], // RedeemerNotAllowed
    ["The context is neither `abi.encode(principal)` (32 bytes) nor the canonical encoding of `(address principal, address redeemer, uint256 nonce, uint256 minGas, bytes signature)`.","Encode the context as said."], // RedemptionContextInvalid
    ["The three lists are empty or of different lengths.","Give one context, mode and execution per item."], // RedemptionLengthsDiffer
    ["Only the key itself may deactivate a session that has not expired.","Let the principal revoke it."], // SessionNotExpired
    ["The target has no code.","Check the address and the chain."], // TargetWithoutCode
    ["Only single and batch calls that revert on failure, with every other mode byte zero.","Use mode 0 or `0x01` and zeros."], // UnsupportedExecutionMode
  ],
  SESSION_PAYMASTER_NOT_ALLOWED: [
    ["Paymaster data is exactly `required` bytes: address and two gas limits.","Append nothing."], // PaymasterDataLengthInvalid
    ["Paymaster data is empty or at least `required` bytes.","Encode the paymaster's gas limits too."], // PaymasterDataTooShort
    ["The operation names a paymaster that the policy does not.","Use the policy's paymaster."], // PaymasterNotAllowed
    ["The policy does not let an operation take its gas from the principal.","Use the policy's paymaster."], // SelfPaymentNotAllowed
  ],
  SESSION_REVOKED: [
    ["The key was revoked, replaced, or deactivated by itself. It is dead for this principal.","Create a new key and register it."], // SessionAlreadyRevoked
    ["The principal revoked all sessions, or uninstalled the module, since this one was registered. It is dead.","Create a new key and register it."], // SessionGenerationEnded
  ],
  SESSION_SPEND_CAP_EXCEEDED: [
    ["The session has already spent in a later period of this limit.","Sign again with a deadline in the current period."], // PeriodEnded
    ["More of a unit than one of its limits has left.","Spend less, wait for the next period, or renew the session."], // SpendCapExceeded
    ["A spend does not fit 256 bits once summed and scaled. Found where the amount is added: an argument in front of it that fails is said first, one behind it is not.","Split the call."], // SpendOverflow
  ],
  SESSION_TARGET_FORBIDDEN: [
    ["No policy can aim a session at the principal, an address below 2**16, Latchkey, its extension, its forwarder or an EntryPoint.","Let the wallet itself make this call."], // TargetForbidden
  ],
  SESSION_UNSAFE_POLICY: [
    ["The permission is word for word one of its alternatives before it.","Remove it."], // AlternativeRepeated
    ["The path leads through a type that it cannot pass, or into `bytes` that no `inner` reads.","Check the method's types, or add an `inner` with exactly that path."], // ArgumentImpassable
    ["The path leads nowhere: the tuple has no such part, the array no such element, or the element is 64 or above.","Count the arguments from 0."], // ArgumentMissing
    ["The path is not written as the grammar has it.","Write numbers without leading zeros, as in `1[0]:2` or `0.4`."], // ArgumentTextInvalid
    ["The path follows more pointers than one pass does; or the leaves of an inner lie behind more, those on the way to its `bytes` counted in.","This argument cannot be named."], // ArgumentTooDeep
    ["The argument is not `bytes`.","Name a `bytes`."], // InnerNotBytes
    ["The types are not written as a method's are, there are none, or a head in them has more than 64 words.","Write `(address,uint256)` or `name(address,uint256)`."], // InnerTypesInvalid
    ["The inner does not stand behind its predecessor by its argument, or repeats it.","Sort the inners."], // InnersNotAscending
    ["Two inners read the same `bytes`: one by `[*]`, one by its number.","Keep one of them."], // InnersOverlap
    ["The limit does not stand behind its predecessor by (unit, period, fromStart), or repeats it.","Sort the limits and merge doubles."], // LimitsNotAscending
    ["Two alternatives of one selector have different texts.","Write the same text in both."], // MethodTextsDiffer
    ["A leaf of the method lies behind more pointers than one pass follows.","This method cannot be permitted by name."], // MethodTooDeep
    ["A plain native transfer that may carry nothing.","Set `maxValue`."], // NativeTransferWithoutValue
    ["The path is bound by a rule: by its own, or, where it leads to one element, by one of `[*]`.","Remove one of the two."], // OpenArgumentBound
    ["Nothing below the path is unbound and can carry authority; what has length 0 carries none.","Remove the path: it is free anyway."], // OpenArgumentHarmless
    ["Nothing is open on a limited token, on a row of the token table, or on any contract.","Bind the arguments."], // OpenNotAllowed
    ["`\"*\"` stands beside another path, or a path below another one.","Keep the wider one."], // OpenNotAlone
    ["The path does not stand behind its predecessor, or repeats it.","Sort the paths."], // OpenNotAscending
    ["A lifetime has no periods that could count from its start.","Set `fromStart` to false."], // PeriodStartInvalid
    ["`app` is not 1 to 31 bytes of printable ASCII.","Choose a shorter or plainer label."], // PolicyAppInvalid
    ["The publication's calldata is too large.","Split the policy, or use shorter texts."], // PolicyCalldataTooLarge
    ["`maxCalls` is 0 or above `most`.","Allow 1 to 1,048,575 calls."], // PolicyCallsInvalid
    ["`60 <= minDuration <= maxDuration <= 31,536,000` does not hold.","Choose durations within a minute and 365 days."], // PolicyDurationsInvalid
    ["A policy has at least one permission: no list is not \"everything\".","Name what the key may do."], // PolicyEmpty
    ["`gasBudget` is not a multiple of `gasUnit`, or above `mostUnits` of them.","Round the budget to whole gwei, below 68.7 coins."], // PolicyGasBudgetInvalid
    ["The policy is not the canonical ABI encoding.","Encode the policy with a standard encoder."], // PolicyNotCanonical
    ["The stored form would be too large.","Split the policy, or use shorter lists."], // PolicyTooLarge
    ["Numerator or denominator is not positive, or they have a common divisor.","Write the rate in lowest terms."], // RateInvalid
    ["A side of a rate is missing, is not a `uintN`, has `[*]`, or is the other side; or `per` is set where there is no rate.","Name two different unsigned numbers."], // RateSideInvalid
    ["A single bound that every admitted value meets.","Remove the rule."], // RuleAlwaysHolds
    ["Values stand in a list that is not the argument type's.","Use `addresses` for addresses, `numbers` for numbers and `bool`, `words` for `bytesN` and hashes."], // RuleListInvalid
    ["The argument's type does not have this test.","Use a test that the type has: `is` for every word, bounds for numbers, contents for `bytes`, `string` and arrays of words."], // RuleTestNotForType
    ["No test has this text.","Use one of the eleven texts, byte for byte."], // RuleTestUnknown
    ["A negative number for an unsigned argument; a `uint256` of 2**255 or more looks like one and cannot be said.","Open the argument, or bind it by smaller numbers."], // RuleValueNegative
    ["The value is not clean for the type, or lies outside what is admitted: an unbound number is admitted below 2**96.","Use a value that the argument can have."], // RuleValueOutOfType
    ["Too few or too many values for the test.","`is` takes one, `is one of` at least two."], // RuleValuesInvalid
    ["The values do not ascend strictly.","Sort them and remove doubles."], // RuleValuesNotAscending
    ["The rules on this argument admit no value.","Mend the rules."], // RulesNeverHold
    ["The rule does not stand behind its predecessor by (argument, test, per), or repeats it.","Sort the rules."], // RulesNotAscending
    ["Neither an argument nor a constant above 0, or both.","Name one of the two."], // SpendAmountInvalid
    ["The argument is not a `uintN`.","Count an unsigned number, or use a constant."], // SpendNotNumber
    ["The scale is above `most`, or stands on a token or on a constant.","Scale arguments drawn on counters alone."], // SpendScaleInvalid
    ["The native coin, which the value draws by itself; or a token beside a row that counts by itself, on a limited token, or on a native transfer.","Remove the spend, or use a counter."], // SpendUnitInvalid
    ["The unit has no limit in this policy.","Add a limit on it."], // SpendWithoutLimit
    ["The spend does not stand behind its predecessor by (unit, argument), or repeats it.","Sort the spends and merge doubles."], // SpendsNotAscending
    ["More permissions of one target and method than may stand side by side.","Use at most 8."], // TooManyAlternatives
    ["More inners than a permission has.","Use at most 8."], // TooManyInners
    ["There are more limits than a session has words for.","Use at most 8."], // TooManyLimits
    ["More open paths than a permission has.","Open a tuple or `\"*\"` instead."], // TooManyOpen
    ["More rules than a permission has.","Use at most 16."], // TooManyRules
    ["More spends than a call draws.","Use at most 4."], // TooManySpends
    ["An argument that can carry authority is neither bound nor listed as open.","Bind it by a rule, or list it in `open` if it is meant to be free."], // UnboundArgument
    ["A sentinel, a native transfer, or a permission of route `asked` alone that carries value cannot be consumed.","Name target and method, and leave out the value."], // UnsafeConsumable
    ["The unit is neither the native coin nor a counter (1 to 65,535) nor a fungible token: it has no code, does not answer `decimals()`, answers ERC-165 for ERC-721 or ERC-1155, or answers `getApproved(uint256)` with a word.","Limit a fungible token, or use a counter for ids and shares."], // UnsafeLimitedToken
    ["The text is not an ASCII identifier with canonical types, has more than 1,023 bytes, or a head in it, of the arguments, a tuple or an array of fixed size, has more than 64 words.","Write the method as its ABI has it, without spaces and aliases."], // UnsafeMethod
    ["On a limited token only counted and harmless rows of the token table are allowed. Permit2's `approve` is a row of Permit2, not of the token.","Remove the permission or the limit."], // UnsafeOnLimitedToken
    ["The permission stands before its predecessor by (target, kind, selector).","Sort the permissions; alternatives keep their order."], // UnsafeOrder
    ["A row of the token table that counts, without a limit on its token; one of Permit2 whose token is not bound by `is`; or a vault's deposit that does not declare its `asset()` on `\"0\"`.","Add a limit on the token, or the spend."], // UnsafeOutflow
    ["The paymaster is Latchkey, its extension, entrance or forwarder, or an EntryPoint.","Name a paymaster, or none."], // UnsafePaymaster
    ["The period is neither 0 nor at least `least`.","Use whole minutes or more."], // UnsafePeriod
    ["A row of the token table leaves a recipient or spender free that it asks to be bound; the spender of an approval to values, not to the principal.","Bind it by `is` or `is one of`."], // UnsafeRecipient
    ["The text, of a method or of an inner call, has the selector of a row of the token table and is not that row's text.","Write the table's text."], // UnsafeSelector
    ["The target is below 2**16, Latchkey, its extension, entrance or forwarder, or an EntryPoint.","Name a contract."], // UnsafeTarget
    ["Native value without a limit on the native coin.","Add a limit on the native coin."], // UnsafeValue
    ["A sentinel carries what it cannot: both sides wild, a method of the token table on any contract, value, spends, rules or an inner.","Name the target and the method."], // UnsafeWildcard
  ],
  SESSION_VALUE_NOT_ALLOWED: [
    ["A session key sent its own native value, in wei, with a call for the principal.","Send none."], // SessionCarriesNoValue
    ["More native value than the permission allows in one call, or none in a plain native transfer.","Send at most `maxValue`, and at least 1 wei in a plain transfer."], // ValueNotAllowed
  ],
};
