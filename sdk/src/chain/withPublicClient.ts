import { createClient, custom, type EIP1193RequestFn } from "viem";
import type { SessionClient } from "./client.ts";
import { passOn } from "./viem.ts";

/** What only a wallet can answer: whatever asks its user, and what it says of its accounts and itself. */
export const WALLET_METHODS =
  /^(wallet_|personal_|eth_(accounts|requestAccounts|sendTransaction|sign$|signTransaction|signTypedData))/;

/**
 * A client that asks the wallet for what only a wallet can do, and another node for everything else: a wallet's own
 * connection is often slow, and carries no transaction that somebody else has signed. `sessionActions({ publicClient })`
 * does it for all actions.
 *
 * @example
 * import { withPublicClient } from "latchkey";
 *
 * const both = withPublicClient(client, client);
 */
export function withPublicClient(wallet: SessionClient, publicClient: SessionClient): SessionClient {
  const { account, chain = publicClient.chain, pollingInterval, cacheTime } = wallet;
  const request = ((args: { method: string }) =>
    WALLET_METHODS.test(args.method)
      ? // What asks a user, or sends, is never asked for twice.
        passOn(wallet, args, { retryCount: 0 })
      : passOn(publicClient, args)) as EIP1193RequestFn;
  // The other node is asked again by its own client.
  const transport = custom({ request }, { retryCount: 0 });
  return createClient({ account, chain, pollingInterval, cacheTime, transport });
}
