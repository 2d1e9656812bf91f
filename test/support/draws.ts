/** Numbers that follow from 32 bits. */
export class Draws {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** 32 bits. */
  next(): number {
    // Mulberry32.
    this.state = (this.state + 0x6d2b79f5) | 0;
    let word = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return (word ^ (word >>> 14)) >>> 0;
  }

  below(bound: number): number {
    return this.next() % bound;
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  of<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error("nothing to draw from");
    return list[this.below(list.length)]!;
  }

  bits(count: number): bigint {
    let word = 0n;
    for (let i = 0; i < count; i += 32) word = (word << 32n) | BigInt(this.next());
    return BigInt.asUintN(count, word);
  }
}
