import { isAddressEqual, toFunctionSelector, type Address, type Hex } from "viem";
import {
  InnerError,
  newPlace,
  openInner,
  placeAt,
  PathError,
  stepsOf,
  type Place,
  type Step,
} from "./argumentPaths.ts";
import { depthOf, MAX_POINTERS, parseMethod, TypeTextError, type Type, type Word } from "./methodTypes.ts";
import { PERMIT2, rowOf, type TokenRow } from "./tokenTable.ts";
import { ANY_TARGET, hashPolicy, type Permission, type Policy, type Rule } from "./policy.ts";

/**
 * A model of publication: a policy is refused with the name of its error, or each of its
 * permissions becomes one of four classes. Written from docs/specification.md and from nothing else.
 */

const NATIVE = "0x0000000000000000000000000000000000000000";
const COUNTER_BOUND = 1n << 16n;
const FREE_BITS = 96;

/** What publication asks the chain. Addresses in lower case. */
export interface ChainFacts {
  /** Latchkey, its extension, entrance and forwarder, and the EntryPoints. */
  machinery: Address[];
  /** Tokens with code that are fungible. */
  fungible: Address[];
  /** Answer ERC-165 for ERC-721 or ERC-1155. */
  nonFungible: Address[];
  /** `asset()` of a vault. */
  assets: Record<string, Address>;
}

/** `asked` is the exception among the trusted: it serves the route of that name alone. */
export type Trust = "counted" | "trusted" | "asked" | "open";

export interface Published {
  id: Hex;
  permissions: PublishedPermission[];
  /** `target unit`, in lower case, where an approval pays for later spends. */
  credits: Set<string>;
}

export interface PublishedPermission {
  index: number;
  permission: Permission;
  kind: "native" | "method" | "wildcard";
  selector: string;
  trust: Trust;
  root: Place;
  row?: TokenRow;
  /** A token whose own limit the row draws on. */
  drawn?: Address;
  takesBack: boolean;
}

export class PublicationError extends Error {
  readonly index: number | undefined;
  constructor(name: string, index?: number, detail = "") {
    super(`${name}(${index ?? ""})${detail && `: ${detail}`}`);
    this.name = name;
    this.index = index;
  }
}

const lower = (address: string) => address.toLowerCase();
const isUnitToken = (unit: string) => BigInt(unit) >= COUNTER_BOUND;
/** Texts compare as bytes. */
export const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

export function publish(policy: Policy, facts: ChainFacts): Published {
  checkSettings(policy, facts);
  checkLimits(policy, facts);
  const permissions: PublishedPermission[] = [];
  policy.permissions.forEach((permission, index) => {
    permissions.push(new Publishing(policy, facts, permission, index, permissions).run());
  });
  return { id: hashPolicy(policy), permissions, credits: creditsOf(policy, permissions) };
}

function checkSettings(policy: Policy, facts: ChainFacts): void {
  if (!/^[\x20-\x7e]{1,31}$/.test(policy.app)) throw new PublicationError("PolicyAppInvalid");
  const { minDuration, maxDuration, maxCalls, gasBudget } = policy;
  if (minDuration < 60 || minDuration > maxDuration || maxDuration > 31_536_000)
    throw new PublicationError("PolicyDurationsInvalid");
  if (maxCalls === 0 || maxCalls >= 1 << 20) throw new PublicationError("PolicyCallsInvalid");
  if (gasBudget % 10n ** 9n !== 0n || gasBudget / 10n ** 9n >= 1n << 36n)
    throw new PublicationError("PolicyGasBudgetInvalid");
  if (facts.machinery.includes(lower(policy.paymaster) as Address)) throw new PublicationError("UnsafePaymaster");
  if (policy.permissions.length === 0) throw new PublicationError("PolicyEmpty");
}

function checkLimits({ limits }: Policy, facts: ChainFacts): void {
  if (limits.length > 8) throw new PublicationError("TooManyLimits");
  limits.forEach(({ unit, cap, period, fromStart }, index) => {
    if (cap >= 1n << 128n) throw new PublicationError("PolicyNotCanonical");
    if (period !== 0 && period < 60) throw new PublicationError("UnsafePeriod", index);
    if (period === 0 && fromStart) throw new PublicationError("PeriodStartInvalid", index);
    const before = limits[index - 1];
    const key = (limit: typeof before) => [BigInt(limit!.unit), BigInt(limit!.period), limit!.fromStart ? 1n : 0n];
    if (before !== undefined && !isAscending(key(before), key(limits[index])))
      throw new PublicationError("LimitsNotAscending", index);
    if (isUnitToken(unit) && !facts.fungible.includes(lower(unit) as Address))
      throw new PublicationError("UnsafeLimitedToken", index);
  });
}

function isAscending(a: bigint[], b: bigint[]): boolean {
  for (const [i, each] of a.entries()) if (each !== b[i]) return each < b[i]!;
  return false;
}

const KINDS = { native: 0n, method: 1n, wildcard: 2n };

/** What a permission is sorted and found by. */
function keyOf({ permission, kind, selector }: Pick<PublishedPermission, "permission" | "kind" | "selector">): bigint {
  return (BigInt(permission.target) << 40n) | (KINDS[kind] << 32n) | BigInt(selector);
}

const isEqual = (a: Permission, b: Permission) => {
  const text = (each: Permission) =>
    JSON.stringify(each, (_, value) => (typeof value === "bigint" ? `${value}` : value));
  return text(a) === text(b);
};

/** Where an approval pays once; see "An approval pays once". */
function creditsOf(policy: Policy, permissions: PublishedPermission[]): Set<string> {
  const credits = new Set<string>();
  if (permissions.some(({ permission }) => isAddressEqual(permission.target, ANY_TARGET))) return credits;
  const limited = new Set(policy.limits.map(({ unit }) => lower(unit)).filter(isUnitToken));
  const declared = ({ permission, row, drawn }: PublishedPermission) => {
    const units = permission.spends.map(({ unit }) => lower(unit)).filter((unit) => limited.has(unit));
    return row !== undefined && drawn !== undefined ? [...units, lower(drawn)] : units;
  };
  for (const target of new Set(permissions.map(({ permission }) => lower(permission.target)))) {
    const here = permissions.filter(({ permission, takesBack }) => lower(permission.target) === target && !takesBack);
    if (here.length === 0 || here.some((each) => declared(each).length === 0)) continue;
    for (const unit of limited) {
      const selectors = new Set(here.map(({ selector }) => selector));
      const isDeclared = (selector: string) =>
        here.some((each) => each.selector === selector && (declared(each).includes(unit) || isPermit2(target, each)));
      if ([...selectors].every(isDeclared)) credits.add(`${target} ${unit}`);
    }
  }
  return credits;
}

const isPermit2 = (target: string, { row }: PublishedPermission) => target === lower(PERMIT2) && row !== undefined;

/** Ranges in which a value is admitted. */
interface Range {
  low: bigint;
  high: bigint;
}

const LISTS: Record<string, { least: number; most: number }> = {
  is: { least: 1, most: 1 },
  "is not": { least: 1, most: 32 },
  "is one of": { least: 2, most: 64 },
  "is the principal": { least: 0, most: 0 },
  "is one of or the principal": { least: 1, most: 63 },
  "is at least": { least: 1, most: 1 },
  "is at most": { least: 1, most: 1 },
  "has the content": { least: 1, most: 1 },
  "has one of the contents": { least: 2, most: 32 },
  "is at least at rate": { least: 2, most: 2 },
  "is at most at rate": { least: 2, most: 2 },
};
const BINDING = ["is", "is one of", "is the principal", "is one of or the principal"];
const CONTENT = ["has the content", "has one of the contents"];
export const isRate = (test: string) => test === "is at least at rate" || test === "is at most at rate";

/** Whether the rules of these places bind their word to values or to the principal. */
export function isBound(places: Place[], rules: Rule[]): boolean {
  return places.some((place) => place.rules.some((rule) => BINDING.includes(rules[rule]!.test)));
}

/** The bits that an unbound number may use: all of them where it is bound or open, 96 otherwise. */
export function bitsOf(type: Word, places: Place[], rules: Rule[], isOpen: boolean): number {
  if (isOpen || (type.of !== "uint" && type.of !== "int") || isBound(places, rules)) return type.bits;
  return Math.min(type.bits, FREE_BITS);
}

class Publishing {
  readonly policy: Policy;
  readonly facts: ChainFacts;
  readonly permission: Permission;
  readonly index: number;
  readonly before: PublishedPermission[];
  root: Place = newPlace({ kind: "tuple", name: "()", parts: [] });
  row: TokenRow | undefined;
  drawn: Address | undefined;
  takesBack = false;
  readonly valueRules: number[] = [];
  private steps = new Map<number, Step[]>();

  constructor(policy: Policy, facts: ChainFacts, permission: Permission, index: number, before: PublishedPermission[]) {
    this.policy = policy;
    this.facts = facts;
    this.permission = permission;
    this.index = index;
    this.before = before;
  }

  fail(name: string, detail?: string): never {
    throw new PublicationError(name, this.index, detail);
  }

  private get limited(): Set<string> {
    return new Set(this.policy.limits.map(({ unit }) => lower(unit)));
  }

  run(): PublishedPermission {
    const { target, method } = this.permission;
    if (BigInt(target) < COUNTER_BOUND || this.facts.machinery.includes(lower(target) as Address))
      this.fail("UnsafeTarget");
    const kind = method === "" ? "native" : method === "*" ? "wildcard" : "method";
    const selector = kind === "method" ? this.readMethod() : "0x00000000";
    this.checkOrder(kind, selector);
    this.checkLists();
    if (this.permission.maxValue !== 0n && !this.limited.has(NATIVE)) this.fail("UnsafeValue");
    this.readPaths();
    const trust = kind === "native" ? this.native() : kind === "wildcard" ? this.wildcard() : this.method();
    this.checkRules(trust);
    return {
      index: this.index,
      permission: this.permission,
      kind,
      selector,
      trust,
      root: this.root,
      takesBack: this.takesBack,
      ...(this.row !== undefined && { row: this.row }),
      ...(this.drawn !== undefined && { drawn: this.drawn }),
    };
  }

  private readMethod(): string {
    const { method } = this.permission;
    try {
      const { types } = parseMethod(method, true);
      if (depthOf(types, true) > MAX_POINTERS) this.fail("MethodTooDeep");
      this.root = newPlace(types);
    } catch (error) {
      if (error instanceof TypeTextError) this.fail("UnsafeMethod", `byte ${error.position}`);
      throw error;
    }
    this.row = this.rowOf(method);
    return toFunctionSelector(method);
  }

  private rowOf(method: string): TokenRow | undefined {
    const row = rowOf(toFunctionSelector(method));
    if (row !== undefined && row.text !== method) this.fail("UnsafeSelector");
    return row;
  }

  /** Behind the one before it, or one of its alternatives. */
  private checkOrder(kind: PublishedPermission["kind"], selector: string): void {
    const { permission, before } = this;
    const key = keyOf({ permission, kind, selector });
    if (before.length !== 0 && key < keyOf(before.at(-1)!)) this.fail("UnsafeOrder");
    const others = before.filter((each) => keyOf(each) === key);
    if (others.length === 8) this.fail("TooManyAlternatives");
    if (others.some((each) => each.permission.method !== permission.method)) this.fail("MethodTextsDiffer");
    if (others.some((each) => isEqual(each.permission, permission))) this.fail("AlternativeRepeated");
  }

  private checkLists(): void {
    const { spends, rules, inner, open } = this.permission;
    if (spends.length > 4) this.fail("TooManySpends");
    if (rules.length > 16) this.fail("TooManyRules");
    if (inner.length > 8) this.fail("TooManyInners");
    if (open.length > 8) this.fail("TooManyOpen");
    const ascends = <T>(list: T[], order: (a: T, b: T) => number) =>
      list.every((each, i) => i === 0 || order(list[i - 1]!, each) < 0);
    const unitOrder = (a: string, b: string) => (BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0);
    if (!ascends(spends, (a, b) => unitOrder(a.unit, b.unit) || compare(a.argument, b.argument)))
      this.fail("SpendsNotAscending");
    const ruleOrder = (a: Rule, b: Rule) =>
      compare(a.argument, b.argument) || compare(a.test, b.test) || compare(a.per, b.per);
    if (!ascends(rules, ruleOrder)) this.fail("RulesNotAscending");
    if (!ascends(inner, (a, b) => compare(a.argument, b.argument))) this.fail("InnersNotAscending");
    if (!ascends(open, compare)) this.fail("OpenNotAscending");
  }

  /** Puts everything that the permission says to the place that its path leads to. */
  private readPaths(): void {
    const { rules, spends, open } = this.permission;
    try {
      openInner(this.root, this.permission, (text) => this.rowOf(text));
      rules.forEach(({ argument, test, per }, i) => {
        if (argument === "value") this.valueRules.push(i);
        else {
          const { place, steps } = placeAt(this.root, argument);
          place.rules.push(i);
          this.steps.set(i, steps);
        }
        const isSided = isRate(test);
        if (!isSided && per !== "") this.fail("RateSideInvalid");
        if (isSided && (per === "" || per === argument)) this.fail("RateSideInvalid");
        const sides = isSided ? [argument, per].filter((side) => side !== "value") : [];
        for (const side of sides) if (!this.isRateSide(side)) this.fail("RateSideInvalid");
      });
      spends.forEach((spend, i) => {
        this.checkSpend(i);
        if (spend.argument !== "") placeAt(this.root, spend.argument).place.spends.push(i);
      });
      if (open[0] === "*") {
        if (open.length !== 1) this.fail("OpenNotAlone");
        this.root.isOpen = true;
      } else {
        const places = open.map((text) => {
          const { place, steps } = placeAt(this.root, text);
          if (steps.some((step) => "length" in step)) this.fail("OpenArgumentHarmless", text);
          return place;
        });
        for (const place of places) place.isOpen = true;
      }
    } catch (error) {
      if (error instanceof PathError) this.fail(error.name, error.message);
      if (error instanceof InnerError) this.fail(error.message);
      throw error;
    }
  }

  private isRateSide(text: string): boolean {
    const { place, steps } = placeAt(this.root, text);
    return place.type.kind === "word" && place.type.of === "uint" && !steps.some((step) => "each" in step);
  }

  private checkSpend(i: number): void {
    const { unit, argument, amount, scale } = this.permission.spends[i]!;
    if (BigInt(unit) === 0n) this.fail("SpendUnitInvalid");
    if (!this.limited.has(lower(unit))) this.fail("SpendWithoutLimit");
    if ((argument === "") === (amount === 0n)) this.fail("SpendAmountInvalid");
    if (scale > 30 || (scale !== 0 && (isUnitToken(unit) || argument === ""))) this.fail("SpendScaleInvalid");
    if (argument === "") return;
    const { place } = placeAt(this.root, argument);
    if (place.type.kind !== "word" || place.type.of !== "uint") this.fail("SpendNotNumber");
  }

  // --- the three kinds --------------------------------------------------------------------------------------------

  private native(): Trust {
    const { maxValue, rules, inner, open, consumable, target } = this.permission;
    if (maxValue === 0n) this.fail("NativeTransferWithoutValue");
    if (consumable) this.fail("UnsafeConsumable");
    if (inner.length + open.length + rules.length !== this.valueRules.length) this.fail("UnsafeWildcard");
    if (this.limited.has(lower(target))) this.fail("UnsafeOnLimitedToken");
    this.requireCountersOnly();
    return "counted";
  }

  private wildcard(): Trust {
    const { target, maxValue, spends, rules, inner, open, consumable } = this.permission;
    if (consumable) this.fail("UnsafeConsumable");
    const carries = maxValue !== 0n || spends.length + rules.length + inner.length !== 0;
    if (isAddressEqual(target, ANY_TARGET) || carries) this.fail("UnsafeWildcard");
    if (this.limited.has(lower(target))) this.fail("UnsafeOnLimitedToken");
    if (open[0] !== "*") this.fail("UnboundArgument");
    return "open";
  }

  private method(): Trust {
    const { target, maxValue, spends, open, consumable } = this.permission;
    const { row } = this;
    if (isAddressEqual(target, ANY_TARGET)) {
      if (consumable) this.fail("UnsafeConsumable");
      if (row !== undefined || maxValue !== 0n || spends.length !== 0) this.fail("UnsafeWildcard");
      if (open.length !== 0) this.fail("OpenNotAllowed");
    }
    if (this.limited.has(lower(target))) return this.onLimitedToken();
    if (row !== undefined && open.length !== 0) this.fail("OpenNotAllowed");
    if (row?.onLimited === "counted" && row.elsewhere === "limit") {
      if (row.isIdOnNft && this.facts.nonFungible.includes(lower(target) as Address)) return this.byTypes();
      if (row.token === undefined) this.fail("UnsafeOutflow");
      // What only looks like Permit2 counts nothing that holds against everybody.
      return isAddressEqual(target, PERMIT2) ? this.countedRow(row) : this.byTypes();
    }
    return this.byTypes();
  }

  private onLimitedToken(): Trust {
    const { open, target } = this.permission;
    const { row } = this;
    if (row === undefined || row.onLimited === "refused" || row.token !== undefined) this.fail("UnsafeOnLimitedToken");
    if (open.length !== 0) this.fail("OpenNotAllowed");
    if (row.onLimited === "counted") return this.countedRow(row);
    for (const path of row.principal ?? []) if (!this.hasTest(path, ["is the principal"])) this.fail("UnsafeRecipient");
    for (const path of row.bound ?? []) if (!this.isPathBound(path)) this.fail("UnsafeRecipient");
    this.takesBack = row.takesBack ?? false;
    if (row.text !== "deposit(uint256,address)") {
      this.requireCountersOnly();
      return "counted";
    }
    const asset = this.facts.assets[lower(target)];
    const isDeclared = this.permission.spends.some(
      ({ unit, argument }) => asset !== undefined && lower(unit) === lower(asset) && argument === "0",
    );
    if (!isDeclared) this.fail("UnsafeOutflow");
    this.requireCountersOnly(asset);
    return "counted";
  }

  private countedRow(row: TokenRow): Trust {
    placeAt(this.root, row.amount!);
    this.drawn = this.permission.target;
    if (row.token !== undefined) {
      const rule = this.permission.rules.find(({ argument, test }) => argument === row.token && test === "is");
      if (rule === undefined || rule.addresses.length !== 1) this.fail("UnsafeOutflow");
      this.drawn = rule.addresses[0]!;
    }
    if (!this.limited.has(lower(this.drawn))) this.fail("UnsafeOutflow");
    this.requireCountersOnly();
    this.takesBack = row.granted !== undefined && this.isZero(row.granted);
    if (row.spender !== undefined && !this.takesBack && !this.hasTest(row.spender, ["is", "is one of"]))
      this.fail("UnsafeRecipient");
    for (const path of row.principal ?? []) if (!this.hasTest(path, ["is the principal"])) this.fail("UnsafeRecipient");
    for (const path of row.bound ?? []) if (!this.isPathBound(path)) this.fail("UnsafeRecipient");
    return "counted";
  }

  private requireCountersOnly(except?: Address): void {
    const isOther = ({ unit }: { unit: Address }) => isUnitToken(unit) && !(except && isAddressEqual(unit, except));
    if (this.permission.spends.some(isOther)) this.fail("SpendUnitInvalid");
  }

  private hasTest(path: string, tests: string[]): boolean {
    return this.permission.rules.some(({ argument, test }) => argument === path && tests.includes(test));
  }

  private isPathBound(path: string): boolean {
    if (this.hasTest(path, [...BINDING, ...CONTENT])) return true;
    return this.permission.rules.some(
      ({ argument, test, numbers }) => argument === `${path}.length` && test === "is" && numbers[0] === 0n,
    );
  }

  private isZero(path: string): boolean {
    return this.permission.rules.some(
      ({ argument, test, numbers }) => argument === path && test === "is" && numbers[0] === 0n,
    );
  }

  /** Trusted, open, or asked alone: the general rule. */
  private byTypes(): Trust {
    const { open, consumable } = this.permission;
    const { row } = this;
    // An id of 0 is one as any other.
    const isZero = row?.granted !== undefined && row.isIdOnNft !== true && this.isZero(row.granted);
    this.takesBack = row?.takesBack === true || isZero;
    const unbound = this.takesBack ? undefined : this.unbound([this.root], this.root.type, "", false, this.root.isOpen);
    if (open.length !== 0) {
      this.checkOpen();
      if (unbound !== undefined) this.fail("UnboundArgument", unbound);
      return "open";
    }
    if (unbound === undefined) return "trusted";
    if (consumable && row === undefined) {
      if (this.permission.maxValue !== 0n) this.fail("UnsafeConsumable");
      return "asked";
    }
    return this.fail("UnboundArgument", unbound);
  }

  /** (6): a text may be free only where nothing is paid. */
  private get isFreeOfCharge(): boolean {
    return this.permission.maxValue === 0n && !this.permission.spends.some(({ unit }) => isUnitToken(unit));
  }

  /** The first leaf, from left to right, that is neither bound nor open and may not be free. */
  private unbound(places: Place[], type: Type, at: string, isInner: boolean, isOpen: boolean): string | undefined {
    isOpen ||= places.some((place) => place.isOpen);
    const { rules } = this.permission;
    const tests = places.flatMap((place) => place.rules.map((rule) => rules[rule]!.test));
    if (isOpen) return undefined;
    switch (type.kind) {
      case "word": {
        if (isBound(places, rules)) return undefined;
        const isWide = type.of === "address" || type.of === "function" || (type.of === "bytesN" && type.bits >= 160);
        if (isInner) {
          const hasSome = tests.some((test) => test !== "is not") || this.isSpent(places) || this.isRated(places);
          return !isWide && hasSome ? undefined : at;
        }
        if (!isWide) return undefined;
        return type.of === "bytesN" && this.isFreeOfCharge ? undefined : at;
      }
      case "string":
        if (tests.some((test) => CONTENT.includes(test))) return undefined;
        return !isInner && this.isFreeOfCharge ? undefined : at;
      case "bytes": {
        if (tests.some((test) => CONTENT.includes(test)) || this.hasNoLength(places)) return undefined;
        const inner = places.find((place) => place.inner !== undefined)?.inner;
        return inner === undefined ? at : this.unbound([inner.place], inner.place.type, `${at}:`, true, isOpen);
      }
      case "tuple":
        for (const [i, part] of type.parts.entries()) {
          const next = at === "" || at.endsWith(":") ? `${at}${i}` : `${at}.${i}`;
          const found = this.unbound(childrenOf(places, i), part, next, isInner, isOpen);
          if (found !== undefined) return found;
        }
        return undefined;
      case "array": {
        if (tests.some((test) => CONTENT.includes(test)) || this.hasNoLength(places)) return undefined;
        const length = type.size ?? this.exactLength(places);
        const each = this.unbound(eachOf(places), type.element, `${at}[*]`, isInner, isOpen);
        if (each === undefined || length === undefined || length < 0 || length > 64) return each;
        for (let i = 0; i < length; ++i) {
          const found = this.unbound(elementOf(places, i), type.element, `${at}[${i}]`, isInner, isOpen);
          if (found !== undefined) return found;
        }
        return undefined;
      }
    }
  }

  private isSpent = (places: Place[]) => places.some((place) => place.spends.length !== 0);

  /** Whether one of these places is the other side of a rate. */
  private isRated(places: Place[]): boolean {
    return this.permission.rules.some(
      ({ test, per }) => isRate(test) && per !== "value" && places.includes(placeAt(this.root, per).place),
    );
  }

  private lengthRules(places: Place[]): Rule[] {
    return places.flatMap((place) => place.length?.rules ?? []).map((rule) => this.permission.rules[rule]!);
  }

  private exactLength(places: Place[]): number | undefined {
    const number = this.lengthRules(places).find(({ test }) => test === "is")?.numbers[0];
    return number === undefined ? undefined : Number(number);
  }

  private hasNoLength = (places: Place[]) => this.exactLength(places) === 0;

  // --- open -------------------------------------------------------------------------------------------------------

  private checkOpen(): void {
    const { open } = this.permission;
    if (open[0] === "*") {
      if (!this.carries([this.root], this.root.type)) this.fail("OpenArgumentHarmless", "*");
      return;
    }
    for (const text of open) {
      const path = stepsOf(text).map((step) => JSON.stringify(step));
      const isUnder = open.some((other) => {
        const outer = stepsOf(other).map((step) => JSON.stringify(step));
        return other !== text && outer.every((step, i) => step === path[i]);
      });
      if (isUnder) this.fail("OpenNotAlone", text);
      const places = placesAt(this.root, stepsOf(text));
      const tests = places.flatMap((place) => place.rules).map((rule) => this.permission.rules[rule]!.test);
      const isLeafBound = tests.some((test) => [...BINDING, ...CONTENT].includes(test));
      if (isLeafBound) this.fail("OpenArgumentBound", text);
      if (!this.carries(places, places[0]!.type)) this.fail("OpenArgumentHarmless", text);
    }
  }

  /** Whether something unbound below can name an address or say more than it seems to. */
  private carries(places: Place[], type: Type): boolean {
    const { rules } = this.permission;
    const tests = places.flatMap((place) => place.rules.map((rule) => rules[rule]!.test));
    const isBytes = type.kind !== "word" && type.kind !== "tuple";
    if (isBytes && (tests.some((test) => CONTENT.includes(test)) || this.hasNoLength(places))) return false;
    switch (type.kind) {
      case "word":
        if (isBound(places, rules) || type.of === "bool") return false;
        return type.of === "bytesN" ? type.bits >= 160 : type.bits > FREE_BITS;
      case "string":
        return true;
      case "bytes": {
        const inner = places.find((place) => place.inner !== undefined)?.inner;
        return inner === undefined || this.carries([inner.place], inner.place.type);
      }
      case "tuple":
        // A method without arguments can still be handed a suffix, which only "*" lets through.
        if (type.parts.length === 0) return places.some((place) => place.isOpen);
        return type.parts.some((part, i) => this.carries(childrenOf(places, i), part));
      case "array":
        return this.carries(eachOf(places), type.element);
    }
  }

  // --- rules ------------------------------------------------------------------------------------------------------

  private checkRules(trust: Trust): void {
    const { rules } = this.permission;
    const byPath = new Map<string, number[]>();
    rules.forEach((rule, i) => {
      const isCompared = this.checkRule(rule, trust);
      if (isCompared) byPath.set(rule.argument, [...(byPath.get(rule.argument) ?? []), i]);
    });
    for (const indexes of byPath.values()) {
      const own = indexes.map((i) => rules[i]!);
      if (neverHolds(own, this.rangeOf(own[0]!, trust))) this.fail("RulesNeverHold", own[0]!.argument);
    }
  }

  /** @returns whether the rule compares a word with values, so that it may contradict another */
  private checkRule(rule: Rule, trust: Trust): boolean {
    const { argument, test, addresses, numbers, words } = rule;
    const list = LISTS[test];
    if (list === undefined) this.fail("RuleTestUnknown", test);
    const type: Type =
      argument === "value"
        ? { kind: "word", name: "value", of: "uint", bits: 256 }
        : placeAt(this.root, argument).place.type;
    const used = listFor(type, test);
    if (used === undefined) this.fail("RuleTestNotForType", `${argument} ${test}`);
    const lists = { addresses, numbers, words };
    const others = (Object.keys(lists) as (keyof typeof lists)[]).filter((name) => name !== used);
    if (others.some((name) => lists[name].length !== 0)) this.fail("RuleListInvalid", argument);
    const values = used === "none" ? [] : lists[used];
    if (values.length < list.least || values.length > list.most) this.fail("RuleValuesInvalid", `${argument} ${test}`);
    if (isRate(test)) {
      const [numerator, denominator] = numbers as [bigint, bigint];
      if (numerator <= 0n || denominator <= 0n || gcd(numerator, denominator) !== 1n) this.fail("RateInvalid");
      return false;
    }
    const isContent = CONTENT.includes(test);
    const word = type as Word;
    const range = used === "numbers" ? this.rangeOf(rule, trust) : undefined;
    values.forEach((each, i) => {
      const value = BigInt(each);
      if (i > 0 && value <= BigInt(values[i - 1]!)) this.fail("RuleValuesNotAscending", argument);
      if (range !== undefined && word.of === "uint" && value < 0n) this.fail("RuleValueNegative", argument);
      const isIn = range === undefined || (value >= range.low && value <= range.high);
      const isClean = used !== "words" || isContent || (value << BigInt(word.bits)) % (1n << 256n) === 0n;
      if (!isIn || !isClean) this.fail("RuleValueOutOfType", argument);
    });
    if (isContent) return false;
    // 2^255 - 1 is as much as a rule can say, and less than a uint256 can be.
    const isMost = word.of === "uint" && numbers[0] === (1n << 255n) - 1n;
    if (test === "is at least" && numbers[0] === range?.low) this.fail("RuleAlwaysHolds", argument);
    if (test === "is at most" && numbers[0] === range?.high && !isMost) this.fail("RuleAlwaysHolds", argument);
    return !test.includes("principal");
  }

  private rangeOf(rule: Rule, trust: Trust): Range {
    if (rule.argument === "value") return { low: 0n, high: (1n << 128n) - 1n };
    const { place, steps } = placeAt(this.root, rule.argument);
    const word = place.type as Word;
    if (word.of === "bool") return { low: 0n, high: 1n };
    if (word.of !== "uint" && word.of !== "int") return { low: 0n, high: (1n << 256n) - 1n };
    if (steps.some((step) => "length" in step)) return { low: 0n, high: (1n << 32n) - 1n };
    const isFree = trust === "counted" || trust === "asked" || this.isOpenAt(steps);
    const bits = BigInt(bitsOf(word, [place], this.permission.rules, isFree));
    if (word.of === "int") return { low: -(1n << (bits - 1n)), high: (1n << (bits - 1n)) - 1n };
    return { low: 0n, high: (1n << (bits === 256n ? 255n : bits)) - 1n };
  }

  private isOpenAt(steps: Step[]): boolean {
    const { open } = this.permission;
    const path = steps.map((step) => JSON.stringify(step));
    return open.some((text) => {
      if (text === "*") return true;
      return stepsOf(text).every((step, i) => JSON.stringify(step) === path[i]);
    });
  }
}

function listFor(type: Type, test: string): "addresses" | "numbers" | "words" | "none" | undefined {
  if (CONTENT.includes(test)) {
    const isHashable =
      type.kind === "bytes" ||
      type.kind === "string" ||
      (type.kind === "array" && type.size === undefined && type.element.kind === "word");
    return isHashable ? "words" : undefined;
  }
  if (type.kind !== "word") return undefined;
  const isPrincipal = type.of === "address" || (type.bits === 256 && (type.of === "uint" || type.of === "bytesN"));
  if (test === "is the principal")
    return isPrincipal && type.name !== "length" && type.name !== "value" ? "none" : undefined;
  if (test === "is one of or the principal" && (!isPrincipal || type.name === "length" || type.name === "value"))
    return undefined;
  const isNumber = type.of === "uint" || type.of === "int";
  if (test === "is at least" || test === "is at most") return isNumber ? "numbers" : undefined;
  if (isRate(test)) return type.of === "uint" ? "numbers" : undefined;
  if (type.of === "address") return "addresses";
  return isNumber || type.of === "bool" ? "numbers" : "words";
}

const valuesOf = ({ addresses, numbers, words }: Rule) =>
  [...addresses, ...numbers, ...words].map((each) => BigInt(each));

/** An empty intersection of the tests that name values; nothing cleverer is looked for. */
function neverHolds(rules: Rule[], range: Range): boolean {
  const of = (test: string) => rules.filter((rule) => rule.test === test).flatMap(valuesOf);
  const low = [range.low, ...of("is at least")].reduce((a, b) => (a > b ? a : b));
  const high = [range.high, ...of("is at most")].reduce((a, b) => (a < b ? a : b));
  const not = new Set(of("is not"));
  const lists = ["is", "is one of"].map(of).filter((list) => list.length !== 0);
  const isIn = (number: bigint) => number >= low && number <= high && !not.has(number);
  if (lists.length !== 0)
    return !lists[0]!.some((number) => isIn(number) && lists.every((list) => list.includes(number)));
  if (low > high) return true;
  return (
    high - low < BigInt(not.size) && BigInt([...not].filter((n) => n >= low && n <= high).length) === high - low + 1n
  );
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

export function childrenOf(places: Place[], index: number): Place[] {
  return places.flatMap((place) => place.children.get(index) ?? []);
}
export function eachOf(places: Place[]): Place[] {
  return places.flatMap((place) => place.each ?? []);
}
/** What stands about one element: what names it and what speaks of every element. */
export function elementOf(places: Place[], index: number): Place[] {
  return places.flatMap((place) => [place.children.get(index), place.each].filter((each) => each !== undefined));
}

/** What speaks of the place that these steps lead to: rules of every element too. */
function placesAt(root: Place, steps: Step[]): Place[] {
  let places = [root];
  for (const step of steps) {
    if ("part" in step) places = childrenOf(places, step.part);
    else if ("element" in step) places = elementOf(places, step.element);
    else if ("each" in step) places = eachOf(places);
    else places = places.flatMap((place) => place.inner?.place ?? []);
  }
  return places;
}
