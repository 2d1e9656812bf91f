import { PolicyFileError } from "../errors/policyErrors.ts";

/** Longest value that an error repeats, in characters. */
const LONGEST_SHOWN = 100;

/** One value of a JSON file and where it stands. Every reading either gives the value or names what is wrong. */
export class JsonNode {
  readonly file: string;
  readonly place: string;
  readonly value: unknown;
  /** The line of each place, from 1, if a text was read. */
  private readonly lines: ReadonlyMap<string, number> | undefined;

  /** What holds it; undefined of the root. */
  private readonly outer: JsonNode | undefined;

  constructor(file: string, place: string, value: unknown, lines?: ReadonlyMap<string, number>, outer?: JsonNode) {
    this.file = file;
    this.place = place;
    this.value = value;
    this.lines = lines;
    this.outer = outer;
  }

  /** The root of a JSON text, in which no member stands twice: readers see the first, parsers the last. */
  static parse(file: string, text: string): JsonNode {
    // Some editors write a mark of the byte order in front.
    const written = text.replace(/^\ufeff/, "");
    let value: unknown;
    try {
      value = JSON.parse(written);
    } catch (cause) {
      throw new PolicyFileError(file, "", `is not JSON: ${(cause as Error).message}.`, { cause });
    }
    const { lines, twice } = linesOf(written);
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
    // A member that is missing has no line: its object has.
    return this.lines?.get(this.place) ?? this.outer?.line;
  }

  get isObject(): boolean {
    return typeof this.value === "object" && this.value !== null && !Array.isArray(this.value);
  }

  /** A member, whether it is there or not. */
  member(key: string): JsonNode {
    const value = (this.value as Record<string, unknown>)[key];
    return new JsonNode(this.file, memberOf(this.place, key), value, this.lines, this);
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
    return (this.value as unknown[]).map((value, i) => new JsonNode(file, `${place}[${i}]`, value, lines, this));
  }

  /** Another value that stands at the same place: a key, or a part of a text. */
  alias(value: unknown): JsonNode {
    return new JsonNode(this.file, this.place, value, this.lines, this.outer);
  }

  /** What stands there, in words that fit a sentence. */
  get shown(): string {
    const { value } = this;
    if (value === undefined) return "nothing";
    if (Array.isArray(value)) return "a list";
    if (this.isObject) return "an object";
    // 1e400 is a number that JSON has no word for.
    if (typeof value === "number" && !Number.isFinite(value)) return "a number that is too large";
    const text = typeof value === "string" ? value.slice(0, LONGEST_SHOWN + 1) : value;
    const shown = JSON.stringify(text) ?? String(text);
    return shown.length > LONGEST_SHOWN ? `${shown.slice(0, LONGEST_SHOWN)}…` : shown;
  }
}

/** A long key is cut: it says where as well. */
function memberOf(place: string, key: string): string {
  const isCut = key.length > LONGEST_SHOWN;
  const shown = !isCut && /^[A-Za-z$][\w$]*$/.test(key) ? key : JSON.stringify(key.slice(0, LONGEST_SHOWN));
  return `${place === "" ? "" : `${place}.`}${shown}${isCut ? "…" : ""}`;
}

/** No place is told that lies deeper: its outer one is. */
const DEEPEST = 64;

interface Open {
  place: string;
  /** Of an object: the keys so far. */
  keys?: Set<string>;
  /** Of a list: the position of the next item. */
  next: number;
}

/** Of the next value: the root, a member or an item. */
function placeIn(outer: Open | undefined, member: string): string {
  if (outer === undefined) return "";
  return outer.keys !== undefined ? member : `${outer.place}[${outer.next++}]`;
}

/** The tokens of a JSON text that parses, of a text in it with the colon behind it, if there is one. */
function* tokensOf(text: string): Generator<[token: string, colon: string | undefined]> {
  const other = /[{}[\]]|\n|[^\s{}[\],:"]+|"/g;
  for (let found = other.exec(text); found !== null; found = other.exec(text)) {
    if (found[0] !== '"') {
      yield [found[0], undefined];
      continue;
    }
    // By hand: an expression for a text of any length has no stack for one.
    let end = other.lastIndex;
    while (text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
    const colon = /\s*:/y;
    colon.lastIndex = end + 1;
    const behind = colon.exec(text)?.[0];
    other.lastIndex = end + 1 + (behind?.length ?? 0);
    yield [text.slice(found.index, other.lastIndex), behind];
  }
}

/** The line of each place of a JSON text that parses, and the first key, as it is written, that stands twice. */
function linesOf(text: string): { lines: Map<string, number>; twice?: { key: string; line: number } } {
  const lines = new Map<string, number>();
  const open: Open[] = [];
  let member = "";
  let line = 1;
  for (const [token, colon] of tokensOf(text)) {
    const outer = open.at(-1);
    if (token === "\n") ++line;
    else if (token === "}" || token === "]") open.pop();
    else if (colon !== undefined) {
      // A text is a key if a colon follows it: anything else that parses has none there.
      const written = token.slice(0, -colon.length);
      const key = JSON.parse(written) as string;
      if (outer?.keys?.has(key)) return { lines, twice: { key: written, line } };
      outer?.keys?.add(key);
      member = open.length > DEEPEST ? (outer?.place ?? "") : memberOf(outer?.place ?? "", key);
      if (!lines.has(member)) lines.set(member, line);
      line += colon.split("\n").length - 1;
    } else {
      const place = open.length > DEEPEST ? outer!.place : placeIn(outer, member);
      if (!lines.has(place)) lines.set(place, line);
      if (token === "{") open.push({ place, keys: new Set(), next: 0 });
      if (token === "[") open.push({ place, next: 0 });
    }
  }
  return { lines };
}
