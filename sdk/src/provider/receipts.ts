import { type Address, isAddressEqual, type Log, parseEventLogs, type RpcTransactionReceipt } from "viem";
import { entryPoint09Abi } from "viem/account-abstraction";
import { ENTRY_POINT_ADDRESSES } from "../chain/entryPoints.ts";
import { sessionExecutorAbi } from "../generated/abi/sessionExecutorAbi.ts";

/**
 * A bundle is mined whatever becomes of the operations in it: the receipt of one whose operations of the principal have
 * all failed says that it failed.
 */
export function withOutcome(receipt: RpcTransactionReceipt, principal: Address): RpcTransactionReceipt {
  const operations = parseEventLogs({
    abi: entryPoint09Abi,
    logs: logsOf(receipt, ENTRY_POINT_ADDRESSES),
    eventName: "UserOperationEvent",
    args: { sender: principal },
  });
  const hasFailed = operations.length > 0 && operations.every(({ args }) => !args.success);
  return hasFailed ? { ...receipt, status: "0x0" } : receipt;
}

/** Whether the session acted in a transaction, as Latchkey says. */
export function isUsedIn(
  receipt: RpcTransactionReceipt,
  { latchkey, ...args }: { latchkey: Address; principal: Address; key: Address },
): boolean {
  const logs = logsOf(receipt, [latchkey]);
  return parseEventLogs({ abi: sessionExecutorAbi, logs, eventName: "SessionUsed", args }).length > 0;
}

/** As a node spells them, of which no more is read than topics and data. */
function logsOf({ logs }: RpcTransactionReceipt, emitters: readonly Address[]): Log[] {
  return logs.filter(({ address }) => emitters.some((each) => isAddressEqual(each, address))) as unknown as Log[];
}
