export { SessionProviderError, type SessionProviderErrorData } from "./SessionProviderError.ts";
export {
  type CallsStorage,
  toSessionProvider,
  type ToSessionProviderParameters,
  type ToSessionProviderReturnType,
} from "./toSessionProvider.ts";
