import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ContractFactory, type BaseContract, type Contract } from "ethers";
import type { Chain } from "./chain.ts";

/** Deploys a contract of test/support/solidity/mocks/, which `npm run build` compiles apart from the project's own. */
export async function deployMock(chain: Chain, file: string, name: string, args: unknown[] = []): Promise<Contract> {
  const path = fileURLToPath(
    new URL(`../../../cache/test-artifacts/test/support/solidity/mocks/${file}.sol/${name}.json`, import.meta.url),
  );
  const { abi, bytecode } = JSON.parse(readFileSync(path, "utf8")) as { abi: []; bytecode: string };
  const contract: BaseContract = await new ContractFactory(abi, bytecode, chain.owner).deploy(...args);
  await contract.waitForDeployment();
  return contract as Contract;
}
