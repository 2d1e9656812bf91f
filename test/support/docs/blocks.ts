import { readFileSync } from "node:fs";

/** The code blocks of one language below a heading of a document, down to the next heading. */
export function blocksUnder(document: string, heading: string, language: "sh" | "text" | "ts"): string[] {
  const sections = readFileSync(document, "utf8").split(/^#{1,3} /m);
  const section = sections.find((each) => each.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`${document} has no heading "${heading}".`);
  return [...section.matchAll(/^```(\w+)[^\n]*\n([^]*?)^```$/gm)]
    .filter(([, each]) => each === language)
    .map(([, , code]) => code!);
}
