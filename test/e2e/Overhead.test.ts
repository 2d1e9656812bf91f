import { expect } from "chai";
import { createClient, encodeFunctionData, erc20Abi, http, parseEther, type Address } from "viem";
import { createBundlerClient } from "viem/account-abstraction";
import { hardhat } from "viem/chains";
import { BUNDLER_URL, latchkey, NODE_URL, openStage, type Stage } from "../support/client/bundledStage.ts";

const { contract, definePolicy, generateP256SessionKey, generateSecp256k1SessionKey } = latchkey;
const FRIEND: Address = "0x5555555555555555555555555555555555555555";
const ROUNDS = 9;

/** One operation: milliseconds, and how often node and bundler were asked, the waiting apart. */
interface Sample {
  whole: number;
  /** Until the bundler has the operation, the bundler's own estimate apart. */
  before: number;
  /** From the receipt that the bundler gives until the caller has its hash. */
  after: number;
  requests: number;
}

describe("What the client costs beside plain viem", function () {
  this.timeout(300_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.chain.connection.close());

  it("is a few requests for each session call, and their milliseconds", async () => {
    const { openPrincipal, deployer } = stage;
    const principal = await openPrincipal("0.9");
    const policy = definePolicy({
      app: "measured.example",
      maxDuration: 3_600,
      maxCalls: 1_000,
      gasBudget: parseEther("10"),
      selfPaid: true,
      permissions: [contract({ address: principal.token, abi: erc20Abi, methods: { transfer: {} } })],
      limits: [{ unit: principal.token, cap: 1_000n }],
    });
    const keys = { secp256k1: generateSecp256k1SessionKey(), "P-256": await generateP256SessionKey() };
    for (const [lane, key] of Object.values(keys).entries()) {
      await latchkey.registerSessionSync(stage.client, {
        ...{ key, policy, principal: principal.address, account: deployer, sendCalls: principal.sendCalls },
        lane: BigInt(lane),
      });
    }
    await stage.later(1);

    let log: { method: string; at: number; took: number }[] = [];
    const recording = (url: string) => {
      const open = new Map<number, { method: string; at: number }>();
      return http(url, {
        retryCount: 0,
        onFetchRequest: async (request) => {
          const { id, method } = (await request.clone().json()) as { id: number; method: string };
          open.set(id, { method, at: performance.now() });
        },
        onFetchResponse: async (response) => {
          const at = performance.now();
          const { id } = (await response.clone().json()) as { id: number };
          const { method, at: asked } = open.get(id)!;
          log.push({ method, at, took: at - asked });
        },
      });
    };
    const client = createClient({ chain: hardhat, transport: recording(NODE_URL), pollingInterval: 20, cacheTime: 0 });
    const fees = { maxFeePerGas: 3n * 10n ** 9n, maxPriorityFeePerGas: 10n ** 9n };
    const bundler = createBundlerClient({
      ...{ client, chain: hardhat, transport: recording(BUNDLER_URL), pollingInterval: 20 },
      userOperation: { estimateFeesPerGas: async () => fees },
    });
    const data = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [FRIEND, 1n] });
    const calls = [{ to: principal.token, data }];
    const smartAccount = await stage.ownerAccount(principal, client);
    const ways: Record<string, () => Promise<unknown>> = {
      "plain viem, the owner": async () => {
        const hash = await bundler.sendUserOperation({ account: smartAccount, calls } as never);
        return (await bundler.waitForUserOperationReceipt({ hash })).receipt.transactionHash;
      },
      ...Object.fromEntries(
        Object.entries(keys).map(([name, key]) => [
          `latchkey, ${name}`,
          () => latchkey.sendSessionCallsSync(client, { principal: principal.address, key, bundler, calls }),
        ]),
      ),
    };

    const samples = new Map<string, Sample[]>(Object.keys(ways).map((name) => [name, []]));
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, run] of Object.entries(ways)) {
        log = [];
        const started = performance.now();
        await run();
        const ended = performance.now();
        // What is warmed up once is not measured.
        if (round === 0) continue;
        const answered = (method: string) => log.findLast((each) => each.method === method)!;
        const sent = answered("eth_sendUserOperation");
        samples.get(name)!.push({
          whole: ended - started,
          before: sent.at - sent.took - started - answered("eth_estimateUserOperationGas").took,
          after: ended - answered("eth_getUserOperationReceipt").at,
          requests: log.filter(({ method }) => method !== "eth_getUserOperationReceipt").length,
        });
      }
    }

    const medians = [...samples].map(([name, each]) => {
      const of = (field: keyof Sample) => each.map((sample) => sample[field]).sort((a, b) => a - b)[each.length >> 1]!;
      return { name, whole: of("whole"), before: of("before"), after: of("after"), requests: of("requests") };
    });
    const [plain, ...sessions] = medians as [(typeof medians)[0], ...typeof medians];
    console.log(`\n  One operation through the bundler, medians of ${ROUNDS}`);
    for (const { name, whole, before, after, requests } of medians) {
      const parts = `${before.toFixed(1)} ms before sending, ${after.toFixed(1)} ms after the receipt`;
      const added = (before + after - plain.before - plain.after).toFixed(1);
      const beside = name === plain.name ? "" : `; the client adds ${added} ms`;
      console.log(
        `  ${name.padEnd(22)} ${whole.toFixed(0).padStart(4)} ms whole, ${requests} requests: ${parts}${beside}`,
      );
    }
    for (const { name, requests } of sessions) expect(requests - plain.requests, name).to.be.at.most(MOST_REQUESTS);
  });
});

/** How many more requests a session call makes, inclusive: account and session at once, both blocks, the receipt. */
const MOST_REQUESTS = 4;
