import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ErrorFragment, Interface, isHexString, type Result } from "ethers";
import { entryPoint07Abi, entryPoint08Abi, entryPoint09Abi } from "viem/account-abstraction";

const ARTIFACTS = fileURLToPath(new URL("../../../artifacts/contracts", import.meta.url));

/** Errors of third parties that reach a caller of this project. */
const FOREIGN = [
  "error Error(string reason)",
  "error Panic(uint256 code)",
  "error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)",
  "error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)",
  "error ERC721NonexistentToken(uint256 tokenId)",
  "error ERC7579UninstalledModule(uint256 moduleTypeId, address module)",
  "error ERC7579MissingFallbackHandler(bytes4 selector)",
  "error ERC7579UnsupportedCallType(bytes1 callType)",
  "error ERC7579UnsupportedExecType(bytes1 execType)",
  "error AccountUnauthorized(address sender)",
];

export interface DecodedError {
  name: string;
  args: unknown[];
  /** `transfer(address,uint256)`-like signature of the error. */
  signature: string;
  data: string;
  /** The error that this one carries: what an EntryPoint or an account wrapped. */
  inner?: DecodedError;
}

/** An interface hashes all of its errors anew each time that one is looked for; this one remembers what it found. */
export class RememberingInterface extends Interface {
  readonly #found = new Map<string, ErrorFragment | null>();

  override getError(key: string, values?: unknown[]): ErrorFragment | null {
    if (values !== undefined) return super.getError(key, values);
    if (!this.#found.has(key)) this.#found.set(key, super.getError(key));
    return this.#found.get(key)!;
  }
}

let merged: Interface | undefined;

/** Every custom error of the project's contracts, of the EntryPoints and of what they stand on. */
export function errorInterface(): Interface {
  if (merged !== undefined) return merged;
  const bySelector = new Map<string, ErrorFragment>();
  for (const abi of [...artifactAbis(), entryPoint07Abi, entryPoint08Abi, entryPoint09Abi, FOREIGN]) {
    new Interface(abi as never).forEachError((fragment) => {
      if (!bySelector.has(fragment.selector)) bySelector.set(fragment.selector, fragment);
    });
  }
  return (merged = new RememberingInterface([...bySelector.values()]));
}

function artifactAbis(): unknown[] {
  let files: string[];
  try {
    files = readdirSync(ARTIFACTS, { recursive: true, encoding: "utf8" });
  } catch {
    throw new Error("The contracts are not built: run npm run build.");
  }
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => (JSON.parse(readFileSync(join(ARTIFACTS, file), "utf8")) as { abi: unknown }).abi);
}

/** The error that revert data stands for, or undefined if it is none that is known. */
export function decodeError(data: string): DecodedError | undefined {
  if (!isHexString(data) || data.length < 10) return undefined;
  const parsed = errorInterface().parseError(data);
  if (parsed === null) return undefined;
  const args = parsed.args.map(plain);
  const carried = parsed.fragment.inputs.findIndex((input) => input.type === "bytes");
  const inner = carried === -1 ? undefined : decodeError(args[carried] as string);
  return { name: parsed.name, args, signature: parsed.signature, data, ...(inner === undefined ? {} : { inner }) };
}

/** The innermost error: what refused, without what wrapped it. */
export function innermost(error: DecodedError): DecodedError {
  return error.inner === undefined ? error : innermost(error.inner);
}

/** `SpendCapExceeded(0x…, 31, 30)`. */
export function formatError({ name, args, inner }: DecodedError): string {
  if (inner !== undefined) return `${name}: ${formatError(inner)}`;
  return `${name}(${args.map(formatArgument).join(", ")})`;
}

function formatArgument(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(formatArgument).join(", ")}]` : String(value);
}

/** The revert data that a failed call or transaction carries, wherever the library or the node has put it. */
export function revertData(thrown: unknown): string | undefined {
  const seen = new Set<unknown>();
  const queue: unknown[] = [thrown];
  for (const value of queue) {
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    const { data, error, info, cause } = value as Record<string, unknown>;
    if (isHexString(data)) return data;
    queue.push(data, error, info, cause);
  }
  return undefined;
}

/** `decodeError(revertData(thrown))`, or `thrown` again if it carries nothing that can be decoded. */
export function decodeThrown(thrown: unknown): DecodedError {
  const decoded = decodeError(revertData(thrown) ?? "0x");
  if (decoded === undefined) throw thrown;
  return decoded;
}

function plain(value: unknown): unknown {
  return Array.isArray(value) ? (value as Result).toArray().map(plain) : value;
}
