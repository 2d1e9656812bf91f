import { webcrypto } from "node:crypto";
import { expect } from "chai";
import {
  concat,
  dataLength,
  dataSlice,
  encodeRlp,
  getAddress,
  getBytes,
  Interface,
  keccak256,
  recoverAddress,
  Signature,
  toBeArray,
  toBeHex,
  TypedDataEncoder,
  Wallet,
} from "ethers";
import { hashStruct, hashTypedData } from "viem";
import { decodeError, formatError, innermost, revertData } from "./errors.ts";
import { counter, hashPolicy, limit, permission, policy, policyPointer, rule, sorted, spend, word } from "./policy.ts";
import {
  encodeCalls,
  grant,
  p256Key,
  secp256k1Key,
  sessionSignature,
  signExecution,
  signRegistration,
} from "./session.ts";
import {
  latchkeyDomain,
  POLICY_TYPES,
  REGISTER_SESSION_TYPES,
  SESSION_EXECUTION_TYPES,
  typeString,
} from "./typedData.ts";
import { maxGasCost, userOp } from "./userOp.ts";
import { numbersIn } from "../../../scripts/lib/testResults.ts";

/** What other tests rely on, held against other implementations. */
describe("The helpers of the tests", () => {
  const TOKEN = "0x1111111111111111111111111111111111111111";
  const domain = latchkeyDomain(31_337n, "0x2222222222222222222222222222222222222222");
  const example = policy({
    app: "social.example",
    maxCalls: 40,
    permissions: [
      { target: TOKEN, method: "*" },
      { target: TOKEN, method: "" },
      { target: TOKEN, method: "transfer(address,uint256)", rules: [rule.isOneOf(1, [3, 1, 2])] },
      { target: TOKEN, method: "approve(address,uint256)", rules: [rule.isThePrincipal(0)] },
      { target: "0x0000000000000000000000000000000000000005", method: "poke()" },
    ],
    limits: [limit(TOKEN, 50n), limit(TOKEN, 5n, 3_600, true), limit(counter(2), 1n), limit(TOKEN, 5n, 3_600)],
  });
  const execution = {
    principal: TOKEN,
    ...encodeCalls([{ target: TOKEN, data: "0x12345678" }]),
    nonce: 7n,
    minGas: 100_000n,
    validUntil: 1_900_000_000,
    registration: 3,
  };

  it("sort permissions by target, kind and selector", () => {
    expect(example.permissions.map(({ method }) => method)).to.deep.equal([
      "poke()",
      "",
      "approve(address,uint256)",
      "transfer(address,uint256)",
      "*",
    ]);
    expect(sorted([...example.permissions].reverse())).to.deep.equal(example.permissions);
    expect(example.permissions[3]!.rules[0]!.numbers).to.deep.equal([1n, 2n, 3n]);
    const first = permission({ target: TOKEN, method: "poke()", maxValue: 1n });
    const second = permission({ target: TOKEN, method: "poke()" });
    expect(sorted([first, second]), "alternatives keep their order").to.deep.equal([first, second]);
  });

  it("sort every other list as publication demands", () => {
    expect(example.limits.map(({ unit, period, fromStart }) => [BigInt(unit), period, fromStart])).to.deep.equal([
      [2n, 0, false],
      [BigInt(TOKEN), 0, false],
      [BigInt(TOKEN), 3_600, false],
      [BigInt(TOKEN), 3_600, true],
    ]);
    const { rules, spends, inner, open } = permission({
      target: TOKEN,
      method: "f()",
      rules: [
        rule.isAtMost("1", 5),
        rule.isAtLeast("1", 3),
        rule.isAtLeastAtRate("1", "value", 3, 2),
        rule.is(0, TOKEN),
      ],
      spends: [spend.argument(TOKEN, "1"), spend.argument(TOKEN, "0"), spend.constant(counter(7), 1n)],
      inner: [
        { argument: "1:0", types: "uint256" },
        { argument: "1", types: "bytes" },
      ],
      open: ["2", "0.1"],
    });
    expect(rules.map(({ argument, test }) => [argument, test])).to.deep.equal([
      ["0", "is"],
      ["1", "is at least"],
      ["1", "is at least at rate"],
      ["1", "is at most"],
    ]);
    expect(rules[2]!.numbers, "a rate is no list of values").to.deep.equal([3n, 2n]);
    expect(spends.map(({ unit, argument }) => [BigInt(unit), argument])).to.deep.equal([
      [7n, ""],
      [BigInt(TOKEN), "0"],
      [BigInt(TOKEN), "1"],
    ]);
    expect(inner.map(({ argument }) => argument)).to.deep.equal(["1", "1:0"]);
    expect(open).to.deep.equal(["0.1", "2"]);
  });

  it("put each value of a rule into the list of its kind", () => {
    const lists = ({ addresses, numbers, words }: ReturnType<typeof rule.is>) => [addresses, numbers, words];
    const zero = `0x${"00".repeat(20)}`;
    expect(lists(rule.isOneOf(0, [TOKEN, zero]))).to.deep.equal([[zero, TOKEN], [], []]);
    expect(lists(rule.isOneOf(0, [1n, -2]))).to.deep.equal([[], [-2n, 1n], []]);
    expect(lists(rule.is(0, true))).to.deep.equal([[], [1n], []]);
    expect(lists(rule.is(0, "0x12345678"))).to.deep.equal([[], [], ["0x12345678" + "00".repeat(28)]]);
  });

  it("spell words of calldata", () => {
    expect(word(true)).to.equal(toBeHex(1, 32));
    expect(word(-1)).to.equal("0x" + "ff".repeat(32));
    expect(word(TOKEN)).to.equal("0x" + "00".repeat(12) + "11".repeat(20));
    expect(word("0xabcd")).to.equal("0xabcd" + "00".repeat(30));
    expect(() => word("0x" + "00".repeat(33))).to.throw("is not a word of calldata");
  });

  it("hash a policy and a registration as viem does", async () => {
    const viemPolicy = { data: example, primaryType: "Policy", types: POLICY_TYPES } as never;
    expect(hashPolicy(example)).to.equal(hashStruct(viemPolicy));

    const owner = Wallet.createRandom();
    const key = secp256k1Key();
    const granted = grant(key, example, { validUntil: 1_900_000_000 });
    const signature = await signRegistration(owner, domain, { grant: granted, policy: example, nonce: 0, deadline: 9 });
    const message = { principal: owner.address, policy: example, ...granted, nonce: 0, deadline: 9 };
    const digest = hashTypedData({
      domain,
      primaryType: "RegisterSession",
      types: REGISTER_SESSION_TYPES,
      message,
    } as never);
    expect(recoverAddress(digest, signature)).to.equal(owner.address);
  });

  it("spell the type strings with the referenced types behind, in alphabetical order", () => {
    expect(typeString(POLICY_TYPES)).to.equal(
      "Policy(string app,uint32 minDuration,uint32 maxDuration,uint32 maxCalls,uint80 gasBudget,bool selfPaid," +
        "address paymaster,Permission[] permissions,Limit[] limits)" +
        "Inner(string argument,string types)" +
        "Limit(address unit,uint128 cap,uint32 period,bool fromStart)" +
        "Permission(address target,string method,uint128 maxValue,Spend[] spends,Rule[] rules,Inner[] inner," +
        "bool consumable,string[] open)" +
        "Rule(string argument,string test,string per,address[] addresses,int256[] numbers,bytes32[] words)" +
        "Spend(address unit,string argument,uint128 amount,uint8 scale)",
    );
  });

  it("find a policy's code by its number, in every length of a nonce", () => {
    for (const number of [
      1n,
      0x7fn,
      0x80n,
      0xffn,
      0x100n,
      0xffffn,
      2n ** 24n - 1n,
      2n ** 24n,
      2n ** 32n,
      2n ** 36n - 1n,
    ]) {
      const nonce = number < 0x80n ? toBeHex(number) : encodeRlp(toBeArray(number));
      const list = concat([toBeHex(0xd5 + dataLength(nonce)), "0x94", TOKEN, nonce]);
      expect(policyPointer(TOKEN, number)).to.equal(getAddress(dataSlice(keccak256(list), 12)));
    }
  });

  it("sign with secp256k1: four elements, the parity in the top bit of s", () => {
    const key = secp256k1Key();
    const signature = signExecution(key, domain, execution);
    const digest = TypedDataEncoder.hash(domain, SESSION_EXECUTION_TYPES, execution);
    const bytes = getBytes(signature);
    expect(bytes).to.have.length(128);
    expect(recoverAddress(digest, Signature.from("0x" + signature.slice(66, 194)))).to.equal(key.address);
    expect(BigInt("0x" + signature.slice(2, 66))).to.equal(BigInt(key.address));
    expect(BigInt("0x" + signature.slice(194))).to.equal(BigInt(execution.validUntil));
  });

  it("sign with P-256 what WebCrypto verifies, with s in the lower half and the parity of y above it", async () => {
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const key = p256Key();
    expect("0x" + keccak256(key.publicKey).slice(26)).to.equal(key.address.toLowerCase());
    const raw = getBytes("0x04" + key.publicKey.slice(2));
    const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const publicKey = await webcrypto.subtle.importKey("raw", raw, algorithm, false, ["verify"]);
    for (let i = 0; i < 16; i++) {
      const digest = keccak256(toBeHex(i, 32));
      const [x, r, s] = [0, 1, 2].map((at) =>
        BigInt(dataSlice(sessionSignature(key, digest, 9), 32 * at, 32 * at + 32)),
      );
      const low = s! & (2n ** 255n - 1n);
      const signature = getBytes(toBeHex(r!, 32) + toBeHex(low, 32).slice(2));
      expect(await webcrypto.subtle.verify(algorithm, publicKey, signature, getBytes(digest))).to.equal(true);
      expect(low <= order / 2n).to.equal(true);
      expect([x, s! >> 255n]).to.deep.equal([BigInt(dataSlice(key.publicKey, 0, 32)), BigInt(key.publicKey) % 2n]);
    }
  });

  it("decode an error however deep it is wrapped, and wherever a library puts it", () => {
    const errors = new Interface([
      "error FailedOpWithRevert(uint256 opIndex, string reason, bytes inner)",
      "error SessionCallsExceeded(uint256 requested, uint256 left)",
    ]);
    const inner = errors.encodeErrorResult("SessionCallsExceeded", [4, 3]);
    const outer = errors.encodeErrorResult("FailedOpWithRevert", [1, "AA23 reverted", inner]);
    const thrown = { code: "CALL_EXCEPTION", info: { error: { data: { message: "reverted", data: outer } } } };
    const decoded = decodeError(revertData(thrown)!)!;
    expect(decoded.name).to.equal("FailedOpWithRevert");
    expect(innermost(decoded)).to.deep.include({ name: "SessionCallsExceeded", args: [4n, 3n] });
    expect(formatError(decoded)).to.equal("FailedOpWithRevert: SessionCallsExceeded(4, 3)");
    expect(decodeError("0x12345678")).to.equal(undefined);
    expect(revertData(new Error("out of gas"))).to.equal(undefined);
  });

  it("add up all five gas fields of an operation", () => {
    const gas = { verificationGasLimit: 1, callGasLimit: 20, preVerificationGas: 300, maxFeePerGas: 2 };
    const op = { sender: TOKEN, nonce: 0n, callData: "0x", ...gas };
    expect(maxGasCost(userOp(op))).to.equal(642n);
    const paymaster = { address: TOKEN, verificationGasLimit: 4_000, postOpGasLimit: 50_000 };
    expect(maxGasCost(userOp({ ...op, paymaster }))).to.equal(2n * 54_321n);
  });

  it("read the numbers that a title bears", () => {
    expect(numbersIn("FooTest test_ATK_07_zero")).to.deep.equal(["ATK-7"]);
    expect(numbersIn("PIP-1, DUB-28 and PIP-1: once each; notATK-3")).to.deep.equal(["PIP-1", "DUB-28"]);
    expect(numbersIn("testFuzz_ATK_100_and_RTC_2")).to.deep.equal(["ATK-100", "RTC-2"]);
  });
});
