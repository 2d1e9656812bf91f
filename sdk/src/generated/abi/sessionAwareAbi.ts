// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/dapp/SessionAware.sol. */
export const sessionAwareAbi = [
  {"type":"error","name":"SessionCarriesNoValue","inputs":[{"name":"value","type":"uint256"}]},
  {"type":"function","name":"LATCHKEY","inputs":[],"outputs":[{"name":"","type":"address"}],"stateMutability":"view"},
] as const;
