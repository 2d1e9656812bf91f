import { expect } from "chai";
import {
  AbiCoder,
  concat,
  getBytes,
  getCreate2Address,
  Interface,
  keccak256,
  parseEther,
  SigningKey,
  toBeHex,
  Wallet,
  ZeroAddress,
} from "ethers";
import { hashMessage, hashTypedData as plainHashTypedData, type Hex } from "viem";
import { hashMessage as hashNested, hashTypedData, wrapTypedDataSignature } from "viem/experimental/erc7739";
import type { EntryPointVersion } from "../../../deploy/lib/entryPoints.ts";
import { encodeExecute, encodeSingle, type Call } from "../../support/reference/session.ts";
import {
  handleOps,
  nextNonce,
  nonceKey,
  userOp,
  userOpHash,
  type UserOperationFields,
} from "../../support/reference/userOp.ts";
import { deployMock } from "../../support/chain/artifacts.ts";
import { deployLatchkey, openChain, type Chain } from "../../support/chain/chain.ts";
import { expectFailedOp, expectRefusal } from "../../support/chain/refusal.ts";

const ERC20 = new Interface(["function transfer(address to, uint256 amount) returns (bool)"]);
const ACCOUNT = new Interface([
  "function transferOwnership(address newOwner, bytes acceptance)",
  "function installModule(uint256 moduleTypeId, address module, bytes initData)",
  "function uninstallModule(uint256 moduleTypeId, address module, bytes deInitData)",
]);

describe("LatchkeyAccount", () => {
  let chain: Chain;
  let token: string;
  let latchkey: string;
  const owner = Wallet.createRandom();
  const stranger = Wallet.createRandom();
  const recipient = Wallet.createRandom().address;

  before(async () => {
    chain = await openChain();
    latchkey = (await deployLatchkey(chain)).address;
    const poke = await chain.ethers.deployContract("Poke", [chain.owner.address, parseEther("1000000")]);
    token = await poke.getAddress();
  });

  const balanceOf = async (holder: string) =>
    (await chain.ethers.getContractAt("Poke", token)).getFunction("balanceOf").staticCall(holder) as Promise<bigint>;

  async function account(version: EntryPointVersion = "0.9", module = ZeroAddress) {
    const { target } = chain.entryPoint(version);
    const created = await chain.ethers.deployContract("LatchkeyAccount", [target, latchkey, owner.address, module]);
    const address = await created.getAddress();
    await fund(address);
    return { address, contract: created };
  }

  async function deployModule(name: string): Promise<string> {
    return (await deployMock(chain, "AccountModules", name)).getAddress();
  }

  async function fund(address: string) {
    await chain.helpers.setBalance(address, parseEther("10"));
    const poke = await chain.ethers.getContractAt("Poke", token);
    await (await poke.getFunction("transfer").send(address, parseEther("100"))).wait();
  }

  const transfer = (amount: bigint): Call => ({
    target: token,
    data: ERC20.encodeFunctionData("transfer", [recipient, amount]),
  });
  const toItself = (sender: string, method: string, args: unknown[]): Call => ({
    target: sender,
    data: ACCOUNT.encodeFunctionData(method, args),
  });

  /** Bundles one operation, the operation's hash signed as it is. */
  async function send(
    sender: string,
    call: Call,
    options: {
      version?: EntryPointVersion;
      key?: bigint;
      signer?: typeof owner;
      beneficiary?: string;
    } & Partial<UserOperationFields> = {},
  ) {
    const { version = "0.9", key = 0n, signer = owner, beneficiary, ...fields } = options;
    const entryPoint = chain.entryPoint(version);
    const op = userOp({
      sender,
      nonce: await nextNonce(entryPoint, sender, key),
      callData: encodeExecute(encodeSingle(call)),
      ...fields,
    });
    const hash = await userOpHash(entryPoint, op);
    const signed = { ...op, signature: new SigningKey(signer.privateKey).sign(hash).serialized };
    const { receipt, outcomes } = await handleOps(
      entryPoint,
      [signed],
      beneficiary === undefined ? {} : { beneficiary },
    );
    expect(outcomes, "outcomes").to.have.length(1);
    return { receipt, ...outcomes[0]! };
  }

  for (const version of ["0.7", "0.8", "0.9"] as const) {
    it(`its owner transfers a token through EntryPoint v${version}; a stranger does not`, async () => {
      const { address } = await account(version);
      const before = await balanceOf(recipient);
      expect((await send(address, transfer(5n), { version })).success).to.equal(true);
      expect((await balanceOf(recipient)) - before).to.equal(5n);
      const nonce = await nextNonce(chain.entryPoint(version), address, 0n);
      await expectFailedOp(send(address, transfer(5n), { version, signer: stranger }), "AA24");
      expect((await balanceOf(recipient)) - before).to.equal(5n);
      expect(await nextNonce(chain.entryPoint(version), address, 0n)).to.equal(nonce);
    });

    it(`belongs to one EntryPoint: v${version} and no other`, async () => {
      const { address } = await account(version);
      for (const other of (["0.7", "0.8", "0.9"] as const).filter((one) => one !== version)) {
        await expectRefusal(send(address, transfer(1n), { version: other }), "AccountUnauthorized", [
          chain.entryPoint(other).target,
        ]);
      }
    });
  }

  it("costs its owner no more than 86,500 gas for a token transfer, all cold, steady state", async () => {
    const { address } = await account();
    await send(address, transfer(1n));
    await chain
      .entryPoint()
      .getFunction("depositTo")
      .send(address, { value: parseEther("1") });
    const beneficiary = chain.bundler.address;
    const fields = { verificationGasLimit: 200_000, callGasLimit: 200_000, preVerificationGas: 50_000, beneficiary };
    const { receipt } = await send(address, transfer(parseEther("1")), fields);
    expect(receipt.gasUsed).to.be.at.most(86_500n);
  });

  it("its owner acts whatever modules come and go, and under any nonce key that names none", async () => {
    const module = await deployModule("YesValidator");
    const { address } = await account("0.9", module);
    expect((await send(address, transfer(1n))).success).to.equal(true);
    for (const type of [1, 2]) {
      const uninstall = toItself(address, "uninstallModule", [type, module, "0x"]);
      expect((await send(address, uninstall)).success).to.equal(true);
      expect((await send(address, transfer(1n))).success).to.equal(true);
    }
    expect((await send(address, transfer(1n), { key: nonceKey(module, 7) })).success).to.equal(true);
    expect((await send(address, transfer(1n), { key: nonceKey(stranger.address) })).success).to.equal(true);
  });

  it("names its validator in the nonce: an installed one judges instead of the owner", async () => {
    const module = await deployModule("YesValidator");
    const { address } = await account("0.9", module);
    const key = nonceKey(module);
    expect((await send(address, transfer(1n), { key, signer: stranger })).success).to.equal(true);
    await expectFailedOp(send(address, transfer(1n), { signer: stranger }), "AA24");
  });

  it("has Latchkey built in: one operation uninstalls or installs both halves, whichever it names", async () => {
    const { address, contract } = await account("0.9", latchkey);
    const installed = (type: number) => contract.getFunction("isModuleInstalled")(type, latchkey, "0x");
    for (const type of [1, 2]) {
      expect([await installed(1), await installed(2), await installed(3)]).to.deep.equal([true, true, false]);
      expect((await send(address, toItself(address, "uninstallModule", [type, latchkey, "0x"]))).success).to.equal(
        true,
      );
      expect([await installed(1), await installed(2)]).to.deep.equal([false, false]);
      const again = await send(address, toItself(address, "uninstallModule", [type, latchkey, "0x"]));
      expect(contract.interface.parseError(again.revertData)?.name).to.equal("ERC7579UninstalledModule");
      expect((await send(address, toItself(address, "installModule", [type, latchkey, "0x"]))).success).to.equal(true);
    }
    const twice = await send(address, toItself(address, "installModule", [1, latchkey, "0x"]));
    expect(contract.interface.parseError(twice.revertData)?.name).to.equal("ERC7579AlreadyInstalledModule");
  });

  it("changes hands when the heir accepts in typed data that ethers signs", async () => {
    const { address, contract } = await account();
    const acceptance = await stranger.signTypedData(
      { name: "LatchkeyAccount", version: "1", chainId: chain.chainId, verifyingContract: address },
      { AcceptOwnership: ["owner", "newOwner"].map((name) => ({ name, type: "address" })) },
      { owner: owner.address, newOwner: stranger.address },
    );
    const refused = await send(address, toItself(address, "transferOwnership", [recipient, acceptance]));
    expect(refused.success).to.equal(false);
    expect(contract.interface.parseError(refused.revertData)?.args).to.deep.equal([recipient]);
    expect(await contract.getFunction("owner")()).to.equal(owner.address);

    await send(address, toItself(address, "transferOwnership", [stranger.address, acceptance]));
    expect(await contract.getFunction("owner")()).to.equal(stranger.address);
    await expectFailedOp(send(address, transfer(1n)), "AA24");
    expect((await send(address, transfer(1n), { signer: stranger })).success).to.equal(true);
  });

  it("knows its owner's signature in viem's form of ERC-7739, and no plain one", async () => {
    const { address, contract } = await account();
    const isValid = (hash: string, signature: string) => contract.getFunction("isValidSignature")(hash, signature);
    const verifierDomain = {
      name: "LatchkeyAccount",
      version: "1",
      chainId: Number(chain.chainId),
      verifyingContract: address as Hex,
    };
    const salt: Hex = `0x${"00".repeat(32)}`;
    const typed = {
      domain: { name: "Ether Mail", version: "1", chainId: 1, verifyingContract: token as Hex },
      types: { Mail: [{ name: "contents", type: "string" }] },
      primaryType: "Mail",
      message: { contents: "Hello" },
    } as const;
    const key = new SigningKey(owner.privateKey);
    const nested = hashTypedData({ ...typed, verifierDomain: { ...verifierDomain, salt } });
    const wrapped = wrapTypedDataSignature({ ...typed, signature: key.sign(nested).serialized as Hex });
    const asked = plainHashTypedData(typed);
    expect(await isValid(asked, wrapped)).to.equal("0x1626ba7e");
    expect(await isValid(asked, key.sign(asked).serialized)).to.equal("0xffffffff");

    const personal = hashNested({ message: "Hello", verifierDomain });
    expect(await isValid(hashMessage("Hello"), key.sign(personal).serialized)).to.equal("0x1626ba7e");
    expect(await isValid(hashMessage("Hello"), key.sign(hashMessage("Hello")).serialized)).to.equal("0xffffffff");
  });

  describe("from the factory", () => {
    const salt = toBeHex(1, 32);

    async function factory(version: EntryPointVersion) {
      return chain.ethers.deployContract("LatchkeyAccountFactory", [chain.entryPoint(version).target, latchkey]);
    }

    for (const version of ["0.7", "0.8", "0.9"] as const) {
      it(`is created by its first operation on EntryPoint v${version}`, async () => {
        const made = await factory(version);
        const address: string = await made.getFunction("accountAddress")(owner.address, ZeroAddress, salt);
        await fund(address);
        const createAccount = made.interface.encodeFunctionData("createAccount", [owner.address, ZeroAddress, salt]);
        const initCode = concat([await made.getAddress(), createAccount]);
        const { success, receipt } = await send(address, transfer(3n), { version, initCode });
        expect(success).to.equal(true);
        const created = receipt.logs.flatMap((log) => made.interface.parseLog(log) ?? []);
        expect(created.map(({ name, args }) => [name, ...args])).to.deep.include([
          "AccountCreated",
          address,
          owner.address,
          ZeroAddress,
          salt,
        ]);
        expect((await send(address, transfer(3n), { version })).success).to.equal(true);
        expect(await made.getFunction("createAccount").staticCall(owner.address, ZeroAddress, salt)).to.equal(address);
      });
    }

    it("has its module from the first moment, and its address follows from CREATE2 alone", async () => {
      const made = await factory("0.9");
      const module = await deployModule("YesValidator");
      const address: string = await made.getFunction("accountAddress")(owner.address, module, salt);
      const code = concat([
        "0x3d602d80600a3d3981f3363d3d373d3d3d363d73",
        await made.getFunction("IMPLEMENTATION")(),
        "0x5af43d82803e903d91602b57fd5bf3",
      ]);
      const cloneSalt = keccak256(
        AbiCoder.defaultAbiCoder().encode(["address", "address", "bytes32"], [owner.address, module, salt]),
      );
      expect(address).to.equal(getCreate2Address(await made.getAddress(), cloneSalt, keccak256(code)));
      await (await made.getFunction("createAccount").send(owner.address, module, salt)).wait();
      expect(getBytes(await chain.ethers.provider.getCode(address))).to.have.length(45);
      const contract = await chain.ethers.getContractAt("LatchkeyAccount", address);
      for (const type of [1, 2])
        expect(await contract.getFunction("isModuleInstalled")(type, module, "0x")).to.equal(true);
    });

    it("a repeated creation is refused by EntryPoint v0.8 and changes nothing", async () => {
      const made = await factory("0.8");
      const address: string = await made.getFunction("accountAddress")(owner.address, ZeroAddress, salt);
      await fund(address);
      const createAccount = made.interface.encodeFunctionData("createAccount", [owner.address, ZeroAddress, salt]);
      const initCode = concat([await made.getAddress(), createAccount]);
      await (await made.getFunction("createAccount").send(owner.address, ZeroAddress, salt)).wait();
      await expectFailedOp(send(address, transfer(1n), { version: "0.8", initCode }), "AA10");
      expect(await nextNonce(chain.entryPoint("0.8"), address, 0n)).to.equal(0n);
    });
  });
});
