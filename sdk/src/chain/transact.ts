import type { Account, Address, AuthorizationList, Hex, TransactionReceipt } from "viem";
import { BaseError, NonceTooLowError } from "viem";
import { call, sendTransaction, waitForTransactionReceipt } from "viem/actions";
import { CallRevertedError, SessionRequestError } from "../errors/clientErrors.ts";
import { toSessionError } from "../errors/decodeSessionError.ts";
import { chainIdOf, requireContract, type SessionClient } from "./client.ts";

/** Sends a transaction and waits until it is mined. A refusal is thrown as its typed error. */
export async function transact(
  client: SessionClient,
  {
    account,
    ...request
  }: {
    account: Account | Address;
    to: Address;
    data: Hex;
    value?: bigint;
    gas?: bigint | undefined;
    gasPrice?: bigint;
    maxFeePerGas?: bigint;
    maxPriorityFeePerGas?: bigint;
    authorizationList?: AuthorizationList | undefined;
  },
): Promise<TransactionReceipt> {
  await chainIdOf(client);
  // A wallet that delegates by this very transaction has no code yet.
  if (request.data !== "0x" && request.authorizationList === undefined) await requireContract(client, request.to);
  let receipt: TransactionReceipt;
  try {
    const hash = await sendTransaction(client, { account, chain: client.chain ?? null, ...request } as never);
    receipt = await waitForTransactionReceipt(client, { hash });
  } catch (thrown) {
    throw overtaken(thrown) ?? toSessionError(thrown);
  }
  if (receipt.status === "success") return receipt;
  // What it reverted with is asked of the state in which it was mined.
  try {
    await call(client, { account, ...request, blockNumber: receipt.blockNumber } as never);
  } catch (thrown) {
    throw toSessionError(thrown);
  }
  throw new CallRevertedError("0x", { reason: `transaction ${receipt.transactionHash}` });
}

/** Two tabs that send with one key take the same nonce: the node takes one of the transactions. */
function overtaken(thrown: unknown): SessionRequestError | undefined {
  if (!(thrown instanceof BaseError) || thrown.walk((each) => each instanceof NonceTooLowError) === null) {
    return undefined;
  }
  return new SessionRequestError("Another transaction of the same account came first: send again.", { cause: thrown });
}
