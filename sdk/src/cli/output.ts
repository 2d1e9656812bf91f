import { stripVTControlCharacters } from "node:util";

/** One part of what a command says to people: rows of a label and a text, under a title. */
export interface Section {
  title?: string;
  rows: readonly (readonly [label: string, text: string])[];
}

/** What a command found. */
export interface Result {
  /** For machines: `--json`. */
  json: Record<string, unknown>;
  /** For people. */
  sections: readonly Section[];
  /** What is printed in place of the sections, byte for byte: it ends with a line's end. */
  document?: string;
  exitCode?: number;
}

/** No line is longer, in characters. */
export const WIDTH = 100;
const WIDEST_LABEL = 24;

/** Bigints as decimal strings, whatever else as JSON has it; what a terminal would obey is escaped. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each), 2);
  return text.replaceAll(new RegExp(UNPRINTABLE, "gu"), (each) => (each === "\n" ? each : escaped(each)));
}

/** As a JSON string writes any character: by its code units. */
function escaped(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

/** Sections as aligned lines; titles are bold if `isColoured`. */
export function toText(sections: readonly Section[], isColoured: boolean): string {
  const lines: string[] = [];
  sections.forEach(({ title, rows }, i) => {
    if (rows.length === 0) return;
    const column = Math.min(WIDEST_LABEL, Math.max(...rows.map(([label]) => label.length)));
    if (title !== undefined) {
      if (i !== 0) lines.push("");
      lines.push(...wrap(printable(title), WIDTH).map((line) => (isColoured ? `\u001b[1m${line}\u001b[22m` : line)));
    }
    const left = title === undefined ? 0 : 2;
    const indent = left + (column === 0 ? 0 : column + 2);
    for (const [label, text] of rows) {
      wrap(printable(text), WIDTH - indent).forEach((line, j) => {
        const head = j === 0 ? " ".repeat(left) + printable(label).padEnd(column) : "";
        lines.push(`${head.padEnd(indent)}${line}`.trimEnd());
      });
    }
  });
  return lines.join("\n");
}

/** The last gate in front of a terminal: what is still a control character here is shown as what it is. */
export function printable(text: string): string {
  return stripVTControlCharacters(text) === text && !UNPRINTABLE.test(text)
    ? text
    : text.replaceAll(new RegExp(UNPRINTABLE, "gu"), (each) => `\\u{${each.codePointAt(0)!.toString(16)}}`);
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** A text in lines of at most `width` characters: between words where it can be. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((each) => pieces(each, width))) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function pieces(word: string, width: number): string[] {
  const characters = [...word];
  if (characters.length <= width) return [word];
  return Array.from({ length: Math.ceil(characters.length / width) }, (_, i) =>
    characters.slice(i * width, (i + 1) * width).join(""),
  );
}

/** Unix seconds as people read them. */
export function timeInWords(seconds: number | bigint): string {
  const date = new Date(Number(seconds) * 1_000);
  return Number.isNaN(date.getTime()) ? String(seconds) : `${date.toISOString().replace(".000Z", "Z")} (${seconds})`;
}
