export { SessionError, type SessionErrorCode, type SessionErrorOptions } from "./SessionError.ts";
export {
  ContractError,
  type ContractErrorArgs,
  type ContractErrorName,
  type ContractErrorOptions,
} from "./ContractError.ts";
export * from "./contractErrors.ts";
export * from "./clientErrors.ts";
export { PermissionRequestError, PolicyFileError, type Inexpressible } from "./policyErrors.ts";
export { decodeSessionError, revertError, toSessionError } from "./decodeSessionError.ts";
