import "../support/client/latchkey.ts";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { BrowserProvider, Interface, parseEther, TypedDataEncoder, Wallet, type Contract } from "ethers";
import { openWorld, type World } from "../support/chain/dapp.ts";
import type * as Example from "../../examples/ethers/session.ts";

const TOKEN = new Interface(["function transfer(address to, uint256 amount) returns (bool)"]);
const FRIEND = "0x3333333333333333333333333333333333333333";

describe("The example for users of ethers", () => {
  let example: typeof Example;
  let world: World;
  let addresses: Example.Addresses;
  let provider: BrowserProvider;
  let wallet: Wallet;
  let relayer: Wallet;
  let bundler: Wallet;
  let token: Contract;
  let policy: Example.Policy;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    example = await import("../../examples/ethers/session.ts");
    world = await openWorld();
    const code = await world.ethers.deployContract("LatchkeyAccount7702", [world.entryPoint().target, world.address]);
    const [lens, policyStore, entryPoint] = [world.lens, world.store, world.entryPoint()].map(
      ({ target }) => target as string,
    );
    addresses = { latchkey: world.address, lens: lens!, policyStore: policyStore!, entryPoint: entryPoint! };
    // ethers as it is in an app, without Hardhat's own provider in between.
    provider = new BrowserProvider(world.provider, undefined, { cacheTimeout: -1, pollingInterval: 20 });
    [wallet, relayer, bundler] = [newKey(), newKey(), newKey()];
    for (const { address } of [wallet, relayer, bundler]) await world.helpers.setBalance(address, parseEther("10"));
    // The wallet delegates and installs Latchkey, in one transaction of its own.
    const nonce = await wallet.getNonce();
    const authorization = await wallet.authorize({ address: await code.getAddress(), nonce: nonce + 1 });
    const data = code.interface.encodeFunctionData("initialize", [world.address]);
    const sent = { type: 4, to: wallet.address, data, nonce, gasLimit: 1_000_000, authorizationList: [authorization] };
    await (await wallet.sendTransaction(sent)).wait();
    token = (await world.ethers.deployContract("Poke", [wallet.address, parseEther("100")])) as unknown as Contract;
    policy = example.transferPolicy(await token.getAddress(), 100n);
    snapshot = await world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(async () => {
    provider.destroy();
    await world.connection.close();
  });

  const transfer = (amount: bigint): Example.Call => ({
    to: token.target as string,
    data: TOKEN.encodeFunctionData("transfer", [FRIEND, amount]),
  });
  const balance = async () => (await token.getFunction("balanceOf").staticCall(FRIEND)) as bigint;
  const stateOf = (key: Wallet) => example.sessionOf(addresses, wallet.address, key.address, provider);
  const newKey = () => new Wallet(Wallet.createRandom().privateKey, provider);

  async function start() {
    const key = newKey();
    await example.publish(addresses, policy, relayer);
    const validUntil = (await world.now()) + 3_600;
    const grant = { wallet, key: key.address, validUntil, relayer };
    expect(await example.register(addresses, policy, grant)).to.have.property("status", 1);
    return key;
  }
  const relayed = (key: Wallet, ...calls: Example.Call[]) =>
    example.sendRelayed(addresses, { principal: wallet.address, key, calls, relayer });
  const operation = (key: Wallet, ...calls: Example.Call[]) =>
    example.sendUserOperation(addresses, { principal: wallet.address, key, calls, bundler });
  const refusal = (attempt: Promise<unknown>) =>
    attempt.then(
      () => expect.fail("nothing was refused"),
      (thrown: unknown) => example.refusalIn(thrown),
    );

  it("imports nothing but ethers and the ABIs", () => {
    const source = readFileSync("examples/ethers/session.ts", "utf8");
    const imported = [...source.matchAll(/ from "([^"]+)"/g)].map(([, name]) => name);
    expect(imported).to.deep.equal(["ethers", "latchkey/abi"]);
  });

  it("publishes a policy under the id that the chain computes, and again without harm", async () => {
    const id = await example.publish(addresses, policy, relayer);
    expect(await world.store.getFunction("hashPolicy").staticCall(policy)).to.equal(id);
    expect(await example.publish(addresses, policy, bundler)).to.equal(id);
  });

  it("registers by one signature of the wallet, acts on two routes without asking it, and revokes", async () => {
    const nonce = await wallet.getNonce();
    const key = await start();
    const { validAfter } = await world.lens.getFunction("getSession").staticCall(wallet.address, key.address);
    const registration = Number(validAfter);
    expect(await stateOf(key)).to.include({ status: "Active", registration, callsLeft: 20 });
    expect(await relayed(key, transfer(7n))).to.have.property("status", 1);
    expect(await balance()).to.equal(7n);
    await relayed(key, transfer(1n), transfer(2n));
    expect(await balance()).to.equal(10n);
    const receipt = (await operation(key, transfer(5n)))!;
    expect(receipt.logs.map((log) => world.entryPoint().interface.parseLog(log)?.name)).to.include(
      "UserOperationEvent",
    );
    await operation(key, transfer(1n), transfer(1n));
    expect(await balance()).to.equal(17n);
    expect(await stateOf(key)).to.include({ status: "Active", callsLeft: 14 });
    // The wallet has sent nothing since it signed.
    expect(await wallet.getNonce()).to.equal(nonce);

    await example.revoke(addresses, wallet, key.address);
    expect(await stateOf(key)).to.include({ status: "Revoked" });
    for (const act of [relayed, operation]) {
      const args = [wallet.address, key.address];
      expect(await refusal(act(key, transfer(1n)))).to.deep.equal({ name: "SessionAlreadyRevoked", args });
    }
    expect(await balance()).to.equal(17n);
  });

  it("names what refused, on both routes, with nothing spent", async () => {
    const key = await start();
    for (const act of [relayed, operation]) {
      const args = [token.target, 101n, 100n];
      expect(await refusal(act(key, transfer(101n)))).to.deep.equal({ name: "SpendCapExceeded", args });
      const approve = { to: token.target as string, data: "0x095ea7b3" + "00".repeat(64) };
      expect(await refusal(act(key, approve))).to.have.property("name", "CallNotAllowed");
      const stranger = newKey();
      expect(await refusal(act(stranger, transfer(1n))))
        .to.have.property("name")
        .that.matches(/Session|Deadline/);
    }
    expect(await balance()).to.equal(0n);
    expect(await stateOf(key)).to.include({ callsLeft: 20 });
    // What no contract refused is no refusal.
    expect(example.refusalIn(new Error("offline"))).to.equal(undefined);
  });

  it("shows the wallet the whole policy", async () => {
    let shown: Record<string, unknown> | undefined;
    const signer = Object.create(wallet, {
      signTypedData: {
        value: (...[domain, types, message]: Parameters<typeof wallet.signTypedData>) => {
          shown = message;
          expect(TypedDataEncoder.getPrimaryType(types)).to.equal("RegisterSession");
          return wallet.signTypedData(domain, types, message);
        },
      },
    }) as typeof wallet;
    await example.publish(addresses, policy, relayer);
    const validUntil = (await world.now()) + 3_600;
    const key = newKey().address;
    await example.register(addresses, policy, { wallet: signer, key, validUntil, relayer });
    expect(shown).to.deep.include({ policy, key, principal: wallet.address });
  });
});
