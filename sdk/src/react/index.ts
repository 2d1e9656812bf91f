// Nothing but `export *`, as in `../index.ts`.
export * from "./getSessionClient.ts";
export * from "./optimisticUpdate.ts";
export * from "./ownerHooks.ts";
export * from "./parameters.ts";
export * from "./queries.ts";
export * from "./readingHooks.ts";
export * from "./sessionSending.ts";
export * from "./sessionState.ts";
export * from "./useChainNow.ts";
export * from "./useSendSessionCalls.ts";
export * from "./useSession.ts";
export * from "./useSessions.ts";
