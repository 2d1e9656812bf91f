import { concatHex, encodeFunctionData, numberToHex, parseAbi, type Address, type Hex } from "viem";
import type { Contract, ContractTransactionReceipt } from "ethers";
import type { Execution } from "../../sdk/src/index.ts";

const EXECUTE = parseAbi(["function execute(bytes32 mode, bytes executionCalldata)"]);

/** What a bundler's estimate would leave in an operation of the demo: at most 0.00106 ETH, at 1 gwei. */
const GAS = {
  verificationGasLimit: 400_000n,
  callGasLimit: 600_000n,
  preVerificationGas: 60_000n,
  maxFeePerGas: 10n ** 9n,
  maxPriorityFeePerGas: 10n ** 9n,
};

/** Wei: what one of them reserves. */
export const OPERATION_COST = (GAS.verificationGasLimit + GAS.callGasLimit + GAS.preVerificationGas) * GAS.maxFeePerGas;

export type GasFields = Partial<typeof GAS>;

/** An operation as the EntryPoint takes it. */
export interface PackedOperation {
  sender: string;
  nonce: bigint;
  initCode: Hex;
  callData: Hex;
  accountGasLimits: Hex;
  preVerificationGas: bigint;
  gasFees: Hex;
  paymasterAndData: Hex;
  signature: Hex;
}

/** An unsigned operation of an account for itself. */
export async function operation(
  entryPoint: Contract,
  fields: { sender: string; nonceKey: bigint; execution: Execution } & GasFields,
): Promise<PackedOperation> {
  const { sender, nonceKey, execution, ...gas } = fields;
  const { mode, executionCalldata } = execution;
  const limits = { ...GAS, ...gas };
  return {
    sender,
    nonce: (await entryPoint.getFunction("getNonce").staticCall(sender, nonceKey)) as bigint,
    initCode: "0x",
    callData: encodeFunctionData({ abi: EXECUTE, functionName: "execute", args: [mode, executionCalldata] }),
    accountGasLimits: pair(limits.verificationGasLimit, limits.callGasLimit),
    preVerificationGas: limits.preVerificationGas,
    gasFees: pair(limits.maxPriorityFeePerGas, limits.maxFeePerGas),
    paymasterAndData: "0x",
    signature: "0x",
  };
}

/** The hash as the EntryPoint itself computes it. */
export async function hashOf(entryPoint: Contract, op: PackedOperation): Promise<Hex> {
  return (await entryPoint.getFunction("getUserOpHash").staticCall(op)) as Hex;
}

/** Where the account finds the validator: `validator (20) | lane (4)`. */
export function nonceKeyOf(validator: Address): bigint {
  return BigInt(validator) << 32n;
}

/** Bundles one operation; returns the gas of the transaction. Throws what refuses it, or what its call reverts with. */
export async function bundle(entryPoint: Contract, op: PackedOperation, beneficiary = BENEFICIARY): Promise<bigint> {
  const response = await entryPoint.getFunction("handleOps").send([op], beneficiary, { gasLimit: 6_000_000n });
  const receipt = (await response.wait()) as ContractTransactionReceipt;
  const events = receipt.logs.map((log) => entryPoint.interface.parseLog(log));
  if (events.find((event) => event?.name === "UserOperationEvent")?.args.success === true) return receipt.gasUsed;
  const reverted = events.find((event) => event?.name === "UserOperationRevertReason");
  throw Object.assign(new Error("The operation's call failed."), { data: reverted?.args.revertReason });
}

/** Where bundles send their fees: no account of the node. */
const BENEFICIARY = "0x00000000000000000000000000000000000bEEf1";

function pair(high: bigint, low: bigint): Hex {
  return concatHex([numberToHex(high, { size: 16 }), numberToHex(low, { size: 16 })]);
}
