import { concat, parseEther, ZeroAddress, type TypedDataField, type Wallet } from "ethers";
import type { PolicyFile } from "./policyFile.ts";
import { hashPolicy } from "../../test/support/reference/policy.ts";
import { signNested } from "../../test/support/reference/nestedSignature.ts";
import {
  grant,
  p256Key,
  secp256k1Key,
  signRegistration,
  type Grant,
  type SessionKey,
} from "../../test/support/reference/session.ts";
import {
  REGISTER_SESSION_TYPES,
  REVOKE_ALL_SESSIONS_TYPES,
  REVOKE_SESSION_TYPES,
} from "../../test/support/reference/typedData.ts";
import { GAS, mined, secretOf, type Stage } from "./stage.ts";

/** A session as its holder knows it. */
export interface Session {
  principal: string;
  key: SessionKey;
  file: PolicyFile;
  lane: bigint;
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
    const key = kind === "p256" ? p256Key(secretOf(name)) : secp256k1Key(secretOf(name));
    if (kind === "secp256k1") await this.#stage.chain.helpers.setBalance(key.address, parseEther("1"));
    this.#stage.book.add(name, key.address);
    return key;
  }

  /** Registers a fresh key unless one is given, by one signature of the owner. Returns the gas too. */
  async register(
    principal: string,
    file: PolicyFile,
    fields: SessionFields & { key?: SessionKey } = {},
  ): Promise<{ session: Session; gasUsed: bigint }> {
    const { key = await this.newKey(), ...rest } = fields;
    const granted = await this.grantOf(key, file, rest);
    const gasUsed = await this.submit(principal, granted, await this.sign(principal, file, granted));
    return { session: await this.note(principal, key, file, granted), gasUsed };
  }

  async grantOf(key: SessionKey, file: PolicyFile, fields: SessionFields = {}): Promise<Grant> {
    const start = fields.validAfter ?? (await this.#stage.now());
    return grant(key, file.policy, { validUntil: start + file.usual - 1, ...fields });
  }

  /** What the owner signs: the whole policy, in a form that its wallet shows. */
  async sign(principal: string, file: PolicyFile, granted: Grant, signer = this.ownerOf(principal)): Promise<Signed> {
    const { latchkey, domain } = this.#stage;
    const nonce = (await latchkey.getFunction("nonces").staticCall(principal)) as bigint;
    const deadline = (await this.#stage.now()) + 3_600;
    if (principal !== this.#stage.account) {
      const message = { grant: granted, policy: file.policy, nonce, deadline, principal };
      return { deadline, signature: await signRegistration(signer, domain, message) };
    }
    const { policyId: _named, ...fields } = granted;
    const message = { principal, policy: file.policy, ...fields, nonce, deadline };
    return { deadline, signature: await this.#nested(signer, principal, REGISTER_SESSION_TYPES, message) };
  }

  async submit(principal: string, granted: Grant, { deadline, signature }: Signed): Promise<bigint> {
    const { latchkey, chain } = this.#stage;
    const args = [principal, granted, deadline, signature, GAS];
    return mined(
      latchkey
        .connect(chain.relayer)
        .getFunction("registerSessionBySig")
        .send(...args),
    );
  }

  /** Reads back what was registered. */
  async note(principal: string, key: SessionKey, file: PolicyFile, granted: Grant): Promise<Session> {
    const state = await this.#stage.lens.getFunction("getSession").staticCall(principal, key.address);
    if (state.policyId !== hashPolicy(file.policy)) throw new Error("The session has another policy than was signed.");
    const session: Session = {
      principal,
      key,
      file,
      lane: granted.lane,
      validAfter: Number(state.validAfter),
      validUntil: Number(state.validUntil),
      registration: Number(state.registration),
    };
    this.all.push(session);
    return session;
  }

  /** Kills one session by a signature that a relayer carries. */
  async revoke({ principal, key }: Session): Promise<bigint> {
    const { latchkey, chain } = this.#stage;
    const deadline = (await this.#stage.now()) + 600;
    const message = { principal, key: key.address, deadline };
    const signature = await this.#signed(principal, REVOKE_SESSION_TYPES, message);
    const args = [principal, key.address, deadline, signature, GAS];
    return mined(
      latchkey
        .connect(chain.relayer)
        .getFunction("revokeSessionBySig")
        .send(...args),
    );
  }

  /** Kills every session by a signature that a relayer carries. */
  async revokeAll(principal: string): Promise<bigint> {
    const { latchkey, chain } = this.#stage;
    const deadline = (await this.#stage.now()) + 600;
    const generation = (await latchkey.getFunction("generationOf").staticCall(principal)) as bigint;
    const signature = await this.#signed(principal, REVOKE_ALL_SESSIONS_TYPES, { principal, generation, deadline });
    const args = [principal, generation, deadline, signature, GAS];
    return mined(
      latchkey
        .connect(chain.relayer)
        .getFunction("revokeAllSessionsBySig")
        .send(...args),
    );
  }

  ownerOf(principal: string): Wallet {
    return principal === this.#stage.account ? this.#stage.people.alice : this.#stage.people.bob;
  }

  async #signed(principal: string, types: Record<string, TypedDataField[]>, message: Record<string, unknown>) {
    const owner = this.ownerOf(principal);
    if (principal === this.#stage.account) return this.#nested(owner, principal, types, message);
    return owner.signTypedData(this.#stage.domain, types, message);
  }

  #nested(owner: Wallet, account: string, types: Record<string, TypedDataField[]>, message: Record<string, unknown>) {
    const { chainId } = this.#stage.chain;
    const of = { name: "SessionAccount", version: "1", chainId, verifyingContract: account };
    return signNested(owner, of, this.#stage.domain, types, message);
  }
}

export interface Signed {
  deadline: number;
  signature: string;
}

export const NO_KEY = ZeroAddress;

/** A session signature with one of its four 32-byte elements changed. */
export function withElement(signature: string, element: number, change: (value: bigint) => bigint): string {
  const elements = [0, 1, 2, 3].map((i) => "0x" + signature.slice(2 + 64 * i, 66 + 64 * i));
  elements[element] = "0x" + change(BigInt(elements[element]!)).toString(16).padStart(64, "0");
  return concat(elements);
}
