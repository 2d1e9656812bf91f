// Written by `npm run abi` from the contracts; not by hand.
// The functions and events of contracts/interfaces/ISessionState.sol.
export const EXTENSION = {"type":"function","name":"EXTENSION","inputs":[],"outputs":[{"name":"sibling","type":"address"}],"stateMutability":"view"} as const;
export const FORWARDER = {"type":"function","name":"FORWARDER","inputs":[],"outputs":[{"name":"sibling","type":"address"}],"stateMutability":"view"} as const;
export const P256_VERIFIER = {"type":"function","name":"P256_VERIFIER","inputs":[],"outputs":[{"name":"sibling","type":"address"}],"stateMutability":"view"} as const;
export const POLICY_STORE = {"type":"function","name":"POLICY_STORE","inputs":[],"outputs":[{"name":"sibling","type":"address"}],"stateMutability":"view"} as const;
