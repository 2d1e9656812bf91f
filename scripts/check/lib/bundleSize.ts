import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";

const ROOT = join(import.meta.dirname, "../../..");

/** What an app takes of the client, by what it imports: from one function to everything. */
export const BUNDLES = {
  everything: `export * from "./sdk/src/index.ts";`,
  "register and send": `export { registerSession, sendSessionCalls } from "./sdk/src/index.ts";`,
  "a session as a wallet": `export { toSessionProvider } from "./sdk/src/index.ts";`,
  "a connector of wagmi": `export { sessionConnector } from "./sdk/src/wagmi/index.ts";`,
  "define a policy": `export { contract, definePolicy, hashPolicy } from "./sdk/src/index.ts";`,
  "a key in the browser": `export { generateP256SessionKey } from "./sdk/src/index.ts";`,
  "decode an error": `export { decodeSessionError } from "./sdk/src/index.ts";`,
  "nothing at all": `import "./sdk/src/index.ts";`,
} as const;
export type Bundle = keyof typeof BUNDLES;

export interface BundleSize {
  /** Bytes, minified. */
  minified: number;
  /** Bytes, minified and compressed by gzip at its best. */
  gzipped: number;
  /** Minified bytes of each source, the largest first. */
  parts: [source: string, bytes: number][];
}

/** Bundles as an app's bundler does; viem, which the app has anyway, is left out. */
export async function bundleSize(bundle: Bundle): Promise<BundleSize> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: BUNDLES[bundle], resolveDir: ROOT, loader: "ts" },
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    external: ["viem", "viem/*"],
    logLevel: "silent",
    // An import of a module that does nothing is what "nothing at all" asks about.
    logOverride: { "ignored-bare-import": "silent" },
  });
  const { contents } = outputFiles[0]!;
  return { minified: contents.length, gzipped: gzipSync(contents, { level: 9 }).length, parts: partsOf(metafile) };
}

function partsOf({ outputs }: Metafile): [string, number][] {
  return Object.entries(Object.values(outputs)[0]!.inputs)
    .map(([source, { bytesInOutput }]): [string, number] => [source, bytesInOutput])
    .filter(([, bytes]) => bytes > 0)
    .sort(([, a], [, b]) => b - a);
}
