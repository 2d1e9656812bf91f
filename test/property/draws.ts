import fc from "fast-check";

/** What a sequence is drawn from. */

export const LIFECYCLE = [
  "register",
  "registerBySig",
  "revoke",
  "revokeBySig",
  "revokeAll",
  "revokeAllBySig",
  "cancelSignatures",
  "deactivateByKey",
  "deactivateByAnyone",
  "reinstall",
] as const;
export const ACTING = [
  "userOperation",
  "bundle",
  "direct",
  "relayed",
  "forwarded",
  "forwardedBySig",
  "asked",
  "submitHeld",
] as const;
export type Action = (typeof LIFECYCLE)[number] | (typeof ACTING)[number] | "jump";

/** What nothing can refuse: the kill switch belongs to the wallet. The clock is not asked. */
export const NEVER_REFUSED: Action[] = ["revoke", "revokeAll", "cancelSignatures", "reinstall", "jump"];

/** One step: what to do, and numbers that pick the rest from what there is. */
export interface Step {
  action: Action;
  n: number[];
}

export const step: fc.Arbitrary<Step> = fc.record({
  action: fc.oneof(
    { weight: 18, arbitrary: fc.constant("register" as const) },
    { weight: 10, arbitrary: fc.constant("registerBySig" as const) },
    { weight: 3, arbitrary: fc.constant("revoke" as const) },
    { weight: 4, arbitrary: fc.constant("revokeBySig" as const) },
    { weight: 1, arbitrary: fc.constant("revokeAll" as const) },
    { weight: 3, arbitrary: fc.constant("revokeAllBySig" as const) },
    { weight: 2, arbitrary: fc.constant("cancelSignatures" as const) },
    { weight: 3, arbitrary: fc.constant("deactivateByKey" as const) },
    { weight: 5, arbitrary: fc.constant("deactivateByAnyone" as const) },
    { weight: 2, arbitrary: fc.constant("reinstall" as const) },
    { weight: 9, arbitrary: fc.constant("jump" as const) },
    { weight: 22, arbitrary: fc.constant("userOperation" as const) },
    { weight: 10, arbitrary: fc.constant("bundle" as const) },
    { weight: 16, arbitrary: fc.constant("direct" as const) },
    { weight: 16, arbitrary: fc.constant("relayed" as const) },
    { weight: 12, arbitrary: fc.constant("forwarded" as const) },
    { weight: 8, arbitrary: fc.constant("forwardedBySig" as const) },
    { weight: 12, arbitrary: fc.constant("asked" as const) },
    { weight: 10, arbitrary: fc.constant("submitHeld" as const) },
  ),
  n: fc.array(fc.nat(9_999), { minLength: 40, maxLength: 40 }),
});

/** The knobs of a policy. */
export const knobs = fc.record({
  app: fc.constantFrom("a.example", "b.example"),
  maxDuration: fc.constantFrom(600, 3_600, 86_400),
  maxCalls: fc.constantFrom(4, 9, 30),
  gasBudget: fc.constantFrom(5n * 10n ** 15n, 10n ** 18n),
  selfPaid: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  sponsored: fc.boolean(),
  transferRules: fc.constantFrom("none", "is", "isOneOf", "isAtMost", "alternatives"),
  tokenCap: fc.constantFrom(60n, 150n, 2n ** 90n),
  tokenPeriod: fc.constantFrom(0, 0, 300, 900),
  /** Whether periods are counted from the session's start. */
  fromStart: fc.boolean(),
  /** Whether the token has a second limit. */
  second: fc.boolean(),
  otherPeriod: fc.constantFrom(0, 300),
  add: fc.constantFrom("consumable", "consumable", "consumable", "asked", "pinned"),
  countSpends: fc.boolean(),
  /** Whether calls are counted by counters, and what a count of the counter's is scaled by. */
  counts: fc.boolean(),
  scale: fc.constantFrom(0, 0, 1, 30),
  approves: fc.boolean(),
  native: fc.constantFrom(0n, 10n, 100n),
  nativePeriod: fc.constantFrom(0, 600),
  wild: fc.boolean(),
  anyTarget: fc.boolean(),
});
export type Knobs = typeof knobs extends fc.Arbitrary<infer T> ? T : never;
