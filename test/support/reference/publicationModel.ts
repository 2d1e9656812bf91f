import { TOKEN_TABLE, type TokenRow } from "../../../scripts/generate/tokenTable.ts";
import { ANY_TARGET, methodOf, MethodKind, RuleKind, type Permission, type Policy } from "./policy.ts";
import { ENTRY_POINTS } from "../../../deploy/lib/entryPoints.ts";
import { firstBad, HeadKind, headOf, type HeadWord } from "./methodTexts.ts";

/** A second opinion on what may be published, written from the specification and not from the contract. */

export interface World {
  latchkey: string;
  forwarder: string;
  /** Addresses with code: tokens, what answers ERC-165 for something else, and what is neither. */
  contracts: Map<string, "fungible" | "erc721" | "erc1155" | "idOrAmount" | "none">;
}

export interface Refusal {
  name: string;
  args: unknown[];
}

/** What is stored of a permission, as far as the model predicts it. */
export interface Expected {
  headWords: number;
  exactLength: boolean;
  spendToken: string;
  amountArgument: number;
}

class Refused extends Error {
  readonly refusal: Refusal;
  constructor(name: string, args: unknown[]) {
    super(name);
    this.refusal = { name, args };
  }
}

const ZERO = `0x${"0".repeat(40)}`;
const ENTRY_POINT_V06 = "0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789";
const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** The first refusal, or what is stored of each permission. */
export function judge(policy: Policy, world: World): { refusal: Refusal } | { permissions: Expected[] } {
  try {
    policy.limits.forEach((limit, i) => {
      if (policy.limits.slice(0, i).some(({ token }) => same(token, limit.token))) {
        throw new Refused("DuplicateLimit", [i, limit.token]);
      }
      if (limit.period > 0 && limit.period < 300) throw new Refused("UnsafePeriod", [i, limit.period, 300]);
      const kind = world.contracts.get(limit.token.toLowerCase());
      if (!same(limit.token, ZERO) && kind !== "fungible") throw new Refused("UnsafeLimitedToken", [i, limit.token]);
    });
    let previous = 0n;
    const permissions = policy.permissions.map((permission, i) => {
      const [key, expected] = judgePermission(permission, i, policy, world, previous);
      previous = key;
      return expected;
    });
    return { permissions };
  } catch (thrown) {
    if (thrown instanceof Refused) return { refusal: thrown.refusal };
    throw thrown;
  }
}

function judgePermission(
  permission: Permission,
  index: number,
  policy: Policy,
  world: World,
  previous: bigint,
): [bigint, Expected] {
  const { target, method, rules, spendToken } = permission;
  const refuse = (name: string, ...args: unknown[]): never => {
    throw new Refused(name, [index, ...args]);
  };
  const isLimited = (token: string) => policy.limits.some((limit) => same(limit.token, token));

  const machinery = [ZERO, world.latchkey, world.forwarder, ENTRY_POINT_V06];
  machinery.push(...Object.values(ENTRY_POINTS).map(({ address }) => address));
  if (machinery.some((address) => same(address, target))) refuse("UnsafeTarget", target);
  const [kind, selector] = methodOf(method);
  if (kind === MethodKind.METHOD && firstBad(method) >= 0) refuse("UnsafeMethod", firstBad(method));
  const head: HeadWord[] = kind === MethodKind.METHOD ? headOf(method).flat() : [];
  const key = (BigInt(target) << 40n) | (BigInt(kind) << 32n) | BigInt(selector);
  if (key <= previous) refuse("UnsafeOrder");

  // Sentinels.
  const row = TOKEN_TABLE.find(({ text }) => text === method);
  const isAny = same(target, ANY_TARGET);
  const isEvery = kind === MethodKind.WILDCARD;
  const onLimited = !isAny && isLimited(target);
  const spends = !same(spendToken, ZERO) || permission.spendAmount > 0n || permission.amountArgument > 0;
  if (permission.consumable && (isAny || kind !== MethodKind.METHOD)) refuse("UnsafeConsumable");
  if (
    (isAny && (kind !== MethodKind.METHOD || row)) ||
    (isEvery && (onLimited || rules.length > 0)) ||
    ((isAny || isEvery) && (spends || permission.maxValue > 0n))
  ) {
    refuse("UnsafeWildcard");
  }
  if (permission.maxValue > 0n && !isLimited(ZERO)) refuse("UnsafeValue", permission.maxValue);

  // What leaves.
  const expected: Expected = {
    headWords: head.length,
    exactLength: false,
    spendToken: spends ? spendToken : ZERO,
    amountArgument: permission.amountArgument,
  };
  const isNft = world.contracts.get(target.toLowerCase()) === "erc721";
  let pins: Pick<TokenRow, "recipient" | "spender"> = {};
  const pinned = (word: number, kinds: RuleKind[]) => rules.some((r) => r.word === word && kinds.includes(r.kind));
  if (onLimited && row) {
    for (let i = 0; i < (row.principals ?? 0); ++i) {
      const word = row.recipient! + i;
      if (!pinned(word, [RuleKind.EQUAL_PRINCIPAL])) refuse("UnsafeRecipient", word);
    }
  }
  const isCounted = row?.class === "counted" || (row?.class === "countedIfLimited" && onLimited);
  if (row && isCounted && !(row.idOnNft && isNft)) {
    const fits = permission.amountArgument === row.amount && permission.spendAmount === 0n;
    let token = target;
    if (row.tokenInWord0) {
      const isToken = rules.some((r) => r.kind === RuleKind.EQUAL && r.word === 0 && isWord(r.values, spendToken));
      if (same(spendToken, ZERO) || !fits || !isToken) refuse("UnsafeSpend", spendToken);
      if (onLimited) refuse("UnsafeOnLimitedToken", target);
      token = spendToken;
    } else if (spends && !(fits && same(spendToken, target))) {
      refuse("UnsafeSpend", spendToken);
    }
    if (!isLimited(token)) refuse("UnsafeOutflow", token);
    pins = { spender: row.spender };
    Object.assign(expected, { spendToken: token, amountArgument: row.amount, exactLength: row.exact ?? false });
  } else {
    if (onLimited && row?.class !== "harmless") refuse("UnsafeOnLimitedToken", target);
    if (row && (onLimited || row.class !== "harmless")) pins = row;
    if (spends) {
      const isUint = head[permission.amountArgument]?.kind === HeadKind.UINT;
      const fits = permission.spendAmount > 0n ? permission.amountArgument === 0 : isUint;
      if (same(spendToken, ZERO) || !isLimited(spendToken) || !fits) refuse("UnsafeSpend", spendToken);
    }
  }

  // Rules.
  if (rules.length > 8) refuse("TooManyRules", rules.length, 8);
  rules.forEach(({ kind: ruleKind, word, values }, i) => {
    const headWord = head[word];
    if (!headWord || !kindsOf(headWord).includes(ruleKind)) refuse("UnsafeRuleWord", i, word);
    const isOneOf = ruleKind === RuleKind.ONE_OF || ruleKind === RuleKind.ONE_OF_HASH;
    const [least, most] = ruleKind === RuleKind.EQUAL_PRINCIPAL ? [0, 0] : isOneOf ? [1, 32] : [1, 1];
    const numbers = values.map(BigInt);
    const isClean = ruleKind >= RuleKind.EQUAL_HASH || numbers.every((value) => isCanonical(headWord!.wordType, value));
    const ascends = numbers.every((value, j) => j === 0 || value > numbers[j - 1]!);
    if (values.length < least || values.length > most || !isClean || !ascends) refuse("UnsafeRuleValues", i);
  });
  const pinning: RuleKind[] = [RuleKind.EQUAL, RuleKind.ONE_OF, RuleKind.EQUAL_HASH, RuleKind.ONE_OF_HASH];
  if (pins.spender !== undefined && !pinned(pins.spender, pinning)) refuse("UnsafeRecipient", pins.spender);
  pinning.push(RuleKind.EQUAL_PRINCIPAL);
  if (pins.recipient !== undefined && !pinned(pins.recipient, pinning)) refuse("UnsafeRecipient", pins.recipient);
  return [key, expected];
}

function isWord(values: string[], address: string): boolean {
  return values.length === 1 && BigInt(values[0]!) === BigInt(address);
}

function kindsOf({ kind }: HeadWord): number[] {
  if (kind === HeadKind.OTHER) return [];
  if (kind === HeadKind.CONTENT || kind === HeadKind.ARRAY) return [RuleKind.EQUAL_HASH, RuleKind.ONE_OF_HASH];
  const kinds: number[] = [RuleKind.EQUAL, RuleKind.NOT_EQUAL, RuleKind.ONE_OF];
  if (kind === HeadKind.ADDRESS) kinds.push(RuleKind.EQUAL_PRINCIPAL);
  if (kind === HeadKind.UINT) kinds.push(RuleKind.LESS_OR_EQUAL, RuleKind.GREATER_OR_EQUAL);
  return kinds;
}

function isCanonical(wordType: number, value: bigint): boolean {
  const bits = BigInt((wordType & 0x3f) * 8);
  switch (wordType >> 6) {
    case 0:
      return value < 1n << bits;
    case 1:
      return BigInt.asUintN(256, BigInt.asIntN(Number(bits), value)) === value;
    case 2:
      return value % (1n << (256n - bits)) === 0n;
    default:
      return value < 2n;
  }
}
