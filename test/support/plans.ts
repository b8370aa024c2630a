/** Plans read plainly, element by element: the meaning that emitters are held to. */

import type {
  Access,
  BufferId,
  ContractStep,
  LoopStep,
  Plan,
  RepeatStep,
  Step,
} from "../../src/compile/plan.js";
import { toClosure } from "../../src/expr/closure.js";
import { sweep } from "../../src/kernel/conv.js";
import { type FloatArray, matmul } from "../../src/kernel/matmul.js";
import { reduce } from "../../src/kernel/reduce.js";
import { allocate, type DType, type Storage } from "../../src/tensor/dtype.js";
import { compact, compactData, type DenseTensor } from "../../src/tensor/tensor.js";

const over = (dtype: DType, memory: ArrayBuffer, offset: number, size: number): Storage => {
  const Kind = allocate(dtype, 0).constructor as new (b: ArrayBuffer, o: number, n: number) => Storage;
  return new Kind(memory, offset, size);
};

class Interpreter {
  readonly arena: ArrayBuffer;
  readonly counters: Map<number, number> = new Map();

  constructor(
    readonly plan: Plan,
    readonly ins: readonly DenseTensor[],
  ) {
    this.arena = new ArrayBuffer(Math.ceil((plan.arena + 8) / 8) * 8);
  }

  elements(id: BufferId): Storage {
    const { place, dtype, size } = this.plan.buffers[id] as Plan["buffers"][number];
    switch (place.kind) {
      case "input":
        return compactData(this.ins[place.index] as DenseTensor);
      case "constant":
        return compactData(place.tensor);
      case "window": {
        const from = (this.counters.get(place.counter) as number) * size;
        return this.elements(place.of).subarray(from, from + size);
      }
      default:
        return over(dtype, this.arena, place.offset, size);
    }
  }

  position({ offset, strides }: Access, index: readonly number[]): number {
    return strides.reduce((sum, stride, axis) => sum + stride * (index[axis] as number), offset);
  }

  loop(step: LoopStep): void {
    const { body, loads, stores, folds } = step;
    const outputs = body.outputs.map((output) => toClosure({ ...body, outputs: [output] }));
    const sources = loads.map(({ buffer }) => this.elements(buffer));
    const kept = step.folded ? step.shape.slice(0, -1) : step.shape;
    const n = step.folded ? (step.shape.at(-1) as number) : 1;
    const count = kept.reduce((product, size) => product * size, 1);
    const index = new Array<number>(kept.length).fill(0);
    for (let i = 0; i < count; i++) {
      const lists = folds.map(({ access }) =>
        allocate((this.plan.buffers[access.buffer] as Plan["buffers"][number]).dtype, n),
      );
      for (let j = 0; j < n; j++) {
        const full = step.folded ? [...index, j] : index;
        const values = loads.map(
          (access, k) => (sources[k] as Storage)[this.position(access, full)] as number,
        );
        const results = outputs.map((f) => f(...values));
        for (const { value, access } of stores) {
          this.elements(access.buffer)[this.position(access, full)] = results[value] as number;
        }
        folds.forEach(({ value }, k) => {
          (lists[k] as Storage)[j] = results[value] as number;
        });
      }
      folds.forEach(({ op, access }, k) => {
        const { dtype } = this.plan.buffers[access.buffer] as Plan["buffers"][number];
        const list = compact({ shape: [n], dtype, weak: false }, lists[k] as Storage);
        const total = reduce(op, list, [0], { shape: [], dtype, weak: false });
        this.elements(access.buffer)[this.position(access, index)] = total.at(0);
      });
      for (let axis = kept.length - 1; axis >= 0; axis--) {
        index[axis] = (index[axis] as number) + 1;
        if ((index[axis] as number) < (kept[axis] as number)) break;
        index[axis] = 0;
      }
    }
  }

  contract({ left, right, out, batch, m, k, n }: ContractStep): void {
    const view = (x: ContractStep["left"]) => ({ ...x, data: this.elements(x.buffer) as FloatArray });
    const product = allocate(
      (this.plan.buffers[out] as Plan["buffers"][number]).dtype,
      batch * m * n,
    ) as FloatArray;
    matmul(view(left), view(right), product, batch, m, k, n);
    this.elements(out).set(product);
  }

  repeat(step: RepeatStep): void {
    for (let i = 0; i < step.length; i++) {
      this.counters.set(step.counter, step.reverse ? step.length - 1 - i : i);
      this.steps(step.test);
      if (step.condition !== null && this.elements(step.condition)[0] === 0) break;
      this.steps(step.body);
    }
    this.counters.delete(step.counter);
  }

  step(step: Step): void {
    switch (step.kind) {
      case "loop":
        this.loop(step);
        break;
      case "contract":
        this.contract(step);
        break;
      case "convolve": {
        const elements = (x: { readonly buffer: BufferId; readonly offset: number }) =>
          [this.elements(x.buffer), x.offset] as const;
        sweep(step.form, ...elements(step.image), ...elements(step.window), this.elements(step.out), 0);
        break;
      }
      case "copy":
        this.elements(step.to).set(this.elements(step.from));
        break;
      case "repeat":
        this.repeat(step);
        break;
      case "choose": {
        const index = this.elements(step.index)[0] as number;
        this.steps(step.branches[Math.max(0, Math.min(step.branches.length - 1, index))] as readonly Step[]);
        break;
      }
      default: {
        const ins = step.ins.map(({ buffer, type }) => compact(type, this.elements(buffer).slice()));
        const outs = step.primitive.impl(ins, step.p);
        for (const [i, id] of step.outs.entries()) this.elements(id).set(compactData(outs[i] as DenseTensor));
      }
    }
  }

  steps(steps: readonly Step[]): void {
    for (const step of steps) this.step(step);
  }
}

/** The results of a plan, as its meaning gives them. */
export const interpret = (plan: Plan, ins: readonly DenseTensor[]): readonly Storage[] => {
  const interpreter = new Interpreter(plan, ins);
  interpreter.steps(plan.steps);
  return plan.outputs.map((_, i) => {
    const id = plan.buffers.findIndex(({ place }) => place.kind === "output" && place.index === i);
    return interpreter.elements(id).slice();
  });
};
