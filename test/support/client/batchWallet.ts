import {
  type Address,
  type EIP1193RequestFn,
  type Hex,
  hexToBigInt,
  keccak256,
  type LocalAccount,
  numberToHex,
} from "viem";
import {
  estimateFeesPerGas,
  getCode,
  getTransactionCount,
  getTransactionReceipt,
  sendRawTransaction,
} from "viem/actions";
import { hardhat } from "viem/chains";
import { encodeExecute } from "../../../sdk/src/operations/executions.ts";
import { latchkeyAccounts, type SessionCall } from "../../../sdk/src/index.ts";
import type { TestClient } from "./sessionClient.ts";

interface SentCalls {
  version: string;
  from: Address;
  chainId: Hex;
  atomicRequired: boolean;
  calls: { to: Address; data?: Hex; value?: Hex }[];
}

export interface BatchWalletOptions {
  /** What it says that it can; a wallet that has not heard of ERC-5792 says nothing. */
  atomic?: "supported" | "ready" | "unsupported" | undefined;
  /** The chain that it says so of. */
  says?: Hex;
  /** It sends no batch at all, after its user was asked. */
  refuses?: number;
  /** What it does with a batch: sends it at once, sends what it likes, calls one by one, or drops it. */
  does?: "send" | "tamper" | "each" | "drop";
  /** It answers with the id, and with nothing afterwards. */
  leaves?: boolean;
}

/**
 * A wallet in a browser (EIP-1193, ERC-5792) over the test's chain: what it is asked to send it sends. A batch is one
 * transaction of the wallet to itself, as the EIP-7702 account that it becomes for it.
 */
export function batchWallet(test: TestClient, account: LocalAccount, options: BatchWalletOptions = {}) {
  const { atomic, says = numberToHex(hardhat.id), refuses, does = "send", leaves = false } = options;
  const popups: string[] = [];
  const batches = new Map<string, Hex[]>();
  const asked: SentCalls[] = [];
  let isGone = false;

  const send = async ({ to, data = "0x", value = 0n }: SessionCall, delegate?: Address): Promise<Hex> => {
    const nonce = await getTransactionCount(test.client, { address: account.address, blockTag: "pending" });
    const authorizationList =
      delegate === undefined
        ? undefined
        : [await account.signAuthorization!({ address: delegate, chainId: hardhat.id, nonce: nonce + 1 })];
    const fees = await estimateFeesPerGas(test.client);
    const fields = { to, data, value, nonce, chainId: hardhat.id, gas: 6_000_000n, ...fees };
    const serializedTransaction = await account.signTransaction(
      authorizationList === undefined
        ? { ...fields, type: "eip1559" }
        : { ...fields, type: "eip7702", authorizationList },
    );
    // The node of the tests answers with an error where what it has mined is reverted.
    await sendRawTransaction(test.client, { serializedTransaction }).catch(() => undefined);
    return keccak256(serializedTransaction);
  };
  const sendBatch = async (calls: readonly SessionCall[]): Promise<Hex[]> => {
    if (does === "drop") return [];
    if (does === "each") {
      const hashes: Hex[] = [];
      for (const each of calls) hashes.push(await send(each));
      return hashes;
    }
    const made = does === "tamper" ? calls.slice(0, -1) : calls;
    const isAccount = (await getCode(test.client, { address: account.address })) !== undefined;
    const batch = { to: account.address, data: encodeExecute(made) };
    return [await send(batch, isAccount ? undefined : latchkeyAccounts.delegate)];
  };
  const statusOf = async (id: string) => {
    const hashes = batches.get(id);
    if (hashes === undefined) throw failure(5730, "Unknown bundle id.");
    const found = await Promise.allSettled(hashes.map((hash) => getTransactionReceipt(test.client, { hash })));
    const receipts = found.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const failed = receipts.filter((each) => each.status === "reverted").length;
    const status =
      hashes.length === 0
        ? 400
        : receipts.length < hashes.length
          ? 100
          : failed === 0
            ? 200
            : failed === receipts.length
              ? 500
              : 600;
    return {
      ...{ version: "2.0.0", id, chainId: numberToHex(hardhat.id), atomic: does !== "each", status },
      receipts: receipts.map(({ logs, status: outcome, blockHash, blockNumber, gasUsed, transactionHash }) => ({
        logs: logs.map(({ address, data, topics }) => ({ address, data, topics })),
        status: outcome === "success" ? "0x1" : "0x0",
        ...{ blockHash, blockNumber: numberToHex(blockNumber), gasUsed: numberToHex(gasUsed), transactionHash },
      })),
    };
  };

  const methods: Record<string, ((params: never) => Promise<unknown>) | undefined> = {
    eth_accounts: async () => [account.address],
    eth_sendTransaction: async ([{ to, data, value }]: [{ to: Address; data?: Hex; value?: Hex }]) => {
      popups.push("eth_sendTransaction");
      return send({ to, data, value: value === undefined ? 0n : hexToBigInt(value) });
    },
    ...(atomic !== undefined && {
      wallet_getCapabilities: async () => ({ [says]: { atomic: { status: atomic } } }),
      wallet_sendCalls: async ([batch]: [SentCalls]) => {
        popups.push("wallet_sendCalls");
        asked.push(batch);
        if (refuses !== undefined) throw failure(refuses, "Refused.");
        const calls = batch.calls.map(({ to, data, value }) => ({
          ...{ to, data, value: value === undefined ? 0n : hexToBigInt(value) },
        }));
        const id = numberToHex(batches.size + 1, { size: 32 });
        batches.set(id, await sendBatch(calls));
        isGone = leaves;
        return { id };
      },
      wallet_getCallsStatus: ([id]: [string]) => statusOf(id),
    }),
  };
  const request = (next: EIP1193RequestFn): EIP1193RequestFn =>
    (async ({ method, params }: { method: string; params?: unknown }) => {
      const own = methods[method];
      if (own === undefined && !method.startsWith("wallet_")) return next({ method, params } as never);
      if (isGone) throw failure(4900, "Disconnected.");
      if (own === undefined) throw failure(-32_601, "The method does not exist.");
      return own(params as never);
    }) as EIP1193RequestFn;

  return { client: test.connect({ account: account.address, request }), popups, asked, address: account.address };
}

function failure(code: number, message: string): Error {
  return Object.assign(new Error(message), { code });
}
