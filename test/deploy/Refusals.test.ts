import { expect } from "chai";
import { network } from "hardhat";
import { formatEther, getAddress, getBytes, hexlify, keccak256, toQuantity, Wallet } from "ethers";
import { deployAll, isDevelopmentChain, PROXY_CODE_HASH, type DeployOptions } from "../../deploy/lib/deploy.ts";
import {
  CHILD_NAMES,
  DEPLOYED_NAMES,
  ENTRY_POINT,
  readRelease,
  type DeployedContract,
  type Release,
} from "../../deploy/lib/release.ts";
import { deployEntryPoints, deployProxy, entryPoint09Code, PROXY } from "../../deploy/lib/entryPoints.ts";
import type { Provider } from "../../deploy/lib/provider.ts";
import { readSnapshot } from "../../deploy/lib/snapshot.ts";
import { DeploymentError } from "../../deploy/lib/DeploymentError.ts";

/** Answers as a node of a real network would, on which nobody can place code. */
function asReal(provider: Provider, overrides: Record<string, unknown> = {}): Provider {
  const answers: Record<string, unknown> = {
    web3_clientVersion: "Geth/v1.17.0-stable/linux-amd64/go1.25",
    ...overrides,
  };
  return {
    request: async (args) => (args.method in answers ? answers[args.method] : provider.request(args)),
  };
}

/** Every way to change something on a chain. */
const CHANGES = /^(eth_send|hardhat_|evm_|anvil_)/;

describe("A deployment that cannot be right", () => {
  let provider: Provider;
  let release: Release;
  let deployer: string;
  beforeEach(async () => {
    ({ provider } = await network.create("default"));
    release = await readRelease();
    deployer = getAddress(((await provider.request({ method: "eth_accounts" })) as string[])[0]!);
  });

  const call = (method: string, ...params: unknown[]) => provider.request({ method, params });

  /** Expects exactly this message, and that nothing was sent. */
  async function expectFailure(on: Provider, options: DeployOptions, message: string): Promise<void> {
    const changes: string[] = [];
    const watched: Provider = {
      request(args) {
        if (CHANGES.test(args.method)) changes.push(args.method);
        return on.request(args);
      },
    };
    const before = await call("eth_getBlockByNumber", "latest", false);
    let thrown: unknown;
    try {
      await deployAll(watched, options);
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).to.be.instanceOf(DeploymentError);
    expect((thrown as DeploymentError).message).to.equal(message);
    expect(changes).to.deep.equal([]);
    expect(await call("eth_getBlockByNumber", "latest", false)).to.deep.equal(before);
  }

  it("is refused on another chain than the one that is meant", async () => {
    await expectFailure(
      provider,
      { network: "sepolia", chainId: 11_155_111 },
      "sepolia is meant to be chain 11155111, but its node serves chain 31337. Nothing was sent.",
    );
    await expectFailure(
      provider,
      { chainId: 31_338n },
      "The network is meant to be chain 31338, but its node serves chain 31337. Nothing was sent.",
    );
  });

  it("is refused where the chain does not know MCOPY, and not where the node answers no such question (ATK-111)", async () => {
    const chain = await network.create({ network: "default", override: { hardfork: "shanghai" } });
    const current = provider;
    provider = chain.provider;
    await expectFailure(
      provider,
      {},
      "chain 31337 does not know the instruction MCOPY (EIP-5656, Cancun), which Latchkey uses: its " +
        "constructor refuses to run there. Nothing was sent.",
    );
    const silent: Provider = {
      request: (args) =>
        args.method === "eth_call" ? Promise.reject(new Error("too many requests")) : current.request(args),
    };
    expect((await deployAll(silent)).sent).to.have.length(4 + 7);
  });

  it("is refused without an account to send from", async () => {
    await expectFailure(
      asReal(provider, { eth_accounts: [] }),
      {},
      "There is no account to deploy from on chain 31337. Put its key into Hardhat's keystore and name it in " +
        "hardhat.config.ts: deploy/README.md says how. Nothing was sent.",
    );
  });

  it("is refused from an account without funds", async () => {
    const from = Wallet.createRandom().address;
    await expectFailure(
      provider,
      { from, network: "default" },
      `The deployer ${from} has no funds on default (chain 31337). Send it some and run this again. Nothing was sent.`,
    );
  });

  it("is refused from an account that has 1 wei too little, and passes with that wei", async () => {
    await deployEntryPoints(provider, ["0.9"]);
    const gas = await gasOfRelease(({ to, data }) => ({ to, data }));
    const price = 2n * BigInt((await call("eth_gasPrice")) as string);
    await call("hardhat_setBalance", deployer, toQuantity(gas * price - 1n));
    await expectFailure(
      provider,
      {},
      `The deployer ${deployer} has ${formatEther(gas * price - 1n)} on chain 31337; deploying takes up to ` +
        `${gas.toLocaleString("en")} gas, ${formatEther(gas * price)} at twice the present price. ` +
        "Send it the rest and run this again. Nothing was sent.",
    );
    await call("hardhat_setBalance", deployer, toQuantity(gas * price));
    expect((await deployAll(provider)).sent).to.have.length(release.deployed.length);
  });

  it("is refused without the proxy, which it creates when asked to", async () => {
    await call("hardhat_setCode", ENTRY_POINT, entryPoint09Code(31_337n));
    await expectFailure(
      asReal(provider),
      {},
      "The deterministic deployment proxy is not at 0x4e59b44847b379578588920cA78FbF26c0B4956C on chain 31337. " +
        "Run this again with --create-proxy: it sends 0.01 of the chain's coin to " +
        "0x3fAB184622Dc19b6109349B94811493BF2a45362 and broadcasts the proxy's own transaction. Nothing was sent.",
    );
    const { sent } = await deployAll(asReal(provider), { createProxy: true });
    expect(sent).to.have.length(release.deployed.length);
    expect(keccak256((await call("eth_getCode", PROXY, "latest")) as string)).to.equal(PROXY_CODE_HASH);
  });

  it("does not create the proxy for a deployer who cannot pay for the rest", async () => {
    await call("hardhat_setCode", ENTRY_POINT, entryPoint09Code(31_337n));
    await call("hardhat_setBalance", deployer, "0x2386f26fc10000");
    const gas = await gasOfRelease(({ initCode }) => ({ data: initCode }));
    const cost = gas * 2n * BigInt((await call("eth_gasPrice")) as string) + 10n ** 16n;
    await expectFailure(
      asReal(provider),
      { createProxy: true },
      `The deployer ${deployer} has 0.01 on chain 31337; deploying takes up to ${gas.toLocaleString("en")} gas, ` +
        `${formatEther(cost)} at twice the present price. Send it the rest and run this again. Nothing was sent.`,
    );
  });

  it("takes a node that does not say what it is for one of a real network", async () => {
    const silent: Provider = {
      request: (args) =>
        args.method === "web3_clientVersion" ? Promise.reject(new Error("not available")) : provider.request(args),
    };
    expect(await isDevelopmentChain(provider)).to.equal(true);
    expect(await isDevelopmentChain(asReal(provider))).to.equal(false);
    expect(await isDevelopmentChain(silent)).to.equal(false);
  });

  it("is refused where something else stands in the proxy's place", async () => {
    await call("hardhat_setCode", PROXY, "0x60006000fd");
    await expectFailure(
      provider,
      {},
      "At 0x4e59b44847b379578588920cA78FbF26c0B4956C on chain 31337 there is something else than the deterministic " +
        "deployment proxy. Nothing was sent.",
    );
  });

  it("is refused without EntryPoint v0.9 on a chain where nobody can place it", async () => {
    await deployProxy(provider);
    await expectFailure(
      asReal(provider),
      { network: "sepolia" },
      "EntryPoint v0.9 is not at 0x433709009B8330FDa32311DF1C2AFA402eD8D009 on sepolia (chain 31337), and the " +
        "accounts stand on it. It has to be deployed first: deploy/README.md says how. Nothing was sent.",
    );
  });

  it("is refused if one transaction would need more gas than a chain gives one", async () => {
    await deployEntryPoints(provider, ["0.9"]);
    await expectFailure(
      asReal(provider, { eth_estimateGas: toQuantity(2n ** 24n + 1n) }),
      {},
      "Deploying LatchkeyDeployer on chain 31337 needs 16,777,217 gas; a transaction may have 16,777,216 (EIP-7825). " +
        "Nothing was sent.",
    );
  });

  for (const name of DEPLOYED_NAMES) {
    it(`is refused where other code stands in the place of ${name}`, async () => {
      const { address } = release.deployed.find((contract) => contract.name === name)!;
      await call("hardhat_setCode", address, "0x00");
      await expectFailure(
        provider,
        {},
        `At ${address} on chain 31337 there is something else than ${name}: its code is not what this build leaves ` +
          "there. Nothing was sent.",
      );
    });
  }

  it("is refused where one byte of the code is another", async () => {
    await deployAll(provider);
    const { address } = release.deployed.find(({ name }) => name === "Latchkey")!;
    const code = (await call("eth_getCode", address, "latest")) as string;
    await call("hardhat_setCode", address, code.slice(0, -2) + (code.endsWith("00") ? "01" : "00"));
    await expectFailure(
      provider,
      {},
      `At ${address} on chain 31337 there is something else than Latchkey: its code is not what this build leaves ` +
        "there. Nothing was sent.",
    );
    await call("hardhat_setCode", address, code);
    expect((await deployAll(provider)).sent).to.deep.equal([]);
  });

  for (const name of ["_LATCHKEY", "_EXTENSION", "_ENTRANCE", "_POLICY_STORE", "_FORWARDER", "P256_VERIFIER"]) {
    it(`is refused where Latchkey holds another ${name}`, async () => {
      await deployAll(provider);
      const { address, code } = release.deployed.find((contract) => contract.name === "Latchkey")!;
      const deployed = getBytes((await call("eth_getCode", address, "latest")) as string);
      const { ranges } = code.immutables.find((immutable) => immutable.name === name)!;
      for (const { start, length } of ranges) deployed[start + length - 1]! ^= 1;
      await call("hardhat_setCode", address, hexlify(deployed));
      await expectFailure(
        provider,
        {},
        `At ${address} on chain 31337 there is something else than Latchkey: its immutable ${name} is not what this ` +
          "build leaves there. Nothing was sent.",
      );
    });
  }

  for (const name of CHILD_NAMES) {
    it(`is refused where ${name}, which a constructor creates, is missing`, async () => {
      await deployAll(provider);
      const { address } = release.children.find((contract) => contract.name === name)!;
      await call("hardhat_setCode", address, "0x");
      await expectFailure(
        provider,
        {},
        `At ${address} on chain 31337 there is something else than ${name}: its code is not what this build leaves ` +
          "there. Nothing was sent.",
      );
    });
  }

  /**
   * With a tenth more than is needed for each transaction. A chain without the deployer cannot be asked about what stands
   * on it: of that, what the snapshot says.
   */
  async function gasOfRelease(transaction: (contract: DeployedContract) => { to?: string; data: string }) {
    let sum = 0n;
    for (const contract of release.deployed) {
      const sent = { from: deployer, ...transaction(contract) };
      const gas =
        contract.name !== "LatchkeyDeployer"
          ? BigInt(readSnapshot().contracts[contract.name]!.deploymentGas)
          : BigInt((await call("eth_estimateGas", sent)) as string);
      sum += gas + gas / 10n;
    }
    return sum;
  }
});
