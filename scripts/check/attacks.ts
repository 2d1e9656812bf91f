import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Failure, script } from "../lib/run.ts";
import { numbersIn, readResults } from "../lib/testResults.ts";

/**
 * npm test runs it after a whole run: each attack of the table in docs/assurance/attacks.md is tested, decided or later,
 * and what is tested has a test that passed in each file that the table names.
 *
 * node scripts/check/attacks.ts --table   looks at the table and for the numbers in the files that it names, without results
 */

const TABLE = "docs/assurance/attacks.md";
const COUNT = 126;
const NUMBERS = Array.from({ length: COUNT }, (_, index) => `ATK-${index + 1}`);

interface Row {
  state: "tested" | "decided" | "later";
  /** Of `tested`. */
  files: string[];
}

await script(async () => {
  const { values } = parseArgs({ options: { table: { type: "boolean", default: false } } });
  const table = readTable();
  const absent = NUMBERS.filter((number) => !table.has(number));
  if (absent.length > 0) throw new Failure(`${TABLE} has no line for ${absent.join(", ")}.`);
  const inState = (state: Row["state"]) => [...table.values()].filter((row) => row.state === state).length;
  const summary = `${COUNT} attacks: ${inState("tested")} tested, ${inState("decided")} decided, ${inState("later")} later`;
  if (values.table) {
    const gone = [...table].flatMap(([number, { files }]) =>
      files
        .filter((file) => !bears(file, number))
        .map((file) => `${number}: ${file} does not name it, or is not there`),
    );
    if (gone.length > 0) throw new Failure(gone.join("\n"));
    return console.log(summary);
  }

  const results = readResults();
  const missing = [...table].flatMap(([number, { files }]) =>
    files
      .filter((file) => !results.some((each) => each.file === file && numbersIn(each.title).includes(number)))
      .map((file) => `${number}: no test in ${file} bears it`),
  );
  const failed = results
    .filter(({ state, title }) => state !== "passed" && numbersIn(title).some((number) => table.has(number)))
    .map(({ title, file, state }) => `${state}: ${title} (${file})`);
  console.log(summary);
  if (missing.length + failed.length > 0) throw new Failure([...missing, ...failed].join("\n"));
});

/** Whether the text of a file names the attack: what can be asked before anything has run. */
function bears(file: string, number: string): boolean {
  const path = new URL(`../../${file}`, import.meta.url);
  return existsSync(path) && numbersIn(readFileSync(path, "utf8").replaceAll("test_", "")).includes(number);
}

/** A line reads `| ATK-01 | what it is | tested | file.t.sol, file.ts |` or `| ATK-02 | … | decided | the reason |`. */
function readTable(): Map<string, Row> {
  const text = readFileSync(fileURLToPath(new URL(`../../${TABLE}`, import.meta.url)), "utf8");
  const table = new Map<string, Row>();
  for (const line of text.split("\n").filter((each) => /^\| *ATK-/.test(each))) {
    const [, digits = "", what = "", state = "", where = ""] =
      /^\| *ATK-(\d+) *\| *([^|]+?) *\| *(tested|decided|later) *\| *([^|]+?) *\|$/.exec(line) ?? [];
    const number = `ATK-${Number(digits)}`;
    if (what === "" || where === "" || !NUMBERS.includes(number)) {
      throw new Failure(`${TABLE} has a line that cannot be read: ${line}`);
    }
    if (table.has(number)) throw new Failure(`${TABLE} has two lines for ${number}.`);
    const files = state === "tested" ? where.replaceAll("`", "").split(/, */) : [];
    table.set(number, { state: state as Row["state"], files });
  }
  return table;
}
