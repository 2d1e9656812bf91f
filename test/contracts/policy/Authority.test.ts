import { expect } from "chai";
import type { Contract } from "ethers";
import { concat, toFunctionSelector, type Address, type Hex } from "viem";
import { countFrom } from "../../../hardhat/fuzzSeed.ts";
import { drawArguments, probesOf, type Probe } from "../../support/authority/calls.ts";
import { drawMethod, drawPermission, type Drawn } from "../../support/authority/draw.ts";
import { failuresOf, judge, type Failure, type Trust } from "../../support/authority/model.ts";
import { decode, encode, isDynamic } from "../../support/authority/values.ts";
import { openChain, type Chain } from "../../support/chain/chain.ts";
import { deployPolicyEncoder, outcomeOf, settle } from "../../support/chain/policyEncoder.ts";
import { PolicyScopes } from "../../support/chain/policyScope.ts";
import { Draws } from "../../support/draws.ts";
import { saySeedOnFailure, seedOf } from "../../support/fuzz.ts";
import { decodeError, decodeThrown, innermost } from "../../support/reference/errors.ts";
import { hashPolicy, type Policy } from "../../support/reference/policy.ts";
import { PRINCIPAL } from "../../support/reference/policyFiles.ts";
import { facts, of, TARGET } from "../../support/reference/refusals.ts";

const METHODS = countFrom("LATCHKEY_METHODS", 400);

const T = { publish: 0, model: 0, run: 0, check: 0, probes: 0 };
/** Where no model of values can say which of several errors comes first. */
const UNREADABLE = [
  "ArgumentNotCanonical",
  "ArgumentNotBounded",
  "ArgumentNotAllowed",
  "ArgumentAbsent",
  "TooManyElements",
  "CalldataLengthNotAllowed",
  "InnerMethodNotAllowed",
];
const PLACED = ["ArgumentNotCanonical", "ArgumentNotBounded", "InnerMethodNotAllowed"];
const ELSEWHERE: Address = "0x5707000000000000000000000000000000000001";
/** Calls that are held at once. */
const AT_ONCE = 30;

/** What a model says of a call: what each limit is asked for, or what is wrong with it. */
type Expected = { requested: bigint[] } | { failures: Failure[] };

describe("Methods and permissions drawn at random", () => {
  saySeedOnFailure();
  let chain: Chain;
  let encoder: Contract;
  let machinery: Address[];
  let scopes: PolicyScopes;
  const tally = new Map<string, number>();
  const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);

  before(async () => {
    chain = await openChain();
    ({ encoder, machinery } = await deployPolicyEncoder(chain));
    await settle(chain, facts);
    scopes = await PolicyScopes.deploy(chain, PRINCIPAL);
  });

  /** The stored form, or the error as it is said. */
  const publish = async (policy: Policy): Promise<{ code: Hex } | { name: string; args: unknown[] }> => {
    try {
      return { code: (await encoder.getFunction("encodePolicy").staticCall(policy, hashPolicy(policy))) as Hex };
    } catch (thrown) {
      return innermost(decodeThrown(thrown));
    }
  };

  it(`are published and enforced as a model of values says: ${METHODS} methods`, async function () {
    this.timeout(1_200_000);
    const draws = new Draws(seedOf("authority"));
    for (let i = 0; i < METHODS; ++i) await one(draws);
    console.log(T);
    console.log([...tally].sort().map(([what, n]) => `      ${what}: ${n}`).join("\n"));
  });

  async function one(draws: Draws): Promise<void> {
    const method = drawMethod(draws);
    const isAnywhere = draws.once(12);
    const intent = { isAnywhere, isConsumable: !isAnywhere && draws.once(5) };
    const wanted = draws.once(3) ? 2 + draws.below(3) : 1;
    const drawn: Drawn[] = [];
    for (let tries = 0; drawn.length < wanted && tries < 20; ++tries) {
      const next = drawPermission(draws, method, intent);
      const texts = drawn.map(({ permission }) => say(permission));
      if (!texts.includes(say(next.permission))) drawn.push(next);
    }
    const policy = of(...drawn.map(({ permission }) => permission));

    const judged = drawn.map(judge);
    const refused = judged.findIndex((each) => "errors" in each);
    const t0 = performance.now();
    const outcome = await publish(policy);
    T.publish += performance.now() - t0;
    const t1 = performance.now();
    const known = outcomeOf(policy, { ...facts, machinery });
    T.model += performance.now() - t1;
    const found = "code" in outcome ? outcome.code : outcome.name;
    if (known !== found) throw new Error(`the model of types says ${known.slice(0, 60)}, the encoder ${found.slice(0, 60)}: ${say(policy)}`);
    count("drawn");
    const complaint = judged[refused];
    if (complaint !== undefined && "errors" in complaint) {
      if (!("name" in outcome)) throw new Error(`published, but ${complaint.errors.join()}: ${say(policy)}`);
      expect(outcome.name, say(policy)).to.be.oneOf(complaint.errors);
      expect(outcome.args[0], say(policy)).to.equal(BigInt(refused));
      if (outcome.name === "UnboundArgument") expect(outcome.args[1], say(policy)).to.equal(BigInt(complaint.leaf!));
      return count(`refused: ${outcome.name}`);
    }
    if ("name" in outcome) throw new Error(`${outcome.name}(${outcome.args.join()}): ${say(policy)}`);
    const trusts = judged.map((each) => (each as { trust: Trust }).trust);

    count("published");
    count(`depth ${method.depth}`);
    if (drawn.length > 1) count("alternatives");
    if (isAnywhere) count("on any target");
    for (const trust of new Set(trusts)) count(`trust ${trust}`);
    for (const trait of new Set(drawn.flatMap(({ traits }) => [...traits]))) count(`has ${trait}`);
    await enforce(draws, policy, drawn, trusts, outcome.code);
  }

  async function enforce(draws: Draws, policy: Policy, drawn: Drawn[], trusts: Trust[], code: Hex): Promise<void> {
    const at = await scopes.put(code);
    const { permission } = drawn[0]!;
    const selector = toFunctionSelector(permission.method);
    const target = BigInt(permission.target) === 2n ** 160n - 1n ? ELSEWHERE : TARGET;
    for (const [i, each] of drawn.entries()) {
      const isAsked = permission.consumable && (trusts[i] === "asked" || draws.once(2));
      let found: Probe[] | undefined;
      for (let tries = 0; tries < 12 && found === undefined; ++tries) {
        const tree = drawArguments(draws, each, trusts[i]!);
        const wei = draws.of([0n, each.permission.maxValue, each.permission.maxValue / 20n]);
        const call: Probe = { change: "nothing", data: concat([selector, encode(tree)]), value: wei, tree };
        const expected = expect_(policy, drawn, trusts, i, call, isAsked);
        if ("requested" in expected) found = probesOf(draws, each, selector, tree, wei);
      }
      if (found === undefined) {
        count("without a call");
        continue;
      }
      found.push({ change: "another method", data: concat([`0x${(BigInt(selector) ^ 1n).toString(16).padStart(8, "0")}`, `0x${found[0]!.data.slice(10)}`]), value: 0n, error: "CallNotAllowed" });
      for (let from = 0; from < found.length; from += AT_ONCE) {
        const probes = found.slice(from, from + AT_ONCE);
        const calls = probes.map(({ data, value }) => ({ target, value, data }));
        const t2 = performance.now();
        const answers = await scopes.runEach(at, calls, isAsked);
        T.run += performance.now() - t2; T.probes += probes.length; const t3 = performance.now();
        answers.forEach((answer, j) => {
          const probe = probes[j]!;
          check(probe, expect_(policy, drawn, trusts, i, probe, isAsked), answer, drawn.length, say({ probe, isAsked, policy }));
        });
        T.check += performance.now() - t3;
      }
    }
  }

  function check(probe: Probe, expected: Expected, answer: bigint[] | Hex, alternatives: number, text: string): void {
    if ("requested" in expected) {
      expect(typeof answer === "string" ? decodeError(answer) : answer, text).to.deep.equal(expected.requested);
      return count(`${probe.change}: passes`);
    }
    if (typeof answer !== "string") throw new Error(`passed, but ${say(expected.failures)}: ${text}`);
    count(`${probe.change}: refused`);
    const error = decodeError(answer)!;
    const isOne = alternatives === 1 || error.name === "CallNotAllowed" || probe.data.length < 10;
    expect(error.name === "AlternativesRefused", text).to.equal(!isOne);
    const { name, args } = innermost(error);
    expect(name, `${say(expected.failures)} ${text}`).to.be.oneOf(expected.failures.flatMap((each) => each.error === "unreadable" ? UNREADABLE : each.error.split(" or ")));
    count(`error ${name}`);
    expect(args[0], text).to.equal(0n);
    if (!isOne) return;
    if (probe.byte !== undefined && PLACED.includes(name)) expect(args[1], text).to.equal(BigInt(probe.byte));
    const says = expected.failures.filter((each) => each.error === name && each.says !== undefined).map((each) => each.says!.join());
    const said = args.slice(1).map((each) => BigInt(each as bigint)).slice(name === "ArgumentAbsent" ? 1 : 0).join();
    if (says.length !== 0 && name !== "SpendOverflow") expect(said, text).to.be.oneOf(says);
  }

  /** By the first alternative that holds; if none does, by what is wrong with any of them. */
  function expect_(policy: Policy, drawn: Drawn[], trusts: Trust[], own: number, probe: Probe, isAsked: boolean): Expected {
    const failures: Failure[] = [];
    if (probe.data.length < 10) return { failures: [{ error: probe.data === "0x" ? "CallNotAllowed" : "CalldataLengthNotAllowed" }] };
    for (const [i, each] of drawn.entries()) {
      const { permission, types } = each;
      const isSuffixed = trusts[i] === "asked" || permission.open[0] === "*";
      if (probe.error === "CallNotAllowed") return { failures: [{ error: probe.error }] };
      if (!isAsked && trusts[i] === "asked") {
        failures.push({ error: "CallOnlyAsked" });
        continue;
      }
      if (i === own && probe.error !== undefined) {
        failures.push({ error: probe.error });
        continue;
      }
      const length = (probe.data.length - 2) / 2;
      const isStatic = !types.parts.some(isDynamic);
      const tree = i === own && probe.tree !== undefined ? probe.tree : decode(types, `0x${probe.data.slice(10)}`, isSuffixed);
      if (tree === undefined) {
        const least = 4 + 32 * types.parts.reduce((sum, part) => sum + (isDynamic(part) ? 1 : 0), 0);
        const isLong = i === own && probe.change.endsWith("behind") && !isSuffixed;
        failures.push({ error: isStatic && isLong ? "CalldataLengthNotAllowed" : isLong ? "ArgumentNotCanonical" : "unreadable" });
        if (length < least) failures.push({ error: "CalldataLengthNotAllowed" });
        if (probe.value > permission.maxValue) failures.push({ error: "ValueNotAllowed" });
        continue;
      }
      const found = failuresOf(each, trusts[i]!, tree, probe.value, BigInt(PRINCIPAL));
      if (found.failures.length !== 0) {
        failures.push(...found.failures);
        continue;
      }
      const requested = policy.limits.map(({ unit }) => {
        const taken = permission.spends.reduce((sum, spent, n) => (spent.unit === unit ? sum + found.takes[n]! : sum), BigInt(unit) === 0n ? probe.value : 0n);
        return taken >= 1n << 256n ? (1n << 256n) - 1n : taken;
      });
      return { requested };
    }
    return { failures };
  }
});

const say = (what: unknown) => JSON.stringify(what, (key, each: unknown) => (key === "tree" ? undefined : typeof each === "bigint" ? `${each}` : each));
