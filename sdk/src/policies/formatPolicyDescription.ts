import { formatUnits, type Hex } from "viem";
import { safeText } from "../errors/safeText.ts";
import type { ArgumentDescription } from "./argumentNames.ts";
import type {
  BindingDescription,
  BoundValue,
  HoldingDescription,
  LimitDescription,
  LossDescription,
  NamedAddress,
  PermissionDescription,
  PolicyDescription,
  SpendDescription,
  TrustedDescription,
} from "./describePolicy.ts";
import type { UnitDescription } from "./symbols.ts";

/** A policy in plain words. */
export interface PolicyText {
  policyId: Hex;
  app: string;
  /**
   * One sentence for each thing that the key may do, argument by argument, the selector beside the text: first what is
   * counted, then what is on somebody's word, then what is open. Alternatives stand together: the first one that holds
   * decides.
   */
  permissions: string[];
  limits: string[];
  session: string;
  gas: string;
  /** The most that the calls can take, in one line, and whether that is all. */
  worstLoss: string;
  /** Contracts that are taken at their word, with what they may take already. */
  trusted: string[];
  /** Arguments that may say anything: whoever holds the key chooses. */
  open: string[];
  /** Addresses that a rule names and that are not the wallet's own. */
  bound: string[];
  /** What no number bounds: every wildcard, every call that counts nothing, every right that outlives the session. */
  warnings: string[];
  /** Where each token of the limits stands: a symbol is what a contract says of itself. */
  tokens: string[];
}

/** The sentences of a description. Whatever says a policy in English takes them from here. */
export function formatPolicyDescription(description: PolicyDescription): PolicyText {
  const { policyId, app, permissions, limits, session, trusted, open, bound, units, coin } = description;
  const { minDuration, maxDuration, maxCalls } = session;
  return {
    policyId,
    app: safeText(app, 32),
    permissions: inOrderOfTrust(permissions).map((each) => permissionInWords(each, coin)),
    limits: limits.map(limitInWords),
    session: `${durationInWords(minDuration)} to ${durationInWords(maxDuration)}, at most ${maxCalls} calls`,
    gas: gasInWords(description),
    worstLoss: lossInWords(description),
    trusted: trusted.map(trustedInWords),
    open: open.map((index) => openInWords(permissions[index]!)),
    bound: bound.filter(({ isOfPolicy }) => !isOfPolicy).map(boundInWords(permissions)),
    warnings: [...new Set(warningsIn(description))],
    tokens: units
      .filter(({ kind }) => kind === "token")
      .map(({ symbol, address }) => {
        if (symbol === undefined) return `${address}, counted in base units`;
        return symbol.endsWith(address) ? `${symbol}, by its own word` : `${symbol} is ${address}`;
      }),
  };
}

/** The policy of one of several chains, and what people call that chain. */
export interface ChainDescription {
  chain: string;
  description: PolicyDescription;
}

/** Several chains in plain words. */
export interface ChainsText {
  chains: { chain: string; text: PolicyText }[];
  /** What can be lost on all of them together, in one line: each counts by itself. */
  worstLoss: string;
}

/**
 * The sentences of what one signature allows on several chains. Tokens of different chains are not added up, whatever
 * they call themselves.
 */
export function formatChainDescriptions(chains: readonly ChainDescription[]): ChainsText {
  const told = chains.map(({ chain, description }) => ({
    chain: safeText(chain),
    text: formatPolicyDescription(description),
  }));
  return { chains: told, worstLoss: told.map(({ chain, text }) => `on ${chain}: ${text.worstLoss}`).join("; and ") };
}

// --- permissions -----------------------------------------------------------------------------------------------------

const ORDER = { counted: 0, trusted: 1, asked: 1, open: 2 } as const;

/** Alternatives stay together, with those of the least trust. */
export function inOrderOfTrust(permissions: readonly PermissionDescription[]): PermissionDescription[] {
  const isAlternative = (a: PermissionDescription, b: PermissionDescription) =>
    a.target.address === b.target.address && a.method === b.method;
  const rank = (each: PermissionDescription) =>
    Math.max(...permissions.filter((other) => isAlternative(each, other)).map(({ trust }) => ORDER[trust]));
  const ranks = new Map(permissions.map((each) => [each, rank(each)]));
  return [...permissions].sort((a, b) => ranks.get(a)! - ranks.get(b)! || a.index - b.index);
}

/** What one permission allows, in the parts of its sentence. */
export interface PermissionParts {
  /** `"transfer(address,uint256) [0xa9059cbb]"`, and the word between it and whom. */
  does: string;
  link: "of" | "to";
  /** The contract, or who is paid. */
  on: string;
  /** What bounds it, what it counts and on whose word it is. */
  notes: string[];
  /** Which of several it is; empty if it is alone. */
  alternative: string;
}

export function partsOfPermission(permission: PermissionDescription, coin: UnitDescription): PermissionParts {
  const { kind, trust, maxValue, bindings, spends, inner, isConsumable, alternative } = permission;
  const on = targetInWords(permission);
  const notes: string[] = [];
  if (maxValue !== 0n) notes.push(`up to ${amountInWords(maxValue, coin)} each`);
  for (const { argument, types, isCall } of inner) {
    notes.push(`${argumentInWords(argument)} holds ${isCall ? "a call of " : ""}${safeText(types, 255)}`);
  }
  for (const binding of bindings) notes.push(bindingInWords(binding));
  for (const spend of spends) notes.push(spendInWords(spend));
  if (trust === "open") notes.push(openArguments(permission));
  if (trust === "asked") notes.push(`only if ${on} asks for it, which checks the rest itself`);
  else if (isConsumable) notes.push("the contract checks the session itself");
  if (trust === "trusted") notes.push(`on the word of ${on}`);
  return {
    does: kind === "native" ? `send ${symbolInWords(coin)}` : methodInWords(permission),
    link: kind === "native" ? "to" : "of",
    on,
    notes,
    alternative:
      alternative === undefined
        ? ""
        : `(alternative ${alternative.number} of ${alternative.of}: the first that holds decides)`,
  };
}

function permissionInWords(permission: PermissionDescription, coin: UnitDescription): string {
  const { does, link, on, notes, alternative } = partsOfPermission(permission, coin);
  const what = `${does} ${link} ${on}`;
  const said = notes.length === 0 ? what : `${what}: ${notes.join("; ")}`;
  return alternative === "" ? said : `${said} ${alternative}`;
}

/** The text is its publisher's claim: the selector beside it is what the chain compares. */
export function methodInWords({ kind, method, selector }: PermissionDescription): string {
  if (kind === "wildcard") return "any method";
  return kind === "native" ? "a plain transfer" : `${safeText(method, 255)} [${selector}]`;
}

export function targetInWords({ target, isAnyTarget }: { target: NamedAddress; isAnyTarget: boolean }): string {
  return isAnyTarget ? "any contract" : nameInWords(target);
}

export function nameInWords({ address, name }: NamedAddress): string {
  return name === undefined ? address : safeText(name);
}

/** By its name, and by its number as policies have it: from 0. */
export function argumentInWords({ path, name }: Pick<ArgumentDescription, "path" | "name">): string {
  if (path === "value") return "the value";
  return name === undefined ? pathInWords(path) : `${name} (${pathInWords(path)})`;
}

/** `1[*]:0.length` is "the length of argument 0 inside every element of argument 1". */
function pathInWords(path: string): string {
  const hasLength = path.endsWith(".length");
  const places = (hasLength ? path.slice(0, -".length".length) : path).split(":");
  const named = places.map((place) => {
    const [, own, tail] = /^(.*?)((?:\[\*\])*)$/.exec(place)!;
    return `${"every element of ".repeat(tail!.length / 3)}argument ${own}`;
  });
  return `${hasLength ? "the length of " : ""}${named.reverse().join(" inside ")}`;
}

function bindingInWords({ argument, test, values, rate }: BindingDescription): string {
  const what = argumentInWords(argument);
  if (rate !== undefined) {
    const { per, numerator, denominator } = rate;
    const times = denominator === 1n ? `${numerator}` : `${numerator} / ${denominator}`;
    return `${what} is at ${test === "is at most at rate" ? "most" : "least"} ${argumentInWords(per)} times ${times}`;
  }
  const all = values.map(valueInWords);
  switch (test) {
    case "is the principal":
      if (argument.type === "address") return `${what} is the wallet itself`;
      return `${what} is the wallet's own address as a ${argument.type}, whose it is elsewhere`;
    case "is one of or the principal":
      return `${what} is one of ${all.join(", ")} or the wallet itself`;
    case "has the content":
    case "has one of the contents":
      return `${what} is ${all.join(" or ")}`;
    default:
      return `${what} ${test} ${all.join(", ")}`;
  }
}

function valueInWords(value: BoundValue): string {
  switch (value.kind) {
    case "address":
      return nameInWords(value.address);
    case "number":
      return value.unit === undefined ? String(value.number) : amountInWords(value.number, value.unit);
    case "flag":
      return String(value.flag);
    case "bytes":
      return value.bytes;
    case "content":
      return contentInWords(value);
  }
}

/** Longest content that is shown whole, in characters. */
const LONGEST_CONTENT = 255;

function contentInWords({ hash, content, addresses }: Extract<BoundValue, { kind: "content" }>): string {
  if (content === undefined) return `what has the hash ${hash}`;
  if (typeof content !== "string") {
    const all = addresses.length === 0 ? content.map(String) : addresses.map(nameInWords);
    return `[${safeText(all.join(", "), LONGEST_CONTENT)}]`;
  }
  if (content === "0x") return "empty";
  return content.startsWith("0x") ? safeText(content, LONGEST_CONTENT) : `"${safeText(content, LONGEST_CONTENT)}"`;
}

function spendInWords({ unit, argument, amount, scale }: SpendDescription): string {
  if (argument === undefined) return `counts ${amountInWords(amount, unit)}`;
  const times = scale === 0 ? "" : ` times 10^${scale}`;
  return `counts ${argumentInWords(argument)}${times} as ${symbolInWords(unit)}`;
}

function openInWords(permission: PermissionDescription): string {
  return `${methodInWords(permission)} of ${targetInWords(permission)}: ${openArguments(permission)}`;
}

export function openArguments({ open }: Pick<PermissionDescription, "open">): string {
  if (open === "everything") return "everything that is not bound may say anything";
  return `${open.map(argumentInWords).join(", ")} may say anything`;
}

// --- amounts ---------------------------------------------------------------------------------------------------------

export function amountInWords(amount: bigint, unit: UnitDescription): string {
  return `${formatUnits(amount, unit.decimals)} ${symbolInWords(unit)}`;
}

export function symbolInWords({ symbol, kind, address }: UnitDescription): string {
  if (symbol !== undefined) return symbol;
  return kind === "counter" ? `units of counter ${BigInt(address)}` : `base units of ${address}`;
}

function limitInWords({ unit, cap, period, fromStart }: LimitDescription): string {
  return `${amountInWords(cap, unit)} ${periodInWords({ period, fromStart })}`;
}

export function periodInWords({ period, fromStart }: { period: number; fromStart: boolean }): string {
  return period === 0 ? "in all" : `in each ${durationInWords(period)}${fromStart ? " from the start" : ""}`;
}

function gasInWords({ gas: { budget, selfPaid, paymaster }, coin }: PolicyDescription): string {
  const payers = [
    ...(selfPaid ? ["the wallet"] : []),
    ...(paymaster === undefined ? [] : [`paymaster ${nameInWords(paymaster.address)}`]),
  ];
  if (payers.length === 0 || budget === 0n) return "nobody pays for operations";
  return `operations for ${amountInWords(budget, coin)}, paid by ${payers.join(" or ")}`;
}

/** What a number is worth that is not the whole truth. */
export const IF_TRUSTED = ", if the trusted contracts keep their word";

function lossInWords({ loss: { losses, counts, gas, isWhole }, coin }: PolicyDescription): string {
  const lost = losses.map(lostInWords);
  if (gas !== 0n) lost.push(`${amountInWords(gas, coin)} of gas`);
  const most = lost.length === 0 ? "nothing that is counted" : lost.join(" + ");
  const often = counts.length === 0 ? "" : `; at most ${counts.map(lostInWords).join(", ")}`;
  return `${most}${often}${isWhole ? "" : IF_TRUSTED}`;
}

function lostInWords({ amount, unit }: LossDescription): string {
  return amountInWords(amount, unit);
}

// --- those who are named ---------------------------------------------------------------------------------------------

function trustedInWords(trusted: TrustedDescription): string {
  const held = (trusted.holdings ?? []).map(holdingInWords);
  return [targetInWords(trusted), ...held].join("; ");
}

const isEndless = (amount: bigint) => amount >= 2n ** 160n - 1n || amount === 2n ** 96n - 1n;

/** What somebody may take already, without who it is. */
export function holdingInWords(holding: HoldingDescription): string {
  if (holding.right === "operator") return `may move everything that the wallet has in ${nameInWords(holding.on)}`;
  const { unit, amount, isThroughPermit2 } = holding;
  const through = isThroughPermit2 ? " of Permit2" : "";
  const most = isEndless(amount) ? `${symbolInWords(unit)} without a limit` : `up to ${amountInWords(amount, unit)}`;
  return `may already take ${most}, by an allowance${through}`;
}

function boundInWords(permissions: readonly PermissionDescription[]) {
  return ({ address, places }: PolicyDescription["bound"][number]): string => {
    const where = places.map(({ permission, argument }) => {
      const { method } = permissions[permission]!;
      return `${argumentInWords(argument)} of ${safeText(method, 255)}`;
    });
    return `${nameInWords(address)}: ${[...new Set(where)].join(", ")}`;
  };
}

/** What stands beside the worst loss, because no number of the policy bounds it. */
function* warningsIn(description: PolicyDescription): Generator<string> {
  const { permissions, holdings, countedTwice, gas, coin } = description;
  const uncounted = new Map<string, string[]>();
  for (const permission of permissions) {
    const { isAnyTarget, kind, trust, spends, leavesRight } = permission;
    const on = targetInWords(permission);
    const what = methodInWords(permission);
    if (isAnyTarget)
      yield kind === "native"
        ? `${symbolInWords(coin)} may be sent to anyone`
        : `${what} may be called on any contract`;
    if (kind === "wildcard") yield anyMethodInWords(on);
    if (leavesRight) yield rightInWords(`${what} of ${on}`);
    if (trust === "counted") continue;
    const tokens = spends.filter(({ unit }) => unit.kind === "token");
    for (const { unit } of tokens) {
      yield `${on} takes ${symbolInWords(unit)} by an allowance: ${what} counts what it declares, not what is taken`;
    }
    if (tokens.length === 0) uncounted.set(on, [...(uncounted.get(on) ?? []), what]);
  }
  for (const [on, methods] of uncounted) {
    yield `calls of ${on} count no token (${[...new Set(methods)].join(", ")}): give it no allowance`;
  }
  for (const { spender } of countedTwice) yield twiceInWords(nameInWords(spender));
  for (const holding of holdings) yield `${nameInWords(holding.holder)} ${holdingInWords(holding)}`;
  for (const holding of gas.paymaster?.holdings ?? []) {
    yield `paymaster ${nameInWords(holding.holder)} ${holdingInWords(holding)}: it may charge for its gas`;
  }
}

export const anyMethodInWords = (target: string) =>
  `any method of ${target} may be called, also one that it gets by an upgrade`;
export const rightInWords = (method: string) => `what ${method} allows outlives the session`;
export const twiceInWords = (spender: string) => `an approval for ${spender} and what it then takes count twice`;

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
