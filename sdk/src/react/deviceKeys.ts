import type { QueryKey } from "@tanstack/react-query";
import type { Address } from "viem";
import { indexedDbKeyStorage } from "../keys/indexedDb.ts";
import { p256SessionKeyIn, type P256KeyStorage, toP256SessionKey } from "../keys/p256.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import { LATCHKEY_SCOPE } from "./queries.ts";

/** Which key of a device: one for each chain, principal, app and lane. */
export interface DeviceKeyPlace {
  chainId: number;
  principal: Address;
  app: string;
  lane: bigint;
}

/** The storage of hooks that are given none. Nothing is opened before a key is asked for. */
let shared: P256KeyStorage | undefined;
export function deviceStorage(): P256KeyStorage {
  return (shared ??= indexedDbKeyStorage());
}

/** A key that was registered once is never registered again: the keys of a place are numbered, and the last one counts. */
function nameOf({ chainId, principal, app, lane }: DeviceKeyPlace, number: number | ""): string {
  return `${chainId}:${principal.toLowerCase()}:${lane}:${app}:${number}`;
}

interface DeviceKey {
  key: SessionKey;
  number: number;
}

/** The key that a device keeps for a place. */
export async function deviceKeyIn(storage: P256KeyStorage, place: DeviceKeyPlace): Promise<DeviceKey | undefined> {
  const number = Math.max(0, ...(await numbersIn(storage, place)));
  const pair = number === 0 ? undefined : await storage.get(nameOf(place, number));
  return pair && { key: await toP256SessionKey(pair), number };
}

/** A fresh key in the place of one that is over. Two tabs that ask at once end with the same one. */
export async function freshKeyIn(storage: P256KeyStorage, place: DeviceKeyPlace, after: number): Promise<SessionKey> {
  const key = await p256SessionKeyIn(storage, nameOf(place, after + 1));
  const old = (await numbersIn(storage, place)).filter((number) => number <= after);
  await Promise.all(old.map((number) => storage.remove(nameOf(place, number))));
  return key;
}

async function numbersIn(storage: P256KeyStorage, place: DeviceKeyPlace): Promise<number[]> {
  const prefix = nameOf(place, "");
  const names = (await storage.list()).filter((name) => name.startsWith(prefix));
  return names
    .map((name) => name.slice(prefix.length))
    .filter((end) => /^[1-9]\d{0,8}$/.test(end))
    .map(Number);
}

const numbers = new WeakMap<P256KeyStorage, number>();
let storages = 0;

/** The key of the query for what a device keeps: public halves alone stand in the cache. */
export function deviceKeyQueryKey(
  storage: P256KeyStorage,
  place: { [name in keyof DeviceKeyPlace]: DeviceKeyPlace[name] | undefined },
): QueryKey {
  const number = numbers.get(storage) ?? (storages += 1);
  numbers.set(storage, number);
  const { chainId, principal, app, lane } = place;
  return [LATCHKEY_SCOPE, "key", { storage: number, chainId, principal, app, lane }];
}
