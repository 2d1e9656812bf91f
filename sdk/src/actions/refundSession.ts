import { type Pending, sentBy, type SentByOwner, submitTransaction } from "../accounts/owner.ts";
import type { SubmitParameters, WaitParameters } from "../chain/sent.ts";
import type { SendErrorType } from "../errors/errorTypes.ts";
import type { Address, Hash, LocalAccount } from "viem";
import { estimateGas, getBalance, getCode } from "viem/actions";
import { GasBufferTooLowError } from "../errors/clientErrors.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import type { SessionClient } from "../chain/client.ts";
import { feesOf } from "../chain/fees.ts";
import { cannotSend } from "../sessions/sessionToSign.ts";

export interface RefundSessionParameters extends SubmitParameters {
  /** Where the coins go. */
  principal: Address;
  key: Pick<SessionKey, "address" | "account">;
  /** Wei to leave behind, on a rollup for example that takes a fee for data beside the gas; 0 unless told otherwise. */
  reserve?: bigint | undefined;
}

export interface RefundSessionReturnType extends SentByOwner {
  /** Wei that are sent. */
  value: bigint;
}
export interface RefundSessionSyncParameters extends RefundSessionParameters, WaitParameters {}
export interface RefundSessionSyncReturnType {
  /** The mined transaction. */
  hash: Hash;
  /** Wei that arrived. */
  value: bigint;
}
export type RefundSessionErrorType = SendErrorType;
export type RefundSessionSyncErrorType = SendErrorType;

/**
 * Sends what a key has left back to the principal, and returns as soon as it is sent. To a plain wallet it is all, to the
 * wei; if the wallet has code, what the node estimates too high for it stays behind. A balance that does not pay for its own
 * transfer is a `GasBufferTooLowError`, and nothing is sent. It works for a dead session.
 *
 * @example
 * const { value } = await client.refundSession({ principal, key });
 */
export async function refundSession(
  client: SessionClient,
  parameters: RefundSessionParameters,
): Promise<RefundSessionReturnType> {
  const { pending, value } = await submitRefund(client, parameters);
  return { ...sentBy(pending), value };
}

/**
 * Sends what a key has left back as `refundSession` does, and waits until it has arrived.
 *
 * @example
 * const { hash, value } = await client.refundSessionSync({ principal, key });
 */
export async function refundSessionSync(
  client: SessionClient,
  parameters: RefundSessionSyncParameters,
): Promise<RefundSessionSyncReturnType> {
  const { pending, value } = await submitRefund(client, parameters);
  const { transactionHash: hash } = await pending.mined(parameters);
  return { hash, value };
}

async function submitRefund(
  client: SessionClient,
  parameters: RefundSessionParameters,
): Promise<{ pending: Pending; value: bigint }> {
  const { principal, key, reserve = 0n, onSubmitted } = parameters;
  const { account } = key;
  if (account === undefined) throw cannotSend("refundSession");
  const [balance, { price, exactly }] = await Promise.all([
    getBalance(client, { address: key.address }),
    feesOf(client),
  ]);
  const least = PLAIN * price + reserve;
  if (balance <= least) throw new GasBufferTooLowError(key.address, { balance, cost: least });
  const gas = await gasOf(client, { account, to: principal, value: 1n });
  const cost = gas * price + reserve;
  if (balance <= cost) throw new GasBufferTooLowError(key.address, { balance, cost });
  const value = balance - cost;
  const transfer = { account, to: principal, data: "0x", value, gas, ...exactly } as const;
  return { pending: await submitTransaction(client, transfer, { onSubmitted }), value };
}

/** Gas of a transfer to a plain wallet. */
const PLAIN = 21_000n;

/** Some nodes round an estimate up by a unit or two, and what is estimated too high stays with the key. */
async function gasOf(
  client: SessionClient,
  transfer: { account: LocalAccount; to: Address; value: bigint },
): Promise<bigint> {
  const [code, estimated] = await Promise.all([
    getCode(client, { address: transfer.to }),
    estimateGas(client, transfer),
  ]);
  return code === undefined && estimated - PLAIN < 10n ? PLAIN : estimated;
}
