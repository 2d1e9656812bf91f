import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { readRelease, type DeployedContract } from "../lib/release.ts";

/**
 * Sends each contract to what creates it: the deterministic deployment proxy, or Latchkey's deployer, which takes its
 * creations in their order alone. Ignition's own create2 strategy goes through another factory and gives other addresses.
 */
export function latchkeyModule(contracts: DeployedContract<string>[]) {
  return buildModule("Latchkey", (m) => {
    let previous: ReturnType<typeof m.send> | undefined;
    for (const { name, to, data } of contracts) {
      const after = previous === undefined ? [] : [previous];
      previous = m.send(name, to, 0n, data, { after });
    }
    return {};
  });
}

/** The whole release. Sent as it is, it checks nothing, not even that the proxy is there: `npm run deploy` does. */
export default latchkeyModule((await readRelease()).deployed);
