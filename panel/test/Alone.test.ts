import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "chai";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { ground } from "./support/run.ts";
import { register } from "./support/sessions.ts";
import { leave, visit } from "./support/visit.ts";
import { TestWallet } from "./support/wallet.ts";

describe("The panel alone", () => {
  it("shows any chain that it is given a node of, on one origin", async function () {
    this.timeout(60_000);
    const account = privateKeyToAccount(generatePrivateKey());
    const session = await register(ground(), account, "social");
    const env = {
      ...process.env,
      LATCHKEY_RPC_URL: ground().url,
      PANEL_PORT: "0",
      PANEL_EXPLORER: "https://explorer.example/tx/",
      PANEL_MAX_BLOCK_RANGE: "20",
    };
    const child = spawn(process.execPath, ["scripts/panel.ts"], { env, stdio: ["ignore", "pipe", "inherit"] });
    try {
      let said = "";
      for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
        said += chunk.toString();
        if (said.includes("open http")) break;
      }
      const url = /open (http:\/\/127\.0\.0\.1:\d+)/.exec(said)![1]!;
      const page = await visit(url, { wallet: new TestWallet([account], ground().node) });
      await page.go();
      await page.connect();
      // No relay and no index is behind it, and nothing has a name.
      await page.card(session.key.address).getByText("40 / 40 calls remaining").waitFor();
      await page.page.getByText("list from the chain's log").waitFor();
      await page.card(session.key.address).getByRole("link").click();
      const link = page.page.getByRole("heading", { name: "What happened" }).locator("..").getByRole("link").first();
      expect(await link.getAttribute("href")).to.match(/^https:\/\/explorer\.example\/tx\/0x[0-9a-f]{64}$/);
      expect(await link.getAttribute("rel")).to.equal("noreferrer");

      // What no page sends ends nothing: an address that is none, and a question that breaks off.
      const port = Number(new URL(url).port);
      for (const [path, body] of [
        ["//", ""],
        ["/rpc", "Content-Length: 9\r\n"],
      ]) {
        const socket = connect(port, "127.0.0.1");
        socket.on("error", () => {});
        await once(socket, "connect");
        socket.write(`POST ${path} HTTP/1.1\r\nHost: panel\r\n${body}\r\n{`);
        await new Promise((resolve) => setTimeout(resolve, 200));
        socket.destroy();
      }
      expect((await fetch(url)).status).to.equal(200);
      expect(child.exitCode).to.equal(null);
    } finally {
      // Who is still there would ask a server that is gone.
      await leave(undefined);
      child.kill();
      if (child.exitCode === null) await once(child, "exit");
    }
  });
});
