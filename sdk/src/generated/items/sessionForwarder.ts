// Written by `npm run abi` from the contracts; not by hand.
// What the client calls and reads of contracts/interfaces/ISessionForwarder.sol.
export const forward = {"type":"function","name":"forward","inputs":[{"name":"principal","type":"address"},{"name":"target","type":"address"},{"name":"data","type":"bytes"}],"outputs":[{"name":"result","type":"bytes"}],"stateMutability":"nonpayable"} as const;
export const forwardBySig = {"type":"function","name":"forwardBySig","inputs":[{"name":"principal","type":"address"},{"name":"target","type":"address"},{"name":"data","type":"bytes"},{"name":"nonce","type":"uint256"},{"name":"minGas","type":"uint256"},{"name":"signature","type":"bytes"}],"outputs":[{"name":"result","type":"bytes"}],"stateMutability":"nonpayable"} as const;
