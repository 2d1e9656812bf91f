import { type Address, parseAbi, zeroHash } from "viem";
import { readContract } from "viem/actions";
import { latchkeyAccount7702Abi } from "../generated/abi/latchkeyAccount7702Abi.ts";
import type { SessionCall } from "../types.ts";
import { deploymentOf, type DeploymentParameters, type SessionClient } from "../chain/client.ts";
import {
  type AccountFamily,
  families,
  initialize7702Call,
  installCall,
  SENTINEL,
  uninstallCall,
  VALIDATOR,
} from "./families.ts";
import { readAccount } from "./readAccount.ts";

export interface InstallCallsParameters extends DeploymentParameters {
  /** The smart account; it need not be deployed yet. */
  account: Address;
  /**
   * By what the account says of itself unless told otherwise. One that is not deployed cannot say, and is taken for a
   * `LatchkeyAccount`; a wallet that has not delegated yet is none.
   */
  family?: AccountFamily | undefined;
}

const accountAbi = parseAbi([
  "function isModuleInstalled(uint256 moduleTypeId, address module, bytes context) view returns (bool)",
]);

/**
 * The account's own calls that install Latchkey as validator and as executor, as far as it has not: none if it has both,
 * one where Latchkey is built in. They go in front of a registration in one operation of the owner, see `registerSession`'s `before`.
 */
export async function installCalls(client: SessionClient, parameters: InstallCallsParameters): Promise<SessionCall[]> {
  const { account } = parameters;
  const { latchkey } = deploymentOf(parameters);
  const state = await readAccount(client, { ...parameters, principal: account });
  const { family: name = state.isDeployed ? state.family : "latchkeyAccount" } = parameters;
  const family = families[name];
  const { types } = family;
  if (!state.isDeployed) {
    if (name === "latchkeyAccount7702") return [initialize7702Call(account, latchkey)];
    return types.map((type) => installCall(account, latchkey, family, type));
  }
  if (name === "latchkeyAccount7702") {
    const epoch = await readContract(client, { abi: latchkeyAccount7702Abi, address: account, functionName: "epoch" });
    if (epoch === zeroHash) return [initialize7702Call(account, latchkey)];
  }
  const isInstalled = await Promise.all(
    types.map((type) =>
      readContract(client, {
        abi: accountAbi,
        address: account,
        functionName: "isModuleInstalled",
        args: [type, latchkey, "0x"],
      }),
    ),
  );
  return types.filter((_, i) => !isInstalled[i]).map((type) => installCall(account, latchkey, family, type));
}

export interface UninstallCallsParameters extends DeploymentParameters {
  account: Address;
  family: AccountFamily;
  /**
   * On accounts that keep modules in a list, the entry in front of Latchkey among validators and among executors;
   * `address(1)`, which is in front of the one installed last, unless told otherwise.
   */
  previous?: { validator?: Address | undefined; executor?: Address | undefined } | undefined;
}

/** The account's own calls that uninstall Latchkey. They end every session, and installing it again revives none. */
export function uninstallCalls(parameters: UninstallCallsParameters): SessionCall[] {
  const { account, family, previous = {} } = parameters;
  const { latchkey } = deploymentOf(parameters);
  const { types, uninstallData } = families[family];
  const { validator = SENTINEL, executor = SENTINEL } = previous;
  return types.map((type) => {
    const data = uninstallData(type === VALIDATOR ? validator : executor);
    return uninstallCall(account, latchkey, type, data);
  });
}
