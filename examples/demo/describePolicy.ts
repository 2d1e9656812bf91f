import { decodeBytes32String, dataSlice, getAddress, toBigInt, ZeroAddress, type Result } from "ethers";
import type { AddressBook } from "./addressBook.ts";
import { ANY_TARGET, MethodKind, methodOf, RuleKind, type Policy } from "../../test/support/reference/policy.ts";
import { ETHER, formatAmount, formatDuration } from "./units.ts";

/** `StoredPolicy` as `policyOf` returns it. */
export interface StoredPolicy {
  policyId: string;
  app: string;
  minDuration: bigint;
  maxDuration: bigint;
  maxCalls: bigint;
  gasBudget: bigint;
  selfPaid: boolean;
  paymaster: string;
  permissions: StoredPermission[];
  limits: { token: string; cap: bigint; period: bigint }[];
}

export interface StoredPermission {
  target: string;
  kind: bigint;
  selector: string;
  maxValue: bigint;
  spendToken: string;
  amountArgument: bigint;
  spendAmount: bigint;
  consumable: boolean;
  rules: { kind: bigint; word: bigint; values: string[] }[];
}

/** What `worstLossOf` and `worstLoss` return. */
export interface WorstLoss {
  losses: { token: string; amount: bigint }[];
  gas: bigint;
}

export interface MethodInWords {
  contract: string;
  /** The text that the publisher claims, by which the selector is shown too; the selector alone if it claims none. */
  method: string;
  selector: string;
  /** What is asked of the call and what it counts, in words. */
  notes: string[];
}

/** What `policyOf` returned, as plain values: a rule's `values` is a method of what ethers returns. */
export function storedPolicy(result: Result): StoredPolicy {
  const permissions = (result.getValue("permissions") as Result).map((permission: Result) => ({
    ...(permission.toObject() as unknown as StoredPermission),
    rules: (permission.getValue("rules") as Result).map(([kind, word, , values]: [bigint, bigint, bigint, Result]) => ({
      kind,
      word,
      values: [...values],
    })),
  }));
  return {
    ...(result.toObject() as unknown as StoredPolicy),
    permissions,
    limits: [...(result.getValue("limits") as Result)],
  };
}

/** What a stored policy allows, call by call. The texts are those of `claimed` whose selectors stand in the store. */
export function describeScope(stored: StoredPolicy, book: AddressBook, claimed?: Policy): MethodInWords[] {
  return stored.permissions.map((permission) => ({
    contract: book.nameOf(permission.target),
    method: methodText(permission, claimed),
    selector: permission.selector,
    notes: notesOf(permission, book),
  }));
}

/** How long, how often, and out of whose purse. */
export function describeSession(stored: StoredPolicy, book: AddressBook): string[] {
  const durations = `${formatDuration(Number(stored.minDuration))} to ${formatDuration(Number(stored.maxDuration))}`;
  const payers = [
    ...(stored.selfPaid ? ["the principal"] : []),
    ...(stored.paymaster === ZeroAddress ? [] : [`paymaster ${book.nameOf(stored.paymaster)}`]),
  ];
  const caps = stored.limits.map(({ token, cap, period }) => {
    const amount = formatAmount(cap, book.unitOf(token));
    return period === 0n ? `${amount} in all` : `${amount} in each ${formatDuration(Number(period))}`;
  });
  return [
    `${durations}, at most ${stored.maxCalls} calls`,
    caps.length === 0 ? "no token, no native coin" : caps.join(", "),
    payers.length === 0
      ? "no operation: nobody may pay its gas"
      : `operations for ${formatAmount(stored.gasBudget, ETHER)} of gas, paid by ${payers.join(" or ")}`,
  ];
}

/** The most that can be taken, in one sentence: "50 POKE + 0.02 ETH reserved for gas". */
export function describeLoss({ losses, gas }: WorstLoss, book: AddressBook): string {
  const parts = losses
    .filter(({ amount }) => amount !== 0n)
    .map(({ token, amount }) => formatAmount(amount, book.unitOf(token)));
  if (gas !== 0n) parts.push(`${formatAmount(gas, ETHER)} reserved for gas`);
  return parts.length === 0 ? "nothing" : parts.join(" + ");
}

/** What stands beside the numbers: what no number bounds, and what the key cannot do at all. */
export function describeTrust(stored: StoredPolicy, book: AddressBook): { warnings: string[]; cannot: string[] } {
  const warnings: string[] = [];
  const undeclared = new Set<string>();
  for (const permission of stored.permissions) {
    const target = book.nameOf(permission.target);
    const { kind } = permission;
    if (getAddress(permission.target) === ANY_TARGET)
      warnings.push(`${permission.selector} may be called on any contract`);
    if (kind === BigInt(MethodKind.WILDCARD)) warnings.push(`any method of ${target} may be called`);
    if (kind === BigInt(MethodKind.METHOD) && APPROVALS.has(permission.selector)) {
      warnings.push(`${target}.${APPROVALS.get(permission.selector)!} outlives the session`);
    }
    if (kind !== BigInt(MethodKind.NATIVE) && permission.spendToken === ZeroAddress) undeclared.add(target);
  }
  if (undeclared.size !== 0) {
    warnings.push(`calls that count no token: on ${[...undeclared].join(", ")}; give these no allowance`);
  }
  const cannot: string[] = [];
  if (!stored.permissions.some(({ selector }) => APPROVALS.has(selector))) cannot.push("approve");
  if (stored.permissions.every(({ maxValue }) => maxValue === 0n)) cannot.push("send ETH");
  return { warnings, cannot };
}

/** Methods that leave a right behind. */
const APPROVALS = new Map(
  ["approve(address,uint256)", "increaseAllowance(address,uint256)", "setApprovalForAll(address,bool)"].map((text) => [
    methodOf(text)[1],
    text.slice(0, text.indexOf("(")),
  ]),
);

function methodText(permission: StoredPermission, claimed: Policy | undefined): string {
  if (permission.kind === BigInt(MethodKind.NATIVE)) return "a plain transfer of ETH";
  if (permission.kind === BigInt(MethodKind.WILDCARD)) return "any method";
  const claim = claimed?.permissions.find(
    ({ target, method }) =>
      getAddress(target) === getAddress(permission.target) && methodOf(method)[1] === permission.selector,
  );
  return claim?.method ?? permission.selector;
}

function notesOf(permission: StoredPermission, book: AddressBook): string[] {
  const notes: string[] = [];
  const { maxValue, spendToken, spendAmount, amountArgument } = permission;
  if (maxValue !== 0n) notes.push(`up to ${formatAmount(maxValue, ETHER)} each`);
  if (spendAmount !== 0n) notes.push(`counts ${formatAmount(spendAmount, book.unitOf(spendToken))}`);
  else if (spendToken !== ZeroAddress)
    notes.push(`counts ${book.unitOf(spendToken).symbol} in argument ${amountArgument}`);
  for (const rule of permission.rules)
    notes.push(`argument ${rule.word} ${ruleInWords(Number(rule.kind), rule.values, book)}`);
  return notes;
}

function ruleInWords(kind: number, values: string[], book: AddressBook): string {
  const all = values.map((value) => wordInWords(value, book)).join(", ");
  switch (kind) {
    case RuleKind.EQUAL:
      return `is ${all}`;
    case RuleKind.NOT_EQUAL:
      return `is not ${all}`;
    case RuleKind.ONE_OF:
      return `is one of ${all}`;
    case RuleKind.EQUAL_PRINCIPAL:
      return "is you";
    case RuleKind.LESS_OR_EQUAL:
      return `is at most ${all}`;
    case RuleKind.GREATER_OR_EQUAL:
      return `is at least ${all}`;
    default:
      return `has the content ${values.map((value) => `${value.slice(0, 6)}…${value.slice(-4)}`).join(" or ")}`;
  }
}

/** A known address by its name, a short number as such, anything else shortened. */
export function wordInWords(value: string, book: AddressBook): string {
  const number = toBigInt(value);
  if (number >> 160n === 0n && number >> 64n !== 0n) {
    const address = getAddress(dataSlice(value, 12));
    if (book.has(address)) return book.nameOf(address);
  }
  return number < 2n ** 80n ? String(number) : `${value.slice(0, 6)}…${value.slice(-4)}`;
}

/** The label as text. */
export function appText(app: string): string {
  return decodeBytes32String(app);
}
