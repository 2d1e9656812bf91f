import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { concat } from "ethers";
import { PROXY } from "../lib/entryPoints.ts";
import { readRelease, type DeployedContract } from "../lib/release.ts";

/**
 * Sends salt and init code of each contract to the deterministic deployment proxy. Ignition's own create2 strategy goes
 * through another factory and gives other addresses. No contract needs another one to be there when it is created, but
 * their order is kept: what stands behind its extension is whole from its first block on.
 */
export function latchkeyModule(contracts: DeployedContract<string>[]) {
  return buildModule("Latchkey", (m) => {
    let previous: ReturnType<typeof m.send> | undefined;
    for (const { name, salt, initCode } of contracts) {
      const after = previous === undefined ? [] : [previous];
      previous = m.send(name, PROXY, 0n, concat([salt, initCode]), { after });
    }
    return {};
  });
}

/** The whole release. Sent as it is, it checks nothing, not even that the proxy is there: `npm run deploy` does. */
export default latchkeyModule((await readRelease()).deployed);
