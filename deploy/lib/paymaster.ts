import { dataSlice, getAddress, id, isAddress, toBeHex, ZeroAddress, ZeroHash, zeroPadValue } from "ethers";
import { deployEntryPoints, ENTRY_POINTS, type EntryPointVersion } from "./entryPoints.ts";
import type { Provider } from "./provider.ts";
import { DeploymentError } from "./DeploymentError.ts";
import { difference } from "./code.ts";
import {
  codeAt,
  deployerOf,
  isDevelopmentChain,
  requireProxy,
  sendDirectly,
  transactionsFor,
  type Send,
  type Sent,
} from "./deploy.ts";
import { contractOf, readRelease, type DeployedContract } from "./release.ts";

export interface PaymasterOptions {
  /** Who sets budgets and withdraws. It is in the address, so nobody can put another owner there. */
  owner: string;
  /** One paymaster per EntryPoint; v0.9 unless told otherwise. */
  entryPoint?: EntryPointVersion;
  /** Who sends; the provider's first account unless told otherwise. It keeps no right. */
  from?: string;
  /** How the chain is called in messages. */
  network?: string;
  send?: Send;
}

export interface PaymasterDeployment {
  address: string;
  /** Whom the chain names: ownership may have moved since the paymaster was created. */
  owner: string;
  entryPoint: EntryPointVersion;
  /** Empty if it was there. */
  sent: Sent[];
}

/** The paymaster of an owner on an EntryPoint, for this release's Latchkey. */
export async function paymasterOf(
  owner: string,
  entryPoint: EntryPointVersion,
): Promise<DeployedContract<"SessionPaymaster">> {
  const { addresses } = await readRelease();
  const values = [ENTRY_POINTS[entryPoint].address, addresses.Latchkey, owner];
  return contractOf("SessionPaymaster", "contracts/paymaster/SessionPaymaster.sol", ZeroHash, values);
}

/** Puts an owner's paymaster on a chain that has Latchkey, and checks it. Refuses with a `DeploymentError` before sending. */
export async function deployPaymaster(provider: Provider, options: PaymasterOptions): Promise<PaymasterDeployment> {
  const { entryPoint = "0.9", network = "the chain", send = sendDirectly } = options;
  const owner = ownerOf(options.owner);
  const contract = await paymasterOf(owner, entryPoint);
  const isThere = async () => {
    const code = await codeAt(provider, contract.address);
    if (code === "0x") return false;
    const different = difference(code, contract.code, await immutablesOf(entryPoint));
    if (different === undefined) return true;
    throw new DeploymentError(
      `At ${contract.address} on ${network} there is something else than SessionPaymaster: ${different} is not what ` +
        "this build leaves there. Nothing was sent.",
    );
  };
  if (await isThere()) return standing(provider, contract.address, entryPoint, []);

  if (await isDevelopmentChain(provider)) await deployEntryPoints(provider, [entryPoint]);
  const { addresses } = await readRelease();
  const needed = { Latchkey: addresses.Latchkey, [`EntryPoint v${entryPoint}`]: ENTRY_POINTS[entryPoint].address };
  for (const [name, address] of Object.entries(needed)) {
    if ((await codeAt(provider, address)) !== "0x") continue;
    throw new DeploymentError(
      `${name} is not at ${address} on ${network}, and the paymaster needs it. Nothing was sent.`,
    );
  }
  await requireProxy(provider, network, false);
  const from = await deployerOf(provider, options.from, network);
  const sent = await send(provider, from, await transactionsFor(provider, [contract], from, network, true));
  if (await isThere()) return standing(provider, contract.address, entryPoint, sent);
  throw new DeploymentError(`The transaction is mined, but SessionPaymaster did not come to stand on ${network}.`);
}

async function standing(
  provider: Provider,
  address: string,
  entryPoint: EntryPointVersion,
  sent: Sent[],
): Promise<PaymasterDeployment> {
  const data = id("owner()").slice(0, 10);
  const word = (await provider.request({ method: "eth_call", params: [{ to: address, data }, "latest"] })) as string;
  return { address, owner: getAddress(dataSlice(word, 12)), entryPoint, sent };
}

function ownerOf(owner: string): string {
  if (isAddress(owner) && getAddress(owner) !== ZeroAddress) return getAddress(owner);
  throw new DeploymentError(`"${owner}" is no owner for a paymaster: name an address that can act. Nothing was sent.`);
}

async function immutablesOf(entryPoint: EntryPointVersion): Promise<Record<string, string[]>> {
  const { addresses } = await readRelease();
  return {
    LATCHKEY: [zeroPadValue(addresses.Latchkey.toLowerCase(), 32)],
    _ENTRY_POINT: [zeroPadValue(ENTRY_POINTS[entryPoint].address.toLowerCase(), 32)],
    _IS_CALL_PENALTY_LATE: [toBeHex(entryPoint === "0.7" ? 1 : 0, 32)],
  };
}
