import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { expect } from "chai";
import hre from "hardhat";

/** What dApps and wallets compile with a compiler of their own. */
const OPEN = /^contracts\/(dapp|interfaces)\//;

/** Each mixin as a dApp has it, so that its code is generated too. */
const DAPPS: Record<string, string> = {
  "contracts/dapp/SessionAware.sol": `
import {ISessionConsumer} from "contracts/interfaces/ISessionConsumer.sol";
import {SessionAware} from "contracts/dapp/SessionAware.sol";
contract Notes is SessionAware {
  mapping(address => string) public noteOf;
  constructor(ISessionConsumer latchkey) SessionAware(latchkey) {}
  function write(address principal, string calldata note) external onlyPrincipalOrSession(principal) {
    noteOf[principal] = note;
  }
  function mayRead(address principal) external view returns (bool) {
    return _isPrincipalOrSession(principal, msg.sender);
  }
}`,
  "contracts/dapp/SessionSpender.sol": `
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SessionSpender} from "contracts/dapp/SessionSpender.sol";
contract Tips {
  function tip(IERC20 token, address principal, address author, uint256 amount) external {
    SessionSpender.pull(token, principal, author, amount, 3);
  }
}`,
};

interface Output {
  errors?: { formattedMessage: string }[];
  contracts?: Record<string, Record<string, { evm: { bytecode: { object: string } } }>>;
}

describe("The pragmas", function () {
  this.timeout(300_000);

  const sources = globSync("contracts/**/*.sol")
    .sort()
    .map((file) => ({ file, range: /^pragma solidity (.*);$/m.exec(readFileSync(file, "utf8"))![1]! }));
  const profile = hre.config.solidity.profiles.default!;
  const { version } = profile.compilers[0]!;
  const isExact = (range: string) => /^\d/.test(range);

  it("pin what is deployed to the compiler that decides its address, and nothing else", () => {
    const deployed = [...Object.keys(profile.overrides), "contracts/account/LatchkeyAccount.sol"];
    const pinned = sources.filter(({ range }) => isExact(range));
    expect(pinned.map(({ file }) => file)).to.have.members(deployed);
    for (const { file, range } of pinned) expect(range, file).to.equal(version);
  });

  it("are open for what others compile", () => {
    const open = sources.filter(({ file }) => OPEN.test(file));
    expect(open).to.have.length.above(15);
    for (const { file, range } of open) expect(range, file).to.match(/^(>=0\.8\.4|\^0\.8\.20)$/);
  });

  const oldest = Map.groupBy(
    sources.filter(({ range }) => !isExact(range)),
    ({ range }) => range.replace(/^(\^|>=)/, ""),
  );
  for (const [compiler, files] of oldest) {
    it(`hold with ${compiler}, the oldest compiler that ${files.length} files allow`, () => {
      const roots = files.map(({ file }) => file);
      const { errors = [], contracts = {} } = compile(
        compiler,
        compiler === version ? "solc" : `solc-${compiler}`,
        roots,
      );
      expect(errors.map(({ formattedMessage }) => formattedMessage)).to.deep.equal([]);
      for (const mixin of roots.filter((file) => file in DAPPS)) {
        const [dapp] = Object.values(contracts[dappOf(mixin)]!);
        expect(dapp!.evm.bytecode.object, mixin).to.have.length.above(500);
      }
    });
  }
});

const dappOf = (mixin: string) => `dapp of ${mixin}`;

/** By the compiler in this package, in a process of its own: an old one listens for every error of its process. */
function compile(version: string, folder: string, roots: string[]): Output {
  const sources: Record<string, { content: string }> = {};
  for (const root of roots) {
    gather(root, sources);
    const code = DAPPS[root];
    if (code === undefined) continue;
    sources[dappOf(root)] = { content: `// SPDX-License-Identifier: MIT\npragma solidity ${version};${code}` };
  }
  const outputSelection = Object.fromEntries(Object.keys(sources).map((name) => [name, selectionOf(name)]));
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      "--eval",
      `const solc = require("solc/wrapper")(require("${folder}/soljson.js"));
      process.stdout.write(solc.compile(require("node:fs").readFileSync(0, "utf8")));`,
    ],
    {
      input: JSON.stringify({ language: "Solidity", sources, settings: { outputSelection } }),
      encoding: "utf8",
      maxBuffer: 1 << 28,
    },
  );
  if (stdout === "") throw new Error(`solc ${version} said nothing: ${stderr}`);
  return JSON.parse(stdout) as Output;
}

const selectionOf = (name: string) => ({ "*": [name.startsWith("dapp of") ? "evm.bytecode.object" : "abi"] });

function gather(path: string, sources: Record<string, { content: string }>): void {
  if (path in sources) return;
  const content = readFileSync(existsSync(path) ? path : posix.join("node_modules", path), "utf8");
  sources[path] = { content };
  for (const [, imported] of content.matchAll(/^import [^"]*"([^"]+)";$/gm)) {
    gather(imported!.startsWith(".") ? posix.join(posix.dirname(path), imported!) : imported!, sources);
  }
}
