import { createRequire } from "node:module";
import hre from "hardhat";
import {
  type Abi,
  type Account,
  type Address,
  encodeFunctionData,
  getAbiItem,
  getAddress,
  type Hex,
  toFunctionSelector,
} from "viem";
import { deployContract, readContract } from "viem/actions";
import type { SessionCall } from "../../sdk/src/index.ts";
import type { Chain } from "./chain.ts";

const require = createRequire(import.meta.url);

interface Artifact {
  abi: Abi;
  bytecode: string;
}

/** A contract of an app, by the names that its ABI has. */
export class Contract {
  readonly address: Address;
  readonly abi: Abi;
  readonly #chain: Chain;

  constructor(chain: Chain, address: Address, abi: Abi) {
    this.#chain = chain;
    this.address = address;
    this.abi = abi;
  }

  call(functionName: string, args: unknown[], value = 0n): SessionCall {
    return { to: this.address, value, data: encodeFunctionData({ abi: this.abi, functionName, args }) };
  }

  selectorOf(name: string): Hex {
    return toFunctionSelector(getAbiItem({ abi: this.abi, name }) as never);
  }

  async read<value>(functionName: string, args: unknown[] = []): Promise<value> {
    const { client } = this.#chain;
    return (await readContract(client, { abi: this.abi, address: this.address, functionName, args })) as value;
  }

  /** A transaction of the chain's owner unless told otherwise. */
  async send(
    functionName: string,
    args: unknown[],
    options: { value?: bigint; account?: Account } = {},
  ): Promise<void> {
    await this.#chain.send(this.call(functionName, args, options.value), options.account);
  }
}

/** Deploys a contract of this project. */
export async function deployOwn(chain: Chain, name: string, args: unknown[]): Promise<Contract> {
  return deploy(chain, await hre.artifacts.readArtifact(name), args);
}

/** Deploys a third party's contract from the artifact that it published. */
export async function deployPublished(chain: Chain, path: string, args: unknown[]): Promise<Contract> {
  return deploy(chain, require(path) as Artifact, args);
}

async function deploy(chain: Chain, { abi, bytecode }: Artifact, args: unknown[]): Promise<Contract> {
  const code = bytecode.startsWith("0x") ? bytecode : `0x${bytecode}`;
  const deployed = { abi, bytecode: code as Hex, args, account: chain.owner };
  const { contractAddress } = await chain.receiptOf(await deployContract(chain.client, deployed as never));
  return new Contract(chain, getAddress(contractAddress!), abi);
}
