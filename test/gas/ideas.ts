import { type Row } from "./measure.ts";

/** One thing that was tried to spend less gas. */
export interface Idea {
  text: string;
  row: Row;
  /** Gas of the row on the code that was tried, without the idea and with it; or what it adds, where only that was noted. */
  measured: [before: number, after: number] | number;
  /** Whether today's code has it; "in part" says the reason what of it. */
  kept: "yes" | "no" | "in part";
  reason: string;
}

/** Tried on the first edition and on a prototype of the second one. */
export const IDEAS: Idea[] = [
  {
    text: "a session in one word: policies have a number instead of an address",
    row: "register",
    measured: [105_602, 88_622],
    kept: "yes",
    reason: "a new slot less at every registration, and a cold slot less at every use (W1 −1,557)",
  },
  {
    text: "a P-256 key's point in the signature instead of in storage",
    row: "registerP256",
    measured: [135_325, 90_781],
    kept: "yes",
    reason:
      "as x and the parity of y, so that the signature stays four words; finding y costs a modular exponentiation",
  },
  {
    text: "the account knows Latchkey by an immutable; Latchkey asks its own installed bit",
    row: "W1",
    measured: [105_057, 102_828],
    kept: "yes",
    reason: "a cold slot less; in the project's own accounts alone",
  },
  {
    text: "a lane of nonces that outlives the session's key",
    row: "firstUse",
    measured: [123_212, 106_112],
    kept: "in part",
    reason: "any key may use any lane, as `firstUse` does; the client still names a lane after the key",
  },
  {
    text: "an operation's fields read in place, one bound test each",
    row: "W1",
    measured: -74,
    kept: "yes",
    reason: "shorter than the compiler's decoder, and exact",
  },
  {
    text: "all four fields read by one function of eight results",
    row: "W1",
    measured: 245,
    kept: "no",
    reason: "the stack is shuffled for more than it saves",
  },
  {
    text: "views moved out of Latchkey's own code",
    row: "direct",
    measured: -135,
    kept: "yes",
    reason: "six views lie in the extension: 2,607 bytes of room; a contract that asks `isAuthorized` pays 2,600 more",
  },
  {
    text: "no `SessionUsed` on routes without an EntryPoint",
    row: "direct",
    measured: -2_117,
    kept: "in part",
    reason: "the event stays, for indexers, without data: both its fields are topics",
  },
  {
    text: "forbidden targets asked only where no exact permission was found",
    row: "W1",
    measured: -408,
    kept: "no",
    reason: "publication refuses them as well, but asking on every call needs no second proof",
  },
  {
    text: "digest and recovery in scratch memory",
    row: "W1",
    measured: -271,
    kept: "no",
    reason: "two more blocks of assembly; OpenZeppelin's code stands there",
  },
  {
    text: "the spend of the session's own word counted without a list",
    row: "W1",
    measured: -287,
    kept: "no",
    reason: "draws may fall on several limits since, so all of them are listed alike",
  },
  {
    text: "one condition for the head of `execute`, the exact error found afterwards",
    row: "W1",
    measured: -320,
    kept: "no",
    reason: "conditions stand in the order of their errors",
  },
  {
    text: "what is asked of the engine as a pointer instead of a struct that is zeroed",
    row: "W1",
    measured: -169,
    kept: "no",
    reason: "named fields are worth it",
  },
  {
    text: "one lean decision for a call without rules, in assembly",
    row: "W3",
    measured: -3_718,
    kept: "in part",
    reason: "a permission without rules is one word and skips the type program; the decision itself is Solidity",
  },
  {
    text: "the account runs calls without copying what they return",
    row: "W3",
    measured: -4_484,
    kept: "no",
    reason: "80 lines instead of OpenZeppelin's; the owner's call gets cheaper by as much",
  },
  {
    text: "found, loaded and alive in one test",
    row: "W1",
    measured: -167,
    kept: "no",
    reason: "every way to be dead has its own error",
  },
  {
    text: "one pass over the commonest operation, in front of the general path",
    row: "W1",
    measured: -3_085,
    kept: "no",
    reason: "a second enforcement path, 150 lines of assembly",
  },
  {
    text: "optimiser runs of 1,000,000",
    row: "W1",
    measured: -287,
    kept: "no",
    reason: "32,261 bytes, above the limit of 24,576",
  },
  {
    text: "an optimiser sequence of its own",
    row: "W1",
    measured: -61,
    kept: "no",
    reason: "W3 gets dearer by 39",
  },
  {
    text: "a key's code not asked for at registration",
    row: "register",
    measured: -2_600,
    kept: "no",
    reason: "a contract as key is a mistake, told at once",
  },
  {
    text: "a policy in calldata instead of code",
    row: "W1",
    measured: -190,
    kept: "no",
    reason: "for the smallest policy alone, and 225 bytes more",
  },
  {
    text: "an operation's hash signed without EIP-712",
    row: "W1",
    measured: -116,
    kept: "no",
    reason: "no wallet could show it",
  },
  {
    text: "an access list",
    row: "W1",
    measured: -800,
    kept: "no",
    reason: "up to 600 bytes, which EIP-7981 makes dear",
  },
];
