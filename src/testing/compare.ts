/** Whether two tensors agree: one table of tolerances by dtype, and the worst disagreement told in a sentence. */

import type { DType } from "../tensor/dtype.js";
import { bracketed } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import type { DenseTensor, Tensor } from "../tensor/tensor.js";

export interface Tolerance {
  /** Relative to the larger of the two numbers. */
  readonly rtol: number;
  readonly atol: number;
}

const exact: Tolerance = { rtol: 0, atol: 0 };

/** The same numbers, computed by the same operations in another order. */
export const reordered = (dtype: DType): Tolerance =>
  dtype === "float64"
    ? { rtol: 1e-12, atol: 1e-12 }
    : dtype === "float32"
      ? { rtol: 2e-6, atol: 2e-6 }
      : exact;

/** Derivatives against extrapolated differences of float64 values. */
export const differenced: Tolerance = { rtol: 1e-7, atol: 1e-8 };
/** Second derivatives by different pairs of modes. */
export const secondOrder: Tolerance = { rtol: 1e-9, atol: 1e-9 };
/** A function of float32 against the same of float64. */
export const narrowed: Tolerance = { rtol: 1e-5, atol: 1e-5 };

/** The same for its derivatives, which divide and cancel more. */
export const narrowedDerivative: Tolerance = { rtol: 1e-4, atol: 1e-4 };

export const isClose = (a: number, b: number, { rtol, atol }: Tolerance): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= atol + rtol * Math.max(Math.abs(a), Math.abs(b));

export const densely = (x: Tensor): DenseTensor => x.concrete("comparison");

/** Coordinates of an element, such as `[1, 0]`. */
const coordinatesOf = (x: Tensor, index: number): string => {
  const out: number[] = [];
  let rest = index;
  for (const n of [...x.shape].reverse()) {
    out.unshift(rest % n);
    rest = Math.floor(rest / n);
  }
  return `${bracketed(out)}`;
};

/** Why two tensors differ, and how far apart they are: infinitely where shape, dtype or NaN tell them apart. */
export interface Disagreement {
  readonly sentence: string;
  readonly distance: number;
}

/**
 * Why two tensors differ, or undefined where they do not: in shape, dtype, or in an element beyond the tolerance
 * (the worst one is named). NaN agrees with NaN. With `bits`, also the sign of zero counts.
 */
export const difference = (
  expected: Tensor,
  got: Tensor,
  tolerance: Tolerance | "bits",
  checkDType = true,
): string | undefined => disagreement(expected, got, tolerance, checkDType)?.sentence;

/** The same, with the distance of the worst element. */
export const disagreement = (
  expected: Tensor,
  got: Tensor,
  tolerance: Tolerance | "bits",
  checkDType = true,
): Disagreement | undefined => {
  const other = (sentence: string): Disagreement => ({ sentence, distance: Infinity });
  if (!sameShape(expected.shape, got.shape)) {
    return other(`expected shape ${bracketed(expected.shape)}, got ${bracketed(got.shape)}`);
  }
  if (checkDType && expected.dtype !== got.dtype)
    return other(`expected dtype ${expected.dtype}, got ${got.dtype}`);
  const a = densely(expected);
  const b = densely(got);
  let worst = -1;
  let distance = -1;
  for (let i = 0; i < a.size; i++) {
    const x = a.at(i);
    const y = b.at(i);
    if (tolerance === "bits" ? Object.is(x, y) : isClose(x, y, tolerance)) continue;
    const apart = Math.abs(x - y);
    const measure = Number.isNaN(apart) ? Infinity : apart;
    if (measure > distance) {
      distance = measure;
      worst = i;
    }
  }
  if (worst < 0) return undefined;
  const where = a.shape.length === 0 ? "" : ` at ${coordinatesOf(a, worst)}`;
  return { sentence: `expected ${shown(a.at(worst))}, got ${shown(b.at(worst))}${where}`, distance };
};

const shown = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));

/** The same for lists, naming the position; `what` says what is compared. */
export const listDifference = (
  what: string,
  expected: readonly Tensor[],
  got: readonly Tensor[],
  tolerance: Tolerance | "bits" | ((dtype: DType) => Tolerance),
): string | undefined => {
  if (expected.length !== got.length)
    return `${what}: expected ${expected.length} tensors, got ${got.length}`;
  for (let i = 0; i < expected.length; i++) {
    const x = expected[i] as Tensor;
    const found = difference(
      x,
      got[i] as Tensor,
      typeof tolerance === "function" ? tolerance(x.dtype) : tolerance,
    );
    if (found !== undefined) return `${what}${expected.length > 1 ? ` (number ${i})` : ""}: ${found}`;
  }
  return undefined;
};

/** Throws an Error with the sentence, where there is one. */
export const expectNone = (problem: string | undefined): void => {
  if (problem !== undefined) throw new Error(problem);
};
