import type { Account, Address, Hex } from "viem";
import type { Execution, OperationFields, Route, SessionCall } from "../../sdk/src/index.ts";
import { forgeAsked, forgeDirect, forgeForward, forgeForwarded, forgeOperation, forgeRelayed } from "./forge.ts";
import { OPERATION } from "./operation.ts";
import type { Session } from "./sessions.ts";
import type { Stage } from "./stage.ts";

export interface ActOptions {
  /** For whom the key claims to act; the session's principal unless told otherwise. */
  principal?: Address;
  /** The deadline that the key signs; the session's end unless told otherwise. */
  deadline?: number;
  /** Unix seconds of the block. */
  at?: number;
  /** Route `forwarded` through a relayer. */
  bySignature?: boolean;
  /** Gas and fees of a user operation. */
  operation?: OperationFields;
  /** Who bundles and takes the fee; the chain's bundler unless told otherwise. */
  bundler?: Account;
  /** Without the client, which asks the chain first and sends nothing that it refuses. */
  byHand?: boolean;
  /** By hand, too: instead of the encoding of the calls. */
  execution?: Execution;
  /** By hand, too: changes the signature on its way. */
  tamper?: (signature: Hex) => Hex;
}

/** The ways to act, each as a transaction that is mined whether it succeeds or not. Throws what refuses. */
export class Routes {
  readonly #stage: Stage;
  /** The number that the next relayed call uses. */
  relayNonce = 1n;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Acts and returns the gas. */
  async act(route: Route, session: Session, calls: SessionCall[], options: ActOptions = {}): Promise<bigint> {
    const { client, chain } = this.#stage;
    const { principal = session.principal, deadline = session.validUntil, at, bySignature } = options;
    const { byHand, execution, tamper } = options;
    if (at !== undefined) await chain.helpers.time.setNextBlockTimestamp(at);
    const isRelayed = route === "relayed" || (route === "forwarded" && bySignature === true);
    if (execution !== undefined || tamper !== undefined || byHand === true) {
      const forge = route === "forwarded" && !isRelayed ? forgeForward : FORGERS[route];
      return forge(this.#stage, { ...options, principal, deadline, session, calls, nonce: this.relayNonce });
    }
    const { hash } = await client.sendSessionCallsSync({
      ...{ route, principal, key: session.key, calls, validUntil: deadline },
      // On the other routes it is the transaction's, or the operation's.
      nonce: isRelayed ? this.relayNonce : undefined,
      relayer: isRelayed ? chain.relayer : undefined,
      bundler: options.bundler ?? chain.bundler,
      operation: { ...OPERATION, ...options.operation },
    });
    if (isRelayed) this.relayNonce++;
    return (await chain.receiptOf(hash)).gasUsed;
  }
}

const FORGERS = {
  userOperation: forgeOperation,
  direct: forgeDirect,
  relayed: forgeRelayed,
  forwarded: forgeForwarded,
  asked: forgeAsked,
};
