import type { Block, Hex } from "viem";
import type { AccountState } from "../accounts/readAccount.ts";
import type { SessionLane } from "../sessions/sessionLane.ts";
import type { KnownSession } from "../sessions/sessionToSign.ts";

/** What the chain was asked about one send, each at most once. */
export interface KnownToSend {
  latest: Block;
  account?: AccountState | undefined;
  /** On the routes where something is signed. */
  signable?: KnownSession | undefined;
  /** The grant of a session that is not there yet, and is `signable` all the same. */
  brought?: BroughtGrant | undefined;
}

/** A grant that goes with what its key signs. */
export interface BroughtGrant {
  /** Behind the 128 bytes. */
  envelope: Hex;
  lane: SessionLane;
}
