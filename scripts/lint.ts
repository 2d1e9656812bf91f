import { spawnSync } from "node:child_process";
import { Failure, script } from "./lib/run.ts";

const bin = (path: string, ...args: string[]) => [`node_modules/${path}`, ...args];
const solhint = (...args: string[]) =>
  bin("solhint/solhint.js", "--disc", "--noPoster", "--max-warnings", "0", ...args);

/** Every check that needs no test to run. `npm run format` mends what the first one finds. */
const CHECKS: [name: string, command: string[]][] = [
  ["format", bin("prettier/bin/prettier.cjs", "--check", "--log-level", "warn", ".")],
  ["build without warnings", ["scripts/build.ts"]],
  ["types", bin("typescript/bin/tsc", "--noEmit")],
  ["contracts", solhint("contracts/**/*.sol")],
  ["Solidity tests", solhint("--config", "test/.solhint.json", "test/**/*.sol")],
  ["imports", ["scripts/check/imports.ts"]],
  ["sentences", ["scripts/check/sentences.ts"]],
  ["documents", ["scripts/check/docs.ts"]],
  ["references", ["scripts/generate/references.ts", "--check"]],
  ["pictures", ["scripts/generate/pictures.ts", "--check"]],
  ["table of attacks", ["scripts/check/attacks.ts", "--table"]],
];

await script(async () => {
  const failed = CHECKS.filter(([name, command]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
    console.log(`${status === 0 ? "ok    " : "FAILED"} ${name}`);
    if (status !== 0) console.log(`${stdout}${stderr}`.trim().replaceAll(/^/gm, "       "));
    return status !== 0;
  });
  if (failed.length > 0) throw new Failure(`Lint failed: ${failed.map(([name]) => name).join(", ")}.`);
});
