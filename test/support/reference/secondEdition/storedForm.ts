import { concat, numberToHex, padHex, stringToHex, toHex, type Hex } from "viem";
import { placeAt } from "./argumentPaths.ts";
import { headWords } from "./methodTypes.ts";
import { compile, drawsOf, isPlain } from "./program.ts";
import { bitsOf, type Published, type PublishedPermission } from "./publication.ts";
import type { Policy } from "./types.ts";

/** What PolicyStore writes as code: docs/second-edition/specification.md, section 7. */

const KINDS = { native: 0n, method: 1n, wildcard: 2n };
const TRUST = { counted: 0n, trusted: 1n, asked: 2n, open: 3n };
const MAX_INLINE_CAP = 2n ** 80n - 1n;

export function storedForm(policy: Policy, published: Published): Hex {
  const { limits } = policy;
  const methods = new Map<bigint, PublishedPermission[]>();
  for (const each of published.permissions) methods.set(keyOf(each), [...(methods.get(keyOf(each)) ?? []), each]);
  const index: Hex[] = [];
  const details: Hex[] = [];
  let offset = BigInt(129 + 64 * limits.length + 32 * methods.size);
  for (const [key, alternatives] of methods) {
    const [first] = alternatives;
    if (isPlain(first!, alternatives.length)) {
      index.push(word((key << 56n) | plain(policy, published, first!)));
      continue;
    }
    const detail = concat(alternatives.map((each) => detailOf(policy, published, each)));
    const size = BigInt(detail.length / 2 - 1);
    index.push(word((key << 56n) | (1n << 55n) | (BigInt(alternatives.length) << 51n) | (size << 16n) | offset));
    details.push(detail);
    offset += size;
  }
  const limitWords = limits.flatMap(({ unit, cap, period, fromStart }) => [
    word((BigInt(unit) << 96n) | (BigInt(period) << 64n) | (fromStart ? 1n << 63n : 0n)),
    word(cap),
  ]);
  const head = concat(["0x00", published.id, padHex(stringToHex(policy.app), { dir: "right", size: 32 })]);
  const settings = word(settingsOf(policy, BigInt(methods.size), BigInt(published.permissions.length)));
  return concat([head, settings, padHex(policy.paymaster, { size: 32 }), ...limitWords, ...index, ...details]);
}

const word = (value: bigint) => numberToHex(value, { size: 32 });

function settingsOf(policy: Policy, methods: bigint, permissions: bigint): bigint {
  const { minDuration, maxDuration, maxCalls, gasBudget, selfPaid, limits } = policy;
  const native = limits.filter(({ unit }) => BigInt(unit) === 0n).length;
  const inline = limits.findIndex(({ period, cap }) => period === 0 && cap <= MAX_INLINE_CAP) + 1;
  return (
    (BigInt(minDuration) << 224n) |
    (BigInt(maxDuration) << 192n) |
    (BigInt(maxCalls) << 172n) |
    ((gasBudget / 10n ** 9n) << 136n) |
    (selfPaid ? 1n << 135n : 0n) |
    (BigInt(limits.length) << 128n) |
    (BigInt(native) << 124n) |
    (BigInt(inline) << 120n) |
    (methods << 104n) |
    (permissions << 88n)
  );
}

function keyOf({ permission, kind, selector }: PublishedPermission): bigint {
  return (BigInt(permission.target) << 40n) | (KINDS[kind] << 32n) | BigInt(selector);
}

/** Where a unit's limits stand and how many they are. */
function limitsOf({ limits }: Policy, unit: string): { first: number; count: number } {
  const own = limits.flatMap((limit, i) => (BigInt(limit.unit) === BigInt(unit) ? [i] : []));
  return { first: own[0] ?? 0, count: own.length };
}

function isCredited({ credits }: Published, { permission, row, drawn }: PublishedPermission, draw: number): boolean {
  const isOwn = drawn !== undefined && draw === 0;
  const unit = isOwn ? drawn : permission.spends[draw - (drawn === undefined ? 0 : 1)]!.unit;
  return !(isOwn && row?.token === undefined) && credits.has(`${permission.target} ${unit}`.toLowerCase());
}

function plain(policy: Policy, published: Published, each: PublishedPermission): bigint {
  const { permission, root, row, drawn, kind, trust } = each;
  const own = (permission.consumable ? 1n << 54n : 0n) | (TRUST[trust] << 52n);
  if (kind === "wildcard") return own;
  const types = root.type.kind === "tuple" ? root.type.parts : [];
  const head = own | (BigInt(types.length === 0 ? 0 : headWords(root.type)) << 45n);
  // The row's amount, what is spent, or the only word that there is.
  const isRow = trust === "counted" && row !== undefined;
  const path =
    drawn !== undefined
      ? row!.amount
      : (permission.spends[0]?.argument ?? (isRow || types.length === 0 ? undefined : "0"));
  if (path === undefined) return head;
  const { place, steps } = placeAt(root, path);
  if (place.type.kind !== "word" || steps.length !== 1) throw new Error(`not a plain word: ${path}`);
  const bits = bitsOf(place.type, [place], permission.rules, trust === "counted");
  const [draw] = drawsOf(each);
  const limits = draw === undefined ? { first: 0, count: 0 } : limitsOf(policy, draw.unit);
  return (
    head |
    (BigInt(path) << 39n) |
    (BigInt(bits / 8) << 33n) |
    (BigInt(limits.first) << 30n) |
    (BigInt(limits.count) << 26n) |
    (draw !== undefined && isCredited(published, each, 0) ? 1n << 25n : 0n)
  );
}

function detailOf(policy: Policy, published: Published, each: PublishedPermission): Hex {
  const { permission, trust, row, drawn } = each;
  const isSuffixed = trust === "asked" || permission.open[0] === "*";
  const isApproval = row?.sets === true && drawn !== undefined;
  const flags =
    (permission.consumable ? 1 : 0) |
    (Number(TRUST[trust]) << 1) |
    (isSuffixed ? 8 : 0) |
    (isApproval ? 16 : 0) |
    (isApproval && row.token !== undefined ? 32 : 0);
  const draws = drawsOf(each).map(({ unit, constant }, i) => {
    const { first, count } = limitsOf(policy, unit);
    const isOwn = drawn !== undefined && i === 0;
    const drawFlags = (constant === undefined ? 0 : 1) | (isCredited(published, each, i) ? 2 : 0) | (isOwn ? 4 : 0);
    return concat([
      toHex(Uint8Array.of((first << 4) | count, drawFlags)),
      constant === undefined ? "0x" : numberToHex(constant, { size: 16 }),
    ]);
  });
  const rest = concat([
    numberToHex(flags, { size: 1 }),
    numberToHex(permission.maxValue, { size: 16 }),
    numberToHex(draws.length, { size: 1 }),
    ...draws,
    toHex(Uint8Array.from(compile(each))),
  ]);
  return concat([numberToHex(rest.length / 2 + 1, { size: 2 }), rest]);
}
