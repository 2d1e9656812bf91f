import { expect } from "chai";
import { dataLength, getCreateAddress, toBeHex, ZeroAddress, type BaseContract } from "ethers";
import { hashPolicy, permission, policy, rule, type Policy, type Rule } from "../../support/reference/policy.ts";
import { openChain, type Chain } from "../../support/chain/chain.ts";

/** What a block of today takes at most in one transaction. */
const TRANSACTION_GAS = 2n ** 24n;

describe("Cost of a publication", () => {
  let chain: Chain;
  let store: BaseContract;
  before(async () => {
    chain = await openChain();
    store = await chain.ethers.deployContract("PolicyStore", [toBeHex(0xf0, 20)]);
  });

  const METHOD = "swapExactIn(address,uint256,uint256)";
  const LONGEST = `f(int24[7],${"int248[7],".repeat(7)}${"(bool,".repeat(24)}bytes${")".repeat(25)}`;

  function many(count: number, rules: (i: number) => Rule[] = () => [], method = METHOD): Policy {
    return policy({
      permissions: Array.from({ length: count }, (_, i) =>
        permission({
          target: toBeHex(
            (0x1234567890abcdef1234567890abcdef12345678n + BigInt(i) * 0x9e3779b97f4a7c15n) % 2n ** 160n,
            20,
          ),
          method,
          rules: rules(i),
        }),
      ),
    });
  }

  async function publish(value: Policy): Promise<{ gas: bigint; size: number; calldata: number }> {
    const publication = await store.getFunction("publishPolicy")(value);
    const { gasUsed } = await publication.wait();
    const number = await store.getFunction("numberOf")(hashPolicy(value));
    const pointer = await store.getFunction("policyPointer")(hashPolicy(value));
    expect(pointer).to.equal(getCreateAddress({ from: await store.getAddress(), nonce: number }));
    const code = await chain.ethers.provider.getCode(pointer);
    expect(code.slice(0, 68)).to.equal("0x00" + hashPolicy(value).slice(2));
    return { gas: gasUsed, size: dataLength(code), calldata: dataLength(publication.data) };
  }

  const cases: [string, () => Policy][] = [
    ["1 permission", () => many(1)],
    ["1 permission with a rule", () => many(1, () => [rule.equal(0, ZeroAddress)])],
    ["256 permissions", () => many(256)],
    ["190 permissions with a rule each", () => many(190, (i) => [rule.equal(0, toBeHex(i + 1, 20))])],
    ["196 permissions with methods of 255 bytes", () => many(196, undefined, LONGEST)],
    ["207 permissions with the principal as recipient", () => many(207, () => [rule.equalPrincipal(0)])],
  ];
  for (const [name, make] of cases) {
    it(name, async () => {
      const { gas, size, calldata } = await publish(make());
      console.log(`      ${name}: ${gas} gas, ${size} bytes stored, ${calldata} bytes of calldata`);
      expect(gas).to.be.lessThan(TRANSACTION_GAS);
    });
  }
});
