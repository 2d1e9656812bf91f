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

/** What is said where the answer got lost. */
const CUT_OFF = [
  ...[HttpRequestError, WebSocketRequestError, SocketClosedError, TimeoutError],
  ...[ProviderDisconnectedError, ChainDisconnectedError],
];
/** What a node says when it does not say what the chain did. */
const UNREACHABLE = [
  ...CUT_OFF,
  ...[LimitExceededRpcError, ResourceUnavailableRpcError, MethodNotFoundRpcError, MethodNotSupportedRpcError],
  UnauthorizedProviderError,
];

/** Whether nothing was answered: no refusal, and no word on what became of what was asked. */
export function isUnreachable(thrown: unknown): boolean {
  return !(thrown instanceof BaseError) || thrown.walk((each) => isAny(each, UNREACHABLE)) !== null;
}

/** Whether the answer got lost: what a wallet was asked to send it may have sent. */
export function isCutOff(thrown: unknown): boolean {
  return thrown instanceof BaseError && thrown.walk((each) => isAny(each, CUT_OFF)) !== null;
}

function isAny(thrown: unknown, classes: readonly (abstract new (...args: never[]) => Error)[]): boolean {
  return classes.some((one) => thrown instanceof one);
}
