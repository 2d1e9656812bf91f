import { expect } from "chai";
import { concat, Contract, dataSlice, toBeHex, TypedDataEncoder, ZeroHash, zeroPadValue } from "ethers";
import { ENTRY_POINTS } from "../../deploy/lib/entryPoints.ts";
import {
  encodeCalls,
  keyOfX,
  P256_P,
  p256Key,
  secp256k1Key,
  sessionSignature,
  signExecution,
  signForward,
  signOperation,
  type SessionKey,
} from "../support/reference/session.ts";
import { latchkeyDomain, REVOKE_SESSION_TYPES, SESSION_OPERATION_TYPES } from "../support/reference/typedData.ts";
import { nonceKey, userOpHash, type PackedUserOperation } from "../support/reference/userOp.ts";
import { deployLatchkey } from "../support/chain/chain.ts";
import { GAS, inEachWorld, VERSIONS, World, type Session } from "../support/chain/world.ts";

const KINDS: SessionKey["kind"][] = ["secp256k1", "p256"];
const SECP256K1_N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const P256_N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The signature with one of its four elements replaced. */
function withElement(signature: string, element: number, value: string): string {
  const parts = [0, 1, 2, 3].map((i) => dataSlice(signature, 32 * i, 32 * i + 32));
  parts[element] = value;
  return concat(parts);
}

const flipped = (word: string, bit: bigint) => toBeHex(BigInt(word) ^ (1n << bit), 32);

/** Replaces `InvalidSessionSignature` on the relayed route. */
async function refusesRelayed(world: World, args: unknown[], error: [string, unknown[]]): Promise<void> {
  const { latchkey, chain } = world.stage;
  const executeBySig = latchkey.connect(chain.relayer).getFunction("executeBySig");
  await world.refusesAttempt(() => executeBySig.send(...args, GAS), error);
}

inEachWorld("A signature", (w) => {
  for (const kind of KINDS) {
    it(`${kind}: of another key changes nothing, however often it is tried (ATK-25)`, async () => {
      const world = w();
      const session = await world.start(kind);
      const stranger = kind === "p256" ? p256Key() : secp256k1Key();
      const forged: Session = { ...session, key: { ...session.key, sign: stranger.sign } };
      for (let i = 0; i < 5; ++i) await world.refusesOp(await world.op(forged, [world.transfer(1n)]), "AA24");
      const error: [string, unknown[]] = ["InvalidSessionSignature", [session.key.address]];
      await refusesRelayed(world, world.relayedArguments(forged, [world.transfer(1n)]), error);
      const forward = world.stage.forwarder.connect(world.stage.chain.relayer).getFunction("forwardBySig");
      const args = world.forwardedArguments(forged, world.forwardedTransfer(1n));
      await world.refusesAttempt(() => forward.send(...args, GAS), error);
    });

    it(`${kind}: is refused with any of its four elements changed (ATK-05, ATK-07, ATK-08)`, async () => {
      const world = w();
      const session = await world.start(kind);
      const { key, validUntil } = session;
      const op = await world.op(session, [world.transfer(1n)]);
      const [, r, s] = [0, 1, 2].map((i) => dataSlice(op.signature, 32 * i, 32 * i + 32)) as [string, string, string];
      const changed = (element: number, value: string) => ({
        ...op,
        signature: withElement(op.signature, element, value),
      });

      const other = secp256k1Key().address;
      const unknown: [string, unknown[]] = ["SessionNotRegistered", [world.principal, other]];
      await world.refusesBundle([changed(0, zeroPadValue(other, 32))], 0, unknown);
      // What is no address is x of a P-256 key that nobody registered, on the curve or not.
      const isOdd = BigInt(s) >> 255n === 1n;
      const named = BigInt(kind === "p256" ? dataSlice(key.publicKey, 0, 32) : key.address);
      const nobodies = [named ^ (1n << 160n), 1n << 160n, (1n << 160n) + 1n, P256_P - 1n];
      for (const x of nobodies.filter((each) => each >> 160n !== 0n)) {
        const nobody: [string, unknown[]] = ["SessionNotRegistered", [world.principal, keyOfX(x, isOdd)]];
        await world.refusesBundle([changed(0, toBeHex(x, 32))], 0, nobody);
      }
      for (const wide of [P256_P, 2n ** 256n - 1n]) {
        await world.refusesBundle([changed(0, toBeHex(wide, 32))], 0, ["SignatureElementNotCanonical", [0, wide]]);
      }

      for (const value of [
        ZeroHash,
        flipped(r, 0n),
        flipped(r, 200n),
        toBeHex(kind === "p256" ? P256_N : SECP256K1_N, 32),
      ]) {
        await world.refusesOp(changed(1, value), "AA24");
      }
      const parity = BigInt(s) & (1n << 255n);
      const half = (kind === "p256" ? P256_N : SECP256K1_N) / 2n;
      for (const low of [0n, half + 1n, 2n ** 255n - 1n]) {
        await world.refusesOp(changed(2, toBeHex(parity | low, 32)), "AA24");
      }
      await world.refusesOp(changed(2, flipped(s, 0n)), "AA24");
      if (kind === "secp256k1") {
        await world.refusesOp(changed(2, flipped(s, 255n)), "AA24");
        await world.refusesOp(changed(2, toBeHex(SECP256K1_N - (BigInt(s) - parity), 32)), "AA24");
      } else {
        // The other y of the same x is another key.
        const twin: [string, unknown[]] = ["SessionNotRegistered", [world.principal, keyOfX(named, !isOdd)]];
        await world.refusesBundle([changed(2, flipped(s, 255n))], 0, twin);
        expect(keyOfX(named, isOdd)).to.equal(key.address);
      }

      await world.refusesOp(changed(3, toBeHex(validUntil - 1, 32)), "AA24");
      const late: [string, unknown[]] = ["DeadlineNotAllowed", [validUntil + 1, validUntil]];
      await world.refusesBundle([changed(3, toBeHex(validUntil + 1, 32))], 0, late);
      const wide = BigInt(validUntil) | (1n << 48n);
      await world.refusesBundle([changed(3, toBeHex(wide, 32))], 0, ["SignatureElementNotCanonical", [3, wide]]);
      expect((await world.bundle([op])).outcomes[0]?.success).to.equal(true);
    });
  }

  it("is exactly 128 bytes where no grant stands behind (ATK-06)", async () => {
    const world = w();
    const session = await world.start();
    const op = await world.op(session, [world.transfer(1n)]);
    const whole = op.signature;
    const lengths = ["0x", "0x00", dataSlice(whole, 0, 64), dataSlice(whole, 0, 65), dataSlice(whole, 0, 127)];
    // A grant takes at least 89 bytes more, and at most 4,184.
    const longer = [1, 88, 4_185].map((size) => concat([whole, `0x${"00".repeat(size)}`]));
    for (const signature of [...lengths, ...longer]) {
      const length = (signature.length - 2) / 2;
      const required = length > 4_312 ? 4_312 : 128;
      await world.refusesBundle([{ ...op, signature }], 0, ["SignatureLengthInvalid", [length, required]]);
      const args = world.relayedArguments(session, [world.transfer(1n)]);
      await refusesRelayed(world, [...args.slice(0, 5), signature], ["SignatureLengthInvalid", [length, required]]);
    }
  });

  it("covers every field of the operation (ATK-10)", async () => {
    const world = w();
    const session = await world.start();
    const fields = { paymaster: { address: world.paymaster, data: "0x1234" } };
    const op = await world.op(session, [world.transfer(2n)], { fields });
    const oneBit = (value: string) => toBeHex(BigInt(value) ^ 1n, (value.length - 2) / 2);
    const changes: Partial<PackedUserOperation>[] = [
      { nonce: nonceKey(world.stage.address, 1) << 64n },
      { callData: (await world.op(session, [world.transfer(3n)])).callData },
      { accountGasLimits: oneBit(op.accountGasLimits) },
      { preVerificationGas: op.preVerificationGas + 1n },
      { gasFees: oneBit(op.gasFees) },
      { paymasterAndData: oneBit(op.paymasterAndData) },
      { paymasterAndData: dataSlice(op.paymasterAndData, 0, 53) },
    ];
    for (const change of changes) await world.refusesOp({ ...op, ...change }, "AA24");
    await world.refusesOp({ ...op, nonce: op.nonce + 1n }, "AA25");
    expect((await world.bundle([op])).outcomes[0]?.success).to.equal(true);
    await world.refusesOp(op, "AA25");
  });

  it("is for one account (ATK-01)", async () => {
    const world = w();
    // Two sessions that start in the same second have the same registration number.
    const validAfter = await world.now();
    const session = await world.start("secp256k1", {}, { validAfter });
    const twin = await World.open(world.stage, world.version, "standalone");
    const policy = await twin.publish(world.policy());
    const same = await twin.register(session.key, policy, { validAfter, validUntil: session.validUntil });
    expect([same.registration, same.validUntil]).to.deep.equal([session.registration, session.validUntil]);
    const call = [{ ...world.transfer(0n) }];
    const op = await world.op(session, call);
    expect(op.nonce).to.equal((await twin.op(same, call)).nonce);
    await twin.refusesOp({ ...op, sender: twin.principal }, "AA24");
    const args = world.relayedArguments(session, call);
    const forged: [string, unknown[]] = ["InvalidSessionSignature", [session.key.address]];
    await refusesRelayed(twin, [twin.principal, ...args.slice(1)], forged);
    expect((await world.bundle([op])).outcomes[0]?.success).to.equal(true);
  });

  it("is for one EntryPoint (ATK-03)", async () => {
    const world = w();
    const session = await world.start();
    const op = await world.op(session, [world.transfer(1n)]);
    for (const version of VERSIONS) {
      if (version === world.version) continue;
      const elsewhere = world.stage.chain.entryPoint(version);
      const message = {
        principal: world.principal,
        userOpHash: await userOpHash(elsewhere, op),
        validUntil: session.validUntil,
        registration: session.registration,
      };
      await world.refusesOp({ ...op, signature: signOperation(session.key, world.stage.domain, message) }, "AA24");
      expect(ENTRY_POINTS[version].address).to.equal(elsewhere.target);
    }
  });

  it("is for one chain, one contract, one version (ATK-02, ATK-04)", async () => {
    const world = w();
    const session = await world.start();
    const { domain, chain } = world.stage;
    const second = await deployLatchkey(chain, { another: true });
    const others = [
      latchkeyDomain(chain.chainId + 1n, world.stage.address),
      second.domain,
      { ...domain, version: "1" },
      { ...domain, name: "Latchkey2" },
    ];
    const call = [world.transfer(1n)];
    const unsigned = await world.op(session, call);
    const hash = await userOpHash(world.entryPoint, unsigned);
    const common = { principal: world.principal, validUntil: session.validUntil, registration: session.registration };
    for (const other of others) {
      const signature = signOperation(session.key, other, { ...common, userOpHash: hash });
      await world.refusesOp({ ...unsigned, signature }, "AA24");
      const { mode, executionCalldata } = encodeCalls(call);
      const message = { ...common, mode, executionCalldata, nonce: 77n, minGas: 0n };
      const relayed = [world.principal, mode, executionCalldata, 77n, 0n, signExecution(session.key, other, message)];
      await refusesRelayed(world, relayed, ["InvalidSessionSignature", [session.key.address]]);
    }
    // What the principal signed for this Latchkey does nothing at the other.
    const deadline = session.validUntil;
    const signature = await world.signed(REVOKE_SESSION_TYPES, { key: session.key.address, deadline });
    const revoke = second.latchkey.connect(chain.stranger).getFunction("revokeSessionBySig");
    await world.refusesAttempt(
      () => revoke.send(world.principal, session.key.address, deadline, signature, GAS),
      ["InvalidPrincipalSignature", [world.principal]],
    );
    await world.submit("revokeSessionBySig", [world.principal, session.key.address, deadline, signature]);
  });

  it("of a key on one route is none on another (ATK-11)", async () => {
    const world = w();
    const session = await world.start();
    const { domain } = world.stage;
    const { key, validUntil, registration } = session;
    const call = world.forwardedTransfer(1n);
    const { mode, executionCalldata } = encodeCalls([call]);
    const common = { principal: world.principal, nonce: 9n, minGas: 0n, validUntil, registration };
    const op = await world.op(session, [call]);
    const hash = await userOpHash(world.entryPoint, op);
    const signatures = {
      operation: op.signature,
      execution: signExecution(key, domain, { ...common, mode, executionCalldata }),
      forward: signForward(key, domain, { ...common, target: call.target, data: call.data! }),
      revocation: sessionSignature(
        key,
        TypedDataEncoder.hash(domain, REVOKE_SESSION_TYPES, {
          principal: world.principal,
          key: key.address,
          deadline: validUntil,
        }),
        validUntil,
      ),
      bare: sessionSignature(key, hash, validUntil),
      struct: sessionSignature(
        key,
        TypedDataEncoder.hashStruct("SessionOperation", SESSION_OPERATION_TYPES, { ...common, userOpHash: hash }),
        validUntil,
      ),
    };
    const forged: [string, unknown[]] = ["InvalidSessionSignature", [key.address]];
    const forward = world.stage.forwarder.connect(world.stage.chain.relayer).getFunction("forwardBySig");
    for (const [verb, signature] of Object.entries(signatures)) {
      if (verb !== "operation") await world.refusesOp({ ...op, signature }, "AA24");
      const tail = [9n, 0n, signature];
      if (verb !== "execution")
        await refusesRelayed(world, [world.principal, mode, executionCalldata, ...tail], forged);
      if (verb !== "forward") {
        const args = [world.principal, call.target, call.data!, ...tail, GAS];
        await world.refusesAttempt(() => forward.send(...args), forged);
      }
      // Nor does a key speak for its principal.
      const revoke = [world.principal, key.address, validUntil, dataSlice(signature, 0, 65)];
      const mute: [string, unknown[]] = ["InvalidPrincipalSignature", [world.principal]];
      await world.refusesAttempt(() => world.submit("revokeSessionBySig", revoke), mute);
    }
  });

  it("of a key never passes the account's ERC-1271 (ATK-49, ATK-84)", async () => {
    const world = w();
    const session = await world.start();
    const erc1271 = ["function isValidSignature(bytes32,bytes) view returns (bytes4)"];
    const account = new Contract(world.principal, erc1271, world.stage.chain.ethers.provider);
    const { key, validUntil } = session;
    const revocation = { principal: world.principal, key: key.address, deadline: validUntil };
    const hashes = [
      TypedDataEncoder.hash(world.stage.domain, REVOKE_SESSION_TYPES, revocation),
      ...Array.from({ length: 20 }, (_, i) => toBeHex(i + 1, 32)),
    ];
    for (const hash of hashes) {
      const signature = sessionSignature(key, hash, validUntil);
      for (const form of [signature, dataSlice(signature, 32, 97), concat([world.stage.address, signature])]) {
        const answer = await account.getFunction("isValidSignature").staticCall(hash, form);
        expect(answer).to.equal("0xffffffff");
      }
    }
  });

  it("asked for outside an EntryPoint is refused: an account validates its own operations (ATK-13)", async () => {
    const world = w();
    const session = await world.start();
    const { latchkey, chain } = world.stage;
    const op = await world.op(session, [world.transfer(1n)]);
    const hash = await userOpHash(world.entryPoint, op);
    const validate = latchkey.connect(chain.stranger).getFunction("validateUserOp");
    await world.refusesAttempt(
      () => validate.send(op, hash, GAS),
      ["PrincipalMismatch", [world.principal, chain.stranger.address]],
    );
    await world.refusesAttempt(
      () => validate.send({ ...op, sender: chain.stranger.address }, hash, GAS),
      ["SessionNotRegistered", [chain.stranger.address, session.key.address]],
    );
  });
});
