export {
  delegateWallet,
  type DelegateWalletParameters,
  type DelegateWalletReturnType,
  type DelegateWalletErrorType,
  delegateWalletSync,
  type DelegateWalletSyncParameters,
  type DelegateWalletSyncReturnType,
  type DelegateWalletSyncErrorType,
} from "./delegateWallet.ts";
export {
  describePolicyOnChain,
  type DescribePolicyOnChainParameters,
  type DescribePolicyOnChainReturnType,
  type DescribePolicyOnChainErrorType,
} from "./describePolicyOnChain.ts";
export {
  endSession,
  type EndSessionParameters,
  type EndSessionReturnType,
  endSessionSync,
  type EndSessionSyncParameters,
  type EndSessionSyncReturnType,
} from "./endSession.ts";
export {
  explainCalls,
  type ExplainCallsParameters,
  type ExplainCallsReturnType,
  type ExplainCallsErrorType,
} from "./explainCalls.ts";
export {
  fundSession,
  type FundSessionParameters,
  type FundSessionReturnType,
  type FundSessionErrorType,
  fundSessionSync,
  type FundSessionSyncParameters,
  type FundSessionSyncReturnType,
  type FundSessionSyncErrorType,
} from "./fundSession.ts";
export {
  getGasBuffer,
  type GetGasBufferParameters,
  type GetGasBufferReturnType,
  type GetGasBufferErrorType,
} from "./getGasBuffer.ts";
export { getPolicy, type GetPolicyParameters, type GetPolicyReturnType } from "./getPolicy.ts";
export {
  getSession,
  type GetSessionParameters,
  type GetSessionReturnType,
  type GetSessionErrorType,
} from "./getSession.ts";
export {
  getSessionApprovals,
  type GetSessionApprovalsParameters,
  type GetSessionApprovalsReturnType,
  type SessionApproval,
  type GetSessionApprovalsErrorType,
} from "./getSessionApprovals.ts";
export {
  type Delegates,
  getSessionHealth,
  type GetSessionHealthParameters,
  type GetSessionHealthReturnType,
  type SessionOffer,
  type SessionWarning,
  type GetSessionHealthErrorType,
} from "./getSessionHealth.ts";
export {
  getSessions,
  type GetSessionsParameters,
  type GetSessionsReturnType,
  type ListedSession,
  type GetSessionsErrorType,
} from "./getSessions.ts";
export {
  getWorstLoss,
  type GetWorstLossParameters,
  type GetWorstLossReturnType,
  type GetWorstLossErrorType,
} from "./getWorstLoss.ts";
export { isValidFor, type IsValidForParameters, type IsValidForErrorType } from "./isValidFor.ts";
export {
  lintPolicyOnChain,
  type LintPolicyOnChainParameters,
  type LintPolicyOnChainReturnType,
} from "./lintPolicyOnChain.ts";
export {
  isPolicyPublished,
  publishPolicy,
  publishPolicyCall,
  type PublishPolicyParameters,
  type PublishPolicyReturnType,
  type PublishPolicyErrorType,
  publishPolicySync,
  type PublishPolicySyncParameters,
  type PublishPolicySyncReturnType,
  type PublishPolicySyncErrorType,
} from "./publishPolicy.ts";
export {
  readTokenUnits,
  type ReadTokenUnitsParameters,
  type ReadTokenUnitsReturnType,
  type ReadTokenUnitsErrorType,
} from "./readTokenUnits.ts";
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
export type { ChainParameters, OwnerOnChainsParameters } from "./onChains.ts";
export {
  renewSession,
  type RenewSessionParameters,
  type RenewSessionReturnType,
  type RenewSessionErrorType,
  renewSessionSync,
  type RenewSessionSyncParameters,
  type RenewSessionSyncReturnType,
  type RenewSessionSyncErrorType,
} from "./renewSession.ts";
export {
  revokeAllSessions,
  revokeAllSessionsCall,
  type RevokeAllSessionsParameters,
  type RevokeAllSessionsReturnType,
  type RevokeAllSessionsErrorType,
  revokeAllSessionsSync,
  type RevokeAllSessionsSyncParameters,
  type RevokeAllSessionsSyncReturnType,
  type RevokeAllSessionsSyncErrorType,
} from "./revokeAllSessions.ts";
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
  sendSessionCalls,
  type SendSessionCallsErrorType,
  sendSessionCallsSync,
  type SendSessionCallsSyncErrorType,
  waitForSessionCalls,
  type WaitForSessionCallsErrorType,
} from "./sendSessionCalls.ts";
export { sessionActions, type SessionActions, type SessionActionsParameters } from "./sessionActions.ts";
export type {
  MinedSessionCalls,
  SendSessionCallsParameters,
  SendSessionCallsReturnType,
  SendSessionCallsSyncParameters,
  SendSessionCallsSyncReturnType,
  SentSessionCalls,
  Settlement,
  SettlementReport,
  WaitForSessionCallsParameters,
} from "./sessionCalls.ts";
export {
  refundSession,
  type RefundSessionParameters,
  type RefundSessionReturnType,
  type RefundSessionErrorType,
  refundSessionSync,
  type RefundSessionSyncParameters,
  type RefundSessionSyncReturnType,
  type RefundSessionSyncErrorType,
} from "./refundSession.ts";
export {
  type SessionEvent,
  watchSessions,
  type WatchedSession,
  type WatchSessionsParameters,
  type WatchSessionsReturnType,
} from "./watchSessions.ts";
