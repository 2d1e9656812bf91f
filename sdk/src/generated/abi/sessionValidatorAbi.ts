// Written by `npm run abi` from the contracts; not by hand.

/** The ABI of contracts/interfaces/ISessionValidator.sol. */
export const sessionValidatorAbi = [
  {"type":"function","name":"isInitialized","inputs":[{"name":"account","type":"address"}],"outputs":[{"name":"initialized","type":"bool"}],"stateMutability":"view"},
  {"type":"function","name":"isModuleType","inputs":[{"name":"moduleTypeId","type":"uint256"}],"outputs":[{"name":"","type":"bool"}],"stateMutability":"view"},
  {"type":"function","name":"isValidSignatureWithSender","inputs":[{"name":"sender","type":"address"},{"name":"hash","type":"bytes32"},{"name":"signature","type":"bytes"}],"outputs":[{"name":"","type":"bytes4"}],"stateMutability":"view"},
  {"type":"function","name":"onInstall","inputs":[{"name":"data","type":"bytes"}],"outputs":[],"stateMutability":"nonpayable"},
  {"type":"function","name":"onUninstall","inputs":[{"name":"data","type":"bytes"}],"outputs":[],"stateMutability":"nonpayable"},
  {"type":"function","name":"validateUserOp","inputs":[{"name":"userOp","type":"tuple","components":[{"name":"sender","type":"address"},{"name":"nonce","type":"uint256"},{"name":"initCode","type":"bytes"},{"name":"callData","type":"bytes"},{"name":"accountGasLimits","type":"bytes32"},{"name":"preVerificationGas","type":"uint256"},{"name":"gasFees","type":"bytes32"},{"name":"paymasterAndData","type":"bytes"},{"name":"signature","type":"bytes"}]},{"name":"userOpHash","type":"bytes32"}],"outputs":[{"name":"","type":"uint256"}],"stateMutability":"nonpayable"},
] as const;
