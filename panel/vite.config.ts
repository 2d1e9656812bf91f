import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const path = (relative: string) => new URL(relative, import.meta.url).pathname;

export default defineConfig({
  root: path("."),
  base: "./",
  plugins: [react(), tailwindcss()],
  resolve: {
    // The client's source, as it stands beside this: nothing has to be built before.
    alias: [
      { find: "@", replacement: path("./src") },
      { find: /^latchkey$/, replacement: path("../sdk/src/index.ts") },
      { find: /^latchkey\/abi$/, replacement: path("../sdk/src/generated/abi/index.ts") },
      { find: /^latchkey\/([a-z]+)$/, replacement: `${path("../sdk/src/")}$1/index.ts` },
    ],
    dedupe: ["react", "react-dom", "wagmi", "viem", "@tanstack/react-query"],
  },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    // The tests bound what is sent.
    chunkSizeWarningLimit: 1_000,
  },
});
