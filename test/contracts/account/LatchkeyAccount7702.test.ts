import { expect } from "chai";
import {
  AbiCoder,
  concat,
  getBytes,
  hashMessage,
  Interface,
  keccak256,
  parseEther,
  SigningKey,
  toBeHex,
  Wallet,
  zeroPadValue,
  ZeroAddress,
} from "ethers";
import type { EntryPointVersion } from "../../../deploy/lib/entryPoints.ts";
import { encodeExecute, encodeSingle, type Call } from "../../support/reference/session.ts";
import { handleOps, nextNonce, nonceKey, userOp, userOpHash } from "../../support/reference/userOp.ts";
import { deployMock } from "../../support/chain/artifacts.ts";
import { deployLatchkey, openChain, type Chain } from "../../support/chain/chain.ts";
import { expectFailedOp, expectRefusal, refusalOf } from "../../support/chain/refusal.ts";

const ERC20 = new Interface(["function transfer(address to, uint256 amount) returns (bool)"]);
const WRITER = new Interface(["function write(bytes32 slot, bytes32 word)"]);
const MARKER = "0x7702";
const NO_INIT = concat([MARKER, "0x" + "00".repeat(18)]);
/** What `layout at` says in the contract. */
const STORAGE = 0xff1a88073a8d638bcbec540f1fb536eb2927acc6feff2f8a22da87b24ca5b700n;

/** Real type-4 transactions: the wallet's code is the designator that they leave. */
describe("LatchkeyAccount7702", () => {
  let chain: Chain;
  let token: string;
  let latchkey: string;
  let module: string;
  const implementations: Partial<Record<EntryPointVersion, string>> = {};
  const recipient = Wallet.createRandom().address;
  const stranger = Wallet.createRandom();

  before(async () => {
    chain = await openChain();
    latchkey = (await deployLatchkey(chain)).address;
    const poke = await chain.ethers.deployContract("Poke", [chain.owner.address, parseEther("1000000")]);
    token = await poke.getAddress();
    module = await deployModule("YesValidator");
    for (const version of ["0.7", "0.8", "0.9"] as const) {
      const values = [chain.entryPoint(version).target, latchkey];
      const contract = await chain.ethers.deployContract("LatchkeyAccount7702", values);
      implementations[version] = await contract.getAddress();
    }
  });

  const at = (address: string) => chain.ethers.getContractAt("LatchkeyAccount7702", address);
  const initialize = async (to: string) => (await at(token)).interface.encodeFunctionData("initialize", [to]);
  const transfer = (amount: bigint): Call => ({
    target: token,
    data: ERC20.encodeFunctionData("transfer", [recipient, amount]),
  });

  async function deployModule(name: string): Promise<string> {
    return (await deployMock(chain, "AccountModules", name)).getAddress();
  }

  async function newWallet() {
    const wallet = Wallet.createRandom().connect(chain.ethers.provider);
    await chain.helpers.setBalance(wallet.address, parseEther("10"));
    const poke = await chain.ethers.getContractAt("Poke", token);
    await (await poke.getFunction("transfer").send(wallet.address, parseEther("100"))).wait();
    return wallet;
  }
  type Funded = Awaited<ReturnType<typeof newWallet>>;

  /** The wallet delegates in a transaction of its own, which may call it at once. */
  async function delegate(wallet: Funded, address: string, data = "0x") {
    const nonce = await wallet.getNonce();
    const authorization = await wallet.authorize({ address, chainId: chain.chainId, nonce: nonce + 1 });
    const sent = { type: 4, to: wallet.address, data, nonce, gasLimit: 1_000_000, authorizationList: [authorization] };
    const receipt = await (await wallet.sendTransaction(sent)).wait();
    const code = address === ZeroAddress ? "0x" : concat(["0xef0100", address]);
    expect(await chain.ethers.provider.getCode(wallet.address)).to.equal(code);
    return receipt!;
  }

  /** Bundles one operation, signed by the wallet's own key unless told otherwise. */
  async function send(
    wallet: { address: string; privateKey: string },
    call: Call,
    options: { version?: EntryPointVersion; key?: bigint; signer?: { privateKey: string }; initCode?: string } = {},
  ) {
    const { version = "0.9", key = 0n, signer = wallet, initCode = "0x" } = options;
    const entryPoint = chain.entryPoint(version);
    const op = userOp({
      sender: wallet.address,
      nonce: await nextNonce(entryPoint, wallet.address, key),
      callData: encodeExecute(encodeSingle(call)),
      initCode,
    });
    const hash = await userOpHash(entryPoint, op);
    const signed = { ...op, signature: new SigningKey(signer.privateKey).sign(hash).serialized };
    return (await handleOps(entryPoint, [signed])).outcomes[0]!;
  }

  for (const version of ["0.7", "0.8", "0.9"] as const) {
    it(`delegates and initialises in one transaction, and acts through EntryPoint v${version}`, async () => {
      const wallet = await newWallet();
      const { logs } = await delegate(wallet, implementations[version]!, await initialize(module));
      const account = await at(wallet.address);
      expect(logs.flatMap((log) => account.interface.parseLog(log)?.name ?? [])).to.include("AccountInitialized");
      for (const type of [1, 2])
        expect(await account.getFunction("isModuleInstalled")(type, module, "0x")).to.equal(true);
      const poke = await chain.ethers.getContractAt("Poke", token);
      const before: bigint = await poke.getFunction("balanceOf")(recipient);
      expect((await send(wallet, transfer(5n), { version })).success).to.equal(true);
      expect((await poke.getFunction("balanceOf")(recipient)) - before).to.equal(5n);
      await expectFailedOp(send(wallet, transfer(5n), { version, signer: stranger }), "AA24");
      expect((await send(wallet, transfer(1n), { version, signer: stranger, key: nonceKey(module) })).success).to.equal(
        true,
      );
    });
  }

  it("initialises by an operation of its own through the EntryPoint", async () => {
    const wallet = await newWallet();
    await delegate(wallet, implementations["0.9"]!);
    const account = await at(wallet.address);
    const call = { target: wallet.address, data: await initialize(module) };
    expect((await send(wallet, call, { initCode: NO_INIT })).success).to.equal(true);
    expect(await account.getFunction("isModuleInstalled")(1, module, "0x")).to.equal(true);
  });

  it("is nobody's to initialise (ATK-88)", async () => {
    const wallet = await newWallet();
    await delegate(wallet, implementations["0.9"]!);
    const account = await at(wallet.address);
    const untouched = async () => {
      expect(await account.getFunction("epoch")()).to.equal(toBeHex(0, 32));
      expect(await account.getFunction("isModuleInstalled")(1, module, "0x")).to.equal(false);
    };
    const data = await initialize(module);
    const { stranger: thief, ethers } = chain;
    await expectRefusal(thief.sendTransaction({ to: wallet.address, data }), "AccountUnauthorized", [thief.address]);
    await untouched();

    // Neither in the transaction that carries the wallet's authorization for it.
    const again = await newWallet();
    const address = implementations["0.9"]!;
    const authorization = await again.authorize({ address, chainId: chain.chainId, nonce: 0 });
    await expectRefusal(
      thief.sendTransaction({
        type: 4,
        to: again.address,
        data,
        gasLimit: 500_000,
        authorizationList: [authorization],
      }),
      "AccountUnauthorized",
      [thief.address],
    );

    // Nor as what an EntryPoint runs before it validates: that call comes from its SenderCreator.
    for (const signer of [wallet, stranger]) {
      const refusal = await refusalOf(send(wallet, transfer(1n), { signer, initCode: concat([NO_INIT, data]) }));
      expect(refusal.name).to.equal("FailedOpWithRevert");
      expect(refusal.args.slice(0, 2)).to.deep.equal([0n, "AA13 EIP7702 sender init failed"]);
      expect(refusal.inner?.name).to.equal("AccountUnauthorized");
    }
    await untouched();

    // Nor with an operation that somebody else signed.
    await expectFailedOp(send(wallet, { target: wallet.address, data }, { signer: stranger }), "AA24");
    await untouched();
    expect(await ethers.provider.getBalance(wallet.address)).to.be.above(parseEther("9"));
  });

  describe("behind another delegate (ATK-89)", () => {
    const coder = AbiCoder.defaultAbiCoder();
    const seat = (epoch: string, type: number, place: string) =>
      keccak256(coder.encode(["bytes32", "uint256", "bytes32"], [epoch, type, place]));
    const slotOf = (key: string) => keccak256(coder.encode(["bytes32", "uint256"], [key, STORAGE + 6n]));

    /** Writes, as code that the wallet has delegated to, an epoch and a validator and executor under it. */
    async function plant(wallet: Funded, epoch: string) {
      const place = concat([module, "0x" + "00".repeat(12)]);
      const words: [slot: string, word: string][] = [[toBeHex(STORAGE + 5n, 32), epoch]];
      for (const type of [1, 2]) words.push([slotOf(seat(epoch, type, place)), zeroPadValue(module, 32)]);
      for (const [slot, word] of words) {
        const data = WRITER.encodeFunctionData("write", [slot, word]);
        await (await chain.stranger.sendTransaction({ to: wallet.address, data })).wait();
      }
    }

    it("forgets what that one planted, once it is initialised", async () => {
      const wallet = await newWallet();
      await delegate(wallet, await deployModule("StorageWriter"));
      await plant(wallet, keccak256("0x01"));
      await delegate(wallet, implementations["0.9"]!);
      const account = await at(wallet.address);
      // It is there, which is why a wallet initialises after every delegation.
      expect(await account.getFunction("isModuleInstalled")(1, module, "0x")).to.equal(true);

      await (await wallet.sendTransaction({ to: wallet.address, data: await initialize(ZeroAddress) })).wait();
      for (const type of [1, 2])
        expect(await account.getFunction("isModuleInstalled")(type, module, "0x")).to.equal(false);
      await expectFailedOp(send(wallet, transfer(1n), { signer: stranger, key: nonceKey(module) }), "AA24");
    });

    it("forgets it in the very transaction that delegates, if that one wrote in an earlier block (ATK-110)", async () => {
      const wallet = await newWallet();
      await delegate(wallet, await deployModule("StorageWriter"));
      await plant(wallet, keccak256("0x02"));
      await delegate(wallet, implementations["0.9"]!, await initialize(ZeroAddress));
      const account = await at(wallet.address);
      expect(await account.getFunction("isModuleInstalled")(1, module, "0x")).to.equal(false);
      expect(await account.getFunction("isModuleInstalled")(2, module, "0x")).to.equal(false);
    });

    it("forgets that Latchkey was installed, and whatever was granted, when it initialises", async () => {
      const wallet = await newWallet();
      const core = (await chain.ethers.getContractAt("Latchkey", latchkey)).connect(wallet);
      await (await core.getFunction("onInstall")("0x")).wait();
      await delegate(wallet, implementations["0.9"]!);
      const account = await at(wallet.address);
      const ask = async () => [
        await core.getFunction("isInitialized")(wallet.address),
        await account.getFunction("isModuleInstalled")(1, latchkey, "0x"),
        await account.getFunction("isModuleInstalled")(2, latchkey, "0x"),
      ];
      expect(await ask()).to.deep.equal([true, false, false]);
      // The nonce names Latchkey, and yet the wallet's own key judges.
      await expectFailedOp(send(wallet, transfer(1n), { signer: stranger, key: nonceKey(latchkey) }), "AA24");
      expect((await send(wallet, transfer(1n), { key: nonceKey(latchkey) })).success).to.equal(true);

      await (await wallet.sendTransaction({ to: wallet.address, data: await initialize(ZeroAddress) })).wait();
      expect(await ask()).to.deep.equal([false, false, false]);
      const whole = await chain.ethers.getContractAt("ILatchkey", latchkey);
      expect(await whole.getFunction("generationOf")(wallet.address)).to.equal(1n);
      expect(await whole.getFunction("nonces")(wallet.address)).to.equal(1n);
      await (await wallet.sendTransaction({ to: wallet.address, data: await initialize(latchkey) })).wait();
      expect(await ask()).to.deep.equal([true, true, true]);
    });

    it("a module that was its own is dead while the wallet is elsewhere, and back with it", async () => {
      const wallet = await newWallet();
      await delegate(wallet, implementations["0.9"]!, await initialize(module));
      await delegate(wallet, ZeroAddress);
      await expectFailedOp(send(wallet, transfer(1n), { signer: stranger, key: nonceKey(module) }), "AA20");
      const poke = await chain.ethers.getContractAt("Poke", token);
      expect(await poke.getFunction("balanceOf")(wallet.address)).to.equal(parseEther("100"));

      await delegate(wallet, implementations["0.9"]!);
      const account = await at(wallet.address);
      expect(await account.getFunction("isModuleInstalled")(1, module, "0x")).to.equal(true);
      await delegate(wallet, implementations["0.9"]!, await initialize(ZeroAddress));
      expect(await account.getFunction("isModuleInstalled")(1, module, "0x")).to.equal(false);
    });
  });

  it("is still a plain wallet (ATK-90)", async () => {
    const wallet = await newWallet();
    await delegate(wallet, implementations["0.9"]!, await initialize(module));
    const data = transfer(2n).data!;
    await (await wallet.sendTransaction({ to: token, data })).wait();
    await (await chain.stranger.sendTransaction({ to: wallet.address, value: 1n })).wait();
    const account = await at(wallet.address);
    const signature = await wallet.signMessage("Hello");
    expect(await account.getFunction("isValidSignature")(hashMessage("Hello"), signature)).to.equal("0x1626ba7e");
    expect(getBytes(await chain.ethers.provider.getCode(wallet.address))).to.have.length(23);
  });
});
