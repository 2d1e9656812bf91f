import { BaseError, type Hex } from "viem";
import { CallRevertedError } from "../errors/clientErrors.ts";
import { isContractError } from "../errors/isContractError.ts";
import { safeText } from "../errors/safeText.ts";
import { isSessionError, type SessionErrorCode } from "../errors/SessionError.ts";

/** Codes of EIP-1193, EIP-1474 and EIP-5792 that a session answers with; never 4001, since nobody is asked. */
export const RPC_CODES = {
  /** What geth says of a revert: viem decodes `data` by the ABI of the call. */
  reverted: 3,
  invalidParams: -32_602,
  /** Also of what may have been sent: no code that viem sends a request again for. */
  unavailable: -32_002,
  rejected: -32_003,
  unauthorized: 4100,
  unsupported: 4200,
  chainDisconnected: 4901,
  unknownChain: 4902,
  unsupportedCapability: 5700,
  unsupportedChain: 5710,
  duplicateId: 5720,
  unknownId: 5730,
  tooLarge: 5740,
  notAtomic: 5760,
} as const;

/** What a refusal says where an error's class does not reach: plain JSON. */
export interface SessionProviderErrorData {
  code: SessionErrorCode;
  /** The Solidity error's name, if the chain refused. */
  errorName?: string | undefined;
}

/**
 * What a session's provider refuses with. `cause` is the typed error of the session, if it was one, so that
 * `decodeSessionError` finds it in whatever viem, wagmi or ethers make of this.
 */
export class SessionProviderError extends BaseError {
  readonly code: number;
  /** What the called contract reverted with, for code 3. */
  readonly data: Hex | SessionProviderErrorData | undefined;
  override name = "SessionProviderError";
  constructor(
    code: number,
    shortMessage: string,
    options: {
      cause?: unknown;
      data?: Hex | SessionProviderErrorData | undefined;
      metaMessages?: string[] | undefined;
    } = {},
  ) {
    const { cause, data, metaMessages } = options;
    super(shortMessage, { metaMessages });
    this.code = code;
    this.data = data;
    // viem repeats the details of what it wraps, and takes those of the innermost error unless they are set here.
    this.details = shortMessage;
    this.cause = cause;
  }
}

/** Characters of what somebody else said. */
const LONGEST_QUOTE = 512;

/** Whose code is not that of a refusal by the session. */
const OTHER_CODES: Partial<Record<SessionErrorCode, number>> = {
  SESSION_CALL_REVERTED: RPC_CODES.reverted,
  SESSION_OPERATION_REJECTED: RPC_CODES.rejected,
  // The session may well be alive.
  SESSION_DEADLINE_PASSED: RPC_CODES.rejected,
  SESSION_TRANSACTION_REPLACED: RPC_CODES.rejected,
  SESSION_UNCONFIRMED: RPC_CODES.unavailable,
  SESSION_BUNDLER_UNAVAILABLE: RPC_CODES.unavailable,
  SESSION_BUNDLER_MISMATCH: RPC_CODES.unavailable,
};

/** Whatever was thrown, as a provider's error. */
export function toProviderError(thrown: unknown): SessionProviderError {
  if (thrown instanceof SessionProviderError) return thrown;
  if (!isSessionError(thrown)) {
    const why = thrown instanceof BaseError ? safeText(thrown.shortMessage, LONGEST_QUOTE) : "The node did not answer.";
    return new SessionProviderError(RPC_CODES.unavailable, why, { cause: thrown });
  }
  const code = OTHER_CODES[thrown.code] ?? RPC_CODES.unauthorized;
  const errorName = isContractError(thrown) ? thrown.errorName : undefined;
  const data =
    thrown instanceof CallRevertedError
      ? thrown.data
      : { code: thrown.code, ...(errorName !== undefined && { errorName }) };
  const { shortMessage, metaMessages } = thrown;
  return new SessionProviderError(code, shortMessage, { cause: thrown, data, metaMessages });
}

/** A node's own error of a request that was passed on, with its code and its data. */
export function nodeError(thrown: unknown): SessionProviderError {
  let [code, data]: [number?, SessionProviderError["data"]?] = [];
  let innermost: unknown = thrown;
  for (let each = thrown as Partial<SessionProviderError> | undefined; each != null; each = each.cause as typeof each) {
    // viem's own for an error without a code.
    if (typeof each.code === "number" && each.code !== -1) code = each.code;
    data ??= each.data;
    innermost = each;
  }
  if (code === undefined) return toProviderError(thrown);
  const said = innermost instanceof BaseError ? innermost.details || innermost.shortMessage : undefined;
  const message = said ?? (innermost instanceof Error ? innermost.message : String(innermost));
  return new SessionProviderError(code, safeText(message, LONGEST_QUOTE), { cause: thrown, data });
}
