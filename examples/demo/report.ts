import { styleText } from "node:util";
import type { Route } from "../../sdk/src/index.ts";

/** One step as `--json` prints it. */
export interface StepLine {
  step: string;
  route: Route | null;
  /** "accepted", or the name of the error. */
  expected: string;
  ok: boolean;
  /** What refused, with all its arguments as they are on the chain; null if it was accepted. */
  error: string | null;
  gasUsed: number | null;
  callsLeft: number | null;
  /** Of each limit, "40 POKE" for example. */
  amountLeft: string | null;
}

export interface Step extends StepLine {
  /** Who acts where no route is taken: "owner", "publisher". */
  actor: string;
  /** Steps that show the same on several routes share it. */
  group: string;
  /** The error in words; of an accepted step, what is left of the limits that it drew on. */
  words: string;
  /** Why the step is not as expected. */
  fault?: string;
}

export interface ReportOptions {
  json: boolean;
  verbose: boolean;
  isTerminal: boolean;
}

const WIDTH = 100;
const ROUTE = 15;
const WHAT = 36;

/** Writes what happens: lines for people, or one JSON object for each step. */
export class Report {
  readonly steps: Step[] = [];
  readonly #options: ReportOptions;
  #pending: Step[] = [];
  #act = 0;

  constructor(options: ReportOptions) {
    this.#options = options;
  }

  /** A heading. */
  act(title: string): void {
    this.#flush();
    this.#print(`\n${this.#paint("bold", `${++this.#act}. ${title}`)}`);
  }

  /** Something that is no step: a fact, with what it is about in front. */
  fact(about: string, text: string): void {
    this.#flush();
    const [first = "", ...rest] = wrap(text, WIDTH - 2 - ROUTE);
    this.#print(`  ${this.#paint("dim", about.padEnd(ROUTE))}${first}`);
    for (const line of rest) this.#print(" ".repeat(2 + ROUTE) + line);
  }

  line(text: string): void {
    this.#flush();
    this.#print(text);
  }

  /** What takes a while. Not on stdout where that carries JSON. */
  phase(text: string): void {
    this.#flush();
    if (this.#options.json) return;
    this.#print(this.#paint("dim", `  … ${text}`));
  }

  step(step: Step): void {
    this.steps.push(step);
    if (this.#options.json) {
      const { step: what, route, expected, ok, error, gasUsed, callsLeft, amountLeft } = step;
      console.log(JSON.stringify({ step: what, route, expected, ok, error, gasUsed, callsLeft, amountLeft }));
      return;
    }
    const [held] = this.#pending;
    const isRepeat = held?.group === step.group && held.expected === step.expected && held.ok && step.ok;
    if (!isRepeat || this.#options.verbose) this.#flush();
    this.#pending.push(step);
  }

  /** The count. Returns whether every step was as expected. */
  close(seconds: number): boolean {
    this.#flush();
    const { steps } = this;
    const good = steps.filter(({ ok }) => ok).length;
    const refused = steps.filter(({ expected }) => expected !== "accepted").length;
    const text = `${steps.length} steps, ${good} as expected (${steps.length - refused} accepted, ${refused} refused), ${seconds.toFixed(0)} s.`;
    this.#print(`\n${this.#paint(good === steps.length ? "green" : "red", text)}`);
    return good === steps.length && steps.length > 0;
  }

  /** Prints the steps that are held back because more of their group may follow: one line for all of them. */
  #flush(): void {
    const [first, ...more] = this.#pending;
    this.#pending = [];
    if (first === undefined) return;
    const route = more.length === 0 ? (first.route ?? first.actor) : `${1 + more.length} routes`;
    const head = `  ${route.padEnd(ROUTE)}${cut(first.step, WHAT - 1).padEnd(WHAT)}`;
    if (!first.ok) {
      this.#print(head + this.#paint("red", "NOT AS EXPECTED"));
      for (const line of wrap(first.fault ?? "", WIDTH - 6)) this.#print(this.#paint("red", `      ${line}`));
      return;
    }
    const room = WIDTH - head.length;
    if (first.expected !== "accepted") {
      this.#print(head + this.#paint("yellow", cut(first.words, room)));
      return;
    }
    const gas = first.gasUsed === null ? "" : ` ${first.gasUsed.toLocaleString("en").padStart(7)} gas`;
    const left = [
      ...(first.callsLeft === null ? [] : [`${first.callsLeft} calls`]),
      ...(first.words === "" ? [] : [first.words]),
    ];
    const tail =
      more.length !== 0 ? "" : cut(`${gas}${left.length === 0 ? "" : `  ${left.join(", ")} left`}`, room - 8);
    this.#print(`${head}${this.#paint("green", "accepted")}${tail}`);
  }

  #print(text: string): void {
    if (!this.#options.json) console.log(text);
  }

  #paint(style: Parameters<typeof styleText>[0], text: string): string {
    return this.#options.isTerminal ? styleText(style, text, { validateStream: false }) : text;
  }
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of text.split(" ")) {
    if (line !== "" && line.length + 1 + part.length > width) {
      lines.push(line);
      line = part;
    } else {
      line = line === "" ? part : `${line} ${part}`;
    }
  }
  return [...lines, line];
}
