import { type Hex, isHex, size, stringToHex } from "viem";
import { UnsafePolicyError } from "../errors/policyErrors.ts";

/** `app` as events and storage have it: 32 bytes, left-aligned. */
export function encodeApp(text: string): Hex {
  if (isHex(text) && size(text) === 32) return text;
  if (/^[\x20-\x7e]{1,31}$/.test(text)) return stringToHex(text, { size: 32 });
  throw new UnsafePolicyError("PolicyAppInvalid", {
    place: "app",
    value: JSON.stringify(text),
    bound: "1 to 31 characters of printable ASCII",
  });
}
