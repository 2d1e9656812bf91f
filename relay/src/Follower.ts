import {
  type Abi,
  type AbiEvent,
  type Address,
  getAbiItem,
  type Hash,
  isAddressEqual,
  pad,
  toEventSelector,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from "viem";
import { call as callChain, getBlock, getTransactionCount, getTransactionReceipt } from "viem/actions";
import { isUnreachable } from "../../sdk/src/chain/reachable.ts";
import { toSessionError } from "../../sdk/src/errors/decodeSessionError.ts";
import { sessionExecutorAbi } from "../../sdk/src/generated/abi/sessionExecutorAbi.ts";
import { sessionRegistryAbi } from "../../sdk/src/generated/abi/sessionRegistryAbi.ts";
import { isContractError, isSessionError } from "../../sdk/src/index.ts";
import type { Attempt, JournalCall } from "./journal.ts";
import { type Head, wordsOf } from "./node.ts";
import { gweiOf, type Relay } from "./Relay.ts";
import type { Settings } from "./settings.ts";
import type { Verb } from "./verbs.ts";

export type FollowOptions = Pick<
  Settings,
  "confirmations" | "resendMs" | "bumpMs" | "maxFee" | "maxPending" | "pollMs"
>;

/** How often something is seen that should not be before anything is done about it. */
const SEEN_OFTEN = 3;
/** Blocks without a transaction before more is offered for it. */
const PASSED_BY = 2n;
/** How many nonces behind the chain's are offered more for: those behind wait for them. */
const BUMPED_AT_ONCE = 16;
/** Questions about calls that are asked at once. */
const AT_ONCE = 20;
/** How many blocks back a transaction is searched for: as far as nodes that prune keep the state. */
const SEARCH_DEPTH = 120n;
const CANCEL_GAS = 21_000n;

/** What Latchkey says in the receipt of a call that succeeded. A revocation of a dead session says nothing. */
const EVENTS: Partial<Record<Verb, Hash>> = {
  executeBySig: selectorOf(sessionExecutorAbi, "SessionUsed"),
  forwardBySig: selectorOf(sessionExecutorAbi, "SessionUsed"),
  redeemDelegations: selectorOf(sessionExecutorAbi, "SessionUsed"),
  registerSessionBySig: selectorOf(sessionRegistryAbi, "SessionRegistered"),
  registerSessionOnChains: selectorOf(sessionRegistryAbi, "SessionRegistered"),
  revokeAllSessionsBySig: selectorOf(sessionRegistryAbi, "AllSessionsRevoked"),
};

function selectorOf(abi: Abi, name: string): Hash {
  return toEventSelector(getAbiItem({ abi, name }) as AbiEvent);
}

/** Sees every call of the journal to its end: again after a restart, and past a reorganisation. */
export class Follower {
  readonly #relay: Relay;
  readonly #options: FollowOptions;
  /** How often a nonce was used up and no receipt of it was there. */
  readonly #unseen = new Map<Hash, number>();
  /** The block at which each of the last offers was first seen to wait. */
  readonly #waiting = new Map<Hash, bigint>();
  #gaps = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #lastHead: Hash | undefined;
  /** Whether this instance follows for all. */
  leads = false;

  constructor(relay: Relay, options: FollowOptions) {
    this.#relay = relay;
    this.#options = options;
  }

  /** Looks once, then again and again. */
  async start(): Promise<void> {
    await this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    await this.#relay.settled();
  }

  async #run(): Promise<void> {
    this.#running = this.#once();
    await this.#running;
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#run(), this.#options.pollMs);
  }

  async #once(): Promise<void> {
    const { log, journal } = this.#relay.parts;
    try {
      const head = await this.#relay.look();
      this.leads = await journal.lead();
      if (head === undefined || !this.leads) return;
      await this.#follow(head);
    } catch (thrown) {
      this.leads = false;
      if (isUnreachable(thrown)) log.warn({ said: wordsOf(thrown) }, "a look at the calls failed");
      else log.error({ said: wordsOf(thrown) }, "a look at the calls failed");
    }
  }

  async #follow(head: Head): Promise<void> {
    const { journal } = this.#relay.parts;
    const calls = await journal.live(this.#options.maxPending * 4);
    await this.#closeGap(head, calls);
    const isSame = head.hash === this.#lastHead;
    // What is mined changes with the head alone.
    const watched = isSame ? calls.filter(({ status }) => status === "pending") : calls;
    const [first] = watched;
    if (first === undefined) {
      this.#lastHead = head.hash;
      return;
    }
    const attempts = await journal.attempts(first.nonce, watched.at(-1)!.nonce);
    const blocks = new Blocks(this.#relay);
    for (let i = 0; i < watched.length; i += AT_ONCE) {
      await Promise.all(
        watched.slice(i, i + AT_ONCE).map(async (call) => {
          const own = (attempts.get(call.nonce) ?? []).filter(({ digest }) => digest === call.digest);
          if (call.status === "mined" || call.nonce < head.nonce) await this.#settle(head, call, own, blocks);
          else await this.#push(head, call, own);
        }),
      );
    }
    this.#lastHead = head.hash;
  }

  /** A call whose nonce is used up, or that was in a block when it was last looked at. */
  async #settle(head: Head, call: JournalCall, attempts: Attempt[], blocks: Blocks): Promise<void> {
    const { journal, log } = this.#relay.parts;
    const { digest, nonce } = call;
    const found = await this.#receiptOf(call, attempts, blocks);
    if (found === undefined) {
      if (call.status === "mined") await this.#reorganised(head, call, attempts, blocks);
      else await this.#displaced(head, call, attempts);
      return;
    }
    this.#unseen.delete(digest);
    const { receipt, attempt } = found;
    for (const { hash } of attempts) {
      this.#relay.sentAt.delete(hash);
      this.#waiting.delete(hash);
    }
    const { blockHash, blockNumber, transactionHash: hash } = receipt;
    const isDeep = head.number - blockNumber + 1n >= BigInt(this.#options.confirmations);
    if (attempt.kind === "cancel") {
      if (isDeep) await journal.setFailed(call, "It was refused while it waited for a block.", costOf(receipt));
      return;
    }
    const success = receipt.status === "success";
    if (call.blockHash !== blockHash || call.hash !== hash) {
      const reason = success ? undefined : await this.#reasonOf(call, receipt);
      await journal.setMined(call, { hash, success, blockNumber, blockHash, reason, gwei: costOf(receipt) });
      log.info({ digest, hash, nonce, block: String(blockNumber), success, reason }, "mined");
    }
    if (!isDeep) return;
    await journal.setFinal(call);
    log.info({ digest, hash, nonce, success }, "final");
  }

  /** What was in a block and is not there: sent again, as the same bytes, once the node shows another block there. */
  async #reorganised(head: Head, call: JournalCall, attempts: Attempt[], blocks: Blocks): Promise<void> {
    const block = await blocks.at(call.blockNumber!);
    // A node that is behind has not come to the block yet.
    if (block === undefined || block === call.blockHash) return;
    const { journal, log } = this.#relay.parts;
    await journal.setPending(call);
    log.warn({ digest: call.digest, hash: call.hash, nonce: call.nonce }, "a reorganisation took it back");
    const [last] = attempts.filter(({ kind }) => kind === "call");
    if (last !== undefined && call.nonce >= head.nonce) this.#relay.send(last);
  }

  /** Its nonce is used up by something else: it is taken in again with another one, if the chain lets it pass still. */
  async #displaced(head: Head, call: JournalCall, attempts: Attempt[]): Promise<void> {
    const { journal, client, account, log, chainId } = this.#relay.parts;
    const { digest, nonce, to, data } = call;
    const seen = (this.#unseen.get(digest) ?? 0) + 1;
    this.#unseen.set(digest, seen);
    if (seen < SEEN_OFTEN) return;
    this.#unseen.delete(digest);
    const deep = head.number - BigInt(this.#options.confirmations) + 1n;
    if (deep < 0n) return;
    if ((await getTransactionCount(client, { address: account.address, blockNumber: deep })) <= nonce) return;
    const rival = await this.#minedWith(nonce, deep);
    if (attempts.some(({ hash }) => hash === rival)) {
      log.warn({ digest, hash: rival, nonce }, "the node has it in a block, and no receipt that fits");
      return;
    }
    // Where the rival is too far back to be read, the chain still says whether the call was made.
    const refusal = rival === undefined ? await this.#refusalOf(call) : undefined;
    const taken = `Nonce ${nonce} of the sender is taken by ${rival ?? "a transaction that the node does not show"}`;
    await journal.setFailed(call, `${taken}${refusal === undefined ? "" : `, and the chain says ${refusal}`}.`, 0);
    await journal.raiseNonce(head.nonce);
    log.warn({ digest, nonce, rival, refusal }, "another transaction of the sender took its nonce");
    if (refusal !== undefined) return;
    try {
      await this.#relay.accept({ chainId, to, data });
    } catch (thrown) {
      log.warn({ digest, said: wordsOf(thrown) }, "it is not accepted again");
    }
  }

  /** The sender's mined transaction of a nonce; undefined if the node has no state from before it. */
  async #minedWith(nonce: number, highest: bigint): Promise<Hash | undefined> {
    const { client, account } = this.#relay.parts;
    const { address } = account;
    let high = highest;
    let low = high > SEARCH_DEPTH ? high - SEARCH_DEPTH : 0n;
    try {
      const countAt = (blockNumber: bigint) => getTransactionCount(client, { address, blockNumber });
      if ((await countAt(low)) > nonce) return undefined;
      // The count passes the nonce between `low` and `high`.
      while (high - low > 1n) {
        const middle = (low + high) / 2n;
        if ((await countAt(middle)) > nonce) high = middle;
        else low = middle;
      }
      const { transactions } = await getBlock(client, { blockNumber: high, includeTransactions: true });
      return transactions.find((each) => isAddressEqual(each.from, address) && Number(each.nonce) === nonce)?.hash;
    } catch (thrown) {
      if (isUnreachable(thrown)) throw thrown;
      return undefined;
    }
  }

  /** A call whose nonce is next, or waits for those before it: sent again, and offered more for. */
  async #push(head: Head, call: JournalCall, attempts: Attempt[]): Promise<void> {
    const [last] = attempts;
    if (last === undefined) return;
    const { resendMs, bumpMs } = this.#options;
    const now = Date.now();
    // More is offered only where others were mined instead: a chain that stands still asks for nothing.
    const since = this.#waiting.get(last.hash) ?? head.number;
    this.#waiting.set(last.hash, since);
    const isPassedBy = head.number - since >= PASSED_BY && call.nonce < head.nonce + BUMPED_AT_ONCE;
    if (isPassedBy && now - last.signedAt >= bumpMs) {
      const next = await this.#next(head, call, last);
      if (next !== undefined) return this.#relay.send(next);
    }
    const sentAt = this.#relay.sentAt.get(last.hash);
    if (sentAt === undefined || now - sentAt >= resendMs) this.#relay.send(last);
  }

  /** The same nonce at a higher fee; or given away, where the call would revert. Undefined where neither can be. */
  async #next(head: Head, call: JournalCall, last: Attempt): Promise<Attempt | undefined> {
    const { journal, account, log } = this.#relay.parts;
    const { digest, nonce, gas } = call;
    // Nodes ask for a tenth more.
    const more = (fee: bigint, offered: bigint) => (offered > (fee * 9n) / 8n ? offered : (fee * 9n) / 8n + 1n);
    const [maxFee, tip] = [more(last.maxFee, head.maxFee), more(last.tip, head.tip)];
    if (maxFee > this.#options.maxFee) return undefined;
    const refusal = await this.#refusalOf(call);
    const kind = refusal === undefined && last.kind === "call" ? "call" : "cancel";
    const fees = { nonce, maxFee, tip: tip < maxFee ? tip : maxFee };
    const signed =
      kind === "call"
        ? await this.#relay.sign(call, { ...fees, gas })
        : await this.#relay.sign({ to: account.address, data: "0x" }, { ...fees, gas: CANCEL_GAS });
    const attempt: Attempt = { ...signed, digest, nonce, kind, signedAt: Date.now() };
    await journal.addAttempt(attempt, gweiOf(gas * maxFee));
    const { hash } = attempt;
    log.warn({ digest, hash, nonce, maxFee: String(maxFee), refusal }, kind === "call" ? "offered more" : "given up");
    return attempt;
  }

  /** Why the chain would refuse it now; undefined if it would not, or does not say. */
  async #refusalOf({ to, data, gas }: JournalCall, blockNumber?: bigint): Promise<string | undefined> {
    const { client, account } = this.#relay.parts;
    try {
      await callChain(client, {
        account: account.address,
        to,
        data,
        gas,
        ...(blockNumber !== undefined && { blockNumber }),
      });
      return undefined;
    } catch (thrown) {
      const error = toSessionError(thrown);
      if (isContractError(error)) return error.errorName;
      return isSessionError(error) ? error.code : undefined;
    }
  }

  async #reasonOf(call: JournalCall, { blockNumber }: TransactionReceipt): Promise<string> {
    // What it met in its block is gone; the state behind that is the nearest to ask.
    return (await this.#refusalOf(call, blockNumber)) ?? "It reverted.";
  }

  /** The receipt of one of the transactions that were signed for a call, if it is one to be believed. */
  async #receiptOf(
    call: JournalCall,
    attempts: Attempt[],
    blocks: Blocks,
  ): Promise<{ receipt: TransactionReceipt; attempt: Attempt } | undefined> {
    const { client, account, deployment, log } = this.#relay.parts;
    for (const attempt of attempts) {
      let receipt: TransactionReceipt;
      try {
        receipt = await getTransactionReceipt(client, { hash: attempt.hash });
      } catch (thrown) {
        if (thrown instanceof TransactionReceiptNotFoundError) continue;
        throw thrown;
      }
      const to = attempt.kind === "call" ? call.to : account.address;
      const complaint = await complaintOf(receipt, { hash: attempt.hash, from: account.address, to, blocks });
      const isSilent =
        attempt.kind === "call" && receipt.status === "success" && !says(receipt, call, deployment.latchkey);
      if (complaint === undefined && !isSilent) return { receipt, attempt };
      const said = complaint ?? "it says success, and Latchkey's event is not in it";
      log.warn({ digest: call.digest, hash: attempt.hash, said }, "a receipt that is not believed");
    }
    return undefined;
  }

  /** A nonce that nobody holds any more blocks all behind it: what was final under it is sent again. */
  async #closeGap(head: Head, calls: JournalCall[]): Promise<void> {
    const { journal, log } = this.#relay.parts;
    const { nextNonce } = await journal.counts();
    const lowest = calls.find(({ nonce }) => nonce >= head.nonce)?.nonce ?? nextNonce;
    this.#gaps = head.nonce < lowest && this.#relay.trouble === undefined ? this.#gaps + 1 : 0;
    if (this.#gaps < SEEN_OFTEN) return;
    this.#gaps = 0;
    for (let nonce = head.nonce; nonce < lowest; ++nonce) {
      const call = await journal.byNonce(nonce);
      const [last] = ((await journal.attempts(nonce, nonce)).get(nonce) ?? []).filter(({ kind }) => kind === "call");
      if (call === undefined || last === undefined) {
        log.error({ nonce }, "nothing was signed for a nonce that the chain waits for");
        return;
      }
      await journal.setPending(call);
      log.warn({ digest: call.digest, hash: last.hash, nonce }, "a deep reorganisation took it back");
      this.#relay.send(last);
    }
  }
}

/** The hashes of the chain's blocks, each asked for once in a look. */
class Blocks {
  readonly #relay: Relay;
  readonly #known = new Map<bigint, Promise<Hash | undefined>>();

  constructor(relay: Relay) {
    this.#relay = relay;
  }

  at(blockNumber: bigint): Promise<Hash | undefined> {
    const asked = async () => {
      try {
        return (await getBlock(this.#relay.parts.client, { blockNumber })).hash;
      } catch (thrown) {
        if (isUnreachable(thrown)) throw thrown;
        return undefined;
      }
    };
    const known = this.#known.get(blockNumber) ?? asked();
    this.#known.set(blockNumber, known);
    return known;
  }
}

/** What does not fit in a receipt; undefined if all does. */
async function complaintOf(
  receipt: TransactionReceipt,
  { hash, from, to, blocks }: { hash: Hash; from: Address; to: Address; blocks: Blocks },
): Promise<string | undefined> {
  if (receipt.transactionHash !== hash) return `it is of ${receipt.transactionHash}`;
  if (!isAddressEqual(receipt.from, from)) return `it is of the sender ${receipt.from}`;
  if (receipt.to === null || !isAddressEqual(receipt.to, to)) return `it is of a call to ${receipt.to}`;
  const block = await blocks.at(receipt.blockNumber);
  return block === receipt.blockHash ? undefined : `block ${receipt.blockNumber} is ${block}, not ${receipt.blockHash}`;
}

/** Whether Latchkey says in a receipt that the call did what it was for. */
function says({ logs }: TransactionReceipt, { verb, principal, key }: JournalCall, latchkey: Address): boolean {
  const event = EVENTS[verb];
  if (event === undefined) return true;
  const topics = [event, ...[principal, key].flatMap((each) => (each === undefined ? [] : [pad(each, { size: 32 })]))];
  return logs.some(
    (log) => isAddressEqual(log.address, latchkey) && topics.every((topic, i) => log.topics[i] === topic.toLowerCase()),
  );
}

/** Gwei, with what a rollup takes for its data. */
function costOf(receipt: TransactionReceipt): number {
  const { l1Fee } = receipt as { l1Fee?: bigint | string | null };
  return gweiOf(receipt.gasUsed * receipt.effectiveGasPrice + BigInt(l1Fee ?? 0));
}
