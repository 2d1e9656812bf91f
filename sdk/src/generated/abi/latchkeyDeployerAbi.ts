// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/interfaces/ILatchkeyDeployer.sol. */
export const latchkeyDeployerAbi = [
  {"type":"error","name":"CreationFailed","inputs":[{"name":"creation","type":"uint256"}]},
  {"type":"error","name":"CreationsComplete","inputs":[{"name":"count","type":"uint256"}]},
  {"type":"error","name":"InitCodeUnexpected","inputs":[{"name":"actual","type":"bytes32"},{"name":"expected","type":"bytes32"}]},
  {"type":"function","name":"create","inputs":[{"name":"initCode","type":"bytes"}],"outputs":[{"name":"sibling","type":"address"}],"stateMutability":"nonpayable"},
  {"type":"function","name":"creations","inputs":[],"outputs":[{"name":"count","type":"uint256"}],"stateMutability":"view"},
  {"type":"function","name":"siblingAt","inputs":[{"name":"creation","type":"uint256"}],"outputs":[{"name":"sibling","type":"address"}],"stateMutability":"view"},
] as const;
