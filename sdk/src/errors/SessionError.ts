import { BaseError } from "viem";
import { safeText } from "./safeText.ts";

/** What a session can be refused with: a closed list, to be switched over. */
export type SessionErrorCode =
  | "INVALID_WALLET_TYPE_FOR_SESSION"
  | "SESSION_NOT_REGISTERED"
  | "SESSION_REVOKED"
  | "SESSION_EXPIRED"
  | "SESSION_NOT_YET_VALID"
  | "SESSION_MAX_CALLS_EXCEEDED"
  | "SESSION_ENTRYPOINT_NOT_ALLOWED"
  | "SESSION_TARGET_FORBIDDEN"
  | "SESSION_ARGUMENT_NOT_ALLOWED"
  | "SESSION_VALUE_NOT_ALLOWED"
  | "SESSION_SPEND_CAP_EXCEEDED"
  | "SESSION_GAS_BUDGET_EXCEEDED"
  | "SESSION_PAYMASTER_NOT_ALLOWED"
  | "SESSION_INVALID_SIGNATURE"
  | "SESSION_UNSAFE_POLICY"
  | "SESSION_DECRYPTION_FAILED"
  | "SESSION_CREATION_FAILED"
  /** The envelope is malformed, or the EntryPoint, the account or the forwarder refused it. */
  | "SESSION_OPERATION_REJECTED"
  /** The session let the call pass; the contract that was called reverted. */
  | "SESSION_CALL_REVERTED"
  /** The deadline of an operation, of a relayed call or of a grant has passed; the session may well be alive. */
  | "SESSION_DEADLINE_PASSED"
  /** It was sent, and not seen mined: `SessionUnconfirmedError` says how to ask again. */
  | "SESSION_UNCONFIRMED"
  /** The transaction was cancelled or replaced by another one of its sender. */
  | "SESSION_TRANSACTION_REPLACED"
  /** The bundler does not answer. */
  | "SESSION_BUNDLER_UNAVAILABLE"
  /** The bundler says something that the chain does not. */
  | "SESSION_BUNDLER_MISMATCH";

/** What a `SessionError` is made of beside its code and its message. */
export interface SessionErrorOptions {
  cause?: unknown;
  metaMessages?: string[] | undefined;
}

/** Cause and remedy of each Solidity error, in the package. */
const DOCS_PATH = "docs/errors.md";

/** Most characters of a cause's words that an error repeats. */
const LONGEST_DETAILS = 4_096;

/** Every error of this package. `code` says what to tell the user, the class what the chain said. */
export class SessionError extends BaseError {
  readonly code: SessionErrorCode;

  override name = "SessionError";

  constructor(code: SessionErrorCode, shortMessage: string, options: SessionErrorOptions = {}) {
    const { cause, metaMessages = [] } = options;
    super(shortMessage, {
      ...(cause instanceof Error ? { cause } : {}),
      // Else viem would look for the path of a cause of this package on its own site.
      ...(isSessionError(cause) ? { docsBaseUrl: "" } : {}),
      metaMessages: [...metaMessages, `Code: ${code}`, `See: ${DOCS_PATH} of the package latchkey`],
    });
    this.code = code;
    this.docsPath = DOCS_PATH;
    this.#quoteDetails();
  }

  /** The details are the cause's own words, a node's for one, and a terminal obeys what it is shown. */
  #quoteDetails(): void {
    const { details } = this;
    if (typeof details !== "string") return;
    const lines = details.slice(0, LONGEST_DETAILS).split("\n");
    const quoted = lines.map((line) => safeText(line, LONGEST_DETAILS)).join("\n");
    if (quoted === details) return;
    const quote = (text: string) => text.replace(`Details: ${details}`, () => `Details: ${quoted}`);
    this.message = quote(this.message);
    if (this.stack !== undefined) this.stack = quote(this.stack);
    this.details = quoted;
  }
}

/**
 * Whether an error is one of this package. It is told by its `code`, not by its class, so that the ESM and the CommonJS
 * copy of this package recognise each other's errors.
 */
export function isSessionError(error: unknown): error is SessionError {
  return error instanceof Error && /^(SESSION|INVALID_WALLET)_/.test(String((error as SessionError).code));
}
