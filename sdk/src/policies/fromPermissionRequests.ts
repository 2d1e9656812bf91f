import { type Address, getAddress, type Hex, isAddress, isAddressEqual, zeroAddress } from "viem";
import { ANY_TARGET, MAX_CALLS, MAX_DURATION, MAX_LIMITS, MAX_VALUES, MIN_PERIOD } from "../constants.ts";
import { type Inexpressible, PermissionRequestError, UnsafePolicyError } from "../errors/policyErrors.ts";
import type { Limit, Permission, Policy } from "../types.ts";
import { definePolicy, type DefinePolicyParameters } from "./definePolicy.ts";
import { MAX_UINT128, PERMISSION_TYPES, REFUSED_TYPES, RULE_TYPES, TRANSFER } from "./erc7715.ts";
import { method, nativeTransfer } from "./permissions.ts";
import { rule, shown } from "./values.ts";

/** The params of `wallet_requestExecutionPermissions`, and what a policy says beside them. */
export interface FromPermissionRequestsParameters extends Omit<
  DefinePolicyParameters,
  "permissions" | "limits" | "maxDuration" | "maxCalls"
> {
  /** As they came: nothing is taken for granted. */
  requests: unknown;
  /**
   * Seconds, inclusive.
   * @default 31536000, a year: the requests name the end
   */
  maxDuration?: number;
  /** @default 1048575, the most there is: the requests have no word for it */
  maxCalls?: number;
  /**
   * Whether a stream is granted as a periodic limit that at no time allows more than the stream would have.
   * @default false
   */
  approximate?: boolean;
  /** Whether `to` has code, as `eth_getCode` says: such a key registers nowhere. */
  hasCode?: boolean;
}

export interface FromPermissionRequestsReturnType {
  policy: Policy;
  chainId: number;
  /** Who is to act. */
  key: Address;
  /** Who is to grant; undefined if the user chooses. */
  principal: Address | undefined;
  /** Unix seconds, inclusive; undefined for the moment of the grant. */
  validAfter: number | undefined;
  /** Unix seconds, inclusive. */
  validUntil: number;
  /** Whether something else may be granted. A policy is granted as it is. */
  isAdjustmentAllowed: boolean;
  /** What the user is told; undefined if nothing. */
  justification: string | undefined;
}

/**
 * Permission requests of ERC-7715, in the text of 16 January 2026, as the policy and the window that grant exactly what is
 * asked for. They make one session: all must name the same chain, account, key and window.
 * @throws PermissionRequestError with everything that a policy cannot say
 * @throws PolicyError if what is said beside the requests is no policy
 */
export function fromPermissionRequests(parameters: FromPermissionRequestsParameters): FromPermissionRequestsReturnType {
  const { requests, approximate = false, hasCode = false, ...rest } = parameters;
  const terms = { maxDuration: MAX_DURATION, maxCalls: MAX_CALLS, ...rest };
  const found: Inexpressible[] = [];
  const note = (place: string, what: string) => void found.push({ place, what });
  const refuseIfAny = () => {
    const [first, ...more] = found;
    if (first !== undefined) throw new PermissionRequestError([first, ...more]);
  };
  if (!Array.isArray(requests) || requests.length === 0) note("requests", "expected a list of at least one request.");
  refuseIfAny();
  const read = (requests as unknown[]).map((request, i) => readRequest(request, `requests[${i}]`, note, approximate));
  const all = read.filter((each) => each !== undefined);
  const [first] = all;
  for (const field of [
    "chainId",
    "principal",
    "key",
    "validAfter",
    "validUntil",
    "isAdjustmentAllowed",
    "justification",
  ] as const) {
    const other = read.findIndex((each) => each !== undefined && each[field] !== first?.[field]);
    if (other !== -1) {
      note(
        `requests[${other}]`,
        `another ${field} than requests[0]: ${String(read[other]![field])}; they make one session.`,
      );
    }
  }
  if (hasCode) note("requests[0].to", `${first?.key} has code: a session key is an account without.`);
  const limits = all.flatMap((each) => each.limits);
  if (limits.length > MAX_LIMITS) note("requests", `${limits.length} limits; a policy has at most ${MAX_LIMITS}.`);
  all.forEach(({ limits: [{ unit }] }, i) => {
    if (all.findIndex((each) => isAddressEqual(each.limits[0].unit, unit)) !== i) {
      // Two requests add up, and two limits both hold.
      note(`requests[${i}]`, `${unit} is asked for twice; a policy cannot add two limits of one token up.`);
    }
  });
  refuseIfAny();

  const { chainId, key, principal, validAfter, validUntil, isAdjustmentAllowed, justification } = first!;
  const policy = defined({
    ...terms,
    permissions: all.map(({ permissions }) => permissions),
    limits,
  });
  const duration = validAfter === undefined ? undefined : validUntil - validAfter + 1;
  if (duration !== undefined && (duration < policy.minDuration || duration > policy.maxDuration)) {
    const bounds = `${policy.minDuration} to ${policy.maxDuration}`;
    note("requests[0]", `the window has ${duration} seconds, and the policy would allow ${bounds}.`);
  }
  refuseIfAny();
  return { policy, chainId, key, principal, validAfter, validUntil, isAdjustmentAllowed, justification };
}

/** What the chain would refuse of permissions and limits is the requests' own. */
function defined(parameters: DefinePolicyParameters): Policy {
  try {
    return definePolicy(parameters);
  } catch (cause) {
    if (!(cause instanceof UnsafePolicyError) || !/^(permissions|limits)/.test(cause.place)) throw cause;
    throw new PermissionRequestError([{ place: "requests", what: cause.shortMessage }], { cause });
  }
}

interface Read extends Omit<FromPermissionRequestsReturnType, "policy"> {
  limits: [Limit, ...Limit[]];
  permissions: Permission[];
}

type Note = (place: string, what: string) => void;
type Fields = Record<string, unknown>;

const MAX_PERIOD = 2 ** 32 - 1;
const MAX_UINT256 = 2n ** 256n - 1n;
const REQUEST = ["chainId", "from", "to", "permission", "rules"];
/** Members of the requests of `wallet_grantPermissions`, which the ERC had until January 2026. */
const BEFORE = ["address", "expiry", "signer", "permissions", "policies"];

function readRequest(request: unknown, place: string, outer: Note, approximate: boolean): Read | undefined {
  let isGood = true;
  const note: Note = (at, what) => {
    isGood = false;
    outer(at, what);
  };
  if (!isFields(request)) return void note(place, "expected an object.");
  const old = BEFORE.filter((name) => name in request);
  if (old.length > 0) {
    return void note(
      place,
      `${old.join(", ")}: this is a request of wallet_grantPermissions, an earlier text of ERC-7715.`,
    );
  }
  unknownIn(request, REQUEST, place, note);
  const chainId = quantity(request["chainId"], `${place}.chainId`, note, BigInt(Number.MAX_SAFE_INTEGER), 1n);
  const key = address(request["to"], `${place}.to`, note);
  const principal = request["from"] === undefined ? undefined : address(request["from"], `${place}.from`, note);
  const { validUntil, payees } = readRules(request["rules"], key, `${place}.rules`, note);

  const { permission } = request;
  if (!isFields(permission)) return void note(`${place}.permission`, "expected an object.");
  const at = `${place}.permission`;
  unknownIn(permission, ["type", "isAdjustmentAllowed", "data"], at, note);
  const { type, isAdjustmentAllowed, data } = permission;
  if (typeof isAdjustmentAllowed !== "boolean") note(`${at}.isAdjustmentAllowed`, "expected true or false.");
  const stream = approximate ? /^(native|erc20)-token-stream$/.exec(String(type)) : null;
  const known = typeof type === "string" && Object.hasOwn(PERMISSION_TYPES, type) ? PERMISSION_TYPES[type] : undefined;
  if (known === undefined && stream === null) {
    const why = typeof type === "string" && Object.hasOwn(REFUSED_TYPES, type) ? REFUSED_TYPES[type] : undefined;
    const can = `a policy can say ${Object.keys(PERMISSION_TYPES).join(", ")}.`;
    return void note(`${at}.type`, `${shown(type)}: ${why ?? can}`);
  }
  if (!isFields(data)) return void note(`${at}.data`, "expected an object.");
  const { limits, validAfter, justification } =
    known === undefined
      ? readStream(data, stream![1] === "native", `${at}.data`, note)
      : readData(data, known, `${at}.data`, note);
  const permissions = permissionsOf(limits[0], payees, place, note);
  if (validAfter !== undefined && validAfter > validUntil)
    note(`${at}.data.startTime`, `${validAfter} is behind the end, ${validUntil}.`);
  if (!isGood) return undefined;
  return {
    ...{ chainId: Number(chainId), key, principal, validAfter, validUntil, justification, limits, permissions },
    isAdjustmentAllowed: isAdjustmentAllowed as boolean,
  };
}

function readRules(
  rules: unknown,
  key: Address,
  place: string,
  note: Note,
): { validUntil: number; payees: Address[] | undefined } {
  let expiry: number | undefined;
  let payees: Address[] | undefined;
  let redeemers: Address[] | undefined;
  const addressesIn = (data: Fields, at: string): Address[] | undefined => {
    unknownIn(data, ["addresses"], at, note);
    const { addresses } = data;
    if (Array.isArray(addresses) && addresses.length > 0) {
      return addresses.map((each, j) => address(each, `${at}.addresses[${j}]`, note));
    }
    note(`${at}.addresses`, "expected at least one address.");
    return undefined;
  };
  if (rules !== undefined && rules !== null && !Array.isArray(rules)) {
    note(place, "expected a list.");
    return { validUntil: Infinity, payees };
  }
  ((rules ?? []) as unknown[]).forEach((rule, i) => {
    const at = `${place}[${i}]`;
    if (!isFields(rule) || !isFields(rule["data"])) return note(at, "expected an object with data.");
    unknownIn(rule, ["type", "data"], at, note);
    const { type, data } = rule as { type: unknown; data: Fields };
    if (type === "expiry" && expiry === undefined) {
      unknownIn(data, ["timestamp"], `${at}.data`, note);
      expiry = second(data["timestamp"], `${at}.data.timestamp`, note);
    } else if (type === "payee" && payees === undefined) {
      payees = addressesIn(data, `${at}.data`);
    } else if (type === "redeemer" && redeemers === undefined) {
      redeemers = addressesIn(data, `${at}.data`);
      const other = redeemers?.find((each) => !isAddressEqual(each, key));
      if (other !== undefined) note(at, `${other} is not the key: a session is acted on by its key alone.`);
    } else if ((RULE_TYPES as readonly unknown[]).includes(type)) note(at, `a second rule of type ${shown(type)}.`);
    else note(`${at}.type`, `${shown(type)}: a policy can say ${RULE_TYPES.join(", ")}.`);
  });
  if (expiry === undefined) note(place, "no expiry: a session ends.");
  // The ERC names the first second that is no longer in it.
  return { validUntil: expiry === undefined ? Infinity : expiry - 1, payees };
}

function readData(data: Fields, type: { isNative: boolean; isPeriodic: boolean }, place: string, note: Note) {
  const { isNative, isPeriodic } = type;
  // The ERC's own examples call it `allowance`; wallets took `allowanceAmount`.
  const amountName = isPeriodic
    ? "periodAmount"
    : data["allowanceAmount"] === undefined
      ? "allowance"
      : "allowanceAmount";
  const names = [amountName, "startTime", "justification"];
  if (isPeriodic) names.push("periodDuration");
  if (!isNative) names.push("tokenAddress");
  unknownIn(data, names, place, note);
  const cap = quantity(data[amountName], `${place}.${amountName}`, note, MAX_UINT128, 1n);
  const token = isNative ? zeroAddress : address(data["tokenAddress"], `${place}.tokenAddress`, note);
  if (!isNative && token === zeroAddress) note(`${place}.tokenAddress`, "address 0 is no token.");
  let period = 0;
  if (isPeriodic) {
    const { periodDuration } = data;
    if (isSecond(periodDuration) && periodDuration >= MIN_PERIOD && periodDuration <= MAX_PERIOD)
      period = periodDuration;
    else {
      const what = `a period is ${MIN_PERIOD} to ${MAX_PERIOD} seconds, found ${shown(periodDuration)}.`;
      note(`${place}.periodDuration`, what);
    }
  }
  return {
    // A period of ERC-7715 starts with the permission.
    limits: [{ unit: token, cap, period, fromStart: period !== 0 }] as [Limit],
    ...readExtras(data, place, note),
  };
}

function readExtras({ startTime, justification }: Fields, place: string, note: Note) {
  const isSaid = startTime !== undefined && startTime !== null;
  if (justification !== undefined && justification !== null && typeof justification !== "string") {
    note(`${place}.justification`, "expected a text.");
  }
  return {
    validAfter: isSaid ? second(startTime, `${place}.startTime`, note) : undefined,
    justification: (justification ?? undefined) as string | undefined,
  };
}

/** Seconds of a period for a stream that starts with nothing. */
const STREAM_PERIOD = 3_600;

/**
 * A stream as a periodic limit that never allows more: after k whole periods the stream has given `initial` and k times what
 * flows in one, so a cap of the lesser of both is always there already. One that starts with nothing starts a period later.
 */
function readStream(data: Fields, isNative: boolean, place: string, note: Note) {
  const names = ["amountPerSecond", "initialAmount", "maxAmount", "startTime", "justification"];
  unknownIn(data, isNative ? names : [...names, "tokenAddress"], place, note);
  const optional = (name: string, otherwise: bigint) => {
    const value = data[name];
    if (value === undefined || value === null) return otherwise;
    return quantity(value, `${place}.${name}`, note, MAX_UINT256, 0n);
  };
  const rate = quantity(data["amountPerSecond"], `${place}.amountPerSecond`, note, MAX_UINT128, 1n);
  const initial = optional("initialAmount", 0n);
  const most = optional("maxAmount", MAX_UINT256);
  const unit = isNative ? zeroAddress : address(data["tokenAddress"], `${place}.tokenAddress`, note);
  const extras = readExtras(data, place, note);
  const whole = (initial + rate - 1n) / rate;
  const least = BigInt(MIN_PERIOD);
  const longest = BigInt(MAX_PERIOD);
  const period = initial === 0n ? STREAM_PERIOD : Number(whole < least ? least : whole > longest ? longest : whole);
  const flows = rate * BigInt(period);
  const cap = initial === 0n || initial > flows ? flows : initial;
  if (initial === 0n && extras.validAfter === undefined) {
    note(`${place}.startTime`, "a stream that starts with nothing is granted a period later: say when it starts.");
  }
  const limits: [Limit, ...Limit[]] = [
    { unit, cap: cap < MAX_UINT128 ? cap : MAX_UINT128, period, fromStart: true },
    ...(most > MAX_UINT128 ? [] : [{ unit, cap: most, period: 0, fromStart: false }]),
  ];
  if (most === 0n) note(`${place}.maxAmount`, "a stream of nothing grants nothing.");
  const { validAfter } = extras;
  const start = validAfter === undefined || initial !== 0n ? validAfter : validAfter + STREAM_PERIOD;
  return { limits, ...extras, validAfter: start };
}

function permissionsOf(
  { unit: token, cap }: Limit,
  payees: Address[] | undefined,
  place: string,
  note: Note,
): Permission[] {
  if (payees !== undefined && new Set(payees).size < payees.length) note(`${place}.rules`, "a payee stands twice.");
  if (token === zeroAddress) {
    if (payees !== undefined && payees.length > MAX_VALUES) note(`${place}.rules`, tooMany(payees));
    return (payees ?? [ANY_TARGET]).flatMap((payee) => nativeTransfer(payee, cap));
  }
  if (payees === undefined) return method(token, TRANSFER);
  if (payees.length > MAX_VALUES) note(`${place}.rules`, tooMany(payees));
  return method(token, TRANSFER, { rules: [rule("0", "is one of", { addresses: payees })] });
}

const tooMany = ({ length }: readonly Address[]) => `${length} payees; a rule has at most ${MAX_VALUES}.`;

// --- reading what came -----------------------------------------------------------------------------------------------

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unknownIn(fields: Fields, known: readonly string[], place: string, note: Note): void {
  for (const name of Object.keys(fields)) {
    if (!known.includes(name)) note(`${place}.${name}`, `unknown; known here are ${known.join(", ")}.`);
  }
}

function address(value: unknown, place: string, note: Note): Address {
  if (typeof value === "string" && isAddress(value)) return getAddress(value);
  note(place, `expected an address, found ${shown(value)}.`);
  return zeroAddress;
}

function second(value: unknown, place: string, note: Note): number {
  if (isSecond(value)) return value;
  note(place, `expected a whole number of seconds, found ${shown(value)}.`);
  return 1;
}

function isSecond(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** A number in hex, as JSON-RPC writes it, leading zeros or not. */
function quantity(value: unknown, place: string, note: Note, highest: bigint, lowest: bigint): bigint {
  const number = typeof value === "string" && /^0x[0-9a-fA-F]{1,64}$/.test(value) ? BigInt(value as Hex) : undefined;
  if (number !== undefined && number >= lowest && number <= highest) return number;
  note(place, `expected a number in hex from ${lowest} to ${highest}, found ${shown(value)}.`);
  return 1n;
}
