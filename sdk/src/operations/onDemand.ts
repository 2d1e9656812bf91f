import { SessionRequestError } from "../errors/clientErrors.ts";

// Operations are a quarter of a send, and a wallet, a key or a relayer that sends transactions has none.

/** The engine of operations, loaded on demand. */
export function operations(): Promise<typeof import("./engine.ts")> {
  return partOf("sends operations", () => import("./engine.ts"));
}

/** A page that was deployed anew, or that is offline, does not have the file: nothing was asked or sent. */
export async function partOf<part>(does: string, load: () => Promise<part>): Promise<part> {
  try {
    return await load();
  } catch (cause) {
    throw new SessionRequestError(`The part of the package that ${does} was not loaded.`, {
      cause,
      metaMessages: ["Load the page again"],
    });
  }
}
