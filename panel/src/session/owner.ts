import { type Client, createClient, custom, type EIP1193RequestFn, isAddressEqual, type Account, type Address } from "viem";
import type { Config } from "wagmi";
import { getConnectorClient } from "wagmi/actions";

/** Whose request it is: only these go to the wallet, and only for its own account. */
const OF_THE_WALLET: Record<string, (params: never) => Address> = {
  eth_sendTransaction: ([{ from }]: [{ from: Address }]) => from,
  eth_signTypedData_v4: ([account]: [Address]) => account,
  personal_sign: ([, account]: [string, Address]) => account,
  wallet_sendCalls: ([{ from }]: [{ from: Address }]) => from,
  wallet_getCapabilities: ([account]: [Address]) => account,
};
/** A wallet knows its own batches. */
const STATUS = "wallet_getCallsStatus";

export class AbandonedError extends Error {
  override name = "AbandonedError";
}

/**
 * The client that acts for the connected wallet: it signs and sends, and everything else is the node's. What the wallet
 * answers after `signal` has ended the waiting is not used: a signature that comes late is handed to nobody.
 */
export async function ownerClient(config: Config, chainId: number, signal?: AbortSignal): Promise<Client & { account: Account }> {
  const wallet = await getConnectorClient(config, { chainId });
  const node = config.getClient({ chainId });
  const account = wallet.account;
  const request = async (asked: { method: string; params?: unknown }) => {
    const owner = OF_THE_WALLET[asked.method]?.(asked.params as never);
    const isWallets = asked.method === STATUS || (owner !== undefined && isAddressEqual(owner, account.address));
    if (!isWallets) return node.request(asked as never);
    return orAbandoned(wallet.request(asked as never), signal);
  };
  return createClient({
    account,
    chain: node.chain,
    pollingInterval: node.pollingInterval,
    transport: custom({ request: request as EIP1193RequestFn }, { retryCount: 0 }),
  });
}

function orAbandoned<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return answer;
  return new Promise((resolve, reject) => {
    const abandon = () => reject(new AbandonedError("You stopped waiting for the wallet."));
    if (signal.aborted) return abandon();
    signal.addEventListener("abort", abandon, { once: true });
    answer.then(resolve, reject);
  });
}
