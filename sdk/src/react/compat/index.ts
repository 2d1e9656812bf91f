// Nothing but `export *`, as in `../../index.ts`.
export * from "./useDubheTx.ts";
export * from "./useSessionKey.ts";
export * from "./walletHooks.ts";
