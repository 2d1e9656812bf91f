import { expect } from "chai";
import type { Contract } from "ethers";
import fc from "fast-check";
import { hashStruct, type Hex } from "viem";
import { deployMock } from "../../support/chain/artifacts.ts";
import { openChain } from "../../support/chain/chain.ts";
import { seeded } from "../../support/fuzz.ts";
import { readPolicyFiles } from "../../support/reference/policyFiles.ts";
import { hashPolicy } from "../../support/reference/policy.ts";
import { VERBS, type Verb } from "../../support/reference/typedData.ts";

const POLICIES = readPolicyFiles().map(({ policy }) => policy);

const bytes = (minLength: number, maxLength = minLength) =>
  fc.uint8Array({ minLength, maxLength }).map((value): Hex => `0x${Buffer.from(value).toString("hex")}`);

/** Any value of a member of a verb. */
function valueOf(type: string): fc.Arbitrary<unknown> {
  if (type === "Policy") return fc.constantFrom(...POLICIES);
  if (type === "address") return bytes(20);
  if (type === "bytes32") return bytes(32);
  if (type === "bytes") return bytes(0, 100);
  return fc.bigInt({ min: 0n, max: 2n ** BigInt(type.slice("uint".length)) - 1n });
}

/** What the function takes: the members of a grant in one struct, a policy as its id. */
function registration({ principal, nonce, deadline, policy, ...grant }: Record<string, unknown>): unknown[] {
  return [principal, { ...grant, policyId: hashPolicy(policy as (typeof POLICIES)[number]) }, nonce, deadline];
}

describe("The EIP-712 structs of sessions", () => {
  let hashes: Contract;
  before(async () => {
    hashes = await deployMock(await openChain(), "SessionHashes", "SessionHashes");
  });

  const functions: [verb: Verb, name: string][] = [
    ["RegisterSession", "register"],
    ["RevokeSession", "revoke"],
    ["RevokeAllSessions", "revokeAll"],
    ["SessionOperation", "operation"],
    ["SessionExecution", "execution"],
    ["SessionForward", "forward"],
  ];
  for (const [verb, name] of functions) {
    it(`${verb} is viem's hashStruct`, async () => {
      const message = fc.record(
        Object.fromEntries(VERBS[verb][verb]!.map((field) => [field.name, valueOf(field.type)])),
      );
      await fc.assert(
        fc.asyncProperty(message, async (data) => {
          const values = verb === "RegisterSession" ? registration(data) : Object.values(data);
          const expected = hashStruct({ data, primaryType: verb, types: VERBS[verb] as Record<string, []> });
          expect(await hashes.getFunction(name)(...values)).to.equal(expected);
        }),
        seeded(verb, { numRuns: 60 }),
      );
    });
  }
});
