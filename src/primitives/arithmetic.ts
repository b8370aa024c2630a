/**
 * Arithmetic: the field operations, what is piecewise linear or piecewise constant, conversion between dtypes,
 * and the monoid by which cotangents accumulate.
 */
import type { Monoid } from "fp-ts/lib/Monoid.js";
import { apply, constant, define, type Expr, input } from "../expr/expr.js";
import { pow } from "../expr/functions/power.js";
import { type Cotangent, isVariable, known } from "../graph/primitive.js";
import { type DType, isFloat, roundTo } from "../tensor/dtype.js";
import { type Tensor, type TensorType, uniform } from "../tensor/tensor.js";
import { type Binary, type Unary, type UnaryWith, unary } from "./define.js";
import { elementwise, elementwise2, elementwiseWith } from "./elementwise.js";

const addition = (): Binary => add;

/** A tensor of one number, of the type of another: constants in rules. */
export const filledAs = (x: { readonly type: TensorType }, value: number): Tensor =>
  uniform(x.type, roundTo(x.type.dtype, value));
export const one = (x: { readonly type: TensorType }): Tensor => filledAs(x, 1);
export const zerosAs = (x: { readonly type: TensorType }): Tensor => uniform(x.type, 0);

export const add: Binary = elementwise2(
  {
    name: "add",
    op: "add",
    accepts: "any",
    tangents: [(dx) => dx, (dy) => dy],
    transpose: (ct, x, y) => [isVariable(x) ? ct : null, isVariable(y) ? ct : null],
  },
  addition,
);

export const sub: Binary = elementwise2(
  {
    name: "sub",
    op: "sub",
    accepts: "number",
    tangents: [(dx) => dx, (dy) => neg(dy)],
    transpose: (ct, x, y) => [isVariable(x) ? ct : null, isVariable(y) ? neg(ct) : null],
  },
  addition,
);

// bilinear: linear in either operand while the other is known
export const mul: Binary = elementwise2(
  {
    name: "mul",
    op: "mul",
    accepts: "any",
    tangents: [(dx, _, y) => mul(dx, y), (dy, x) => mul(x, dy)],
    // d(x x) = 2 x dx, and 2 x is exact as x + x
    same: (dx, x) => mul(dx, add(x, x)),
    transpose: (ct, x, y) => [
      isVariable(x) ? mul(ct, known("mul", y)) : null,
      isVariable(y) ? mul(ct, known("mul", x)) : null,
    ],
  },
  addition,
);

// d(x/y) = dx/y - (x/y)/y dy; linear in x
export const div: Binary = elementwise2(
  {
    name: "div",
    op: "div",
    accepts: "number",
    tangents: [(dx, _, y) => div(dx, y), (dy, _, y, out) => neg(mul(dy, div(out, y)))],
    transpose: (ct, x, y) => [isVariable(x) ? div(ct, known("div", y)) : known("div", y) && null, null],
  },
  addition,
);

export const neg: Unary = elementwise({
  name: "neg",
  op: "neg",
  accepts: "number",
  tangent: (dx) => neg(dx),
  transpose: (ct) => neg(ct),
});

// d(x rem y) = dx - trunc(x/y) dy: C's and JavaScript's remainder, with the sign of x
export const rem: Binary = elementwise2(
  {
    name: "rem",
    op: "rem",
    accepts: "number",
    tangents: [(dx) => dx, (dy, x, y) => neg(mul(dy, trunc(div(x, y))))],
  },
  addition,
);

// d|x| = sign(x) dx, and 0 at 0: the minimum-norm subgradient (as PyTorch and TensorFlow; JAX takes 1)
export const abs: Unary = elementwise({
  name: "abs",
  op: "abs",
  accepts: "number",
  tangent: (dx, x) => mul(dx, sign(x)),
});

export const sign: Unary = elementwise({ name: "sign", op: "sign", accepts: "number", tangent: "none" });
export const floor: Unary = elementwise({ name: "floor", op: "floor", accepts: "number", tangent: "none" });
export const ceil: Unary = elementwise({ name: "ceil", op: "ceil", accepts: "number", tangent: "none" });
export const trunc: Unary = elementwise({ name: "trunc", op: "trunc", accepts: "number", tangent: "none" });
/** To the nearest integer, halves to even. */
export const round: Unary = elementwise({ name: "round", op: "round", accepts: "number", tangent: "none" });

/** x^n by repeated squaring, as an expression: the same multiplications in every engine. */
const powerOf = (x: Expr, n: number): Expr => {
  if (n === 1) return x;
  const half = powerOf(x, n >> 1);
  return n % 2 === 0 ? apply("mul", half, half) : apply("mul", x, apply("mul", half, half));
};

const integerPowExpr = (n: number): Expr => {
  if (n === 0) return constant(1);
  if (Math.abs(n) > 32) return define(pow, input(0), constant(n)); // long products would round more than pow does
  return n < 0 ? apply("div", constant(1), powerOf(input(0), -n)) : powerOf(input(0), n);
};

// d(x^n) = n x^(n-1) dx for a static integer n: exact at 0 to every order, since x^0 is constant
export const integerPow: UnaryWith<number> = elementwiseWith<number>({
  name: "integerPow",
  accepts: "number",
  expr: integerPowExpr,
  key: (n) => String(n),
  tangent: (dx, x, _, n) =>
    n === 0
      ? null
      : n === 1
        ? dx
        : mul(dx, n === 2 ? mul(filledAs(x, 2), x) : mul(filledAs(x, n), integerPow(x, n - 1))),
});

/** Elements as another dtype: to float32 rounds, to integers truncates and wraps, to bool tests for non-zero. */
export const convert: UnaryWith<DType> = elementwiseWith<DType>({
  name: "convert",
  accepts: "any",
  expr: () => input(0),
  key: (dtype) => dtype,
  outDType: (_, dtype) => dtype,
  tangent: (dx, _, __, dtype) => (isFloat(dtype) ? convert(dx, dtype) : null),
  transpose: (ct, x) => convert(ct, (x as { readonly type: TensorType }).type.dtype),
});

/** x, with derivative zero. */
export const stopGradient: Unary = unary({
  name: "stopGradient",
  shape: ([x]) => [x],
  impl: ([x]) => [x],
  jvp: ([x]) => [[stopGradient(x)], [null]],
  transpose: () => [null],
  batch: ([x]) => [{ value: stopGradient(x.value), mapped: x.mapped }],
  lower: () => ({ kind: "map", expr: input(0) }),
});

/** The sum of two cotangents, either of which may be a known zero. */
export const addCotangents = (a: Cotangent, b: Cotangent): Cotangent =>
  a === null ? b : b === null ? a : add(a, b);

/** Cotangents of one value accumulate by this monoid; the known zero is its identity. */
export const cotangents: Monoid<Cotangent> = { empty: null, concat: addCotangents };

export const isDifferentiable = (x: { readonly type: TensorType }): boolean => isFloat(x.type.dtype);
