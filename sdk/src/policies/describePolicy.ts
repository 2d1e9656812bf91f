import {
  type Address,
  formatEther,
  formatUnits,
  getAddress,
  hexToBigInt,
  hexToString,
  isAddressEqual,
  zeroAddress,
  type Hex,
} from "viem";
import { ANY_TARGET } from "../constants.ts";
import { type Permission, type Policy, type Rule, RuleKind } from "../types.ts";
import { safeText } from "../utils/safeText.ts";
import { selectorOf } from "./definePolicy.ts";
import { hashPolicy } from "./hashPolicy.ts";
import { GRANTING_METHODS } from "../generated/tableMethods.ts";
import { worstLossOf } from "./worstLossOf.ts";

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
  /** Units of the limited tokens, by address: `readTokenUnits` reads them. Unknown ones are told in base units. */
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
  /** One sentence for each thing that the key may do, the selector beside the text. */
  permissions: string[];
  limits: string[];
  session: string;
  gas: string;
  /** The most that can be taken, in one line. */
  worstLoss: string;
  /** What no number bounds: every wildcard, every call that counts nothing, every right that outlives the session. */
  warnings: string[];
  /** Where each token of the limits stands: a symbol is what a contract says of itself. */
  tokens: string[];
}

/** A policy in plain words. */
export function describePolicy(policy: Policy, parameters: DescribePolicyParameters = {}): PolicyDescription {
  // Without a window, the longest one that starts with a period: it touches the most.
  const window = parameters.window ?? { validAfter: LAST_SECOND, validUntil: LAST_SECOND + policy.maxDuration - 1 };
  const { losses, gas } = worstLossOf(policy, window);
  const amounts = losses.map(({ token, amount }) => amountInWords(amount, token, parameters));
  if (gas !== 0n) amounts.push(`${formatEther(gas)} ETH of gas`);
  const payers = [
    ...(policy.selfPaid ? ["the wallet"] : []),
    ...(isAddressEqual(policy.paymaster, zeroAddress) ? [] : [`paymaster ${nameOf(policy.paymaster, parameters)}`]),
  ];
  return {
    policyId: hashPolicy(policy),
    app: safeText(hexToString(policy.app, { size: 32 }), 32),
    permissions: policy.permissions.map((permission) => permissionInWords(permission, parameters)),
    limits: policy.limits.map(({ token, cap, period }) => {
      const amount = amountInWords(cap, token, parameters);
      return period === 0 ? `${amount} in all` : `${amount} in each ${durationInWords(period)}`;
    }),
    session: `${durationInWords(policy.minDuration)} to ${durationInWords(policy.maxDuration)}, at most ${policy.maxCalls} calls`,
    gas:
      payers.length === 0 || policy.gasBudget === 0n
        ? "nobody pays for operations"
        : `operations for ${formatEther(policy.gasBudget)} ETH, paid by ${payers.join(" or ")}`,
    worstLoss: amounts.length === 0 ? "nothing that is counted" : amounts.join(" + "),
    warnings: warningsOf(policy, parameters),
    tokens: policy.limits
      .filter(({ token }) => !isAddressEqual(token, zeroAddress))
      .map(({ token }) => {
        const unit = knownUnit(token, parameters);
        const address = getAddress(token);
        return unit === undefined ? `${address}, counted in base units` : `${unit.symbol} is ${address}`;
      }),
  };
}

/** The last second of a period of any length that divides a year of 360 days and more: as many periods as can be. */
const LAST_SECOND = 31_104_000 * 60 - 1;

/** What stands beside the worst loss, because no number of the policy bounds it. */
function warningsOf(policy: Policy, parameters: DescribePolicyParameters): string[] {
  const warnings: string[] = [];
  const uncounted = new Map<string, string[]>();
  for (const permission of policy.permissions) {
    const { target, method, spendToken } = permission;
    const on = targetInWords(permission, parameters);
    if (isAddressEqual(target, ANY_TARGET)) warnings.push(`${methodInWords(method)} may be called on any contract`);
    if (method === "*") warnings.push(`any method of ${on} may be called, also one that it gets by an upgrade`);
    if (GRANTING_METHODS.includes(method))
      warnings.push(`what ${methodInWords(method)} of ${on} allows outlives the session`);
    const isLimited = policy.limits.some(({ token }) => isAddressEqual(token, target));
    if (!isAddressEqual(spendToken, zeroAddress) && !isAddressEqual(spendToken, target)) {
      const { symbol } = unitOf(spendToken, parameters);
      warnings.push(
        `${on} takes ${symbol} by an allowance: ${methodInWords(method)} counts what it declares, not what is taken`,
      );
    } else if (method !== "" && !isLimited) {
      uncounted.set(on, [...(uncounted.get(on) ?? []), methodInWords(method)]);
    }
  }
  for (const [on, methods] of uncounted) {
    warnings.push(`calls of ${on} count no token (${methods.join(", ")}): give it no allowance`);
  }
  for (const { token, spender, amount } of parameters.allowances ?? []) {
    const most = amount >> 255n === 0n ? `up to ${amountInWords(amount, token, parameters)}` : "without a limit";
    warnings.push(
      `${nameOf(spender, parameters)} has a standing allowance of ${unitOf(token, parameters).symbol}, ${most}`,
    );
  }
  return [...new Set(warnings)];
}

function targetInWords({ target }: Permission, parameters: DescribePolicyParameters): string {
  return isAddressEqual(target, ANY_TARGET) ? "any contract" : nameOf(target, parameters);
}

/** The text is its publisher's claim: the selector beside it is what the chain compares. */
function methodInWords(method: string): string {
  if (method === "*") return "any method";
  return method === "" ? "a plain transfer" : `${safeText(method, 255)} [${selectorOf(method)}]`;
}

function permissionInWords(permission: Permission, parameters: DescribePolicyParameters): string {
  const { method, maxValue, spendToken, spendAmount, amountArgument, rules, consumable } = permission;
  const on = targetInWords(permission, parameters);
  const what = method === "" ? `send ETH to ${on}` : `${methodInWords(method)} of ${on}`;
  const notes: string[] = [];
  if (maxValue !== 0n) notes.push(`up to ${formatEther(maxValue)} ETH each`);
  if (spendAmount !== 0n) notes.push(`counts ${amountInWords(spendAmount, spendToken, parameters)}`);
  else if (!isAddressEqual(spendToken, zeroAddress)) {
    notes.push(`counts argument ${amountArgument} as ${unitOf(spendToken, parameters).symbol}`);
  }
  for (const rule of rules) notes.push(`argument ${rule.word} ${ruleInWords(rule, parameters)}`);
  if (consumable) notes.push("the contract checks the session itself");
  return notes.length === 0 ? what : `${what}: ${notes.join("; ")}`;
}

function ruleInWords({ kind, values }: Rule, parameters: DescribePolicyParameters): string {
  const all = values.map((value) => wordInWords(value, parameters)).join(", ");
  switch (kind) {
    case RuleKind.EQUAL:
      return `is ${all}`;
    case RuleKind.NOT_EQUAL:
      return `is not ${all}`;
    case RuleKind.ONE_OF:
      return `is one of ${all}`;
    case RuleKind.EQUAL_PRINCIPAL:
      return "is the wallet itself";
    case RuleKind.LESS_OR_EQUAL:
      return `is at most ${all}`;
    case RuleKind.GREATER_OR_EQUAL:
      return `is at least ${all}`;
    default:
      return `has the content with hash ${values.join(" or ")}`;
  }
}

/** An address as such, a short number as such, anything else in hex. */
function wordInWords(value: Hex, parameters: DescribePolicyParameters): string {
  const number = hexToBigInt(value);
  if (number >> 160n === 0n && number >> 80n !== 0n) return nameOf(`0x${value.slice(26)}`, parameters);
  return number >> 80n === 0n ? String(number) : value;
}

function amountInWords(amount: bigint, token: Address, parameters: DescribePolicyParameters): string {
  const { symbol, decimals } = unitOf(token, parameters);
  return `${formatUnits(amount, decimals)} ${symbol}`;
}

function unitOf(token: Address, parameters: DescribePolicyParameters): TokenUnit {
  return knownUnit(token, parameters) ?? { symbol: `base units of ${nameOf(token, parameters)}`, decimals: 0 };
}

function knownUnit(token: Address, { tokens = {} }: DescribePolicyParameters): TokenUnit | undefined {
  if (isAddressEqual(token, zeroAddress)) return { symbol: "ETH", decimals: 18 };
  const known = Object.entries(tokens).find(([address]) => isAddressEqual(address as Address, token))?.[1];
  return known && { ...known, symbol: safeText(known.symbol) };
}

function nameOf(address: Address, { names = {} }: DescribePolicyParameters): string {
  const known = Object.entries(names).find(([each]) => isAddressEqual(each as Address, address))?.[1];
  return known === undefined ? getAddress(address) : safeText(known);
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
