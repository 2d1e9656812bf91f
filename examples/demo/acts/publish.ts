import { readFileSync } from "node:fs";
import { padHex, zeroAddress } from "viem";
import {
  describePolicy,
  encodeApp,
  hashPolicy,
  parsePolicyFile,
  RuleKind,
  worstLossOf,
  type Permission,
  type Policy,
  type PolicyFile,
} from "../../../sdk/src/index.ts";
import { ANY_TARGET } from "../../../sdk/src/constants.ts";
import type { Demo, PolicyName } from "../demo.ts";
import { GAS, mined } from "../stage.ts";
import { lossInWords, shortHash, type Loss } from "../words.ts";

const NAMES: PolicyName[] = ["social", "game", "swap-bot", "upvote"];

/** Policies written for people are published, and read back before anyone signs. */
export async function publish(demo: Demo): Promise<void> {
  const { report, stage } = demo;
  report.act("Policies: written for people, published once, read back from the chain");
  for (const name of NAMES) {
    const path = new URL(`../../policies/${name}.json`, import.meta.url);
    const file = parsePolicyFile(readFileSync(path, "utf8"), { book: stage.names.book(), file: `${name}.json` });
    demo.policies[name] = file;
    const id = hashPolicy(file.policy);
    const attempt = () => mined(stage.store.getFunction("publishPolicy").send(file.policy));
    await demo.acceptOther("anyone", `publish ${name}.json`, attempt, async () => {
      const { policyId } = await stage.store.getFunction("policyOf").staticCall(id);
      return policyId === id ? undefined : `policyOf answers with ${policyId} instead of ${id}`;
    });
    await show(demo, file);
  }
  await unsafe(demo);
}

/** Scope and worst loss in the client's words, and the lens's numbers, which must be the client's. */
async function show(demo: Demo, { policy, usual }: PolicyFile): Promise<void> {
  const { report, stage } = demo;
  const now = await stage.now();
  const window = { validAfter: now, validUntil: now + usual - 1 };
  const words = describePolicy(policy, { ...stage.names.words(), window });
  report.fact("policyId", shortHash(words.policyId));
  for (const [i, sentence] of words.permissions.entries()) report.fact(i === 0 ? "may call" : "", sentence);
  report.fact("session", [words.session, ...words.limits, words.gas].join("; "));
  const [losses, gas] = await stage.lens
    .getFunction("worstLossOf")
    .staticCall(words.policyId, window.validAfter, window.validUntil);
  const loss = lossInWords({ losses, gas } as Loss, stage.names);
  if (loss !== lossInWords(worstLossOf(policy, window), stage.names)) {
    throw new Error(`The lens says ${loss}, the client ${words.worstLoss}.`);
  }
  report.fact("worst loss", words.worstLoss);
  for (const warning of words.warnings) report.fact("mind", warning);
}

/** A policy as nobody would write it: the client's own builder refuses to. */
export function policyOf({
  permissions,
  limits = [],
}: {
  permissions: (Pick<Permission, "target" | "method"> & Partial<Permission>)[];
  limits?: Policy["limits"];
}): Policy {
  return {
    app: encodeApp("demo.example"),
    ...{ minDuration: 60, maxDuration: 3_600, maxCalls: 10, gasBudget: 0n, selfPaid: false, paymaster: zeroAddress },
    permissions: permissions.map((each) => ({ ...NOTHING, ...each })),
    limits,
  };
}

const NOTHING = {
  ...{ maxValue: 0n, spendToken: zeroAddress, amountArgument: 0, spendAmount: 0n, rules: [], consumable: false },
};

/** What publishing refuses, whoever asks. */
async function unsafe(demo: Demo): Promise<void> {
  const { stage } = demo;
  const at = (name: string) => stage.at(name);
  const poke = { token: at("POKE"), cap: 10n ** 18n, period: 0 };
  const approve = { target: at("POKE"), method: "approve(address,uint256)" };
  const isBob = { kind: RuleKind.EQUAL, word: 0, values: [padHex(at("Bob"), { size: 32 })] };
  const refused: [what: string, policy: Policy, error: [string, unknown[]]][] = [
    [
      "any method on any contract",
      policyOf({ permissions: [{ target: ANY_TARGET, method: "*" }] }),
      ["UnsafeWildcard", [0]],
    ],
    [
      "execute on any contract",
      policyOf({ permissions: [{ target: ANY_TARGET, method: "execute(bytes32,bytes)" }] }),
      ["UnsafeWildcard", [0]],
    ],
    [
      "approve, the spender left open",
      policyOf({ permissions: [approve], limits: [poke] }),
      ["UnsafeRecipient", [0, 0]],
    ],
    [
      "transfer without a limit",
      policyOf({ permissions: [{ target: at("POKE"), method: "transfer(address,uint256)" }] }),
      ["UnsafeOutflow", [0, at("POKE")]],
    ],
    [
      "setApprovalForAll on a capped token",
      policyOf({
        permissions: [{ target: at("POKE"), method: "setApprovalForAll(address,bool)", rules: [isBob] }],
        limits: [poke],
      }),
      ["UnsafeOnLimitedToken", [0, at("POKE")]],
    ],
    [
      "value without a limit",
      policyOf({ permissions: [{ target: at("GameWorld"), method: "fundCredit()", maxValue: 1n }] }),
      ["UnsafeValue", [0, 1]],
    ],
    [
      "Latchkey itself as a target",
      policyOf({ permissions: [{ target: stage.address, method: "revokeAllSessions()" }] }),
      ["UnsafeTarget", [0, stage.address]],
    ],
    ["no permission at all", policyOf({ permissions: [] }), ["PolicyEmpty", []]],
  ];
  for (const [what, value, error] of refused) {
    await demo.refuseOther("anyone", what, () => publication(demo, value), error);
  }
}

/** A publication that is mined, whatever becomes of it. */
export function publication(demo: Demo, value: Policy): Promise<bigint> {
  return mined(demo.stage.store.getFunction("publishPolicy").send(value, GAS));
}
