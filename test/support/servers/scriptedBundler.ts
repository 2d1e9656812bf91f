import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { encodeFunctionData, parseEventLogs, type Address, type Hash, type Hex, type LocalAccount } from "viem";
import { entryPoint09Abi, entryPoint09Address, toPackedUserOperation } from "viem/account-abstraction";
import { getTransactionReceipt, sendTransaction, waitForTransactionReceipt } from "viem/actions";
import { hardhat } from "viem/chains";
import type { SessionClient } from "../../../sdk/src/index.ts";

/** What a method would answer, and what it answers instead; an error that is thrown is answered as the server's own. */
export type Lie = (method: string, honest: unknown) => unknown;

const GAS = { callGasLimit: "0x30d40", verificationGasLimit: "0x493e0", preVerificationGas: "0xea60" };
const NUMBERS = ["nonce", "callGasLimit", "verificationGasLimit", "preVerificationGas", "maxFeePerGas"];
const SPONSORED = ["maxPriorityFeePerGas", "paymasterVerificationGasLimit", "paymasterPostOpGasLimit"];

/**
 * A bundler over JSON-RPC on loopback: each operation really goes to EntryPoint v0.9 in a transaction of its own, and
 * what it answers is true unless `lie` makes something else of it.
 */
export async function serveBundler(client: SessionClient, account: LocalAccount) {
  const mined = new Map<Hash, Hash>();
  const state: { lie: Lie; asked: string[] } = { lie: (_method, honest) => honest, asked: [] };

  async function honest(method: string, params: unknown[]): Promise<unknown> {
    switch (method) {
      case "eth_chainId":
        return `0x${hardhat.id.toString(16)}`;
      case "eth_supportedEntryPoints":
        return [entryPoint09Address];
      case "eth_estimateUserOperationGas":
        return GAS;
      case "eth_sendUserOperation": {
        const [sent, to] = params as [Record<string, Hex>, Address];
        const numbers = [...NUMBERS, ...SPONSORED].filter((name) => sent[name] !== undefined);
        const op = { ...sent, ...Object.fromEntries(numbers.map((name) => [name, BigInt(sent[name]!)])) };
        const args = [[toPackedUserOperation(op as never)], account.address] as const;
        const data = encodeFunctionData({ abi: entryPoint09Abi, functionName: "handleOps", args });
        const hash = await sendTransaction(client, { account, chain: hardhat, to, data });
        const { logs } = await waitForTransactionReceipt(client, { hash });
        const [event] = parseEventLogs({ abi: entryPoint09Abi, logs, eventName: "UserOperationEvent" });
        mined.set(event!.args.userOpHash, hash);
        return event!.args.userOpHash;
      }
      case "eth_getUserOperationReceipt": {
        const [userOpHash] = params as [Hash];
        const hash = mined.get(userOpHash);
        return hash === undefined ? null : receiptOf(userOpHash, hash);
      }
      default:
        throw new Error(`There is no method ${method}.`);
    }
  }

  /** The receipt of an operation in a transaction, as a bundler spells it. */
  async function receiptOf(userOpHash: Hash, hash: Hash) {
    const receipt = (await client.request({ method: "eth_getTransactionReceipt", params: [hash] }))!;
    const { logs } = await getTransactionReceipt(client, { hash });
    const [event] = parseEventLogs({ abi: entryPoint09Abi, logs, eventName: "UserOperationEvent" });
    const { sender, nonce, success, actualGasCost, actualGasUsed } = event!.args;
    const numbers = { nonce, actualGasCost, actualGasUsed };
    const spelt = Object.entries(numbers).map(([name, value]) => [name, `0x${value.toString(16)}`]);
    return {
      ...{ userOpHash, entryPoint: entryPoint09Address, sender, success, logs: receipt.logs, receipt },
      ...Object.fromEntries(spelt),
    };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { id, method, params = [] } = JSON.parse(body) as { id: number; method: string; params?: unknown[] };
    state.asked.push(method);
    const said = await honest(method, params)
      .then((result) => state.lie(method, result))
      .then(
        (result) => ({ result }),
        ({ message, data }: Error & { data?: unknown }) => ({ error: { code: -32_000, message, data } }),
      );
    response.setHeader("content-type", "application/json").end(JSON.stringify({ jsonrpc: "2.0", id, ...said }));
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, state, receiptOf, close };
}

export type BundlerServer = Awaited<ReturnType<typeof serveBundler>>;
