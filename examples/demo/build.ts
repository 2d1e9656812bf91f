import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import hre from "hardhat";

/** What the demo deploys: a part of the project, to save time. */
const SOURCES = [
  "periphery/LatchkeyDeployer",
  "periphery/SessionForwarder",
  "periphery/P256Verifier",
  "policy/PolicyEncoder",
  "policy/PolicyStore",
  "LatchkeyExtension",
  "LatchkeyEntrance",
  "Latchkey",
  "LatchkeyLens",
  "account/LatchkeyAccountFactory",
  "account/LatchkeyAccount7702",
  "examples/social/Poke",
  "examples/social/SocialFeed",
  "examples/social/SocialEngagement",
  "examples/social/SocialCore",
  "examples/social/SocialMarket",
  "examples/game/GameWorld",
  "examples/upvote/UpvoteApp",
];

/** Compiles what the demo needs and what has changed since. What the compiler says goes to stderr: stdout may carry JSON. */
export async function buildForDemo(): Promise<void> {
  // Whoever has started this process has built this very folder before.
  if (process.env["LATCHKEY_BUILT"] === process.cwd()) return;
  const root = fileURLToPath(new URL("../../contracts/", import.meta.url));
  const files = SOURCES.map((source) => `${root}${source}.sol`);
  const write = process.stdout.write;
  // Hardhat also writes an empty line for each job whose sources have a warning.
  process.stdout.write = ((text: string) => !/\S/.test(text) || process.stderr.write(text)) as typeof write;
  try {
    await hre.tasks.getTask("build").run({ files, noTests: true, quiet: true });
  } finally {
    process.stdout.write = write;
  }
}

/** Whether anything was ever built. */
export function isBuilt(): boolean {
  return existsSync(fileURLToPath(new URL("../../artifacts/contracts/Latchkey.sol", import.meta.url)));
}
