import { type Address, parseAbi } from "viem";
import { PERMIT2 } from "../constants.ts";
import type { SessionClient } from "./client.ts";
import { timeOf } from "./time.ts";
import { ask } from "./ask.ts";

/** What is used of Permit2, which keeps allowances of its own behind the one that a token gives it. */
export const permit2Abi = parseAbi([
  "event Approval(address indexed owner, address indexed token, address indexed spender, uint160 amount, uint48 expiration)",
  "event Permit(address indexed owner, address indexed token, address indexed spender, uint160 amount, uint48 expiration, uint48 nonce)",
  "function allowance(address owner, address token, address spender) view returns (uint160 amount, uint48 expiration, uint48 nonce)",
  "function approve(address token, address spender, uint160 amount, uint48 expiration)",
]);

export interface Permit2Allowance {
  owner: Address;
  token: Address;
  spender: Address;
}

/** What Permit2 still lets a spender take, in base units; 0 once it has expired, or where there is no Permit2. */
export async function permit2Allowance(
  client: SessionClient,
  { owner, token, spender }: Permit2Allowance,
): Promise<{ amount: bigint; expiration: number }> {
  const view = { abi: permit2Abi, address: PERMIT2, functionName: "allowance", args: [owner, token, spender] } as const;
  const [answer, time] = await Promise.all([ask(client, view), timeOf(client)]);
  if (answer === undefined) return { amount: 0n, expiration: 0 };
  const [amount, expiration] = answer;
  return { amount: expiration < time ? 0n : amount, expiration };
}
