import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type InterfaceAbi } from "ethers";
import { PROTOCOL_PACKAGES } from "../../../scripts/lib/lockedFolder.ts";

const FOLDER = new URL("../", import.meta.url);
const PACKAGES = new URL(`../../../${PROTOCOL_PACKAGES}/`, import.meta.url);
const COMPILED = new URL("../../../cache/protocols/compiled/", import.meta.url);
/** Resolves from the packages of these tests, then from the project's. */
const require = createRequire(new URL("package.json", PACKAGES));

interface Code {
  object: string;
  linkReferences?: Links;
}
type Links = Record<string, Record<string, { start: number; length: number }[]>>;

export interface Artifact {
  abi: InterfaceAbi;
  /** Init code without its arguments; `0x` in front. */
  bytecode: string;
  linkReferences?: Links;
  /** The package whose code it is, or what it is otherwise. */
  from?: string;
}

/** Of contracts that stand in for those of no package. */
export const STAND_IN = "a stand-in";

const packageOf = (path: string): string => /^(@[^/]+\/)?[^/]+/.exec(path)![0];

/** What a package was published with, in any form that Hardhat, Truffle or the compiler writes. */
export function published(path: string): Artifact {
  const json = require(path) as Artifact & { evm?: { bytecode: Code } };
  const code = json.evm?.bytecode.object ?? json.bytecode;
  const linkReferences = json.linkReferences ?? json.evm?.bytecode.linkReferences;
  const from = packageOf(path);
  return { abi: json.abi, bytecode: prefixed(code), from, ...(linkReferences && { linkReferences }) };
}

/** The artifact with the addresses of all libraries that it calls, by their names. */
export function linked(artifact: Artifact, libraries: Record<string, string>): Artifact {
  let code = artifact.bytecode;
  for (const [name, places] of Object.values(artifact.linkReferences ?? {}).flatMap(Object.entries)) {
    const address = libraries[name];
    if (address === undefined)
      throw new Error(`The library ${name} is not among ${Object.keys(libraries).join(", ")}.`);
    for (const { start, length } of places as { start: number; length: number }[]) {
      code = code.slice(0, 2 + 2 * start) + address.slice(2).toLowerCase() + code.slice(2 + 2 * (start + length));
    }
  }
  return { ...artifact, bytecode: code, linkReferences: {} };
}

export interface Compilation {
  /** A package that is a compiler, for example `solc-0.8.19`. */
  solc: string;
  /** As its package says it, for example `@morpho-org/morpho-blue/src/Morpho.sol`, or a file of contracts/ here. */
  source: string;
  contract: string;
  /** Of the compiler's standard JSON, without `outputSelection`. */
  settings: Record<string, unknown>;
}

interface Compiler {
  compile(input: string, callbacks: { import: (path: string) => { contents: string } | { error: string } }): string;
}
interface Output {
  errors?: { severity: string; formattedMessage: string }[];
  contracts: Record<string, Record<string, { abi: InterfaceAbi; evm: { bytecode: Code } }>>;
}

/** A contract of which no package has the code. A file is compiled once; cache/ keeps what came out, of all in it. */
export function compiled({ contract, ...file }: Compilation): Artifact {
  const lock = readFileSync(new URL("package-lock.json", FOLDER), "utf8");
  const hash = createHash("sha256").update(JSON.stringify([file, read(file.source), lock]));
  const kept = new URL(`${hash.digest("hex").slice(0, 16)}.json`, COMPILED);
  if (!existsSync(kept)) {
    mkdirSync(COMPILED, { recursive: true });
    // Another process may read it at the same time.
    const draft = new URL(`${process.pid}.json`, COMPILED);
    writeFileSync(draft, JSON.stringify(compile(file)));
    renameSync(draft, kept);
  }
  const artifact = (JSON.parse(readFileSync(kept, "utf8")) as Record<string, Artifact>)[contract]!;
  return { ...artifact, from: packageOf(file.source) };
}

/** All contracts of a file, by name. */
function compile({ solc, source, settings }: Omit<Compilation, "contract">): Record<string, Artifact> {
  const outputSelection = { [source]: { "*": ["abi", "evm.bytecode.object", "evm.bytecode.linkReferences"] } };
  const input = {
    language: "Solidity",
    sources: { [source]: { content: read(source) } },
    settings: { ...settings, outputSelection },
  };
  const callbacks = { import: (path: string) => found(path) };
  const output = JSON.parse((require(solc) as Compiler).compile(JSON.stringify(input), callbacks)) as Output;
  const errors = (output.errors ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join("\n"));
  const artifacts = Object.entries(output.contracts[source]!).map(([name, { abi, evm }]) => {
    const { object, linkReferences } = evm.bytecode;
    return [name, { abi, bytecode: prefixed(object), ...(linkReferences && { linkReferences }) }];
  });
  return Object.fromEntries(artifacts) as Record<string, Artifact>;
}

/** A contract of contracts/ here, by the project's own compiler. */
export function ours(file: string, contract = file): Artifact {
  const settings = { optimizer: { enabled: true, runs: 200 } };
  const source = `contracts/${file}.sol`;
  // What is not a stand-in is a contract of the package that is imported last, with a name.
  const imported = file === "StandIns" ? [] : [...read(source).matchAll(/ from "(@[^/]+\/[^/]+)/g)];
  return { ...compiled({ solc: "solc", source, contract, settings }), from: imported.at(-1)?.[1] ?? STAND_IN };
}

function found(path: string): { contents: string } | { error: string } {
  try {
    return { contents: read(path) };
  } catch (error) {
    return { error: String(error) };
  }
}

/** A package's `exports` do not name its sources. */
function read(path: string): string {
  const file = path.startsWith("contracts/") ? new URL(path, FOLDER) : new URL(`node_modules/${path}`, PACKAGES);
  return readFileSync(file, "utf8");
}

/** Places of libraries are left as they are. */
const prefixed = (code: string): string => (code.startsWith("0x") ? code : `0x${code}`);
