import {
  type Abi,
  type AbiFunction,
  type AbiParameter,
  type AbiParameterToPrimitiveType,
  type Address,
  getAddress,
  type Hex,
  toFunctionSignature,
} from "viem";
import { ANY_TARGET } from "../constants.ts";
import { PolicyError } from "../errors/clientErrors.ts";
import type { Inner, Permission, Rule, RuleTest, Spend } from "../types.ts";
import { isRate } from "./ruleChecks.ts";
import { type MethodType, MethodTextError, parseMethod, type TupleType, type WordType } from "./methodTypes.ts";
import { contentHash, rule, shown, wordRule } from "./values.ts";

// --- what can be said of an argument ---------------------------------------------------------------------------------

type Primitive<parameter extends AbiParameter> = AbiParameterToPrimitiveType<parameter, "inputs">;

/** Of any argument. */
export interface OpenCondition {
  /** It may say anything, and so may all below it that is not bound: whoever holds the key chooses. */
  open?: true;
}

/** All that is named must hold. */
export interface WordCondition<value> extends OpenCondition {
  equals?: value;
  not?: value;
  noneOf?: readonly value[];
  oneOf?: readonly value[];
  /** The argument is the principal, whoever it is; with `oneOf`, or one of those. */
  isPrincipal?: true;
}

/** A bound in relation to another number: inclusive, compared in 512 bits, nothing rounded. */
export interface Rate<path extends string = string> {
  /** The other number: an argument by its name, `"params.amountIn"`, or `"value"`, the wei of the call. */
  per: path | "value";
  numerator: bigint;
  denominator: bigint;
}

/** Of a number: also bounds, which are inclusive, by themselves or in relation to another number. */
export interface NumberCondition<value, path extends string = string> extends WordCondition<value> {
  /** Inclusive. */
  atLeast?: value;
  /** Inclusive. */
  atMost?: value;
  /** At least this much of another number. */
  atLeastRate?: Rate<path>;
  /** At most this much of another number. */
  atMostRate?: Rate<path>;
}

/** Of a `bytes`, a `string` or an array of simple values: its content as a whole. */
export interface ContentCondition<value> extends OpenCondition {
  contentIs?: value;
  contentIsOneOf?: readonly value[];
}

/** Of a `bytes`: its content, its length, or what is inside. */
export interface BytesCondition extends ContentCondition<Hex> {
  length?: NumberCondition<number | bigint>;
  /**
   * How the bytes are read: `"(address,uint256)"` as an encoding of those types, `"sweep(address,uint256)"` as a call.
   * What is inside is named by numbers: `{ "0": { isPrincipal: true } }`.
   */
  inner?: { types: string; arguments?: Readonly<Record<string, unknown>> };
}

/** Of an array: its elements, one by one or all of them, its length, and its content if they are simple values. */
export type ArrayCondition<
  parameter extends AbiParameter,
  element extends string,
  path extends string = string,
> = ContentCondition<Primitive<parameter>> &
  ElementsCondition<parameter, element, path> & { length?: NumberCondition<number | bigint, path> };

/** Of every element, and of those that are named by their number, from 0. */
export type ElementsCondition<
  parameter extends AbiParameter,
  element extends string,
  path extends string = string,
> = OpenCondition & {
  each?: Condition<Omit<parameter, "type"> & { type: element }, path>;
  [index: number]: Condition<Omit<parameter, "type"> & { type: element }, path>;
};

/** What can be bound of an argument, by its type. */
export type Condition<parameter extends AbiParameter, path extends string = string> = parameter["type"] extends "bytes"
  ? BytesCondition
  : parameter["type"] extends "string"
    ? ContentCondition<string>
    : parameter["type"] extends `${infer element}[]`
      ? ArrayCondition<parameter, element, path>
      : parameter["type"] extends `${infer element}[${number}]`
        ? ElementsCondition<parameter, element, path>
        : parameter extends { type: "tuple"; components: infer components extends readonly AbiParameter[] }
          ? Conditions<components, path> & OpenCondition
          : parameter["type"] extends `${"u" | ""}int${string}`
            ? NumberCondition<Primitive<parameter>, path>
            : WordCondition<Primitive<parameter>>;

/** What is asked of the arguments of a function, by their names. */
export type Conditions<parameters extends readonly AbiParameter[], path extends string = string> = {
  [parameter in parameters[number] as parameter["name"] & string]?: Condition<parameter, path>;
};

/** Those of all parameters of a union. */
type NumberPathOfEach<parameter, prefix extends string = ""> = parameter extends AbiParameter
  ? NumberPath<parameter, `${prefix}${parameter["name"] & string}`>
  : never;

/**
 * Where the unsigned numbers of a parameter are, by names: `"amount"`, `"params.amountIn"`, `"amounts[*]"`,
 * `"path.length"`; inside of `bytes` whatever stands behind the `:`.
 */
export type NumberPath<
  parameter extends AbiParameter,
  prefix extends string = parameter["name"] & string,
> = parameter["type"] extends `${infer element}[]`
  ? `${prefix}.length` | NumberPath<Omit<parameter, "type"> & { type: element }, `${prefix}[${number | "*"}]`>
  : parameter["type"] extends `${infer element}[${number}]`
    ? NumberPath<Omit<parameter, "type"> & { type: element }, `${prefix}[${number | "*"}]`>
    : parameter extends { type: "tuple"; components: infer components extends readonly AbiParameter[] }
      ? NumberPathOfEach<components[number], `${prefix}.`>
      : parameter["type"] extends `uint${string}`
        ? prefix
        : parameter["type"] extends "bytes"
          ? `${prefix}.length` | `${prefix}:${string}`
          : never;

// --- a contract and its methods --------------------------------------------------------------------------------------

type Changing<abi extends Abi> = Extract<abi[number], { type: "function"; stateMutability: "nonpayable" | "payable" }>;

type NumberPaths<item extends AbiFunction> = NumberPathOfEach<item["inputs"][number]>;

type FunctionOf<abi extends Abi, name extends string> = Extract<abi[number], { type: "function"; name: name }>;

/** What one call takes from a limited token, or from a counter: an argument, or the same amount each time. */
export type SpendSettings<item extends AbiFunction> =
  | {
      unit: Address;
      /** By its name, `"params.amountIn"`; with `[*]` the sum. */
      argument: NumberPaths<item>;
      /** Times 10^scale; of counters alone. */
      scale?: number;
      amount?: never;
    }
  | { unit: Address; /** Base units, the same each time. */ amount: bigint; argument?: never; scale?: never };

/** What a session key may do with one function. `{}` allows it without value, and with nothing bound. */
export interface MethodSettings<item extends AbiFunction> {
  /** Most wei in one call, inclusive. */
  value?: item["stateMutability"] extends "payable" ? bigint : never;
  /** What else is asked of the wei of a call. */
  whereValue?: item["stateMutability"] extends "payable" ? NumberCondition<bigint, NumberPaths<item>> : never;
  /** What counts against limits. */
  spends?: SpendSettings<item> | readonly SpendSettings<item>[];
  arguments?: Conditions<item["inputs"], NumberPaths<item>>;
  /** Everything that is not bound may say anything, and bytes may stand behind the arguments. */
  open?: true;
  /** The contract itself may ask for this function (route `asked`). */
  consumable?: boolean;
}

/** The functions of a contract that a key may call, by their names; a list holds alternatives, the first one first. */
export type Methods<abi extends Abi> = {
  [name in Changing<abi>["name"]]?:
    MethodSettings<FunctionOf<abi, name>> | readonly MethodSettings<FunctionOf<abi, name>>[];
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
  const nothing = { maxValue: 0n, spends: [], rules: [], inner: [], consumable: false, open: [] };
  return [{ ...nothing, ...fields, target: getAddress(target), method: text }];
}

/** Every method of a contract that no row of the token table has, with whatever arguments: all of it is open. */
export function anyMethodOf(target: Address): Permission[] {
  return method(target, "*", { open: ["*"] });
}

/** A plain transfer of the native coin, at most `maxValue` wei at a time. */
export function nativeTransfer(target: Address, maxValue: bigint): Permission[] {
  return method(target, "", { maxValue });
}

type LooseMethods = Record<string, LooseSettings | readonly LooseSettings[] | undefined>;

interface LooseSettings {
  value?: bigint;
  whereValue?: LooseCondition;
  spends?: LooseSpend | readonly LooseSpend[];
  arguments?: LooseCondition;
  open?: true;
  consumable?: boolean;
}

interface LooseSpend {
  unit: Address;
  argument?: string;
  amount?: bigint;
  scale?: number;
}

type LooseCondition = Record<string, unknown>;

function permissionsOf(target: Address, abi: Abi, methods: LooseMethods): Permission[] {
  return Object.entries(methods).flatMap(([name, settings]) => {
    if (settings === undefined) return [];
    const items = abi.filter((item) => item.type === "function" && item.name === name) as AbiFunction[];
    const [item] = items;
    if (item === undefined) throw new PolicyError(`The ABI has no function ${name}.`);
    if (items.length > 1) throw new PolicyError(`${name} is overloaded: name one with method().`);
    return [settings].flat().flatMap((each) => permissionOf(target, item, each as LooseSettings));
  });
}

function permissionOf(target: Address, item: AbiFunction, settings: LooseSettings): Permission[] {
  const { value = 0n, whereValue, consumable = false } = settings;
  const text = toFunctionSignature(item);
  const at = new Saying(item.name, item.inputs);
  if (whereValue !== undefined) at.say(VALUE, undefined, "value", whereValue, `${item.name}: value`);
  at.sayParts(typesOf(text, item.name), item.inputs, "", settings.arguments ?? {}, item.name);
  const spends = [settings.spends ?? []].flat().map(({ unit, argument, amount, scale = 0 }): Spend => {
    if ((argument === undefined) === (amount === undefined)) {
      throw new PolicyError(`${item.name}: a spend says either an argument or an amount.`);
    }
    const path = argument === undefined ? "" : at.path(argument);
    return { unit: getAddress(unit), argument: path, amount: amount ?? 0n, scale };
  });
  const { rules, inner } = at;
  const open = settings.open ? ["*"] : at.open;
  return method(target, text, { maxValue: value, spends, rules, inner, consumable, open });
}

const VALUE: WordType = { kind: "word", name: "uint128", of: "uint", bits: 128 };
const LENGTH: WordType = { kind: "word", name: "uint256", of: "uint", bits: 256 };

function typesOf(text: string, place: string): TupleType {
  try {
    return parseMethod(text).types;
  } catch (cause) {
    if (!(cause instanceof MethodTextError)) throw cause;
    throw new PolicyError(`${place}: ${JSON.stringify(text)} is no list of types, from byte ${cause.position} on.`);
  }
}

/** The tests of a word, by the names that conditions have for them. */
const WORD_TESTS: Record<string, RuleTest> = {
  equals: "is",
  not: "is not",
  noneOf: "is not",
  oneOf: "is one of",
  atLeast: "is at least",
  atMost: "is at most",
  atLeastRate: "is at least at rate",
  atMostRate: "is at most at rate",
};

/** Gathers what conditions on the arguments of one method say. */
class Saying {
  readonly rules: Rule[] = [];
  readonly inner: Inner[] = [];
  readonly open: string[] = [];
  private readonly method: string;
  private readonly inputs: readonly AbiParameter[];

  constructor(name: string, inputs: readonly AbiParameter[]) {
    this.method = name;
    this.inputs = inputs;
  }

  /** Conditions on the parts of a tuple, by name or by number. */
  sayParts(
    { parts }: TupleType,
    named: readonly AbiParameter[] | undefined,
    prefix: string,
    conditions: LooseCondition,
    place: string,
  ): void {
    for (const [name, condition] of Object.entries(conditions)) {
      requireCondition(condition, `${place}.${name}`);
      const index = indexOf(name, named);
      const part = parts[index];
      if (part === undefined) throw new PolicyError(`${place} has no ${prefix === "" ? "argument" : "part"} ${name}.`);
      this.say(part, named?.[index], `${prefix}${index}`, condition as LooseCondition, `${place}.${name}`);
    }
  }

  say(type: MethodType, named: AbiParameter | undefined, path: string, said: LooseCondition, place: string): void {
    requireCondition(said, place);
    const { open, ...condition } = said;
    if ("open" in said) {
      requireTrue(open, `${place}.open`);
      this.open.push(path);
    }
    if (type.kind === "tuple") return this.sayParts(type, componentsOf(named), `${path}.`, condition, place);
    if (type.kind === "word") return this.sayWord(type, path, condition, place);
    for (const [name, value] of Object.entries(condition)) this.sayContent(type, named, path, name, value, place);
  }

  private sayWord(type: WordType, path: string, condition: LooseCondition, place: string): void {
    const { isPrincipal, ...tests } = condition;
    const fail = (what: string): never => {
      throw new PolicyError(`${place}: ${what}`);
    };
    if ("isPrincipal" in condition) requireTrue(isPrincipal, `${place}.isPrincipal`);
    if (isPrincipal === true && !("oneOf" in tests)) this.rules.push(rule(path, "is the principal"));
    for (const [name, value] of Object.entries(tests)) {
      const test = Object.hasOwn(WORD_TESTS, name) ? WORD_TESTS[name]! : fail(`there is no condition "${name}".`);
      if (/ at /.test(test) && type.of !== "uint" && type.of !== "int") fail(`${type.name} has no order.`);
      if (isRate(test)) {
        requireCondition(value, `${place}.${name}`);
        const { per, numerator, denominator } = value as unknown as Rate;
        if (typeof per !== "string") fail(`${name} needs the number that it is at a rate of: per.`);
        this.rules.push(rule(path, test, { per: this.path(per), numbers: [numerator, denominator] }));
        continue;
      }
      const isChoice = name === "oneOf" && isPrincipal === true;
      const values = [value].flat() as unknown[];
      this.rules.push(wordRule(path, isChoice ? "is one of or the principal" : test, type, values, fail));
    }
  }

  private sayContent(
    type: Exclude<MethodType, WordType | TupleType>,
    named: AbiParameter | undefined,
    path: string,
    name: string,
    value: unknown,
    place: string,
  ): void {
    const fail = (what: string): never => {
      throw new PolicyError(`${place}: ${what}`);
    };
    if (name === "contentIs" || name === "contentIsOneOf") {
      const isOne = name === "contentIs";
      const all = isOne ? [value] : Array.isArray(value) ? value : fail(`expected a list, found ${shown(value)}.`);
      const words = all.map((each: unknown) => contentHash(type, each, fail));
      this.rules.push(rule(path, isOne ? "has the content" : "has one of the contents", { words }));
    } else if (name === "length" && type.kind !== "string") {
      requireCondition(value, `${place}.length`);
      this.sayWord(LENGTH, `${path}.length`, value, `${place}.length`);
    } else if (name === "inner" && type.kind === "bytes") {
      requireCondition(value, `${place}.inner`);
      const { types, arguments: conditions = {} } = value as unknown as NonNullable<BytesCondition["inner"]>;
      this.inner.push({ argument: path, types });
      this.sayParts(typesOf(types, place), undefined, `${path}:`, conditions, `${place}:`);
    } else if (type.kind === "array" && (name === "each" || /^\d+$/.test(name))) {
      const at = name === "each" ? "*" : name;
      const element = named && { ...named, type: named.type.replace(/\[\d*\]$/, "") };
      this.say(type.element, element, `${path}[${at}]`, value as LooseCondition, `${place}[${at}]`);
    } else fail(`is ${type.name}, of which ${shown(name)} cannot be asked.`);
  }

  /** The path of an argument that is named: `"params.amountIn"` is `"0.4"`. */
  path(name: string): string {
    if (name === "value") return name;
    const [outer, ...inside] = name.split(":");
    let named: readonly AbiParameter[] | undefined = this.inputs;
    let path = "";
    for (const [token] of outer!.matchAll(/[^.[\]]+|\[[^\]]*\]/g)) {
      if (token.startsWith("[") || (token === "length" && path !== "")) {
        path += token === "length" ? ".length" : token;
        continue;
      }
      const index = indexOf(token, named);
      if (index === -1) throw new PolicyError(`${this.method} has no argument ${name}.`);
      path += `${path === "" ? "" : "."}${index}`;
      named = componentsOf(named?.[index]);
    }
    return [path, ...inside].join(":");
  }
}

/** A condition that says nothing binds nothing: whoever wrote it meant something. */
function requireCondition(condition: unknown, place: string): asserts condition is LooseCondition {
  if (typeof condition !== "object" || condition === null || Array.isArray(condition)) {
    throw new PolicyError(`${place}: expected a condition like { equals: … }, found ${shown(condition)}.`);
  }
  if (Object.keys(condition).length === 0) {
    throw new PolicyError(`${place}: the condition says nothing; leave it out, or write { open: true }.`);
  }
}

function requireTrue(value: unknown, place: string): void {
  if (value !== true) throw new PolicyError(`${place}: expected true, or nothing at all, found ${shown(value)}.`);
}

function indexOf(name: string, named: readonly AbiParameter[] | undefined): number {
  const index = named?.findIndex((each) => each.name === name) ?? -1;
  return index === -1 && /^\d+$/.test(name) ? Number(name) : index;
}

function componentsOf(named: AbiParameter | undefined): readonly AbiParameter[] | undefined {
  return (named as { components?: readonly AbiParameter[] } | undefined)?.components;
}
