// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/interfaces/ILatchkeyAccount7702.sol. */
export const latchkeyAccount7702Abi = [
  {"type":"error","name":"AccountNotInitialized","inputs":[]},
  {"type":"event","name":"AccountInitialized","inputs":[{"name":"epoch","type":"bytes32","indexed":true},{"name":"module","type":"address","indexed":true}]},
  {"type":"function","name":"LATCHKEY","inputs":[],"outputs":[{"name":"","type":"address"}],"stateMutability":"view"},
  {"type":"function","name":"epoch","inputs":[],"outputs":[{"name":"","type":"bytes32"}],"stateMutability":"view"},
  {"type":"function","name":"initialize","inputs":[{"name":"module","type":"address"}],"outputs":[],"stateMutability":"nonpayable"},
] as const;
