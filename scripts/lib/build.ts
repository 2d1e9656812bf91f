import hre from "hardhat";

/** Compiles the contracts that have changed, or some of them. Prints errors alone: stdout may carry JSON. */
export async function buildContracts(files: string[] = []): Promise<void> {
  if (isJustBuilt()) return;
  const { log } = console;
  // Hardhat writes an empty line there for each job whose sources have a warning.
  console.log = () => {};
  try {
    await hre.tasks.getTask("build").run({ files, noTests: true, quiet: true });
  } finally {
    console.log = log;
  }
}

const BUILT = "LATCHKEY_BUILT";

/** What is started from here on builds nothing, so that no two processes write the same folder at once. */
export function buildNoMore(): void {
  process.env[BUILT] = process.cwd();
}

/** Whether whoever has started this process has built this very folder before. */
export function isJustBuilt(): boolean {
  return process.env[BUILT] === process.cwd();
}
