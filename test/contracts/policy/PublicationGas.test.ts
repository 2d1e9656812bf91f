import { expect } from "chai";
import { dataLength, getCreateAddress, toBeHex, type Contract } from "ethers";
import type { Address } from "viem";
import { openChain, type Chain } from "../../support/chain/chain.ts";
import { deployPolicyStore } from "../../support/chain/policyStore.ts";
import { policyId, type Permission, type Policy, type Rule } from "../../support/reference/secondEdition/types.ts";

/** What a block of today takes at most in one transaction. */
const TRANSACTION_GAS = 2n ** 24n;
const MAX_CALLDATA = 120_000;

const METHOD = "swapExactIn(bool,uint256,uint64)";
/** 1,021 bytes with the widest head. */
const LONGEST = `${"f".repeat(700)}(${Array.from({ length: 64 }, () => "bool").join()})`;

const is = (argument: string, numbers: bigint[]): Rule => ({
  ...{ argument, test: "is", per: "", addresses: [], numbers, words: [] },
});

const isNoneOf32 = (argument: string): Rule => {
  const numbers = Array.from({ length: 32 }, (_, i) => BigInt(i + 1));
  return { ...is(argument, numbers), test: "is not" };
};

function many(count: number, rules: Rule[] = [], method = METHOD): Policy {
  const targets = Array.from(
    { length: count },
    (_, i) => (0x1234567890abcdef1234567890abcdef12345678n + BigInt(i) * 0x9e3779b97f4a7c15n) % 2n ** 160n,
  );
  targets.sort((a, b) => (a < b ? -1 : 1));
  return {
    ...{ app: "gas", minDuration: 60, maxDuration: 60, maxCalls: 1, gasBudget: 0n, selfPaid: false },
    paymaster: "0x0000000000000000000000000000000000000000",
    permissions: targets.map((target): Permission => ({
      ...{ target: toBeHex(target, 20) as Address, method, maxValue: 0n, spends: [], rules },
      ...{ inner: [], consumable: false, open: [] },
    })),
    limits: [],
  };
}

describe("Cost of a publication", () => {
  let chain: Chain;
  let store: Contract;
  before(async () => {
    chain = await openChain();
    ({ store } = await deployPolicyStore(chain));
  });

  const cases: [string, () => Policy][] = [
    ["1 permission", () => many(1)],
    ["1 permission with a rule", () => many(1, [is("0", [1n])])],
    ["248 permissions", () => many(248)],
    ["120 permissions with a rule each", () => many(120, [is("1", [7n])])],
    ["50 permissions with methods of 1,021 bytes", () => many(50, [], LONGEST)],
    ["11 permissions with 2 rules of 32 values", () => many(11, ["1", "2"].map(isNoneOf32))],
  ];
  for (const [name, make] of cases) {
    it(name, async () => {
      const policy = make();
      const publication = await store.getFunction("publishPolicy")(policy);
      const { gasUsed } = await publication.wait();
      const number = await store.getFunction("numberOf")(policyId(policy));
      const pointer = await store.getFunction("policyPointer")(policyId(policy));
      expect(pointer).to.equal(getCreateAddress({ from: await store.getAddress(), nonce: number }));
      const code = await chain.ethers.provider.getCode(pointer);
      expect(code.slice(0, 68)).to.equal("0x00" + policyId(policy).slice(2));
      const calldata = dataLength(publication.data);
      console.log(`      ${name}: ${gasUsed} gas, ${dataLength(code)} bytes stored, ${calldata} bytes of calldata`);
      expect(calldata).to.be.at.most(MAX_CALLDATA);
      expect(gasUsed).to.be.lessThan(TRANSACTION_GAS);
    });
  }
});
