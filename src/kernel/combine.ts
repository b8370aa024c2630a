/**
 * The four associative operations, one step at a time, and float64 as the common ground on which kernels fold:
 * every dtype fits in it, so each loop exists once and sees one kind of array.
 */
import { allocate, type DType, roundTo } from "../tensor/dtype.js";
import { compact, DenseTensor, type TensorType, uniform } from "../tensor/tensor.js";
import { stridesOf } from "./layout.js";
import { materialize } from "./move.js";

export type CombineOp = "add" | "mul" | "max" | "min";

/** What `combine` does, as a number that a loop tests for next to nothing. */
export type CombineCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** The code for an operation on elements of `dtype`, rounded after each step. On bool, add is or, mul is and. */
export const combineCode = (op: CombineOp, dtype: DType): CombineCode => {
  const kind = dtype === "float64" ? 0 : dtype === "float32" ? 1 : 2;
  if (op === "max" || (dtype === "bool" && op === "add")) return 6;
  if (op === "min" || (dtype === "bool" && op === "mul")) return 7;
  return (op === "add" ? kind : 3 + kind) as CombineCode;
};

/** Integers come out modulo 2^32: storing them in the dtype's array wraps them the rest of the way. */
export const combine = (code: CombineCode, a: number, b: number): number => {
  switch (code) {
    case 0:
      return a + b;
    case 1:
      return Math.fround(a + b);
    case 2:
      return (a + b) | 0;
    case 3:
      return a * b;
    case 4:
      return Math.fround(a * b);
    case 5:
      return Math.imul(a, b);
    case 6:
      return Math.max(a, b);
    default:
      return Math.min(a, b);
  }
};

/** The same elements in a Float64Array, in whatever layout is cheap. */
export const asFloat64 = (x: DenseTensor): DenseTensor & { readonly data: Float64Array } => {
  type Wide = DenseTensor & { readonly data: Float64Array };
  if (x.data === null) {
    return new DenseTensor(x.type, Float64Array.of(x.value), 0, stridesOf(x), 0) as Wide;
  }
  if (x.data instanceof Float64Array) return x as Wide;
  if (x.data.length <= 2 * x.size + 64) {
    return new DenseTensor(x.type, new Float64Array(x.data), 0, x.strides, x.offset) as Wide;
  }
  const y = materialize(x);
  const data = new Float64Array((y.data as Float32Array).subarray(y.offset, y.offset + y.size));
  return new DenseTensor(x.type, data, 0, null, 0) as Wide;
};

/** Converts results to the dtype: rounding to float32, wrapping integers. A single element becomes a number. */
export const fromFloat64 = (type: TensorType, values: Float64Array): DenseTensor => {
  if (values.length === 1) return uniform(type, roundTo(type.dtype, values[0] as number));
  if (type.dtype === "float64") return compact(type, values);
  const out = allocate(type.dtype, values.length);
  out.set(values);
  return compact(type, out);
};
