import { getAddress } from "ethers";
import type { Provider } from "../../deploy/lib/provider.ts";
import { calleeOf, isPrecompile, traceOf, type Log } from "./trace.ts";

/** One call frame of a transaction and what it spent itself, without the frames below it. */
export interface Frame {
  /** 1 for the transaction's own. */
  depth: number;
  /** How it was entered: CALL, STATICCALL, DELEGATECALL, CREATE…, or TRANSACTION. */
  by: string;
  /** Whose code runs; undefined in a creation. */
  code?: string;
  gas: number;
  opcodes: Map<string, { count: number; gas: number }>;
}

export interface OpcodeTable {
  /** Of the whole transaction. */
  gasUsed: number;
  /** What a transaction costs before its first opcode: base, calldata, authorisations. */
  intrinsic: number;
  /** What cleared storage gives back: at most a fifth of what was spent (EIP-3529). */
  refund: number;
  /** In the order in which they were entered. */
  frames: Frame[];
}

/**
 * The gas of each opcode in each frame of a mined transaction. A call's own gas is what it costs the caller without
 * what the callee spends; a precompile has no opcodes, so the call bears it and is named after it.
 */
export async function opcodeTable(provider: Provider, hash: string): Promise<OpcodeTable> {
  const ask = (method: string, ...params: unknown[]) => provider.request({ method, params });
  const logs = await traceOf(provider, hash);
  const receipt = (await ask("eth_getTransactionReceipt", hash)) as { gasUsed: string; to: string };
  const transaction = (await ask("eth_getTransactionByHash", hash)) as { gas: string };
  const gasUsed = Number(receipt.gasUsed);
  const intrinsic = Number(transaction.gas) - logs[0]!.gas;
  const frames = framesOf(logs, getAddress(receipt.to));
  const executed = frames.reduce((sum, frame) => sum + frame.gas, 0);
  const refund = Math.min(logs.at(-1)!.refund, Math.floor((intrinsic + executed) / 5));
  return { gasUsed, intrinsic, refund, frames };
}

/** A frame that is being walked through. */
interface Open {
  frame: Frame;
  gasAtStart: number;
  /** The call that waits for the frame above to end. */
  pending?: { op: string; gas: number; spentAbove: number };
  last: Log;
}

function framesOf(logs: Log[], to: string): Frame[] {
  const frames: Frame[] = [];
  const stack: Open[] = [];
  const enter = (log: Log, by: string, code: string | undefined) => {
    const frame: Frame = { depth: log.depth, by, ...(code === undefined ? {} : { code }), gas: 0, opcodes: new Map() };
    frames.push(frame);
    stack.push({ frame, gasAtStart: log.gas, last: log });
  };
  /** Ends the frame on top; what it spent in all is not the caller's own. */
  const leave = () => {
    const { frame, last, gasAtStart } = stack.pop()!;
    spend(frame, nameOf(last), last.gasCost);
    const caller = stack.at(-1);
    if (caller?.pending !== undefined) caller.pending.spentAbove = gasAtStart - (last.gas - last.gasCost);
  };

  for (const log of logs) {
    while (stack.length > log.depth) leave();
    const open = stack.at(-1);
    if (open === undefined) {
      enter(log, "TRANSACTION", to);
      continue;
    }
    if (log.depth > open.frame.depth) {
      const { op, gas } = open.last;
      open.pending = { op, gas, spentAbove: 0 };
      enter(log, op, calleeOf(open.last));
      continue;
    }
    const { gas } = open.last;
    spend(open.frame, nameOf(open.last), gas - log.gas - (open.pending?.spentAbove ?? 0));
    delete open.pending;
    open.last = log;
  }
  while (stack.length > 0) leave();
  return frames;
}

/** An opcode, with the precompile that it runs. */
function nameOf(log: Log): string {
  const callee = calleeOf(log);
  return callee !== undefined && isPrecompile(callee) ? `${log.op} of precompile ${BigInt(callee)}` : log.op;
}

function spend(frame: Frame, op: string, gas: number): void {
  const entry = frame.opcodes.get(op) ?? { count: 0, gas: 0 };
  frame.opcodes.set(op, { count: entry.count + 1, gas: entry.gas + gas });
  frame.gas += gas;
}

/** The table as text. Opcodes that take less than `least` gas of a frame stand in one line. */
export function formatOpcodes(table: OpcodeTable, names: Map<string, string>, least = 100): string {
  const line = (indent: number, text: string, count: number | "", gas: number) =>
    `${(" ".repeat(indent) + text).padEnd(58)}${count.toLocaleString("en").padStart(8)}` +
    `${gas.toLocaleString("en").padStart(10)}`;
  const lines = [`${"frame, opcode".padEnd(58)}${"count".padStart(8)}${"gas".padStart(10)}`];
  lines.push(line(0, "before the first opcode: base and calldata", "", table.intrinsic));
  for (const { depth, by, code, gas, opcodes } of table.frames) {
    const callee = code === undefined ? "" : (names.get(code) ?? code);
    lines.push(line(2 * depth - 2, `${by} ${callee}`, "", gas));
    const sorted = [...opcodes].sort(([, a], [, b]) => b.gas - a.gas);
    for (const [op, spent] of sorted.filter(([, spent]) => spent.gas >= least)) {
      lines.push(line(2 * depth, op, spent.count, spent.gas));
    }
    const rest = sorted.filter(([, spent]) => spent.gas < least).map(([, spent]) => spent);
    const sum = (of: "count" | "gas") => rest.reduce((total, spent) => total + spent[of], 0);
    if (rest.length > 0) lines.push(line(2 * depth, `${rest.length} other opcodes`, sum("count"), sum("gas")));
  }
  lines.push(line(0, "given back for cleared storage", "", 0 - table.refund));
  lines.push(line(0, "the whole transaction", "", table.gasUsed));
  return lines.join("\n");
}
