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
export type { SessionLane } from "./sessions/sessionLane.ts";
export type { LogRangeParameters } from "./chain/logs.ts";
export * from "./actions/index.ts";
export * from "./constants.ts";
export * from "./errors/index.ts";
export * from "./keys/index.ts";
export * from "./policies/index.ts";
export * from "./types.ts";
export type { DeploymentParameters, SessionClient } from "./chain/client.ts";
export type { RelayedCall, Relayer, RelayService, RelayUrl, SubmitParameters, WaitParameters } from "./chain/sent.ts";
export type { OwnerParameters } from "./accounts/owner.ts";
export { withPublicClient } from "./chain/withPublicClient.ts";
export type { SentByOwner } from "./accounts/owner.ts";
export { entryPoints, type EntryPointVersion } from "./chain/entryPoints.ts";
export { decodeExecute, encodeCalls, encodeExecute, type Execution } from "./operations/executions.ts";
export type { AccountFamily } from "./accounts/families.ts";
export {
  signNestedTypedData,
  type AccountDomain,
  type SignNestedTypedDataParameters,
} from "./accounts/nestedSignature.ts";
export type { CallsStorage } from "./provider/callNames.ts";
export {
  toSessionProvider,
  type ToSessionProviderParameters,
  type ToSessionProviderReturnType,
} from "./provider/toSessionProvider.ts";
export { SessionProviderError, type SessionProviderErrorData } from "./provider/SessionProviderError.ts";
export type { LimitState } from "./sessions/readSession.ts";
export { type Siblings, siblingsOf } from "./chain/siblings.ts";
export { latchkeyDomain, latchkeyDomainOnChains, typedData } from "./chain/typedData.ts";
