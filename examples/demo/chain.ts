import { network } from "hardhat";
import {
  type Account,
  type Address,
  createClient,
  custom,
  type EIP1193RequestFn,
  getAddress,
  type Hash,
  numberToHex,
  type TransactionReceipt,
} from "viem";
import { toAccount } from "viem/accounts";
import { sendTransaction, waitForTransactionReceipt } from "viem/actions";
import { hardhat } from "viem/chains";
import { deployEntryPoints, deployPermit2 } from "../../deploy/lib/entryPoints.ts";
import { type SessionCall, sessionActions } from "../../sdk/src/index.ts";

/** Ample for any transaction of the demo. */
const GAS = numberToHex(6_000_000);

/** The client of viem, with the actions of Latchkey. */
export type Client = ReturnType<typeof clientOf>;

/** A fresh in-process chain with the canonical EntryPoints, and a client of it. */
export type Chain = Awaited<ReturnType<typeof openChain>>;

export async function openChain() {
  const connection = await network.create("default");
  const { networkHelpers: helpers, provider } = connection;
  await deployEntryPoints(provider);
  await deployPermit2(provider);
  const accounts = (await provider.request({ method: "eth_accounts" })) as Address[];
  const [owner, , relayer, bundler] = accounts.map((address) => getAddress(address));
  const node = ((args: never) => provider.request(args)) as EIP1193RequestFn;
  const client = clientOf(ample(node));
  const receiptOf = async (hash: Hash) => succeeded(await waitForTransactionReceipt(client, { hash }));
  return {
    connection,
    provider,
    node,
    client,
    /** Time, snapshots, balances: the network helpers. */
    helpers,
    owner: owner!,
    relayer: relayer!,
    /** Hands operations in by itself and takes their fees. */
    bundler: toAccount(bundler!),
    /** Unix seconds of the latest block. */
    now: () => helpers.time.latest(),
    receiptOf,
    /** A transaction that is none of the client's. */
    send: async (call: SessionCall, account: Account | Address = owner!) =>
      receiptOf(await sendTransaction(client, { account, ...call } as never)),
  };
}

/** Nothing is asked twice, so that what is refused is refused at once. */
export function clientOf(request: EIP1193RequestFn) {
  const transport = custom({ request } as never, { retryCount: 0 });
  return createClient({ chain: hardhat, transport, pollingInterval: 20, cacheTime: 0 }).extend(sessionActions());
}

/** Ample gas stands where an estimate would: what the chain refuses is mined like anything else, and so is its gas. */
function ample(node: EIP1193RequestFn): EIP1193RequestFn {
  return (async ({ method, params }: { method: string; params?: object[] }) => {
    if (method === "eth_estimateGas") return GAS;
    const isSent = method === "eth_sendTransaction";
    return node({ method, params: isSent ? [{ gas: GAS, ...params![0] }] : params } as never);
  }) as EIP1193RequestFn;
}

function succeeded(receipt: TransactionReceipt): TransactionReceipt {
  if (receipt.status === "success") return receipt;
  throw new Error(`Transaction ${receipt.transactionHash} did not succeed.`);
}
