import { getAddress, toBeHex } from "ethers";
import type { Provider } from "../../deploy/lib/provider.ts";

/** One executed instruction; a stack's last word is its top. */
export interface Log {
  op: string;
  gas: number;
  gasCost: number;
  depth: number;
  stack: string[];
  refund: number;
}

/** Where the stack of an instruction has the address whose code it runs, from the top. */
const CALLS: Record<string, number> = { CALL: 2, CALLCODE: 2, DELEGATECALL: 2, STATICCALL: 2 };
const LAST_PRECOMPILE = 0x100n;

/** What a mined transaction executed, instruction by instruction. */
export async function traceOf(provider: Provider, hash: string): Promise<Log[]> {
  const params = [hash, { disableMemory: true, disableStorage: true }];
  return ((await provider.request({ method: "debug_traceTransaction", params })) as { structLogs: Log[] }).structLogs;
}

/** The word at a place of the stack, 1 for its top. */
export function wordAt({ stack }: Log, place: number): bigint {
  return BigInt(stack.at(-place)!);
}

/** The address at a place of the stack, 1 for its top. */
export function addressAt(log: Log, place: number): string {
  return getAddress(toBeHex(wordAt(log, place) & (2n ** 160n - 1n), 20));
}

/** Whose code an instruction runs in a frame of its own; undefined if it is no call. */
export function calleeOf(log: Log): string | undefined {
  const place = CALLS[log.op];
  return place === undefined ? undefined : addressAt(log, place);
}

/** Whether the chain itself answers there. */
export function isPrecompile(address: string): boolean {
  return BigInt(address) > 0n && BigInt(address) <= LAST_PRECOMPILE;
}
