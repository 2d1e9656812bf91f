import type { Provider } from "../../deploy/lib/provider.ts";
import { addressAt, calleeOf, isPrecompile, traceOf, wordAt, type Log } from "./trace.ts";

/** What one thing costs today and after the repricing, in gas. */
interface Price {
  eip: number;
  today: number;
  then: number;
  text: string;
}

/** What a byte of new state costs (EIP-8037), and how many bytes a new slot has. */
const GAS_PER_STATE_BYTE = 1_530;
const BYTES_OF_SLOT = 64;

/**
 * The repricing that is scheduled for Glamsterdam (EIP-7773), as its test networks had it in autumn 2026. Drafts move: a
 * number that moves is changed here and nowhere else.
 */
export const PRICES = {
  base: { eip: 2780, today: 21_000, then: 15_000, text: "a transaction without value: 12,000 and a cold recipient" },
  coldAccount: { eip: 8038, today: 2_600, then: 3_000, text: "first look at an account" },
  coldSlot: { eip: 8038, today: 2_100, then: 2_100, text: "first look at a slot" },
  warm: { eip: 8038, today: 100, then: 100, text: "every further look" },
  codeRead: { eip: 8038, today: 0, then: 100, text: "EXTCODESIZE and EXTCODECOPY, beside the look" },
  slotWrite: { eip: 8038, today: 2_800, then: 10_000, text: "first change of a slot, beside the look" },
  slotNew: {
    eip: 8037,
    today: 17_100,
    then: GAS_PER_STATE_BYTE * BYTES_OF_SLOT,
    text: "a slot that was zero, beside look and change",
  },
  callValue: { eip: 8038, today: 9_000, then: 11_300, text: "a call that carries value" },
  slotCleared: { eip: 8038, today: 4_800, then: 11_616, text: "given back for a slot that becomes zero" },
  floorByte: {
    eip: 7976,
    today: 40,
    then: 64,
    text: "the least that a byte of calldata costs in all; today 10 if it is zero",
  },
} as const satisfies Record<string, Price>;

/** Not scheduled, and so not in the forecast: what EIP-7904 would add. */
const COMPUTE: Record<string, number> = { KECCAK256: 15, DIV: 10, SDIV: 10, MOD: 7 };

export interface Forecast {
  /** Of the whole transaction. */
  gas: number;
  /** Of it what new state costs, which is outside the limit of a transaction. */
  state: number;
  /** What EIP-7904 would add; not part of `gas`. */
  compute: number;
}

/** What a mined transaction without value would cost after the repricing: every state access of its trace priced again. */
export async function forecastOf(provider: Provider, hash: string): Promise<Forecast> {
  const ask = (method: string, ...params: unknown[]) => provider.request({ method, params });
  const receipt = (await ask("eth_getTransactionReceipt", hash)) as Record<
    "gasUsed" | "from" | "to" | "blockHash",
    string
  >;
  const { input, value } = (await ask("eth_getTransactionByHash", hash)) as { input: string; value: string };
  const { miner } = (await ask("eth_getBlockByHash", receipt.blockHash, false)) as { miner: string };
  if (BigInt(value) !== 0n) throw new Error("A transaction with value is not priced again.");
  const warm = new Set([receipt.from, receipt.to, miner].map((address) => address.toLowerCase()));
  const logs = await traceOf(provider, hash);
  let gas = Number(receipt.gasUsed) + PRICES.base.then - PRICES.base.today;
  let [state, compute] = [0, 0];
  for (const [i, log] of logs.entries()) {
    const added = addedTo(log, warm);
    gas += added.gas + added.state - refundAdded((logs[i + 1]?.refund ?? log.refund) - log.refund);
    state += added.state;
    compute += COMPUTE[log.op] ?? 0;
  }
  const floor = PRICES.base.then + ((input.length - 2) / 2) * PRICES.floorByte.then;
  return { gas: Math.max(gas, floor), state, compute };
}

/** What an instruction costs more than today. */
function addedTo(log: Log, warm: Set<string>): { gas: number; state: number } {
  switch (log.op) {
    case "SLOAD":
      return { gas: isCold(log) ? more("coldSlot") : more("warm"), state: 0 };
    case "SSTORE":
      return addedToWrite(log);
    case "BALANCE":
    case "EXTCODEHASH":
      return { gas: lookAt(addressAt(log, 1), warm, log.gasCost), state: 0 };
    case "EXTCODESIZE":
    case "EXTCODECOPY":
      return { gas: more("codeRead") + lookAt(addressAt(log, 1), warm, log.gasCost), state: 0 };
    case "CREATE":
    case "CREATE2":
    case "SELFDESTRUCT":
      throw new Error(`${log.op} is not priced again.`);
    default:
      return { gas: addedToCall(log, warm), state: 0 };
  }
}

function addedToCall(log: Log, warm: Set<string>): number {
  const callee = calleeOf(log);
  if (callee === undefined || isPrecompile(callee)) return 0;
  const carriesValue = log.op === "CALL" && wordAt(log, 3) !== 0n;
  return lookAt(callee, warm) + (carriesValue ? more("callValue") : 0);
}

/** A slot's price says by itself whether it was looked at before, and what becomes of it. */
function addedToWrite(log: Log): { gas: number; state: number } {
  const { coldSlot, warm, slotWrite, slotNew } = PRICES;
  const look = isCold(log) ? coldSlot.then : warm.then;
  const today = isCold(log) ? log.gasCost - coldSlot.today : log.gasCost;
  const rewrite = warm.today + slotWrite.today;
  switch (today) {
    case warm.today:
      return { gas: look - log.gasCost, state: 0 };
    case rewrite:
      return { gas: look + slotWrite.then - log.gasCost, state: 0 };
    case rewrite + slotNew.today:
      return { gas: look + slotWrite.then - log.gasCost, state: slotNew.then };
    default:
      throw new Error(`No SSTORE costs ${log.gasCost}.`);
  }
}

/** SLOAD and SSTORE: whether the slot had not been looked at. */
function isCold({ op, gasCost }: Log): boolean {
  const { warm, coldSlot, slotWrite, slotNew } = PRICES;
  if (op === "SLOAD") return gasCost === coldSlot.today;
  const prices = [0, slotWrite.today, slotWrite.today + slotNew.today].map((written) => warm.today + written);
  return !prices.includes(gasCost);
}

/** What a look at an account costs more; `cost`, if there is nothing else in it, has to agree about whether it was cold. */
function lookAt(address: string, warm: Set<string>, cost?: number): number {
  const place = address.toLowerCase();
  const isWarm = warm.has(place);
  warm.add(place);
  if (cost !== undefined && isWarm !== cost < PRICES.coldAccount.today) {
    throw new Error(`The trace and the accounts looked at so far disagree about ${address}.`);
  }
  return isWarm ? more("warm") : more("coldAccount");
}

/** What is given back more, for what the refund grew by. */
function refundAdded(today: number): number {
  if (today === 0) return 0;
  if (today === PRICES.slotCleared.today) return more("slotCleared");
  throw new Error(`A refund of ${today} is not priced again.`);
}

function more(name: keyof typeof PRICES): number {
  return PRICES[name].then - PRICES[name].today;
}
