export {
  installCalls,
  uninstallCalls,
  type InstallCallsParameters,
  type UninstallCallsParameters,
} from "./accounts/installCalls.ts";
export {
  toOwner7702SmartAccount,
  type ToOwner7702SmartAccountParameters,
  type ToOwner7702SmartAccountReturnType,
} from "./accounts/toOwner7702SmartAccount.ts";
export {
  toOwnerSmartAccount,
  type ToOwnerSmartAccountParameters,
  type ToOwnerSmartAccountReturnType,
} from "./accounts/toOwnerSmartAccount.ts";
export { sessionNonceKey, toSessionSmartAccount } from "./accounts/toSessionSmartAccount.ts";
export type {
  ToSessionSmartAccountParameters,
  ToSessionSmartAccountReturnType,
} from "./accounts/toSessionSmartAccount.ts";
export * from "./actions/index.ts";
export * from "./constants.ts";
export * from "./errors/index.ts";
export * from "./keys/index.ts";
export * from "./policies/index.ts";
export * from "./types.ts";
export type { DeploymentParameters, OwnerParameters, SessionClient } from "./utils/client.ts";
export { entryPoints, type EntryPointVersion } from "./utils/entryPoints.ts";
export { decodeExecute, encodeCalls, encodeExecute, type Execution } from "./utils/executions.ts";
export type { AccountFamily } from "./utils/families.ts";
export {
  signNestedTypedData,
  type AccountDomain,
  type SignNestedTypedDataParameters,
} from "./utils/nestedSignature.ts";
export type { LimitState } from "./utils/readSession.ts";
export type { SessionWallet, StoredSession } from "./utils/sessionWallet.ts";
export { type Siblings, siblingsOf } from "./utils/siblings.ts";
export { latchkeyDomain, typedData } from "./utils/typedData.ts";
