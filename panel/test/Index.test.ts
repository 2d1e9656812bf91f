import type { Locator } from "playwright-core";
import { parseEther } from "viem";
import { ServedNode } from "../../indexer/test/node.ts";
import { type Served, startIndex } from "./support/ground.ts";
import { ground, report } from "./support/run.ts";
import { operate, poke, register } from "./support/sessions.ts";
import { type Visit, visit } from "./support/visit.ts";

describe("The panel and the index itself", () => {
  let node: ServedNode;
  let index: Served;

  before(async function () {
    this.timeout(120_000);
    node = await ServedNode.open(ground().stage.chain.provider as never);
    const started = performance.now();
    index = await startIndex(node.url, ground().indexUrl, ground().fromBlock);
    report("an index: from nothing to its first answer, ms", Math.round(performance.now() - started));
  });
  after(async () => {
    await index.stop();
    await node.close();
  });

  /** The page asks every ten seconds by its own clock, which is put forward. */
  async function comes({ page }: Visit, what: Locator, isThere = true): Promise<void> {
    for (const end = Date.now() + 20_000; (await what.isVisible()) !== isThere; await page.waitForTimeout(200)) {
      if (Date.now() > end) throw new Error(`Waited in vain for ${what.toString()}, ${isThere ? "there" : "gone"}.`);
      await page.clock.fastForward(10_000);
    }
  }

  it("names the sessions, is held against the chain, lags, follows, and is done without", async function () {
    this.timeout(90_000);
    const { client, chain, account: principal, people } = ground().stage;
    const own = (name: "social" | "upvote" | "game") => register(ground(), people.alice, name, { principal });
    const revoke = (key: typeof used.key) =>
      client.revokeSessionSync({ account: people.alice, principal, key: key.address, relayer: chain.relayer });
    const used = await own("social");
    const ended = await own("upvote");
    const page = await visit(ground().url, { forgives: /status of 502/ });
    await page.page.clock.install();
    // There is nobody else to ask which sessions there are.
    await page.refuse(({ method }) => method === "eth_getLogs");
    await page.go(`/of/${principal}`);
    const status = (text: string) => page.page.getByText(text, { exact: true });
    await page.page.getByText("This list is the index's, and may leave sessions out.").waitFor();
    await page.card(used.key.address).getByText("40 / 40 calls remaining").waitFor();
    await comes(page, status("index is at the head"));

    await operate(ground(), used, poke(ground(), parseEther("1")));
    await comes(page, page.card(used.key.address).getByText("39 / 40 calls remaining"));
    const late = await own("game");
    await comes(page, page.card(late.key.address));

    // Its node is stuck: it knows of no end, and the chain does.
    const latest = await chain.provider.request({ method: "eth_getBlockByNumber", params: ["latest", false] });
    node.fault = (method, params) => (method === "eth_getBlockByNumber" && params[0] === "latest" ? latest : undefined);
    await revoke(ended.key);
    await chain.helpers.mine(3);
    await comes(page, status("index is 4 blocks behind"));
    await comes(page, page.card(ended.key.address), false);
    await page.card(late.key.address).waitFor();
    node.fault = undefined;
    await comes(page, status("index is at the head"));

    // What an operation did, no log of Latchkey's says.
    await page.context.unroute(`${ground().url}/`);
    await page.go(`/session/${principal}/${used.key.address}`);
    await page.page.getByText("0 uses in the log, 1 more by the index's word").waitFor();
    await page.page.getByText("userOperation, by the index alone").waitFor();
    await page.page.getByRole("img", { name: "What was spent of POKE under its cap" }).waitFor();

    await index.stop();
    await page.go(`/of/${principal}`);
    await comes(page, status("list from the chain's log"));
    await page.card(used.key.address).getByText("39 / 40 calls remaining").waitFor();
    await revoke(late.key);
    await comes(page, page.card(late.key.address), false);
    await revoke(used.key);
    await page.page.getByText("No session of this wallet can act.").waitFor();
  });
});
