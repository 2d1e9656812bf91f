export type { AccountFamily } from "./families.ts";
export {
  installCalls,
  uninstallCalls,
  type InstallCallsParameters,
  type UninstallCallsParameters,
} from "./installCalls.ts";
export { signNestedTypedData, type AccountDomain, type SignNestedTypedDataParameters } from "./nestedSignature.ts";
export type { OwnerParameters, SentByOwner } from "./owner.ts";
export {
  toOwner7702SmartAccount,
  type ToOwner7702SmartAccountParameters,
  type ToOwner7702SmartAccountReturnType,
} from "./toOwner7702SmartAccount.ts";
export {
  toOwnerSmartAccount,
  type ToOwnerSmartAccountParameters,
  type ToOwnerSmartAccountReturnType,
} from "./toOwnerSmartAccount.ts";
export { sessionNonceKey, toSessionSmartAccount } from "./toSessionSmartAccount.ts";
export type { ToSessionSmartAccountParameters, ToSessionSmartAccountReturnType } from "./toSessionSmartAccount.ts";
