import { globSync } from "node:fs";
import { relative, resolve } from "node:path";
import { overrideTask } from "hardhat/config";

/** Contracts that TypeScript tests deploy, relative to the project. They are compiled with the Solidity tests. */
const MOCKS = "test/support/solidity/mocks/*.sol";

/** TypeScript tests that need a server, a browser or packages of their own: each folder has an npm script that brings it. */
const SERVED = /^test\/(node|e2e|browser|protocols)\//;

/** What is a TypeScript test is decided by its name: every `*.test.ts` below test/, relative to `root`, in order. */
export function typeScriptTests(root: string): string[] {
  return globSync("test/**/*.test.ts", { cwd: root, exclude: ["**/node_modules"] }).sort();
}

/** Those that run in the process of the test runner and need nothing beside it. */
export function inProcessTests(root: string): string[] {
  return typeScriptTests(root).filter((file) => !SERVED.test(file));
}

/**
 * `hardhat test` without files runs every test that needs no server; with files, those. The contracts that TypeScript
 * tests deploy are compiled for them; Solidity tests compile by themselves.
 */
export const hardhatTest = overrideTask(["test", "mocha"])
  .setInlineAction(async (args, hre, runSuper) => {
    const { root } = hre.config.paths;
    const given = args.testFiles as string[];
    const testFiles = given.length > 0 ? given : inProcessTests(root);
    const unnamed = testFiles.filter((file) => !file.endsWith(".test.ts"));
    if (unnamed.length > 0) {
      throw new Error(`A TypeScript test is called *.test.ts, which ${unnamed.join(", ")} is not.`);
    }
    if (args.noCompile !== true) {
      const mocks = globSync(MOCKS, { cwd: root }).map((file) => relative(process.cwd(), resolve(root, file)));
      await hre.tasks.getTask("build").run({ noTests: true, quiet: true });
      await hre.tasks.getTask("build").run({ files: mocks, noContracts: true, quiet: true });
    }
    return runSuper({ ...args, testFiles });
  })
  .build();
