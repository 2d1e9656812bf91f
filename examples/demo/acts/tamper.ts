import { concatHex, type Hex, numberToHex, slice } from "viem";
import type { Demo } from "../demo.ts";
import type { Expected } from "../expectation.ts";
import { person } from "../people.ts";
import { refuseOn } from "./onRoutes.ts";
import type { Cast } from "./register.ts";

/** Each of the four elements of a session signature, on each route that has one; and one element too many. */
export async function tamper(demo: Demo, { account, wallet }: Cast): Promise<void> {
  const on = { userOperation: account, relayed: account, forwarded: wallet };
  const calls = [demo.call("SocialFeed", "post", ["gm"])];
  const { address: stranger } = person("stranger");
  const elements: [what: string, element: number, change: (value: bigint) => bigint][] = [
    ["tampered element 0, the key", 0, () => BigInt(stranger)],
    ["tampered element 1, r", 1, (value) => value ^ 1n],
    ["tampered element 2, s", 2, (value) => value ^ 1n],
    ["tampered element 3, the deadline", 3, (value) => value - 1n],
  ];
  for (const [what, element, change] of elements) {
    await refuseOn(demo, what, on, (route, { principal, key }) => {
      const byRoute: Expected =
        route === "userOperation"
          ? ["FailedOp", [0, "AA24 signature error"]]
          : ["InvalidSessionSignature", [key.address]];
      const error: Expected = element === 0 ? ["SessionNotRegistered", [principal, stranger]] : byRoute;
      const tampered = (signature: Hex) => withElement(signature, element, change);
      return { calls, error, options: { tamper: tampered, bySignature: true } };
    });
  }
  await refuseOn(demo, "a fifth element", on, () => ({
    calls,
    error: ["SignatureLengthInvalid", [160, 128]],
    options: { tamper: (signature) => concatHex([signature, numberToHex(0, { size: 32 })]), bySignature: true },
  }));
}

/** A session signature with one of its four 32-byte elements changed. */
function withElement(signature: Hex, element: number, change: (value: bigint) => bigint): Hex {
  const elements = [0, 1, 2, 3].map((i) => slice(signature, 32 * i, 32 * (i + 1)));
  elements[element] = numberToHex(change(BigInt(elements[element]!)), { size: 32 });
  return concatHex(elements);
}
