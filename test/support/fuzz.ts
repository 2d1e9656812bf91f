import { createHash } from "node:crypto";
import fc from "fast-check";
import { FUZZ_SEED, REPEAT } from "../../hardhat/fuzzSeed.ts";

/** What the test called `name` draws from: 32 bits that follow from the seed of the run. */
export function seedOf(name: string): number {
  return createHash("sha256").update(`${FUZZ_SEED} ${name}`).digest().readInt32BE();
}

/** Parameters of fast-check under which the test called `name` draws from the seed of the run, and says so if it fails. */
export function seeded<T>(name: string, parameters: fc.Parameters<T> = {}): fc.Parameters<T> {
  const reporter = (details: fc.RunDetails<T>) => {
    if (details.failed) throw new Error(`${fc.defaultReportMessage(details)}\n${REPEAT}`);
  };
  // The results of worker processes are JSON, in which an error has no cause.
  return { ...parameters, seed: seedOf(name), includeErrorInReport: true, reporter };
}

/** In a `describe` whose tests draw from `seedOf`: says of one that fails how to draw the same again. */
export function saySeedOnFailure(): void {
  afterEach(function () {
    if (this.currentTest?.state === "failed") console.log(`      ${REPEAT}`);
  });
}
