import { type Address, isAddressEqual } from "viem";
import { ANY_TARGET, PERMIT2 } from "../constants.ts";
import type { Policy } from "../types.ts";
import { type CheckedPermission, isToken } from "./checkPolicy.ts";

/** Where an approval pays for what its spender draws later in the same execution. */
export interface Credit {
  spender: Address;
  token: Address;
}

/**
 * The targets and tokens of which an approval in the same execution pays for later spends: every permission on the target
 * draws or declares a limited token, and every method of it has an alternative that draws or declares this one.
 */
export function creditsOf(policy: Policy, permissions: readonly CheckedPermission[]): Credit[] {
  const isOn = (target: Address) => (each: CheckedPermission) => isAddressEqual(each.permission.target, target);
  if (permissions.some(isOn(ANY_TARGET))) return [];
  const limited = distinct(policy.limits.map(({ unit }) => unit).filter(isToken));
  const declared = ({ permission, drawn }: CheckedPermission) =>
    [...permission.spends.map(({ unit }) => unit), ...(drawn === undefined ? [] : [drawn])].filter((unit) =>
      limited.some((each) => isAddressEqual(each, unit)),
    );
  return distinct(permissions.map(({ permission }) => permission.target)).flatMap((spender) => {
    const here = permissions.filter((each) => isOn(spender)(each) && !each.takesBack);
    if (here.length === 0 || here.some((each) => declared(each).length === 0)) return [];
    const isPermit2 = isAddressEqual(spender, PERMIT2);
    const draws = (each: CheckedPermission, token: Address) =>
      declared(each).some((unit) => isAddressEqual(unit, token)) || (isPermit2 && each.row !== undefined);
    return limited
      .filter((token) =>
        here.every(({ selector }) => here.some((each) => each.selector === selector && draws(each, token))),
      )
      .map((token) => ({ spender, token }));
  });
}

/** Approvals that pay for what their spender then draws. */
export function paidOnce(policy: Policy, permissions: readonly CheckedPermission[]): Credit[] {
  const approvals = permissions.flatMap(approvalsOf);
  return creditsOf(policy, permissions).filter((credit) => isIn(approvals, credit));
}

function isIn(all: readonly Credit[], { spender, token }: Credit): boolean {
  return all.some((one) => isAddressEqual(one.spender, spender) && isAddressEqual(one.token, token));
}

/** Approvals of which the spender is a target that draws the token, and which yet do not pay for it: both count. */
export function paidTwice(policy: Policy, permissions: readonly CheckedPermission[]): Credit[] {
  const credits = creditsOf(policy, permissions);
  const found: Credit[] = [];
  for (const each of permissions) {
    for (const credit of approvalsOf(each)) {
      const isTaken = permissions.some(({ permission: { target, spends }, row, drawn }) => {
        if (!isAddressEqual(target, credit.spender)) return false;
        const units = [...spends.map(({ unit }) => unit), ...(row?.token === undefined ? [] : [drawn!])];
        return units.some((unit) => isAddressEqual(unit, credit.token));
      });
      if (isTaken && !isIn(credits, credit) && !isIn(found, credit)) found.push(credit);
    }
  }
  return found;
}

/** Whom a permission lets approve for, and of which token. */
export function approvalsOf({ permission, row, drawn, takesBack }: CheckedPermission): Credit[] {
  if (row?.sets !== true || drawn === undefined || takesBack) return [];
  const spenders = permission.rules.filter(({ argument }) => argument === row.spender);
  return distinct(spenders.flatMap(({ addresses }) => addresses)).map((spender) => ({ spender, token: drawn }));
}

function distinct(addresses: readonly Address[]): Address[] {
  return addresses.filter((each, i) => addresses.findIndex((other) => isAddressEqual(other, each)) === i);
}
