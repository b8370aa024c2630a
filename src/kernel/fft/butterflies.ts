/**
 * The Fourier transform of a few complex numbers as WebAssembly code, for two such lists side by side in the lanes of
 * vectors: what a pass of a long transform does at each of its points.
 */
import {
  type Binary,
  binary,
  type Code,
  f64x2,
  type Local,
  simd,
  V128,
  type ValueType,
  v128,
} from "../wasm.js";
import { roots } from "./twiddles.js";

/** A complex number, or its conjugate where `conjugate`: such a one is only added to or taken from another. */
export interface Parts {
  readonly re: Local;
  readonly im: Local;
  readonly conjugate?: boolean;
}

const { add, mul } = f64x2;
const sub: Binary = binary(simd(0xf1));

/** Code under construction: assignments in order, and those of constants, which stand before all loops. */
export class Butterfly {
  readonly code: Code[] = [];
  readonly constants: Code[] = [];
  readonly #known = new Map<number, Local>();

  constructor(readonly newLocal: (type: ValueType) => Local) {}

  /** A local for a value. */
  let(value: Code): Local {
    const local = this.newLocal(V128);
    this.code.push(local.set(value));
    return local;
  }

  constant(value: number): Code {
    let local = this.#known.get(value);
    if (local === undefined) {
      local = this.newLocal(V128);
      this.#known.set(value, local);
      this.constants.push(local.set(v128.const([...new Uint8Array(Float64Array.of(value, value).buffer)])));
    }
    return local.get;
  }

  /** x (c + i d). */
  times({ re, im }: Parts, c: Code, d: Code): Parts {
    return {
      re: this.let(sub(mul(re.get, c), mul(im.get, d))),
      im: this.let(add(mul(re.get, d), mul(im.get, c))),
    };
  }

  #plus(x: Parts, y: Parts): Parts {
    const imaginary = y.conjugate === true ? sub : add;
    return { re: this.let(add(x.re.get, y.re.get)), im: this.let(imaginary(x.im.get, y.im.get)) };
  }

  #minus(x: Parts, y: Parts): Parts {
    const imaginary = y.conjugate === true ? add : sub;
    return { re: this.let(sub(x.re.get, y.re.get)), im: this.let(imaginary(x.im.get, y.im.get)) };
  }

  /** The transform of 2, of 4, or of an odd number of elements. */
  transform(x: readonly Parts[]): readonly Parts[] {
    if (x.length === 4) return this.#four(x);
    if (x.length !== 2) return this.#odd(x);
    const [a, b] = x as readonly [Parts, Parts];
    return [this.#plus(a, b), this.#minus(a, b)];
  }

  #four([a, b, c, d]: readonly Parts[]): readonly Parts[] {
    const [x, y, z, u] = [a, b, c, d] as [Parts, Parts, Parts, Parts];
    const [even, across] = [this.#plus(x, z), this.#minus(x, z)];
    const [odd, aslant] = [this.#plus(y, u), this.#minus(y, u)];
    // -i (y - u)
    const turned = { re: aslant.im, im: aslant.re, conjugate: true };
    return [
      this.#plus(even, odd),
      this.#plus(across, turned),
      this.#minus(even, odd),
      this.#minus(across, turned),
    ];
  }

  /** Elements k and n - k are taken together, so that each sine and cosine serves both. */
  #odd(x: readonly Parts[]): readonly Parts[] {
    const n = x.length;
    const half = (n - 1) / 2;
    const first = x[0] as Parts;
    const pairs = Array.from({ length: half }, (_, k) => [x[k + 1] as Parts, x[n - 1 - k] as Parts] as const);
    const sums = pairs.map(([low, high]) => this.#plus(low, high));
    const differences = pairs.map(([low, high]) => this.#minus(low, high));
    const out = new Array<Parts>(n);
    out[0] = sums.reduce((total, y) => this.#plus(total, y), first);
    const w = roots(n);
    for (let k = 1; k <= half; k++) {
      const weighed = (points: Float64Array, part: "re" | "im", list: readonly Parts[]): readonly Code[] =>
        list.map((y, j) => mul(y[part].get, this.constant(points[((j + 1) * k) % n] as number)));
      const total = (terms: readonly Code[]): Local => this.let(terms.reduce((sum, term) => add(sum, term)));
      const even = {
        re: total([first.re.get, ...weighed(w.re, "re", sums)]),
        im: total([first.im.get, ...weighed(w.re, "im", sums)]),
      };
      // i times the odd part is added for k, and taken away for n - k
      const odd = {
        re: total(weighed(w.im, "im", differences)),
        im: total(weighed(w.im, "re", differences)),
        conjugate: true,
      };
      out[k] = this.#minus(even, odd);
      out[n - k] = this.#plus(even, odd);
    }
    return out;
  }
}
