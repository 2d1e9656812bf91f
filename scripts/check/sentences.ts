import { globSync, readFileSync } from "node:fs";
import ts from "typescript";
import { Failure, script } from "../lib/run.ts";

/** The one place that tells people what a policy allows. */
const HOME = "sdk/src/policies/formatPolicyDescription.ts";

/** Words of its sentences: wherever else they stood, the same policy could be told in two ways. */
const PHRASES =
  /may say anything|\bis the wallet itself|the wallet's own address|outlives? the session|on the word of|keep their word|count twice|may already take|\bany method of\b|\bin each\b|first that holds|is at (?:most|least) \$|every element of|counts what it|base units of|whoever has the key|\. Cannot \$/;

await script(async () => {
  const files = globSync(["sdk/src/**/*.ts", "examples/**/*.ts"], { exclude: ["**/node_modules"] }).sort();
  if (!files.includes(HOME) || !PHRASES.test(readFileSync(HOME, "utf8"))) throw new Failure(`${HOME} tells nothing.`);
  const complaints = files.filter((file) => file !== HOME).flatMap(sentencesIn);
  if (complaints.length === 0) return;
  throw new Failure(`A policy is told outside of ${HOME}:\n${complaints.join("\n")}`);
});

/** Texts of the program, not its comments. */
function sentencesIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    const text = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) ? node.getText() : "";
    if (PHRASES.test(text)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${file}:${line + 1}: ${text}`);
    } else ts.forEachChild(node, look);
  };
  look(source);
  return found;
}
