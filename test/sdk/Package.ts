import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { buildClient } from "../support/clientPackage.ts";

/** What the package offers, by name: changed by hand, when it is meant to change. */
const SURFACE = "test/sdk/surface.json";

describe("The client's package", function () {
  this.timeout(300_000);
  let project: string;
  const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: project, encoding: "utf8" });

  before(() => {
    buildClient();
    project = mkdtempSync(join(tmpdir(), "latchkey-"));
    const modules = join(project, "node_modules");
    mkdirSync(join(modules, "@noble"), { recursive: true });
    const { files } = JSON.parse(readFileSync("sdk/package.json", "utf8")) as { files: string[] };
    for (const file of [...files, "package.json"])
      cpSync(`sdk/${file}`, join(modules, "latchkey", file), { recursive: true });
    for (const name of ["viem", "@noble/hashes"]) symlinkSync(resolve("node_modules", name), join(modules, name));
    writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
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
    expect(JSON.parse(esm)).to.deep.equal(JSON.parse(readFileSync(SURFACE, "utf8")));
  });

  it("has types for both, without the library's own settings", () => {
    const source = `
      import { decodeSessionError, type SessionErrorCode } from "latchkey";
      import { latchkeyAbi } from "latchkey/abi";
      const code: SessionErrorCode | undefined = decodeSessionError("0x")?.code;
      const name: "Latchkey" | string = latchkeyAbi[0].type;
      // @ts-expect-error no such code
      const wrong: SessionErrorCode = "SESSION_TIRED";
      export { code, name, wrong };
    `;
    writeFileSync(join(project, "esm.mts"), source);
    writeFileSync(join(project, "cjs.cts"), source);
    const options = {
      strict: true,
      module: "nodenext",
      target: "es2022",
      lib: ["es2022", "dom"],
      types: [],
      noEmit: true,
      skipLibCheck: true,
    };
    writeFileSync(
      join(project, "tsconfig.json"),
      JSON.stringify({ compilerOptions: options, files: ["esm.mts", "cjs.cts"] }),
    );
    expect(run(resolve("node_modules/typescript/bin/tsc"))).to.equal("");
  });
});
