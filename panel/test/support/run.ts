import { type Ground, openGround } from "./ground.ts";
import { closeBrowser, leave, seen } from "./visit.ts";

let opened: Ground | undefined;
const rows: [what: string, value: string | number][] = [];

/** The chain of this run. */
export const ground = (): Ground => opened!;

/** A line of the table that the run prints in the end. */
export const report = (what: string, value: string | number): void => void rows.push([what, value]);

before(async function () {
  this.timeout(120_000);
  opened = await openGround();
});

afterEach(async function () {
  await leave(this.currentTest?.state === "failed" ? this.currentTest.title : undefined);
  const { violations, overflows, elsewhere, complaints } = seen;
  const wrong = [...violations, ...overflows, ...complaints, ...[...elsewhere].map((each) => `asked ${each}`)];
  if (wrong.length > 0) throw new Error(`${this.currentTest?.title}:\n${wrong.join("\n")}`);
});

after(async function () {
  this.timeout(60_000);
  await closeBrowser();
  await opened?.close();
  const width = Math.max(0, ...rows.map(([what]) => what.length));
  report("axe: looks at 4 widths and in 2 themes", seen.looks);
  report("axe: violations", seen.violations.length);
  report("overflows", seen.overflows.length);
  report("requests", seen.requests);
  report("requests to other origins", seen.elsewhere.size);
  report("complaints of the browser", seen.complaints.length);
  console.log(`\n${rows.map(([what, value]) => `  ${what.padEnd(width)}  ${value}`).join("\n")}\n`);
});
