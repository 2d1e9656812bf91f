import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Failure } from "./run.ts";

/** What ran where. The tables of attacks and requirements read it: a title counts only if its test ran and passed. */
export interface TestResult {
  /** Solidity: `ContractName test_name`; TypeScript: the describes and the it, joined by spaces. */
  title: string;
  /** Relative to the project. */
  file: string;
  state: "passed" | "failed" | "skipped";
}

const SUITES = ["solidity", "mocha", "node", "e2e", "browser", "protocols", "relay", "panel", "indexer"] as const;

/** `solidity` and `mocha` are written by npm test, all others by npm run test:<name>. */
export type Suite = (typeof SUITES)[number];

/** Whether npm run test:<name> runs a suite of that name. */
export function isSuiteOfItsOwn(name: string): boolean {
  return SUITES.some((suite) => suite === name && suite !== "solidity" && suite !== "mocha");
}

const path = (suite: Suite) => fileURLToPath(new URL(`../../cache/test-results/${suite}.json`, import.meta.url));

export function writeResults(suite: Suite, results: TestResult[]): void {
  mkdirSync(fileURLToPath(new URL("../../cache/test-results", import.meta.url)), { recursive: true });
  writeFileSync(path(suite), JSON.stringify(results, null, 1));
}

export function forgetResults(suite: Suite): void {
  rmSync(path(suite), { force: true });
}

/** The tests of the last whole run of each suite. Those of npm test must be there; any other can be absent. */
export function readResults(): (TestResult & { suite: Suite })[] {
  return SUITES.flatMap((suite) => {
    try {
      const results = JSON.parse(readFileSync(path(suite), "utf8")) as TestResult[];
      return results.map((result) => ({ ...result, suite }));
    } catch {
      if (suite !== "solidity" && suite !== "mocha") return [];
      throw new Failure("No results of a whole test run are here: run npm test first.");
    }
  });
}

/**
 * The numbers that a title carries, without leading zeros: `test_ATK_07_zero_address`, "ATK-7 …" and "ATK-07 …" all
 * carry ATK-7.
 */
export function numbersIn(title: string): string[] {
  const numbers = [...title.matchAll(/(?<![A-Za-z])(ATK|PIP|DUB|CHI|RTC|SKL)[-_ ]?0*(\d+)/g)];
  return [...new Set(numbers.map(([, prefix, number]) => `${prefix}-${number}`))];
}
