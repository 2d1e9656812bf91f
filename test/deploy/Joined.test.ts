import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { network } from "hardhat";
import { deployEntryPoints, deployProxy } from "../../deploy/lib/entryPoints.ts";
import { deployAll, sendDirectly, type DeployTransaction, type Send } from "../../deploy/lib/deploy.ts";
import { sendByIgnition } from "../../deploy/lib/ignition.ts";
import type { Provider } from "../../deploy/lib/provider.ts";

const JOURNAL = "joined-by-a-stranger";
const FOLDER = fileURLToPath(new URL(`../../deploy/deployments/${JOURNAL}`, import.meta.url));

describe("A deployment that a stranger joins", function () {
  this.timeout(120_000);
  let provider: Provider;
  let stranger: string;
  const forget = () => rmSync(FOLDER, { recursive: true, force: true });
  afterEach(forget);
  beforeEach(async () => {
    forget();
    ({ provider } = await network.create("default"));
    await deployProxy(provider);
    await deployEntryPoints(provider, ["0.9"]);
    stranger = ((await provider.request({ method: "eth_accounts" })) as string[])[1]!;
  });

  /** The chain as a deployer sees it who cannot place code, with the stranger's transaction in front of the first. */
  function raced({ to, data }: DeployTransaction, gas: string): Provider {
    let isFirst = true;
    return {
      async request(args) {
        if (isFirst && /^eth_send(Raw)?Transaction$/.test(args.method)) {
          isFirst = false;
          await provider.request({ method: "eth_sendTransaction", params: [{ from: stranger, to, data, gas }] });
        }
        return provider.request(args);
      },
    };
  }

  const joined: [when: string, send: Send][] = [
    [
      "before anything is sent",
      async (on, from, transactions) => {
        if (transactions.length === 5) await sendDirectly(provider, stranger, transactions.slice(0, 1));
        return sendByIgnition(JOURNAL)(on, from, transactions);
      },
    ],
    [
      "while its first transaction waits",
      async (on, from, transactions) =>
        sendByIgnition(JOURNAL)(
          transactions.length === 5 ? raced(transactions[0]!, "0xf00000") : on,
          from,
          transactions,
        ),
    ],
    [
      "with all of it",
      async (on, from, transactions) => {
        await sendDirectly(provider, stranger, transactions);
        return sendByIgnition(JOURNAL)(on, from, transactions);
      },
    ],
  ];
  for (const [when, send] of joined) {
    it(`goes on where the stranger came ${when}`, async () => {
      const { sent, addresses } = await deployAll(provider, { send });
      expect(sent.map(({ name }) => name)).to.not.include("LatchkeyExtension");
      expect(await provider.request({ method: "eth_getCode", params: [addresses.Latchkey, "latest"] })).to.not.equal(
        "0x",
      );
      expect((await deployAll(provider, { send })).sent).to.deep.equal([]);
    });
  }

  it("passes a failure on that nobody's deployment explains", async () => {
    const send: Send = () => Promise.reject(new Error("the node went away"));
    await expect(deployAll(provider, { send })).to.be.rejectedWith("the node went away");
  });
});
