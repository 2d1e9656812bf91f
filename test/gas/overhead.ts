import { secp256k1Key } from "../support/reference/session.ts";
import { keyFor, operationsOn, type Stage } from "./stage.ts";

/** What a session's use costs over the owner's own call, in gas: by permissions of its policy, and by calls of a batch. */
export interface Overhead {
  policies: Point[];
  batches: Point[];
}

export interface Point {
  /** Permissions or calls. */
  size: number;
  gas: number;
}

const POLICIES = [1, 4, 16, 64, 128, 248];
const BATCHES = [1, 2, 5, 10, 20];
/** Room for the largest batch, in as many bytes that are not zero as the report's own operations have. */
const GAS_FIELDS = { verificationGasLimit: 400_000, callGasLimit: 400_000, preVerificationGas: 50_000 };
/** Behind the lanes of the report's rows. */
const FIRST_LANE = 20;

/** Measures on a stage whose rows are measured: all steady, nothing new but these sessions. */
export async function measureOverhead(stage: Stage): Promise<Overhead> {
  const { byOwner, bySession, register } = operationsOn(stage, GAS_FIELDS);
  const { transfer, policies, publishLarger } = stage;
  const batchOf = (calls: number) => Array.from({ length: calls }, () => transfer);
  /** A key that has acted once, and its lane. */
  const sessionOf = async (permissions: number, lane: number) => {
    const value = permissions === 1 ? policies.small : await publishLarger(permissions);
    const key = await register(secp256k1Key(keyFor(`${permissions} permissions`)), value, BigInt(lane));
    await bySession(key, [transfer], lane);
    return key;
  };
  const over = async (key: Awaited<ReturnType<typeof sessionOf>>, lane: number, calls: number) => {
    const { gasUsed } = await bySession(key, batchOf(calls), lane);
    return Number(gasUsed - (await byOwner(...batchOf(calls))).gasUsed);
  };

  const bySize: Point[] = [];
  const batches: Point[] = [];
  for (const [i, size] of POLICIES.entries()) {
    const lane = FIRST_LANE + i;
    const key = await sessionOf(size, lane);
    bySize.push({ size, gas: await over(key, lane, 1) });
    if (i > 0) continue;
    for (const calls of BATCHES) batches.push({ size: calls, gas: await over(key, lane, calls) });
  }
  return { policies: bySize, batches };
}
