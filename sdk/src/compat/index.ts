export {
  activateSession,
  type ActivateSessionParameters,
  type ActivateSessionReturnType,
  MAX_SESSION_DURATION_MS,
  MIN_SESSION_DURATION_MS,
  type ActivateSessionErrorType,
} from "./activateSession.ts";
export {
  addSessionKeyToContract,
  type AddSessionKeyToContractParameters,
  type AddSessionKeyToContractReturnType,
  type AllowedEntrypoint,
  type SessionConfig,
  type AddSessionKeyToContractErrorType,
} from "./addSessionKeyToContract.ts";
export {
  createSessionKey,
  type CreateSessionKeyParameters,
  type CreateSessionKeyReturnType,
  type CreateSessionKeyErrorType,
} from "./createSessionKey.ts";
export {
  deactivateSession,
  type DeactivateSessionParameters,
  type DeactivateSessionReturnType,
  type DeactivateSessionErrorType,
} from "./deactivateSession.ts";
export {
  executeTransactionWithSession,
  type ExecuteTransactionWithSessionParameters,
  type ExecuteTransactionWithSessionReturnType,
  type ExecuteTransactionWithSessionErrorType,
} from "./executeTransactionWithSession.ts";
export {
  getSessionData,
  type GetSessionDataParameters,
  type GetSessionDataReturnType,
  type GetSessionDataErrorType,
} from "./getSessionData.ts";
export {
  revokeSessionKey,
  type RevokeSessionKeyParameters,
  type RevokeSessionKeyReturnType,
  type RevokeSessionKeyErrorType,
} from "./revokeSessionKey.ts";
export { compatActions, type CompatActions } from "./compatActions.ts";
export type { SessionWallet, StoredSession } from "./sessionWallet.ts";
