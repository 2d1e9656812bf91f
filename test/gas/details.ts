import type { ContractTransactionReceipt } from "ethers";
import { forecastOf, type Forecast } from "./forecast.ts";
import { groupsOf, GROUP_NAMES, type Group } from "./groups.ts";
import { ROWS, type Measured, type Row } from "./measure.ts";
import { opcodeTable } from "./opcodes.ts";
import { measureOverhead, type Overhead } from "./overhead.ts";
import { slotsOf, type Slots } from "./slots.ts";

/** What docs/gas.md says beside the report. */
export interface Details {
  groups: Record<GroupedRow, Record<Group, number>>;
  /** The slots of Latchkey alone. */
  slots: Record<Row, Slots>;
  forecast: Record<Row, Forecast>;
  overhead: Overhead;
}

/** The rows whose opcodes are shown. */
export const GROUPED_ROWS = ["W1", "direct", "relayed", "consume", "swap", "register"] as const satisfies Row[];
type GroupedRow = (typeof GROUPED_ROWS)[number];

/** What one does with a session, and how many slots it may fill that were empty: in all contracts. */
export const VERBS: { verb: string; rows: Row[]; newSlots: number }[] = [
  { verb: "register", rows: ["register", "registerP256"], newSlots: 2 },
  { verb: "replace", rows: ["registerReplace"], newSlots: 1 },
  { verb: "renew", rows: ["registerRenew"], newSlots: 0 },
  { verb: "use", rows: ["W1", "W1_248", "W3", "p256", "sponsored", "budgeted", "direct", "relayed"], newSlots: 0 },
  { verb: "use, the session's first", rows: ["firstUse"], newSlots: 0 },
  { verb: "use, the lane's first", rows: ["firstInLane"], newSlots: 1 },
  { verb: "use, over the wallet's own call", rows: ["swap", "consume", "forward"], newSlots: 0 },
  { verb: "revoke", rows: ["revoke", "revokeAll"], newSlots: 0 },
  { verb: "ask", rows: ["isValidFor"], newSlots: 0 },
];

const SLOTS = ["read", "changed", "new"] as const satisfies (keyof Slots)[];
const FORECAST = ["gas", "state", "compute"] as const satisfies (keyof Forecast)[];

/** Runs what the report did not run, and takes its transactions apart. Rows that are differences stay differences. */
export async function detailsOf(measured: Measured): Promise<Details> {
  const { address, chain } = measured.stage;
  const { provider } = chain;
  const groupsFrom = async (hash: string) => groupsOf(await opcodeTable(provider, hash));
  const groups: Partial<Details["groups"]> = {};
  for (const row of GROUPED_ROWS) groups[row] = await over(measured, row, GROUP_NAMES, groupsFrom);
  const slots: Partial<Details["slots"]> = {};
  const forecast: Partial<Details["forecast"]> = {};
  for (const row of Object.keys(ROWS) as Row[]) {
    slots[row] = await over(measured, row, SLOTS, (hash) => slotsOf(provider, hash, address));
    forecast[row] = await over(measured, row, FORECAST, (hash) => forecastOf(provider, hash));
  }
  const overhead = await measureOverhead(measured.stage);
  return { groups, slots, forecast, overhead } as Details;
}

/** What `of` finds in a row's transaction, without what it finds in the one that the row is measured over. */
async function over<Name extends string>(
  { receipts, references }: Measured,
  row: Row,
  names: readonly Name[],
  of: (hash: string) => Promise<Record<Name, number>>,
): Promise<Record<Name, number>> {
  const own = await of(receipts[row].hash);
  const reference: ContractTransactionReceipt | undefined = references[row];
  if (reference === undefined) return own;
  const base = await of(reference.hash);
  return Object.fromEntries(names.map((name) => [name, own[name] - base[name]])) as Record<Name, number>;
}
