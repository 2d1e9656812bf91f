import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** What the package ships of an artifact. */
export interface ShippedArtifact {
  contractName: string;
  sourceName: string;
  abi: { type: string }[];
  bytecode: string;
  deployedBytecode: string;
}

/** What can be deployed, and the interfaces, in the order of their names. Needs a build. */
export function shippedArtifacts(): ShippedArtifact[] {
  if (!existsSync(join(ROOT, "artifacts/contracts"))) {
    throw new Error("The contracts are not built: run npm run build in the repository first.");
  }
  return globSync("artifacts/contracts/**/*.json", { cwd: ROOT })
    .filter((path) => !path.startsWith("artifacts/contracts/examples/"))
    .map((path) => JSON.parse(readFileSync(join(ROOT, path), "utf8")) as ShippedArtifact)
    .filter(({ sourceName, abi, bytecode }) => {
      const isInterface = sourceName.startsWith("contracts/interfaces/");
      // A library that is compiled into its users has code, and nothing to be called; a part of Latchkey has no code.
      const isCallable = bytecode !== "0x" && abi.some(({ type }) => type !== "error");
      return isInterface || isCallable;
    })
    .map(({ contractName, sourceName, abi, bytecode, deployedBytecode }) => ({
      ...{ contractName, sourceName, abi },
      ...{ bytecode, deployedBytecode },
    }))
    .sort((a, b) => (a.contractName < b.contractName ? -1 : 1));
}
