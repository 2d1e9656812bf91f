// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/interfaces/IDelegationRedeemer.sol. */
export const delegationRedeemerAbi = [
  {"type":"error","name":"RedeemerNotAllowed","inputs":[{"name":"caller","type":"address"},{"name":"redeemer","type":"address"}]},
  {"type":"error","name":"RedemptionContextInvalid","inputs":[{"name":"item","type":"uint256"},{"name":"length","type":"uint256"}]},
  {"type":"error","name":"RedemptionLengthsDiffer","inputs":[{"name":"contexts","type":"uint256"},{"name":"modes","type":"uint256"},{"name":"executions","type":"uint256"}]},
  {"type":"function","name":"redeemDelegations","inputs":[{"name":"permissionContexts","type":"bytes[]"},{"name":"modes","type":"bytes32[]"},{"name":"executionCallDatas","type":"bytes[]"}],"outputs":[],"stateMutability":"nonpayable"},
] as const;
