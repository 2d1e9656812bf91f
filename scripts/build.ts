import hre from "hardhat";
import { script } from "./lib/run.ts";

/** Compiles the contracts and the Solidity tests. A warning about either is an error. */
await script(async () => {
  await hre.tasks.getTask("build").run({});
});
