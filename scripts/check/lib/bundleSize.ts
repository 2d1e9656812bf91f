import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type BuildOptions, type Metafile, type OutputFile } from "esbuild";

const ROOT = join(import.meta.dirname, "../../..");

/** What an app takes of the client, by what it imports: from one function to everything. */
export const BUNDLES = {
  everything: `export * from "./sdk/src/index.ts";`,
  "every action": `export { sessionActions } from "./sdk/src/index.ts";`,
  "register and send": `export { registerSession, sendSessionCalls } from "./sdk/src/index.ts";`,
  send: `export { sendSessionCalls } from "./sdk/src/index.ts";`,
  "a session as a wallet": `export { toSessionProvider } from "./sdk/src/index.ts";`,
  "define a policy": `export { contract, definePolicy, hashPolicy } from "./sdk/src/index.ts";`,
  "describe a policy": `export { describePolicy, formatPolicyDescription } from "./sdk/src/index.ts";`,
  "draw a policy": `export { policyToSvg } from "./sdk/src/index.ts";`,
  "a key in the browser": `export { generateP256SessionKey } from "./sdk/src/index.ts";`,
  "decode an error": `export { decodeSessionError } from "./sdk/src/index.ts";`,
  "nothing at all": `import "./sdk/src/index.ts";`,
  "every recipe": `export * from "./sdk/src/recipes/index.ts";`,
  "one recipe": `export { swapOnUniswapV3 } from "./sdk/src/recipes/index.ts";`,
  "the five calls": `export * from "./sdk/src/compat/index.ts";`,
  "a connector of wagmi": `export { sessionConnector } from "./sdk/src/wagmi/index.ts";`,
  "every hook": `export * from "./sdk/src/react/index.ts";`,
  "one hook": `export { useSession } from "./sdk/src/react/index.ts";`,
  "every hook of others": `export * from "./sdk/src/react/compat/index.ts";`,
} as const;
export type Bundle = keyof typeof BUNDLES;

export interface Size {
  /** Bytes, minified. */
  minified: number;
  /** Bytes, minified and compressed by gzip at its best, each file by itself. */
  gzipped: number;
}

export interface BundleSize extends Size {
  /** Minified bytes of each source that is loaded at once, the largest first. */
  parts: [source: string, bytes: number][];
  /** What is loaded when something asks for it: what a refusal is put into words with, what reads policies. */
  later: Size;
}

/**
 * Bundles as an app's bundler does that splits code, and tells what a page loads at once from what it may load later; in
 * one file where there is no later. viem, which the app has anyway, is left out.
 */
export async function bundleSize(bundle: Bundle): Promise<BundleSize> {
  const { outputFiles, metafile } = await bundled(BUNDLES[bundle], WITHOUT_VIEM);
  const first = reached(metafile, AT_ONCE);
  const ever = reached(metafile, EVER);
  const isFirst = (file: OutputFile) => first.has(outputName(file));
  return {
    ...sizeOf(outputFiles.filter(isFirst)),
    parts: partsOf(metafile, first),
    later: sizeOf(outputFiles.filter((file) => ever.has(outputName(file)) && !isFirst(file))),
  };
}

/** What an app with viem has anyway: it reads, signs and sends. */
const VIEM_APP = [
  `export { createPublicClient, createWalletClient, http, parseUnits } from "viem";`,
  `export { privateKeyToAccount } from "viem/accounts";`,
  `export { readContract, sendTransaction, signTypedData, waitForTransactionReceipt } from "viem/actions";`,
].join("\n");

/**
 * Compressed bytes that a bundle adds at once to an app with viem, of which it takes parts that the app had not. viem loads
 * things later too, so the app is split.
 */
export async function sizeBesideViem(bundle: Bundle): Promise<number> {
  const loaded = async (contents: string) => {
    const { outputFiles, metafile } = await build(optionsOf(contents, HOOKS_PEERS, true));
    const first = reached(metafile, AT_ONCE);
    return sizeOf(outputFiles.filter((file) => first.has(outputName(file)))).gzipped;
  };
  const [without, beside] = await Promise.all([loaded(VIEM_APP), loaded(`${VIEM_APP}\n${BUNDLES[bundle]}`)]);
  return beside - without;
}

async function bundled(contents: string, external: string[]) {
  return build(optionsOf(contents, external, await loadsLater(contents)));
}

/** Whether code loads anything later. esbuild cuts files for that even if what would load it is dropped. */
async function loadsLater(contents: string): Promise<boolean> {
  const { metafile } = await build(optionsOf(contents, WITHOUT_VIEM, true));
  return reached(metafile, EVER).size > reached(metafile, AT_ONCE).size;
}

function optionsOf(contents: string, external: string[], splitting: boolean) {
  return {
    stdin: { contents, resolveDir: ROOT, loader: "ts" },
    absWorkingDir: ROOT,
    bundle: true,
    splitting,
    write: false,
    outdir: OUT,
    entryNames: ENTRY,
    metafile: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    external,
    logLevel: "silent",
    // An import of a module that does nothing is what "nothing at all" asks about.
    logOverride: { "ignored-bare-import": "silent" },
  } as const satisfies BuildOptions;
}

/** What an app with hooks has anyway. */
const HOOKS_PEERS = ["react", "wagmi", "wagmi/*", "@tanstack/react-query"];
const WITHOUT_VIEM = ["viem", "viem/*", ...HOOKS_PEERS];
const AT_ONCE = ["import-statement"];
const EVER = [...AT_ONCE, "dynamic-import"];
const OUT = "bundle";
const ENTRY = "entry";

/** A file as the metafile names it. */
function outputName({ path }: OutputFile): string {
  return path.slice(join(ROOT, "/").length);
}

/** The entry, and what it leads to by imports of these kinds. */
function reached({ outputs }: Metafile, kinds: string[]): Set<string> {
  const files = new Set([`${OUT}/${ENTRY}.js`]);
  for (const file of files) {
    for (const { path, kind } of outputs[file]!.imports) {
      if (kinds.includes(kind) && path in outputs) files.add(path);
    }
  }
  return files;
}

function sizeOf(files: OutputFile[]): Size {
  return {
    minified: sum(files.map(({ contents }) => contents.length)),
    gzipped: sum(files.map(({ contents }) => gzipSync(contents, { level: 9 }).length)),
  };
}

function partsOf({ outputs }: Metafile, files: Set<string>): [string, number][] {
  return [...files]
    .flatMap((file) => Object.entries(outputs[file]!.inputs))
    .map(([source, { bytesInOutput }]): [string, number] => [source, bytesInOutput])
    .filter(([, bytes]) => bytes > 0)
    .sort(([, a], [, b]) => b - a);
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
