import { parseArgs } from "node:util";
import { dataLength } from "ethers";
import { PROXY } from "../../deploy/lib/entryPoints.ts";
import { paymasterOf } from "../../deploy/lib/paymaster.ts";
import { FREE_SIZE, MAX_CODE_SIZE, MAX_INIT_CODE_SIZE, readRelease } from "../../deploy/lib/release.ts";
import { buildContracts } from "../lib/build.ts";
import { Failure, script } from "../lib/run.ts";
import { BUNDLES, bundleSize, sizeBesideViem, type Bundle } from "./lib/bundleSize.ts";

/**
 * The size of every contract that is deployed, and what the client adds to an app, viem excluded, in bytes. Fails if a
 * contract has less than its room under EIP-170 and EIP-3860.
 *
 * npm run size                  minified, and minified and compressed: what a page loads at once, what it may load later,
 *                               and what is added at once to an app with viem, viem's part included
 * npm run size -- --parts       with what each bundle is made of
 */
await script(async () => {
  const { values } = parseArgs({ options: { parts: { type: "boolean", default: false } } });
  await buildContracts();
  const tight = await printContracts();
  const heads = ["min", "min + gzip", "later", "beside viem"].map((head) => head.padStart(13));
  console.log(`\n${"".padEnd(22)}${heads.join("")}`);
  for (const bundle of Object.keys(BUNDLES) as Bundle[]) {
    const { minified, gzipped, later, parts } = await bundleSize(bundle);
    const figures = [minified, gzipped, later.gzipped, await sizeBesideViem(bundle)];
    console.log(bundle.padEnd(22) + figures.map((figure) => amount(figure, 13)).join(""));
    if (values.parts) for (const [source, bytes] of parts) console.log(`  ${source.padEnd(50)}${amount(bytes, 10)}`);
  }
  if (tight.length > 0) throw new Failure(`Less than ${amount(FREE_SIZE)} bytes are free: ${tight.join(", ")}.`);
});

/** Prints each contract; answers those that are too large. */
async function printContracts(): Promise<string[]> {
  const { deployed, children } = await readRelease();
  const tight: string[] = [];
  console.log(`${"".padEnd(22)}${"runtime".padStart(10)}${"free".padStart(10)}${"init code".padStart(13)}`);
  for (const { name, code, ...contract } of [...deployed, await paymasterOf(PROXY, "0.9"), ...children]) {
    const runtime = dataLength(code.runtime);
    const free = [MAX_CODE_SIZE - runtime];
    let line = name.padEnd(22) + amount(runtime, 10) + amount(free[0]!, 10);
    if ("initCode" in contract) {
      const size = dataLength(contract.initCode);
      free.push(MAX_INIT_CODE_SIZE - size);
      line += amount(size, 13);
    }
    console.log(line);
    if (Math.min(...free) < FREE_SIZE) tight.push(name);
  }
  return tight;
}

function amount(bytes: number, width = 0): string {
  return bytes.toLocaleString("en").padStart(width);
}
