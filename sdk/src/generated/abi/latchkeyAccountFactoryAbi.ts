// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/interfaces/ILatchkeyAccountFactory.sol. */
export const latchkeyAccountFactoryAbi = [
  {"type":"error","name":"EntryPointWithoutCode","inputs":[{"name":"entryPoint","type":"address"}]},
  {"type":"error","name":"LatchkeyWithoutCode","inputs":[{"name":"latchkey","type":"address"}]},
  {"type":"event","name":"AccountCreated","inputs":[{"name":"account","type":"address","indexed":true},{"name":"owner","type":"address","indexed":true},{"name":"module","type":"address","indexed":false},{"name":"salt","type":"bytes32","indexed":false}]},
  {"type":"function","name":"ENTRY_POINT","inputs":[],"outputs":[{"name":"","type":"address"}],"stateMutability":"view"},
  {"type":"function","name":"IMPLEMENTATION","inputs":[],"outputs":[{"name":"","type":"address"}],"stateMutability":"view"},
  {"type":"function","name":"LATCHKEY","inputs":[],"outputs":[{"name":"","type":"address"}],"stateMutability":"view"},
  {"type":"function","name":"accountAddress","inputs":[{"name":"owner","type":"address"},{"name":"module","type":"address"},{"name":"salt","type":"bytes32"}],"outputs":[{"name":"account","type":"address"}],"stateMutability":"view"},
  {"type":"function","name":"createAccount","inputs":[{"name":"owner","type":"address"},{"name":"module","type":"address"},{"name":"salt","type":"bytes32"}],"outputs":[{"name":"account","type":"address"}],"stateMutability":"nonpayable"},
] as const;
