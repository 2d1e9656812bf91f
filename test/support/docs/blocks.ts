import { readFileSync } from "node:fs";

/** The code blocks of one language below a heading of a document, down to the next heading. */
export function blocksUnder(document: string, heading: string, language: "sh" | "ts"): string[] {
  const text = readFileSync(document, "utf8");
  const [, section] = text.split(`\n## ${heading}\n`);
  if (section === undefined) throw new Error(`${document} has no heading "${heading}".`);
  const [body] = section.split(/\n## /);
  return [...body!.matchAll(/^```(\w+)[^\n]*\n([^]*?)^```$/gm)]
    .filter(([, each]) => each === language)
    .map(([, , code]) => code!);
}
