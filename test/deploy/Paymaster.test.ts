import { expect } from "chai";
import { network } from "hardhat";
import { Wallet, ZeroAddress } from "ethers";
import { deployAll } from "../../deploy/lib/deploy.ts";
import { deployPaymaster, paymasterOf, type PaymasterOptions } from "../../deploy/lib/paymaster.ts";
import { readRelease } from "../../deploy/lib/release.ts";
import { ENTRY_POINTS, type EntryPointVersion } from "../../deploy/lib/entryPoints.ts";
import { DeploymentError } from "../../deploy/lib/DeploymentError.ts";

const OWNER = Wallet.createRandom().address;
const VERSIONS = Object.keys(ENTRY_POINTS) as EntryPointVersion[];

describe("The deployment of a paymaster", () => {
  let connection: Awaited<ReturnType<typeof network.create<"l1">>>;
  beforeEach(async () => {
    connection = await network.create("default");
  });
  afterEach(() => connection.close());

  const height = () => connection.ethers.provider.getBlockNumber();
  const real = (overrides: Record<string, unknown> = {}) => ({
    request: async (args: { method: string; params?: unknown[] }) => {
      const answers: Record<string, unknown> = { web3_clientVersion: "Geth/v1.17.0-stable", ...overrides };
      return args.method in answers ? answers[args.method] : connection.provider.request(args as never);
    },
  });

  async function expectFailure(options: PaymasterOptions, message: string | RegExp, on = real()): Promise<void> {
    const before = await height();
    let thrown: unknown;
    await deployPaymaster(on, options).catch((caught: unknown) => (thrown = caught));
    expect(thrown).to.be.instanceOf(DeploymentError);
    if (typeof message === "string") expect((thrown as DeploymentError).message).to.equal(message);
    else expect((thrown as DeploymentError).message).to.match(message);
    expect(await height()).to.equal(before);
  }

  it("gives each owner and each EntryPoint an address of its own, the same for whoever sends", async () => {
    await deployAll(connection.provider);
    const [, stranger] = await connection.ethers.getSigners();
    const found = new Set<string>();
    for (const [index, entryPoint] of VERSIONS.entries()) {
      const from = index === 1 ? { from: stranger!.address } : {};
      const { address, sent } = await deployPaymaster(connection.provider, { owner: OWNER, entryPoint, ...from });
      expect(address).to.equal((await paymasterOf(OWNER, entryPoint)).address);
      expect(sent.map(({ name }) => name)).to.deep.equal(["SessionPaymaster"]);
      const paymaster = await connection.ethers.getContractAt("SessionPaymaster", address);
      expect(await paymaster.getFunction("owner")()).to.equal(OWNER);
      expect(await paymaster.getFunction("entryPoint")()).to.equal(ENTRY_POINTS[entryPoint].address);
      expect(await paymaster.getFunction("LATCHKEY")()).to.equal((await readRelease()).addresses.Latchkey);
      const before = await height();
      const again = await deployPaymaster(connection.provider, { owner: OWNER.toLowerCase(), entryPoint });
      expect(again).to.deep.equal({ address, owner: OWNER, entryPoint, sent: [] });
      expect(await height()).to.equal(before);
      found.add(address);
    }
    found.add((await paymasterOf(Wallet.createRandom().address, "0.9")).address);
    expect(found.size).to.equal(4);
  });

  it("names the owner of today where ownership has moved", async () => {
    await deployAll(connection.provider);
    const [, first, second] = await connection.ethers.getSigners();
    const { address } = await deployPaymaster(connection.provider, { owner: first!.address });
    const paymaster = await connection.ethers.getContractAt("SessionPaymaster", address);
    await paymaster.connect(first!).getFunction("transferOwnership")(second!.address);
    expect((await deployPaymaster(connection.provider, { owner: first!.address })).owner).to.equal(first!.address);
    await paymaster.connect(second!).getFunction("acceptOwnership")();
    const again = await deployPaymaster(connection.provider, { owner: first!.address });
    expect(again).to.deep.equal({ address, owner: second!.address, entryPoint: "0.9", sent: [] });
  });

  for (const owner of ["", "0x12", "vitalik.eth", ZeroAddress]) {
    it(`is refused for the owner "${owner}"`, () =>
      expectFailure(
        { owner },
        `"${owner}" is no owner for a paymaster: name an address that can act. Nothing was sent.`,
      ));
  }

  it("is refused where there is no Latchkey, no EntryPoint, or something else at its address", async () => {
    const { Latchkey } = (await readRelease()).addresses;
    const options = { owner: OWNER, network: "somewhere" };
    const needs = (name: string, address: string) =>
      `${name} is not at ${address} on somewhere, and the paymaster needs it. Nothing was sent.`;
    await expectFailure(options, needs("Latchkey", Latchkey));
    await deployAll(connection.provider);
    const older = { ...options, entryPoint: "0.8" as const };
    await expectFailure(older, needs("EntryPoint v0.8", ENTRY_POINTS["0.8"].address));
    const { address } = await paymasterOf(OWNER, "0.9");
    await connection.networkHelpers.setCode(address, "0x00");
    await expectFailure(
      options,
      `At ${address} on somewhere there is something else than SessionPaymaster: its code is not what this build ` +
        "leaves there. Nothing was sent.",
    );
  });

  it("is refused if the code there is a paymaster of another EntryPoint", async () => {
    await deployAll(connection.provider);
    const { address } = await deployPaymaster(connection.provider, { owner: OWNER, entryPoint: "0.7" });
    const code = await connection.ethers.provider.getCode(address);
    const expected = await paymasterOf(OWNER, "0.9");
    await connection.networkHelpers.setCode(expected.address, code);
    await expectFailure({ owner: OWNER }, /its immutable _(ENTRY_POINT|IS_CALL_PENALTY_LATE) is not what this build/);
  });

  it("is refused to a deployer who cannot pay", async () => {
    await deployAll(connection.provider);
    const { address } = Wallet.createRandom();
    await expectFailure(
      { owner: OWNER, from: address, network: "somewhere" },
      `The deployer ${address} has no funds on somewhere. Send it some and run this again. Nothing was sent.`,
    );
  });
});
