import {
  type Address,
  getAddress,
  type Hex,
  isAddress,
  isAddressEqual,
  isHex,
  numberToHex,
  pad,
  size,
  slice,
} from "viem";
import { latchkeyDeployment } from "../constants.ts";
import { type Inexpressible, PermissionRequestError } from "../errors/policyErrors.ts";
import { PERMISSION_TYPES, type PermissionRequest, RULE_TYPES } from "./erc7715.ts";
import { shown } from "./values.ts";

/** What a wallet answers to one request of ERC-7715: the request as it was granted, and what names the grant. */
export interface PermissionResponse extends PermissionRequest {
  from: Address;
  /** `abi.encode(principal)`: what the key redeems with, through ERC-7710. */
  context: Hex;
  /** What has to be deployed first; empty for an account that is there. */
  dependencies: readonly { factory: Address; factoryData: Hex }[];
  /** Latchkey: the key calls its `redeemDelegations`, or `sendSessionCalls` of this package. */
  delegationManager: Address;
}

export interface ToPermissionResponsesParameters {
  /** As `fromPermissionRequests` took them. */
  requests: readonly PermissionRequest[];
  /** Who has granted: the session is registered. Nothing is redeemed for a wallet without code. */
  principal: Address;
  /** The contract of this release unless told otherwise. */
  latchkey?: Address | undefined;
}

export type ToPermissionResponsesReturnType = PermissionResponse[];

/** What a wallet returns for requests that it has granted, one for each. */
export function toPermissionResponses(parameters: ToPermissionResponsesParameters): ToPermissionResponsesReturnType {
  const { requests, principal, latchkey = latchkeyDeployment.latchkey } = parameters;
  return requests.map((request) => ({
    ...request,
    from: getAddress(principal),
    context: pad(principal.toLowerCase() as Address),
    dependencies: [],
    delegationManager: getAddress(latchkey),
  }));
}

export interface FromPermissionResponsesParameters {
  /** What the wallet returned: nothing is taken for granted. */
  responses: unknown;
  /** The key that was asked for. */
  key: Address;
  /** The contract of this release unless told otherwise. */
  latchkey?: Address | undefined;
}

export interface FromPermissionResponsesReturnType {
  chainId: number;
  /** With the key what `sendSessionCalls` and `getSession` take, which says what was granted. */
  principal: Address;
}

/**
 * What a dApp sends its calls with. The answer says what the wallet says: `getSession` says what the chain does.
 * @throws PermissionRequestError if it is no answer that a session stands behind
 */
export function fromPermissionResponses(
  parameters: FromPermissionResponsesParameters,
): FromPermissionResponsesReturnType {
  const { responses, key, latchkey = latchkeyDeployment.latchkey } = parameters;
  const fail = (place: string, what: string): never => {
    const found: Inexpressible = { place, what };
    throw new PermissionRequestError([found]);
  };
  if (!Array.isArray(responses) || responses.length === 0) {
    return fail("responses", "expected a list of at least one answer.");
  }
  const read = (responses as unknown[]).map((response, i) => {
    const place = `responses[${i}]`;
    if (typeof response !== "object" || response === null) return fail(place, "expected an object.");
    const { chainId, context, delegationManager, to } = response as Record<string, unknown>;
    if (typeof delegationManager !== "string" || !isLatchkey(delegationManager, latchkey)) {
      fail(`${place}.delegationManager`, `expected ${latchkey}, found ${shown(delegationManager)}.`);
    }
    if (!isHex(context) || size(context) !== 32 || BigInt(context) >> 160n !== 0n) {
      fail(`${place}.context`, `expected an address in 32 bytes, found ${shown(context)}.`);
    }
    if (typeof chainId !== "string" || !/^0x[0-9a-fA-F]{1,13}$/.test(chainId)) {
      fail(`${place}.chainId`, `expected a number in hex, found ${shown(chainId)}.`);
    }
    if (typeof to !== "string" || !isAddress(to, { strict: false }) || !isAddressEqual(to, key)) {
      fail(`${place}.to`, `expected the key ${key}, found ${shown(to)}.`);
    }
    return { chainId: Number(chainId), principal: getAddress(slice(context as Hex, 12)) };
  });
  const [first] = read;
  const other = read.findIndex(
    ({ chainId, principal }) => chainId !== first!.chainId || principal !== first!.principal,
  );
  if (other !== -1) fail(`responses[${other}]`, "it is of another session than responses[0].");
  return first!;
}

const isLatchkey = (found: string, latchkey: Address) => found.toLowerCase() === latchkey.toLowerCase();

/** What a wallet answers to `wallet_getSupportedExecutionPermissions`: the same on each of its chains. */
export function supportedPermissions(
  chainIds: readonly number[],
): Record<string, { chainIds: Hex[]; ruleTypes: string[] }> {
  const chains = chainIds.map((each) => numberToHex(each));
  return Object.fromEntries(
    Object.keys(PERMISSION_TYPES).map((type) => [type, { chainIds: [...chains], ruleTypes: [...RULE_TYPES] }]),
  );
}
