// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/dapp/SessionSpender.sol. */
export const sessionSpenderAbi = [
  {"type":"error","name":"AmountNotCounted","inputs":[{"name":"word","type":"uint256"},{"name":"counted","type":"uint256"},{"name":"amount","type":"uint256"}]},
  {"type":"error","name":"TokenCreditMismatch","inputs":[{"name":"token","type":"address"},{"name":"credited","type":"uint256"},{"name":"amount","type":"uint256"}]},
  {"type":"error","name":"TokenDebitMismatch","inputs":[{"name":"token","type":"address"},{"name":"debited","type":"uint256"},{"name":"amount","type":"uint256"}]},
  {"type":"error","name":"TokenWithoutCode","inputs":[{"name":"token","type":"address"}]},
] as const;
