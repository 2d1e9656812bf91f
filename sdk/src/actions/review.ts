/** What takes a policy apart to say what it allows: `sessionActions` loads it on demand. */
export {
  describePolicyOnChain,
  type DescribePolicyOnChainParameters,
  type DescribePolicyOnChainReturnType,
  type DescribePolicyOnChainErrorType,
} from "./describePolicyOnChain.ts";
export {
  explainCalls,
  type ExplainCallsParameters,
  type ExplainCallsReturnType,
  type ExplainCallsErrorType,
} from "./explainCalls.ts";
export {
  lintPolicyOnChain,
  type LintPolicyOnChainParameters,
  type LintPolicyOnChainReturnType,
} from "./lintPolicyOnChain.ts";
