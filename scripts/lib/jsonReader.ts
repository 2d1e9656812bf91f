import { Failure } from "./run.ts";

/** A file that does not say what it should. The message names the file, the place in it, what is wrong and the remedy. */
export class PolicyFileError extends Failure {
  readonly file: string;
  /** `contracts.Feed."post(string)".spends`, for example; empty for the whole file. */
  readonly place: string;

  constructor(file: string, place: string, what: string) {
    super(place === "" ? `${file}: ${what}` : `${file}: ${place}: ${what}`);
    this.file = file;
    this.place = place;
  }
}

/** One value of a JSON file and where it stands. Every reading either gives the value or names what is wrong. */
export class Node {
  readonly file: string;
  readonly place: string;
  readonly value: unknown;

  constructor(file: string, place: string, value: unknown) {
    this.file = file;
    this.place = place;
    this.value = value;
  }

  fail(what: string): never {
    throw new PolicyFileError(this.file, this.place, what);
  }

  get isObject(): boolean {
    return typeof this.value === "object" && this.value !== null && !Array.isArray(this.value);
  }

  /** A member, whether it is there or not. */
  member(key: string): Node {
    const shown = /^[A-Za-z$][\w$]*$/.test(key) ? key : JSON.stringify(key);
    const place = this.place === "" ? shown : `${this.place}.${shown}`;
    return new Node(this.file, place, (this.value as Record<string, unknown>)[key]);
  }

  /** The members; unless `known` is given, whatever they are called. */
  members(known?: readonly string[]): [key: string, node: Node][] {
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

  items(): Node[] {
    if (!Array.isArray(this.value)) this.fail(`expected a list, found ${this.shown}.`);
    return (this.value as unknown[]).map((value, i) => new Node(this.file, `${this.place}[${i}]`, value));
  }

  /** What stands there, in words that fit a sentence. */
  get shown(): string {
    if (this.value === undefined) return "nothing";
    if (Array.isArray(this.value)) return "a list";
    if (this.isObject) return "an object";
    return JSON.stringify(this.value);
  }
}
