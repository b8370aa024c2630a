/**
 * Arithmetic that tensors have as methods. Operands meet in one dtype and one shape first; then one primitive.
 */
import {
  add as addPrimitive,
  convert,
  div,
  filledAs,
  integerPow,
  mul,
  neg,
  sub,
} from "../../primitives/arithmetic.js";
import { and, shiftRightLogical } from "../../primitives/bits.js";
import { eq, lt, ne, select } from "../../primitives/compare.js";
import { pow } from "../../primitives/transcendental.js";
import { type DType, isFloat, isSigned } from "../../tensor/dtype.js";
import { ArgumentError, DTypeError } from "../../tensor/errors.js";
import type {
  BinaryFunction,
  CastFunction,
  FloatBinaryFunction,
  UnaryFunction,
} from "../../tensor/signatures.js";
import { compactData, DenseTensor, type Tensor, type TensorLike } from "../../tensor/tensor.js";
import { cast, checkDType, floated, meet, toTensor } from "../convert.js";

/** Throws for bool, which is no number: NumPy's rule for subtraction, negation and their like. */
export const checkNumber = (operation: string, x: Tensor): Tensor => {
  if (x.type.dtype === "bool") throw DTypeError.unsupported(operation, "bool", "a number dtype");
  return x;
};

/** Two operands in one float dtype and one shape; integers and bools become float64. */
export const meetFloat = (operation: string, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] => {
  const x = toTensor(operation, a);
  const y = toTensor(operation, b);
  const floats = [x, y].some((t) => isFloat(t.type.dtype) && !t.type.weak);
  return floats ? meet(operation, x, y) : meet(operation, floated(x), floated(y));
};

/* @__NO_SIDE_EFFECTS__ */
const meeting = (operation: string, primitive: (x: Tensor, y: Tensor) => Tensor): BinaryFunction =>
  ((a: TensorLike, b: TensorLike): Tensor => {
    const [x, y] = meet(operation, a, b);
    return primitive(x, y);
  }) as BinaryFunction;

export const add: BinaryFunction = meeting("add", addPrimitive);
export const multiply: BinaryFunction = meeting("multiply", mul);

export const subtract: BinaryFunction = meeting("subtract", (x, y) => sub(checkNumber("subtract", x), y));

export const divide: FloatBinaryFunction = ((a: TensorLike, b: TensorLike): Tensor => {
  const [x, y] = meetFloat("divide", a, b);
  return div(x, y);
}) as FloatBinaryFunction;

export const negative: UnaryFunction = ((x: TensorLike): Tensor =>
  neg(checkNumber("negative", toTensor("negative", x)))) as UnaryFunction;

export const astype: CastFunction = ((x: TensorLike, dtype: DType): Tensor =>
  cast(toTensor("astype", x), checkDType("astype", dtype))) as CastFunction;

/** bool as int32: what counts or is raised to a power. */
const counted = (x: Tensor): Tensor => (x.type.dtype === "bool" ? convert(x, "int32") : x);

export const power: BinaryFunction = ((a: TensorLike, b: TensorLike): Tensor => {
  if (typeof b === "number" && Number.isInteger(b)) return integerPower("power", a, b);
  const [x, y] = meet("power", a, b);
  return isFloat(x.type.dtype) ? pow(x, y) : powerOfIntegers(counted(x), counted(y));
}) as BinaryFunction;

const negativeExponent = (operation: string): ArgumentError =>
  ArgumentError.invalid(
    operation,
    "integers have no integer powers with negative exponents",
    'Convert the base first: np.astype(x, "float64").',
  );

/** x^n for a static integer n: the exact derivative at 0 to every order; integers stay integers and wrap. */
export const integerPower = (operation: string, a: TensorLike, n: number): Tensor => {
  const x = counted(toTensor(operation, a));
  if (isFloat(x.type.dtype)) return integerPow(x, n);
  if (n < 0) throw negativeExponent(operation);
  if (n <= 32) return integerPow(x, n);
  const half = integerPower(operation, x, Math.floor(n / 2));
  return n % 2 === 0 ? mul(half, half) : mul(x, mul(half, half));
};

// x^y over the bits of y: the product of the x^(2^k) whose bit is set
const powerOfIntegers = (x: Tensor, y: Tensor): Tensor => {
  const known = y instanceof DenseTensor ? largest(y) : Infinity;
  const zero = filledAs(y, 0);
  const one = filledAs(x, 1);
  let result = one;
  let square = x;
  for (let k = 0; k < 32 && 2 ** k <= known; k++) {
    if (k > 0) square = mul(square, square);
    const bit = ne(and(shiftRightLogical(y, filledAs(y, k)), filledAs(y, 1)), zero);
    result = select(bit, mul(result, square), result);
  }
  if (!isSigned(y.type.dtype) || known < Infinity) return result;
  // 1 / x^|y| truncated: 0 but for the units, whose powers the bits give
  const unit = eq(mul(x, x), one);
  return select(lt(y, zero), select(unit, result, filledAs(x, 0)), result);
};

const largest = (y: DenseTensor): number => {
  let most = 0;
  for (const n of y.data === null ? [y.value] : compactData(y)) {
    if (n < 0) throw negativeExponent("power");
    if (n > most) most = n;
  }
  return most;
};
