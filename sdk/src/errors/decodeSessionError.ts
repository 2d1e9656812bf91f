import { BaseError, decodeErrorResult, type Hex, isHex, parseAbi, size } from "viem";
import { CallRevertedError, EntryPointError, InvalidWalletTypeError } from "./clientErrors.ts";
import type { ContractErrorName } from "./codes.ts";
import { ContractError } from "./ContractError.ts";
import { isContractError } from "./isContractError.ts";
import { objectsIn, revertDataIn } from "./revertData.ts";
import { contractErrorsAbi } from "../generated/errors/contractErrorsAbi.ts";
import { isSessionError, type SessionError } from "./SessionError.ts";

/** What EntryPoints and accounts put around a module's error, and what they say themselves. */
const wrappers = parseAbi([
  "error FailedOp(uint256 opIndex, string reason)",
  "error FailedOpWithRevert(uint256 opIndex, string reason, bytes inner)",
  "error SignatureValidationFailed(address aggregator)",
  "error PostOpReverted(bytes returnData)",
  "error ERC7579UninstalledModule(uint256 moduleTypeId, address module)",
  "error UserOperationReverted(bytes32 userOpHash, bytes reason)",
  "error DelegateAndRevert(bool success, bytes ret)",
]);

/** Deepest nesting that is followed. */
const MAX_DEPTH = 8;

/**
 * The typed error inside revert data, or inside whatever a client, a node or a bundler threw. Undefined if there is
 * none that this package knows.
 */
export function decodeSessionError(thrown: unknown): SessionError | undefined {
  if (typeof thrown === "string") return isHex(thrown) ? fromData(thrown, undefined, 0) : undefined;
  let outer: SessionError | undefined;
  const reasons: string[] = [];
  for (const found of candidates(thrown)) {
    if (isSessionError(found)) return found;
    if (typeof found !== "string") continue;
    if (!isHex(found)) {
      reasons.push(found);
      continue;
    }
    const error = fromData(found, thrown, 0);
    // What a wrapper says itself gives way to the error that it carries, wherever that is.
    if (error !== undefined && !(error instanceof EntryPointError)) return error;
    outer ??= error;
  }
  return outer ?? fromReasons(reasons, thrown) ?? fromBundlerCode(thrown);
}

/** The typed error: of Latchkey, or of what was called; what was thrown as it was if no contract refused anything. */
export function toSessionError(thrown: unknown): unknown {
  const error = decodeSessionError(thrown);
  if (error !== undefined) return error;
  const data = revertDataIn(thrown);
  return data === undefined ? thrown : revertError(data, thrown);
}

/** Any revert data as an error: one of Latchkey, or that the called contract reverted. */
export function revertError(data: Hex, cause?: unknown): SessionError {
  return fromData(data, cause, 0) ?? new CallRevertedError(data, { cause, reason: reasonOf(data) });
}

/**
 * What a called contract reverted with. An error of Latchkey that is inside is quoted and decides nothing: any contract
 * can revert with it.
 */
export function callError(data: Hex, cause?: unknown): CallRevertedError {
  const inside = fromData(data, undefined, 0);
  const reason = isContractError(inside) ? inside.metaMessages![0]!.replace(/^Error: /, "") : reasonOf(data);
  return new CallRevertedError(data, { cause: cause ?? inside, reason });
}

function fromData(data: Hex, cause: unknown, depth: number): SessionError | undefined {
  if (size(data) < 4 || depth > MAX_DEPTH) return undefined;
  return fromContract(data, cause, depth) ?? fromWrapper(data, cause, depth);
}

function fromContract(data: Hex, cause: unknown, depth: number): SessionError | undefined {
  try {
    const { abiItem, args = [], errorName } = decodeErrorResult({ abi: contractErrorsAbi, data });
    // `decodeErrorResult` knows the errors of Solidity itself too.
    if (!contractErrorsAbi.some(({ name }) => name === errorName)) return undefined;
    const named = abiItem.inputs.map(({ name }, i) => [name, (args as readonly unknown[])[i]] as const);
    const values = Object.fromEntries(named) as { reason?: Hex };
    const reason = errorName === "AlternativesRefused" ? fromData(values.reason!, undefined, depth + 1) : undefined;
    return new ContractError(errorName as ContractErrorName, { args: values as never, data, reason, cause });
  } catch {
    return undefined;
  }
}

/** What `SessionPaymaster` says. */
const PAYMASTER_ERRORS: readonly ContractErrorName[] = [
  "BudgetExceeded",
  "NonceKeyNotAllowed",
  "PaymasterDataLengthInvalid",
  "OperationSelectorNotAllowed",
  "SignatureLengthInvalid",
  "InitCodeNotAllowed",
];

function fromWrapper(data: Hex, cause: unknown, depth: number): SessionError | undefined {
  let decoded;
  try {
    decoded = decodeErrorResult({ abi: wrappers, data });
  } catch {
    return undefined;
  }
  // A paymaster is anybody's contract: of Latchkey's errors it has its own alone.
  const inside = (data: Hex, isPaymasters: boolean) => {
    const error = fromData(data, cause, depth + 1);
    return isPaymasters && !(isContractError(error) && PAYMASTER_ERRORS.includes(error.errorName)) ? undefined : error;
  };
  switch (decoded.errorName) {
    case "FailedOp":
      return new EntryPointError(decoded.args[1], { cause });
    case "FailedOpWithRevert":
      return (
        inside(decoded.args[2], /\bAA3\d\b/.test(decoded.args[1])) ?? new EntryPointError(decoded.args[1], { cause })
      );
    case "SignatureValidationFailed":
      return new EntryPointError("AA24 signature error", { cause });
    case "PostOpReverted":
      return inside(decoded.args[0], true) ?? new EntryPointError("AA50 postOp reverted", { cause });
    case "UserOperationReverted":
    case "DelegateAndRevert":
      return fromData(decoded.args[1], cause, depth + 1);
    case "ERC7579UninstalledModule":
      return new InvalidWalletTypeError(decoded.args[1], "The account has not installed this module.", { cause });
    default:
      return undefined;
  }
}

/** A bundler that strips the revert data still quotes the EntryPoint: `AA23 reverted`. */
function fromReasons(reasons: string[], cause: unknown): SessionError | undefined {
  for (const text of reasons) {
    const quoted = /\bAA\d\d [a-z][\w ,'-]*/i.exec(text)?.[0] ?? /\bAA\d\d\b/.exec(text)?.[0];
    if (quoted !== undefined) return new EntryPointError(quoted.trim(), { cause });
  }
  return undefined;
}

/** A bundler that judges by itself quotes nobody: its code, as ERC-7769 numbers them, says what an EntryPoint would. */
function fromBundlerCode(cause: unknown): SessionError | undefined {
  for (const { code, data, message, details } of objectsIn(cause)) {
    const text = [details, message].find((each) => typeof each === "string") as string | undefined;
    if (code === -32_503) return new EntryPointError(`AA22 ${text ?? "expired or not due"}`, { cause });
    if (code === -32_507) {
      const isPaymaster = /paymaster/i.test(text ?? "");
      return new EntryPointError(isPaymaster ? "AA34 signature error" : "AA24 signature error", { cause });
    }
    if (code === -32_521) {
      const quoted = /0x(?:[0-9a-f]{2})*/i.exec(text ?? "")?.[0] as Hex | undefined;
      const found = isHex(data) ? data : quoted;
      return found === undefined ? new CallRevertedError("0x", { cause, reason: text }) : revertError(found, cause);
    }
  }
  return undefined;
}

/** Everything inside what was thrown that may be revert data or a reason, the nearest first. */
function* candidates(thrown: unknown): Generator<unknown> {
  const seen = new Set<unknown>();
  const queue: unknown[] = [thrown];
  const quoted: string[] = [];
  for (const value of queue) {
    if (typeof value === "string") {
      yield value;
      if (!isHex(value) && quoted.length < MAX_QUOTED) {
        quoted.push(...(value.slice(0, MAX_TEXT).match(/0x(?:[0-9a-f]{2}){4,}/gi) ?? []).slice(0, MAX_QUOTED));
      }
      continue;
    }
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isSessionError(value)) yield value;
    // Own fields, and the two that errors inherit or hide.
    const { cause, message } = value as { cause?: unknown; message?: unknown };
    const fields =
      value instanceof BaseError ? Object.entries(value).filter(([name]) => !QUIET.has(name)) : Object.entries(value);
    queue.push(...fields.map(([, field]) => field), cause, message);
    if (queue.length > MAX_VALUES) break;
  }
  // Nodes and bundlers quote revert data inside a sentence; or an argument of it, so revert data of its own goes first.
  yield* quoted;
}

/** Fields of viem's errors that repeat what was asked, not what was answered. */
const QUIET = new Set(["args", "abi", "metaMessages", "formattedArgs", "contractAddress", "sender", "version", "body"]);
const MAX_VALUES = 4_096;
/** How much of a sentence is searched for revert data, characters, and how many pieces of it are tried. */
const MAX_TEXT = 65_536;
const MAX_QUOTED = 32;

function reasonOf(data: Hex): string | undefined {
  try {
    const { errorName, args } = decodeErrorResult({ abi: parseAbi(["error Unused()"]), data }) as {
      errorName: string;
      args?: readonly unknown[];
    };
    return errorName === "Error" ? String(args?.[0]) : `${errorName}(${String(args?.[0])})`;
  } catch {
    return undefined;
  }
}
