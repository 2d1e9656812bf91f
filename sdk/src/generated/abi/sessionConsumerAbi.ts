// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/interfaces/ISessionConsumer.sol. */
export const sessionConsumerAbi = [
  {"type":"function","name":"consumeSession","inputs":[{"name":"principal","type":"address"},{"name":"key","type":"address"},{"name":"data","type":"bytes"}],"outputs":[],"stateMutability":"nonpayable"},
  {"type":"function","name":"isValidFor","inputs":[{"name":"key","type":"address"},{"name":"principal","type":"address"}],"outputs":[{"name":"valid","type":"bool"}],"stateMutability":"view"},
] as const;
