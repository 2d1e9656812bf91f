export { type ChainFailure, ChainsError } from "./ChainsError.ts";
export type { ContractErrorName } from "./codes.ts";
export type { AnyContractError, ContractErrorArgs, ContractErrorOptions } from "./ContractError.ts";
export type { OwnerErrorType, ReadErrorType, SendErrorType, SessionErrorType } from "./errorTypes.ts";
export { isContractError } from "./isContractError.ts";
export {
  PermissionRequestError,
  PolicyFileError,
  UnsafePolicyError,
  type Inexpressible,
  type PolicyErrorName,
  type UnsafePolicyOptions,
} from "./policyErrors.ts";
export { isSessionError, SessionError, type SessionErrorCode, type SessionErrorOptions } from "./SessionError.ts";
export { safeText } from "./safeText.ts";
