import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { routesPicture, signaturePicture, statesPicture } from "./lib/pictures/flows.ts";
import { periodsPicture, scopePicture } from "./lib/pictures/scopes.ts";
import { wordsPicture } from "./lib/pictures/words.ts";
import { Failure, script } from "../lib/run.ts";

const FOLDER = "docs/pictures";

/** The pictures of the documents, by their names. */
function pictures(): Map<string, string> {
  return new Map([
    ["states", statesPicture()],
    ["routes", routesPicture()],
    ["signature", signaturePicture()],
    ["periods", periodsPicture()],
    ...["social", "swap-bot", "game", "upvote"].map((name) => [`scope-${name}`, scopePicture(name)] as const),
    [
      "session-words",
      wordsPicture("session-words", "The four words of a session", [
        ["SessionWord", "session"],
        ["PrincipalWord", "principal"],
        ["LaneWord", "lane"],
        ["SpentWord", "spent"],
      ]),
    ],
    [
      "policy-words",
      wordsPicture("policy-words", "The words of a stored policy", [
        ["SettingsWord", "settings"],
        ["LimitWord", "limit, the first of its two words"],
        [
          "MethodWord",
          "method",
          "its last 55 bits where form is 0, plain",
          "its last 55 bits where form is 1, detailed",
        ],
      ]),
    ],
  ]);
}

/**
 * Writes docs/pictures: what is in them comes from the contracts, the client and the policy files.
 *
 * node scripts/generate/pictures.ts           writes
 * node scripts/generate/pictures.ts --check   says what is not as it would be written
 */
await script(async () => {
  const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
  const wanted = new Map([...pictures()].map(([name, text]) => [`${name}.svg`, text]));
  mkdirSync(FOLDER, { recursive: true });
  const found = readdirSync(FOLDER);
  const old = [...wanted].filter(([name, text]) => !found.includes(name) || read(name) !== text).map(([name]) => name);
  const extra = found.filter((name) => !wanted.has(name));
  if (values.check) {
    if (old.length + extra.length > 0)
      throw new Failure(`Not as node scripts/generate/pictures.ts would write: ${[...old, ...extra].join(", ")}.`);
    return;
  }
  for (const name of extra) rmSync(`${FOLDER}/${name}`);
  for (const [name, text] of wanted) writeFileSync(`${FOLDER}/${name}`, text);
  console.log(`${wanted.size} pictures`);
});

function read(name: string): string {
  return readFileSync(`${FOLDER}/${name}`, "utf8");
}
