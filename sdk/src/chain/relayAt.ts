<<<<<<< HEAD
import { type Hash, isHash, isHex } from "viem";
import { typedRevert } from "../errors/onDemand.ts";
import { safeText } from "../errors/safeText.ts";
import { pause } from "./confirm.ts";
=======
import { type Hash, type Hex, isHash, isHex, withRetry } from "viem";
import { revertError } from "../errors/decodeSessionError.ts";
>>>>>>> relay
import type { RelayedCall, RelayUrl } from "./sent.ts";

/** How often a call is posted again whose answer was lost, or that the relay has no room for now. */
const MOST_RETRIES = 4;
/** Milliseconds that an answer may take. */
const TIMEOUT = 15_000;
/** Milliseconds before the first retry; each later one waits twice as long. */
const FIRST_PAUSE = 500;

/**
 * Posts a call to a relay, and returns the transaction's hash. The relay knows a call by what is in it, so that one that is
 * posted again is the same one: a lost answer is asked for again and pays nothing twice.
 */
export async function relayAt(url: RelayUrl, { gas, ...call }: RelayedCall): Promise<Hash> {
  const body = JSON.stringify({ ...call, gas: gas?.toString() });
  const headers = { "content-type": "application/json" };
<<<<<<< HEAD
  /** Why nobody can say whether the relay has the call, once that is so. */
  let lost: Error | undefined;
  for (let attempt = 1; ; ++attempt) {
    let status = 0;
    let answer: RelayAnswer = {};
    try {
      const signal = AbortSignal.timeout(TIMEOUT);
      const response = await fetch(`${url.replace(/\/+$/, "")}/calls`, { method: "POST", headers, body, signal });
      ({ status } = response);
      answer = ((await response.json()) ?? {}) as RelayAnswer;
    } catch (thrown) {
      // No answer, or none of a relay: something between here and there may have swallowed one.
      lost = new TypeError(`The relay did not answer${status === 0 ? "" : ` (${status})`}.`, { cause: thrown });
    }
    if ((status === 200 || status === 202) && typeof answer.hash === "string" && isHash(answer.hash))
      return answer.hash;
    const isTold = typeof answer.code === "string" && answer.code !== "INTERNAL";
    const isPassing = isTold && (status === 429 || status === 503) && answer.code !== "BUDGET_SPENT";
    if (!isTold) lost ??= new TypeError(`The relay gave no hash (${status}).`);
    else if (!isPassing) {
      // It refused: so it has not got it, whatever became of an answer before.
      if (isHex(answer.data)) throw await typedRevert(answer.data);
      throw new Error(`${safeText(answer.code as string)}: ${safeText(String(answer.message), 256)}`);
    }
    if (attempt < MOST_ATTEMPTS) await pause(FIRST_PAUSE * 2 ** (attempt - 1));
    else if (lost !== undefined) throw lost;
    else throw new Error(`${safeText(answer.code as string)}: ${safeText(String(answer.message), 256)}`);
  }
=======
  /** Posts of which nobody can say whether the relay has them. */
  let lost = 0;
  let isRefused = false;
  const post = async () => {
    ++lost;
    const signal = AbortSignal.timeout(TIMEOUT);
    const response = await fetch(`${url}/calls`, { method: "POST", headers, body, signal });
    const { hash, code, message, data } = (await response.json()) as Record<string, Hex>;
    if (isHash(hash!)) return hash;
    // What is wrong with the relay itself, or stands in between, says nothing of the call.
    if (!code || response.status === 500) throw code;
    --lost;
    isRefused = ![429, 503].includes(response.status);
    throw isHex(data) ? revertError(data) : new Error(`${code}: ${message}`);
  };
  const retries = { retryCount: MOST_RETRIES, shouldRetry: () => !isRefused };
  return withRetry(post, { ...retries, delay: ({ count }) => FIRST_PAUSE << count }).catch((cause: unknown) => {
    // A relay that refuses has not got it, whatever became of an answer before.
    throw isRefused || lost === 0 ? cause : new TypeError("The relay gave no hash.", { cause });
  });
>>>>>>> relay
}
