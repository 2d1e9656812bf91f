import { type Account, type Address, concatHex, type Hex, type SignableMessage, type TypedDataDefinition } from "viem";
import {
  getUserOperationHash,
  getUserOperationTypedData,
  type SmartAccount,
  type SmartAccountImplementation,
  type UserOperation,
} from "viem/account-abstraction";
import { readContract } from "viem/actions";
import { SessionRequestError } from "../errors/clientErrors.ts";
import type { SessionCall } from "../types.ts";
import { chainIdOf, type SessionClient } from "../chain/client.ts";
import { entryPoints, type EntryPointVersion } from "../chain/entryPoints.ts";
import { decodeExecute, encodeExecute } from "../operations/executions.ts";
import { signTypedDataAs, smartAccountOf } from "../chain/viem.ts";
import { requireCalls } from "../chain/requireCalls.ts";

/** What the two forms of the project's account differ in. */
export interface OwnerForm {
  address: Address;
  entryPointVersion: EntryPointVersion;
  getFactoryArgs: SmartAccountImplementation["getFactoryArgs"];
  signMessage(message: SignableMessage): Promise<Hex>;
  signTypedData(definition: TypedDataDefinition): Promise<Hex>;
  authorization?: { account: Account; address: Address } | undefined;
}

/** Operations of the owner in one lane wait for each other: 0 to 2^32 - 1, inclusive. */
export interface OwnerLane {
  /** 0 unless told otherwise. */
  lane?: bigint | undefined;
}

/** The project's account as its owner's wallet uses it: `validator 0 (20) | lane (4)` asks the owner's signature. */
export async function ownerSmartAccount(
  client: SessionClient,
  owner: Account,
  { lane = 0n }: OwnerLane,
  form: OwnerForm,
): Promise<SmartAccount<SmartAccountImplementation>> {
  const { address, entryPointVersion } = form;
  const entryPoint = entryPoints[entryPointVersion];
  if (lane < 0n || lane >= 1n << 32n) {
    throw new SessionRequestError("There is no such lane.", {
      metaMessages: [`Given: ${lane}`, "Lanes: 0 to 2^32 - 1"],
    });
  }
  const account = await smartAccountOf(client, {
    entryPoint,
    ...(form.authorization !== undefined && { authorization: form.authorization }),
    getAddress: async () => address,
    async encodeCalls(calls: readonly SessionCall[]) {
      requireCalls(calls);
      return encodeExecute(calls);
    },
    decodeCalls: async (data: Hex) => decodeExecute(data),
    getFactoryArgs: form.getFactoryArgs,
    getStubSignature: async () => STUB,
    signMessage: ({ message }: { message: SignableMessage }) => form.signMessage(message),
    signTypedData: (definition: TypedDataDefinition) => form.signTypedData(definition),
    async signUserOperation({ chainId, ...fields }: Partial<UserOperation> & { chainId?: number }) {
      const userOperation = { ...fields, sender: address } as UserOperation;
      const parameters = { chainId: chainId ?? (await chainIdOf(client)), entryPointAddress: entryPoint.address };
      if (entryPointVersion === "0.7") {
        // Its hash is no typed data.
        if (!("sign" in owner) || owner.sign === undefined) {
          throw new SessionRequestError("On EntryPoint 0.7 the owner signs a bare hash, which takes a local account.");
        }
        return owner.sign({ hash: getUserOperationHash({ ...parameters, entryPointVersion, userOperation }) });
      }
      return signTypedDataAs(client, owner, getUserOperationTypedData({ ...parameters, userOperation }));
    },
  });
  return {
    ...account,
    // viem would draw a lane from the clock; here the upper 160 bits choose the validator.
    getNonce: ({ key = lane } = {}) =>
      readContract(client, {
        abi: entryPoints["0.9"].abi,
        address: entryPoint.address,
        functionName: "getNonce",
        args: [address, key],
      }),
  };
}

/** Of nobody, but recovery succeeds and no byte is zero. */
const STUB: Hex = concatHex([
  "0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
  `0x${"3c".repeat(32)}`,
  "0x1c",
]);
