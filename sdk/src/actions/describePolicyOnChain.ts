import { type Address, erc20Abi, isAddressEqual, zeroAddress } from "viem";
import { ANY_TARGET } from "../constants.ts";
import {
  describePolicy,
  type DescribePolicyParameters,
  type PolicyDescription,
  type StandingAllowance,
} from "../policies/describePolicy.ts";
import type { Policy } from "../types.ts";
import type { SessionClient } from "../utils/client.ts";
import { ask } from "../utils/targets.ts";
import { readTokenUnits } from "./readTokenUnits.ts";

export interface DescribePolicyOnChainParameters extends Pick<DescribePolicyParameters, "names" | "window"> {
  policy: Policy;
  /** Whose standing allowances are read; none without. */
  principal?: Address | undefined;
}

export type DescribePolicyOnChainReturnType = PolicyDescription;

/**
 * A policy in plain words, with symbols and decimals as the tokens say them, and with what the principal already lets
 * the policy's targets take of the limited tokens.
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

/** What the policy's targets may take of the limited tokens, by the principal's own approvals. */
export async function readAllowances(
  client: SessionClient,
  { policy, principal }: { policy: Policy; principal: Address },
): Promise<StandingAllowance[]> {
  const tokens = policy.limits.map(({ token }) => token).filter((token) => !isAddressEqual(token, zeroAddress));
  const targets = [...new Set(policy.permissions.map(({ target }) => target))].filter(
    (target) => ![ANY_TARGET, ...tokens].some((each) => isAddressEqual(each, target)),
  );
  const pairs = tokens.flatMap((token) => targets.map((spender) => ({ token, spender })));
  const amounts = await Promise.all(
    pairs.map(({ token, spender }) =>
      ask(client, { abi: erc20Abi, address: token, functionName: "allowance", args: [principal, spender] }),
    ),
  );
  return pairs.flatMap((pair, i) =>
    amounts[i] === undefined || amounts[i] === 0n ? [] : [{ ...pair, amount: amounts[i] }],
  );
}
