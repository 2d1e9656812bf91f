import { existsSync, globSync, statSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import hre from "hardhat";
import { buildNoMore } from "./lib/build.ts";
import { buildClient } from "./lib/clientPackage.ts";
import { inProcessTests } from "../hardhat/namedTests.ts";
import { runMocha } from "./lib/mocha.ts";
import { Failure, script } from "./lib/run.ts";
import { forgetResults, writeResults, type TestResult } from "./lib/testResults.ts";

/** The tables that count a number as shown only if a test that bears it ran and passed. */
const TABLES = ["scripts/check/attacks.ts", "scripts/check/requirements.ts"];

/**
 * npm test                                 everything, then the tables
 * npm test -- test/Foo.t.sol test/bar      these files, and what is in these folders, only
 * npm test -- --grep 'ATK[-_]07'           tests whose title matches
 * LATCHKEY_FUZZ_SEED=0x... npm test        with the random inputs of the run that printed this seed
 */
await script(async () => {
  const started = Date.now();
  const { values, positionals } = parseArgs({ options: { grep: { type: "string" } }, allowPositionals: true });
  const files = positionals.flatMap(testsAt);
  const whole = files.length === 0 && values.grep === undefined;

  const results: TestResult[] = [];
  for (const suite of ["solidity", "mocha"] as const) {
    const run = suite === "solidity" ? runSolidity : runTypeScript;
    const wanted = files.filter((file) => file.endsWith(".sol") === (suite === "solidity"));
    if (whole) forgetResults(suite);
    if (files.length > 0 && wanted.length === 0) continue;
    const ran = await run(wanted, values.grep);
    if (whole) writeResults(suite, ran);
    results.push(...ran);
  }

  const count = (state: TestResult["state"]) => results.filter((result) => result.state === state).length;
  for (const { title, file } of results.filter((result) => result.state !== "passed")) {
    console.log(`not passed: ${title} (${file})`);
  }
  const tables = whole && count("failed") === 0 ? TABLES.filter((table) => existsSync(table)) : [];
  const wrong = tables.filter((table) => spawnSync(process.execPath, [table], { stdio: "inherit" }).status !== 0);

  const seconds = Math.round((Date.now() - started) / 1_000);
  console.log(`\n${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped, ${seconds} s`);
  if (results.length === 0) throw new Failure("No test ran.");
  if (count("failed") > 0) throw new Failure("Tests failed.");
  if (whole && count("skipped") > 0) throw new Failure("A test that is skipped shows nothing.");
  if (wrong.length > 0) throw new Failure(`${wrong.join(" and ")} found something missing.`);
});

function testsAt(path: string): string[] {
  if (!existsSync(path)) throw new Failure(`There is no test file ${path}.`);
  if (!statSync(path).isDirectory()) return [path];
  const folder = join(path, "/");
  const inside = inProcessTests(hre.config.paths.root).filter((file) => file.startsWith(folder));
  return [...globSync(`${folder}**/*.t.sol`).sort(), ...inside];
}

async function runSolidity(testFiles: string[], grep?: string): Promise<TestResult[]> {
  const outcome = (await hre.tasks.getTask(["test", "solidity"]).run({ testFiles, ...(grep && { grep }) })) as Outcome;
  const { suiteResults } = outcome.success ? outcome.value : outcome.error;
  return suiteResults.flatMap(({ id, testResults }) =>
    testResults.map(({ name, status }) => ({
      title: `${id.name} ${name.replace(/\(.*$/, "")}`,
      file: id.source.replace(/^project\//, ""),
      state: ({ Success: "passed", Failure: "failed", Skipped: "skipped" } as const)[status],
    })),
  );
}

async function runTypeScript(testFiles: string[], grep?: string): Promise<TestResult[]> {
  await hre.tasks.getTask("build").run({ quiet: true });
  buildNoMore();
  // Before there are several processes that would each do it.
  if (testFiles.length === 0 || testFiles.some((file) => file.startsWith("test/sdk/"))) buildClient();
  return runMocha(testFiles.length > 0 ? testFiles : inProcessTests(hre.config.paths.root), { grep, parallel: true });
}

/** What Hardhat's Solidity test task returns. */
type Outcome = { success: true; value: Suites } | { success: false; error: Suites };

interface Suites {
  suiteResults: {
    id: { name: string; source: string };
    testResults: { name: string; status: "Success" | "Failure" | "Skipped" }[];
  }[];
}
