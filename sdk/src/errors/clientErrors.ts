import type { Address, Hash, Hex } from "viem";
import { SessionError } from "./SessionError.ts";

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
      metaMessages: [reason === undefined ? `Data: ${data}` : `Reason: ${reason}`],
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
  constructor(reason: string, options: { cause?: unknown } = {}) {
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

/** The EntryPoint says AA22: the session's windows, or the operation's deadline, say whether it is early or late. */
export class OperationWindowError extends SessionError {
  /**
   * Whether the window began with the chain's latest block, from the next of which an EntryPoint since v0.8 takes the
   * operation, or has opened since.
   */
  readonly opensNext: boolean;
  override name = "OperationWindowError";
  constructor(
    code: "SESSION_EXPIRED" | "SESSION_NOT_YET_VALID",
    window: { validAfter: number; validUntil: number; time: number },
    options: { cause?: unknown } = {},
  ) {
    const { validAfter, validUntil, time } = window;
    super(code, code === "SESSION_EXPIRED" ? "The operation's window has closed." : "The window has not opened.", {
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
