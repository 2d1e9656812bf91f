import type { Result } from "ethers";
import {
  describeLoss,
  describeScope,
  describeSession,
  describeTrust,
  storedPolicy,
  type StoredPolicy,
  type WorstLoss,
} from "../describePolicy.ts";
import {
  ANY_TARGET,
  hashPolicy,
  limit,
  permission,
  policy,
  rule,
  type Policy,
} from "../../../test/support/reference/policy.ts";
import { loadPolicyFile } from "../policyFile.ts";
import type { Demo, PolicyName } from "../demo.ts";
import { GAS, mined } from "../stage.ts";
import { shortHash } from "../words.ts";

const NAMES: PolicyName[] = ["social", "game", "swap-bot", "upvote"];

/** Policies written for people are published, and read back before anyone signs. */
export async function publish(demo: Demo): Promise<void> {
  const { report, stage } = demo;
  report.act("Policies: written for people, published once, read back from the chain");
  for (const name of NAMES) {
    const file = loadPolicyFile(new URL(`../../policies/${name}.json`, import.meta.url), stage.book);
    demo.policies[name] = file;
    const id = hashPolicy(file.policy);
    const attempt = () => mined(stage.store.getFunction("publishPolicy").send(file.policy));
    await demo.acceptOther("anyone", `publish ${name}.json`, attempt, async () => {
      const stored = await read(demo, id);
      return stored.policyId === id ? undefined : `policyOf answers with ${stored.policyId} instead of ${id}`;
    });
    await show(demo, id, file.policy, file.usual);
  }
  await unsafe(demo);
}

/** Scope and worst loss in words, all of it computed from what the chain stores. */
async function show(demo: Demo, id: string, claimed: Policy, usual: number): Promise<void> {
  const { report, stage } = demo;
  const stored = await read(demo, id);
  report.fact("policyId", shortHash(id));
  const byContract = new Map<string, string[]>();
  for (const { contract, method, selector, notes } of describeScope(stored, stage.book, claimed)) {
    const name = method.replace(/\(.*$/, "");
    const text = `${name} ${selector}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`;
    byContract.set(contract, [...(byContract.get(contract) ?? []), text]);
  }
  for (const [i, [contract, methods]] of [...byContract].entries()) {
    report.fact(i === 0 ? "may call" : "", `${contract}: ${methods.join(", ")}`);
  }
  report.fact("session", describeSession(stored, stage.book).join("; "));
  const now = await stage.now();
  const { warnings, cannot } = describeTrust(stored, stage.book);
  const [losses, gas] = await stage.lens.getFunction("worstLossOf").staticCall(id, now, now + usual - 1);
  const loss = describeLoss({ losses, gas } as WorstLoss, stage.book);
  report.fact("worst loss", `${loss}. Cannot ${cannot.join(", ")}, or touch the account or Latchkey.`);
  for (const warning of warnings) report.fact("mind", warning);
}

async function read(demo: Demo, id: string): Promise<StoredPolicy> {
  return storedPolicy((await demo.stage.store.getFunction("policyOf").staticCall(id)) as Result);
}

/** What publishing refuses, whoever asks. */
async function unsafe(demo: Demo): Promise<void> {
  const { stage } = demo;
  const at = (name: string) => stage.at(name);
  const poke = limit(at("POKE"), 10n ** 18n);
  const approve = permission({ target: at("POKE"), method: "approve(address,uint256)" });
  const refused: [what: string, policy: Policy, error: [string, unknown[]]][] = [
    [
      "any method on any contract",
      policy({ permissions: [{ target: ANY_TARGET, method: "*" }] }),
      ["UnsafeWildcard", [0]],
    ],
    [
      "execute on any contract",
      policy({ permissions: [{ target: ANY_TARGET, method: "execute(bytes32,bytes)" }] }),
      ["UnsafeWildcard", [0]],
    ],
    ["approve, the spender left open", policy({ permissions: [approve], limits: [poke] }), ["UnsafeRecipient", [0, 0]]],
    [
      "transfer without a limit",
      policy({ permissions: [{ target: at("POKE"), method: "transfer(address,uint256)" }] }),
      ["UnsafeOutflow", [0, at("POKE")]],
    ],
    [
      "setApprovalForAll on a capped token",
      policy({
        permissions: [
          { target: at("POKE"), method: "setApprovalForAll(address,bool)", rules: [rule.equal(0, at("Bob"))] },
        ],
        limits: [poke],
      }),
      ["UnsafeOnLimitedToken", [0, at("POKE")]],
    ],
    [
      "value without a limit",
      policy({ permissions: [{ target: at("GameWorld"), method: "fundCredit()", maxValue: 1n }] }),
      ["UnsafeValue", [0, 1]],
    ],
    [
      "Latchkey itself as a target",
      policy({ permissions: [{ target: stage.address, method: "revokeAllSessions()" }] }),
      ["UnsafeTarget", [0, stage.address]],
    ],
    ["no permission at all", policy({ permissions: [] }), ["PolicyEmpty", []]],
  ];
  for (const [what, value, error] of refused) {
    await demo.refuseOther("anyone", what, () => publication(demo, value), error);
  }
}

/** A publication that is mined, whatever becomes of it. */
export function publication(demo: Demo, value: Policy): Promise<bigint> {
  return mined(demo.stage.store.getFunction("publishPolicy").send(value, GAS));
}
