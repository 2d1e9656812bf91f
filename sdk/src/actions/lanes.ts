import type { Address } from "viem";
import type { SmartAccount } from "viem/account-abstraction";
import { DEFAULT_DEADLINE } from "../constants.ts";
import type { SessionClient } from "../chain/client.ts";
import type { SentOperation } from "../operations/sendOperation.ts";

/** A lane that an operation of this process is in: until it is submitted, `account` is undefined. */
interface Busy {
  account?: SmartAccount;
  nonce?: bigint;
  since: number;
}

/** The lanes of each key that operations are in, counted from the key's own. */
const busy = new WeakMap<SessionClient, Map<string, Map<bigint, Busy>>>();

/** A lane of a key that no operation of this client is in. */
export interface Lane {
  /** Counted from the key's own lane. */
  offset: bigint;
  sent(account: SmartAccount, operation: SentOperation): void;
  free(): void;
}

/** Operations of one lane wait for each other: each takes the first lane of its key, from `first` on, that is free. */
export async function takeLane(
  client: SessionClient,
  { principal, key }: { principal: Address; key: { address: Address } },
  first = 0n,
): Promise<Lane> {
  const keys = busy.get(client) ?? new Map<string, Map<bigint, Busy>>();
  busy.set(client, keys);
  const name = `${principal} ${key.address}`.toLowerCase();
  const lanes = keys.get(name) ?? new Map<bigint, Busy>();
  keys.set(name, lanes);
  for (let offset = first; ; ++offset) {
    const taken = lanes.get(offset);
    const mine: Busy = { since: Date.now() };
    if (taken === undefined) lanes.set(offset, mine);
    else if (!(await isOver(taken)) || lanes.get(offset) !== taken) continue;
    lanes.set(offset, mine);
    const free = () => void (lanes.get(offset) === mine && lanes.delete(offset));
    return {
      offset,
      free,
      sent: (account, { nonce }) => Object.assign(mine, { account, nonce, since: Date.now() }),
    };
  }
}

/** Whether the operation has been executed, or can no longer be. */
async function isOver({ account, nonce, since }: Busy): Promise<boolean> {
  if (account === undefined || nonce === undefined) return false;
  if (Date.now() - since > 2_000 * DEFAULT_DEADLINE) return true;
  return (await account.getNonce()) > nonce;
}
