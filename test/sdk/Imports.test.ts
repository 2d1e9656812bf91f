import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { expect } from "chai";

describe("The check of imports", () => {
  /** A tree that passes; what a test adds or replaces is all that is wrong with it. */
  const GOOD: Record<string, string> = {
    "contracts/types/Grant.sol": "struct Grant { address key; }",
    "contracts/interfaces/ILatchkey.sol": 'import {Grant} from "../types/Grant.sol";\ninterface ILatchkey {}',
    "sdk/src/constants.ts": "export const LIMIT = 1;",
    "sdk/src/errors/SessionError.ts":
      'import { BaseError } from "viem";\nexport class SessionError extends BaseError {}',
    "sdk/src/keys/key.ts":
      'import { SessionError } from "../errors/SessionError.ts";\nexport const key = SessionError;',
    "sdk/src/sessions/send.ts":
      'import { key } from "../keys/key.ts";\nexport const send = key; export type Send = typeof send;',
    "sdk/src/actions/act.ts": 'import { send } from "../sessions/send.ts";\nexport const act = send;',
    "sdk/src/index.ts": 'export * from "./actions/act.ts";\nexport type { Send } from "./sessions/send.ts";',
  };

  function check(changes: Record<string, string>) {
    const root = mkdtempSync(join(tmpdir(), "latchkey-imports-"));
    try {
      for (const [file, text] of Object.entries({ ...GOOD, ...changes })) {
        mkdirSync(dirname(join(root, file)), { recursive: true });
        writeFileSync(join(root, file), text);
      }
      const script = resolve("scripts/check/imports.ts");
      const { status, stderr } = spawnSync(process.execPath, [script], { cwd: root, encoding: "utf8" });
      return { status, said: stderr.trim() };
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }

  it("lets what imports one way pass", () => {
    expect(check({})).to.deep.equal({ status: 0, said: "" });
  });

  const wrong: [name: string, changes: Record<string, string>, said: RegExp][] = [
    [
      "errors that import a key",
      { "sdk/src/errors/SessionError.ts": 'export { key } from "../keys/key.ts";' },
      /^sdk\/src\/errors\/SessionError\.ts imports sdk\/src\/keys\/key\.ts; errors may import/,
    ],
    [
      "a type that is imported against the direction",
      { "sdk/src/constants.ts": 'import type { Send } from "./sessions/send.ts";\nexport type S = Send;' },
      /^sdk\/src\/constants\.ts imports sdk\/src\/sessions\/send\.ts; constants may import/,
    ],
    [
      "a circle among equals",
      {
        "sdk/src/keys/key.ts": 'import { held } from "./held.ts";\nexport const key = () => held;',
        "sdk/src/keys/held.ts": 'import { key } from "./key.ts";\nexport const held = key;',
      },
      /^Imports go in a circle: sdk\/src\/.* -> sdk\/src\/.* -> sdk\/src\//,
    ],
    [
      "a circle of types alone",
      {
        "sdk/src/keys/key.ts": 'import type { Held } from "./held.ts";\nexport interface Key { held: Held }',
        "sdk/src/keys/held.ts": 'import type { Key } from "./key.ts";\nexport interface Held { key: Key }',
        "sdk/src/sessions/send.ts":
          'import type { Key } from "../keys/key.ts";\nexport type Send = Key; export const send = 1;',
      },
      /^Imports go in a circle: sdk\/src\/keys\/.*\.ts -> sdk\/src\/keys\/.*\.ts -> sdk\/src\/keys\//,
    ],
    [
      "a deployment that imports a script",
      { "deploy/lib/deploy.ts": 'import "../../scripts/lint.ts";', "scripts/lint.ts": "export {};" },
      /^deploy\/lib\/deploy\.ts imports scripts\/lint\.ts; deploy may import deploy only\.$/,
    ],
    [
      "a script that imports a type of the tests",
      {
        "scripts/lint.ts": 'import type { Model } from "../test/support/reference/model.ts";\nexport type M = Model;',
        "test/support/reference/model.ts": "export interface Model { calls: number }",
      },
      /^scripts\/lint\.ts imports test\/support\/reference\/model\.ts; scripts may import/,
    ],
    [
      "an example that asks for a test while it runs",
      {
        "examples/demo/main.ts": 'await import("../../test/support/chain/world.ts");',
        "test/support/chain/world.ts": "export {};",
      },
      /^examples\/demo\/main\.ts imports test\/support\/chain\/world\.ts; examples may import/,
    ],
    [
      "what a browser does not have",
      { "sdk/src/sessions/send.ts": 'import { readFileSync } from "node:fs";\nexport const send = readFileSync;' },
      /^sdk\/src\/sessions\/send\.ts imports node:fs; sessions may import/,
    ],
    [
      "a dependency that nobody decided on",
      { "sdk/src/sessions/send.ts": 'import lodash from "lodash";\nexport const send = lodash;' },
      /imports lodash; sessions may import/,
    ],
    ["a file of no part", { "sdk/src/misc/odd.ts": "export {};" }, /^sdk\/src\/misc\/odd\.ts belongs to no part/],
    [
      "a contract of types that imports an account",
      { "contracts/types/Grant.sol": 'import {A} from "../account/LatchkeyAccount.sol";' },
      /^contracts\/types\/Grant\.sol imports contracts\/account\/LatchkeyAccount\.sol; types may import/,
    ],
  ];
  for (const [name, changes, said] of wrong) {
    it(`refuses ${name}`, () => {
      const found = check(changes);
      expect(found.status).to.equal(1);
      expect(found.said).to.match(said);
    });
  }
});
