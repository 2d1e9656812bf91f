import { createRequire } from "node:module";
import type { Compilation, DeployedContract } from "./release.ts";

export interface StandardJson {
  language: string;
  sources: Record<string, { content: string }>;
  settings: Record<string, unknown>;
}

/** What an explorer compiles to verify a contract, and its children with it: the input of the build, nothing added. */
export function standardJson({ compilation }: { compilation: Compilation }): StandardJson {
  const { language, sources, settings } = compilation.input;
  const outputSelection = { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } };
  return { language, sources, settings: { ...settings, outputSelection } };
}

/** The creation code that the pinned compiler makes of it, without the constructor's arguments. */
export function recompile(input: StandardJson, { file, name }: Pick<DeployedContract, "file" | "name">): string {
  const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as Partial<Compilation["output"]>;
  const compiled = output.contracts?.[`project/${file}`]?.[name];
  if (compiled === undefined) throw new Error(`The standard JSON input does not compile ${name}.`);
  return "0x" + compiled.evm.bytecode.object;
}
