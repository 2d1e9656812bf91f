import { type Address, encodeErrorResult, type Hash, type Hex, keccak256, type LocalAccount, zeroHash } from "viem";
import { call as callChain, estimateGas, readContract, sendRawTransaction } from "viem/actions";
import { isUnreachable } from "../../sdk/src/chain/reachable.ts";
import { toSessionError } from "../../sdk/src/errors/decodeSessionError.ts";
import { sessionErrorsAbi } from "../../sdk/src/generated/abi/sessionErrorsAbi.ts";
import { sessionRegistryAbi } from "../../sdk/src/generated/abi/sessionRegistryAbi.ts";
import {
  type Deployment,
  isContractError,
  isSessionError,
  type SessionClient,
  type SessionError,
} from "../../sdk/src/index.ts";
import { askLens } from "../../sdk/src/sessions/askLens.ts";
import { readPolicy } from "../../sdk/src/sessions/readPolicy.ts";
import { readSession } from "../../sdk/src/sessions/readSession.ts";
import { type Attempt, canBeRepeated, type Journal, type JournalCall } from "./journal.ts";
import { type Head, lookAt, type NodeClient, type Trouble, wordsOf } from "./node.ts";
import { RelayError } from "./RelayError.ts";
import type { Settings } from "./settings.ts";
import { readCall, type SignedCall, type Slots, slotsOf } from "./verbs.ts";

/** Says what happened, by digest and hash; never what was signed. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What a page or a wallet asks for. */
export interface CallRequest {
  chainId: number;
  to: Address;
  data: Hex;
  /** Least gas that it must be given. */
  gas?: bigint | undefined;
}

export type RelayOptions = Pick<
  Settings,
  "apps" | "maxFee" | "maxGas" | "maxPending" | "maxBehind" | "maxBlockAgeS" | "budgets" | "pollMs"
>;

export interface RelayParts {
  chainId: number;
  deployment: Deployment;
  client: NodeClient;
  journal: Journal;
  account: LocalAccount;
  options: RelayOptions;
  log: Log;
}

/** What the chain says of a call that it would let pass. */
interface Asked {
  app: Hex | undefined;
  slots: Slots;
  gas: bigint;
  /** Whether it registers a session. */
  registers: boolean;
}

/** How many looks at the chain may fail before nothing is accepted. */
const STALE_LOOKS = 5;

/** Takes calls in: refuses what the chain would, and signs and writes down what it would not, before it is sent. */
export class Relay {
  readonly parts: RelayParts;
  /** The last look at the chain. */
  head: Head | undefined;
  trouble: Trouble | undefined = { kind: "unreachable", message: "The node has not been asked yet." };
  /** When the same bytes went out last, milliseconds since 1970. Forgotten by a restart, which sends all again. */
  readonly sentAt = new Map<Hash, number>();
  readonly #outbox = new Map<number, { digest: Hash; hash: Hash; raw: Hex }>();
  readonly #apps = new Map<string, Hex>();
  #highest = 0n;
  #lookedAt = 0;
  #sending: Promise<void> | undefined;

  constructor(parts: RelayParts) {
    this.parts = parts;
  }

  /** Looks at the chain, and at whether it is one to act on. */
  async look(): Promise<Head | undefined> {
    const { client, account, chainId, options } = this.parts;
    let seen: Head & { chainId: number };
    try {
      seen = await lookAt(client, account.address);
    } catch (thrown) {
      this.#fall({ kind: "unreachable", message: wordsOf(thrown) });
      return undefined;
    }
    if (seen.chainId !== chainId) {
      this.#fall({ kind: "chain", message: `The node is on chain ${seen.chainId}; this relay is on ${chainId}.` });
      return undefined;
    }
    if (seen.number > this.#highest) this.#highest = seen.number;
    this.head = seen;
    this.#lookedAt = Date.now();
    const gap = this.#highest - seen.number;
    const age = Math.floor(Date.now() / 1_000) - seen.timestamp;
    if (gap > BigInt(options.maxBehind)) {
      const message = `The node is at block ${seen.number}, ${gap} behind what it has shown; ${options.maxBehind} may be.`;
      this.#fall({ kind: "behind", message });
    } else if (options.maxBlockAgeS > 0 && age > options.maxBlockAgeS) {
      const message = `The latest block is ${age} seconds old; ${options.maxBlockAgeS} it may be.`;
      this.#fall({ kind: "behind", message });
    } else {
      if (this.trouble !== undefined) this.parts.log.info({ block: String(seen.number) }, "the node answers");
      this.trouble = undefined;
    }
    return seen;
  }

  #fall(trouble: Trouble): void {
    if (this.trouble?.kind !== trouble.kind) this.parts.log.warn({ trouble: trouble.kind }, trouble.message);
    this.trouble = trouble;
  }

  /** The head, unless there is a reason to accept nothing. */
  requireHead(): Head {
    const { pollMs } = this.parts.options;
    if (this.trouble !== undefined) throw new RelayError("NODE_UNAVAILABLE", this.trouble.message);
    const age = Date.now() - this.#lookedAt;
    if (this.head === undefined || age > STALE_LOOKS * pollMs + 10_000) {
      throw new RelayError("NODE_UNAVAILABLE", `The chain was last seen ${age} milliseconds ago.`);
    }
    return this.head;
  }

  /** Accepts a call, or says why not; one that was accepted before is returned as it is. */
  async accept(request: CallRequest): Promise<{ call: JournalCall; isNew: boolean }> {
    const { chainId, deployment, journal, account, options, log } = this.parts;
    if (request.chainId !== chainId) {
      throw new RelayError("CHAIN_MISMATCH", `The call is for chain ${request.chainId}; this relay is on ${chainId}.`);
    }
    const call = readCall(deployment, request, account.address);
    const known = await this.#known(call);
    if (known !== undefined) return { call: known, isNew: false };
    const head = this.requireHead();
    if (head.maxFee > options.maxFee) {
      throw new RelayError(
        "FEES_ABOVE_MOST",
        `A unit of gas costs up to ${head.maxFee} wei now; this relay pays at most ${options.maxFee}.`,
      );
    }
    let asked: Asked;
    try {
      asked = await this.#ask(call, request.gas);
    } catch (thrown) {
      // It may be refused because it was accepted meanwhile, by another request.
      const other = await this.#known(call);
      if (other !== undefined) return { call: other, isNew: false };
      throw thrown;
    }
    const { app, slots, gas, registers } = asked;
    const accepted = await journal
      .accept(
        {
          ...{ call, slots, app, gas, gwei: gweiOf(gas * head.maxFee) },
          sign: (nonce) => this.sign(call, { nonce, gas, maxFee: head.maxFee, tip: head.tip }),
        },
        { ...options, balance: Math.floor(Number(head.balance / 10n ** 9n)) },
      )
      .catch((thrown: unknown) => {
        throw registers ? thrown : withNonceUsed(thrown, call);
      });
    if (accepted.isNew) {
      const { digest, hash, nonce, verb, principal } = accepted.call;
      log.info({ digest, hash, nonce, verb, principal, sender: account.address }, "accepted");
      const [attempt] = (await journal.attempts(nonce, nonce)).get(nonce) ?? [];
      if (attempt !== undefined) this.send(attempt);
    }
    return accepted;
  }

  /** A call that was accepted before, unless it ended without an effect. */
  async #known({ digest }: SignedCall): Promise<JournalCall | undefined> {
    const call = await this.parts.journal.find(digest);
    return call === undefined || canBeRepeated(call) ? undefined : call;
  }

  /** Signs a transaction of a call. */
  async sign(
    { to, data }: Pick<SignedCall, "to" | "data">,
    { nonce, gas, maxFee, tip }: { nonce: number; gas: bigint; maxFee: bigint; tip: bigint },
  ): Promise<Pick<Attempt, "hash" | "raw" | "maxFee" | "tip">> {
    const { account, chainId } = this.parts;
    const fees = { maxFeePerGas: maxFee, maxPriorityFeePerGas: tip };
    const raw = await account.signTransaction({ type: "eip1559", chainId, to, data, nonce, gas, ...fees });
    return { hash: keccak256(raw), raw, maxFee, tip };
  }

  /** Has bytes sent that the journal has, the lowest nonce first. What the node says to it decides nothing. */
  send({ nonce, digest, hash, raw }: Pick<Attempt, "nonce" | "digest" | "hash" | "raw">): void {
    this.#outbox.set(nonce, { digest, hash, raw });
    this.#sending ??= this.#empty().finally(() => (this.#sending = undefined));
  }

  /** Whether what is to be sent has been. */
  async settled(): Promise<void> {
    await this.#sending;
  }

  async #empty(): Promise<void> {
    while (this.#outbox.size > 0) {
      const nonce = Math.min(...this.#outbox.keys());
      const { digest, hash, raw } = this.#outbox.get(nonce)!;
      this.#outbox.delete(nonce);
      this.sentAt.set(hash, Date.now());
      try {
        await sendRawTransaction(this.parts.client, { serializedTransaction: raw });
      } catch (thrown) {
        const said = wordsOf(thrown);
        if (/already known|known transaction|already imported/i.test(said)) continue;
        // It may have arrived all the same: the chain is asked, and the same bytes are sent again.
        if (isUnreachable(thrown)) this.sentAt.delete(hash);
        this.parts.log.warn({ digest, hash, nonce, said }, "the node did not take it");
      }
    }
  }

  /** What the chain says: whether it would let the call pass, for which app, and with how much gas. */
  async #ask(call: SignedCall, least = 0n): Promise<Asked> {
    const { options } = this.parts;
    const registers = call.grant !== undefined || (await this.#isFirst(call));
    // At once, so that they are one request; what the rules say goes before what they led to.
    const asked = await Promise.allSettled([
      this.#explain(call, registers),
      this.#appOf(call, registers),
      registers ? this.#grantNonceOf(call) : undefined,
      this.#estimate(call),
    ]);
    for (const outcome of asked) if (outcome.status === "rejected") throw refusalOf(outcome.reason);
    const [, app, grantNonce, estimate] = asked.map((each) => (each as PromiseFulfilledResult<unknown>).value) as [
      unknown,
      Hex | undefined,
      bigint | undefined,
      bigint,
    ];
    this.#requireApp(app);
    // The state may be another one when it is mined: a fifth more than it takes now.
    const ample = (estimate * 6n) / 5n;
    const gas = ample > least ? ample : least;
    if (gas > options.maxGas) {
      throw new RelayError("GAS_ABOVE_MOST", `The call takes ${gas} gas; this relay gives at most ${options.maxGas}.`);
    }
    return { app, slots: slotsOf(call, grantNonce), gas, registers };
  }

  /** Whether a call brings the grant of a session that is not there. */
  async #isFirst({ principal, key, brings }: SignedCall): Promise<boolean> {
    if (brings === undefined) return false;
    const { deployment } = this.parts;
    const client = this.parts.client as unknown as SessionClient;
    const session = await readSession(client, { principal, key: key!, deployment }).catch((thrown: unknown) => {
      throw refusalOf(thrown);
    });
    // What else the envelope says is not looked at: no other registration of a key has the start of one that is alive.
    return session.registration !== brings.grant.validAfter || session.status === "Revoked";
  }

  async #explain({ principal, key, acts, grant }: SignedCall, registers: boolean): Promise<void> {
    const { deployment } = this.parts;
    const client = this.parts.client as unknown as SessionClient;
    if (acts !== undefined) {
      // The lens knows the session once it is there: running the call, which registers it, says everything.
      if (registers) return;
      const { error } = await askLens(client, { principal, key: key!, deployment, ...acts });
      if (error !== undefined) throw error;
    } else if (key !== undefined && grant === undefined) {
      // Idempotent for the chain, and not for who pays.
      const { status } = await readSession(client, { principal, key: key!, deployment });
      if (status === "Revoked") throw new RelayError("CALL_REFUSED", "The session is revoked already.");
    }
  }

  /** The label of the app that is paid for; undefined where a principal ends a session. */
  async #appOf({ principal, key, acts, grant, brings }: SignedCall, registers: boolean): Promise<Hex | undefined> {
    const { deployment } = this.parts;
    const client = this.parts.client as unknown as SessionClient;
    let policyId = (grant ?? brings?.grant)?.policyId;
    if (acts !== undefined && !registers)
      ({ policyId } = await readSession(client, { principal, key: key!, deployment }));
    if (policyId === undefined || policyId === zeroHash) return undefined;
    const known = this.#apps.get(policyId);
    if (known !== undefined) return known;
    const { app } = await readPolicy(client, { policyId, deployment });
    if (this.#apps.size > 10_000) this.#apps.clear();
    this.#apps.set(policyId, app);
    return app;
  }

  #requireApp(app: Hex | undefined): void {
    const { apps } = this.parts.options;
    if (apps === undefined || app === undefined) return;
    const label = labelOf(app);
    if (apps.includes(label)) return;
    throw new RelayError("APP_NOT_RELAYED", `This relay pays for ${apps.join(", ")}, not for "${label}".`);
  }

  async #grantNonceOf({ principal }: SignedCall): Promise<bigint> {
    const { client, deployment } = this.parts;
    const registry = { abi: sessionRegistryAbi, address: deployment.latchkey } as const;
    return readContract(client, { ...registry, functionName: "nonces", args: [principal] });
  }

  /** Gas is estimated by running it, so that what would revert is refused here. */
  async #estimate({ to, data }: SignedCall): Promise<bigint> {
    const { client, account } = this.parts;
    const request = { account: account.address, to, data } as const;
    try {
      return await estimateGas(client, request);
    } catch (thrown) {
      if (isSessionError(toSessionError(thrown)) || isUnreachable(thrown)) throw thrown;
      // Not every node says with the estimate what it reverted with.
      await callChain(client, request);
      throw thrown;
    }
  }
}

/** Gwei, rounded up. */
export function gweiOf(wei: bigint): number {
  return Number((wei + 10n ** 9n - 1n) / 10n ** 9n);
}

/** The text of a label, without its zeros. */
export function labelOf(app: Hex): string {
  return Buffer.from(app.slice(2), "hex").toString("utf8").replaceAll("\0", "");
}

function refusalOf(thrown: unknown): unknown {
  if (thrown instanceof RelayError) return thrown;
  const error = isSessionError(thrown) ? thrown : toSessionError(thrown);
  if (isSessionError(error)) return refused(error);
  if (isUnreachable(thrown)) return new RelayError("NODE_UNAVAILABLE", `The node did not answer: ${wordsOf(thrown)}`);
  return new RelayError("CALL_REFUSED", `The node would not run it: ${wordsOf(thrown)}`);
}

function refused(error: SessionError): RelayError {
  const { code: reason, shortMessage } = error;
  if (isContractError(error)) {
    const [said] = error.metaMessages ?? [];
    return new RelayError("CALL_REFUSED", `${shortMessage} ${said ?? ""}`.trim(), { reason, data: error.data });
  }
  const { data, metaMessages = [] } = error as { data?: Hex; metaMessages?: string[] };
  const [said] = metaMessages.filter((line) => line.startsWith("Reason: "));
  return new RelayError("CALL_REFUSED", `${shortMessage} ${said ?? ""}`.trim(), { reason, data });
}

/** A key's nonce that is under way will be used: told as the chain would, so that a client takes the next one. */
function withNonceUsed(thrown: unknown, { principal, key, acts }: SignedCall): unknown {
  if (!(thrown instanceof RelayError) || thrown.code !== "NONCE_UNDER_WAY" || acts === undefined) return thrown;
  const args = [principal, key!, acts.nonce] as const;
  const data = encodeErrorResult({ abi: sessionErrorsAbi, errorName: "NonceAlreadyUsed", args });
  return new RelayError("NONCE_UNDER_WAY", thrown.message, { data });
}
