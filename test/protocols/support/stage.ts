import { AbiCoder, concat, Contract, ContractFactory, Interface, parseEther, Wallet, type Fragment } from "ethers";
import hre from "hardhat";
import type { Address } from "viem";
import { encodeCall, PRINCIPAL, START, type CallJson } from "../../support/reference/policyFiles.ts";
import type { Token } from "../../../sdk/src/recipes/index.ts";
import type { Policy } from "../../support/reference/policy.ts";
import { PERMIT2 } from "../../../deploy/lib/entryPoints.ts";
import { openWorld, type Session, type World } from "../../support/chain/dapp.ts";
import {
  execute,
  ownerOperation,
  sessionOperation,
  startAccountSession,
  type SmartAccount,
} from "../../support/chain/smartAccount.ts";
import type { Call } from "../../support/reference/session.ts";
import { decodeError, formatError } from "../../support/reference/errors.ts";
import { published, type Artifact } from "./artifacts.ts";

/** Tokens of the policy files. */
export const USDC: Address = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
export const DAI: Address = "0x6B175474E89094C44Da98b954EedeAC495271d0F";
export const WETH: Address = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2";
/** As the recipes have them. */
export const USDC_TOKEN: Token = { address: USDC, symbol: "USDC", decimals: 6 };
export const WETH_TOKEN: Token = { address: WETH, symbol: "WETH", decimals: 18 };
/** Who must get nothing in the policy files. */
export const SOMEBODY: Address = "0x0000000000000000000000000000000000E7e000";

/** The routes by which a session acts for an account without a contract that asks. */
export const ROUTES = ["userOperation", "direct"] as const;
export type ProtocolRoute = (typeof ROUTES)[number] | "asked";

/** Below what one transaction may have. */
const GAS = 16_000_000;

/** Of the contracts of this repository's examples. */
const OUR_OWN = "this repository";

/** How long an operation may wait. */
const OPERATION_SECONDS = 60;

/**
 * A chain on which contracts stand where the policy files name them: Latchkey, the account of the files' principal, and
 * what `place` puts there. The constructor of each ran at its very address, so the file's own policy and calls are used.
 */
export class Stage {
  readonly world: World;
  readonly account: SmartAccount;
  /** Whose code stands at an address, in lower case. */
  readonly #grounds = new Map<string, string>([[PERMIT2.toLowerCase(), "Permit2"]]);
  /** What `changes` looks at, by name. */
  readonly #holdings = new Map<string, [contract: Contract, method: string]>();

  static async open(): Promise<Stage> {
    const world = await openWorld({ initialDate: new Date(START * 1_000).toISOString() });
    const owner = new Wallet(Wallet.createRandom().privateKey, world.ethers.provider);
    const artifact = (await hre.artifacts.readArtifact("LatchkeyAccount")) as Artifact;
    const entryPoint = world.entryPoint();
    const args = [entryPoint.target, world.address, owner.address, world.address];
    const contract = await placeAt(world, PRINCIPAL, artifact, args);
    await world.helpers.setBalance(PRINCIPAL, parseEther("100"));
    await (await entryPoint.getFunction("depositTo").send(PRINCIPAL, { value: parseEther("5") })).wait();
    return new Stage(world, { contract, address: PRINCIPAL, owner });
  }

  private constructor(world: World, account: SmartAccount) {
    this.world = world;
    this.account = account;
  }

  close(): Promise<void> {
    return this.world.connection.close();
  }

  // --- contracts -------------------------------------------------------------------------------------------------

  /** A contract where the files name it. */
  place(address: string, artifact: Artifact, args: unknown[] = []): Promise<Contract> {
    this.#grounds.set(address.toLowerCase(), artifact.from ?? OUR_OWN);
    return placeAt(this.world, address, artifact, args);
  }

  /** Whose contracts calls go to, each once, ascending; an address without code is nobody's. */
  groundsOf(calls: readonly Call[]): string[] {
    const grounds = calls.flatMap(({ target }) => this.#grounds.get(target.toLowerCase()) ?? []);
    return [...new Set(grounds)].sort();
  }

  /** A contract that no file names, wherever it comes to stand. */
  async deploy({ abi, bytecode }: Artifact, args: unknown[] = []): Promise<Contract> {
    const contract = await new ContractFactory(abi, bytecode, this.world.owner).deploy(...args);
    return (await contract.waitForDeployment()) as Contract;
  }

  /** A contract that another one has created. */
  at(address: string, abi: Artifact["abi"]): Contract {
    return new Contract(address, abi, this.world.owner);
  }

  /** A transaction of the chain's owner, who is nobody to the principal. */
  async send(contract: Contract, method: string, args: unknown[] = [], value = 0n): Promise<void> {
    await (await contract.getFunction(method).send(...args, { value, gasLimit: GAS })).wait();
  }

  async read<value>(contract: Contract, method: string, args: unknown[] = []): Promise<value> {
    return (await contract.getFunction(method).staticCall(...args)) as value;
  }

  /** An ERC-20 that anyone may mint, of which the principal has `amount` base units; `changes` looks at it. */
  async token(address: string, name: string, decimals: number, amount: bigint): Promise<Contract> {
    const artifact = published("@aave/core-v3/artifacts/contracts/mocks/tokens/MintableERC20.sol/MintableERC20.json");
    const token = await this.place(address, artifact, [name, name, decimals]);
    await this.mint(token, PRINCIPAL, amount);
    this.watch(name, token);
    return token;
  }

  async mint(token: Contract, holder: string, amount: bigint): Promise<void> {
    await this.send(token, "mint(address,uint256)", [holder, amount]);
  }

  /** WETH9, of which the principal has `amount` wei. */
  async weth(amount: bigint): Promise<Contract> {
    const weth = await this.place(WETH, published("canonical-weth/build/contracts/WETH9.json"));
    await this.asPrincipal([{ target: WETH, method: "deposit()", args: [], value: String(amount) }]);
    this.watch("WETH", weth);
    return weth;
  }

  // --- who acts --------------------------------------------------------------------------------------------------

  /** The owner's own operation, which no policy holds. Throws with what it reverts with. */
  async asPrincipal(calls: (Call | CallJson)[]): Promise<void> {
    const encoded = calls.map((call) => ("method" in call ? encodeCall(call) : call));
    const { outcomes } = await ownerOperation(this.world, this.account, encoded, { callGasLimit: 10_000_000 });
    const { success, revertData } = outcomes[0]!;
    if (!success) throw new Error(`The principal's own calls reverted with ${said(revertData)}.`);
  }

  /** Publishes the policy; the principal registers a key under it. */
  start(policy: Policy): Promise<Session> {
    return startAccountSession(this.world, this.account, policy, { gasMoney: parseEther("1") });
  }

  /** The session acts. Throws what refuses, and what the execution reverts with. */
  async act(session: Session, route: ProtocolRoute, calls: Call[]): Promise<void> {
    if (route === "direct") {
      await (await execute(this.world, session, calls)).wait();
      return;
    }
    if (route === "asked") {
      for (const { target, data } of calls) {
        await (await session.sender.sendTransaction({ to: target, data: data!, gasLimit: GAS })).wait();
      }
      return;
    }
    // An operation counts in the period that its own end is in.
    const validUntil = (await this.world.now()) + OPERATION_SECONDS;
    const { outcomes } = await sessionOperation(this.world, session, calls, { validUntil });
    const { success, revertData } = outcomes[0]!;
    if (!success) throw new Error(`The execution reverted with ${said(revertData)}.`);
  }

  /** Why an attempt fails; undefined if it does not. */
  failureOf(attempt: Promise<void>): Promise<string | undefined> {
    return attempt.then(
      () => undefined,
      (error: Error) => error.message,
    );
  }

  // --- what changes ----------------------------------------------------------------------------------------------

  /** Lets `changes` look at what a contract says that a holder has. */
  watch(name: string, contract: Contract, method = "balanceOf"): void {
    this.#holdings.set(name, [contract, method]);
  }

  /** What `run` adds to a holder's balances or takes from them, in base units, by name; the coin is called ETH. */
  async changes(run: () => Promise<void>, holder: string = PRINCIPAL): Promise<Record<string, bigint>> {
    const before = await this.balances(holder);
    await run();
    const after = await this.balances(holder);
    const moved = Object.entries(after).map(([name, balance]) => [name, balance - before[name]!] as const);
    return Object.fromEntries(moved.filter(([, amount]) => amount !== 0n));
  }

  async balances(holder: string = PRINCIPAL): Promise<Record<string, bigint>> {
    const balances: Record<string, bigint> = { ETH: await this.world.ethers.provider.getBalance(holder) };
    for (const [name, [contract, method]] of this.#holdings) {
      balances[name] = await this.read<bigint>(contract, method, [holder]);
    }
    return balances;
  }
}

/** Runs a constructor at an address, as a creation there would: what it writes stays, and what it returns is the code. */
async function placeAt(world: World, address: string, { abi, bytecode }: Artifact, args: unknown[]): Promise<Contract> {
  const { provider, owner } = world;
  const { inputs } = new Interface(abi).deploy;
  const setCode = (code: string) => provider.request({ method: "hardhat_setCode", params: [address, code] });
  await setCode(concat([bytecode, AbiCoder.defaultAbiCoder().encode(inputs, args)]));
  // A contract's nonce starts at 1.
  await world.helpers.setNonce(address, 1);
  const creation = { from: owner.address, to: address, gas: `0x${GAS.toString(16)}` };
  const runtime = (await provider.request({ method: "eth_call", params: [creation, "latest"] })) as string;
  await (await owner.sendTransaction({ to: address, gasLimit: GAS })).wait();
  await setCode(runtime);
  return new Contract(address, abi as Fragment[], owner);
}

/** Revert data as an error's name, or as it is. */
function said(revertData: string): string {
  const error = decodeError(revertData);
  return error === undefined ? revertData : formatError(error);
}
