export type { ContractErrorName } from "./codes.ts";
export { isSessionError, SessionError, type SessionErrorCode, type SessionErrorOptions } from "./SessionError.ts";
export {
  type AnyContractError,
  ContractError,
  type ContractErrorArgs,
  type ContractErrorOptions,
} from "./ContractError.ts";
export { isContractError } from "./isContractError.ts";
export * from "./clientErrors.ts";
export {
  PermissionRequestError,
  PolicyFileError,
  UnsafePolicyError,
  type Inexpressible,
  type PolicyErrorName,
  type UnsafePolicyOptions,
} from "./policyErrors.ts";
export { decodeSessionError, revertError, toSessionError } from "./decodeSessionError.ts";
export type { OwnerErrorType, ReadErrorType, SendErrorType, SessionErrorType } from "./errorTypes.ts";
