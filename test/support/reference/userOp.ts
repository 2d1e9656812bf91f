import { concat, dataLength, toBeHex, type BigNumberish, type Contract, type ContractTransactionReceipt } from "ethers";
import { signOperation, type SessionKey } from "./session.ts";
import type { TypedDataDomain } from "ethers";

export interface PackedUserOperation {
  sender: string;
  nonce: bigint;
  initCode: string;
  callData: string;
  accountGasLimits: string;
  preVerificationGas: bigint;
  gasFees: string;
  paymasterAndData: string;
  signature: string;
}

export interface UserOperationFields {
  sender: string;
  callData: string;
  nonce: bigint;
  initCode?: string;
  signature?: string;
  verificationGasLimit?: BigNumberish;
  callGasLimit?: BigNumberish;
  preVerificationGas?: BigNumberish;
  maxFeePerGas?: BigNumberish;
  maxPriorityFeePerGas?: BigNumberish;
  paymaster?: {
    address: string;
    verificationGasLimit?: BigNumberish;
    postOpGasLimit?: BigNumberish;
    data?: string;
  };
}

const pair = (high: BigNumberish, low: BigNumberish) => concat([toBeHex(high, 16), toBeHex(low, 16)]);

/** An unsigned operation with ample gas; 1 gwei per gas. */
export function userOp(fields: UserOperationFields): PackedUserOperation {
  const { paymaster } = fields;
  return {
    sender: fields.sender,
    nonce: fields.nonce,
    initCode: fields.initCode ?? "0x",
    callData: fields.callData,
    accountGasLimits: pair(fields.verificationGasLimit ?? 1_500_000, fields.callGasLimit ?? 2_000_000),
    preVerificationGas: BigInt(fields.preVerificationGas ?? 100_000),
    gasFees: pair(fields.maxPriorityFeePerGas ?? 10n ** 9n, fields.maxFeePerGas ?? 10n ** 9n),
    paymasterAndData:
      paymaster === undefined
        ? "0x"
        : concat([
            paymaster.address,
            toBeHex(paymaster.verificationGasLimit ?? 300_000, 16),
            toBeHex(paymaster.postOpGasLimit ?? 100_000, 16),
            paymaster.data ?? "0x",
          ]),
    signature: fields.signature ?? "0x",
  };
}

/** The most that an operation can cost in wei: what is reserved of the gas budget. */
export function maxGasCost(op: PackedUserOperation): bigint {
  const limits = BigInt(op.accountGasLimits);
  let gas = (limits >> 128n) + (limits & MASK_128) + op.preVerificationGas;
  if (dataLength(op.paymasterAndData) >= 52) {
    gas += BigInt("0x" + op.paymasterAndData.slice(42, 74)) + BigInt("0x" + op.paymasterAndData.slice(74, 106));
  }
  return gas * (BigInt(op.gasFees) & MASK_128);
}

const MASK_128 = 2n ** 128n - 1n;

/** How OpenZeppelin's account (and the ERC-7579 reference account) finds the validator: `validator (20) | lane (4)`. */
export function nonceKey(validator: string, lane: bigint | number = 0): bigint {
  return (BigInt(validator) << 32n) | BigInt(lane);
}

/** The next nonce of `sender` under a 192-bit key, asked of the EntryPoint. */
export async function nextNonce(entryPoint: Contract, sender: string, key: bigint): Promise<bigint> {
  return (await entryPoint.getFunction("getNonce").staticCall(sender, key)) as bigint;
}

/** The hash as the EntryPoint itself computes it, whatever its version. */
export async function userOpHash(entryPoint: Contract, op: PackedUserOperation): Promise<string> {
  return (await entryPoint.getFunction("getUserOpHash").staticCall(op)) as string;
}

/** The operation with the session signature of `key`. */
export async function signedBySession(
  op: PackedUserOperation,
  entryPoint: Contract,
  key: SessionKey,
  domain: TypedDataDomain,
  session: { validUntil: number; registration: number },
): Promise<PackedUserOperation> {
  const hash = await userOpHash(entryPoint, op);
  return { ...op, signature: signOperation(key, domain, { principal: op.sender, userOpHash: hash, ...session }) };
}

export interface OperationOutcome {
  userOpHash: string;
  success: boolean;
  actualGasCost: bigint;
  actualGasUsed: bigint;
  /** What the account's execution reverted with; "0x" if it did not or gave no reason. */
  revertData: string;
}

/**
 * Bundles operations from the signer that `entryPoint` is connected to. A refused validation throws; an execution that
 * reverts is an outcome with `success` false.
 */
export async function handleOps(
  entryPoint: Contract,
  ops: PackedUserOperation[],
  options: { beneficiary?: string; gasLimit?: bigint } = {},
): Promise<{ receipt: ContractTransactionReceipt; outcomes: OperationOutcome[] }> {
  const { beneficiary = BENEFICIARY, gasLimit = 15_000_000n } = options;
  const response = await entryPoint.getFunction("handleOps").send(ops, beneficiary, { gasLimit });
  const receipt = await response.wait();
  if (receipt === null) throw new Error("handleOps was not mined.");
  return { receipt, outcomes: outcomesOf(entryPoint, receipt) };
}

/** Where bundles send their fees unless told otherwise: no account of the node. */
export const BENEFICIARY = "0x00000000000000000000000000000000000bEEf1";

function outcomesOf(entryPoint: Contract, receipt: ContractTransactionReceipt): OperationOutcome[] {
  const reverts = new Map<string, string>();
  const outcomes: OperationOutcome[] = [];
  for (const log of receipt.logs) {
    if (log.address !== entryPoint.target) continue;
    const event = entryPoint.interface.parseLog(log);
    if (event?.name === "UserOperationRevertReason") reverts.set(event.args.userOpHash, event.args.revertReason);
    if (event?.name === "UserOperationEvent") {
      const { userOpHash: hash, success, actualGasCost, actualGasUsed } = event.args;
      outcomes.push({ userOpHash: hash, success, actualGasCost, actualGasUsed, revertData: reverts.get(hash) ?? "0x" });
    }
  }
  return outcomes;
}
