import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { generatedFiles } from "./lib/sdkSources.ts";
import { script } from "../lib/run.ts";

/** Writes what the client's sources take from the contracts: ABIs, errors and addresses. Needs a build. */
await script(async () => {
  for (const [path, text] of generatedFiles()) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(path);
  }
});
