/** A failure that is the user's to mend: its message is all there is to say. */
export class Failure extends Error {}

/** Runs the demo: what it throws is printed as one sentence, without a stack trace, and the exit code is 1. */
export async function exitWithSentence(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (thrown) {
    process.exitCode = 1;
    if (thrown instanceof Failure) console.error(thrown.message);
    else if (process.env.LATCHKEY_DEBUG === "1") console.error(thrown);
    else console.error(`${firstLine(thrown)}\nRun again with LATCHKEY_DEBUG=1 for the whole error.`);
  }
}

/** What was thrown, in one line. */
export function firstLine(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message.split("\n")[0]! : String(thrown);
}
