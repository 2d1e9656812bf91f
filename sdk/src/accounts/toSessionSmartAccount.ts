import { type Address, type Hex, hashTypedData, numberToHex, slice } from "viem";
import {
  entryPoint07Abi,
  entryPoint07Address,
  entryPoint08Abi,
  entryPoint08Address,
  entryPoint09Abi,
  entryPoint09Address,
  getUserOperationHash,
  type SmartAccount,
  type SmartAccountImplementation,
  toSmartAccount,
  type UserOperation,
} from "viem/account-abstraction";
import { readContract } from "viem/actions";
import { sessionToSign } from "../utils/sessionToSign.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import { encodeSessionSignature, type SessionKey, signSessionDigest } from "../keys/SessionKey.ts";
import { chainIdOf, deploymentOf, type DeploymentParameters, type SessionClient } from "../utils/client.ts";
import { decodeExecute, encodeExecute } from "../utils/executions.ts";
import { requireSaneGas } from "../utils/operationGas.ts";
import { latchkeyDomain, typedData } from "../utils/typedData.ts";

/** The EntryPoints that Latchkey knows, as ERC-4337 numbers them. */
export type EntryPointVersion = "0.7" | "0.8" | "0.9";

/** The canonical EntryPoints. */
export const entryPoints = {
  "0.7": { abi: entryPoint07Abi, address: entryPoint07Address, version: "0.7" },
  "0.8": { abi: entryPoint08Abi, address: entryPoint08Address, version: "0.8" },
  "0.9": { abi: entryPoint09Abi, address: entryPoint09Address, version: "0.9" },
} as const;

export interface ToSessionSmartAccountParameters extends DeploymentParameters {
  client: SessionClient;
  /** The account that the session acts for. It is deployed and has Latchkey installed. */
  principal: Address;
  key: SessionKey;
  /** The version of the account's EntryPoint; 0.9 unless told otherwise. */
  entryPointVersion?: EntryPointVersion | undefined;
  /**
   * The key of the account's nonce, which chooses the validator; `validator (20) | lane (4)` unless told otherwise, as
   * OpenZeppelin's and the reference ERC-7579 account have it. The lane follows from the session key, so that two
   * sessions never wait for each other.
   */
  nonceKey?: bigint | undefined;
  /** The deadline of each operation, unix seconds, inclusive; see `sessionToSign` for the default. */
  validUntil?: number | undefined;
}

export type ToSessionSmartAccountReturnType = SmartAccount<SmartAccountImplementation>;

/** A viem `SmartAccount` whose operations are signed by a session key: four elements, 128 bytes. */
export async function toSessionSmartAccount(
  parameters: ToSessionSmartAccountParameters,
): Promise<ToSessionSmartAccountReturnType> {
  const { client, principal, key, entryPointVersion = "0.9" } = parameters;
  const entryPoint = entryPoints[entryPointVersion];
  const { latchkey } = deploymentOf(parameters);
  const nonceKey = parameters.nonceKey ?? sessionNonceKey(latchkey, key.address);
  const toSign = () => sessionToSign(client, { ...parameters, key: key.address });
  const refuse = async (): Promise<never> => {
    throw new SessionRequestError("A session key signs operations, never messages: it has no part in ERC-1271.");
  };

  return (await toSmartAccount({
    client: client as never,
    entryPoint: entryPoint as never,
    getAddress: async () => principal,
    encodeCalls: async (calls: readonly { to: Hex; data?: Hex; value?: bigint }[]) => encodeExecute(calls),
    decodeCalls: async (data: Hex) => decodeExecute(data),
    // The account exists: no session can deploy it.
    getFactoryArgs: async () => ({ factory: undefined, factoryData: undefined }),
    getNonce: () =>
      readContract(client, {
        abi: entryPoint09Abi,
        address: entryPoint.address,
        functionName: "getNonce",
        args: [principal, nonceKey],
      }),
    // The right length, key and deadline, so that estimating walks the whole path; r and s of nobody.
    getStubSignature: async () =>
      encodeSessionSignature({ key: key.address, r: STUB, s: STUB, validUntil: (await toSign()).validUntil }),
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
      const { registration, validUntil, session } = await toSign();
      requireSaneGas(operation, session.gasLeft);
      const digest = hashTypedData({
        domain: latchkeyDomain(id, latchkey),
        types: typedData.sessionOperation,
        primaryType: "SessionOperation",
        message: { principal, userOpHash, validUntil, registration },
      });
      return signSessionDigest(key, digest, validUntil);
    },
  } as never)) as unknown as ToSessionSmartAccountReturnType;
}

/** `validator (20) | lane (4)`, the lane being the last four bytes of the session key. */
export function sessionNonceKey(latchkey: Address, key: Address): bigint {
  return (BigInt(latchkey) << 32n) | BigInt(slice(key, 16));
}

const STUB: Hex = numberToHex(2n ** 200n + 1n, { size: 32 });
