import type { Address, Hex } from "viem";
import { UnsafePolicyError } from "../errors/policyErrors.ts";
import { type Policy, RULE_TESTS, type RuleTest } from "../types.ts";
import { type AddressBook, readAddress } from "./addressBook.ts";
import { checkPolicy } from "./checkPolicy.ts";
import { neverTargets } from "./definePolicy.ts";
import { JsonNode } from "./jsonNode.ts";

/** A policy in its own fields as JSON holds it: numbers above 2^53 are texts. */
export type PlainPolicyJson = Plain<Policy>;

type Plain<value> = value extends bigint
  ? string | number
  : value extends readonly (infer item)[]
    ? readonly Plain<item>[]
    : value extends object
      ? { [name in keyof value]: Plain<value[name]> }
      : value;

const POLICY = [
  "app",
  "minDuration",
  "maxDuration",
  "maxCalls",
  "gasBudget",
  "selfPaid",
  "paymaster",
  "permissions",
  "limits",
] as const;
const PERMISSION = ["target", "method", "maxValue", "spends", "rules", "inner", "consumable", "open"] as const;
const SPEND = ["unit", "argument", "amount", "scale"] as const;
const RULE = ["argument", "test", "per", "addresses", "numbers", "words"] as const;
const INNER = ["argument", "types"] as const;
const LIMIT = ["unit", "cap", "period", "fromStart"] as const;

const MAX_UINT32 = 2 ** 32 - 1;

/** A policy in its own fields, as JSON can hold it without a loss: numbers of any size are texts. */
export function policyToJson(policy: Policy): PlainPolicyJson {
  const plain = (value: unknown): unknown => {
    if (typeof value === "bigint") return String(value);
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  };
  return plain(policy) as PlainPolicyJson;
}

/**
 * What `policyToJson` wrote, from a value or from a text.
 * @throws PolicyFileError naming the place, the value and the bound
 */
export function policyFromJson(json: unknown, { file = "policy" }: { file?: string } = {}): Policy {
  return parsePlainPolicy(typeof json === "string" ? JsonNode.parse(file, json) : new JsonNode(file, "", json), {});
}

/** A policy as it is written, in its one spelling; nothing is sorted. Names of the book stand for addresses. */
export function parsePlainPolicy(node: JsonNode, book: AddressBook): Policy {
  const address = (at: JsonNode): Address => {
    return readAddress(at, book) ?? at.fail(`expected an address or a known name, found ${at.shown}.`);
  };
  const fields = <name extends string>(at: JsonNode, names: readonly name[]) => {
    at.members(names);
    return Object.fromEntries(names.map((name) => [name, at.member(name)])) as Record<name, JsonNode>;
  };
  const policy = fields(node, POLICY);
  const read: Policy = {
    app: policy.app.text(),
    minDuration: policy.minDuration.whole(0, MAX_UINT32),
    maxDuration: policy.maxDuration.whole(0, MAX_UINT32),
    maxCalls: policy.maxCalls.whole(0, MAX_UINT32),
    gasBudget: integer(policy.gasBudget),
    selfPaid: policy.selfPaid.flag(false),
    paymaster: address(policy.paymaster),
    permissions: policy.permissions.items().map((each) => {
      const permission = fields(each, PERMISSION);
      return {
        target: address(permission.target),
        method: permission.method.text(),
        maxValue: integer(permission.maxValue),
        spends: permission.spends.items().map((one) => {
          const { unit, argument, amount, scale } = fields(one, SPEND);
          return {
            unit: address(unit),
            argument: argument.text(),
            amount: integer(amount),
            scale: scale.whole(0, 255),
          };
        }),
        rules: permission.rules.items().map((one) => {
          const { argument, test, per, addresses, numbers, words } = fields(one, RULE);
          return {
            ...{ argument: argument.text(), test: testIn(test), per: per.text() },
            addresses: addresses.items().map(address),
            numbers: numbers.items().map(integer),
            words: words.items().map(word),
          };
        }),
        inner: permission.inner.items().map((one) => {
          const { argument, types } = fields(one, INNER);
          return { argument: argument.text(), types: types.text() };
        }),
        consumable: permission.consumable.flag(false),
        open: permission.open.items().map((one) => one.text()),
      };
    }),
    limits: policy.limits.items().map((each) => {
      const { unit, cap, period, fromStart } = fields(each, LIMIT);
      return {
        ...{ unit: address(unit), cap: integer(cap), period: period.whole(0, MAX_UINT32) },
        fromStart: fromStart.flag(false),
      };
    }),
  };
  try {
    checkPolicy(read, { machinery: neverTargets() });
  } catch (cause) {
    if (!(cause instanceof UnsafePolicyError)) throw cause;
    nodeAt(node, cause.place).fail(cause.shortMessage.replace(/^.*?: /, ""), { cause });
  }
  return read;
}

/** The value at a place like `permissions[2].rules[0]`, as far as there is one. */
function nodeAt(node: JsonNode, place: string): JsonNode {
  let at = node;
  for (const [step] of place.matchAll(/\w+|\[\d+\]/g)) {
    const next = step.startsWith("[") ? at.items()[Number(step.slice(1, -1))] : at.isObject ? at.member(step) : at;
    if (next === undefined || next.isMissing) return at;
    at = next;
  }
  return at;
}

function integer(node: JsonNode): bigint {
  if (typeof node.value === "number" && Number.isSafeInteger(node.value)) return BigInt(node.value);
  if (typeof node.value === "string" && /^-?\d{1,80}$/.test(node.value)) return BigInt(node.value);
  return node.fail(`expected a whole number, above 2^53 as a text, found ${node.shown}.`);
}

function testIn(node: JsonNode): RuleTest {
  const found = RULE_TESTS.find((each) => each === node.value);
  return found ?? node.fail(`expected one of ${RULE_TESTS.join(", ")}, found ${node.shown}.`);
}

function word(node: JsonNode): Hex {
  const text = node.text();
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) node.fail(`expected 32 bytes in hex, found ${node.shown}.`);
  return text as Hex;
}
