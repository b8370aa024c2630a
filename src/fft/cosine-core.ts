/**
 * The cosine transforms of types I to IV along the last axis, without their factors, in O(n log n) by one Fourier
 * transform each; the sine transforms are cosine transforms of what is reversed or has every other sign turned.
 */
import { join, section, sizeAt } from "../numpy/along.js";
import { add, mul, neg, sub } from "../primitives/arithmetic.js";
import { broadcastOver } from "../primitives/broadcast.js";
import { dft } from "../primitives/fft.js";
import { reshape, reverse } from "../primitives/reshape.js";
import { slice } from "../primitives/slice.js";
import { compact, type Tensor, uniform } from "../tensor/tensor.js";

/** The type of a transform, named by what is even or odd at its ends. */
export type CosineType = 1 | 2 | 3 | 4;

type Pair = readonly [re: Tensor, im: Tensor];

const lastOf = (x: Tensor): number => x.type.shape.length - 1;
const reversed = (x: Tensor): Tensor => reverse(x, [lastOf(x)]);
const part = (x: Tensor, from: number, to: number): Tensor => section(x, lastOf(x), from, to);
const joined = (...xs: readonly Tensor[]): Tensor => {
  const axis = lastOf(xs[0] as Tensor);
  return join(
    xs.filter((x) => sizeAt(x, axis) > 0),
    axis,
  );
};
const zeros = (x: Tensor, n: number): Tensor =>
  uniform({ ...x.type, shape: [...x.type.shape.slice(0, -1), n] }, 0);

/** Every other element, from 0 or 1 on. */
const everyOther = (x: Tensor, from: 0 | 1): Tensor => {
  const { shape } = x.type;
  const last = shape.length - 1;
  return slice(x, {
    start: shape.map((_, i) => (i === last ? from : 0)),
    stop: shape,
    step: shape.map((_, i) => (i === last ? 2 : 1)),
  });
};
/** a_0, b_0, a_1, b_1, ... up to n elements; b may be one shorter than a. */
const interleaved = (a: Tensor, b: Tensor, n: number): Tensor => {
  const m = sizeAt(a, lastOf(a));
  const column = (x: Tensor): Tensor => reshape(x, [...x.type.shape, 1]);
  const whole = sizeAt(b, lastOf(b)) < m ? joined(b, zeros(b, 1)) : b;
  return part(reshape(joined(column(a), column(whole)), [...a.type.shape.slice(0, -1), 2 * m]), 0, n);
};

/** Numbers along the last axis of x, as a tensor of its shape. */
const along = (x: Tensor, at: (k: number) => number): Tensor => {
  const { shape, dtype } = x.type;
  const n = shape.at(-1) as number;
  const row = compact(
    { shape: [n], dtype, weak: false },
    Float64Array.from({ length: n }, (_, k) => at(k)),
  );
  return broadcastOver(
    row,
    shape,
    shape.slice(0, -1).map((_, i) => i),
  );
};
/** z_k e^(-i pi angle(k)); a real z has no imaginary part. */
const turned = ([re, im]: readonly [Tensor, Tensor | null], angle: (k: number) => number): Pair => {
  const c = along(re, (k) => Math.cos(Math.PI * angle(k)));
  const s = along(re, (k) => Math.sin(Math.PI * angle(k)));
  if (im === null) return [mul(re, c), neg(mul(re, s))];
  return [add(mul(re, c), mul(im, s)), sub(mul(im, c), mul(re, s))];
};
/** The same, of which only the real part is asked. */
const turnedReal = ([re, im]: Pair, angle: (k: number) => number): Tensor =>
  add(
    mul(
      re,
      along(re, (k) => Math.cos(Math.PI * angle(k))),
    ),
    mul(
      im,
      along(re, (k) => Math.sin(Math.PI * angle(k))),
    ),
  );
const double = (x: Tensor): Tensor => add(x, x);
const transformed = (z: readonly Tensor[], inverse = false): Pair => dft(z, inverse) as unknown as Pair;

/** x_0 + (-1)^k x_(n - 1) + 2 sum of x_j cos(pi j k / (n - 1)) over the others: the transform of x continued evenly. */
const first = (x: Tensor, n: number): Tensor =>
  part(transformed([joined(x, reversed(part(x, 1, n - 1)))])[0], 0, n);

/**
 * 2 sum of x_j cos(pi k (2 j + 1) / (2 n)), by the transform of n numbers: those with even index, then the others
 * backwards (J. Makhoul, "A fast cosine transform in one and two dimensions", IEEE Trans. ASSP 28, 1980, section III).
 */
const second = (x: Tensor, n: number): Tensor => {
  const order = n === 1 ? x : joined(everyOther(x, 0), reversed(everyOther(x, 1)));
  return double(turnedReal(transformed([order]), (k) => k / (2 * n)));
};

/** x_0 + 2 sum over j > 0 of x_j cos(pi j (2 k + 1) / (2 n)): the steps of the second type backwards. */
const third = (x: Tensor, n: number): Tensor => {
  const back = joined(zeros(x, 1), reversed(part(x, 1, n)));
  const [v] = transformed(
    turned([x, neg(back)], (k) => -k / (2 * n)),
    true,
  );
  const half = Math.ceil(n / 2);
  return n === 1 ? v : interleaved(part(v, 0, half), reversed(part(v, half, n)), n);
};

/**
 * 2 sum of x_j cos(pi (2 j + 1) (2 k + 1) / (4 n)). For even n the numbers x_(2 j) + i x_(n - 1 - 2 j), turned, have a
 * transform of n / 2 points whose real parts are the elements of even index and whose imaginary ones are the others;
 * for odd n the angle is taken apart, (2 j + 1) (2 k + 1) = 4 j k + 2 j + 2 k + 1, and 2 n points carry the product.
 */
const fourth = (x: Tensor, n: number): Tensor => {
  if (n % 2 === 1) {
    const [re, im] = turned([x, null], (j) => j / (2 * n));
    const z = transformed([joined(re, zeros(re, n)), joined(im, zeros(im, n))]);
    return double(turnedReal([part(z[0], 0, n), part(z[1], 0, n)], (k) => (2 * k + 1) / (4 * n)));
  }
  const z = turned([everyOther(x, 0), everyOther(reversed(x), 0)], (j) => (4 * j + 1) / (4 * n));
  const [re, im] = turned(transformed(z), (k) => k / n);
  return double(interleaved(re, reversed(neg(im)), n));
};

const cosines: Readonly<Record<CosineType, (x: Tensor, n: number) => Tensor>> = {
  1: first,
  2: second,
  3: third,
  4: fourth,
};
/** The element whose weight is another one in the orthogonal transform, in the operand and in the result. */
const ends: Readonly<Record<CosineType, readonly [before: boolean, after: boolean]>> = {
  1: [true, true],
  2: [false, true],
  3: [true, false],
  4: [false, false],
};

/** The cosine transform of the last axis; with `orthogonal`, up to a factor an orthogonal matrix. */
export const cosineTransform = (x: Tensor, type: CosineType, orthogonal: boolean): Tensor => {
  const n = x.type.shape.at(-1) as number;
  const weighted = (y: Tensor, weight: number, isAsked: boolean): Tensor =>
    orthogonal && isAsked
      ? mul(
          y,
          along(y, (k) => (k === 0 || (type === 1 && k === n - 1) ? weight : 1)),
        )
      : y;
  const [before, after] = ends[type];
  return weighted(cosines[type](weighted(x, Math.SQRT2, before), n), Math.SQRT1_2, after);
};

const alternating = (x: Tensor): Tensor =>
  mul(
    x,
    along(x, (k) => (k % 2 === 0 ? 1 : -1)),
  );
/**
 * The sine transform of the last axis. As sin(pi (k + 1) (2 j + 1) / (2 n)) = (-1)^j cos(pi (n - 1 - k) (2 j + 1) / (2 n)),
 * and alike for the types III and IV; type I is the transform of x continued oddly.
 */
export const sineTransform = (x: Tensor, type: CosineType, orthogonal: boolean): Tensor => {
  const n = x.type.shape.at(-1) as number;
  if (type === 1) {
    const odd = joined(zeros(x, 1), x, zeros(x, 1), neg(reversed(x)));
    return neg(part(transformed([odd])[1], 1, n + 1));
  }
  if (type === 2) return reversed(cosineTransform(alternating(x), 2, orthogonal));
  return alternating(cosineTransform(reversed(x), type, orthogonal));
};
