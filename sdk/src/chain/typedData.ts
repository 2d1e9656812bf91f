import { keyTypes } from "./keyTypes.ts";
import { redemptionTypes } from "./redemptionTypes.ts";

/** The EIP-712 types of a policy. */
export const policyTypes = {
  Policy: [
    { name: "app", type: "string" },
    { name: "minDuration", type: "uint32" },
    { name: "maxDuration", type: "uint32" },
    { name: "maxCalls", type: "uint32" },
    { name: "gasBudget", type: "uint80" },
    { name: "selfPaid", type: "bool" },
    { name: "paymaster", type: "address" },
    { name: "permissions", type: "Permission[]" },
    { name: "limits", type: "Limit[]" },
  ],
  Permission: [
    { name: "target", type: "address" },
    { name: "method", type: "string" },
    { name: "maxValue", type: "uint128" },
    { name: "spends", type: "Spend[]" },
    { name: "rules", type: "Rule[]" },
    { name: "inner", type: "Inner[]" },
    { name: "consumable", type: "bool" },
    { name: "open", type: "string[]" },
  ],
  Spend: [
    { name: "unit", type: "address" },
    { name: "argument", type: "string" },
    { name: "amount", type: "uint128" },
    { name: "scale", type: "uint8" },
  ],
  Rule: [
    { name: "argument", type: "string" },
    { name: "test", type: "string" },
    { name: "per", type: "string" },
    { name: "addresses", type: "address[]" },
    { name: "numbers", type: "int256[]" },
    { name: "words", type: "bytes32[]" },
  ],
  Inner: [
    { name: "argument", type: "string" },
    { name: "types", type: "string" },
  ],
  Limit: [
    { name: "unit", type: "address" },
    { name: "cap", type: "uint128" },
    { name: "period", type: "uint32" },
    { name: "fromStart", type: "bool" },
  ],
} as const;

/** The EIP-712 types of Latchkey: the policy, and one primary type for each verb. */
export const typedData = {
  policy: policyTypes,
  registerSession: {
    RegisterSession: [
      { name: "principal", type: "address" },
      { name: "policy", type: "Policy" },
      { name: "key", type: "address" },
      { name: "publicKey", type: "bytes" },
      { name: "validAfter", type: "uint48" },
      { name: "validUntil", type: "uint48" },
      { name: "maxCalls", type: "uint32" },
      { name: "lane", type: "uint64" },
      { name: "replaces", type: "address" },
      { name: "nonce", type: "uint256" },
      { name: "deadline", type: "uint256" },
    ],
    ...policyTypes,
  },
  registerSessionOnChains: {
    RegisterSessionOnChains: [
      { name: "principal", type: "address" },
      { name: "key", type: "address" },
      { name: "publicKey", type: "bytes" },
      { name: "validAfter", type: "uint48" },
      { name: "validUntil", type: "uint48" },
      { name: "maxCalls", type: "uint32" },
      { name: "lane", type: "uint64" },
      { name: "replaces", type: "address" },
      { name: "deadline", type: "uint256" },
      { name: "chains", type: "ChainGrant[]" },
    ],
    ChainGrant: [
      { name: "chainId", type: "uint256" },
      { name: "nonce", type: "uint256" },
      { name: "policy", type: "Policy" },
    ],
    ...policyTypes,
  },
  revokeSession: {
    RevokeSession: [
      { name: "principal", type: "address" },
      { name: "key", type: "address" },
      { name: "deadline", type: "uint256" },
    ],
  },
  revokeSessionOnChains: {
    RevokeSessionOnChains: [
      { name: "principal", type: "address" },
      { name: "key", type: "address" },
      { name: "deadline", type: "uint256" },
      { name: "chains", type: "uint256[]" },
    ],
  },
  revokeAllSessions: {
    RevokeAllSessions: [
      { name: "principal", type: "address" },
      { name: "generation", type: "uint32" },
      { name: "deadline", type: "uint256" },
    ],
  },
  ...keyTypes,
  ...redemptionTypes,
} as const;
