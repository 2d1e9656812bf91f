import {
  type Account,
  type Address,
  encodeFunctionData,
  getAddress,
  type Hex,
  toPrefixedMessage,
  zeroAddress,
  zeroHash,
} from "viem";
import type { SmartAccount, SmartAccountImplementation } from "viem/account-abstraction";
import { parseAccount } from "viem/accounts";
import { signTypedData } from "viem/actions";
import { latchkeyAccountFactoryAbi } from "../generated/abi/latchkeyAccountFactoryAbi.ts";
import { InvalidWalletTypeError } from "../errors/clientErrors.ts";
import { latchkeyAccounts } from "../constants.ts";
import { chainIdOf, isDeployed, readDeployed, type SessionClient } from "../chain/client.ts";
import { signTypedDataAs } from "../chain/viem.ts";
import type { EntryPointVersion } from "../chain/entryPoints.ts";
import { signNestedTypedData } from "./nestedSignature.ts";
import { readEntryPoint, requireEntryPoint } from "./readAccount.ts";
import { requireAddress } from "../chain/requireCalls.ts";
import { type OwnerLane, ownerSmartAccount } from "./ownerSmartAccount.ts";

export interface ToOwnerSmartAccountParameters extends OwnerLane {
  client: SessionClient;
  /** The owner's wallet. On EntryPoint 0.7 it must be a local account, which can sign a bare hash. */
  owner: Account | Address;
  /** The account; where the factory has it or would create it unless told otherwise. */
  address?: Address | undefined;
  /** The factory that creates the account; that of this release, on EntryPoint 0.9, unless told otherwise. */
  factory?: Address | undefined;
  /** Any 32 bytes, for more than one account of an owner; zero unless told otherwise. */
  salt?: Hex | undefined;
  /** Refused unless it is the account's; read unless given. */
  entryPointVersion?: EntryPointVersion | undefined;
}

export type ToOwnerSmartAccountReturnType = SmartAccount<SmartAccountImplementation>;

/**
 * A `LatchkeyAccount` as its owner uses it: a viem `SmartAccount`, deployed by its first operation if it is not there. It
 * is created without modules, as a factory inside an operation may touch no module: `installCalls` go into that
 * operation. Its signatures over typed data are nested as ERC-7739 says, so that they hold for it alone.
 */
export async function toOwnerSmartAccount(
  parameters: ToOwnerSmartAccountParameters,
): Promise<ToOwnerSmartAccountReturnType> {
  const { client, factory = latchkeyAccounts.factory, salt = zeroHash } = parameters;
  const owner = parseAccount(parameters.owner);
  const args = [owner.address, zeroAddress, salt] as const;
  const ask = { abi: latchkeyAccountFactoryAbi, address: factory } as const;
  if (parameters.address !== undefined) requireAddress("The account", parameters.address);
  const address = parameters.address ?? (await readDeployed(client, { ...ask, functionName: "accountAddress", args }));
  const isThere = await isDeployed(client, address);
  if (!isThere && parameters.address !== undefined) {
    throw new InvalidWalletTypeError(
      address,
      "The account is not deployed: name its factory and salt, not its address.",
    );
  }
  const entryPoint = isThere
    ? await readEntryPoint(client, address)
    : await readDeployed(client, { ...ask, functionName: "ENTRY_POINT" });
  const chainId = await chainIdOf(client);
  const domain = { name: "LatchkeyAccount", version: "1", chainId, verifyingContract: getAddress(address) };
  return ownerSmartAccount(client, owner, parameters, {
    address,
    entryPointVersion: requireEntryPoint(address, { entryPoint }, parameters.entryPointVersion),
    getFactoryArgs: async () => ({
      factory,
      factoryData: encodeFunctionData({ ...ask, functionName: "createAccount", args }),
    }),
    signMessage: (message) =>
      signTypedData(client, {
        account: owner,
        domain,
        types: { PersonalSign: [{ name: "prefixed", type: "bytes" }] },
        primaryType: "PersonalSign",
        message: { prefixed: toPrefixedMessage(message) },
      }),
    signTypedData: (definition) =>
      signNestedTypedData({
        account: domain,
        definition,
        sign: (nested) => signTypedDataAs(client, owner, nested),
      }),
  });
}
