import { type Address, concatHex, encodePacked, type Hex, hashTypedData, keccak256 } from "viem";
import {
  getUserOperationHash,
  type SmartAccount,
  type SmartAccountImplementation,
  type UserOperation,
} from "viem/account-abstraction";
import { readContract } from "viem/actions";
import { SessionRequestError } from "../errors/clientErrors.ts";
import { encodeSessionSignature, type SessionKey, signSessionDigest } from "../keys/SessionKey.ts";
import type { SessionCall } from "../types.ts";
import { chainIdOf, deploymentOf, type DeploymentParameters, type SessionClient } from "../chain/client.ts";
import { entryPoints, type EntryPointVersion } from "../chain/entryPoints.ts";
import { decodeExecute, encodeExecute } from "../operations/executions.ts";
import { type AccountFamily, families } from "./families.ts";
import { encodeApp } from "../policies/encodeApp.ts";
import { operations } from "../operations/onDemand.ts";
import { type AccountState, readAccount, requireAccount, requireEntryPoint } from "./readAccount.ts";
import { requireAddress, requireCalls } from "../chain/requireCalls.ts";
import { smartAccountOf } from "../chain/viem.ts";
import { type SessionLane, sessionLaneOf } from "../sessions/sessionLane.ts";
import { type SessionToSign, sessionToSign } from "../sessions/sessionToSign.ts";
import { latchkeyDomain } from "../chain/domain.ts";
import { keyTypes } from "../chain/keyTypes.ts";

export interface ToSessionSmartAccountParameters extends DeploymentParameters {
  client: SessionClient;
  /** The account that the session acts for. It is deployed and has Latchkey installed. */
  principal: Address;
  key: SessionKey;
  /** The version of the account's EntryPoint: as the account says unless told otherwise, and refused if it says another. */
  entryPointVersion?: EntryPointVersion | undefined;
  /** How the account chooses its validator: by what the account says of itself unless told otherwise. */
  family?: AccountFamily | undefined;
  /**
   * The lane that the session was registered in.
   *
   * @default 0n, if the key lives there
   */
  sessionLane?: bigint | undefined;
  /**
   * The lane of the account's nonces: operations in one lane wait for each other. A session that sends several at once
   * takes one for each.
   *
   * @default follows from the session's app and lane, so that a new session of a used lane opens no new nonce slot
   */
  lane?: bigint | undefined;
  /**
   * The key of the account's nonce, for an account of another family: it chooses the validator and the lane.
   *
   * @default what `sessionNonceKey` makes of the rest
   */
  nonceKey?: bigint | undefined;
  /** The deadline of each operation, unix seconds, inclusive; see `sessionToSign` for the default. */
  validUntil?: number | undefined;
}

export type ToSessionSmartAccountReturnType = SmartAccount<SmartAccountImplementation>;

/**
 * A viem `SmartAccount` whose operations are signed by a session key: four elements, 128 bytes. An account without code
 * or without Latchkey, and an EntryPoint that is not the account's, are refused.
 */
export function toSessionSmartAccount(
  parameters: ToSessionSmartAccountParameters,
): Promise<ToSessionSmartAccountReturnType> {
  return toAccountOfSession(parameters);
}

interface KnownOfAccount {
  offset?: bigint | undefined;
  state?: AccountState | undefined;
  /** The grant of a session that is not there yet. */
  brought?: { envelope: Hex; lane: SessionLane } | undefined;
}

/** The same for one operation, of which it is known already what is to be signed beside it. */
export async function toAccountOfSession(
  parameters: ToSessionSmartAccountParameters,
  known?: SessionToSign,
  { offset = 0n, state: read, brought }: KnownOfAccount = {},
): Promise<ToSessionSmartAccountReturnType> {
  const { client, principal, key } = parameters;
  requireAddress("The principal", principal);
  const { latchkey } = deploymentOf(parameters);
  const state = read ?? (await readAccount(client, parameters));
  requireAccount(principal, state);
  const entryPointVersion = requireEntryPoint(principal, state, parameters.entryPointVersion);
  const entryPoint = entryPoints[entryPointVersion];
  const { family = state.family, lane } = parameters;
  const nonceKey =
    parameters.nonceKey ??
    sessionNonceKey(
      latchkey,
      lane ?? brought?.lane ?? (await sessionLaneOf(client, { ...parameters, policyId: known?.session.policyId })),
      { family, offset },
    );
  const toSign = async (callData: Hex | undefined) =>
    known ?? sessionToSign(client, { ...parameters, key: key.address, calls: callsIn(callData) });
  const refuse = async (): Promise<never> => {
    throw new SessionRequestError("A session key signs operations, never messages: it has no part in ERC-1271.");
  };

  const withGrant = (signature: Hex) => concatHex([signature, brought?.envelope ?? "0x"]);

  // The account exists: no session can deploy it.
  const getFactoryArgs = async () => ({ factory: undefined, factoryData: undefined });

  const account = await smartAccountOf(client, {
    entryPoint,
    getAddress: async () => principal,
    async encodeCalls(calls: readonly SessionCall[]) {
      requireCalls(calls);
      return encodeExecute(calls);
    },
    decodeCalls: async (data: Hex) => decodeExecute(data),
    getFactoryArgs,
    // The right length, key and deadline, so that estimating walks the whole path and counts the bytes; r and s of nobody.
    async getStubSignature(operation?: { callData?: Hex }) {
      const { validUntil } = await toSign(operation?.callData);
      return withGrant(encodeSessionSignature({ key, r: STUB_R, s: STUB_S, validUntil }));
    },
    signMessage: refuse,
    signTypedData: refuse,
    async signUserOperation({ chainId, ...operation }: Partial<UserOperation> & { chainId?: number }) {
      const id = chainId ?? (await chainIdOf(client));
      const userOpHash = getUserOperationHash({
        chainId: id,
        entryPointAddress: entryPoint.address,
        entryPointVersion,
        userOperation: { ...operation, sender: principal } as UserOperation,
      });
      const { registration, validUntil, session } = await toSign(operation.callData);
      const { requireSaneGas } = await operations();
      await requireSaneGas(operation, session.gasLeft);
      const digest = hashTypedData({
        domain: latchkeyDomain(id, latchkey),
        types: keyTypes.sessionOperation,
        primaryType: "SessionOperation",
        message: { principal, userOpHash, validUntil, registration },
      });
      return withGrant(await signSessionDigest(key, digest, validUntil));
    },
  });
  return {
    ...account,
    // viem would ask for the account's code before.
    getFactoryArgs,
    // viem would draw a lane from the clock; here the lane is part of what chooses the validator.
    getNonce: ({ key: chosen = nonceKey } = {}) =>
      readContract(client, {
        abi: entryPoints["0.9"].abi,
        address: entryPoint.address,
        functionName: "getNonce",
        args: [principal, chosen],
      }),
  };
}

/**
 * The key of an account's nonce that makes it ask Latchkey: `validator (20) | lane (4)` on OpenZeppelin's account. The lane
 * of nonces is given as a number, or is what fits of the hash of the session's app and lane, or the `offset`th one behind
 * that: two sessions may come to share one, and then their operations wait for each other.
 */
export function sessionNonceKey(
  latchkey: Address,
  lane: SessionLane | bigint,
  options: { family?: AccountFamily | undefined; offset?: bigint | undefined } = {},
): bigint {
  const { family = "openZeppelin", offset = 0n } = options;
  const { nonceKey, lanes } = families[family];
  const number = typeof lane === "bigint" ? lane : (nonceLane(lane) + offset) % lanes;
  if (number < 0n || number >= lanes) {
    throw new SessionRequestError("There is no such lane.", {
      metaMessages: [`Given: ${number}`, `Lanes: 0 to ${lanes - 1n}`],
    });
  }
  return nonceKey(latchkey, number);
}

function nonceLane({ app, lane = 0n }: SessionLane): bigint {
  return BigInt(keccak256(encodePacked(["bytes32", "uint256"], [encodeApp(app), lane])));
}

/** Undefined for what no session can sign for anyway, and for an operation that is not filled in yet. */
function callsIn(callData: Hex | undefined): SessionCall[] | undefined {
  try {
    return callData === undefined ? undefined : decodeExecute(callData);
  } catch {
    return undefined;
  }
}

/** A point's coordinate on secp256k1, so that recovery succeeds, in the range of P-256 too, and no byte of it zero. */
const STUB_R: Hex = "0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
/** In the lower half on both curves, and no byte of it zero. */
const STUB_S: Hex = `0x${"3c".repeat(32)}`;
