import { BaseError } from "viem";
import { SessionRequestError } from "./clientErrors.ts";
import { safeText } from "./safeText.ts";
import { isSessionError, type SessionError } from "./SessionError.ts";

/**
 * The same error without what it was caused by: a cause quotes what was sent, and whoever reads a principal's signature
 * there could send it.
 */
export function withoutCause(error: unknown): SessionError {
  if (!isSessionError(error)) {
    const said = error instanceof BaseError ? error.shortMessage : String(error);
    return new SessionRequestError("The transaction was not taken.", {
      metaMessages: [`Reason: ${safeText(said, 256)}`],
    });
  }
  const bare = Object.create(
    Object.getPrototypeOf(error) as object,
    Object.getOwnPropertyDescriptors(error),
  ) as SessionError;
  const message = error.message.replace(/\n\nDetails: [^]*$/, "");
  delete bare.cause;
  return Object.assign(bare, { details: "", message, stack: `${error.name}: ${message}` });
}
