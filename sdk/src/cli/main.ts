import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { safeText } from "../errors/safeText.ts";
import { COMMON, COMMON_HELP, type Command, type Given, type Values } from "./command.ts";
import { decode } from "./commands/decode.ts";
import { describe } from "./commands/describe.ts";
import { hash } from "./commands/hash.ts";
import { lint } from "./commands/lint.ts";
import { publish } from "./commands/publish.ts";
import { session } from "./commands/session.ts";
import { sessions } from "./commands/sessions.ts";
import { errorJson, UsageError } from "./errors.ts";
import { type Result, type Section, toJson, toText } from "./output.ts";

const COMMANDS: readonly Command[] = [describe, lint, hash, publish, session, sessions, decode];

/** Runs one command; its exit code: 0, 1 for a refusal, 2 for bad usage. */
export async function main(argv: readonly string[]): Promise<number> {
  // Errors are JSON if JSON was asked for, also where the rest of the line is not understood.
  const isJson = argv.includes("--json");
  let nodeUrl = process.env["LATCHKEY_RPC_URL"] || undefined;
  try {
    const [name, ...rest] = argv;
    if (name === "--version")
      return print({ json: { version: version() }, sections: [{ rows: [["", version()]] }] }, isJson);
    if (name === undefined || name === "--help") {
      return print(
        { json: { commands: COMMANDS.map(usageOf) }, sections: overview() },
        isJson,
        name === undefined ? 2 : 0,
      );
    }
    const command = COMMANDS.find((each) => each.name === name);
    if (command === undefined) {
      throw new UsageError(
        `There is no command ${safeText(name, 50)}; there are ${COMMANDS.map((each) => each.name).join(", ")}.`,
      );
    }
    const { values, positionals } = parse(command, rest);
    if (values["help"] === true) return print({ json: { usage: usageOf(command) }, sections: helpOf(command) }, isJson);
    if (positionals.length !== command.args.length) throw new UsageError(`Usage: ${usageOf(command)}`);
    nodeUrl = (values["rpc-url"] as string | undefined) ?? nodeUrl;
    return print(await command.run({ positionals, values, nodeUrl, ...surroundings() }), isJson);
  } catch (thrown) {
    const error = errorJson(thrown, nodeUrl);
    if (isJson) process.stdout.write(`${toJson({ error })}\n`);
    else process.stderr.write(`${toText(errorSections(error), coloured(process.stderr))}\n`);
    return thrown instanceof UsageError ? 2 : 1;
  }
}

function parse(command: Command, args: readonly string[]): { values: Values; positionals: string[] } {
  try {
    const options = { ...COMMON, ...command.options };
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true }) as {
      values: Values;
      positionals: string[];
    };
  } catch (thrown) {
    // The first sentence names the option; what follows tells how to pass a positional that looks like one.
    const [sentence] = (thrown as Error).message.split(/\.\s/);
    throw new UsageError(`${safeText(sentence!, 200)}. Usage: ${usageOf(command)}`);
  }
}

function surroundings(): Pick<Given, "env" | "say" | "confirm"> {
  return {
    env: process.env,
    say: (text) => void process.stderr.write(`${text}\n`),
    confirm: process.stdin.isTTY && process.stderr.isTTY ? confirm : undefined,
  };
}

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} [yes/no] `)).trim() === "yes";
  } finally {
    terminal.close();
  }
}

function print(
  { json, sections, document, exitCode = 0 }: Omit<Result, "json"> & { json: object },
  isJson: boolean,
  code = exitCode,
): number {
  const text = document ?? `${toText(sections, coloured(process.stdout))}\n`;
  process.stdout.write(isJson ? `${toJson(json)}\n` : text);
  return code;
}

function coloured(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env["NO_COLOR"];
}

function errorSections({ code, message, details }: ReturnType<typeof errorJson>): Section[] {
  return [{ rows: [[code, message], ...details.map((each) => ["", each] as const)] }];
}

function usageOf({ name, args, options }: Command): string {
  const optional = Object.keys(options).length === 0 ? "" : " [options]";
  return `latchkey ${[name, ...args].join(" ")}${optional}`;
}

function helpOf(command: Command): Section[] {
  return [
    { rows: [["", `Usage: ${usageOf(command)}`]] },
    { title: command.about, rows: [...command.help, ...COMMON_HELP] },
  ];
}

function overview(): Section[] {
  return [
    { rows: [["", "Usage: latchkey COMMAND [options]"]] },
    { title: "Commands", rows: COMMANDS.map((each) => [[each.name, ...each.args].join(" "), each.about] as const) },
    { title: "Options of every command", rows: COMMON_HELP },
  ];
}

function version(): string {
  const { version: text } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return text;
}
