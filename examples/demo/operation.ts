import { type Address, encodeFunctionData, parseEventLogs } from "viem";
import { toPackedUserOperation, type UserOperation } from "viem/account-abstraction";
import { entryPoints, type SessionCall, toOwnerSmartAccount } from "../../sdk/src/index.ts";
import type { Chain } from "./chain.ts";
import type { Person } from "./people.ts";

const { abi, address: to } = entryPoints["0.9"];

/** Wei per gas, the same for all. */
const FEES = { maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 10n ** 9n };

/** What a bundler's estimate would leave in an operation of the demo. */
export const OPERATION = {
  ...{ verificationGasLimit: 400_000n, callGasLimit: 600_000n, preVerificationGas: 60_000n },
  ...FEES,
};

/** Wei: what one of them reserves, 0.00106 ETH. */
export const OPERATION_COST = 1_060_000n * FEES.maxFeePerGas;

/** Hands one signed operation in, whatever becomes of it. Its gas once it has succeeded. */
export async function handIn({ send, bundler }: Chain, operation: UserOperation<"0.9">): Promise<bigint> {
  const args = [[toPackedUserOperation(operation)], bundler.address] as const;
  const data = encodeFunctionData({ abi, functionName: "handleOps", args });
  const { logs, gasUsed } = await send({ to, data }, bundler);
  const [outcome] = parseEventLogs({ abi, logs, eventName: "UserOperationEvent" });
  if (outcome?.args.success !== true) throw new Error("The operation's calls failed.");
  return gasUsed;
}

/** Calls of a smart account by its owner: no session has a part in them. */
export async function callAsOwner(chain: Chain, owner: Person, address: Address, calls: SessionCall[]): Promise<void> {
  const account = await toOwnerSmartAccount({ client: chain.client, owner, address });
  const unsigned: UserOperation<"0.9"> = {
    ...OPERATION,
    sender: address,
    nonce: await account.getNonce(),
    callData: await account.encodeCalls(calls as never),
    signature: "0x",
  };
  await handIn(chain, { ...unsigned, signature: await account.signUserOperation(unsigned as never) });
}
