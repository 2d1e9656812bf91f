import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { blocksUnder } from "../support/docs/blocks.ts";

const SHOWN = blocksUnder("sdk/README.md", "Command line", "text")
  .join("")
  .split(/^\$ /m)
  .map((each) => each.trimEnd());

describe("The package's README shows what the command line prints", () => {
  for (const command of ["describe", "decode"]) {
    it(`by ${command}`, () => {
      const [, book] = SHOWN.find((each) => each.startsWith("cat book.json"))!.split("\n");
      const shown = SHOWN.find((each) => each.startsWith(`latchkey ${command} `))!;
      const [line, ...said] = shown.split("\n");
      const folder = mkdtempSync(join(tmpdir(), "latchkey-readme-"));
      try {
        copyFileSync("examples/policies/upvote.json", join(folder, "upvote.json"));
        writeFileSync(join(folder, "book.json"), book!);
        const args = [resolve("sdk/src/cli/index.ts"), ...line!.split(" ").slice(1)];
        const env = { ...process.env, NO_COLOR: "1" };
        const printed = execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8", env });
        expect(printed.trimEnd()).to.equal(said.join("\n"));
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
