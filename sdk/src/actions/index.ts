export {
  describePolicyOnChain,
  type DescribePolicyOnChainParameters,
  type DescribePolicyOnChainReturnType,
} from "./describePolicyOnChain.ts";
export { explainCalls, type ExplainCallsParameters, type ExplainCallsReturnType } from "./explainCalls.ts";
export { getSession, type GetSessionParameters, type GetSessionReturnType } from "./getSession.ts";
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
export {
  revokeAllSessions,
  type RevokeAllSessionsParameters,
  type RevokeAllSessionsReturnType,
} from "./revokeAllSessions.ts";
export { revokeSession, type RevokeSessionParameters, type RevokeSessionReturnType } from "./revokeSession.ts";
export {
  sendSessionCalls,
  type OperationFields,
  type SendSessionCallsParameters,
  type SendSessionCallsReturnType,
} from "./sendSessionCalls.ts";
export { sessionActions, type SessionActions } from "./sessionActions.ts";
