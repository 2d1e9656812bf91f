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
  type PolicyFile,
  worstLossOf,
} from "../../../sdk/src/index.ts";
import type { Demo, PolicyName } from "../demo.ts";
import { worstLossIn } from "../loss.ts";
import { shortHash } from "../names.ts";
import { publication } from "../publication.ts";
import { publishUnsafe } from "./publishUnsafe.ts";

const NAMES: PolicyName[] = ["social", "game", "swap-bot", "upvote"];
/** Methods that leave a right behind. */
const APPROVALS = ["approve(address,uint256)", "increaseAllowance(address,uint256)", "setApprovalForAll(address,bool)"];

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
    show(demo, file.policy, window);
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

/** Scope and worst loss in the client's words. */
export function show({ report, stage }: Demo, policy: Policy, window: Window): void {
  const { names, tokens } = stage.names;
  const told = formatPolicyDescription(describePolicy(policy, { names, tokens, window }));
  report.fact("policyId", shortHash(told.policyId));
  for (const [i, sentence] of told.permissions.entries()) report.fact(i === 0 ? "may call" : "", sentence);
  const limits = told.limits.join(", ") || "no token, no native coin";
  report.fact("session", [told.session, limits, told.gas].join("; "));
  const cannot = [
    ...(policy.permissions.some(({ method }) => APPROVALS.includes(method)) ? [] : ["approve"]),
    ...(policy.permissions.some(({ maxValue }) => maxValue !== 0n) ? [] : ["send ETH"]),
  ];
  report.fact("worst loss", `${told.worstLoss}. Cannot ${cannot.join(", ")}, or touch the account or Latchkey.`);
  for (const warning of told.warnings) report.fact("mind", warning);
}
