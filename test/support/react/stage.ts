import { Window } from "happy-dom";
import type { DefaultOptions, QueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { custom, type EIP1193RequestFn, type LocalAccount } from "viem";
import { hardhat, mainnet } from "viem/chains";
import type { Config } from "wagmi";
import * as sdk from "../../../sdk/src/index.ts";
import { feedAbi, openSessionClient } from "../client/sessionClient.ts";
import { pageWallet } from "./wallet.ts";

const GLOBALS = ["window", "document", "HTMLElement", "Node", "MutationObserver", "getComputedStyle"] as const;

/**
 * A page in Node, on a chain of its own: React looks for a document when it is loaded, so that whatever brings it comes
 * after. Nothing of it is left behind by `close`.
 */
export async function openReactStage(loadPage = () => import("./pageModules.ts")) {
  const window = new Window({ url: "http://127.0.0.1/" });
  const before = GLOBALS.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  for (const name of GLOBALS) {
    const value = name === "window" ? window : window[name];
    Object.defineProperty(globalThis, name, { configurable: true, writable: true, value });
  }
  // It would clean up after tests of other files too.
  process.env.RTL_SKIP_AUTO_CLEANUP = "true";
  const { testing, query, wagmi, actions, hooks, createElement, ...react } = await loadPage();
  testing.configure({ asyncUtilTimeout: 20_000 });
  const test = await openSessionClient();

  /** A configuration of wagmi with a wallet that is connected; `request` may stand between its node and the chain. */
  const connect = async (
    accounts: LocalAccount[],
    options: { request?: (next: EIP1193RequestFn) => EIP1193RequestFn } = {},
  ) => {
    const node = ((args: never) => test.world.provider.request(args)) as EIP1193RequestFn;
    const transport = custom({ request: options.request?.(node) ?? node } as never, { retryCount: 0 });
    const wallet = pageWallet(test, accounts);
    const config = wagmi.createConfig({
      chains: [hardhat, mainnet],
      connectors: [wagmi.injected({ target: { id: "page", name: "Page", provider: wallet.provider as never } })],
      transports: { [hardhat.id]: transport, [mainnet.id]: transport },
      storage: null,
      multiInjectedProviderDiscovery: false,
      pollingInterval: 20,
      cacheTime: 0,
    });
    await actions.connect(config, { connector: config.connectors[0]! });
    return { config: config as Config, wallet };
  };

  const clients = new Set<QueryClient>();
  const pageOf = (config: Config) => {
    // What is kept for ever has no timer that would keep the process.
    const kept = { gcTime: Number.POSITIVE_INFINITY };
    const queryClient = new query.QueryClient({
      defaultOptions: { queries: { retry: false, ...kept }, mutations: kept },
    });
    clients.add(queryClient);
    const wrapper = ({ children }: { children: ReactNode }) =>
      createElement(
        wagmi.WagmiProvider,
        { config, reconnectOnMount: false },
        createElement(query.QueryClientProvider, { client: queryClient }, children),
      );
    return { queryClient, wrapper };
  };

  return {
    ...test,
    ...testing,
    ...react,
    /** An element of the page that nothing is shown in yet. */
    emptyElement: () => window.document.createElement("div"),
    hooks,
    wagmi,
    actions,
    query,
    createElement,
    connectWallet: connect,
    /** Posts in the feed, for a day at most. */
    feedPolicy: (app: string, maxCalls: number) =>
      sdk.definePolicy({
        ...{ app, maxCalls, maxDuration: 86_400 },
        permissions: [sdk.contract({ address: test.feed, abi: feedAbi, methods: { post: {} } })],
      }),
    /** What a page shows of a hook; `show` renders it again with other parameters. */
    render<result, props>(config: Config, hook: (props: props) => result, initialProps?: props) {
      const page = pageOf(config);
      const rendered = testing.renderHook(hook, { wrapper: page.wrapper, initialProps: initialProps as props });
      return { ...rendered, queryClient: page.queryClient };
    },
    pageOf,
    /** What an app sets for all its queries and mutations; they are kept for ever still. */
    setDefaults: (client: QueryClient, { queries, mutations }: DefaultOptions) => {
      const before = client.getDefaultOptions();
      client.setDefaultOptions({
        queries: { ...before.queries, ...queries },
        mutations: { ...before.mutations, ...mutations },
      });
    },
    /** Takes down what a test has shown. */
    clear: () => {
      testing.cleanup();
      for (const client of clients) client.clear();
      clients.clear();
    },
    close: async () => {
      for (const [name, descriptor] of before) {
        if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
        else Object.defineProperty(globalThis, name, descriptor);
      }
      await window.happyDOM.close();
      await test.world.connection.close();
    },
  };
}

export type ReactStage = Awaited<ReturnType<typeof openReactStage>>;
