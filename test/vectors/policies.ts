import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { bytesToHex } from "viem";
import { compile, storedSize } from "../support/reference/program.ts";
import { publish } from "../support/reference/publication.ts";
import { digestOf, printRegistration, readPolicyFiles, type Case } from "../support/reference/policyFiles.ts";
import { Failure, script } from "../../scripts/lib/run.ts";

/**
 * Writes docs/typed-data from examples/policies/protocols.
 *
 * node test/vectors/policies.ts           writes
 * node test/vectors/policies.ts --check   says what is not as it would be written
 */

const FOLDER = new URL("../../docs/typed-data/", import.meta.url);

/** What the folder holds: a text for each policy, and one file with ids, digests and the calldata of every case. */
export function typedData(): Map<string, string> {
  const files = readPolicyFiles();
  const texts = new Map(files.map((file) => [`${file.name}.txt`, printRegistration(file)]));
  const vectors = files.map((file) => {
    const { id, permissions } = publish(file.policy, file.facts);
    const data = (cases: Case[]) => cases.map(({ say, calls }) => ({ say, calls: calls.map((call) => call.data) }));
    return {
      name: file.name,
      policyId: id,
      registration: digestOf(file),
      lines: texts.get(`${file.name}.txt`)!.split("\n").length - 1,
      trust: permissions.map(({ trust }) => trust),
      stored: storedSize(file.policy, permissions),
      programs: permissions.map((each) => (each.kind === "method" ? bytesToHex(Uint8Array.from(compile(each))) : "0x")),
      passes: data(file.passes),
      refused: data(file.refused),
    };
  });
  return texts.set("vectors.json", `${JSON.stringify(vectors, undefined, 2)}\n`);
}

if (import.meta.main) {
  await script(async () => {
    const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
    const wanted = typedData();
    const found = readdirSync(FOLDER);
    const old = [...wanted]
      .filter(([name, text]) => !found.includes(name) || read(name) !== text)
      .map(([name]) => name);
    const extra = found.filter((name) => !wanted.has(name));
    if (values.check) {
      if (old.length + extra.length > 0)
        throw new Failure(`Not as it would be written: ${[...old, ...extra].join(", ")}.`);
      return;
    }
    for (const name of extra) rmSync(new URL(name, FOLDER));
    for (const [name, text] of wanted) writeFileSync(new URL(name, FOLDER), text);
    console.log(`${wanted.size - 1} policies`);
  });
}

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), "utf8");
}
