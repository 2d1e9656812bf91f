import type { Address } from "viem";
import { indexedDbKeyStorage, p256SessionKeyIn, type SessionKey } from "latchkey";

const storage = indexedDbKeyStorage({ name: "latchkey-panel" });

export interface KeyOwner {
  chainId: number;
  principal: Address;
  app: string;
}

const nameOf = ({ chainId, principal, app }: KeyOwner) => `${chainId}:${principal}:${app}:0`.toLowerCase();
const freshNameOf = (owner: KeyOwner) => `${nameOf(owner)}:fresh`;

/** A key that nobody has seen before, made in this browser. It takes the place of the session's own once that is registered. */
export async function makeKey(owner: KeyOwner): Promise<SessionKey> {
  await storage.remove(freshNameOf(owner));
  return p256SessionKeyIn(storage, freshNameOf(owner));
}

/** The fresh key is registered: it is the session's. */
export async function keepKey(owner: KeyOwner): Promise<void> {
  const pair = await storage.get(freshNameOf(owner));
  if (pair === undefined) return;
  await storage.remove(nameOf(owner));
  await storage.add(nameOf(owner), pair);
  await storage.remove(freshNameOf(owner));
}
