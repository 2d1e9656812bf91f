export {
  delegateWallet,
  type DelegateWalletParameters,
  type DelegateWalletReturnType,
  type DelegateWalletErrorType,
} from "./delegateWallet.ts";
export {
  describePolicyOnChain,
  type DescribePolicyOnChainParameters,
  type DescribePolicyOnChainReturnType,
  type DescribePolicyOnChainErrorType,
} from "./describePolicyOnChain.ts";
export { endSession, type EndSessionParameters, type EndSessionReturnType } from "./endSession.ts";
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
} from "./registerSession.ts";
export {
  renewSession,
  type RenewSessionParameters,
  type RenewSessionReturnType,
  type RenewSessionErrorType,
} from "./renewSession.ts";
export {
  revokeAllSessions,
  revokeAllSessionsCall,
  type RevokeAllSessionsParameters,
  type RevokeAllSessionsReturnType,
  type RevokeAllSessionsErrorType,
} from "./revokeAllSessions.ts";
export {
  revokeSession,
  type RevokeSessionParameters,
  type RevokeSessionReturnType,
  type RevokeSessionErrorType,
} from "./revokeSession.ts";
export {
  sendSessionCalls,
  type SendSessionCallsReturnType,
  type SendSessionCallsErrorType,
} from "./sendSessionCalls.ts";
export { sessionActions, type SessionActions } from "./sessionActions.ts";
export type { SendSessionCallsParameters, Settlement, SettlementReport } from "./sessionCalls.ts";
export {
  refundSession,
  type RefundSessionParameters,
  type RefundSessionReturnType,
  type RefundSessionErrorType,
} from "./refundSession.ts";
export {
  type SessionEvent,
  watchSessions,
  type WatchedSession,
  type WatchSessionsParameters,
  type WatchSessionsReturnType,
} from "./watchSessions.ts";
