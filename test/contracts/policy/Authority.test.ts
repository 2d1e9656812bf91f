import { expect } from "chai";
import type { Contract } from "ethers";
import { concat, size, toFunctionSelector, type Address, type Hex } from "viem";
import { countFrom } from "../../../hardhat/fuzzSeed.ts";
import { drawArguments, probesOf, type Probe } from "../../support/authority/calls.ts";
import { drawMethod, drawPermission, type Drawn, type Method } from "../../support/authority/draw.ts";
import { judge, type Alternative } from "../../support/authority/model.ts";
import { encode } from "../../support/authority/values.ts";
import { complaintAbout, verdictOf } from "../../support/authority/verdict.ts";
import { openChain } from "../../support/chain/chain.ts";
import { deployPolicyEncoder, outcomeOf, settle } from "../../support/chain/policyEncoder.ts";
import { PolicyScopes } from "../../support/chain/policyScope.ts";
import { Draws } from "../../support/draws.ts";
import { saySeedOnFailure, seedOf } from "../../support/fuzz.ts";
import { decodeError, decodeThrown, innermost } from "../../support/reference/errors.ts";
import { ANY_TARGET, hashPolicy, type Policy } from "../../support/reference/policy.ts";
import { PRINCIPAL } from "../../support/reference/policyFiles.ts";
import { facts, of, TARGET } from "../../support/reference/refusals.ts";

/** Override with LATCHKEY_METHODS. */
const METHODS = countFrom("LATCHKEY_METHODS", 160);
const ELSEWHERE: Address = "0x5707000000000000000000000000000000000001";
/** Bytes of the calls that are held at once. */
const AT_ONCE = 40_000;

/** Of a hundred methods so many at least: half of what is usual, or less of what is rare. */
const LEAST: Record<string, number> = {
  published: 60,
  ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6].map((depth) => [`depth ${depth}`, 5])),
  alternatives: 12,
  "on any target": 2,
  "is trusted": 35,
  "is open": 12,
  "is asked": 2,
  "has tuple": 25,
  "has array of any length": 20,
  "has elements one by one": 12,
  "has fixed array": 10,
  "has fixed array, one by one": 10,
  "has [*]": 25,
  "has [i] beside [*]": 1,
  "has content": 10,
  "has content of an array": 1,
  "has length": 25,
  "has inner call": 3,
  "has inner encoding": 3,
  "has inner of an inner": 2,
  "has open array": 4,
  "has open tuple": 2,
  "has open word": 1,
  "has rate": 3,
  "has spend": 8,
  "has taken away": 10,
  UnboundArgument: 5,
  "nothing: passes": 80,
  "a word of its type: passes": 150,
  "a word of its type: refused": 100,
  "a bit of a word: refused": 150,
  "a pointer: refused": 300,
  "a gap behind the head: refused": 40,
  "a length alone: refused": 250,
  "padding: refused": 10,
  "an inner selector: refused": 1,
  "more elements: passes": 8,
  "more elements: refused": 5,
  "fewer elements: refused": 5,
  "other bytes: passes": 30,
  "other bytes: refused": 30,
  "something behind: passes": 15,
  "something behind: refused": 60,
  "cut off: refused": 150,
  "another method: refused": 60,
  ArgumentNotAllowed: 200,
  ArgumentNotBounded: 10,
  InnerMethodNotAllowed: 5,
  TooManyElements: 20,
};

/**
 * Where an `address`, a `bytes` or a wide number stands, is bound, or listed as open, or the policy is not published; and no
 * call passes whose bound part differs. Both by test/support/authority/model.ts, which looks at values.
 */
describe("Methods and permissions drawn at random", () => {
  saySeedOnFailure();
  let encoder: Contract;
  let machinery: Address[];
  let scopes: PolicyScopes;
  const tally = new Map<string, number>();
  const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);

  before(async () => {
    const chain = await openChain();
    ({ encoder, machinery } = await deployPolicyEncoder(chain));
    await settle(chain, facts);
    scopes = await PolicyScopes.deploy(chain, PRINCIPAL);
  });

  it(`are published and enforced as a model of values has it: ${METHODS} methods (ATK-105, ATK-106, ATK-113)`, async function () {
    this.timeout(1_200_000);
    const draws = new Draws(seedOf("authority"));
    for (let i = 0; i < METHODS; ++i) {
      const depth = i % 7;
      const method = drawMethod(draws, depth);
      const drawn = drawAlternatives(draws, method);
      const policy = of(...drawn.map(({ permission }) => permission));
      const code = await publish(policy, drawn);
      if (code === undefined) continue;
      count(`depth ${depth}`);
      if (drawn.length > 1) count("alternatives");
      for (const trait of new Set(drawn.flatMap(({ traits }) => [...traits]))) count(`has ${trait}`);
      const alternatives = drawn.map((each) => ({ ...each, trust: (judge(each) as Alternative).trust }));
      for (const trust of new Set(alternatives.map((each) => each.trust))) count(`is ${trust}`);
      await enforce(draws, policy, alternatives, await scopes.put(code));
    }
  });

  it("are of all kinds, and what becomes of them is (ATK-98)", () => {
    const lines = [...tally].sort().map(([what, n]) => `${what}: ${n}`);
    console.log(`      ${lines.join("; ")}`);
    for (const [what, least] of Object.entries(LEAST))
      expect(tally.get(what) ?? 0, what).to.be.at.least(Math.floor((least * METHODS) / 100));
  });

  function drawAlternatives(draws: Draws, method: Method): Drawn[] {
    const isAnywhere = draws.once(12);
    const intent = { isAnywhere, isConsumable: !isAnywhere && draws.once(4) };
    if (isAnywhere) count("on any target");
    const wanted = draws.once(3) ? 2 + draws.below(3) : 1;
    const drawn: Drawn[] = [];
    for (let tries = 0; drawn.length < wanted && tries < 20; ++tries) {
      const next = drawPermission(draws, method, intent);
      if (drawn.every(({ permission }) => say(permission) !== say(next.permission))) drawn.push(next);
    }
    return drawn;
  }

  /** The stored form, if the model of values, the encoder and the model of types all say that there is one. */
  async function publish(policy: Policy, drawn: Drawn[]): Promise<Hex | undefined> {
    const answer = encoder.getFunction("encodePolicy").staticCall(policy, hashPolicy(policy)) as Promise<Hex>;
    const outcome = await answer.catch((thrown: unknown) => innermost(decodeThrown(thrown)));
    const found = typeof outcome === "string" ? outcome : outcome.name;
    if (found !== outcomeOf(policy, { ...facts, machinery }))
      throw new Error(`${found} by the encoder: ${say(policy)}`);

    const judged = drawn.map(judge);
    const first = judged.findIndex((each) => "errors" in each);
    const complaint = judged[first];
    if (typeof outcome === "string") {
      count("published");
      if (complaint === undefined) return outcome;
      throw new Error(`published, in spite of ${say(complaint)}: ${say(policy)}`);
    }
    count(outcome.name);
    if (complaint === undefined || !("errors" in complaint))
      throw new Error(`${outcome.name}(${outcome.args.join()}): ${say(policy)}`);
    const [index, leaf] = outcome.args;
    expect(outcome.name, say(policy)).to.be.oneOf(complaint.errors);
    expect(index, say(policy)).to.equal(BigInt(first));
    if (outcome.name === "UnboundArgument") expect(leaf, say(policy)).to.equal(BigInt(complaint.leaf!));
    return undefined;
  }

  async function enforce(draws: Draws, policy: Policy, drawn: (Drawn & Alternative)[], at: Address): Promise<void> {
    const { target, method, consumable } = policy.permissions[0]!;
    const selector = toFunctionSelector(method);
    const to = target === ANY_TARGET ? ELSEWHERE : TARGET;
    for (const [own, { permission, ...each }] of drawn.entries()) {
      const isAsked = consumable && (each.trust === "asked" || draws.once(2));
      const verdict = (probe: Probe) => verdictOf(policy, drawn, own, probe, isAsked);
      let probes: Probe[] = [];
      for (let tries = 0; tries < 12 && probes.length === 0; ++tries) {
        const tree = drawArguments(draws, { permission, ...each });
        const value = draws.of([0n, permission.maxValue, permission.maxValue / 20n]);
        const call: Probe = { change: "nothing", data: concat([selector, encode(tree)]), value, tree };
        if ("requested" in verdict(call)) probes = probesOf(draws, { permission, ...each }, call);
      }
      if (probes.length === 0) count("without a call");
      while (probes.length > 0) {
        // As many as one call carries.
        let bytes = 0;
        const end = probes.findIndex(({ data }) => (bytes += size(data)) > AT_ONCE);
        const some = probes.splice(0, end < 0 ? probes.length : Math.max(1, end));
        const answers = await scopes.runEach(
          at,
          some.map(({ data, value }) => ({ target: to, value, data })),
          isAsked,
        );
        for (const [i, probe] of some.entries()) {
          const answer = answers[i]!;
          const complaint = complaintAbout(answer, verdict(probe), probe, drawn.length);
          if (complaint !== undefined) throw new Error(`${complaint}: ${say({ probe, isAsked, policy })}`);
          count(`${probe.change}: ${typeof answer === "string" ? "refused" : "passes"}`);
          if (typeof answer === "string") count(innermost(decodeError(answer)!).name);
        }
      }
    }
  }
});

const say = (what: unknown) =>
  JSON.stringify(what, (key, each: unknown) =>
    key === "tree" ? undefined : typeof each === "bigint" ? `${each}` : each,
  );
