import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { abiReference } from "./lib/abiReference.ts";
import { apiReference, undocumented } from "./lib/apiReference.ts";
import { clearSigningDescriptor } from "./lib/clearSigning.ts";
import { errorsDocument } from "./lib/errorsDocument.ts";
import { readClient, surfaceOf } from "./lib/clientExports.ts";
import { tableMethods } from "./lib/sdkSources.ts";
import { shippedArtifacts } from "../../sdk/scripts/shippedArtifacts.ts";
import { Failure, script } from "../lib/run.ts";

const SURFACE = "test/sdk/surface.json";

/**
 * Writes docs/errors.md and docs/reference/abi.md from the contracts, docs/reference/api.md and docs/erc7730 from the client's sources,
 * and what the client knows of the token table. Needs a build.
 *
 * npm run abi                        all of them
 * npm run abi -- --surface           and what the package promises by name, which a person means to change
 * node scripts/generate/references.ts --check says what is not as it would be written, and which export has no documentation
 */
await script(async () => {
  const { values } = parseArgs({
    options: { check: { type: "boolean", default: false }, surface: { type: "boolean", default: false } },
  });
  const client = readClient();
  const missing = undocumented(client);
  if (missing.length > 0) throw new Failure(`These exports have no TSDoc: ${missing.join(", ")}.`);
  const documents: [path: string, text: string][] = [
    ["docs/errors.md", errorsDocument()],
    ["docs/reference/abi.md", abiReference()],
    ["docs/reference/api.md", apiReference(client)],
    ["docs/erc7730/eip712-latchkey.json", clearSigningDescriptor()],
    ["sdk/src/generated/tableMethods.ts", tableMethods()],
  ];
  if (values.check) {
    const old = documents.filter(([path, text]) => readOrNothing(path) !== text).map(([path]) => path);
    if (old.length > 0) throw new Failure(`Not as npm run abi would write: ${old.join(", ")}.`);
    return;
  }
  if (values.surface) {
    const surface = { ...surfaceOf(client), artifacts: shippedArtifacts().map(({ contractName }) => contractName) };
    documents.push([SURFACE, await format(JSON.stringify(surface), { parser: "json", printWidth: 120 })]);
  }
  for (const [path, text] of documents) {
    writeFileSync(path, text);
    console.log(path);
  }
});

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
