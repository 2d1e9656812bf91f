import {
  type Account,
  type Address,
  createClient,
  custom,
  type EIP1193RequestFn,
  isAddress,
  isAddressEqual,
} from "viem";
import { getChainId } from "viem/actions";
import type { Config } from "wagmi";
import { getConnectorClient } from "wagmi/actions";
import type { SessionClient } from "../chain/client.ts";
import { passOn } from "../chain/viem.ts";
import { WALLET_METHODS } from "../chain/withPublicClient.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import { nodeClientOf } from "./clients.ts";
import type { ChainParameter, ConnectorParameter } from "./parameters.ts";

/**
 * A client of the connected wallet for every action of Latchkey. The wallet is asked for what its own accounts sign and
 * send, and for nothing else: the app's node reads, and answers for a relayer whose account it keeps, who would else be a
 * popup of the user's.
 *
 * @example
 * import { getSessionClient } from "latchkey/react";
 *
 * const client = await getSessionClient(config);
 */
export async function getSessionClient(
  config: Config,
  parameters: ChainParameter & ConnectorParameter & { account?: Account | Address | undefined } = {},
): Promise<SessionClient> {
  if (parameters.chainId !== undefined) nodeClientOf(config, parameters.chainId);
  const wallet = await getConnectorClient(config, parameters);
  const node = nodeClientOf(config, wallet.chain.id);
  const { uid } = parameters.connector ?? { uid: config.state.current };
  const connection = [...config.state.connections.values()].find(({ connector }) => connector.uid === uid);
  const accounts = [wallet.account.address, ...(connection?.accounts ?? [])];
  const isWallets = ({ method, params }: Asked) => {
    if (!WALLET_METHODS.test(method)) return false;
    const account = accountOf(method, params);
    return account === undefined || accounts.some((each) => isAddressEqual(each, account));
  };
  const request = (async (asked: Asked) => {
    if (!isWallets(asked)) return passOn(node, asked);
    if (ASKS.test(asked.method)) await requireChain(wallet, node);
    // What asks a user, or sends, is never asked for twice.
    return passOn(wallet, asked, { retryCount: 0 });
  }) as EIP1193RequestFn;
  const { chain, pollingInterval, cacheTime } = node;
  // The node is asked again by its own client.
  const transport = custom({ request }, { retryCount: 0 });
  return createClient({ account: wallet.account, chain, pollingInterval, cacheTime, transport });
}

/** What a wallet asks its user about. */
const ASKS = /^(personal_|eth_send|eth_sign|wallet_sendCalls)/;

/** A wallet that has moved on would sign for, or send on, a chain that nobody here has looked at. */
async function requireChain(wallet: SessionClient, node: SessionClient): Promise<void> {
  const id = await getChainId(wallet);
  if (id === node.chain?.id) return;
  throw new SessionRequestError("The wallet has moved to another chain.", {
    metaMessages: [`Wallet: chain ${id}`, `Asked for: chain ${node.chain?.id}`],
  });
}

interface Asked {
  method: string;
  params?: unknown;
}

/** The account that a wallet is asked to act for; undefined where none is named. */
function accountOf(method: string, params: unknown) {
  const [first, second] = Array.isArray(params) ? (params as unknown[]) : [];
  const named = method === "personal_sign" ? second : ((first as { from?: unknown } | undefined)?.from ?? first);
  return typeof named === "string" && isAddress(named, { strict: false }) ? named : undefined;
}
