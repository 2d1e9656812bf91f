import { Contract, getCreateAddress } from "ethers";
import type { Chain } from "./chain.ts";

/** A store and its encoder, created by an account in the order in which their deployer creates them. */
export async function deployPolicyStore(chain: Chain): Promise<{ store: Contract; siblings: string[] }> {
  const creator = (await chain.ethers.getSigners()).at(-1)!;
  await chain.helpers.setNonce(creator.address, 3);
  for (const name of ["PolicyEncoder", "PolicyStore"]) {
    const factory = await chain.ethers.getContractFactory(`contracts/policy/${name}.sol:${name}`, creator);
    await (await factory.deploy()).waitForDeployment();
  }
  const siblings = [1, 2, 3, 4, 5, 6].map((nonce) => getCreateAddress({ from: creator.address, nonce }));
  const store = await chain.ethers.getContractAt("IPolicyStore", siblings[3]!, chain.owner);
  return { store: store as unknown as Contract, siblings };
}
