/** Floats by their parts: mantissa and exponent, whole and fraction, and the floats beside a float. All exact. */
import {
  abs,
  add,
  convert,
  div,
  filledAs,
  mul,
  neg,
  stopGradient,
  sub,
  trunc,
  zerosAs,
} from "../primitives/arithmetic.js";
import { and, not, or } from "../primitives/bits.js";
import { eq, ge, gt, isNaN, lt, max, min, select } from "../primitives/compare.js";
import { isInteger } from "../tensor/dtype.js";
import { DTypeError } from "../tensor/errors.js";
import type { FloatBinaryFunction, FloatFunction } from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { broadcastAll, integersOf, promoteAll } from "./convert.js";
import { asFloat } from "./door.js";
import { signbit } from "./rounding.js";

/** Of a format: bits of a mantissa, the largest exponent, and the exponents from which a number is found by halving. */
interface Format {
  readonly digits: number;
  readonly top: number;
  readonly steps: readonly number[];
}
const double: Format = { digits: 53, top: 1023, steps: [512, 256, 128, 64, 32, 16, 8, 4, 2, 1] };
const single: Format = { digits: 24, top: 127, steps: [64, 32, 16, 8, 4, 2, 1] };
const formatOf = (x: Tensor): Format => (x.type.dtype === "float32" ? single : double);
const largestOf = (x: Tensor): number => {
  const { digits, top } = formatOf(x);
  return (2 - 2 ** (1 - digits)) * 2 ** top;
};
const isFinite_ = (x: Tensor): Tensor => lt(abs(x), filledAs(x, Number.POSITIVE_INFINITY));

/** |x| = m 2^e with m from 1/2 to 1, for finite x other than 0; products with powers of two are exact. */
const parts = (x: Tensor): readonly [mantissa: Tensor, exponent: Tensor] => {
  const { digits, top, steps } = formatOf(x);
  const of = (value: number): Tensor => filledAs(x, value);
  let m = abs(x);
  let e = convert(zerosAs(x), "int32");
  const move = (when: Tensor, by: number): void => {
    m = select(when, mul(m, of(2 ** by)), m);
    e = select(when, sub(e, filledAs(e, by)), e);
  };
  move(lt(m, of(2 ** (1 - top))), digits);
  for (const s of steps) {
    move(ge(m, of(2 ** s)), -s);
    move(lt(m, of(2 ** -s)), s);
  }
  move(ge(m, of(1)), -1);
  return [m, e];
};

/**
 * Mantissas from 1/2 to 1 with the sign of x, and exponents (int32): x = m 2^e. Of 0, infinity and NaN themselves, with 0. The
 * derivative of a mantissa is that of a product with a constant.
 * @example np.frexp([8, -0.75])[0] // [0.5, -0.75]
 * @see numpy.frexp
 */
export const frexp = (x: TensorLike): readonly [mantissa: Tensor, exponent: Tensor] => {
  const t = asFloat("frexp", x);
  const isPlain = and(isFinite_(t), not(eq(t, zerosAs(t))));
  const [m, e] = parts(select(isPlain, t, filledAs(t, 1)));
  const signed = select(lt(t, zerosAs(t)), neg(m), m);
  return [select(isPlain, signed, t), select(isPlain, e, zerosAs(e))];
};

/** 2^n for whole n of a size that the format has. */
const powerOfTwo = (n: Tensor, like: Tensor): Tensor => {
  let size = abs(n);
  let p = filledAs(like, 1);
  for (const s of formatOf(like).steps) {
    const has = ge(size, filledAs(size, s));
    p = select(has, mul(p, filledAs(p, 2 ** s)), p);
    size = select(has, sub(size, filledAs(size, s)), size);
  }
  return select(lt(n, zerosAs(n)), div(filledAs(p, 1), p), p);
};

const scaled = (x: Tensor, n: Tensor): Tensor => {
  const { digits, top } = formatOf(x);
  const int = (value: number): Tensor => filledAs(n, value);
  let [y, rest] = [x, n];
  const move = (when: Tensor, by: number): void => {
    y = select(when, mul(y, filledAs(y, 2 ** by)), y);
    rest = select(when, sub(rest, int(by)), rest);
  };
  // in steps that do not leave the format; downwards so that rounding happens once, at the end
  for (let i = 0; i < 2; i++) {
    move(gt(rest, int(top)), top);
    move(lt(rest, int(1 - top)), digits + 1 - top);
  }
  const last = max(min(rest, int(top)), int(1 - top));
  return mul(y, powerOfTwo(last, y));
};

/**
 * x 2^n for whole n, rounded once.
 * @throws DTypeError for exponents that are no integers; ShapeError where the shapes do not meet
 * @example np.ldexp([1, 3], [4, -1]) // [16, 1.5]
 * @see numpy.ldexp
 */
export const ldexp = (x: TensorLike, n: TensorLike): Tensor => {
  const [t, i] = broadcastAll("ldexp", [asFloat("ldexp", x), integersOf("ldexp", n)]) as readonly [
    Tensor,
    Tensor,
  ];
  if (!isInteger(i.type.dtype)) throw DTypeError.unsupported("ldexp", i.type.dtype, "an integer exponent");
  return scaled(t, i);
};

/**
 * The fraction and the whole part of every element, both with its sign: x = fraction + whole. The derivative of the fraction is 1.
 * @example np.modf([2.5, -2.5])[0] // [0.5, -0.5]
 * @see numpy.modf
 */
export const modf = (x: TensorLike): readonly [fraction: Tensor, whole: Tensor] => {
  const t = asFloat("modf", x);
  const whole = trunc(t);
  const isNegative = signbit(t) as Tensor;
  const fraction = select(isNegative, neg(sub(whole, t)), sub(t, whole));
  const none = zerosAs(t);
  const isEndless = not(or(isFinite_(t), isNaN(t)));
  return [select(isEndless, select(isNegative, neg(none), none), fraction), whole];
};

/** The distance of the floats at |x|. */
const distance = (x: Tensor): Tensor => {
  const { digits, top } = formatOf(x);
  const isPlain = and(isFinite_(x), not(eq(x, zerosAs(x))));
  const [, e] = parts(select(isPlain, x, filledAs(x, 1)));
  const least = 2 - top - digits;
  const n = max(sub(e, filledAs(e, digits)), filledAs(e, least));
  return select(isPlain, scaled(filledAs(x, 1), n), filledAs(x, 2 ** least));
};

/**
 * The distance to the next float away from 0, with the sign of x; NaN for what is not finite. Its derivative is 0.
 * @example np.spacing([1, 2]) // [2.220446049250313e-16, 4.440892098500626e-16]
 * @see numpy.spacing
 */
export const spacing: FloatFunction = ((x: TensorLike): Tensor => {
  const t = stopGradient(asFloat("spacing", x));
  const step = distance(t);
  // after the largest comes infinity
  const far = select(ge(abs(t), filledAs(t, largestOf(t))), filledAs(t, Number.POSITIVE_INFINITY), step);
  const signed = select(lt(t, zerosAs(t)), neg(far), far);
  return select(isFinite_(t), signed, filledAs(t, Number.NaN));
}) as FloatFunction;

/**
 * The float beside x, towards y. Its derivative in x is 1, as x is moved by a constant (JAX: 0).
 * @throws ShapeError where the shapes do not meet
 * @example np.nextafter(1, 2) // 1.0000000000000002
 * @see numpy.nextafter
 */
export const nextafter: FloatBinaryFunction = ((a: TensorLike, b: TensorLike): Tensor => {
  const both = promoteAll("nextafter", [asFloat("nextafter", a), asFloat("nextafter", b)]);
  const [from, y] = broadcastAll("nextafter", both) as readonly [Tensor, Tensor];
  const x = stopGradient(from);
  const { digits, top } = formatOf(x);
  const up = gt(y, x);
  const isEndless = not(or(isFinite_(x), isNaN(x)));
  const largest = largestOf(x);
  const size = abs(x);
  const step = distance(x);
  // towards 0 from a power of two the floats lie twice as close
  const isInward = eq(up, lt(x, zerosAs(x)));
  const half = max(mul(step, filledAs(step, 0.5)), filledAs(step, 2 ** (2 - top - digits)));
  const [mantissa] = parts(select(and(isFinite_(x), gt(size, zerosAs(size))), x, filledAs(x, 1)));
  const own = select(and(isInward, eq(mantissa, filledAs(mantissa, 0.5))), half, step);
  const moved = add(from, select(up, own, neg(own)));
  const inside = select(gt(x, zerosAs(x)), filledAs(x, largest), filledAs(x, -largest));
  const next = select(isEndless, inside, moved);
  const isNothing = or(isNaN(x), isNaN(y));
  return select(isNothing, filledAs(x, Number.NaN), select(eq(x, y), from, next));
}) as FloatBinaryFunction;
