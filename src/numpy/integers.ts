/** Greatest common divisors and least common multiples, by Euclid. */
import { abs, convert, div, filledAs, mul, rem, zerosAs } from "../primitives/arithmetic.js";
import { eq, select } from "../primitives/compare.js";
import { isInteger, isSigned, itemSize } from "../tensor/dtype.js";
import { DTypeError } from "../tensor/errors.js";
import type { BinaryFunction } from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { broadcastAll, integersOf, promoteAll } from "./convert.js";
import { asTensor } from "./door.js";

const pairOf = (operation: string, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] => {
  const whole = [a, b].map((x) => {
    const t = asTensor(operation, x);
    const { dtype } = t.type;
    return dtype === "bool" || isInteger(dtype) ? t : integersOf(operation, x);
  });
  // bools are whole numbers here, in the dtype of the other
  const met = promoteAll(operation, whole).map((t) => (t.type.dtype === "bool" ? convert(t, "int32") : t));
  const [x, y] = broadcastAll(operation, met) as readonly [Tensor, Tensor];
  if (!isInteger(x.type.dtype)) throw DTypeError.unsupported(operation, x.type.dtype, "an integer dtype");
  return isSigned(x.type.dtype) ? [abs(x), abs(y)] : [x, y];
};

/** Each pair of steps halves the first: no more steps than the golden ratio needs for so many bits. */
const divisor = (a: Tensor, b: Tensor): Tensor => {
  let [x, y] = [a, b];
  const steps = Math.ceil((8 * itemSize(x.type.dtype)) / Math.log2((1 + Math.sqrt(5)) / 2)) + 1;
  for (let i = 0; i < steps; i++) {
    const done = eq(y, zerosAs(y));
    const next = rem(x, select(done, filledAs(y, 1), y));
    [x, y] = [select(done, x, y), select(done, y, next)];
  }
  return x;
};

/**
 * The greatest whole number that divides both; of 0 and 0 it is 0.
 * @throws DTypeError for floats; ShapeError where the shapes do not meet
 * @example np.gcd([12, 0], [18, -5]) // [6, 5]
 * @see numpy.gcd
 */
export const gcd: BinaryFunction = ((a: TensorLike, b: TensorLike): Tensor =>
  divisor(...pairOf("gcd", a, b))) as BinaryFunction;
/**
 * The least whole number that both divide; with 0 it is 0.
 * @throws DTypeError for floats; ShapeError where the shapes do not meet
 * @example np.lcm([4, 0], [6, -5]) // [12, 0]
 * @see numpy.lcm
 */
export const lcm: BinaryFunction = ((a: TensorLike, b: TensorLike): Tensor => {
  const [x, y] = pairOf("lcm", a, b);
  const common = divisor(x, y);
  const none = eq(common, zerosAs(common));
  return mul(div(x, select(none, filledAs(common, 1), common)), y);
}) as BinaryFunction;
