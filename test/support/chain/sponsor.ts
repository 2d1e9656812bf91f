import type { Contract, ContractTransactionReceipt } from "ethers";
import { ONE, type World } from "./world.ts";

export interface SponsorOptions {
  /** Wei in the EntryPoint; one coin unless told otherwise. */
  deposit?: bigint;
  /** Wei for the world's principal; a tenth of that unless told otherwise. */
  budget?: bigint;
}

/** A paymaster that pays for the world's principal. The world's policies name it from now on, and its `snap` sees it. */
export async function sponsor(world: World, options: SponsorOptions = {}): Promise<Contract> {
  const { chain, address } = world.stage;
  const { deposit = ONE, budget = ONE / 10n } = options;
  const args = [world.entryPoint.target, address, chain.owner.address];
  const paymaster = await chain.ethers.deployContract("SessionPaymaster", args);
  world.paymaster = await paymaster.getAddress();
  if (deposit > 0n) await (await paymaster.getFunction("deposit").send({ value: deposit })).wait();
  await (await paymaster.getFunction("setBudget").send(world.principal, budget)).wait();
  return paymaster as unknown as Contract;
}

/** What the budget of a principal says. */
export async function budgetOf(paymaster: Contract, principal: string): Promise<{ budget: bigint; spent: bigint }> {
  const { budget, spent } = await paymaster.getFunction("budgetOf").staticCall(principal);
  return { budget, spent };
}

/** What a bundle was charged, operation by operation, as the paymaster's events have it. */
export function chargesIn(paymaster: Contract, receipt: ContractTransactionReceipt): bigint[] {
  return receipt.logs
    .filter(({ address }) => address === paymaster.target)
    .map((log) => paymaster.interface.parseLog(log)!)
    .filter(({ name }) => name === "BudgetSpent")
    .map(({ args }) => args.charge as bigint);
}
