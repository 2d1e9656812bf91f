import { type Address, erc20Abi, getAddress } from "viem";
import { contract } from "../policies/permissions.ts";
import type { Permission } from "../types.ts";
import { type Budget, limitOf, type Recipe, recipe, type RecipeSettings, type Token } from "./recipe.ts";

const namedOnce = (payees: readonly Address[]) => [...new Set(payees.map((each) => getAddress(each)))];

/** Transfers of a token to those who are named, at most so much each time. */
function transfers({ address }: Token, payees: readonly Address[], most?: bigint): Permission[] {
  const recipients = namedOnce(payees);
  return contract({
    address,
    abi: erc20Abi,
    methods: {
      transfer: {
        arguments: {
          recipient: recipients.length === 1 ? { equals: recipients[0]! } : { oneOf: recipients },
          ...(most === undefined ? {} : { amount: { atMost: most } }),
        },
      },
    },
  });
}

/** Pays those of a list and nobody else, one transfer each. */
export function payList(
  parameters: RecipeSettings & Budget & { token: Token; /** 1 to 64. */ payees: readonly Address[]; most?: bigint },
): Recipe {
  const { token, most } = parameters;
  const payees = namedOnce(parameters.payees);
  return recipe(parameters, {
    about: `Pay ${payees.length} named ${payees.length === 1 ? "payee" : "payees"} in ${token.symbol}.`,
    permissions: [transfers(token, payees, most)],
    limits: [limitOf(token, parameters)],
    tokens: [token],
  });
}

/** Pays one price to one payee, at most once in each period from the start on. */
export function subscribe(
  parameters: RecipeSettings & {
    token: Token;
    payee: Address;
    /** Base units. */
    price: bigint;
    /** Seconds, at least 60. */
    every: number;
  },
): Recipe {
  const { token, payee, price, every } = parameters;
  return recipe(parameters, {
    about: `Pay a subscription in ${token.symbol}.`,
    permissions: [transfers(token, [payee])],
    limits: [{ unit: token.address, cap: price, period: every, fromStart: true }],
    tokens: [token],
  });
}

/** Pays one service for each request, at most so much at a time, under a budget. */
export function payPerRequest(
  parameters: RecipeSettings & Budget & { token: Token; payee: Address; /** Base units a request. */ most: bigint },
): Recipe {
  const { token, payee, most } = parameters;
  return recipe(parameters, {
    about: `Pay one service in ${token.symbol} for each request.`,
    permissions: [transfers(token, [payee], most)],
    limits: [limitOf(token, parameters)],
    tokens: [token],
  });
}
