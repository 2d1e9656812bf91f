import { type Address, encodeFunctionData, isAddress, parseAbi } from "viem";
import { getBlockNumber } from "viem/actions";
import { latchkeyDeployment, sessionNonceKey } from "../../sdk/src/index.ts";
import type { Sessions } from "./sessions.ts";
import type { Stage } from "./stage.ts";

const VIEWS = parseAbi([
  "function balanceOf(address) view returns (uint256)",
  "function allowance(address, address) view returns (uint256)",
  "function getNonce(address, uint192) view returns (uint256)",
  "function nonces(address) view returns (uint256)",
  "function generationOf(address) view returns (uint32)",
  "function sessionWords(address, address) view returns (uint256, uint256[8])",
  "function isNonceUsed(address, address, uint256) view returns (bool)",
  "function owner() view returns (address)",
  "function entryCount() view returns (uint256)",
  "function listingCount() view returns (uint256)",
  "function listings(uint256) view returns (address, uint96, uint256)",
  "function pokedBy(address) view returns (uint256)",
  "function storageOf(address) view returns (address, uint32, uint64)",
  "function credit() view returns (uint256)",
  "function upvotesOf(uint256) view returns (uint256)",
  "function likesOf(uint256) view returns (uint256)",
  "function isModuleInstalled(uint256, address, bytes) view returns (bool)",
]);

/** By what it is, what a refusal must leave as it was. */
export type Snapshot = Map<string, string>;

/** Reads balances, allowances, counters and nonces: everything that a refused step could have changed. */
export class Watch {
  readonly #stage: Stage;
  readonly #sessions: Sessions;
  #cached: { block: bigint; nonce: bigint; sessions: number; snapshot: Snapshot } | undefined;

  constructor(stage: Stage, sessions: Sessions) {
    this.#stage = stage;
    this.#sessions = sessions;
  }

  /** `relayNonce` is the one that the next relayed call would use. */
  async take(relayNonce: bigint): Promise<Snapshot> {
    const { client, chain } = this.#stage;
    const block = await getBlockNumber(client);
    const sessions = this.#sessions.all.length;
    const cached = this.#cached;
    if (cached?.block === block && cached.nonce === relayNonce && cached.sessions === sessions) return cached.snapshot;
    const entries = await Promise.all(
      this.#reads(relayNonce).map(async ([name, method, params]): Promise<[string, string]> => {
        const value = (await chain.provider.request({ method, params: [...params, "latest"] })) as string;
        return [name, value];
      }),
    );
    const snapshot = new Map(entries);
    this.#cached = { block, nonce: relayNonce, sessions, snapshot };
    return snapshot;
  }

  /** Forgets what was read: the chain went back. */
  reset(): void {
    this.#cached = undefined;
  }

  #reads(relayNonce: bigint): [name: string, method: string, params: unknown[]][] {
    const { account, carols, people, names, entryPoint } = this.#stage;
    const { latchkey } = latchkeyDeployment;
    const reads: [string, string, unknown[]][] = [];
    const view = (to: Address, functionName: string, args: unknown[]) => {
      const data = encodeFunctionData({ abi: VIEWS, functionName, args } as never);
      const shown = args.map((value) => (isAddress(String(value)) ? names.of(value as Address) : String(value)));
      reads.push([`${names.of(to)}.${functionName}(${shown.join(", ")})`, "eth_call", [{ to, data }]]);
    };
    const at = (name: string) => names.at(name);
    const principals = [account, carols, people.bob.address];
    for (const holder of [...principals, people.mallory.address]) {
      reads.push([`balance of ${names.of(holder)}`, "eth_getBalance", [holder]]);
      for (const token of ["POKE", "USD", "WETH"]) view(at(token), "balanceOf", [holder]);
    }
    for (const principal of principals) {
      view(entryPoint.address, "balanceOf", [principal]);
      view(entryPoint.address, "getNonce", [principal, 0n]);
      view(latchkey, "nonces", [principal]);
      view(latchkey, "generationOf", [principal]);
      view(at("SocialCore"), "pokedBy", [principal]);
      view(at("GameWorld"), "storageOf", [principal]);
      for (const spender of ["SocialCore", "SocialMarket", "GameWorld", "Mallory"]) {
        view(at("POKE"), "allowance", [principal, at(spender)]);
      }
      for (const spender of ["UniswapV2Router", "Mallory"]) view(at("USD"), "allowance", [principal, at(spender)]);
    }
    for (const { principal, key, file } of this.#sessions.all) {
      view(latchkey, "sessionWords", [principal, key.address]);
      view(latchkey, "isNonceUsed", [principal, key.address, relayNonce]);
      view(entryPoint.address, "getNonce", [principal, sessionNonceKey(latchkey, { app: file.policy.app })]);
    }
    for (const type of [1, 2]) view(account, "isModuleInstalled", [type, latchkey, "0x"]);
    view(account, "owner", []);
    view(at("SocialFeed"), "entryCount", []);
    view(at("SocialEngagement"), "likesOf", [1]);
    view(at("SocialMarket"), "listingCount", []);
    view(at("SocialMarket"), "listings", [1]);
    view(at("GameWorld"), "credit", []);
    view(at("UpvoteApp"), "upvotesOf", [1]);
    return reads;
  }
}

/** What differs between two snapshots, in words; empty if nothing does. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).map((name) => `${name} changed`);
}
