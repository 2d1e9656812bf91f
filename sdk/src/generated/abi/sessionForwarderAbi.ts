// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/interfaces/ISessionForwarder.sol. */
export const sessionForwarderAbi = [
  {"type":"error","name":"ForwardedCalldataTooShort","inputs":[{"name":"length","type":"uint256"},{"name":"required","type":"uint256"}]},
  {"type":"error","name":"ForwardedGasBelowMinimum","inputs":[{"name":"available","type":"uint256"},{"name":"minGas","type":"uint256"}]},
  {"type":"error","name":"ForwarderNotTrusted","inputs":[{"name":"target","type":"address"}]},
  {"type":"error","name":"TargetWithoutCode","inputs":[{"name":"target","type":"address"}]},
  {"type":"function","name":"LATCHKEY","inputs":[],"outputs":[{"name":"latchkey","type":"address"}],"stateMutability":"view"},
  {"type":"function","name":"forward","inputs":[{"name":"principal","type":"address"},{"name":"target","type":"address"},{"name":"data","type":"bytes"}],"outputs":[{"name":"result","type":"bytes"}],"stateMutability":"nonpayable"},
  {"type":"function","name":"forwardBySig","inputs":[{"name":"principal","type":"address"},{"name":"target","type":"address"},{"name":"data","type":"bytes"},{"name":"nonce","type":"uint256"},{"name":"minGas","type":"uint256"},{"name":"signature","type":"bytes"}],"outputs":[{"name":"result","type":"bytes"}],"stateMutability":"nonpayable"},
] as const;
