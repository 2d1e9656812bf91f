import { type Account, type Address, getAddress, type Hash, slice } from "viem";
import { getCode, signAuthorization } from "viem/actions";
import { latchkeyAccounts } from "../constants.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import {
  accountOf,
  deploymentOf,
  type DeploymentParameters,
  requireContract,
  type SessionClient,
  transact,
} from "../utils/client.ts";
import { delegationTo, initialize7702Call } from "../utils/families.ts";

export interface DelegateWalletParameters extends DeploymentParameters {
  /** The wallet, a local account: it signs an authorisation. The client's account unless told otherwise. */
  account?: Account | undefined;
  /** The code that it delegates to; `LatchkeyAccount7702` of this release, on EntryPoint 0.9, unless told otherwise. */
  delegate?: Address | undefined;
}

export interface DelegateWalletReturnType {
  /** The mined transaction. */
  hash: Hash;
}

/**
 * Makes a plain wallet an account with EIP-7702, Latchkey installed: one transaction of the wallet to itself delegates and
 * initialises. Modules that it had are forgotten. Sessions that it registered before live on and act on every route again:
 * end them with `revokeAllSessions` first where that is not meant.
 */
export async function delegateWallet(
  client: SessionClient,
  parameters: DelegateWalletParameters = {},
): Promise<DelegateWalletReturnType> {
  const { delegate = latchkeyAccounts.delegate } = parameters;
  const account = accountOf(client, parameters);
  const { address } = account;
  if (account.type !== "local") {
    throw new SessionRequestError(
      "A wallet behind JSON-RPC signs no authorisation for an app: it delegates by itself.",
    );
  }
  await requireContract(client, delegate);
  const { data } = initialize7702Call(address, deploymentOf(parameters).latchkey);
  const authorization = await signAuthorization(client, { account, address: delegate, executor: "self" } as never);
  const request = { account, to: address, data: data!, authorizationList: [authorization] };
  const { transactionHash } = await transact(client, request);
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
