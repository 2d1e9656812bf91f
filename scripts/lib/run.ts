/** A failure that is the user's to mend: its message is all there is to say. */
export class Failure extends Error {}

/**
 * Runs a script: what it throws is printed as one sentence, without a stack trace, and the exit code is 1. The whole
 * error is shown with LATCHKEY_DEBUG=1.
 */
export async function script(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (thrown) {
    if (process.env.LATCHKEY_DEBUG === "1") console.error(thrown);
    else console.error(sentence(thrown));
    process.exitCode = 1;
  }
}

function sentence(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const text = thrown.message.split("\n    at ")[0]!.trim();
  if (thrown instanceof Failure || thrown.name === "DeploymentError") return text;
  // The client's reader of policy files says where and what in its first line.
  if (thrown.name === "PolicyFileError") return text.split("\n")[0]!;
  return `${text}\nRun again with LATCHKEY_DEBUG=1 for the whole error.`;
}
