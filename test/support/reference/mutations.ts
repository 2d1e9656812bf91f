import type { Address, Hex } from "viem";
import type { Permission, Policy, Rule } from "./policy.ts";

/**
 * Policies that differ in a little from one that is published, most of them for the worse. Everything fits its type, so
 * that it can be encoded.
 */

const PATHS = [
  "0",
  "1",
  "2",
  "0[*]",
  "0[0]",
  "1[*]",
  "1[1]",
  "0.0",
  "0.1",
  "1.length",
  "0.length",
  "0:0",
  "1[0]:0",
  "0[*].1",
];
const MORE_PATHS = ["value", "", "*", "2[*]:1", "0[*].length", "3", "0.2[0].0", "00", "1.", "0[", "0[64]", "2:0.1"];
const TESTS = ["is", "is not", "is one of", "is the principal", "is one of or the principal", "is at least"];
const MORE_TESTS = [
  "is at most",
  "has the content",
  "has one of the contents",
  "is at least at rate",
  "is at most at rate",
];
const METHODS = [
  ...[
    "f(address)",
    "f(uint256)",
    "f(bool)",
    "f(bytes)",
    "f(string)",
    "f(bytes32,uint8)",
    "f(address[2],int16)",
    "f()",
    "*",
    "",
  ],
  ...[
    "transfer(address,uint256)",
    "approve(address,uint256)",
    "f((uint256,address)[],bytes[])",
    "f(uint256[3][2],string[])",
  ],
  ...[
    "f(uint256[],(bytes,int256)[2])",
    "f(bytes4,int128,function)",
    "deposit(uint256,address)",
    "burn(address,uint256)",
  ],
  ...["f(uint)", "f(bool[65])", "f(uint8[][][][][][][])", "decreaseAllowance(address,uint256)", "f(uint64[64])"],
];
const INNERS = ["(address,uint256)", "(uint256)", "sweep(address,uint256)", "(bytes)", "()", "(bytes,string)", "g()"];
const NUMBERS = [0n, 1n, 2n, 255n, 256n, (1n << 96n) - 1n, 1n << 96n, (1n << 255n) - 1n, -1n, (1n << 128n) - 1n];

/** Numbers from 0 on, one after the other; 0 when they have run out. */
class Draws {
  private readonly list: number[];
  private at = 0;
  constructor(list: number[]) {
    this.list = list;
  }
  below(bound: number): number {
    return bound === 0 ? 0 : (this.list[this.at++] ?? 0) % bound;
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

export function mutate(policy: Policy, numbers: number[]): Policy {
  const draws = new Draws(numbers);
  const changed = structuredClone(policy);
  const times = 1 + draws.below(2);
  for (let i = 0; i < times; ++i) change(changed, draws);
  return changed;
}

function change(policy: Policy, draws: Draws): void {
  const units = [...policy.limits.map(({ unit }) => unit), "0x0000000000000000000000000000000000000000"] as Address[];
  const addresses = [
    ...units,
    ...policy.permissions.map(({ target }) => target),
    "0xFFfFfFffFFfffFFfFFfFFFFFffFFFffffFfFFFfF",
  ] as Address[];
  const permission = policy.permissions[draws.below(policy.permissions.length)];
  if (permission === undefined) return;
  switch (draws.below(16)) {
    case 0:
      return changeSettings(policy, draws, addresses);
    case 1:
      return changeList(policy.limits, draws);
    case 2:
      return changeList(policy.permissions, draws);
    case 3:
      permission.method = draws.of(METHODS);
      return;
    case 4:
      permission.target = draws.of(addresses);
      return;
    case 5:
      permission.maxValue = draws.of(NUMBERS.filter((each) => each >= 0n && each < 1n << 128n));
      return;
    case 6:
      permission.consumable = !permission.consumable;
      return;
    case 7:
      return changeList(permission.rules, draws);
    case 8:
      return changeList(permission.spends, draws);
    case 9:
      if (draws.below(2) === 0) return changeList(permission.open, draws);
      permission.open.splice(
        draws.below(permission.open.length + 1),
        draws.below(2),
        draws.of([...PATHS, ...MORE_PATHS]),
      );
      permission.open.sort();
      return;
    case 10:
      if (draws.below(2) === 0) return changeList(permission.inner, draws);
      permission.inner.push({ argument: draws.of(PATHS), types: draws.of(INNERS) });
      permission.inner.sort((a, b) => (a.argument < b.argument ? -1 : 1));
      return;
    case 11:
      permission.spends.push({
        unit: draws.of(units),
        argument: draws.of([...PATHS, ""]),
        amount: BigInt(draws.below(2)),
        scale: draws.of([0, 0, 0, 1, 30, 31]),
      });
      permission.spends.sort((a, b) => (BigInt(a.unit) < BigInt(b.unit) ? -1 : 1));
      return;
    case 12:
      return addRule(permission, draws, addresses);
    case 13:
      return changeRule(permission.rules[draws.below(permission.rules.length)], draws, addresses);
    case 14: {
      // An alternative, or a neighbour.
      const copy = structuredClone(permission);
      addRule(copy, draws, addresses);
      policy.permissions.splice(policy.permissions.indexOf(permission), 0, copy);
      return;
    }
    default:
      return changeText(permission, draws);
  }
}

function changeList<T>(list: T[], draws: Draws): void {
  if (list.length === 0) return;
  const at = draws.below(list.length);
  const how = draws.below(3);
  if (how === 0) list.splice(at, 1);
  else if (how === 1) list.splice(at, 0, structuredClone(list[at]!));
  else list.push(...list.splice(at, 1));
}

function changeSettings(policy: Policy, draws: Draws, addresses: Address[]): void {
  switch (draws.below(7)) {
    case 0:
      policy.app = draws.of(["", "a", "a".repeat(32), "\u007f", "~"]);
      return;
    case 1:
      policy.minDuration = draws.of([59, 60, 31_536_001]);
      return;
    case 2:
      policy.maxCalls = draws.of([0, 1, (1 << 20) - 1, 1 << 20]);
      return;
    case 3:
      policy.gasBudget = draws.of([0n, 1n, 10n ** 9n, ((1n << 36n) - 1n) * 10n ** 9n, (10n ** 9n) << 36n]);
      return;
    case 4:
      policy.paymaster = draws.of(addresses);
      return;
    case 5:
      policy.selfPaid = !policy.selfPaid;
      return;
  }
  const limit = policy.limits[draws.below(policy.limits.length)];
  if (limit === undefined) return;
  limit.period = draws.of([0, 59, 60, 86_400]);
  limit.cap = draws.of([0n, 1n << 80n, (1n << 80n) - 1n]);
  limit.fromStart = draws.below(2) === 0;
  if (draws.below(3) === 0) limit.unit = draws.of(addresses);
}

function addRule(permission: Permission, draws: Draws, addresses: Address[]): void {
  const rule: Rule = { argument: "0", test: "is", per: "", addresses: [], numbers: [], words: [] };
  permission.rules.push(rule);
  rule.argument = draws.of([...PATHS, "value"]);
  setTest(rule, draws, addresses);
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  permission.rules.sort((a, b) => compare(a.argument, b.argument) || compare(a.test, b.test) || compare(a.per, b.per));
}

function setTest(rule: Rule, draws: Draws, addresses: Address[]): void {
  rule.test = draws.of([...TESTS, ...TESTS, ...MORE_TESTS, "equals"]);
  rule.per = rule.test.endsWith("rate") ? draws.of([...PATHS, "value"]) : "";
  const count = rule.test.includes("one of") || rule.test.endsWith("rate") ? 2 : draws.of([1, 1, 1, 2, 0]);
  const list = draws.of(["numbers", "numbers", "addresses", "words"] as const);
  rule.addresses = [];
  rule.numbers = [];
  rule.words = [];
  for (let i = 0; i < count; ++i) {
    if (list === "numbers") rule.numbers.push(draws.of(NUMBERS));
    else if (list === "addresses") rule.addresses.push(draws.of(addresses));
    else rule.words.push(draws.of([`0x${"11".repeat(32)}`, `0x${"00".repeat(32)}`, `0x22${"00".repeat(31)}`] as Hex[]));
  }
  rule.numbers.sort((a, b) => (a < b ? -1 : 1));
  rule.addresses.sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  rule.words.sort();
}

function changeRule(rule: Rule | undefined, draws: Draws, addresses: Address[]): void {
  if (rule === undefined) return;
  switch (draws.below(4)) {
    case 0:
      rule.argument = draws.of([...PATHS, ...MORE_PATHS]);
      return;
    case 1:
      return setTest(rule, draws, addresses);
    case 2:
      rule.per = draws.of([...PATHS, ...MORE_PATHS]);
      return;
    default:
      rule.numbers = rule.numbers.map((each) => each + draws.of([0n, 1n, -1n]));
  }
}

/** One character of one text. */
function changeText(permission: Permission, draws: Draws): void {
  const edit = (text: string) => {
    const at = draws.below(text.length + 1);
    return (
      text.slice(0, at) +
      draws.of(["", "0", "1", "[", "]", "*", ".", ":", ",", "(", ")", "a", "é"]) +
      text.slice(at + draws.below(2))
    );
  };
  const lists = [permission.rules, permission.inner, permission.spends].filter((list) => list.length !== 0);
  const item = lists.length === 0 ? undefined : draws.of(draws.of(lists) as { argument: string; types?: string }[]);
  if (item === undefined || draws.below(3) === 0) permission.method = edit(permission.method);
  else if (item.types !== undefined && draws.below(2) === 0) item.types = edit(item.types);
  else item.argument = edit(item.argument);
}
