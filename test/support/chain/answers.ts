import { concat, numberToHex, pad, toFunctionSelector, type Hex } from "viem";

/** Code that answers some questions with a word and reverts on every other one. */
export function answering(answers: [question: Hex, answer: bigint][]): Hex {
  // A question is told by its first 32 bytes: PUSH32 q, PUSH0, CALLDATALOAD, EQ, PUSH2 to, JUMPI.
  const test = 40;
  // JUMPDEST, PUSH32 a, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN.
  const give = 40;
  const end = test * answers.length + 3;
  const tests = answers.map(([question], i) =>
    concat([
      "0x7f",
      pad(question, { dir: "right", size: 32 }),
      "0x5f351461",
      numberToHex(end + give * i, { size: 2 }),
      "0x57",
    ]),
  );
  const gives = answers.map(([, answer]) => concat(["0x5b7f", numberToHex(answer, { size: 32 }), "0x5f5260205ff3"]));
  return concat([...tests, "0x5f5ffd", ...gives]);
}

const supports = (id: Hex): Hex => concat([toFunctionSelector("supportsInterface(bytes4)"), id]);

/** A fungible token, of a vault its asset as well. */
export const tokenCode = (asset?: Hex): Hex =>
  answering([
    [toFunctionSelector("decimals()"), 18n],
    ...(asset === undefined ? [] : [[toFunctionSelector("asset()"), BigInt(asset)] as [Hex, bigint]]),
  ]);

/** Answers ERC-165 for ERC-721. */
export const nftCode: Hex = answering([
  [supports("0x01ffc9a7"), 1n],
  [supports("0xffffffff"), 0n],
  [supports("0x80ac58cd"), 1n],
]);
