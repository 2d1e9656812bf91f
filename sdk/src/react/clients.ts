import type { Account } from "viem";
import type { Config } from "wagmi";
import type { OwnerParameters } from "../accounts/owner.ts";
import type { SessionClient } from "../chain/client.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";

/** The client of the app's own node: it reads, and sends what is signed already. */
export function nodeClientOf(config: Config, chainId: number): SessionClient {
  const isKnown = config.chains.some(({ id }) => id === chainId);
  if (isKnown) return config.getClient({ chainId });
  throw new SessionRequestError("wagmi has no such chain.", {
    metaMessages: [`Chain: ${chainId}`, `Chains of wagmi: ${config.chains.map(({ id }) => id).join(", ")}`],
  });
}

/** Whether an account signs by itself: a key that the app has, or a smart account. */
export function isLocal(account: OwnerParameters["account"]): account is Account {
  return typeof account === "object" && account.type !== "json-rpc";
}
