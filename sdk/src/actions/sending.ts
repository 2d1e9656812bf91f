export {
  sendSessionCalls,
  type SendSessionCallsErrorType,
  sendSessionCallsSync,
  type SendSessionCallsSyncErrorType,
  waitForSessionCalls,
  type WaitForSessionCallsErrorType,
} from "./sendSessionCalls.ts";
export type {
  MinedSessionCalls,
  SendSessionCallsParameters,
  SendSessionCallsReturnType,
  SendSessionCallsSyncParameters,
  SendSessionCallsSyncReturnType,
  SentSessionCalls,
  Settlement,
  SettlementReport,
  WaitForSessionCallsParameters,
} from "./sessionCalls.ts";
