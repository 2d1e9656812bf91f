import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { version } from "react";
import type { EIP1193RequestFn } from "viem";
import { hardhat } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import { openReactStage } from "../support/react/stage.ts";

const SERVER = join(import.meta.dirname, "../support/react/serverPage.ts");

describe("Hooks on a server", function () {
  this.timeout(120_000);

  it("render without a window, a wallet, a storage or a clock, and ask nobody", () => {
    const said = execFileSync(process.execPath, [SERVER], { encoding: "utf8" });
    const html = "<p>undefined true undefined undefined undefined undefined false</p>";
    expect(JSON.parse(said)).to.deep.equal({ react: version, html: [html, html], asked: [], found: [] });
  });

  it("send a page that a browser takes over as it is, with what the server has asked the chain", async () => {
    const stage = await openReactStage();
    const { deployment, hooks, createElement, connectWallet, hydrateRoot, renderToString } = stage;
    try {
      const owner = await stage.wallet();
      const key = await sdk.generateP256SessionKey();
      const policy = stage.feedPolicy("server.example", 3);
      await stage.client.registerSessionSync({ key, policy, account: owner });
      let asked = 0;
      const request = (next: EIP1193RequestFn) => ((one: never) => (++asked, next(one))) as EIP1193RequestFn;
      const { config } = await connectWallet([owner], { request });
      const session = { principal: owner.address, key: key.address, deployment };
      const Badge = () => {
        const { sessionState, isLoading } = hooks.useSession(session);
        return createElement("p", null, isLoading ? "…" : sessionState);
      };
      const [empty, filled] = [stage.pageOf(config), stage.pageOf(config)];
      await filled.queryClient.prefetchQuery(hooks.sessionQueryOptions(config, { ...session, chainId: hardhat.id }));
      asked = 0;
      for (const [{ wrapper }, html] of [
        [empty, "<p>…</p>"],
        [filled, "<p>active</p>"],
      ] as const) {
        const page = wrapper({ children: createElement(Badge) });
        const sent = renderToString(page);
        expect(sent).to.equal(html);
        expect(asked).to.equal(0);
        const root = stage.emptyElement();
        root.innerHTML = sent;
        const complaints: unknown[] = [];
        const onRecoverableError = (error: unknown) => void complaints.push(error);
        const mounted = hydrateRoot(root as never, page, { onRecoverableError });
        await stage.waitFor(() => expect(root.textContent).to.equal("active"));
        expect(complaints).to.deep.equal([]);
        await stage.act(async () => mounted.unmount());
        asked = 0;
      }
    } finally {
      stage.clear();
      await stage.close();
    }
  });
});
