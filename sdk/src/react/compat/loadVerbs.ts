import { partOf } from "../../operations/onDemand.ts";

/** The verbs of other products, loaded on demand. */
export function verbs(): Promise<typeof import("./verbs.ts")> {
  return partOf("speaks for other products", () => import("./verbs.ts"));
}
