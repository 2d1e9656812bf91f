import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import hre, { network } from "hardhat";
import { Wallet } from "ethers";
import { deployEntryPoints, deployProxy } from "../../deploy/lib/entryPoints.ts";
import { paymasterOf } from "../../deploy/lib/paymaster.ts";
import { DEPLOYED_NAMES, readRelease } from "../../deploy/lib/release.ts";
import { rpc } from "../../deploy/lib/provider.ts";
import { serveJsonRpc, type Answer } from "../support/servers/jsonRpc.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const USAGE = `Usage: npm run deploy -- --network <name> [--chain-id <id>] [--create-proxy] [--addresses <file>]
                         [--paymaster <owner> [--entry-point 0.7|0.8|0.9]]
       npm run deploy -- --standard-json
       npm run deploy -- --write-snapshot
`;

/** Of a paymaster. */
const OWNER = "0x00000000000000000000000000000000000A11cE";

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

describe("npm run deploy", function () {
  this.timeout(300_000);
  let folder: string;
  let file: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "latchkey-"));
    file = join(folder, "addresses.json");
  });
  after(() => rmSync(folder, { recursive: true }));

  const deploy = (args: string[], env: Record<string, string> = {}) =>
    new Promise<Outcome>((resolve) => {
      execFile(
        process.execPath,
        ["scripts/deploy.ts", ...args],
        // What says "a test" to Hardhat would have it look into another keystore.
        { cwd: ROOT, env: { ...process.env, HH_TEST: undefined, ...env } },
        (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });

  describe("to localhost", () => {
    let server: Awaited<ReturnType<typeof network.createServer>>;
    let url: string;
    before(async () => {
      server = await network.createServer("default", "127.0.0.1", 0);
      const { port } = await server.listen();
      url = `http://127.0.0.1:${port}`;
    });
    after(() => server.close());
    const height = async () => BigInt((await rpc(url).request({ method: "eth_blockNumber" })) as string);

    it("refuses another chain than the one that is named, and sends nothing", async () => {
      const outcome = await deploy(["--network", "localhost", "--chain-id", "1", "--addresses", file], {
        LATCHKEY_RPC_URL: url,
      });
      expect(outcome).to.deep.equal({
        code: 1,
        stdout: "",
        stderr: "localhost is meant to be chain 1, but its node serves chain 31337. Nothing was sent.\n",
      });
      expect(await height()).to.equal(0n);
    });

    it("deploys everything through Ignition and records it; a second run sends nothing", async () => {
      const { addresses } = await readRelease();
      const first = await deploy(["--network", "localhost", "--addresses", file], { LATCHKEY_RPC_URL: url });
      expect(first.stderr).to.equal("");
      expect(first.code).to.equal(0);
      const sent = [...first.stdout.matchAll(/^Sent (\w+): ([\d,]+) of 16,777,216 gas/gm)].map(([, name]) => name);
      expect(sent).to.deep.equal(DEPLOYED_NAMES);
      expect(JSON.parse(readFileSync(file, "utf8"))).to.deep.equal({ "31337": addresses });
      for (const address of Object.values(addresses)) {
        const code = await rpc(url).request({ method: "eth_getCode", params: [address, "latest"] });
        expect(code, address).to.have.length.above(2);
      }

      const before = await height();
      const second = await deploy(["--network", "localhost", "--addresses", file], { LATCHKEY_RPC_URL: url });
      expect(second.code).to.equal(0);
      expect(second.stdout).to.include("Everything was there already: no transaction was sent.\n");
      expect(await height()).to.equal(before);
      expect(JSON.parse(readFileSync(file, "utf8"))).to.deep.equal({ "31337": addresses });
    });

    it("deploys an owner's paymaster beside it through Ignition; a second run sends nothing", async () => {
      const args = ["--network", "localhost", "--addresses", file, "--paymaster", OWNER, "--entry-point", "0.8"];
      const { address } = await paymasterOf(OWNER, "0.8");
      const first = await deploy(args, { LATCHKEY_RPC_URL: url });
      expect(first.stderr).to.equal("");
      expect(first.stdout).to.include(`  SessionPaymaster       ${address}\n  of ${OWNER} on EntryPoint v0.8;`);
      expect(first.stdout).to.match(/^Sent SessionPaymaster: [\d,]+ gas, 0x[0-9a-f]{64}$/m);
      const before = await height();
      const second = await deploy(args, { LATCHKEY_RPC_URL: url });
      expect(second.stdout).to.include("It was there already: no transaction was sent for it.\n");
      expect(await height()).to.equal(before);
    });
  });

  describe("to a network whose key is a configuration variable", () => {
    /** The first of the accounts that every development chain funds. */
    const FUNDED = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    let server: Awaited<ReturnType<typeof network.createServer>>;
    let env: Record<string, string>;
    before(async () => {
      const sepolia = { network: "default", override: { chainId: 11_155_111 } };
      server = await network.createServer(sepolia, "127.0.0.1", 0);
      const { port } = await server.listen();
      // A keystore of the machine's user is not looked at.
      env = { SEPOLIA_RPC_URL: `http://127.0.0.1:${port}`, HOME: folder, XDG_CONFIG_HOME: folder };
    });
    after(() => server.close());

    it("refuses when the key is nowhere", async () => {
      const outcome = await deploy(["--network", "sepolia", "--addresses", file], env);
      expect(outcome).to.deep.equal({
        code: 1,
        stdout: "",
        stderr:
          'sepolia cannot be used: Configuration Variable "DEPLOYER_KEY" not found. ' +
          "Put it into the keystore: npx hardhat keystore set DEPLOYER_KEY. Nothing was sent.\n",
      });
    });

    it("refuses a deployer without funds", async () => {
      const { privateKey, address } = Wallet.createRandom();
      const outcome = await deploy(["--network", "sepolia", "--addresses", file], { ...env, DEPLOYER_KEY: privateKey });
      expect(outcome).to.deep.equal({
        code: 1,
        stdout: "",
        stderr:
          `The deployer ${address} has no funds on sepolia (chain 11155111). Send it some and run this again. ` +
          "Nothing was sent.\n",
      });
      expect(await rpc(env.SEPOLIA_RPC_URL!).request({ method: "eth_blockNumber" })).to.equal("0x0");
    });

    it("refuses a node of another chain", async () => {
      const wrong = await network.createServer("default", "127.0.0.1", 0);
      const { port } = await wrong.listen();
      const elsewhere = { ...env, SEPOLIA_RPC_URL: `http://127.0.0.1:${port}`, DEPLOYER_KEY: FUNDED };
      const outcome = await deploy(["--network", "sepolia", "--addresses", file], elsewhere);
      await wrong.close();
      expect(outcome).to.deep.equal({
        code: 1,
        stdout: "",
        stderr: "sepolia is meant to be chain 11155111, but its node serves chain 31337. Nothing was sent.\n",
      });
    });

    it("deploys with the key and records the chain beside the others", async () => {
      const before = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
      const { addresses } = await readRelease();
      const journal = join(ROOT, `deploy/deployments/chain-11155111-${addresses.Latchkey.slice(2, 10).toLowerCase()}`);
      const node = rpc(env.SEPOLIA_RPC_URL!);
      await deployProxy(node);
      await deployEntryPoints(node, ["0.9"]);
      // A node that is nobody's own: a development chain is recorded under no other id than its own.
      const real = await serveJsonRpc(
        new Proxy({} as Record<string, Answer>, {
          get: (_, method: string) => (params: unknown[]) =>
            method === "web3_clientVersion" ? "Geth/v1.17.0" : node.request({ method, params }),
        }),
      );
      rmSync(journal, { recursive: true, force: true });
      const elsewhere = { ...env, SEPOLIA_RPC_URL: real.url, DEPLOYER_KEY: FUNDED };
      const outcome = await deploy(["--network", "sepolia", "--addresses", file], elsewhere);
      await real.close();
      rmSync(journal, { recursive: true, force: true });
      expect(outcome.stderr).to.equal("");
      expect(outcome.code).to.equal(0);
      expect(JSON.parse(readFileSync(file, "utf8"))).to.deep.equal({ ...before, "11155111": addresses });
    });
  });

  it("does not record an in-process chain that borrows the id of a real one (ATK-112)", async () => {
    const unwritten = join(folder, "none.json");
    const { code, stdout, stderr } = await deploy(["--network", "other", "--addresses", unwritten]);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.include("Not recorded: other is a development chain that borrows the id of chain 8453.\n");
    expect(() => readFileSync(unwritten)).to.throw("ENOENT");
  });

  it("does not record a served development chain that borrows the id of a real one (ATK-112)", async () => {
    const server = await network.createServer("other", "127.0.0.1", 0);
    try {
      const { port } = await server.listen();
      const unwritten = join(folder, "none.json");
      const args = ["--network", "localhost", "--addresses", unwritten];
      const { code, stdout } = await deploy(args, { LATCHKEY_RPC_URL: `http://127.0.0.1:${port}` });
      expect(code).to.equal(0);
      expect(stdout).to.include("Not recorded: localhost is a development chain that borrows the id of chain 8453.\n");
      expect(() => readFileSync(unwritten)).to.throw("ENOENT");
    } finally {
      await server.close();
    }
  });

  const refused: [title: string, args: string[], stderr: string][] = [
    ["no network", [], `Say which network to deploy to.\n${USAGE}`],
    [
      "a network that is not configured",
      ["--network", "mainnot"],
      `There is no network "mainnot" in hardhat.config.ts; there are ${Object.keys(hre.config.networks).join(", ")}.\n`,
    ],
    ["a chain id that is none", ["--network", "localhost", "--chain-id", "0x1"], `"0x1" is no chain id.\n${USAGE}`],
    [
      "a chain id that contradicts the configuration",
      ["--network", "other", "--chain-id", "1"],
      "other is chain 8453 in hardhat.config.ts, and --chain-id says 1. Nothing was sent.\n",
    ],
    [
      "an EntryPoint that there is not",
      ["--network", "other", "--paymaster", OWNER, "--entry-point", "0.6"],
      `There is no EntryPoint "0.6".\n${USAGE}`,
    ],
    [
      "an EntryPoint without a paymaster",
      ["--network", "other", "--entry-point", "0.8"],
      `--entry-point says which one a paymaster is for: name its owner with --paymaster.\n${USAGE}`,
    ],
    ["an unknown option", ["--netwrok", "localhost"], `Unknown option '--netwrok'\n${USAGE}`],
  ];
  for (const [title, args, stderr] of refused) {
    it(`refuses ${title}`, async () => {
      expect(await deploy(args)).to.deep.equal({ code: 1, stdout: "", stderr });
    });
  }

  it("says that a node does not answer", async () => {
    const { code, stdout, stderr } = await deploy(["--network", "localhost"], {
      LATCHKEY_RPC_URL: "http://127.0.0.1:1",
    });
    expect({ code, stdout, stderr }).to.deep.equal({
      code: 1,
      stdout: "",
      stderr: 'localhost cannot be used: Cannot connect to the network "localhost". Nothing was sent.\n',
    });
  });
});
