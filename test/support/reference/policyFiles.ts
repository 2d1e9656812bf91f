import { readdirSync, readFileSync } from "node:fs";
import { TypedDataEncoder } from "ethers";
import {
  concat,
  encodeAbiParameters,
  hashTypedData,
  toFunctionSelector,
  type AbiParameter,
  type Address,
  type Hex,
} from "viem";
import type { Call, Route } from "./admission.ts";
import { parseMethod, type Type } from "./methodTypes.ts";
import type { ChainFacts } from "./publication.ts";
import type { Policy } from "./policy.ts";
import { latchkeyDomain, REGISTER_SESSION_TYPES } from "./typedData.ts";

/** Reads examples/policies/protocols: real methods as policies, with calls that pass and calls that must not. */

const FOLDER = new URL("../../../examples/policies/protocols/", import.meta.url);

export const PRINCIPAL: Address = "0x9f00000000000000000000000000000000000001";
export const LATCHKEY: Address = "0x1a7c00000000000000000000000000000000001a";
const KEY: Address = "0x5e55000000000000000000000000000000000005";
const ANY_KEY: Address = "0xFFfFfFffFFfffFFfFFfFFFFFffFFFffffFfFFFfF";
/** Unix seconds, before every deadline that a file names. */
export const START = 1_800_000_000;

/** A call as a file has it: "principal" is the principal, a number above 2^53 a text. */
export interface CallJson {
  target: Address;
  method: string;
  args: unknown[];
  value?: string;
  suffix?: Hex;
}
interface CaseJson {
  say: string;
  calls: CallJson[];
  route?: Route;
  drawn?: Record<string, string>;
  error?: string;
}
interface FileJson {
  about: string;
  open: string;
  sources: string[];
  facts?: { nonFungible?: Address[]; assets?: Record<string, Address> };
  policy: Policy;
  passes: CaseJson[];
  refused: CaseJson[];
}

export interface Case extends Omit<CaseJson, "calls" | "drawn"> {
  calls: Call[];
  drawn: Record<string, bigint>;
}
export interface PolicyFile {
  name: string;
  about: string;
  open: string;
  sources: string[];
  policy: Policy;
  facts: ChainFacts;
  passes: Case[];
  refused: Case[];
}

export function readPolicyFiles(): PolicyFile[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => readPolicyFile(name.replace(".json", "")));
}

export function readPolicyFile(name: string): PolicyFile {
  const json = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8")) as FileJson;
  const policy = readPolicy(json.policy);
  const lower = (list: Address[] = []) => list.map((each) => each.toLowerCase() as Address);
  const assets = Object.entries(json.facts?.assets ?? {}).map(([vault, asset]) => [vault.toLowerCase(), asset]);
  const facts: ChainFacts = {
    machinery: lower([LATCHKEY, "0x0000000071727De22E5E9d8BAf0edAc6f37da032"]),
    fungible: lower(policy.limits.map(({ unit }) => unit)),
    nonFungible: lower(json.facts?.nonFungible),
    assets: Object.fromEntries(assets) as Record<string, Address>,
  };
  const cases = (list: CaseJson[]) => list.map(readCase);
  const { about, open, sources } = json;
  return { name, about, open, sources, policy, facts, passes: cases(json.passes), refused: cases(json.refused) };
}

/** Numbers above 2^53 are texts in JSON. */
function readPolicy(json: Policy): Policy {
  return {
    ...json,
    gasBudget: BigInt(json.gasBudget),
    permissions: json.permissions.map((permission) => ({
      ...permission,
      maxValue: BigInt(permission.maxValue),
      spends: permission.spends.map((spend) => ({ ...spend, amount: BigInt(spend.amount) })),
      rules: permission.rules.map((rule) => ({ ...rule, numbers: rule.numbers.map(BigInt) })),
    })),
    limits: json.limits.map((limit) => ({ ...limit, cap: BigInt(limit.cap) })),
  };
}

function readCase({ calls, drawn = {}, ...rest }: CaseJson): Case {
  const amounts = Object.entries(drawn).map(([unit, amount]) => [unit.toLowerCase(), BigInt(amount)]);
  return { ...rest, calls: calls.map(encodeCall), drawn: Object.fromEntries(amounts) as Record<string, bigint> };
}

export function encodeCall({ target, method, args, value = "0", suffix = "0x" }: CallJson): Call {
  const data = method === "" ? "0x" : encode(method, args);
  return { target, value: BigInt(value), data: concat([data, suffix]) };
}

function encode(method: string, args: unknown[]): Hex {
  const { name, types } = parseMethod(method);
  const values = args.map((arg, i) => valueOf(arg, types.parts[i]!));
  const encoded = encodeAbiParameters(types.parts.map(parameterOf), values);
  return name === "" ? encoded : concat([toFunctionSelector(method), encoded]);
}

export function parameterOf(type: Type): AbiParameter {
  const brackets = /(\[[0-9]*\])*$/.exec(type.name)![0];
  let tuple = type;
  while (tuple.kind === "array") tuple = tuple.element;
  if (tuple.kind !== "tuple") return { type: type.name };
  return { type: `tuple${brackets}`, components: tuple.parts.map(parameterOf) } as AbiParameter;
}

/** "principal" is the principal, and `{ abi, args }` or `{ call, args }` the bytes that they encode to. */
function valueOf(value: unknown, type: Type): unknown {
  const word = `0x${PRINCIPAL.slice(2).toLowerCase().padStart(64, "0")}`;
  if (value === "principal") return PRINCIPAL;
  if (value === "principalWord") return word;
  if (value === "dirtyPrincipalWord") return `0x01${word.slice(4)}`;
  if (type.kind === "tuple") return (value as unknown[]).map((each, i) => valueOf(each, type.parts[i]!));
  if (type.kind === "array") return (value as unknown[]).map((each) => valueOf(each, type.element));
  if (type.kind === "bytes" && typeof value === "object") {
    const inner = value as { abi?: string; call?: string; args: unknown[]; suffix?: Hex };
    return concat([encode((inner.abi ?? inner.call)!, inner.args), inner.suffix ?? "0x"]);
  }
  if (type.kind === "word" && (type.of === "uint" || type.of === "int")) return BigInt(value as string);
  return value;
}

/** What a wallet is asked to sign to register a session under the policy. */
export function registrationOf({ policy }: PolicyFile) {
  const domain = latchkeyDomain(1, LATCHKEY);
  const types = REGISTER_SESSION_TYPES;
  const message = {
    principal: PRINCIPAL,
    policy,
    key: KEY,
    publicKey: "0x",
    validAfter: 0,
    validUntil: START + policy.maxDuration - 1,
    maxCalls: policy.maxCalls,
    lane: 0n,
    replaces: ANY_KEY,
    nonce: 0n,
    deadline: BigInt(START + 600),
  };
  return { domain, types, primaryType: "RegisterSession" as const, message };
}

/** The digest, on which viem and ethers agree. */
export function digestOf(file: PolicyFile): Hex {
  const { domain, types, primaryType, message } = registrationOf(file);
  const digest = hashTypedData({ domain, types, primaryType, message } as never);
  const again = TypedDataEncoder.hash(domain, types, message);
  if (digest !== again) throw new Error(`${file.name}: viem says ${digest}, ethers ${again}`);
  return digest;
}

/** The registration as a wallet prints it that knows nothing of Latchkey: keys and values, indented. */
export function printRegistration(file: PolicyFile): string {
  const { domain, primaryType, message } = registrationOf(file);
  return [`${primaryType}`, ...lines({ domain, message }, 0)].join("\n") + "\n";
}

function lines(value: object, depth: number): string[] {
  return Object.entries(value).flatMap(([key, each]: [string, unknown]) => {
    const start = `${"  ".repeat(depth)}${key}:`;
    if (typeof each !== "object" || each === null) return [`${start} ${String(each)}`.trimEnd()];
    if (Array.isArray(each) && each.length === 0) return [`${start} []`];
    return [start, ...lines(each, depth + 1)];
  });
}
