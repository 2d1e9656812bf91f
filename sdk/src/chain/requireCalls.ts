import { type Address, encodeFunctionData, isAddress, isHex, maxUint256, size } from "viem";
import { SessionRequestError } from "../errors/clientErrors.ts";
import { safeText } from "../errors/safeText.ts";
import type { ContractCall, SessionCall } from "../types.ts";

/** Refuses what is no address: not 20 bytes, or with a checksum that is wrong. */
export function requireAddress(name: string, value: unknown): asserts value is Address {
  if (typeof value === "string" && isAddress(value)) return;
  throw new SessionRequestError(`${name} is no address.`, {
    metaMessages: [`Given: ${String(value)}`, "Wanted: 20 bytes, in lower case or with the right checksum"],
  });
}

/** Calls as they are sent: those that name a method of an ABI are encoded. What cannot be encoded is refused. */
export function encodedCalls(calls: readonly (SessionCall | ContractCall)[]): readonly SessionCall[] {
  const encoded = calls.map((each, i): SessionCall => {
    if (!("abi" in each)) return each;
    const { to, value, abi, functionName, args } = each;
    try {
      const data = encodeFunctionData({ abi, functionName, args } as Parameters<typeof encodeFunctionData>[0]);
      return { to, data, ...(value !== undefined && { value }) };
    } catch (cause) {
      throw new SessionRequestError(`Call ${i} does not fit its ABI.`, {
        cause,
        metaMessages: [`Method: ${safeText(String(functionName))}`],
      });
    }
  });
  requireCalls(encoded);
  return encoded;
}

/** Refuses calls that no chain could be asked to make. What the policy allows is the chain's to say. */
export function requireCalls(calls: readonly SessionCall[]): void {
  if (calls.length === 0) throw new SessionRequestError("There is no call to be made.");
  for (const [i, { to, value = 0n, data = "0x" }] of calls.entries()) {
    requireAddress(`The target of call ${i}`, to);
    if (typeof value !== "bigint" || value < 0n || value > maxUint256) {
      throw new SessionRequestError(`The value of call ${i} is none.`, {
        metaMessages: [`Given: ${String(value)}`, "Wanted: wei, a bigint from 0 to 2^256 - 1"],
      });
    }
    if (!isHex(data) || data.length !== 2 + 2 * size(data)) {
      throw new SessionRequestError(`The data of call ${i} is no whole number of bytes.`, {
        metaMessages: [`Given: ${String(data)}`],
      });
    }
  }
}
