import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "chai";
import hre from "hardhat";
import {
  Contract,
  FunctionFragment,
  getAddress,
  getCreateAddress,
  hexlify,
  id,
  Interface,
  randomBytes,
  TypedDataEncoder,
  type InterfaceAbi,
  type TypedDataDomain,
  ZeroAddress,
} from "ethers";
import { deployLatchkey, openChain, type Chain } from "../support/chain/chain.ts";

/** What only the entrance has the code of; Latchkey's fallback reaches the first, its routes the others. */
const WAYS_IN = ["redeemDelegations", "validateFirstUse", "executeFirstUse", "consumeForwardedFirstUse"];
/** The verbs and views of which only the extension has the code. */
const COLD = [
  ...["registerSessionAndFund", "registerSessionBySig", "revokeSessionBySig", "revokeAllSessionsBySig"],
  ...["registerSessionOnChains", "revokeSessionOnChains"],
  ...["cancelSignatures", "deactivateSession", "checkCalls", "isAuthorized", "activeSession", "nonces"],
  ...["generationOf", "sessionWords", "laneWord", "isNonceUsed", "eip712Domain"],
];
const PARTS = ["Latchkey", "LatchkeyExtension", "LatchkeyEntrance"] as const;
const REVOKE = ["address principal", "address key", "uint256 deadline"].map((field) => {
  const [type, name] = field.split(" ");
  return { name: name!, type: type! };
});

describe("Latchkey, its extension and its entrance", () => {
  let chain: Chain;
  let deployed: Awaited<ReturnType<typeof deployLatchkey>>;
  /** The extension and the entrance where they stand. */
  let direct: string;
  let entrance: string;
  let abis: Record<"Latchkey" | "LatchkeyExtension" | "LatchkeyEntrance" | "ILatchkey" | "IFirstUse", Interface>;

  before(async () => {
    chain = await openChain();
    deployed = await deployLatchkey(chain);
    const half = await chain.ethers.getContractAt("Latchkey", deployed.address);
    direct = String(await half.getFunction("EXTENSION")());
    entrance = String(await half.getFunction("ENTRANCE")());
    const abiOf = async (name: string) => new Interface((await hre.artifacts.readArtifact(name)).abi as InterfaceAbi);
    abis = {
      Latchkey: await abiOf("Latchkey"),
      LatchkeyExtension: await abiOf("LatchkeyExtension"),
      LatchkeyEntrance: await abiOf("LatchkeyEntrance"),
      IFirstUse: await abiOf("IFirstUse"),
      ILatchkey: await abiOf("ILatchkey"),
    };
  });

  const selectorsOf = (abi: Interface) => abi.fragments.filter(FunctionFragment.isFragment).map((f) => f.selector);
  const call = (to: string, data: string, value = 0n) =>
    chain.provider
      .request({
        method: "eth_call",
        params: [{ from: chain.stranger.address, to, data, value: `0x${value.toString(16)}` }, "latest"],
      })
      .then(
        () => expect.fail("was not refused"),
        (error: unknown) => (error as { data: string | { data: string } }).data,
      )
      .then((data) => (typeof data === "string" ? data : data.data));
  const refusal = (name: "Latchkey" | "LatchkeyExtension", error: string, ...args: unknown[]) =>
    abis[name].encodeErrorResult(error, args);

  it("have no selector in common and are ILatchkey together, with EIP-5267 and what only routes pass on", () => {
    const selectors = PARTS.flatMap((name) => selectorsOf(abis[name]));
    expect(new Set(selectors)).to.have.length(selectors.length);
    const namesOf = (abi: Interface) => abi.fragments.filter(FunctionFragment.isFragment).map(({ name }) => name);
    expect(namesOf(abis.LatchkeyExtension).sort()).to.deep.equal([...COLD].sort());
    expect(namesOf(abis.LatchkeyEntrance).sort()).to.deep.equal([...WAYS_IN].sort());
    // What an interface calls a view may be pure.
    const forms = (abi: Interface) =>
      abi.fragments.filter(FunctionFragment.isFragment).map((f) => f.format("minimal").replace(" pure ", " view "));
    const others = ["function eip712Domain() view returns (bytes1,string,string,uint256,address,bytes32,uint256[])"];
    expect(PARTS.flatMap((name) => forms(abis[name])).sort()).to.deep.equal(
      [...forms(abis.ILatchkey), ...forms(abis.IFirstUse), ...others].sort(),
    );
  });

  it("say everything that they say with the errors and events of ILatchkey, and six errors beside them", () => {
    const kinds = (abi: Interface) =>
      abi.fragments.filter(({ type }) => type === "error" || type === "event").map((f) => f.format("minimal"));
    const known = new Set(kinds(abis.ILatchkey));
    const own = new Set(PARTS.flatMap((name) => kinds(abis[name])).filter((form) => !known.has(form)));
    expect([...own].sort()).to.deep.equal([
      "error CoinNotAccepted(uint256)",
      // Of the forwarder, which `checkCalls` speaks for.
      "error ForwardedCalldataTooShort(uint256,uint256)",
      "error InstructionMissing()",
      // Of the policy store, which a registration speaks for.
      "error PolicyNotPublished(bytes32)",
      "error SiblingMissing(uint256,address)",
      "error VerifierFailed(address)",
      "event EIP712DomainChanged()",
    ]);
  });

  it("stand on one storage layout, all of it declared by SessionState", async () => {
    const halves = PARTS.map((name) => ({ name, file: `contracts/${name}.sol` }));
    const inputs = await Promise.all(halves.map(({ name, file }) => inputOf(`${file}:${name}`)));
    const selected = Object.fromEntries(
      halves.map(({ name, file }) => [`project/${file}`, { [name]: ["storageLayout"] }]),
    );
    // One job, so that the compiler numbers the types of all alike.
    const input = {
      ...inputs[0]!,
      sources: Object.assign({}, ...inputs.map(({ sources }) => sources)) as object,
      settings: { ...inputs[0]!.settings, outputSelection: { ...selected, "*": { "": ["ast"] } } },
    };
    const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };
    const output = JSON.parse(solc.compile(JSON.stringify(input))) as {
      contracts: Record<string, Record<string, { storageLayout: unknown }>>;
      sources: Record<string, { ast: unknown }>;
    };
    const [core, ...others] = halves.map(({ file, name }) => {
      const layout = JSON.stringify(
        output.contracts[`project/${file}`]![name]!.storageLayout,
        // The contract that was asked about.
        (key, value: unknown) => (key === "contract" ? undefined : value),
      );
      return JSON.parse(layout) as { storage: Variable[] };
    });
    expect(others).to.deep.equal([core, core]);
    expect(core!.storage.map(({ label, slot, offset }) => [label, slot, offset])).to.deep.equal([
      ["_sessions", "0", 0],
      ["_principals", "1", 0],
      ["_lanes", "2", 0],
      ["_nonces", "3", 0],
    ]);
    const declaring = core!.storage.map(({ astId }) =>
      Object.keys(output.sources).find((file) => JSON.stringify(output.sources[file]!.ast).includes(`"id":${astId},`)),
    );
    expect([...new Set(declaring)]).to.have.length(1);
    expect(declaring[0]).to.match(/\/SessionState\.sol$/);
  });

  it("run nothing of the extension or the entrance where they stand themselves, views included", async () => {
    const refused = refusal("LatchkeyExtension", "ExtensionCalledDirectly");
    for (const [name, at, functions] of [
      ["LatchkeyExtension", direct, COLD],
      ["LatchkeyEntrance", entrance, WAYS_IN],
    ] as const) {
      const fragments = abis[name].fragments.filter(FunctionFragment.isFragment);
      expect(fragments).to.have.length(functions.length);
      for (const fragment of fragments) {
        const values = fragment.inputs.map(emptyOf);
        const data = abis[name].encodeFunctionData(fragment, values);
        expect(await call(at, data), fragment.name).to.equal(refused);
        if (fragment.payable) expect(await call(at, data, 1n), fragment.name).to.equal(refused);
        else expect(await call(at, data, 1n), fragment.name).to.equal("0x");
      }
      for (const data of ["0x", "0x12", "0x12345678", id("registerSession").slice(0, 10)]) {
        expect(await call(at, data), data).to.equal(refused);
        expect(await call(at, data, 1n), data).to.equal("0x");
      }
    }
  });

  it("pass on what brings its grant by the routes alone", async () => {
    for (const fragment of abis.IFirstUse.fragments.filter(FunctionFragment.isFragment)) {
      const data = abis.IFirstUse.encodeFunctionData(fragment, fragment.inputs.map(emptyOf));
      expect(await call(deployed.address, data), fragment.name).to.equal("0x");
    }
  });

  it("answer nothing to what none of them has, as a contract without a fallback", async () => {
    const known = new Set(PARTS.flatMap((name) => selectorsOf(abis[name])));
    const unknown = ["0x", "0x01", "0x0102", "0x010203", "0x00000000", "0xffffffff", "0x01ffc9a7"];
    for (let i = 0; i < 16; ++i) unknown.push(hexlify(randomBytes(4)), hexlify(randomBytes(68)));
    for (const data of unknown.filter((each) => !known.has(each.slice(0, 10)))) {
      expect(await call(deployed.address, data), data).to.equal("0x");
    }
  });

  it("take coin for registerSessionAndFund alone", async () => {
    const refused = refusal("Latchkey", "CoinNotAccepted", 7n);
    for (const data of ["0x", "0x12", "0x12345678"]) expect(await call(deployed.address, data, 7n)).to.equal(refused);
    for (const fragment of abis.ILatchkey.fragments.filter(FunctionFragment.isFragment)) {
      if (fragment.payable) {
        expect(fragment.name).to.equal("registerSessionAndFund");
        continue;
      }
      const data = abis.ILatchkey.encodeFunctionData(fragment, fragment.inputs.map(emptyOf));
      const expected = [...COLD, ...WAYS_IN].includes(fragment.name) ? refused : "0x";
      expect(await call(deployed.address, data, 7n), fragment.name).to.equal(expected);
    }
    expect(await chain.ethers.provider.getBalance(deployed.address)).to.equal(0n);
  });

  it("take a principal's signature under the domain of Latchkey's address, not of the extension's", async () => {
    const principal = chain.owner;
    const message = { principal: principal.address, key: chain.relayer.address, deadline: 2n ** 40n };
    const sign = (domain: TypedDataDomain) => principal.signTypedData(domain, { RevokeSession: REVOKE }, message);
    const revoke = async (domain: TypedDataDomain) =>
      abis.ILatchkey.encodeFunctionData("revokeSessionBySig", [...Object.values(message), await sign(domain)]);
    const wrong = await revoke({ ...deployed.domain, verifyingContract: direct });
    expect(await call(deployed.address, wrong)).to.equal(
      abis.ILatchkey.encodeErrorResult("InvalidPrincipalSignature", [principal.address]),
    );
    const right = await revoke(deployed.domain);
    const sent = await chain.stranger.sendTransaction({ to: deployed.address, data: right });
    const { logs } = (await sent.wait())!;
    expect(logs.map(({ address }) => address)).to.deep.equal([deployed.address]);
    expect(abis.ILatchkey.parseLog(logs[0]!)!.name).to.equal("SessionRevoked");
    expect(await chain.ethers.provider.getStorage(direct, 0)).to.equal(`0x${"00".repeat(32)}`);
    const whole = new Contract(deployed.address, abis.LatchkeyExtension, chain.ethers.provider);
    const [, name, version, chainId, verifyingContract] = await whole.getFunction("eip712Domain").staticCall();
    expect(TypedDataEncoder.hashDomain({ name, version, chainId, verifyingContract })).to.equal(
      TypedDataEncoder.hashDomain(deployed.domain),
    );
  });

  it("know the same forwarder, extension and entrance", async () => {
    // `isAuthorized` asks in the extension what `_isMachinery` asks in the core: the forwarder is never a target.
    const forwarder = await deployed.forwarder.getAddress();
    expect(await deployed.forwarder.getFunction("LATCHKEY")()).to.equal(deployed.address);
    for (const key of [forwarder, direct, entrance]) {
      for (const verb of ["registerSession", "registerSessionAndFund"]) {
        const data = abis.ILatchkey.encodeFunctionData(verb, [{ ...EMPTY_GRANT, key }]);
        expect(await call(deployed.address, data)).to.equal(abis.ILatchkey.encodeErrorResult("KeyNotAllowed", [key]));
      }
    }
  });

  it("are made only where the siblings stand, by the same deployer", async () => {
    const from = getAddress(hexlify(randomBytes(20)));
    const { bytecode } = await hre.artifacts.readArtifact("Latchkey");
    const make = () =>
      chain.provider.request({ method: "eth_call", params: [{ from, data: bytecode }, "latest"] }).then(
        () => "made",
        (error: unknown) => {
          const { data } = error as { data: string | { data: string } };
          return typeof data === "string" ? data : data.data;
        },
      );
    // The verifier is asked questions instead.
    for (const creation of [1, 3, 4, 5, 6]) {
      const sibling = getCreateAddress({ from, nonce: creation });
      expect(await make()).to.equal(refusal("Latchkey", "SiblingMissing", creation, sibling));
      await chain.helpers.setCode(sibling, "0x00");
    }
    expect(await make()).to.equal("made");
  });

  it("are made only where the chain has the instructions that they use (ATK-111)", async function () {
    this.timeout(120_000);
    const from = getAddress(hexlify(randomBytes(20)));
    const { bytecode } = await hre.artifacts.readArtifact("Latchkey");
    const { deployedBytecode: verifier } = await hre.artifacts.readArtifact("P256Verifier");
    for (const [hardfork, lastOp] of [
      ["shanghai", "MCOPY"],
      ["cancun", "RETURN"],
    ] as const) {
      const { connection, helpers, provider } = await openChain("default", { hardfork });
      for (const creation of [1, 2, 3, 4, 5, 6]) {
        await helpers.setCode(getCreateAddress({ from, nonce: creation }), creation === 2 ? verifier : "0x00");
      }
      const params = [{ from, data: bytecode, gas: "0xf00000" }, "latest", { disableStack: true, disableMemory: true }];
      const trace = await provider.request({ method: "debug_traceCall", params });
      const { failed, structLogs } = trace as { failed: boolean; structLogs: { op: string; depth: number }[] };
      expect({ failed, ...structLogs.at(-1) }).to.include({ failed: lastOp !== "RETURN", op: lastOp, depth: 1 });
      await connection.close();
    }
  });
});

/** What the compiler was given for a contract. */
async function inputOf(contract: string): Promise<{ sources: object; settings: object }> {
  const path = await hre.artifacts.getBuildInfoPath((await hre.artifacts.getBuildInfoId(contract))!);
  return (JSON.parse(readFileSync(path!, "utf8")) as { input: { sources: object; settings: object } }).input;
}

interface Variable {
  astId: number;
  label: string;
  slot: string;
  offset: number;
}

const EMPTY_GRANT = {
  ...{ key: ZeroAddress, publicKey: "0x", policyId: id(""), validAfter: 0, validUntil: 0 },
  ...{ maxCalls: 0, lane: 0, replaces: ZeroAddress },
};

/** The value of a type that says least. */
function emptyOf({ baseType, type, components }: FunctionFragment["inputs"][number]): unknown {
  if (baseType === "array") return [];
  if (baseType === "tuple") return components!.map(emptyOf);
  if (type === "address") return ZeroAddress;
  if (type === "bool") return false;
  const size = /^bytes(\d+)$/.exec(type)?.[1];
  if (size !== undefined) return `0x${"00".repeat(Number(size))}`;
  return type === "bytes" ? "0x" : type === "string" ? "" : 0n;
}
