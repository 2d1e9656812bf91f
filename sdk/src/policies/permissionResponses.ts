import { type Address, concatHex, getAddress, type Hex, isAddressEqual, isHex, numberToHex, size, slice } from "viem";
import { latchkeyDeployment } from "../constants.ts";
import { type Inexpressible, PermissionRequestError } from "../errors/policyErrors.ts";
import type { Policy } from "../types.ts";
import { PERMISSION_TYPES, type PermissionRequest, RULE_TYPES } from "./erc7715.ts";
import { hashPolicy } from "./hashPolicy.ts";
import { shown } from "./values.ts";

/** What a wallet answers to one request of ERC-7715: the request as it was granted, and what names the grant. */
export interface PermissionResponse extends PermissionRequest {
  from: Address;
  /** The principal, the key and the policy's id, 72 bytes. */
  context: Hex;
  /** What has to be deployed first; empty for an account that is there. */
  dependencies: readonly { factory: Address; factoryData: Hex }[];
  /** Latchkey: the key calls it through this package's client, since it is no manager of ERC-7710. */
  delegationManager: Address;
}

export interface ToPermissionResponsesParameters {
  /** As `fromPermissionRequests` took them. */
  requests: readonly PermissionRequest[];
  /** Who has granted: the session is registered. */
  principal: Address;
  /** What has been registered. */
  policy: Policy;
  /** The contract of this release unless told otherwise. */
  latchkey?: Address | undefined;
}

export type ToPermissionResponsesReturnType = PermissionResponse[];

/** What a wallet returns for requests that it has granted, one for each. */
export function toPermissionResponses(parameters: ToPermissionResponsesParameters): ToPermissionResponsesReturnType {
  const { requests, principal, policy, latchkey = latchkeyDeployment.latchkey } = parameters;
  const policyId = hashPolicy(policy);
  return requests.map((request) => ({
    ...request,
    from: getAddress(principal),
    context: concatHex([getAddress(principal), getAddress(request.to), policyId]),
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
  /** With the key what `sendSessionCalls` and `getSession` take. */
  principal: Address;
  /** What was granted: `getPolicy` reads it, which may be other than what was asked for. */
  policyId: Hex;
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
    const { chainId, context, delegationManager } = response as Record<string, unknown>;
    if (typeof delegationManager !== "string" || !isLatchkey(delegationManager, latchkey)) {
      fail(`${place}.delegationManager`, `expected ${latchkey}, found ${shown(delegationManager)}.`);
    }
    if (!isHex(context) || size(context) !== 72)
      fail(`${place}.context`, `expected 72 bytes, found ${shown(context)}.`);
    if (typeof chainId !== "string" || !/^0x[0-9a-fA-F]{1,13}$/.test(chainId)) {
      fail(`${place}.chainId`, `expected a number in hex, found ${shown(chainId)}.`);
    }
    const [principal, granted] = [slice(context as Hex, 0, 20), slice(context as Hex, 20, 40)];
    if (!isAddressEqual(granted, key))
      fail(`${place}.context`, `it is for the key ${getAddress(granted)}, not ${key}.`);
    return { chainId: Number(chainId), principal: getAddress(principal), policyId: slice(context as Hex, 40) };
  });
  const [first] = read;
  const other = read.findIndex(({ chainId, principal, policyId }) => {
    return chainId !== first!.chainId || principal !== first!.principal || policyId !== first!.policyId;
  });
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
