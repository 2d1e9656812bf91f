/** What the demo cannot go on from, and what to do about it, in one sentence. */
export class DemoError extends Error {}

/** Runs the demo: what it throws is printed as one sentence, whole with LATCHKEY_DEBUG=1, and the exit code is 1. */
export async function program(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (thrown) {
    const isPlain = thrown instanceof Error && process.env.LATCHKEY_DEBUG !== "1";
    console.error(isPlain ? thrown.message.split("\n    at ")[0] : thrown);
    if (isPlain && !(thrown instanceof DemoError))
      console.error("Run again with LATCHKEY_DEBUG=1 for the whole error.");
    process.exitCode = 1;
  }
}
