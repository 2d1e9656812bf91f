export type { ContractErrorName } from "./codes.ts";
export { SessionError, type SessionErrorCode, type SessionErrorOptions } from "./SessionError.ts";
export { ContractError, type ContractErrorArgs, type ContractErrorOptions } from "./ContractError.ts";
export * from "../generated/errors/contractErrors.ts";
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
