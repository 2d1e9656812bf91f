import type { ReadErrorType } from "../errors/errorTypes.ts";
import { type Address, erc20Abi, getAddress, isAddressEqual, parseAbi, zeroAddress } from "viem";
import { ANY_TARGET, COUNTER_BOUND, PERMIT2 } from "../constants.ts";
import {
  describePolicy,
  type DescribePolicyParameters,
  type Holding,
  type PolicyDescription,
} from "../policies/describePolicy.ts";
import type { Policy } from "../types.ts";
import type { SessionClient } from "../chain/client.ts";
import { permit2Allowance } from "../chain/permit2.ts";
import { ask } from "../chain/ask.ts";
import { readTokenUnits } from "./readTokenUnits.ts";

export interface DescribePolicyOnChainParameters extends Pick<
  DescribePolicyParameters,
  "names" | "abis" | "contents" | "window" | "principal"
> {
  policy: Policy;
  /** Units that are not tokens: what counters are called. */
  counters?: DescribePolicyParameters["tokens"];
}

export type DescribePolicyOnChainReturnType = PolicyDescription;

export type DescribePolicyOnChainErrorType = ReadErrorType;

/**
 * What a policy allows, with symbols and decimals as the tokens say them, and, if the `principal` is given, with what those
 * whom the policy names may take of it already.
 *
 * @example
 * const description = await client.describePolicyOnChain({ policy, principal });
 */
export async function describePolicyOnChain(
  client: SessionClient,
  parameters: DescribePolicyOnChainParameters,
): Promise<DescribePolicyOnChainReturnType> {
  const { policy, counters, ...rest } = parameters;
  const { principal } = rest;
  const [tokens, holdings] = await Promise.all([
    readTokenUnits(client, { policy }),
    principal === undefined ? undefined : readHoldings(client, { policy, principal }),
  ]);
  const nativeCurrency = client.chain?.nativeCurrency;
  return describePolicy(policy, { ...rest, tokens: { ...counters, ...tokens }, holdings, nativeCurrency });
}

/** Most contracts of a policy of which each is asked about each other, inclusive: operators are not looked for above. */
const MOST_ASKED = 16;

const operatorAbi = parseAbi([
  "function isApprovedForAll(address owner, address operator) view returns (bool)",
  "function isOperator(address owner, address spender) view returns (bool)",
  "function isAuthorized(address authorizer, address authorized) view returns (bool)",
]);

/**
 * What the targets of a policy and its paymaster may take of the principal's already: allowances of the tokens that it
 * counts, by the token and through Permit2, and rights over everything in one of its targets.
 */
export async function readHoldings(
  client: SessionClient,
  { policy, principal }: { policy: Policy; principal: Address },
): Promise<Holding[]> {
  const { permissions, limits, paymaster } = policy;
  const units = [...limits, ...permissions.flatMap(({ spends }) => spends)].map(({ unit }) => unit);
  const tokens = distinct(units).filter((unit) => BigInt(unit) >= COUNTER_BOUND);
  const targets = distinct(permissions.map(({ target }) => target)).filter((target) => target !== ANY_TARGET);
  const holders = distinct([...targets, ...(isAddressEqual(paymaster, zeroAddress) ? [] : [paymaster])]);
  const pairsOf = (on: readonly Address[]) =>
    on.flatMap((each) => holders.filter((holder) => holder !== each).map((holder) => ({ on: each, holder })));
  const operators = holders.length > MOST_ASKED ? [] : pairsOf(targets.filter((each) => !tokens.includes(each)));
  const found = await Promise.all([
    ...pairsOf(tokens).flatMap(({ on: token, holder }) => [
      allowanceOf(client, principal, { token, holder }),
      // What Permit2 may take itself stands in the row of the token.
      holder === PERMIT2 ? undefined : allowanceThroughPermit2(client, principal, { token, holder }),
    ]),
    ...operators.map((pair) => operatorOf(client, principal, pair)),
  ]);
  return found.filter((each) => each !== undefined);
}

function distinct(addresses: readonly Address[]): Address[] {
  return [...new Set(addresses.map((each) => getAddress(each)))];
}

interface Pair {
  token: Address;
  holder: Address;
}

async function allowanceOf(client: SessionClient, owner: Address, pair: Pair): Promise<Holding | undefined> {
  const amount = await amountAt(client, owner, pair);
  return amount === 0n ? undefined : { ...pair, right: "allowance", amount, isThroughPermit2: false };
}

async function amountAt(client: SessionClient, owner: Address, { token: address, holder }: Pair): Promise<bigint> {
  const view = { abi: erc20Abi, address, functionName: "allowance", args: [owner, holder] } as const;
  return (await ask(client, view)) ?? 0n;
}

/** Permit2 passes on no more than the token lets it take. */
async function allowanceThroughPermit2(
  client: SessionClient,
  owner: Address,
  pair: Pair,
): Promise<Holding | undefined> {
  const [inside, outside] = await Promise.all([
    permit2Allowance(client, { owner, token: pair.token, spender: pair.holder }),
    amountAt(client, owner, { ...pair, holder: PERMIT2 }),
  ]);
  const amount = inside.amount < outside ? inside.amount : outside;
  return amount === 0n ? undefined : { ...pair, right: "allowance", amount, isThroughPermit2: true };
}

/** ERC-721 and ERC-1155, ERC-6909, and the word that lending protocols have for it. */
async function operatorOf(
  client: SessionClient,
  owner: Address,
  { on, holder }: { on: Address; holder: Address },
): Promise<Holding | undefined> {
  const answers = await Promise.all(
    (["isApprovedForAll", "isOperator", "isAuthorized"] as const).map((functionName) =>
      ask(client, { abi: operatorAbi, address: on, functionName, args: [owner, holder] }),
    ),
  );
  return answers.includes(true) ? { holder, right: "operator", on } : undefined;
}
