import type { UseMutationOptions, UseQueryOptions, QueryKey } from "@tanstack/react-query";
import type { Config, Connector } from "wagmi";

/** Which of wagmi's configurations. */
export interface ConfigParameter {
  /** @default that of the `WagmiProvider` above */
  config?: Config | undefined;
}

/** Which chain of wagmi's. */
export interface ChainParameter {
  /** @default the chain that wagmi is on */
  chainId?: number | undefined;
}

/** Which wallet of wagmi's. */
export interface ConnectorParameter {
  /** @default the connector that is connected */
  connector?: Connector | undefined;
}

/** What is asked, on a chain of wagmi's; what is left out is not known yet, and nothing is asked without it. */
export type Partially<parameters> = Partial<parameters> & ChainParameter;

/** What a query may be told beside what is asked. */
export interface QueryParameter<data, selected = data> {
  query?: Omit<UseQueryOptions<data, Error, selected, QueryKey>, "queryKey" | "queryFn" | "queryKeyHashFn"> | undefined;
}

/** What a mutation may be told beside what it does. None tries again by itself: what was sent may still be mined. */
export interface MutationParameter<data, variables> {
  mutation?:
    Omit<UseMutationOptions<data, Error, variables>, "mutationFn" | "mutationKey" | "retry" | "retryDelay"> | undefined;
}

/** What an action of the principal's takes, on a chain of wagmi's and by a wallet of wagmi's. */
export type ByWallet<parameters> = parameters & ChainParameter & ConnectorParameter;

/** What every hook of an action of the principal's takes. */
export interface OwnerMutationParameters<data, variables>
  extends ConfigParameter, ChainParameter, MutationParameter<data, variables> {}
