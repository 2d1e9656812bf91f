import { createContext, useContext } from "react";
import { type Client, hexToString, type Hex } from "viem";
import { useClient } from "wagmi";
import { latchkeyDeployment, type Deployment } from "latchkey";
import type { Setting } from "@/setting.ts";

export const SettingContext = createContext<Setting | undefined>(undefined);

export function useSetting(): Setting & { deployment: Deployment } {
  const setting = useContext(SettingContext);
  if (setting === undefined) throw new Error("There is no setting around this component.");
  return { ...setting, deployment: setting.deployment ?? latchkeyDeployment };
}

/** The node of the chain that is shown, whatever the wallet is on. */
export function useNode(): Client {
  return useClient({ chainId: useSetting().chain.id })!;
}

/** What every action that searches the log takes. */
export function useLogRange() {
  const { deployment, fromBlock, maxBlockRange } = useSetting();
  return { deployment, fromBlock: BigInt(fromBlock), maxBlockRange };
}

export const appName = (app: Hex): string => hexToString(app, { size: 32 });
