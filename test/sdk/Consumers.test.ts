import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { build, type Metafile } from "esbuild";
import { encodeErrorResult } from "viem";
import { contractErrorsAbi } from "../../sdk/src/generated/errors/contractErrorsAbi.ts";
import { contract, decodeSessionError, definePolicy, hashPolicy } from "../../sdk/src/index.ts";
import { installPackedClient, type PackedClient } from "../support/client/packedClient.ts";

const FEED = "0x3333333333333333333333333333333333333333";
/** What a program of each kind prints: the name of a policy and of a type of the ABI, so that both entries are used. */
const PROGRAM = `
  const abi = [{ type: "function", name: "post", stateMutability: "nonpayable", outputs: [],
    inputs: [{ name: "text", type: "string" }] }];
  const permissions = [contract({ address: "${FEED}", abi, methods: { post: {} } })];
  const policy = definePolicy({ app: "notes.example", maxDuration: 3600, maxCalls: 40, permissions });
  console.log(hashPolicy(policy), latchkeyAbi.some(({ name }) => name === "registerSession"));
`;
const ES_MODULE = `
  import { contract, definePolicy, hashPolicy } from "latchkey";
  import { latchkeyAbi } from "latchkey/abi";
  ${PROGRAM}`;

const NOTES = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SessionAware} from "latchkey/contracts/dapp/SessionAware.sol";
import {SessionSpender} from "latchkey/contracts/dapp/SessionSpender.sol";
import {ILatchkey} from "latchkey/contracts/interfaces/ILatchkey.sol";
import {ISessionConsumer} from "latchkey/contracts/interfaces/ISessionConsumer.sol";

contract Notes is SessionAware {
    using SessionSpender for IERC20;

    IERC20 public immutable TOKEN;
    mapping(address principal => string note) public noteOf;

    constructor(ISessionConsumer latchkey, IERC20 token) SessionAware(latchkey) {
        TOKEN = token;
    }

    function write(address principal, string calldata note) external onlyPrincipalOrSession(principal) {
        noteOf[principal] = note;
    }

    function tip(address principal, address to, uint256 amount) external onlyPrincipalOrSession(principal) {
        TOKEN.pull(principal, to, amount, 2);
    }

    function status(address principal, address key) external view returns (bool) {
        return ILatchkey(address(LATCHKEY)).isAuthorized(principal, key, address(this), this.write.selector);
    }
}
`;

interface Compiled {
  abi: { name?: string }[];
  bytecode: string;
}

describe("A project that installs the package", function () {
  this.timeout(300_000);
  let client: PackedClient;
  before(() => {
    client = installPackedClient();
  });
  after(() => client.close());

  /** What every program has to print. */
  function printed(): string {
    const abi = [
      {
        type: "function",
        name: "post",
        stateMutability: "nonpayable",
        inputs: [{ name: "text", type: "string" }],
        outputs: [],
      },
    ] as const;
    const permissions = [contract({ address: FEED, abi, methods: { post: {} } })];
    return `${hashPolicy(definePolicy({ app: "notes.example", maxDuration: 3_600, maxCalls: 40, permissions }))} true\n`;
  }

  function expectNotes({ abi, bytecode }: Compiled): void {
    expect(abi.map(({ name }) => name)).to.include.members(["write", "tip", "status", "SessionCarriesNoValue"]);
    expect(bytecode).to.match(/^(0x)?[0-9a-f]{1000,}$/);
  }

  it("in Node, of ES modules", () => {
    client.write("program.mjs", ES_MODULE);
    expect(client.run("program.mjs")).to.equal(printed());
  });

  it("in Node, of CommonJS", () => {
    client.write(
      "program.cjs",
      `const { contract, definePolicy, hashPolicy } = require("latchkey");
       const { latchkeyAbi } = require("latchkey/abi");
       ${PROGRAM}`,
    );
    expect(client.run("program.cjs")).to.equal(printed());
  });

  it("with esbuild: one file for a browser, which runs where nothing is installed", async () => {
    client.write("app.js", ES_MODULE);
    const { outputFiles, metafile } = await build({
      absWorkingDir: client.project,
      entryPoints: ["app.js"],
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "browser",
      logLevel: "silent",
    });
    const taken = Object.keys(metafile.inputs).filter((path) => path.startsWith("node_modules/latchkey/"));
    expect(taken).to.include("node_modules/latchkey/dist/esm/index.js");
    expect(taken.filter((path) => !path.startsWith("node_modules/latchkey/dist/esm/"))).to.deep.equal([]);
    const elsewhere = mkdtempSync(join(tmpdir(), "latchkey-bundle-"));
    try {
      writeFileSync(join(elsewhere, "app.mjs"), outputFiles[0]!.contents);
      const said = execFileSync(process.execPath, ["app.mjs"], { cwd: elsewhere, encoding: "utf8" });
      expect(said).to.equal(printed());
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  describe("with esbuild, in files that are loaded when they are needed", () => {
    const REFUSED = encodeErrorResult({ abi: contractErrorsAbi, errorName: "SessionCallsExceeded", args: [4n, 3n] });
    /** An app that sends, and is refused at once by the wallet that makes its calls. */
    const APP = `
      import { isContractError, isSessionError, revokeSession, sendSessionCalls, toSessionProvider } from "latchkey";
      import { createClient, custom } from "viem";
      globalThis.used = [sendSessionCalls, toSessionProvider, isContractError];
      const client = createClient({ transport: custom({ request: ({ method }) => (method === "eth_getCode" ? "0x00" : "0x1") }) });
      const sendCalls = async () => {
        throw Object.assign(new Error("execution reverted"), { data: "${REFUSED}" });
      };
      const parameters = { principal: "${FEED}", key: "${FEED}", sendCalls };
      const refusalOf = (parameters) => revokeSession(client, parameters).catch(({ code, message }) => ({ code, message }));
      const account = { type: "smart", address: "${FEED}" };
      const operation = await refusalOf({ account, bundler: {}, key: "${FEED}" });
      console.log(JSON.stringify({ ...(await refusalOf(parameters)), operation }));`;
    interface Said {
      code: string;
      message: string;
    }
    let folder: string;
    let metafile: Metafile;
    before(async () => {
      client.write("split.js", APP);
      folder = mkdtempSync(join(tmpdir(), "latchkey-split-"));
      ({ metafile } = await build({
        absWorkingDir: client.project,
        entryPoints: ["split.js"],
        bundle: true,
        splitting: true,
        outdir: folder,
        outExtension: { ".js": ".mjs" },
        metafile: true,
        format: "esm",
        platform: "browser",
        logLevel: "silent",
      }));
    });
    after(() => rmSync(folder, { recursive: true }));

    const run = () => {
      const said = execFileSync(process.execPath, ["split.mjs"], { cwd: folder, encoding: "utf8" });
      return JSON.parse(said) as Said & { operation: Said };
    };
    /** The file of the app that holds a file of the package. */
    const fileWith = (source: string) => {
      const holds = ([, { inputs }]: [string, Metafile["outputs"][string]]) =>
        Object.keys(inputs).some((input) => input.endsWith(source));
      return basename(Object.entries(metafile.outputs).find(holds)![0]);
    };

    it("the words of errors apart, and each error complete", () => {
      const words = fileWith("generated/errors/contractErrorWords.js");
      expect(words).to.match(/^decoder-/);
      const { imports } = Object.entries(metafile.outputs).find(([path]) => path.endsWith("/split.mjs"))![1];
      expect(imports.filter(({ path, kind }) => kind === "import-statement" && path.endsWith(words))).to.deep.equal([]);
      const { code, message } = decodeSessionError(REFUSED)!;
      const [told] = message.split("Details: ");
      const said = run();
      expect(said.code).to.equal(code);
      expect(said.message.startsWith(told!.split("\nVersion:")[0]!.trimEnd())).to.equal(true, said.message);
    });

    it("what sends operations apart, and says it where its file is not there", () => {
      const lost = "The part of the package that sends operations was not loaded.";
      expect(run().operation.message).not.to.include(lost);
      rmSync(join(folder, fileWith("operations/sendOperation.js")));
      const { code, operation } = run();
      expect(code).to.equal(decodeSessionError(REFUSED)!.code);
      expect(operation.code).to.equal("SESSION_OPERATION_REJECTED");
      expect(operation.message).to.include(lost);
    });

    it("and what was refused is said without words where their file is not there", () => {
      rmSync(join(folder, fileWith("generated/errors/contractErrorWords.js")));
      const { code, message } = run();
      expect(code).to.equal("SESSION_OPERATION_REJECTED");
      expect(message).to.include("This was refused, and the part of the package that says why was not loaded.");
      expect(message).to.include(`Data: ${REFUSED}`);
      expect(message).to.include("Loading: Cannot find module");
    });
  });

  it("with Hardhat: its Solidity imports Latchkey's", () => {
    const compiler = {
      version: "0.8.34",
      path: resolve("node_modules/solc/soljson.js"),
      settings: { evmVersion: "cancun" },
    };
    client.write("hardhat.config.ts", `export default { solidity: { compilers: [${JSON.stringify(compiler)}] } };`);
    client.write("contracts/Notes.sol", NOTES);
    client.run("node_modules/hardhat/dist/src/cli.js", "build");
    const artifact = readFileSync(join(client.project, "artifacts/contracts/Notes.sol/Notes.json"), "utf8");
    expectNotes(JSON.parse(artifact) as Compiled);
  });

  it("with Foundry and npm, under the remappings of the guide", () => {
    expectNotes(compileAsFoundry(client.project, documentedRemappings("node_modules/")));
  });

  it("with Foundry and submodules, under the remappings of the guide", () => {
    // As `forge install` leaves them: each repository in a folder of lib/.
    const project = mkdtempSync(join(tmpdir(), "latchkey-foundry-"));
    try {
      for (const [from, to] of [
        ["contracts", "lib/latchkey/contracts"],
        ["node_modules/@openzeppelin/contracts", "lib/openzeppelin-contracts/contracts"],
      ] as const) {
        mkdirSync(join(project, to), { recursive: true });
        cpSync(from, join(project, to), { recursive: true, filter: (path) => !path.endsWith(".json") });
      }
      expectNotes(compileAsFoundry(project, documentedRemappings("lib/")));
    } finally {
      rmSync(project, { recursive: true });
    }
  });
});

/** The lines of remappings.txt that the guide gives for what is installed in `folder`. */
function documentedRemappings(folder: string): string[] {
  const guide = readFileSync("docs/guides/integrate-a-dapp.md", "utf8");
  const lines = [...guide.matchAll(/^ *(\S+\/=\S+\/)$/gm)].map(([, line]) => line!);
  return lines.filter((line) => line.includes(`=${folder}`));
}

/** Compiles what `src/Notes.sol` of a project would be, with the files of that project alone and solc's own remappings. */
function compileAsFoundry(project: string, remappings: string[]): Compiled {
  const solc = createRequire(import.meta.url)("solc") as {
    compile(input: string, callbacks: { import(path: string): { contents: string } | { error: string } }): string;
  };
  const input = {
    language: "Solidity",
    sources: { "src/Notes.sol": { content: NOTES } },
    settings: { remappings, evmVersion: "cancun", outputSelection: { "*": { Notes: ["abi", "evm.bytecode.object"] } } },
  };
  const read = (path: string) => {
    try {
      return { contents: readFileSync(join(project, path), "utf8") };
    } catch {
      return { error: `there is no ${path}` };
    }
  };
  const { contracts = {}, errors = [] } = JSON.parse(solc.compile(JSON.stringify(input), { import: read })) as {
    contracts?: Record<string, Record<string, { abi: Compiled["abi"]; evm: { bytecode: { object: string } } }>>;
    errors?: { severity: string; formattedMessage: string }[];
  };
  expect(errors.map(({ formattedMessage }) => formattedMessage)).to.deep.equal([]);
  const { abi, evm } = contracts["src/Notes.sol"]!.Notes!;
  return { abi, bytecode: evm.bytecode.object };
}
