import type { MulticallReturnType } from "viem";
import { multicall } from "viem/actions";
import { isCutOff, isUnreachable } from "./reachable.ts";
import type { SessionClient } from "./client.ts";

/** Clients whose node takes no call that brings its own code. */
const oneByOne = new WeakSet<SessionClient>();

/**
 * Several views in one request, which brings the code that asks them: no contract has to be there for it. Undefined where
 * a node does not take it, or what is asked uses up the gas: each is then to be asked by itself.
 */
export async function readTogether<const contracts extends readonly unknown[]>(
  client: SessionClient,
  contracts: contracts,
): Promise<MulticallReturnType<contracts> | undefined> {
  if (oneByOne.has(client)) return undefined;
  const asked = { contracts, deployless: true, batchSize: 0 } as unknown as Parameters<typeof multicall>[1];
  const answers = (await multicall(client, asked)) as { status: string; error?: Error }[];
  const [first] = answers;
  if (answers.some(({ error }) => error === undefined || error !== first!.error)) {
    return answers as MulticallReturnType<contracts>;
  }
  // One error for all of them is the node's.
  if (!isUnreachable(first!.error) && !isCutOff(first!.error)) oneByOne.add(client);
  return undefined;
}
