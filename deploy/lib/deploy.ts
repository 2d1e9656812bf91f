import { formatEther, getAddress, keccak256, toQuantity } from "ethers";
import { deployEntryPoints, deployProxy, PROXY, PROXY_CREATOR, PROXY_CREATOR_FUNDS, receiptOf } from "./entryPoints.ts";
import type { Provider } from "./provider.ts";
import { DeploymentError } from "./DeploymentError.ts";
import { difference } from "./code.ts";
import { expectedImmutables } from "./immutables.ts";
import { readSnapshot } from "./snapshot.ts";
import {
  ENTRY_POINT,
  MAX_TRANSACTION_GAS,
  readRelease,
  type ChainAddresses,
  type DeployedContract,
  type Release,
} from "./release.ts";

export interface DeployOptions {
  /** Who sends; the provider's first account unless told otherwise. */
  from?: string;
  /** The chain that is meant. Another one is refused. */
  chainId?: bigint | number;
  /** How the chain is called in messages. */
  network?: string;
  /** Create the deterministic deployment proxy where it is missing. A development chain gets it in any case. */
  createProxy?: boolean;
  /** How the missing contracts are sent: `sendDirectly` unless told otherwise. */
  send?: Send;
}

export type Send = (provider: Provider, from: string, transactions: DeployTransaction[]) => Promise<Sent[]>;

export interface DeployTransaction {
  contract: DeployedContract<string>;
  to: string;
  data: string;
  /** What it is expected to take, with room for what moves before it is mined. */
  gas: bigint;
  /** Wei for one gas that the deployer was found to be able to pay. */
  gasPrice: bigint;
}

export interface Sent {
  name: string;
  hash: string;
  gasUsed: bigint;
}

export interface Deployment {
  chainId: bigint;
  addresses: ChainAddresses;
  /** Empty if everything was there. */
  sent: Sent[];
}

/** Init code that copies no byte in memory and stops, and one that stops at once. */
const MCOPY = "0x5f5f5f5e00";
const STOP = "0x00";

/** keccak256 of the deterministic deployment proxy's code. */
export const PROXY_CODE_HASH = "0x2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989";

/**
 * Brings a chain to the state in which the whole release stands on it, and checks that it does. Refuses with a
 * `DeploymentError` before anything is sent.
 */
export async function deployAll(provider: Provider, options: DeployOptions = {}): Promise<Deployment> {
  const release = await readRelease();
  const chainId = BigInt(await request<string>(provider, "eth_chainId"));
  const chain = options.network === undefined ? `chain ${chainId}` : `${options.network} (chain ${chainId})`;
  if (options.chainId !== undefined && BigInt(options.chainId) !== chainId) {
    throw new DeploymentError(
      `${options.network ?? "The network"} is meant to be chain ${options.chainId}, ` +
        `but its node serves chain ${chainId}. Nothing was sent.`,
    );
  }

  await requireInstructions(provider, chain);
  const missing = await missingContracts(provider, release, chainId, chain);
  const from = missing.length === 0 ? "" : await deployerOf(provider, options.from, chain);
  const sent = missing.length === 0 ? [] : await sendMissing(provider, missing, from, chain, options);

  const left = await missingContracts(provider, release, chainId, chain);
  if (left.length > 0) {
    throw new DeploymentError(
      `The transactions are mined, but ${listOf(left.map(({ name }) => name))} did not come to stand on ${chain}. ` +
        "If this chain was started anew, delete its folder in deploy/deployments and run this again.",
    );
  }
  return { chainId, addresses: release.addresses, sent };
}

async function sendMissing(
  provider: Provider,
  missing: DeployedContract[],
  from: string,
  chain: string,
  { createProxy = false, send = sendDirectly }: DeployOptions,
): Promise<Sent[]> {
  // What is placed on a development chain costs nobody anything, and the rest can be estimated on it.
  if (await isDevelopmentChain(provider)) {
    await requireProxy(provider, chain, true);
    await deployEntryPoints(provider, ["0.9"]);
  }
  const hasProxy = await requireProxy(provider, chain, createProxy);
  await requireEntryPoint(provider, chain);
  const transactions = await transactionsFor(provider, missing, from, chain, hasProxy);
  if (!hasProxy) await deployProxy(provider, from);
  return sendUnlessThere(provider, from, transactions, send);
}

/**
 * Anybody may send the same contracts, and whoever comes second fails. A failure is passed on only if none of the
 * contracts came to stand meanwhile; else the rest is sent.
 */
async function sendUnlessThere(
  provider: Provider,
  from: string,
  transactions: DeployTransaction[],
  send: Send,
): Promise<Sent[]> {
  try {
    return await send(provider, from, transactions);
  } catch (thrown) {
    const codes = await Promise.all(transactions.map(({ contract }) => codeAt(provider, contract.address)));
    const left = transactions.filter((_, index) => codes[index] === "0x");
    if (left.length === transactions.length) throw thrown;
    return left.length === 0 ? [] : sendUnlessThere(provider, from, left, send);
  }
}

/** The contracts that have no code yet. Throws if there is anything but this release's code at one of its addresses. */
async function missingContracts(provider: Provider, release: Release, chainId: bigint, chain: string) {
  const missing: DeployedContract[] = [];
  for (const contract of [...release.deployed, ...release.children]) {
    const code = await codeAt(provider, contract.address);
    if ("initCode" in contract && code === "0x") {
      missing.push(contract);
      continue;
    }
    if ("parent" in contract && code === "0x" && missing.some(({ name }) => name === contract.parent)) continue;
    const different = difference(code, contract.code, expectedImmutables(release, contract.name, chainId));
    if (different !== undefined) {
      throw new DeploymentError(
        `At ${contract.address} on ${chain} there is something else than ${contract.name}: ${different} is not what ` +
          "this build leaves there. Nothing was sent.",
      );
    }
  }
  return missing;
}

export async function deployerOf(provider: Provider, from: string | undefined, chain: string): Promise<string> {
  const accounts = await request<string[]>(provider, "eth_accounts");
  const deployer = from ?? accounts[0];
  if (deployer === undefined) {
    throw new DeploymentError(
      `There is no account to deploy from on ${chain}. Put its key into Hardhat's keystore and name it in ` +
        "hardhat.config.ts: deploy/README.md says how. Nothing was sent.",
    );
  }
  const balance = BigInt(await request<string>(provider, "eth_getBalance", deployer, "latest"));
  if (balance === 0n) {
    throw new DeploymentError(
      `The deployer ${getAddress(deployer)} has no funds on ${chain}. Send it some and run this again. Nothing was sent.`,
    );
  }
  return getAddress(deployer);
}

/** Whether the proxy is there. Throws if it is neither there nor to be created, or if it is something else. */
export async function requireProxy(provider: Provider, chain: string, create: boolean): Promise<boolean> {
  const proxy = await codeAt(provider, PROXY);
  if (proxy === "0x") {
    if (create) return false;
    throw new DeploymentError(
      `The deterministic deployment proxy is not at ${PROXY} on ${chain}. Run this again with --create-proxy: ` +
        `it sends ${formatEther(PROXY_CREATOR_FUNDS)} of the chain's coin to ${PROXY_CREATOR} and broadcasts the ` +
        "proxy's own transaction. Nothing was sent.",
    );
  }
  if (keccak256(proxy) === PROXY_CODE_HASH) return true;
  throw new DeploymentError(
    `At ${PROXY} on ${chain} there is something else than the deterministic deployment proxy. Nothing was sent.`,
  );
}

/** Latchkey's own constructor asks too, but behind five creations that are paid for. */
async function requireInstructions(provider: Provider, chain: string): Promise<void> {
  const runs = (code: string) =>
    provider.request({ method: "eth_call", params: [{ data: code }, "latest"] }).then(
      () => true,
      () => false,
    );
  if ((await runs(MCOPY)) || !(await runs(STOP))) return;
  throw new DeploymentError(
    `${chain} does not know the instruction MCOPY (EIP-5656, Cancun), which Latchkey uses: its constructor refuses ` +
      "to run there. Nothing was sent.",
  );
}

async function requireEntryPoint(provider: Provider, chain: string): Promise<void> {
  if ((await codeAt(provider, ENTRY_POINT)) !== "0x") return;
  throw new DeploymentError(
    `EntryPoint v0.9 is not at ${ENTRY_POINT} on ${chain}, and the accounts stand on it. ` +
      "It has to be deployed first: deploy/README.md says how. Nothing was sent.",
  );
}

/** What is to be sent, after the chain has said what it costs. */
export async function transactionsFor(
  provider: Provider,
  missing: DeployedContract<string>[],
  from: string,
  chain: string,
  hasProxy: boolean,
): Promise<DeployTransaction[]> {
  // What a transaction must be able to pay for the price to rise while it waits.
  const gasPrice = 2n * BigInt(await request<string>(provider, "eth_gasPrice"));
  const transactions: DeployTransaction[] = [];
  for (const [index, contract] of missing.entries()) {
    const { to, data } = contract;
    const estimate = waitsFor(contract, missing.slice(0, index))
      ? measuredGas(contract.name)
      : // Where the proxy is still to come, a plain creation tells what one through it will take.
        await estimateOf(provider, hasProxy ? { from, to, data } : { from, data: contract.initCode });
    if (estimate > MAX_TRANSACTION_GAS) {
      throw new DeploymentError(
        `Deploying ${contract.name} on ${chain} needs ${estimate.toLocaleString("en")} gas; ` +
          `a transaction may have ${MAX_TRANSACTION_GAS.toLocaleString("en")} (EIP-7825). Nothing was sent.`,
      );
    }
    transactions.push({ contract, to, data, gas: withRoom(estimate), gasPrice });
  }

  const gas = transactions.reduce((sum, transaction) => sum + transaction.gas, 0n);
  const cost = gas * gasPrice + (hasProxy ? 0n : BigInt(PROXY_CREATOR_FUNDS));
  const balance = BigInt(await request<string>(provider, "eth_getBalance", from, "latest"));
  if (balance < cost) {
    throw new DeploymentError(
      `The deployer ${from} has ${formatEther(balance)} on ${chain}; deploying takes up to ` +
        `${gas.toLocaleString("en")} gas, ${formatEther(cost)} at twice the present price. ` +
        "Send it the rest and run this again. Nothing was sent.",
    );
  }
  return transactions;
}

/** Whether a chain can be asked about a contract only once the ones before it stand: what it takes then is in the snapshot. */
function waitsFor({ by, constructorArguments }: DeployedContract<string>, before: DeployedContract<string>[]): boolean {
  const named = before.some(({ address }) => constructorArguments.includes(address.slice(2).toLowerCase()));
  return named || ("creation" in by && before.length > 0);
}

function measuredGas(name: string): bigint {
  const { deploymentGas } = readSnapshot().contracts[name] ?? {};
  return deploymentGas === undefined ? MAX_TRANSACTION_GAS : BigInt(deploymentGas);
}

async function estimateOf(provider: Provider, transaction: Record<string, string>): Promise<bigint> {
  return BigInt(await request<string>(provider, "eth_estimateGas", transaction));
}

function withRoom(gas: bigint): bigint {
  const more = gas + gas / 10n;
  return more < MAX_TRANSACTION_GAS ? more : MAX_TRANSACTION_GAS;
}

/** One transaction after the other, without a journal. */
export const sendDirectly: Send = async (provider, from, transactions) => {
  const sent: Sent[] = [];
  for (const { contract, to, data, gasPrice } of transactions) {
    const gas = withRoom(await estimateOf(provider, { from, to, data }));
    const hash = await request<string>(provider, "eth_sendTransaction", {
      from,
      to,
      data,
      gas: toQuantity(gas),
      gasPrice: toQuantity(gasPrice),
    });
    const { status, gasUsed } = await receiptOf(provider, hash);
    if (status !== "0x1") throw new DeploymentError(`The transaction ${hash} that deploys ${contract.name} reverted.`);
    sent.push({ name: contract.name, hash, gasUsed: BigInt(gasUsed) });
  }
  return sent;
};

/** Whether a chain is one of a developer's own, where anybody may place code. */
export async function isDevelopmentChain(provider: Provider): Promise<boolean> {
  try {
    return /^(HardhatNetwork|anvil)\b/i.test(await request<string>(provider, "web3_clientVersion"));
  } catch {
    // A node that does not say what it is, as many public ones.
    return false;
  }
}

export async function codeAt(provider: Provider, address: string): Promise<string> {
  return request<string>(provider, "eth_getCode", address, "latest");
}

async function request<T>(provider: Provider, method: string, ...params: unknown[]): Promise<T> {
  return (await provider.request({ method, params })) as T;
}

function listOf(names: string[]): string {
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
