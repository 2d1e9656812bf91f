// Written by `npm run abi` from the contracts; not by hand.
export const deployedAddresses = {
  "latchkey": "0x8c2e822aB9eE8CF2Ac0D6F41A15DdD12A9Cb5c7f",
  "lens": "0xBe91cfB570aE5BDB6450aF65BAC7eE28547503BD",
  "policyStore": "0x927dA9e380a8f339866C998Bc2a45349aEF44Fc1",
  "forwarder": "0xbC148Afd639F77E3610BffcD488af69984B4614B"
} as const;
export const accountAddresses = {
  "factory": "0x7d3449dc31a593310Fd8D06FB04E4cC9Dc56618e",
  "delegate": "0x7b86a1f3313519aA0674A7209D5714eF4F04ec10"
} as const;
