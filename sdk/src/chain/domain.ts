import type { Address, TypedDataDomain } from "viem";

/** The EIP-712 domain of a deployment: what a signature of a principal or a key is good for. */
export function latchkeyDomain(chainId: number, latchkey: Address): TypedDataDomain {
  return { name: "Latchkey", version: "2", chainId, verifyingContract: latchkey };
}

/** The domain of what is signed for several chains: the message lists them. */
export function latchkeyDomainOnChains(latchkey: Address): TypedDataDomain {
  return { name: "Latchkey", version: "2", verifyingContract: latchkey };
}
