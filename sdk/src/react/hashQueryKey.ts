import type { QueryKey } from "@tanstack/react-query";
import { hashFn } from "wagmi/query";

/** A hash of keys that may hold bigints. */
export const hashQueryKey: (key: QueryKey) => string = hashFn;
