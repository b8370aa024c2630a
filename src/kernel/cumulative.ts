/**
 * Running sums, products, maxima and minima: each element combined with the result before it, in place over a
 * fresh float64 copy. Every step is an operation: float32 rounds after each, integers wrap.
 */
import { sizeOf } from "../tensor/shape.js";
import { compact, type DenseTensor, type TensorType, uniform } from "../tensor/tensor.js";
import { type CombineCode, type CombineOp, combine, combineCode, fromFloat64 } from "./combine.js";
import { freshData } from "./move.js";

/** out[i] = x[0] op ... op x[i] along the axis, or x[n - 1] op ... op x[i] in reverse. */
export const cumulative = (
  op: CombineOp,
  x: DenseTensor,
  axis: number,
  reverse: boolean,
  type: TensorType,
): DenseTensor => {
  const { shape } = x;
  const idempotent = op === "max" || op === "min";
  // the running product of -0 changes its sign at every step
  const still = idempotent || (x.value === 0 && !(op === "mul" && Object.is(x.value, -0)));
  if (x.data === null && still) return uniform(type, x.value);
  const fresh = freshData(x);
  const n = shape[axis] as number;
  const inner = sizeOf(shape.slice(axis + 1));
  if (n <= 1 || fresh.length === 0) return compact(type, fresh);
  const values = fresh instanceof Float64Array ? fresh : new Float64Array(fresh);
  const code = combineCode(op, type.dtype);
  const outer = values.length / (n * inner);
  for (let o = 0; o < outer; o++) {
    const first = (o * n + (reverse ? n - 1 : 0)) * inner;
    runRows(code, values, first, reverse ? -inner : inner, n, inner);
  }
  return fromFloat64(type, values);
};

const runRows = (
  code: CombineCode,
  values: Float64Array,
  p: number,
  step: number,
  n: number,
  m: number,
): void => {
  if (m === 1) {
    let acc = values[p] as number;
    if (code === 0) {
      for (let i = 1; i < n; i++) {
        p += step;
        acc += values[p] as number;
        values[p] = acc;
      }
      return;
    }
    for (let i = 1; i < n; i++) {
      p += step;
      acc = combine(code, acc, values[p] as number);
      values[p] = acc;
    }
    return;
  }
  for (let i = 1; i < n; i++) {
    p += step;
    for (let q = p; q < p + m; q++)
      values[q] = combine(code, values[q - step] as number, values[q] as number);
  }
};
