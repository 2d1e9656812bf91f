import type { Address, Hash } from "viem";
import type { Route } from "latchkey";

/** The way in of a use, as an index has it: it tells of a redemption too. */
export type WayIn = Route | "redeemed";

/** Something that happened to a session, or to all of a principal. */
export interface Happening {
  kind: "registered" | "used" | "revoked" | "swept" | "all-revoked";
  /** Undefined for all. */
  key: Address | undefined;
  hash: Hash;
  block: bigint;
  /** Unix seconds; undefined where the node does not say it beside the log. */
  time: number | undefined;
  /** Of a use, as an index has it. */
  route?: WayIn | undefined;
  /** Whether the log has nothing of it: an operation of a smart account, by the index's word. */
  isOfIndex?: boolean;
}

/** A use with its way in, as the index has it. */
export interface IndexedUse {
  at: number;
  block: bigint;
  hash: Hash;
  route: WayIn | undefined;
}

/** The log, with what an index knows of it: the route of a use, and operations of a smart account, which log none. */
export function withIndexed(logged: readonly Happening[], indexed: readonly IndexedUse[] = []): Happening[] {
  const known = new Set(logged.filter(({ kind }) => kind === "used").map(({ hash }) => hash));
  const isMore = ({ hash, route }: IndexedUse) => route === "userOperation" || !known.has(hash);
  const routes = new Map<Hash, WayIn | undefined>();
  for (const { hash, route } of indexed.filter((each) => !isMore(each))) {
    // Which of several uses in a transaction came in how is not told.
    routes.set(hash, !routes.has(hash) || routes.get(hash) === route ? route : undefined);
  }
  return [
    ...logged.map((each) => (each.kind === "used" ? { ...each, route: routes.get(each.hash) } : each)),
    ...indexed
      .filter(isMore)
      .map(({ at, ...use }): Happening => ({ ...use, kind: "used", key: undefined, time: at, isOfIndex: true })),
  ].sort((a, b) => Number(a.block - b.block));
}
