export type { CheckedPermission, PolicyFacts, Trust } from "./checkPolicy.ts";
export { checkPolicy } from "./checkPolicy.ts";
export {
  describePolicy,
  type ApprovalDescription,
  type BindingDescription,
  type BoundAddressDescription,
  type BoundValue,
  type DescribePolicyParameters,
  type Holding,
  type HoldingDescription,
  type LimitDescription,
  type LossDescription,
  type NamedAddress,
  type PermissionDescription,
  type PolicyDescription,
  type SpendDescription,
  type TrustedDescription,
} from "./describePolicy.ts";
export {
  type ChainDescription,
  type ChainsText,
  durationInWords,
  formatChainDescriptions,
  formatPolicyDescription,
  type PolicyText,
} from "./formatPolicyDescription.ts";
export { lintPolicy, type LintIssue, type LintPolicyParameters, type LintRule } from "./lintPolicy.ts";
export type { TokenUnit, UnitDescription } from "./symbols.ts";
export type { ArgumentDescription } from "./argumentNames.ts";
export { mostLossOf, worstLossOf, type SessionWindow, type WorstLoss } from "./worstLossOf.ts";
export { contentsOf, type ContentValue, type PolicyContents } from "./contents.ts";
export { selectorOf } from "./tokenRows.ts";
