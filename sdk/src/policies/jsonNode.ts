import { PolicyFileError } from "../errors/policyErrors.ts";

/** One value of a JSON file and where it stands. Every reading either gives the value or names what is wrong. */
export class JsonNode {
  readonly file: string;
  readonly place: string;
  readonly value: unknown;
  /** The line of each place, from 1, if a text was read. */
  private readonly lines: ReadonlyMap<string, number> | undefined;

  constructor(file: string, place: string, value: unknown, lines?: ReadonlyMap<string, number>) {
    this.file = file;
    this.place = place;
    this.value = value;
    this.lines = lines;
  }

  /** The root of a JSON text, in which no member stands twice: readers see the first, parsers the last. */
  static parse(file: string, text: string): JsonNode {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new PolicyFileError(file, "", `is not JSON: ${(cause as Error).message}.`, { cause });
    }
    const { lines, twice } = linesOf(text);
    if (twice !== undefined) {
      const { key, line } = twice;
      throw new PolicyFileError(file, "", `a member ${key} stands twice in one object.`, { line });
    }
    return new JsonNode(file, "", value, lines);
  }

  fail(what: string, options: { cause?: unknown } = {}): never {
    throw new PolicyFileError(this.file, this.place, what, { ...options, line: this.line });
  }

  /** The line of the nearest place that the text has. */
  private get line(): number | undefined {
    let { place } = this;
    // A member that is missing has no line: its object has.
    while (place !== "" && this.lines?.has(place) === false) place = outerOf(place);
    return this.lines?.get(place);
  }

  get isObject(): boolean {
    return typeof this.value === "object" && this.value !== null && !Array.isArray(this.value);
  }

  /** A member, whether it is there or not. */
  member(key: string): JsonNode {
    const value = (this.value as Record<string, unknown>)[key];
    return new JsonNode(this.file, memberOf(this.place, key), value, this.lines);
  }

  /** The members; unless `known` is given, whatever they are called. */
  members(known?: readonly string[]): [key: string, node: JsonNode][] {
    if (!this.isObject) this.fail(`expected an object, found ${this.shown}.`);
    const keys = Object.keys(this.value as object);
    for (const key of keys) {
      if (known !== undefined && !known.includes(key)) {
        this.member(key).fail(`unknown; known here are ${known.join(", ")}.`);
      }
    }
    return keys.map((key) => [key, this.member(key)]);
  }

  get isMissing(): boolean {
    return this.value === undefined;
  }

  text(): string {
    if (typeof this.value !== "string") this.fail(`expected a text, found ${this.shown}.`);
    return this.value as string;
  }

  flag(otherwise: boolean): boolean {
    if (this.isMissing) return otherwise;
    if (typeof this.value !== "boolean") this.fail(`expected true or false, found ${this.shown}.`);
    return this.value as boolean;
  }

  whole(minimum: number, maximum: number): number {
    const { value } = this;
    if (typeof value !== "number" || !Number.isInteger(value) || value < minimum || value > maximum) {
      this.fail(`expected a whole number from ${minimum} to ${maximum}, found ${this.shown}.`);
    }
    return value as number;
  }

  items(): JsonNode[] {
    if (!Array.isArray(this.value)) this.fail(`expected a list, found ${this.shown}.`);
    const { file, place, lines } = this;
    return (this.value as unknown[]).map((value, i) => new JsonNode(file, `${place}[${i}]`, value, lines));
  }

  /** Another value that stands at the same place: a key, or a part of a text. */
  alias(value: unknown): JsonNode {
    return new JsonNode(this.file, this.place, value, this.lines);
  }

  /** What stands there, in words that fit a sentence. */
  get shown(): string {
    if (this.value === undefined) return "nothing";
    if (Array.isArray(this.value)) return "a list";
    if (this.isObject) return "an object";
    return JSON.stringify(this.value) ?? String(this.value);
  }
}

function memberOf(place: string, key: string): string {
  const shown = /^[A-Za-z$][\w$]*$/.test(key) ? key : JSON.stringify(key);
  return place === "" ? shown : `${place}.${shown}`;
}

/** The place that holds a member or an item. */
function outerOf(place: string): string {
  return /^(.*?)\.?(?:[A-Za-z$][\w$]*|"(?:[^"\\]|\\.)*"|\[\d+\])$/.exec(place)?.[1] ?? "";
}

interface Open {
  place: string;
  /** Of an object: the keys so far. */
  keys?: Set<string>;
  /** Of a list: the position of the next item. */
  next: number;
}

/** The line of each place of a JSON text that parses, and the first key, as it is written, that stands twice. */
function linesOf(text: string): { lines: Map<string, number>; twice?: { key: string; line: number } } {
  const lines = new Map<string, number>();
  const open: Open[] = [];
  let member = "";
  let line = 1;
  for (const [token, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]|\n|[^\s{}[\],:"]+/g)) {
    const outer = open.at(-1);
    if (token === "\n") ++line;
    else if (token === "}" || token === "]") open.pop();
    else if (colon !== undefined) {
      // A text is a key if a colon follows it: anything else that parses has none there.
      const written = token.slice(0, -colon.length);
      const key = JSON.parse(written) as string;
      if (outer?.keys?.has(key)) return { lines, twice: { key: written, line } };
      outer?.keys?.add(key);
      member = memberOf(outer?.place ?? "", key);
      lines.set(member, line);
      line += colon.split("\n").length - 1;
    } else {
      const place = outer === undefined ? "" : outer.keys !== undefined ? member : `${outer.place}[${outer.next++}]`;
      if (!lines.has(place)) lines.set(place, line);
      if (token === "{") open.push({ place, keys: new Set(), next: 0 });
      if (token === "[") open.push({ place, next: 0 });
    }
  }
  return { lines };
}
