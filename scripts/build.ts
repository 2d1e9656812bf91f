import { parseArgs } from "node:util";
import hre from "hardhat";
import { script } from "./lib/run.ts";

/**
 * Compiles the contracts and the Solidity tests. A warning about either is an error.
 *
 * npm run build                  all of it
 * npm run build -- --contracts   the contracts alone: what the demo compiles
 */
await script(async () => {
  const { values } = parseArgs({ options: { contracts: { type: "boolean", default: false } } });
  await hre.tasks.getTask("build").run({ noTests: values.contracts });
});
