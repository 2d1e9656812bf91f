import type { Abi, Address, Hex } from "viem";
import type { Deployment, PolicyContents, TokenUnit } from "latchkey";

/** A policy that the page offers to grant. Its text comes from the chain, by its id. */
export interface OfferedPolicy {
  policyId: Hex;
  /** What its publisher says of it. */
  about: string;
  /** Seconds that a session usually lasts. */
  usual: number;
  /** What its counters are called. */
  counters: Record<Address, TokenUnit>;
  /** What stands behind the hashes of bound contents. */
  contents: PolicyContents;
}

/** What the page is told of the chain that it shows. */
export interface Setting {
  chain: { id: number; name: string; nativeCurrency: { name: string; symbol: string; decimals: number } };
  /** Where the node answers; a path is of this origin, as all of these are. */
  rpc: string;
  /** Where a relay answers, if there is one. */
  relay?: string | undefined;
  /** Where the index of sessions answers, if there is one. */
  index?: string | undefined;
  /** Where Latchkey is, if not where it is on every chain. */
  deployment?: Deployment | undefined;
  /** The block from which the log is searched. */
  fromBlock: number;
  /** Most blocks of the log to ask for at a time. */
  maxBlockRange?: number | undefined;
  /** Milliseconds between two looks at the chain. */
  pollingInterval: number;
  /** What comes before a transaction's hash in the address of an explorer. */
  explorer?: string | undefined;
  /** Names of contracts, by address. */
  names: Record<Address, string>;
  /** ABIs of targets, by address, for the names of their arguments. */
  abis: Record<Address, Abi>;
  policies: OfferedPolicy[];
}

export async function loadSetting(): Promise<Setting> {
  const answer = await fetch("./setting.json");
  if (!answer.ok) throw new Error(`setting.json: ${answer.status} ${answer.statusText}`);
  return (await answer.json()) as Setting;
}
