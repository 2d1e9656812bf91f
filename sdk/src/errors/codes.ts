import type { contractErrorsAbi } from "../generated/errors/contractErrorsAbi.ts";
import type { SessionErrorCode } from "./SessionError.ts";

/** A Solidity error of Latchkey. */
export type ContractErrorName = (typeof contractErrorsAbi)[number]["name"];

/** The one code of each Solidity error. The compiler asks for each. */
export const contractErrorCodes: Record<ContractErrorName, SessionErrorCode> = {
  // The session.
  SessionNotRegistered: "SESSION_NOT_REGISTERED",
  SessionAlreadyRevoked: "SESSION_REVOKED",
  SessionGenerationEnded: "SESSION_REVOKED",
  SessionNotYetValid: "SESSION_NOT_YET_VALID",
  SessionExpired: "SESSION_EXPIRED",
  ModuleNotInstalled: "INVALID_WALLET_TYPE_FOR_SESSION",

  // The signature of a key.
  SignatureLengthInvalid: "SESSION_INVALID_SIGNATURE",
  SignatureElementNotCanonical: "SESSION_INVALID_SIGNATURE",
  DeadlineNotAllowed: "SESSION_INVALID_SIGNATURE",
  DeadlinePassed: "SESSION_EXPIRED",
  InvalidSessionSignature: "SESSION_INVALID_SIGNATURE",

  // The envelope.
  PrincipalMismatch: "SESSION_OPERATION_REJECTED",
  InitCodeNotAllowed: "SESSION_OPERATION_REJECTED",
  OperationSelectorNotAllowed: "SESSION_OPERATION_REJECTED",
  OperationNotCanonical: "SESSION_OPERATION_REJECTED",
  UnsupportedExecutionMode: "SESSION_OPERATION_REJECTED",
  ExecutionNotCanonical: "SESSION_OPERATION_REJECTED",
  EmptyBatch: "SESSION_OPERATION_REJECTED",
  PrincipalAnsweredNothing: "INVALID_WALLET_TYPE_FOR_SESSION",
  PrincipalWithoutCode: "INVALID_WALLET_TYPE_FOR_SESSION",
  KeyHasCode: "SESSION_OPERATION_REJECTED",
  NonceAlreadyUsed: "SESSION_OPERATION_REJECTED",
  GasBelowMinimum: "SESSION_OPERATION_REJECTED",
  CallerNotForwarder: "SESSION_OPERATION_REJECTED",
  ForwardedCalldataTooShort: "SESSION_OPERATION_REJECTED",
  TargetWithoutCode: "SESSION_OPERATION_REJECTED",
  ForwarderNotTrusted: "SESSION_OPERATION_REJECTED",
  ForwardedGasBelowMinimum: "SESSION_OPERATION_REJECTED",

  // The calls.
  TargetForbidden: "SESSION_TARGET_FORBIDDEN",
  CallNotAllowed: "SESSION_ENTRYPOINT_NOT_ALLOWED",
  CallNotConsumable: "SESSION_ENTRYPOINT_NOT_ALLOWED",
  CalldataLengthNotAllowed: "SESSION_ARGUMENT_NOT_ALLOWED",
  ValueNotAllowed: "SESSION_VALUE_NOT_ALLOWED",
  ArgumentNotAllowed: "SESSION_ARGUMENT_NOT_ALLOWED",
  ArgumentNotCanonical: "SESSION_ARGUMENT_NOT_ALLOWED",

  // The budgets.
  SessionCallsExceeded: "SESSION_MAX_CALLS_EXCEEDED",
  SpendCapExceeded: "SESSION_SPEND_CAP_EXCEEDED",
  PeriodEnded: "SESSION_SPEND_CAP_EXCEEDED",
  GasBudgetExceeded: "SESSION_GAS_BUDGET_EXCEEDED",
  PaymasterNotAllowed: "SESSION_PAYMASTER_NOT_ALLOWED",
  PaymasterDataTooShort: "SESSION_PAYMASTER_NOT_ALLOWED",
  SelfPaymentNotAllowed: "SESSION_PAYMASTER_NOT_ALLOWED",

  // Registration and the other doings of a principal.
  PrincipalNotAllowed: "INVALID_WALLET_TYPE_FOR_SESSION",
  KeyNotAllowed: "SESSION_CREATION_FAILED",
  PublicKeyLengthInvalid: "SESSION_CREATION_FAILED",
  PublicKeyNotOnCurve: "SESSION_CREATION_FAILED",
  PublicKeyMismatch: "SESSION_CREATION_FAILED",
  ValidUntilOutOfRange: "SESSION_CREATION_FAILED",
  ValidUntilPassed: "SESSION_CREATION_FAILED",
  DurationOutOfBounds: "SESSION_CREATION_FAILED",
  MaxCallsOutOfBounds: "SESSION_CREATION_FAILED",
  RenewalNotLater: "SESSION_CREATION_FAILED",
  LaneOccupied: "SESSION_CREATION_FAILED",
  KeyInAnotherLane: "SESSION_CREATION_FAILED",
  GenerationsExhausted: "SESSION_CREATION_FAILED",
  GrantDeadlinePassed: "SESSION_EXPIRED",
  InvalidPrincipalSignature: "SESSION_INVALID_SIGNATURE",
  GenerationMismatch: "SESSION_OPERATION_REJECTED",
  SessionNotExpired: "SESSION_OPERATION_REJECTED",
  KeyCannotBeFunded: "SESSION_CREATION_FAILED",
  FundingFailed: "SESSION_CREATION_FAILED",
  ExtensionCalledDirectly: "SESSION_OPERATION_REJECTED",

  // Publication.
  PolicyAppInvalid: "SESSION_UNSAFE_POLICY",
  PolicyDurationsInvalid: "SESSION_UNSAFE_POLICY",
  PolicyCallsInvalid: "SESSION_UNSAFE_POLICY",
  PolicyGasBudgetInvalid: "SESSION_UNSAFE_POLICY",
  PolicyEmpty: "SESSION_UNSAFE_POLICY",
  PolicyTooLarge: "SESSION_UNSAFE_POLICY",
  PolicyNotCanonical: "SESSION_UNSAFE_POLICY",
  PolicyCalldataTooLarge: "SESSION_UNSAFE_POLICY",
  PolicyNotCreated: "SESSION_CREATION_FAILED",
  PolicyNumbersExhausted: "SESSION_CREATION_FAILED",
  PolicyNotPublished: "SESSION_CREATION_FAILED",
  PolicyNumberUnknown: "SESSION_CREATION_FAILED",
  UnsafePaymaster: "SESSION_UNSAFE_POLICY",
  TooManyLimits: "SESSION_UNSAFE_POLICY",
  DuplicateLimit: "SESSION_UNSAFE_POLICY",
  UnsafePeriod: "SESSION_UNSAFE_POLICY",
  UnsafeLimitedToken: "SESSION_UNSAFE_POLICY",
  UnsafeOrder: "SESSION_UNSAFE_POLICY",
  UnsafeTarget: "SESSION_UNSAFE_POLICY",
  UnsafeMethod: "SESSION_UNSAFE_POLICY",
  UnsafeSelector: "SESSION_UNSAFE_POLICY",
  UnsafeWildcard: "SESSION_UNSAFE_POLICY",
  UnsafeValue: "SESSION_UNSAFE_POLICY",
  UnsafeOutflow: "SESSION_UNSAFE_POLICY",
  UnsafeRecipient: "SESSION_UNSAFE_POLICY",
  UnsafeOnLimitedToken: "SESSION_UNSAFE_POLICY",
  UnsafeSpend: "SESSION_UNSAFE_POLICY",
  TooManyRules: "SESSION_UNSAFE_POLICY",
  UnsafeRuleWord: "SESSION_UNSAFE_POLICY",
  UnsafeRuleValues: "SESSION_UNSAFE_POLICY",
  UnsafeConsumable: "SESSION_UNSAFE_POLICY",

  // Accounts.
  OwnerNotAllowed: "SESSION_OPERATION_REJECTED",
  AccountAlreadyInitialized: "SESSION_OPERATION_REJECTED",
  AccountNotClone: "SESSION_OPERATION_REJECTED",
  OwnershipNotAccepted: "SESSION_OPERATION_REJECTED",
  OwnerOverwritten: "SESSION_OPERATION_REJECTED",
  AccountNotInitialized: "INVALID_WALLET_TYPE_FOR_SESSION",
  EntryPointWithoutCode: "SESSION_OPERATION_REJECTED",

  // The paymaster.
  BudgetExceeded: "SESSION_GAS_BUDGET_EXCEEDED",
  NonceKeyNotAllowed: "SESSION_OPERATION_REJECTED",
  PaymasterDataLengthInvalid: "SESSION_PAYMASTER_NOT_ALLOWED",
  RecipientNotAllowed: "SESSION_OPERATION_REJECTED",
  OwnershipNotRenounceable: "SESSION_OPERATION_REJECTED",
  LatchkeyWithoutCode: "SESSION_OPERATION_REJECTED",

  // Contracts that build on the mixins.
  SessionCarriesNoValue: "SESSION_VALUE_NOT_ALLOWED",
  TokenWithoutCode: "SESSION_CALL_REVERTED",
  AmountNotCounted: "SESSION_CALL_REVERTED",
  TokenDebitMismatch: "SESSION_CALL_REVERTED",
  TokenCreditMismatch: "SESSION_CALL_REVERTED",
};
