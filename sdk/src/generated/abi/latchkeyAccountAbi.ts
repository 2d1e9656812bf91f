// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/interfaces/ILatchkeyAccount.sol. */
export const latchkeyAccountAbi = [
  {"type":"error","name":"AccountAlreadyInitialized","inputs":[{"name":"owner","type":"address"}]},
  {"type":"error","name":"AccountNotClone","inputs":[{"name":"size","type":"uint256"},{"name":"cloneSize","type":"uint256"}]},
  {"type":"error","name":"OwnerNotAllowed","inputs":[{"name":"owner","type":"address"}]},
  {"type":"error","name":"OwnerOverwritten","inputs":[{"name":"owner","type":"address"},{"name":"written","type":"address"}]},
  {"type":"error","name":"OwnershipNotAccepted","inputs":[{"name":"newOwner","type":"address"}]},
  {"type":"event","name":"OwnershipTransferred","inputs":[{"name":"previousOwner","type":"address","indexed":true},{"name":"newOwner","type":"address","indexed":true}]},
  {"type":"function","name":"LATCHKEY","inputs":[],"outputs":[{"name":"","type":"address"}],"stateMutability":"view"},
  {"type":"function","name":"initialize","inputs":[{"name":"owner_","type":"address"},{"name":"module","type":"address"}],"outputs":[],"stateMutability":"nonpayable"},
  {"type":"function","name":"owner","inputs":[],"outputs":[{"name":"","type":"address"}],"stateMutability":"view"},
  {"type":"function","name":"transferOwnership","inputs":[{"name":"newOwner","type":"address"},{"name":"acceptance","type":"bytes"}],"outputs":[],"stateMutability":"nonpayable"},
] as const;
