import { BaseError } from "viem";
import { isContractError } from "../errors/isContractError.ts";
import { isSessionError } from "../errors/SessionError.ts";

/** The command was not called as it is meant to be: exit code 2. */
export class UsageError extends Error {}

/** Something that the command was given cannot be used, or was not agreed to: exit code 1. */
export class Refusal extends Error {
  readonly code: string;
  constructor(code: "FILE" | "KEY" | "NODE" | "NOT_CONFIRMED" | "UNKNOWN_DATA", message: string) {
    super(message);
    this.code = code;
  }
}

/** An error as `--json` prints it. */
export interface ErrorJson {
  /** Of a `SessionError` its own; else USAGE, FILE, KEY, NODE, NOT_CONFIRMED, UNKNOWN_DATA or INTERNAL. */
  code: string;
  name: string;
  message: string;
  details: string[];
  /** What a Solidity error carries, by name. */
  args?: Record<string, unknown>;
}

export function errorJson(thrown: unknown, nodeUrl: string | undefined): ErrorJson {
  const hide = (text: string) => withoutSecrets(text, nodeUrl);
  if (isSessionError(thrown)) {
    const details = (thrown.metaMessages ?? []).filter((each) => !/^(Code|See): /.test(each));
    return {
      code: thrown.code,
      name: isContractError(thrown) ? thrown.errorName : thrown.name,
      message: hide(thrown.shortMessage),
      details: details.map(hide),
      ...(isContractError(thrown) ? { args: thrown.args as Record<string, unknown> } : {}),
    };
  }
  if (thrown instanceof UsageError) return { code: "USAGE", name: "UsageError", message: thrown.message, details: [] };
  if (thrown instanceof Refusal)
    return { code: thrown.code, name: "Refusal", message: hide(thrown.message), details: [] };
  if (thrown instanceof BaseError) {
    const details = thrown.details === undefined || thrown.details === "" ? [] : [hide(thrown.details)];
    return { code: "NODE", name: thrown.name, message: hide(thrown.shortMessage), details };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "INTERNAL", name: "Error", message: hide(message), details: [] };
}

/** A node's address may hold a key to it: its host is all that is ever printed. */
function withoutSecrets(text: string, nodeUrl: string | undefined): string {
  if (nodeUrl === undefined || nodeUrl === "") return text;
  return text.replaceAll(nodeUrl, hostOf(nodeUrl));
}

export function hostOf(nodeUrl: string): string {
  try {
    return new URL(nodeUrl).host;
  } catch {
    return "the node";
  }
}
