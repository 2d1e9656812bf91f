import hre from "hardhat";

/** Compiles the contracts that have changed, or some of them. Prints errors alone: stdout may carry JSON. */
export async function buildContracts(files: string[] = []): Promise<void> {
  if (process.env["LATCHKEY_BUILT"] === process.cwd()) return;
  const { log } = console;
  // Hardhat writes an empty line there for each job whose sources have a warning.
  console.log = () => {};
  try {
    await hre.tasks.getTask("build").run({ files, noTests: true, quiet: true });
  } finally {
    console.log = log;
  }
}

/** What is started from here on builds nothing, so that no two processes write the same folder at once. */
export function buildNoMore(): void {
  process.env["LATCHKEY_BUILT"] = process.cwd();
}
