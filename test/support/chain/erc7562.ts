import { id, keccak256, toBeHex, zeroPadValue } from "ethers";
import type { Provider } from "../../../deploy/lib/provider.ts";

/**
 * The validation rules of ERC-7562, held against what a node recorded of `handleOps`.
 *
 * Two recordings of the same call are read side by side. The node's `erc7562Tracer` says who called whom, which opcodes
 * ran and what was hashed; its struct logs say what followed a `GAS`, what an `EXTCODESIZE` found and every single
 * storage access (the tracer leaves out a slot that an earlier frame has written).
 */

export type Entity = "account" | "factory" | "paymaster";

export interface Violation {
  /** The rule of ERC-7562. */
  rule: string;
  entity: Entity;
  /** The contract whose code broke it. */
  address: string;
  detail: string;
}

export interface Frame {
  type: string;
  from: string;
  to: string;
  input: string;
  value?: string | null;
  error?: string;
  usedOpcodes: Record<string, number>;
  outOfGas: boolean;
  /** Of each address with code whose code was looked at: its size in bytes. */
  contractSize: Record<string, { contractSize: number }>;
  /** The preimages of what was hashed. */
  keccak?: string[];
  calls?: Frame[];
}

export interface Step {
  op: string;
  depth: number;
  stack: string[];
}

export interface Trace {
  frames: Frame;
  steps: Step[];
}

export interface Checked {
  trace: Trace;
  entryPoint: string;
  /** The account whose operations are checked; one without a validation frame is an error. */
  sender: string;
  /** Given if the operation has one; one without a frame of its own is an error. */
  factory?: string;
  paymaster?: string;
  /** Which entities have a stake in the EntryPoint. */
  staked?: string[];
}

export interface TracedCall {
  from: string;
  /** The EntryPoint. */
  to: string;
  /** The calldata of `handleOps`. */
  data: string;
  gas?: string;
  authorizationList?: unknown[];
}

/** OP-011, OP-031, OP-032, OP-080: opcodes that only some entity may use are marked with its rule. */
const RESTRICTED: Record<number, [name: string, rule: string]> = {
  0x31: ["BALANCE", "OP-080"],
  0x32: ["ORIGIN", "OP-011"],
  0x3a: ["GASPRICE", "OP-011"],
  0x40: ["BLOCKHASH", "OP-011"],
  0x41: ["COINBASE", "OP-011"],
  0x42: ["TIMESTAMP", "OP-011"],
  0x43: ["NUMBER", "OP-011"],
  0x44: ["PREVRANDAO", "OP-011"],
  0x45: ["GASLIMIT", "OP-011"],
  0x47: ["SELFBALANCE", "OP-080"],
  0x48: ["BASEFEE", "OP-011"],
  0x49: ["BLOBHASH", "OP-011"],
  0x4a: ["BLOBBASEFEE", "OP-011"],
  0xf0: ["CREATE", "OP-032"],
  0xf5: ["CREATE2", "OP-031"],
  0xfe: ["INVALID", "OP-011"],
  0xff: ["SELFDESTRUCT", "OP-011"],
};

const SELECTOR = {
  validateUserOp: id(
    "validateUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32,uint256)",
  ),
  validatePaymasterUserOp: id(
    "validatePaymasterUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32,uint256)",
  ),
  createSender: id("createSender(bytes)"),
  initEip7702Sender: id("initEip7702Sender(address,bytes)"),
  depositTo: id("depositTo(address)"),
};

const CALLS = ["CALL", "CALLCODE", "DELEGATECALL", "STATICCALL"];
const CREATES = ["CREATE", "CREATE2"];
const CODE_READS = ["EXTCODESIZE", "EXTCODECOPY", "EXTCODEHASH"];
const STORAGE_ACCESSES = ["SLOAD", "SSTORE", "TLOAD", "TSTORE"];
const NO_CODE = [0n, BigInt(keccak256("0x"))];
/** STO-021: how many slots behind a hash still belong to it. */
const ASSOCIATED_SLOTS = 128n;
/** OP-062: the precompiles up to the Prague fork, and P-256. */
const LAST_PRECOMPILE = 0x11n;
const P256_PRECOMPILE = 0x100n;

/** Records a call of `handleOps` on a node that has the `erc7562Tracer`. */
export async function traceHandleOps(provider: Provider, call: TracedCall): Promise<Trace> {
  const record = (options: object) =>
    provider.request({ method: "debug_traceCall", params: [{ gas: "0xf00000", ...call }, "latest", options] });
  const frames = (await record({ tracer: "erc7562Tracer" })) as Frame;
  const { structLogs } = (await record({ disableStorage: true })) as { structLogs: Step[] };
  return { frames, steps: structLogs };
}

/** What the validation of the sender's operations does that ERC-7562 forbids. Throws if it was not recorded. */
export function violations({ trace, entryPoint, sender, factory, paymaster, staked = [] }: Checked): Violation[] {
  const { frames: top, steps } = trace;
  if (!same(top.to, entryPoint)) throw new Error(`The trace is of a call to ${top.to}, not to the EntryPoint.`);
  const entities = validations(top, { entryPoint, sender, factory, paymaster });
  const account = BigInt(sender);
  const associated = associatedSlots(hashed(top), account);
  const isStaked = (entity: Entity) => {
    const address = { account: sender, factory, paymaster }[entity];
    return address !== undefined && staked.some((one) => same(one, address));
  };
  // STO-021 and STO-022: slots in other contracts are the account's if it exists, or if its factory has a stake.
  const hasAssociated = ![...entities.values()].includes("factory") || isStaked("factory");
  const entityAddress = { account, factory: BigInt(factory ?? 0), paymaster: BigInt(paymaster ?? 0) };

  const found = new Map<string, Violation>();
  let at = 0;
  walk(top, BigInt(top.to), undefined);
  if (at !== steps.length) throw new Error("The struct logs go on after the trace has ended.");
  return [...found.values()];

  /** Reads the steps of one frame and, in their places, of what it calls. `self` is the address whose storage it has. */
  function walk(frame: Frame, self: bigint, entity: Entity | undefined): void {
    const report = (rule: string, detail: string) => {
      if (entity === undefined) return;
      const violation: Violation = { rule, entity, address: frame.to, detail };
      found.set(JSON.stringify(violation), violation);
    };
    if (frame.outOfGas) report("OP-020", "out of gas");
    checkOpcodes(frame, self, entity, report);

    const depth = steps[at]?.depth;
    const children = [...(frame.calls ?? [])];
    for (; at < steps.length && steps[at]!.depth === depth;) {
      const step = steps[at]!;
      const next = steps[at + 1];
      at += 1;
      if (CALLS.includes(step.op) || CREATES.includes(step.op)) {
        const child = children.shift();
        const target = CALLS.includes(step.op) ? addressOf(step.stack.at(-2)) : BigInt(child?.to ?? 0);
        if (child === undefined || child.type !== step.op || BigInt(child.to ?? 0) !== target) {
          throw new Error(`The struct logs have a ${step.op} that the trace has not.`);
        }
        const runs = next !== undefined && next.depth === step.depth + 1;
        if (CALLS.includes(step.op)) checkCall(step, child, target, self, runs, report);
        const storage = step.op === "DELEGATECALL" || step.op === "CALLCODE" ? self : target;
        // The EntryPoint's own code is trusted: what it does when it is called back is not the entity's doing.
        const inside = same(child.to, entryPoint) ? undefined : (entities.get(child) ?? entity);
        if (runs) walk(child, storage, inside);
        else if (child.outOfGas) report("OP-020", "out of gas");
      } else if (step.op === "GAS") {
        if (next === undefined || !CALLS.includes(next.op)) report("OP-012", "GAS that no call follows");
      } else if (CODE_READS.includes(step.op)) {
        const target = addressOf(step.stack.at(-1));
        if (!(target === account && entity === "factory") && !hasCode(step, next, frame, target)) {
          report("OP-041", `${step.op} of ${hex(target)}, which has no code`);
        }
      } else if (STORAGE_ACCESSES.includes(step.op)) {
        checkStorage(step, self, entity, report);
      }
    }
    if (children.length !== 0) throw new Error(`The trace has a ${children[0]!.type} that the struct logs have not.`);
  }

  function checkOpcodes(frame: Frame, self: bigint, entity: Entity | undefined, report: Report): void {
    for (const opcode of Object.keys(frame.usedOpcodes).map(Number)) {
      const restricted = RESTRICTED[opcode];
      if (restricted === undefined || entity === undefined) continue;
      const [name, rule] = restricted;
      if (rule === "OP-080" && isStaked(entity)) continue;
      // OP-031: the factory creates the account, and nothing else, once. OP-032: its new account may create.
      if (name === "CREATE2" && entity === "factory") {
        const created = (frame.calls ?? []).filter(({ type }) => type === "CREATE2");
        if (frame.usedOpcodes[`0x${opcode.toString(16)}`] === 1 && created.every(({ to }) => same(to, sender)))
          continue;
      }
      if (name === "CREATE" && [...entities.values()].includes("factory") && self === account) continue;
      report(rule, name);
    }
  }

  function checkCall(step: Step, child: Frame, target: bigint, self: bigint, runs: boolean, report: Report): void {
    const value = step.op === "CALL" || step.op === "CALLCODE" ? BigInt(step.stack.at(-3)!) : 0n;
    if (target === BigInt(entryPoint)) {
      // OP-051, OP-052: a deposit for the account, or plain value from it.
      const deposits = child.input.slice(2) === SELECTOR.depositTo.slice(2, 10) + toBeHex(account, 32).slice(2);
      const pays = child.input === "0x" && self === account;
      if (!deposits && !pays) report("OP-054", `${child.input.slice(0, 10)} on the EntryPoint`);
      return;
    }
    if (value !== 0n) report("OP-061", `${step.op} of ${hex(target)} with ${value} wei`);
    const isPrecompile = (target > 0n && target <= LAST_PRECOMPILE) || target === P256_PRECOMPILE;
    if (!runs && !isPrecompile) report("OP-041", `${step.op} of ${hex(target)}, which ran no code`);
  }

  function checkStorage(step: Step, self: bigint, entity: Entity | undefined, report: Report): void {
    if (entity === undefined) return;
    const slot = BigInt(step.stack.at(-1)!);
    const isAssociated = associated(slot);
    if (self === account) return; // STO-010
    if (isAssociated && hasAssociated) return; // STO-021, STO-022
    const own = entityAddress[entity];
    if (isStaked(entity)) {
      if (self === own || associatedSlots(hashed(top), own)(slot)) return; // STO-031, STO-032
      if (step.op === "SLOAD" || step.op === "TLOAD") return; // STO-033
    }
    const access = `${step.op} of slot ${toBeHex(slot, 32)} of ${hex(self)}`;
    if (isAssociated) report("STO-022", `${access}, while an unstaked factory creates the account`);
    else if (self === own) report("STO-031", `${access}, its own, without a stake`);
    else report("STO-021", `${access}, which is not the account's`);
  }
}

type Report = (rule: string, detail: string) => void;

/** The frames with which the sender's validation begins, among the EntryPoint's own calls. */
function validations(
  top: Frame,
  { entryPoint, sender, factory, paymaster }: Omit<Checked, "trace" | "staked">,
): Map<Frame, Entity> {
  const found = new Map<Frame, Entity>();
  const calls = (top.calls ?? []).filter(({ to }) => !same(to, entryPoint));
  calls.forEach((frame, index) => {
    if (!same(frame.to, sender) || !selectorIs(frame, SELECTOR.validateUserOp)) return;
    if (frame.error !== undefined) throw new Error(`The validation of ${sender} failed: ${frame.error}.`);
    found.set(frame, "account");
    const [before, after] = [calls[index - 1], calls[index + 1]];
    if (before !== undefined && selectorIs(before, SELECTOR.createSender)) found.set(before, "factory");
    if (before !== undefined && selectorIs(before, SELECTOR.initEip7702Sender)) {
      for (const inner of before.calls ?? []) found.set(inner, "account");
    }
    if (after !== undefined && selectorIs(after, SELECTOR.validatePaymasterUserOp)) found.set(after, "paymaster");
  });
  const recorded = [...found.values()];
  if (!recorded.includes("account")) throw new Error(`The trace has no validation frame of ${sender}.`);
  for (const [entity, address] of [
    ["factory", factory],
    ["paymaster", paymaster],
  ] as const) {
    if (recorded.includes(entity) !== (address !== undefined)) {
      throw new Error(`The trace ${address === undefined ? "has a" : "has no"} validation frame of a ${entity}.`);
    }
  }
  // The SenderCreator belongs to the EntryPoint: what is checked is what it calls.
  for (const [frame, entity] of [...found]) {
    if (entity !== "factory") continue;
    found.delete(frame);
    for (const inner of frame.calls ?? []) found.set(inner, "factory");
  }
  for (const [frame, entity] of found) {
    const expected = { account: sender, factory, paymaster }[entity];
    if (!same(frame.to, expected!)) throw new Error(`The ${entity} in the trace is ${frame.to}, not ${expected}.`);
  }
  return found;
}

/** Whether a slot is the address itself or within reach of a hash of `address ++ x`, both words. */
function associatedSlots(preimages: Set<string>, address: bigint): (slot: bigint) => boolean {
  const prefix = zeroPadValue(toBeHex(address, 20), 32).toLowerCase();
  const bases = [...preimages]
    .filter((preimage) => preimage.length === 2 + 128 && preimage.startsWith(prefix))
    .map((preimage) => BigInt(keccak256(preimage)));
  return (slot) => slot === address || bases.some((base) => slot >= base && slot - base <= ASSOCIATED_SLOTS);
}

function hashed(frame: Frame, into = new Set<string>()): Set<string> {
  for (const preimage of frame.keccak ?? []) into.add(preimage.toLowerCase());
  for (const call of frame.calls ?? []) hashed(call, into);
  return into;
}

/** `EXTCODESIZE` and `EXTCODEHASH` leave the answer on the stack; for `EXTCODECOPY` the tracer knows it. */
function hasCode(step: Step, next: Step | undefined, frame: Frame, target: bigint): boolean {
  if (step.op !== "EXTCODECOPY") return !NO_CODE.includes(BigInt(next!.stack.at(-1)!));
  return Object.entries(frame.contractSize).some(
    ([address, { contractSize }]) => BigInt(address) === target && contractSize > 0,
  );
}

function selectorIs({ input }: Frame, signature: string): boolean {
  return input.slice(0, 10) === signature.slice(0, 10);
}

function addressOf(word: string | undefined): bigint {
  return BigInt(word ?? 0) & ((1n << 160n) - 1n);
}

function same(a: string, b: string): boolean {
  return BigInt(a) === BigInt(b);
}

function hex(address: bigint): string {
  return toBeHex(address, 20);
}
