import { GROUPED_ROWS, VERBS, type Details } from "./details.ts";
import { PRICES } from "./forecast.ts";
import { GROUP_NAMES } from "./groups.ts";
import { IDEAS } from "./ideas.ts";
import { ROWS, targetOf, type GasReport, type Row } from "./measure.ts";
import type { Slots } from "./slots.ts";

/** What the README shows of the rows. */
const SHORT: Row[] = [
  ...(["ownerTransfer", "W1", "W3", "p256", "swap", "direct", "relayed", "consume", "forward"] as const),
  ...(["register", "registerReplace", "registerRenew", "registerP256", "revoke", "revokeAll"] as const),
];
const ALL = Object.keys(ROWS) as Row[];

/** The README's table, and what of all rows is over its target. */
export function shortTable(report: GasReport): string {
  const lines = SHORT.map((row) => [code(row), ROWS[row].text, n(report[row]), target(row, report)]);
  return `${table(["row", "work", "gas", "target"], "llrr", lines)}\n${overInWords(report)}\n`;
}

function overInWords(report: GasReport): string {
  const over = ALL.flatMap((row) => {
    const by = report[row] - (targetOf(row, report) ?? Infinity);
    return by > 0 ? [`${code(row)} by ${n(by)} gas`] : [];
  });
  if (over.length === 0) return "Every row, here and in docs/gas.md, is within its target.";
  return `Over their targets: ${over.join(", ")}. Every other row, here and in docs/gas.md, is within its own.`;
}

export function rowsTable(report: GasReport): string {
  const lines = ALL.map((row) => {
    const { bytes, nonZeroBytes, slots } = report;
    const counts = [list(slots[row]), n(bytes[row]), n(nonZeroBytes[row])];
    return [code(row), ROWS[row].text, n(report[row]), target(row, report), ...counts];
  });
  return table(["row", "work", "gas", "target", "slots", "bytes", "not zero"], "llrrrrr", lines);
}

export function slotsTable(report: GasReport, { slots }: Details): string {
  const lines = VERBS.flatMap(({ verb, rows }) =>
    rows.map((row) => [verb, code(row), ...counts(report.slots[row]), list(slots[row])]),
  );
  return table(["verb", "row", "read", "changed", "new", "of Latchkey's own"], "llrrrr", lines);
}

export function groupsTable({ groups }: Details): string {
  const lines = GROUP_NAMES.map((name) => [name, ...GROUPED_ROWS.map((row) => n(groups[row][name]))]);
  const sums = GROUPED_ROWS.map((row) => n(Object.values(groups[row]).reduce((sum, gas) => sum + gas, 0)));
  return table(["gas of", ...GROUPED_ROWS.map(code)], "lrrrrrr", [...lines, ["**in all**", ...sums]]);
}

export function constantsTable(): string {
  const lines = Object.values(PRICES).map(({ text, eip, today, then }) => [text, `EIP-${eip}`, n(today), n(then)]);
  return table(["gas of", "by", "today", "then"], "llrr", lines);
}

export function forecastTable(report: GasReport, { forecast }: Details): string {
  const lines = ALL.map((row) => {
    const { gas, state, compute } = forecast[row];
    return [code(row), n(report[row]), n(gas), (gas / report[row]).toFixed(2), n(state), n(compute)];
  });
  return table(["row", "today", "then", "times", "of it new state", "with EIP-7904 more"], "lrrrrr", lines);
}

export function ideasTable(): string {
  const lines = IDEAS.map(({ text, row, measured, on, kept, reason }) => {
    const [before, after] = typeof measured === "number" ? ["", ""] : measured.map(n);
    const change = typeof measured === "number" ? measured : measured[1] - measured[0];
    return [text, code(row), before!, after!, signed(change), on, kept, reason];
  });
  return table(["idea", "row", "before", "after", "change", "tried on", "kept", "reason"], "llrrrlll", lines);
}

function target(row: Row, report: GasReport): string {
  const most = targetOf(row, report);
  return most === undefined ? "" : n(most);
}

function counts(slots: Slots): [read: string, changed: string, new_: string] {
  return [n(slots.read), n(slots.changed), n(slots.new)];
}

function list(slots: Slots): string {
  return counts(slots).join(", ");
}

function n(value: number): string {
  return value.toLocaleString("en");
}

function signed(value: number): string {
  const sign = value === 0 ? "" : value > 0 ? "+" : "−";
  return sign + n(Math.abs(value));
}

function code(name: string): string {
  return `\`${name}\``;
}

/** A table of Markdown; `columns` has a letter for each: l or r, where its text stands. */
function table(heads: string[], columns: string, lines: string[][]): string {
  const rules = [...columns].map((side) => (side === "r" ? "---:" : "---"));
  return [heads, rules, ...lines].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
