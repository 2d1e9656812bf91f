import type { ContractErrorName } from "./codes.ts";
import type { AnyContractError, ContractError } from "./ContractError.ts";
import { isSessionError } from "./SessionError.ts";

/**
 * Whether an error is a Solidity error of Latchkey; of that name, if one is given. It is told by its fields, not by its
 * class, so that the ESM and the CommonJS copy of this package recognise each other's errors.
 *
 * @example
 * import { isContractError } from "latchkey";
 *
 * if (isContractError(error, "SpendCapExceeded")) console.log(error.args.left);
 */
export function isContractError(error: unknown): error is AnyContractError;
export function isContractError<name extends ContractErrorName>(
  error: unknown,
  errorName: name,
): error is ContractError<name>;
export function isContractError(error: unknown, errorName?: ContractErrorName): boolean {
  if (!isSessionError(error) || error.name !== "ContractError") return false;
  return errorName === undefined || (error as ContractError).errorName === errorName;
}
