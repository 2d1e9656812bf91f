import type { SessionClient } from "../chain/client.ts";
import { type ReadSessionParameters, type ReadSessionReturnType, readSession } from "../sessions/readSession.ts";

export type GetSessionParameters = ReadSessionParameters;
export type GetSessionReturnType = ReadSessionReturnType;

/** What a screen shows of a session. An unknown key has status `None`. */
export function getSession(client: SessionClient, parameters: GetSessionParameters): Promise<GetSessionReturnType> {
  return readSession(client, parameters);
}
