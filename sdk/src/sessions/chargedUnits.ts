import { type Address, type Hex, isAddressEqual, size, slice, zeroAddress } from "viem";
import * as storedPolicy from "../generated/items/storedPolicy.ts";
import { ANY_TARGET } from "../constants.ts";
import type { SessionCall } from "../types.ts";
import { deploymentOf, type DeploymentParameters, readDeployed, type SessionClient } from "../chain/client.ts";
import { METHOD_KIND } from "./readPolicy.ts";

interface StoredPermission {
  target: Address;
  kind: number;
  selector: Hex;
  spends: readonly { unit: Address }[];
}

/**
 * The units whose limits these calls may draw on, by the policy as the chain stores it: those of every alternative, since
 * only the chain can say which of them holds. A call that the policy does not allow draws on none: the chain refuses it
 * whatever is signed.
 */
export async function chargedUnits(
  client: SessionClient,
  parameters: DeploymentParameters & { policyId: Hex; calls: readonly SessionCall[] },
): Promise<readonly Address[]> {
  const { permissions, limits } = await readDeployed(client, {
    abi: [storedPolicy.policyOf],
    address: deploymentOf(parameters).policyStore,
    functionName: "policyOf",
    args: [parameters.policyId],
  });
  return parameters.calls.flatMap(({ to, value = 0n, data = "0x" }) => {
    const isLimited = limits.some(({ unit }) => isAddressEqual(unit, to));
    const spends = permissionsFor(permissions, isLimited, to, data).flatMap((permission) => permission.spends);
    return [...(value === 0n ? [] : [zeroAddress]), ...spends.map(({ unit }) => unit)];
  });
}

/** The ones of which the first that holds decides, in the chain's order: the target's method, its wildcard, any target's. */
function permissionsFor(permissions: readonly StoredPermission[], isLimited: boolean, to: Address, data: Hex) {
  const selector = size(data) < 4 ? undefined : slice(data, 0, 4);
  const kind = selector === undefined ? METHOD_KIND.native : METHOD_KIND.method;
  const all = (target: Address, kind: number) =>
    permissions.filter(
      (each) =>
        isAddressEqual(each.target, target) &&
        each.kind === kind &&
        (kind !== METHOD_KIND.method || each.selector === selector),
    );
  const own = all(to, kind);
  // A wildcard draws on no limit, and leaves nothing of the token table to those behind it.
  if (own.length > 0 || (selector !== undefined && all(to, METHOD_KIND.wildcard).length > 0)) return own;
  return isLimited ? [] : all(ANY_TARGET, kind);
}
