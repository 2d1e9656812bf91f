import { readFileSync } from "node:fs";
import { expect } from "chai";
import {
  concat,
  Contract,
  getAddress,
  TypedDataEncoder,
  Wallet,
  ZeroHash,
  zeroPadValue,
  type BaseContract,
  type Result,
} from "ethers";
import fc from "fast-check";
import { hashStruct, hashTypedData } from "viem";
import { hashPolicy, limit, TESTS, type Policy } from "../support/reference/policy.ts";
import { contextOf, encodeExecute, type Execution, type SessionRedemption } from "../support/reference/session.ts";
import * as types from "../support/reference/typedData.ts";
import { makeVectors, START, vectorKeys } from "./sign.ts";
import { deployMock } from "../support/chain/artifacts.ts";
import { makeSiblings, openChain, type Chain } from "../support/chain/chain.ts";
import { expectRefusal } from "../support/chain/refusal.ts";
import { openStage, type Stage } from "../support/chain/world.ts";
import { seeded } from "../support/fuzz.ts";

const committed = JSON.parse(readFileSync(new URL("generated/vectors.json", import.meta.url), "utf8")) as Awaited<
  ReturnType<typeof makeVectors>
>;

const { VERBS } = types;

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((raw) => "0x" + Buffer.from(raw).toString("hex"));
const bytes = fc.uint8Array({ maxLength: 100 }).map((raw) => "0x" + Buffer.from(raw).toString("hex"));
const uint = (bits: number) => fc.bigInt(0n, 2n ** BigInt(bits) - 1n);
const address = hex(20).map(getAddress);
const list = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 4 });

interface ChainGrant {
  chainId: number;
  nonce: number;
  policy: Policy;
}

/** Anything that has the form of a policy, whether it could be published or not. */
const text = (maxLength: number) => fc.string({ maxLength });
const anyPolicy = fc.record({
  app: text(40),
  minDuration: uint(32),
  maxDuration: uint(32),
  maxCalls: uint(32),
  gasBudget: uint(80),
  selfPaid: fc.boolean(),
  paymaster: address,
  permissions: list(
    fc.record({
      target: address,
      method: fc.oneof(fc.constantFrom("transfer(address,uint256)", "", "*"), text(300)),
      maxValue: uint(128),
      spends: list(fc.record({ unit: address, argument: text(40), amount: uint(128), scale: uint(8) })),
      rules: list(
        fc.record({
          argument: text(40),
          test: fc.oneof(fc.constantFrom(...TESTS), text(40)),
          per: text(10),
          addresses: list(address),
          numbers: list(fc.bigInt(-(2n ** 255n), 2n ** 255n - 1n)),
          words: list(hex(32)),
        }),
      ),
      inner: list(fc.record({ argument: text(40), types: text(100) })),
      consumable: fc.boolean(),
      open: list(text(40)),
    }),
  ),
  limits: list(fc.record({ unit: address, cap: uint(128), period: uint(32), fromStart: fc.boolean() })),
});

const MESSAGES: Record<types.Verb, fc.Arbitrary<Record<string, unknown>>> = {
  RegisterSession: fc.record({
    principal: address,
    policy: anyPolicy,
    key: address,
    publicKey: bytes,
    validAfter: uint(48),
    validUntil: uint(48),
    maxCalls: uint(32),
    lane: uint(64),
    replaces: address,
    nonce: uint(256),
    deadline: uint(256),
  }),
  RevokeSession: fc.record({ principal: address, key: address, deadline: uint(256) }),
  RegisterSessionOnChains: fc.record({
    principal: address,
    key: address,
    publicKey: bytes,
    validAfter: uint(48),
    validUntil: uint(48),
    maxCalls: uint(32),
    lane: uint(64),
    replaces: address,
    deadline: uint(256),
    chains: fc.array(fc.record({ chainId: uint(256), nonce: uint(256), policy: anyPolicy }), { maxLength: 2 }),
  }),
  RevokeSessionOnChains: fc.record({
    principal: address,
    key: address,
    deadline: uint(256),
    chains: list(uint(256)),
  }),
  RevokeAllSessions: fc.record({ principal: address, generation: uint(32), deadline: uint(256) }),
  SessionOperation: fc.record({
    principal: address,
    userOpHash: hex(32),
    validUntil: uint(48),
    registration: uint(48),
  }),
  SessionExecution: fc.record({
    principal: address,
    mode: hex(32),
    executionCalldata: bytes,
    nonce: uint(256),
    minGas: uint(256),
    validUntil: uint(48),
    registration: uint(48),
  }),
  SessionForward: fc.record({
    principal: address,
    target: address,
    data: bytes,
    nonce: uint(256),
    minGas: uint(256),
    validUntil: uint(48),
    registration: uint(48),
  }),
  SessionRedemption: fc.record({
    principal: address,
    redeemer: address,
    mode: hex(32),
    executionCalldata: bytes,
    nonce: uint(256),
    minGas: uint(256),
    validUntil: uint(48),
    registration: uint(48),
  }),
};

describe("EIP-712", () => {
  let chain: Chain;
  let deployed: Stage;
  before(async () => {
    deployed = await openStage();
    chain = deployed.chain;
  });

  it("the specification spells the type strings that are hashed (ATK-11)", () => {
    const specification = readFileSync(new URL("../../docs/specification.md", import.meta.url), "utf8");
    for (const [verb, fields] of Object.entries(VERBS)) {
      const whole = TypedDataEncoder.from(fields).encodeType(verb);
      for (const struct of whole.split(/(?<=\))/)) expect(specification, verb).to.include(`\n${struct}\n`);
    }
    const order = TypedDataEncoder.from(types.POLICY_TYPES).encodeType("Policy");
    expect(order.match(/\w+(?=\()/g)).to.deep.equal(["Policy", "Inner", "Limit", "Permission", "Rule", "Spend"]);
  });

  it("no two verbs share a type (ATK-11)", () => {
    const strings = Object.entries(VERBS).map(([verb, fields]) => TypedDataEncoder.from(fields).encodeType(verb));
    expect(new Set(strings).size).to.equal(9);
  });

  it("the domain is the contract's own, and is read from it (EIP-5267)", async () => {
    const whole = new Contract(
      deployed.address,
      ["function eip712Domain() view returns (bytes1,string,string,uint256,address,bytes32,uint256[])"],
      chain.ethers.provider,
    );
    const domain = (await whole.getFunction("eip712Domain")()) as Result;
    expect(domain.toArray()).to.deep.equal(["0x0f", "Latchkey", "2", chain.chainId, deployed.address, ZeroHash, []]);
  });

  it("hashPolicy is hashStruct(Policy) of viem and of ethers on any policy (ATK-91)", async () => {
    const hashPolicy = deployed.store.getFunction("hashPolicy");
    const seen = new Map<string, string>();
    await fc.assert(
      fc.asyncProperty(anyPolicy, async (policy) => {
        const own = (await hashPolicy.staticCall(policy)) as string;
        expect(own).to.equal(TypedDataEncoder.hashStruct("Policy", types.POLICY_TYPES, policy));
        const struct = { data: policy, primaryType: "Policy", types: types.POLICY_TYPES };
        expect(own).to.equal(hashStruct(struct as never));
        const text = JSON.stringify(policy, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
        expect(seen.get(own) ?? text).to.equal(text);
        seen.set(own, text);
      }),
      seeded("hashed policies", { numRuns: 200 }),
    );
  });

  for (const verb of Object.keys(VERBS) as types.Verb[]) {
    it(`${verb}: viem and ethers agree on any message`, () => {
      const domain = types.domainOf(verb, types.latchkeyDomain(chain.chainId, deployed.address));
      fc.assert(
        fc.property(MESSAGES[verb], (message) => {
          const ethers = TypedDataEncoder.hash(domain, VERBS[verb], message);
          const typed = { domain, types: VERBS[verb], primaryType: verb, message } as never;
          expect(hashTypedData(typed)).to.equal(ethers);
        }),
        seeded(`messages of ${verb}`, { numRuns: 200 }),
      );
    });
  }
});

describe("The committed vectors", () => {
  const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

  it("are what viem signs with the same keys today", async () => {
    expect(json(await makeVectors())).to.deep.equal(json(committed));
  });

  it("hash in ethers to what viem signed", () => {
    const { domain, policy, policyId, vectors } = committed;
    expect(TypedDataEncoder.hashStruct("Policy", types.POLICY_TYPES, policy)).to.equal(policyId);
    for (const { primaryType, message, digest } of vectors) {
      const own = types.domainOf(primaryType, domain);
      expect(TypedDataEncoder.hash(own, VERBS[primaryType], message), primaryType).to.equal(digest);
    }
    expect(new Set(vectors.map(({ primaryType }) => primaryType))).to.deep.equal(new Set(Object.keys(VERBS)));
  });

  it("are accepted by the chain, each for its own verb only (ATK-11)", async () => {
    const chain = await openChain();
    const { ethers, helpers } = chain;
    const { domain, addresses, policy, policyId, grant, vectors, publicKey, p256Address } = committed;
    const deployer = new Wallet(vectorKeys.deployer, ethers.provider);
    expect((await makeSiblings(chain, deployer)).Latchkey).to.equal(addresses.latchkey);
    const latchkey = (await ethers.getContractAt("ILatchkey", addresses.latchkey)) as BaseContract as Contract;
    const wallet = new Wallet(vectorKeys.wallet, ethers.provider);
    const accountArgs = [chain.entryPoint().target, addresses.latchkey, wallet.address, addresses.latchkey];
    const account = await ethers.deployContract("LatchkeyAccount", accountArgs, deployer);
    const token = await ethers.deployContract("Poke", [addresses.account, 1_000n], deployer);
    const target = await deployMock({ ...chain, owner: deployer as never }, "ForwardTargets", "OpenTarget");
    expect([await account.getAddress(), await token.getAddress(), String(target.target)]).to.deep.equal([
      addresses.account,
      addresses.token,
      addresses.target,
    ]);
    const policyStore = await latchkey.getFunction("POLICY_STORE")();
    const store = (await ethers.getContractAt("IPolicyStore", policyStore)) as BaseContract as Contract;
    await store.getFunction("publishPolicy").send(policy);
    expect((await store.getFunction("policyOf").staticCall(policyId)).policyId).to.equal(policyId);
    expect(limit(addresses.token, 1_000n, 3_600).unit).to.equal(policy.limits[0]!.unit);

    await helpers.time.setNextBlockTimestamp(START);
    const find = (verb: string, kind?: string) =>
      vectors.filter(
        (vector) => vector.primaryType === verb && (kind === undefined || ("kind" in vector && vector.kind === kind)),
      );
    const relay = async (method: string, ...args: unknown[]) =>
      (
        await latchkey
          .connect(chain.relayer)
          .getFunction(method)
          .send(...args, { gasLimit: 5_000_000n })
      ).wait();

    // The wallet registers both keys by its two signatures, the account by its own hand.
    const registrations = find("RegisterSession");
    const grants = registrations.map(({ message }) => {
      const { key, publicKey: own, lane } = message as unknown as { key: string; publicKey: string; lane: string };
      return { key, publicKey: own, policyId, ...grant, lane };
    });
    for (const [i, { signature }] of registrations.entries()) {
      await relay("registerSessionBySig", wallet.address, grants[i], START + 600, signature);
    }
    await helpers.impersonateAccount(addresses.account);
    await helpers.setBalance(addresses.account, 10n ** 18n);
    const asAccount = latchkey.connect(await ethers.getSigner(addresses.account));
    for (const each of grants) await asAccount.getFunction("registerSession").send(each);
    expect(grants[1]).to.include({ key: p256Address, publicKey });

    for (const kind of ["secp256k1", "p256"] as const) {
      const signed = ["SessionOperation", "SessionExecution", "SessionForward", "SessionRedemption"] as const;
      const [operation, execution, forward, redemption] = signed.map((verb) => find(verb, kind)[0]!) as [
        (typeof vectors)[0],
        (typeof vectors)[0],
        (typeof vectors)[0],
        (typeof vectors)[0],
      ];

      const op = {
        sender: addresses.account,
        nonce: 0n,
        initCode: "0x",
        callData: encodeExecute(execution.message as unknown as Execution),
        accountGasLimits: ZeroHash,
        preVerificationGas: 0n,
        gasFees: ZeroHash,
        paymasterAndData: "0x",
      };
      const { userOpHash, validUntil } = operation.message as unknown as { userOpHash: string; validUntil: number };
      const validate = async (signature: string) =>
        (await asAccount.getFunction("validateUserOp").staticCall({ ...op, signature }, userOpHash)) as bigint;
      expect((await validate(operation.signature)) & (2n ** 160n - 1n)).to.equal(0n);
      expect(((await validate(operation.signature)) >> 160n) & (2n ** 48n - 1n)).to.equal(BigInt(validUntil));
      expect((await validate(execution.signature)) & 1n).to.equal(1n);
      expect((await validate(forward.signature)) & 1n).to.equal(1n);

      const { mode, executionCalldata, nonce } = execution.message as unknown as Record<string, string>;
      const executed = [addresses.account, mode, executionCalldata, nonce, 0];
      const forged: [string, unknown[]] = ["InvalidSessionSignature", [operation.signer]];
      await expectRefusal(relay("executeBySig", ...executed, operation.signature), ...forged);
      await relay("executeBySig", ...executed, execution.signature);
      expect(await token.getFunction("balanceOf").staticCall(zeroPadValue("0x01", 20))).to.equal(
        kind === "p256" ? 120n : 40n,
      );

      const bound = redemption.message as unknown as SessionRedemption;
      const redeem = (signature: string) =>
        relay("redeemDelegations", [contextOf(bound, signature)], [bound.mode], [bound.executionCalldata]);
      await expectRefusal(redeem(execution.signature), ...forged);
      await redeem(redemption.signature);
      expect(await token.getFunction("balanceOf").staticCall(zeroPadValue("0x01", 20))).to.equal(
        kind === "p256" ? 160n : 80n,
      );

      const place = await latchkey.getFunction("FORWARDER")();
      const forwarder = (await ethers.getContractAt("ISessionForwarder", place)) as BaseContract as Contract;
      const { data, minGas, nonce: forwardNonce } = forward.message as unknown as Record<string, string>;
      const sent = forwarder.connect(chain.relayer).getFunction("forwardBySig");
      await sent.send(wallet.address, addresses.target, data, forwardNonce, minGas, forward.signature, {
        gasLimit: 5_000_000n,
      });
      expect(await target.getFunction("calledWith").staticCall()).to.equal(concat([data!, wallet.address]));
    }

    const [onChains] = find("RegisterSessionOnChains");
    const [burial] = find("RevokeSessionOnChains");
    const { chains, ...rest } = onChains!.message as unknown as { chains: ChainGrant[]; key: string; lane: string };
    const entries = chains.map((each) => ({ ...each, policyId: hashPolicy(each.policy) }));
    const roaming = { key: rest.key, publicKey: "0x", policyId, ...grant, lane: rest.lane };
    const registerOnChains = (signature: string) =>
      relay("registerSessionOnChains", wallet.address, roaming, START + 600, entries, signature);
    const ids = chains.map(({ chainId }) => chainId);
    const revokeOnChains = (signature: string) =>
      relay("revokeSessionOnChains", wallet.address, rest.key, START + 600, ids, signature);
    const unsigned: [string, unknown[]] = ["InvalidPrincipalSignature", [wallet.address]];
    await expectRefusal(registerOnChains(burial!.signature), ...unsigned);
    await registerOnChains(onChains!.signature);
    expect(await latchkey.getFunction("isLive").staticCall(wallet.address, rest.key)).to.equal(true);
    await expectRefusal(registerOnChains(onChains!.signature), ...unsigned);
    await expectRefusal(revokeOnChains(onChains!.signature), ...unsigned);
    await revokeOnChains(burial!.signature);
    expect(await latchkey.getFunction("isLive").staticCall(wallet.address, rest.key)).to.equal(false);

    const [revoke] = find("RevokeSession");
    const [revokeAll] = find("RevokeAllSessions");
    const { key } = revoke!.message as unknown as { key: string };
    const mute: [string, unknown[]] = ["InvalidPrincipalSignature", [wallet.address]];
    await expectRefusal(relay("revokeSessionBySig", wallet.address, key, START + 600, revokeAll!.signature), ...mute);
    await relay("revokeSessionBySig", wallet.address, key, START + 600, revoke!.signature);
    await expectRefusal(relay("revokeAllSessionsBySig", wallet.address, 0, START + 600, revoke!.signature), ...mute);
    await relay("revokeAllSessionsBySig", wallet.address, 0, START + 600, revokeAll!.signature);
    expect(await latchkey.getFunction("generationOf").staticCall(wallet.address)).to.equal(1n);
    expect(domain.chainId).to.equal(Number(chain.chainId));
  });
});
