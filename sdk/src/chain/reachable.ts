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
  ...[LimitExceededRpcError, ResourceUnavailableRpcError, MethodNotFoundRpcError, MethodNotSupportedRpcError],
  ...[ProviderDisconnectedError, ChainDisconnectedError, UnauthorizedProviderError],
];

/** Whether nothing was answered: no refusal, and no word on what became of what was asked. */
export function isUnreachable(thrown: unknown): boolean {
  const isOne = (each: unknown) => UNREACHABLE.some((one) => each instanceof (one as typeof HttpRequestError));
  return !(thrown instanceof BaseError) || thrown.walk(isOne) !== null;
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
    if (CUT_OFF.some((one) => each instanceof (one as typeof TimeoutError))) return true;
    if (each instanceof InternalRpcError) return NETWORK.test(each.details);
    if (each instanceof UnknownRpcError) continue;
    const { code, message } = each as { code?: unknown; message?: unknown };
    if (typeof code === "number") return false;
    if (!(each instanceof BaseError)) return !DECLINED.test(String(message));
  }
  return false;
}
