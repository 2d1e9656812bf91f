import { createElement, type ReactNode, version } from "react";
import { renderToString } from "react-dom/server";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type Address, custom, parseAbi } from "viem";
import { hardhat } from "viem/chains";
import { cookieStorage, createConfig, createStorage, injected, WagmiProvider } from "wagmi";
import * as compat from "../../../sdk/src/react/compat/index.ts";
import * as hooks from "../../../sdk/src/react/index.ts";
import * as sdk from "../../../sdk/src/index.ts";

// What a server of pages does, in a process of its own: libraries ask when they are loaded whether there is a window. Tells
// what was sent to the browser, what the node was asked and what of a browser there was.

const FEED: Address = "0x6666666666666666666666666666666666666666";
const OWNER: Address = "0x5555555555555555555555555555555555555555";
const policy = sdk.definePolicy({
  app: "server.example",
  maxDuration: 86_400,
  maxCalls: 3,
  permissions: [sdk.contract({ address: FEED, abi: parseAbi(["function post(string text)"]), methods: { post: {} } })],
});

const asked: string[] = [];
const request = async ({ method }: { method: string }) => void asked.push(method);
const config = createConfig({
  chains: [hardhat],
  connectors: [injected()],
  transports: { [hardhat.id]: custom({ request } as never, { retryCount: 0 }) },
  storage: createStorage({ storage: cookieStorage }),
  ssr: true,
});

/** A page with every hook on it. */
function Page() {
  const one = { principal: OWNER, key: FEED };
  const own = hooks.useSession({ principal: OWNER, policy });
  const card = hooks.useSession(one);
  const { data: sessions } = hooks.useSessions({ principal: OWNER });
  const now = hooks.useChainNow();
  hooks.useSendSessionCalls({ principal: OWNER });
  for (const useAct of [
    ...[hooks.useRegisterSession, hooks.useRenewSession, hooks.useRevokeSession, hooks.useRevokeAllSessions],
    ...[hooks.useFundSession, hooks.useEndSession],
    ...[compat.useCreateSessionKey, compat.useAddSessionKeyToContract],
    ...[compat.useExecuteWithSession, compat.useRevokeSessionKey],
  ]) {
    useAct();
  }
  hooks.useSessionHealth(one);
  hooks.useWorstLoss(one);
  hooks.usePolicy({ policyId: sdk.hashPolicy(policy) });
  compat.useGetSessionData({ walletAddress: OWNER, sessionPublicKey: FEED });
  const game = compat.useSessionKey(OWNER, { policy });
  const { isActive } = compat.useDubheTx({ owner: OWNER, policy });
  const said = [own.sessionState, own.isLoading, card.sessionState, sessions, now, game.sessionState, isActive];
  return createElement("p", null, said.map(String).join(" "));
}

function inside(child: ReactNode) {
  const client = createElement(QueryClientProvider, { client: new QueryClient() }, child);
  return createElement(WagmiProvider, { config, reconnectOnMount: false }, client);
}

const first = renderToString(inside(createElement(Page)));
// On another day it is the same page.
const now = Date.now;
Date.now = () => now() + 86_400_000;
const second = renderToString(inside(createElement(Page)));
const found = ["window", "document", "indexedDB"].filter((name) => name in globalThis);
console.log(JSON.stringify({ react: version, html: [first, second], asked, found }));
