import {
  BaseError,
  ChainDisconnectedError,
  HttpRequestError,
  LimitExceededRpcError,
  MethodNotFoundRpcError,
  MethodNotSupportedRpcError,
  ProviderDisconnectedError,
  ResourceUnavailableRpcError,
  SocketClosedError,
  TimeoutError,
  UnauthorizedProviderError,
  WebSocketRequestError,
} from "viem";

/** What a node says when it does not say what the chain did. */
const UNREACHABLE = [
  ...[HttpRequestError, WebSocketRequestError, SocketClosedError, TimeoutError],
  ...[LimitExceededRpcError, ResourceUnavailableRpcError, MethodNotFoundRpcError, MethodNotSupportedRpcError],
  ...[ProviderDisconnectedError, ChainDisconnectedError, UnauthorizedProviderError],
];

/** Whether nothing was answered: no refusal, and no word on what became of what was asked. */
export function isUnreachable(thrown: unknown): boolean {
  const isOne = (each: unknown) => UNREACHABLE.some((one) => each instanceof (one as typeof HttpRequestError));
  return !(thrown instanceof BaseError) || thrown.walk(isOne) !== null;
}
