import { decodeErrorResult, type Hex, isHex, parseAbi } from "viem";
import { decodeSessionError, EntryPointError, isContractError, isSessionError } from "../../sdk/src/index.ts";

const wrapperAbi = parseAbi(["error FailedOpWithRevert(uint256 opIndex, string reason, bytes inner)"]);

/** The error that refused, as a chain says it. */
export interface Refusal {
  name: string;
  args: unknown[];
  /** What an EntryPoint put around it: `AA23 reverted`. */
  wrapped?: string | undefined;
}

/** What refused, whatever has been thrown; undefined if it is nothing that can be decoded. */
export function refusalOf(thrown: unknown): Refusal | undefined {
  const error = decodeSessionError(thrown);
  if (error instanceof EntryPointError) return { name: "FailedOp", args: [0n, error.reason] };
  if (!isContractError(error)) return undefined;
  return { name: error.errorName, args: Object.values(error.args), wrapped: wrapperOf(thrown, error.data) };
}

/** `FailedOpWithRevert: SpendCapExceeded(0x…, 31, 30)`. */
export function formatRefusal({ name, args, wrapped }: Refusal): string {
  return `${wrapped === undefined ? "" : "FailedOpWithRevert: "}${name}(${args.map(String).join(", ")})`;
}

/** What stands around the data of an error in what was thrown: the client leaves it out. */
function wrapperOf(thrown: unknown, inside: Hex): string | undefined {
  const data = revertData(thrown);
  if (data === undefined || data === inside) return undefined;
  const [index, reason] = decodeErrorResult({ abi: wrapperAbi, data }).args;
  return index === 0n ? reason : `of operation ${index}: ${reason}`;
}

/** The whole of the revert data, which the client's errors carry in their cause. */
function revertData(thrown: unknown): Hex | undefined {
  const queue: unknown[] = [thrown];
  for (const value of queue) {
    if (typeof value !== "object" || value === null) continue;
    const { data, error, cause } = value as Record<string, unknown>;
    if (isHex(data) && !isSessionError(value)) return data;
    queue.push(data, error, cause);
  }
  return undefined;
}
