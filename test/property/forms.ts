import { dataSlice, getAddress, TypedDataEncoder } from "ethers";
import { ENTRY_POINTS } from "../../deploy/lib/entryPoints.ts";
import { decodeError, formatError } from "../support/reference/errors.ts";
import type { PackedUserOperation } from "../support/reference/userOp.ts";
import { ERRORS } from "./ground.ts";
import type { Refusal } from "./model.ts";

const operationTypes = {
  PackedUserOperation: [
    ["address", "sender"],
    ["uint256", "nonce"],
    ["bytes", "initCode"],
    ["bytes", "callData"],
    ["bytes32", "accountGasLimits"],
    ["uint256", "preVerificationGas"],
    ["bytes32", "gasFees"],
    ["bytes", "paymasterAndData"],
  ].map(([type, name]) => ({ type: type!, name: name! })),
};

/** The hash of EntryPoint v0.9 on chain 31337. */
export function operationHash({ signature: _unsigned, ...op }: PackedUserOperation): string {
  const domain = { name: "ERC4337", version: "1", chainId: 31_337n, verifyingContract: ENTRY_POINTS["0.9"].address };
  return TypedDataEncoder.hash(domain, operationTypes, op);
}

export function paymasterOf({ paymasterAndData }: PackedUserOperation): { paymaster?: string } {
  if (paymasterAndData === "0x") return {};
  return { paymaster: getAddress(dataSlice(paymasterAndData, 0, 20)) };
}

export function encoded({ error, args }: Refusal): string {
  return ERRORS.encodeErrorResult(error, args);
}

export function naming(data: string): string {
  const known = decodeError(data);
  return known === undefined ? data : formatError(known);
}

export function show(refused: Refusal | undefined): string | undefined {
  return refused === undefined ? undefined : naming(encoded(refused));
}
