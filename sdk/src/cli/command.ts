import type { ParseArgsOptionsConfig } from "node:util";
import type { Result } from "./output.ts";

/** What the options of every command are. */
export const COMMON = {
  json: { type: "boolean" },
  help: { type: "boolean" },
  "rpc-url": { type: "string" },
  deployment: { type: "string" },
} as const satisfies ParseArgsOptionsConfig;

export const COMMON_HELP: readonly (readonly [string, string])[] = [
  ["--json", "one JSON object on stdout, bigints as decimal strings, errors too"],
  ["--rpc-url URL", "the node to ask; LATCHKEY_RPC_URL unless told otherwise"],
  ["--deployment FILE", 'other contracts: { "latchkey": "0x…", "lens": …, "policyStore": …, "forwarder": … }'],
  ["--help", "this"],
];

export type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;

/** What a command is given. */
export interface Given {
  positionals: readonly string[];
  values: Values;
  /** Of the environment; never printed. */
  env: Readonly<Record<string, string | undefined>>;
  /** The node's URL, if one was named. */
  nodeUrl: string | undefined;
  /** Says something to people before the result is there: on stderr. */
  say(text: string): void;
  /** Asks on the terminal; undefined if there is none. */
  confirm: ((question: string) => Promise<boolean>) | undefined;
}

export interface Command {
  name: string;
  /** Names of the arguments, in their order: all must be given. */
  args: readonly string[];
  about: string;
  options: ParseArgsOptionsConfig;
  help: readonly (readonly [option: string, about: string])[];
  run(given: Given): Promise<Result>;
}
