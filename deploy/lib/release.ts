import hre from "hardhat";
import { readFile } from "node:fs/promises";
import {
  concat,
  dataLength,
  getCreate2Address,
  getCreateAddress,
  Interface,
  keccak256,
  ZeroHash,
  type InterfaceAbi,
} from "ethers";
import { ENTRY_POINTS, PROXY } from "./entryPoints.ts";
import { DeploymentError } from "./DeploymentError.ts";
import { constantBytes, namesOfVariables, type Code, type Sources } from "./code.ts";

/** The EntryPoint that the factory's accounts and the EIP-7702 form answer to. */
export const ENTRY_POINT = ENTRY_POINTS["0.9"].address;

/**
 * What goes to the deterministic deployment proxy, the deployer first and the rest behind its creations. A salt here
 * moves an address. A constructor's argument is an address, or the hashes of the siblings' init codes in their order.
 */
const PROXIED = {
  LatchkeyDeployer: { file: "contracts/periphery/LatchkeyDeployer.sol", salt: ZeroHash, constructor: ["Siblings"] },
  LatchkeyLens: { file: "contracts/LatchkeyLens.sol", salt: ZeroHash, constructor: ["Latchkey"] },
  LatchkeyAccountFactory: {
    file: "contracts/account/LatchkeyAccountFactory.sol",
    salt: ZeroHash,
    constructor: ["EntryPoint", "Latchkey"],
  },
  LatchkeyAccount7702: {
    file: "contracts/account/LatchkeyAccount7702.sol",
    salt: ZeroHash,
    constructor: ["EntryPoint", "Latchkey"],
  },
} as const satisfies Record<string, { file: string; salt: string; constructor: readonly string[] }>;

/** Latchkey and its siblings, in the order in which their deployer takes them. Their init codes have no arguments. */
const SIBLINGS = {
  SessionForwarder: "contracts/periphery/SessionForwarder.sol",
  P256Verifier: "contracts/periphery/P256Verifier.sol",
  PolicyEncoder: "contracts/policy/PolicyEncoder.sol",
  PolicyStore: "contracts/policy/PolicyStore.sol",
  LatchkeyExtension: "contracts/LatchkeyExtension.sol",
  LatchkeyEntrance: "contracts/LatchkeyEntrance.sol",
  Latchkey: "contracts/Latchkey.sol",
} as const satisfies Record<string, string>;

/** What the constructors above create, by the creator's nonce; the code of one that holds data is a constant of its own. */
const CHILDREN = {
  TokenRows: { file: "contracts/policy/TokenRows.sol", parent: "PolicyEncoder", nonce: 1, data: "ROWS" },
  LatchkeyAccount: { file: "contracts/account/LatchkeyAccount.sol", parent: "LatchkeyAccountFactory", nonce: 1 },
} as const satisfies Record<string, { file: string; parent: DeployedName; nonce: number; data?: string }>;

export type ProxiedName = keyof typeof PROXIED;
export type SiblingName = keyof typeof SIBLINGS;
export type DeployedName = ProxiedName | SiblingName;
export type ChildName = keyof typeof CHILDREN;
export type ContractName = DeployedName | ChildName;
/** Where each contract stands, on every chain. */
export type ChainAddresses = Record<ContractName, string>;
export const SIBLING_NAMES = Object.keys(SIBLINGS) as SiblingName[];
const [DEPLOYER_NAME, ...OTHER_NAMES] = Object.keys(PROXIED) as ProxiedName[];
/** In the order in which they are sent. */
export const DEPLOYED_NAMES: DeployedName[] = [DEPLOYER_NAME!, ...SIBLING_NAMES, ...OTHER_NAMES];
export const CHILD_NAMES = Object.keys(CHILDREN) as ChildName[];

/** EIP-3860, bytes, inclusive. */
export const MAX_INIT_CODE_SIZE = 49_152;
/** EIP-170, bytes, inclusive. */
export const MAX_CODE_SIZE = 24_576;
/** Bytes that stay free under both ceilings, so that a change is never a matter of size. */
export const FREE_SIZE = 1_500;
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
  /** What brings it: the proxy with a salt, or the deployer's creation of this number, which is its nonce. */
  by: { salt: string } | { creation: number };
  /** ABI-encoded, "0x" if there are none. */
  constructorArguments: string;
  /** With the constructor's arguments. */
  initCode: string;
  /** The transaction that creates it. */
  to: string;
  data: string;
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
  const siblings = await Promise.all(SIBLING_NAMES.map((name) => compiled(name, SIBLINGS[name])));
  const addresses: Record<string, string> = { EntryPoint: ENTRY_POINT };
  const proxied = async (name: ProxiedName) => {
    const { file, salt, constructor } = PROXIED[name];
    const hashes = siblings.map(({ creationCode }) => keccak256(creationCode));
    const values = constructor.map((of: string) => (of === "Siblings" ? hashes : addresses[of]!));
    const contract = await contractOf(name, file, salt, values);
    addresses[name] = contract.address;
    return contract;
  };

  const deployer = await proxied(DEPLOYER_NAME!);
  const deployed: DeployedContract[] = [deployer];
  for (const [index, { name, creationCode, ...rest }] of siblings.entries()) {
    const creation = index + 1;
    const address = getCreateAddress({ from: deployer.address, nonce: creation });
    addresses[name] = address;
    const data = new Interface(deployer.abi as InterfaceAbi).encodeFunctionData("create", [creationCode]);
    const sent = { initCode: creationCode, constructorArguments: "0x", to: deployer.address, data };
    deployed.push({ ...rest, name, address, by: { creation }, ...sent });
  }
  for (const name of OTHER_NAMES) deployed.push(await proxied(name));

  const children = CHILD_NAMES.map((name): ChildContract => {
    const { file, parent, nonce, ...held } = CHILDREN[name];
    const { compilation } = deployed.find((contract) => contract.name === parent)!;
    const address = getCreateAddress({ from: addresses[parent]!, nonce });
    addresses[name] = address;
    const code =
      "data" in held
        ? { runtime: constantBytes(compilation.output.sources, held.data), immutables: [] }
        : codeOf(compilation, compiledOf(compilation, file, name));
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
  const { EntryPoint: _apart, ...own } = addresses;
  return { deployed, children, addresses: own as Record<ContractName, string> };
}

/** A contract that is sent to the proxy, with its constructor's arguments. */
export async function contractOf<Name extends string>(
  name: Name,
  file: string,
  salt: string,
  values: (string | string[])[],
): Promise<DeployedContract<Name>> {
  const { creationCode, ...rest } = await compiled(name, file);
  const constructorArguments = new Interface(rest.abi as InterfaceAbi).encodeDeploy(values);
  const initCode = concat([creationCode, constructorArguments]);
  const address = getCreate2Address(PROXY, salt, keccak256(initCode));
  const sent = { initCode, constructorArguments, to: PROXY, data: concat([salt, initCode]) };
  return { ...rest, address, by: { salt }, ...sent };
}

async function compiled<Name extends string>(name: Name, file: string) {
  const compilation = await compilationOf(file, name);
  const { abi, ...output } = compiledOf(compilation, file, name);
  const creationCode = "0x" + output.evm.bytecode.object;
  return { name, file, creationCode, code: codeOf(compilation, output), abi, compilation };
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

function codeOf({ output }: Compilation, { evm }: Pick<Compiled, "evm">): Code {
  const references = evm.deployedBytecode.immutableReferences ?? {};
  const names = namesOfVariables(output.sources, Object.keys(references).map(Number));
  return {
    runtime: "0x" + evm.deployedBytecode.object,
    immutables: Object.entries(references)
      .map(([id, ranges]) => ({ name: names.get(Number(id))!, ranges }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
