import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Details } from "./details.ts";
import { overheadChart } from "./chart.ts";
import type { GasReport } from "./measure.ts";
import { constantsTable, forecastTable, groupsTable, ideasTable, rowsTable, shortTable, slotsTable } from "./tables.ts";

/** The numbers of each row to the unit. A person changes it, with `npm run gas -- --write-snapshot`. */
const SNAPSHOT = "gas.snapshot.json";

/** The files that say what things cost, and the whole text of each; only their tables are not as they stand. */
export function gasFiles(report: GasReport, details: Details): [path: string, text: string][] {
  return [
    [SNAPSHOT, JSON.stringify(report, null, 2) + "\n"],
    ["README.md", withTables("README.md", { gas: shortTable(report) })],
    [
      "docs/gas.md",
      withTables("docs/gas.md", {
        rows: rowsTable(report),
        slots: slotsTable(report, details),
        opcodes: groupsTable(details),
        prices: constantsTable(),
        forecast: forecastTable(report, details),
        ideas: ideasTable(),
      }),
    ],
    ["docs/gas-overhead.svg", overheadChart(details.overhead)],
  ];
}

export function writeGasFiles(report: GasReport, details: Details): void {
  for (const [path, text] of gasFiles(report, details)) writeFileSync(inRepository(path), text);
}

export function readGasFile(path: string): string {
  return readFileSync(inRepository(path), "utf8");
}

export function readGasSnapshot(): GasReport {
  return JSON.parse(readGasFile(SNAPSHOT)) as GasReport;
}

/** A document with a table between `<!-- name:begin -->` and `<!-- name:end -->` for each name. */
function withTables(path: string, tables: Record<string, string>): string {
  let text = readGasFile(path);
  for (const [name, table] of Object.entries(tables)) {
    const [begin, end] = [`<!-- ${name}:begin -->\n`, `<!-- ${name}:end -->`];
    const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
    if (from < begin.length || to < from) throw new Error(`${path} has no place for the table "${name}".`);
    text = text.slice(0, from) + table + text.slice(to);
  }
  return text;
}

function inRepository(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
