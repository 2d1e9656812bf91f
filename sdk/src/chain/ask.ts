import {
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
} from "viem";
import { revertDataIn } from "../errors/revertData.ts";
import type { SessionClient } from "./client.ts";
import { isUnreachable } from "./reachable.ts";

/** What a contract returned, whatever it is; undefined if it refused or has no code. */
export async function rawAnswer(client: SessionClient, to: Address, data: Hex): Promise<Hex | undefined> {
  try {
    // A refusal is an answer: it is not asked for again.
    const request = { method: "eth_call", params: [{ to, data }, "latest"] } as const;
    const answer = await client.request(request, { retryCount: 0 });
    return answer === "0x" ? undefined : answer;
  } catch (thrown) {
    // A node that is not there is no contract that refuses.
    if (isUnreachable(thrown)) throw thrown;
    return undefined;
  }
}

/** What a call would revert with; undefined if it would not. */
export async function revertOf(client: SessionClient, to: Address, data: Hex): Promise<Hex | undefined> {
  try {
    await client.request({ method: "eth_call", params: [{ to, data }, "latest"] }, { retryCount: 0 });
    return undefined;
  } catch (thrown) {
    if (isUnreachable(thrown)) throw thrown;
    return revertDataIn(thrown) ?? "0x";
  }
}

/** What a view returned; undefined if the contract refused, has no code or answered something else. */
export async function ask<
  const abi extends Abi,
  name extends ContractFunctionName<abi, "view">,
  const args extends ContractFunctionArgs<abi, "view", name>,
>(
  client: SessionClient,
  { address, ...view }: { address: Address; abi: abi; functionName: name; args?: args },
): Promise<ContractFunctionReturnType<abi, "view", name, args> | undefined> {
  const data = await rawAnswer(client, address, encodeFunctionData(view as never));
  if (data === undefined) return undefined;
  try {
    return decodeFunctionResult({ ...view, data } as never) as ContractFunctionReturnType<abi, "view", name, args>;
  } catch {
    return undefined;
  }
}
