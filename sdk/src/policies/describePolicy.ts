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
import { selectorOf } from "./definePolicy.ts";
import { hashPolicy } from "./hashPolicy.ts";
import { worstLossOf } from "./worstLossOf.ts";

/** How a token's amounts are written. */
export interface TokenUnit {
  symbol: string;
  decimals: number;
}

export interface DescribePolicyParameters {
  /** Units of the limited tokens, by address: `readTokenUnits` reads them. Unknown ones are told in base units. */
  tokens?: Readonly<Record<Address, TokenUnit>>;
  /** Names of contracts, by address. */
  names?: Readonly<Record<Address, string>>;
  /** The window that is asked for, unix seconds, inclusive; the longest that the policy allows unless told otherwise. */
  window?: { validAfter: number; validUntil: number };
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
    app: hexToString(policy.app, { size: 32 }),
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
  };
}

/** The last second of a period of any length that divides a year of 360 days and more: as many periods as can be. */
const LAST_SECOND = 31_104_000 * 60 - 1;

function permissionInWords(permission: Permission, parameters: DescribePolicyParameters): string {
  const { target, method, maxValue, spendToken, spendAmount, amountArgument, rules, consumable } = permission;
  const on = isAddressEqual(target, ANY_TARGET) ? "any contract" : nameOf(target, parameters);
  const what =
    method === "*"
      ? `any method of ${on}`
      : method === ""
        ? `send ETH to ${on}`
        : `${method} [${selectorOf(method)}] of ${on}`;
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

function unitOf(token: Address, { tokens = {}, names }: DescribePolicyParameters): TokenUnit {
  if (isAddressEqual(token, zeroAddress)) return { symbol: "ETH", decimals: 18 };
  const known = Object.entries(tokens).find(([address]) => isAddressEqual(address as Address, token))?.[1];
  return (
    known ?? { symbol: `base units of ${nameOf(token, { ...(names === undefined ? {} : { names }) })}`, decimals: 0 }
  );
}

function nameOf(address: Address, { names = {} }: DescribePolicyParameters): string {
  return Object.entries(names).find(([each]) => isAddressEqual(each as Address, address))?.[1] ?? getAddress(address);
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
