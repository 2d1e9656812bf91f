import { hashStruct, type Hex } from "viem";
import type { Policy } from "../types.ts";
import { policyTypes } from "../chain/typedData.ts";

/** The policyId: what `PolicyStore.hashPolicy` returns for the same policy. */
export function hashPolicy(policy: Policy): Hex {
  return hashStruct({ data: { ...policy }, primaryType: "Policy", types: policyTypes });
}
