import { toAccountOfSession } from "../accounts/toSessionSmartAccount.ts";
import type { SessionClient } from "../chain/client.ts";
import { pause } from "../chain/confirm.ts";
import { timeOf } from "../chain/time.ts";
import { EntryPointError, OperationWindowError, SessionRequestError } from "../errors/clientErrors.ts";
import { decodedError } from "../errors/onDemand.ts";
import { isSessionError } from "../errors/SessionError.ts";
import { isBundler } from "../operations/isBundler.ts";
import { operations } from "../operations/onDemand.ts";
import type { SentOperation } from "../operations/sendOperation.ts";
import type { ReadSessionReturnType } from "../sessions/readSession.ts";
import { operationWindow, sessionToSign } from "../sessions/sessionToSign.ts";
import type { SessionCall } from "../types.ts";
import { attributed } from "./attribution.ts";
import type { KnownToSend } from "./knownToSend.ts";
import { type Lane, takeLane } from "./lanes.ts";
import type { SendSessionCallsParameters } from "./sessionCalls.ts";

/** How long an operation may wait for its window, milliseconds: no window is waited for that opens later. */
const OPENING_PATIENCE = 60_000;
/** How far the chain's clock may have moved since a refusal, seconds. */
const JUST_OPENED = 30;
/** How often an operation is signed anew whose nonce another tab or device has used. */
const MOST_ATTEMPTS = 10;
/** Ample for one transfer with either kind of key; what is not used is not paid, but it is reserved. */
const SESSION_GAS = { verificationGasLimit: 500_000n, callGasLimit: 500_000n, preVerificationGas: 60_000n };

type Parameters = SendSessionCallsParameters & { calls: readonly SessionCall[] };

/**
 * Route `userOperation`: submits it as soon as its window is open. Several at once take the key's lanes in turn, so that
 * none waits for another.
 */
export async function submitSessionOperation(
  client: SessionClient,
  parameters: Parameters,
  known: KnownToSend,
): Promise<SentOperation & Pick<Lane, "free">> {
  const { bundler, key, calls, operation, nonce, onSubmitted, onDelayed, signal } = parameters;
  if (bundler === undefined) throw new SessionRequestError("Route userOperation needs a bundler.");
  const { bundlerFailure, NonceTakenError, requireBundler, submitOperation } = await operations();
  // A bundler of another chain is said first, whatever else is wrong; what it answers is remembered.
  if (isBundler(bundler)) await requireBundler(client, bundler);
  const isChosen = [nonce, parameters.lane, parameters.nonceKey].some((each) => each !== undefined);
  let lane = isChosen ? undefined : await takeLane(client, parameters);
  const start = Date.now();
  try {
    let current: Partial<KnownToSend> = known;
    const { brought } = known;
    // A session that is not there yet is as it was asked about.
    const again = brought === undefined ? {} : { signable: known.signable };
    for (let attempts = 1; ; ++attempts, current = again) {
      // One deadline for the estimate, the signature and the error.
      const toSign = await sessionToSign(client, { ...parameters, key: key.address }, current.signable);
      const { validUntil, opensAt } = toSign;
      if (opensAt !== undefined && (await timeOf(client)) <= opensAt) {
        onDelayed?.(opensAt);
        while ((await timeOf(client)) <= opensAt) await pauseToSend(client, signal);
      }
      const isStale = opensAt !== undefined;
      const account = await toAccountOfSession({ ...parameters, client, validUntil }, toSign, {
        offset: lane?.offset,
        state: isStale ? undefined : current.account,
        brought,
      });
      const latest = isStale ? undefined : current.latest;
      const request = { account, calls, bundler, operation, nonce, onSubmitted, latest, gas: SESSION_GAS };
      try {
        const sent = await submitOperation(client, { ...request, route: "userOperation" });
        lane?.sent(account, sent);
        return { ...sent, free: () => lane?.free() };
      } catch (thrown) {
        if (lane !== undefined && thrown instanceof NonceTakenError && attempts < MOST_ATTEMPTS) {
          // Another tab or device was faster; where its operation still waits, that lane is left to it.
          if ((await account.getNonce()) !== thrown.nonce) continue;
          const next = await takeLane(client, parameters, lane.offset + 1n);
          lane.free();
          lane = next;
          continue;
        }
        const gone = isBundler(bundler) && !isSessionError(thrown) ? bundlerFailure(bundler, thrown) : undefined;
        const session = brought === undefined ? undefined : toSign.session;
        const error = gone ?? (await operationError(client, { ...parameters, validUntil }, thrown, session));
        // EntryPoints since v0.8 open a window one second after its start: a session that began with the latest block is
        // good from the next one on.
        const opens = isBundler(bundler) && error instanceof OperationWindowError && error.opensNext;
        if (!opens || Date.now() - start > OPENING_PATIENCE) throw error;
        await pauseToSend(client, signal);
      }
    }
  } catch (thrown) {
    lane?.free();
    throw thrown;
  }
}

/** Waits for a window; an abort says that nothing was sent. */
async function pauseToSend(client: SessionClient, signal: AbortSignal | undefined): Promise<void> {
  await pause(client.pollingInterval, signal);
  if (signal?.aborted !== true) return;
  throw new SessionRequestError("The wait for the operation's window was aborted: nothing was sent.", {
    cause: signal.reason,
  });
}

/** AA22 is the EntryPoint's word for early and late alike: the session and the clock say which. */
async function operationError(
  client: SessionClient,
  parameters: Parameters & { validUntil: number },
  thrown: unknown,
  session?: ReadSessionReturnType,
): Promise<unknown> {
  const error = (await decodedError(thrown)) ?? thrown;
  // What calls revert with, any contract can choose: it is Latchkey's where Latchkey says the same of the calls.
  if (isExecutionRevert(thrown)) return attributed(client, { ...parameters, route: "userOperation" }, error);
  if (!(error instanceof EntryPointError) || error.aaCode !== "AA22") return error;
  const [{ validAfter, validUntil, sessionEnd }, time] = await Promise.all([
    operationWindow(client, { ...parameters, key: parameters.key.address }, session),
    timeOf(client),
  ]);
  // A bundler that goes by its own clock says itself which of the two it means.
  const isEarly =
    /not valid yet/i.test(error.reason) ||
    (!/expires/i.test(error.reason) && wasEarly({ validAfter, validUntil, time }));
  const late = validUntil < sessionEnd ? "SESSION_DEADLINE_PASSED" : "SESSION_EXPIRED";
  const code = isEarly ? "SESSION_NOT_YET_VALID" : late;
  return new OperationWindowError(code, { validAfter, validUntil, time }, { cause: error });
}

/** ERC-7769: the operation was valid, and its calls reverted when they were tried. */
const EXECUTION_REVERTED = -32_521;

function isExecutionRevert(thrown: unknown): boolean {
  for (let each = thrown as { code?: unknown; cause?: unknown } | undefined; each != null;) {
    if (each.code === EXECUTION_REVERTED) return true;
    each = each.cause as typeof each;
  }
  return false;
}

/** The clock is read after the refusal: a window that is open by now was not yet if it has just opened. */
function wasEarly({ validAfter, validUntil, time }: { validAfter: number; validUntil: number; time: number }): boolean {
  return time <= validAfter || time - validAfter <= Math.min(JUST_OPENED, validUntil - time);
}
