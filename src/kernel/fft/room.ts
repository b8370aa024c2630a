/** Transforms by the passes of vectors.ts: where their vectors and factors lie in one memory, and how they run. */
import { encodeModule, type WasmInterface, type WasmMemory, wasmEngine } from "../wasm.js";
import type { Pass } from "./passes.js";
import type { Points } from "./twiddles.js";
import { passFunctions, type VectorPasses } from "./vectors.js";

/** A transform with places of its own: what lies in `source` is transformed, and lost; the result lies where `run` says. */
export interface Workplace {
  readonly source: () => Points;
  readonly run: () => Points;
}

const PAGE = 65536;
const NUMBER = 8;
/** Vectors a power of two apart would share the few places of one set in a processor's cache. */
const CACHE_SET = 4096;
const STAGGER = CACHE_SET / 4;

/** A memory with the passes on it, assembled for each radix when first asked for. */
export class Room {
  readonly #memory: WasmMemory;
  readonly #passes = new Map<number, VectorPasses>();
  #top = 0;

  private constructor(readonly engine: WasmInterface) {
    this.#memory = new engine.Memory({ initial: 1 });
  }

  /** Null where the engine has no WebAssembly, or lacks its vectors, or is forbidden them. */
  static open(): Room | null {
    const engine = wasmEngine();
    if (engine === undefined) return null;
    try {
      const room = new Room(engine);
      room.#passesOf(4);
      return room;
    } catch {
      return null;
    }
  }

  #passesOf(radix: number): VectorPasses {
    let made = this.#passes.get(radix);
    if (made === undefined) {
      const module = new this.engine.Module(encodeModule(passFunctions(radix)));
      made = new this.engine.Instance(module, { env: { memory: this.#memory } })
        .exports as unknown as VectorPasses;
      this.#passes.set(radix, made);
    }
    return made;
  }

  /** Bytes in use. */
  get size(): number {
    return this.#top;
  }

  /** The address of room for so many numbers, at a place of its own within the cache's sets. */
  #allocate(numbers: number, place = 0): number {
    const from = this.#top + ((place * STAGGER - this.#top) & (CACHE_SET - 1));
    const top = from + numbers * NUMBER;
    const missing = top - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    this.#top = top;
    return from;
  }

  #view(address: number, numbers: number): Float64Array {
    return new Float64Array(this.#memory.buffer, address, numbers);
  }

  /** The factors of a pass in the order in which it takes them. */
  #factors({ radix, length, stride, points }: Pass, kind: keyof VectorPasses): number {
    if (kind === "last") return 0;
    const m = length / radix;
    const first = kind === "first";
    const count = 2 * (radix - 1) * (first ? 2 * Math.ceil(m / 2) : m);
    const address = this.#allocate(count);
    const list = this.#view(address, count);
    let to = 0;
    for (let i = 0; i < m; i += first ? 2 : 1) {
      // those of two points side by side in the first pass
      const p = first ? Math.min(i, m - 2) : i;
      for (let k = 1; k < radix; k++) {
        for (const part of [points.re, points.im]) {
          list[to++] = part[p * k * stride] as number;
          if (first) list[to++] = part[(p + 1) * k] as number;
        }
      }
    }
    return address;
  }

  /** The transform of n points by these passes, at least two. Throws where the memory cannot grow. */
  workplace(n: number, passes: readonly Pass[]): Workplace {
    const at = [0, 1, 2, 3].map((place) => this.#allocate(n, place)) as [number, number, number, number];
    const steps = passes.map((pass, i) => {
      const kind = i === 0 ? "first" : i === passes.length - 1 ? "last" : "middle";
      const run = this.#passesOf(pass.radix)[kind];
      const [a, b, c, d] = i % 2 === 0 ? at : [at[2], at[3], at[0], at[1]];
      const factors = this.#factors(pass, kind);
      return (): void => run(a, b, c, d, factors, pass.length / pass.radix, pass.stride);
    });
    let places = this.#places(n, at);
    const there = (index: 0 | 1): Points => {
      // growth detaches the views
      if (places[0].re.buffer !== this.#memory.buffer) places = this.#places(n, at);
      return places[index];
    };
    return {
      source: () => there(0),
      run: () => {
        for (const step of steps) step();
        return there((steps.length & 1) as 0 | 1);
      },
    };
  }

  #places(n: number, [a, b, c, d]: readonly [number, number, number, number]): readonly [Points, Points] {
    const pair = (re: number, im: number): Points => ({ re: this.#view(re, n), im: this.#view(im, n) });
    return [pair(a, b), pair(c, d)];
  }
}
