/**
 * Numerical derivatives along a direction, by central differences, extrapolated to step zero (Richardson), and the
 * vector space that they need: sums, inner products and random directions of lists of tensors.
 */
import { allocate, type DType, isFloat } from "../tensor/dtype.js";
import { compact, type DenseTensor, type Tensor, type TensorType } from "../tensor/tensor.js";
import { densely } from "./compare.js";

export type ListFunction = (xs: readonly Tensor[]) => readonly Tensor[];

/** A tensor made element by element. */
export const filled = (type: TensorType, element: (index: number) => number): DenseTensor => {
  const data = allocate(
    type.dtype,
    type.shape.reduce((n, size) => n * size, 1),
  );
  for (let i = 0; i < data.length; i++) data[i] = element(i);
  return compact({ ...type, weak: false }, data);
};

/** x + step * v, for each of two lists. */
export const moved = (xs: readonly Tensor[], step: number, vs: readonly Tensor[]): readonly DenseTensor[] =>
  xs.map((x, k) => {
    const a = densely(x);
    const b = densely(vs[k] as Tensor);
    return filled(x.type, (i) => a.at(i) + step * b.at(i));
  });

/** Sum of products of corresponding elements. */
export const inner = (xs: readonly Tensor[], ys: readonly Tensor[]): number =>
  xs.reduce((total, x, k) => {
    const a = densely(x);
    const b = densely(ys[k] as Tensor);
    for (let i = 0; i < a.size; i++) total += a.at(i) * b.at(i);
    return total;
  }, 0);

/** Sum of the magnitudes of those products: what rounding errors of `inner` are measured by. */
export const innerScale = (xs: readonly Tensor[], ys: readonly Tensor[]): number =>
  xs.reduce((total, x, k) => {
    const a = densely(x);
    const b = densely(ys[k] as Tensor);
    for (let i = 0; i < a.size; i++) total += Math.abs(a.at(i) * b.at(i));
    return total;
  }, 0);

/** A generator of numbers in [0, 1) from a seed, the same on every machine. */
export const randomNumbers = (seed: number): (() => number) => {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return () => {
    // xorshift32 (Marsaglia, Xorshift RNGs, 2003)
    if (state === 0) state = 0x6d2b79f5;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
};

/** A random direction: every element between 1/4 and 1 in magnitude, so that none is overlooked. */
export const randomDirections = (
  types: readonly TensorType[],
  random: () => number,
): readonly DenseTensor[] =>
  types.map((type) =>
    filled(type, () => (isFloat(type.dtype) ? (random() < 0.5 ? -1 : 1) * (0.25 + 0.75 * random()) : 0)),
  );

/** The difference quotient (f(x + hv) - f(x - hv)) / 2h. */
const central = (
  f: ListFunction,
  xs: readonly Tensor[],
  vs: readonly Tensor[],
  h: number,
): readonly DenseTensor[] => {
  const after = f(moved(xs, h, vs)).map(densely);
  const before = f(moved(xs, -h, vs)).map(densely);
  return after.map((y, k) =>
    filled(wide(y.type), (i) => (y.at(i) - (before[k] as DenseTensor).at(i)) / (2 * h)),
  );
};

const wide = (type: TensorType): TensorType => ({ ...type, dtype: "float64" });

export const differences = ["central", "richardson", "ridders"] as const;
export type Difference = (typeof differences)[number];

/** Steps that balance truncation against rounding. */
const steps: Record<"float64" | "float32", Record<Difference, number>> = {
  float64: { central: 2 ** -17, richardson: 2 ** -7, ridders: 2 ** -2 },
  float32: { central: 2 ** -7, richardson: 2 ** -4, ridders: 2 ** -2 },
};

/**
 * Neville's table of central differences with halved steps, of which every element takes the entry that changed least
 * (Ridders, Accurate computation of F'(x) and F'(x)F''(x), 1982).
 */
const ridders = (
  f: ListFunction,
  xs: readonly Tensor[],
  vs: readonly Tensor[],
  h: number,
  first: readonly DenseTensor[],
): readonly DenseTensor[] => {
  const rows = [first, ...Array.from({ length: 9 }, (_, k) => central(f, xs, vs, h * 2 ** -(k + 1)))];
  return first.map((y, k) =>
    filled(y.type, (i) => settled(rows.map((row) => (row[k] as DenseTensor).at(i)))),
  );
};

const settled = (estimates: readonly number[]): number => {
  let above: number[] = [];
  let best = estimates[0] as number;
  let error = Infinity;
  for (const estimate of estimates) {
    const row = [estimate];
    for (let j = 0; j < above.length; j++) {
      const [left, up] = [row[j] as number, above[j] as number];
      const next = left + (left - up) / (4 ** (j + 1) - 1);
      const change = Math.max(Math.abs(next - left), Math.abs(next - up));
      if (change < error) [best, error] = [next, change];
      row.push(next);
    }
    above = row;
  }
  return best;
};

/** d/dt f(x + tv) at t = 0, in float64; "richardson" eliminates the errors of order h^2 and h^4, "ridders" as many
 * as rounding allows. */
export const directionalDerivative = (
  f: ListFunction,
  xs: readonly Tensor[],
  vs: readonly Tensor[],
  reference: Difference = "richardson",
  h: number = steps[xs.some((x) => x.dtype === ("float32" satisfies DType)) ? "float32" : "float64"][
    reference
  ],
): readonly DenseTensor[] => {
  const first = central(f, xs, vs, h);
  if (reference === "central") return first;
  if (reference === "ridders") return ridders(f, xs, vs, h, first);
  const second = central(f, xs, vs, h / 2);
  const third = central(f, xs, vs, h / 4);
  const extrapolated = (
    coarse: readonly DenseTensor[],
    fine: readonly DenseTensor[],
    factor: number,
  ): DenseTensor[] =>
    fine.map((y, k) =>
      filled(y.type, (i) => y.at(i) + (y.at(i) - (coarse[k] as DenseTensor).at(i)) / (factor - 1)),
    );
  return extrapolated(extrapolated(first, second, 4), extrapolated(second, third, 4), 16);
};
