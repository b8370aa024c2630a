/** The words in which functions are defined: operations on terms, where a number is a constant. */
import { copySign as copySignOf, exponent as exponentOf, pow2 as pow2Of } from "../bits.js";
import {
  apply,
  call,
  constant,
  convert,
  type Expr,
  input,
  type ScalarDefinition,
  type ScalarFunctionRef,
  type ScalarOp,
} from "../expr.js";

export type Term = Expr | number;

const expr = (x: Term): Expr => (typeof x === "number" ? constant(x) : x);

type One = (x: Term) => Expr;
type Two = (x: Term, y: Term) => Expr;
type Three = (x: Term, y: Term, z: Term) => Expr;

/* @__NO_SIDE_EFFECTS__ */
const operation =
  (op: ScalarOp) =>
  (...terms: readonly Term[]): Expr =>
    apply(op, ...terms.map(expr));

export const add: Two = operation("add");
export const sub: Two = operation("sub");
export const mul: Two = operation("mul");
export const div: Two = operation("div");
export const neg: One = operation("neg");
export const abs: One = operation("abs");
export const sqrt: One = operation("sqrt");
export const floor: One = operation("floor");
export const lt: Two = operation("lt");
export const eq: Two = operation("eq");
export const and: Two = operation("and");
/** The second of three where the first, a condition, holds; else the third. */
export const select: Three = operation("select");

/* @__NO_SIDE_EFFECTS__ */
const ofBits =
  (callee: ScalarFunctionRef) =>
  (...terms: readonly Term[]): Expr =>
    call(callee, ...terms.map(expr));

export const pow2: One = ofBits(pow2Of);
export const exponent: One = ofBits(exponentOf);
export const copySign: Two = ofBits(copySignOf);

export const number: (value: number) => Expr = constant;

/** The lesser and the greater of two; x where x is NaN. */
export const atMost = (x: Term, limit: Term): Expr => select(lt(limit, x), limit, x);
export const atLeast = (x: Term, limit: Term): Expr => select(lt(x, limit), limit, x);

/** The float32 next to x: a head of 24 bits, so that the product of two is exact. */
export const head = (x: Expr): Expr => convert("float64", convert("float32", x));

/** The whole number next to x, halves to even, for |x| < 2^51: adding 1.5 2^52 leaves no room for a fraction. */
export const nearest = (x: Term): Expr => sub(add(x, 6755399441055744), 6755399441055744);

/** Whether a whole number is odd. */
export const isOdd = (x: Term): Expr => {
  const half = mul(x, 0.5);
  return lt(floor(half), half);
};

/** c[0] + c[1] x + c[2] x^2 + ..., from the inside out. */
export const polynomial = (x: Term, coefficients: readonly number[]): Expr =>
  expr(
    coefficients.reduceRight<Term>(
      (sum, c, i) => (i === coefficients.length - 1 ? c : add(mul(sum, x), c)),
      0,
    ),
  );

/** A function of one or two numbers, computed in float64: `single` is enough where the result is to be float32. */
/* @__NO_SIDE_EFFECTS__ */
export const definition = (
  name: string,
  double: (x: Expr, y: Expr) => Expr,
  single: (x: Expr, y: Expr) => Expr = double,
): ScalarDefinition => ({
  name,
  expr: (dtype) => {
    const [x, y] = [input(0), input(1)];
    return dtype === "float64"
      ? double(x, y)
      : convert("float32", single(convert("float64", x), convert("float64", y)));
  },
});

/** x + y rounded, and what the rounding lost (Knuth). */
export const twoSum = (x: Term, y: Term): readonly [sum: Expr, error: Expr] => {
  const sum = add(x, y);
  const part = sub(sum, x);
  return [sum, add(sub(x, sub(sum, part)), sub(y, part))];
};

/** Half of the bits of x, and the other half (Veltkamp), for |x| < 1e300. */
const halves = (x: Expr): readonly [high: Expr, low: Expr] => {
  const wide = mul(x, 134217729);
  const high = sub(wide, sub(wide, x));
  return [high, sub(x, high)];
};

/** x y rounded, and what the rounding lost (Dekker). */
export const product = (x: Expr, y: Expr): readonly [product: Expr, error: Expr] => {
  const p = mul(x, y);
  const [a, c] = halves(x);
  const [b, d] = halves(y);
  return [p, add(add(add(sub(mul(a, b), p), mul(a, d)), mul(c, b)), mul(c, d))];
};

/** (n + nLow) / (d + dLow) rounded as if once, for 1 <= d <= 2. */
export const quotient = (n: Expr, nLow: Expr, d: Expr, dLow: Expr): Expr => {
  const q = div(n, d);
  const [back, error] = product(q, d);
  const lack = sub(add(sub(sub(n, back), error), nLow), mul(q, dLow));
  return add(q, div(lack, d));
};

/** sqrt(x) as a head of 24 bits and the rest, within the range of float32. */
export const root = (x: Expr): readonly [high: Expr, low: Expr] => {
  const s = sqrt(x);
  const high = head(s);
  return [high, div(sub(x, mul(high, high)), atLeast(add(s, high), 1e-200))];
};
