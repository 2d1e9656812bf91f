import { Interface } from "ethers";
import { nonceKeyOf } from "./operations.ts";
import type { Sessions } from "./sessions.ts";
import { ENTRY_POINT, type Stage } from "./stage.ts";

const VIEWS = new Interface([
  "function balanceOf(address) view returns (uint256)",
  "function allowance(address, address) view returns (uint256)",
  "function getNonce(address, uint192) view returns (uint256)",
  "function nonces(address) view returns (uint256)",
  "function generationOf(address) view returns (uint32)",
  "function sessionWords(address, address) view returns (uint256, uint256, uint256[8], bytes32, bytes32)",
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
  #cached: { block: number; nonce: bigint; sessions: number; snapshot: Snapshot } | undefined;

  constructor(stage: Stage, sessions: Sessions) {
    this.#stage = stage;
    this.#sessions = sessions;
  }

  /** `relayNonce` is the one that the next relayed call would use. */
  async take(relayNonce: bigint): Promise<Snapshot> {
    const { provider } = this.#stage.chain.ethers;
    const block = await provider.getBlockNumber();
    const sessions = this.#sessions.all.length;
    const cached = this.#cached;
    if (cached?.block === block && cached.nonce === relayNonce && cached.sessions === sessions) return cached.snapshot;
    const request = this.#stage.chain.provider.request.bind(this.#stage.chain.provider);
    const entries = await Promise.all(
      this.#reads(relayNonce).map(async ([name, method, params]): Promise<[string, string]> => {
        const value = (await request({ method, params: [...params, "latest"] })) as string;
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
    const { account, carols, people, address, names } = this.#stage;
    const reads: [string, string, unknown[]][] = [];
    const view = (to: string, method: string, args: unknown[]) => {
      const data = VIEWS.encodeFunctionData(method, args);
      const shown = args.map((value) =>
        typeof value === "string" && value.length === 42 ? names.nameOf(value) : String(value),
      );
      reads.push([`${names.nameOf(to)}.${method}(${shown.join(", ")})`, "eth_call", [{ to, data }]]);
    };
    const at = (name: string) => names.addressOf(name)!;
    const principals = [account, carols, people.bob.address];
    for (const holder of [...principals, people.mallory.address]) {
      reads.push([`balance of ${names.nameOf(holder)}`, "eth_getBalance", [holder]]);
      for (const token of ["POKE", "USD", "WETH"]) view(at(token), "balanceOf", [holder]);
    }
    for (const principal of principals) {
      view(ENTRY_POINT, "balanceOf", [principal]);
      for (const key of [0n, nonceKeyOf(address)]) view(ENTRY_POINT, "getNonce", [principal, key]);
      view(address, "nonces", [principal]);
      view(address, "generationOf", [principal]);
      view(at("SocialCore"), "pokedBy", [principal]);
      view(at("GameWorld"), "storageOf", [principal]);
      for (const spender of ["SocialCore", "SocialMarket", "GameWorld", "Mallory"]) {
        view(at("POKE"), "allowance", [principal, at(spender)]);
      }
      for (const spender of ["UniswapV2Router", "Mallory"]) view(at("USD"), "allowance", [principal, at(spender)]);
    }
    for (const { principal, key } of this.#sessions.all) {
      view(address, "sessionWords", [principal, key.address]);
      view(address, "isNonceUsed", [principal, key.address, relayNonce]);
    }
    for (const type of [1, 2]) view(account, "isModuleInstalled", [type, address, "0x"]);
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
