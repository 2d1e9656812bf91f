import { type Address, encodeFunctionData, encodePacked, type Hex, isAddressEqual, keccak256, zeroAddress } from "viem";
import { getBalance } from "viem/actions";
import { type OwnerParameters, type Pending, principalOf } from "../accounts/owner.ts";
import {
  chainIdOf,
  deploymentOf,
  type DeploymentParameters,
  readDeployed,
  type SessionClient,
} from "../chain/client.ts";
import { inTurn } from "../chain/inTurn.ts";
import type { WaitParameters } from "../chain/sent.ts";
import { timeOf } from "../chain/time.ts";
import { simulate } from "../chain/transact.ts";
import { ANY_KEY, DEFAULT_DURATION } from "../constants.ts";
import { BalanceTooLowError, SessionCreationError, SessionRequestError } from "../errors/clientErrors.ts";
import { isContractError } from "../errors/isContractError.ts";
import { contractError, typedError } from "../errors/onDemand.ts";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import { encodeApp } from "../policies/encodeApp.ts";
import { laneOccupant } from "../sessions/laneOccupant.ts";
import type { Grant, Policy } from "../types.ts";
import { publishPolicyCall } from "./publishPolicy.ts";

/** What is granted beside a policy, by every verb that registers. */
export interface GrantParameters {
  key: Pick<SessionKey, "address" | "publicKey">;
  /**
   * Unix seconds, inclusive, also in the past; 0 for the moment at which it is mined.
   *
   * @default now, so that the window is as long as it is signed, however late it is mined
   */
  validAfter?: number | undefined;
  /**
   * Unix seconds, inclusive.
   *
   * @default six hours from the start, or as near to that as the policy's bounds let it be
   */
  validUntil?: number | undefined;
  /** @default the policy's most */
  maxCalls?: number | undefined;
  /**
   * One live session per app and lane.
   *
   * @default 0n
   */
  lane?: bigint | undefined;
}

/** What a principal has signed. Plain data but for bigints: it can be stored, and given to whoever has the key. */
export interface SignedGrant {
  grant: Grant;
  /** Unix seconds, inclusive. */
  deadline: bigint;
  signature: Hex;
}

/** One minute, so that the longest duration still fits where the chain's clock counts from another second. */
const SLACK = 60;

/** The grant without a policy and whom it replaces; of several policies it keeps the bounds of each. */
export function grantFor(
  parameters: GrantParameters,
  policies: readonly Policy[],
  now: number,
): Omit<Grant, "policyId" | "replaces"> {
  const of = (member: "minDuration" | "maxDuration" | "maxCalls") => policies.map((policy) => policy[member]);
  const { key, maxCalls = Math.min(...of("maxCalls")), lane = 0n } = parameters;
  const [minDuration, maxDuration] = [Math.max(...of("minDuration")), Math.min(...of("maxDuration"))];
  const validAfter = parameters.validAfter ?? (parameters.validUntil === undefined ? now : 0);
  const start = validAfter === 0 ? now : validAfter;
  // Counted from a start that is named, a window is exactly as long as it says.
  const longest = validAfter === 0 ? Math.max(minDuration, maxDuration - SLACK) : maxDuration;
  const shortest = validAfter === 0 ? Math.min(minDuration + SLACK, longest) : minDuration;
  const duration = Math.min(Math.max(DEFAULT_DURATION, shortest), longest);
  const validUntil = parameters.validUntil ?? start + duration - 1;
  if (!Number.isSafeInteger(validUntil) || validUntil < start) {
    throw new SessionCreationError("A session ends after it starts.", {
      metaMessages: [`Start: ${start}`, `End: ${validUntil}`, "Unix seconds, inclusive"],
    });
  }
  if (!Number.isSafeInteger(maxCalls) || !Number.isSafeInteger(validAfter)) {
    throw new SessionCreationError("Calls and seconds are whole numbers.", {
      metaMessages: [`Calls: ${maxCalls}`, `Start: ${validAfter}`],
    });
  }
  return { key: key.address, publicKey: key.publicKey, validAfter, validUntil, maxCalls, lane };
}

/** Asks the chain whether it would take the grant, and the policy: a wallet is not asked for what is refused anyway. */
export async function requireTaken(
  client: SessionClient,
  parameters: DeploymentParameters & OwnerParameters & { policy: Policy; fund?: bigint | undefined },
  grant: Grant,
  isPublished: boolean,
): Promise<void> {
  const principal = principalOf(client, parameters);
  const { policy, fund = 0n } = parameters;
  const balance = fund === 0n ? 0n : await getBalance(client, { address: principal });
  if (fund > balance) throw new BalanceTooLowError(principal, balance);
  if (isPublished) {
    const data = encodeFunctionData({
      abi: [sessionRegistry.registerSession],
      functionName: "registerSession",
      args: [grant],
    });
    return requireAccepted(client, { account: principal, to: deploymentOf(parameters).latchkey, data });
  }
  const { to, data } = publishPolicyCall({ ...parameters, policy });
  await requireAccepted(client, { to, data: data! });
  const { minDuration, maxDuration, maxCalls } = policy;
  const { validUntil, validAfter } = grant;
  const start = validAfter === 0 ? await timeOf(client) : validAfter;
  const duration = validUntil - start + 1;
  if (duration < minDuration || duration > maxDuration) {
    const [least, most] = [BigInt(minDuration), BigInt(maxDuration)];
    throw await contractError("DurationOutOfBounds", {
      args: { duration: BigInt(duration), minDuration: least, maxDuration: most },
    });
  }
  if (grant.maxCalls < 1 || grant.maxCalls > maxCalls) {
    throw await contractError("MaxCallsOutOfBounds", { args: { maxCalls: grant.maxCalls, most: maxCalls } });
  }
  const { lane, replaces, key } = grant;
  const occupant = await laneOccupant(client, { ...parameters, principal, app: policy.app, lane, key });
  const isEnded = [zeroAddress, replaces].some((each) => isAddressEqual(each, occupant));
  if (isEnded || isAddressEqual(replaces, ANY_KEY)) return;
  throw await contractError("LaneOccupied", { args: { app: encodeApp(policy.app), lane, occupant, replaces } });
}

/** Simulates a call, whose refusal is thrown as its typed error. */
export async function requireAccepted(client: SessionClient, request: Parameters<typeof simulate>[1]): Promise<void> {
  try {
    await simulate(client, request);
  } catch (thrown) {
    throw await typedError(thrown);
  }
}

/** How the last registration that a principal signed for is seen to its end: the next one signs the nonce behind it. */
const unfinished = new Map<Hex, () => Promise<unknown>>();

/** The turn of a principal's next grant on a chain. */
export interface GrantTurn {
  chainId: number;
  nonce: bigint;
  /** Hands in what was signed for the nonce. That somebody else's came first is an error of its own. */
  handIn(submit: () => Promise<Pending>): Promise<Pending>;
}

/** Signs and hands in the grants of a principal on a chain one after the other: each has the nonce behind the last one. */
export async function inGrantTurn<result>(
  client: SessionClient,
  { latchkey: to, principal }: { latchkey: Address; principal: Address },
  task: (turn: GrantTurn) => Promise<result>,
): Promise<result> {
  const chainId = await chainIdOf(client);
  const name = keccak256(encodePacked(["uint256", "address", "address"], [BigInt(chainId), to, principal]));
  return inTurn(name, async () => {
    await unfinished
      .get(name)?.()
      .catch(() => undefined);
    unfinished.delete(name);
    const nonceOf = () =>
      readDeployed(client, { abi: [sessionRegistry.nonces], address: to, functionName: "nonces", args: [principal] });
    const nonce = await nonceOf();
    const handIn = async (submit: () => Promise<Pending>): Promise<Pending> => {
      let pending: Pending;
      try {
        pending = await submit();
      } catch (thrown) {
        if (!isContractError(thrown, "InvalidPrincipalSignature") || (await nonceOf()) === nonce) throw thrown;
        throw new SessionRequestError("Another grant of the principal came first: register again.", { cause: thrown });
      }
      const end = () => pending.mined({ timeout: 60_000 });
      unfinished.set(name, end);
      const mined = async (wait: WaitParameters) => {
        try {
          return await pending.mined(wait);
        } finally {
          if (unfinished.get(name) === end) unfinished.delete(name);
        }
      };
      return { ...pending, mined };
    };
    return task({ chainId, nonce, handIn });
  });
}
