export { parseAddressBook, type AddressBook } from "./addressBook.ts";
export type { CheckedPermission, PolicyFacts, Trust } from "./checkPolicy.ts";
export { checkPolicy } from "./checkPolicy.ts";
export { definePolicy, encodeApp, selectorOf, sortPermissions, type DefinePolicyParameters } from "./definePolicy.ts";
export type { ArgumentDescription } from "./argumentNames.ts";
export { contentsOf, type ContentValue, type PolicyContents } from "./contents.ts";
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
export type { PermissionRequest, PermissionRule, RequestedPermission } from "./erc7715.ts";
export type { FileCondition, FileRate, FileValue } from "./fileConditions.ts";
export { formatPolicyFile, type FormatPolicyFileParameters } from "./formatPolicyFile.ts";
export {
  fromPermissionRequests,
  type FromPermissionRequestsParameters,
  type FromPermissionRequestsReturnType,
} from "./fromPermissionRequests.ts";
export { hashPolicy } from "./hashPolicy.ts";
export { lintPolicy, type LintIssue, type LintPolicyParameters, type LintRule } from "./lintPolicy.ts";
export {
  parsePolicyFile,
  type ParsePolicyFileParameters,
  type PermissionJson,
  type PlainPolicyFileJson,
  type PolicyFile,
  type PolicyFileJson,
  type SpendJson,
} from "./parsePolicyFile.ts";
export {
  fromPermissionResponses,
  supportedPermissions,
  toPermissionResponses,
  type FromPermissionResponsesParameters,
  type FromPermissionResponsesReturnType,
  type PermissionResponse,
  type ToPermissionResponsesParameters,
  type ToPermissionResponsesReturnType,
} from "./permissionResponses.ts";
export {
  anyMethodOf,
  contract,
  method,
  nativeTransfer,
  onAnyContract,
  type ArrayCondition,
  type BytesCondition,
  type Condition,
  type Conditions,
  type ContentCondition,
  type ElementsCondition,
  type Methods,
  type MethodSettings,
  type NumberCondition,
  type NumberPath,
  type OpenCondition,
  type Rate,
  type SpendSettings,
  type WordCondition,
} from "./permissions.ts";
export {
  toPermissionRequests,
  type PolicyTerm,
  type ToPermissionRequestsParameters,
  type ToPermissionRequestsReturnType,
} from "./toPermissionRequests.ts";
export { policyFromJson, policyToJson, type PlainPolicyJson } from "./plainPolicy.ts";
export type { TokenUnit, UnitDescription } from "./symbols.ts";
export { mostLossOf, worstLossOf, type SessionWindow, type WorstLoss } from "./worstLossOf.ts";
