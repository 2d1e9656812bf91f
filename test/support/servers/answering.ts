import { concatHex, getAddress, numberToHex, size, toFunctionSelector, type Address, type Hex } from "viem";
import type { World } from "../chain/dapp.ts";

/** Deploys a contract that answers each function with fixed bytes, whatever they are, and reverts without a word else. */
export async function deployAnswering(world: World, answers: Record<string, Hex>): Promise<Address> {
  const two = (offset: number) => numberToHex(offset, { size: 2 });
  const entries = Object.entries(answers);
  // 5 bytes read the selector, 11 compare it, 3 revert; 14 answer.
  const bodies = 5 + entries.length * 11 + 3;
  let data = bodies + entries.length * 14;
  const compare: Hex[] = [];
  const answer: Hex[] = [];
  entries.forEach(([text, bytes], i) => {
    const selector = toFunctionSelector(`function ${text}`);
    // dup1, push4, eq, push2, jumpi
    compare.push(concatHex(["0x8063", selector, "0x1461", two(bodies + i * 14), "0x57"]));
    // jumpdest, push2 size, push2 offset, push0, codecopy, push2 size, push0, return
    answer.push(concatHex(["0x5b61", two(size(bytes)), "0x61", two(data), "0x5f3961", two(size(bytes)), "0x5ff3"]));
    data += size(bytes);
  });
  const runtime = concatHex(["0x5f3560e01c", ...compare, "0x5f5ffd", ...answer, ...Object.values(answers)]);
  // push2 size, dup1, push1 10, push0, codecopy, push0, return: ten bytes that return the rest
  const creation = concatHex(["0x61", two(size(runtime)), "0x80600a5f395ff3", runtime]);
  const sent = await world.owner.sendTransaction({ data: creation, gasLimit: 6_000_000n });
  return getAddress((await sent.wait())!.contractAddress!);
}
