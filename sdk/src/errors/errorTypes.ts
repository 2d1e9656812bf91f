import type { BaseError } from "viem";
import type {
  BundlerMismatchError,
  BundlerUnavailableError,
  CallRevertedError,
  CallsFailedError,
  EntryPointError,
  GasBufferTooLowError,
  InvalidWalletTypeError,
  OperationWindowError,
  PolicyError,
  SessionCreationError,
  SessionDecryptionError,
  SessionRequestError,
  SessionUnconfirmedError,
  TransactionReplacedError,
} from "./clientErrors.ts";
import type { AnyContractError } from "./ContractError.ts";

/** What an action throws that only reads the chain: a question that makes no sense, or viem's own error. */
export type ReadErrorType = SessionRequestError | SessionCreationError | BaseError;

/** What an action throws that sends a transaction. */
export type SendErrorType =
  | ReadErrorType
  | AnyContractError
  | CallRevertedError
  | GasBufferTooLowError
  | SessionUnconfirmedError
  | TransactionReplacedError;

/** What an action throws that acts for a principal by its owner. */
export type OwnerErrorType =
  | SendErrorType
  | BundlerMismatchError
  | BundlerUnavailableError
  | CallsFailedError
  | EntryPointError
  | InvalidWalletTypeError
  | PolicyError;

/** What an action throws that acts for a principal by a session key. */
export type SessionErrorType = OwnerErrorType | OperationWindowError | SessionDecryptionError;
