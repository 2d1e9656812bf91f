import type { ReadErrorType } from "../errors/errorTypes.ts";
import { type Address, type BlockNumber, type BlockTag, type Hex, hexToString } from "viem";
import { deploymentOf, type DeploymentParameters, requireContract, type SessionClient } from "../chain/client.ts";
import type { LogRangeParameters } from "../chain/logs.ts";
import { readSessions } from "../sessions/readSessions.ts";
import { registrationsOf } from "../sessions/registrationsOf.ts";
import type { GetSessionReturnType } from "./getSession.ts";

export interface GetSessionsParameters extends DeploymentParameters, LogRangeParameters {
  principal: Address;
  /** Where to start reading; the first block unless told otherwise. */
  fromBlock?: BlockNumber | BlockTag | undefined;
  toBlock?: BlockNumber | BlockTag | undefined;
}

/** A session in the list of its principal. */
export interface ListedSession extends GetSessionReturnType {
  key: Address;
  /** "0x" for secp256k1. */
  publicKey: Hex;
  /** As its policy has it. */
  app: string;
  /** The calls that its latest registration was given: what `callsLeft` is left of. */
  grantedCalls: number;
  lane: bigint;
  /** The block of its latest registration. */
  registeredAt: bigint;
}

export type GetSessionsReturnType = ListedSession[];

export type GetSessionsErrorType = ReadErrorType;

/**
 * Every session that a principal ever registered, the oldest registration first, each as it stands now.
 *
 * @example
 * const sessions = await client.getSessions({ principal });
 */
export async function getSessions(
  client: SessionClient,
  parameters: GetSessionsParameters,
): Promise<GetSessionsReturnType> {
  const logs = await registrationsOf(client, { ...parameters, key: undefined });
  // Where there is no contract there are no events either.
  if (logs.length === 0) await requireContract(client, deploymentOf(parameters).latchkey);
  // A renewed key stands where it was renewed.
  const latest = new Map<Address, (typeof logs)[number]>();
  for (const log of logs) {
    latest.delete(log.args.key);
    latest.set(log.args.key, log);
  }
  const states = await readSessions(client, { ...parameters, keys: [...latest.keys()] });
  return [...latest.values()].map(
    ({ args: { key, publicKey, app, lane, maxCalls: grantedCalls }, blockNumber }, i) => ({
      ...{ key, publicKey, app: hexToString(app, { size: 32 }), grantedCalls, lane, registeredAt: blockNumber },
      ...states[i]!,
    }),
  );
}
