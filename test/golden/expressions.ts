/** The expression language of compose.json and higher.json, evaluated with the array API. */
import { np, type Tensor } from "cotangent";
import * as lax from "cotangent/lax";

export type Expression =
  | { readonly var: string }
  | { readonly const: number }
  | {
      readonly op: string;
      readonly args: readonly Expression[];
      readonly axis?: number;
      readonly index?: number;
    };

type Attributes = { readonly axis?: number; readonly index?: number };
type Evaluate = (args: readonly Tensor[], attributes: Attributes) => Tensor;

const one =
  (f: (x: Tensor) => Tensor): Evaluate =>
  ([x]) =>
    f(x as Tensor);
const two =
  (f: (x: Tensor, y: Tensor) => Tensor): Evaluate =>
  ([x, y]) =>
    f(x as Tensor, y as Tensor);
const along =
  (f: (x: Tensor, options: { axis: number | null }) => Tensor): Evaluate =>
  ([x], { axis }) =>
    f(x as Tensor, { axis: axis ?? null });

const sigmoid = (x: Tensor): Tensor => np.reciprocal(np.add(1, np.exp(np.negative(x))));
const softplus = (x: Tensor): Tensor => np.logaddexp(x, 0);

const softmax = (x: Tensor, axis: number): Tensor =>
  np.exp(np.sub(x, np.logsumexp(x, { axis, keepdims: true })));

/** log det(I + A A^T): the sum of the logarithms of the pivots of elimination, which are positive. */
export const logdetIpg = (a: Tensor): Tensor => {
  let rest: Tensor = np.add(np.eye(a.shape[0] as number), np.matmul(a, np.transpose(a)));
  let total: Tensor = np.zeros([]);
  for (let n = rest.shape[0] as number; n > 0; n--) {
    const pivot = np.slice(rest, 0, 0);
    total = np.add(total, np.log(pivot));
    const column = np.slice(rest, { slice: [1] }, 0);
    const below = np.slice(rest, { slice: [1] }, { slice: [1] });
    rest = np.sub(below, np.div(np.outer(column, column), pivot));
  }
  return total;
};

const operations: Readonly<Record<string, Evaluate>> = {
  negative: one(np.negative),
  sin: one(np.sin),
  cos: one(np.cos),
  tan: one(np.tan),
  tanh: one(np.tanh),
  exp: one(np.exp),
  log: one(np.log),
  sqrt: one(np.sqrt),
  square: one(np.square),
  log1p: one(np.log1p),
  expm1: one(np.expm1),
  sigmoid: one(sigmoid),
  softplus: one(softplus),
  reciprocal: one(np.reciprocal),
  arctan: one(np.arctan),
  arcsin: one(np.arcsin),
  sinh: one(np.sinh),
  cosh: one(np.cosh),
  arcsinh: one(np.arcsinh),
  arctanh: one(np.arctanh),
  erf: one(lax.erf),
  gammaln: one(lax.lgamma),
  add: two(np.add),
  subtract: two(np.subtract),
  multiply: two(np.multiply),
  divide: two(np.divide),
  power: two(np.power),
  logaddexp: two(np.logaddexp),
  hypot: two(np.hypot),
  arctan2: two(np.arctan2),
  matmul: two(np.matmul),
  outer: two(np.outer),
  sum: along(np.sum),
  mean: along(np.mean),
  prod: along(np.prod),
  logsumexp: along(np.logsumexp),
  softmax: ([x], { axis }) => softmax(x as Tensor, axis as number),
  cumsum: along(np.cumsum),
  flip: along(np.flip),
  expand_dims: ([x], { axis }) => np.expandDims(x as Tensor, axis as number),
  transpose: one((x) => np.transpose(x)),
  trace: one((x) => np.trace(x)),
  getitem: ([x], { index }) => np.slice(x as Tensor, index as number),
  stack: (xs) => np.stack(xs),
  logdet_ipg: one(logdetIpg),
};

export const evaluate = (
  expression: Expression,
  variables: Readonly<Record<string, Tensor | number>>,
): Tensor => {
  if ("var" in expression) return variables[expression.var] as Tensor;
  if ("const" in expression) return expression.const as unknown as Tensor;
  const operation = operations[expression.op];
  if (operation === undefined) throw new Error(`the language has no ${expression.op}`);
  return operation(
    expression.args.map((argument) => evaluate(argument, variables)),
    expression,
  );
};
