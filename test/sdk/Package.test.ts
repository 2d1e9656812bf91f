import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { expect } from "chai";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { readClient, surfaceOf, type Surface } from "../../scripts/generate/lib/clientExports.ts";
import { installPackedClient, type PackedClient } from "../support/client/packedClient.ts";

/** What the package offers, by name: changed by hand, or by `npm run abi -- --surface`, when it is meant to change. */
const SURFACE = JSON.parse(readFileSync("test/sdk/surface.json", "utf8")) as Surface & { artifacts: string[] };
/** Most bytes of the tarball, and of what it unpacks to. */
const MOST_PACKED = 1_350_000;
const MOST_UNPACKED = 8_650_000;

describe("The client's package", function () {
  this.timeout(300_000);
  let client: PackedClient;
  before(() => {
    client = installPackedClient();
  });
  after(() => client.close());

  const SCRIPT =
    "console.log(JSON.stringify({ names: Object.keys(latchkey).sort(), compat: Object.keys(compat).sort(), " +
    "recipes: Object.keys(recipes).sort(), wagmi: Object.keys(wagmi).sort(), " +
    "abis: Object.keys(abis).sort() }));";

  it("loads as ESM and as CommonJS, with the same names in both, which are the ones that are written down", () => {
    client.write(
      "esm.mjs",
      `import * as latchkey from "latchkey"; import * as compat from "latchkey/compat"; import * as recipes from "latchkey/recipes"; import * as wagmi from "latchkey/wagmi"; import * as abis from "latchkey/abi"; ${SCRIPT}`,
    );
    client.write(
      "cjs.cjs",
      `const latchkey = require("latchkey"); const compat = require("latchkey/compat"); const recipes = require("latchkey/recipes"); const wagmi = require("latchkey/wagmi"); const abis = require("latchkey/abi"); ${SCRIPT}`,
    );
    const [esm, cjs] = [client.run("esm.mjs"), client.run("cjs.cjs")];
    expect(JSON.parse(esm)).to.deep.equal(JSON.parse(cjs));
    const { names, compat, recipes, wagmi, abis } = SURFACE;
    expect(JSON.parse(esm)).to.deep.equal({ names, compat, recipes, wagmi, abis });
  });

  it("loads its hooks as ESM, and required by a Node that requires ESM, where their peers are", () => {
    const script = (load: string) =>
      `${load}console.log(JSON.stringify({ react: Object.keys(react).sort(), reactCompat: Object.keys(compat).sort() }));`;
    const imported = `import * as react from "latchkey/react"; import * as compat from "latchkey/react/compat"; `;
    const required = `const react = require("latchkey/react"); const compat = require("latchkey/react/compat"); `;
    client.write("hooks.mjs", script(imported));
    client.write("hooks.cjs", script(required));
    const { react, reactCompat } = SURFACE;
    for (const file of ["hooks.mjs", "hooks.cjs"]) {
      expect(JSON.parse(client.run(file))).to.deep.equal({ react, reactCompat });
    }
  });

  it("brings ABIs that ask for nothing else, so that they load without viem", () => {
    const files = globSync("node_modules/latchkey/dist/*/generated/abi/*.{js,d.ts}", { cwd: client.project });
    expect(files).to.have.length.above(60);
    for (const file of files) {
      const text = readFileSync(join(client.project, file), "utf8");
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
        export type { ${SURFACE.compatTypes.join(", ")} } from "latchkey/compat";
        export type { ${SURFACE.recipeTypes.join(", ")} } from "latchkey/recipes";
        export type { ${SURFACE.wagmiTypes.join(", ")} } from "latchkey/wagmi";
        ${hooksTypes(resolution)}
        // @ts-expect-error no such type
        export type { NoSuchType } from "latchkey";
      `;
      expect(typeCheck(resolution, source)).to.equal("");
    });
  }

  /** Of the hooks, for modules that are ESM: a bundler's. */
  function hooksTypes({ moduleResolution }: { moduleResolution: string }): string {
    if (moduleResolution !== "bundler") return "";
    return `
        export type { ${SURFACE.reactTypes.join(", ")} } from "latchkey/react";
        export type { ${SURFACE.reactCompatTypes.join(", ")} } from "latchkey/react/compat";`;
  }

  /** What the compiler says of a source that a user has, as a module of either kind. */
  function typeCheck(resolution: { module: string; moduleResolution: string }, source: string): string {
    const files = resolution.moduleResolution === "bundler" ? ["user.ts"] : ["user.mts", "user.cts"];
    for (const file of files) client.write(file, source);
    const compilerOptions = {
      ...resolution,
      strict: true,
      target: "es2022",
      lib: ["es2022", "dom"],
      types: [],
      noEmit: true,
      skipLibCheck: true,
    };
    client.write("tsconfig.json", JSON.stringify({ compilerOptions, files }));
    try {
      return client.run(resolve("node_modules/typescript/bin/tsc"));
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  }

  it("brings the artifacts of what is deployed, with the code that is deployed", () => {
    client.write(
      "artifact.mjs",
      `import artifact from "latchkey/artifacts/Latchkey.json" with { type: "json" };
       import { createRequire } from "node:module";
       const same = createRequire(import.meta.url)("latchkey/artifacts/Latchkey.json");
       console.log(JSON.stringify([artifact, same]));`,
    );
    const [imported, required] = JSON.parse(client.run("artifact.mjs")) as [
      { abi: unknown; bytecode: string },
      unknown,
    ];
    expect(imported).to.deep.equal(required);
    const built = JSON.parse(readFileSync("artifacts/contracts/Latchkey.sol/Latchkey.json", "utf8")) as object;
    expect(built).to.deep.include(imported);
    expect(imported.bytecode).to.match(/^0x[0-9a-f]{20000,}$/);
  });

  it("holds what belongs into it, and nothing else", () => {
    const sources = globSync("**/*.ts", { cwd: "sdk/src" }).map((file) => file.replace(/\.ts$/, ""));
    // The command line is a program and no library, and the hooks stand on ESM alone: they are there once.
    const built = (kind: "esm" | "cjs") =>
      sources
        .filter((name) => kind === "esm" || !/^(cli|react)\//.test(name))
        .flatMap((name) => [".js", ".js.map", ".d.ts", ".d.ts.map"].map((end) => `dist/${kind}/${name}${end}`));
    const contracts = globSync("contracts/**/*.sol", { exclude: ["contracts/examples"] });
    const expected = [
      ...["LICENSE", "README.md", "package.json", "docs/errors.md", "dist/cjs/package.json", "dist/esm/package.json"],
      ...sources.map((name) => `src/${name}.ts`),
      ...built("esm"),
      ...built("cjs"),
      ...contracts,
      ...SURFACE.artifacts.map((name) => `artifacts/${name}.json`),
    ];
    expect(client.packed.files.map(({ path }) => path).sort()).to.deep.equal(expected.sort());
    expect(contracts).to.have.length.above(40);
    expect(client.packed.size).to.be.below(MOST_PACKED);
    expect(client.packed.unpackedSize).to.be.below(MOST_UNPACKED);
    // Nothing tells where it was built.
    for (const { path } of client.packed.files) {
      const text = readFileSync(join(client.project, "node_modules/latchkey", path), "utf8");
      expect(text.includes(process.cwd()), path).to.equal(false);
    }
  });

  it("is what publint and attw ask of a package", async () => {
    const { messages, pkg } = await publint({ strict: true, pack: { tarball: client.tarball.buffer } });
    expect(messages.map((message) => formatMessage(message, pkg))).to.deep.equal([]);
    const analysis = await checkPackage(createPackageFromTarballData(client.tarball));
    if (analysis.types === false) throw new Error("The package has no types.");
    expect(Object.keys(analysis.entrypoints)).to.include.members([
      ".",
      "./abi",
      "./compat",
      "./recipes",
      "./wagmi",
      "./react",
      "./react/compat",
      "./contracts/*",
      "./artifacts/*",
    ]);
    // The resolution of 2015 knows no exports, and no Node that is alive uses it. wagmi is ESM alone, and so are the hooks:
    // every Node that is alive requires them as well.
    const problems = analysis.problems.filter(
      (problem) =>
        !("resolutionKind" in problem && problem.resolutionKind === "node10") &&
        !(problem.kind === "CJSResolvesToESM" && problem.entrypoint.startsWith("./react")),
    );
    expect(problems).to.deep.equal([]);
  });
});
