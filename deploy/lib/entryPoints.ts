import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { concat, getAddress, getCreate2Address, keccak256, toBeHex, TypedDataEncoder, type InterfaceAbi } from "ethers";
import { entryPoint07Abi, entryPoint08Abi, entryPoint09Abi } from "viem/account-abstraction";
import type { Provider } from "./provider.ts";

const require = createRequire(import.meta.url);

export type EntryPointVersion = "0.7" | "0.8" | "0.9";

export const ENTRY_POINTS: Record<EntryPointVersion, { address: string; abi: InterfaceAbi }> = {
  "0.7": { address: "0x0000000071727De22E5E9d8BAf0edAc6f37da032", abi: entryPoint07Abi },
  "0.8": { address: "0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108", abi: entryPoint08Abi },
  "0.9": { address: "0x433709009B8330FDa32311DF1C2AFA402eD8D009", abi: entryPoint09Abi },
};

/** The deterministic deployment proxy: `salt ++ init code` in, a CREATE2 address out, the same on every chain. */
export const PROXY = "0x4e59b44847b379578588920cA78FbF26c0B4956C";
export const PERMIT2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
const SENDER_CREATOR_09 = "0x0A630a99Df908A81115A3022927Be82f9299987e";

/** Creates the proxy: one transaction without a chain id, signed by nobody, with its sender's cost. */
export const PROXY_CREATOR = "0x3fAB184622Dc19b6109349B94811493BF2a45362";
export const PROXY_CREATOR_FUNDS = "0x2386f26fc10000";
const PROXY_TRANSACTION =
  "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffff" +
  "ffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba022222222222222222222222" +
  "22222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222";

/** The two that npm holds as init code: an equal CREATE2 address proves an equal bytecode. */
const FROM_INIT_CODE = {
  "0.7": {
    artifact: "@account-abstraction/contracts-0.7/artifacts/EntryPoint.json",
    salt: "0x90d8084deab30c2a37c45e8d47f49f2f7965183cb6990a98943ef94940681de3",
  },
  "0.8": {
    artifact: "@account-abstraction/contracts/artifacts/EntryPoint.json",
    salt: "0x0a59dbff790c23c976a548690c27297883cc66b4c67024f9117b0238995e35e9",
  },
};

const DEPLOY_GAS = "0x7a1200";

/** Deploys the deterministic deployment proxy unless it is there. Its creator is funded by `from`. */
export async function deployProxy(provider: Provider, from?: string): Promise<void> {
  if (await hasCode(provider, PROXY)) return;
  await send(provider, {
    from: from ?? (await firstAccount(provider)),
    to: PROXY_CREATOR,
    value: PROXY_CREATOR_FUNDS,
  });
  const hash = await provider.request({ method: "eth_sendRawTransaction", params: [PROXY_TRANSACTION] });
  await succeeded(provider, hash as string);
  if (!(await hasCode(provider, PROXY))) throw new Error(`The deterministic deployment proxy is not at ${PROXY}.`);
}

/** Sends init code to the proxy unless its address has code already; returns the address. */
export async function deployDeterministic(provider: Provider, salt: string, initCode: string): Promise<string> {
  const address = getCreate2Address(PROXY, salt, keccak256(initCode));
  if (await hasCode(provider, address)) return address;
  await send(provider, {
    from: await firstAccount(provider),
    to: PROXY,
    data: concat([salt, initCode]),
    gas: DEPLOY_GAS,
  });
  if (!(await hasCode(provider, address))) throw new Error(`The proxy created nothing at ${address}.`);
  return address;
}

/**
 * Puts the canonical EntryPoints at their canonical addresses. v0.7 and v0.8 are created through the proxy. v0.9's
 * init code is in no package, so its runtime and its SenderCreator's are placed as they are on a chain with this id.
 */
export async function deployEntryPoints(
  provider: Provider,
  versions: EntryPointVersion[] = ["0.7", "0.8", "0.9"],
): Promise<void> {
  await deployProxy(provider);
  for (const version of versions) {
    const { address } = ENTRY_POINTS[version];
    if (await hasCode(provider, address)) continue;
    if (version === "0.9") {
      await setCode(provider, SENDER_CREATOR_09, predeployed(SENDER_CREATOR_09));
      await setCode(provider, address, entryPoint09Code(await chainIdOf(provider)));
    } else {
      const { artifact, salt } = FROM_INIT_CODE[version];
      const created = await deployDeterministic(provider, salt, (require(artifact) as { bytecode: string }).bytecode);
      if (getAddress(created) !== address) throw new Error(`EntryPoint ${version} was created at ${created}.`);
    }
  }
}

/**
 * Puts the canonical Permit2 at its canonical address. The package has its init code: run at that address, it returns
 * the runtime with this chain's id and domain separator.
 */
export async function deployPermit2(provider: Provider): Promise<void> {
  if (await hasCode(provider, PERMIT2)) return;
  await setCode(provider, PERMIT2, predeployed(PERMIT2));
  const runtime = await provider.request({ method: "eth_call", params: [{ to: PERMIT2 }, "latest"] });
  await setCode(provider, PERMIT2, runtime as string);
}

/** The runtime of EntryPoint v0.9 on a chain: keccak256 is that of a real deployment there. */
export function entryPoint09Code(chainId: bigint): string {
  const { address } = ENTRY_POINTS["0.9"];
  return onChain(predeployed(address), { name: "ERC4337", version: "1", verifyingContract: address }, chainId);
}

/** Moves a runtime that was read on chain 1: its chain id and its cached EIP-712 domain separator are immutables. */
function onChain(code: string, domain: { name: string; version?: string; verifyingContract: string }, chainId: bigint) {
  const separator = (id: bigint) => TypedDataEncoder.hashDomain({ ...domain, chainId: id }).slice(2);
  const pushed = (id: bigint) => "7f" + toBeHex(id, 32).slice(2);
  return code.replaceAll(separator(1n), separator(chainId)).replaceAll(pushed(1n), pushed(chainId));
}

function predeployed(address: string): string {
  const file = require.resolve("hardhat-predeploy/package.json").replace(/package\.json$/, `bin/${address}.bytecode`);
  return "0x" + readFileSync(file).toString("hex");
}

async function setCode(provider: Provider, address: string, code: string): Promise<void> {
  await provider.request({ method: "hardhat_setCode", params: [address, code] });
}

async function hasCode(provider: Provider, address: string): Promise<boolean> {
  return (await provider.request({ method: "eth_getCode", params: [address, "latest"] })) !== "0x";
}

async function chainIdOf(provider: Provider): Promise<bigint> {
  return BigInt((await provider.request({ method: "eth_chainId" })) as string);
}

async function firstAccount(provider: Provider): Promise<string> {
  const [account] = (await provider.request({ method: "eth_accounts" })) as string[];
  if (account === undefined) throw new Error("The node holds no account to send from.");
  return account;
}

async function send(provider: Provider, transaction: Record<string, string>): Promise<void> {
  const hash = await provider.request({ method: "eth_sendTransaction", params: [transaction] });
  await succeeded(provider, hash as string);
}

async function succeeded(provider: Provider, hash: string): Promise<void> {
  if ((await receiptOf(provider, hash)).status !== "0x1") throw new Error(`Transaction ${hash} did not succeed.`);
}

/** Waits for a transaction for up to five minutes. */
export async function receiptOf(provider: Provider, hash: string): Promise<{ status: string; gasUsed: string }> {
  for (let attempt = 0; attempt < 600; ++attempt) {
    const receipt = await provider.request({ method: "eth_getTransactionReceipt", params: [hash] });
    if (receipt !== null) return receipt as { status: string; gasUsed: string };
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`Transaction ${hash} was not mined within five minutes.`);
}
