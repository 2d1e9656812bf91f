import { readFileSync, readdirSync } from "node:fs";
import { expect } from "chai";
import {
  BaseError,
  ContractFunctionExecutionError,
  ContractFunctionRevertedError,
  encodeAbiParameters,
  encodeErrorResult,
  parseAbi,
  RpcRequestError,
  type Abi,
  type AbiParameter,
  type Hex,
} from "viem";
import * as errors from "../../sdk/src/errors/index.ts";
import { ERROR_CODES } from "../../scripts/generate/lib/errorCodes.ts";
import { contractErrorsAbi } from "../../sdk/src/generated/errors/contractErrorsAbi.ts";
import { contractErrorWords } from "../../sdk/src/generated/errors/contractErrorWords.ts";

const { ContractError, decodeSessionError, isContractError, isSessionError, SessionError } = errors;

const SOURCES = [
  ...readdirSync("contracts/interfaces").map((file) => `contracts/interfaces/${file}`),
  "contracts/dapp/SessionAware.sol",
  "contracts/dapp/SessionSpender.sol",
];

const ADDRESS = "0x1111111111111111111111111111111111111111";
const sample = ({ type }: AbiParameter): unknown => {
  if (type === "address") return ADDRESS;
  if (type === "string") return "seven";
  if (/^bytes\d*$/.test(type)) return `0x${"ab".repeat(Number(type.slice(5) || 3))}`;
  return /^uint(8|16|32|48)$/.test(type) ? 7 : 7n;
};
const wrappers = parseAbi([
  "error PostOpReverted(bytes returnData)",
  "error FailedOp(uint256 opIndex, string reason)",
  "error FailedOpWithRevert(uint256 opIndex, string reason, bytes inner)",
  "error ERC7579UninstalledModule(uint256 moduleTypeId, address module)",
]);
const dataOf = (name: string): Hex => {
  const item = contractErrorsAbi.find((each) => each.name === name)!;
  const inputs = item.inputs as readonly AbiParameter[];
  return encodeErrorResult({ abi: [item] as Abi, errorName: name, args: inputs.map(sample) });
};
const callsExceeded = dataOf("SessionCallsExceeded");
const wrapped = (inner: Hex, reason = "AA23 reverted") =>
  encodeErrorResult({ abi: wrappers, errorName: "FailedOpWithRevert", args: [0n, reason, inner] });

describe("The client's errors", () => {
  it("have a code, a cause and a remedy for each Solidity error, and for nothing else", () => {
    const declared = SOURCES.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/^\s*error (\w+)\(/gm)].map(([, name]) => name!),
    );
    expect(declared).to.have.length.above(90);
    expect(new Set(declared).size).to.equal(declared.length);
    expect(contractErrorsAbi.map(({ name }) => name).sort()).to.deep.equal([...declared].sort());
    expect(Object.keys(ERROR_CODES).sort()).to.deep.equal([...declared].sort());
    const words = Object.entries(contractErrorWords).flatMap(([code, all]) =>
      all.map((each) => [...each, code] as const),
    );
    expect(words).to.have.length(declared.length);
    // The words of each stand where it stands.
    const documented = readFileSync("docs/errors.md", "utf8").split("\n");
    for (const [place, { name }] of contractErrorsAbi.entries()) {
      const row = documented.find((line) => line.startsWith(`| \`${name}(`));
      const [why, fix, code] = words[place]!;
      for (const each of [why, fix]) expect(row, name).to.contain(each.replace(/\.$/, ""));
      expect(code, name).to.equal(ERROR_CODES[name]);
    }
  });

  it("are told by their fields, so that two copies of the package know each other's", () => {
    const { code, errorName, name, args } = decodeSessionError(callsExceeded) as errors.AnyContractError;
    const foreign = Object.assign(new Error("of the other copy"), { code, errorName, name, args });
    expect(isSessionError(foreign)).to.equal(true);
    expect(decodeSessionError({ cause: foreign })).to.equal(foreign);
    expect(isContractError(foreign)).to.equal(true);
    expect(isContractError(foreign, "SessionCallsExceeded")).to.equal(true);
    expect(isContractError(foreign, "SpendCapExceeded")).to.equal(false);
    for (const other of [undefined, null, "text", { code }, Object.assign(new Error("no"), { code: "ECONNREFUSED" })]) {
      expect(isSessionError(other)).to.equal(false);
      expect(isContractError(other)).to.equal(false);
    }
  });

  it("can be made with nothing but their values, and then carry what the chain would revert with", () => {
    const error = new ContractError("SessionCallsExceeded", { args: { requested: 7n, left: 7n } });
    expect(error.data).to.equal(callsExceeded);
  });

  for (const document of ["sdk/README.md", "docs/guides/integrate-with-typescript.md"]) {
    it(`have every code in a table of ${document}, and no other`, () => {
      const source = readFileSync("sdk/src/errors/SessionError.ts", "utf8");
      const codes = [...source.matchAll(/^ {2}\| "(\w+)"/gm)].map(([, code]) => code);
      const rows = readFileSync(document, "utf8").match(/^\| `\w*SESSION\w*`.*$/gm)!;
      const listed = rows.flatMap((row) => [...row.split("|")[1]!.matchAll(/`(\w+)`/g)].map(([, code]) => code));
      expect(codes).to.have.length.above(20);
      expect(listed.sort()).to.deep.equal(codes.sort());
    });
  }

  for (const { name, inputs } of contractErrorsAbi) {
    it(`decode ${name} with its values by name, cause and remedy`, () => {
      const data = dataOf(name);
      const error = decodeSessionError(data)!;
      expect(isContractError(error, name)).to.equal(true);
      expect(error).to.be.instanceOf(ContractError);
      expect(error).to.be.instanceOf(SessionError).and.instanceOf(BaseError);
      const named = Object.fromEntries(inputs.map((input) => [input.name, sample(input)]));
      expect(error).to.deep.include({ name: "ContractError", errorName: name, data, args: named });
      expect(error.code).to.match(/^(SESSION_[A-Z_]+|INVALID_WALLET_TYPE_FOR_SESSION)$/);
      expect(error.shortMessage).to.match(/\S.*\.$/);
      expect(error.metaMessages!.join("\n"))
        .to.contain(`Error: ${name}(`)
        .and.contain("Remedy: ")
        .and.contain(error.code);
      expect(error.docsPath).to.equal("docs/errors.md");
    });
  }

  it("say of several alternatives what kept the nearest one from holding, and take its code", () => {
    const refused = (reason: Hex) =>
      decodeSessionError(
        encodeErrorResult({ abi: contractErrorsAbi, errorName: "AlternativesRefused", args: [0n, 2n, 1n, reason] }),
      ) as errors.ContractError<"AlternativesRefused">;
    const value = refused(dataOf("ValueNotAllowed"));
    expect(value).to.include({ errorName: "AlternativesRefused" });
    expect(value.reason).to.include({ errorName: "ValueNotAllowed" });
    expect(value.code).to.equal("SESSION_VALUE_NOT_ALLOWED");
    expect(value.metaMessages).to.include("Nearest alternative: ValueNotAllowed(index: 7, value: 7, maxValue: 7)");
    const unknown = refused("0x12345678");
    expect(unknown).to.include({ reason: undefined, code: "SESSION_ARGUMENT_NOT_ALLOWED" });
    // One inside the other for ever is nobody's answer: it is not followed for ever.
    let nested = dataOf("ValueNotAllowed");
    for (let i = 0; i < 20; ++i) nested = refused(nested).data;
    expect(refused(nested)).to.include({ errorName: "AlternativesRefused" });
  });

  it("are what the revert data says, not what a sentence beside it quotes of an argument", () => {
    const reason = dataOf("ValueNotAllowed");
    const data = encodeErrorResult({
      abi: contractErrorsAbi,
      errorName: "AlternativesRefused",
      args: [0n, 2n, 1n, reason],
    });
    const message = `reverted with custom error 'AlternativesRefused(0, 2, 1, ${reason})'`;
    for (const thrown of [Object.assign(new Error(message), { data }), { message, cause: { data } }]) {
      expect(decodeSessionError(thrown)).to.include({ errorName: "AlternativesRefused" });
    }
    expect(decodeSessionError(new Error(message))).to.include({ errorName: "ValueNotAllowed" });
  });

  const abi = [...contractErrorsAbi];
  const places: [string, unknown][] = [
    ["bare revert data", callsExceeded],
    ["FailedOpWithRevert", wrapped(callsExceeded)],
    ["FailedOpWithRevert twice", wrapped(wrapped(callsExceeded))],
    ["an ethers error", Object.assign(new Error("reverted"), { info: { error: { data: { data: callsExceeded } } } })],
    ["a bundler's JSON-RPC error", { code: -32_500, message: "AA23 reverted", data: { revertData: callsExceeded } }],
    [
      "a bundler's sentence",
      new BaseError("Execution reverted.", {
        details: `UserOperation reverted with reason ${wrapped(callsExceeded)} (x)`,
      }),
    ],
    [
      "viem's error of a request",
      new BaseError("Failed.", {
        cause: new RpcRequestError({
          body: { data: dataOf("PolicyEmpty") },
          error: { code: 3, message: "execution reverted", data: wrapped(callsExceeded) },
          url: "http://127.0.0.1",
        }),
      }),
    ],
    [
      "viem's error of a contract",
      new ContractFunctionExecutionError(
        new ContractFunctionRevertedError({ abi, data: callsExceeded, functionName: "checkCalls" }),
        { abi, args: [dataOf("PolicyEmpty")], functionName: "checkCalls" },
      ),
    ],
  ];
  for (const [place, thrown] of places) {
    it(`are found in ${place}`, () => {
      const error = decodeSessionError(thrown);
      expect(error).to.include({ errorName: "SessionCallsExceeded" });
      expect(error!.code).to.equal("SESSION_MAX_CALLS_EXCEEDED");
      expect((error as errors.ContractError<"SessionCallsExceeded">).args).to.deep.equal({ requested: 7n, left: 7n });
      if (typeof thrown === "object" && thrown instanceof Error)
        expect(error!.walk((each) => each === thrown)).to.equal(thrown);
    });
  }

  it("say what an EntryPoint says if nothing of Latchkey is inside", () => {
    const signature = encodeErrorResult({ abi: wrappers, errorName: "FailedOp", args: [0n, "AA24 signature error"] });
    expect(decodeSessionError(signature)).to.include({ code: "SESSION_INVALID_SIGNATURE", aaCode: "AA24" });
    const prefund = { message: "UserOperation reverted: AA21 didn't pay prefund", code: -32_500 };
    expect(decodeSessionError(prefund)).to.include({ code: "SESSION_OPERATION_REJECTED", aaCode: "AA21" });
    const foreign = wrapped(encodeAbiParameters([{ type: "uint256" }], [1n]));
    expect(decodeSessionError(foreign)).to.include({ aaCode: "AA23", code: "SESSION_OPERATION_REJECTED" });
    const missing = encodeErrorResult({ abi: wrappers, errorName: "ERC7579UninstalledModule", args: [2n, ADDRESS] });
    expect(decodeSessionError(missing)!.code).to.equal("INVALID_WALLET_TYPE_FOR_SESSION");
  });

  it("are no paymaster's, which is anybody's contract, but its own", () => {
    const revoked = dataOf("SessionAlreadyRevoked");
    const budget = dataOf("BudgetExceeded");
    const failed = (inner: Hex) =>
      encodeErrorResult({ abi: wrappers, errorName: "FailedOpWithRevert", args: [0n, "AA33 reverted", inner] });
    const afterwards = (inner: Hex) => encodeErrorResult({ abi: wrappers, errorName: "PostOpReverted", args: [inner] });
    expect(decodeSessionError(failed(revoked))).to.include({ aaCode: "AA33", code: "SESSION_OPERATION_REJECTED" });
    expect(decodeSessionError(afterwards(revoked))).to.include({ aaCode: "AA50", code: "SESSION_OPERATION_REJECTED" });
    for (const data of [failed(budget), afterwards(budget)]) {
      expect(decodeSessionError(data)).to.include({ errorName: "BudgetExceeded" });
    }
  });

  it("say what a bundler says that judges by itself and quotes nobody", () => {
    const said = (code: number, message: string, data?: unknown) =>
      decodeSessionError(
        new BaseError("Failed.", {
          cause: new RpcRequestError({ body: {}, error: { code, message, data }, url: "http://127.0.0.1" }),
        }),
      );
    const early = "User operation is not valid yet, validAfter=7, now=6";
    expect(said(-32_503, early)).to.include({ aaCode: "AA22", reason: `AA22 ${early}` });
    expect(said(-32_507, "Invalid UserOp signature")).to.include({
      code: "SESSION_INVALID_SIGNATURE",
      aaCode: "AA24",
    });
    expect(said(-32_507, "Invalid UserOp paymasterData")).to.include({
      code: "SESSION_OPERATION_REJECTED",
      aaCode: "AA34",
    });
    const foreign = "0x12345678";
    for (const error of [said(-32_521, "reverted", foreign), said(-32_521, `reverted with reason: ${foreign}`)]) {
      expect(error).to.be.instanceOf(errors.CallRevertedError).and.include({ data: foreign });
    }
    const silent = said(-32_521, "execution reverted")!;
    expect(silent).to.be.instanceOf(errors.CallRevertedError).and.include({ data: "0x" });
    expect(silent.metaMessages![0]).to.equal("Reason: execution reverted");
    expect(said(-32_521, "reverted", callsExceeded)).to.include({ errorName: "SessionCallsExceeded" });
    expect(said(-32_000, "reverted")).to.equal(undefined);
  });

  it("are none where there is none, and nothing throws on the way", () => {
    const circle: Record<string, unknown> = {};
    circle.cause = circle;
    for (const thrown of [undefined, null, 0, "", "0x", "0x1234", "text", new Error("out of gas"), circle, () => 1]) {
      expect(decodeSessionError(thrown)).to.equal(undefined);
    }
    // A known selector with values that do not decode.
    expect(decodeSessionError(callsExceeded.slice(0, 40))).to.equal(undefined);
    expect(errors.toSessionError(7)).to.equal(7);
  });

  it("lead to their own document, also from a cause, and to no site of others", () => {
    const cause = new errors.EntryPointError("AA22 expired or not due");
    const window = { validAfter: 1, validUntil: 2, time: 3 };
    const error = new errors.OperationWindowError("SESSION_EXPIRED", window, { cause });
    for (const { message, docsPath } of [cause, error]) {
      expect(docsPath).to.equal("docs/errors.md");
      expect(message).to.contain("See: docs/errors.md of the package latchkey").and.not.contain("://");
    }
  });

  it("say of a called contract's own revert what it said", () => {
    const text = encodeErrorResult({ abi: parseAbi(["error Error(string)"]), errorName: "Error", args: ["too late"] });
    const error = errors.revertError(text);
    expect(error).to.be.instanceOf(errors.CallRevertedError).and.include({ code: "SESSION_CALL_REVERTED", data: text });
    expect(error.metaMessages![0]).to.equal("Reason: too late");
    expect(errors.revertError("0x").metaMessages![0]).to.equal("Data: 0x");
    const sent = { cause: { data: { message: "reverted", data: text } } };
    expect(errors.toSessionError(sent)).to.include({ code: "SESSION_CALL_REVERTED", data: text });
    expect(errors.revertError(callsExceeded)).to.include({ errorName: "SessionCallsExceeded" });
  });
});
