import {
  concatHex,
  numberToHex,
  parseEther,
  slice,
  zeroAddress,
  type Address,
  type Hex,
  type TypedDataDefinition,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import {
  hashPolicy,
  signNestedTypedData,
  typedData,
  type Grant,
  type PolicyFile,
  type SessionKey,
} from "../../sdk/src/index.ts";
import { demoKey, type DemoKey } from "./keys.ts";
import { GAS, mined, type Stage } from "./stage.ts";

/** A session as its holder knows it. */
export interface Session {
  principal: Address;
  key: DemoKey;
  file: PolicyFile;
  lane: bigint;
  validAfter: number;
  validUntil: number;
  registration: number;
}

export type SessionFields = Partial<Pick<Grant, "validAfter" | "validUntil" | "maxCalls" | "lane" | "replaces">>;

/** Whoever signs for an owner: the owner, or a thief who would like to. */
export interface Signer {
  privateKey: string;
}

/** The owners sign, a relayer carries: the lifecycle of sessions in the demo. */
export class Sessions {
  readonly all: Session[] = [];
  readonly #stage: Stage;
  #keys = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** A fresh key with a little native coin for gas, and a name for the demo. */
  async newKey(kind: SessionKey["kind"] = "secp256k1"): Promise<DemoKey> {
    const name = `key${++this.#keys}`;
    const key = demoKey(name, kind);
    if (kind === "secp256k1") await this.#stage.chain.helpers.setBalance(key.address, parseEther("1"));
    this.#stage.names.add(name, key.address);
    return key;
  }

  /** Registers a fresh key unless one is given, by one signature of the owner. Returns the gas too. */
  async register(
    principal: Address,
    file: PolicyFile,
    fields: SessionFields & { key?: DemoKey } = {},
  ): Promise<{ session: Session; gasUsed: bigint }> {
    const { key = await this.newKey(), ...rest } = fields;
    const granted = await this.grantOf(key, file, rest);
    const gasUsed = await this.submit(principal, granted, await this.sign(principal, file, granted));
    return { session: await this.note(principal, key, file, granted), gasUsed };
  }

  async grantOf({ address, publicKey }: SessionKey, file: PolicyFile, fields: SessionFields = {}): Promise<Grant> {
    const start = fields.validAfter ?? (await this.#stage.now());
    return {
      key: address,
      publicKey,
      policyId: hashPolicy(file.policy),
      validAfter: 0,
      validUntil: start + file.usual - 1,
      maxCalls: file.policy.maxCalls,
      lane: 0n,
      replaces: zeroAddress,
      ...fields,
    };
  }

  /** What the owner signs: the whole policy, in a form that its wallet shows. */
  async sign(
    principal: Address,
    file: PolicyFile,
    granted: Grant,
    signer: Signer = this.ownerOf(principal),
  ): Promise<Signed> {
    const { latchkey } = this.#stage;
    const nonce = (await latchkey.getFunction("nonces").staticCall(principal)) as bigint;
    const deadline = (await this.#stage.now()) + 3_600;
    const { policyId: _named, ...fields } = granted;
    const message = { principal, policy: file.policy, ...fields, nonce, deadline };
    return { deadline, signature: await this.#signed(signer, principal, "registerSession", message) };
  }

  async submit(principal: Address, granted: Grant, { deadline, signature }: Signed): Promise<bigint> {
    return this.#carry("registerSessionBySig", [principal, granted, deadline, signature]);
  }

  /** Reads back what was registered. */
  async note(principal: Address, key: DemoKey, file: PolicyFile, granted: Grant): Promise<Session> {
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
    const deadline = (await this.#stage.now()) + 600;
    const message = { principal, key: key.address, deadline };
    const signature = await this.#signed(this.ownerOf(principal), principal, "revokeSession", message);
    return this.#carry("revokeSessionBySig", [principal, key.address, deadline, signature]);
  }

  /** Kills every session by a signature that a relayer carries. */
  async revokeAll(principal: Address): Promise<bigint> {
    const deadline = (await this.#stage.now()) + 600;
    const generation = Number(await this.#stage.latchkey.getFunction("generationOf").staticCall(principal));
    const message = { principal, generation, deadline };
    const signature = await this.#signed(this.ownerOf(principal), principal, "revokeAllSessions", message);
    return this.#carry("revokeAllSessionsBySig", [principal, generation, deadline, signature]);
  }

  ownerOf(principal: Address): Signer {
    return principal === this.#stage.account ? this.#stage.people.alice : this.#stage.people.bob;
  }

  async #carry(verb: string, args: unknown[]): Promise<bigint> {
    const { latchkey, chain } = this.#stage;
    return mined(
      latchkey
        .connect(chain.relayer)
        .getFunction(verb)
        .send(...args, GAS),
    );
  }

  /** A plain wallet signs as it is; the owner of an account signs for that account alone. */
  async #signed(
    { privateKey }: Signer,
    principal: Address,
    verb: "registerSession" | "revokeSession" | "revokeAllSessions",
    message: Record<string, unknown>,
  ): Promise<Hex> {
    const { domain, chain, account } = this.#stage;
    const types = typedData[verb];
    const owner = privateKeyToAccount(privateKey as Hex);
    const definition = { domain, types, primaryType: Object.keys(types)[0]!, message } as TypedDataDefinition;
    if (principal !== account) return owner.signTypedData(definition);
    return signNestedTypedData({
      account: { name: "SessionAccount", version: "1", chainId: chain.chainId, verifyingContract: account },
      definition,
      sign: (nested) => owner.signTypedData(nested),
    });
  }
}

export interface Signed {
  deadline: number;
  signature: Hex;
}

/** A session signature with one of its four 32-byte elements changed. */
export function withElement(signature: Hex, element: number, change: (value: bigint) => bigint): Hex {
  const elements = [0, 1, 2, 3].map((i) => slice(signature, 32 * i, 32 * i + 32));
  elements[element] = numberToHex(change(BigInt(elements[element]!)), { size: 32 });
  return concatHex(elements);
}
