import hre from "hardhat";
import { readFile } from "node:fs/promises";
import { AbiCoder, concat, dataLength, getCreate2Address, getCreateAddress, keccak256, ZeroHash } from "ethers";
import { ENTRY_POINTS, PROXY } from "./entryPoints.ts";
import { DeploymentError } from "./DeploymentError.ts";
import { namesOfVariables, type Code, type Sources } from "./code.ts";

/** The EntryPoint that the factory's accounts and the EIP-7702 form answer to. */
export const ENTRY_POINT = ENTRY_POINTS["0.9"].address;

/** What a release sends to the deterministic deployment proxy, in this order. A salt here moves an address. */
const DEPLOYED = {
  LatchkeyExtension: { file: "contracts/LatchkeyExtension.sol", salt: ZeroHash, constructor: [] },
  Latchkey: { file: "contracts/Latchkey.sol", salt: ZeroHash, constructor: ["LatchkeyExtension"] },
  LatchkeyLens: { file: "contracts/LatchkeyLens.sol", salt: ZeroHash, constructor: ["Latchkey"] },
  LatchkeyAccountFactory: {
    file: "contracts/account/LatchkeyAccountFactory.sol",
    salt: ZeroHash,
    constructor: ["EntryPoint"],
  },
  LatchkeyAccount7702: {
    file: "contracts/account/LatchkeyAccount7702.sol",
    salt: ZeroHash,
    constructor: ["EntryPoint"],
  },
} as const satisfies Record<string, { file: string; salt: string; constructor: readonly string[] }>;

/** What the constructors above create, by the creator's nonce. */
const CHILDREN = {
  SessionForwarder: { file: "contracts/periphery/SessionForwarder.sol", parent: "Latchkey", nonce: 1 },
  PolicyStore: { file: "contracts/policy/PolicyStore.sol", parent: "Latchkey", nonce: 2 },
  // Only where the chain has no P-256 precompile.
  P256Verifier: { file: "contracts/periphery/P256Verifier.sol", parent: "Latchkey", nonce: 3 },
  LatchkeyAccount: { file: "contracts/account/LatchkeyAccount.sol", parent: "LatchkeyAccountFactory", nonce: 1 },
} as const satisfies Record<string, { file: string; parent: keyof typeof DEPLOYED; nonce: number }>;

export type DeployedName = keyof typeof DEPLOYED;
export type ChildName = keyof typeof CHILDREN;
export type ContractName = DeployedName | ChildName;
/** Where each contract stands on a chain. No P256Verifier where the chain verifies P-256 itself. */
export type ChainAddresses = Record<Exclude<ContractName, "P256Verifier">, string> & { P256Verifier?: string };
export const DEPLOYED_NAMES = Object.keys(DEPLOYED) as DeployedName[];
export const CHILD_NAMES = Object.keys(CHILDREN) as ChildName[];

/** EIP-3860, bytes, inclusive. */
export const MAX_INIT_CODE_SIZE = 49_152;
/** EIP-170, bytes, inclusive. */
export const MAX_CODE_SIZE = 24_576;
/** EIP-7825: the most gas that one transaction may have, inclusive. */
export const MAX_TRANSACTION_GAS = 2n ** 24n;

/** One job of the compiler: what it was given and what came out. */
export interface Compilation {
  solcVersion: string;
  input: { language: string; settings: Record<string, unknown>; sources: Record<string, { content: string }> };
  output: { contracts: Record<string, Record<string, Compiled>>; sources: Sources };
}

interface Compiled {
  abi: unknown[];
  evm: {
    bytecode: { object: string };
    deployedBytecode: { object: string; immutableReferences?: Record<string, { start: number; length: number }[]> };
  };
}

export interface DeployedContract<Name extends string = DeployedName> {
  name: Name;
  file: string;
  address: string;
  salt: string;
  /** ABI-encoded, "0x" if there are none. */
  constructorArguments: string;
  /** With the constructor's arguments. */
  initCode: string;
  code: Code;
  abi: unknown[];
  compilation: Compilation;
}

/** A child's code is the one that its parent carries: of the parent's compilation. */
export interface ChildContract {
  name: ChildName;
  file: string;
  address: string;
  parent: DeployedName;
  nonce: number;
  code: Code;
  compilation: Compilation;
}

/** Everything that a deployment consists of; the same on every chain. */
export interface Release {
  deployed: DeployedContract[];
  children: ChildContract[];
  addresses: Record<ContractName, string>;
}

let read: Promise<Release> | undefined;

/** The release that the built artifacts stand for, read once per process. */
export function readRelease(): Promise<Release> {
  return (read ??= composeRelease());
}

async function composeRelease(): Promise<Release> {
  const addresses: Record<string, string> = {};
  const deployed: DeployedContract[] = [];
  for (const name of DEPLOYED_NAMES) {
    const { file, salt, constructor } = DEPLOYED[name];
    const values = constructor.map((of: string) => (of === "EntryPoint" ? ENTRY_POINT : addresses[of]!));
    const contract = await contractOf(name, file, salt, values);
    addresses[name] = contract.address;
    deployed.push(contract);
  }
  const children = CHILD_NAMES.map((name): ChildContract => {
    const { file, parent, nonce } = CHILDREN[name];
    const { compilation } = deployed.find((contract) => contract.name === parent)!;
    const address = getCreateAddress({ from: addresses[parent]!, nonce });
    addresses[name] = address;
    const code = codeOf(compilation, compiledOf(compilation, file, name));
    return { name, file, address, parent, nonce, code, compilation };
  });
  for (const { name, initCode } of deployed) {
    const size = dataLength(initCode);
    if (size > MAX_INIT_CODE_SIZE) {
      throw new DeploymentError(
        `The init code of ${name} has ${size.toLocaleString("en")} bytes; ` +
          `a chain takes ${MAX_INIT_CODE_SIZE.toLocaleString("en")} (EIP-3860). Nothing was sent.`,
      );
    }
  }
  return { deployed, children, addresses: addresses as Record<ContractName, string> };
}

/** A contract that is sent to the proxy, with addresses as its constructor's arguments. */
export async function contractOf<Name extends string>(
  name: Name,
  file: string,
  salt: string,
  values: string[],
): Promise<DeployedContract<Name>> {
  const compilation = await compilationOf(file, name);
  const compiled = compiledOf(compilation, file, name);
  const constructorArguments = AbiCoder.defaultAbiCoder().encode(
    values.map(() => "address"),
    values,
  );
  const initCode = concat(["0x" + compiled.evm.bytecode.object, constructorArguments]);
  const address = getCreate2Address(PROXY, salt, keccak256(initCode));
  const code = codeOf(compilation, compiled);
  return { name, file, address, salt, constructorArguments, initCode, code, abi: compiled.abi, compilation };
}

async function compilationOf(file: string, name: string): Promise<Compilation> {
  const id = await hre.artifacts.getBuildInfoId(`${file}:${name}`).catch(() => undefined);
  const info = id === undefined ? undefined : await hre.artifacts.getBuildInfoPath(id);
  const out = id === undefined ? undefined : await hre.artifacts.getBuildInfoOutputPath(id);
  if (info === undefined || out === undefined)
    throw new DeploymentError("The contracts are not built: run npm run build.");
  const { solcLongVersion, input } = await json<{ solcLongVersion: string; input: Compilation["input"] }>(info);
  const { output } = await json<{ output: Compilation["output"] }>(out);
  return { solcVersion: solcLongVersion, input, output };
}

async function json<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, "utf8")) as T;
}

function compiledOf({ output }: Compilation, file: string, name: string): Compiled {
  return output.contracts[`project/${file}`]![name]!;
}

function codeOf({ output }: Compilation, { evm }: Compiled): Code {
  const references = evm.deployedBytecode.immutableReferences ?? {};
  const names = namesOfVariables(output.sources, Object.keys(references).map(Number));
  return {
    runtime: "0x" + evm.deployedBytecode.object,
    immutables: Object.entries(references)
      .map(([id, ranges]) => ({ name: names.get(Number(id))!, ranges }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
