import {
  BaseError,
  ChainDisconnectedError,
  HttpRequestError,
  InternalRpcError,
  LimitExceededRpcError,
  MethodNotFoundRpcError,
  MethodNotSupportedRpcError,
  ProviderDisconnectedError,
  ResourceUnavailableRpcError,
  SocketClosedError,
  TimeoutError,
  UnauthorizedProviderError,
  UnknownRpcError,
  WebSocketRequestError,
} from "viem";

/** What a node says when it does not say what the chain did. */
const UNREACHABLE = [
  ...[HttpRequestError, WebSocketRequestError, SocketClosedError, TimeoutError],
  ...[ProviderDisconnectedError, ChainDisconnectedError],
  ...[LimitExceededRpcError, ResourceUnavailableRpcError, MethodNotFoundRpcError, MethodNotSupportedRpcError],
  UnauthorizedProviderError,
];

/** Whether nothing was answered: no refusal, and no word on what became of what was asked. */
export function isUnreachable(thrown: unknown): boolean {
  return !(thrown instanceof BaseError) || thrown.walk((each) => isAny(each, UNREACHABLE)) !== null;
}

function isAny(thrown: unknown, classes: readonly (abstract new (...args: never[]) => Error)[]): boolean {
  return classes.some((one) => thrown instanceof one);
}

/** What is thrown where a connection ends before its answer. */
const CUT_OFF = [WebSocketRequestError, SocketClosedError, TimeoutError, ProviderDisconnectedError];
/** What a wallet says of its own node that did not answer it. */
const NETWORK = /fetch|network|socket|disconnect|time[d ]*out|ECONN/i;
/** A wallet whose user said no, in words alone. */
const DECLINED = /reject|denied|declin|cancel/i;

/**
 * Whether the answer was lost to what a wallet was asked for, which it may have done: the connection ended, or what was
 * thrown is no answer of JSON-RPC, which has a number.
 */
export function isCutOff(thrown: unknown): boolean {
  for (let each = thrown; typeof each === "object" && each !== null; each = (each as Error).cause) {
    if (each instanceof HttpRequestError) {
      return each.status === undefined || each.status === 408 || each.status >= 500;
    }
    if (isAny(each, CUT_OFF)) return true;
    if (each instanceof InternalRpcError) return NETWORK.test(each.details);
    if (each instanceof UnknownRpcError) continue;
    const { code, message } = each as { code?: unknown; message?: unknown };
    if (typeof code === "number") return false;
    if (!(each instanceof BaseError)) return !DECLINED.test(String(message));
  }
  return false;
}
