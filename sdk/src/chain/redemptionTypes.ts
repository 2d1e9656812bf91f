import { relayed } from "./keyTypes.ts";

/** The EIP-712 types of what a key signs for somebody who redeems it through ERC-7710. */
export const redemptionTypes = {
  sessionRedemption: {
    SessionRedemption: [
      { name: "principal", type: "address" },
      { name: "redeemer", type: "address" },
      { name: "mode", type: "bytes32" },
      { name: "executionCalldata", type: "bytes" },
      ...relayed,
    ],
  },
} as const;
