/** Seconds that people think in. */
const ROUND = [
  60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 259_200, 604_800, 1_209_600,
  2_160_000, 2_592_000, 7_776_000, 15_552_000, 31_536_000,
];

/** What can be chosen inside the policy's bounds, both of which can be. */
export function durationsWithin(shortest: number, longest: number, usual: number): number[] {
  const inside = [shortest, ...ROUND, usual, longest].filter((each) => shortest <= each && each <= longest);
  return [...new Set(inside)].sort((a, b) => a - b);
}
