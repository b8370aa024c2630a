/**
 * Reductions, all in float64. A sum adds in one order, fixed by the logical order of the reduced elements alone:
 * trees of 8, added in turn within blocks of 128, then pairwise over blocks. So a view sums to the bits of its copy,
 * whichever axes lie innermost in memory.
 *
 * A reduction is one operation: float32 accumulates in float64 and rounds once. Integers wrap.
 */
import { allocate, type DType, isFloat, range, roundTo } from "../tensor/dtype.js";
import { sizeOf } from "../tensor/shape.js";
import { compact, DenseTensor, type TensorType, uniform } from "../tensor/tensor.js";
import { asFloat64, type CombineCode, type CombineOp, combine, combineCode, fromFloat64 } from "./combine.js";
import { collapse, forEachIndex, stridesOf } from "./layout.js";
import { materialize } from "./move.js";

/** Terms added in turn; longer sums are added pairwise. */
export const BLOCK = 128;

/** The longest run of whole blocks, doubling, that leaves something over: where a sum of n > 128 is split. */
export const splitOf = (n: number): number => {
  let half = BLOCK;
  while (half * 2 < n) half *= 2;
  return half;
};

/** Sum of n elements, s apart. -0 is the neutral element of float addition: -0 + -0 stays -0. */
const sumRun = (data: Float64Array, p: number, s: number, n: number, wrap: boolean): number => {
  if (n > BLOCK) {
    const half = splitOf(n);
    const left = sumRun(data, p, s, half, wrap);
    const total = left + sumRun(data, p + half * s, s, n - half, wrap);
    return wrap ? total | 0 : total;
  }
  let acc = -0;
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    const a = (data[p] as number) + (data[p + s] as number);
    const b = (data[p + 2 * s] as number) + (data[p + 3 * s] as number);
    const c = (data[p + 4 * s] as number) + (data[p + 5 * s] as number);
    const d = (data[p + 6 * s] as number) + (data[p + 7 * s] as number);
    acc += a + b + (c + d);
    p += 8 * s;
  }
  for (; i < n; i++, p += s) acc += data[p] as number;
  return acc;
};

/**
 * Products in order; extremes, which come out the same in any order. An element strictly inside the extreme so
 * far is passed over; combine settles ties, zeros and NaN.
 */
const foldRun = (code: CombineCode, data: Float64Array, p: number, s: number, n: number): number => {
  let acc = data[p] as number;
  for (let i = 1; i < n; i++) {
    p += s;
    const value = data[p] as number;
    if (code === 6 ? value < acc : code === 7 && value > acc) continue;
    acc = combine(code, acc, value);
  }
  return acc;
};

/** Whether elements are added: in floats, in integers that wrap. */
const isSum = (code: CombineCode): boolean => code === 0 || code === 2;

/** The fold of n elements, s apart. */
const fold = (code: CombineCode, data: Float64Array, p: number, s: number, n: number): number =>
  isSum(code) ? sumRun(data, p, s, n, code === 2) : foldRun(code, data, p, s, n);

const identity = (op: CombineOp, dtype: DType): number =>
  op === "add" ? 0 : op === "mul" ? 1 : (range(dtype)[op === "max" ? 0 : 1] as number);

/** A reduction of at least one element by another way, or null where there is no better one. */
export type LongFolds = (
  op: CombineOp,
  x: DenseTensor,
  axes: readonly number[],
  type: TensorType,
) => DenseTensor | null;

let longFolds: LongFolds | undefined;

/** Gives another way for large tensors; the same each time, so that nothing but time depends on who comes first. */
export const provideLongFolds = (f: LongFolds): void => {
  longFolds = f;
};

/**
 * A fold of all m neighbouring outputs from position p on, written to out[at .. at + m], or undefined where outputs are
 * as fast one by one.
 */
export type RowFolds = (
  code: CombineCode,
  x: Arranged,
  n: number,
  out: Float64Array,
) => ((p: number, at: number) => void) | undefined;

let rowFolds: RowFolds | undefined;

/** Gives folds that read memory in its order where outputs lie closer together than what they are made of. */
export const provideRowFolds = (f: RowFolds): void => {
  rowFolds = f;
};

/** Folds the given axes (ascending) away. max and min give NaN where there is one; -0 lies below +0. */
export const reduce = (
  op: CombineOp,
  x: DenseTensor,
  axes: readonly number[],
  type: TensorType,
): DenseTensor => {
  let n = 1;
  for (let i = 0; i < axes.length; i++) n *= x.shape[axes[i] as number] as number;
  const size = sizeOf(type.shape);
  if (n === 0) return uniform(type, identity(op, type.dtype));
  const code = combineCode(op, isFloat(type.dtype) ? "float64" : type.dtype);
  if (x.data === null)
    return uniform(type, roundTo(type.dtype, fold(code, Float64Array.of(x.value), 0, 0, n)));
  if (size === 0) return compact(type, allocate(type.dtype, 0));
  const made = longFolds?.(op, x, axes, type);
  if (made) return made;
  if (size === 1 && x.strides === null && x.data instanceof Float64Array)
    return uniform(type, roundTo(type.dtype, fold(code, x.data, x.offset, 1, n)));
  const arranged = arrange(x, axes);
  const { data, start, outer, outerSteps, m, t, s } = arranged;
  const out = new Float64Array(size);
  const rows = rowFolds?.(code, arranged, n, out);
  let at = 0;
  forEachIndex(outer, [outerSteps], [start], ([p]) => {
    if (rows) rows(p as number, at);
    else for (let j = 0; j < m; j++) out[at + j] = fold(code, data, (p as number) + j * t, s, n);
    at += m;
  });
  return fromFloat64(type, out);
};

export interface Arranged {
  readonly data: Float64Array;
  readonly start: number;
  readonly outer: readonly number[];
  readonly outerSteps: readonly number[];
  /** The innermost kept axis: m outputs, t apart. */
  readonly m: number;
  readonly t: number;
  /** Distance of neighbours along the reduced axes. */
  readonly s: number;
}

/**
 * Views the operand as outer kept axes, one inner kept axis and one reduced axis, copying it if it must. It is
 * widened first: that may change its layout, on which everything after depends.
 */
const arrange = (x: DenseTensor, axes: readonly number[]): Arranged => {
  const wide = asFloat64(x);
  const { shape } = wide;
  const strides = stridesOf(wide);
  const kept: number[] = [];
  for (let axis = 0; axis < shape.length; axis++) if (!axes.includes(axis)) kept.push(axis);
  const at = (values: readonly number[], which: readonly number[]): number[] =>
    which.map((axis) => values[axis] as number);
  const reduced = collapse(at(shape, axes), [at(strides, axes)]);
  if (reduced.shape.length > 1) {
    const order = [...kept, ...axes];
    const type: TensorType = { dtype: "float64", weak: false, shape: at(shape, order) };
    const view = new DenseTensor(type, wide.data, 0, at(strides, order), wide.offset);
    return arrange(
      materialize(view),
      axes.map((_, i) => kept.length + i),
    );
  }
  const outer = collapse(at(shape, kept), [at(strides, kept)]);
  const steps = outer.strides[0] as number[];
  const m = outer.shape.pop() ?? 1;
  const t = steps.pop() ?? 0;
  const s = reduced.strides[0]?.[0] ?? 0;
  return { data: wide.data, start: wide.offset, outer: outer.shape, outerSteps: steps, m, t, s };
};

/** The fold of a row of n >= 1 elements of the dtype, kept as doubles; not yet rounded to it. */
export const foldRow = (op: CombineOp, dtype: DType): ((row: Float64Array) => number) => {
  const code = combineCode(op, isFloat(dtype) ? "float64" : dtype);
  return (row) => fold(code, row, 0, 1, row.length);
};

/** Where the first extreme lies along the axis; the first NaN counts as the extreme. */
export const argReduce = (op: "max" | "min", x: DenseTensor, axis: number, type: TensorType): DenseTensor => {
  if (x.data === null) return uniform(type, 0);
  const size = sizeOf(type.shape);
  if (size === 0) return compact(type, allocate(type.dtype, 0));
  const n = x.shape[axis] as number;
  const { data, start, outer, outerSteps, m, t, s } = arrange(x, [axis]);
  const sign = op === "max" ? 1 : -1;
  if (size === 1) return uniform(type, argMax(sign, data, start, s, n));
  const out = allocate(type.dtype, size);
  let at = 0;
  forEachIndex(outer, [outerSteps], [start], (positions) => {
    for (let j = 0; j < m; j++) out[at++] = argMax(sign, data, (positions[0] as number) + j * t, s, n);
  });
  return compact(type, out);
};

/** The first i that makes sign * element the greatest. */
const argMax = (sign: number, data: Float64Array, p: number, s: number, n: number): number => {
  let best = sign * (data[p] as number);
  let where = 0;
  if (Number.isNaN(best)) return 0;
  for (let i = 1; i < n; i++) {
    p += s;
    const value = sign * (data[p] as number);
    if (value > best) {
      best = value;
      where = i;
    } else if (Number.isNaN(value)) return i;
  }
  return where;
};
