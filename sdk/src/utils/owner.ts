import type { Account, Address, Hash, Hex, TypedDataDefinition } from "viem";
import { isAddressEqual } from "viem";
import type { SmartAccount } from "viem/account-abstraction";
import { getEip712Domain, signTypedData } from "viem/actions";
import { InvalidWalletTypeError, SessionRequestError } from "../errors/clientErrors.ts";
import { toSessionError } from "../errors/decodeSessionError.ts";
import type { SessionCall } from "../types.ts";
import {
  accountOf,
  isDeployed,
  type OwnerParameters,
  principalOf,
  requireContract,
  type SessionClient,
  transact,
} from "./client.ts";
import { type AccountDomain, signNestedTypedData } from "./nestedSignature.ts";
import { sendOperation } from "./sendOperation.ts";

/** Makes calls as the principal, by its own transactions or through `sendCalls`. The last transaction's hash. */
export async function callAsOwner(
  client: SessionClient,
  owner: OwnerParameters,
  calls: readonly SessionCall[],
): Promise<Hash> {
  if (owner.sendCalls !== undefined) {
    try {
      return await owner.sendCalls(calls);
    } catch (thrown) {
      throw toSessionError(thrown);
    }
  }
  const account = accountOf(client, owner);
  const principal = principalOf(client, owner);
  if (!isAddressEqual(account.address, principal)) {
    throw new SessionRequestError(
      "A smart account acts through an operation: give it as account with a bundler, or sendCalls, or a relayer.",
      { metaMessages: [`Principal: ${principal}`, `Account: ${account.address}`] },
    );
  }
  // A call to nobody would succeed and do nothing.
  await Promise.all(calls.map(({ to, data }) => data && requireKnownContract(client, to, account)));
  if (isSmart(account)) {
    const { bundler, operation } = owner;
    if (bundler === undefined) throw new SessionRequestError("The operation of a smart account needs a bundler.");
    return sendOperation(client, { account, bundler, calls, operation });
  }
  let hash: Hash = "0x";
  for (const { to, data = "0x", value = 0n } of calls) {
    hash = (await transact(client, { account, to, data, value })).transactionHash;
  }
  return hash;
}

/** The account itself has no code in front of the operation that deploys it. */
async function requireKnownContract(client: SessionClient, to: Address, { address }: Account): Promise<void> {
  if (!isAddressEqual(to, address)) await requireContract(client, to);
}

/**
 * A signature of the principal: of a wallet by its client, of a smart account by itself (ERC-1271), or by its owner's
 * wallet in the nested form of ERC-7739, if that is given as the account and the smart account as the principal.
 */
export async function signAsOwner(
  client: SessionClient,
  owner: OwnerParameters,
  definition: TypedDataDefinition,
): Promise<Hex> {
  const account = accountOf(client, owner);
  const principal = principalOf(client, owner);
  if (isSmart(account)) {
    // The wallet of an EIP-7702 account signs for it whether it has delegated or not.
    if (account.authorization === undefined && !(await account.isDeployed())) throw notThere(account.address);
    return account.signTypedData(definition as never);
  }
  const sign = (each: TypedDataDefinition) => signTypedData(client, { account, ...each } as never);
  if (isAddressEqual(account.address, principal)) return sign(definition);
  return signNestedTypedData({ account: await accountDomain(client, principal), definition, sign });
}

/** What an account says of itself (EIP-5267). */
async function accountDomain(client: SessionClient, principal: Address): Promise<AccountDomain> {
  if (!(await isDeployed(client, principal))) throw notThere(principal);
  try {
    const { domain } = await getEip712Domain(client, { address: principal });
    const { name, version, chainId, verifyingContract, salt } = domain as Required<AccountDomain>;
    return { name, version, chainId, verifyingContract, salt };
  } catch (cause) {
    throw new InvalidWalletTypeError(
      principal,
      "The account does not say how its owner signs for it: give its own smart account of viem as the account.",
      { cause },
    );
  }
}

function notThere(principal: Address): InvalidWalletTypeError {
  return new InvalidWalletTypeError(
    principal,
    "A smart account that is not deployed cannot be asked for its signature: register by an operation, with a bundler.",
  );
}

function isSmart(account: Account | SmartAccount): account is SmartAccount {
  return (account.type as string) === "smart";
}
