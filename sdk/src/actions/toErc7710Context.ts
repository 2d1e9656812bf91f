import {
  type Address,
  concatHex,
  encodeAbiParameters,
  type Hex,
  hashTypedData,
  isAddressEqual,
  zeroAddress,
} from "viem";
import { deploymentOf, type DeploymentParameters, type SessionClient, signingChainOf } from "../chain/client.ts";
import { latchkeyDomain } from "../chain/domain.ts";
import { redemptionTypes } from "../chain/redemptionTypes.ts";
import { encodedCalls, requireAddress } from "../chain/requireCalls.ts";
import { timeOf } from "../chain/time.ts";
import type { SessionErrorType } from "../errors/errorTypes.ts";
import { type SessionKey, signSessionDigest } from "../keys/SessionKey.ts";
import { encodeCalls } from "../operations/executions.ts";
import { partOf } from "../operations/onDemand.ts";
import { askLens } from "../sessions/askLens.ts";
import { readSession } from "../sessions/readSession.ts";
import { nextRelayNonce } from "../sessions/relayNonce.ts";
import { sessionToSign } from "../sessions/sessionToSign.ts";
import type { ContractCall, SessionCall } from "../types.ts";
import type { SignedGrant } from "./registration.ts";

export interface ToErc7710ContextParameters extends DeploymentParameters {
  /** A smart account, or a wallet that has delegated to one: the door leads to what an account does. */
  principal: Address;
  key: SessionKey;
  /** What is redeemed, to the byte. */
  calls: readonly (SessionCall | ContractCall)[];
  /**
   * Who may redeem it: one address, or the key itself, which then signs nothing here.
   *
   * @default anyone
   */
  redeemer?: Address | undefined;
  /** The deadline to be signed, unix seconds, inclusive; see `sessionToSign` for the default. */
  validUntil?: number | undefined;
  /**
   * Least gas that the redeemer must pass on.
   *
   * @default 0n
   */
  minGas?: bigint | undefined;
  /**
   * The number in the bitmap of (principal, key). One that is given is signed unasked: once it is used, nobody redeems it.
   *
   * @default the next one
   */
  nonce?: bigint | undefined;
  /** Brought along where the session is not there yet. */
  grant?: SignedGrant | undefined;
}

/** What is given to whoever redeems: one item of `redeemDelegations`, and where that is. */
export interface Erc7710Redemption {
  /** Latchkey. */
  delegationManager: Address;
  /** `abi.encode(principal)` for the key itself; else principal, redeemer, nonce, least gas and the key's signature. */
  permissionContext: Hex;
  mode: Hex;
  executionCallData: Hex;
  /** Of the signature; undefined where the key redeems by itself. */
  nonce?: bigint | undefined;
  /**
   * Until when it can be redeemed, unix seconds, inclusive; undefined where the key redeems by itself. A grant that comes
   * along has its own deadline, until which the session has to be there where `validUntil` was given.
   */
  validUntil?: number | undefined;
}
export type ToErc7710ContextReturnType = Erc7710Redemption;
export type ToErc7710ContextErrorType = SessionErrorType;

/**
 * Makes calls redeemable by somebody who knows ERC-7710 and nothing of Latchkey: once, until a deadline, by one redeemer or
 * by anyone. The session's limits hold when it is redeemed. Calls that would be refused now, and a grant that the principal
 * has not signed, are refused before anything is signed.
 *
 * @example
 * import { toErc7710Context } from "latchkey";
 *
 * const item = await toErc7710Context(client, { principal, key, calls });
 */
export async function toErc7710Context(
  client: SessionClient,
  parameters: ToErc7710ContextParameters,
): Promise<ToErc7710ContextReturnType> {
  const { principal, key, redeemer = zeroAddress, minGas = 0n, grant } = parameters;
  requireAddress("The principal", principal);
  requireAddress("The redeemer", redeemer);
  const calls = encodedCalls(parameters.calls);
  const { latchkey: delegationManager } = deploymentOf(parameters);
  const { mode, executionCalldata } = encodeCalls(calls);
  const item = { delegationManager, mode, executionCallData: executionCalldata };
  const asked = { ...parameters, key: key.address, calls };
  if (isAddressEqual(redeemer, key.address)) {
    await requireAllowed(client, { ...asked, route: "direct" });
    return { ...item, permissionContext: encodeAbiParameters([{ type: "address" }], [principal]) };
  }
  const [session, time] = await Promise.all([readSession(client, asked), timeOf(client)]);
  const known = { session, time };
  const { bringSigned } = await partOf("sends operations", () => import("./apart.ts"));
  const { signable = known, brought } =
    grant === undefined
      ? { brought: undefined }
      : await bringSigned(client, { ...parameters, calls, grant }, grant, { route: "relayed", signable: known });
  const { registration, validUntil } = await sessionToSign(client, { ...asked, calls: [] }, signable);
  if (brought === undefined) await requireAllowed(client, { ...asked, route: "relayed", validUntil });
  const nonce = parameters.nonce ?? (await nextRelayNonce(client, asked));
  const signed = { principal, redeemer, mode, executionCalldata, nonce, minGas, validUntil, registration };
  const digest = hashTypedData({
    domain: latchkeyDomain(await signingChainOf(client), delegationManager),
    types: redemptionTypes.sessionRedemption,
    primaryType: "SessionRedemption",
    message: signed,
  });
  const signature = concatHex([await signSessionDigest(key, digest, validUntil), brought?.envelope ?? "0x"]);
  const permissionContext = encodeAbiParameters(SIGNED_CONTEXT, [principal, redeemer, nonce, minGas, signature]);
  return { ...item, permissionContext, nonce, validUntil };
}

async function requireAllowed(client: SessionClient, asked: Parameters<typeof askLens>[1]): Promise<void> {
  const { error } = await askLens(client, asked);
  if (error !== undefined) throw error;
}

const SIGNED_CONTEXT = [
  { name: "principal", type: "address" },
  { name: "redeemer", type: "address" },
  { name: "nonce", type: "uint256" },
  { name: "minGas", type: "uint256" },
  { name: "signature", type: "bytes" },
] as const;
