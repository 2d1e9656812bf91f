import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { DeployedContract } from "../lib/release.ts";

/** Sends salt and init code of a paymaster to the deterministic deployment proxy: the same address on every chain. */
export function paymasterModule([paymaster]: DeployedContract<string>[]) {
  return buildModule("SessionPaymaster", (m) => {
    m.send(paymaster!.name, paymaster!.to, 0n, paymaster!.data);
    return {};
  });
}
