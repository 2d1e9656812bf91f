import { concat, numberToHex, stringToHex, toHex, type Hex } from "viem";
import { headWords } from "./methodTypes.ts";
import { compile, drawsOf, flatten, isPlain } from "./program.ts";
import type { Published, PublishedPermission } from "./publication.ts";
import { PERMIT2 } from "./tokenTable.ts";
import type { Policy } from "./policy.ts";

/** The stored form of a policy, byte for byte, as docs/specification.md has it in section 7. */

const KIND = { native: 0, method: 1, wildcard: 2 };
const TRUST = { counted: 0, trusted: 1, asked: 2, open: 3 };
const FLAG = { consumable: 1, trust: 2, suffix: 8, approves: 16, spenderInWord1: 32 };
const DRAW = { constant: 1, credited: 2, ownRow: 4 };
const LIMITS_OFFSET = 129;

export function storedForm(policy: Policy, published: Published): Hex {
  const methods = new Map<bigint, PublishedPermission[]>();
  for (const each of published.permissions) methods.set(keyOf(each), [...(methods.get(keyOf(each)) ?? []), each]);
  const inFront = LIMITS_OFFSET + 64 * policy.limits.length + 32 * methods.size;
  let details: Hex = "0x";
  const index = [...methods].map(([key, alternatives]) => {
    if (alternatives.length === 1 && isPlain(alternatives[0]!, 1))
      return word([key, 56], ...plain(policy, published, alternatives[0]!));
    const own = concat(alternatives.map((each) => detail(policy, published, each)));
    const offset = inFront + bytes(details);
    details = concat([details, own]);
    return word([key, 56], [1, 55], [alternatives.length, 51], [bytes(own), 16], [offset, 0]);
  });
  const limits = policy.limits.flatMap(({ unit, cap, period, fromStart }) => [
    word([BigInt(unit), 96], [period, 64], [fromStart ? 1 : 0, 63]),
    word([cap, 0]),
  ]);
  const head = [published.id, stringToHex(policy.app, { size: 32 }), settings(policy, published, methods.size)];
  return concat(["0x00", ...head, word([BigInt(policy.paymaster), 0]), ...limits, ...index, details]);
}

const bytes = (hex: Hex) => (hex.length - 2) / 2;

/** A word of fields, each with the bit at which it begins. */
function word(...fields: [value: number | bigint, shift: number][]): Hex {
  return numberToHex(
    fields.reduce((sum, [value, shift]) => sum | (BigInt(value) << BigInt(shift)), 0n),
    { size: 32 },
  );
}

function settings(policy: Policy, { permissions }: Published, methods: number): Hex {
  const native = policy.limits.filter(({ unit }) => BigInt(unit) === 0n).length;
  const inline = policy.limits.findIndex(({ period, cap }) => period === 0 && cap < 1n << 80n) + 1;
  return word(
    ...([
      [policy.minDuration, 224],
      [policy.maxDuration, 192],
      [policy.maxCalls, 172],
      [policy.gasBudget / 10n ** 9n, 136],
      [policy.selfPaid ? 1 : 0, 135],
      [policy.limits.length, 128],
      [native, 124],
      [inline, 120],
      [methods, 104],
      [permissions.length, 88],
    ] as [number | bigint, number][]),
  );
}

function keyOf({ permission, kind, selector }: PublishedPermission): bigint {
  return (BigInt(permission.target) << 40n) | (BigInt(KIND[kind]) << 32n) | BigInt(selector);
}

/** The first limit of a unit and how many there are. */
function limitsOf({ limits }: Policy, unit: string): [first: number, count: number] {
  const own = limits.map((limit, i) => ({ limit, i })).filter(({ limit }) => BigInt(limit.unit) === BigInt(unit));
  return [own[0]!.i, own.length];
}

function isCredited({ credits }: Published, each: PublishedPermission, unit: string, isOwn: boolean): boolean {
  const target = each.permission.target.toLowerCase();
  return credits.has(`${target} ${unit.toLowerCase()}`) && (!isOwn || target === PERMIT2.toLowerCase());
}

function plain(policy: Policy, published: Published, each: PublishedPermission): [number | bigint, number][] {
  const { permission, kind, trust, root } = each;
  const fields: [number | bigint, number][] = [
    [permission.consumable ? 1 : 0, 54],
    [TRUST[trust], 52],
  ];
  if (kind === "wildcard") return fields;
  fields.push([root.type.name === "()" ? 0 : headWords(root.type), 45]);
  const [draw] = drawsOf(each);
  const leaves = flatten({ places: [root], type: root.type, isOpen: false });
  const isRow = trust === "counted";
  // A plain row's words are its arguments.
  const amount = each.drawn === undefined ? permission.spends[0]?.argument : each.row!.amount;
  const looked = isRow ? Number(amount ?? -1) : leaves.length - 1;
  if (looked >= 0) {
    const { type } = leaves[looked]!;
    const bits = type.kind !== "word" ? 0 : isRow ? type.bits : Math.min(type.bits, 96);
    fields.push([looked, 39], [bits / 8, 33]);
  }
  if (draw === undefined) return fields;
  const [first, count] = limitsOf(policy, draw.unit);
  const credited = isCredited(published, each, draw.unit, each.drawn !== undefined);
  return [...fields, [first, 30], [count, 26], [credited ? 1 : 0, 25]];
}

function detail(policy: Policy, published: Published, each: PublishedPermission): Hex {
  const { permission, kind, trust, row, drawn } = each;
  const approves = row?.sets && drawn !== undefined ? FLAG.approves : 0;
  const flags =
    (permission.consumable ? FLAG.consumable : 0) |
    (TRUST[trust] * FLAG.trust) |
    (trust === "asked" || permission.open[0] === "*" ? FLAG.suffix : 0) |
    approves |
    (approves !== 0 && row?.token !== undefined ? FLAG.spenderInWord1 : 0);
  const draws = drawsOf(each).map(({ unit, constant }, i) => {
    const isOwn = drawn !== undefined && i === 0;
    const [first, count] = limitsOf(policy, unit);
    const credited = isCredited(published, each, unit, isOwn) ? DRAW.credited : 0;
    const own = (isOwn ? DRAW.ownRow : 0) | credited | (constant === undefined ? 0 : DRAW.constant);
    const amount = constant === undefined ? [] : [numberToHex(constant, { size: 16 })];
    return concat([toHex(Uint8Array.from([first * 16 + count, own])), ...amount]);
  });
  const program = kind === "wildcard" ? "0x" : toHex(Uint8Array.from(compile(each)));
  const rest = concat([
    toHex(Uint8Array.from([flags])),
    numberToHex(permission.maxValue, { size: 16 }),
    toHex(Uint8Array.from([draws.length])),
    ...draws,
    program,
  ]);
  return concat([numberToHex(bytes(rest) + 2, { size: 2 }), rest]);
}
