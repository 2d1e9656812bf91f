import type { Address, PrivateKeyAccount } from "viem";
import { OPERATION } from "../../../examples/demo/operation.ts";
import { secretOf } from "../../../examples/demo/people.ts";
import {
  generateSecp256k1SessionKey,
  toSecp256k1SessionKey,
  type SessionCall,
  type SessionKey,
} from "../../../sdk/src/index.ts";
import type { Ground, POLICIES } from "./ground.ts";

/** A session of an app that keeps its own key, made as apps make them. */
export interface AppSession {
  principal: Address;
  key: SessionKey;
}

export interface SessionWish {
  /** A smart account of the owner's. */
  principal?: Address;
  duration?: number;
  maxCalls?: number;
  lane?: bigint;
  /** Seconds from now. */
  startsIn?: number;
  /** What its key is made of, so that two runs show the same one. */
  seed?: string;
}

export async function register(
  ground: Ground,
  owner: PrivateKeyAccount,
  name: (typeof POLICIES)[number],
  { duration, startsIn = 0, seed, ...rest }: SessionWish = {},
): Promise<AppSession> {
  const { client, chain } = ground.stage;
  const { policy, usual } = ground.files[name];
  const key = seed === undefined ? generateSecp256k1SessionKey() : toSecp256k1SessionKey(secretOf(seed));
  const validAfter = (await chain.now()) + startsIn;
  const window = { validAfter, validUntil: validAfter + (duration ?? usual) - 1 };
  const given = { account: owner, relayer: chain.relayer, key, policy, ...window, ...rest };
  await client.registerSessionSync(given);
  return { principal: rest.principal ?? owner.address, key };
}

/** Its key acts for a plain wallet, one call after the other. */
export async function act(ground: Ground, { principal, key }: AppSession, ...calls: SessionCall[]): Promise<void> {
  const { client, chain } = ground.stage;
  for (const call of calls)
    await client.sendSessionCallsSync({ principal, key, calls: [call], relayer: chain.relayer });
}

/** Its key acts for a smart account, in one operation, which Latchkey's log has nothing of. */
export async function operate(ground: Ground, { principal, key }: AppSession, ...calls: SessionCall[]): Promise<void> {
  const { client, chain } = ground.stage;
  const asked = { route: "userOperation", bundler: chain.bundler, operation: OPERATION } as const;
  await client.sendSessionCallsSync({ ...asked, principal, key, calls });
}

/** Calls of the social app that count POKE. */
export function poke(ground: Ground, amount: bigint): SessionCall {
  const { SocialCore } = ground.stage.apps;
  return SocialCore.call("poke", ["0x00000000000000000000000000000000000b0b0b", amount]);
}
