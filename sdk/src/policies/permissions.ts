import {
  type Abi,
  type AbiFunction,
  type AbiParameter,
  type AbiParameterToPrimitiveType,
  type Address,
  encodeAbiParameters,
  getAddress,
  type Hex,
  keccak256,
  stringToHex,
  toFunctionSignature,
  zeroAddress,
} from "viem";
import { ANY_TARGET, MAX_RULES, MAX_VALUES } from "../constants.ts";
import { PolicyError } from "../errors/clientErrors.ts";
import { type Permission, type Rule, RuleKind } from "../types.ts";

// --- what can be said of an argument ---------------------------------------------------------------------------------

type Primitive<parameter extends AbiParameter> = AbiParameterToPrimitiveType<parameter, "inputs">;

/** All that is named must hold. */
export interface WordCondition<value> {
  equals?: value;
  not?: value;
  oneOf?: readonly value[];
}

export interface AddressCondition extends WordCondition<Address> {
  /** The argument is the principal, whoever it is. */
  isPrincipal?: true;
}

export interface NumberCondition<value> extends WordCondition<value> {
  /** Inclusive. */
  atLeast?: value;
  /** Inclusive. */
  atMost?: value;
}

/** Of a `bytes`, a `string` or an array of simple values: its content as a whole. */
export interface ContentCondition<value> {
  contentIs?: value;
  contentIsOneOf?: readonly value[];
}

type Elementary = "address" | "bool" | `bytes${number}` | `int${string}` | `uint${string}`;

/** What can be bound of an argument, by its type. */
export type Condition<parameter extends AbiParameter> = parameter["type"] extends "bytes" | "string"
  ? ContentCondition<Primitive<parameter>>
  : parameter["type"] extends `${infer element}[]`
    ? element extends `${string}]` | "bytes" | "string" | "tuple"
      ? never
      : ContentCondition<Primitive<parameter>>
    : parameter["type"] extends `${infer element}[${number}]`
      ? { [index: number]: Condition<Omit<parameter, "type"> & { type: element }> }
      : parameter extends { type: "tuple"; components: infer components extends readonly AbiParameter[] }
        ? Conditions<components>
        : parameter["type"] extends "address"
          ? AddressCondition
          : parameter["type"] extends `uint${string}`
            ? NumberCondition<Primitive<parameter>>
            : parameter["type"] extends Elementary
              ? WordCondition<Primitive<parameter>>
              : never;

/** What is asked of the arguments of a function, by their names. */
export type Conditions<parameters extends readonly AbiParameter[]> = {
  [parameter in parameters[number] as parameter["name"] & string]?: Condition<parameter>;
};

// --- a contract and its methods --------------------------------------------------------------------------------------

type Changing<abi extends Abi> = Extract<abi[number], { type: "function"; stateMutability: "nonpayable" | "payable" }>;

type NumberName<item extends AbiFunction> = Extract<item["inputs"][number], { type: `uint${string}` }>["name"] & string;

type FunctionOf<abi extends Abi, name extends string> = Extract<abi[number], { type: "function"; name: name }>;

/** What a session key may do with one function. `{}` allows it with any arguments and without value. */
export interface MethodSettings<item extends AbiFunction> {
  /** Most wei in one call, inclusive. */
  value?: item["stateMutability"] extends "payable" ? bigint : never;
  /** What counts against a limit: a numeric argument by its name, or the same amount each time. */
  spends?: { token: Address; argument: NumberName<item> } | { token: Address; amount: bigint };
  arguments?: Conditions<item["inputs"]>;
  /** The contract itself may consume the session for this function (route `asked`). */
  consumable?: boolean;
}

/** The functions of a contract that a key may call, by their names. */
export type Methods<abi extends Abi> = {
  [name in Changing<abi>["name"]]?: MethodSettings<FunctionOf<abi, name>>;
};

/** Functions of one contract, by the names that its ABI has. An overloaded one is left to `method`. */
export function contract<const abi extends Abi>(parameters: {
  address: Address;
  abi: abi;
  methods: Methods<abi>;
}): Permission[] {
  return permissionsOf(getAddress(parameters.address), parameters.abi, parameters.methods as LooseMethods);
}

/** Functions on any contract at all: only where the target does not matter. */
export function onAnyContract<const abi extends Abi>(parameters: { abi: abi; methods: Methods<abi> }): Permission[] {
  return permissionsOf(ANY_TARGET, parameters.abi, parameters.methods as LooseMethods);
}

/** One method by its text, `"transfer(address,uint256)"`, with nothing bound unless `fields` say so. */
export function method(
  target: Address,
  text: string,
  fields: Partial<Omit<Permission, "target" | "method">> = {},
): Permission[] {
  return [{ ...NOTHING_ELSE, ...fields, target: getAddress(target), method: text }];
}

/** Every method of a contract that neither moves tokens nor manages an account. */
export function anyMethodOf(target: Address): Permission[] {
  return method(target, "*");
}

/** A plain transfer of the native coin, at most `maxValue` wei at a time. */
export function nativeTransfer(target: Address, maxValue: bigint): Permission[] {
  return method(target, "", { maxValue });
}

const NOTHING_ELSE = {
  maxValue: 0n,
  spendToken: zeroAddress as Address,
  amountArgument: 0,
  spendAmount: 0n,
  rules: [] as readonly Rule[],
  consumable: false,
};

type LooseMethods = Record<string, LooseSettings | undefined>;

interface LooseSettings {
  value?: bigint;
  spends?: { token: Address; argument?: string; amount?: bigint };
  arguments?: Record<string, LooseCondition | undefined>;
  consumable?: boolean;
}

type LooseCondition = Record<string, unknown>;

function permissionsOf(target: Address, abi: Abi, methods: LooseMethods): Permission[] {
  return Object.entries(methods).flatMap(([name, settings]) => {
    if (settings === undefined) return [];
    const items = abi.filter((item) => item.type === "function" && item.name === name) as AbiFunction[];
    const [item] = items;
    if (item === undefined) throw new PolicyError(`The ABI has no function ${name}.`);
    if (items.length > 1) throw new PolicyError(`${name} is overloaded: name one with method().`);
    return [permissionOf(target, item, settings)];
  });
}

function permissionOf(target: Address, item: AbiFunction, settings: LooseSettings): Permission {
  const { spends, value = 0n, consumable = false } = settings;
  const rules: Rule[] = [];
  let word = 0;
  const words = new Map<string, { word: number; type: string }>();
  for (const input of item.inputs) {
    if (input.name !== undefined) words.set(input.name, { word, type: input.type });
    const condition = input.name === undefined ? undefined : settings.arguments?.[input.name];
    if (condition !== undefined) rules.push(...rulesOf(input, word, condition, `${item.name}.${input.name}`));
    word += wordsOf(input);
  }
  for (const name of Object.keys(settings.arguments ?? {})) {
    if (!words.has(name)) throw new PolicyError(`${item.name} has no argument ${name}.`);
  }
  if (rules.length > MAX_RULES)
    throw new PolicyError(`${item.name} has ${rules.length} rules, at most ${MAX_RULES} are possible.`);
  const amount = spends?.argument === undefined ? undefined : words.get(spends.argument);
  if (spends?.argument !== undefined && !/^uint\d*$/.test(amount?.type ?? "")) {
    throw new PolicyError(`${item.name} has no number ${spends.argument} to count.`);
  }
  if (spends !== undefined && spends.argument === undefined && !(spends.amount! > 0n)) {
    throw new PolicyError(`${item.name} spends an amount above 0, or an argument.`);
  }
  return {
    target,
    method: toFunctionSignature(item),
    maxValue: value,
    spendToken: spends === undefined ? zeroAddress : getAddress(spends.token),
    amountArgument: amount?.word ?? 0,
    spendAmount: spends?.amount ?? 0n,
    rules,
    consumable,
  };
}

function rulesOf(input: AbiParameter, word: number, condition: LooseCondition, place: string): Rule[] {
  const element = /^(.*)\[(\d+)\]$/.exec(input.type);
  if (isDynamic(input)) return contentRules(input, word, condition, place);
  if (element !== null) {
    const inner = { ...input, type: element[1]! };
    return Object.entries(condition).flatMap(([index, each]) => {
      if (!(Number(index) < Number(element[2]))) throw new PolicyError(`${place} has no element ${index}.`);
      return rulesOf(inner, word + Number(index) * wordsOf(inner), each as LooseCondition, `${place}[${index}]`);
    });
  }
  if (input.type === "tuple") return tupleRules(input, word, condition, place);
  return Object.entries(condition).map(([name, value]) => wordRule(input, word, name, value, place));
}

function tupleRules(input: AbiParameter, word: number, condition: LooseCondition, place: string): Rule[] {
  const rules: Rule[] = [];
  const left = new Set(Object.keys(condition));
  let at = word;
  for (const part of componentsOf(input)) {
    const asked = part.name === undefined ? undefined : (condition[part.name] as LooseCondition | undefined);
    if (asked !== undefined) rules.push(...rulesOf(part, at, asked, `${place}.${part.name}`));
    left.delete(part.name ?? "");
    at += wordsOf(part);
  }
  for (const name of left) throw new PolicyError(`${place} has no part ${name}.`);
  return rules;
}

function wordRule(input: AbiParameter, word: number, name: string, value: unknown, place: string): Rule {
  const encoded = (each: unknown) => encode(input, each, place);
  switch (name) {
    case "equals":
      return { kind: RuleKind.EQUAL, word, values: [encoded(value)] };
    case "not":
      return { kind: RuleKind.NOT_EQUAL, word, values: [encoded(value)] };
    case "oneOf":
      return { kind: RuleKind.ONE_OF, word, values: ascending(value as readonly unknown[], encoded, place) };
    case "isPrincipal":
      if (input.type === "address") return { kind: RuleKind.EQUAL_PRINCIPAL, word, values: [] };
      break;
    case "atMost":
      if (input.type.startsWith("uint")) return { kind: RuleKind.LESS_OR_EQUAL, word, values: [encoded(value)] };
      break;
    case "atLeast":
      if (input.type.startsWith("uint")) return { kind: RuleKind.GREATER_OR_EQUAL, word, values: [encoded(value)] };
      break;
  }
  throw new PolicyError(`${place} is ${input.type}, of which "${name}" cannot be asked.`);
}

function contentRules(input: AbiParameter, word: number, condition: LooseCondition, place: string): Rule[] {
  const element = /^(.*)\[\]$/.exec(input.type)?.[1];
  const isSimple = element !== undefined && /^(address|bool|bytes\d+|u?int\d*)$/.test(element);
  if (input.type !== "bytes" && input.type !== "string" && !isSimple) {
    throw new PolicyError(`${place} is ${input.type}: what is inside cannot be bound.`);
  }
  const hash = (value: unknown): Hex => {
    if (input.type === "bytes") return keccak256(value as Hex);
    if (input.type === "string") return keccak256(stringToHex(value as string));
    const values = value as readonly unknown[];
    return keccak256(values.length === 0 ? "0x" : encode({ type: `${element}[${values.length}]` }, values, place));
  };
  return Object.entries(condition).map(([name, value]): Rule => {
    if (name === "contentIs") return { kind: RuleKind.EQUAL_HASH, word, values: [hash(value)] };
    if (name !== "contentIsOneOf")
      throw new PolicyError(`${place} is ${input.type}, of which "${name}" cannot be asked.`);
    return { kind: RuleKind.ONE_OF_HASH, word, values: ascending(value as readonly unknown[], hash, place) };
  });
}

function encode(input: AbiParameter, value: unknown, place: string): Hex {
  try {
    return encodeAbiParameters([input], [value]);
  } catch (cause) {
    throw new PolicyError(`${place} is no ${input.type}: ${String(value)}.`, { cause });
  }
}

function ascending(values: readonly unknown[], encoded: (value: unknown) => Hex, place: string): Hex[] {
  const sorted = [...new Set(values.map(encoded))].sort();
  if (sorted.length === 0 || sorted.length > MAX_VALUES) {
    throw new PolicyError(`${place} has ${sorted.length} values to choose from; 1 to ${MAX_VALUES} are possible.`);
  }
  return sorted;
}

function componentsOf(input: AbiParameter): readonly AbiParameter[] {
  return (input as { components?: readonly AbiParameter[] }).components ?? [];
}

/** Whether the argument's head word is a pointer. */
export function isDynamic(input: AbiParameter): boolean {
  if (input.type === "bytes" || input.type === "string" || input.type.endsWith("[]")) return true;
  const element = /^(.*)\[\d+\]$/.exec(input.type);
  if (element !== null) return isDynamic({ ...input, type: element[1]! });
  return input.type === "tuple" && componentsOf(input).some(isDynamic);
}

/** How many words of the head an argument takes. */
function wordsOf(input: AbiParameter): number {
  if (isDynamic(input)) return 1;
  const element = /^(.*)\[(\d+)\]$/.exec(input.type);
  if (element !== null) return Number(element[2]) * wordsOf({ ...input, type: element[1]! });
  if (input.type === "tuple") return componentsOf(input).reduce((sum, part) => sum + wordsOf(part), 0);
  return 1;
}
