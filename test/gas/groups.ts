import type { OpcodeTable } from "./opcodes.ts";

/** What a transaction's gas goes to, and which opcodes that is. */
const GROUPS = {
  "slots read (SLOAD)": /^SLOAD$/,
  "slots written (SSTORE)": /^SSTORE$/,
  "transient slots": /^T(LOAD|STORE)$/,
  "code read (EXTCODECOPY, EXTCODESIZE)": /^EXTCODE/,
  precompiles: / of precompile /,
  "other calls": /^(CALL|STATICCALL|DELEGATECALL)$/,
  events: /^LOG\d$/,
  "hashes (KECCAK256)": /^KECCAK256$/,
  "memory and copies": /^(MLOAD|MSTORE8?|MCOPY|(CALLDATA|RETURNDATA|CODE)COPY)$/,
  "calldata read": /^CALLDATA(LOAD|SIZE)$/,
  stack: /^(PUSH|DUP|SWAP|POP)/,
  jumps: /^JUMP/,
} as const;

const [BASE, CALLDATA, REST, REFUND] = ["base", "calldata", "arithmetic and the rest", "given back"] as const;
const BASE_GAS = 21_000;

export type Group = keyof typeof GROUPS | typeof BASE | typeof CALLDATA | typeof REST | typeof REFUND;
export const GROUP_NAMES = [BASE, CALLDATA, ...Object.keys(GROUPS), REST, REFUND] as Group[];

/** The gas of a transaction by group; they add up to what it used. */
export function groupsOf({ intrinsic, refund, frames }: OpcodeTable): Record<Group, number> {
  const groups = Object.fromEntries(GROUP_NAMES.map((name) => [name, 0])) as Record<Group, number>;
  groups[BASE] = BASE_GAS;
  groups[CALLDATA] = intrinsic - BASE_GAS;
  groups[REFUND] = 0 - refund;
  for (const { opcodes } of frames) {
    for (const [opcode, { gas }] of opcodes) groups[groupOf(opcode)] += gas;
  }
  return groups;
}

function groupOf(opcode: string): Group {
  const found = Object.entries(GROUPS).find(([, pattern]) => pattern.test(opcode));
  return found === undefined ? REST : (found[0] as Group);
}
