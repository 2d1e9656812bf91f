import { expect } from "chai";
import { concat, dataSlice, type Contract } from "ethers";
import { decodeError, innermost } from "../support/reference/errors.ts";
import { hashPolicy, limit, policy as buildPolicy, type Policy } from "../support/reference/policy.ts";
import {
  encodeCalls,
  encodeExecute,
  grant,
  grantEnvelope,
  p256Key,
  secp256k1Key,
  signExecution,
  type Call,
  type SessionKey,
} from "../support/reference/session.ts";
import {
  handleOps,
  nextNonce,
  signedBySession,
  userOp,
  type UserOperationFields,
} from "../support/reference/userOp.ts";
import { ABI, EXECUTOR, FAMILIES, SENTINEL, VALIDATOR, yesValidator } from "../support/chain/foreignAccounts.ts";
import { traceHandleOps, violations } from "../support/chain/erc7562.ts";
import { expectRefusal, refusalOf } from "../support/chain/refusal.ts";
import { GAS, HOUR, ONE, openStage, type Stage } from "../support/chain/world.ts";

for (const family of FAMILIES) {
  describe(`An account of another team: ${family.name}`, () => {
    let stage: Stage;
    let entryPoint: Contract;
    let owner: string;
    let account: string;
    let token: string;
    let policy: Policy;
    let snapshot: { restore(): Promise<void> };
    const recipient = "0x00000000000000000000000000000000DeaDBeef";

    before(async () => {
      stage = await openStage();
      const { chain, store } = stage;
      entryPoint = chain.entryPoint("0.7");
      owner = await yesValidator(chain);
      account = await family.create(stage, owner);
      const poke = await chain.ethers.deployContract("Poke", [account, 1_000n]);
      token = await poke.getAddress();
      await (await entryPoint.getFunction("depositTo").send(account, { value: ONE })).wait();
      policy = buildPolicy({
        maxCalls: 20,
        permissions: [{ target: token, method: "transfer(address,uint256)" }],
        limits: [limit(token, 100n)],
      });
      await (await store.getFunction("publishPolicy").send(policy)).wait();
    });
    after(() => stage.chain.connection.close());
    beforeEach(async () => {
      snapshot = await stage.chain.helpers.takeSnapshot();
    });
    afterEach(() => snapshot.restore());

    const transfer = (amount: bigint): Call => ({
      target: token,
      data: ABI.encodeFunctionData("transfer", [recipient, amount]),
    });
    const read = async (method: string, ...args: unknown[]) => {
      const data = ABI.encodeFunctionData(method, args);
      const answer = await stage.chain.ethers.provider.call({ to: account, data });
      return ABI.decodeFunctionResult(method, answer)[0] as unknown;
    };
    const balance = async () => {
      const poke = await stage.chain.ethers.getContractAt("Poke", token);
      return poke.getFunction("balanceOf").staticCall(recipient) as Promise<bigint>;
    };

    /** An operation of the owner, whose validator accepts whatever it is shown. */
    async function asOwner(calls: Call[]): Promise<bigint> {
      const nonce = await nextNonce(entryPoint, account, family.ownerNonceKey(owner));
      const op = userOp({ sender: account, nonce, callData: encodeExecute(encodeCalls(calls)), signature: "0x00" });
      const { outcomes, receipt } = await handleOps(entryPoint, [op]);
      expect(outcomes[0]?.success, outcomes[0]?.revertData).to.equal(true);
      return receipt.gasUsed;
    }

    const module = (method: "installModule" | "uninstallModule", type: number, data: string): Call => ({
      target: account,
      data: ABI.encodeFunctionData(method, [type, stage.address, data]),
    });

    /** Install as both types and register, in one operation. */
    async function start(key: SessionKey, lane = 0n, under = policy) {
      const registration = await stage.chain.now();
      const granted = grant(key, under, { validAfter: registration, validUntil: registration + HOUR, lane });
      const register = {
        target: stage.address,
        data: stage.latchkey.interface.encodeFunctionData("registerSession", [granted]),
      };
      const installed = await read("isModuleInstalled", VALIDATOR, stage.address, "0x");
      const install = [VALIDATOR, EXECUTOR].map((type) => module("installModule", type, family.installData(type)));
      await asOwner([...(installed === true ? [] : install), register]);
      return { key, validUntil: granted.validUntil, registration };
    }

    type Started = Awaited<ReturnType<typeof start>>;

    async function operation(
      session: Started,
      calls: Call[],
      nonceKey = family.nonceKey(stage.address),
      fields: Partial<UserOperationFields> = {},
    ) {
      const nonce = await nextNonce(entryPoint, account, nonceKey);
      const op = userOp({ sender: account, nonce, callData: encodeExecute(encodeCalls(calls)), ...fields });
      return signedBySession(op, entryPoint, session.key, stage.domain, session);
    }

    async function relay(session: Started, calls: Call[], nonce: bigint, envelope = "0x") {
      const { mode, executionCalldata } = encodeCalls(calls);
      const { key, ...rest } = session;
      const message = { principal: account, mode, executionCalldata, nonce, minGas: 0n, ...rest };
      const signature = concat([signExecution(key, stage.domain, message), envelope]);
      const args = [account, mode, executionCalldata, nonce, 0n, signature, GAS];
      return (
        await stage.latchkey
          .connect(stage.chain.relayer)
          .getFunction("executeBySig")
          .send(...args)
      ).wait();
    }

    async function direct(session: Started, calls: Call[]) {
      const { chain, latchkey } = stage;
      await chain.helpers.setBalance(session.key.address, ONE);
      await chain.helpers.impersonateAccount(session.key.address);
      const { mode, executionCalldata } = encodeCalls(calls);
      const sender = latchkey.connect(await chain.ethers.getSigner(session.key.address));
      return (await sender.getFunction("execute").send(account, mode, executionCalldata, GAS)).wait();
    }

    it("installs both halves and registers in one operation of its owner", async () => {
      if (family.id !== "") expect(await read("accountId")).to.equal(family.id);
      await start(secp256k1Key());
      for (const type of [VALIDATOR, EXECUTOR])
        expect(await read("isModuleInstalled", type, stage.address, "0x")).to.equal(true);
      expect(await stage.latchkey.getFunction("isInitialized").staticCall(account)).to.equal(true);
    });

    for (const kind of ["secp256k1", "p256"] as const) {
      it(`${kind}: acts on routes userOperation, direct and relayed, one call and a batch, inside the caps (CHI-1)`, async () => {
        const session = await start(kind === "p256" ? p256Key() : secp256k1Key());
        for (const calls of [[transfer(1n)], [transfer(2n), transfer(3n)]]) {
          const { outcomes } = await handleOps(entryPoint, [await operation(session, calls)]);
          expect(outcomes[0]?.success).to.equal(true);
        }
        await relay(session, [transfer(4n)], 0n);
        await relay(session, [transfer(5n), transfer(6n)], 1n);
        if (kind === "secp256k1") {
          await direct(session, [transfer(7n)]);
          await direct(session, [transfer(8n), transfer(9n)]);
        }
        const spent = kind === "secp256k1" ? 45n : 21n;
        expect(await balance()).to.equal(spent);
        const state = await stage.lens.getFunction("getSession").staticCall(account, session.key.address);
        expect([state.limits[0].left, state.callsLeft]).to.deep.equal([100n - spent, kind === "secp256k1" ? 11n : 14n]);
      });
    }

    for (const kind of ["secp256k1", "p256"] as const) {
      it(`${kind}: brings its grant with its first operation and with a relayed call (ATK-121)`, async () => {
        await asOwner([VALIDATOR, EXECUTOR].map((type) => module("installModule", type, family.installData(type))));
        const number = (await stage.store.getFunction("numberOf").staticCall(hashPolicy(policy))) as bigint;
        // Its owner's validator says yes to whatever it is shown.
        const signature = concat([family.erc1271Prefix(owner), "0x01"]);
        for (const lane of [0n, 1n]) {
          const key = kind === "p256" ? p256Key() : secp256k1Key();
          const registration = await stage.chain.now();
          const validUntil = registration + HOUR;
          const granted = grant(key, policy, { validAfter: registration, validUntil, lane });
          const envelope = grantEnvelope(granted, { number, deadline: validUntil, signature });
          const session = { key, validUntil, registration };
          if (lane === 1n) {
            await relay(session, [transfer(2n)], 0n, envelope);
            continue;
          }
          const op = await operation(session, [transfer(1n)]);
          const brought = { ...op, signature: concat([op.signature, envelope]) };
          const data = entryPoint.interface.encodeFunctionData("handleOps", [[brought], owner]);
          const from = stage.chain.bundler.address;
          const trace = await traceHandleOps(stage.chain.provider, { from, to: String(entryPoint.target), data });
          expect(violations({ trace, entryPoint: String(entryPoint.target), sender: account })).to.deep.equal([]);
          const { outcomes } = await handleOps(entryPoint, [brought]);
          expect(outcomes[0]?.success).to.equal(true);
        }
        expect(await balance()).to.equal(3n);
      });
    }

    it("lets a session do nothing that it was not given (ATK-37, ATK-38, ATK-99)", async () => {
      const session = await start(secp256k1Key());
      const words = async () =>
        String(await stage.latchkey.getFunction("sessionWords").staticCall(account, session.key.address));
      const before = await words();
      const above: [string, unknown[]] = ["SpendCapExceeded", [token, 101, 100]];
      const outside: [string, unknown[]] = ["CallNotAllowed", [0, token, "0x095ea7b3"]];
      const self: [string, unknown[]] = ["TargetForbidden", [0, account]];
      const tries: [Call, [string, unknown[]]][] = [
        [transfer(101n), above],
        [{ target: token, data: "0x095ea7b3" + "00".repeat(64) }, outside],
        [module("installModule", VALIDATOR, "0x"), self],
        [module("uninstallModule", VALIDATOR, "0x"), self],
      ];
      for (const [call, error] of tries) {
        const op = await operation(session, [call]);
        // Some accounts hide a module's error behind their own; what stands inside is Latchkey's.
        const refused = innermost(await refusalOf(handleOps(entryPoint, [op])));
        expect(refused.name).to.equal(error[0]);
        await expectRefusal(direct(session, [call]), ...error);
        await expectRefusal(relay(session, [call], 5n), ...error);
      }
      // The account would take any of its own functions as an operation; the module takes execute alone.
      const unsigned = userOp({
        sender: account,
        nonce: await nextNonce(entryPoint, account, family.nonceKey(stage.address)),
        callData: module("installModule", VALIDATOR, "0x").data!,
      });
      const op = await signedBySession(unsigned, entryPoint, session.key, stage.domain, session);
      const refused = await refusalOf(handleOps(entryPoint, [op]));
      expect(refused.name).to.equal("FailedOpWithRevert");
      expect(await words()).to.equal(before);
      expect(await balance()).to.equal(0n);
    });

    it("asks the module under this nonce key, in any lane, and not under another family's", async () => {
      const session = await start(secp256k1Key());
      for (const lane of [0n, 1n, 0xffffn]) {
        const op = await operation(session, [transfer(1n)], family.nonceKey(stage.address, lane));
        expect((await handleOps(entryPoint, [op])).outcomes[0]?.success).to.equal(true);
      }
      const words = async () =>
        String(await stage.latchkey.getFunction("sessionWords").staticCall(account, session.key.address));
      const before = await words();
      for (const other of FAMILIES.filter(({ name }) => name !== family.name)) {
        const op = await operation(session, [transfer(0n)], other.nonceKey(stage.address));
        // The account refuses, or asks another validator: the accommodating one of this suite, at Kernel.
        await handleOps(entryPoint, [op]).catch(() => undefined);
        expect(await words(), other.name).to.equal(before);
      }
      expect(await balance()).to.equal(3n);
    });

    it("is paid for by the paymaster under this nonce key, in any lane (CHI-12)", async () => {
      const { chain } = stage;
      const args = [entryPoint.target, stage.address, chain.owner.address];
      const paymaster = await chain.ethers.deployContract("SessionPaymaster", args);
      await (await paymaster.getFunction("deposit").send({ value: ONE })).wait();
      await (await paymaster.getFunction("setBudget").send(account, ONE)).wait();
      const address = await paymaster.getAddress();
      const sponsored = buildPolicy({ ...policy, paymaster: address, selfPaid: false });
      await (await stage.store.getFunction("publishPolicy").send(sponsored)).wait();
      const session = await start(secp256k1Key(), 0n, sponsored);
      const deposit = () => entryPoint.getFunction("balanceOf").staticCall(account) as Promise<bigint>;
      const before = await deposit();
      for (const lane of [0n, 1n, 0xffffn]) {
        const key = family.nonceKey(stage.address, lane);
        const op = await operation(session, [transfer(1n)], key, { paymaster: { address } });
        expect((await handleOps(entryPoint, [op])).outcomes[0]?.success).to.equal(true);
      }
      expect(await balance()).to.equal(3n);
      expect(await deposit()).to.equal(before);
      const { spent } = await paymaster.getFunction("budgetOf").staticCall(account);
      expect(spent >= ONE - ((await entryPoint.getFunction("balanceOf").staticCall(address)) as bigint)).to.equal(true);
    });

    it("ends every session with either half (ATK-82)", async () => {
      const { chain } = stage;
      const session = await start(secp256k1Key());
      for (const type of [VALIDATOR, EXECUTOR]) {
        const restore = await chain.helpers.takeSnapshot();
        await asOwner([module("uninstallModule", type, family.uninstallData(type, SENTINEL))]);
        expect(await read("isModuleInstalled", type, stage.address, "0x")).to.equal(false);
        const ended: [string, unknown[]] = ["SessionGenerationEnded", [0, 1]];
        await expectRefusal(direct(session, [transfer(1n)]), ...ended);
        await expectRefusal(relay(session, [transfer(1n)], 0n), ...ended);
        await handleOps(entryPoint, [await operation(session, [transfer(1n)])]).then(
          () => expect.fail("An operation of an ended session ran."),
          () => undefined,
        );
        await restore.restore();
      }
    });

    if (family.name.startsWith("Kernel")) {
      it("stops operations alone with the account's own kill switch, and every route with Latchkey's", async () => {
        const { latchkey } = stage;
        const session = await start(secp256k1Key());
        await handleOps(entryPoint, [await operation(session, [transfer(1n)])]);
        await asOwner([{ target: account, data: ABI.encodeFunctionData("invalidateNonce", [2]) }]);
        await handleOps(entryPoint, [await operation(session, [transfer(1n)])]).then(
          () => expect.fail("The account asked a validator that it had shut out."),
          () => undefined,
        );
        await direct(session, [transfer(1n)]);
        await relay(session, [transfer(1n)], 0n);
        expect(await balance()).to.equal(3n);
        await asOwner([{ target: stage.address, data: latchkey.interface.encodeFunctionData("revokeAllSessions") }]);
        const ended: [string, unknown[]] = ["SessionGenerationEnded", [0, 1]];
        await expectRefusal(direct(session, [transfer(1n)]), ...ended);
        await expectRefusal(relay(session, [transfer(1n)], 1n), ...ended);
      });
    }

    it("takes no signature of a key for its own (ATK-84)", async () => {
      const session = await start(secp256k1Key());
      const op = await operation(session, [transfer(1n)]);
      const signature = concat([family.erc1271Prefix(stage.address), op.signature]);
      const data = ABI.encodeFunctionData("isValidSignature", ["0x" + "12".repeat(32), signature]);
      const answer = await stage.chain.ethers.provider.call({ to: account, data });
      expect(dataSlice(answer, 0, 4)).to.equal("0xffffffff");
      expect(decodeError(answer)).to.equal(undefined);
    });
  });
}
