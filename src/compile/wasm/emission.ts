/** What the steps of one plan are emitted into: addresses of buffers, locals of the driving function, scratch space. */
import { type Code, I32, i32, type Local, unsigned, type ValueType } from "../../kernel/wasm.js";
import { type DType, itemSize } from "../../tensor/dtype.js";
import { compactData } from "../../tensor/tensor.js";
import type { Access, Buffer, BufferId, Plan } from "../plan.js";
import { usesOf } from "../touched.js";
import type { Reference } from "./axes.js";
import type { ModuleBuilder } from "./module.js";
import type { NestContext } from "./nest.js";
import type { ConstantPool } from "./pool.js";

/** Where a buffer begins: a base, told apart by its key, and a number of bytes. */
export interface Location {
  readonly base: Code;
  readonly key: string;
  readonly offset: number;
}

const LINE = 64;
export const lines = (bytes: number): number => Math.ceil(bytes / LINE) * LINE;

/** The bytes of an arena: addresses of inputs, the plan's own, copies of inputs, and space for one step at a time. */
export interface ArenaLayout {
  readonly plan: number;
  readonly copies: readonly number[];
  readonly scratch: number;
}

export const arenaLayout = (plan: Plan): ArenaLayout => {
  const own = lines(4 * plan.inputs.length);
  let at = own + lines(plan.arena);
  const copies = plan.inputs.map(({ dtype, shape }) => {
    const start = at;
    at += lines(shape.reduce((n, size) => n * size, 1) * itemSize(dtype));
    return start;
  });
  return { plan: own, copies, scratch: at };
};

export class Emission implements NestContext {
  readonly kernels: Map<string, string> = new Map();
  readonly callees: Map<unknown, number> = new Map();
  readonly describe: string[] = [];
  /** The counters of the loops around. */
  readonly counters: Map<number, Local> = new Map();
  readonly #constants = new Map<BufferId, number>();
  readonly #inputs = new Map<number, Local>();
  readonly #words: Local[] = [];
  #uses: ReadonlyMap<BufferId, number> | undefined;
  #taken = 0;
  #scratch = 0;
  #most = 0;

  constructor(
    readonly plan: Plan,
    readonly layout: ArenaLayout,
    readonly builder: ModuleBuilder,
    readonly pool: ConstantPool,
    readonly arena: Code,
    readonly constants: Code,
    readonly fresh: (type: ValueType) => Local,
  ) {}

  /** Bytes of an arena. */
  get arenaBytes(): number {
    return this.layout.scratch + this.#most;
  }

  /** Locals of the driving function are used again by the steps that follow. */
  readonly newLocal = (type: ValueType): Local => {
    if (type !== I32) return this.fresh(type);
    let local = this.#words[this.#taken];
    if (local === undefined) {
      local = this.fresh(I32);
      this.#words.push(local);
    }
    this.#taken++;
    return local;
  };

  /** Emits with locals and scratch space that are free again afterwards. */
  within<T>(emit: () => T): T {
    const [taken, scratch] = [this.#taken, this.#scratch];
    const result = emit();
    this.#taken = taken;
    this.#scratch = scratch;
    return result;
  }

  /** The offset in the arena of space for one step. */
  scratch(bytes: number): number {
    const at = this.#scratch;
    this.#scratch += lines(bytes);
    this.#most = Math.max(this.#most, this.#scratch);
    return this.layout.scratch + at;
  }

  /** How many steps touch each buffer. */
  get uses(): ReadonlyMap<BufferId, number> {
    this.#uses ??= usesOf(this.plan);
    return this.#uses;
  }

  buffer(id: BufferId): Buffer {
    return this.plan.buffers[id] as Buffer;
  }

  /** Code that loads the inputs' addresses: at the start of the driving function. */
  prologue(): Code {
    return [...this.#inputs].map(([index, local]) => local.set([this.arena, 0x28, 2, unsigned(4 * index)]));
  }

  location(id: BufferId): Location {
    const { place, dtype, size } = this.buffer(id);
    switch (place.kind) {
      case "input": {
        let local = this.#inputs.get(place.index);
        if (local === undefined) {
          local = this.fresh(I32);
          this.#inputs.set(place.index, local);
        }
        return { base: local.get, key: `input${place.index}`, offset: 0 };
      }
      case "constant": {
        let at = this.#constants.get(id);
        if (at === undefined) {
          const data = compactData(place.tensor);
          at = this.pool.block(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
          this.#constants.set(id, at);
        }
        return { base: this.constants, key: `constant${id}`, offset: at };
      }
      case "window": {
        const whole = this.location(place.of);
        const counter = this.counters.get(place.counter) as Local;
        return {
          base: i32.add(whole.base, i32.mul(counter.get, i32.const(size * itemSize(dtype)))),
          key: `${whole.key} ${place.counter}:${size * itemSize(dtype)}`,
          offset: whole.offset,
        };
      }
      default:
        // Buffers have pointers of their own: kernels on other buffers of the same shapes are then the same code.
        return { base: this.arena, key: `buffer${id}`, offset: this.layout.plan + place.offset };
    }
  }

  address(id: BufferId): Code {
    const { base, offset } = this.location(id);
    return offset === 0 ? base : i32.add(base, i32.const(offset));
  }

  reference({ buffer, offset, strides }: Access): Reference {
    const { dtype } = this.buffer(buffer);
    const bytes = itemSize(dtype);
    const { base, key, offset: start } = this.location(buffer);
    return { dtype, base, key, offset: start + offset * bytes, strides: strides.map((s) => s * bytes) };
  }

  /** Space of the arena as an operand of a nest. */
  space(dtype: DType, offset: number, strides: readonly number[]): Reference {
    return { dtype, base: this.arena, key: `space${offset}`, offset, strides };
  }

  at(offset: number): Code {
    return i32.add(this.arena, i32.const(offset));
  }

  /** Whether two buffers have a byte of the arena in common. */
  overlaps(x: BufferId, y: BufferId): boolean {
    const [a, b] = [this.#extent(x), this.#extent(y)];
    return a !== undefined && b !== undefined && a.from < b.to && b.from < a.to;
  }

  #extent(id: BufferId): { readonly from: number; readonly to: number } | undefined {
    const { place, dtype, size } = this.buffer(id);
    if (place.kind === "window") return this.#extent(place.of);
    if (place.kind !== "scratch" && place.kind !== "output") return undefined;
    return { from: place.offset, to: place.offset + size * itemSize(dtype) };
  }
}
