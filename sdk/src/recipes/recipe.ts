import { type Abi, type Address, erc20Abi, getAddress } from "viem";
import type { PolicyContents } from "../policies/contents.ts";
import { definePolicy, type DefinePolicyParameters } from "../policies/definePolicy.ts";
import { describePolicy, type DescribePolicyParameters } from "../policies/describePolicy.ts";
import { formatPolicyDescription, type PolicyText } from "../policies/formatPolicyDescription.ts";
import { contract } from "../policies/permissions.ts";
import type { TokenUnit } from "../policies/symbols.ts";
import type { Permission, Policy } from "../types.ts";

/** A token, and how its amounts are written. */
export interface Token extends TokenUnit {
  address: Address;
}

/** What every recipe takes: the app's own settings of the policy. */
export interface RecipeSettings {
  /** A label that grants nothing: 1 to 31 characters of printable ASCII. */
  app: string;
  /**
   * Seconds, inclusive.
   * @default 604800, a week
   */
  maxDuration?: number;
  /** @default 100 */
  maxCalls?: number;
  /**
   * Wei, whole gwei: what the operations of one session may cost.
   * @default 0
   */
  gasBudget?: bigint;
  /** @default false */
  selfPaid?: boolean;
  /** @default none */
  paymaster?: Address;
}

/** How much of one token, and how often. */
export interface Budget {
  /** Base units in each period, inclusive. */
  cap: bigint;
  /**
   * Seconds; 0 for the session's lifetime.
   * @default 0
   */
  period?: number;
}

/** A policy, and all that its words need. */
export interface Recipe {
  policy: Policy;
  /** For whom and for what, in a sentence: of a policy file, too. */
  about: string;
  /** Tokens, names, ABIs and contents, for `describePolicy` and `describePolicyOnChain`. */
  said: DescribePolicyParameters;
  /** What `formatPolicyDescription` makes of it. */
  words: PolicyText;
}

/** What a recipe adds to the settings. */
interface Ingredients {
  about: string;
  permissions: readonly (readonly Permission[])[];
  limits: DefinePolicyParameters["limits"];
  /** The tokens of the limits, and others that have a symbol. */
  tokens: readonly Token[];
  names?: Readonly<Record<Address, string>>;
  abis?: Readonly<Record<Address, Abi>>;
  contents?: PolicyContents;
}

export function recipe(settings: RecipeSettings, ingredients: Ingredients): Recipe {
  const { app, maxDuration = 7 * 86_400, maxCalls = 100, gasBudget = 0n, selfPaid = false, paymaster } = settings;
  const { about, permissions, limits, tokens, names = {}, abis = {}, contents = {} } = ingredients;
  const policy = definePolicy({
    ...{ app, maxDuration, maxCalls, gasBudget, selfPaid, permissions },
    ...(paymaster === undefined ? {} : { paymaster }),
    ...(limits === undefined ? {} : { limits }),
  });
  const units = tokens.map(({ address, symbol, decimals }) => [getAddress(address), { symbol, decimals }] as const);
  const symbols = tokens.map(({ address, symbol }) => [getAddress(address), symbol] as const);
  const erc20s = tokens.map(({ address }) => [getAddress(address), erc20Abi] as const);
  const said: DescribePolicyParameters = {
    tokens: Object.fromEntries(units),
    names: { ...Object.fromEntries(symbols), ...names },
    abis: { ...Object.fromEntries(erc20s), ...abis },
    contents,
  };
  return { policy, about, said, words: formatPolicyDescription(describePolicy(policy, said)) };
}

/** Approvals of a token for one contract alone; one of 0 takes back. */
export function approve({ address }: Pick<Token, "address">, spender: Address): Permission[] {
  const methods = { approve: { arguments: { spender: { equals: getAddress(spender) } } } };
  return contract({ address, abi: erc20Abi, methods });
}

/** A limit on a token. */
export function limitOf({ address }: Pick<Token, "address">, { cap, period = 0 }: Budget) {
  return { unit: address, cap, period };
}
