import { type Address, bytesToHex, erc20Abi, formatEther, formatUnits, isAddressEqual } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { getBalance, getBlockNumber, getCode, readContract } from "viem/actions";
import { latchkeyDeployment } from "../../sdk/src/index.ts";
import { secretOf } from "./people.ts";
import type { Stage } from "./stage.ts";

/** What Hardhat's accounts are made of: known to everybody, worth nothing. */
const MNEMONIC = "test test test test test test test test test test test junk";
const TOKENS = ["USD", "POKE"] as const;

/** What is to be known of a served chain, so that it can be worked with. */
export async function linesOf({ client, chain, people, account, carols, names }: Stage): Promise<string[]> {
  const { contracts } = names.book;
  const lines = ["", `Latchkey was deployed in block ${await deploymentBlock(client)}: search the log from there on.`];
  for (const [name, address] of Object.entries(contracts)) {
    if (!/^key\d+$/.test(name)) lines.push(`  ${name.padEnd(24)}${address}`);
  }
  lines.push("", "Accounts with coins, their keys known to everybody: use them nowhere else.");
  const named = [...Object.values(people).map(({ address }) => address), account, carols];
  for (const address of named) {
    const name = names.of(address);
    const balances = await balancesOf(client, address, contracts);
    const [owner, isAccount] = /^(.*?)(Account)?$/.exec(name)!.slice(1);
    const key = isAccount === undefined ? secretOf(name) : `owned by ${owner}`.padEnd(66);
    lines.push(`  ${address}  ${key}  ${[name, ...balances].join(", ")}`);
  }
  const accounts = (await chain.provider.request({ method: "eth_accounts" })) as Address[];
  for (const [addressIndex, address] of accounts.entries()) {
    const account = mnemonicToAccount(MNEMONIC, { addressIndex });
    const key = isAddressEqual(account.address, address) ? bytesToHex(account.getHdKey().privateKey!) : "";
    lines.push(`  ${account.address}  ${key}  ${(await balancesOf(client, address, contracts)).join(", ")}`);
  }
  return lines;
}

async function balancesOf(client: Stage["client"], owner: Address, contracts: Record<string, Address>) {
  const balances = [`${Number(formatEther(await getBalance(client, { address: owner }))).toFixed(1)} ETH`];
  for (const name of TOKENS) {
    const token = { abi: erc20Abi, address: contracts[name]! } as const;
    const balance = await readContract(client, { ...token, functionName: "balanceOf", args: [owner] });
    const decimals = await readContract(client, { ...token, functionName: "decimals" });
    if (balance > 0n) balances.push(`${formatUnits(balance, decimals)} ${name}`);
  }
  return balances;
}

/** The first block in which there is code at Latchkey's address. */
export async function deploymentBlock(client: Stage["client"]): Promise<bigint> {
  let [low, high] = [0n, await getBlockNumber(client)];
  while (low < high) {
    const middle = (low + high) / 2n;
    const code = await getCode(client, { address: latchkeyDeployment.latchkey, blockNumber: middle });
    if (code === undefined) low = middle + 1n;
    else high = middle;
  }
  return low;
}
