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
});

after(async function () {
  this.timeout(60_000);
  await closeBrowser();
  await opened?.close();
  const width = Math.max(0, ...rows.map(([what]) => what.length));
  if (seen.complaints.length > 0) console.log(seen.complaints.join("\n"));
  console.log(`\n${rows.map(([what, value]) => `  ${what.padEnd(width)}  ${value}`).join("\n")}\n`);
});
