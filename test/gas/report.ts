import { parseArgs } from "node:util";
import { buildContracts } from "../../scripts/lib/build.ts";
import { measureAll, reportOf, ROWS, targetOf, type GasReport, type Row } from "./measure.ts";
import { detailsOf } from "./details.ts";
import { writeGasFiles } from "./snapshot.ts";
import { formatOpcodes, opcodeTable } from "./opcodes.ts";
import { Failure, script } from "../../scripts/lib/run.ts";

const USAGE = "Usage: npm run gas -- [--json] [--opcodes <row>] [--write-snapshot]";

/**
 * npm run gas                         what each row costs beside its target
 * npm run --silent gas -- --json      the same as one object
 * npm run gas -- --opcodes W1         the gas of each opcode in each call frame of a row
 * npm run gas -- --write-snapshot     writes gas.snapshot.json, docs/gas.md with its picture, and the README's table
 */
await script(async () => {
  const options = readOptions();
  await buildContracts();
  const measured = await measureAll();
  const { receipts, stage } = measured;
  const report = await reportOf(measured);
  if (options.row === undefined) {
    if (options.json) console.log(JSON.stringify(report));
    else printReport(report);
  } else {
    const table = await opcodeTable(stage.chain.provider, receipts[options.row].hash);
    if (options.json)
      console.log(JSON.stringify(table, (_, value) => (value instanceof Map ? Object.fromEntries(value) : value)));
    else console.log(`${options.row}: ${ROWS[options.row].text}\n\n${formatOpcodes(table, stage.names)}`);
  }
  if (options.writes) writeGasFiles(report, await detailsOf(measured));
  await stage.chain.connection.close();
});

function readOptions(): { json: boolean; writes: boolean; row?: Row } {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        json: { type: "boolean", default: false },
        opcodes: { type: "string" },
        "write-snapshot": { type: "boolean", default: false },
      },
    }));
  } catch (thrown) {
    throw new Failure(`${(thrown as Error).message}\n${USAGE}`);
  }
  const { json, opcodes: row, "write-snapshot": writes } = values;
  if (row !== undefined && !(row in ROWS)) {
    throw new Failure(`There is no row "${row}"; there are ${Object.keys(ROWS).join(", ")}.\n${USAGE}`);
  }
  return { json, writes, ...(row === undefined ? {} : { row: row as Row }) };
}

function printReport(report: GasReport): void {
  console.log("row                   gas    slots bytes  slots: read, changed, new");
  for (const row of Object.keys(ROWS) as Row[]) {
    const gas = report[row];
    const target = targetOf(row, report);
    const over =
      target === undefined || gas <= target ? "" : `, over it by ${((gas / target) * 100 - 100).toFixed(1)} %`;
    const bound = target === undefined ? "" : `target ${target.toLocaleString("en")}${over}`;
    const { read, changed, new: made } = report.slots[row];
    const slots = `${read}, ${changed}, ${made}`.padStart(9);
    const bytes = report.bytes[row].toLocaleString("en").padStart(6);
    const text = ROWS[row].text.padEnd(92);
    console.log(`${row.padEnd(16)}${gas.toLocaleString("en").padStart(9)}${slots}${bytes}  ${text}${bound}`.trimEnd());
  }
}
