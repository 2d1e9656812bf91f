import { expect } from "chai";
import { execFileSync } from "node:child_process";
import * as sdk from "../../sdk/src/index.ts";
import { bundleWithReact18 } from "../support/react/react18.ts";
import { openReactStage } from "../support/react/stage.ts";

describe("Hooks under React 18, the oldest that the package takes", function () {
  this.timeout(120_000);
  let bundle: Awaited<ReturnType<typeof bundleWithReact18>>;
  before(async () => {
    bundle = await bundleWithReact18();
  });
  after(() => bundle.close());

  it("render on a server, every one of them, and ask nobody", () => {
    const said = execFileSync(process.execPath, [bundle.server], { encoding: "utf8" });
    const html = "<p>undefined true undefined undefined undefined undefined false</p>";
    expect(JSON.parse(said)).to.deep.equal({ react: "18.3.1", html: [html, html], asked: [], found: [] });
  });

  it("show a session from the making of its key to its end", async () => {
    const stage = await openReactStage(bundle.loadPage);
    try {
      expect(stage.version).to.equal("18.3.1");
      const [owner, relayer] = [await stage.wallet(), await stage.wallet()];
      const policy = stage.feedPolicy("eighteen.example", 3);
      const { deployment, hooks } = stage;
      const { config, wallet } = await stage.connectWallet([owner]);
      const states: unknown[] = [];
      const given = { policy, relayer, deployment, storage: sdk.memoryKeyStorage() };
      const { result } = stage.render(config, () => {
        const session = hooks.useSession(given);
        const { data: list = [] } = hooks.useSessions({ principal: owner.address, deployment });
        if (states.at(-1) !== session.sessionState) states.push(session.sessionState);
        return { ...session, listed: list.map(({ status }) => status) };
      });
      const become = (state: string, listed: string[]) =>
        stage.waitFor(() => expect(result.current).to.deep.include({ sessionState: state, listed }));
      await become("none", []);
      await result.current.createSession();
      await become("created", []);
      await result.current.registerSession();
      await become("active", ["Active"]);
      expect(result.current.secondsLeft).to.be.within(21_590, 21_600);
      expect(await result.current.executeWithSession({ calls: [stage.post("hello")] })).to.include({ by: "session" });
      await stage.waitFor(() => expect(result.current.remainingCalls).to.equal(2));
      await result.current.revokeSession();
      await become("revoked", ["Revoked"]);
      expect(states).to.deep.equal(["none", "created", "registering", "active", "revoked"]);
      expect(wallet.popups).to.deep.equal(["connect", "eth_signTypedData_v4", "eth_signTypedData_v4"]);
    } finally {
      stage.clear();
      await stage.close();
    }
  });
});
