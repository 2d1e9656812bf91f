import { expect } from "chai";
import { Interface, Wallet, type Contract } from "ethers";
import { deployMock } from "../support/chain/artifacts.ts";
import { expectRefusal } from "../support/chain/refusal.ts";
import { openStage, World, type Session, type Stage } from "../support/chain/world.ts";
import { limit, rule, spend, type PermissionFields } from "../support/reference/policy.ts";
import type { Call } from "../support/reference/session.ts";

const CAP = 10n;
/** What the wallet gave the target before there was a session. */
const GIVEN = 1_000n;

const CUSTODIAN = new Interface([
  "function deposit(address token, uint256 amount)",
  "function collect(address token, uint256 amount, address to)",
  "function collectItem(address collection, uint256 id, address to)",
  "function payOut(address token, uint256 amount, address to)",
]);
const TOKEN = new Interface([
  "function approve(address spender, uint256 amount)",
  "function setApprovalForAll(address operator, bool approved)",
  "function transfer(address to, uint256 amount)",
]);

/** The author of the policy, who also holds the key. */
const author = Wallet.createRandom().address;

describe("The number of a policy", () => {
  let world: World;
  let custodian: Contract;
  let collection: Contract;

  let stage: Stage;

  before(async () => {
    stage = await openStage();
  });

  beforeEach(async () => {
    world = await World.open(stage, "0.9", "standalone");
    custodian = await deployMock(stage.chain, "Custodian", "Custodian");
    const forwarder = await stage.forwarder.getAddress();
    collection = await deployMock(stage.chain, "ForwardedNft", "ForwardedNft", [forwarder, world.principal]);
  });

  const call = (target: string | Contract, abi: Interface, method: string, args: unknown[]): Call => ({
    target: typeof target === "string" ? target : String(target.target),
    data: abi.encodeFunctionData(method, args),
  });
  const payment = (): PermissionFields => ({ target: world.tokenAddress, method: "transfer(address,uint256)" });
  const onCustodian = (method: string, of: string): PermissionFields => ({
    target: String(custodian.target),
    method: `${method}(address,uint256,address)`,
    rules: [rule.is("0", of), rule.is("2", author)],
  });

  /** What the chain says before the key has done anything. */
  async function worstLoss({ key }: Session) {
    const said = await world.stage.lens.getFunction("worstLoss").staticCall(world.principal, key.address);
    const { losses, trusted, open } = said as unknown as {
      losses: { unit: string; amount: bigint }[];
      trusted: string[];
      open: bigint[];
    };
    return { losses: losses.map(({ unit, amount }) => [unit, amount]), trusted: [...trusted], open: [...open] };
  }

  describe("leaves out what a trusted target already holds, and names that target", () => {
    it("an allowance", async () => {
      await world.asOwner([call(world.tokenAddress, TOKEN, "approve", [custodian.target, GIVEN])]);
      const session = await world.start("secp256k1", {
        permissions: [payment(), onCustodian("collect", world.tokenAddress)],
        limits: [limit(world.tokenAddress, CAP)],
      });
      expect(await worstLoss(session)).to.deep.equal({
        losses: [[world.tokenAddress, CAP]],
        trusted: [custodian.target],
        open: [],
      });
      const before = await world.balance(world.principal);
      await world.accepts("direct", session, [
        world.transfer(CAP, author),
        call(custodian, CUSTODIAN, "collect", [world.tokenAddress, GIVEN, author]),
      ]);
      expect(before - (await world.balance(world.principal))).to.equal(CAP + GIVEN);
    });

    it("an operator's right", async () => {
      await world.asOwner([call(collection, TOKEN, "setApprovalForAll", [custodian.target, true])]);
      const session = await world.start("secp256k1", {
        permissions: [onCustodian("collectItem", String(collection.target))],
        limits: [],
      });
      expect(await worstLoss(session)).to.deep.equal({ losses: [], trusted: [custodian.target], open: [] });
      await world.accepts("direct", session, [
        call(custodian, CUSTODIAN, "collectItem", [collection.target, 1n, author]),
      ]);
      expect(await collection.getFunction("ownerOf").staticCall(1n)).to.equal(author);
    });

    it("a deposit, whatever the policy declares that a call takes (ATK-106)", async () => {
      await world.asOwner([
        call(world.tokenAddress, TOKEN, "approve", [custodian.target, GIVEN]),
        call(custodian, CUSTODIAN, "deposit", [world.tokenAddress, GIVEN]),
      ]);
      const session = await world.start("secp256k1", {
        permissions: [
          { ...onCustodian("payOut", world.tokenAddress), spends: [spend.constant(world.tokenAddress, 1n)] },
        ],
        limits: [limit(world.tokenAddress, CAP)],
      });
      expect(await worstLoss(session)).to.deep.equal({
        losses: [[world.tokenAddress, CAP]],
        trusted: [custodian.target],
        open: [],
      });
      const before = await world.balance(author);
      await world.accepts("direct", session, [
        call(custodian, CUSTODIAN, "payOut", [world.tokenAddress, GIVEN, author]),
      ]);
      expect((await world.balance(author)) - before).to.equal(GIVEN);
      expect(await world.limitLeft(session)).to.equal(CAP - 1n);
    });
  });

  describe("holds against a dishonest author", () => {
    it("who sends to himself: it is the whole truth, and all of it is his", async () => {
      const session = await world.start("secp256k1", {
        permissions: [{ ...payment(), rules: [rule.is("0", author)] }],
        limits: [limit(world.tokenAddress, CAP)],
      });
      expect(await worstLoss(session)).to.deep.equal({ losses: [[world.tokenAddress, CAP]], trusted: [], open: [] });
      await world.accepts("direct", session, [world.transfer(CAP, author)]);
      await world.refuses(
        "direct",
        session,
        [world.transfer(1n, author)],
        ["SpendCapExceeded", [world.tokenAddress, 1n, 0n]],
      );
      expect((await worstLoss(session)).losses).to.deep.equal([[world.tokenAddress, 0n]]);
    });

    it("who forgets a second coin: without a limit of its own it does not move", async () => {
      const forgotten = { target: world.forwardedAddress, method: "transfer(address,uint256)" };
      const policy = world.policy({ permissions: [payment(), forgotten], limits: [limit(world.tokenAddress, CAP)] });
      const position = policy.permissions.findIndex(({ target }) => target === forgotten.target);
      await expectRefusal(world.publish(policy), "UnsafeOutflow", [position, forgotten.target]);
    });

    it("who counts a vault's coin and not its shares: the vault is named", async () => {
      const vault = await deployMock(stage.chain, "Tokens", "SharesVault", [world.tokenAddress]);
      const redeem = {
        target: String(vault.target),
        method: "redeem(uint256,address,address)",
        rules: [rule.is("1", author), rule.isThePrincipal("2")],
      };
      const session = await world.start("secp256k1", {
        permissions: [payment(), redeem],
        limits: [limit(world.tokenAddress, CAP)],
      });
      expect(await worstLoss(session)).to.deep.equal({
        losses: [[world.tokenAddress, CAP]],
        trusted: [vault.target],
        open: [],
      });
    });

    it("who writes an address as a number: no address is that small", async () => {
      const session = await world.start("secp256k1", {
        permissions: [{ target: String(custodian.target), method: "payOut(uint256,uint256,uint256)", rules: [] }],
        limits: [],
      });
      const data = new Interface(["function payOut(uint256,uint256,uint256)"]).encodeFunctionData("payOut", [
        world.tokenAddress,
        1n,
        author,
      ]);
      await world.refuses(
        "direct",
        session,
        [{ target: String(custodian.target), data }],
        ["ArgumentNotBounded", [0, 4, world.tokenAddress.replace("0x", "0x".padEnd(26, "0"))]],
      );
    });

    it("who marks everything as consumable: only a contract that asks is answered", async () => {
      const session = await world.start("secp256k1", {
        permissions: [
          { target: String(custodian.target), method: "collect(address,uint256,address)", consumable: true },
        ],
        limits: [],
      });
      expect((await worstLoss(session)).trusted).to.deep.equal([custodian.target]);
      await world.refuses(
        "direct",
        session,
        [call(custodian, CUSTODIAN, "collect", [world.tokenAddress, GIVEN, author])],
        ["CallOnlyAsked", [0, custodian.target, CUSTODIAN.getFunction("collect")!.selector]],
      );
    });
  });
});
