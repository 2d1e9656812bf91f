import type { ReadErrorType } from "../errors/errorTypes.ts";
import type { SessionClient } from "../chain/client.ts";
import { type ReadSessionParameters, type ReadSessionReturnType, readSession } from "../sessions/readSession.ts";

export type GetSessionParameters = ReadSessionParameters;
export type GetSessionReturnType = ReadSessionReturnType;

export type GetSessionErrorType = ReadErrorType;

/**
 * What a screen shows of a session. An unknown key has status `None`.
 *
 * @example
 * const { status, callsLeft } = await client.getSession({ principal, key: key.address });
 */
export function getSession(client: SessionClient, parameters: GetSessionParameters): Promise<GetSessionReturnType> {
  return readSession(client, parameters);
}
