import type { Account, Address, Hash, Hex } from "viem";
import type { SentNames } from "../errors/clientErrors.ts";

/** How long to wait for what was sent, and how deep it has to be. */
export interface WaitParameters {
  /**
   * Milliseconds.
   *
   * @default 180_000
   */
  timeout?: number | undefined;
  /**
   * Blocks that hold it, its own counted in.
   *
   * @default 1
   */
  confirmations?: number | undefined;
  /** Ends the waiting with a `SessionUnconfirmedError`: what was sent may still be mined. */
  signal?: AbortSignal | undefined;
}

/** What every action takes that sends. */
export interface SubmitParameters {
  /** Called as soon as something was sent, once for each transaction, operation or batch. */
  onSubmitted?: ((sent: SentNames) => void) | undefined;
}

/** What a relayer is asked to send, from any account of its own: the call carries the signature. */
export interface RelayedCall {
  chainId: number;
  to: Address;
  data: Hex;
  /** Least gas that the call must be given; undefined if nothing is known. */
  gas?: bigint | undefined;
}

/** Where a relay answers, as `relay/` of the repository does: `https://relay.example`. */
export type RelayUrl = `http://${string}` | `https://${string}`;

/** A relayer of which nobody knows from which account it sends. */
export type RelayService = RelayUrl | ((call: RelayedCall) => Promise<Hash>);

/**
 * Who sends and pays for what was only signed: a local account, an address that the node or wallet signs for, the URL of a
 * relay, or a function that hands the call to a service and returns the transaction's hash.
 */
export type Relayer = Account | Address | RelayService;

/** Whether a relayer is a service. An address is a string too. */
export function isService(relayer: Relayer | undefined): relayer is RelayService {
  return typeof relayer === "function" || (typeof relayer === "string" && relayer.startsWith("http"));
}
