import { randomBytes } from "node:crypto";
import type { HardhatPlugin } from "hardhat/types/plugins";

const VARIABLE = "LATCHKEY_FUZZ_SEED";

/**
 * What every random test of a run is drawn from, in hexadecimal: the number in LATCHKEY_FUZZ_SEED, or one that is drawn
 * for this run. Worker processes inherit it.
 */
export const FUZZ_SEED = seedFrom(process.env[VARIABLE] ?? `0x${randomBytes(8).toString("hex")}`);
process.env[VARIABLE] = FUZZ_SEED;

/** How to draw the same again. */
export const REPEAT = `repeat with ${VARIABLE}=${FUZZ_SEED}`;

/** The positive whole number in the environment variable `name`, or `otherwise`. */
export function countFrom(name: string, otherwise: number): number {
  const given = process.env[name];
  if (given === undefined) return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(given)) throw new Error(`${name} is not a positive number: ${given}`);
  return Number(given);
}

function seedFrom(given: string): string {
  const number = /^(0x[\da-f]+|\d+)$/i.test(given) ? BigInt(given) : -1n;
  if (number < 0n || number >= 1n << 256n) throw new Error(`${VARIABLE} is not a number of at most 256 bits: ${given}`);
  return `0x${number.toString(16)}`;
}

let isPrinted = false;

/** Prints the seed once, before the first test of a process that runs tests. */
export const fuzzSeed: HardhatPlugin = {
  id: "latchkey-fuzz-seed",
  hookHandlers: {
    test: async () => ({
      default: async () => ({
        async onTestRunStart(context, id, next) {
          if (!isPrinted) console.log(`Fuzz seed ${FUZZ_SEED}; ${REPEAT}`);
          isPrinted = true;
          return next(context, id);
        },
      }),
    }),
  },
};
