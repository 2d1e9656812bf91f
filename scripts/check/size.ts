import { parseArgs } from "node:util";
import { BUNDLES, bundleSize, type Bundle } from "./lib/bundleSize.ts";
import { script } from "../lib/run.ts";

/**
 * What the client adds to an app, viem excluded, in bytes.
 *
 * npm run size                  minified, and minified and compressed
 * npm run size -- --parts       with what each bundle is made of
 */
await script(async () => {
  const { values } = parseArgs({ options: { parts: { type: "boolean", default: false } } });
  console.log(`${"".padEnd(22)}${"min".padStart(10)}${"min + gzip".padStart(13)}`);
  for (const bundle of Object.keys(BUNDLES) as Bundle[]) {
    const { minified, gzipped, parts } = await bundleSize(bundle);
    console.log(bundle.padEnd(22) + amount(minified, 10) + amount(gzipped, 13));
    if (values.parts) for (const [source, bytes] of parts) console.log(`  ${source.padEnd(50)}${amount(bytes, 10)}`);
  }
});

function amount(bytes: number, width: number): string {
  return bytes.toLocaleString("en").padStart(width);
}
