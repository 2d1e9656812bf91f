import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import hre from "hardhat";
import Mocha from "mocha";
import { typeScriptTests } from "../../hardhat/namedTests.ts";
import type { TestResult } from "./testResults.ts";

/** The TypeScript tests of a folder of test/ that has a script of its own. */
export function testsIn(folder: "node" | "e2e" | "browser" | "protocols"): string[] {
  return typeScriptTests(hre.config.paths.root).filter((file) => file.startsWith(`test/${folder}/`));
}

export interface MochaOptions {
  /** Only tests whose title matches. */
  grep?: string | undefined;
  /** File by file on every core, each file with a runtime of its own. */
  parallel?: boolean;
}

/** Runs TypeScript tests through Hardhat, in this process, and returns what ran. Once per process. */
export async function runMocha(files: string[], { grep, parallel = false }: MochaOptions = {}): Promise<TestResult[]> {
  const results: TestResult[] = [];

  class Recorder extends Mocha.reporters.Spec {
    constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
      super(runner, options);
      const record = (state: TestResult["state"]) => (test: Mocha.Test) => {
        results.push({ title: test.fullTitle(), file: relative(hre.config.paths.root, test.file ?? ""), state });
      };
      runner.on("pass", record("passed"));
      runner.on("fail", record("failed"));
      runner.on("pending", record("skipped"));
    }
  }

  Object.assign(hre.config.test.mocha, {
    reporter: Recorder,
    forbidOnly: true,
    parallel: parallel && files.length > 1,
    // One more than there are cores: what waits for a process of its own or for a block leaves one idle.
    jobs: availableParallelism() + 1,
    require: [fileURLToPath(new URL("mochaWorker.ts", import.meta.url))],
  });
  await hre.tasks.getTask(["test", "mocha"]).run({ testFiles: files, noCompile: true, ...(grep && { grep }) });
  return results;
}
