import { type Address, isAddressEqual, isHex, stringify, zeroAddress } from "viem";
import {
  ANY_TARGET,
  COUNTER_BOUND,
  MAX_ALTERNATIVES,
  MAX_CALLS,
  MAX_DURATION,
  MAX_GAS_BUDGET,
  MAX_INNERS,
  MAX_LIMITS,
  MAX_OPEN,
  MAX_RULES,
  MAX_SPENDS,
  MIN_DURATION,
  MIN_PERIOD,
  PERMIT2,
} from "../constants.ts";
import { type PolicyErrorName, UnsafePolicyError } from "../errors/policyErrors.ts";
import type { TokenRow } from "../generated/tableMethods.ts";
import type { Permission, Policy, Rule } from "../types.ts";
import {
  ArgumentPathError,
  checkDepth,
  eachOf,
  childrenOf,
  elementOf,
  newPlace,
  NO_ARGUMENTS,
  type Place,
  placeAt,
  placesAt,
  walk,
} from "./argumentPaths.ts";
import { depthOf, MAX_POINTERS, MethodTextError, parseMethod, type WordType } from "./methodTypes.ts";
import { checkRules, type Fail, isBelow, isRate } from "./ruleChecks.ts";
import { BINDING, carriesAuthority, CONTENT, unboundIn } from "./soundness.ts";
import { rowOf, selectorOf } from "./tokenRows.ts";

/**
 * How far the chain sees where a permission's authority goes. `counted`: the number holds against everybody. `trusted`:
 * every byte is accounted for, and what the target does with it is the target's word. `asked`: it serves the route of
 * that name alone. `open`: some arguments may say anything.
 */
export type Trust = "counted" | "trusted" | "asked" | "open";

/** What publication asks the chain. Whatever is left out is taken to be as the policy needs it. */
export interface PolicyFacts {
  /** Latchkey, its extension, entrance and forwarder, and the EntryPoints: never targets, never paymasters. */
  machinery?: readonly Address[] | undefined;
  /** Whether a limited token has code and is fungible. */
  isFungible?: ((token: Address) => boolean) | undefined;
  /** Whether a target answers ERC-165 for ERC-721 or ERC-1155. */
  isNonFungible?: ((target: Address) => boolean) | undefined;
  /** `asset()` of a limited vault. */
  assetOf?: ((vault: Address) => Address | undefined) | undefined;
}

/** What publication makes of one permission. */
export interface CheckedPermission {
  permission: Permission;
  kind: "native" | "method" | "wildcard";
  /** 0x00000000 unless a method is named. */
  selector: string;
  trust: Trust;
  /** The arguments, and what the permission says of them. */
  root: Place;
  row?: TokenRow | undefined;
  /** The token whose limit the row draws on by itself. */
  drawn?: Address | undefined;
  /** Whether it can only take rights back. */
  takesBack: boolean;
}

const KINDS = ["native", "method", "wildcard"] as const;

const lower = (address: string) => address.toLowerCase();
/** Whether a unit is a token: neither the native coin nor a counter. */
export const isToken = (unit: Address): boolean => BigInt(unit) >= COUNTER_BOUND;
/** Texts compare as bytes, and so do those that publication takes as strings. */
export const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
export const compareUnits = (a: Address, b: Address): number => compareTexts(lower(a), lower(b));
export const compareRules = (a: Rule, b: Rule): number =>
  compareTexts(a.argument, b.argument) || compareTexts(a.test, b.test) || compareTexts(a.per, b.per);
export const compareLimits = (a: Policy["limits"][number], b: Policy["limits"][number]): number =>
  compareUnits(a.unit, b.unit) || a.period - b.period || Number(a.fromStart) - Number(b.fromStart);

const isAscending = <item>(list: readonly item[], compare: (a: item, b: item) => number) =>
  list.findIndex((each, i) => i > 0 && compare(list[i - 1]!, each) >= 0);

/** What a permission is sorted and found by: target, kind and selector, as one number. */
export function keyOf({ target, method }: Pick<Permission, "target" | "method">): bigint {
  const kind = method === "" ? 0n : method === "*" ? 2n : 1n;
  return (BigInt(target) << 40n) | (kind << 32n) | (kind === 1n ? BigInt(selectorOf(method)) : 0n);
}

/**
 * Checks a policy as publication does, in its order, and says how far each permission is to be trusted. The size of
 * what would be stored is left to the chain.
 * @throws UnsafePolicyError
 */
export function checkPolicy(policy: Policy, facts: PolicyFacts = {}): CheckedPermission[] {
  checkSettings(policy, facts);
  checkLimits(policy, facts);
  const checked: CheckedPermission[] = [];
  for (const permission of policy.permissions) checked.push(checkPermission(permission, policy, facts, checked));
  return checked;
}

/** Refuses what the encoding has no room for. */
function fits(place: string, value: number | bigint, bits: number): void {
  const isWhole = typeof value === "bigint" || Number.isSafeInteger(value);
  if (isWhole && BigInt(value) >= 0n && BigInt(value) >> BigInt(bits) === 0n) return;
  refuse("PolicyNotCanonical", place, value, `a whole number of ${bits} bits`);
}

function refuse(errorName: PolicyErrorName, place: string, value?: unknown, bound?: string): never {
  throw new UnsafePolicyError(errorName, { place, value, bound });
}

const atMost = (most: number | bigint) => `at most ${most}`;

function checkSettings(policy: Policy, { machinery = [] }: PolicyFacts): void {
  const { app, minDuration, maxDuration, maxCalls, gasBudget, paymaster, permissions } = policy;
  if (!/^[\x20-\x7e]{1,31}$/.test(app)) {
    refuse("PolicyAppInvalid", "app", JSON.stringify(app), "1 to 31 characters of printable ASCII");
  }
  fits("minDuration", minDuration, 32);
  fits("maxDuration", maxDuration, 32);
  fits("maxCalls", maxCalls, 32);
  fits("gasBudget", gasBudget, 80);
  if (minDuration < MIN_DURATION || minDuration > maxDuration || maxDuration > MAX_DURATION) {
    const bound = `${MIN_DURATION} to ${MAX_DURATION} seconds`;
    refuse("PolicyDurationsInvalid", "maxDuration", `${minDuration} to ${maxDuration}`, bound);
  }
  if (maxCalls < 1 || maxCalls > MAX_CALLS) refuse("PolicyCallsInvalid", "maxCalls", maxCalls, `1 to ${MAX_CALLS}`);
  if (gasBudget % 10n ** 9n !== 0n || gasBudget > MAX_GAS_BUDGET) {
    refuse("PolicyGasBudgetInvalid", "gasBudget", gasBudget, `whole gwei, ${atMost(MAX_GAS_BUDGET)} wei`);
  }
  if (machinery.some((each) => isAddressEqual(each, paymaster))) refuse("UnsafePaymaster", "paymaster", paymaster);
  if (permissions.length === 0) refuse("PolicyEmpty", "permissions", undefined, "what the key may do");
}

function checkLimits({ limits }: Policy, { isFungible }: PolicyFacts): void {
  if (limits.length > MAX_LIMITS) refuse("TooManyLimits", "limits", limits.length, atMost(MAX_LIMITS));
  limits.forEach(({ unit, cap, period, fromStart }, i) => {
    const at = `limits[${i}]`;
    fits(`${at}.cap`, cap, 128);
    fits(`${at}.period`, period, 32);
    if (period !== 0 && period < MIN_PERIOD) refuse("UnsafePeriod", at, period, `0, or at least ${MIN_PERIOD} seconds`);
    if (period === 0 && fromStart) refuse("PeriodStartInvalid", at, undefined, "false for a lifetime");
    if (i > 0 && compareLimits(limits[i - 1]!, limits[i]!) >= 0) refuse("LimitsNotAscending", at, unit, "each once");
    if (isToken(unit) && isFungible?.(unit) === false) refuse("UnsafeLimitedToken", at, unit, "a fungible token");
  });
}

function checkPermission(
  permission: Permission,
  policy: Policy,
  facts: PolicyFacts,
  before: readonly CheckedPermission[],
): CheckedPermission {
  const { target, method, maxValue, spends, rules, inner, consumable, open } = permission;
  const isAny = isAddressEqual(target, ANY_TARGET);
  const subject = `${method === "" ? "a native transfer" : method} on ${isAny ? "any contract" : target}`;
  const here = `permissions[${before.length}]`;
  const fail: Fail = (errorName, at, value, bound) => {
    throw new UnsafePolicyError(errorName, { place: `${here}${at && "."}${at}`, subject, value, bound });
  };
  const has = (unit: Address) => policy.limits.some((limit) => isAddressEqual(limit.unit, unit));
  const isLimited = has(target);
  const withPath = <result>(at: string, path: string, run: () => result): result => {
    try {
      return run();
    } catch (thrown) {
      if (!(thrown instanceof ArgumentPathError)) throw thrown;
      return fail(thrown.errorName, at, `argument ${path}`, thrown.bound);
    }
  };

  // --- target, text, table, order ------------------------------------------------------------------------------------

  if (!isToken(target) || facts.machinery?.some((each) => isAddressEqual(each, target))) {
    fail("UnsafeTarget", "target", target);
  }
  fits(`${here}.maxValue`, maxValue, 128);
  const kind = KINDS[method === "" ? 0 : method === "*" ? 2 : 1]!;
  const readTypes = (text: string, errorName: PolicyErrorName, at: string, isMethod: boolean) => {
    try {
      const { name: called, types } = parseMethod(text);
      if (called === "" && (isMethod || types.parts.length === 0)) throw new MethodTextError(isMethod ? 0 : 1);
      return { types, isCall: called !== "" };
    } catch (thrown) {
      if (!(thrown instanceof MethodTextError)) throw thrown;
      return fail(errorName, at, JSON.stringify(text), `canonical types, other than from byte ${thrown.position} on`);
    }
  };
  /** The row of a text that the token table knows, which has to be the table's own. */
  const tableRow = (text: string, at: string): TokenRow | undefined => {
    const found = rowOf(text);
    if (found !== undefined && found.text !== text) {
      fail("UnsafeSelector", at, text, `${found.text}, which has this selector`);
    }
    return found?.row;
  };
  const root = newPlace(kind === "method" ? readTypes(method, "UnsafeMethod", "method", true).types : NO_ARGUMENTS);
  const depth = depthOf(root.type, true);
  if (depth > MAX_POINTERS) {
    fail("MethodTooDeep", "method", `${depth} pointers`, atMost(MAX_POINTERS));
  }
  const row = kind === "method" ? tableRow(method, "method") : undefined;
  const key = keyOf(permission);
  const last = before.at(-1);
  if (last !== undefined && key < keyOf(last.permission)) fail("UnsafeOrder", "");
  const others = before.filter((each) => keyOf(each.permission) === key);
  if (others.length === MAX_ALTERNATIVES) {
    fail("TooManyAlternatives", "", undefined, atMost(MAX_ALTERNATIVES));
  }
  if (others.some((each) => each.permission.method !== method)) {
    fail("MethodTextsDiffer", "method", method);
  }
  if (others.some((each) => isSame(each.permission, permission))) fail("AlternativeRepeated", "");

  // --- lists ---------------------------------------------------------------------------------------------------------

  const most = (errorName: PolicyErrorName, at: string, { length }: readonly unknown[], bound: number) => {
    if (length > bound) fail(errorName, at, length, atMost(bound));
  };
  most("TooManySpends", "spends", spends, MAX_SPENDS);
  most("TooManyRules", "rules", rules, MAX_RULES);
  most("TooManyInners", "inner", inner, MAX_INNERS);
  most("TooManyOpen", "open", open, MAX_OPEN);
  const ascends = (errorName: PolicyErrorName, at: string, position: number) => {
    if (position !== -1) fail(errorName, `${at}[${position}]`, undefined, "each once");
  };
  const bySpend = (a: Permission["spends"][number], b: typeof a) =>
    compareUnits(a.unit, b.unit) || compareTexts(a.argument, b.argument);
  ascends("SpendsNotAscending", "spends", isAscending(spends, bySpend));
  ascends("RulesNotAscending", "rules", isAscending(rules, compareRules));
  const byArgument = (a: { argument: string }, b: typeof a) => compareTexts(a.argument, b.argument);
  ascends("InnersNotAscending", "inner", isAscending(inner, byArgument));
  ascends("OpenNotAscending", "open", isAscending(open, compareTexts));
  if (maxValue !== 0n && !has(zeroAddress)) {
    fail("UnsafeValue", "maxValue", maxValue, "a limit on the native coin");
  }

  // --- paths ---------------------------------------------------------------------------------------------------------

  // An outer text stands before what it is a prefix of.
  inner.forEach(({ argument, types }, i) => {
    const at = `inner[${i}]`;
    const { place, pointers } = withPath(at, argument, () => walk(root, argument));
    if (place.type.kind !== "bytes") fail("InnerNotBytes", at, `argument ${argument} is ${place.type.name}`);
    const read = readTypes(types, "InnerTypesInvalid", at, false);
    if (read.isCall) tableRow(types, at);
    withPath(at, argument, () => checkDepth(pointers + depthOf(read.types, true)));
    place.inner = newPlace(read.types);
    if (hasInnerTwice([root])) fail("InnersOverlap", at, argument);
  });
  const isRateSide = (path: string) => {
    const { type } = placeAt(root, path);
    return type.kind === "word" && type.of === "uint" && !path.includes("[*]");
  };
  let valueRules = 0;
  const places = new Map<Rule, Place>();
  rules.forEach((rule, i) => {
    const { argument, test, per } = rule;
    const at = `rules[${i}]`;
    if (argument === "value") ++valueRules;
    else {
      const place = withPath(at, argument, () => placeAt(root, argument));
      place.rules.push(i);
      places.set(rule, place);
    }
    const isSided = isRate(test);
    const isWrong =
      isSided === (per === "") ||
      (isSided &&
        (per === argument ||
          [argument, per].some((side) => side !== "value" && !withPath(at, side, () => isRateSide(side)))));
    if (isWrong) {
      fail("RateSideInvalid", at, `${argument} per ${JSON.stringify(per)}`, "two different unsigned numbers");
    }
    if (isSided && per !== "value") placeAt(root, per).isRated = true;
  });
  spends.forEach(({ unit, argument, amount, scale }, i) => {
    const at = `spends[${i}]`;
    fits(`${here}.${at}.amount`, amount, 128);
    fits(`${here}.${at}.scale`, scale, 8);
    if (isAddressEqual(unit, zeroAddress)) {
      fail("SpendUnitInvalid", at, unit, "a token or a counter: the value draws the native coin");
    }
    if (!has(unit)) fail("SpendWithoutLimit", at, unit);
    if ((argument === "") === (amount === 0n)) {
      fail("SpendAmountInvalid", at, amount, "an argument, or an amount above 0");
    }
    if (scale > 30 || (scale !== 0 && (isToken(unit) || argument === ""))) {
      fail("SpendScaleInvalid", at, scale, "0 to 30, and 0 unless an argument is drawn on a counter");
    }
    if (argument === "") return;
    const place = withPath(at, argument, () => placeAt(root, argument));
    if (place.type.kind !== "word" || place.type.of !== "uint") {
      fail("SpendNotNumber", at, `argument ${argument} is ${place.type.name}`);
    }
    place.isSpent = true;
  });
  if (open.includes("*")) {
    if (open.length !== 1) fail("OpenNotAlone", "open", open.join(", "), '"*" alone');
    root.isOpen = true;
  } else {
    const opened = open.map((path, i) => {
      const at = `open[${i}]`;
      const place = withPath(at, path, () => placeAt(root, path));
      if (path.endsWith(".length")) fail("OpenArgumentHarmless", at, path);
      return place;
    });
    for (const place of opened) place.isOpen = true;
  }

  // --- what a row, a sentinel or the types ask for -------------------------------------------------------------------

  let drawn: Address | undefined;
  let takesBack = false;
  const hasRule = (argument: string, is: (rule: Rule) => boolean) =>
    rules.some((rule) => rule.argument === argument && is(rule));
  const isZero = (argument: string) => hasRule(argument, ({ test, numbers }) => test === "is" && numbers[0] === 0n);
  const countersOnly = (except?: Address) => {
    const other = spends.findIndex(
      ({ unit }) => isToken(unit) && !(except !== undefined && isAddressEqual(unit, except)),
    );
    if (other === -1) return;
    const { unit } = spends[other]!;
    fail("SpendUnitInvalid", `spends[${other}]`, unit, "counters alone beside what draws its token by itself");
  };
  const bindsRecipients = ({ principal = [], bound = [] }: TokenRow) => {
    for (const path of principal) {
      if (!hasRule(path, ({ test }) => test === "is the principal")) {
        fail("UnsafeRecipient", "rules", `argument ${path}`, "the principal");
      }
    }
    for (const path of bound) {
      const isFixed = hasRule(path, ({ test }) => [...BINDING, ...CONTENT].includes(test)) || isZero(`${path}.length`);
      if (!isFixed) fail("UnsafeRecipient", "rules", `argument ${path}`, "a rule that binds it");
    }
  };

  function countedRow(from: TokenRow): Trust {
    drawn = target;
    if (from.token !== undefined) {
      const token = rules.find(({ argument, test }) => argument === from.token && test === "is");
      if (token?.addresses.length !== 1) {
        fail("UnsafeOutflow", "rules", `argument ${from.token}`, "one token");
      }
      drawn = token!.addresses[0]!;
    }
    if (!has(drawn)) fail("UnsafeOutflow", "target", drawn, A_LIMIT);
    countersOnly();
    takesBack = from.granted !== undefined && isZero(from.granted);
    const { spender } = from;
    if (spender !== undefined && !takesBack && !hasRule(spender, ({ test }) => test === "is" || test === "is one of")) {
      fail("UnsafeRecipient", "rules", `argument ${spender}`, "addresses that it is, or is one of");
    }
    bindsRecipients(from);
    return "counted";
  }

  function onLimitedToken(): Trust {
    if (row === undefined || row.onLimited === "refused" || row.token !== undefined) {
      return fail("UnsafeOnLimitedToken", "method", method, COUNTED_ALONE);
    }
    if (open.length !== 0) fail("OpenNotAllowed", "open");
    if (row.onLimited === "counted") return countedRow(row);
    bindsRecipients(row);
    takesBack = row.takesBack === true;
    if (method !== "deposit(uint256,address)") countersOnly();
    else {
      // Without a chain to ask, whichever token the permission draws by the amount is taken for the vault's asset.
      const isDrawn = ({ unit, argument }: Permission["spends"][number]) => isToken(unit) && argument === "0";
      const asset = facts.assetOf === undefined ? spends.find(isDrawn)?.unit : facts.assetOf(target);
      const isDeclared = spends.some(
        (each) => asset !== undefined && isDrawn(each) && isAddressEqual(each.unit, asset),
      );
      if (!isDeclared) fail("UnsafeOutflow", "spends", target, "a spend of the vault's asset by argument 0");
      countersOnly(asset);
    }
    return "counted";
  }

  function byTypes(): Trust {
    // An id of 0 is one as any other.
    const isNothingGranted = row?.granted !== undefined && row.isIdOnNft !== true && isZero(row.granted);
    takesBack = row?.takesBack === true || isNothingGranted;
    const isFreeOfCharge = maxValue === 0n && !spends.some(({ unit }) => isToken(unit));
    const unbound = takesBack ? undefined : unboundIn([root], root.type, "", false, { rules, isFreeOfCharge });
    const failUnbound = () => {
      fail("UnboundArgument", "rules", unbound, "a rule that binds it, or its path in `open`");
    };
    if (open.length !== 0) {
      checkOpen();
      if (unbound !== undefined) failUnbound();
      return "open";
    }
    if (unbound === undefined) return "trusted";
    if (!consumable || row !== undefined) failUnbound();
    if (maxValue !== 0n) {
      fail("UnsafeConsumable", "maxValue", maxValue, `no value, or a rule that binds argument ${unbound}`);
    }
    return "asked";
  }

  function checkOpen(): void {
    open.forEach((path, i) => {
      const at = `open[${i}]`;
      const isAll = path === "*";
      if (!isAll && open.some((other) => other !== path && isBelow(path, other))) {
        fail("OpenNotAlone", at, path);
      }
      const found = isAll ? [root] : placesAt(root, path);
      const own = found.flatMap((place) => place.rules.map((rule) => rules[rule]!.test));
      if (!isAll && own.some((test) => [...BINDING, ...CONTENT].includes(test))) {
        fail("OpenArgumentBound", at, path);
      }
      if (!carriesAuthority(found, found[0]!.type, rules)) {
        fail("OpenArgumentHarmless", at, path);
      }
    });
  }

  function native(): Trust {
    if (maxValue === 0n) fail("NativeTransferWithoutValue", "maxValue");
    if (consumable) fail("UnsafeConsumable", "consumable");
    if (inner.length + open.length + rules.length !== valueRules) fail("UnsafeWildcard", "rules");
    if (isLimited) fail("UnsafeOnLimitedToken", "target", target);
    countersOnly();
    return "counted";
  }

  function wildcard(): Trust {
    if (consumable) fail("UnsafeConsumable", "consumable");
    if (isAny || maxValue !== 0n || spends.length + rules.length + inner.length !== 0) {
      fail("UnsafeWildcard", "method", "*", "one target, and no value, spends, rules and inners");
    }
    if (isLimited) fail("UnsafeOnLimitedToken", "target", target);
    if (open[0] !== "*") fail("UnboundArgument", "open", undefined, '"*"');
    return "open";
  }

  function named(): Trust {
    if (isAny) {
      if (consumable) fail("UnsafeConsumable", "consumable");
      if (row !== undefined || maxValue !== 0n || spends.length !== 0) {
        fail("UnsafeWildcard", "target", target, "no value, spends and methods of the token table");
      }
      if (open.length !== 0) fail("OpenNotAllowed", "open");
    }
    if (isLimited) return onLimitedToken();
    if (row !== undefined && open.length !== 0) {
      fail("OpenNotAllowed", "open");
    }
    if (row?.onLimited !== "counted" || row.elsewhere !== "limit") return byTypes();
    if (row.isIdOnNft && facts.isNonFungible?.(target) !== false) return byTypes();
    if (row.token === undefined) fail("UnsafeOutflow", "target", target, A_LIMIT);
    // What only looks like Permit2 counts nothing that holds against everybody.
    return isAddressEqual(target, PERMIT2) ? countedRow(row) : byTypes();
  }

  const trust = { native, wildcard, method: named }[kind]();
  const isFree = trust === "counted" || trust === "asked";
  checkRules({ rules, placeOf: (rule) => places.get(rule), open, isFree, fail });
  return {
    permission,
    kind,
    selector: kind === "method" ? selectorOf(method) : "0x00000000",
    trust,
    root,
    row,
    drawn,
    takesBack,
  };
}

const A_LIMIT = "a limit on it";
const COUNTED_ALONE = "a method that counts, or is harmless, by the token table";

const isSame = (a: Permission, b: Permission) => spelled(a) === spelled(b);

/** A permission as a text that depends on neither the order of its members nor the case of its addresses. */
function spelled(permission: Permission): string {
  return stringify(permission, (_, value: unknown) => {
    if (isHex(value)) return value.toLowerCase();
    return typeof value === "object" && !Array.isArray(value)
      ? Object.entries(value!).sort(([a], [b]) => compareTexts(a, b))
      : value;
  });
}

/** Whether two inners read the same `bytes`: one by `[*]`, one by its number. */
function hasInnerTwice(places: readonly Place[]): boolean {
  const inners = places.flatMap(({ inner }) => inner ?? []);
  if (inners.length > 1 || (inners.length === 1 && hasInnerTwice(inners))) return true;
  const isArray = places[0]?.type.kind === "array";
  if (isArray && hasInnerTwice(eachOf(places))) return true;
  const named = new Set(places.flatMap(({ children }) => [...children.keys()]));
  return [...named].some((index) => hasInnerTwice((isArray ? elementOf : childrenOf)(places, index)));
}

/** The type of the word that a path leads to; undefined if it leads to none. For those who tell amounts in words. */
export function wordAt(root: Place, path: string): WordType | undefined {
  const { type } = placeAt(root, path);
  return type.kind === "word" ? type : undefined;
}
