import type { Hex } from "viem";
import { CallRevertedError, SessionRequestError } from "./clientErrors.ts";
import type { ContractErrorName } from "./codes.ts";
import type { ContractErrorOptions } from "./ContractError.ts";
import { inWords } from "./inWords.ts";
import { revertDataIn } from "./revertData.ts";
import { safeText } from "./safeText.ts";
import { isSessionError, type SessionError } from "./SessionError.ts";

// The contracts' errors and their words are two fifths of a send, and nobody needs them before the chain refuses: they
// are loaded then. A bundler that splits code makes a file of them. An error is thrown when its words are there.

/** `decodeSessionError`, loaded on demand. */
export async function decodedError(thrown: unknown): Promise<SessionError | undefined> {
  if (isSessionError(thrown)) return thrown;
  return withDecoder(
    ({ decodeSessionError }) => decodeSessionError(thrown),
    (why) => {
      const data = revertDataIn(thrown);
      return data === undefined ? undefined : withoutWords(`Data: ${data}`, why, thrown);
    },
  );
}

/** `toSessionError`, loaded on demand. */
export async function typedError(thrown: unknown): Promise<unknown> {
  if (isSessionError(thrown)) return thrown;
  return withDecoder(
    ({ toSessionError }) => toSessionError(thrown),
    (why) => {
      const data = revertDataIn(thrown);
      return data === undefined ? thrown : withoutWords(`Data: ${data}`, why, thrown);
    },
  );
}

/** `revertError`, loaded on demand. */
export async function typedRevert(data: Hex, cause?: unknown): Promise<SessionError> {
  return withDecoder(
    ({ revertError }) => revertError(data, cause),
    (why) => withoutWords(`Data: ${data}`, why, cause),
  );
}

/** `callError`, loaded on demand. */
export async function typedCallRevert(data: Hex, cause?: unknown): Promise<CallRevertedError> {
  return withDecoder(
    ({ callError }) => callError(data, cause),
    () => new CallRevertedError(data, { cause }),
  );
}

/** A Solidity error that this package throws before the chain does. */
export async function contractError<name extends ContractErrorName>(
  errorName: name,
  options: ContractErrorOptions<name>,
): Promise<SessionError> {
  return withDecoder(
    ({ ContractError }): SessionError => new ContractError(errorName, options),
    (why) => withoutWords(`Error: ${errorName}(${inWords(options.args)})`, why),
  );
}

type Decoder = typeof import("./decoder.ts");

/** A page that was deployed anew, or that is offline, does not have the file: what was refused is said without it. */
async function withDecoder<made>(make: (decoder: Decoder) => made, otherwise: (why: unknown) => made): Promise<made> {
  let decoder: Decoder;
  try {
    decoder = await import("./decoder.ts");
  } catch (why) {
    return otherwise(why);
  }
  return make(decoder);
}

/** Most characters of what was refused that an error repeats. */
const LONGEST = 512;

function withoutWords(what: string, why: unknown, cause?: unknown): SessionRequestError {
  return new SessionRequestError("This was refused, and the part of the package that says why was not loaded.", {
    cause,
    metaMessages: [
      safeText(what, LONGEST),
      `Loading: ${safeText(why instanceof Error ? why.message : String(why), LONGEST)}`,
      "Load the page again, or decode the data: latchkey decode 0x…",
    ],
  });
}
