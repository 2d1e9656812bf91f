import { decodeErrorResult, isHex, parseAbi, size, type Hex } from "viem";
import { entryPoint09Abi } from "viem/account-abstraction";
import { contractErrorsAbi } from "../../sdk/src/generated/errors/contractErrorsAbi.ts";

/** Errors of Latchkey as the client knows them, of the EntryPoint, and of Solidity itself. */
const ABI = [
  ...contractErrorsAbi,
  ...entryPoint09Abi.filter(({ type }) => type === "error"),
  ...parseAbi(["error Error(string reason)", "error Panic(uint256 code)"]),
];

export interface DecodedError {
  name: string;
  args: readonly unknown[];
  /** The error that this one carries: what an EntryPoint wrapped. */
  inner?: DecodedError;
}

/** The error that revert data stands for; undefined if the demo does not know it. */
export function decodeError(data: Hex): DecodedError | undefined {
  if (size(data) < 4) return undefined;
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi: ABI, data });
    const inner = errorName === "FailedOpWithRevert" ? decodeError(args[2] as Hex) : undefined;
    return { name: errorName, args, ...(inner === undefined ? {} : { inner }) };
  } catch {
    return undefined;
  }
}

/** The innermost error: what refused, without what wrapped it. */
export function innermost(error: DecodedError): DecodedError {
  return error.inner === undefined ? error : innermost(error.inner);
}

/** `SpendCapExceeded(0x…, 31, 30)`. */
export function formatError({ name, args, inner }: DecodedError): string {
  return inner === undefined ? `${name}(${args.join(", ")})` : `${name}: ${formatError(inner)}`;
}

/** The revert data that a failed call or transaction carries, wherever the library or the node has put it. */
export function revertData(thrown: unknown): Hex | undefined {
  const queue: unknown[] = [thrown];
  const seen = new Set<unknown>();
  for (const value of queue) {
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    const { data, error, info, cause } = value as Record<string, unknown>;
    if (isHex(data)) return data;
    queue.push(data, error, info, cause);
  }
  return undefined;
}
