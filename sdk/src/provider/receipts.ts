import { type Address, isAddressEqual, type Log, parseEventLogs, type RpcTransactionReceipt } from "viem";
import { entryPoint09Abi } from "viem/account-abstraction";
import { ENTRY_POINT_ADDRESSES } from "../chain/entryPoints.ts";

/**
 * A bundle is mined whatever becomes of the operations in it: the receipt of one whose operations of the principal have
 * all failed says that it failed.
 */
export function withOutcome(receipt: RpcTransactionReceipt, principal: Address): RpcTransactionReceipt {
  const logs = receipt.logs.filter(({ address }) =>
    ENTRY_POINT_ADDRESSES.some((each) => isAddressEqual(each, address)),
  );
  const operations = parseEventLogs({
    abi: entryPoint09Abi,
    // As a node spells them: no more is read than topics and data.
    logs: logs as unknown as Log[],
    eventName: "UserOperationEvent",
    args: { sender: principal },
  });
  const hasFailed = operations.length > 0 && operations.every(({ args }) => !args.success);
  return hasFailed ? { ...receipt, status: "0x0" } : receipt;
}
