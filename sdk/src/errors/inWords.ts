/** The values of a Solidity error by their names. */
export function inWords(args: object): string {
  return Object.entries(args)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(", ");
}
