import {
  type Abi,
  type AbiFunction,
  type Address,
  isAddressEqual,
  parseAbiItem,
  toFunctionSignature,
  zeroAddress,
} from "viem";
import { ANY_TARGET } from "../constants.ts";
import { type Permission, type Policy, RuleKind } from "../types.ts";
import { selectorOf } from "./definePolicy.ts";
import { isDynamic } from "./permissions.ts";
import { GRANTING_METHODS, NESTED_METHODS } from "../generated/tableMethods.ts";

/** What `lintPolicy` looks for. */
export type LintRule =
  | "any-target"
  | "any-method"
  | "method-not-in-abi"
  | "argument-cannot-be-bound"
  | "machinery-as-target"
  | "nested-calls"
  | "standing-allowance"
  | "open-recipient"
  | "undeclared-spend"
  | "long-window"
  | "nobody-pays"
  // What only the chain can say: `lintPolicyOnChain`.
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

const NESTED = /^(multicall|aggregate|tryAggregate|tryBlockAndAggregate|blockAndAggregate|batch|execute)/;
const RECIPIENTS = new Map([
  ["transfer(address,uint256)", 0],
  ["transferFrom(address,address,uint256)", 1],
]);

/** What is legal and unwise about a policy. What the chain itself refuses is said by publishing it. */
export function lintPolicy(policy: Policy, parameters: LintPolicyParameters = {}): LintIssue[] {
  const issues: LintIssue[] = [];
  policy.permissions.forEach((permission, index) => {
    for (const [rule, message] of about(permission, policy, parameters)) {
      const severity = rule === "machinery-as-target" || rule === "method-not-in-abi" ? "error" : "warning";
      issues.push({ rule, severity, index, message });
    }
  });
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

function* about(
  permission: Permission,
  policy: Policy,
  parameters: LintPolicyParameters,
): Generator<[LintRule, string]> {
  const { target, method } = permission;
  const { abis = {}, machinery = [] } = parameters;
  if (isAddressEqual(target, ANY_TARGET)) yield ["any-target", `${method} may be called on any contract.`];
  if (machinery.some((each) => isAddressEqual(each, target))) {
    yield ["machinery-as-target", `${target} is a module or machinery of the account.`];
  }
  if (method === "*")
    yield ["any-method", `Every method of ${target} may be called, also one that it gets by an upgrade.`];
  if (method === "*" || method === "") return;
  const abi = Object.entries(abis).find(([address]) => isAddressEqual(address as Address, target))?.[1];
  if (abi !== undefined && !abi.some((item) => item.type === "function" && toFunctionSignature(item) === method)) {
    yield [
      "method-not-in-abi",
      `The contract's ABI has no ${method}; its selector ${selectorOf(method)} may be another's.`,
    ];
  }
  if (NESTED.test(method) || NESTED_METHODS.includes(method))
    yield ["nested-calls", `${method} runs calls inside, which no rule looks at.`];
  if (GRANTING_METHODS.includes(method)) yield ["standing-allowance", `What ${method} allows outlives the session.`];
  const recipient = RECIPIENTS.get(method);
  if (recipient !== undefined && !isPinned(permission, recipient)) {
    yield ["open-recipient", `${method} may go to anyone, up to the limit.`];
  }
  for (const name of unbindable(method)) {
    yield ["argument-cannot-be-bound", `Argument ${name} of ${method} is of a kind that no rule can bind.`];
  }
  if (!isCounted(permission, policy)) {
    yield ["undeclared-spend", `${method} counts no token: give ${target} no allowance.`];
  }
}

function isPinned({ rules }: Permission, word: number): boolean {
  const pins: RuleKind[] = [RuleKind.EQUAL, RuleKind.ONE_OF, RuleKind.EQUAL_PRINCIPAL];
  return rules.some((rule) => rule.word === word && pins.includes(rule.kind));
}

/**
 * Limited tokens are counted by the chain, other targets by what the permission declares. The native coin that a call
 * carries is counted too, and says nothing of tokens that the target takes by an allowance.
 */
function isCounted({ target, spendToken }: Permission, { limits }: Policy): boolean {
  return !isAddressEqual(spendToken, zeroAddress) || limits.some(({ token }) => isAddressEqual(token, target));
}

/** Names, or numbers, of arguments that are dynamic and neither `bytes`, `string` nor an array of simple values. */
function unbindable(method: string): string[] {
  let item: AbiFunction;
  try {
    item = parseAbiItem(`function ${method}`) as unknown as AbiFunction;
  } catch {
    return [];
  }
  return item.inputs.flatMap((input, i) => {
    const isSimple = /^(bytes|string|(address|bool|bytes\d+|u?int\d*)\[\])$/.test(input.type);
    return isDynamic(input) && !isSimple ? [String(i)] : [];
  });
}
