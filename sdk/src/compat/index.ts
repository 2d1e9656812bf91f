export {
  activateSession,
  type ActivateSessionParameters,
  type ActivateSessionReturnType,
  MAX_SESSION_DURATION_MS,
  MIN_SESSION_DURATION_MS,
} from "./activateSession.ts";
export {
  addSessionKeyToContract,
  type AddSessionKeyToContractParameters,
  type AddSessionKeyToContractReturnType,
  type AllowedEntrypoint,
  type SessionConfig,
} from "./addSessionKeyToContract.ts";
export {
  createSessionKey,
  type CreateSessionKeyParameters,
  type CreateSessionKeyReturnType,
} from "./createSessionKey.ts";
export {
  deactivateSession,
  type DeactivateSessionParameters,
  type DeactivateSessionReturnType,
} from "./deactivateSession.ts";
export {
  executeTransactionWithSession,
  type ExecuteTransactionWithSessionParameters,
  type ExecuteTransactionWithSessionReturnType,
} from "./executeTransactionWithSession.ts";
export { getSessionData, type GetSessionDataParameters, type GetSessionDataReturnType } from "./getSessionData.ts";
export {
  revokeSessionKey,
  type RevokeSessionKeyParameters,
  type RevokeSessionKeyReturnType,
} from "./revokeSessionKey.ts";
export { compatActions, type CompatActions } from "./compatActions.ts";
export type { SessionWallet, StoredSession } from "./sessionWallet.ts";
