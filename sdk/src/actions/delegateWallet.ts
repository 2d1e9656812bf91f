import type { OwnerErrorType } from "../errors/errorTypes.ts";
import { type Account, type Address, getAddress, type Hash, slice } from "viem";
import { getCode, signAuthorization } from "viem/actions";
import { latchkeyAccounts } from "../constants.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import { accountOf, type Pending, sentBy, type SentByOwner, submitTransaction } from "../accounts/owner.ts";
import type { SubmitParameters, WaitParameters } from "../chain/sent.ts";
import { deploymentOf, type DeploymentParameters, requireContract, type SessionClient } from "../chain/client.ts";
import { delegationTo, initialize7702Call } from "../accounts/families.ts";
import { readFamily } from "../accounts/readAccount.ts";
import { revokeAllSessionsCall } from "./revokeAllSessions.ts";

export interface DelegateWalletParameters extends DeploymentParameters, SubmitParameters {
  /** The wallet, a local account: it signs an authorisation. The client's account unless told otherwise. */
  account?: Account | undefined;
  /** The code that it delegates to; `LatchkeyAccount7702` of this release, on EntryPoint 0.9, unless told otherwise. */
  delegate?: Address | undefined;
}

export type DelegateWalletReturnType = SentByOwner;
export interface DelegateWalletSyncParameters extends DelegateWalletParameters, WaitParameters {}
export interface DelegateWalletSyncReturnType {
  /** The mined transaction. */
  hash: Hash;
}
export type DelegateWalletErrorType = OwnerErrorType;
export type DelegateWalletSyncErrorType = OwnerErrorType;

/**
 * Makes a plain wallet an account with EIP-7702, in one transaction of its own that also ends every session and grant of
 * the wallet: whoever wrote its code before may have planted some. `LatchkeyAccount7702` does so when it is initialised,
 * with Latchkey built in, and forgets every module. For somebody else's code `revokeAllSessions` goes into the
 * transaction; `installCalls` come afterwards. Returns as soon as it is sent.
 *
 * @example
 * const { hash } = await client.delegateWallet({ account });
 */
export async function delegateWallet(
  client: SessionClient,
  parameters: DelegateWalletParameters = {},
): Promise<DelegateWalletReturnType> {
  return sentBy(await submitDelegation(client, parameters));
}

/**
 * Makes a wallet an account as `delegateWallet` does, and waits until it has that code.
 *
 * @example
 * const { hash } = await client.delegateWalletSync({ account });
 */
export async function delegateWalletSync(
  client: SessionClient,
  parameters: DelegateWalletSyncParameters = {},
): Promise<DelegateWalletSyncReturnType> {
  const { delegate = latchkeyAccounts.delegate } = parameters;
  const { address } = accountOf(client, parameters);
  const pending = await submitDelegation(client, parameters);
  const { transactionHash } = await pending.mined(parameters);
  const code = await getCode(client, { address });
  if (code !== delegationTo(delegate)) {
    throw new SessionRequestError("The wallet has not delegated.", {
      metaMessages: [
        `Wallet: ${address}`,
        `Delegates to: ${code === undefined ? "nobody" : getAddress(slice(code, 3))}`,
      ],
    });
  }
  return { hash: transactionHash };
}

async function submitDelegation(client: SessionClient, parameters: DelegateWalletParameters): Promise<Pending> {
  const { delegate = latchkeyAccounts.delegate, onSubmitted } = parameters;
  const account = accountOf(client, parameters);
  const { address } = account;
  if (account.type !== "local") {
    throw new SessionRequestError(
      "A wallet behind JSON-RPC signs no authorisation for an app: it delegates by itself.",
    );
  }
  const { latchkey } = deploymentOf(parameters);
  await Promise.all([requireContract(client, delegate), requireContract(client, latchkey)]);
  const { to, data } =
    (await readFamily(client, delegate)) === "latchkeyAccount7702"
      ? initialize7702Call(address, latchkey)
      : revokeAllSessionsCall(latchkey);
  const authorization = await signAuthorization(client, { account, contractAddress: delegate, executor: "self" });
  const request = { account, to, data: data!, authorizationList: [authorization] };
  return submitTransaction(client, request, { onSubmitted });
}
