import { type Abi, type Address, isAddressEqual, parseEventLogs, type TransactionReceipt } from "viem";
import { SessionRequestError } from "../errors/clientErrors.ts";

/** An event that a contract of Latchkey emits where something has happened. */
export interface ExpectedEvent {
  abi: Abi;
  address: Address;
  eventName: string;
  args: Record<string, unknown>;
}

/** Whether a receipt bears an event. */
export function hasEvent({ logs }: TransactionReceipt, { address, ...event }: ExpectedEvent): boolean {
  const own = logs.filter((log) => isAddressEqual(log.address, address));
  return parseEventLogs({ ...event, logs: own }).length > 0;
}

/** Success means that the chain says so: a transaction that did something else has succeeded at that alone. */
export function requireEvent(receipt: TransactionReceipt, event: ExpectedEvent): void {
  if (hasEvent(receipt, event)) return;
  throw new SessionRequestError("The transaction is mined, and did not do what was asked for.", {
    metaMessages: [`Transaction: ${receipt.transactionHash}`, `Missing: ${event.eventName} of ${event.address}`],
  });
}
