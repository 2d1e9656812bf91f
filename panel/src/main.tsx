import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { defineChain } from "viem";
import { createConfig, createStorage, http, WagmiProvider } from "wagmi";
import { hashFn } from "wagmi/query";
import { App } from "@/app.tsx";
import "@/index.css";
import { Notice } from "@/parts/notice.tsx";
import { startTheme } from "@/parts/theme.tsx";
import { SettingContext } from "@/session/setting.tsx";
import { loadSetting, type Setting } from "@/setting.ts";

startTheme();

const root = createRoot(document.getElementById("root")!);
try {
  const setting = await loadSetting();
  root.render(<StrictMode>{shellOf(setting)}</StrictMode>);
} catch (thrown) {
  root.render(
    <main className="mx-auto max-w-xl p-6">
      <Notice tone="fail" title="This page was not told which chain to show.">
        <p>
          Beside it there must be a file <code>setting.json</code>. {String(thrown)}
        </p>
      </Notice>
    </main>,
  );
}

function shellOf(setting: Setting) {
  const { id, name, nativeCurrency } = setting.chain;
  const url = new URL(setting.rpc, location.href).href;
  const chain = defineChain({ id, name, nativeCurrency, rpcUrls: { default: { http: [url] } } });
  const config = createConfig({
    chains: [chain],
    // Many cards ask at once.
    transports: { [id]: http(url, { batch: { wait: 10 }, retryCount: 1 }) },
    pollingInterval: setting.pollingInterval,
    storage: createStorage({ key: `latchkey.${id}`, storage: localStorage }),
  });
  const queries = new QueryClient({
    defaultOptions: { queries: { queryKeyHashFn: hashFn, retry: 1, staleTime: 500 } },
  });
  return (
    <SettingContext value={setting}>
      <WagmiProvider config={config}>
        <QueryClientProvider client={queries}>
          <App />
        </QueryClientProvider>
      </WagmiProvider>
    </SettingContext>
  );
}
