import { getAddress, toBeHex } from "ethers";
import type { Provider } from "../../deploy/lib/provider.ts";
import { calleeOf, traceOf, wordAt, type Log } from "./trace.ts";

/** Slots of storage that a transaction touches, in all contracts that it runs. */
export interface Slots {
  /** Looked at or written, each once: what is cold. */
  read: number;
  /** That say something else afterwards, and said something before. */
  changed: number;
  /** That were zero before. */
  new: number;
}

/** The slots of a mined transaction that was alone in its block: of all contracts, or of one. */
export async function slotsOf(provider: Provider, hash: string, contract?: string): Promise<Slots> {
  const ask = (method: string, ...params: unknown[]) => provider.request({ method, params });
  const { to, blockNumber } = (await ask("eth_getTransactionReceipt", hash)) as { to: string; blockNumber: string };
  const inAll = touchedIn(await traceOf(provider, hash), getAddress(to));
  const touched = contract === undefined ? inAll : inAll.filter(([address]) => address === contract);
  const valueAt = async ([address, slot]: readonly [string, string], block: bigint) =>
    BigInt((await ask("eth_getStorageAt", address, slot, `0x${block.toString(16)}`)) as string);
  const slots = { read: touched.length, changed: 0, new: 0 };
  for (const place of touched) {
    const before = await valueAt(place, BigInt(blockNumber) - 1n);
    if (before === (await valueAt(place, BigInt(blockNumber)))) continue;
    if (before === 0n) ++slots.new;
    else ++slots.changed;
  }
  return slots;
}

/** Each (contract, slot) once. A delegatecall works on the storage of whoever makes it. */
function touchedIn(logs: Log[], to: string): (readonly [string, string])[] {
  const touched = new Map<string, readonly [string, string]>();
  const contracts = [to];
  for (const [i, log] of logs.entries()) {
    const { op, depth } = log;
    contracts.length = depth;
    const contract = contracts[depth - 1]!;
    if (op === "SLOAD" || op === "SSTORE") {
      const slot = toBeHex(wordAt(log, 1), 32);
      touched.set(`${contract} ${slot}`, [contract, slot]);
    }
    const next = logs[i + 1];
    if (next !== undefined && next.depth > depth) contracts.push(storageOf(log, contract));
  }
  return [...touched.values()];
}

/** Whose storage a frame works on that is entered by an instruction. */
function storageOf(log: Log, caller: string): string {
  const callee = calleeOf(log);
  if (callee === undefined) throw new Error(`Whose storage is behind ${log.op} is not followed.`);
  return log.op === "DELEGATECALL" || log.op === "CALLCODE" ? caller : callee;
}
