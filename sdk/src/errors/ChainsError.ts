import { BaseError } from "viem";
import { safeText } from "./safeText.ts";
import { isSessionError, SessionError } from "./SessionError.ts";

/** What went wrong on one of several chains. */
export interface ChainFailure {
  chainId: number;
  /** A `SessionError`, or what a wallet or a node said. */
  error: unknown;
}

/**
 * What was asked for on several chains was not done on each of them. `failures` say where and why, in the order of the
 * chains; the code is the first one's, SESSION_OPERATION_REJECTED if that has none. What is in `done` was sent or mined,
 * as the action would have returned it; it is empty where the chains were only asked.
 */
export class ChainsError<done = unknown> extends SessionError {
  readonly failures: readonly ChainFailure[];
  readonly done: readonly done[];
  override name = "ChainsError";
  constructor(failures: readonly ChainFailure[], done: readonly done[]) {
    const [first] = failures;
    const code = isSessionError(first!.error) ? first!.error.code : "SESSION_OPERATION_REJECTED";
    super(code, `It was refused or lost on ${failures.length} of several chains, and done on ${done.length}.`, {
      cause: first!.error,
      metaMessages: failures.map(({ chainId, error }) => `Chain ${chainId}: ${sentenceOf(error)}`),
    });
    this.failures = failures;
    this.done = done;
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof BaseError) return error.shortMessage;
  return safeText(error instanceof Error ? error.message : String(error));
}
