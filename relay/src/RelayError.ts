/** What this service refuses with, and the HTTP status of each: a closed list. 429 and 503 pass; the others stay. */
export const STATUS_OF = {
  BODY_INVALID: 400,
  CALL_MALFORMED: 400,
  CHAIN_MISMATCH: 400,
  TARGET_NOT_RELAYED: 403,
  METHOD_NOT_RELAYED: 403,
  APP_NOT_RELAYED: 403,
  BUDGET_SPENT: 403,
  NOT_FOUND: 404,
  NONCE_UNDER_WAY: 409,
  BODY_TOO_LARGE: 413,
  MEDIA_TYPE: 415,
  CALL_REFUSED: 422,
  GAS_ABOVE_MOST: 422,
  TOO_MANY_REQUESTS: 429,
  INTERNAL: 500,
  BUSY: 503,
  NODE_UNAVAILABLE: 503,
  FEES_ABOVE_MOST: 503,
  SENDER_SHORT: 503,
} as const;

export type RelayErrorCode = keyof typeof STATUS_OF;

/** What a refusal says beside its code and its message. */
export interface RelayErrorDetails {
  /** Of `CALL_REFUSED`: the code of the client's error. */
  reason?: string | undefined;
  /** The chain's revert data, where there is some. */
  data?: string | undefined;
}

/** A request that is refused. Nothing was accepted, and nothing is sent for it. */
export class RelayError extends Error {
  readonly code: RelayErrorCode;
  readonly details: RelayErrorDetails;
  override name = "RelayError";
  constructor(code: RelayErrorCode, message: string, details: RelayErrorDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
