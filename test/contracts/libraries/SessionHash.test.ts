import { expect } from "chai";
import type { Contract } from "ethers";
import fc from "fast-check";
import { hashStruct, type Hex, zeroHash } from "viem";
import { deployMock } from "../../support/chain/artifacts.ts";
import { openChain } from "../../support/chain/chain.ts";
import { seeded } from "../../support/fuzz.ts";
import { readPolicyFiles } from "../../support/reference/policyFiles.ts";
import { hashPolicy, type Policy } from "../../support/reference/policy.ts";
import { VERBS, type Verb } from "../../support/reference/typedData.ts";

const POLICIES = readPolicyFiles().map(({ policy }) => policy);

const bytes = (minLength: number, maxLength = minLength) =>
  fc.uint8Array({ minLength, maxLength }).map((value): Hex => `0x${Buffer.from(value).toString("hex")}`);

/** Any value of a member of a verb. */
function valueOf(type: string): fc.Arbitrary<unknown> {
  if (type === "Policy") return fc.constantFrom(...POLICIES);
  if (type === "ChainGrant") {
    return fc.record({ chainId: valueOf("uint256"), nonce: valueOf("uint256"), policy: valueOf("Policy") });
  }
  if (type.endsWith("[]")) return fc.array(valueOf(type.slice(0, -"[]".length)), { maxLength: 5 });
  if (type === "address") return bytes(20);
  if (type === "bytes32") return bytes(32);
  if (type === "bytes") return bytes(0, 100);
  return fc.bigInt({ min: 0n, max: 2n ** BigInt(type.slice("uint".length)) - 1n });
}

/** What the functions take that do not take the members: those of a grant in one struct, a policy as its id. */
const taken: Partial<Record<Verb, (message: Record<string, unknown>) => unknown[]>> = {
  RegisterSession: ({ principal, nonce, deadline, policy, ...grant }) => [
    principal,
    { ...grant, policyId: hashPolicy(policy as Policy) },
    nonce,
    deadline,
  ],
  RegisterSessionOnChains: ({ principal, deadline, chains, ...grant }) => [
    principal,
    { ...grant, policyId: zeroHash },
    deadline,
    (chains as { policy: Policy }[]).map(({ policy, ...each }) => ({ ...each, policyId: hashPolicy(policy) })),
  ],
};

describe("The EIP-712 structs of sessions", () => {
  let hashes: Contract;
  before(async () => {
    hashes = await deployMock(await openChain(), "SessionHashes", "SessionHashes");
  });

  const functions: [verb: Verb, name: string][] = [
    ["RegisterSession", "register"],
    ["RevokeSession", "revoke"],
    ["RegisterSessionOnChains", "registerOnChains"],
    ["RevokeSessionOnChains", "revokeOnChains"],
    ["RevokeAllSessions", "revokeAll"],
    ["SessionOperation", "operation"],
    ["SessionExecution", "execution"],
    ["SessionForward", "forward"],
    ["SessionRedemption", "redemption"],
  ];
  for (const [verb, name] of functions) {
    it(`${verb} is viem's hashStruct`, async () => {
      const message = fc.record(
        Object.fromEntries(VERBS[verb][verb]!.map((field) => [field.name, valueOf(field.type)])),
      );
      await fc.assert(
        fc.asyncProperty(message, async (data) => {
          const values = taken[verb]?.(data) ?? Object.values(data);
          const expected = hashStruct({ data, primaryType: verb, types: VERBS[verb] as Record<string, []> });
          expect(await hashes.getFunction(name)(...values)).to.equal(expected);
        }),
        seeded(verb, { numRuns: 60 }),
      );
    });
  }
});
