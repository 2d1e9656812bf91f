// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/interfaces/ISessionExecutor.sol. */
export const sessionExecutorAbi = [
  {"type":"event","name":"SessionUsed","inputs":[{"name":"principal","type":"address","indexed":true},{"name":"key","type":"address","indexed":true}]},
  {"type":"function","name":"consumeForwarded","inputs":[{"name":"principal","type":"address"},{"name":"key","type":"address"},{"name":"target","type":"address"},{"name":"data","type":"bytes"}],"outputs":[],"stateMutability":"nonpayable"},
  {"type":"function","name":"consumeForwardedBySig","inputs":[{"name":"principal","type":"address"},{"name":"target","type":"address"},{"name":"data","type":"bytes"},{"name":"nonce","type":"uint256"},{"name":"minGas","type":"uint256"},{"name":"signature","type":"bytes"}],"outputs":[],"stateMutability":"nonpayable"},
  {"type":"function","name":"execute","inputs":[{"name":"principal","type":"address"},{"name":"mode","type":"bytes32"},{"name":"executionCalldata","type":"bytes"}],"outputs":[],"stateMutability":"nonpayable"},
  {"type":"function","name":"executeBySig","inputs":[{"name":"principal","type":"address"},{"name":"mode","type":"bytes32"},{"name":"executionCalldata","type":"bytes"},{"name":"nonce","type":"uint256"},{"name":"minGas","type":"uint256"},{"name":"signature","type":"bytes"}],"outputs":[],"stateMutability":"nonpayable"},
] as const;
