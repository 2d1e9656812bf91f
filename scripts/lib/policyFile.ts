import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { encodeBytes32String, FunctionFragment, isAddress, ZeroAddress } from "ethers";
import type { AddressBook } from "./addressBook.ts";
import { conditions } from "./policyConditions.ts";
import { Node, PolicyFileError } from "./jsonReader.ts";
import { ANY_TARGET, sorted, type Limit, type Permission, type Policy } from "./policy.ts";
import { baseUnits, ETHER, parseDuration, splitAmount } from "./units.ts";

export { PolicyFileError };

/** What a policy file says beside the policy. */
export interface PolicyFile {
  policy: Policy;
  /** For whom and for what, in a sentence. */
  about: string;
  /** Seconds that a session usually lasts. */
  usual: number;
}

/** How the sentinels are written: in words, so that nobody writes one by accident. */
export const WORDS = {
  anyContract: "any contract",
  anyMethod: "any method",
  nativeTransfer: "native transfer",
} as const;

const FILE = ["$schema", "app", "about", "session", "gas", "limits", "contracts"] as const;
const SESSION = ["shortest", "longest", "usual", "calls"] as const;
const GAS = ["budget", "paidByPrincipal", "paymaster"] as const;
const PERMISSION = ["value", "spends", "arguments", "consumable"] as const;
const SPENDS = ["token", "argument"] as const;

const UINT32 = 2 ** 32 - 1;
const UINT80 = 2n ** 80n - 1n;
export const UINT128 = 2n ** 128n - 1n;

/** Reads a policy written for people; the names in it are resolved by the address book. */
export function loadPolicyFile(path: string | URL, book: AddressBook): PolicyFile {
  const name = basename(typeof path === "string" ? path : path.pathname);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (thrown) {
    throw new PolicyFileError(
      name,
      "",
      `cannot be read (${(thrown as NodeJS.ErrnoException).code ?? String(thrown)}).`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (thrown) {
    throw new PolicyFileError(name, "", `is not JSON: ${(thrown as Error).message}.`);
  }
  return parsePolicyFile(json, book, name);
}

/** Sorts and encodes what a policy file says. `file` is what errors call it. */
export function parsePolicyFile(json: unknown, book: AddressBook, file = "policy"): PolicyFile {
  const root = new Node(file, "", json);
  root.members(FILE);
  const session = root.member("session");
  session.members(SESSION);
  const shortest = duration(session.member("shortest"));
  const longest = duration(session.member("longest"));
  if (longest < shortest) session.member("longest").fail("is shorter than the shortest.");
  const usualAt = session.member("usual");
  const usual = usualAt.isMissing ? longest : duration(usualAt);
  if (usual < shortest || usual > longest) usualAt.fail("is not between the shortest and the longest.");
  const limits = limitsOf(root.member("limits"), book);
  const policy: Policy = {
    app: app(root.member("app")),
    minDuration: shortest,
    maxDuration: longest,
    maxCalls: session.member("calls").whole(1, UINT32),
    ...gas(root.member("gas"), book),
    permissions: permissions(root.member("contracts"), book, limits),
    limits,
  };
  const about = root.member("about");
  return { policy, about: about.isMissing ? "" : about.text(), usual };
}

function app(node: Node): string {
  const text = node.text();
  if (!/^[\x20-\x7e]{1,31}$/.test(text)) node.fail(`expected 1 to 31 printable ASCII characters, found ${node.shown}.`);
  return encodeBytes32String(text);
}

function duration(node: Node): number {
  const seconds = parseDuration(node.text());
  if (seconds === undefined) node.fail(`expected a duration like "2h" or "1h 30m", found ${node.shown}.`);
  if (seconds < 60 || seconds > 365 * 86_400) node.fail(`${node.shown} is not between 1m and 365d.`);
  return seconds;
}

function gas(node: Node, book: AddressBook): Pick<Policy, "gasBudget" | "selfPaid" | "paymaster"> {
  node.members(GAS);
  const budgetAt = node.member("budget");
  const budget = amount(budgetAt, ETHER.symbol, book);
  if (budget > UINT80) budgetAt.fail(`${budgetAt.shown} does not fit 80 bits of wei.`);
  const paymaster = node.member("paymaster");
  return {
    gasBudget: budget,
    selfPaid: node.member("paidByPrincipal").flag(false),
    paymaster: paymaster.isMissing ? ZeroAddress : address(paymaster, book),
  };
}

function limitsOf(node: Node, book: AddressBook): Limit[] {
  if (node.isMissing) return [];
  const all = node.members().map(([symbol, at]): Limit => {
    const unit = book.unit(symbol);
    if (unit === undefined)
      at.fail(`there is no token of this name; known are ${[ETHER.symbol, ...book.tokens()].join(", ")}.`);
    const [cap, period] = at.text().split(" per ");
    const capAt = new NodeAlias(at, cap!);
    const limit = amount(capAt, symbol, book);
    if (limit > UINT128) at.fail(`${at.shown} does not fit 128 bits.`);
    if (period === undefined) return { token: tokenAddress(symbol, book), cap: limit, period: 0 };
    const seconds =
      parseDuration(period) ?? at.fail(`expected a period like "per 1h", found ${JSON.stringify(period)}.`);
    if (seconds < 300 || seconds > UINT32) at.fail(`a period is at least 5m, found ${JSON.stringify(period)}.`);
    return { token: tokenAddress(symbol, book), cap: limit, period: seconds };
  });
  if (all.length > 8) node.fail(`a policy has at most 8 limits, found ${all.length}.`);
  return all;
}

function permissions(node: Node, book: AddressBook, limits: Limit[]): Permission[] {
  const seen = new Map<string, string>();
  const all: Permission[] = [];
  for (const [contract, methods] of node.members()) {
    const target = contract === WORDS.anyContract ? ANY_TARGET : address(new NodeAlias(methods, contract), book);
    const entries = methods.members();
    if (entries.length === 0) methods.fail("names no method; leave the contract out, or say what may be called.");
    for (const [text, at] of entries) {
      const one = permission(target, text, at, book, limits);
      const key = `${target} ${one.method}`;
      const first = seen.get(key);
      if (first !== undefined) at.fail(`stands for the same contract and method as ${first}.`);
      seen.set(key, at.place);
      all.push(one);
    }
  }
  if (all.length === 0) node.fail("names no contract; a policy without permissions allows nothing.");
  return sorted(all);
}

function permission(target: string, text: string, node: Node, book: AddressBook, limits: Limit[]): Permission {
  node.members(PERMISSION);
  const fragment = methodOf(text, node);
  const value = node.member("value");
  const maxValue = value.isMissing ? 0n : amount(value, ETHER.symbol, book);
  if (maxValue > UINT128) value.fail(`${value.shown} does not fit 128 bits of wei.`);
  if (maxValue !== 0n && !limits.some(({ token }) => token === ZeroAddress)) {
    value.fail("a call with value needs a limit on ETH.");
  }
  return {
    target,
    method: fragment === undefined ? (text === WORDS.anyMethod ? "*" : "") : text,
    maxValue,
    ...spends(node.member("spends"), fragment, book, limits),
    rules: conditions(node.member("arguments"), fragment, book),
    consumable: node.member("consumable").flag(false),
  };
}

/** The method of a text; undefined for the sentinels. */
function methodOf(text: string, node: Node): FunctionFragment | undefined {
  if (text === WORDS.anyMethod || text === WORDS.nativeTransfer) return undefined;
  let fragment: FunctionFragment;
  try {
    fragment = FunctionFragment.from(`function ${text}`);
  } catch {
    node.fail(`is no method; write its name and types like "transfer(address,uint256)", or "${WORDS.anyMethod}".`);
  }
  const canonical = fragment.format("sighash");
  if (canonical !== text) node.fail(`write it as ${JSON.stringify(canonical)}: canonical types, no spaces, no names.`);
  return fragment;
}

type Spend = Pick<Permission, "spendToken" | "amountArgument" | "spendAmount">;

function spends(node: Node, fragment: FunctionFragment | undefined, book: AddressBook, limits: Limit[]): Spend {
  if (node.isMissing) return { spendToken: ZeroAddress, amountArgument: 0, spendAmount: 0n };
  if (fragment === undefined) node.fail("only a method of its own can spend.");
  const isConstant = typeof node.value === "string";
  if (!isConstant) node.members(SPENDS);
  const at = isConstant ? node : node.member("token");
  const symbol = isConstant ? splitAmount(node.text())?.unit : at.text();
  if (symbol === undefined) node.fail(`expected an amount like "1 POKE", found ${node.shown}.`);
  const unit = book.unit(symbol);
  if (unit === undefined)
    at.fail(`there is no token ${symbol}; known are ${[ETHER.symbol, ...book.tokens()].join(", ")}.`);
  const token = tokenAddress(symbol, book);
  if (!limits.some((limit) => limit.token === token)) at.fail(`${symbol} has no limit; add one under "limits".`);
  if (isConstant) {
    const spendAmount = amount(node, symbol, book);
    if (spendAmount === 0n || spendAmount > UINT128)
      node.fail(`${node.shown} is not between 1 and 2^128 - 1 base units.`);
    return { spendToken: token, amountArgument: 0, spendAmount };
  }
  return { spendToken: token, amountArgument: node.member("argument").whole(0, 63), spendAmount: 0n };
}

/** Base units of "0.5 POKE". */
function amount(node: Node, symbol: string, book: AddressBook): bigint {
  const split = splitAmount(node.text());
  const unit = book.unit(symbol)!;
  if (split === undefined) node.fail(`expected an amount like "1.5 ${symbol}", found ${node.shown}.`);
  if (split.unit !== symbol) node.fail(`expected an amount of ${symbol}, found ${node.shown}.`);
  const units = baseUnits(split.number, unit.decimals);
  if (units === undefined) node.fail(`${symbol} has ${unit.decimals} decimals, found ${node.shown}.`);
  return units;
}

function address(node: Node, book: AddressBook): string {
  const text = node.text();
  const known = book.addressOf(text) ?? (isAddress(text) ? text : undefined);
  if (known === undefined) {
    node.fail(`there is no contract named ${JSON.stringify(text)}; known are ${book.names().join(", ")}.`);
  }
  return known;
}

function tokenAddress(symbol: string, book: AddressBook): string {
  return symbol === ETHER.symbol ? ZeroAddress : book.addressOf(symbol)!;
}

/** Another value that stands at the same place: a key, or a part of a text. */
class NodeAlias extends Node {
  constructor(original: Node, value: unknown) {
    super(original.file, original.place, value);
  }
}
