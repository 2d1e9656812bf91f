import { webcrypto } from "node:crypto";
import { expect } from "chai";
import {
  dataSlice,
  getBytes,
  Interface,
  keccak256,
  recoverAddress,
  Signature,
  toBeHex,
  TypedDataEncoder,
  Wallet,
} from "ethers";
import { hashStruct, hashTypedData } from "viem";
import { decodeError, formatError, innermost, revertData } from "./errors.ts";
import { hashPolicy, limit, permission, policy, rule, sorted, word } from "./policy.ts";
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
      { target: TOKEN, method: "transfer(address,uint256)", rules: [rule.oneOf(0, [3, 1, 2])] },
      { target: TOKEN, method: "approve(address,uint256)", rules: [rule.equalPrincipal(0)] },
      { target: "0x0000000000000000000000000000000000000005", method: "poke()" },
    ],
    limits: [limit(TOKEN, 50n)],
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
      "approve(address,uint256)",
      "transfer(address,uint256)",
      "",
      "*",
    ]);
    expect(sorted([...example.permissions].reverse())).to.deep.equal(example.permissions);
    expect(example.permissions[2]!.rules[0]!.values).to.deep.equal([1, 2, 3].map((value) => toBeHex(value, 32)));
    expect(permission({ target: TOKEN, method: "" }).spendAmount).to.equal(0n);
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
      "Policy(bytes32 app,uint32 minDuration,uint32 maxDuration,uint32 maxCalls,uint80 gasBudget,bool selfPaid," +
        "address paymaster,Permission[] permissions,Limit[] limits)" +
        "Limit(address token,uint128 cap,uint32 period)" +
        "Permission(address target,string method,uint128 maxValue,address spendToken,uint8 amountArgument," +
        "uint128 spendAmount,Rule[] rules,bool consumable)" +
        "Rule(uint8 kind,uint8 word,bytes32[] values)",
    );
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
