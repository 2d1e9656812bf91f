import { type Hash, type Hex, isHash, isHex, withRetry } from "viem";
import { typedRevert } from "../errors/onDemand.ts";
import { safeText } from "../errors/safeText.ts";
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
    throw isHex(data) ? await typedRevert(data) : new Error(safeText(`${code}: ${message}`, 256));
  };
  const retries = { retryCount: MOST_RETRIES, shouldRetry: () => !isRefused };
  return withRetry(post, { ...retries, delay: ({ count }) => FIRST_PAUSE << count }).catch((cause: unknown) => {
    // A relay that refuses has not got it, whatever became of an answer before.
    throw isRefused || lost === 0 ? cause : new TypeError("The relay gave no hash.", { cause });
  });
}
