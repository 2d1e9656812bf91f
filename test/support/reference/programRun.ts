import { keccak256, size, slice, type Hex } from "viem";

/** Runs a type program over a call's arguments as the engine would: no types, no policy, only its bytes. */

const BASE = 2n ** 256n;
const MASK = BASE - 1n;

export interface Run {
  /** Number of the rule that failed first, 255 for anything else; undefined if all hold. */
  failed?: number;
  /** What the arguments add to each draw. */
  draws: bigint[];
}

export function run(program: number[], data: Hex, principal: bigint, value: bigint, allowsSuffix: boolean): Run {
  const runner = new Runner(program, data, principal, value);
  const end = runner.start();
  if (allowsSuffix ? end > size(data) : end !== size(data)) runner.bad();
  return { ...(runner.failed !== undefined && { failed: runner.failed }), draws: runner.draws };
}

class Runner {
  readonly program: number[];
  readonly data: Hex;
  readonly principal: bigint;
  failed: number | undefined;
  readonly draws = [0n, 0n, 0n, 0n, 0n];
  private readonly registers: bigint[];
  private elements = 0;
  private hand: bigint;
  private at = 0;

  constructor(program: number[], data: Hex, principal: bigint, value: bigint) {
    this.program = program;
    this.data = data;
    this.principal = principal;
    this.registers = [value];
    this.hand = value;
  }

  bad(rule = 255): void {
    this.failed ??= rule;
  }

  private next(): number {
    const byte = this.program[this.at++];
    if (byte === undefined) throw new Error("the program ends too early");
    return byte;
  }

  private operand(bytes: number): bigint {
    let word = 0n;
    for (let i = 0; i < bytes; ++i) word = (word << 8n) | BigInt(this.next());
    return word;
  }

  /** What lies behind the end reads as zero, as the machine has it. */
  private load(position: number): bigint {
    const bytes = size(this.data);
    if (position >= bytes) return 0n;
    const part = slice(this.data, position, Math.min(position + 32, bytes));
    return BigInt(part) << BigInt(8 * (32 - size(part)));
  }

  start(): number {
    const rules = this.next();
    this.rules(rules, 0);
    const end = this.body(4);
    const rates = this.next();
    for (let i = 0; i < rates; ++i) {
      const [a, b, isMost, rule] = [this.next(), this.next(), this.next(), this.next()];
      const [numerator, denominator] = [this.operand(32), this.operand(32)];
      const left = (this.registers[a] ?? 0n) * denominator;
      const right = (this.registers[b] ?? 0n) * numerator;
      if (isMost === 1 ? left > right : left < right) this.bad(rule);
    }
    if (this.at !== this.program.length) throw new Error("the program goes on");
    return end;
  }

  private rules(count: number, base: number): void {
    for (let i = 0; i < count; ++i) {
      const [kind, length, index, number] = [this.next(), this.next(), this.next(), this.next()];
      const word = kind >= 128 ? this.hand : this.load(base + 32 * index);
      switch (kind & 7) {
        case 0:
          if (word !== this.operand(32)) this.bad(number);
          break;
        case 1: {
          const sign = kind & 64 ? 1n << 255n : 0n;
          const [own, bound] = [word ^ sign, this.operand(32) ^ sign];
          if (kind & 16 ? own > bound : own < bound) this.bad(number);
          break;
        }
        case 2:
          this.registers[length] = word;
          break;
        case 3: {
          const sum = this.draws[length]! + word * 10n ** this.operand(1);
          if (sum > MASK) this.bad();
          this.draws[length] = sum & MASK;
          break;
        }
        case 4:
          if (word !== this.principal) this.bad(number);
          break;
        default: {
          const values = Array.from({ length }, () => this.operand(32));
          const hit = values.includes(word) || ((kind & 32) !== 0 && word === this.principal);
          if (hit === ((kind & 16) !== 0)) this.bad(number);
        }
      }
    }
  }

  private body(base: number): number {
    const words = this.next();
    const count = this.next();
    return this.sequence(count, base, base, base + 32 * words).tail;
  }

  private sequence(count: number, base: number, head: number, tail: number): { head: number; tail: number } {
    for (let i = 0; i < count; ++i) {
      const kind = this.next();
      if (kind === 0) {
        const [words, rules] = [this.next(), this.next()];
        const widths = Array.from({ length: words }, () => this.next());
        widths.forEach((width, word) => {
          if (this.load(head + 32 * word) >> BigInt(width + 1) !== 0n) this.bad();
        });
        this.rules(rules, head);
        head += 32 * words;
        continue;
      }
      const word = this.load(head);
      head += 32;
      if (kind < 3) {
        const [size_, rules] = [this.next(), this.next()];
        const isClean =
          kind === 2
            ? (word << BigInt(size_ + 1)) % BASE === 0n
            : BigInt.asUintN(256, BigInt.asIntN(8 * (size_ + 1), word)) === word;
        if (!isClean) this.bad();
        this.rules(rules, head - 32);
        continue;
      }
      if (word !== BigInt(tail - base)) this.bad();
      tail = kind === 3 ? this.body(tail) : kind === 4 ? this.content(tail) : this.array(tail);
    }
    return { head, tail };
  }

  private content(start: number): number {
    const [mode, lengths, hashes] = [this.next(), this.next(), this.next()];
    let length = Number(this.load(start));
    if (length > size(this.data)) {
      this.bad();
      length = 0;
    }
    this.rules(lengths, start);
    const begin = start + 32;
    const end = begin + Math.ceil(length / 32) * 32;
    if (length % 32 !== 0 && (this.load(end - 32) << BigInt(8 * (length % 32))) % BASE !== 0n) this.bad();
    this.hash(hashes, begin, length);
    if (mode === 0) return end;
    let inside = begin;
    if (mode === 2) {
      if (this.operand(4) !== this.load(begin) >> 224n) this.bad();
      inside += 4;
    }
    if (this.body(inside) !== begin + length) this.bad();
    return end;
  }

  private hash(rules: number, start: number, length: number): void {
    const available = Math.max(0, Math.min(length, size(this.data) - start));
    const content = available === 0 ? "0x" : slice(this.data, start, start + available);
    if (rules !== 0) this.hand = BigInt(keccak256(`${content}${"00".repeat(length - available)}` as Hex));
    this.rules(rules, start);
  }

  private array(start: number): number {
    const [flags, words, lengths, hashes, fixed, named] = Array.from({ length: 6 }, () => this.next());
    const rest = Number(this.operand(2));
    const isFixed = (flags! & 1) !== 0;
    let count = isFixed ? fixed! : Number(this.load(start));
    const most = (flags! & 2) === 0 || (flags! & 4) !== 0 ? 64 : size(this.data);
    if (count > most || count < named!) {
      this.bad();
      count = Math.max(named!, 0);
    }
    if ((flags! & 2) === 0) this.elements += count;
    if (this.elements > 64) this.bad();
    this.rules(lengths!, start);
    const base = isFixed ? start : start + 32;
    let at = { head: base, tail: base + 32 * words! * count };
    this.hash(hashes!, base, 32 * words! * count);
    for (let i = 0; i < named!; ++i) at = this.sequence(this.next(), base, at.head, at.tail);
    const element = this.at;
    for (let i = named!; i < count; ++i) {
      this.at = element;
      at = this.sequence(this.next(), base, at.head, at.tail);
    }
    this.at = element + rest;
    return at.tail;
  }
}
