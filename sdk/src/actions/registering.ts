export {
  registerSession,
  type RegisterSessionParameters,
  type RegisterSessionReturnType,
  type RegisterSessionErrorType,
  registerSessionSync,
  type RegisterSessionSyncParameters,
  type RegisterSessionSyncReturnType,
  type RegisterSessionSyncErrorType,
} from "./registerSession.ts";
export {
  type ChainPolicyParameters,
  type ChainRegistration,
  registerSessionOnChains,
  type RegisterSessionOnChainsParameters,
  type RegisterSessionOnChainsReturnType,
  type RegisterSessionOnChainsErrorType,
  registerSessionOnChainsSync,
  type RegisterSessionOnChainsSyncParameters,
  type RegisterSessionOnChainsSyncReturnType,
  type RegisterSessionOnChainsSyncErrorType,
} from "./registerSessionOnChains.ts";
export type { ChainParameters, OwnerOnChainsParameters } from "./onChains.ts";
