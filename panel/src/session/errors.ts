import { BaseError, UserRejectedRequestError } from "viem";
import { isSessionError, safeText } from "latchkey";

export interface Told {
  title: string;
  /** What to do. */
  remedy: string;
}

/** What went wrong in a sentence, and what can be done. */
export function told(error: unknown): Told {
  if (isRejected(error))
    return { title: "You said no in your wallet.", remedy: "Nothing was changed. Try again when you want to." };
  if (isSessionError(error)) {
    const facts = (error.metaMessages ?? []).filter((line) => !/^(Code|See):/.test(line));
    return { title: error.shortMessage, remedy: facts.join(" · ") || REMEDIES[error.code] || "" };
  }
  if (error instanceof BaseError) return { title: error.shortMessage, remedy: NODE };
  return { title: safeText(error instanceof Error ? error.message : String(error), 200), remedy: "" };
}

const NODE = "If the node is away, what is shown here is what it said last. It is asked again by itself.";

const REMEDIES: Partial<Record<string, string>> = {
  SESSION_UNCONFIRMED: "It was sent, and may still be mined. Look at the list before you try again.",
};

function isRejected(error: unknown): boolean {
  return error instanceof BaseError && error.walk((each) => each instanceof UserRejectedRequestError) !== null;
}
