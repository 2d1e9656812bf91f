// Written by `npm run abi` from the contracts; not by hand.
// What the client calls and reads of contracts/interfaces/ISessionExecutor.sol.
export const SessionUsed = {"type":"event","name":"SessionUsed","inputs":[{"name":"principal","type":"address","indexed":true},{"name":"key","type":"address","indexed":true}]} as const;
export const execute = {"type":"function","name":"execute","inputs":[{"name":"principal","type":"address"},{"name":"mode","type":"bytes32"},{"name":"executionCalldata","type":"bytes"}],"outputs":[],"stateMutability":"nonpayable"} as const;
export const executeBySig = {"type":"function","name":"executeBySig","inputs":[{"name":"principal","type":"address"},{"name":"mode","type":"bytes32"},{"name":"executionCalldata","type":"bytes"},{"name":"nonce","type":"uint256"},{"name":"minGas","type":"uint256"},{"name":"signature","type":"bytes"}],"outputs":[],"stateMutability":"nonpayable"} as const;
