import { hexToString, isAddressEqual, zeroAddress } from "viem";
import { ANY_TARGET } from "../constants.ts";
import { PolicyFileError } from "../errors/policyErrors.ts";
import type { Limit, Permission, Policy } from "../types.ts";
import { type AddressBook, nameIn, symbolOf, tokenOf, WORDS } from "./addressBook.ts";
import { formatConditions } from "./fileConditions.ts";
import { functionOf } from "./headWords.ts";
import { hashPolicy } from "./hashPolicy.ts";
import { parsePolicyFile, type PermissionJson, type PolicyFileJson } from "./parsePolicyFile.ts";
import { formatAmount, formatDuration, NATIVE } from "./units.ts";

export interface FormatPolicyFileParameters {
  /** Names for addresses, and the units of the limited tokens, without which there is no word for an amount. */
  book?: AddressBook | undefined;
  /** For whom and for what, in a sentence. */
  about?: string | undefined;
  /** Seconds that a session usually lasts. */
  usual?: number | undefined;
  /** What errors call the file. */
  file?: string | undefined;
}

/**
 * A policy as a file that people read. `parsePolicyFile` gives back the very policy with the same book; what a file
 * cannot say is refused.
 * @throws PolicyFileError naming the place in the policy, the value and what stands against it
 */
export function formatPolicyFile(policy: Policy, parameters: FormatPolicyFileParameters = {}): PolicyFileJson {
  const { book = {}, about, usual, file = "policy" } = parameters;
  const fail = (place: string, what: string): never => {
    throw new PolicyFileError(file, place, what);
  };
  const contracts: PolicyFileJson["contracts"] = {};
  policy.permissions.forEach((permission, i) => {
    const place = `permissions[${i}]`;
    const isAny = isAddressEqual(permission.target, ANY_TARGET);
    const contract = isAny ? WORDS.anyContract : nameIn(book, permission.target);
    const { method } = permission;
    const text = method === "*" ? WORDS.anyMethod : method === "" ? WORDS.nativeTransfer : method;
    const methods = (contracts[contract] ??= {});
    if (text in methods) fail(place, `${method || "a native transfer"} on ${contract} stands twice.`);
    methods[text] = permissionJson(permission, book, { file, place });
  });
  const limits = Object.fromEntries(
    policy.limits.map((limit, i): [string, string] => limitJson(limit, book, { file, place: `limits[${i}]` })),
  );
  if (Object.keys(limits).length < policy.limits.length) fail("limits", "a token stands twice.");
  const json: PolicyFileJson = {
    app: hexToString(policy.app, { size: 32 }),
    ...(about === undefined ? {} : { about }),
    session: {
      shortest: formatDuration(policy.minDuration),
      longest: formatDuration(policy.maxDuration),
      ...(usual === undefined ? {} : { usual: formatDuration(usual) }),
      calls: policy.maxCalls,
    },
    gas: {
      budget: formatAmount(policy.gasBudget, NATIVE),
      ...(policy.selfPaid ? { paidByPrincipal: true } : {}),
      ...(isAddressEqual(policy.paymaster, zeroAddress) ? {} : { paymaster: nameIn(book, policy.paymaster) }),
    },
    ...(policy.limits.length === 0 ? {} : { limits }),
    contracts,
  };
  // Whatever a file has no place for, the order of rules for one, shows in the id.
  const { policy: read } = parsePolicyFile(json, { book, file });
  if (hashPolicy(read) !== hashPolicy(policy)) {
    fail("", "the policy is not one that a file can say: permissions, rules or values are in another order.");
  }
  return json;
}

interface At {
  file: string;
  place: string;
}

function permissionJson(permission: Permission, book: AddressBook, at: At): PermissionJson {
  const { method, maxValue, spendToken, amountArgument, spendAmount, rules, consumable } = permission;
  const fail = (what: string): never => {
    throw new PolicyFileError(at.file, at.place, what);
  };
  const json: PermissionJson = {};
  if (maxValue !== 0n) json.value = formatAmount(maxValue, NATIVE);
  if (!isAddressEqual(spendToken, zeroAddress)) {
    const symbol = symbolOf(book, spendToken) ?? fail(`the address book has no token ${spendToken}.`);
    if (spendAmount !== 0n && amountArgument !== 0) fail("declares an amount and an argument.");
    json.spends =
      spendAmount === 0n
        ? { token: symbol, argument: amountArgument }
        : formatAmount(spendAmount, tokenOf(book, symbol)!);
  } else if (spendAmount !== 0n || amountArgument !== 0) fail("declares an amount of no token.");
  if (rules.length > 0) {
    const item = functionOf(method) ?? fail(`${method || "a native transfer"} has no arguments to be bound.`);
    json.arguments = formatConditions(rules, item, book, at);
  }
  if (consumable) json.consumable = true;
  return json;
}

function limitJson({ token, cap, period }: Limit, book: AddressBook, { file, place }: At): [string, string] {
  const symbol = symbolOf(book, token);
  if (symbol === undefined) throw new PolicyFileError(file, place, `the address book has no token ${token}.`);
  const amount = formatAmount(cap, tokenOf(book, symbol)!);
  return [symbol, period === 0 ? amount : `${amount} per ${formatDuration(period)}`];
}
