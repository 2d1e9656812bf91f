import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { ContractFactory } from "ethers";
import type { Chain } from "./chain.ts";

const ARTIFACTS = new URL("../../cache/test-artifacts/test/mocks/", import.meta.url);

/** Deploys a contract of `test/mocks/<file>.sol`; returns its address. `hardhat build` compiles it with the tests. */
export async function deployMock(chain: Chain, file: string, name: string, args: unknown[] = []): Promise<string> {
  const path = fileURLToPath(new URL(`${file}.sol/${name}.json`, ARTIFACTS));
  const { abi, bytecode } = JSON.parse(await readFile(path, "utf8"));
  const contract = await new ContractFactory(abi, bytecode, chain.stranger).deploy(...args);
  await contract.waitForDeployment();
  return contract.getAddress();
}
