/** Discrete Fourier transforms of the rows of tensors, computed in float64 whatever the dtype, and rounded once. */
import { allocate, type Storage } from "../../tensor/dtype.js";
import { sizeOf } from "../../tensor/shape.js";
import { compact, compactData, type DenseTensor, type TensorType } from "../../tensor/tensor.js";
import { planOf, realPlanOf } from "./plan.js";

/** Row after row of a tensor as doubles: views where it holds doubles, and otherwise copies in one place. */
const rowsOf = (x: DenseTensor, n: number): ((row: number) => Float64Array) => {
  const data = compactData(x);
  if (data instanceof Float64Array) return (row) => data.subarray(row * n, (row + 1) * n);
  const copy = new Float64Array(n);
  return (row) => {
    copy.set(data.subarray(row * n, (row + 1) * n));
    return copy;
  };
};

/** Where row after row of a result is written, and `done` with it. */
const targetOf = (data: Storage, n: number) => {
  if (data instanceof Float64Array)
    return { row: (i: number): Float64Array => data.subarray(i * n, (i + 1) * n), done: (): void => {} };
  const copy = new Float64Array(n);
  return { row: (): Float64Array => copy, done: (i: number): void => data.set(copy, i * n) };
};

/**
 * The transforms of all rows along the last axis, not scaled, of e^(-2 pi i j k / n), or of its conjugate where
 * `inverse`. Without imaginary parts the real transform is made.
 */
export const dft = (
  re: DenseTensor,
  im: DenseTensor | null,
  inverse: boolean,
  types: readonly [TensorType, TensorType],
): readonly [DenseTensor, DenseTensor] => {
  const { shape, dtype } = types[0];
  const n = shape[shape.length - 1] as number;
  const size = sizeOf(shape);
  const outs = [allocate(dtype, size), allocate(dtype, size)] as const;
  const result = (): readonly [DenseTensor, DenseTensor] => [
    compact(types[0], outs[0]),
    compact(types[1], outs[1]),
  ];
  if (size === 0) return result();
  const [targetR, targetI] = [targetOf(outs[0], n), targetOf(outs[1], n)];
  const rowR = rowsOf(re, n);
  const rows = size / n;
  if (im === null) {
    const plan = realPlanOf(n);
    for (let i = 0; i < rows; i++) {
      const imaginary = targetI.row(i);
      plan(rowR(i), targetR.row(i), imaginary);
      if (inverse) for (let k = 0; k < n; k++) imaginary[k] = -(imaginary[k] as number);
      targetR.done(i);
      targetI.done(i);
    }
    return result();
  }
  const rowI = rowsOf(im, n);
  const plan = planOf(n).transform;
  for (let i = 0; i < rows; i++) {
    // with real and imaginary parts exchanged the forward transform is the inverse
    if (inverse) plan(rowI(i), rowR(i), targetI.row(i), targetR.row(i));
    else plan(rowR(i), rowI(i), targetR.row(i), targetI.row(i));
    targetR.done(i);
    targetI.done(i);
  }
  return result();
};
