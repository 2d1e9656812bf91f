import type { ReadErrorType } from "../errors/errorTypes.ts";
import { type Address, decodeAbiParameters, getAddress, type Hex, hexToBigInt, hexToString, size, trim } from "viem";
import { COUNTER_BOUND } from "../constants.ts";
import type { TokenUnit } from "../policies/symbols.ts";
import type { Policy } from "../types.ts";
import type { SessionClient } from "../chain/client.ts";
import { safeText } from "../errors/safeText.ts";
import { rawAnswer } from "../chain/ask.ts";

export interface ReadTokenUnitsParameters {
  policy: Pick<Policy, "limits" | "permissions">;
}

/** By address, for `describePolicy`. A token that does not say its decimals is left out: it is told in base units. */
export type ReadTokenUnitsReturnType = Record<Address, TokenUnit>;

/** Longest symbol that is shown, in characters. */
const LONGEST_SYMBOL = 24;
/** More bytes than this in answer to `symbol()` are not read. */
const LONGEST_ANSWER = 16_384;
/** As many digits as a uint256 has. */
const MAX_DECIMALS = 77n;

export type ReadTokenUnitsErrorType = ReadErrorType;

/**
 * Symbols and decimals of the tokens that a policy limits or counts, as the tokens say themselves: `string` or `bytes32`,
 * made safe to be printed. A symbol proves nothing, any contract can choose any: show the address beside it.
 *
 * @example
 * const tokens = await client.readTokenUnits({ policy });
 */
export async function readTokenUnits(
  client: SessionClient,
  { policy }: ReadTokenUnitsParameters,
): Promise<ReadTokenUnitsReturnType> {
  const spends = policy.permissions.flatMap((permission) => permission.spends);
  const units = [...policy.limits, ...spends].map(({ unit }) => getAddress(unit));
  // What is neither the native coin nor a counter is a token.
  const tokens = [...new Set(units)].filter((unit) => BigInt(unit) >= COUNTER_BOUND);
  const answers = await Promise.all(tokens.map((token) => unitOf(client, token)));
  return Object.fromEntries(tokens.flatMap((token, i) => (answers[i] === undefined ? [] : [[token, answers[i]]])));
}

async function unitOf(client: SessionClient, token: Address): Promise<TokenUnit | undefined> {
  // symbol(), decimals()
  const [symbol, decimals] = await Promise.all(
    ["0x95d89b41", "0x313ce567"].map((data) => rawAnswer(client, token, data as Hex)),
  );
  if (decimals === undefined || size(decimals) !== 32 || hexToBigInt(decimals) > MAX_DECIMALS) return undefined;
  return { symbol: symbolOf(symbol) ?? token, decimals: Number(decimals) };
}

function symbolOf(answer: Hex | undefined): string | undefined {
  if (answer === undefined || size(answer) > LONGEST_ANSWER) return undefined;
  let text: string;
  try {
    text =
      size(answer) === 32
        ? hexToString(trim(answer, { dir: "right" }))
        : decodeAbiParameters([{ type: "string" }], answer)[0];
  } catch {
    return undefined;
  }
  return text.trim() === "" ? undefined : safeText(text.trim(), LONGEST_SYMBOL);
}
