import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { PolicyFileError } from "../../sdk/src/errors/index.ts";
import { parsePolicyFile as parse } from "../../sdk/src/policies/index.ts";
import type { AddressBook } from "./addressBook.ts";
import type { Policy } from "../../test/support/reference/policy.ts";

export { PolicyFileError };

/** What a policy file says beside the policy. */
export interface PolicyFile {
  policy: Policy;
  /** For whom and for what, in a sentence. */
  about: string;
  /** Seconds that a session usually lasts. */
  usual: number;
}

/** Reads a policy written for people; the names in it are resolved by the address book. */
export function loadPolicyFile(path: string | URL, book: AddressBook): PolicyFile {
  const name = basename(typeof path === "string" ? path : path.pathname);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (thrown) {
    throw new PolicyFileError(
      name,
      "",
      `cannot be read (${(thrown as NodeJS.ErrnoException).code ?? String(thrown)}).`,
    );
  }
  return parsePolicyFile(text, book, name);
}

/** The client's reader, with this project's own types. `file` is what errors call it. */
export function parsePolicyFile(json: unknown, book: AddressBook, file = "policy"): PolicyFile {
  const { policy, ...rest } = parse(json, { book: book.toBook(), file });
  return { policy: structuredClone(policy) as Policy, ...rest };
}
