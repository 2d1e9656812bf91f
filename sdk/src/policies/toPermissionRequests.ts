import { type Address, getAddress, isAddress, isAddressEqual, numberToHex, zeroAddress } from "viem";
import { ANY_TARGET } from "../constants.ts";
import { type Inexpressible, PermissionRequestError } from "../errors/policyErrors.ts";
import type { Limit, Permission, Policy } from "../types.ts";
import { type PermissionRequest, type PermissionRule, type RequestedPermission, TRANSFER } from "./erc7715.ts";

/** What every policy says and ERC-7715 has no word for. */
export type PolicyTerm = "app" | "durations" | "maxCalls" | "gas";

export interface ToPermissionRequestsParameters {
  policy: Policy;
  chainId: number;
  /** The session key: who is to act. */
  key: Address;
  /** Who is to grant; the user chooses unless told. */
  principal?: Address | undefined;
  /** Unix seconds, inclusive; the moment of the grant unless told otherwise. */
  validAfter?: number | undefined;
  /** Unix seconds, inclusive. */
  validUntil: number;
  /** Whether the wallet may grant more or less than is asked for; no unless told otherwise. */
  isAdjustmentAllowed?: boolean | undefined;
  /** What the user is told. */
  justification?: string | undefined;
  /**
   * What the caller knows to be lost: the app's name, the bounds of a session's duration beside the window that is asked
   * for, the number of calls, the gas budget and its payers. What the policy says of them and is not named here is
   * refused.
   */
  leaveOut?: readonly PolicyTerm[] | undefined;
}

export type ToPermissionRequestsReturnType = PermissionRequest[];

/**
 * A policy as permission requests of ERC-7715, in the text of 16 January 2026: the `params` of
 * `wallet_requestExecutionPermissions`, one request for each limit. Expressible are transfers of limited ERC-20 tokens,
 * and plain transfers of the native coin, to anyone or to named recipients.
 * @throws PermissionRequestError with everything that ERC-7715 has no word for
 */
export function toPermissionRequests(parameters: ToPermissionRequestsParameters): ToPermissionRequestsReturnType {
  const { policy, chainId, key, principal, validAfter, validUntil, justification } = parameters;
  const found: Inexpressible[] = [...termsLost(parameters), ...addressesWrong({ key, principal })];
  const note = (place: string, what: string) => void found.push({ place, what });
  if (!Number.isSafeInteger(chainId) || chainId < 1) note("chainId", `${chainId} is no chain id.`);
  checkWindow(parameters, note);

  const payees = policy.limits.map((limit): Address[] | "anyone" | undefined => payeesOf(limit, policy));
  policy.permissions.forEach((permission, i) => {
    for (const what of inexpressible(permission, policy)) note(`permissions[${i}]`, what);
  });
  policy.limits.forEach(({ unit, cap }, i) => {
    const place = `limits[${i}]`;
    if (payees[i] === undefined) note(place, `no permission transfers ${unit}: there is nothing to be asked for.`);
    if (cap === 0n) note(place, `a cap of 0 of ${unit} asks for nothing.`);
    if (policy.limits.findIndex((other) => isAddressEqual(other.unit, unit)) !== i) {
      // Two requests add up, and two limits both hold.
      note(place, `a second limit on ${unit}: two requests would add up.`);
    }
  });
  const [first, ...more] = found;
  if (first !== undefined) throw new PermissionRequestError([first, ...more]);

  return policy.limits.map((limit, i): PermissionRequest => {
    const rules: PermissionRule[] = [{ type: "expiry", data: { timestamp: validUntil + 1 } }];
    const to = payees[i]!;
    if (to !== "anyone") rules.push({ type: "payee", data: { addresses: to } });
    const extras = {
      ...(validAfter === undefined ? {} : { startTime: validAfter }),
      ...(justification === undefined ? {} : { justification }),
    };
    return {
      chainId: numberToHex(chainId),
      ...(principal === undefined ? {} : { from: getAddress(principal) }),
      to: getAddress(key),
      permission: requested(limit, extras, parameters.isAdjustmentAllowed ?? false),
      rules,
    };
  });
}

function requested(
  { unit: token, cap, period }: Limit,
  extras: { startTime?: number; justification?: string },
  isAdjustmentAllowed: boolean,
): RequestedPermission {
  const isNative = isAddressEqual(token, zeroAddress);
  const tokenAddress = getAddress(token);
  const amount = numberToHex(cap);
  if (period === 0) {
    const data = { allowanceAmount: amount, ...extras };
    return isNative
      ? { type: "native-token-allowance", isAdjustmentAllowed, data }
      : { type: "erc20-token-allowance", isAdjustmentAllowed, data: { tokenAddress, ...data } };
  }
  const data = { periodAmount: amount, periodDuration: period, ...extras };
  return isNative
    ? { type: "native-token-periodic", isAdjustmentAllowed, data }
    : { type: "erc20-token-periodic", isAdjustmentAllowed, data: { tokenAddress, ...data } };
}

function* termsLost({ policy, leaveOut = [] }: ToPermissionRequestsParameters): Generator<Inexpressible> {
  const { app, minDuration, maxDuration, maxCalls, gasBudget, selfPaid, paymaster } = policy;
  const said: [PolicyTerm, boolean, string][] = [
    ["app", true, `the label ${JSON.stringify(app)}`],
    ["durations", true, `sessions of ${minDuration} to ${maxDuration} seconds`],
    ["maxCalls", true, `at most ${maxCalls} calls`],
    [
      "gas",
      gasBudget !== 0n || selfPaid || !isAddressEqual(paymaster, zeroAddress),
      `a gas budget of ${gasBudget} wei, paid by ${selfPaid ? "the principal" : "others"} or ${paymaster}`,
    ],
  ];
  for (const [term, isSaid, what] of said) {
    if (isSaid && !leaveOut.includes(term)) {
      yield { place: term, what: `ERC-7715 has no word for ${what}: name "${term}" in leaveOut to give it up.` };
    }
  }
}

function* addressesWrong(addresses: Record<string, Address | undefined>): Generator<Inexpressible> {
  for (const [place, address] of Object.entries(addresses)) {
    if (address !== undefined && !isAddress(address)) yield { place, what: `${String(address)} is no address.` };
  }
}

function checkWindow(parameters: ToPermissionRequestsParameters, note: (place: string, what: string) => void): void {
  const { policy, validAfter, validUntil } = parameters;
  if (!Number.isSafeInteger(validUntil) || validUntil < 1) note("validUntil", `${validUntil} is no unix second.`);
  policy.limits.forEach(({ period, fromStart }, i) => {
    // A period of ERC-7715 starts with the permission.
    if (period === 0 || fromStart || (validAfter !== undefined && validAfter % period === 0)) return;
    const start = validAfter ?? "the moment of the grant";
    note(`limits[${i}].period`, `${start} is not the start of a period of ${period} seconds from the unix epoch.`);
  });
  if (validAfter === undefined) return;
  if (!Number.isSafeInteger(validAfter) || validAfter < 0) note("validAfter", `${validAfter} is no unix second.`);
  const duration = validUntil - validAfter + 1;
  if (duration < policy.minDuration || duration > policy.maxDuration) {
    const bounds = `${policy.minDuration} to ${policy.maxDuration}`;
    note("validUntil", `the window has ${duration} seconds, and the policy allows ${bounds}.`);
  }
}

/** Who may be paid from a limit; undefined if no permission draws on it. */
function payeesOf({ unit }: Limit, { permissions }: Policy): Address[] | "anyone" | undefined {
  if (isAddressEqual(unit, zeroAddress)) {
    const all = permissions.filter(({ method }) => method === "").map(({ target }) => getAddress(target));
    if (all.includes(ANY_TARGET)) return "anyone";
    return all.length === 0 ? undefined : all;
  }
  const transfer = permissions.find(({ method, target }) => method === TRANSFER && isAddressEqual(target, unit));
  if (transfer === undefined) return undefined;
  const [rule] = transfer.rules;
  return rule === undefined ? "anyone" : rule.addresses.map((each) => getAddress(each));
}

/** What ERC-7715 has no word for in a permission. */
function* inexpressible(permission: Permission, { limits, permissions }: Policy): Generator<string> {
  const { target, method, maxValue, spends, rules, inner, consumable, open } = permission;
  const limitOn = (unit: Address) => limits.find((limit) => isAddressEqual(limit.unit, unit));
  if (isAddressEqual(target, ANY_TARGET) && method !== "") yield "a method on any contract: there are transfers only.";
  else if (method === "*") yield `whatever ${target} does: there are transfers only.`;
  else if (method !== "" && method !== TRANSFER) yield `calls of ${method}: there are transfers only.`;
  else if (method === "") {
    const limit = limitOn(zeroAddress);
    if (limit === undefined) yield "a plain transfer without a limit of the native coin.";
    else if (maxValue < limit.cap)
      yield `at most ${maxValue} wei in one transfer: only what is transferred in all has a word.`;
  } else {
    if (limitOn(target) === undefined) yield `transfers of ${target} without a limit.`;
    if (maxValue !== 0n) yield `${maxValue} wei with a token's transfer.`;
  }
  const first = permissions.find((each) => each.method === method && isAddressEqual(each.target, target));
  if (first !== permission) yield "an alternative: a request has one form.";
  if (rules.length > 1) yield `${rules.length} rules on one method: only one, on the recipient, has a word.`;
  for (const { argument, test } of rules) {
    const isPayee = method === TRANSFER && argument === "0" && (test === "is" || test === "is one of");
    if (!isPayee) yield `the rule that argument ${argument} ${test}.`;
  }
  for (const { unit } of spends) yield `a declared spend of ${unit}.`;
  if (inner.length > 0) yield "what is inside of bytes.";
  if (open.length > 0 && method !== "*") yield "open arguments.";
  if (consumable) yield "a call that the contract itself may ask for.";
}
