import { expect } from "chai";
import {
  computeAddress,
  concat,
  id,
  keccak256,
  parseEther,
  SigningKey,
  toBeHex,
  ZeroAddress,
  zeroPadValue,
} from "ethers";
import { ENTRY_POINTS } from "../../../deploy/lib/entryPoints.ts";
import { traceHandleOps, violations, type Frame, type Trace } from "../../support/chain/erc7562.ts";
import { encodeExecute, encodeSingle } from "../../support/reference/session.ts";
import {
  nextNonce,
  nonceKey,
  userOp,
  userOpHash,
  type PackedUserOperation,
  type UserOperationFields,
} from "../../support/reference/userOp.ts";
import { deployMock } from "../../support/chain/artifacts.ts";
import { openChain, type Chain } from "../../support/chain/chain.ts";

const entryPoint = ENTRY_POINTS["0.9"].address;
const ZERO = toBeHex(0, 32);
const ownerKey = new SigningKey(id("owner"));
const owner = computeAddress(ownerKey);
/** What is built into the accounts here; no operation names it. */
const LATCHKEY = "0x1a7c4e0000000000000000000000000000000001";
/** A mapping's entry, the mapping being in slot 0. */
const entry = (key: string) => keccak256(concat([zeroPadValue(key, 32), ZERO]));
const callData = encodeExecute(encodeSingle({ target: "0x00000000000000000000000000000000000B0b01" }));

describe("The ERC-7562 check", () => {
  let chain: Chain;
  before(async () => {
    chain = await openChain();
  });

  async function validator(name: string, args: unknown[] = []): Promise<string> {
    const contract = await deployMock(chain, "TracedValidators", name, args);
    const module = await contract.getAddress();
    await chain.helpers.setBalance(module, parseEther("1"));
    return module;
  }

  async function account(module: string): Promise<string> {
    const created = await chain.ethers.deployContract("LatchkeyAccount", [entryPoint, LATCHKEY, owner, module]);
    const address = await created.getAddress();
    await chain.helpers.setBalance(address, parseEther("10"));
    return address;
  }

  async function trace(ops: PackedUserOperation[]): Promise<Trace> {
    const { bundler, provider } = chain;
    const data = chain.entryPoint().interface.encodeFunctionData("handleOps", [ops, bundler.address]);
    return traceHandleOps(provider, { from: bundler.address, to: entryPoint, data });
  }

  async function signed(op: PackedUserOperation): Promise<PackedUserOperation> {
    const hash = await userOpHash(chain.entryPoint(), op);
    return { ...op, signature: ownerKey.sign(hash).serialized };
  }

  async function operation(sender: string, module: string, fields: Partial<UserOperationFields> = {}) {
    return userOp({
      sender,
      callData,
      nonce: await nextNonce(chain.entryPoint(), sender, nonceKey(module)),
      ...fields,
    });
  }

  async function check(name: string, args: unknown[] = []) {
    const module = await validator(name, args);
    const sender = await account(module);
    return violations({ trace: await trace([await operation(sender, module)]), entryPoint, sender }).map((found) => {
      expect(found.entity).to.equal("account");
      return `${found.rule}: ${found.detail}`.replace(module.toLowerCase(), "MODULE");
    });
  }

  it("is green for a module that keeps to the account's slots", async () => {
    expect(await check("GoodValidator")).to.deep.equal([]);
  });

  it("is green for the owner's own operation", async () => {
    const sender = await account(ZeroAddress);
    const trace_ = await trace([await signed(await operation(sender, ZeroAddress))]);
    expect(violations({ trace: trace_, entryPoint, sender })).to.deep.equal([]);
  });

  describe("is red for a module that (ATK-98)", () => {
    const slot = (word: number) => toBeHex(word, 32);
    const cases: [what: string, contract: string, expected: string[]][] = [
      ["reads the clock", "ClockValidator", ["OP-011: TIMESTAMP"]],
      [
        "uses a slot that is nobody's",
        "ForeignSlotValidator",
        ["SLOAD", "SSTORE"].map((op) => `STO-021: ${op} of slot ${slot(0)} of MODULE, which is not the account's`),
      ],
      [
        "reads another account's entry of a mapping",
        "ForeignEntryValidator",
        [`STO-021: SLOAD of slot ${entry(toBeHex(0xbeef, 20))} of MODULE, which is not the account's`],
      ],
      [
        "looks at the code of an empty address",
        "EmptyCodeValidator",
        [`OP-041: EXTCODESIZE of ${toBeHex(0xbeef, 20)}, which has no code`],
      ],
      [
        "copies the code of an empty address",
        "EmptyCodeCopyValidator",
        ["EXTCODESIZE", "EXTCODECOPY"].map((op) => `OP-041: ${op} of ${toBeHex(0xbeef, 20)}, which has no code`),
      ],
      [
        "calls an empty address",
        "CodelessCallValidator",
        [`OP-041: CALL of ${toBeHex(0xbeef, 20)}, which ran no code`],
      ],
      ["sends value", "ValueValidator", ["OP-061: CALL of MODULE with 1 wei"]],
      ["measures its gas", "GasValidator", ["OP-012: GAS that no call follows"]],
      ["reads a balance", "BalanceValidator", ["OP-080: BALANCE"]],
      ["creates a contract", "CreateValidator", ["OP-032: CREATE"]],
      ["runs out of gas", "OutOfGasValidator", ["OP-020: out of gas"]],
      [
        "uses transient storage that is nobody's",
        "TransientValidator",
        [`STO-021: TLOAD of slot ${slot(0)} of MODULE, which is not the account's`],
      ],
      ["asks the EntryPoint", "EntryPointValidator", ["OP-054: 0x70a08231 on the EntryPoint"]],
    ];
    for (const [what, contract, expected] of cases) {
      it(what, async () => {
        const args = contract === "EntryPointValidator" ? [entryPoint] : [];
        expect(await check(contract, args)).to.deep.equal(expected);
      });
    }

    it("deposits for another account than the operation's", async () => {
      expect(await check("DepositingValidator", [entryPoint, ZeroAddress])).to.deep.equal([]);
      expect(await check("DepositingValidator", [entryPoint, owner])).to.deep.equal([
        "OP-054: 0xb760faf9 on the EntryPoint",
      ]);
    });

    it("has the account on the outside of a nested mapping (ATK-64)", async () => {
      const found = await check("OutermostValidator");
      expect(found.map((text) => text.slice(0, 13))).to.deep.equal(["STO-021: SLOA", "STO-021: SSTO"]);
    });

    it("goes to the 129th slot behind the account's hash (ATK-64)", async () => {
      const found = await check("FarSlotValidator");
      expect(found.map((text) => text.slice(0, 13))).to.deep.equal(["STO-021: SLOA", "STO-021: SSTO"]);
    });
  });

  it("sees what an operation before it in the bundle has touched already", async () => {
    const module = await validator("ForeignSlotValidator");
    const [first, second] = [await account(module), await account(module)];
    const both = await trace([await operation(first, module), await operation(second, module)]);
    for (const sender of [first, second]) {
      expect(violations({ trace: both, entryPoint, sender }).map(({ rule }) => rule)).to.deep.equal([
        "STO-021",
        "STO-021",
      ]);
    }
  });

  describe("of an operation that creates its account", () => {
    async function creation(module: string) {
      await chain.helpers.setCode(LATCHKEY, "0x00");
      const factory = await chain.ethers.deployContract("LatchkeyAccountFactory", [entryPoint, LATCHKEY]);
      const sender: string = await factory.getFunction("accountAddress").staticCall(owner, module, ZERO);
      await chain.helpers.setBalance(sender, parseEther("10"));
      const createAccount = factory.interface.encodeFunctionData("createAccount", [owner, module, ZERO]);
      const op = await operation(sender, module, { initCode: concat([await factory.getAddress(), createAccount]) });
      return { trace: await trace([await signed(op)]), entryPoint, sender, factory: await factory.getAddress() };
    }

    it("is green for the project's factory without a module", async () => {
      expect(violations(await creation(ZeroAddress))).to.deep.equal([]);
    });

    it("is red for a module's storage unless the factory is staked", async () => {
      const checked = await creation(await validator("GoodValidator"));
      const found = violations(checked);
      expect(new Set(found.map(({ rule }) => rule))).to.deep.equal(new Set(["STO-022"]));
      expect(new Set(found.map(({ entity }) => entity))).to.deep.equal(new Set(["factory", "account"]));
      expect(violations({ ...checked, staked: [checked.factory] })).to.deep.equal([]);
    });

    it("throws unless the factory is named, and rightly", async () => {
      const { factory: named, ...checked } = await creation(ZeroAddress);
      expect(() => violations(checked)).to.throw("The trace has a validation frame of a factory.");
      expect(() => violations({ ...checked, factory: owner })).to.throw(
        `The factory in the trace is ${named.toLowerCase()}`,
      );
    });
  });

  describe("of a sponsored operation", () => {
    async function sponsored(name: string) {
      const contract = await deployMock(chain, "TracedPaymasters", name);
      const paymaster = await contract.getAddress();
      await chain
        .entryPoint()
        .getFunction("depositTo")
        .send(paymaster, { value: parseEther("1") });
      const module = await validator("GoodValidator");
      const sender = await account(module);
      const op = await operation(sender, module, { paymaster: { address: paymaster } });
      return { trace: await trace([op]), entryPoint, sender, paymaster };
    }

    it("is green for a paymaster that counts under the account", async () => {
      expect(violations(await sponsored("GoodPaymaster"))).to.deep.equal([]);
    });

    it("is red for a paymaster's own storage unless it is staked", async () => {
      const checked = await sponsored("CountingPaymaster");
      expect(violations(checked).map(({ rule, entity }) => `${rule} ${entity}`)).to.deep.equal([
        "STO-031 paymaster",
        "STO-031 paymaster",
      ]);
      expect(violations({ ...checked, staked: [checked.paymaster] })).to.deep.equal([]);
    });

    it("throws unless the paymaster is named", async () => {
      const { paymaster: _unnamed, ...checked } = await sponsored("GoodPaymaster");
      expect(() => violations(checked)).to.throw("The trace has a validation frame of a paymaster.");
    });
  });

  describe("throws for a trace", () => {
    it("without a validation frame", async () => {
      const sender = await account(ZeroAddress);
      const empty = await trace([]);
      expect(() => violations({ trace: empty, entryPoint, sender })).to.throw(
        `The trace has no validation frame of ${sender}.`,
      );
    });

    it("of another account's operation", async () => {
      const module = await validator("GoodValidator");
      const other = await trace([await operation(await account(module), module)]);
      const sender = await account(module);
      expect(() => violations({ trace: other, entryPoint, sender })).to.throw(
        `The trace has no validation frame of ${sender}.`,
      );
    });

    it("of a paymaster that the operation does not have", async () => {
      const module = await validator("GoodValidator");
      const sender = await account(module);
      const unpaid = await trace([await operation(sender, module)]);
      expect(() => violations({ trace: unpaid, entryPoint, sender, paymaster: owner })).to.throw(
        "The trace has no validation frame of a paymaster.",
      );
    });

    it("of a validation that failed", async () => {
      const module = await validator("GoodValidator");
      const sender = await account(module);
      const starved = {
        ...(await operation(sender, module)),
        accountGasLimits: toBeHex((9_000n << 128n) | 9_000n, 32),
      };
      const failed = await trace([starved]);
      expect(() => violations({ trace: failed, entryPoint, sender })).to.throw(`The validation of ${sender} failed`);
    });

    it("of a call to something else", async () => {
      const module = await validator("GoodValidator");
      const sender = await account(module);
      const good = await trace([await operation(sender, module)]);
      expect(() => violations({ trace: good, entryPoint: module, sender })).to.throw("not to the EntryPoint");
    });

    it("whose two recordings differ", async () => {
      const module = await validator("GoodValidator");
      const sender = await account(module);
      const good = await trace([await operation(sender, module)]);
      const cut = { ...good, steps: good.steps.slice(0, -200) };
      expect(() => violations({ trace: cut, entryPoint, sender })).to.throw("the struct logs have not");
      const headless: Frame = { ...good.frames, calls: good.frames.calls!.slice(0, 1) };
      expect(() => violations({ trace: { ...good, frames: headless }, entryPoint, sender })).to.throw(
        "that the trace has not",
      );
    });
  });
});
