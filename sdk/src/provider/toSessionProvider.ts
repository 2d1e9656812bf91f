import {
  type Address,
  type EIP1193EventMap,
  type EIP1193Provider,
  getAddress,
  type Hash,
  type Hex,
  numberToHex,
  type RpcTransactionReceipt,
} from "viem";
import { DEFAULT_DEADLINE } from "../constants.ts";
import { sendSessionCalls, recentBlock, routeOf, waitForSessionCalls } from "../actions/sendSessionCalls.ts";
import type { SendSessionCallsParameters, SentSessionCalls } from "../actions/sessionCalls.ts";
import { readEntryPoint } from "../accounts/readAccount.ts";
import type { SessionClient } from "../chain/client.ts";
import { entryPoints } from "../chain/entryPoints.ts";
import { passOn } from "../chain/viem.ts";
import { timeOf } from "../chain/time.ts";
import {
  type BundlerMismatchError,
  type BundlerUnavailableError,
  SessionRequestError,
  type SessionUnconfirmedError,
} from "../errors/clientErrors.ts";
import { isSessionError, type SessionErrorCode } from "../errors/SessionError.ts";
import { isBundler } from "../operations/isBundler.ts";
import { safeText } from "../errors/safeText.ts";
import { readSession } from "../sessions/readSession.ts";
import type { Route, SessionCall } from "../types.ts";
import { callNames, type CallsStorage } from "./callNames.ts";
import { callsIdOf, callsOf, type NamedCalls } from "./callsId.ts";
import { callsStatus, STATUS } from "./callsStatus.ts";
import { withOutcome } from "./receipts.ts";
import {
  callsIn,
  capabilitiesIn,
  chainIn,
  idIn,
  requestIn,
  requestOf,
  requireSigner,
  transactionIn,
} from "./requests.ts";
import { sessionChain } from "./sessionChain.ts";
import { nodeError, RPC_CODES, SessionProviderError, toProviderError } from "./SessionProviderError.ts";

/** What `toSessionProvider` takes: how to send, as `sendSessionCalls` takes it, and what else is there to ask. */
export interface ToSessionProviderParameters extends Omit<
  SendSessionCallsParameters,
  "calls" | "nonce" | "validUntil" | "settlement"
> {
  /**
   * The principal's own wallet; asked for nothing but what `fallback` says. Where it is also the client's, its change of
   * chain is passed on as it happens.
   */
  wallet?: (Pick<EIP1193Provider, "request"> & Partial<Pick<EIP1193Provider, "on" | "removeListener">>) | undefined;
  /**
   * With "wallet", calls that the policy does not have go to `wallet`, which asks its user, and so do messages and typed
   * data to be signed, which no policy can have. Not those of a session that is over, or calls of one that is used up.
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
/** The latest second that an id can hold: of what was signed at a time that no node has told. */
const NEVER = 2 ** 40 - 1;
/** Routes that make one call at a time. */
const SINGLE: readonly Route[] = ["forwarded", "asked"];

/** What a wallet's user can read before it is signed. */
const SIGNATURES = /^(personal_sign|eth_signTypedData(_v[134])?)$/;
const SIGNING = /^(eth_sign|personal_|wallet_sign|eth_decrypt)/;
/** What a node answers by itself. All else is refused by name: where the node is a wallet, it would ask its user. */
const READING =
  /^(net_|web3_|eth_(get(?!Encryption)|call|estimateGas|createAccessList|simulate|sendRaw|blockNumber|gasPrice|maxPriority|feeHistory|b(lob|ase)[A-Z]|new\w*Filter|uninstallFilter|syncing|protocolVersion|config))/;

/**
 * The session as an EIP-1193 provider with EIP-5792: what is written for a wallet makes its calls through the session and
 * never asks anybody. `eth_sendTransaction` and `wallet_sendCalls` are simulated and refused with the session's typed error
 * as `cause`; gas and fees of a transaction are ignored, since the sender is another. `wallet_getCallsStatus` answers after
 * a restart. Messages and typed data are refused: a session key signs for nobody. A node is asked for what it answers by
 * itself. While it is on another chain than the session, all is refused with 4901.
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
  const names = callNames(principal, storage);
  let isOver = false;
  const home = sessionChain(client, (seen, before) => {
    if (before === undefined) emit("connect", { chainId: numberToHex(seen) });
    else emit("chainChanged", numberToHex(seen));
  });

  /** What a wallet says of its chain is the session's business if its node is that wallet. */
  const follow = () => void home.ofNode().catch(() => undefined);
  const isUnheard = (event: string) => (listeners.get(event)?.size ?? 0) === 0;

  function over(isNow: boolean): void {
    if (isOver === isNow) return;
    isOver = isNow;
    emit("accountsChanged", isOver ? [] : [principal]);
  }

  /** Whatever else went wrong: on another chain everything is refused, for reasons of its own. */
  async function requireHome(thrown: unknown): Promise<void> {
    await home.ofNode().catch(() => undefined);
    if (home.isAway) await home.require(thrown);
  }

  async function requestAccounts(): Promise<Address[]> {
    await home.require();
    const { status } = await readSession(client, { principal, key: key.address, deployment });
    over(status === "None" || status === "Revoked" || status === "Expired");
    if (!isOver) return [principal];
    throw new SessionProviderError(RPC_CODES.unauthorized, `The session is over: its status is ${status}.`);
  }

  /**
   * Sends, and says by what the calls are found. What may have been sent counts as sent: an id of calls names them by
   * their nonce if a relaying service fell silent.
   */
  async function send(calls: readonly SessionCall[], isBatch = false): Promise<SentSessionCalls> {
    try {
      const sent = await sendSessionCalls(home.client(), { ...session, calls });
      over(false);
      return sent;
    } catch (thrown) {
      if (!isUnconfirmed(thrown)) {
        await requireHome(thrown);
        if (isSessionError(thrown) && OVER.includes(thrown.code)) over(true);
        throw thrown;
      }
      const { hash, userOpHash, nonce, route } = thrown;
      const isNamed = (hash ?? userOpHash) !== undefined || (isBatch && nonce !== undefined);
      if (!isNamed || route === undefined) throw thrown;
      const sent = { hash, userOpHash, nonce: nonce ?? 0n, route };
      if (userOpHash === undefined) return { ...sent, fromBlock: 0n };
      try {
        // The node may well be the one that does not answer.
        const [fromBlock, entryPoint] = await Promise.all([recentBlock(client), readEntryPoint(client, principal)]);
        const { entryPointVersion = "0.9" } = rest;
        return { ...sent, fromBlock, entryPoint: entryPoint ?? entryPoints[entryPointVersion].address };
      } catch {
        throw thrown;
      }
    }
  }

  async function sendTransaction(params: unknown): Promise<Hash> {
    const sent = await send([transactionIn(params, { principal, chainId: await home.require() })]);
    // Any reader of this transaction's receipt sees how the call ends.
    if (sent.hash !== undefined && sent.userOpHash === undefined && typeof rest.relayer !== "function")
      return sent.hash;
    // A bundle is mined though the operation in it fails, and a service may name any transaction; so the hash is given
    // once the call is made.
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
    const chainId = await home.require();
    const { calls, id, atomicRequired } = callsIn(params, { principal, chainId });
    if (calls.length > 1 && SINGLE.includes(await routeOf(client, session))) {
      const why = "The account makes one call at a time: it has not installed Latchkey.";
      throw new SessionProviderError(atomicRequired ? RPC_CODES.notAtomic : RPC_CODES.tooLarge, why);
    }
    if (id !== undefined) await names.reserve(id, chainId);
    let sent: SentSessionCalls;
    try {
      sent = await send(calls, true);
    } catch (thrown) {
      if (id !== undefined && !mayBeSent(thrown)) names.free(id, chainId);
      throw thrown;
    }
    const own = callsIdOf({ ...sent, chainId, principal, key: key.address, expiresAt: await endOf(sent) });
    if (id === undefined) return { id: own };
    await names.set(id, chainId, own);
    return { id };
  }

  /** The last second at which what was signed is good; 0 for a transaction of the key's own. */
  async function endOf({ route }: SentSessionCalls): Promise<number> {
    if (route === "direct" || route === "asked" || (route === "forwarded" && rest.relayer === undefined)) return 0;
    // Signed before now, and for no longer.
    const time = await timeOf(client).catch(() => undefined);
    return time === undefined ? NEVER : time + DEFAULT_DEADLINE + CLOCK_SLACK;
  }

  /** The node's receipt, as far as it is that of the principal's call. */
  async function getReceipt(params: unknown): Promise<RpcTransactionReceipt | null> {
    const receipt = await client.request({ method: "eth_getTransactionReceipt", params } as never);
    return receipt === null ? null : withOutcome(receipt, principal);
  }

  /** The calls of an id, if the session made them. */
  async function find(params: unknown): Promise<{ id: string; calls: NamedCalls | undefined }> {
    const id = idIn(params);
    const chainId = await home.require();
    const calls = callsOf(id) ?? callsOf((await names.find(id, chainId)) ?? "");
    const isOwn = calls?.chainId === chainId && calls.principal === principal;
    return { id, calls: isOwn ? calls : undefined };
  }

  async function getCallsStatus(params: unknown) {
    const { id, calls } = await find(params);
    if (calls === undefined) {
      throw new SessionProviderError(RPC_CODES.unknownId, "The session has made no calls of this id.");
    }
    const status = await callsStatus(client, { id, calls, deployment });
    // What is nowhere on this chain was nowhere on the session's only if the node is still there.
    if (status.status === STATUS.dropped) await home.require();
    return status;
  }

  async function getCapabilities(params: unknown): Promise<Record<Hex, unknown>> {
    const asked = capabilitiesIn(params, { principal });
    const chainId = await home.require();
    if (asked !== undefined && !asked.includes(chainId)) return {};
    const isSingle = SINGLE.includes(await routeOf(client, session));
    return { [numberToHex(chainId)]: { atomic: { status: isSingle ? "unsupported" : "supported" } } };
  }

  async function switchChain(params: unknown): Promise<null> {
    const wanted = chainIn(params);
    if (home.id === undefined) await home.ofNode();
    if (wanted !== home.id) {
      throw new SessionProviderError(RPC_CODES.unknownChain, `The session is on chain ${home.id} alone.`);
    }
    await home.require();
    return null;
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
        return numberToHex(await home.ofNode());
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
    if (!READING.test(method)) throw unsupported(`A session does not know the method ${safeText(method)}.`);
    if (home.isAway) await home.require();
    try {
      return await (method === "eth_getTransactionReceipt" ? getReceipt(params) : passOn(client, { method, params }));
    } catch (thrown) {
      throw nodeError(thrown);
    }
  }

  /** What the wallet is asked for, of what the session refused: never for what may have been sent. */
  async function forWallet(method: string, params: unknown, thrown: unknown): Promise<unknown[] | undefined> {
    if (fallback !== "wallet" || wallet === undefined) return undefined;
    if (method === "wallet_getCallsStatus" || method === "wallet_showCallsStatus") {
      return (await find(params)).calls === undefined ? (params as unknown[]) : undefined;
    }
    if (SIGNATURES.test(method)) {
      requireSigner(method, params, principal);
      if (isOver) return undefined;
    } else if (!isSessionError(thrown) || !OUT_OF_SCOPE.includes(thrown.code)) {
      return undefined;
    }
    const actual = Number(await wallet.request({ method: "eth_chainId" }));
    if (actual === (home.id ?? (await home.ofNode()))) return requestOf(method, params, principal, actual);
    throw new SessionProviderError(RPC_CODES.chainDisconnected, "The wallet is on another chain than the session.", {
      cause: thrown,
      metaMessages: [`Wallet: chain ${actual}`, `Session: chain ${home.id}`],
    });
  }

  return {
    request: (async (request: { method: string; params?: unknown }) => {
      const { method, params } = requestIn(request);
      let forwarded: unknown[];
      try {
        return await answer(method, params);
      } catch (thrown) {
        const asked = await forWallet(method, params, thrown).catch((cause: unknown) => {
          throw toProviderError(cause);
        });
        if (asked === undefined) throw toProviderError(thrown);
        forwarded = asked;
      }
      const given = await passOn(wallet!, { method, params: forwarded });
      // An id that the wallet has is no longer free.
      const id = method === "wallet_sendCalls" ? (forwarded[0] as { id?: string }).id : undefined;
      if (id !== undefined) await names.set(id, home.id!, undefined);
      return given;
    }) as EIP1193Provider["request"],
    on: (event, listener) => {
      if (event === "chainChanged" && isUnheard(event)) wallet?.on?.(event, follow);
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
    },
    removeListener: (event, listener) => {
      const isRemoved = listeners.get(event)?.delete(listener) === true;
      if (event === "chainChanged" && isRemoved && isUnheard(event)) wallet?.removeListener?.(event, follow);
    },
  };
}

function isUnconfirmed(thrown: unknown): thrown is SessionUnconfirmedError {
  return isSessionError(thrown) && thrown.code === "SESSION_UNCONFIRMED";
}

/** A bundler that took an operation and then says another thing, or nothing, may yet bring it in. */
function mayBeSent(thrown: unknown): boolean {
  if (isUnconfirmed(thrown)) return true;
  const { userOpHash, claimed } = thrown as Partial<BundlerUnavailableError & BundlerMismatchError>;
  return isSessionError(thrown) && (userOpHash !== undefined || claimed?.startsWith("operation ") === true);
}

function unsupported(why: string): SessionProviderError {
  return new SessionProviderError(RPC_CODES.unsupported, why);
}
