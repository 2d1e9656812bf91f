import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { network } from "hardhat";
import { Interface, keccak256, ZeroHash, type InterfaceAbi } from "ethers";
import { deployDeterministic, deployEntryPoints, deployProxy } from "../../deploy/lib/entryPoints.ts";
import { deployAll, sendDirectly, type DeployTransaction, type Send } from "../../deploy/lib/deploy.ts";
import { sendByIgnition } from "../../deploy/lib/ignition.ts";
import type { Provider } from "../../deploy/lib/provider.ts";
import { DEPLOYED_NAMES, readRelease, type DeployedContract } from "../../deploy/lib/release.ts";
import { revertData } from "../support/reference/errors.ts";

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

  const all = DEPLOYED_NAMES.length;
  const before =
    (count: number): Send =>
    async (on, from, transactions) => {
      if (transactions.length === all) await sendDirectly(provider, stranger, transactions.slice(0, count));
      return sendByIgnition(JOURNAL)(on, from, transactions);
    };
  const joined: [when: string, send: Send][] = [
    ["with the deployer before anything is sent", before(1)],
    ["with half of the siblings before anything is sent", before(4)],
    ["with Latchkey itself before anything is sent", before(8)],
    [
      "while its first transaction waits",
      async (on, from, transactions) =>
        sendByIgnition(JOURNAL)(
          transactions.length === all ? raced(transactions[0]!, "0xf00000") : on,
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
    it(`goes on where the stranger came ${when} (ATK-112)`, async () => {
      const { sent, addresses } = await deployAll(provider, { send });
      expect(sent.map(({ name }) => name)).to.not.include("LatchkeyDeployer");
      expect(await provider.request({ method: "eth_getCode", params: [addresses.Latchkey, "latest"] })).to.not.equal(
        "0x",
      );
      expect((await deployAll(provider, { send })).sent).to.deep.equal([]);
    });
  }

  it("goes on where a sibling of it was made without a journal, by whoever sends the next init code (ATK-112)", async () => {
    const { deployed } = await readRelease();
    const failsAt = (name: string): Send => {
      return async (on, from, transactions) => {
        const index = transactions.findIndex(({ contract }) => contract.name === name);
        await sendDirectly(on, from, transactions.slice(0, index));
        throw new Error("the node went away");
      };
    };
    // What came to stand is seen, the rest is tried again, and that fails at once.
    await expect(deployAll(provider, { send: failsAt("PolicyStore") })).to.be.rejectedWith("the node went away");
    const { sent } = await deployAll(provider, { from: stranger });
    expect(sent.map(({ name }) => name)).to.deep.equal(deployed.map(({ name }) => name).slice(4));
  });

  it("takes its siblings in their order alone, from anyone, and nothing behind them (ATK-112)", async () => {
    const { deployed } = await readRelease();
    const [deployer, ...rest] = deployed as [DeployedContract, ...DeployedContract[]];
    const siblings = rest.filter(({ by }) => "creation" in by);
    await deployDeterministic(provider, ZeroHash, deployer.initCode);
    const create = (data: string) =>
      provider.request({ method: "eth_sendTransaction", params: [{ from: stranger, to: deployer.address, data }] });
    const errors = new Interface(deployer.abi as InterfaceAbi);
    const refusal = async (data: string) => {
      const call = { from: stranger, to: deployer.address, data };
      const thrown = await provider.request({ method: "eth_call", params: [call, "latest"] }).then(
        () => undefined,
        (caught: unknown) => caught,
      );
      const { name, args } = errors.parseError(revertData(thrown)!)!;
      return [name, ...args];
    };
    const read = async (method: string, ...args: unknown[]) => {
      const call = { to: deployer.address, data: errors.encodeFunctionData(method, args) };
      const word = (await provider.request({ method: "eth_call", params: [call, "latest"] })) as string;
      return errors.decodeFunctionResult(method, word)[0] as unknown;
    };
    for (const [index, { address, data }] of siblings.entries()) {
      expect(await read("creations")).to.equal(BigInt(index));
      expect(await read("siblingAt", index + 1)).to.equal(address);
      for (const other of siblings) {
        if (other.address === address) continue;
        const hashes = [other, siblings[index]!].map(({ initCode }) => keccak256(initCode));
        expect(await refusal(other.data)).to.deep.equal(["InitCodeUnexpected", ...hashes]);
      }
      await create(data);
    }
    expect(await read("creations")).to.equal(7n);
    expect(await refusal(siblings[6]!.data)).to.deep.equal(["CreationsComplete", 7n]);
    expect((await deployAll(provider)).sent.map(({ name }) => name)).to.deep.equal(
      rest.slice(siblings.length).map(({ name }) => name),
    );
  });

  it("passes a failure on that nobody's deployment explains", async () => {
    const send: Send = () => Promise.reject(new Error("the node went away"));
    await expect(deployAll(provider, { send })).to.be.rejectedWith("the node went away");
  });
});
