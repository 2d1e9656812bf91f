import { expect } from "chai";
import fc from "fast-check";
import { encodeFunctionData, erc20Abi, getAddress, pad, parseAbi, parseEther, type Address } from "viem";
import { generateSecp256k1SessionKey } from "../../sdk/src/index.ts";
import { decidingPermission } from "../../sdk/src/policies/decidingPermission.ts";
import { contract, definePolicy, method } from "../../sdk/src/policies/index.ts";
import type { Policy } from "../../sdk/src/types.ts";
import { openSessionClient, type TestClient } from "../support/client/sessionClient.ts";
import { Draws } from "../support/draws.ts";
import { seeded } from "../support/fuzz.ts";
import { Refusal, Walk, type Call, type Route } from "../support/reference/admission.ts";
import { parseMethod } from "../support/reference/methodTypes.ts";
import { methodText } from "../support/reference/methodTexts.ts";
import { permission, rule, type Permission } from "../support/reference/policy.ts";
import { readPolicyFiles, PRINCIPAL } from "../support/reference/policyFiles.ts";
import { publish, PublicationError, type Published } from "../support/reference/publication.ts";
import { RandomCalls } from "../support/reference/randomCalls.ts";
import { facts, of } from "../support/reference/refusals.ts";
import { richPermission } from "../support/reference/richPermissions.ts";

/** The first alternative that admits the call, by the reference; undefined if none does. */
function decidedBy(published: Published, positions: number[], call: Call, route: Route): number | undefined {
  return positions.find((position) => {
    try {
      new Walk(published.permissions[position]!, PRINCIPAL, call, route).run();
      return true;
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      return false;
    }
  });
}

/** Whether a head is no wider than a policy may have it. */
function isRead(text: string): boolean {
  try {
    parseMethod(text, true);
    return true;
  } catch {
    return false;
  }
}

/** Alternatives of one method whose rules are drawn, as far as they can be published. */
function alternativesOf(text: string, draws: Draws): { policy: Policy; published: Published } | undefined {
  const kept: Permission[] = [];
  for (let i = 0; i < 24 && kept.length < 3; ++i) {
    const next = richPermission(text, (bound) => draws.below(bound));
    try {
      publish(of(...kept, next), facts);
      kept.push(next);
    } catch (thrown) {
      if (!(thrown instanceof PublicationError)) throw thrown;
    }
  }
  if (kept.length < 2) return undefined;
  const policy = of(...kept);
  return { policy: policy as unknown as Policy, published: publish(policy, facts) };
}

describe("What decides a call", () => {
  it("is the alternative that the reference finds first, whatever the types and the rules are (fuzzed) (ATK-115)", () => {
    let decided = 0;
    fc.assert(
      fc.property(methodText, fc.integer(), (text, seed) => {
        // What the calls are encoded with does not know this type.
        fc.pre(!/\bfunction\b/.test(text) && isRead(text));
        const draws = new Draws(seed);
        const found = alternativesOf(text, draws);
        if (found === undefined) return;
        const { policy, published } = found;
        const random = new RandomCalls(policy as never, published, PRINCIPAL, draws, [
          "0x",
          "0x01",
          `0x${"02".repeat(40)}`,
        ]);
        const positions = published.permissions.map((_, i) => i);
        for (let i = 0; i < 12; ++i) {
          const call = random.call();
          if (!call.data.startsWith(published.permissions[0]!.selector)) continue;
          const route = draws.once(6) ? "asked" : "direct";
          const expected = decidedBy(published, positions, call, route);
          if (expected === undefined) continue;
          const { target: to, value, data } = call;
          if (BigInt(to) !== BigInt(policy.permissions[0]!.target)) continue;
          const mine = decidingPermission(policy, { to, value, data, principal: PRINCIPAL, route });
          expect(mine, `${text} ${data}`).to.equal(expected);
          ++decided;
        }
      }),
      seeded("alternatives that decide", { numRuns: 300 }),
    );
    expect(decided).to.be.above(30);
  });

  it("counts elements of lists, and no words of a static array in them", () => {
    const target = pad("0xabcdef", { size: 20 });
    const text = "fill(uint40[1][],uint256)";
    const policy = of(
      ...[1n, 2n].map((most) => permission({ target, method: text, rules: [rule.isAtMost("1", most)] })),
    );
    const published = publish(policy, facts);
    const abi = parseAbi([`function ${text}`]);
    for (const [length, expected] of [
      [64, 1],
      [65, undefined],
    ] as const) {
      const args = [Array.from({ length }, () => [1]), 2n] as never;
      const call = { target, value: 0n, data: encodeFunctionData({ abi, args } as never) };
      expect(decidedBy(published, [0, 1], call, "direct")).to.equal(expected);
      const mine = { to: target, value: 0n, data: call.data, principal: PRINCIPAL, route: "direct" as const };
      expect(decidingPermission(policy as unknown as Policy, mine), `${length} elements`).to.equal(expected);
    }
  });

  it("is the one that the policies of protocols mean", () => {
    const files = readPolicyFiles();
    let several = 0;
    for (const { policy, facts: known, passes, name } of files) {
      const published = publish(policy, known);
      for (const { calls } of passes) {
        for (const call of calls) {
          const { target: to, value, data } = call;
          const mine = decidingPermission(policy as unknown as Policy, {
            ...{ to, value, data, principal: PRINCIPAL, route: "direct" },
          });
          const same = published.permissions.flatMap((each, i) => {
            const isSame = BigInt(each.permission.target) === BigInt(to) && data.startsWith(each.selector);
            return isSame && each.kind === "method" ? [i] : [];
          });
          if (same.length < 2) continue;
          ++several;
          expect(mine, `${name} ${data}`).to.equal(decidedBy(published, same, call, "direct"));
        }
      }
    }
    expect(several).to.be.above(3);
  });

  describe("on the chain", () => {
    let test: TestClient;
    let world: TestClient["world"];
    let client: TestClient["client"];
    let usd: Address;
    let pay: Address;
    const DAY = 86_400;

    before(async () => {
      test = await openSessionClient();
      ({ world, client } = test);
      usd = await test.deploy("Poke", world.owner.address, parseEther("1"));
      pay = getAddress(world.relayer.address);
    });
    after(() => world.connection.close());

    async function started(policy: Policy, isDelegated = false) {
      const account = await test.wallet();
      const key = generateSecp256k1SessionKey();
      if (isDelegated) await client.delegateWalletSync({ account });
      await client.registerSessionSync({
        key,
        policy,
        account,
        validUntil: (await world.helpers.time.latest()) + 2 * DAY - 60,
      });
      return { principal: account.address, key: key.address };
    }

    it("is said of calls that pass, and of one that no alternative admits the nearest is", async () => {
      const transfer = (atMost: bigint, recipient: Address) =>
        contract({
          ...{ address: usd, abi: erc20Abi },
          methods: { transfer: { arguments: { recipient: { equals: recipient }, amount: { atMost } } } },
        });
      const stranger = getAddress(world.stranger.address);
      const policy = definePolicy({
        ...{ app: "explain.example", maxDuration: 2 * DAY, maxCalls: 9 },
        permissions: [transfer(5n, pay), transfer(9n, stranger)],
        limits: [{ unit: usd, cap: 50n }],
      });
      const session = await started(policy);
      const call = (to: Address, amount: bigint) => ({
        to: usd,
        data: encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [to, amount] }),
      });
      const explain = (...calls: ReturnType<typeof call>[]) =>
        client.explainCalls({ ...session, route: "forwarded", calls });
      const two = { number: 2, of: 2 };
      expect(await explain(call(pay, 5n), call(stranger, 9n))).to.deep.include({
        allowed: true,
        decided: [
          { permission: 0, alternative: { number: 1, of: 2 } },
          { permission: 1, alternative: two },
        ],
        nearest: undefined,
      });
      const refused = await explain(call(pay, 5n), call(stranger, 10n));
      expect(refused).to.deep.include({ allowed: false, index: 1, decided: undefined });
      expect(refused.nearest).to.deep.equal({ permission: 1, alternative: two });
      expect(refused.error).to.have.nested.property("reason.errorName", "ArgumentNotAllowed");
      // Neither is told of one that the policy does not name.
      const other = await client.explainCalls({ ...session, route: "forwarded", calls: [{ to: pay, value: 1n }] });
      expect(other).to.deep.include({ allowed: false, nearest: undefined, decided: undefined });
    });

    it("is asked with the deadline that sending would sign: a period that is not over is none that has not begun", async () => {
      const policy = definePolicy({
        ...{ app: "explain.example", maxDuration: 30 * DAY, maxCalls: 9, selfPaid: true, gasBudget: 10n ** 9n },
        permissions: [method(usd, "transfer(address,uint256)")],
        limits: [{ unit: usd, cap: 5n, period: DAY }],
      });
      const session = await started(policy, true);
      const calls = (amount: bigint) => [
        {
          to: usd,
          data: encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [pay, amount] }),
        },
      ];
      const explain = (amount: bigint, more: { validUntil?: number } = {}) =>
        client.explainCalls({ ...session, route: "userOperation", calls: calls(amount), ...more });
      expect((await explain(5n)).error).to.equal(undefined);
      expect((await explain(6n)).error).to.have.property("errorName", "SpendCapExceeded");
      // Whoever signs for later is told what the chain says to that.
      const { validUntil } = await client.getSession(session);
      expect((await explain(5n, { validUntil })).error).to.have.property("errorName", "SessionNotYetValid");
      // Of one that cannot act the chain says why.
      const nobody = { principal: session.principal, key: pay };
      const never = await client.explainCalls({ ...nobody, route: "userOperation", calls: calls(1n) });
      expect(never.error).to.have.property("errorName", "SessionNotRegistered");
    });
  });
});
