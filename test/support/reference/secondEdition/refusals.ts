import type { Address } from "viem";
import { ANY_TARGET, type ChainFacts } from "./publication.ts";
import type { Permission, Policy, Rule, Spend } from "./types.ts";

/** Policies that publication refuses, one for each of its errors at least, and some that it takes. */

export const TARGET: Address = "0x00000000000000000000000000000000000a0000";
export const TOKEN: Address = "0x00000000000000000000000000000000000b0000";
export const VAULT: Address = "0x00000000000000000000000000000000000c0000";
export const NFT: Address = "0x00000000000000000000000000000000000d0000";
export const LATCHKEY: Address = "0x00000000000000000000000000000000000f0000";
export const BOB: Address = "0x00000000000000000000000000000000000b0b00";
const NATIVE: Address = "0x0000000000000000000000000000000000000000";
export const COUNTER: Address = "0x0000000000000000000000000000000000000001";
const GWEI = 10n ** 9n;

export const facts: ChainFacts = {
  machinery: [LATCHKEY],
  fungible: [TOKEN, VAULT].map((each) => each.toLowerCase() as Address),
  nonFungible: [NFT],
  assets: { [VAULT.toLowerCase()]: TOKEN },
};

export const permission = (method: string, more: Partial<Permission> = {}): Permission => ({
  target: TARGET,
  method,
  maxValue: 0n,
  spends: [],
  rules: [],
  inner: [],
  consumable: false,
  open: [],
  ...more,
});
export const rule = (argument: string, test: string, values: (bigint | string)[] = [], per = ""): Rule => ({
  argument,
  test,
  per,
  addresses: values.filter((each): each is Address => typeof each === "string" && each.length === 42),
  numbers: values.filter((each) => typeof each === "bigint"),
  words: values.filter((each): each is Address => typeof each === "string" && each.length === 66),
});
export const spend = (unit: Address, argument: string, more: Partial<Spend> = {}): Spend => ({
  unit,
  argument,
  amount: 0n,
  scale: 0,
  ...more,
});
const limit = (unit: Address, cap = 10n, period = 0, fromStart = false) => ({ unit, cap, period, fromStart });
const ALL = [limit(NATIVE), limit(COUNTER), limit(TOKEN)];
const policy = (permissions: Permission[], more: Partial<Policy> = {}): Policy => ({
  app: "test",
  minDuration: 60,
  maxDuration: 60,
  maxCalls: 1,
  gasBudget: 0n,
  selfPaid: false,
  paymaster: NATIVE,
  permissions,
  limits: ALL,
  ...more,
});

export const of = (...permissions: Permission[]) => policy(permissions);
const ruled = (types: string, ...rules: Rule[]) => of(permission(`f${types}`, { rules }));
const spending = (types: string, ...spends: Spend[]) => of(permission(`f${types}`, { spends }));
const opened = (types: string, open: string[], more: Partial<Permission> = {}) =>
  of(permission(`f${types}`, { open, ...more }));
const settings = (more: Partial<Policy>) => policy([permission("f()")], more);
const word = (last: number) => `0x${last.toString(16).padStart(64, "0")}`;
const CONTENT = word(7);
const APPROVE = "approve(address,uint256)";

export const REFUSED: [say: string, error: string, policy: Policy][] = [
  ["an app without a name", "PolicyAppInvalid", settings({ app: "" })],
  ["an app of 32 bytes", "PolicyAppInvalid", settings({ app: "a".repeat(32) })],
  ["an app with a line break", "PolicyAppInvalid", settings({ app: "a\nb" })],
  ["a duration of 59 seconds", "PolicyDurationsInvalid", settings({ minDuration: 59 })],
  ["a duration of a year and a second", "PolicyDurationsInvalid", settings({ maxDuration: 31_536_001 })],
  ["no calls", "PolicyCallsInvalid", settings({ maxCalls: 0 })],
  ["2^20 calls", "PolicyCallsInvalid", settings({ maxCalls: 1 << 20 })],
  ["a gas budget of half a gwei more", "PolicyGasBudgetInvalid", settings({ gasBudget: GWEI + GWEI / 2n })],
  ["a gas budget of 2^36 gwei", "PolicyGasBudgetInvalid", settings({ gasBudget: GWEI << 36n })],
  ["Latchkey as paymaster", "UnsafePaymaster", settings({ paymaster: LATCHKEY })],
  ["no permission", "PolicyEmpty", of()],
  [
    "nine limits",
    "TooManyLimits",
    settings({ limits: Array.from({ length: 9 }, (_, i) => limit(NATIVE, 1n, 60 + i)) }),
  ],
  ["limits out of order", "LimitsNotAscending", settings({ limits: [limit(TOKEN), limit(NATIVE)] })],
  ["a limit that stands twice", "LimitsNotAscending", settings({ limits: [limit(TOKEN, 1n), limit(TOKEN, 2n)] })],
  ["a period of 59 seconds", "UnsafePeriod", settings({ limits: [limit(TOKEN, 1n, 59)] })],
  ["a lifetime counted from its start", "PeriodStartInvalid", settings({ limits: [limit(TOKEN, 1n, 0, true)] })],
  ["an NFT as a limited token", "UnsafeLimitedToken", settings({ limits: [limit(NFT)] })],
  [
    "65,536 as a counter",
    "UnsafeLimitedToken",
    settings({ limits: [limit("0x0000000000000000000000000000000000010000")] }),
  ],
  ["permissions out of order", "UnsafeOrder", of(permission("f()", { target: BOB }), permission("f()"))],
  [
    "nine alternatives",
    "TooManyAlternatives",
    of(...Array.from({ length: 9 }, (_, i) => permission("f(uint8)", { rules: [rule("0", "is", [BigInt(i)])] }))),
  ],
  ["an alternative twice", "AlternativeRepeated", of(permission("f()"), permission("f()"))],
  [
    "a precompile as target",
    "UnsafeTarget",
    of(permission("f()", { target: "0x0000000000000000000000000000000000000802" })),
  ],
  ["Latchkey as target", "UnsafeTarget", of(permission("f()", { target: LATCHKEY }))],
  ["a space in a method", "UnsafeMethod", of(permission("f(uint256, uint256)"))],
  ["an alias of a type", "UnsafeMethod", of(permission("f(uint)"))],
  ["65 head words", "UnsafeMethod", of(permission("f(bool[65])"))],
  ["a text of 1,024 bytes", "UnsafeMethod", of(permission(`${"f".repeat(1_022)}()`))],
  ["seven pointers", "MethodTooDeep", of(permission("f(uint8[][][][][][][])"))],
  ["another text with a selector of the table", "UnsafeSelector", of(permission("many_msg_babbage(bytes1)"))],
  ["everything everywhere", "UnsafeWildcard", of(permission("*", { target: ANY_TARGET, open: ["*"] }))],
  [
    "every method and a rule",
    "UnsafeWildcard",
    of(permission("*", { open: ["*"], rules: [rule("value", "is", [0n])] })),
  ],
  ["every method that is not said to be open", "UnboundArgument", of(permission("*"))],
  ["every method of a limited token", "UnsafeOnLimitedToken", of(permission("*", { target: TOKEN, open: ["*"] }))],
  [
    "a bridge that may take a fee on top of its amount",
    "UnsafeOnLimitedToken",
    of(
      permission("transferRemote(uint32,bytes32,uint256)", {
        target: TOKEN,
        rules: [rule("1", "is the principal")],
      }),
    ),
  ],
  [
    "a method of the table anywhere",
    "UnsafeWildcard",
    of(permission("transfer(address,uint256)", { target: ANY_TARGET })),
  ],
  [
    "a spend anywhere",
    "UnsafeWildcard",
    of(permission("f()", { target: ANY_TARGET, spends: [spend(COUNTER, "", { amount: 1n })] })),
  ],
  ["something open anywhere", "OpenNotAllowed", of(permission("f(address)", { target: ANY_TARGET, open: ["0"] }))],
  ["a free address anywhere", "UnboundArgument", of(permission("f(address)", { target: ANY_TARGET }))],
  ["value without a native limit", "UnsafeValue", policy([permission("f()", { maxValue: 1n })], { limits: [] })],
  ["a native transfer of nothing", "NativeTransferWithoutValue", of(permission(""))],
  ["a native transfer to a limited token", "UnsafeOnLimitedToken", of(permission("", { target: TOKEN, maxValue: 1n }))],
  ["a transfer without a limit", "UnsafeOutflow", policy([permission("transfer(address,uint256)")], { limits: [] })],
  ["an approval to anyone", "UnsafeRecipient", of(permission(APPROVE, { target: TOKEN }))],
  [
    "an approval to the principal",
    "UnsafeRecipient",
    of(permission(APPROVE, { target: TOKEN, rules: [rule("0", "is the principal")] })),
  ],
  [
    "an unknown method of a limited token",
    "UnsafeOnLimitedToken",
    of(permission("sweep(address)", { target: TOKEN, spends: [spend(TOKEN, "", { amount: 1n })] })),
  ],
  [
    "shares counted as tokens",
    "UnsafeOnLimitedToken",
    of(permission("transferShares(address,uint256)", { target: TOKEN })),
  ],
  [
    "the vault's shares by assets",
    "UnsafeOnLimitedToken",
    policy([permission("withdraw(uint256,address,address)", { target: VAULT })], { limits: [limit(VAULT)] }),
  ],
  [
    "a deposit that does not declare the asset",
    "UnsafeOutflow",
    policy([permission("deposit(uint256,address)", { target: VAULT, rules: [rule("1", "is the principal")] })], {
      limits: [limit(TOKEN), limit(VAULT)],
    }),
  ],
  [
    "a token's spend beside a row that counts",
    "SpendUnitInvalid",
    of(permission("burn(uint256)", { target: TOKEN, spends: [spend(TOKEN, "0")] })),
  ],
  ["a wildcard that its target consumes", "UnsafeConsumable", of(permission("*", { open: ["*"], consumable: true }))],
  [
    "five spends",
    "TooManySpends",
    spending("()", ...Array.from({ length: 5 }, () => spend(COUNTER, "", { amount: 1n }))),
  ],
  ["spends out of order", "SpendsNotAscending", spending("(uint8)", spend(TOKEN, "0"), spend(COUNTER, "0"))],
  ["a spend without a limit", "SpendWithoutLimit", spending("(uint8)", spend(BOB, "0"))],
  ["the native coin as a spend", "SpendUnitInvalid", spending("(uint8)", spend(NATIVE, "0"))],
  ["a spend of nothing", "SpendAmountInvalid", spending("()", spend(COUNTER, ""))],
  ["a constant beside an argument", "SpendAmountInvalid", spending("(uint8)", spend(COUNTER, "0", { amount: 1n }))],
  ["a scale of 31", "SpendScaleInvalid", spending("(uint8)", spend(COUNTER, "0", { scale: 31 }))],
  ["a scale on a token", "SpendScaleInvalid", spending("(uint8)", spend(TOKEN, "0", { scale: 1 }))],
  ["a scale on a constant", "SpendScaleInvalid", spending("()", spend(COUNTER, "", { amount: 1n, scale: 1 }))],
  ["a spend of a signed number", "SpendNotNumber", spending("(int8)", spend(COUNTER, "0"))],
  ["17 rules", "TooManyRules", ruled("()", ...Array.from({ length: 17 }, () => rule("value", "is", [0n])))],
  ["rules out of order", "RulesNotAscending", ruled("(uint8,uint8)", rule("1", "is", [0n]), rule("0", "is", [0n]))],
  ["a rule twice", "RulesNotAscending", ruled("(uint8)", rule("0", "is", [0n]), rule("0", "is", [1n]))],
  ["a test that does not exist", "RuleTestUnknown", ruled("(uint8)", rule("0", "equals", [0n]))],
  ["a test in capitals", "RuleTestUnknown", ruled("(uint8)", rule("0", "Is", [0n]))],
  ["a bound on a bool", "RuleTestNotForType", ruled("(bool)", rule("0", "is at most", [0n]))],
  ["a content of a fixed array", "RuleTestNotForType", ruled("(uint8[2])", rule("0", "has the content", [CONTENT]))],
  ["the principal as uint160", "RuleTestNotForType", ruled("(uint160)", rule("0", "is the principal"))],
  ["an address in the wrong list", "RuleListInvalid", ruled("(address)", rule("0", "is", [5n]))],
  ["two values for is", "RuleValuesInvalid", ruled("(uint8)", rule("0", "is", [1n, 2n]))],
  ["one value for is one of", "RuleValuesInvalid", ruled("(uint8)", rule("0", "is one of", [1n]))],
  [
    "33 values for is not",
    "RuleValuesInvalid",
    ruled(
      "(uint8)",
      rule(
        "0",
        "is not",
        Array.from({ length: 33 }, (_, i) => BigInt(i)),
      ),
    ),
  ],
  ["values that do not ascend", "RuleValuesNotAscending", ruled("(uint8)", rule("0", "is one of", [2n, 1n]))],
  ["a value twice", "RuleValuesNotAscending", ruled("(uint8)", rule("0", "is one of", [1n, 1n]))],
  ["256 for a uint8", "RuleValueOutOfType", ruled("(uint8)", rule("0", "is", [256n]))],
  [
    "more than 2^96 for an unbound number",
    "RuleValueOutOfType",
    ruled("(uint256)", rule("0", "is at least", [1n << 96n])),
  ],
  [
    "2^255, which reads as a negative number",
    "RuleValueNegative",
    ruled("(uint256)", rule("0", "is", [-(1n << 255n)])),
  ],
  ["dirty bytes4", "RuleValueOutOfType", ruled("(bytes4)", rule("0", "is", [word(1)]))],
  ["at least zero", "RuleAlwaysHolds", ruled("(uint8)", rule("0", "is at least", [0n]))],
  ["at most all", "RuleAlwaysHolds", ruled("(uint256)", rule("0", "is at most", [(1n << 96n) - 1n]))],
  ["5 to 4", "RulesNeverHold", ruled("(uint8)", rule("0", "is at least", [5n]), rule("0", "is at most", [4n]))],
  ["one of what is excluded", "RulesNeverHold", ruled("(address)", rule("0", "is", [BOB]), rule("0", "is not", [BOB]))],
  ["a rate with a zero", "RateInvalid", ruled("(uint8,uint8)", rule("0", "is at least at rate", [0n, 1n], "1"))],
  ["a rate by zero", "RateInvalid", ruled("(uint8,uint8)", rule("0", "is at least at rate", [1n, 0n], "1"))],
  [
    "a rate not in lowest terms",
    "RateInvalid",
    ruled("(uint8,uint8)", rule("0", "is at least at rate", [2n, 2n], "1")),
  ],
  ["a rate against itself", "RateSideInvalid", ruled("(uint8)", rule("0", "is at least at rate", [1n, 2n], "0"))],
  ["a rate against nothing", "RateSideInvalid", ruled("(uint8)", rule("0", "is at least at rate", [1n, 2n]))],
  [
    "a rate of every element",
    "RateSideInvalid",
    ruled("(uint8[],uint8)", rule("0[*]", "is at least at rate", [1n, 2n], "1")),
  ],
  ["another side where there is no rate", "RateSideInvalid", ruled("(uint8,uint8)", rule("0", "is", [1n], "1"))],
  ["a leading zero in a path", "ArgumentTextInvalid", ruled("(uint8)", rule("00", "is", [1n]))],
  ["a path of letters", "ArgumentTextInvalid", ruled("(uint8)", rule("amount", "is", [1n]))],
  ["a length in the middle of a path", "ArgumentTextInvalid", ruled("(bytes)", rule("0.length:0", "is", [1n]))],
  ["a path that leads nowhere", "ArgumentMissing", ruled("(uint8)", rule("1", "is", [1n]))],
  ["an element behind the last", "ArgumentMissing", ruled("(uint8[2])", rule("0[2]", "is", [1n]))],
  ["element 64 of an array", "ArgumentMissing", ruled("(uint8[])", rule("0[64]", "is", [1n]))],
  ["a part of a number", "ArgumentImpassable", ruled("(uint8)", rule("0.0", "is", [1n]))],
  ["an element of bytes", "ArgumentImpassable", ruled("(bytes)", rule("0[0]", "is", [1n]))],
  ["the length of a fixed array", "ArgumentImpassable", ruled("(uint8[2])", rule("0.length", "is", [1n]))],
  ["inside bytes that nobody reads", "ArgumentImpassable", ruled("(bytes)", rule("0:0", "is", [1n]))],
  [
    "an inner that is not bytes",
    "InnerNotBytes",
    of(permission("f(uint8)", { inner: [{ argument: "0", types: "(uint8)" }] })),
  ],
  [
    "an inner twice",
    "InnersNotAscending",
    of(
      permission("f(bytes)", {
        inner: [
          { argument: "0", types: "(uint8)" },
          { argument: "0", types: "(bool)" },
        ],
      }),
    ),
  ],
  ["an inner of nothing", "InnerTypesInvalid", of(permission("f(bytes)", { inner: [{ argument: "0", types: "()" }] }))],
  ["two texts of one selector", "MethodTextsDiffer", of(permission("f8491()"), permission("f130736()"))],
  [
    "nine inners",
    "TooManyInners",
    of(
      permission("f(bytes[])", {
        inner: Array.from({ length: 9 }, (_, i) => ({ argument: `0[${i}]`, types: "(uint8)" })),
      }),
    ),
  ],
  [
    "bytes within bytes, seven times",
    "ArgumentTooDeep",
    of(
      permission("f(bytes)", {
        inner: Array.from({ length: 7 }, (_, i) => ({ argument: `0${":0".repeat(i)}`, types: "(bytes)" })),
      }),
    ),
  ],
  [
    "an inner for all and for one",
    "InnersOverlap",
    of(
      permission("f(bytes[])", {
        inner: [
          { argument: "0[*]", types: "(uint8)" },
          { argument: "0[0]", types: "(uint8)" },
        ],
      }),
    ),
  ],
  [
    "a recipient inside bytes declared as a number",
    "UnboundArgument",
    of(permission("f(bytes)", { inner: [{ argument: "0", types: "(uint256)" }] })),
  ],
  ["a free address", "UnboundArgument", ruled("(address)")],
  ["a free word of 20 bytes that pays", "UnboundArgument", of(permission("f(bytes20)", { maxValue: 1n }))],
  ["a memo beside a payment", "UnboundArgument", spending("(uint256,string)", spend(TOKEN, "0"))],
  ["free bytes", "UnboundArgument", ruled("(bytes)")],
  ["one element bound and the others not", "UnboundArgument", ruled("(address[])", rule("0[0]", "is", [BOB]))],
  [
    "elements bound and their number not exact",
    "UnboundArgument",
    ruled("(address[])", rule("0.length", "is at most", [1n]), rule("0[0]", "is", [BOB])),
  ],
  [
    "a nested call that its target consumes",
    "UnboundArgument",
    of(permission("execute(bytes,bytes[],uint256)", { consumable: true })),
  ],
  [
    "nine open paths",
    "TooManyOpen",
    opened(
      "()",
      Array.from({ length: 9 }, (_, i) => String(i)),
    ),
  ],
  ["an open path twice", "OpenNotAscending", opened("(address)", ["0", "0"])],
  ["an open path that is bound", "OpenArgumentBound", opened("(address)", ["0"], { rules: [rule("0", "is", [BOB])] })],
  ["an open path that carries nothing", "OpenArgumentHarmless", opened("(bool,address)", ["0"])],
  ["an open length", "OpenArgumentHarmless", opened("(bytes)", ["0.length"])],
  ["all beside one", "OpenNotAlone", opened("(address)", ["*", "0"])],
  ["an open path below another", "OpenNotAlone", opened("((address,address))", ["0", "0.0"])],
  ["one opened and another forgotten", "UnboundArgument", opened("(address,address)", ["0"])],
  ["a right that is open", "OpenNotAllowed", of(permission("setApprovalForAll(address,bool)", { open: ["0"] }))],
  [
    "open on a limited token",
    "OpenNotAllowed",
    of(permission("transfer(address,uint256)", { target: TOKEN, open: ["0"] })),
  ],
];

export const ACCEPTED: [say: string, trust: string, policy: Policy][] = [
  ["a transfer to anyone", "counted", of(permission("transfer(address,uint256)", { target: TOKEN }))],
  [
    "taking an approval back from anyone",
    "counted",
    of(permission(APPROVE, { target: TOKEN, rules: [rule("1", "is", [0n])] })),
  ],
  [
    "taking an operator back from anyone",
    "trusted",
    of(permission("setApprovalForAll(address,bool)", { rules: [rule("1", "is", [0n])] })),
  ],
  [
    "an approval of one NFT to a bound operator",
    "trusted",
    of(permission(APPROVE, { target: NFT, rules: [rule("0", "is", [BOB])] })),
  ],
  [
    "what only looks like Permit2",
    "trusted",
    of(
      permission("approve(address,address,uint160,uint48)", {
        rules: [rule("0", "is", [TOKEN]), rule("1", "is", [BOB])],
      }),
    ),
  ],
  ["a post", "trusted", ruled("(string)")],
  ["a free word beside a counter", "trusted", spending("(bytes32)", spend(COUNTER, "", { amount: 1n }))],
  ["every element bound", "trusted", ruled("(address[])", rule("0[*]", "is", [BOB]))],
  [
    "each of two elements bound",
    "trusted",
    ruled("(address[])", rule("0.length", "is", [1n]), rule("0[0]", "is", [BOB])),
  ],
  ["no elements", "trusted", ruled("(address[])", rule("0.length", "is", [0n]))],
  ["an address as a number, which only small numbers pass", "trusted", ruled("(uint256)")],
  ["an address that the target asks for itself", "asked", of(permission("f(address)", { consumable: true }))],
  ["every method, said to be open", "open", of(permission("*", { open: ["*"] }))],
  ["a method without arguments and whatever stands behind", "open", opened("()", ["*"])],
];
