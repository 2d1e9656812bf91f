import { type Address, type Hash, type LocalAccount, parseEther } from "viem";
import {
  generateP256SessionKey,
  type Grant,
  hashPolicy,
  type PolicyFile,
  type SessionKey,
  toSecp256k1SessionKey,
} from "../../sdk/src/index.ts";
import type { Client } from "./chain.ts";
import { type Person, secretOf } from "./people.ts";
import type { Stage } from "./stage.ts";

/** A session as its holder knows it. */
export interface Session {
  principal: Address;
  key: SessionKey;
  file: PolicyFile;
  validAfter: number;
  validUntil: number;
  registration: number;
}

export type SessionFields = Partial<Pick<Grant, "validAfter" | "validUntil" | "maxCalls" | "lane" | "replaces">>;

/** The owners sign, a relayer carries: the lifecycle of sessions in the demo. */
export class Sessions {
  readonly all: Session[] = [];
  readonly #stage: Stage;
  #keys = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** A fresh key with a little native coin for gas, and a name for the demo. */
  async newKey(kind: SessionKey["kind"] = "secp256k1"): Promise<SessionKey> {
    const name = `key${++this.#keys}`;
    const key = kind === "p256" ? await generateP256SessionKey() : toSecp256k1SessionKey(secretOf(name));
    if (kind === "secp256k1") await this.#stage.chain.helpers.setBalance(key.address, parseEther("1"));
    this.#stage.names.add(name, key.address);
    return key;
  }

  /** Registers a fresh key unless one is given, by one signature of the owner. Returns the gas too. */
  async register(
    principal: Address,
    file: PolicyFile,
    fields: SessionFields & { key?: SessionKey } = {},
  ): Promise<{ session: Session; gasUsed: bigint }> {
    const { key = await this.newKey(), ...rest } = fields;
    const hash = await this.send(principal, key, file, rest);
    return { session: await this.note(principal, key, file), gasUsed: await this.#gasOf(hash) };
  }

  /** The owner signs the whole policy, in a form that its wallet shows; the mined transaction is a relayer's. */
  async send(
    principal: Address,
    key: SessionKey,
    { policy, usual }: PolicyFile,
    options: SessionFields & { signer?: LocalAccount; client?: Client } = {},
  ): Promise<Hash> {
    const { signer = this.#ownerOf(principal), client = this.#stage.client, ...fields } = options;
    const validUntil = (fields.validAfter ?? (await this.#stage.chain.now())) + usual - 1;
    const granted = { principal, key, policy, validUntil, ...fields };
    const { relayer } = this.#stage.chain;
    return (await client.registerSessionSync({ ...granted, account: signer, relayer })).hash;
  }

  /** Reads back what was registered. */
  async note(principal: Address, key: SessionKey, file: PolicyFile): Promise<Session> {
    const { policyId, ...state } = await this.#stage.client.getSession({ principal, key: key.address });
    if (policyId !== hashPolicy(file.policy)) throw new Error("The session has another policy than was signed.");
    const { validAfter, validUntil, registration } = state;
    const session = { principal, key, file, validAfter, validUntil, registration };
    this.all.push(session);
    return session;
  }

  /** Kills one session by a signature that a relayer carries. */
  async revoke({ principal, key }: Session): Promise<bigint> {
    const { client, chain } = this.#stage;
    const owner = { principal, account: this.#ownerOf(principal), relayer: chain.relayer };
    return this.#gasOf((await client.revokeSessionSync({ ...owner, key: key.address })).hash);
  }

  /** Kills every session by a signature that a relayer carries. */
  async revokeAll(principal: Address): Promise<bigint> {
    const { client, chain } = this.#stage;
    const owner = { principal, account: this.#ownerOf(principal), relayer: chain.relayer };
    return this.#gasOf((await client.revokeAllSessionsSync(owner)).hash);
  }

  #ownerOf(principal: Address): Person {
    return principal === this.#stage.account ? this.#stage.people.alice : this.#stage.people.bob;
  }

  async #gasOf(hash: Hash): Promise<bigint> {
    return (await this.#stage.chain.receiptOf(hash)).gasUsed;
  }
}
