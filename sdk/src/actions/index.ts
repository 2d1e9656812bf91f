export { delegateWallet, type DelegateWalletParameters, type DelegateWalletReturnType } from "./delegateWallet.ts";
export {
  describePolicyOnChain,
  type DescribePolicyOnChainParameters,
  type DescribePolicyOnChainReturnType,
} from "./describePolicyOnChain.ts";
export { endSession, type EndSessionParameters, type EndSessionReturnType } from "./endSession.ts";
export { explainCalls, type ExplainCallsParameters, type ExplainCallsReturnType } from "./explainCalls.ts";
export { fundSession, type FundSessionParameters, type FundSessionReturnType } from "./fundSession.ts";
export { getGasBuffer, type GetGasBufferParameters, type GetGasBufferReturnType } from "./getGasBuffer.ts";
export { getPolicy, type GetPolicyParameters, type GetPolicyReturnType } from "./getPolicy.ts";
export { getSession, type GetSessionParameters, type GetSessionReturnType } from "./getSession.ts";
export {
  getSessionApprovals,
  type GetSessionApprovalsParameters,
  type GetSessionApprovalsReturnType,
  type SessionApproval,
} from "./getSessionApprovals.ts";
export {
  type Delegates,
  getSessionHealth,
  type GetSessionHealthParameters,
  type GetSessionHealthReturnType,
  type SessionOffer,
  type SessionWarning,
} from "./getSessionHealth.ts";
export {
  getSessions,
  type GetSessionsParameters,
  type GetSessionsReturnType,
  type ListedSession,
} from "./getSessions.ts";
export { isValidFor, type IsValidForParameters } from "./isValidFor.ts";
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
} from "./publishPolicy.ts";
export { readTokenUnits, type ReadTokenUnitsParameters, type ReadTokenUnitsReturnType } from "./readTokenUnits.ts";
export { registerSession, type RegisterSessionParameters, type RegisterSessionReturnType } from "./registerSession.ts";
export { renewSession, type RenewSessionParameters, type RenewSessionReturnType } from "./renewSession.ts";
export {
  revokeAllSessions,
  revokeAllSessionsCall,
  type RevokeAllSessionsParameters,
  type RevokeAllSessionsReturnType,
} from "./revokeAllSessions.ts";
export { revokeSession, type RevokeSessionParameters, type RevokeSessionReturnType } from "./revokeSession.ts";
export { sendSessionCalls, type SendSessionCallsReturnType } from "./sendSessionCalls.ts";
export { sessionActions, type SessionActions } from "./sessionActions.ts";
export type { SendSessionCallsParameters, Settlement, SettlementReport } from "./sessionCalls.ts";
export { refundSession, type RefundSessionParameters, type RefundSessionReturnType } from "./refundSession.ts";
export {
  type SessionEvent,
  watchSessions,
  type WatchedSession,
  type WatchSessionsParameters,
  type WatchSessionsReturnType,
} from "./watchSessions.ts";
