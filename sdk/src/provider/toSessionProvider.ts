import {
  type Address,
  type EIP1193EventMap,
  type EIP1193Provider,
  getAddress,
  type Hash,
  type Hex,
  numberToHex,
} from "viem";
import { DEFAULT_DEADLINE } from "../constants.ts";
import { sendSessionCalls, recentBlock, routeOf, waitForSessionCalls } from "../actions/sendSessionCalls.ts";
import type { SendSessionCallsParameters, SentSessionCalls } from "../actions/sessionCalls.ts";
import { chainIdOf, type SessionClient } from "../chain/client.ts";
import { passOn } from "../chain/viem.ts";
import { timeOf } from "../chain/time.ts";
import { SessionRequestError, type SessionUnconfirmedError } from "../errors/clientErrors.ts";
import { isSessionError, type SessionErrorCode } from "../errors/SessionError.ts";
import { isBundler } from "../operations/sendOperation.ts";
import { readSession } from "../sessions/readSession.ts";
import type { Route, SessionCall } from "../types.ts";
import { callsIdOf, callsOf } from "./callsId.ts";
import { callsStatus } from "./callsStatus.ts";
import { callsIn, capabilitiesIn, invalid, transactionIn } from "./requests.ts";
import { nodeError, RPC_CODES, SessionProviderError, toProviderError } from "./SessionProviderError.ts";

/** Where the names are kept that an app gives its calls: `localStorage` is one. */
export interface CallsStorage {
  getItem(name: string): string | null | Promise<string | null>;
  setItem(name: string, value: string): void | Promise<void>;
}

/** What `toSessionProvider` takes: how to send, as `sendSessionCalls` takes it, and what else is there to ask. */
export interface ToSessionProviderParameters extends Omit<
  SendSessionCallsParameters,
  "calls" | "nonce" | "validUntil" | "settlement"
> {
  /** The principal's own wallet; asked for nothing but what `fallback` says. */
  wallet?: Pick<EIP1193Provider, "request"> | undefined;
  /**
   * With "wallet", calls that the policy does not have go to `wallet`, which asks its user. Not those of a session that is
   * over or used up, and no signatures.
   *
   * @default none: they are refused
   */
  fallback?: "wallet" | undefined;
  /**
   * Where the ids are kept that an app chooses for its calls. All other ids say themselves what they are.
   *
   * @default until the page is closed
   */
  storage?: CallsStorage | undefined;
}

/** The session as a wallet. */
export type ToSessionProviderReturnType = EIP1193Provider;

/** Codes of calls that the policy does not have: another wallet may make them. */
const OUT_OF_SCOPE: readonly SessionErrorCode[] = [
  "SESSION_ENTRYPOINT_NOT_ALLOWED",
  "SESSION_TARGET_FORBIDDEN",
  "SESSION_ARGUMENT_NOT_ALLOWED",
  "SESSION_VALUE_NOT_ALLOWED",
];
/** Codes of a session with which nobody can act any more. */
const OVER: readonly SessionErrorCode[] = ["SESSION_NOT_REGISTERED", "SESSION_REVOKED", "SESSION_EXPIRED"];
/** How far the chain's clock may run behind where it is read, seconds. */
const CLOCK_SLACK = 60;
/** Routes that make one call at a time. */
const SINGLE: readonly Route[] = ["forwarded", "asked"];

const SIGNING = /^(eth_sign|personal_|wallet_sign|eth_decrypt)/;
/** What the node answers. Subscriptions would have nowhere to go. */
const READING = /^(eth|net|web3)_(?!subscribe|unsubscribe)/;

/**
 * The session as an EIP-1193 provider with EIP-5792: what is written for a wallet makes its calls through the session and
 * never asks anybody. `eth_sendTransaction` and `wallet_sendCalls` are simulated and refused with the session's typed error
 * as `cause`; gas and fees of a transaction are ignored, since the sender is another. `wallet_getCallsStatus` answers after
 * a restart. Messages and typed data are refused: a session key signs for nobody. Everything else goes to the node.
 *
 * @example
 * import { createWalletClient, custom } from "viem";
 * import { mainnet } from "viem/chains";
 * import { toSessionProvider } from "latchkey";
 *
 * const provider = toSessionProvider(client, { principal, key, relayer });
 * const wallet = createWalletClient({ account: principal, chain: mainnet, transport: custom(provider) });
 * const { id } = await wallet.sendCalls({ calls });
 */
export function toSessionProvider(
  client: SessionClient,
  parameters: ToSessionProviderParameters,
): ToSessionProviderReturnType {
  const { key, bundler, deployment, wallet, fallback, storage, ...rest } = parameters;
  if (fallback !== undefined && wallet === undefined) {
    throw new SessionRequestError("There is no wallet to fall back to: give one, or no fallback.");
  }
  const principal = getAddress(parameters.principal);
  const session = { ...rest, principal, key, bundler, deployment };
  const listeners = new Map<string, Set<(payload: never) => void>>();
  const emit = <event extends keyof EIP1193EventMap>(event: event, payload: Parameters<EIP1193EventMap[event]>[0]) =>
    // What a listener throws is not what became of a call.
    listeners.get(event)?.forEach((listener) => queueMicrotask(() => listener(payload as never)));
  let known: number | undefined;
  let isOver = false;

  /** The chain of the node, which a client of a wallet may change. */
  async function chain(): Promise<number> {
    const before = known;
    known = await chainIdOf(client);
    if (before === undefined) emit("connect", { chainId: numberToHex(known) });
    else if (before !== known) emit("chainChanged", numberToHex(known));
    return known;
  }

  function over(isNow: boolean): void {
    if (isOver === isNow) return;
    isOver = isNow;
    emit("accountsChanged", isOver ? [] : [principal]);
  }

  async function requestAccounts(): Promise<Address[]> {
    const [{ status }] = await Promise.all([readSession(client, { principal, key: key.address, deployment }), chain()]);
    over(status === "None" || status === "Revoked" || status === "Expired");
    if (!isOver) return [principal];
    throw new SessionProviderError(RPC_CODES.unauthorized, `The session is over: its status is ${status}.`);
  }

  /** Sends, and says by what the calls are found. What may have been sent counts as sent. */
  async function send(calls: readonly SessionCall[]): Promise<SentSessionCalls> {
    try {
      const sent = await sendSessionCalls(client, { ...session, calls });
      over(false);
      return sent;
    } catch (thrown) {
      if (!isSessionError(thrown)) throw thrown;
      if (OVER.includes(thrown.code)) over(true);
      if (thrown.code !== "SESSION_UNCONFIRMED") throw thrown;
      const { hash, userOpHash, nonce, route } = thrown as SessionUnconfirmedError;
      if ((hash ?? userOpHash) === undefined || route === undefined) throw thrown;
      // The node may well be the one that does not answer.
      const fromBlock = await recentBlock(client).catch(() => undefined);
      if (fromBlock === undefined) throw thrown;
      return { hash, userOpHash, nonce: nonce ?? 0n, route, fromBlock };
    }
  }

  async function sendTransaction(params: unknown): Promise<Hash> {
    const sent = await send([transactionIn(params, { principal, chainId: await chain() })]);
    if (sent.hash !== undefined) return sent.hash;
    // A bundler's transaction has no hash before it is mined.
    const searched = bundler !== undefined && isBundler(bundler) ? bundler : undefined;
    try {
      const waiting = { ...sent, principal, key: key.address, deployment, bundler: searched };
      return (await waitForSessionCalls(client, waiting)).hash;
    } catch (thrown) {
      // It has been sent: nothing of it goes to the wallet.
      throw toProviderError(thrown);
    }
  }

  async function sendCalls(params: unknown): Promise<{ id: string }> {
    const chainId = await chain();
    const { calls, id, atomicRequired } = callsIn(params, { principal, chainId });
    if (calls.length > 1 && SINGLE.includes(await routeOf(client, session))) {
      const why = "The account makes one call at a time: it has not installed Latchkey.";
      throw new SessionProviderError(atomicRequired ? RPC_CODES.notAtomic : RPC_CODES.tooLarge, why);
    }
    const name = id === undefined ? undefined : nameOf(id, chainId);
    if (name !== undefined) await reserve(name);
    let sent: SentSessionCalls;
    try {
      sent = await send(calls);
    } catch (thrown) {
      if (name !== undefined) named.delete(name);
      throw thrown;
    }
    const own = callsIdOf({ ...sent, chainId, principal, key: key.address, expiresAt: await endOf(sent) });
    if (name === undefined) return { id: own };
    named.set(name, own);
    // They are sent: a storage that is full must not make anybody send them again.
    await Promise.resolve(storage?.setItem(name, own)).catch(() => undefined);
    return { id: id! };
  }

  /** The last second at which what was signed is good; 0 for a transaction of the key's own. */
  async function endOf({ route }: SentSessionCalls): Promise<number> {
    if (route === "direct" || route === "asked" || (route === "forwarded" && rest.relayer === undefined)) return 0;
    // Signed before now, and for no longer.
    const time = await timeOf(client).catch(() => undefined);
    return time === undefined ? 0 : time + DEFAULT_DEADLINE + CLOCK_SLACK;
  }

  /** The ids that the app chose: those that are being sent have none of ours yet. */
  const named = new Map<string, Hex | undefined>();
  const nameOf = (id: string, chainId: number) => `latchkey.calls.${chainId}.${principal}.${id}`;

  async function reserve(name: string): Promise<void> {
    const isTaken = named.has(name);
    if (!isTaken) named.set(name, undefined);
    if (!isTaken && ((await storage?.getItem(name)) ?? undefined) === undefined) return;
    if (!isTaken) named.delete(name);
    throw new SessionProviderError(RPC_CODES.duplicateId, "Calls of this id have been made, or are being made.");
  }

  async function getCallsStatus(params: unknown) {
    const id: unknown = Array.isArray(params) ? params[0] : undefined;
    if (typeof id !== "string") throw invalid("The id of calls is a text.", id);
    const chainId = await chain();
    const name = nameOf(id, chainId);
    const calls = callsOf(named.get(name) ?? (await storage?.getItem(name)) ?? id);
    if (calls === undefined || calls.chainId !== chainId || calls.principal !== principal) {
      throw new SessionProviderError(RPC_CODES.unknownId, "The session has made no calls of this id.");
    }
    return callsStatus(client, { id, calls, deployment });
  }

  async function getCapabilities(params: unknown): Promise<Record<Hex, unknown>> {
    const asked = capabilitiesIn(params, { principal });
    const chainId = await chain();
    if (asked !== undefined && !asked.includes(chainId)) return {};
    const isSingle = SINGLE.includes(await routeOf(client, session));
    return { [numberToHex(chainId)]: { atomic: { status: isSingle ? "unsupported" : "supported" } } };
  }

  async function switchChain(params: unknown): Promise<null> {
    const { chainId } = (Array.isArray(params) ? (params[0] as { chainId?: unknown } | undefined) : undefined) ?? {};
    if (Number(chainId) === (await chain())) return null;
    throw new SessionProviderError(RPC_CODES.unknownChain, `The session is on chain ${known} alone.`);
  }

  async function answer(method: string, params: unknown): Promise<unknown> {
    switch (method) {
      case "eth_accounts":
        return isOver ? [] : [principal];
      case "eth_requestAccounts":
        return requestAccounts();
      case "eth_coinbase":
        return principal;
      case "eth_chainId":
        return numberToHex(await chain());
      case "eth_sendTransaction":
        return sendTransaction(params);
      case "wallet_sendCalls":
        return sendCalls(params);
      case "wallet_getCallsStatus":
        return getCallsStatus(params);
      case "wallet_getCapabilities":
        return getCapabilities(params);
      case "wallet_switchEthereumChain":
        return switchChain(params);
      case "wallet_showCallsStatus":
        throw unsupported("A session has no window to show calls in: ask wallet_getCallsStatus.");
    }
    if (SIGNING.test(method)) throw unsupported("A session key signs for nobody: ask the wallet itself.");
    if (!READING.test(method)) throw unsupported(`A session does not know the method ${method}.`);
    try {
      return await passOn(client, { method, params });
    } catch (thrown) {
      throw nodeError(thrown);
    }
  }

  /** Whether the wallet is asked for what the session refused: never for what may have been sent. */
  async function isForWallet(method: string, thrown: unknown): Promise<boolean> {
    if (fallback !== "wallet" || wallet === undefined) return false;
    if (method === "wallet_getCallsStatus") return (thrown as SessionProviderError).code === RPC_CODES.unknownId;
    if (!isSessionError(thrown) || !OUT_OF_SCOPE.includes(thrown.code)) return false;
    const actual = Number(await wallet.request({ method: "eth_chainId" }));
    if (actual === known) return true;
    throw new SessionProviderError(RPC_CODES.chainDisconnected, "The wallet is on another chain than the session.", {
      cause: thrown,
      metaMessages: [`Wallet: chain ${actual}`, `Session: chain ${known}`],
    });
  }

  return {
    request: (async ({ method, params }: { method: string; params?: unknown }) => {
      try {
        return await answer(method, params);
      } catch (thrown) {
        if (!(await isForWallet(method, thrown))) throw toProviderError(thrown);
      }
      return passOn(wallet!, { method, params });
    }) as EIP1193Provider["request"],
    on: (event, listener) => {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
    },
    removeListener: (event, listener) => {
      listeners.get(event)?.delete(listener);
    },
  };
}

function unsupported(why: string): SessionProviderError {
  return new SessionProviderError(RPC_CODES.unsupported, why);
}
