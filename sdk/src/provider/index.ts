export { SessionProviderError, type SessionProviderErrorData } from "./SessionProviderError.ts";
export type { CallsStorage } from "./callNames.ts";
export {
  toSessionProvider,
  type ToSessionProviderParameters,
  type ToSessionProviderReturnType,
} from "./toSessionProvider.ts";
