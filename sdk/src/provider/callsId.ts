import {
  type Address,
  concatHex,
  decodeAbiParameters,
  encodeAbiParameters,
  type Hex,
  isHex,
  parseAbiParameters,
  size,
  slice,
  zeroAddress,
  zeroHash,
} from "viem";
import type { SentSessionCalls } from "../actions/sessionCalls.ts";
import { Route } from "../types.ts";

/** Calls that were sent, and whose: all that it takes to ask the chain for them again. */
export interface NamedCalls extends SentSessionCalls {
  chainId: number;
  principal: Address;
  /** The key's address. */
  key: Address;
  /** The last second at which they can be executed, unix seconds, inclusive; 0 if there is none. */
  expiresAt: number;
}

/** "lkey" and the version of what follows: no wallet's id starts like this but by chance. */
const TAG = "0x6c6b657901";
const FIELDS = parseAbiParameters([
  "uint32 chainId, address principal, address key, uint8 route, uint256 nonce, uint64 fromBlock, uint40 expiresAt",
  "address entryPoint, bytes32 hash, bytes32 userOpHash",
]);
/** Bytes: less than a tenth of what EIP-5792 allows. */
const SIZE = size(TAG) + 32 * FIELDS.length;
const ROUTES = Object.keys(Route) as Route[];

/** The id of calls: it holds what they are found by, so that nothing has to be stored. */
export function callsIdOf(calls: NamedCalls): Hex {
  const { chainId, principal, key, route, nonce, fromBlock, expiresAt } = calls;
  const { entryPoint = zeroAddress, hash = zeroHash, userOpHash = zeroHash } = calls;
  const place = [nonce, fromBlock, expiresAt, entryPoint, hash, userOpHash] as const;
  return concatHex([TAG, encodeAbiParameters(FIELDS, [chainId, principal, key, Route[route], ...place])]);
}

/** What an id names; undefined if it is none of these. */
export function callsOf(id: string): NamedCalls | undefined {
  if (!isHex(id) || id.length !== 2 + 2 * SIZE || !id.startsWith(TAG)) return undefined;
  try {
    const values = decodeAbiParameters(FIELDS, slice(id, size(TAG)));
    const [chainId, principal, key, route, nonce, fromBlock, expiresAt, entryPoint, hash, userOpHash] = values;
    const name = ROUTES[route];
    // What was only signed is found by its nonce, where no relayer has named a transaction.
    if (name === undefined || (hash === zeroHash && userOpHash === zeroHash && expiresAt === 0)) return undefined;
    return {
      ...{ chainId, principal, key, route: name, nonce, fromBlock, expiresAt },
      ...(entryPoint !== zeroAddress && { entryPoint }),
      ...(hash !== zeroHash && { hash }),
      ...(userOpHash !== zeroHash && { userOpHash }),
    };
  } catch {
    // Bytes that no such fields have.
    return undefined;
  }
}
