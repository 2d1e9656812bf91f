import {
  type Address,
  BaseError,
  type Hash,
  HttpRequestError,
  isAddressEqual,
  SocketClosedError,
  TimeoutError,
  WebSocketRequestError,
} from "viem";
import type { BundlerClient } from "viem/account-abstraction";
import { BundlerMismatchError, BundlerUnavailableError, SessionRequestError } from "../errors/clientErrors.ts";
import { chainIdOf, type SessionClient } from "../chain/client.ts";

/** What has been asked of a bundler: neither its chain nor its EntryPoints change while it runs. */
const asked = new WeakMap<BundlerClient, Map<string, Promise<void>>>();

/** The bundler serves this very chain and, if it is given, this EntryPoint; asked once of each bundler, before anything is signed. */
export function requireBundler(client: SessionClient, bundler: BundlerClient, entryPoint?: Address): Promise<void> {
  const known = asked.get(bundler) ?? new Map<string, Promise<void>>();
  asked.set(bundler, known);
  const name = `${client.uid} ${entryPoint}`;
  let answer = known.get(name);
  if (answer === undefined) {
    answer = ask(client, bundler, entryPoint);
    known.set(name, answer);
    // Nothing that fails is remembered.
    answer.catch(() => known.delete(name));
  }
  return answer;
}

async function ask(client: SessionClient, bundler: BundlerClient, entryPoint: Address | undefined): Promise<void> {
  if (entryPoint !== undefined) {
    // A bundler that cannot say what it serves may serve it.
    const [served] = await Promise.all([
      bundler.getSupportedEntryPoints().catch(() => undefined),
      requireBundler(client, bundler),
    ]);
    if (served === undefined || served.some((each) => isAddressEqual(each, entryPoint))) return;
    throw new SessionRequestError("The bundler does not serve the account's EntryPoint.", {
      metaMessages: [`EntryPoint: ${entryPoint}`, `Served: ${served.join(", ") || "none"}`],
    });
  }
  const [actual, claimed] = await Promise.all([
    chainIdOf(client),
    bundler.getChainId().catch((thrown: unknown) => {
      throw bundlerFailure(bundler, thrown) ?? new BundlerUnavailableError({ cause: thrown });
    }),
  ]);
  if (claimed !== actual) {
    throw new BundlerMismatchError("it is on another chain", {
      claimed: `chain ${claimed}`,
      actual: `chain ${actual}`,
    });
  }
}

/** That the bundler does not answer, if that is what was thrown; a node that does not is viem's own error. */
export function bundlerFailure(
  bundler: BundlerClient,
  thrown: unknown,
  userOpHash?: Hash,
): BundlerUnavailableError | undefined {
  if (!(thrown instanceof BaseError)) return undefined;
  const failure = thrown.walk(
    (each) =>
      each instanceof HttpRequestError ||
      each instanceof TimeoutError ||
      each instanceof WebSocketRequestError ||
      each instanceof SocketClosedError,
  ) as (Error & { url?: string }) | null;
  const { url } = bundler.transport as { url?: string };
  if (failure === null || url === undefined || failure.url !== url) return undefined;
  return new BundlerUnavailableError({ cause: thrown, userOpHash });
}
