/** Polynomials as vectors of coefficients, from the highest power down: algebra, calculus and fits. */
import { convert, div, filledAs, mul, add as plus, sub } from "../primitives/arithmetic.js";
import { broadcastOver, sum } from "../primitives/broadcast.js";
import { le, select } from "../primitives/compare.js";
import { reshape } from "../primitives/reshape.js";
import { pad } from "../primitives/slice.js";
import { sqrt } from "../primitives/transcendental.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { compact, type Tensor, type TensorLike, uniform } from "../tensor/tensor.js";
import { join, section } from "./along.js";
import { add, subtract } from "./arithmetic.js";
import { cast, promoteAll } from "./convert.js";
import { asFloat, asTensor } from "./door.js";
import { finfo } from "./dtypes.js";
import { vander } from "./matrices.js";
import { optionsOf } from "./options.js";
import { convolve } from "./sequences.js";

const coefficientsOf = (operation: string, p: TensorLike): Tensor => {
  const t = asTensor(operation, p);
  if (t.type.shape.length > 1)
    throw ShapeError.mismatch(
      operation,
      "coefficients are a vector",
      [t.type.shape],
      "Map over rows with vmap.",
    );
  const vector = reshape(t, [t.size]);
  return vector.type.dtype === "bool" ? convert(vector, "int32") : vector;
};
const checkCount = (operation: string, name: string, n: unknown, least = 0): number => {
  if (Number.isInteger(n) && (n as number) >= least) return n as number;
  throw ArgumentError.invalid(
    operation,
    `${name} is ${describe(n)}`,
    `It is a whole number from ${least} on.`,
  );
};

/** Both with as many coefficients: zeros in front of the shorter. */
const aligned = (operation: string, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] => {
  const [p, q] = promoteAll(operation, [coefficientsOf(operation, a), coefficientsOf(operation, b)]) as [
    Tensor,
    Tensor,
  ];
  const n = Math.max(p.size, q.size);
  const long = (x: Tensor): Tensor =>
    x.size === n ? x : pad(x, { value: 0, low: [n - x.size], high: [0], interior: [0] });
  return [long(p), long(q)];
};

/**
 * The sum of two polynomials.
 * @throws ShapeError unless coefficients are vectors
 * @example np.polyadd([1, 2], [9, 5, 4]) // [9, 6, 6]
 * @see numpy.polyadd
 */
export const polyadd = (a: TensorLike, b: TensorLike): Tensor => add(...aligned("polyadd", a, b)) as Tensor;
/**
 * The difference of two polynomials.
 * @throws ShapeError unless coefficients are vectors
 * @example np.polysub([2, 10, -2], [3, 10, -4]) // [-1, 0, 2]
 * @see numpy.polysub
 */
export const polysub = (a: TensorLike, b: TensorLike): Tensor =>
  subtract(...aligned("polysub", a, b)) as Tensor;
/**
 * The product of two polynomials; all coefficients stay, also leading zeros.
 * @throws ShapeError unless coefficients are vectors that are not empty
 * @example np.polymul([1, 2, 3], [9, 5, 1]) // [9, 23, 38, 17, 3]
 * @see numpy.polymul
 */
export const polymul = (a: TensorLike, b: TensorLike): Tensor =>
  convolve(coefficientsOf("polymul", a), coefficientsOf("polymul", b));

/**
 * Quotient and remainder of two polynomials. The remainder has as many coefficients as the dividend has below the quotient, leading
 * zeros among them; the first coefficient of the divisor is not 0.
 * @throws ShapeError unless coefficients are vectors that are not empty
 * @example np.polydiv([3, 5, 2], [2, 1])[0] // [1.5, 1.75]
 * @see numpy.polydiv
 */
export const polydiv = (a: TensorLike, b: TensorLike): readonly [quotient: Tensor, remainder: Tensor] => {
  const given = [coefficientsOf("polydiv", a), coefficientsOf("polydiv", b)].map((p) =>
    asFloat("polydiv", p),
  );
  const [u, v] = promoteAll("polydiv", given) as readonly [Tensor, Tensor];
  const [n, m] = [u.size, v.size];
  if (n === 0 || m === 0)
    throw ShapeError.mismatch(
      "polydiv",
      "polynomials have coefficients",
      [u.type.shape, v.type.shape],
      "Zero is [0].",
    );
  if (n < m) return [filledAs({ type: { ...u.type, shape: [1] } }, 0), u];
  const first = section(v, 0, 0, 1);
  let rest = u;
  const quotient: Tensor[] = [];
  for (let k = 0; k + m <= n; k++) {
    const q = div(section(rest, 0, 0, 1), first);
    quotient.push(q);
    const taken = mul(broadcastOver(reshape(q, []), [m], [0]), v);
    const left = sub(section(rest, 0, 0, m), taken);
    rest = join([section(left, 0, 1, m), section(rest, 0, m, rest.size)], 0);
  }
  return [join(quotient, 0), m === 1 ? filledAs(first, 0) : rest];
};

/** n (n - 1) ... (n - m + 1) for the powers of a polynomial of so many coefficients, of those that stay. */
const falling = (like: Tensor, count: number, m: number): Tensor => {
  const values = Float64Array.from({ length: count }, (_, i) => {
    let product = 1;
    for (let j = 0; j < m; j++) product *= count - 1 - i + m - j;
    return product;
  });
  return cast(compact({ shape: [count], dtype: "float64", weak: false }, values), like.type.dtype);
};

/**
 * The m-th derivative of a polynomial.
 * @throws ArgumentError for an order that is none; ShapeError
 * @example np.polyder([1, 1, 1, 1]) // [3, 2, 1]
 * @see numpy.polyder
 */
export const polyder = (p: TensorLike, m = 1): Tensor => {
  const x = coefficientsOf("polyder", p);
  const order = checkCount("polyder", "the order", m);
  const count = Math.max(x.size - order, 0);
  const kept = section(x, 0, 0, count);
  return order === 0 ? x : mul(kept, falling(kept, count, order));
};

/**
 * The m-th integral of a polynomial, with the constants `k` of integration (default 0): one for each integral, or one for all.
 * @throws ArgumentError for an order that is none and constants of another number; ShapeError
 * @example np.polyint([3, 2, 1]) // [1, 1, 1, 0]
 * @see numpy.polyint
 */
export const polyint = (p: TensorLike, m = 1, options?: { readonly k?: TensorLike }): Tensor => {
  const { k = 0 } = optionsOf("polyint", options, ["k"]);
  const order = checkCount("polyint", "the order", m);
  const given = [asFloat("polyint", coefficientsOf("polyint", p)), asFloat("polyint", k)];
  const [x, constants] = promoteAll("polyint", given) as readonly [Tensor, Tensor];
  const all = reshape(constants, [constants.size]);
  if (all.size !== 1 && all.size !== order)
    throw ArgumentError.invalid(
      "polyint",
      `${all.size} constants for ${order} integrals`,
      "Pass one for each, or one for all.",
    );
  let y = x;
  for (let i = 0; i < order; i++) {
    const at = all.size === 1 ? 0 : i;
    y = join([div(y, falling(y, y.size, 1)), section(all, 0, at, at + 1)], 0);
  }
  return y;
};

/**
 * The polynomial with given roots, its first coefficient 1.
 * @throws ShapeError unless the roots are a vector
 * @example np.poly([1, 2]) // [1, -3, 2]
 * @see numpy.poly
 */
export const poly = (roots: TensorLike): Tensor => {
  const zeros = asFloat("poly", coefficientsOf("poly", roots));
  let p: Tensor = uniform({ shape: [1], dtype: zeros.type.dtype, weak: false }, 1);
  for (let i = 0; i < zeros.size; i++) {
    const root = section(zeros, 0, i, i + 1);
    p = convolve(p, join([filledAs(root, 1), sub(filledAs(root, 0), root)], 0));
  }
  return p;
};

/** A column made orthogonal to those before it: its direction, its length then, and its entries along theirs. */
interface Step {
  readonly direction: Tensor;
  readonly length: Tensor;
  readonly isNothing: Tensor;
  readonly entries: readonly Tensor[];
  readonly part: Tensor;
}
/** Gram and Schmidt's method, twice: once more for what rounding left. */
const orthogonalized = (column: Tensor, steps: readonly Step[], cutoff: number): Omit<Step, "part"> => {
  const n = column.size;
  const inner = (a: Tensor, b: Tensor): Tensor => sum(mul(a, b), [0]);
  const along = (z: Tensor, v: Tensor): Tensor => mul(broadcastOver(z, [n], [0]), v);
  let v = column;
  const entries = steps.map(() => filledAs(inner(v, v), 0));
  for (let pass = 0; pass < 2; pass++) {
    steps.forEach(({ direction }, i) => {
      const entry = inner(direction, v);
      v = sub(v, along(entry, direction));
      entries[i] = plus(entries[i] as Tensor, entry);
    });
  }
  const [square, whole] = [inner(v, v), inner(column, column)];
  const isNothing = le(square, mul(filledAs(whole, cutoff * cutoff), whole));
  const length = sqrt(select(isNothing, filledAs(square, 1), square));
  const none = broadcastOver(isNothing, [n], [0]);
  const direction = select(none, filledAs(v, 0), div(v, broadcastOver(length, [n], [0])));
  return { direction, length, isNothing, entries };
};

export interface PolyfitOptions {
  /** What each sample weighs: its residual is multiplied by it. */
  readonly w?: TensorLike;
  /** A power of which no more than this part is independent of the lower ones has coefficient 0; default n times the precision. */
  readonly rcond?: number;
}
/**
 * The polynomial of a degree that is nearest to samples, by least squares: its coefficients, [degree + 1], or for samples
 * [n, several] a column for each. Differentiable in everything.
 * @throws ArgumentError for a degree that is none; ShapeError for samples at points of another number
 * @example np.round(np.polyfit([0, 1, 2, 3], [1, 3, 5, 7], 1), 12) // [2, 1]
 * @see numpy.polyfit
 */
export const polyfit = (x: TensorLike, y: TensorLike, degree: number, options?: PolyfitOptions): Tensor => {
  const { w, rcond } = optionsOf("polyfit", options, ["w", "rcond"]);
  const count = checkCount("polyfit", "the degree", degree) + 1;
  const given = [x, y, ...(w === undefined ? [] : [w])].map((v) => asFloat("polyfit", v));
  const [points, samples, weights] = promoteAll("polyfit", given) as readonly [Tensor, Tensor, Tensor?];
  const n = points.size;
  const rank = samples.type.shape.length;
  const fits =
    points.type.shape.length === 1 && (rank === 1 || rank === 2) && samples.type.shape[0] === n && n > 0;
  if (!fits || (weights !== undefined && (weights.type.shape.length !== 1 || weights.size !== n))) {
    throw ShapeError.mismatch(
      "polyfit",
      "points, samples and weights do not belong together",
      [points, samples, ...(weights === undefined ? [] : [weights])].map((v) => v.type.shape),
      "Pass vectors of one length that is not 0; samples may have a second axis.",
    );
  }
  const columns = rank === 1 ? 1 : (samples.type.shape[1] as number);
  const over = (z: Tensor): Tensor => broadcastOver(z, [n, columns], [1]);
  let right = reshape(samples, [n, columns]);
  if (weights !== undefined) right = mul(right, over(weights));
  // powers from 0 up, made orthogonal one after the other: what depends on those before it is left out
  const powers = vander(points, { columns: count, increasing: true }) as Tensor;
  const cutoff = rcond ?? n * finfo(points.type.dtype).eps;
  const steps: Step[] = [];
  for (let j = 0; j < count; j++) {
    const power = reshape(section(powers, 1, j, j + 1), [n]);
    const column = weights === undefined ? power : mul(power, weights);
    const step = orthogonalized(column, steps, cutoff);
    const part = sum(mul(over(step.direction), right), [0]);
    right = sub(right, mul(over(step.direction), broadcastOver(part, [n, columns], [0])));
    steps.push({ ...step, part });
  }
  // the triangular system, from its end
  const found: Tensor[] = [];
  for (let j = count - 1; j >= 0; j--) {
    const { length, isNothing, part } = steps[j] as Step;
    const spread = (z: Tensor): Tensor => broadcastOver(z, [columns], [0]);
    const known = found.map((x, i) => mul(spread((steps[count - 1 - i] as Step).entries[j] as Tensor), x));
    const rest = known.reduce((total, x) => sub(total, x), part);
    found.push(select(spread(isNothing), filledAs(rest, 0), div(rest, spread(length))));
  }
  const out = join(
    found.map((x) => reshape(x, [1, columns])),
    0,
  );
  return rank === 1 ? reshape(out, [count]) : out;
};
