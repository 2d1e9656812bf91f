import { readFileSync } from "node:fs";
import { expect } from "chai";
import { encodeFunctionData, parseAbi } from "viem";
import { admit } from "../support/reference/admission.ts";
import { readPolicyFiles } from "../support/reference/policyFiles.ts";
import { PublicationError, publish } from "../support/reference/publication.ts";
import {
  ACCEPTED,
  BOB,
  COUNTER,
  facts,
  of,
  permission,
  REFUSED,
  rule,
  spend,
  TARGET,
  TOKEN,
} from "../support/reference/refusals.ts";
import { ANY_TARGET, hashPolicy, type Permission, type Policy } from "../support/reference/policy.ts";

describe("What publication refuses", () => {
  for (const [say, error, broken] of REFUSED) {
    it(`${error}: ${say}`, () => {
      expect(() => publish(broken, facts))
        .to.throw(PublicationError)
        .with.property("name", error);
    });
  }
  for (const [say, trust, whole] of ACCEPTED) {
    it(`publishes as ${trust}: ${say}`, () => {
      expect(publish(whole, facts).permissions.map((each) => each.trust)).to.deep.equal([trust]);
    });
  }

  it("takes credit nowhere if a permission on the spender or on any contract declares nothing (ATK-116)", () => {
    const swap = permission("f(uint256)", { spends: [spend(TOKEN, "0")] });
    const credits = (...permissions: Permission[]) => [...publish(of(...permissions), facts).credits];
    expect(credits(swap)).to.deep.equal([`${TARGET} ${TOKEN}`]);
    expect(credits(swap, permission("g()"))).to.deep.equal([]);
    expect(credits(swap, permission("g()", { target: ANY_TARGET }))).to.deep.equal([]);
    expect(credits(swap, permission("f(uint256)", { rules: [rule("0", "is", [0n])] }))).to.deep.equal([]);
  });

  it("knows every error of the interfaces, and no other", () => {
    const published = REFUSED.map(([, error]) => error);
    // What a model without bytes, gas and a chain cannot meet.
    const unseen = [
      ...["PolicyNotCanonical", "PolicyTooLarge", "PolicyCalldataTooLarge", "PolicyNotCreated"],
      ...["PolicyNumbersExhausted", "PolicyNotPublished", "PolicyNumberUnknown"],
    ];
    expect([...new Set([...published, ...unseen])].sort()).to.deep.equal(errorsOf("IPolicyErrors").sort());
    const refused = readPolicyFiles().flatMap((file) => file.refused.map(({ error }) => error));
    expect(errorsOf("ISessionErrors")).to.include.members([...new Set(refused)]);
  });

  it("tries alternatives in the author's order, and one that cannot be read does not hold (ATK-115)", () => {
    const first = permission("f(uint8[])", {
      rules: [rule("0[1]", "is", [7n])],
      spends: [spend(COUNTER, "", { amount: 1n })],
    });
    const second = permission("f(uint8[])", { spends: [spend(COUNTER, "", { amount: 2n })] });
    const third = permission("f(uint8[])", { rules: [rule("0.length", "is", [1n])] });
    const drawn = (list: bigint[], ...permissions: Permission[]) => {
      const whole = of(...permissions);
      const data = encodeFunctionData({ abi: parseAbi(["function f(uint8[])"]), args: [list.map(Number)] });
      return admit(whole, publish(whole, facts), BOB, [{ target: TARGET, value: 0n, data }], "direct").drawn[COUNTER];
    };
    expect(drawn([1n, 7n], first, second)).to.equal(1n);
    expect(drawn([1n, 7n], second, first)).to.equal(2n);
    expect(drawn([1n], first, second)).to.equal(2n);
    expect(() => drawn([1n, 2n], first, third)).to.throw("AlternativesRefused(2, 0, ArgumentNotAllowed");
    expect(publish(of(first, second), facts).id).not.to.equal(publish(of(second, first), facts).id);
  });

  it("gives every policy an id of its own, in which every field has a part (ATK-91)", () => {
    const ids = readPolicyFiles().map(({ policy: each }) => hashPolicy(each));
    const whole = readPolicyFiles().find(({ name }) => name === "universal-router-swap")!.policy;
    const others = changes(whole).map((changed) => hashPolicy(changed as Policy));
    const all = [...ids, ...others];
    expect(others.length).to.be.greaterThan(40);
    expect(new Set(all).size).to.equal(all.length);
  });
});

/** The errors of an interface, each of which says how to mend what it refuses. */
function errorsOf(name: string): string[] {
  const source = new URL(`../../contracts/interfaces/${name}.sol`, import.meta.url);
  const text = readFileSync(source, "utf8");
  const errors = [...text.matchAll(/^ {4}error (\w+)\(/gm)].map(([, error]) => error!);
  expect(text.match(/@custom:fix/g)).to.have.lengthOf(errors.length);
  expect(new Set(errors).size).to.equal(errors.length);
  return errors;
}

/** `value` with each of its leaves changed, one at a time. */
function changes(value: unknown): unknown[] {
  if (typeof value === "bigint") return [value + 1n];
  if (typeof value === "number") return [value + 1];
  if (typeof value === "boolean") return [!value];
  if (typeof value === "string") {
    return [
      /^0x[0-9a-fA-F]+$/.test(value)
        ? `0x${(BigInt(value) ^ 1n).toString(16).padStart(value.length - 2, "0")}`
        : `${value}x`,
    ];
  }
  const entries = Object.entries(value as object);
  return entries.flatMap(([key, each]) =>
    changes(each).map((changed) =>
      Array.isArray(value) ? value.with(Number(key), changed) : { ...(value as object), [key]: changed },
    ),
  );
}
