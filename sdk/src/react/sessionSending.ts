import type { Hash, TransactionReceipt } from "viem";
import type { OwnerParameters } from "../accounts/owner.ts";
import type {
  SendSessionCallsSyncParameters,
  SendSessionCallsSyncReturnType,
  SettlementReport,
} from "../actions/sessionCalls.ts";
import type { OptimisticUpdate } from "./optimisticUpdate.ts";
import type { ChainParameter, ConnectorParameter } from "./parameters.ts";
import type { SessionState } from "./sessionState.ts";

/** How calls are sent, beside what `sendSessionCalls` takes. */
export interface SessionSendingParameters extends ChainParameter, ConnectorParameter {
  /**
   * Whether the wallet makes the calls where the session cannot act: it was never registered, has not begun, is over, used
   * up or revoked. Never for another reason, a call that is out of its scope for one, and never once the key has signed. A
   * session that was never registered can act where the calls bring its grant, and what is wrong with that is an error.
   *
   * @default "never"
   */
  fallback?: "wallet" | "never" | undefined;
  /** How the wallet acts then, where it is more than an address of the connected one's; its account signs a grant too. */
  owner?: Pick<OwnerParameters, "account" | "bundler" | "operation" | "sendCalls"> | undefined;
  /** What the calls will change on the screen: shown at once, and taken back when the chain says no. */
  optimistic?: readonly OptimisticUpdate[] | undefined;
}

export interface UseSendSessionCallsVariables
  extends
    SessionSendingParameters,
    Partial<Omit<SendSessionCallsSyncParameters, "calls">>,
    Pick<SendSessionCallsSyncParameters, "calls"> {}

/** The mined calls, and who made them. */
export type UseSendSessionCallsData = SentBySession | SentByWallet;

/** Why a wallet was asked: where its session stood. */
export type FallbackReason = Exclude<SessionState, "active" | "registering">;

/** Calls that a session made. */
export interface SentBySession extends SendSessionCallsSyncReturnType {
  by: "session";
}

/** Calls that the wallet made, since the session could not. */
export interface SentByWallet {
  by: "wallet";
  because: FallbackReason;
  /** The mined transaction of the last call, or of all. */
  hash: Hash;
  receipt: TransactionReceipt;
  /** Only if `settlement` was given. */
  settlement?: SettlementReport | undefined;
}
