import { createServer } from "node:http";
import { once } from "node:events";
import { expect } from "chai";
import {
  type Address,
  encodeFunctionData,
  getAddress,
  type Hex,
  numberToHex,
  padHex,
  parseAbi,
  parseEther,
  stringToHex,
  toEventSelector,
  toFunctionSelector,
  zeroAddress,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { latchkeyAbi } from "../../sdk/src/generated/abi/index.ts";
import { definePolicy, contract, hashPolicy, latchkeyDeployment } from "../../sdk/src/index.ts";
import type { Setting } from "../src/setting.ts";
import { ground, report } from "./support/run.ts";
import { type AppSession, register } from "./support/sessions.ts";
import { type Visit, type VisitOptions, visit } from "./support/visit.ts";
import { TestWallet } from "./support/wallet.ts";

const somebody = () => privateKeyToAccount(generatePrivateKey());
/** Whose app nobody knows here. */
const STRANGER: Address = "0x0000000000000000000000000000000000090002";
const USED = "SessionUsed(address,address)";

/** A name that turns what follows around, hides, and breaks the line. */
const HOSTILE = "US\u202eDC\u0000\n\u200b<b>ETH</b>";

describe("What goes wrong around the panel", () => {
  const session = ({ principal, key }: AppSession) => `/session/${principal}/${key.address}`;
  const walletOf = (account: ReturnType<typeof somebody>) => new TestWallet([account], ground().node);

  async function opened(account: ReturnType<typeof somebody>, options: VisitOptions = {}) {
    const wallet = walletOf(account);
    const page = await visit(ground().url, { wallet, ...options });
    await page.go();
    await page.connect();
    return { page, wallet };
  }

  it("a wallet that changes its account shows that account's sessions, and one on another chain cannot act", async () => {
    const [first, second] = [somebody(), somebody()];
    const mine = await register(ground(), first, "social");
    const other = await register(ground(), second, "upvote");
    const { page, wallet } = await opened(first);
    await page.card(mine.key.address).waitFor();
    await wallet.useAccount(second);
    await page.card(other.key.address).waitFor();
    expect(await page.card(mine.key.address).count()).to.equal(0);

    await wallet.useChain(1);
    await page.page.getByText("Your wallet is on chain 1; this page shows Latchkey demo, chain 31337.").waitFor();
    expect(await page.card(other.key.address).getByRole("button").isDisabled()).to.equal(true);
    await page.button("Switch to chain 31337").click();
    await page.page.getByText("Your wallet is on chain 1").waitFor({ state: "detached" });
    expect(await page.card(other.key.address).getByRole("button").isEnabled()).to.equal(true);
  });

  it("a node that goes away is told of, what it said last stays, and it is asked again", async () => {
    const account = somebody();
    const mine = await register(ground(), account, "social");
    const { page } = await opened(account, { forgives: /Failed to load resource/ });
    await page.card(mine.key.address).getByText("calls remaining").waitFor();
    await page.context.route(`${ground().url}/`, (route) =>
      route.request().method() === "POST" ? route.abort() : route.continue(),
    );
    await page.page.getByText("The node does not answer. What you see is what it said last.").waitFor();
    await page.card(mine.key.address).getByText("calls remaining").waitFor();
    await page.context.unroute(`${ground().url}/`);
    await page.page.getByText("The node does not answer").first().waitFor({ state: "detached" });
  });

  it("a chain that takes blocks back takes back what the page shows", async () => {
    const { helpers } = ground().stage.chain;
    const account = somebody();
    const kept = await register(ground(), account, "upvote");
    const { page } = await opened(account);
    await page.card(kept.key.address).waitFor();
    const snapshot = await helpers.takeSnapshot();
    const gone = await register(ground(), account, "social");
    await page.card(gone.key.address).waitFor();
    await snapshot.restore();
    await helpers.mine(3);
    await page.card(gone.key.address).waitFor({ state: "detached" });
    await page.card(kept.key.address).waitFor();
    await page.go(session(gone));
    await page.page.getByText("has never registered key").waitFor();
  });

  it("time passes by the chain's clock and by nothing else, to the very end", async () => {
    const { helpers } = ground().stage.chain;
    const account = somebody();
    const wallet = walletOf(account);
    const mine = await register(ground(), account, "social", { duration: 7_200 });
    const page = await visit(ground().url, { wallet });
    await page.page.clock.install();
    await page.go();
    await page.connect();
    const card = page.card(mine.key.address);
    await card.getByText(/1h 59m remaining/).waitFor();
    await helpers.time.increase(2_250);
    await page.page.clock.fastForward(2_250_000);
    await card.getByText(/1h 2[12]m remaining/).waitFor();
    // The chain has made no block since: the page says all the same that it is over.
    await helpers.time.increase(4_980);
    await page.page.clock.fastForward(4_980_000);
    await page.page.getByText("No session of this wallet can act.").waitFor();
    await page.button(/^All/).click();
    await card.getByText("Expired", { exact: true }).waitFor();
  });

  it("a session under a policy that nobody has published here is told by the chain's numbers alone", async () => {
    const { client, chain, names } = ground().stage;
    const account = somebody();
    const policy = definePolicy({
      app: "stranger.example",
      maxDuration: 3_600,
      maxCalls: 9,
      limits: [{ unit: names.at("POKE"), cap: parseEther("50") }],
      permissions: [contract({ address: STRANGER, abi: parseAbi(["function ping()"]), methods: { ping: {} } })],
    });
    await client.publishPolicySync({ account: chain.owner, policy });
    const key = somebody();
    await client.registerSessionSync({
      account,
      relayer: chain.relayer,
      policy,
      key: { address: key.address, publicKey: "0x" },
    });
    const page = await visit(ground().url, { wallet: walletOf(account) });
    // As a node that has thrown away the block of its publication.
    await page.context.route(`${ground().url}/`, async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      const answer = await route.fetch();
      const id = hashPolicy(policy);
      const kept = (each: { result?: unknown }) =>
        Array.isArray(each.result)
          ? { ...each, result: each.result.filter(({ topics }: { topics?: string[] }) => topics?.[1] !== id) }
          : each;
      const json = (await answer.json()) as object | object[];
      return route.fulfill({ response: answer, json: Array.isArray(json) ? json.map(kept) : kept(json) });
    });
    await page.go();
    await page.connect();
    const card = page.card(key.address);
    await card.getByText("Unknown policy").waitFor();
    await card.getByText("9 / 9 calls remaining").waitFor();
    await page.page.getByText("50000000000000000000 base units of").first().waitFor();
    await page.look("unknown policy");
    await card.getByRole("link").click();
    await page.page.getByText(/^Nobody has published policy/).waitFor();
    await page.button(/^Revoke/).waitFor();
  });

  it("hostile names are shown as what they are", async () => {
    const account = somebody();
    const mine = await register(ground(), account, "social");
    const { SocialCore } = ground().stage.apps;
    const page = await visit(ground().url, { wallet: walletOf(account) });
    await page.context.route("**/setting.json", async (route) => {
      const answer = await route.fetch();
      const setting = (await answer.json()) as Setting;
      const names = { ...setting.names, [getAddress(SocialCore.address)]: HOSTILE, [account.address]: HOSTILE };
      const policies = setting.policies.map((each) => ({ ...each, about: HOSTILE }));
      return route.fulfill({ response: answer, json: { ...setting, names, policies } });
    });
    await page.go(session(mine));
    await page.page.getByText("What the key may do").waitFor();
    const shown = async () => page.page.evaluate(() => document.body.innerText);
    // eslint-disable-next-line no-control-regex
    const UNSAFE = /[\u202e\u200b\u0000]/;
    expect(await shown())
      .to.include("US\\u{202e}DC\\u{0}\\u{a}\\u{200b}<b>ETH</b>")
      .and.not.match(UNSAFE);
    await page.go();
    await page.page.getByText("What apps here ask for").waitFor();
    expect(await shown()).to.not.match(UNSAFE);
    await page.look("hostile names");
  });

  it("an index that lies or is down changes nothing of what is shown, and is told of", async () => {
    const account = somebody();
    const kept = await register(ground(), account, "social");
    const left = await register(ground(), account, "upvote");
    const invented = somebody().address;
    const { number } = await ground()
      .stage.client.request({ method: "eth_blockNumber" })
      .then((hex) => ({ number: Number(hex) }));
    let says: "lies" | "lags" | "refuses" = "lies";
    const server = createServer((request, response) => {
      const send = (body: object) =>
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
      if (request.url === "/index/health") {
        if (says === "refuses") return send({ status: "refused", code: "UNRECOVERABLE", message: "Another chain." });
        const behind = says === "lags" ? 7 : 0;
        return send({
          status: "ok",
          chainId: 31_337,
          head: { number: number - behind + 1 },
          lag: { blocks: behind, seconds: behind },
        });
      }
      const items = [{ key: kept.key.address.toLowerCase() }, ...(says === "lies" ? [{ key: invented }] : [])];
      return send({ data: { sessions: { items, pageInfo: { hasNextPage: false, endCursor: null } } } });
    });
    server.listen(Number(new URL(ground().indexUrl).port), "127.0.0.1");
    await once(server, "listening");
    try {
      const { page } = await opened(account);
      await page.page.getByText("The index leaves out 1 session that the chain has.").waitFor();
      await page.page.getByText("The index names 1 session that the chain does not know.").waitFor();
      await page.card(left.key.address).waitFor();
      expect(await page.card(invented).count()).to.equal(0);
      await page.look("an index that lies");
      says = "lags";
      await page.page.getByText("index is 7 blocks behind").waitFor();
      await page.page.getByText("The index names").waitFor({ state: "detached" });
      says = "refuses";
      await page.page.getByText("index refuses (Another chain.); list from the log").waitFor();
      await page.card(kept.key.address).waitFor();
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it("an index that was behind is not blamed for what it could not know, and none is nearer to the head than it is", async () => {
    const account = somebody();
    const mine = await register(ground(), account, "social");
    const head = Number(await ground().stage.client.request({ method: "eth_blockNumber" }));
    let isBehind = true;
    const server = createServer((request, response) => {
      const send = (body: object) =>
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
      if (request.url === "/index/health") {
        const number = isBehind ? head - 5 : head + 1;
        return send({ status: "ok", chainId: 31_337, head: { number }, lag: { blocks: 0, seconds: 0 } });
      }
      const items = isBehind ? [] : [{ key: mine.key.address }];
      return send({ data: { sessions: { items, pageInfo: { hasNextPage: false, endCursor: null } } } });
    });
    server.listen(Number(new URL(ground().indexUrl).port), "127.0.0.1");
    await once(server, "listening");
    try {
      const { page } = await opened(account);
      await page.card(mine.key.address).waitFor();
      await page.page.getByText("index is 5 blocks behind").waitFor();
      isBehind = false;
      await page.page.getByText("index is at the head").waitFor();
      expect(await page.page.getByText("The index leaves out").count()).to.equal(0);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it("a node that does not say what sessions can take is told of, and one without a log is not taken for an empty one", async () => {
    const account = somebody();
    const mine = await register(ground(), account, "social");
    const page = await visit(ground().url, { wallet: walletOf(account) });
    const fails = toFunctionSelector("worstLoss(address,address)");
    await page.refuse(({ method, params }) => {
      const asked = JSON.stringify(params ?? []);
      return asked.includes(fails) || (method === "eth_getLogs" && asked.includes(toEventSelector(USED)));
    });
    await page.go();
    await page.connect();
    await page.page.getByText("The node did not say what they can still take.").waitFor();
    expect(await page.page.locator("[data-total]").innerText()).to.equal("…");
    await page.go(session(mine));
    await page.page.getByText("The node did not say what its log has of it.").waitFor();
    expect(await page.page.getByText(/\d use/).count()).to.equal(0);
  });

  it("two tokens of one symbol are told apart in the sum", async () => {
    const { client, chain } = ground().stage;
    const account = somebody();
    await register(ground(), account, "social");
    // symbol() is "POKE", decimals() 18, and nothing else is answered.
    const name = padHex(stringToHex("POKE"), { size: 32, dir: "right" }).slice(2);
    const code: Hex = `0x5f3560e01c806395d89b4114601b5763313ce567146043575f5ffd5b7f${name}5f5260205ff35b60125f5260205ff3`;
    await chain.helpers.setCode(STRANGER, code);
    const policy = definePolicy({
      app: "poser.example",
      maxDuration: 3_600,
      maxCalls: 9,
      limits: [{ unit: STRANGER, cap: parseEther("7") }],
      permissions: [
        contract({
          address: STRANGER,
          abi: parseAbi(["function transfer(address to, uint256 amount)"]),
          methods: { transfer: { arguments: { to: { equals: account.address } } } },
        }),
      ],
    });
    await client.publishPolicySync({ account: chain.owner, policy });
    const key = { address: somebody().address, publicKey: "0x" } as const;
    await client.registerSessionSync({ account, relayer: chain.relayer, policy, key });
    const { page } = await opened(account);
    await page.page.locator("[data-total]").getByText(`7 "POKE" of ${STRANGER}`).waitFor();
    await page.page
      .locator("[data-total]")
      .getByText(`50 "POKE" of ${ground().stage.names.at("POKE")}`)
      .waitFor();
  });

  it("a node that searches no log leaves the list to the index, and the page says what that is worth", async () => {
    const account = somebody();
    const mine = await register(ground(), account, "social");
    const server = createServer((request, response) => {
      const send = (body: object) =>
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
      if (request.url === "/index/health")
        return send({ status: "ok", chainId: 31_337, head: { number: 9 }, lag: { blocks: 0, seconds: 0 } });
      const items = [{ key: mine.key.address }];
      return send({ data: { sessions: { items, pageInfo: { hasNextPage: false, endCursor: null } } } });
    });
    server.listen(Number(new URL(ground().indexUrl).port), "127.0.0.1");
    await once(server, "listening");
    try {
      const page = await visit(ground().url, { wallet: walletOf(account) });
      await page.refuse(({ method }) => method === "eth_getLogs");
      await page.go();
      await page.connect();
      await page.page.getByText("This list is the index's, and may leave sessions out.").waitFor();
      await page.card(mine.key.address).getByText("40 / 40 calls remaining").waitFor();
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it("a thousand sessions", async function () {
    this.timeout(120_000);
    const { provider } = ground().stage.chain;
    const accounts = (await provider.request({ method: "eth_accounts" })) as Address[];
    const from = accounts[12]!;
    const policyId = hashPolicy(ground().files.upvote.policy);
    const send = (method: string, params: unknown[] = []) => provider.request({ method, params });
    await send("evm_setAutomine", [false]);
    try {
      for (let i = 1; i <= 1_000; ++i) {
        const key = padHex(numberToHex(0x1_000_000 + i), { size: 20 });
        const validUntil = (await ground().stage.chain.now()) + 3_000;
        const grant = {
          key,
          publicKey: "0x" as Hex,
          policyId,
          validAfter: 0,
          validUntil,
          maxCalls: 5,
          lane: BigInt(i),
          replaces: zeroAddress,
        };
        const data = encodeFunctionData({ abi: latchkeyAbi, functionName: "registerSession", args: [grant] });
        await send("eth_sendTransaction", [{ from, to: latchkeyDeployment.latchkey, data, gas: "0x30d40" }]);
        if (i % 100 === 0) await send("evm_mine");
      }
    } finally {
      await send("evm_setAutomine", [true]);
    }
    while (BigInt((await send("eth_getTransactionCount", [from, "latest"])) as Hex) < 1_000n) await send("evm_mine");
    const page: Visit = await visit(ground().url);
    const started = performance.now();
    await page.go(`/of/${from}`);
    await page.page.getByText("calls remaining").first().waitFor();
    report("1,000 sessions: first cards, ms", Math.round(performance.now() - started));
    await page.page.getByRole("heading", { name: "1000 live sessions" }).waitFor();
    await page.page.getByText("Reading what it can still take.").first().waitFor({ state: "detached" });
    report("1,000 sessions: all that they can take, ms", Math.round(performance.now() - started));
    expect(await page.page.locator("[data-session]").count()).to.equal(24);
    await page.button("Show 24 more of 976").click();
    expect(await page.page.locator("[data-session]").count()).to.equal(48);
  });
});
