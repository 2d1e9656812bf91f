import { decodeFunctionData, http, type Hex, parseEther, erc20Abi } from "viem";
import { createBundlerClient, entryPoint09Abi } from "viem/account-abstraction";
import { sendTransaction, waitForTransactionReceipt } from "viem/actions";
import { hardhat } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import { latchkeyLensAbi } from "../../sdk/src/generated/abi/latchkeyLensAbi.ts";
import { latchkeyAbi } from "../../sdk/src/generated/abi/latchkeyAbi.ts";
import { policyStoreAbi } from "../../sdk/src/generated/abi/policyStoreAbi.ts";
import { feedAbi, openSessionClient } from "../support/client/sessionClient.ts";
import { serveBundler } from "../support/servers/scriptedBundler.ts";

describe("requests", () => {
  it("table", async () => {
    const test = await openSessionClient();
    let log: string[] = [];
    const names = new Map<string, string>();
    for (const abi of [latchkeyLensAbi, latchkeyAbi, policyStoreAbi, entryPoint09Abi]) void abi;
    const label = (method: string, params: any[]) => {
      if (method !== "eth_call") return `${method} ${method === "eth_getCode" ? names.get(params[0].toLowerCase()) ?? params[0] : method === "eth_getBlockByNumber" ? params[0] : ""}`;
      const { to, data } = params[0];
      if (to === undefined) return "call together";
      for (const abi of [latchkeyLensAbi, latchkeyAbi, policyStoreAbi, entryPoint09Abi]) {
        try { return `call ${decodeFunctionData({ abi: abi as any, data }).functionName} @${params[1]}`; } catch {}
      }
      return `call ${names.get(to.toLowerCase()) ?? to} ${data.slice(0, 10)} @${params[1]}`;
    };
    const client = test.connect({ request: (next) => (async (args: any) => { log.push(label(args.method, args.params ?? [])); return next(args as never); }) as never });
    const [wallet, relayer] = [await test.wallet(), await test.wallet()];
    const policy = sdk.definePolicy({ app: "a.example", maxDuration: 86_400, maxCalls: 20, permissions: [sdk.contract({ address: test.feed, abi: feedAbi, methods: { post: {} } })] });
    const key = await test.fundedKey();
    await client.registerSessionSync({ key, policy, account: wallet });
    const { principal, token, sendCalls } = await test.smartAccount();
    const opol = sdk.definePolicy({
      ...{ app: "sends.example", maxDuration: 86_400, maxCalls: 20, gasBudget: parseEther("1"), selfPaid: true },
      permissions: [sdk.contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
      limits: [{ unit: token, cap: 1_000n }],
    });
    const okey = await test.fundedKey();
    await client.registerSessionSync({ key: okey, policy: opol, principal, account: relayer, sendCalls });
    await test.world.provider.request({ method: "evm_mine", params: [] });
    for (const [n, a] of Object.entries({ ...test.deployment, feed: test.feed, token, principal, wallet: wallet.address, key: key.address })) names.set((a as string).toLowerCase(), n);
    const server = await serveBundler(test.client, await test.wallet());
    const bundler = createBundlerClient({ client, chain: hardhat, transport: http(server.url, { retryCount: 0, onFetchRequest: async (r) => { log.push("bundler " + ((await r.clone().json()) as any).method); } }), pollingInterval: 20, userOperation: { estimateFeesPerGas: async () => ({ maxFeePerGas: 2n * 10n ** 9n, maxPriorityFeePerGas: 1n }) } });
    const calls = [test.transfer(token, 7n)];
    const ways: Record<string, () => Promise<unknown>> = {
      "plain viem transaction": async () => waitForTransactionReceipt(client, { hash: await sendTransaction(client, { account: wallet, chain: hardhat, ...test.post("x") }) }),
      "forwarded by key": () => client.sendSessionCallsSync({ principal: wallet.address, key, calls: [test.post("x")] }),
      "forwarded by relayer": () => client.sendSessionCallsSync({ principal: wallet.address, key, calls: [test.post("x")], relayer }),
      "forwarded by rpc relayer": () => client.sendSessionCallsSync({ principal: wallet.address, key, calls: [test.post("x")], relayer: test.world.owner.address as Hex }),
      "forwarded by service": () => client.sendSessionCallsSync({ principal: wallet.address, key, calls: [test.post("x")], relayer: (c) => sendTransaction(test.client, { account: relayer, chain: hardhat, to: c.to, data: c.data }) }),
      "direct": () => client.sendSessionCallsSync({ principal, key: okey, calls, route: "direct" }),
      "relayed": () => client.sendSessionCallsSync({ principal, key: okey, calls, route: "relayed", relayer }),
      "self-bundled": () => client.sendSessionCallsSync({ principal, key: okey, calls, bundler: relayer }),
      "bundler": () => client.sendSessionCallsSync({ principal, key: okey, calls, bundler }),
    };
    for (const [name, run] of Object.entries(ways)) {
      for (const round of [1, 2, 3]) {
        log = [];
        await run();
        if (round === 2) continue;
        console.log(`${name}, ${round}: ${log.length}\n` + (round === 3 ? log.map((l) => "    " + l).join("\n") : ""));
      }
    }
    await server.close();
    await test.world.connection.close();
  });
});
