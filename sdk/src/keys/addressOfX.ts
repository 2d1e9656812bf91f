import { type Address, getAddress, keccak256, numberToHex, concatHex, slice } from "viem";

/** The field of P-256. */
const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** The address of the key with this x and this parity of y; undefined if no point of P-256 has such an x. */
export function addressOfX(x: bigint, isOdd: boolean): Address | undefined {
  if (x >= P) return undefined;
  const square = mod((x * x - 3n) * x + B);
  const root = power(square, (P + 1n) / 4n);
  if (mod(root * root) !== square) return undefined;
  const y = (root % 2n === 1n) === isOdd ? root : P - root;
  return getAddress(slice(keccak256(concatHex([x, y].map((each) => numberToHex(each, { size: 32 })))), 12));
}

function mod(value: bigint): bigint {
  return ((value % P) + P) % P;
}

function power(base: bigint, exponent: bigint): bigint {
  if (exponent === 0n) return 1n;
  const half = power(mod(base * base), exponent / 2n);
  return exponent % 2n === 1n ? mod(half * base) : half;
}
