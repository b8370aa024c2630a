/**
 * Scalar expressions of complex numbers, for the complex step: each function as an analytic one, in forms that keep an
 * imaginary part that is very small beside the real one (Kahan, Branch cuts for complex elementary functions, 1987).
 */
import type { Expr, ScalarOp } from "../expr/expr.js";
import { meaningOf } from "../expr/semantics.js";
import { isFloat } from "../tensor/dtype.js";

export type Complex = readonly [re: number, im: number];
type Unary = (z: Complex) => Complex;

const real = (x: number): Complex => [x, 0];
const add = ([a, b]: Complex, [c, d]: Complex): Complex => [a + c, b + d];
const sub = ([a, b]: Complex, [c, d]: Complex): Complex => [a - c, b - d];
export const mul = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];
const neg: Unary = ([a, b]) => [-a, -b];
const i: Complex = [0, 1];
const one = real(1);
const div = ([a, b]: Complex, [c, d]: Complex): Complex => {
  if (d === 0) return [a / c, b / c];
  const n = c * c + d * d;
  return [(a * c + b * d) / n, (b * c - a * d) / n];
};
const times = (s: number, [a, b]: Complex): Complex => [s * a, s * b];

const exp: Unary = ([a, b]) => [Math.exp(a) * Math.cos(b), Math.exp(a) * Math.sin(b)];
// e^a cos b - 1 = (e^a - 1) cos b - 2 sin^2(b/2)
const expm1: Unary = ([a, b]) => [
  Math.expm1(a) * Math.cos(b) - 2 * Math.sin(b / 2) ** 2,
  Math.exp(a) * Math.sin(b),
];
const log: Unary = ([a, b]) => [
  b === 0 ? Math.log(Math.abs(a)) : Math.log(Math.hypot(a, b)),
  Math.atan2(b, a),
];
const log1p: Unary = ([a, b]) => [
  b === 0 ? Math.log1p(a) : Math.log1p(a * (2 + a) + b * b) / 2,
  Math.atan2(b, 1 + a),
];
const sqrt: Unary = ([a, b]) => {
  if (a === 0 && b === 0) return [0, 0];
  const t = Math.sqrt((Math.hypot(a, b) + Math.abs(a)) / 2);
  return a >= 0 ? [t, b / (2 * t)] : [Math.abs(b) / (2 * t), b < 0 ? -t : t];
};
const sin: Unary = ([a, b]) => [Math.sin(a) * Math.cosh(b), Math.cos(a) * Math.sinh(b)];
const cos: Unary = ([a, b]) => [Math.cos(a) * Math.cosh(b), -Math.sin(a) * Math.sinh(b)];
const sinh: Unary = ([a, b]) => [Math.sinh(a) * Math.cos(b), Math.cosh(a) * Math.sin(b)];
const cosh: Unary = ([a, b]) => [Math.cosh(a) * Math.cos(b), Math.sinh(a) * Math.sin(b)];
const tan: Unary = (z) => div(sin(z), cos(z));
// (sinh 2a + i sin 2b) / (cosh 2a + cos 2b), which does not overflow where it is 1
const tanh: Unary = ([a, b]) => {
  if (Math.abs(a) > 20) return [Math.sign(a), 4 * Math.sin(b) * Math.cos(b) * Math.exp(-2 * Math.abs(a))];
  const n = Math.cosh(2 * a) + Math.cos(2 * b);
  return [Math.sinh(2 * a) / n, Math.sin(2 * b) / n];
};
const conjugate: Unary = ([a, b]) => [a, -b];
const asin: Unary = (z) => {
  const [minus, plus] = [sqrt(sub(one, z)), sqrt(add(one, z))];
  return [Math.atan2(z[0], mul(minus, plus)[0]), Math.asinh(mul(conjugate(minus), plus)[1])];
};
const acos: Unary = (z) => {
  const [minus, plus] = [sqrt(sub(one, z)), sqrt(add(one, z))];
  return [2 * Math.atan2(minus[0], plus[0]), Math.asinh(mul(conjugate(plus), minus)[1])];
};
const atanh: Unary = ([a, b]) => [
  Math.log1p((4 * a) / ((1 - a) ** 2 + b * b)) / 4,
  Math.atan2(2 * b, (1 - a) * (1 + a) - b * b) / 2,
];
// asinh z = -i asin(i z), atan z = -i atanh(i z)
const turned =
  (f: Unary): Unary =>
  (z) =>
    neg(mul(i, f(mul(i, z))));
const acosh: Unary = (z) => {
  const [minus, plus] = [sqrt(sub(z, one)), sqrt(add(z, one))];
  return [Math.asinh(mul(conjugate(minus), plus)[0]), 2 * Math.atan2(minus[1], plus[0])];
};
const atan = turned(atanh);
const logistic: Unary = (z) => (z[0] >= 0 ? div(one, add(one, exp(neg(z)))) : div(exp(z), add(one, exp(z))));

/** Powers of the nearer half of the real axis, so that a small angle to it is kept; (-1)^n is real for whole n. */
const pow = (z: Complex, w: Complex): Complex => {
  if (w[0] === 0 && w[1] === 0) return one;
  if (z[0] === 0 && z[1] === 0) return real(0 ** w[0]);
  const whole = Number.isInteger(w[0]) && w[1] === 0;
  if (!(z[0] < 0 && whole)) return exp(mul(w, log(z)));
  const mirrored = exp(mul(w, log(neg(z))));
  return w[0] % 2 === 0 ? mirrored : neg(mirrored);
};
const cbrt: Unary = (z) => (z[0] < 0 ? neg(cbrt(neg(z))) : z[0] === 0 ? z : exp(times(1 / 3, log(z))));
const atan2 = (y: Complex, x: Complex): Complex => {
  const turn = Math.atan2(y[0], x[0]);
  // the derivative is that of either quotient; the value is the angle
  const [, im] = Math.abs(x[0]) >= Math.abs(y[0]) ? atan(div(y, x)) : neg(atan(div(x, y)));
  return [turn, im];
};

/** The imaginary part of erf(x + iy), by its series in x and y (Abramowitz and Stegun 7.1.29); erf(x) is not asked for. */
const erfSlope =
  (sign: number): Unary =>
  ([x, y]) => {
    const decay = Math.exp(-x * x);
    const first = x === 0 ? y / Math.PI : (decay * Math.sin(2 * x * y)) / (2 * Math.PI * x);
    let sum = 0;
    for (let n = 1; n <= 24; n++) {
      const g = 2 * x * Math.cosh(n * y) * Math.sin(2 * x * y) + n * Math.sinh(n * y) * Math.cos(2 * x * y);
      sum += (Math.exp((-n * n) / 4) / (n * n + 4 * x * x)) * g;
    }
    return [Number.NaN, sign * (first + ((2 * decay) / Math.PI) * sum)];
  };

const functions: Readonly<Record<string, (z: Complex, w: Complex) => Complex>> = {
  exp,
  expm1,
  log,
  log1p,
  sin,
  cos,
  tan,
  sinh,
  cosh,
  tanh,
  asin,
  acos,
  atanh,
  acosh,
  logistic,
  pow,
  cbrt,
  atan2,
  atan,
  asinh: turned(asin),
};

/** Functions of which only the imaginary part is known here: nothing may be computed of them. */
const atTheEnd: typeof functions = { erf: erfSlope(1), erfc: erfSlope(-1) };

/** What follows the real part: the other operand of a choice, a sign, a step. */
const operations: { readonly [Op in ScalarOp]?: (z: Complex, w: Complex, v: Complex) => Complex } = {
  add,
  sub,
  mul,
  div,
  neg,
  sqrt,
  abs: (z) => times(Math.sign(z[0]), z),
  rem: (z, w) => [z[0] % w[0], z[1] - w[1] * Math.trunc(z[0] / w[0])],
  min: (z, w) => (z[0] <= w[0] || Number.isNaN(z[0]) ? z : w),
  max: (z, w) => (z[0] >= w[0] || Number.isNaN(z[0]) ? z : w),
  select: (z, w, v) => (z[0] !== 0 ? w : v),
};

/**
 * The imaginary part of an expression of complex operands; undefined where it holds a function that has no complex form
 * here.
 */
export const imaginaryPart = (expr: Expr): ((ins: readonly Complex[]) => number) | undefined => {
  const compiled = new Map<Expr, (ins: readonly Complex[], known: Map<Expr, Complex>) => Complex>();
  let complete = true;
  const compile = (node: Expr): ((ins: readonly Complex[], known: Map<Expr, Complex>) => Complex) => {
    const before = compiled.get(node);
    if (before !== undefined) return before;
    const run = make(node);
    const remembering: typeof run = (ins, known) => {
      const found = known.get(node) ?? run(ins, known);
      known.set(node, found);
      return found;
    };
    compiled.set(node, remembering);
    return remembering;
  };
  const make = (node: Expr): ((ins: readonly Complex[], known: Map<Expr, Complex>) => Complex) => {
    if (node.kind === "input") return (ins) => ins[node.index] as Complex;
    if (node.kind === "constant") return () => real(node.value);
    const args = node.args.map(compile);
    const [a, b, c] = args;
    const zero = () => real(0);
    const [f, g, h] = [a ?? zero, b ?? zero, c ?? zero];
    if (node.kind === "convert") return isFloat(node.dtype) ? f : (ins, known) => real(f(ins, known)[0]);
    const name =
      node.kind === "call" ? node.callee.name : node.kind === "define" ? node.definition.name : undefined;
    const op =
      node.kind === "apply"
        ? operations[node.op]
        : node === expr
          ? { ...functions, ...atTheEnd }[name as string]
          : functions[name as string];
    if (op !== undefined) return (ins, known) => op(f(ins, known), g(ins, known), h(ins, known));
    // comparisons, steps and bits see the real part
    if (node.kind === "apply") {
      const [, run] = meaningOf(node.op, "float64");
      return (ins, known) => real(run(f(ins, known)[0], g(ins, known)[0], h(ins, known)[0]));
    }
    complete = false;
    return zero;
  };
  const run = compile(expr);
  return complete ? (ins) => run(ins, new Map())[1] : undefined;
};
