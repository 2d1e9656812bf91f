import { ZeroAddress } from "ethers";
import type { Hex } from "viem";
import { ENTRY_POINTS } from "../../deploy/lib/entryPoints.ts";
import { ANY_KEY, hashPolicy, type Policy } from "../support/reference/policy.ts";
import type { Call } from "../support/reference/admission.ts";
import type { SessionKey } from "../support/reference/session.ts";
import {
  ABI,
  accounts,
  entrance,
  extension,
  forwarded,
  forwarder,
  KEYS,
  open,
  RECIPIENTS,
  stage,
  token,
  type Account,
} from "./ground.ts";
import type { Model, ModelGrant, ModelSession } from "./model.ts";

/** Turns the numbers of a step into what to do, mostly something that could be accepted. */

export function chooseAccount(n: number[]): Account {
  return accounts[n[1]! % 3]!;
}

/** Mostly a session that lives. */
export function chooseActor(
  model: Model,
  n: number[],
  sends: boolean,
  withCode: boolean,
): { account: Account; key: SessionKey } {
  const keys = sends ? KEYS.slice(0, 4) : KEYS;
  const pairs = accounts.flatMap((account) => keys.map((key) => ({ account, key })));
  const status = ({ account, key }: (typeof pairs)[number]) => model.status(account.address, key.address);
  const live = pairs.filter((pair) => status(pair) === 2 && (!withCode || pair.account.hasCode));
  const known = pairs.filter((pair) => status(pair) !== 0);
  const chance = n[2]! % 20;
  const pool = chance < 16 && live.length > 0 ? live : chance < 19 && known.length > 0 ? known : pairs;
  const { account, key } = pool[n[3]! % pool.length]!;
  // A plain wallet has no account to operate or to call.
  return { account: withCode && !account.hasCode && n[4]! % 4 > 0 ? accounts[0]! : account, key };
}

export function chooseCall(account: Account, n: number[], at: number): Call {
  // Two of three actions try what is mostly allowed.
  const well = n[6]! % 3 > 0;
  const drawn = n[at]! % (well ? 74 : 120);
  // What is allowed may still revert: a refusing target, a transfer to nobody.
  const kind = well && drawn >= 66 ? (drawn % 2 === 0 ? 79 : 87) : drawn;
  const [amount, pick] = [BigInt(n[at + 1]! % (well ? 41 : 45)), n[at + 2]!];
  const recipient = RECIPIENTS[pick % (well ? 8 : 4) === 3 ? 1 : 0]!;
  const make = (target: string, method: string, args: unknown[], value = 0n, data?: string): Call => ({
    target: target as Hex,
    value,
    data: (data ?? ABI.encodeFunctionData(method, args)) as Hex,
  });
  const split = (parts: [string, bigint][], inner = ABI.encodeFunctionData("transfer", [RECIPIENTS[1], amount])) =>
    make(open, "split", [parts, inner]);
  const part = (): [string, bigint] => [pick % 2 === 0 ? account.address : RECIPIENTS[0]!, amount / 2n];
  const counted = ABI.encodeFunctionData("add", [account.address, amount]);
  if (kind < 24) return make(token, "transfer", [recipient, amount]);
  if (kind < 36) return make(forwarded, "transfer", [RECIPIENTS[0]!, amount]);
  if (kind < 48) return make(stage.counterAddress, "add", [account.address, amount]);
  if (kind < 54) return make(token, "approve", [stage.counterAddress, amount]);
  if (kind < 60) return make(RECIPIENTS[1]!, "", [], amount, "0x");
  if (kind < 66) return split(Array.from({ length: 1 + (pick % 3) }, part));
  if (kind < 72) return make(open, "note", []);
  if (kind < 78) return make(forwarded, "transfer", [recipient, amount]);
  if (kind < 81) return make(open, "refuse", []);
  if (kind < 84) return make(open, "ping", [amount]);
  if (kind < 86) return make(RECIPIENTS[0]!, "ping", [amount]);
  if (kind < 89) return make(token, "transfer", [ZeroAddress, amount]);
  if (kind < 93) return make(token, "transfer", [recipient, amount * 20n]);
  if (kind < 95) return make(token, "approve", [recipient, amount]);
  if (kind < 97) return make(token, "transfer", [recipient, amount], 1n);
  if (kind < 99) return make(token, "", [], 0n, ABI.encodeFunctionData("transfer", [recipient, amount]) + "00");
  if (kind < 100) return make(token, "", [], 0n, "0xa9059c");
  if (kind < 101) return make(token, "", [], 0n, "0xa9059cbb" + "00".repeat(63));
  if (kind < 103) return make(stage.counterAddress, "add", [RECIPIENTS[0]!, amount]);
  if (kind < 104) return make(stage.counterAddress, "add", [account.address, 2n ** 96n + amount]);
  if (kind < 105)
    return make(stage.counterAddress, "", [], 0n, counted.replace("00".repeat(12), `01${"00".repeat(11)}`));
  if (kind < 107) return make(RECIPIENTS[0]!, "", [], amount + 1n, "0x");
  if (kind < 108) return make(token, "ping", [amount]);
  if (kind < 109) return split([part(), [RECIPIENTS[1]!, amount]]);
  if (kind < 110) return split(Array.from({ length: 65 }, part));
  if (kind < 111) return split([part()], "0xa9059cbb");
  if (kind < 112) return split([part()], counted);
  if (kind < 113) return split([]);
  if (kind < 114) return make(open, "", [], 0n, split([part()]).data + "00".repeat(32));
  const forbidden = [
    account.address,
    ZeroAddress,
    stage.address,
    extension,
    entrance,
    forwarder,
    ENTRY_POINTS["0.7"].address,
  ];
  return make(forbidden[pick % forbidden.length]!, "ping", [amount]);
}

/** The counter is approved what it takes then, or less, or more. */
export function chooseCredited(account: Account, n: number[]): Call[] {
  const [approved, taken] = [BigInt(n[9]! % 41), BigInt(n[10]! % 41)];
  return [
    { target: token, data: ABI.encodeFunctionData("approve", [stage.counterAddress, approved]) },
    { target: stage.counterAddress, data: ABI.encodeFunctionData("add", [account.address, taken]) },
  ].map(({ target, data }) => ({ target: target as Hex, value: 0n, data: data as Hex }));
}

export function chooseDeadline(now: number, session: ModelSession | undefined, n: number): number {
  const end = session?.validUntil ?? now + 100;
  const nexts = (session?.policy.limits ?? [])
    .filter(({ period }) => period > 0)
    .map(({ period, fromStart }) => nextPeriod(now, period, fromStart ? session!.validAfter : 0));
  if (n % 20 < 7) return end;
  // The end of the periods that run, so that the operation may run at once.
  if (n % 20 < 13) return Math.min(end, ...nexts.map((next) => next - 1));
  if (n % 20 < 15) return Math.min(end, now + (n % 400));
  if (n % 20 < 18) return Math.min(end, (Math.floor(now / 300) + 1) * 300 + (n % 300));
  return [end + 1, 0, now - 1, now][n % 4]!;
}

/** When the period behind the one that runs begins. */
export const nextPeriod = (now: number, period: number, origin = 0) =>
  origin + (Math.floor((now - origin) / period) + 1) * period;

export function chooseGrant(
  model: Model,
  policies: Policy[],
  { address: principal }: Account,
  key: SessionKey,
  n: number[],
): ModelGrant {
  const own = model.of(principal).sessions.get(key.address);
  const renewed = own !== undefined && n[14]! % 3 === 0 ? own : undefined;
  const policy = renewed?.policy ?? policies[n[7]! % policies.length]!;
  const lane = renewed?.lane ?? (n[8]! % 5 === 0 ? 1 : 0);
  const occupant = model.of(principal).lanes.get(`${policy.app} ${lane}`) ?? ZeroAddress;
  // Some starts are still to come, some have passed.
  const wait = n[9]! % 5 === 0 ? (n[9]! % 10 === 5 ? -(n[9]! % 400) : 1 + (n[9]! % 200)) : undefined;
  const validAfter = wait === undefined ? 0 : model.now + wait;
  const length = n[10]! % 12 === 0 ? policy.maxDuration + (n[10]! % 2) : 60 + (n[10]! % (policy.maxDuration - 60));
  const short = n[11]! % 25 === 0 ? [0, 58, 2 ** 34][n[11]! % 3]! : length;
  const start = validAfter === 0 ? model.now : validAfter;
  return {
    key: key.address,
    policy,
    policyId: hashPolicy(policy),
    validAfter,
    validUntil: short === 0 ? 0 : short === 2 ** 34 ? short : start + short - 1,
    maxCalls: n[12]! % 20 === 0 ? policy.maxCalls + 1 : n[12]! % 33 === 0 ? 0 : policy.maxCalls,
    lane,
    replaces: n[13]! % 4 === 0 ? ZeroAddress : n[13]! % 4 === 1 ? ANY_KEY : occupant,
  };
}
