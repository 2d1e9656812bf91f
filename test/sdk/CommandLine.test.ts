import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { encryptKeystoreJsonSync, pbkdf2, Wallet, type KeystoreAccount } from "ethers";
import {
  BaseError,
  concatHex,
  createClient,
  custom,
  encodeAbiParameters,
  encodeErrorResult,
  erc20Abi,
  getAddress,
  keccak256,
  numberToHex,
  parseAbi,
  parseEther,
  stringToHex,
  zeroAddress,
  type Address,
  type Hex,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";
import { errorJson, hostOf } from "../../sdk/src/cli/errors.ts";
import { printable, toJson, toText, WIDTH } from "../../sdk/src/cli/output.ts";
import * as sdk from "../../sdk/src/index.ts";
import { deployAnswering } from "../support/servers/answering.ts";
import { buildClient } from "../../scripts/lib/clientPackage.ts";
import { openWorld, type World } from "../support/chain/dapp.ts";

const BIN = resolve("sdk/dist/esm/cli/index.js");
const FRIEND: Address = "0x3333333333333333333333333333333333333333";

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

describe("The command line", function () {
  this.timeout(300_000);
  let folder: string;
  let world: World;
  let server: Server;
  let url: string;
  let deployment: sdk.Deployment;
  let snapshot: { restore(): Promise<void> };
  /** Requests that reached the node. */
  const methods: string[] = [];

  const run = (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
    new Promise((done, failed) => {
      const child = spawn(process.execPath, [BIN, ...args], { env: { PATH: process.env.PATH, ...env }, cwd: folder });
      let [stdout, stderr] = ["", ""];
      child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
      child.once("error", failed);
      child.once("close", (code) => done({ code: code ?? -1, stdout, stderr }));
      child.stdin.end();
    });
  const runJson = async (args: readonly string[], env: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await run([...args, "--json"], env);
    return { code, json: JSON.parse(stdout) as Record<string, unknown>, stderr };
  };
  const onChain = () => ["--rpc-url", url, "--deployment", "deployment.json"];
  const file = (name: string, json: unknown) => {
    writeFileSync(join(folder, name), typeof json === "string" ? json : JSON.stringify(json));
    return name;
  };
  const minimal = (changes: object = {}) => ({
    app: "line.example",
    session: { shortest: "1m", longest: "2h", calls: 10 },
    gas: { budget: "0.01 ETH", paidByPrincipal: true },
    contracts: { [FRIEND]: { "post(string)": {} } },
    ...changes,
  });

  before(async () => {
    buildClient();
    folder = mkdtempSync(join(tmpdir(), "latchkey-line-"));
    world = await openWorld();
    const of = (each: { target: unknown }) => each.target as Address;
    deployment = {
      latchkey: world.address as Address,
      lens: of(world.lens),
      policyStore: of(world.store),
      forwarder: of(world.forwarder),
    };
    file("deployment.json", deployment);
    file("policy.json", minimal());
    // The node of this process, as a node behind a socket.
    server = createServer((request, response) => {
      void (async () => {
        let body = "";
        for await (const chunk of request) body += String(chunk);
        const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: unknown[] };
        methods.push(method);
        const answer = await world.provider.request({ method, params }).then(
          (result) => ({ result }),
          ({ code = -32_603, message, data }: { code?: number; message: string; data?: unknown }) => ({
            error: { code, message, data },
          }),
        );
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
      })();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    snapshot = await world.helpers.takeSnapshot();
  });
  afterEach(async () => {
    await snapshot.restore();
    methods.length = 0;
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    await world.connection.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const expectLines = (text: string) => {
    for (const line of text.split("\n")) expect(line.length, line).to.be.at.most(100);
    expect(text).to.not.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  };

  describe("is used", () => {
    const COMMANDS = ["describe", "lint", "hash", "publish", "session", "sessions", "decode"];

    it("with its help and its version, on stdout", async () => {
      const { code, stdout, stderr } = await run(["--help"]);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
      for (const command of COMMANDS) expect(stdout).to.match(new RegExp(`^  ${command} `, "m"));
      expectLines(stdout);
      const { version } = JSON.parse(readFileSync("sdk/package.json", "utf8")) as { version: string };
      expect(await run(["--version"])).to.deep.equal({ code: 0, stdout: `${version}\n`, stderr: "" });
      for (const command of COMMANDS) {
        const help = await run([command, "--help"]);
        expect(help.code, command).to.equal(0);
        expect(help.stdout).to.match(new RegExp(`^Usage: latchkey ${command} [A-Z]`));
        expect(help.stdout).to.contain("--rpc-url URL");
        expectLines(help.stdout);
      }
      expect((await runJson(["hash", "--help"])).json).to.deep.equal({ usage: "latchkey hash FILE [options]" });
    });

    it("only as it is meant to be: anything else is exit code 2", async () => {
      const none = await run([]);
      expect(none.code).to.equal(2);
      expect(none.stdout).to.contain("Usage: latchkey COMMAND");
      const WRONG: [args: string[], message: RegExp][] = [
        [["burn"], /^There is no command burn; there are describe, lint, hash, publish, session, sessions, decode\.$/],
        [["hash"], /^Usage: latchkey hash FILE \[options\]$/],
        [["hash", "policy.json", "b"], /^Usage: latchkey hash FILE/],
        [["hash", "policy.json", "--loud"], /^Unknown option '--loud'\. Usage: latchkey hash FILE \[options\]$/],
        [["hash", "policy.json", "--book"], /^Option '--book' argument is ambiguous\. Usage:/],
        [["publish", "policy.json", "--private-key=0xabcdef"], /^Unknown option '--private-key'\. Usage:/],
        [["describe", "policy.json", "--principal", "0x12"], /^--principal is no address: 0x12\.$/],
        [["describe", "policy.json", "--principal", FRIEND], /^--principal needs a node: --rpc-url\.$/],
        [["lint", "policy.json", "--principal", FRIEND], /^--principal needs a node: --rpc-url\.$/],
        [
          ["lint", "policy.json", "--abi", "policy.json"],
          /^--abi takes NAME=FILE with a name of the book or an address/,
        ],
        [["publish", "policy.json"], /^Which node\? Give --rpc-url or LATCHKEY_RPC_URL\.$/],
        [["session", FRIEND, "0x12", "--rpc-url", "x"], /^KEY is no address: 0x12\.$/],
        [["sessions", FRIEND, "--rpc-url", "ws://127.0.0.1"], /^The node's URL is no http or https one\.$/],
        [["sessions", FRIEND, "--from-block", "one"], /^--from-block is a block's number\.$/],
        [["decode", "0x123"], /^DATA is bytes in hex/],
        [["\u001b[31mred"], /^There is no command \\u\{1b\}\[31mred;/],
      ];
      for (const [args, message] of WRONG) {
        const { code, json } = await runJson(args);
        expect(code, args.join(" ")).to.equal(2);
        const { error } = json as unknown as { error: { code: string; message: string } };
        expect(error.code).to.equal("USAGE");
        expect(error.message).to.match(message);
        expect(error.message).to.not.contain("abcdef");
      }
      const plain = await run(["hash", "policy.json", "--loud"]);
      expect({ code: plain.code, stdout: plain.stdout }).to.deep.equal({ code: 2, stdout: "" });
      expect(plain.stderr).to.match(/^USAGE {2}Unknown option/);
      expectLines(plain.stderr.trimEnd());
    });

    it("with files that say what is wrong with them: exit code 1", async () => {
      file("broken.json", "{");
      file("wrong.json", minimal({ app: "" }));
      file("list.json", []);
      const REFUSED: [args: string[], code: string, message: RegExp][] = [
        [["hash", "none.json"], "FILE", /^none\.json cannot be read \(ENOENT\)\.$/],
        [["hash", "broken.json"], "SESSION_UNSAFE_POLICY", /^broken\.json: is not JSON:/],
        [["hash", "wrong.json"], "SESSION_UNSAFE_POLICY", /^wrong\.json:1: app: expected 1 to 31 printable ASCII/],
        [["hash", "policy.json", "--book", "none.json"], "FILE", /^none\.json cannot be read/],
        [["hash", "policy.json", "--book", "list.json"], "SESSION_UNSAFE_POLICY", /^list\.json:1: expected an object/],
        [["hash", "policy.json", "--deployment", "broken.json"], "FILE", /^broken\.json is not JSON\.$/],
        [["hash", "policy.json", "--deployment", "list.json"], "FILE", /^list\.json names no address as "latchkey"\.$/],
        [["lint", "policy.json", "--abi", `${FRIEND}=policy.json`], "FILE", /^policy\.json holds no ABI\.$/],
      ];
      for (const [args, code, message] of REFUSED) {
        const { code: exit, json } = await runJson(args);
        const { error } = json as unknown as { error: { code: string; message: string } };
        expect({ exit, code: error.code }, args.join(" ")).to.deep.equal({ exit: 1, code });
        expect(error.message).to.match(message);
      }
    });

    it("with a node that is not there: exit code 1, and no word of what stands in its URL", async () => {
      const secret = "http://127.0.0.1:1/v3/0123456789abcdef";
      for (const [args, env] of [
        [["sessions", FRIEND, "--rpc-url", secret], {}],
        [["sessions", FRIEND], { LATCHKEY_RPC_URL: secret }],
      ] as const) {
        const { code, json, stderr } = await runJson(args, env);
        expect(code).to.equal(1);
        expect(json).to.deep.equal({
          error: {
            code: "NODE",
            name: "Refusal",
            message: "The node at 127.0.0.1:1 does not answer: HTTP request failed.",
            details: [],
          },
        });
        expect(stderr).to.equal("");
      }
    });
  });

  describe("reads policy files", () => {
    const schema = resolve("examples/policies/social.json");
    const book = {
      contracts: Object.fromEntries(
        ["SocialFeed", "SocialEngagement", "SocialCore", "SocialMarket"].map((name, i) => [
          name,
          getAddress(numberToHex(0xa0000 + i, { size: 20 })),
        ]),
      ),
      tokens: { POKE: { address: getAddress(numberToHex(0xb0000, { size: 20 })), decimals: 18 } },
    };

    it("hashes as the library does", async () => {
      file("book.json", book);
      const { policy } = sdk.parsePolicyFile(readFileSync(schema, "utf8"), { book: book as sdk.AddressBook });
      const policyId = sdk.hashPolicy(policy);
      expect((await runJson(["hash", schema, "--book", "book.json"])).json).to.deep.equal({ policyId });
      expect((await run(["hash", schema, "--book", "book.json"])).stdout).to.equal(`policyId  ${policyId}\n`);
      const known = await runJson(["hash", schema, "--book", "book.json", ...onChain()]);
      expect(known.json).to.deep.equal({ policyId, isPublished: false });
    });

    it("describes them, aligned, within 100 columns and without a colour where there is no terminal", async () => {
      file("book.json", book);
      const { code, stdout, stderr } = await run(["describe", schema, "--book", "book.json"]);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
      expectLines(stdout);
      expect(stdout).to.match(/^app         social\.example\nabout       Post, react, poke and shop/);
      expect(stdout).to.contain("\nworst loss  50 POKE + 0.02 ETH of gas, if the trusted contracts keep their word\n");
      expect(stdout).to.contain("\nAt most\n  -  50 POKE in all\n");
      expect(stdout).to.match(/\nMind\n {2}- {2}SocialCore takes POKE by an allowance:/);
      const { json } = await runJson(["describe", schema, "--book", "book.json"]);
      const { policy } = sdk.parsePolicyFile(readFileSync(schema, "utf8"), { book: book as sdk.AddressBook });
      expect(json).to.deep.include({ policyId: sdk.hashPolicy(policy), limits: ["50 POKE in all"] });
    });

    it("draws them: an SVG document and nothing else on stdout", async () => {
      file("book.json", book);
      const { policy, contents } = sdk.parsePolicyFile(readFileSync(schema, "utf8"), { book: book as sdk.AddressBook });
      const names = Object.fromEntries(Object.entries(book.contracts).map(([name, address]) => [address, name]));
      const tokens = { [book.tokens.POKE.address]: { symbol: "POKE", decimals: 18 } };
      const svg = sdk.policyToSvg(policy, { contents, names, tokens });
      const args = ["describe", schema, "--book", "book.json", "--svg"];
      expect(await run(args)).to.deep.equal({ code: 0, stdout: svg, stderr: "" });
      expect((await runJson(args)).json).to.deep.include({ policyId: sdk.hashPolicy(policy), svg });
      // With a node, amounts are in the decimals of the token.
      const text = (value: string) => encodeAbiParameters([{ type: "string" }], [value]);
      const token = await deployAnswering(world, {
        "symbol()": text("USD"),
        "decimals()": numberToHex(1, { size: 32 }),
      });
      file("two.json", { tokens: { USD: { address: token, decimals: 2 } } });
      const limited = file("limited.json", minimal({ limits: { USD: "1 USD" } }));
      const drawn = await run(["describe", limited, "--book", "two.json", "--svg", ...onChain()]);
      expect(drawn.stderr).to.equal("the address book counts USD in 2 decimals, the token itself in 1\n");
      expect(drawn.stdout).to.match(/^<svg .*>10 USD<.*<\/svg>\n$/s);
    });

    it("describes the worst of every start, and what the file and an ABI call things", async () => {
      const abi = parseAbi(["function buy(address[] path, uint256 kind)"]);
      const weekly = minimal({
        session: { shortest: "1m", longest: "8d", calls: 10 },
        counters: { posts: 3 },
        limits: { ETH: "5 ETH per 7d", posts: "4 posts" },
        contracts: {
          [FRIEND]: {
            "buy(address[],uint256)": {
              spends: "1 posts",
              arguments: { "0": { contentIs: [FRIEND] }, "1": { is: "20000000000000000000000000" } },
            },
          },
        },
      });
      file("buy.json", { abi });
      const args = ["describe", file("weekly.json", weekly), "--abi", `${FRIEND}=buy.json`];
      const { json } = await runJson(args);
      // Eight days that begin with the last second of a week touch three.
      expect(json["worstLoss"]).to.equal(
        "15 ETH + 0.01 ETH of gas; at most 4 posts, if the trusted contracts keep their word",
      );
      expect((json["permissions"] as string[])[0]).to.contain(
        `path (argument 0) is [${FRIEND}]; kind (argument 1) is 20000000000000000000000000; counts 1 posts`,
      );
      const { permissions } = json["description"] as unknown as { permissions: { trust: string }[] };
      expect(permissions.map(({ trust }) => trust)).to.deep.equal(["trusted"]);
    });

    it("prints nothing raw that a file or a token says (ATK-126)", async () => {
      const text = (value: string) => encodeAbiParameters([{ type: "string" }], [value]);
      const token = await deployAnswering(world, {
        "symbol()": text("\u001b[2J\u202eUSDC"),
        "decimals()": numberToHex(6, { size: 32 }),
      });
      file("hostile.json", {
        contracts: { "a\u001b[31mb": FRIEND },
        tokens: { EVIL: { address: token, decimals: 18 } },
      });
      const hostile = minimal({
        about: "\u001b[2J\u0007nothing to see\r\nworst loss  nothing",
        limits: { EVIL: "1 EVIL" },
        contracts: { "a\u001b[31mb": { "post(string)": {} } },
      });
      const args = ["describe", file("evil.json", hostile), "--book", "hostile.json"];
      for (const more of [[], onChain()]) {
        const { code, stdout } = await run([...args, ...more]);
        expect(code).to.equal(0);
        expectLines(stdout);
        expect(stdout).to.contain("\\u{1b}[2J\\u{7}nothing to see\\u{d}\\u{a}worst loss");
        expect(stdout.match(/^worst loss/gm)).to.have.length(1);
      }
      const { json } = await runJson([...args, ...onChain()]);
      expect(json["tokens"]).to.deep.equal([`"\\u{1b}[2J\\u{202e}USDC" is ${token}`]);
      // The book counted the cap in 18 decimals where the token has 6.
      expect((json["warnings"] as string[])[0]).to.equal(
        "the address book counts EVIL in 18 decimals, the token itself in 6",
      );
      expect(json["limits"]).to.deep.equal(['1000000000000 "\\u{1b}[2J\\u{202e}USDC" in all']);
    });

    it("lints them: warnings are exit code 0, errors 1", async () => {
      const clean = { ETH: "1 ETH" };
      const paid = minimal({ limits: clean, contracts: { [FRIEND]: { "native transfer": { value: "1 ETH" } } } });
      expect(await run(["lint", file("paid.json", paid)])).to.deep.equal({
        code: 0,
        stdout: "Nothing found.\n",
        stderr: "",
      });
      const warned = await runJson(["lint", "policy.json"]);
      expect(warned).to.deep.include({ code: 0 });
      expect(warned.json).to.deep.include({ errors: 0, warnings: 1 });
      file("erc20.json", { abi: erc20Abi });
      const wrong = await runJson(["lint", "policy.json", "--abi", `${FRIEND}=erc20.json`]);
      expect(wrong.code).to.equal(1);
      expect((wrong.json["issues"] as { rule: string }[]).map(({ rule }) => rule)).to.include("method-not-in-abi");
      // The node knows more.
      const asked = await runJson(["lint", "policy.json", ...onChain()]);
      expect((asked.json["issues"] as { rule: string }[]).map(({ rule }) => rule)).to.include("target-without-code");
      // What the chain would not publish is an error, whatever the file says.
      const codeless = minimal({
        limits: { EVIL: "1 EVIL" },
        contracts: { [FRIEND]: { "transfer(address,uint256)": {} } },
      });
      file("codeless-book.json", { tokens: { EVIL: { address: FRIEND, decimals: 18 } } });
      const codelessArgs = ["lint", file("codeless.json", codeless), "--book", "codeless-book.json"];
      expect((await run(codelessArgs)).code).to.equal(0);
      const refused = await run([...codelessArgs, ...onChain()]);
      expect(refused.code).to.equal(1);
      expect(refused.stdout).to.match(/^error +The chain does not publish this policy: [^]*UnsafeLimitedToken/m);
      const self = await run(["lint", "policy.json", "--principal", FRIEND, ...onChain()]);
      expect(self.code).to.equal(1);
      expect(self.stdout).to.match(/^error +0x3{40} is a module or machinery/m);
      expectLines(self.stdout);
    });
  });

  describe("decodes", () => {
    it("revert data of Latchkey, bare and wrapped by an EntryPoint, with what it carries", async () => {
      const abi = parseAbi([
        "error SessionCallsExceeded(uint256 requested, uint256 left)",
        "error FailedOpWithRevert(uint256 opIndex, string reason, bytes inner)",
      ]);
      const inner = encodeErrorResult({ abi, errorName: "SessionCallsExceeded", args: [4n, 3n] });
      const wrapped = encodeErrorResult({ abi, errorName: "FailedOpWithRevert", args: [0n, "AA23 reverted", inner] });
      for (const data of [inner, wrapped]) {
        const { code, json } = await runJson(["decode", data]);
        expect(code).to.equal(0);
        expect(json).to.deep.include({
          kind: "error",
          code: "SESSION_MAX_CALLS_EXCEEDED",
          args: { requested: "4", left: "3" },
        });
      }
      const { stdout } = await run(["decode", wrapped]);
      expect(stdout).to.match(/^error +SessionCallsExceeded\ncode +SESSION_MAX_CALLS_EXCEEDED\n/);
      expect(stdout).to.match(/^requested +4$/m);
    });

    it("what Solidity itself says, with nothing raw in it", async () => {
      const data = encodeErrorResult({
        abi: parseAbi(["error Error(string)"]),
        errorName: "Error",
        args: ["\u001b[31mno"],
      });
      const { json } = await runJson(["decode", data]);
      expect(json).to.deep.include({ code: "SESSION_CALL_REVERTED" });
      expect((await run(["decode", data])).stdout).to.equal("reverted  \\\\u{1b}[31mno\n".replace("\\\\", "\\"));
    });

    it("a session signature", async () => {
      const key = sdk.generateSecp256k1SessionKey();
      const validUntil = 1_900_000_000;
      const signature = await sdk.signSessionDigest(key, keccak256("0x"), validUntil);
      const { code, json } = await runJson(["decode", signature]);
      expect(code).to.equal(0);
      expect(json).to.deep.include({ kind: "signature", key: key.address, validUntil });
      expect(json["r"]).to.equal(`0x${signature.slice(66, 130)}`);
      expect(json["parity"]).to.equal(Number(BigInt(`0x${signature.slice(130, 194)}`) >> 255n));
      expect((await run(["decode", signature])).stdout).to.contain("2030-03-17T17:46:40Z (1900000000), inclusive");
    });

    it("the signature of a P-256 key, which names its x alone", async () => {
      const seen = new Set<unknown>();
      while (seen.size < 2) {
        const key = await sdk.generateP256SessionKey();
        const { json } = await runJson(["decode", await sdk.signSessionDigest(key, keccak256("0x"), 1_900_000_000)]);
        const parity = Number(BigInt(key.publicKey) % 2n);
        expect(json).to.deep.include({ kind: "signature", curve: "p256", key: key.address, parity });
        seen.add(parity);
      }
      // This is the x of no point.
      const nobody = [2n ** 160n + 2n, 1n, 1n, 1n].map((each) => numberToHex(each, { size: 32 }));
      expect((await runJson(["decode", concatHex(nobody)])).code).to.equal(1);
    });

    it("nothing else: exit code 1", async () => {
      for (const data of ["0x", "0x12345678", `0x${"ff".repeat(128)}`]) {
        const { code, json } = await runJson(["decode", data]);
        expect(code).to.equal(1);
        expect((json as unknown as { error: { code: string } }).error.code).to.equal("UNKNOWN_DATA");
      }
    });
  });

  describe("publishes", () => {
    const secret = generatePrivateKey();
    const sender = privateKeyToAccount(secret);
    const env = { LATCHKEY_PRIVATE_KEY: secret };
    const publish = (...more: string[]) => ["publish", "policy.json", ...onChain(), ...more];
    const isPublished = async () => (await runJson(["hash", "policy.json", ...onChain()])).json["isPublished"];
    const policyId = () => sdk.hashPolicy(sdk.parsePolicyFile(minimal()).policy);
    beforeEach(() => world.helpers.setBalance(sender.address, parseEther("1")));

    it("what it has announced, once, and nothing else stands on stdout", async () => {
      const { code, json, stderr } = await runJson(publish("--yes"), env);
      expect(code).to.equal(0);
      expect(json).to.deep.include({ policyId: policyId(), chainId: 31_337 });
      expect(json["hash"]).to.match(/^0x[0-9a-f]{64}$/);
      expect(stderr).to.match(new RegExp(`^publish +policy.json as ${policyId()}\\n`));
      expect(stderr).to.match(new RegExp(`^from +${sender.address}, which has 1 ETH$`, "m"));
      expect(stderr).to.match(/^on chain +31337$/m);
      expect(stderr).to.match(/^gas +about \d+, at most 0\.0\d+ ETH$/m);
      expect(stderr).to.not.contain(secret.slice(2));
      expect(await isPublished()).to.equal(true);
      const again = await runJson(publish("--yes"), env);
      expect(again).to.deep.equal({ code: 0, json: { policyId: policyId(), chainId: 31_337, hash: null }, stderr: "" });
    });

    it("nothing without a word of agreement: there is no terminal to ask on", async () => {
      methods.length = 0;
      const { code, json, stderr } = await runJson(publish(), env);
      expect(code).to.equal(1);
      expect((json as unknown as { error: object }).error).to.deep.include({
        code: "NOT_CONFIRMED",
        message: "Nothing was sent: give --yes to send without being asked.",
      });
      expect(stderr).to.match(/^publish/);
      expect(methods.filter((method) => /^eth_send/.test(method))).to.deep.equal([]);
      expect(await isPublished()).to.equal(false);
    });

    it("nothing that the chain refuses: the refusal is its typed error", async () => {
      // What the client can see it refuses itself.
      const approve = minimal({ contracts: { POKE: { "approve(address,uint256)": {} } }, limits: { POKE: "1 POKE" } });
      const nowhere = { tokens: { POKE: { address: FRIEND, decimals: 18 } } };
      methods.length = 0;
      const refusalOf = async (name: string, policy: object) => {
        const args = ["publish", file(name, policy), "--book", file("nowhere.json", nowhere), ...onChain(), "--yes"];
        const { code, json } = await runJson(args, env);
        expect(code).to.equal(1);
        return (json as unknown as { error: { code: string; name: string; args: object } }).error;
      };
      expect(await refusalOf("approve.json", approve)).to.deep.include({
        ...{ code: "SESSION_UNSAFE_POLICY", name: "PolicyFileError" },
      });
      // A limited token without code.
      const transfer = minimal({
        contracts: { POKE: { "transfer(address,uint256)": {} } },
        limits: { POKE: "1 POKE" },
      });
      const error = await refusalOf("transfer.json", transfer);
      expect(error).to.deep.include({ code: "SESSION_UNSAFE_POLICY", name: "UnsafeLimitedToken" });
      expect(error.args).to.deep.equal({ limit: "0", token: FRIEND });
      expect(methods.filter((method) => /^eth_send/.test(method))).to.deep.equal([]);
    });

    it("with a key from the environment or a keystore, and says nothing of either", async () => {
      const without = await runJson(publish("--yes"));
      expect(without.code).to.equal(2);
      const bad = await runJson(publish("--yes"), { LATCHKEY_PRIVATE_KEY: `${secret}00` });
      expect(bad.code).to.equal(1);
      expect(JSON.stringify(bad)).to.not.contain(secret.slice(2));
      expect((bad.json as unknown as { error: { message: string } }).error.message).to.equal(
        "LATCHKEY_PRIVATE_KEY is no private key.",
      );

      // Another implementation wrote these.
      const account: KeystoreAccount = { address: sender.address, privateKey: secret };
      file("scrypt.json", encryptKeystoreJsonSync(account, "open sesame", { scrypt: { N: 2 ** 10 } }));
      file("password", "open sesame\nand more");
      const opened = (...more: string[]) => publish("--yes", "--keystore", "scrypt.json", ...more);
      const wrong = await runJson(opened(), { LATCHKEY_KEYSTORE_PASSWORD: "open says me" });
      expect(wrong.code).to.equal(1);
      expect((wrong.json as unknown as { error: object }).error).to.deep.include({
        code: "KEY",
        message: "The keystore could not be opened.",
      });
      expect((await runJson(opened())).code).to.equal(2);
      const keystore = JSON.parse(readFileSync(join(folder, "scrypt.json"), "utf8")) as {
        Crypto: object;
        crypto: object;
      };
      file("scrypt.json", { ...keystore, crypto: keystore.crypto ?? keystore.Crypto });
      const good = await runJson(opened("--password-file", "password"));
      expect(good).to.deep.include({ code: 0 });
      expect(good.stderr).to.contain(sender.address);
    });

    it("with a keystore of PBKDF2, and refuses one that is damaged or asks for too much", async () => {
      const salt: Hex = `0x${"11".repeat(32)}`;
      const derived = pbkdf2(stringToHex("pw"), salt, 1_000, 32, "sha256");
      const { createCipheriv } = await import("node:crypto");
      const iv = Buffer.alloc(16, 7);
      const cipher = createCipheriv("aes-128-ctr", Buffer.from(derived.slice(2), "hex").subarray(0, 16), iv);
      const ciphertext = Buffer.concat([cipher.update(Buffer.from(secret.slice(2), "hex")), cipher.final()]);
      const crypto = {
        cipher: "aes-128-ctr",
        cipherparams: { iv: iv.toString("hex") },
        ciphertext: ciphertext.toString("hex"),
        kdf: "pbkdf2",
        kdfparams: { c: 1_000, dklen: 32, prf: "hmac-sha256", salt: salt.slice(2) },
        mac: keccak256(`0x${derived.slice(34)}${ciphertext.toString("hex")}`).slice(2),
      };
      const attempt = (changes: object) => {
        file("pbkdf2.json", { version: 3, crypto: { ...crypto, ...changes } });
        return runJson(publish("--keystore", "pbkdf2.json"), { LATCHKEY_KEYSTORE_PASSWORD: "pw" });
      };
      const codeOf = async (changes: object) =>
        ((await attempt(changes)).json as unknown as { error: { code: string } }).error.code;
      // It opens: what is missing then is agreement.
      expect(await codeOf({})).to.equal("NOT_CONFIRMED");
      expect(await codeOf({ mac: crypto.mac.replace(/./, (first) => (first === "0" ? "1" : "0")) })).to.equal("KEY");
      expect(await codeOf({ cipher: "aes-256-cbc" })).to.equal("KEY");
      expect(await codeOf({ kdfparams: { ...crypto.kdfparams, prf: "hmac-md5" } })).to.equal("KEY");
      const heavy = { n: 2 ** 30, r: 8, p: 1, dklen: 32, salt: salt.slice(2) };
      expect(await codeOf({ kdf: "scrypt", kdfparams: heavy })).to.equal("KEY");
    });
  });

  describe("shows sessions", () => {
    it("of a principal, each as it stands, and one with what it can still take", async () => {
      const wallet = new Wallet(Wallet.createRandom().privateKey, world.ethers.provider);
      const owner = privateKeyToAccount(wallet.privateKey as Hex);
      await world.helpers.setBalance(owner.address, parseEther("10"));
      const poke = getAddress(
        await (await world.ethers.deployContract("Poke", [owner.address, parseEther("1")])).getAddress(),
      );
      const poker: Address = getAddress("0x5555555555555555555555555555555555555555");
      const client = createClient({
        chain: hardhat,
        transport: custom(world.provider),
        pollingInterval: 20,
        cacheTime: 0,
      });
      const actions = client.extend(sdk.sessionActions({ deployment }));
      const policy = sdk.definePolicy({
        app: "line.example",
        maxDuration: 7_200,
        maxCalls: 10,
        gasBudget: 10n ** 16n,
        selfPaid: true,
        permissions: [sdk.method(poke, "transfer(address,uint256)"), sdk.nativeTransfer(FRIEND, 1n)],
        limits: [
          { unit: poke, cap: 5n * 10n ** 17n },
          { unit: zeroAddress, cap: 10n ** 18n, period: 3_600 },
        ],
      });
      const [first, second] = [sdk.generateSecp256k1SessionKey(), await sdk.generateP256SessionKey()];
      const { grant } = await actions.registerSessionSync({ key: first, policy, account: owner });
      await actions.registerSessionSync({ key: second, policy, account: owner, lane: 7n });
      await actions.revokeSessionSync({ key: first.address, account: owner });

      const listed = await runJson(["sessions", owner.address, ...onChain()]);
      expect(listed.code).to.equal(0);
      const sessions = listed.json["sessions"] as unknown as Record<string, unknown>[];
      expect(sessions.map(({ key, status, lane }) => ({ key, status, lane }))).to.deep.equal([
        { key: first.address, status: "Revoked", lane: "0" },
        { key: second.address, status: "Active", lane: "7" },
      ]);
      const text = await run(["sessions", owner.address, ...onChain()]);
      expectLines(text.stdout);
      expect(text.stdout).to.match(
        new RegExp(`^${first.address}\\n {2}app +line\\.example\\n {2}kind +secp256k1$`, "m"),
      );
      expect(text.stdout).to.match(/^ {2}kind +P-256$/m);
      const block = await world.ethers.provider.getBlockNumber();
      const none = await run(["sessions", owner.address, "--from-block", String(block + 1), ...onChain()]);
      expect(none).to.deep.equal({ code: 0, stdout: `${owner.address} registered no session.\n`, stderr: "" });

      const one = await runJson(["session", owner.address, second.address, ...onChain()]);
      expect(one.json).to.deep.include({ status: "Active", callsLeft: 10, gasLeft: String(10n ** 16n) });
      expect(one.json["validUntil"]).to.be.within(grant.validUntil, grant.validUntil + 60);
      expect(one.json["policyId"]).to.equal(sdk.hashPolicy(policy));
      expect((one.json["worstLoss"] as unknown as { gas: string }).gas).to.equal(String(10n ** 16n));
      const shown = await run(["session", owner.address, second.address, ...onChain()]);
      expectLines(shown.stdout);
      expect(shown.stdout).to.contain(`limit         0.5 left of 0.5 POKE (${poke})\n`);
      expect(shown.stdout).to.match(
        /^limit +1 left of 1 ETH in each 1 h, again at 20\d\d-\d\d-\d\dT\d\d:00:00Z \(\d+\)$/m,
      );
      expect(shown.stdout).to.match(
        new RegExp(`^worst loss +[23] ETH \\+ 0\\.5 POKE \\(${poke}\\) \\+ 0\\.01 ETH of gas$`, "m"),
      );
      const dead = await run(["session", owner.address, first.address, ...onChain()]);
      expect(dead.stdout).to.match(/^status +Revoked$/m);
      expect(dead.stdout).to.match(/^worst loss +nothing$/m);
      const third = sdk.generateSecp256k1SessionKey();
      const trusting = { ...policy, app: "trusting.example", permissions: sdk.anyMethodOf(poker), limits: [] };
      await actions.registerSessionSync({ key: third, policy: trusting, account: owner });
      const trusted = await run(["session", owner.address, third.address, ...onChain()]);
      expect(trusted.stdout).to.match(/^worst loss +0\.01 ETH of gas, if the trusted contracts keep their word$/m);
      expect(trusted.stdout)
        .to.match(new RegExp(`^trusts +${poker}$`, "m"))
        .and.to.match(/^open +/m);
      const { json } = await runJson(["session", owner.address, third.address, ...onChain()]);
      expect(json["worstLoss"]).to.deep.include({ trusted: [poker], open: [0], isWhole: false });
      const unknown = await run(["session", owner.address, FRIEND, ...onChain()]);
      expect(unknown.code).to.equal(0);
      expect(unknown.stdout).to.match(/^status +None: the principal never registered this key$/m);
    });

    it("by the node that the environment names", async () => {
      const { code, stdout } = await run(["sessions", FRIEND, "--deployment", "deployment.json"], {
        LATCHKEY_RPC_URL: url,
      });
      expect({ code, stdout }).to.deep.equal({ code: 0, stdout: `${FRIEND} registered no session.\n` });
    });

    it("and says that there are no contracts at an address, not that there is no session", async () => {
      const elsewhere = Object.fromEntries(Object.keys(deployment).map((name) => [name, FRIEND]));
      file("elsewhere.json", elsewhere);
      const { code, json } = await runJson([
        "session",
        FRIEND,
        FRIEND,
        "--rpc-url",
        url,
        "--deployment",
        "elsewhere.json",
      ]);
      expect(code).to.equal(1);
      const { error } = json as unknown as { error: { message: string; details: string[] } };
      expect(error.message).to.equal("There is no contract at this address.");
      expect(error.details).to.include(`Address: ${FRIEND}`);
    });
  });

  describe("writes", () => {
    it("titles in bold where there is a terminal, and only titles", () => {
      const sections = [{ title: "T", rows: [["a", "b"] as const] }];
      expect(toText(sections, true)).to.equal("\u001b[1mT\u001b[22m\n  a  b");
      expect(toText(sections, false)).to.equal("T\n  a  b");
    });

    it("long texts between words, and words that are too long in pieces", () => {
      const lines = toText([{ rows: [["label", `${"word ".repeat(40)}${"x".repeat(250)}`]] }], false).split("\n");
      for (const line of lines) expect(line.length).to.be.at.most(WIDTH);
      expect(lines.slice(1).every((line) => line.startsWith("       ") && line[7] !== " ")).to.equal(true);
      expect(lines.join("").replaceAll(" ", "")).to.equal(`label${"word".repeat(40)}${"x".repeat(250)}`);
    });

    it("control characters as what they are, whoever let them through (ATK-126)", () => {
      expect(printable("a\u001b[31mb\u2028\u202e")).to.equal("a\\u{1b}[31mb\\u{2028}\\u{202e}");
      expect(printable("₮ é 中")).to.equal("₮ é 中");
    });

    it("no word of a node's URL but its host", () => {
      const secret = "https://node.example/v3/0123456789abcdef";
      for (const thrown of [
        new Error(`fetch of ${secret} failed`),
        new BaseError(`fetch of ${secret} failed`, { details: secret }),
        new sdk.PolicyError(`fetch of ${secret} failed`, { metaMessages: [secret] }),
      ]) {
        const { message, details } = errorJson(thrown, secret);
        expect(message).to.equal("fetch of node.example failed");
        expect(details.join()).to.match(/^(node\.example)?$/);
      }
      expect(hostOf("nonsense")).to.equal("the node");
    });

    it("JSON that a terminal obeys in nothing", () => {
      const value = { "a\u009b31m": ["\u202e\u{e0001}\u2028", "é 中\n"] };
      expect(toJson(value)).to.not.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e\u{e0001}]/u);
      expect(JSON.parse(toJson(value))).to.deep.equal(value);
    });

    it("bigints as decimal strings", () => {
      expect(JSON.parse(toJson({ a: [2n ** 70n], b: 1 }))).to.deep.equal({ a: [String(2n ** 70n)], b: 1 });
    });
  });
});
