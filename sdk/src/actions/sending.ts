export {
  sendSessionCalls,
  type SendSessionCallsErrorType,
  sendSessionCallsSync,
  type SendSessionCallsSyncErrorType,
  waitForSessionCalls,
  type WaitForSessionCallsErrorType,
} from "./sendSessionCalls.ts";
export type {
  GrantToSign,
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
export type { SignedGrant } from "./registration.ts";
