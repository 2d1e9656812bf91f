import { type Row } from "./measure.ts";

/** One thing that was tried to spend less gas. */
export interface Idea {
  text: string;
  row: Row;
  /** Gas of the row on the code that was tried, without the idea and with it; or what it adds, where only that was noted. */
  measured: [before: number, after: number] | number;
  /** The code that it was tried on. */
  on: "edition 1" | "prototype" | "edition 2";
  /** Whether today's code has it; "in part" says the reason what of it. */
  kept: "yes" | "no" | "in part";
  reason: string;
}

/** Newest first. */
export const IDEAS: Idea[] = [
  {
    text: "the common call, the live session and the head of `execute` each admitted by one condition; what is asked of the engine cleared by one copy",
    row: "W1",
    measured: [106_112, 103_323],
    on: "edition 2",
    kept: "yes",
    reason: "what one condition refuses goes through the checks one by one, for the exact error",
  },
  {
    text: "the account runs calls without copying what they return",
    row: "W3",
    measured: [136_509, 132_126],
    on: "edition 2",
    kept: "yes",
    reason: "same calls, errors and answers as OpenZeppelin's; the owner's call gets cheaper too",
  },
  {
    text: "a method found by halves without a branch for a hit; the route read as a number",
    row: "W1",
    measured: [102_403, 102_105],
    on: "edition 2",
    kept: "yes",
    reason: "an enumeration is checked whenever it is read",
  },
  {
    text: "the address of a policy without a branch",
    row: "W1",
    measured: 35,
    on: "edition 2",
    kept: "no",
    reason: "pays from the 128th policy on alone",
  },
  {
    text: "a lane of nonces that outlives the session's key",
    row: "firstUse",
    measured: [123_212, 106_112],
    on: "edition 2",
    kept: "in part",
    reason: "any key may use any lane, as `firstUse` does; the client still names a lane after the key",
  },
  {
    text: "a session in one word: policies have a number instead of an address",
    row: "register",
    measured: [105_602, 88_622],
    on: "prototype",
    kept: "yes",
    reason: "a new slot less at every registration, and a cold slot less at every use (W1 −1,557)",
  },
  {
    text: "a P-256 key's point in the signature instead of in storage",
    row: "registerP256",
    measured: [135_325, 90_781],
    on: "prototype",
    kept: "yes",
    reason:
      "as x and the parity of y, so that the signature stays four words; finding y costs a modular exponentiation",
  },
  {
    text: "the account knows Latchkey by an immutable; Latchkey asks its own installed bit",
    row: "W1",
    measured: [105_057, 102_828],
    on: "edition 1",
    kept: "yes",
    reason: "a cold slot less; in the project's own accounts alone",
  },
  {
    text: "one lean decision for a call without rules",
    row: "W3",
    measured: -3_718,
    on: "edition 1",
    kept: "yes",
    reason: "a strict part of what the general path admits",
  },
  {
    text: "forbidden targets asked only where no exact permission was found",
    row: "W1",
    measured: -408,
    on: "edition 1",
    kept: "yes",
    reason: "publication refuses them already; the principal is still compared",
  },
  {
    text: "digest and recovery in free memory",
    row: "W1",
    measured: -271,
    on: "edition 1",
    kept: "yes",
    reason: "two short blocks of assembly",
  },
  {
    text: "one condition for the head of `execute`, the exact error found afterwards",
    row: "W1",
    measured: -320,
    on: "edition 1",
    kept: "yes",
    reason: "the errors stay",
  },
  {
    text: "the session found, loaded and judged by one test",
    row: "W1",
    measured: -167,
    on: "prototype",
    kept: "yes",
    reason: "every way to be dead keeps its own error",
  },
  {
    text: "an operation's fields read in place, one bound test each",
    row: "W1",
    measured: -74,
    on: "prototype",
    kept: "yes",
    reason: "shorter than the compiler's decoder, and exact",
  },
  {
    text: "all four fields read by one function of eight results",
    row: "W1",
    measured: 245,
    on: "prototype",
    kept: "no",
    reason: "the stack is shuffled for more than it saves",
  },
  {
    text: "the spend of the session's own word counted without a list",
    row: "W1",
    measured: -287,
    on: "prototype",
    kept: "in part",
    reason: "a draw may fall on several limits now, so all are listed; they are gone through once",
  },
  {
    text: "what is asked of the engine as a pointer instead of a struct",
    row: "W1",
    measured: -169,
    on: "prototype",
    kept: "in part",
    reason: "named fields stay; they are cleared by one copy instead of one by one",
  },
  {
    text: "views moved out of Latchkey's own code",
    row: "direct",
    measured: -135,
    on: "prototype",
    kept: "yes",
    reason: "six lie in the extension: 2,607 bytes of room; a contract that asks `isAuthorized` pays 2,600 more",
  },
  {
    text: "no `SessionUsed` on routes without an EntryPoint",
    row: "direct",
    measured: -2_117,
    on: "prototype",
    kept: "in part",
    reason: "the event stays, for indexers, without data: both its fields are topics",
  },
  {
    text: "one pass over the commonest operation, in front of the general path",
    row: "W1",
    measured: -3_085,
    on: "prototype",
    kept: "no",
    reason: "a second enforcement path, 150 lines of assembly",
  },
  {
    text: "optimiser runs of 1,000,000",
    row: "W1",
    measured: -287,
    on: "edition 1",
    kept: "no",
    reason: "32,261 bytes, above the limit of 24,576",
  },
  {
    text: "an optimiser sequence of its own",
    row: "W1",
    measured: -61,
    on: "edition 1",
    kept: "no",
    reason: "W3 gets dearer by 39",
  },
  {
    text: "a key's code not asked for at registration",
    row: "register",
    measured: -2_600,
    on: "edition 1",
    kept: "no",
    reason: "a contract as key is a mistake, told at once",
  },
  {
    text: "a policy in calldata instead of code",
    row: "W1",
    measured: -190,
    on: "edition 1",
    kept: "no",
    reason: "for the smallest policy alone, and 225 bytes more",
  },
  {
    text: "an operation's hash signed without EIP-712",
    row: "W1",
    measured: -116,
    on: "edition 1",
    kept: "no",
    reason: "no wallet could show it",
  },
  {
    text: "an access list",
    row: "W1",
    measured: -800,
    on: "edition 1",
    kept: "no",
    reason: "up to 600 bytes, which EIP-7981 makes dear",
  },
];
