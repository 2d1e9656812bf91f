// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0xe2eEADb5530449bE9D6457171D060801D202aBb2",
  "lens": "0x02AD77A2078E7323Ddb02f3986E947d53CB855ec",
  "policyStore": "0x501DA8C5Dd3cb63c9493DA4528301451B71BfaB4",
  "forwarder": "0x1dEe849D295257566376E1B9671D12b2d201a17E"
} as const;
export const accountAddresses = {
  "factory": "0x0C6E6a066b37C087C9aD6f3F4D3C01a354238052",
  "delegate": "0xa688246f6Bc570ABBe04B5Fd0C45d3211f92D80D"
} as const;
