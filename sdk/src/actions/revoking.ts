export {
  revokeSession,
  type RevokeSessionParameters,
  type RevokeSessionReturnType,
  type RevokeSessionErrorType,
  revokeSessionSync,
  type RevokeSessionSyncParameters,
  type RevokeSessionSyncReturnType,
  type RevokeSessionSyncErrorType,
} from "./revokeSession.ts";
export {
  type ChainRevocation,
  revokeSessionOnChains,
  type RevokeSessionOnChainsParameters,
  type RevokeSessionOnChainsReturnType,
  type RevokeSessionOnChainsErrorType,
  revokeSessionOnChainsSync,
  type RevokeSessionOnChainsSyncParameters,
  type RevokeSessionOnChainsSyncReturnType,
  type RevokeSessionOnChainsSyncErrorType,
} from "./revokeSessionOnChains.ts";
