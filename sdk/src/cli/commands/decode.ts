import { getAddress, type Hex, hexToBigInt, isHex, size, slice } from "viem";
import { CallRevertedError } from "../../errors/clientErrors.ts";
import { isContractError } from "../../errors/isContractError.ts";
import { revertError } from "../../errors/decodeSessionError.ts";
import { addressOfX } from "../../keys/addressOfX.ts";
import { safeText } from "../../errors/safeText.ts";
import type { Command } from "../command.ts";
import { Refusal, UsageError } from "../errors.ts";
import { type Result, timeInWords, toJson } from "../output.ts";

/** What a contract reverted with, or what a session key signed. */
export const decode: Command = {
  name: "decode",
  args: ["DATA"],
  about: "What revert data says, however deep it is wrapped; or the four elements of a session signature.",
  options: {},
  help: [],
  async run({ positionals: [data] }) {
    if (!isHex(data) || data.length % 2 !== 0)
      throw new UsageError("DATA is bytes in hex, 0x and an even number of digits.");
    return signatureIn(data) ?? errorIn(data);
  },
};

/** 128 bytes are no revert data: that is four bytes and whole words. */
function signatureIn(data: Hex): Result | undefined {
  if (size(data) !== 128) return undefined;
  const [key, r, s, end] = [0, 32, 64, 96].map((at) => slice(data, at, at + 32)) as [Hex, Hex, Hex, Hex];
  const validUntil = hexToBigInt(end);
  const parity = Number(hexToBigInt(s) >> 255n);
  const isAddress = hexToBigInt(key) >> 160n === 0n;
  const address = isAddress ? getAddress(slice(key, 12)) : addressOfX(hexToBigInt(key), parity === 1);
  if (address === undefined || validUntil >> 48n !== 0n) return undefined;
  const curve = isAddress ? "secp256k1" : "p256";
  return {
    json: { kind: "signature", curve, key: address, r, s, parity, validUntil: Number(validUntil) },
    sections: [
      {
        rows: [
          ["signature", `of a session key, ${curve}, four elements`],
          ["key", address],
          ["r", r],
          ["s", s],
          ["parity", `${parity}, the top bit of s, of ${isAddress ? "v" : "y"}`],
          ["validUntil", `${timeInWords(validUntil)}, inclusive`],
        ],
      },
    ],
  };
}

function errorIn(data: Hex): Result {
  const error = revertError(data);
  const rows: [string, string][] = [];
  if (error instanceof CallRevertedError) {
    const reason = (error.metaMessages ?? []).find((each) => each.startsWith("Reason: "))?.slice(8);
    if (reason === undefined) {
      throw new Refusal(
        "UNKNOWN_DATA",
        `Neither an error that this package knows nor a session signature: ${size(data)} bytes.`,
      );
    }
    rows.push(["reverted", safeText(reason, 1_000)]);
    return { json: { kind: "error", name: error.name, code: error.code, message: reason }, sections: [{ rows }] };
  }
  const name = isContractError(error) ? error.errorName : error.name;
  rows.push(["error", name], ["code", error.code], ["says", safeText(error.shortMessage, 1_000)]);
  const args = isContractError(error) ? (error.args as Record<string, unknown>) : {};
  for (const [label, value] of Object.entries(args))
    rows.push([label, safeText(typeof value === "object" ? toJson(value) : String(value), 1_000)]);
  return {
    json: { kind: "error", name, code: error.code, message: error.shortMessage, args },
    sections: [{ rows }],
  };
}
