import { defineChain } from "viem";
import { getChainId } from "viem/actions";
import type { SessionClient } from "../chain/client.ts";
import { RPC_CODES, SessionProviderError } from "./SessionProviderError.ts";

/** The one chain of a session, and the chain that its node is on: a wallet's user may change that. */
export interface SessionChain {
  /** Undefined until the node was asked, for a client of any chain. */
  readonly id: number | undefined;
  /** Whether the node was on another chain when it was last asked. */
  readonly isAway: boolean;
  /** The chain that the node is on, whichever it is. */
  ofNode(): Promise<number>;
  /** The session's chain; refuses while the node is on another one. */
  require(cause?: unknown): Promise<number>;
  /** The client, which refuses by itself to sign or send on another chain. */
  client(): SessionClient;
}

/** The session's chain is the client's, or the first that its node is seen on. `onSeen` hears of each change. */
export function sessionChain(
  client: SessionClient,
  onSeen: (seen: number, before: number | undefined) => void,
): SessionChain {
  let id = client.chain?.id;
  let seen: number | undefined;

  async function ofNode(): Promise<number> {
    const before = seen;
    const now = await getChainId(client);
    id ??= now;
    seen = now;
    if (before !== now) onSeen(now, before);
    return now;
  }

  return {
    get id() {
      return id;
    },
    get isAway() {
      return seen !== undefined && seen !== id;
    },
    ofNode,
    async require(cause) {
      const on = await ofNode();
      if (on === id) return on;
      const why = `The node is on chain ${on}, and the session on ${id}.`;
      throw new SessionProviderError(RPC_CODES.chainDisconnected, why, { cause });
    },
    client: () => boundTo(client, id!),
  };
}

/** One for each chain, so that what is remembered of a client holds for all sessions that it serves. */
const bound = new WeakMap<SessionClient, Map<number, SessionClient>>();

function boundTo(client: SessionClient, id: number): SessionClient {
  if (client.chain !== undefined) return client;
  const clients = bound.get(client) ?? new Map<number, SessionClient>();
  bound.set(client, clients);
  const nativeCurrency = { name: "", symbol: "", decimals: 18 };
  const chain = defineChain({ id, name: `Chain ${id}`, nativeCurrency, rpcUrls: { default: { http: [] } } });
  const found: SessionClient = clients.get(id) ?? { ...client, chain };
  clients.set(id, found);
  return found;
}
