import { spawnSync } from "node:child_process";
import { closeSync, cpSync, globSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { Failure, script } from "./lib/run.ts";

/** What is left out, and which lines need not be reached, each with its reason: to be edited by hand. */
const EXCEPTIONS = "test/coverage.json";

/** TypeScript tests of contracts. Those of bundlers' rules and of costs say nothing about instrumented code. */
const TYPESCRIPT = "test/contracts/**/*.test.ts";
const ABOUT_THE_CODE_ITSELF = [
  "test/contracts/erc7562/**",
  "test/contracts/examples/Costs.test.ts",
  "test/contracts/policy/PublicationGas.test.ts",
];

interface Exceptions {
  skipped: { test: string; reason: string }[];
  unreached: { file: string; lines: string[]; reason: string }[];
}

/**
 * Fails if a statement of contracts/ is reached by no test and is not among the exceptions, or if an exception is not
 * needed. Runs the tests, as they are compiled for npm test, on instrumented contracts in coverage/artifacts.
 */
await script(async () => {
  const exceptions = JSON.parse(readFileSync(EXCEPTIONS, "utf8")) as Exceptions;
  run([], ["build", "--quiet"], "inherit");
  rmSync("coverage/cache/test-artifacts", { recursive: true, force: true });
  mkdirSync("coverage/cache", { recursive: true });
  cpSync("cache/test-artifacts", "coverage/cache/test-artifacts", { recursive: true });

  rmSync("coverage/lcov.info", { force: true });
  const skipped = exceptions.skipped.map(({ test }) => test).join("|");
  const files = [...globSync("test/**/*.t.sol"), ...globSync(TYPESCRIPT, { exclude: ABOUT_THE_CODE_ITSELF })].sort();
  const log = openSync("coverage/tests.log", "w");
  const passed = run(["--coverage"], ["test", "--grep-exclude", skipped, ...files], log);
  closeSync(log);
  if (!passed) {
    console.log(readFileSync("coverage/tests.log", "utf8").split("\n").slice(-100).join("\n"));
    throw new Failure("Not every test passed on instrumented code; all they said is in coverage/tests.log.");
  }
  judge(readFileSync("coverage/lcov.info", "utf8"), exceptions.unreached);
});

function run(options: string[], task: string[], output: "inherit" | number): boolean {
  const { status } = spawnSync(process.execPath, ["node_modules/hardhat/dist/src/cli.js", ...options, ...task], {
    stdio: ["ignore", output, output],
    // The same statements each time; a few inputs reach what many do.
    env: { ...process.env, LATCHKEY_FUZZ_SEED: "0x1", LATCHKEY_FUZZ_RUNS: "16", LATCHKEY_INVARIANT_RUNS: "1" },
  });
  return status === 0;
}

/** A line counts as reached if each statement on it is. */
function judge(lcov: string, exceptions: Exceptions["unreached"]): void {
  const unused = new Set(exceptions.flatMap(({ file, lines }) => lines.map((line) => `${file}: ${line}`)));
  const wrong: string[] = [];
  let [all, reached] = [0, 0];
  console.log("  lines  reached  excepted");
  for (const record of lcov.split("end_of_record").sort()) {
    const file = /^SF:(.*)$/m.exec(record)?.[1];
    if (file === undefined) continue;
    const source = readFileSync(file, "utf8").split("\n");
    const lines = [...record.matchAll(/^DA:(\d+),(\d+)$/gm)].map(([, line, count]) => ({
      number: Number(line),
      text: source[Number(line) - 1]!.trim(),
      hit: count !== "0",
    }));
    const missed = lines.filter(({ hit }) => !hit);
    for (const { text, number } of missed) {
      const excepted = exceptions.some((each) => each.file === file && each.lines.includes(text));
      if (excepted) unused.delete(`${file}: ${text}`);
      else wrong.push(`${file}:${number}: ${text}`);
    }
    all += lines.length;
    reached += lines.length - missed.length;
    const count = [lines.length, lines.length - missed.length].map((each) => String(each).padStart(7));
    console.log(`${count.join("")}  ${String(missed.length || "").padStart(8)}  ${file}`);
  }
  console.log(
    `${String(all).padStart(7)}${String(reached).padStart(7)}  in all, ${((100 * reached) / all).toFixed(1)} %`,
  );
  for (const each of wrong) console.log(`reached by no test: ${each}`);
  for (const each of unused) console.log(`an exception that is not needed: ${each}`);
  if (wrong.length + unused.size > 0) throw new Failure(`Reach them, or name them in ${EXCEPTIONS}.`);
}
