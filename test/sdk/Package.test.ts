import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { expect } from "chai";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { readClient, surfaceOf, type Surface } from "../../scripts/generate/lib/clientExports.ts";
import { buildClient } from "../../scripts/lib/clientPackage.ts";

/** What the package offers, by name: changed by hand, or by `npm run abi -- --surface`, when it is meant to change. */
const SURFACE = JSON.parse(readFileSync("test/sdk/surface.json", "utf8")) as Surface & { artifacts: string[] };
/** Most bytes of the tarball, and of what it unpacks to. */
const MOST_PACKED = 800_000;
const MOST_UNPACKED = 6_000_000;

describe("The client's package", function () {
  this.timeout(300_000);
  let project: string;
  let tarball: Uint8Array<ArrayBuffer>;
  let packed: { filename: string; size: number; unpackedSize: number; files: { path: string }[] };
  // The tests' own Hardhat tells its children which configuration is theirs.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("HARDHAT_")));
  const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: project, encoding: "utf8", env });
  const npm = (cwd: string, ...args: string[]) =>
    execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

  // Packed as it would be published, and installed from that file in an empty project, with nothing fetched.
  before(() => {
    buildClient();
    project = mkdtempSync(join(tmpdir(), "latchkey-"));
    const report = npm("sdk", "pack", "--json", "--ignore-scripts", "--pack-destination", project);
    [packed] = JSON.parse(report) as [typeof packed];
    tarball = Uint8Array.from(readFileSync(join(project, packed.filename)));
    const dependencies = {
      latchkey: `file:${packed.filename}`,
      "@noble/hashes": `file:${resolve("node_modules/@noble/hashes")}`,
    };
    writeFileSync(
      join(project, "package.json"),
      JSON.stringify({ name: "empty", private: true, type: "module", dependencies }),
    );
    // What npm would fetch, the peers, is linked instead.
    npm(project, "install", "--offline", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund");
    mkdirSync(join(project, "node_modules/@openzeppelin"));
    for (const name of ["viem", "hardhat", "@openzeppelin/contracts"]) {
      symlinkSync(resolve("node_modules", name), join(project, "node_modules", name));
    }
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  const SCRIPT =
    "console.log(JSON.stringify({ names: Object.keys(latchkey).sort(), abis: Object.keys(abis).sort() }));";

  it("loads as ESM and as CommonJS, with the same names in both, which are the ones that are written down", () => {
    writeFileSync(
      join(project, "esm.mjs"),
      `import * as latchkey from "latchkey"; import * as abis from "latchkey/abi"; ${SCRIPT}`,
    );
    writeFileSync(
      join(project, "cjs.cjs"),
      `const latchkey = require("latchkey"); const abis = require("latchkey/abi"); ${SCRIPT}`,
    );
    const [esm, cjs] = [run("esm.mjs"), run("cjs.cjs")];
    expect(JSON.parse(esm)).to.deep.equal(JSON.parse(cjs));
    const { names, abis } = SURFACE;
    expect(JSON.parse(esm)).to.deep.equal({ names, abis });
  });

  it("brings ABIs that ask for nothing else, so that they load without viem", () => {
    const files = globSync("node_modules/latchkey/dist/*/generated/abi/*.{js,d.ts}", { cwd: project });
    expect(files).to.have.length.above(60);
    for (const file of files) {
      const text = readFileSync(join(project, file), "utf8");
      const imported = [...text.matchAll(/(?:from|require\()\s*"([^"]+)"/g)].map(([, path]) => path!);
      expect(
        imported.every((path) => path.startsWith("./")),
        file,
      ).to.equal(true);
    }
  });

  it("declares the types that are written down, and no others", () => {
    const { artifacts: _files, ...surface } = SURFACE;
    expect(surfaceOf(readClient())).to.deep.equal(surface);
  });

  for (const resolution of [
    { module: "node16", moduleResolution: "node16" },
    { module: "es2022", moduleResolution: "bundler" },
  ]) {
    it(`has its types, as ${resolution.moduleResolution} resolves them, without the library's own settings`, () => {
      const source = `
        import { decodeSessionError, type SessionErrorCode } from "latchkey";
        import { latchkeyAbi } from "latchkey/abi";
        const code: SessionErrorCode | undefined = decodeSessionError("0x")?.code;
        const name: "function" | "event" | "error" = latchkeyAbi[0].type;
        // @ts-expect-error no such code
        const wrong: SessionErrorCode = "SESSION_TIRED";
        // @ts-expect-error no such item
        const other: "constructor" = latchkeyAbi[0].type;
        export { code, name, wrong, other };
        export type { ${SURFACE.types.join(", ")} } from "latchkey";
        // @ts-expect-error no such type
        export type { NoSuchType } from "latchkey";
      `;
      expect(typeCheck(resolution, source)).to.equal("");
    });
  }

  /** What the compiler says of a source that a user has, as a module of either kind. */
  function typeCheck(resolution: { module: string; moduleResolution: string }, source: string): string {
    const files = resolution.moduleResolution === "bundler" ? ["user.ts"] : ["user.mts", "user.cts"];
    for (const file of files) writeFileSync(join(project, file), source);
    const compilerOptions = {
      ...resolution,
      strict: true,
      target: "es2022",
      lib: ["es2022", "dom"],
      types: [],
      noEmit: true,
      skipLibCheck: true,
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    try {
      return run(resolve("node_modules/typescript/bin/tsc"));
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  }

  it("brings Solidity that a Hardhat project imports", () => {
    const config = {
      version: "0.8.34",
      path: resolve("node_modules/solc/soljson.js"),
      settings: { evmVersion: "cancun" },
    };
    writeFileSync(
      join(project, "hardhat.config.ts"),
      `export default { solidity: { compilers: [${JSON.stringify(config)}] } };`,
    );
    mkdirSync(join(project, "contracts"));
    writeFileSync(
      join(project, "contracts/Notes.sol"),
      `// SPDX-License-Identifier: MIT
      pragma solidity ^0.8.28;

      import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
      import {SessionAware} from "latchkey/contracts/SessionAware.sol";
      import {SessionSpender} from "latchkey/contracts/SessionSpender.sol";
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
      }`,
    );
    run("node_modules/hardhat/dist/src/cli.js", "build");
    const artifact = readFileSync(join(project, "artifacts/contracts/Notes.sol/Notes.json"), "utf8");
    const { abi, bytecode } = JSON.parse(artifact) as { abi: { name?: string }[]; bytecode: string };
    expect(abi.map(({ name }) => name)).to.include.members(["write", "tip", "status", "SessionCarriesNoValue"]);
    expect(bytecode).to.have.length.above(1_000);
  });

  it("brings the artifacts of what is deployed, with the code that is deployed", () => {
    writeFileSync(
      join(project, "artifact.mjs"),
      `import artifact from "latchkey/artifacts/Latchkey.json" with { type: "json" };
       import { createRequire } from "node:module";
       const same = createRequire(import.meta.url)("latchkey/artifacts/Latchkey.json");
       console.log(JSON.stringify([artifact, same]));`,
    );
    const [imported, required] = JSON.parse(run("artifact.mjs")) as [{ abi: unknown; bytecode: string }, unknown];
    expect(imported).to.deep.equal(required);
    const built = JSON.parse(readFileSync("artifacts/contracts/Latchkey.sol/Latchkey.json", "utf8")) as object;
    expect(built).to.deep.include(imported);
    expect(imported.bytecode).to.match(/^0x[0-9a-f]{20000,}$/);
  });

  it("holds what belongs into it, and nothing else", () => {
    const sources = globSync("**/*.ts", { cwd: "sdk/src" }).map((file) => file.replace(/\.ts$/, ""));
    // The command line is a program and no library: it is there once.
    const built = (kind: "esm" | "cjs") =>
      sources
        .filter((name) => kind === "esm" || !name.startsWith("cli/"))
        .flatMap((name) => [".js", ".js.map", ".d.ts", ".d.ts.map"].map((end) => `dist/${kind}/${name}${end}`));
    const contracts = globSync("contracts/**/*.sol", { exclude: ["contracts/examples"] });
    const expected = [
      ...["LICENSE", "README.md", "package.json", "dist/cjs/package.json", "dist/esm/package.json"],
      ...sources.map((name) => `src/${name}.ts`),
      ...built("esm"),
      ...built("cjs"),
      ...contracts,
      ...SURFACE.artifacts.map((name) => `artifacts/${name}.json`),
    ];
    expect(packed.files.map(({ path }) => path).sort()).to.deep.equal(expected.sort());
    expect(contracts).to.have.length.above(40);
    expect(packed.size).to.be.below(MOST_PACKED);
    expect(packed.unpackedSize).to.be.below(MOST_UNPACKED);
    // Nothing tells where it was built.
    for (const { path } of packed.files) {
      const text = readFileSync(join(project, "node_modules/latchkey", path), "utf8");
      expect(text.includes(process.cwd()), path).to.equal(false);
    }
  });

  it("is what publint and attw ask of a package", async () => {
    const { messages, pkg } = await publint({ strict: true, pack: { tarball: tarball.buffer } });
    expect(messages.map((message) => formatMessage(message, pkg))).to.deep.equal([]);
    const analysis = await checkPackage(createPackageFromTarballData(tarball));
    if (analysis.types === false) throw new Error("The package has no types.");
    expect(Object.keys(analysis.entrypoints)).to.include.members([".", "./abi", "./contracts/*", "./artifacts/*"]);
    // The resolution of 2015 knows no exports, and no Node that is alive uses it.
    const problems = analysis.problems.filter(
      (problem) => !("resolutionKind" in problem && problem.resolutionKind === "node10"),
    );
    expect(problems).to.deep.equal([]);
  });
});
