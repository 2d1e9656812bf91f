import type { OwnerErrorType } from "../errors/errorTypes.ts";
import { type Address, encodeFunctionData, type Hash, isAddressEqual, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import { SessionError } from "../errors/SessionError.ts";
import { encodeApp } from "../policies/encodeApp.ts";
import { accountOf, type OwnerParameters, principalOf } from "../accounts/owner.ts";
import { deploymentOf, type DeploymentParameters, type SessionClient } from "../chain/client.ts";
import { transact } from "../chain/transact.ts";
import { revokeSessionSync } from "../actions/revokeSession.ts";

export interface DeactivateSessionParameters extends DeploymentParameters, OwnerParameters {
  /** The session's key; or else the app whose active session is meant. */
  sessionWallet?: Address | undefined;
  /** The app of the policy, in words; only without `sessionWallet`. */
  app?: string | undefined;
  /** 0 unless told otherwise; only without `sessionWallet`. */
  lane?: bigint | undefined;
}

export interface DeactivateSessionReturnType {
  /** The mined transaction. */
  hash: Hash;
  sessionWallet: Address;
}

export type DeactivateSessionErrorType = OwnerErrorType;

/**
 * Ends a session. Its owner may at any time, and so may the session key itself: it is dead for ever then. Anyone else,
 * who names the owner by `principal`, may clear it once it has expired: it stays expired and renewable.
 *
 * @example
 * await client.deactivateSession({ account, app: "game.example" });
 */
export async function deactivateSession(
  client: SessionClient,
  parameters: DeactivateSessionParameters,
): Promise<DeactivateSessionReturnType> {
  const principal = principalOf(client, parameters);
  const sessionWallet = parameters.sessionWallet ?? (await activeSessionOf(client, principal, parameters));
  const { sendCalls, relayer } = parameters;
  const isOwner =
    sendCalls !== undefined ||
    relayer !== undefined ||
    isAddressEqual(accountOf(client, parameters).address, principal);
  if (isOwner) return { ...(await revokeSessionSync(client, { ...parameters, key: sessionWallet })), sessionWallet };
  const args = [principal, sessionWallet] as const;
  const data = encodeFunctionData({
    abi: [sessionRegistry.deactivateSession],
    functionName: "deactivateSession",
    args,
  });
  const call = { account: accountOf(client, parameters), to: deploymentOf(parameters).latchkey, data };
  return { hash: (await transact(client, call)).transactionHash, sessionWallet };
}

async function activeSessionOf(
  client: SessionClient,
  principal: Address,
  parameters: DeactivateSessionParameters,
): Promise<Address> {
  const { app, lane = 0n } = parameters;
  if (app === undefined) throw new SessionRequestError("Name the session's key, or the app whose session is meant.");
  const key = await readContract(client, {
    abi: [sessionRegistry.activeSession],
    address: deploymentOf(parameters).latchkey,
    functionName: "activeSession",
    args: [principal, encodeApp(app), lane],
  });
  if (!isAddressEqual(key, zeroAddress)) return key;
  throw new SessionError("SESSION_NOT_REGISTERED", "The wallet has no active session there.", {
    metaMessages: [`Principal: ${principal}`, `App: ${app}`, `Lane: ${lane}`],
  });
}
