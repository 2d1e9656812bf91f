import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Failure, script } from "../lib/run.ts";
import { isSuiteOfItsOwn, numbersIn, readResults } from "../lib/testResults.ts";

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

interface Row {
  state: "shown" | "decided" | "later";
  /** The suite whose tests show it, where npm test does not: its tests need what a machine may not have. */
  suite?: string;
}

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

  const passed = results.filter(({ state }) => state === "passed");
  const inOwn = (number: string) => table.get(number)?.suite;
  const borne = (number: string) =>
    passed.some(({ suite, title }) => {
      const fits = inOwn(number) === undefined ? !isSuiteOfItsOwn(suite) : suite === inOwn(number);
      return fits && requirements(title).includes(number);
    });
  const inState = (state: Row["state"]) => NUMBERS.filter((number) => table.get(number)?.state === state);
  const toShow = inState("shown");
  const notRun = toShow.filter(
    (number) => inOwn(number) !== undefined && !results.some(({ suite }) => suite === inOwn(number)),
  );
  const missing = [
    ...NUMBERS.filter((number) => !table.has(number)),
    ...toShow.filter((number) => !borne(number) && !notRun.includes(number)),
  ];
  const summary = {
    total: NUMBERS.length,
    shown: toShow.filter(borne).length,
    notRun: notRun.length,
    decided: inState("decided").length,
    later: inState("later").length,
    missing,
  };
  if (values.json) console.log(JSON.stringify(summary));
  else {
    const { total, shown, decided, later } = summary;
    const suites = [...new Set(notRun.map(inOwn))].map((name) => `npm run test:${name}`);
    const waiting = notRun.length === 0 ? "" : `, ${notRun.length} for ${suites.join(" and ")}`;
    console.log(`${total} requirements: ${shown} shown, ${decided} decided, ${later} later${waiting}`);
  }
  if (missing.length === 0) return;
  if (values.json) process.exitCode = 1;
  else
    throw new Failure(`No test that passed bears ${missing.join(", ")} in its title, or ${TABLE} has no line for it.`);
});

function requirements(title: string): string[] {
  return numbersIn(title).filter((number) => Object.keys(COUNTS).includes(number.split("-")[0]!));
}

/** A line reads `| PIP-1 | what is promised | shown |`, `shown: panel` by the tests of that suite, or `decided: why`. */
function readTable(): Map<string, Row> {
  const text = readFileSync(fileURLToPath(new URL(`../../${TABLE}`, import.meta.url)), "utf8");
  const table = new Map<string, Row>();
  for (const line of text.split("\n").filter((each) => /^\| *[A-Z]+-\d/.test(each))) {
    const [, number = "", promise = "", state = "", more = ""] =
      /^\| *([A-Z]+-\d+) *\| *([^|]*?) *\| *(shown|decided|later)(?:: *([^|]+?))? *\|$/.exec(line) ?? [];
    const complete = promise !== "" && (state === "shown" ? more === "" || isSuiteOfItsOwn(more) : more !== "");
    if (!NUMBERS.includes(number) || !complete) throw new Failure(`${TABLE} has a line that cannot be read: ${line}`);
    if (table.has(number)) throw new Failure(`${TABLE} has two lines for ${number}.`);
    table.set(number, { state: state as Row["state"], ...(state === "shown" && more !== "" && { suite: more }) });
  }
  return table;
}
