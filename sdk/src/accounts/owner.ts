import type { Account, Address, Hash, Hex, TypedDataDefinition } from "viem";
import { isAddressEqual } from "viem";
import type { BundlerClient, SmartAccount } from "viem/account-abstraction";
import { parseAccount } from "viem/accounts";
import { getEip712Domain, signTypedData } from "viem/actions";
import { isDeployed, requireContract, type SessionClient } from "../chain/client.ts";
import { timeOf } from "../chain/time.ts";
import { transact } from "../chain/transact.ts";
import { InvalidWalletTypeError, SessionRequestError } from "../errors/clientErrors.ts";
import { toSessionError } from "../errors/decodeSessionError.ts";
import { bundlerFailure } from "../operations/bundler.ts";
import { isBundler, sendOperation } from "../operations/sendOperation.ts";
import type { OperationFields, SessionCall } from "../types.ts";
import { type AccountDomain, signNestedTypedData } from "./nestedSignature.ts";

/** Who acts for the principal. */
export interface OwnerParameters {
  /**
   * The wallet or account whose session it is.
   *
   * @default the account's own address
   */
  principal?: Address | undefined;
  /**
   * Signs and sends for the principal. A smart account of viem makes the calls in one operation, which takes a `bundler`;
   * with a `relayer` it signs typed data instead.
   *
   * @default the client's account
   */
  account?: Account | Address | undefined;
  /** Submits the user operation of a smart account: an ERC-4337 bundler, or an account that self-bundles. */
  bundler?: BundlerClient | Account | undefined;
  /** What is known of that operation's gas and payer. */
  operation?: OperationFields | undefined;
  /**
   * Makes calls as a smart account that is none of viem's, in one operation of its owner, and returns the hash of the
   * mined transaction.
   */
  sendCalls?: ((calls: readonly SessionCall[]) => Promise<Hash>) | undefined;
  /** Submits what the principal only signs: its own wallet sends nothing and pays nothing. */
  relayer?: Account | Address | undefined;
  /**
   * Until when the principal's signature may be submitted. Unix seconds, inclusive.
   *
   * @default an hour from now
   */
  deadline?: number | undefined;
}

export function accountOf(client: SessionClient, { account = client.account }: OwnerParameters): Account {
  if (account === undefined) {
    throw new SessionRequestError("Could not find an account. Pass `account` to the action or the client.");
  }
  return parseAccount(account);
}

export function principalOf(client: SessionClient, owner: OwnerParameters): Address {
  return owner.principal ?? accountOf(client, owner).address;
}

export async function deadlineOf(client: SessionClient, { deadline }: OwnerParameters): Promise<bigint> {
  return BigInt(deadline ?? (await timeOf(client)) + 3_600);
}

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
    try {
      return await sendOperation(client, { account, bundler, calls, operation });
    } catch (thrown) {
      throw (isBundler(bundler) ? bundlerFailure(bundler, thrown) : undefined) ?? toSessionError(thrown);
    }
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
