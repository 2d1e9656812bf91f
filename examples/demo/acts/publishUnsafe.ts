import type { Hex } from "viem";
import {
  ANY_TARGET,
  anyMethodOf,
  latchkeyDeployment,
  type Limit,
  method,
  type Permission,
  type Rule,
} from "../../../sdk/src/index.ts";
import type { Demo } from "../demo.ts";
import type { Expected } from "../expectation.ts";
import { publication, unchecked } from "../publication.ts";

/** What publishing refuses, whoever asks. */
export async function publishUnsafe(demo: Demo): Promise<void> {
  const { stage } = demo;
  const { latchkey } = latchkeyDeployment;
  const [poke, game, bob] = ["POKE", "GameWorld", "Bob"].map((name) => stage.names.at(name)) as [Hex, Hex, Hex];
  const limited: Limit[] = [{ unit: poke, cap: 10n ** 18n, period: 0, fromStart: false }];
  const toBob: Rule = { argument: "0", test: "is", per: "", addresses: [bob], numbers: [], words: [] };
  const refused: [what: string, permissions: Permission[], limits: Limit[], error: Expected][] = [
    ["any method on any contract", anyMethodOf(ANY_TARGET), [], ["UnsafeWildcard", [0]]],
    ["execute on any contract", method(ANY_TARGET, "execute(bytes32,bytes)"), [], ["UnsafeWildcard", [0]]],
    ["approve, the spender left open", method(poke, "approve(address,uint256)"), limited, ["UnsafeRecipient", [0, 0]]],
    ["transfer without a limit", method(poke, "transfer(address,uint256)"), [], ["UnsafeOutflow", [0, poke]]],
    [
      "setApprovalForAll on a capped token",
      method(poke, "setApprovalForAll(address,bool)", { rules: [toBob] }),
      limited,
      ["UnsafeOnLimitedToken", [0, poke]],
    ],
    ["value without a limit", method(game, "fundCredit()", { maxValue: 1n }), [], ["UnsafeValue", [0, 1]]],
    ["Latchkey itself as a target", method(latchkey, "revokeAllSessions()"), [], ["UnsafeTarget", [0, latchkey]]],
    ["no permission at all", [], [], ["PolicyEmpty", []]],
  ];
  for (const [what, permissions, limits, error] of refused) {
    await demo.refuseOther("anyone", what, () => publication(stage, unchecked(permissions, limits)), error);
  }
}
