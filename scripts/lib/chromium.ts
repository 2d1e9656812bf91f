import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Failure } from "./run.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const ELSEWHERE = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The browser of this machine: nothing is downloaded for the tests. */
export function findChromium(): string {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return named;
    throw new Failure(`CHROMIUM_PATH names ${named}, and there is nothing.`);
  }
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/usr/local/bin", "/snap/bin"];
  const found = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...ELSEWHERE].find(
    existsSync,
  );
  if (found !== undefined) return found;
  throw new Failure(
    "The tests in the browser need Chromium. Install it (Debian: apt install chromium; macOS: brew install chromium) " +
      "or name it in CHROMIUM_PATH.",
  );
}
