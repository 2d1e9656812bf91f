/** What the tests take of this folder's packages, in whose middle this file is. */
export * as wagmi from "wagmi";
export * as actions from "wagmi/actions";
export { QueryClient, QueryClientProvider } from "@tanstack/react-query";
export { createElement } from "react";
export { createRoot } from "react-dom/client";
