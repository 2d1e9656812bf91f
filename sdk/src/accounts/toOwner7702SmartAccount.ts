import type { Account, Address } from "viem";
import type { SmartAccount, SmartAccountImplementation } from "viem/account-abstraction";
import { parseAccount } from "viem/accounts";
import { getCode, signMessage } from "viem/actions";
import { latchkeyAccounts } from "../constants.ts";
import { InvalidWalletTypeError } from "../errors/clientErrors.ts";
import { requireContract, type SessionClient } from "../chain/client.ts";
import { signTypedDataAs } from "../chain/viem.ts";
import { delegationTo } from "./families.ts";
import type { EntryPointVersion } from "../chain/entryPoints.ts";
import { readEntryPoint, requireEntryPoint } from "./readAccount.ts";
import { type OwnerLane, ownerSmartAccount } from "./ownerSmartAccount.ts";

export interface ToOwner7702SmartAccountParameters extends OwnerLane {
  client: SessionClient;
  /** The wallet. To delegate in its first operation it must be a local account, which can sign an authorisation. */
  owner: Account | Address;
  /** The code that it delegates to; `LatchkeyAccount7702` of this release, on EntryPoint 0.9, unless told otherwise. */
  delegate?: Address | undefined;
  /** Refused unless it is the delegate's; read unless given. */
  entryPointVersion?: EntryPointVersion | undefined;
}

export type ToOwner7702SmartAccountReturnType = SmartAccount<SmartAccountImplementation>;

/**
 * A plain wallet as the account that EIP-7702 makes of it: a viem `SmartAccount` that delegates in its first operation if
 * it has no code. `installCalls` with family `latchkeyAccount7702` go into that operation. Its signatures are the
 * wallet's own.
 */
export async function toOwner7702SmartAccount(
  parameters: ToOwner7702SmartAccountParameters,
): Promise<ToOwner7702SmartAccountReturnType> {
  const { client, delegate = latchkeyAccounts.delegate } = parameters;
  const owner = parseAccount(parameters.owner);
  const { address } = owner;
  await requireContract(client, delegate);
  const code = await getCode(client, { address });
  if (code !== undefined && code !== delegationTo(delegate)) {
    throw new InvalidWalletTypeError(address, "The wallet delegates to other code: delegate it anew first.");
  }
  const entryPoint = await readEntryPoint(client, delegate);
  const entryPointVersion = requireEntryPoint(address, { entryPoint }, parameters.entryPointVersion);
  return ownerSmartAccount(client, owner, parameters, {
    address,
    entryPointVersion,
    // EntryPoint 0.7 knows nothing of EIP-7702: the authorisation alone says it.
    getFactoryArgs: async () =>
      entryPointVersion === "0.7"
        ? { factory: undefined, factoryData: undefined }
        : { factory: "0x7702", factoryData: "0x" },
    authorization: { account: owner, address: delegate },
    signMessage: (message) => signMessage(client, { account: owner, message }),
    signTypedData: (definition) => signTypedDataAs(client, owner, definition),
  });
}
