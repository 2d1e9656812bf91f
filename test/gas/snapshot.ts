import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ROWS, targetOf, type GasReport, type Row } from "./measure.ts";

/** The gas, the slots and the bytes of each row to the unit. A person changes it, with `npm run gas -- --write-snapshot`. */
const SNAPSHOT = fileURLToPath(new URL("../../gas.snapshot.json", import.meta.url));
const README = fileURLToPath(new URL("../../README.md", import.meta.url));
/** Between these the README has the snapshot as a table. */
const TABLE = /(<!-- gas:begin -->\n)([^]*?)(<!-- gas:end -->)/;

export function readGasSnapshot(): GasReport {
  return JSON.parse(readFileSync(SNAPSHOT, "utf8")) as GasReport;
}

/** The README's table as it stands. */
export function readGasTable(): string | undefined {
  return TABLE.exec(readFileSync(README, "utf8"))?.[2];
}

/** Writes the snapshot, and its table into the README. */
export function writeGasSnapshot(report: GasReport): void {
  writeFileSync(SNAPSHOT, JSON.stringify(report, null, 2) + "\n");
  const text = readFileSync(README, "utf8");
  writeFileSync(
    README,
    text.replace(TABLE, (_, begin: string, _table, end: string) => begin + gasTable(report) + end),
  );
}

export function gasTable(report: GasReport): string {
  const rows = (Object.keys(ROWS) as Row[]).map((row) => {
    const target = targetOf(row, report)?.toLocaleString("en") ?? "";
    const { read, changed, new: made } = report.slots[row];
    const numbers = [report[row].toLocaleString("en"), target, `${read}, ${changed}, ${made}`];
    return `| \`${row}\` | ${ROWS[row].text} | ${numbers.join(" | ")} | ${report.bytes[row].toLocaleString("en")} |\n`;
  });
  return "| row | work | gas | target | slots | bytes |\n| --- | --- | ---: | ---: | ---: | ---: |\n" + rows.join("");
}
