export { definePolicy, encodeApp, selectorOf, sortPermissions, type DefinePolicyParameters } from "./definePolicy.ts";
export {
  describePolicy,
  durationInWords,
  type DescribePolicyParameters,
  type PolicyDescription,
  type TokenUnit,
} from "./describePolicy.ts";
export { hashPolicy } from "./hashPolicy.ts";
export { lintPolicy, type LintIssue, type LintPolicyParameters, type LintRule } from "./lintPolicy.ts";
export {
  anyMethodOf,
  contract,
  method,
  nativeTransfer,
  onAnyContract,
  type Condition,
  type Conditions,
  type Methods,
  type MethodSettings,
} from "./permissions.ts";
export { worstLossOf, type WorstLoss } from "./worstLossOf.ts";
