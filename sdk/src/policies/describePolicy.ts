import { type Address, formatEther, formatUnits, getAddress, type Hex, isAddressEqual, zeroAddress } from "viem";
import { ANY_TARGET } from "../constants.ts";
import { GRANTING_METHODS } from "../generated/tableMethods.ts";
import type { Permission, Policy, Rule } from "../types.ts";
import { safeText } from "../errors/safeText.ts";
import { type CheckedPermission, checkPolicy, isToken, keyOf, wordAt } from "./checkPolicy.ts";
import { hashPolicy } from "./hashPolicy.ts";
import { isRate } from "./ruleChecks.ts";
import { selectorOf } from "./tokenRows.ts";
import { mostLossOf, worstLossOf } from "./worstLossOf.ts";

/** How a token's amounts are written. */
export interface TokenUnit {
  symbol: string;
  decimals: number;
}

/** What a principal lets a contract take of a token, whoever asks the contract to. */
export interface StandingAllowance {
  token: Address;
  /** The contract that may take it. */
  spender: Address;
  /** Base units. */
  amount: bigint;
}

export interface DescribePolicyParameters {
  /**
   * Units of the limited tokens, by address: `readTokenUnits` reads them. Unknown ones are told in base units. A counter,
   * 1 to 65,535 as an address, can have one too: what it counts, and 0 decimals.
   */
  tokens?: Readonly<Record<Address, TokenUnit>>;
  /** Names of contracts, by address. */
  names?: Readonly<Record<Address, string>>;
  /** The window that is asked for, unix seconds, inclusive; the longest that the policy allows unless told otherwise. */
  window?: { validAfter: number; validUntil: number };
  /** The principal's standing allowances to the policy's targets: `describePolicyOnChain` reads them. */
  allowances?: readonly StandingAllowance[];
}

/** A policy in plain words. */
export interface PolicyDescription {
  policyId: Hex;
  app: string;
  /**
   * One sentence for each thing that the key may do, argument by argument, the selector beside the text. Alternatives
   * stand side by side: the first one that holds decides.
   */
  permissions: string[];
  limits: string[];
  session: string;
  gas: string;
  /** The most that the calls can take, in one line; the whole truth only if nobody is trusted and nothing is open. */
  worstLoss: string;
  /** Contracts that are taken at their word, by name: no number bounds what they do with what they may already take. */
  trusted: string[];
  /** Arguments that may say anything: whoever holds the key chooses. */
  open: string[];
  /** What no number bounds: every wildcard, every call that counts nothing, every right that outlives the session. */
  warnings: string[];
  /** Where each token of the limits stands: a symbol is what a contract says of itself. */
  tokens: string[];
}

/**
 * A policy in plain words, for whoever is asked to sign it.
 * @throws UnsafePolicyError if the policy is none that the chain publishes
 */
export function describePolicy(policy: Policy, parameters: DescribePolicyParameters = {}): PolicyDescription {
  const words = new Words(parameters);
  const { window } = parameters;
  const loss = window === undefined ? mostLossOf(policy, policy.maxDuration) : worstLossOf(policy, window);
  const counts = loss.losses.filter(({ unit }) => isCounter(unit));
  const amounts = loss.losses
    .filter(({ unit }) => !isCounter(unit))
    .map(({ unit, amount }) => words.amount(amount, unit));
  if (loss.gas !== 0n) amounts.push(`${formatEther(loss.gas)} ETH of gas`);
  const often = counts.map(({ unit, amount }) => words.amount(amount, unit)).join(", ");
  const payers = [
    ...(policy.selfPaid ? ["the wallet"] : []),
    ...(isAddressEqual(policy.paymaster, zeroAddress) ? [] : [`paymaster ${words.name(policy.paymaster)}`]),
  ];
  const checked = checkPolicy(policy);
  const most = amounts.length === 0 ? "nothing that is counted" : amounts.join(" + ");
  return {
    policyId: hashPolicy(policy),
    app: safeText(policy.app, 32),
    permissions: checked.map((each) => words.permission(each, alternativesOf(each, checked))),
    limits: policy.limits.map(({ unit, cap, period, fromStart }) => {
      const amount = words.amount(cap, unit);
      if (period === 0) return `${amount} in all`;
      return `${amount} in each ${durationInWords(period)}${fromStart ? " from the start" : ""}`;
    }),
    session: `${durationInWords(policy.minDuration)} to ${durationInWords(policy.maxDuration)}, at most ${policy.maxCalls} calls`,
    gas:
      payers.length === 0 || policy.gasBudget === 0n
        ? "nobody pays for operations"
        : `operations for ${formatEther(policy.gasBudget)} ETH, paid by ${payers.join(" or ")}`,
    worstLoss: often === "" ? most : `${most}; at most ${often}`,
    trusted: loss.trusted.map((target) => words.target(target)),
    open: checked.filter(({ trust }) => trust === "open").map(({ permission }) => words.open(permission)),
    warnings: warningsOf(checked, words, parameters),
    tokens: [...new Set(policy.limits.map(({ unit }) => unit).filter(isToken))].map((token) => {
      const unit = words.unit(token);
      return unit === undefined
        ? `${getAddress(token)}, counted in base units`
        : `${unit.symbol} is ${getAddress(token)}`;
    }),
  };
}

const isCounter = (unit: Address) => !isToken(unit) && !isAddressEqual(unit, zeroAddress);

/** The permissions of the same target and method, in the order in which they decide. */
function alternativesOf({ permission }: CheckedPermission, all: readonly CheckedPermission[]): CheckedPermission[] {
  return all.filter((each) => keyOf(each.permission) === keyOf(permission));
}

/** What stands beside the worst loss, because no number of the policy bounds it. */
function warningsOf(
  checked: readonly CheckedPermission[],
  words: Words,
  { allowances = [] }: DescribePolicyParameters,
): string[] {
  const warnings: string[] = [];
  const uncounted = new Map<string, string[]>();
  for (const { permission, trust, takesBack } of checked) {
    const { target, method, spends } = permission;
    const on = words.target(target);
    const what = methodInWords(method);
    if (isAddressEqual(target, ANY_TARGET)) warnings.push(`${what} may be called on any contract`);
    if (method === "*") warnings.push(`any method of ${on} may be called, also one that it gets by an upgrade`);
    if (GRANTING_METHODS.includes(method) && !takesBack)
      warnings.push(`what ${what} of ${on} allows outlives the session`);
    const tokens = spends.map(({ unit }) => unit).filter(isToken);
    for (const token of trust === "counted" ? [] : tokens) {
      const { symbol } = words.unitOf(token);
      warnings.push(`${on} takes ${symbol} by an allowance: ${what} counts what it declares, not what is taken`);
    }
    if (trust !== "counted" && tokens.length === 0) uncounted.set(on, [...(uncounted.get(on) ?? []), what]);
  }
  for (const [on, methods] of uncounted) {
    const all = [...new Set(methods)].join(", ");
    warnings.push(`calls of ${on} count no token (${all}): give it no allowance`);
  }
  for (const { token, spender, amount } of allowances) {
    const most = amount >> 255n === 0n ? `up to ${words.amount(amount, token)}` : "without a limit";
    warnings.push(`${words.name(spender)} has a standing allowance of ${words.unitOf(token).symbol}, ${most}`);
  }
  return [...new Set(warnings)];
}

/** The text is its publisher's claim: the selector beside it is what the chain compares. */
function methodInWords(method: string): string {
  if (method === "*") return "any method";
  return method === "" ? "a plain transfer" : `${safeText(method, 255)} [${selectorOf(method)}]`;
}

/** `1[*]:0.length` is "the length of argument 0 inside every element of argument 1". */
export function pathInWords(path: string): string {
  if (path === "value") return "the value";
  const hasLength = path.endsWith(".length");
  const places = (hasLength ? path.slice(0, -".length".length) : path).split(":");
  const named = places.map((place) => {
    const [, own, tail] = /^(.*?)((?:\[\*\])*)$/.exec(place)!;
    return `${"every element of ".repeat(tail!.length / 3)}argument ${own}`;
  });
  return `${hasLength ? "the length of " : ""}${named.reverse().join(" inside ")}`;
}

/** Says things with the names and units that are known. */
class Words {
  private readonly tokens: Readonly<Record<Address, TokenUnit>>;
  private readonly names: Readonly<Record<Address, string>>;

  constructor({ tokens = {}, names = {} }: DescribePolicyParameters) {
    this.tokens = tokens;
    this.names = names;
  }

  permission(checked: CheckedPermission, alternatives: readonly CheckedPermission[]): string {
    const { permission, trust, drawn, row } = checked;
    const { target, method, maxValue, spends, rules, inner, consumable } = permission;
    const on = this.target(target);
    const notes: string[] = [];
    if (maxValue !== 0n) notes.push(`up to ${formatEther(maxValue)} ETH each`);
    for (const { argument, types } of inner) {
      notes.push(`${pathInWords(argument)} holds ${/^\(/.test(types) ? "" : "a call of "}${safeText(types, 255)}`);
    }
    for (const rule of rules) notes.push(`${pathInWords(rule.argument)} ${this.rule(rule, checked)}`);
    if (drawn !== undefined) notes.push(`counts ${pathInWords(row!.amount!)} as ${this.unitOf(drawn).symbol}`);
    for (const { unit, argument, amount, scale } of spends) {
      const times = scale === 0 ? "" : ` times 10^${scale}`;
      const what = argument === "" ? this.amount(amount, unit) : `${pathInWords(argument)}${times}`;
      notes.push(argument === "" ? `counts ${what}` : `counts ${what} as ${this.unitOf(unit).symbol}`);
    }
    if (trust === "open") notes.push(this.openArguments(permission));
    if (trust === "asked") notes.push(`only if ${on} asks for it, which checks the rest itself`);
    else if (consumable) notes.push("the contract checks the session itself");
    if (trust === "trusted") notes.push(`on the word of ${on}`);
    const what = method === "" ? `send ETH to ${on}` : `${methodInWords(method)} of ${on}`;
    const said = notes.length === 0 ? what : `${what}: ${notes.join("; ")}`;
    if (alternatives.length === 1) return said;
    return `${said} (alternative ${alternatives.indexOf(checked) + 1} of ${alternatives.length}: the first that holds decides)`;
  }

  open(permission: Permission): string {
    return `${methodInWords(permission.method)} of ${this.target(permission.target)}: ${this.openArguments(permission)}`;
  }

  private openArguments({ open }: Permission): string {
    if (open[0] === "*") return "everything that is not bound may say anything";
    return `${open.map(pathInWords).join(", ")} may say anything`;
  }

  private rule({ argument, test, per, addresses, numbers, words }: Rule, checked: CheckedPermission): string {
    if (isRate(test)) {
      const most = test === "is at most at rate" ? "most" : "least";
      return `is at ${most} ${numbers[0]}/${numbers[1]} of ${pathInWords(per)}`;
    }
    const unit = unitOfArgument(argument, checked);
    const isFlag = argument !== "value" && wordAt(checked.root, argument)?.of === "bool";
    const all = [
      ...addresses.map((each) => this.name(each)),
      ...numbers.map((each) =>
        isFlag ? String(each === 1n) : unit === undefined ? String(each) : this.amount(each, unit),
      ),
      ...words,
    ].join(", ");
    switch (test) {
      case "is the principal":
        return "is the wallet itself";
      case "is one of or the principal":
        return `is one of ${all} or the wallet itself`;
      case "has the content":
      case "has one of the contents":
        return `has the content with hash ${words.join(" or ")}`;
      default:
        return `${test} ${all}`;
    }
  }

  target(target: Address): string {
    return isAddressEqual(target, ANY_TARGET) ? "any contract" : this.name(target);
  }

  amount(amount: bigint, unit: Address): string {
    const { symbol, decimals } = this.unitOf(unit);
    return `${formatUnits(amount, decimals)} ${symbol}`;
  }

  unitOf(unit: Address): TokenUnit {
    if (isCounter(unit)) return this.unit(unit) ?? { symbol: `units of counter ${BigInt(unit)}`, decimals: 0 };
    return this.unit(unit) ?? { symbol: `base units of ${this.name(unit)}`, decimals: 0 };
  }

  unit(unit: Address): TokenUnit | undefined {
    if (isAddressEqual(unit, zeroAddress)) return { symbol: "ETH", decimals: 18 };
    const known = Object.entries(this.tokens).find(([address]) => isAddressEqual(address as Address, unit))?.[1];
    return known && { ...known, symbol: safeText(known.symbol) };
  }

  name(address: Address): string {
    const known = Object.entries(this.names).find(([each]) => isAddressEqual(each as Address, address))?.[1];
    return known === undefined ? getAddress(address) : safeText(known);
  }
}

/** The unit in which an argument is counted, as it is, so that its bounds are told in it. */
function unitOfArgument(argument: string, { permission, row, drawn }: CheckedPermission): Address | undefined {
  if (argument === "value") return zeroAddress;
  if (drawn !== undefined && row?.amount === argument) return drawn;
  return permission.spends.find((spend) => spend.argument === argument && spend.scale === 0)?.unit;
}

/** `5400` is "1 h 30 min". */
export function durationInWords(seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, length] of [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
    ["s", 1],
  ] as const) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count !== 0) parts.push(`${count} ${unit}`);
  }
  return parts.join(" ") || "0 s";
}
