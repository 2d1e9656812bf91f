import { PolicyFileError } from "../errors/policyErrors.ts";

/** One value of a JSON file and where it stands. Every reading either gives the value or names what is wrong. */
export class JsonNode {
  readonly file: string;
  readonly place: string;
  readonly value: unknown;

  constructor(file: string, place: string, value: unknown) {
    this.file = file;
    this.place = place;
    this.value = value;
  }

  /** The root of a JSON text, in which no member stands twice: readers see the first, parsers the last. */
  static parse(file: string, text: string): JsonNode {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new PolicyFileError(file, "", `is not JSON: ${(cause as Error).message}.`, { cause });
    }
    const twice = memberTwice(text);
    if (twice !== undefined) throw new PolicyFileError(file, "", `a member ${twice} stands twice in one object.`);
    return new JsonNode(file, "", value);
  }

  fail(what: string): never {
    throw new PolicyFileError(this.file, this.place, what);
  }

  get isObject(): boolean {
    return typeof this.value === "object" && this.value !== null && !Array.isArray(this.value);
  }

  /** A member, whether it is there or not. */
  member(key: string): JsonNode {
    const shown = /^[A-Za-z$][\w$]*$/.test(key) ? key : JSON.stringify(key);
    const place = this.place === "" ? shown : `${this.place}.${shown}`;
    return new JsonNode(this.file, place, (this.value as Record<string, unknown>)[key]);
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
    return (this.value as unknown[]).map((value, i) => new JsonNode(this.file, `${this.place}[${i}]`, value));
  }

  /** Another value that stands at the same place: a key, or a part of a text. */
  alias(value: unknown): JsonNode {
    return new JsonNode(this.file, this.place, value);
  }

  /** What stands there, in words that fit a sentence. */
  get shown(): string {
    if (this.value === undefined) return "nothing";
    if (Array.isArray(this.value)) return "a list";
    if (this.isObject) return "an object";
    return JSON.stringify(this.value) ?? String(this.value);
  }
}

/** A key, as it is written, that stands twice in one object of a JSON text that parses. */
function memberTwice(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  // A text is a key if a colon follows it: anything else that parses has none there.
  for (const [token, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (colon !== undefined) {
      const written = token.slice(0, -colon.length);
      const key = JSON.parse(written) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return written;
      keys?.add(key);
    }
  }
  return undefined;
}
