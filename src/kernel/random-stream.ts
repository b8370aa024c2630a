/**
 * Random numbers of one element: keys split and bits drawn on plain numbers, as the functions of `random` do it for
 * whole tensors. Samplers by rejection are loops over it, whose length is the element's own affair.
 */
import { erfInv } from "./special.js";
import { threefry2x32 } from "./threefry.js";

const TWO_TO_MINUS_32 = 2 ** -32;
const TWO_TO_MINUS_52 = 2 ** -52;
const TWO_TO_MINUS_23 = 2 ** -23;

/**
 * The numbers of one key. With `partitionable` they are counted as in JAX since 0.5, each depending on its own position
 * alone; `single` asks for float32.
 */
export class RandomStream {
  readonly #pair = new Uint32Array(2);
  #k0 = 0;
  #k1 = 0;

  constructor(
    readonly partitionable: boolean,
    readonly single: boolean,
  ) {}

  /** Takes up a key. */
  take(k0: number, k1: number): this {
    this.#k0 = k0;
    this.#k1 = k1;
    return this;
  }

  /** Word number `at` of the `count` that the original counting gives: two halves, hashed pairwise. */
  #word(at: number, count: number): number {
    const half = Math.ceil(count / 2);
    const first = at < half;
    const high = first ? at : at - half;
    const low = high + half;
    threefry2x32(this.#k0, this.#k1, high, low < count ? low : 0, this.#pair, 0);
    return this.#pair[first ? 0 : 1] as number;
  }

  /** Sets `into` to child number `at` of `count` children. */
  child(at: number, count: number, into: RandomStream): RandomStream {
    if (this.partitionable) {
      threefry2x32(this.#k0, this.#k1, 0, at, this.#pair, 0);
      return into.take(this.#pair[0] as number, this.#pair[1] as number);
    }
    const first = this.#word(2 * at, 2 * count);
    return into.take(first, this.#word(2 * at + 1, 2 * count));
  }

  /** A number of the floats k 2^-52 (float32: k 2^-23) in [0, 1): that at position `at` among `count` of them. */
  uniform(at: number, count: number): number {
    if (this.partitionable) {
      threefry2x32(this.#k0, this.#k1, 0, at, this.#pair, 0);
      const high = this.#pair[0] as number;
      const low = this.#pair[1] as number;
      return this.single
        ? ((high ^ low) >>> 9) * TWO_TO_MINUS_23
        : high * TWO_TO_MINUS_32 + (low >>> 12) * TWO_TO_MINUS_52;
    }
    if (this.single) return (this.#word(at, count) >>> 9) * TWO_TO_MINUS_23;
    const high = this.#word(at, 2 * count);
    return high * TWO_TO_MINUS_32 + (this.#word(at + count, 2 * count) >>> 12) * TWO_TO_MINUS_52;
  }

  /** A standard normal number: sqrt 2 erfInv of a uniform one in (-1, 1). */
  normal(): number {
    const low = this.single ? -1 + 2 ** -24 : -1 + 2 ** -53;
    const round = this.single ? Math.fround : exact;
    const u = Math.max(low, round(round(this.uniform(0, 1) * round(1 - low)) + low));
    return round(round(Math.SQRT2) * round(erfInv(u)));
  }
}

const exact = (x: number): number => x;
