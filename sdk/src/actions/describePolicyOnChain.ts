import type { ReadErrorType } from "../errors/errorTypes.ts";
import { type Address, erc20Abi, getAddress } from "viem";
import { ANY_TARGET, COUNTER_BOUND, PERMIT2 } from "../constants.ts";
import {
  describePolicy,
  type DescribePolicyParameters,
  type PolicyDescription,
  type StandingAllowance,
} from "../policies/describePolicy.ts";
import type { Policy } from "../types.ts";
import type { SessionClient } from "../chain/client.ts";
import { permit2Allowance } from "../chain/permit2.ts";
import { ask } from "../chain/targets.ts";
import { readTokenUnits } from "./readTokenUnits.ts";

export interface DescribePolicyOnChainParameters extends Pick<DescribePolicyParameters, "names" | "window"> {
  policy: Policy;
  /** Whose standing allowances are read; none without. */
  principal?: Address | undefined;
}

export type DescribePolicyOnChainReturnType = PolicyDescription;

export type DescribePolicyOnChainErrorType = ReadErrorType;

/**
 * A policy in plain words, with symbols and decimals as the tokens say them, and with what the principal already lets
 * the policy's targets take of the limited tokens.
 *
 * @example
 * const description = await client.describePolicyOnChain({ policy, principal });
 */
export async function describePolicyOnChain(
  client: SessionClient,
  parameters: DescribePolicyOnChainParameters,
): Promise<DescribePolicyOnChainReturnType> {
  const { policy, principal, ...rest } = parameters;
  const [tokens, allowances] = await Promise.all([
    readTokenUnits(client, { policy }),
    principal === undefined ? [] : readAllowances(client, { policy, principal }),
  ]);
  return describePolicy(policy, { ...rest, tokens, allowances });
}

/**
 * What the policy's targets may take of the limited tokens, by the principal's own approvals: of the token itself, and
 * through Permit2. A limited token is a target like any other here, since it is taken at its word.
 */
export async function readAllowances(
  client: SessionClient,
  { policy, principal }: { policy: Policy; principal: Address },
): Promise<StandingAllowance[]> {
  const tokens = [...new Set(policy.limits.map(({ unit }) => getAddress(unit)))].filter(
    (unit) => BigInt(unit) >= COUNTER_BOUND,
  );
  const targets = [...new Set(policy.permissions.map(({ target }) => getAddress(target)))].filter(
    (target) => target !== ANY_TARGET,
  );
  const pairs = tokens.flatMap((token) =>
    targets.filter((spender) => spender !== token).map((spender) => ({ token, spender })),
  );
  const all = await Promise.all(
    pairs.flatMap((pair) => [
      allowanceOf(client, principal, pair),
      // What Permit2 may take itself stands in the row of the token.
      pair.spender === PERMIT2 ? undefined : allowanceThroughPermit2(client, principal, pair),
    ]),
  );
  return all.filter((each) => each !== undefined && each.amount !== 0n) as StandingAllowance[];
}

type Pair = Omit<StandingAllowance, "amount">;

async function allowanceOf(client: SessionClient, owner: Address, pair: Pair): Promise<StandingAllowance> {
  const { token: address, spender } = pair;
  const view = { abi: erc20Abi, address, functionName: "allowance", args: [owner, spender] } as const;
  return { ...pair, amount: (await ask(client, view)) ?? 0n };
}

/** Permit2 passes on no more than the token lets it take. */
async function allowanceThroughPermit2(client: SessionClient, owner: Address, pair: Pair): Promise<StandingAllowance> {
  const [inside, outside] = await Promise.all([
    permit2Allowance(client, { owner, ...pair }),
    allowanceOf(client, owner, { ...pair, spender: PERMIT2 }),
  ]);
  return { ...pair, amount: inside.amount < outside.amount ? inside.amount : outside.amount };
}
