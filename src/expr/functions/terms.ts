/** The words in which functions are defined: operations on terms, where a number is a constant. */
import { copySign as copySignOf, exponent as exponentOf, pow2 as pow2Of } from "../bits.js";
import { apply, call, constant, convert, type Expr, input, type ScalarDefinition } from "../expr.js";

export type Term = Expr | number;

const expr = (x: Term): Expr => (typeof x === "number" ? constant(x) : x);

export const add = (x: Term, y: Term): Expr => apply("add", expr(x), expr(y));
export const sub = (x: Term, y: Term): Expr => apply("sub", expr(x), expr(y));
export const mul = (x: Term, y: Term): Expr => apply("mul", expr(x), expr(y));
export const div = (x: Term, y: Term): Expr => apply("div", expr(x), expr(y));
export const neg = (x: Term): Expr => apply("neg", expr(x));
export const abs = (x: Term): Expr => apply("abs", expr(x));
export const sqrt = (x: Term): Expr => apply("sqrt", expr(x));
export const floor = (x: Term): Expr => apply("floor", expr(x));
export const lt = (x: Term, y: Term): Expr => apply("lt", expr(x), expr(y));
export const eq = (x: Term, y: Term): Expr => apply("eq", expr(x), expr(y));
export const and = (x: Term, y: Term): Expr => apply("and", expr(x), expr(y));
export const select = (condition: Term, x: Term, y: Term): Expr =>
  apply("select", expr(condition), expr(x), expr(y));
export const pow2 = (k: Term): Expr => call(pow2Of, expr(k));
export const exponent = (x: Term): Expr => call(exponentOf, expr(x));
export const copySign = (x: Term, y: Term): Expr => call(copySignOf, expr(x), expr(y));

export const number: (value: number) => Expr = constant;

/** The lesser and the greater of two; x where x is NaN. */
export const atMost = (x: Term, limit: Term): Expr => select(lt(limit, x), limit, x);
export const atLeast = (x: Term, limit: Term): Expr => select(lt(x, limit), limit, x);

/** The float32 next to x: a head of 24 bits, so that the product of two is exact. */
export const head = (x: Expr): Expr => convert("float64", convert("float32", x));

/** The whole number next to x, halves to even, for |x| < 2^51: adding 1.5 2^52 leaves no room for a fraction. */
export const nearest = (x: Term): Expr => sub(add(x, 6755399441055744), 6755399441055744);

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
