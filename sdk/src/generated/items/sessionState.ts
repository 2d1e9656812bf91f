// Written by `npm run abi` from the contracts; not by hand.
// What the client calls and reads of contracts/interfaces/ISessionState.sol.
export const ENTRANCE = {"type":"function","name":"ENTRANCE","inputs":[],"outputs":[{"name":"sibling","type":"address"}],"stateMutability":"view"} as const;
export const EXTENSION = {"type":"function","name":"EXTENSION","inputs":[],"outputs":[{"name":"sibling","type":"address"}],"stateMutability":"view"} as const;
