/** What a key signs beside what it does. */
export const relayed = [
  { name: "nonce", type: "uint256" },
  { name: "minGas", type: "uint256" },
  { name: "validUntil", type: "uint48" },
  { name: "registration", type: "uint48" },
] as const;

/** The EIP-712 types of what a key signs: a send needs no others. */
export const keyTypes = {
  sessionOperation: {
    SessionOperation: [
      { name: "principal", type: "address" },
      { name: "userOpHash", type: "bytes32" },
      { name: "validUntil", type: "uint48" },
      { name: "registration", type: "uint48" },
    ],
  },
  sessionExecution: {
    SessionExecution: [
      { name: "principal", type: "address" },
      { name: "mode", type: "bytes32" },
      { name: "executionCalldata", type: "bytes" },
      ...relayed,
    ],
  },
  sessionForward: {
    SessionForward: [
      { name: "principal", type: "address" },
      { name: "target", type: "address" },
      { name: "data", type: "bytes" },
      ...relayed,
    ],
  },
} as const;
