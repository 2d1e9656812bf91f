import type { Address, Hex } from "viem";
import { callsOf } from "./callsId.ts";
import { RPC_CODES, SessionProviderError } from "./SessionProviderError.ts";

/** Where the names are kept that an app gives its calls: `localStorage` is one. */
export interface CallsStorage {
  getItem(name: string): string | null | Promise<string | null>;
  setItem(name: string, value: string): void | Promise<void>;
}

/** The ids that an app chooses for its calls, each of which is taken once. */
export interface CallNames {
  /** Takes an id; refuses one that is taken. */
  reserve(id: string, chainId: number): Promise<void>;
  /** Gives an id back whose calls were not sent. */
  free(id: string, chainId: number): void;
  /** The id that says what the calls are by itself; undefined for those that the wallet has. */
  set(id: string, chainId: number, own: Hex | undefined): Promise<void>;
  /** The id that says what the calls are by itself, or whatever else is stored under the name. */
  find(id: string, chainId: number): Promise<string | undefined>;
}

export function callNames(principal: Address, storage: CallsStorage | undefined): CallNames {
  const named = new Map<string, Hex | undefined>();
  const nameOf = (id: string, chainId: number) => `latchkey.calls.${chainId}.${principal}.${id}`;

  async function stored(name: string): Promise<string | undefined> {
    try {
      const value: unknown = await storage?.getItem(name);
      return typeof value === "string" ? value : undefined;
    } catch (cause) {
      const why = "The storage of the ids of calls does not answer.";
      throw new SessionProviderError(RPC_CODES.unavailable, why, { cause });
    }
  }

  return {
    async reserve(id, chainId) {
      const name = nameOf(id, chainId);
      // Those that say by themselves what they are name other calls.
      const isTaken = named.has(name) || callsOf(id) !== undefined;
      if (!isTaken) {
        // Before anything is waited for: the same may be asked for at once.
        named.set(name, undefined);
        try {
          if ((await stored(name)) === undefined) return;
        } catch (thrown) {
          named.delete(name);
          throw thrown;
        }
        named.delete(name);
      }
      throw new SessionProviderError(RPC_CODES.duplicateId, "Calls of this id have been made, or are being made.");
    },
    free: (id, chainId) => void named.delete(nameOf(id, chainId)),
    async set(id, chainId, own) {
      const name = nameOf(id, chainId);
      named.set(name, own);
      // They are sent: a storage that is full must not make anybody send them again.
      if (own !== undefined) await (async () => storage?.setItem(name, own))().catch(() => undefined);
    },
    async find(id, chainId) {
      const name = nameOf(id, chainId);
      return named.get(name) ?? (await stored(name));
    },
  };
}
