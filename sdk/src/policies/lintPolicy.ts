import { type Abi, type Address, isAddressEqual, toFunctionSignature, zeroAddress } from "viem";
import { ANY_TARGET } from "../constants.ts";
import { GRANTING_METHODS, NESTED_BESIDE_METHODS, NESTED_METHODS } from "../generated/tableMethods.ts";
import type { Permission, Policy, RuleTest } from "../types.ts";
import { areAlternatives, type CheckedPermission, checkPolicy, isToken } from "./checkPolicy.ts";
import { approvalsOf, paidTwice } from "./credits.ts";
import { describePolicy, type PermissionDescription } from "./describePolicy.ts";
import { describeArgument, inputsOf } from "./argumentNames.ts";
import {
  anyMethodInWords,
  argumentInWords,
  openArguments,
  rightInWords,
  twiceInWords,
} from "./formatPolicyDescription.ts";
import { overlapsOf } from "./overlaps.ts";
import { isRate } from "./ruleChecks.ts";
import { selectorOf } from "./tokenRows.ts";

/** What `lintPolicy` looks for. */
export type LintRule =
  | "any-target"
  | "any-method"
  | "open-argument"
  | "method-not-in-abi"
  | "machinery-as-target"
  | "nested-calls"
  | "standing-allowance"
  | "open-recipient"
  | "undeclared-spend"
  | "zero-as-all"
  | "approval-paid-twice"
  | "many-alternatives"
  | "uneven-alternatives"
  | "long-text"
  | "long-registration"
  | "long-window"
  | "nobody-pays"
  // What only the chain can say: `lintPolicyOnChain`.
  | "refused-by-chain"
  | "target-without-code"
  | "upgradeable-target"
  | "minimal-proxy"
  | "multicall-router"
  | "selector-not-in-code";

/** One thing that a policy allows and perhaps should not. */
export interface LintIssue {
  rule: LintRule;
  /** `error`: surely not meant; `warning`: legal, and worth a second look. */
  severity: "error" | "warning";
  /** Position of the permission; undefined if it is the whole policy's. */
  index?: number;
  message: string;
}

export interface LintPolicyParameters {
  /** ABIs of the targets, by address: texts of methods are compared with them. */
  abis?: Readonly<Record<Address, Abi>>;
  /** Modules, validators and other machinery of the account: no session belongs there. */
  machinery?: readonly Address[];
}

/** Longest window that raises no eyebrows, in seconds: a week. */
const LONG_WINDOW = 7 * 86_400;
/** Rules of all alternatives of one method together that a call may have to pay for, inclusive. */
const MANY_RULES = 64;
/** Most lines of raw typed data that a person reads before signing, inclusive. */
const MOST_LINES = 150;
/** Longest text that a wallet shows whole, in characters. */
const LONG_TEXT = 255;

const NESTED = /^(multicall|aggregate|tryAggregate|tryBlockAndAggregate|blockAndAggregate|batch(?!Transfer)|execute)/;
const RECIPIENTS = new Map([
  ["transfer(address,uint256)", "0"],
  ["transferFrom(address,address,uint256)", "1"],
]);

/**
 * What is legal and unwise about a policy.
 * @throws UnsafePolicyError if the policy is none that the chain publishes
 */
export function lintPolicy(policy: Policy, parameters: LintPolicyParameters = {}): LintIssue[] {
  const issues: LintIssue[] = [];
  const checked = checkPolicy(policy);
  const { permissions } = describePolicy(policy, { abis: parameters.abis });
  const look = { policy, checked, ...parameters };
  checked.forEach((each, index) => {
    for (const [rule, message] of about(each, permissions[index]!, look)) {
      const severity = rule === "machinery-as-target" || rule === "method-not-in-abi" ? "error" : "warning";
      issues.push({ rule, severity, index, message });
    }
  });
  const lines = registrationLines(policy);
  if (lines > MOST_LINES) {
    const message = `A wallet that shows what is signed as it is shows ${lines} lines; at most ${MOST_LINES} are read.`;
    issues.push({ rule: "long-registration", severity: "warning", message });
  }
  if (policy.maxDuration > LONG_WINDOW) {
    const days = Math.floor(policy.maxDuration / 86_400);
    issues.push({ rule: "long-window", severity: "warning", message: `A session may last ${days} days.` });
  }
  if (policy.gasBudget !== 0n && !policy.selfPaid && isAddressEqual(policy.paymaster, zeroAddress)) {
    const message = "There is a gas budget, and nobody who may pay it.";
    issues.push({ rule: "nobody-pays", severity: "warning", message });
  }
  return issues;
}

/** Lines of a `RegisterSession` beside its policy: its name, the domain, and the grant. */
const OTHER_LINES = 17;

/** Lines of a registration as a wallet shows it that knows nothing of Latchkey: one for each member and each element. */
function registrationLines(policy: Policy): number {
  return OTHER_LINES + linesOf(policy);
}

function linesOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + linesOf(each), 1);
}

interface Look extends LintPolicyParameters {
  policy: Policy;
  checked: readonly CheckedPermission[];
}

type Found = Generator<[LintRule, string]>;

const sentence = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}.`;

function* about(each: CheckedPermission, described: PermissionDescription, look: Look): Found {
  const { permission, trust } = each;
  const { target, method } = permission;
  const { machinery = [] } = look;
  if (isAddressEqual(target, ANY_TARGET)) yield ["any-target", `${method || "Native coin"} may go to any contract.`];
  if (machinery.some((one) => isAddressEqual(one, target))) {
    yield ["machinery-as-target", `${target} is a module or machinery of the account.`];
  }
  if (method === "*") {
    yield ["any-method", sentence(anyMethodInWords(target))];
    return;
  }
  if (method === "") return;
  yield* aboutText(permission, look);
  if (trust === "open") {
    yield ["open-argument", `In ${method}, ${openArguments(described)}: whoever holds the key chooses.`];
  }
  if (GRANTING_METHODS.includes(method) && !each.takesBack) {
    yield ["standing-allowance", sentence(rightInWords(method))];
  }
  const recipient = RECIPIENTS.get(method);
  if (recipient !== undefined && !isPinned(permission, recipient)) {
    yield ["open-recipient", `${method} may go to anyone, up to the limit.`];
  }
  if (trust !== "counted" && !permission.spends.some(({ unit }) => isToken(unit))) {
    yield ["undeclared-spend", `${method} counts no token: give ${target} no allowance.`];
  }
  yield* aboutAmounts(each, look);
  yield* aboutApproval(each, look);
  yield* aboutAlternatives(each, look);
}

function* aboutText({ target, method, inner }: Permission, { abis = {} }: Look): Found {
  const abi = abiOf(target, abis);
  if (abi !== undefined && !abi.some((item) => item.type === "function" && toFunctionSignature(item) === method)) {
    yield [
      "method-not-in-abi",
      `The contract's ABI has no ${method}; its selector ${selectorOf(method)} may be another's.`,
    ];
  }
  if (NESTED.test(method) || NESTED_METHODS.includes(method) || NESTED_BESIDE_METHODS.includes(method)) {
    const isRead = inner.length !== 0;
    const inside = isRead ? "what is bound inside is all that is looked at" : "which no rule looks at";
    yield ["nested-calls", `${method} runs calls inside${isRead ? ": " : ", "}${inside}.`];
  }
  // Paths are never longer.
  const longest = Math.max(method.length, ...inner.map(({ types }) => types.length));
  if (longest > LONG_TEXT) {
    yield ["long-text", `A text of ${longest} characters: a wallet may not show it whole.`];
  }
}

function abiOf(target: Address, abis: Readonly<Record<Address, Abi>>): Abi | undefined {
  return Object.entries(abis).find(([address]) => isAddressEqual(address as Address, target))?.[1];
}

/** Many contracts take 0, or the greatest number, for "all": then a spend or a rate reads another number than is taken. */
function* aboutAmounts({ permission, root }: CheckedPermission, { abis = {} }: Look): Found {
  const { target, method, spends, rules } = permission;
  const inputs = inputsOf(abiOf(target, abis), method);
  const read = new Set([
    ...spends.filter(({ unit }) => isToken(unit)).map(({ argument }) => argument),
    ...rules.filter(({ test }) => isRate(test)).flatMap(({ per }) => per),
  ]);
  for (const path of read) {
    if (path === "" || path === "value") continue;
    const isFixed = rules.some(
      ({ argument, test, numbers }) =>
        argument === path &&
        ((["is", "is one of", "is at least"] as RuleTest[]).includes(test)
          ? numbers[0] !== 0n
          : isZeroRefused(test, numbers)),
    );
    if (isFixed) continue;
    const what = `${argumentInWords(describeArgument(root, path, inputs))} may be 0, which some contracts take for "all"`;
    yield ["zero-as-all", `In ${method}, ${what}: ask for at least 1.`];
  }
}

const isZeroRefused = (test: RuleTest, numbers: readonly bigint[]) => test === "is not" && numbers.includes(0n);

/** An approval and what its spender then takes are counted twice, unless the first pays for the second. */
function* aboutApproval(each: CheckedPermission, { policy, checked }: Look): Found {
  const twice = paidTwice(policy, checked);
  for (const { spender, token } of approvalsOf(each)) {
    if (!twice.some((one) => isAddressEqual(one.spender, spender) && isAddressEqual(one.token, token))) continue;
    const why =
      "one pays for the other only if every permission there draws a limited token and none is for any contract";
    yield ["approval-paid-twice", sentence(`${twiceInWords(spender)}: ${why}`)];
  }
}

/** A call that no alternative admits pays for looking at all of them; one that two admit is the key's to choose from. */
function* aboutAlternatives({ permission }: CheckedPermission, { checked }: Look): Found {
  const all = checked.filter((each) => areAlternatives(each.permission, permission));
  const number = all.findIndex((each) => each.permission === permission) + 1;
  for (const { earlier, unit } of overlapsOf(all, number - 1)) {
    const what = `counts less of ${unit} than alternative ${earlier + 1}, which the key can make fail`;
    yield ["uneven-alternatives", `Alternative ${number} of ${permission.method} ${what} without leaving its bounds.`];
  }
  const rules = all.reduce((sum, each) => sum + each.permission.rules.length, 0);
  if (all[0]?.permission !== permission || rules <= MANY_RULES) return;
  yield ["many-alternatives", `${all.length} alternatives with ${rules} rules: each call may pay for all of them.`];
}

function isPinned({ rules }: Permission, path: string): boolean {
  const pins: RuleTest[] = ["is", "is one of", "is the principal", "is one of or the principal"];
  return rules.some(({ argument, test }) => argument === path && pins.includes(test));
}
