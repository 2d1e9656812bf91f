export type { DeploymentParameters, SessionClient } from "./client.ts";
export { latchkeyDomain, latchkeyDomainOnChains } from "./domain.ts";
export { entryPoints, type EntryPointVersion } from "./entryPoints.ts";
export type { LogRangeParameters } from "./logs.ts";
export type { RelayedCall, Relayer, RelayService, RelayUrl, SubmitParameters, WaitParameters } from "./sent.ts";
export { type Siblings, siblingsOf } from "./siblings.ts";
export { typedData } from "./typedData.ts";
export { withPublicClient } from "./withPublicClient.ts";
