import { type Address, type Chain, getAddress, numberToHex } from "viem";
import { RPC_CODES, SessionProviderError } from "../provider/SessionProviderError.ts";
import type { ToSessionProviderReturnType } from "../provider/toSessionProvider.ts";

/** What `sessionConnector` takes. */
export interface SessionConnectorParameters {
  /** The session; as a function, the one of this device, or undefined while there is none. */
  provider: ToSessionProviderReturnType | (() => Promise<ToSessionProviderReturnType | undefined>);
  /** @default "latchkey" */
  id?: string | undefined;
  /**
   * What a list of wallets shows.
   *
   * @default "Session"
   */
  name?: string | undefined;
}

/** What wagmi's `createConnector` hands over, as far as it is used: nothing of wagmi is imported. */
interface ConnectorConfig {
  chains: readonly [Chain, ...Chain[]];
  emitter: {
    emit(event: "change", data: { accounts?: readonly Address[]; chainId?: number }): void;
    emit(event: "disconnect"): void;
  };
  storage?:
    | {
        getItem(key: string): unknown;
        setItem(key: string, value: unknown): unknown;
        removeItem(key: string): unknown;
      }
    | null
    | undefined;
}

/** A connector of wagmi, 3. */
export type SessionConnector = (config: ConnectorConfig) => {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  connect<withCapabilities extends boolean = false>(
    parameters?:
      | {
          chainId?: number | undefined;
          isReconnecting?: boolean | undefined;
          withCapabilities?: withCapabilities | boolean | undefined;
        }
      | undefined,
  ): Promise<{
    accounts: withCapabilities extends true
      ? readonly { address: Address; capabilities: Record<string, unknown> }[]
      : readonly Address[];
    chainId: number;
  }>;
  disconnect(): Promise<void>;
  getAccounts(): Promise<readonly Address[]>;
  getChainId(): Promise<number>;
  getProvider(): Promise<ToSessionProviderReturnType>;
  isAuthorized(): Promise<boolean>;
  switchChain(parameters: { chainId: number }): Promise<Chain>;
  onAccountsChanged(accounts: string[]): void;
  onChainChanged(chainId: string): void;
  onDisconnect(error?: Error): void;
};

/**
 * The session as a connector of wagmi 3: hooks and actions that send do so through the session. It stays connected until
 * the session is over or the app disconnects it.
 *
 * @example
 * import { toSessionProvider } from "latchkey";
 * import { sessionConnector } from "latchkey/wagmi";
 *
 * const connector = sessionConnector({ provider: toSessionProvider(client, { principal, key, relayer }) });
 */
export function sessionConnector(parameters: SessionConnectorParameters): SessionConnector {
  const { provider: given, id = "latchkey", name = "Session" } = parameters;
  return ({ chains, emitter, storage }) => {
    const disconnected = `${id}.disconnected`;
    const find = () => (typeof given === "function" ? given() : Promise.resolve(given));
    let heard: ToSessionProviderReturnType | undefined;

    /** Hears the events of one provider at a time; of none, if none is given. */
    function listen(provider: ToSessionProviderReturnType | undefined): void {
      if (heard === provider) return;
      heard?.removeListener("accountsChanged", onAccountsChanged);
      heard?.removeListener("chainChanged", onChainChanged);
      heard = provider;
      heard?.on("accountsChanged", onAccountsChanged);
      heard?.on("chainChanged", onChainChanged);
    }
    function onAccountsChanged(accounts: string[]): void {
      if (accounts.length === 0) onDisconnect();
      else emitter.emit("change", { accounts: accounts.map((each) => getAddress(each)) });
    }
    function onChainChanged(chainId: string): void {
      emitter.emit("change", { chainId: Number(chainId) });
    }
    function onDisconnect(): void {
      listen(undefined);
      emitter.emit("disconnect");
    }
    async function getProvider(): Promise<ToSessionProviderReturnType> {
      const provider = await find();
      if (provider !== undefined) return provider;
      throw new SessionProviderError(RPC_CODES.unauthorized, "There is no session on this device.");
    }
    async function getAccounts(): Promise<readonly Address[]> {
      return (await getProvider()).request({ method: "eth_accounts" });
    }
    async function getChainId(): Promise<number> {
      return Number(await (await getProvider()).request({ method: "eth_chainId" }));
    }
    /** The session's chain, if it is the one that is asked for. */
    async function switchChain({ chainId }: { chainId: number }): Promise<Chain> {
      const provider = await getProvider();
      await provider.request({ method: "wallet_switchEthereumChain", params: [{ chainId: numberToHex(chainId) }] });
      const chain = chains.find((each) => each.id === chainId);
      if (chain !== undefined) return chain;
      throw new SessionProviderError(RPC_CODES.unknownChain, `wagmi has no chain ${chainId}.`);
    }

    return {
      ...{ id, name, type: "session", disconnect, getAccounts, getChainId, getProvider, switchChain },
      ...{ onAccountsChanged, onChainChanged, onDisconnect },
      async connect({ chainId, withCapabilities } = {}) {
        const provider = await getProvider();
        const accounts = await provider.request({ method: "eth_requestAccounts" });
        if (chainId !== undefined) await switchChain({ chainId });
        listen(provider);
        await storage?.removeItem(disconnected);
        const each = withCapabilities === true ? accounts.map((address) => ({ address, capabilities: {} })) : accounts;
        return { accounts: each as never, chainId: await getChainId() };
      },
      async isAuthorized() {
        try {
          if (((await storage?.getItem(disconnected)) ?? undefined) !== undefined) return false;
          const provider = await find();
          return provider !== undefined && (await provider.request({ method: "eth_accounts" })).length > 0;
        } catch {
          return false;
        }
      },
    };

    /** Remembered, so that the next visit does not connect by itself. */
    async function disconnect(): Promise<void> {
      listen(undefined);
      await storage?.setItem(disconnected, true);
    }
  };
}
