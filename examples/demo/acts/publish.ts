import { readFileSync } from "node:fs";
import { readContract } from "viem/actions";
import { policyStoreAbi } from "../../../sdk/src/generated/abi/index.ts";
import {
  describePolicy,
  formatPolicyDescription,
  hashPolicy,
  latchkeyDeployment,
  parsePolicyFile,
  type Policy,
  type PolicyDescription,
  type PolicyFile,
  worstLossOf,
} from "../../../sdk/src/index.ts";
import { abisOf } from "../apps.ts";
import type { Demo, PolicyName } from "../demo.ts";
import { worstLossIn } from "../loss.ts";
import { shortHash } from "../names.ts";
import { publication } from "../publication.ts";
import { publishUnsafe } from "./publishUnsafe.ts";

const NAMES: PolicyName[] = ["social", "game", "swap-bot", "upvote"];
/** A session's window, unix seconds, inclusive. */
type Window = Record<"validAfter" | "validUntil", number>;

/** Policies written for people are published, and read back before anyone signs. */
export async function publish(demo: Demo): Promise<void> {
  const { report, stage } = demo;
  report.act("Policies: written for people, published once, read back from the chain");
  for (const name of NAMES) {
    const file = readPolicy(demo, name);
    demo.policies[name] = file;
    const now = await stage.chain.now();
    const window = { validAfter: now, validUntil: now + file.usual - 1 };
    const attempt = () => publication(stage, file.policy);
    await demo.acceptOther("anyone", `publish ${name}.json`, attempt, () => stored(demo, file.policy, window));
    show(demo, file, window);
  }
  await publishUnsafe(demo);
}

function readPolicy({ stage }: Demo, name: PolicyName): PolicyFile {
  const file = `${name}.json`;
  const json = readFileSync(new URL(`../../policies/${file}`, import.meta.url), "utf8");
  return parsePolicyFile(json, { book: stage.names.book, file });
}

/** What the chain stores and computes of a policy, against what its reader computes before. */
export async function stored({ stage }: Demo, policy: Policy, window: Window): Promise<string | undefined> {
  const { policyStore } = latchkeyDeployment;
  const id = hashPolicy(policy);
  const store = { abi: policyStoreAbi, address: policyStore } as const;
  const { policyId } = await readContract(stage.client, { ...store, functionName: "policyOf", args: [id] });
  if (policyId !== id) return `policyOf answers with ${policyId} instead of ${id}`;
  const found = await worstLossIn(stage, id, window);
  const expected = worstLossOf(policy, window);
  const isSame =
    found.gas === expected.gas && found.losses.every(({ amount }, i) => amount === expected.losses[i]?.amount);
  return isSame ? undefined : "the lens computes another worst loss";
}

/** What the client says of a policy in a window, by the names of the demo. */
export function described({ stage }: Demo, { policy, contents }: PolicyFile, window: Window): PolicyDescription {
  const { names, tokens } = stage.names;
  return describePolicy(policy, { names, tokens, abis: abisOf(stage.apps), contents, window });
}

/** Scope and worst loss in the client's words. */
export function show(demo: Demo, file: PolicyFile, window: Window): void {
  const { report } = demo;
  const told = formatPolicyDescription(described(demo, file, window));
  report.fact("policyId", shortHash(told.policyId));
  for (const [i, sentence] of told.permissions.entries()) report.fact(i === 0 ? "may call" : "", sentence);
  const limits = told.limits.join(", ") || "no token, no native coin";
  report.fact("session", [told.session, limits, told.gas].join("; "));
  report.fact("worst loss", told.worstLoss);
  for (const warning of told.warnings) report.fact("mind", warning);
}
