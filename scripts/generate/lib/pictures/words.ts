import { readFileSync } from "node:fs";
import { Failure } from "../../../lib/run.ts";
import { CODE, Diagram, HEADING, MUTED, SMALL, widthOf } from "./diagram.ts";

/** Some bits of a word. */
export interface Field {
  /** "0" for bits that are always 0. */
  name: string;
  high: number;
  low: number;
}

const SOURCES = "contracts/types";

/**
 * The layouts that a source of contracts/types draws in its comment, one for each drawing: bit numbers above, then a box of
 * columns whose texts end with a width. Held against each other and against the shifts in the code.
 */
export function layoutsIn(name: string): Field[][] {
  const source = readFileSync(`${SOURCES}/${name}.sol`, "utf8");
  const comment = source.match(/^\/\/\/.*$/gm)!.map((line) => line.slice(3));
  const layouts = [...drawings(comment), ...inlineLayouts(comment)];
  if (layouts.length === 0) throw new Failure(`${name}.sol draws no word.`);
  for (const fields of layouts) {
    for (const [i, { high }] of fields.entries())
      if (i > 0 && fields[i - 1]!.low !== high + 1) throw new Failure(`${name}.sol draws ${high} at the wrong place.`);
    if (fields.at(-1)!.low !== 0 && fields.at(-1)!.low !== layouts[1]?.[0]!.high! + 1) {
      throw new Failure(`${name}.sol draws a word that ends at bit ${fields.at(-1)!.low}.`);
    }
  }
  const starts = new Set(layouts.flat().map(({ low }) => low));
  const inside = (bit: number) => layouts.flat().some(({ high, low }) => bit <= high && bit >= low);
  for (const [, constant, shift] of source.matchAll(/ constant (\w+_SHIFT) = (\d+);/g)) {
    if (!starts.has(Number(shift))) throw new Failure(`${name}.sol draws nothing that starts at ${constant}.`);
  }
  for (const [, constant, bit] of source.matchAll(/ constant (\w+) = 1 << (\d+);/g)) {
    if (!inside(Number(bit))) throw new Failure(`${name}.sol draws nothing at the bit of ${constant}.`);
  }
  return layouts;
}

function drawings(comment: readonly string[]): Field[][] {
  return comment.flatMap((line, i) => {
    if (!/^\s+\d+( +\d+)+\s*$/.test(line) || !/^\s+\+-/.test(comment[i + 1] ?? "")) return [];
    const rows: string[][] = [];
    for (let at = i + 2; comment[at]!.includes("|"); at++) rows.push(comment[at]!.trim().slice(1, -1).split("|"));
    let high = Number(/\d+/.exec(line)![0]);
    const bits = line.trim().split(/ +/).map(Number);
    const named = /bit (\d+) +(\w+):/.exec(comment.slice(i).join("\n"));
    const fields = rows[0]!.map((_, column): Field => {
      const said = rows.map((row) => row[column]!.trim()).filter((part) => part !== "");
      const text = said.join(" ").replace(/- /g, "");
      const [, name, width] = /^(.*?) ?(\d+)$/.exec(text) ?? [];
      const low = high - Number(width) + 1;
      const field = { name: name!.trim() === "" ? named![2]! : name!.trim(), high, low };
      high = low - 1;
      return field;
    });
    const edges = fields.flatMap(({ high: top, low }) => (top === low ? [top] : [top, low]));
    if (edges.join() !== bits.join()) throw new Failure(`Bits ${bits.join()} are drawn above ${edges.join()}.`);
    return [fields];
  });
}

/** `0 (74) | generation (22) | key (160)`. */
function inlineLayouts(comment: readonly string[]): Field[][] {
  return comment.flatMap((line) => {
    const [, said] = /`(\w[\w ]* \(\d+\)(?: \| \w[\w ]* \(\d+\))+)`/.exec(line) ?? [];
    if (said === undefined) return [];
    let high = 255;
    return [
      said.split(" | ").map((part): Field => {
        const [, name, width] = /^(.*) \((\d+)\)$/.exec(part)!;
        const low = high - Number(width) + 1;
        const field = { name: name!, high, low };
        high = low - 1;
        return field;
      }),
    ];
  });
}

const NAME = { ...SMALL, name: "small strong", isBold: true };
const WIDTH = 820;
const EDGE = 16;
const HEIGHT = 58;

/**
 * Words one below the other, each as wide as the picture; how wide a field is drawn follows from its bits and its name.
 * @param words sources, and what each of their drawings is called
 */
export function wordsPicture(
  id: string,
  title: string,
  words: readonly (readonly [source: string, ...captions: string[]])[],
): string {
  const diagram = new Diagram(id, WIDTH);
  const told: string[] = [];
  let y = EDGE;
  for (const [source, ...captions] of words) {
    const layouts = layoutsIn(source);
    if (layouts.length !== captions.length) throw new Failure(`${source}.sol draws ${layouts.length} words.`);
    layouts.forEach((fields, i) => {
      const caption = captions[i]!;
      diagram.text(EDGE, y + 14, caption, i === 0 ? HEADING : SMALL);
      if (i === 0) diagram.text(EDGE + widthOf(caption, HEADING) + 12, y + 14, `${SOURCES}/${source}.sol`, MUTED);
      drawWord(diagram, y + 26, fields);
      told.push(`${caption}: ${fields.map(({ name, high, low }) => `${name} ${high - low + 1}`).join(" | ")}`);
      y += 26 + HEIGHT + 28;
    });
  }
  return diagram.svg(y, title, told.join("\n"));
}

function drawWord(diagram: Diagram, y: number, fields: readonly Field[]): void {
  const least = fields.map(({ name, high, low }) => {
    const words = name.split(" ").map((word) => widthOf(word, NAME));
    const bits = widthOf(high === low ? `${high}` : `${high} ${low}`, { size: 9, isMono: true });
    return Math.max(...words, bits, 18) + 9;
  });
  const sum = (all: readonly number[]) => all.reduce((total, each) => total + each, 0);
  const spare = WIDTH - 2 * EDGE - sum(least);
  const bits = fields.map(({ high, low }) => high - low + 1);
  const weight = sum(bits);
  let x = EDGE;
  fields.forEach(({ name, high, low }, i) => {
    const width = Math.floor(least[i]! + (spare * bits[i]!) / weight);
    diagram.box(
      x,
      y + 12,
      width,
      HEIGHT,
      [
        [name, name === "0" ? MUTED : NAME],
        [String(bits[i]!), MUTED],
      ],
      name === "0" ? "" : "blue",
    );
    const edge = { ...CODE, name: "bits", size: 9 };
    if (high === low) diagram.middle(x + width / 2, y + 8, String(high), edge);
    else {
      diagram.text(x + 2, y + 8, String(high), edge);
      diagram.text(x + width - 2 - widthOf(String(low), edge), y + 8, String(low), edge);
    }
    x += width;
  });
}
