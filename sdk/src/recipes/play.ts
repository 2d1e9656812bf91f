import { type Abi, type Address, getAddress, zeroAddress } from "viem";
import { counterUnit } from "../policies/addressBook.ts";
import { contract, type Methods } from "../policies/permissions.ts";
import { rule } from "../policies/values.ts";
import type { Permission } from "../types.ts";
import { approve, type Budget, limitOf, type Recipe, recipe, type RecipeSettings, type Token } from "./recipe.ts";

/** The counter that the recipes here count on. */
const TIMES = counterUnit(1);

/**
 * Mints from one contract at a price a piece, at most so many. `abi` and `methods` say which function, with what is bound in
 * it; what its pieces are counted by is `quantity`, or one each time.
 */
export function mint<const abi extends Abi>(
  parameters: RecipeSettings & {
    collection: Address;
    abi: abi;
    methods: Methods<abi>;
    /** Pieces in all. */
    pieces: bigint;
    /** Wei a piece; a free mint takes none. */
    price?: bigint;
    /** Where the number of pieces stands, a path: "3" for the fourth argument. */
    quantity?: string;
  },
): Recipe {
  const { abi, methods, pieces, price = 0n, quantity = "" } = parameters;
  const collection = getAddress(parameters.collection);
  const most = price * pieces;
  const calls = contract({ address: collection, abi, methods }).map((each): Permission => {
    const isOne = quantity === "";
    const spends = [...each.spends, { unit: TIMES, argument: quantity, amount: isOne ? 1n : 0n, scale: 0 }];
    const rules = [...each.rules];
    if (!isOne) rules.push(rule(quantity, "is at least", { numbers: [1n] }));
    if (price !== 0n && isOne) rules.push(rule("value", "is at most", { numbers: [price] }));
    if (price !== 0n && !isOne) {
      rules.push(rule("value", "is at most at rate", { per: quantity, numbers: [price, 1n] }));
    }
    return { ...each, maxValue: isOne ? price : most, spends, rules };
  });
  return recipe(parameters, {
    about: `Mint at most ${pieces} of one collection.`,
    permissions: [calls],
    limits: [
      { unit: TIMES, cap: pieces, period: 0 },
      ...(price === 0n ? [] : [{ unit: zeroAddress, cap: most, period: 0 }]),
    ],
    tokens: [{ address: TIMES, symbol: "pieces", decimals: 0 }],
    names: { [collection]: "the collection" },
    abis: { [collection]: abi },
  });
}

/**
 * Plays one game: its functions by name, with what is bound in them, at most so many moves in each period; with a `stake`
 * the game may be approved so much of a token.
 */
export function playGame<const abi extends Abi>(
  parameters: RecipeSettings & {
    game: Address;
    abi: abi;
    methods: Methods<abi>;
    moves: Budget;
    stake?: Budget & { token: Token };
  },
): Recipe {
  const { abi, methods, moves, stake } = parameters;
  const game = getAddress(parameters.game);
  const calls = contract({ address: game, abi, methods }).map((each): Permission => {
    return { ...each, spends: [...each.spends, { unit: TIMES, argument: "", amount: 1n, scale: 0 }] };
  });
  return recipe(parameters, {
    about: "Play one game without a popup for each move.",
    permissions: [calls, ...(stake === undefined ? [] : [approve(stake.token, game)])],
    limits: [
      { unit: TIMES, cap: moves.cap, period: moves.period ?? 0 },
      ...(stake === undefined ? [] : [limitOf(stake.token, stake)]),
    ],
    tokens: [{ address: TIMES, symbol: "moves", decimals: 0 }, ...(stake === undefined ? [] : [stake.token])],
    names: { [game]: "the game" },
    abis: { [game]: abi },
  });
}
