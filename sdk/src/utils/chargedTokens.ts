import { type Address, type Hex, isAddressEqual, size, slice, zeroAddress } from "viem";
import { policyStoreAbi } from "../generated/abi/policyStoreAbi.ts";
import { ANY_TARGET } from "../constants.ts";
import type { SessionCall } from "../types.ts";
import { deploymentOf, type DeploymentParameters, readDeployed, type SessionClient } from "./client.ts";

/** What a stored permission matches beside its target: `MethodKind` of contracts/types/Policy.sol. */
const METHOD = 0;
const NATIVE = 1;
const WILDCARD = 2;

interface StoredPermission {
  target: Address;
  kind: number;
  selector: Hex;
  spendToken: Address;
  amountArgument: number;
  spendAmount: bigint;
}

/**
 * The tokens whose limits these calls draw on, by the policy as the chain stores it. A call that the policy does not
 * allow draws on none: the chain refuses it whatever is signed.
 */
export async function chargedTokens(
  client: SessionClient,
  parameters: DeploymentParameters & { policyId: Hex; calls: readonly SessionCall[] },
): Promise<readonly Address[]> {
  const { permissions, limits } = await readDeployed(client, {
    abi: policyStoreAbi,
    address: deploymentOf(parameters).policyStore,
    functionName: "policyOf",
    args: [parameters.policyId],
  });
  const isLimited = (target: Address) => limits.some(({ token }) => isAddressEqual(token, target));
  const charged: Address[] = [];
  for (const { to, value = 0n, data = "0x" } of parameters.calls) {
    if (value !== 0n) charged.push(zeroAddress);
    const permission = permissionFor(permissions, isLimited(to), to, data);
    if (permission === undefined || isAddressEqual(permission.spendToken, zeroAddress)) continue;
    if (amountOf(permission, data) !== 0n) charged.push(permission.spendToken);
  }
  return charged;
}

/** The one that decides, in the chain's order: (target, method), (target, "*"), (any target, method). */
function permissionFor(permissions: readonly StoredPermission[], isLimited: boolean, to: Address, data: Hex) {
  const selector = size(data) < 4 ? undefined : slice(data, 0, 4);
  const find = (target: Address, kind: number) =>
    permissions.find(
      (each) =>
        isAddressEqual(each.target, target) && each.kind === kind && (kind !== METHOD || each.selector === selector),
    );
  if (selector === undefined) return find(to, NATIVE);
  // A wildcard draws on no limit, and leaves nothing of the token table to those behind it.
  return find(to, METHOD) ?? find(to, WILDCARD) ?? (isLimited ? undefined : find(ANY_TARGET, METHOD));
}

/** Base units; 1 if the calldata does not reach so far, which the chain refuses. */
function amountOf({ spendAmount, amountArgument }: StoredPermission, data: Hex): bigint {
  if (spendAmount !== 0n) return spendAmount;
  const from = 4 + 32 * amountArgument;
  return size(data) >= from + 32 ? BigInt(slice(data, from, from + 32)) : 1n;
}
