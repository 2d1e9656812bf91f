import type { Block } from "viem";
import type { AccountState } from "../accounts/readAccount.ts";
import type { KnownSession } from "../sessions/sessionToSign.ts";

/** What the chain was asked about one send, each at most once. */
export interface KnownToSend {
  latest: Block;
  account?: AccountState | undefined;
  /** On the routes where something is signed. */
  signable?: KnownSession | undefined;
}
