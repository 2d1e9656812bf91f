import { readFileSync } from "node:fs";

/** What a contract's error is called, why it occurs and what to do: `@notice` and `@custom:fix` of its declaration. */
export interface ErrorWords {
  name: string;
  /** `SpendCapExceeded(unit, requested, left)`. */
  signature: string;
  why: string;
  fix: string;
  /** The section of its file that it stands in, `// --- the budgets ---`; empty in a file without any. */
  section: string;
}

const PATH = "docs/errors.md";

/** A heading, the files whose errors stand below it, and what is to be known of all of them. */
const CHAPTERS: [title: string, sources: string[], about: string][] = [
  ["", ["interfaces/ISessionErrors"], ""],
  ["Registering and revoking", ["interfaces/ISessionRegistry"], ""],
  ["Forwarding", ["interfaces/ISessionForwarder"], ""],
  ["Redeeming", ["interfaces/IDelegationRedeemer"], ""],
  [
    "Publishing",
    ["interfaces/IPolicyErrors"],
    "`index` is the position of the permission, `rule`, `spend`, `item` and `limit` that of the entry in its list; all from 0. `leaf` counts the leaves of the method's types from 0, in the order in which they stand. The first complaint decides.",
  ],
  ["Deploying", ["interfaces/ILatchkeyDeployer"], ""],
  [
    "Accounts",
    ["interfaces/ILatchkeyAccount", "interfaces/ILatchkeyAccount7702", "interfaces/ILatchkeyAccountFactory"],
    "",
  ],
  [
    "The paymaster",
    ["interfaces/ISessionPaymaster"],
    'On route `userOperation` an EntryPoint puts `FailedOpWithRevert(…, "AA33 reverted", …)` around them, and around errors of the operation that the paymaster has too.',
  ],
  ["In the mixins", ["dapp/SessionAware", "dapp/SessionSpender"], ""],
];

const HEADER = `<!-- Written by \`npm run abi\` from the contracts; not by hand. -->

# Errors

Every error of Latchkey, why it occurs and what to do. Times are unix seconds, bounds inclusive, amounts base units, values wei. \`index\` is the position of the call in its batch, \`rule\` that of the rule in its permission, both from 0; \`position\` a byte of the call's calldata, counted from 0 with its selector.

Of several alternatives the error is \`AlternativesRefused\`, with the error of the one that came nearest inside. Some accounts put an error of their own around these, and an EntryPoint puts \`FailedOpWithRevert(…, "AA23 reverted", …)\` around them on route \`userOperation\`. \`LatchkeyLens.explain\` returns the bare one; the client unwraps them all, and so does \`latchkey decode\`.
`;

/** The errors that a contract's source declares, with what its comments say of them. */
export function errorsOf(source: string): ErrorWords[] {
  const text = readFileSync(`contracts/${source}.sol`, "utf8");
  const old = rowsOf(PATH);
  const found: ErrorWords[] = [];
  let section = "";
  const declarations =
    /^ *\/\/ --- (?<title>.+?) -+$|(?<comment>(?:^ *\/\/\/.*\n)+) *error (?<name>\w+)\((?<parameters>[^)]*)\);/gm;
  for (const { groups } of text.matchAll(declarations)) {
    const { title, comment = "", name = "", parameters = "" } = groups as Record<string, string | undefined>;
    if (title !== undefined) section = title === "errors" ? "" : title;
    else {
      const line = comment.replaceAll(/\s*\/\/\/ ?/g, " ");
      const tag = (of: string) => line.split(` @${of} `)[1]?.split(" @")[0]!.trim().replace(/\.$/, "");
      const names = parameters.split(",").map((each) => each.trim().split(/\s+/).at(-1)!);
      // What a source leaves to the document stays as it stands there.
      const known = old.get(name);
      const fix = tag("custom:fix");
      const why = (fix === undefined ? known?.why : tag("notice")) ?? tag("notice")!;
      const signature = `${name}(${names.join(", ")})`;
      found.push({ name, signature, why, fix: fix ?? known?.fix ?? "", section });
    }
  }
  return found;
}

/** Every documented error by its name. */
export function errorWords(): Map<string, ErrorWords> {
  const all = CHAPTERS.flatMap(([, sources]) => sources.flatMap(errorsOf));
  return new Map(all.map((error) => [error.name, error]));
}

/** docs/errors.md. */
export function errorsDocument(): string {
  const chapters = CHAPTERS.flatMap(([title, sources, about]) => {
    const errors = sources.flatMap(errorsOf);
    const sections = [...new Set(errors.map(({ section }) => section))];
    return sections.map((section, i) => {
      const heading = section === "" ? title : title === "" ? capital(section) : `${title}: ${section}`;
      const rows = errors
        .filter((error) => error.section === section)
        .map(({ signature, why, fix }) => `| \`${signature}\` | ${cell(why)} | ${cell(fix)} |`);
      const lines = [`## ${heading}`, "", ...(i === 0 && about !== "" ? [about, ""] : []), ...TABLE, ...rows];
      return lines.join("\n");
    });
  });
  return `${HEADER}\n${chapters.join("\n\n")}\n`;
}

const TABLE = ["| error | why | how to fix |", "| --- | --- | --- |"];

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function rowsOf(path: string): Map<string, { why: string; fix: string }> {
  const rows = readFileSync(path, "utf8").matchAll(/^\| `(\w+)\(.*?\)` \| ([^|]+) \| ([^|]*) \|$/gm);
  return new Map([...rows].map(([, name, why, fix]) => [name!, { why: why!.trim(), fix: fix!.trim() }]));
}
