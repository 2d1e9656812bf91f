import { type Address, getAddress, type Hex, isAddress, isAddressEqual, zeroAddress } from "viem";
import { MAX_LIMITS, MAX_VALUES, MIN_PERIOD } from "../constants.ts";
import { type Inexpressible, PermissionRequestError, UnsafePolicyError } from "../errors/policyErrors.ts";
import type { Limit, Permission, Policy } from "../types.ts";
import { definePolicy, type DefinePolicyParameters } from "./definePolicy.ts";
import { MAX_UINT128, TRANSFER } from "./erc7715.ts";
import { method, nativeTransfer } from "./permissions.ts";
import { rule, shown } from "./values.ts";

/** The params of `wallet_requestExecutionPermissions`, and what a policy says beside them. */
export interface FromPermissionRequestsParameters extends Omit<DefinePolicyParameters, "permissions" | "limits"> {
  /** As they came: nothing is taken for granted. */
  requests: unknown;
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
  const { requests, ...terms } = parameters;
  const found: Inexpressible[] = [];
  const note = (place: string, what: string) => void found.push({ place, what });
  const refuseIfAny = () => {
    const [first, ...more] = found;
    if (first !== undefined) throw new PermissionRequestError([first, ...more]);
  };
  if (!Array.isArray(requests) || requests.length === 0) note("requests", "expected a list of at least one request.");
  refuseIfAny();
  const read = (requests as unknown[]).map((request, i) => readRequest(request, `requests[${i}]`, note));
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
  if (all.length > MAX_LIMITS) note("requests", `${all.length} limits; a policy has at most ${MAX_LIMITS}.`);
  all.forEach(({ limit: { unit } }, i) => {
    if (all.findIndex(({ limit }) => isAddressEqual(limit.unit, unit)) !== i) {
      // Two requests add up, and two limits both hold.
      note(`requests[${i}]`, `${unit} is asked for twice; a policy cannot add two limits of one token up.`);
    }
  });
  refuseIfAny();

  const { chainId, key, principal, validAfter, validUntil, isAdjustmentAllowed, justification } = first!;
  const policy = defined({
    ...terms,
    permissions: all.map(({ permissions }) => permissions),
    limits: all.map(({ limit }) => limit),
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
  limit: Limit;
  permissions: Permission[];
}

type Note = (place: string, what: string) => void;
type Fields = Record<string, unknown>;

const MAX_PERIOD = 2 ** 32 - 1;
const REQUEST = ["chainId", "from", "to", "permission", "rules"];
/** Members of the requests of `wallet_grantPermissions`, which the ERC had until January 2026. */
const BEFORE = ["address", "expiry", "signer", "permissions", "policies"];

const TYPES: Record<string, { isNative: boolean; isPeriodic: boolean }> = {
  "native-token-allowance": { isNative: true, isPeriodic: false },
  "native-token-periodic": { isNative: true, isPeriodic: true },
  "erc20-token-allowance": { isNative: false, isPeriodic: false },
  "erc20-token-periodic": { isNative: false, isPeriodic: true },
};

function readRequest(request: unknown, place: string, outer: Note): Read | undefined {
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
  const { validUntil, payees } = readRules(request["rules"], `${place}.rules`, note);

  const { permission } = request;
  if (!isFields(permission)) return void note(`${place}.permission`, "expected an object.");
  const at = `${place}.permission`;
  unknownIn(permission, ["type", "isAdjustmentAllowed", "data"], at, note);
  const { type, isAdjustmentAllowed, data } = permission;
  if (typeof isAdjustmentAllowed !== "boolean") note(`${at}.isAdjustmentAllowed`, "expected true or false.");
  const known = typeof type === "string" && Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (known === undefined) {
    return void note(`${at}.type`, `${JSON.stringify(type)}: a policy can say ${Object.keys(TYPES).join(", ")}.`);
  }
  if (!isFields(data)) return void note(`${at}.data`, "expected an object.");
  const { limit, validAfter, justification } = readData(data, known, `${at}.data`, note);
  const permissions = permissionsOf(limit, payees, place, note);
  if (validAfter !== undefined && validAfter > validUntil)
    note(`${at}.data.startTime`, `${validAfter} is behind the end, ${validUntil}.`);
  if (!isGood) return undefined;
  return {
    ...{ chainId: Number(chainId), key, principal, validAfter, validUntil, justification, limit, permissions },
    isAdjustmentAllowed: isAdjustmentAllowed as boolean,
  };
}

function readRules(rules: unknown, place: string, note: Note): { validUntil: number; payees: Address[] | undefined } {
  let expiry: number | undefined;
  let payees: Address[] | undefined;
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
      unknownIn(data, ["addresses"], `${at}.data`, note);
      const { addresses } = data;
      if (!Array.isArray(addresses) || addresses.length === 0) {
        note(`${at}.data.addresses`, "expected at least one address.");
      } else payees = addresses.map((each, j) => address(each, `${at}.data.addresses[${j}]`, note));
    } else if (type === "expiry" || type === "payee") note(at, `a second rule of type "${type}".`);
    else note(`${at}.type`, `${JSON.stringify(type)}: a policy can say expiry and payee.`);
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
  const { startTime, justification } = data;
  const isSaid = startTime !== undefined && startTime !== null;
  const validAfter = isSaid ? second(startTime, `${place}.startTime`, note) : undefined;
  if (justification !== undefined && justification !== null && typeof justification !== "string") {
    note(`${place}.justification`, "expected a text.");
  }
  return {
    // A period of ERC-7715 starts with the permission.
    limit: { unit: token, cap, period, fromStart: period !== 0 },
    validAfter,
    justification: (justification ?? undefined) as string | undefined,
  };
}

function permissionsOf(
  { unit: token, cap }: Limit,
  payees: Address[] | undefined,
  place: string,
  note: Note,
): Permission[] {
  if (payees !== undefined && new Set(payees).size < payees.length) note(`${place}.rules`, "a payee stands twice.");
  if (token === zeroAddress) {
    if (payees === undefined) {
      note(place, "no payee: a session sends the native coin to those alone whom its policy names.");
      return [];
    }
    return payees.flatMap((payee) => nativeTransfer(payee, cap));
  }
  if (payees === undefined) return method(token, TRANSFER);
  if (payees.length > MAX_VALUES) note(`${place}.rules`, `${payees.length} payees; a rule has at most ${MAX_VALUES}.`);
  return method(token, TRANSFER, { rules: [rule("0", "is one of", { addresses: payees })] });
}

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
