/** The law of lowering: what a primitive tells the compiler of its loop is what its kernel does. */
import fc from "fast-check";
import type { AxisPairs, Lowering } from "../graph/primitive.js";
import { ElementwiseKernel } from "../kernel/elementwise.js";
import type { Sweeping } from "../kernel/window-product.js";
import { type DType, isFloat } from "../tensor/dtype.js";
import type { Shape } from "../tensor/shape.js";
import type { DenseTensor, Tensor, TensorType } from "../tensor/tensor.js";
import { expectNone, listDifference, reordered } from "./compare.js";
import { filled } from "./differences.js";
import { instances } from "./subject.js";
import type { Law } from "./value-laws.js";

/** Row-major coordinates of an element. */
const coordinates = (shape: Shape, index: number): number[] => {
  const out = new Array<number>(shape.length);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    out[axis] = rest % (shape[axis] as number);
    rest = Math.floor(rest / (shape[axis] as number));
  }
  return out;
};
const indexOf = (shape: Shape, at: readonly number[]): number =>
  shape.reduce((index, n, axis) => index * n + (at[axis] as number), 0);
const count = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);

const folds: Readonly<Record<"add" | "mul" | "max" | "min", (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  mul: (a, b) => a * b,
  max: Math.max,
  min: Math.min,
};

const folded = (
  x: DenseTensor,
  type: TensorType,
  axes: readonly number[],
  op: keyof typeof folds,
): DenseTensor => {
  const found = new Array<number | undefined>(count(type.shape));
  for (let i = 0; i < x.size; i++) {
    const at = coordinates(x.shape, i).filter((_, axis) => !axes.includes(axis));
    const place = indexOf(type.shape, at);
    const old = found[place];
    found[place] = old === undefined ? x.at(i) : folds[op](old, x.at(i));
  }
  return filled(type, (i) => found[i] ?? (op === "mul" ? 1 : 0));
};

const contracted = (
  x: DenseTensor,
  y: DenseTensor,
  type: TensorType,
  contract: AxisPairs,
  batch: AxisPairs,
): DenseTensor => {
  const free = (z: DenseTensor, side: 0 | 1): number[] =>
    z.shape
      .map((_, axis) => axis)
      .filter((axis) => !contract[side].includes(axis) && !batch[side].includes(axis));
  const [left, right] = [free(x, 0), free(y, 1)];
  const inner = contract[0].map((axis) => x.shape[axis] as number);
  return filled(type, (i) => {
    const out = coordinates(type.shape, i);
    let total = 0;
    for (let k = 0; k < count(inner); k++) {
      const within = coordinates(inner, k);
      const place = (z: DenseTensor, side: 0 | 1, own: readonly number[], from: number): number => {
        const at = new Array<number>(z.shape.length);
        batch[side].forEach((axis, j) => {
          at[axis] = out[j] as number;
        });
        own.forEach((axis, j) => {
          at[axis] = out[from + j] as number;
        });
        contract[side].forEach((axis, j) => {
          at[axis] = within[j] as number;
        });
        return z.at(indexOf(z.shape, at));
      };
      const n = batch[0].length;
      total += place(x, 0, left, n) * place(y, 1, right, n + left.length);
    }
    return total;
  });
};

const convolved = (x: DenseTensor, w: DenseTensor, type: TensorType, sweeping: Sweeping): DenseTensor => {
  const { strides, windowDilation } = sweeping;
  const inner = w.shape.slice(1, -1);
  return filled(type, (i) => {
    const [group, example, ...rest] = coordinates(type.shape, i) as [number, number, ...number[]];
    const feature = rest.pop() as number;
    let total = 0;
    for (let k = 0; k < count(inner); k++) {
      const within = coordinates(inner, k);
      const place = rest.map(
        (t, axis) =>
          t * (strides[axis] as number) + (within[axis] as number) * (windowDilation[axis] as number),
      );
      const under = x.at(indexOf(x.shape, [group, example, ...place, within.at(-1) as number]));
      total += under * w.at(indexOf(w.shape, [group, ...within, feature]));
    }
    return total;
  });
};

/** Where folds of doubles are those of the dtype: drawn floats are short fractions; integers wrap at every step. */
const holds: (dtype: DType) => boolean = isFloat;

/** The result as the lowering describes it; undefined where it describes none. */
const lowered = (lowering: Lowering, ins: readonly DenseTensor[], type: TensorType): Tensor | undefined => {
  const [x, y] = ins as readonly [DenseTensor, DenseTensor];
  switch (lowering.kind) {
    case "map":
      return new ElementwiseKernel(
        lowering.expr,
        ins.map((z) => z.dtype),
        type.dtype,
      ).run(type, ins);
    case "reshape":
      return filled({ ...type, shape: lowering.shape }, (i) => x.at(i));
    case "view": {
      const { shape, axis, start, step } = lowering.view;
      return filled({ ...type, shape }, (i) => {
        const out = coordinates(shape, i);
        const at = axis.map(
          (from, k) =>
            (start[k] as number) + (from === null ? 0 : (step[k] as number) * (out[from] as number)),
        );
        return x.at(indexOf(x.shape, at));
      });
    }
    case "place": {
      const { shape, fill, low, step } = lowering;
      const found = new Map<number, number>();
      ins.forEach((z, k) => {
        for (let i = 0; i < z.size; i++) {
          const at = coordinates(z.shape, i).map(
            (index, axis) => (low[k]?.[axis] as number) + (step[axis] as number) * index,
          );
          if (at.every((index, axis) => index >= 0 && index < (shape[axis] as number)))
            found.set(indexOf(shape, at), z.at(i));
        }
      });
      return filled({ ...type, shape }, (i) => found.get(i) ?? fill);
    }
    case "fold":
      return holds(type.dtype) ? folded(x, type, lowering.axes, lowering.op) : undefined;
    case "convolve":
      return holds(type.dtype) ? convolved(x, y, type, lowering.sweeping) : undefined;
    case "contract":
      return holds(type.dtype) ? contracted(x, y, type, lowering.contract, lowering.batch) : undefined;
    default:
      return undefined;
  }
};

export const loweringLaw: Law = {
  name: "the lowering describes what the kernel does",
  property: (primitive, domain) =>
    domain.axisName === undefined
      ? fc.property(instances(primitive, domain, domain.dtypes, false, 24), ({ apply, ins, p }) => {
          const types = ins.map((x) => x.type);
          const expected = apply(ins);
          const got = lowered(primitive.lower(types, p), ins, primitive.shape(types, p)[0] as TensorType);
          if (got !== undefined) expectNone(listDifference("by its lowering", expected, [got], reordered));
        })
      : undefined,
};
