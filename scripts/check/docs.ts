import { existsSync, globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";
import { Failure, script } from "../lib/run.ts";

const require = createRequire(import.meta.url);
const ROOT = join(import.meta.dirname, "../..");

/** Where an import of a documented source leads. The prefixes are those that an integrator's project has. */
const SOLIDITY_ROOTS: [prefix: string, folder: string][] = [
  ["latchkey/contracts/", "contracts/"],
  ["@openzeppelin/", "node_modules/@openzeppelin/"],
];
const TYPESCRIPT_PATHS = {
  latchkey: ["./sdk/src/index.ts"],
  "latchkey/compat": ["./sdk/src/compat/index.ts"],
  "latchkey/abi": ["./sdk/src/generated/abi/index.ts"],
  "latchkey/*": ["./sdk/src/*/index.ts", "./sdk/src/*.ts"],
};

interface Block {
  /** `docs/errors.md:12` */
  place: string;
  language: string;
  code: string;
}

/** What an example need not declare: a client, and what its actions take. */
const EXAMPLE_GLOBALS = `
  declare const client: import("viem").Client &
    import("latchkey").SessionActions & import("latchkey/compat").CompatActions;
  declare const account: import("viem").LocalAccount, relayer: typeof account;
  declare const principal: import("viem").Address, walletAddress: typeof principal, contractAddress: typeof principal;
  declare const bundler: import("viem/account-abstraction").BundlerClient;
  declare const key: import("latchkey").SessionKey, freshKey: typeof key;
  declare const policy: import("latchkey").Policy, policyId: import("viem").Hex;
  declare const calls: import("latchkey").SessionCall[];
  declare const session: import("latchkey/compat").StoredSession, wallet: import("latchkey/compat").SessionWallet;
  declare const error: unknown;
  declare const config: import("wagmi").Config, queryClient: import("@tanstack/react-query").QueryClient;
`;

/** What a registry shows alone, without the repository around it: it links to itself or to the web. */
const PUBLISHED = "sdk/README.md";

/**
 * Compiles the code of the documents and follows their links into the repository. Every `solidity` block is a source file
 * of its own, pragma and licence optional; every `ts` block is a module, and one marked `ts continued` goes on from the
 * `ts` block before it in its document; one marked `ts example` is quoted from a source, and finds a client and what its
 * calls take declared; `json` blocks parse. What `ts signature` marks is quoted by a script from sources that compile.
 * Whatever is none of these is fenced as `text`, `sh` or not at all.
 */
await script(async () => {
  const documents = globSync(
    [
      "*.md",
      "docs/**/*.md",
      "sdk/*.md",
      "deploy/**/*.md",
      "test/**/*.md",
      "examples/**/*.md",
      "relay/*.md",
      "indexer/*.md",
      "panel/*.md",
    ],
    { cwd: ROOT, exclude: ["**/node_modules"] },
  ).sort();
  const blocks = documents.flatMap(blocksOf);
  const of = (...languages: string[]) => blocks.filter(({ language }) => languages.includes(language));
  const complaints = [
    ...documents.flatMap(brokenLinks),
    ...checkSolidity(of("solidity", "sol")),
    ...checkTypeScript(of("ts", "typescript"), ""),
    ...checkTypeScript(of("example"), EXAMPLE_GLOBALS),
    ...checkJson(of("json")),
  ];
  if (complaints.length > 0) throw new Failure(complaints.join("\n"));
  const counts = [of("solidity", "sol"), of("ts", "typescript", "example"), of("json")].map(({ length }) => length);
  console.log(
    `${documents.length} documents: ${counts[0]} Solidity and ${counts[1]} TypeScript blocks compile, ` +
      `${counts[2]} JSON blocks parse, and every link leads somewhere.`,
  );
});

/** Links to files that are not there, or to headings that are not in them. */
function brokenLinks(document: string): string[] {
  const text = readFileSync(join(ROOT, document), "utf8").replaceAll(/^```[^]*?^```/gm, "");
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = "", heading] = link.split("#");
      if (document === PUBLISHED && path !== "") return true;
      const file = join(ROOT, path === "" ? document : join(dirname(document), path));
      if (!existsSync(file)) return true;
      return heading !== undefined && !headingsOf(readFileSync(file, "utf8")).includes(heading);
    })
    .map((link) => `${document}: ${link} leads nowhere${document === PUBLISHED ? " on a registry's page" : ""}.`);
}

/** As GitHub names them. */
function headingsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!);
  const names = headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((each) => each === name).length;
    return before === 0 ? name : `${name}-${before}`;
  });
}

function blocksOf(document: string): Block[] {
  const blocks: Block[] = [];
  let open: { fence: string; block: Block } | undefined;
  for (const [index, line] of readFileSync(join(ROOT, document), "utf8").split("\n").entries()) {
    const [, fence, info] = /^\s*(`{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined && fence !== undefined) {
      const [language = "", mark] = info!.trim().split(/\s+/);
      const block = { place: `${document}:${index + 2}`, language: language.toLowerCase(), code: "" };
      const before = blocks.findLast((each) => each.language === block.language);
      // A signature is quoted from what is compiled already.
      if (mark === "signature") block.language = "text";
      if (mark === "example") block.language = "example";
      if (mark === "continued" && before !== undefined) block.code = `${before.code}\n`;
      open = { fence, block };
    } else if (open !== undefined && fence === open.fence && info!.trim() === "") {
      blocks.push(open.block);
      open = undefined;
    } else if (open !== undefined) {
      open.block.code += `${line}\n`;
    }
  }
  if (open !== undefined) throw new Failure(`${open.block.place}: the block is not closed.`);
  return blocks;
}

function checkSolidity(blocks: Block[]): string[] {
  if (blocks.length === 0) return [];
  const sources: Record<string, { content: string }> = {};
  for (const { place, code } of blocks) {
    const pragma = /^pragma solidity/m.test(code) ? "" : "pragma solidity ^0.8.28; ";
    const licence = /SPDX-License-Identifier/.test(code) ? "" : "/* SPDX-License-Identifier: MIT */ ";
    sources[place] = { content: licence + pragma + code };
  }
  const input = { language: "Solidity", sources, settings: { evmVersion: "cancun", outputSelection: {} } };
  const solc = require("solc") as { compile(input: string, callbacks: { import(path: string): unknown }): string };
  const { errors = [] } = JSON.parse(solc.compile(JSON.stringify(input), { import: readSolidity })) as {
    errors?: { formattedMessage: string; sourceLocation?: { file: string } }[];
  };
  // What a published dependency warns of is not the document's.
  return errors
    .filter(({ sourceLocation }) => sourceLocation === undefined || sourceLocation.file in sources)
    .map(({ formattedMessage }) => formattedMessage.trim());
}

function readSolidity(path: string): { contents: string } | { error: string } {
  const [prefix, folder] = SOLIDITY_ROOTS.find(([each]) => path.startsWith(each)) ?? [];
  if (prefix === undefined) return { error: `nothing is known about ${path}` };
  try {
    return { contents: readFileSync(join(ROOT, folder!, path.slice(prefix.length)), "utf8") };
  } catch {
    return { error: `there is no ${path}` };
  }
}

function checkTypeScript(blocks: Block[], globals: string): string[] {
  if (blocks.length === 0) return [];
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  // An example may leave what it shows unused.
  Object.assign(options, { noUnusedLocals: false, noUnusedParameters: false, paths: TYPESCRIPT_PATHS, baseUrl: ROOT });
  // Virtual files in the root, so that an example resolves what a script there would.
  const files = new Map(blocks.map((block, index) => [join(ROOT, `documented-${index}.ts`), block]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  const declared = join(ROOT, "documented-globals.d.ts");
  host.fileExists = (path) => path === declared || files.has(path) || fileExists.call(host, path);
  host.readFile = (path) => {
    if (path === declared) return globals;
    return files.has(path) ? `${files.get(path)!.code}\nexport {};` : readFile.call(host, path);
  };
  const program = ts.createProgram([declared, ...files.keys()], options, host);
  return [...files].flatMap(([path, { place, code }]) => {
    const source = program.getSourceFile(path)!;
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start, messageText }) => {
      const line = code.slice(0, start).split("\n").at(-1)! + (code.slice(start).split("\n")[0] ?? "");
      return `${place}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}\n    ${line.trim()}`;
    });
  });
}

function checkJson(blocks: Block[]): string[] {
  return blocks.flatMap(({ place, code }) => {
    try {
      JSON.parse(code);
      return [];
    } catch (error) {
      return [`${place}: ${(error as Error).message}`];
    }
  });
}
