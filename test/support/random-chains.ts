/**
 * Random chains of loops, before their buffers have places: results that end where the next begin, read as they were
 * written or otherwise, with loops and choices around them.
 */
import fc from "fast-check";
import type { Arranged } from "../../src/compile/arena.js";
import { PlanBuilder } from "../../src/compile/builder.js";
import type { Access, Buffer, BufferId, CopyStep, LoopStep, Plan, Step } from "../../src/compile/plan.js";
import type { ScalarNode } from "../../src/expr/program.js";
import { type DType, dtypes, itemSize } from "../../src/tensor/dtype.js";
import { sizeOf } from "../../src/tensor/shape.js";
import { compact, type DenseTensor, type TensorType } from "../../src/tensor/tensor.js";
import { elements, type Gen, randomBody } from "./random-plans.js";

/** Something to read: a buffer, and where its elements stand. */
interface Value {
  readonly dtype: DType;
  readonly access: Access;
}

export interface RandomChain {
  readonly builder: PlanBuilder;
  readonly steps: readonly Step[];
  readonly ins: readonly DenseTensor[];
  readonly outputs: readonly TensorType[];
}

const flat = (dtype: DType, size: number): TensorType => ({ dtype, shape: [size], weak: false });

/** The chain as a plan, its buffers in these places. */
export const planIn = ({ steps, ins, outputs }: RandomChain, places: Arranged): Plan => ({
  ...places,
  steps,
  inputs: ins.map(({ type }) => type),
  outputs,
  contract: false,
});

/** A place for every buffer, of which no other has a byte. */
export const apart = ({ builder }: RandomChain): Arranged => {
  let arena = 0;
  const buffers = builder.buffers.map(({ dtype, size, place }): Buffer => {
    const offset = arena;
    if (place.kind !== "scratch" && place.kind !== "output") return { dtype, size, place };
    arena += Math.ceil((size * itemSize(dtype)) / 16) * 16;
    return { dtype, size, place: { ...place, offset } };
  });
  return { buffers, arena };
};

class Chains {
  readonly builder: PlanBuilder = new PlanBuilder();
  readonly ins: DenseTensor[] = [];

  constructor(
    readonly g: Gen,
    readonly shape: readonly number[],
  ) {}

  get #count(): number {
    return sizeOf(this.shape);
  }

  #int(max: number): number {
    return this.g(fc.integer({ min: 0, max }));
  }

  #one<T>(list: readonly T[]): T {
    return list[this.#int(list.length - 1)] as T;
  }

  /** Mostly those of a few bytes, so that places fit. */
  #dtype(): DType {
    return this.g(fc.constantFrom<DType>("float64", "float64", "float32", "int32", ...dtypes));
  }

  /** Elements in this order of axes, `step` from one to the next. */
  #stored(buffer: BufferId, axes: readonly number[], step = 1): Access {
    const strides = this.shape.map(() => 0);
    let reach = step;
    for (const axis of axes) {
      strides[axis] = reach;
      reach *= this.shape[axis] as number;
    }
    return { buffer, offset: step - 1, strides };
  }

  #rowMajor(buffer: BufferId): Access {
    return this.#stored(buffer, [...this.shape.keys()].reverse());
  }

  input(dtype: DType = this.#dtype(), size: number = this.#count): BufferId {
    const index = this.ins.push(compact(flat(dtype, size), elements(this.g, dtype, size))) - 1;
    return this.builder.buffer(dtype, size, { kind: "input", index });
  }

  /** An input of as many elements as loops have turns. */
  given(): Value {
    const dtype = this.#dtype();
    return { dtype, access: this.#rowMajor(this.input(dtype)) };
  }

  /** Mostly as it was written; else one element for an axis, or backwards. */
  #read({ access }: Value): Access {
    const what = this.#int(7);
    if (what > 1 || this.shape.length === 0) return access;
    const axis = this.#int(this.shape.length - 1);
    const stride = access.strides[axis] as number;
    const strides = access.strides.map((s, d) => (d !== axis ? s : what === 0 ? 0 : -s));
    const reach = what === 0 ? 0 : ((this.shape[axis] as number) - 1) * stride;
    return { ...access, offset: access.offset + reach, strides };
  }

  /** Where a new buffer is written: mostly row-major, else with axes turned, or with gaps. */
  #written(dtype: DType): Value {
    const order = this.#int(9);
    const step = order === 0 ? 2 : 1;
    const buffer = this.builder.buffer(dtype, this.#count * step);
    if (order > 1) return { dtype, access: this.#rowMajor(buffer) };
    return { dtype, access: this.#stored(buffer, [...this.shape.keys()], step) };
  }

  /** A loop over some values, mostly the last, and what it makes. */
  #loop(known: readonly Value[]): { readonly step: LoopStep; readonly made: readonly Value[] } {
    const read = Array.from({ length: 1 + this.#int(2) }, () =>
      this.#int(2) > 0 ? this.#one(known.slice(-2)) : this.#one(known),
    );
    const loads = read.map((value) => this.#read(value));
    const body = randomBody(
      this.g,
      read.map(({ dtype }) => dtype),
      1 + this.#int(2),
    );
    const made = body.outputs.map((id) => this.#written((body.nodes[id] as ScalarNode).dtype));
    const stores = made.map(({ access }, value) => ({ value, access }));
    const { shape } = this;
    const plain = { kind: "loop" as const, shape, folded: false, body, loads, stores, folds: [] };
    if (shape.length === 0 || this.#int(7) > 0) return { step: plain, made };
    const { dtype } = made[0] as Value;
    const total = this.builder.buffer(dtype, this.#count / (shape.at(-1) as number));
    const access = {
      buffer: total,
      offset: 0,
      strides: shape.slice(0, -1).map((_, axis) => sizeOf(shape.slice(axis + 1, -1))),
    };
    return { step: { ...plain, folded: true, folds: [{ op: "max", value: 0, access }] }, made };
  }

  /** The elements of a value, row-major, as another dtype. */
  #converted({ dtype, access }: Value, to: DType, buffer: BufferId): LoopStep {
    const nodes: ScalarNode[] = [{ kind: "input", dtype, index: 0 }];
    if (to !== dtype) nodes.push({ kind: "convert", dtype: to, args: [0] });
    return {
      kind: "loop",
      shape: this.shape,
      folded: false,
      body: { inputs: [dtype], nodes, outputs: [nodes.length - 1] },
      loads: [access],
      stores: [{ value: 0, access: this.#rowMajor(buffer) }],
      folds: [],
    };
  }

  /** Rounds that read and make rows, and carry a value on. */
  #repeat(known: readonly Value[], depth: number): { readonly steps: readonly Step[]; made: Value[] } {
    const { builder } = this;
    const counter = builder.counter();
    const length = 1 + this.#int(2);
    const rows = this.input("float64", this.#count * length);
    const row = builder.buffer("float64", this.#count, { kind: "window", of: rows, counter });
    const start = known.at(-1) as Value;
    const { dtype, size } = this.#bufferOf(start);
    const carry: Value = { dtype, access: { ...start.access, buffer: builder.buffer(dtype, size) } };
    const inner = this.chain([...known, { dtype: "float64", access: this.#rowMajor(row) }, carry], depth + 1);
    const next = [...inner.made]
      .reverse()
      .find(
        (value) =>
          value.dtype === dtype &&
          this.#bufferOf(value).size === size &&
          `${value.access.strides}` === `${carry.access.strides}`,
      );
    const carried = next === undefined ? [] : [this.#copy(next, carry)];
    const kept = this.#one(inner.made);
    const owner = builder.buffer(kept.dtype, this.#bufferOf(kept).size * length);
    const isRow = builder.claimWindow(kept.access.buffer, owner, counter);
    return {
      steps: [
        this.#copy(start, carry),
        {
          kind: "repeat",
          counter,
          length,
          reverse: this.#int(1) === 0,
          test: [],
          condition: null,
          body: [...inner.steps, ...carried],
        },
      ],
      made: [
        carry,
        ...inner.made.map((value) =>
          isRow && value === kept ? { ...value, access: { ...value.access, buffer: owner } } : value,
        ),
      ],
    };
  }

  #bufferOf({ access }: Value): PlanBuilder["buffers"][number] {
    return this.builder.buffers[access.buffer] as PlanBuilder["buffers"][number];
  }

  #copy(from: Value, to: Value): CopyStep {
    return { kind: "copy", from: from.access.buffer, to: to.access.buffer };
  }

  /** Branches each of which makes the result, in it or beside it. */
  #choose(known: readonly Value[], depth: number): { readonly steps: readonly Step[]; made: Value[] } {
    const { builder } = this;
    const result = builder.buffer("float64", this.#count);
    const branches = Array.from({ length: 1 + this.#int(2) }, () => {
      const inner = this.chain(known, depth + 1);
      const last = inner.made.at(-1) as Value;
      if (this.#int(1) === 0) return [...inner.steps, this.#converted(last, "float64", result)];
      const beside = builder.buffer("float64", this.#count);
      return [
        ...inner.steps,
        this.#converted(last, "float64", beside),
        { kind: "copy" as const, from: beside, to: result },
      ];
    });
    const index = this.input("int32", 1);
    return {
      steps: [{ kind: "choose", index, branches }],
      made: [{ dtype: "float64", access: this.#rowMajor(result) }],
    };
  }

  /** Steps upon each other, and the values that they leave. */
  chain(known: readonly Value[], depth = 0): { readonly steps: readonly Step[]; readonly made: Value[] } {
    const steps: Step[] = [];
    const made: Value[] = [];
    const length = 1 + this.#int(depth === 0 ? 6 : 2);
    for (let i = 0; i < length; i++) {
      const all = [...known, ...made];
      const what = depth < 2 ? this.#int(11) : 11;
      if (what > 1) {
        const { step, made: values } = this.#loop(all);
        steps.push(step);
        made.push(...values);
        continue;
      }
      const held = what === 0 ? this.#repeat(all, depth) : this.#choose(all, depth);
      steps.push(...held.steps);
      made.push(...held.made);
    }
    return { steps, made };
  }

  /** Makes some values results, by themselves or by a last loop. */
  results(made: readonly Value[]): { readonly steps: readonly Step[]; readonly outputs: TensorType[] } {
    const outputs: TensorType[] = [];
    const steps: Step[] = [];
    for (const value of [made.at(-1) as Value, ...made.filter(() => this.#int(3) === 0)]) {
      const { dtype } = value;
      const index = outputs.push(flat(dtype, this.#count)) - 1;
      const whole = this.#bufferOf(value).size === this.#count;
      if (whole && this.builder.claim(value.access.buffer, index)) continue;
      const buffer = this.builder.buffer(dtype, this.#count, { kind: "output", index });
      steps.push(this.#converted(value, dtype, buffer));
    }
    return { steps, outputs };
  }
}

/** Loops over up to three axes of these sizes, cut down to so many elements at most. */
export const randomChain = (g: Gen, sizes: fc.Arbitrary<number>, most = 600): RandomChain => {
  let shape = Array.from({ length: g(fc.integer({ min: 0, max: 3 })) }, () => g(sizes));
  while (sizeOf(shape) > most) shape = shape.map((size) => Math.ceil(size / 3));
  const chains = new Chains(g, shape);
  const { steps, made } = chains.chain([chains.given(), chains.given()]);
  const last = chains.results(made);
  return {
    builder: chains.builder,
    steps: [...steps, ...last.steps],
    ins: chains.ins,
    outputs: last.outputs,
  };
};
