import type { Address, Hash, Hex } from "viem";
import type { Route } from "../types.ts";
import { safeText } from "./safeText.ts";
import { SessionError } from "./SessionError.ts";

/** Most characters of what a contract, a node or a bundler says that an error repeats. */
const LONGEST_REASON = 512;

function shortened(data: Hex): string {
  return data.length <= LONGEST_REASON ? data : `${data.slice(0, LONGEST_REASON)}…`;
}

/**
 * A stored key could not be opened. Wrong PIN, damaged or foreign data: nothing says which, and no cause is kept, so
 * that nobody learns more than that it failed.
 */
export class SessionDecryptionError extends SessionError {
  override name = "SessionDecryptionError";
  constructor() {
    super("SESSION_DECRYPTION_FAILED", "The session key could not be decrypted.");
  }
}

/** A key, a policy or a registration was refused before anything was sent. */
export class SessionCreationError extends SessionError {
  override name = "SessionCreationError";
  constructor(shortMessage: string, options: { cause?: unknown; metaMessages?: string[] } = {}) {
    super("SESSION_CREATION_FAILED", shortMessage, options);
  }
}

/** A policy that says what the chain would refuse or what nobody can mean. */
export class PolicyError extends SessionError {
  override name = "PolicyError";
  constructor(shortMessage: string, options: { cause?: unknown; metaMessages?: string[] } = {}) {
    super("SESSION_UNSAFE_POLICY", shortMessage, options);
  }
}

/** The wallet cannot act through a session on the route that was asked for. */
export class InvalidWalletTypeError extends SessionError {
  readonly principal: Address;
  override name = "InvalidWalletTypeError";
  constructor(principal: Address, why: string, options: { cause?: unknown } = {}) {
    super("INVALID_WALLET_TYPE_FOR_SESSION", why, { ...options, metaMessages: [`Principal: ${principal}`] });
    this.principal = principal;
  }
}

/** The call makes no sense as it is asked for: a route without its key, an empty list, a wrong chain. */
export class SessionRequestError extends SessionError {
  override name = "SessionRequestError";
  constructor(shortMessage: string, options: { cause?: unknown; metaMessages?: string[] } = {}) {
    super("SESSION_OPERATION_REJECTED", shortMessage, options);
  }
}

/** The session let the calls pass; a contract that was called reverted. */
export class CallRevertedError extends SessionError {
  /** What it reverted with; "0x" for nothing. */
  readonly data: Hex;
  override name = "CallRevertedError";
  constructor(data: Hex, options: { cause?: unknown; reason?: string | undefined } = {}) {
    const { cause, reason } = options;
    super("SESSION_CALL_REVERTED", "A contract that the session called reverted.", {
      cause,
      metaMessages: [reason === undefined ? `Data: ${shortened(data)}` : `Reason: ${safeText(reason, LONGEST_REASON)}`],
    });
    this.data = data;
  }
}

/** The EntryPoint refused an operation and gave no error of Latchkey with it: `AA24 signature error` and the like. */
export class EntryPointError extends SessionError {
  /** `AA21`; empty if the EntryPoint named none. */
  readonly aaCode: string;
  readonly reason: string;
  override name = "EntryPointError";
  constructor(said: string, options: { cause?: unknown } = {}) {
    const reason = safeText(said, LONGEST_REASON);
    const aaCode = /\bAA\d\d\b/.exec(reason)?.[0] ?? "";
    super(
      aaCode === "AA24" ? "SESSION_INVALID_SIGNATURE" : "SESSION_OPERATION_REJECTED",
      `The EntryPoint refused the operation: ${reason}.`,
      options,
    );
    this.aaCode = aaCode;
    this.reason = reason;
  }
}

const WINDOWS = {
  SESSION_EXPIRED: "The session is over.",
  SESSION_DEADLINE_PASSED: "The deadline has passed.",
  SESSION_NOT_YET_VALID: "The window has not opened.",
};

/** The EntryPoint says AA22: the session's windows, or the operation's deadline, say whether it is early or late. */
export class OperationWindowError extends SessionError {
  /**
   * Whether the window began with the chain's latest block, from the next of which an EntryPoint since v0.8 takes the
   * operation, or has opened since.
   */
  readonly opensNext: boolean;
  override name = "OperationWindowError";
  constructor(
    code: "SESSION_EXPIRED" | "SESSION_DEADLINE_PASSED" | "SESSION_NOT_YET_VALID",
    window: { validAfter: number; validUntil: number; time: number },
    options: { cause?: unknown } = {},
  ) {
    const { validAfter, validUntil, time } = window;
    super(code, WINDOWS[code], {
      ...options,
      metaMessages: [`Window: ${validAfter} to ${validUntil}, unix seconds, inclusive; the chain is at ${time}`],
    });
    this.opensNext = code === "SESSION_NOT_YET_VALID" && time >= validAfter;
  }
}

/** The bundler does not answer, or with an error of its own. What was handed in before may still be mined. */
export class BundlerUnavailableError extends SessionError {
  /** The operation that the bundler had already taken; undefined if none was handed in. */
  readonly userOpHash: Hash | undefined;
  override name = "BundlerUnavailableError";
  constructor(options: { cause?: unknown; userOpHash?: Hash | undefined } = {}) {
    const { cause, userOpHash } = options;
    super("SESSION_BUNDLER_UNAVAILABLE", "The bundler does not answer.", {
      cause,
      metaMessages:
        userOpHash === undefined
          ? ["Nothing was handed in."]
          : [`Handed in: operation ${userOpHash}; it may still be mined until its deadline`],
    });
    this.userOpHash = userOpHash;
  }
}

/**
 * The bundler says something that the chain does not: another operation, another outcome, another chain, or gas that no
 * such operation takes. What the chain says is what holds.
 */
export class BundlerMismatchError extends SessionError {
  readonly claimed: string;
  readonly actual: string;
  /** The transaction that mined the operation; undefined if there is none. */
  readonly transactionHash: Hash | undefined;
  override name = "BundlerMismatchError";
  constructor(
    what: string,
    options: { claimed: string; actual: string; transactionHash?: Hash | undefined; cause?: unknown },
  ) {
    const { claimed, actual, transactionHash, cause } = options;
    super("SESSION_BUNDLER_MISMATCH", `The bundler's word does not hold: ${what}.`, {
      cause,
      metaMessages: [`Claimed: ${claimed}`, `The chain: ${actual}`],
    });
    this.claimed = claimed;
    this.actual = actual;
    this.transactionHash = transactionHash;
  }
}

/** The account that sends a transaction cannot pay for it. */
export class BalanceTooLowError extends SessionError {
  readonly payer: Address;
  /** Wei. */
  readonly balance: bigint;
  override name = "BalanceTooLowError";
  constructor(payer: Address, balance: bigint, options: { cause?: unknown } = {}) {
    super("SESSION_OPERATION_REJECTED", "The sender cannot pay for the transaction.", {
      ...options,
      metaMessages: [`Payer: ${payer}`, `Balance: ${balance} wei`],
    });
    this.payer = payer;
    this.balance = balance;
  }
}

/** A key that sends for itself cannot pay for what is asked of it. */
export class GasBufferTooLowError extends SessionError {
  /** Wei. */
  readonly balance: bigint;
  /** Wei; the balance must be above it. */
  readonly cost: bigint;
  override name = "GasBufferTooLowError";
  constructor(key: Address, amounts: { balance: bigint; cost: bigint }) {
    const { balance, cost } = amounts;
    super("SESSION_OPERATION_REJECTED", "The session key has too little to pay for a transaction.", {
      metaMessages: [`Key: ${key}`, `Balance: ${balance} wei`, `Cost: ${cost} wei`],
    });
    this.balance = balance;
    this.cost = cost;
  }
}

/** Why nobody can say what became of something that was sent. */
export type UnconfirmedReason = "timeout" | "aborted" | "unreachable" | "reorganized";

/** What names something that was sent: enough to ask for it again, or to send it again without paying twice. */
export interface SentNames {
  /** The transaction; undefined for an operation that a bundler has, and where a relayer gave none. */
  hash?: Hash | undefined;
  /** Route `userOperation` only. */
  userOpHash?: Hash | undefined;
  /** What `wallet_sendCalls` answered. */
  callsId?: string | undefined;
  /** Of the operation, of the signed call or of the transaction, by the route. */
  nonce?: bigint | undefined;
  /** Undefined for what an owner sent. */
  route?: Route | undefined;
}

const UNCONFIRMED: Record<UnconfirmedReason, string> = {
  timeout: "It was sent, and was not mined in time. It may still be.",
  aborted: "It was sent, and waiting for it was aborted. It may still be mined.",
  unreachable: "It may have been sent: the node, the wallet or the relayer stopped answering.",
  reorganized: "It was mined, and a reorganisation took it back. It may be mined again.",
};

function adviceOn({ callsId, hash, userOpHash, nonce, route }: SentNames): string[] {
  if (callsId !== undefined) return ["Ask the wallet with wallet_getCallsStatus before you send them again."];
  const isNamed = route !== undefined && (hash ?? userOpHash) !== undefined;
  return [
    ...(isNamed ? ["Ask again with waitForSessionCalls."] : []),
    route === undefined || nonce === undefined
      ? "Look for the transaction before you send it again."
      : "Sent again with the same nonce, it is never done twice.",
  ];
}

/**
 * Something was sent and its end was not seen. Ask again with `waitForSessionCalls`, or look for the transaction. Sent
 * again with the same `nonce` it can be mined once only; with another one it may be done twice.
 */
export class SessionUnconfirmedError extends SessionError {
  readonly reason: UnconfirmedReason;
  readonly hash: Hash | undefined;
  readonly userOpHash: Hash | undefined;
  readonly callsId: string | undefined;
  readonly nonce: bigint | undefined;
  readonly route: Route | undefined;
  override name = "SessionUnconfirmedError";
  constructor(reason: UnconfirmedReason, sent: SentNames, options: { cause?: unknown } = {}) {
    const { hash, userOpHash, callsId, nonce, route } = sent;
    super("SESSION_UNCONFIRMED", UNCONFIRMED[reason], {
      ...options,
      metaMessages: [
        ...(hash === undefined ? [] : [`Transaction: ${hash}`]),
        ...(userOpHash === undefined ? [] : [`Operation: ${userOpHash}`]),
        ...(callsId === undefined ? [] : [`Calls: ${safeText(callsId, LONGEST_REASON)}`]),
        ...(route === undefined ? [] : [`Route: ${route}`]),
        ...(nonce === undefined ? [] : [`Nonce: ${nonce}`]),
        ...adviceOn(sent),
      ],
    });
    this.reason = reason;
    this.hash = hash;
    this.userOpHash = userOpHash;
    this.callsId = callsId;
    this.nonce = nonce;
    this.route = route;
  }
}

/** A wallet took a batch of calls (ERC-5792), and says that they were not made, or not all of them. */
export class CallsFailedError extends SessionError {
  readonly callsId: string;
  /** As ERC-5792 numbers it: 400 to 499 nothing was sent, 500 to 599 all was reverted, 600 to 699 a part was. */
  readonly status: number;
  /** The transactions that the wallet names, in which what it says can be seen. */
  readonly hashes: readonly Hash[];
  override name = "CallsFailedError";
  constructor(callsId: string, status: number, hashes: readonly Hash[]) {
    const kind = Math.floor(status / 100);
    const said =
      kind === 4 ? "sent none of the calls" : kind === 6 ? "made a part of the calls" : "made none of the calls";
    super(kind === 4 ? "SESSION_OPERATION_REJECTED" : "SESSION_CALL_REVERTED", `The wallet says that it ${said}.`, {
      metaMessages: [
        `Calls: ${safeText(callsId, LONGEST_REASON)}`,
        `Status: ${status}`,
        ...hashes.map((hash) => `Transaction: ${hash}`),
        ...(kind === 6 ? ["What was made stands: look at it before you send the rest."] : []),
      ],
    });
    this.callsId = callsId;
    this.status = status;
    this.hashes = hashes;
  }
}

/** The sender's wallet mined another transaction in this one's place: nothing that was asked for has happened. */
export class TransactionReplacedError extends SessionError {
  readonly hash: Hash;
  /** What was mined in its place. */
  readonly replacement: Hash;
  readonly reason: "cancelled" | "replaced";
  override name = "TransactionReplacedError";
  constructor(reason: "cancelled" | "replaced", hashes: { hash: Hash; replacement: Hash }) {
    const { hash, replacement } = hashes;
    super("SESSION_TRANSACTION_REPLACED", `The transaction was ${reason} by its sender.`, {
      metaMessages: [`Transaction: ${hash}`, `Mined in its place: ${replacement}`],
    });
    this.hash = hash;
    this.replacement = replacement;
    this.reason = reason;
  }
}
