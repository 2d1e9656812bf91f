import { expect } from "chai";
import type { Contract, Result } from "ethers";
import { bytesToHex, padHex, stringToHex, zeroAddress } from "viem";
import { deployMock } from "../../support/chain/artifacts.ts";
import { openChain } from "../../support/chain/chain.ts";
import { readPolicyFiles, type PolicyFile } from "../../support/reference/policyFiles.ts";
import { compile, drawsOf, isPlain } from "../../support/reference/program.ts";
import { publish, type Published, type PublishedPermission } from "../../support/reference/publication.ts";
import { storedForm } from "../../support/reference/storedForm.ts";

const KINDS = ["native", "method", "wildcard"];
const TRUST = ["counted", "trusted", "asked", "open"];

/** As a view answers it: numbers as bigint, addresses in lower case. */
type Plain = bigint | string | boolean | Plain[] | { [name: string]: Plain };

/** What a view says of a permission, from what the model says of it. */
function expectedOf(published: Published, each: PublishedPermission): Plain {
  const { permission, kind, selector, trust, row, drawn } = each;
  const isSame = (other: PublishedPermission) =>
    other.kind === kind && other.selector === selector && other.permission.target === permission.target;
  const isAlone = isPlain(each, published.permissions.filter(isSame).length);
  return {
    target: permission.target.toLowerCase(),
    kind: BigInt(KINDS.indexOf(kind)),
    selector: kind === "method" ? selector : "0x00000000",
    trust: BigInt(TRUST.indexOf(trust)),
    maxValue: permission.maxValue,
    consumable: permission.consumable,
    suffix: trust === "asked" || permission.open[0] === "*",
    spends: drawsOf(each).map(({ unit, constant, scale }, i) => {
      const ownRow = drawn !== undefined && i === 0;
      const mayBeCredited = !ownRow || row?.token !== undefined;
      const credited = mayBeCredited && published.credits.has(`${permission.target} ${unit}`.toLowerCase());
      return { unit: unit.toLowerCase(), amount: constant ?? 0n, scale: BigInt(scale), credited, ownRow };
    }),
    program: isAlone ? "0x" : bytesToHex(Uint8Array.from(compile(each))),
  };
}

function plain(value: unknown): Plain {
  if (typeof value === "string") return value.toLowerCase();
  if (!Array.isArray(value)) return value as Plain;
  const list = value as Result;
  // Every struct here has more than one member with a name, every list has none.
  const members = "toObject" in list && list.length > 0 && !Array.isArray(list[0]) ? list.toObject() : undefined;
  if (members === undefined) return list.toArray().map(plain);
  return Object.fromEntries(Object.entries(members).map(([name, each]) => [name, plain(each)]));
}

describe("A stored policy, read back", () => {
  let libraries: Contract;
  before(async () => {
    libraries = await deployMock(await openChain(), "PolicyLibraries", "PolicyLibraries");
  });

  async function read(file: PolicyFile) {
    const published = publish(file.policy, file.facts);
    const code = storedForm(file.policy, published);
    return { published, policy: plain(await libraries.getFunction("decode")(code)) as Record<string, Plain> };
  }

  for (const file of readPolicyFiles()) {
    it(`${file.name}, by the model`, async () => {
      const { published, policy: stored } = await read(file);
      const { permissions: _, limits, ...settings } = file.policy;
      expect(stored).to.deep.equal({
        ...settings,
        app: padHex(stringToHex(settings.app), { dir: "right", size: 32 }),
        minDuration: BigInt(settings.minDuration),
        maxDuration: BigInt(settings.maxDuration),
        maxCalls: BigInt(settings.maxCalls),
        paymaster: settings.paymaster.toLowerCase(),
        policyId: published.id,
        // Said by whoever knows where the code stands.
        number: 0n,
        pointer: zeroAddress,
        permissions: published.permissions.map((each) => expectedOf(published, each)),
        limits: limits.map(({ unit, cap, period, fromStart }) => ({
          unit: unit.toLowerCase(),
          cap,
          period: BigInt(period),
          fromStart,
        })),
      });
    });
  }

  it("has every part of the stored form among them", async () => {
    const all = await Promise.all(readPolicyFiles().map(read));
    const permissions = all.flatMap(({ policy }) => policy.permissions as Record<string, Plain>[]);
    const spends = permissions.flatMap(({ spends: each }) => each as Record<string, Plain>[]);
    const has = (list: Record<string, Plain>[], is: (each: Record<string, Plain>) => boolean) => list.some(is);
    for (const trust of [0n, 1n, 2n, 3n]) expect(has(permissions, (each) => each.trust === trust)).to.equal(true);
    for (const kind of [0n, 1n]) expect(has(permissions, (each) => each.kind === kind)).to.equal(true);
    expect(has(permissions, (each) => each.suffix === true)).to.equal(true);
    expect(has(permissions, (each) => each.maxValue !== 0n)).to.equal(true);
    expect(has(permissions, (each) => each.program === "0x")).to.equal(true);
    expect(has(spends, (each) => each.scale !== 0n)).to.equal(true);
    expect(has(spends, (each) => each.amount !== 0n)).to.equal(true);
    expect(has(spends, (each) => each.credited === true)).to.equal(true);
    expect(has(spends, (each) => each.ownRow === true)).to.equal(true);
  });
});
