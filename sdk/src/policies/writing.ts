export { parseAddressBook, type AddressBook } from "./addressBook.ts";
export { definePolicy, sortPermissions, type DefinePolicyParameters } from "./definePolicy.ts";
export { encodeApp } from "./encodeApp.ts";
export type { PermissionRequest, PermissionRule, RequestedPermission } from "./erc7715.ts";
export type { FileCondition, FileRate, FileValue } from "./fileConditions.ts";
export { formatPolicyFile, type FormatPolicyFileParameters } from "./formatPolicyFile.ts";
export {
  fromPermissionRequests,
  type FromPermissionRequestsParameters,
  type FromPermissionRequestsReturnType,
} from "./fromPermissionRequests.ts";
export { hashPolicy } from "./hashPolicy.ts";
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
