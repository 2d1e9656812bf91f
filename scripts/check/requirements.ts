import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Failure, script } from "../lib/run.ts";
import { numbersIn, readResults } from "../lib/testResults.ts";

/**
 * npm run requirements             which requirements the tests of the last whole run show
 * npm run requirements -- --json   the same, for machines
 */

const TABLE = "test/requirements.md";
/** How many requirements there are of each kind. */
const COUNTS = { PIP: 32, DUB: 28, CHI: 29, RTC: 13, SKL: 27 };
const NUMBERS = Object.entries(COUNTS).flatMap(([kind, count]) =>
  Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`),
);
const MOST_NUMBERS_IN_A_TITLE = 3;

type State = "shown" | "decided" | "later";

await script(async () => {
  const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
  const table = readTable();
  const results = readResults();
  const crowded = results
    .map(({ title }) => title)
    .filter((title) => requirements(title).length > MOST_NUMBERS_IN_A_TITLE);
  if (crowded.length > 0) {
    throw new Failure(`A title carries more than ${MOST_NUMBERS_IN_A_TITLE} numbers:\n${crowded.join("\n")}`);
  }

  const borne = new Set(results.filter(({ state }) => state === "passed").flatMap(({ title }) => requirements(title)));
  const inState = (state: State) => NUMBERS.filter((number) => table.get(number) === state);
  const shown = inState("shown").filter((number) => borne.has(number));
  const missing = NUMBERS.filter(
    (number) => !table.has(number) || (table.get(number) === "shown" && !borne.has(number)),
  );
  const summary = {
    total: NUMBERS.length,
    shown: shown.length,
    decided: inState("decided").length,
    later: inState("later").length,
    missing,
  };
  if (values.json) console.log(JSON.stringify(summary));
  else {
    const { total, decided, later } = summary;
    console.log(`${total} requirements: ${shown.length} shown, ${decided} decided, ${later} later`);
  }
  if (missing.length === 0) return;
  if (values.json) process.exitCode = 1;
  else
    throw new Failure(`No test that passed bears ${missing.join(", ")} in its title, or ${TABLE} has no line for it.`);
});

function requirements(title: string): string[] {
  return numbersIn(title).filter((number) => Object.keys(COUNTS).includes(number.split("-")[0]!));
}

/** The state of each number. A line reads `| PIP-1 | what is promised | shown |`. */
function readTable(): Map<string, State> {
  const text = readFileSync(fileURLToPath(new URL(`../../${TABLE}`, import.meta.url)), "utf8");
  const table = new Map<string, State>();
  for (const line of text.split("\n").filter((each) => /^\| *[A-Z]+-\d/.test(each))) {
    const [, number = "", promise = "", state = "", reason = ""] =
      /^\| *([A-Z]+-\d+) *\| *([^|]*?) *\| *(shown|decided|later)(?:: *([^|]+?))? *\|$/.exec(line) ?? [];
    const complete = promise !== "" && (state === "shown") === (reason === "");
    if (!NUMBERS.includes(number) || !complete) throw new Failure(`${TABLE} has a line that cannot be read: ${line}`);
    if (table.has(number)) throw new Failure(`${TABLE} has two lines for ${number}.`);
    table.set(number, state as State);
  }
  return table;
}
