import type { Hash } from "viem";
import { toAccountOfSession } from "../accounts/toSessionSmartAccount.ts";
import type { SessionClient } from "../chain/client.ts";
import { timeOf } from "../chain/time.ts";
import { EntryPointError, OperationWindowError, SessionRequestError } from "../errors/clientErrors.ts";
import { decodeSessionError } from "../errors/decodeSessionError.ts";
import { bundlerFailure, requireBundler } from "../operations/bundler.ts";
import { isBundler, sendOperation } from "../operations/sendOperation.ts";
import { operationWindow, sessionToSign } from "../sessions/sessionToSign.ts";
import type { SendSessionCallsParameters } from "./sessionCalls.ts";

/** How long a bundler may still look at the block in which the session began, milliseconds. */
const OPENING_PATIENCE = 30_000;
/** How far the chain's clock may have moved since a refusal, seconds. */
const JUST_OPENED = 30;
/** Ample for one transfer with either kind of key; what is not used is not paid, but it is reserved. */
const SESSION_GAS = { verificationGasLimit: 500_000n, callGasLimit: 500_000n, preVerificationGas: 60_000n };

/** Route `userOperation`: the mined transaction's hash. */
export async function sendSessionOperation(
  client: SessionClient,
  parameters: SendSessionCallsParameters,
): Promise<Hash> {
  const { bundler, key } = parameters;
  if (bundler === undefined) throw new SessionRequestError("Route userOperation needs a bundler.");
  // A bundler of another chain is said first, whatever else is wrong; what it answers is remembered.
  if (isBundler(bundler)) await requireBundler(client, bundler);
  for (const start = Date.now(); ;) {
    // One deadline for the estimate, the signature and the error.
    const known = await sessionToSign(client, { ...parameters, key: key.address });
    const signing = { ...parameters, validUntil: known.validUntil };
    const account = await toAccountOfSession({ ...signing, client, key }, known);
    const { calls, operation } = parameters;
    try {
      return await sendOperation(client, { account, calls, bundler, operation, gas: SESSION_GAS });
    } catch (thrown) {
      const gone = isBundler(bundler) ? bundlerFailure(bundler, thrown) : undefined;
      const error = gone ?? (await operationError(client, signing, thrown));
      if (!isBundler(bundler)) throw error;
      // EntryPoints since v0.8 open a window one second after its start: a session that began with the latest block is
      // good from the next one on.
      const opens = error instanceof OperationWindowError && error.opensNext && Date.now() - start < OPENING_PATIENCE;
      if (!opens) throw error;
      await new Promise((resolve) => setTimeout(resolve, client.pollingInterval));
    }
  }
}

/** AA22 is the EntryPoint's word for early and late alike: the session and the clock say which. */
async function operationError(
  client: SessionClient,
  parameters: SendSessionCallsParameters & { validUntil: number },
  thrown: unknown,
): Promise<unknown> {
  const error = decodeSessionError(thrown);
  if (!(error instanceof EntryPointError) || error.aaCode !== "AA22") return error ?? thrown;
  const [{ validAfter, validUntil }, time] = await Promise.all([
    operationWindow(client, { ...parameters, key: parameters.key.address }),
    timeOf(client),
  ]);
  // A bundler that goes by its own clock says itself which of the two it means.
  const isEarly =
    /not valid yet/i.test(error.reason) ||
    (!/expires/i.test(error.reason) && wasEarly({ validAfter, validUntil, time }));
  const code = isEarly ? "SESSION_NOT_YET_VALID" : "SESSION_EXPIRED";
  return new OperationWindowError(code, { validAfter, validUntil, time }, { cause: error });
}

/** The clock is read after the refusal: a window that is open by now was not yet if it has just opened. */
function wasEarly({ validAfter, validUntil, time }: { validAfter: number; validUntil: number; time: number }): boolean {
  return time <= validAfter || time - validAfter <= Math.min(JUST_OPENED, validUntil - time);
}
