import type { Contract } from "ethers";
import { getCreateAddress } from "ethers";
import type { Address, Hex } from "viem";
import { PublicationError, publish, type ChainFacts } from "../reference/publication.ts";
import { storedForm } from "../reference/storedForm.ts";
import type { Policy } from "../reference/policy.ts";
import { nftCode, tokenCode } from "./answers.ts";
import type { Chain } from "./chain.ts";
import { ENTRY_POINTS } from "../../../deploy/lib/entryPoints.ts";

/** A policy encoder whose siblings are those that its deployer, an account, would create. */
export async function deployPolicyEncoder(chain: Chain): Promise<{ encoder: Contract; machinery: Address[] }> {
  const factory = await chain.ethers.getContractFactory(
    "contracts/policy/PolicyEncoder.sol:PolicyEncoder",
    chain.owner,
  );
  const encoder = (await factory.deploy()) as unknown as Contract;
  await encoder.waitForDeployment();
  const siblings = [1, 5, 6].map((nonce) => getCreateAddress({ from: chain.owner.address, nonce }));
  const entryPoints = Object.values(ENTRY_POINTS).map(({ address }) => address);
  const machinery = [...siblings, "0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789", ...entryPoints];
  return { encoder, machinery: machinery.map((each) => each.toLowerCase() as Address) };
}

/** Gives the contracts that a policy names the code that answers as `facts` has it. */
export async function settle(chain: Chain, { fungible, nonFungible, assets }: ChainFacts): Promise<void> {
  for (const token of fungible) {
    if (BigInt(token) < 1n << 16n) continue;
    await chain.helpers.setCode(token, tokenCode(assets[token] as Hex | undefined));
  }
  for (const token of nonFungible) await chain.helpers.setCode(token, nftCode);
  for (const [vault, asset] of Object.entries(assets)) await chain.helpers.setCode(vault, tokenCode(asset));
}

/** `policy` with one address in place of another. */
export function withAddress(policy: Policy, from: Address, to: Address): Policy {
  const replaced = (value: unknown): unknown => {
    if (typeof value === "string") return value.toLowerCase() === from.toLowerCase() ? to : value;
    if (Array.isArray(value)) return value.map(replaced);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaced(each)]));
  };
  return replaced(policy) as Policy;
}

/** The stored form by the model, or the name of the error. */
export function outcomeOf(policy: Policy, facts: ChainFacts): string {
  try {
    return storedForm(policy, publish(policy, facts));
  } catch (error) {
    if (error instanceof PublicationError) return error.name;
    throw error;
  }
}
