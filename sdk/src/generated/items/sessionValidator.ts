// Written by `npm run abi` from the contracts; not by hand.
// What the client calls and reads of contracts/interfaces/ISessionValidator.sol.
export const isInitialized = {"type":"function","name":"isInitialized","inputs":[{"name":"account","type":"address"}],"outputs":[{"name":"initialized","type":"bool"}],"stateMutability":"view"} as const;
