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
export { latchkeyDomain, typedData } from "./utils/typedData.ts";
