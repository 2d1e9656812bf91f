import type { Account, Hex, TypedDataDefinition } from "viem";
import { signTypedData } from "viem/actions";
import type { SessionClient } from "./client.ts";

/** `signTypedData` of viem for data whose types are known only when it runs. */
export function signTypedDataAs(
  client: SessionClient,
  account: Account,
  definition: TypedDataDefinition,
): Promise<Hex> {
  return signTypedData(client, { account, ...definition } as Parameters<typeof signTypedData>[1]);
}
