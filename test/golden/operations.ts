/** The operations of the reference files, by the names they have there, as calls of this library. */
import { type IndexItem, np, stopGradient, type Tensor } from "cotangent";
import * as linalg from "cotangent/linalg";
import { fourierOperations } from "./fourier-operations.js";
import { nnOperations } from "./nn-operations.js";
import { specialOperations } from "./special-operations.js";

export type Params = Readonly<Record<string, unknown>>;
export type Operation = (args: readonly Tensor[], params: Params) => Tensor | readonly Tensor[];

type One = (x: Tensor) => Tensor;
type Two = (x: Tensor, y: Tensor) => Tensor;

const one =
  (f: One): Operation =>
  ([x]) =>
    f(x as Tensor);
const two =
  (f: Two): Operation =>
  ([x, y]) =>
    f(x as Tensor, y as Tensor);

/** Those options of a case that it gives, by their names here. */
const options = (params: Params, names: Readonly<Record<string, string>>): Record<string, never> =>
  Object.fromEntries(
    Object.entries(names).flatMap(([there, here]) => (there in params ? [[here, params[there]]] : [])),
  ) as Record<string, never>;
const reduceOptions = (params: Params): Record<string, never> =>
  options(params, { axis: "axis", keepdims: "keepdims", ddof: "ddof" });

const reduction =
  (f: (x: Tensor, options: Record<string, never>) => Tensor): Operation =>
  ([x], params) =>
    f(x as Tensor, reduceOptions(params));

const unary: Readonly<Record<string, Operation>> = {
  abs: one(np.abs),
  arccos: one(np.arccos),
  arcsin: one(np.arcsin),
  arcsinh: one(np.arcsinh),
  arctan: one(np.arctan),
  ceil: one(np.ceil),
  clip: ([x], { min, max }) => np.clip(x as Tensor, min as number, max as number),
  cos: one(np.cos),
  cosh: one(np.cosh),
  exp: one(np.exp),
  expm1: one(np.expm1),
  floor: one(np.floor),
  isfinite: one(np.isfinite),
  isinf: one(np.isinf),
  isnan: one(np.isnan),
  log: one(np.log),
  log1p: one(np.log1p),
  log2: one(np.log2),
  logical_not: one(np.logicalNot),
  negative: one(np.negative),
  reciprocal: one(np.reciprocal),
  round: one((x) => np.round(x)),
  rsqrt: one(np.rsqrt),
  sign: one(np.sign),
  sin: one(np.sin),
  sinh: one(np.sinh),
  sqrt: one(np.sqrt),
  square: one(np.square),
  tan: one(np.tan),
  tanh: one(np.tanh),
};

const binary: Readonly<Record<string, Operation>> = {
  add: two(np.add),
  arctan2: two(np.arctan2),
  bitwise_and: two(np.bitwiseAnd),
  divide: two(np.divide),
  equal: two(np.equal),
  floor_divide: two(np.floorDivide),
  greater: two(np.greater),
  greater_equal: two(np.greaterEqual),
  hypot: two(np.hypot),
  less: two(np.less),
  less_equal: two(np.lessEqual),
  logaddexp: two(np.logaddexp),
  logical_and: two(np.logicalAnd),
  logical_or: two(np.logicalOr),
  logical_xor: two(np.logicalXor),
  maximum: two(np.maximum),
  minimum: two(np.minimum),
  multiply: two(np.multiply),
  not_equal: two(np.notEqual),
  power: two(np.power),
  remainder: two(np.remainder),
  subtract: two(np.subtract),
};

const reductions: Readonly<Record<string, Operation>> = {
  all: reduction(np.all),
  any: reduction(np.any),
  argmax: reduction(np.argmax),
  argmin: reduction(np.argmin),
  average: ([x, weights], params) =>
    np.average(x as Tensor, { ...reduceOptions(params), ...(weights && { weights }) }),
  cumprod: reduction(np.cumprod),
  cumsum: reduction(np.cumsum),
  logsumexp: ([x, b], params) => np.logsumexp(x as Tensor, { ...reduceOptions(params), ...(b && { b }) }),
  max: reduction(np.max),
  mean: reduction(np.mean),
  median: reduction(np.median),
  min: reduction(np.min),
  nansum: reduction(np.nansum),
  prod: reduction(np.prod),
  ptp: reduction(np.ptp),
  std: reduction(np.std),
  sum: reduction(np.sum),
  var: reduction(np.var),
};

type Axes = number | readonly number[];
const axisOption = (params: Params): Record<string, never> => options(params, { axis: "axis" });

const movement: Readonly<Record<string, Operation>> = {
  broadcast_to: ([x], { shape }) => np.broadcastTo(x as Tensor, shape as number[]),
  concatenate: (xs, params) => np.concatenate(xs, axisOption(params)),
  diag: ([x], { k }) => np.diag(x as Tensor, k as number),
  expand_dims: ([x], { axis }) => np.expandDims(x as Tensor, axis as Axes),
  flip: ([x], params) => np.flip(x as Tensor, axisOption(params)),
  hstack: (xs) => np.hstack(xs),
  moveaxis: ([x], { source, destination }) => np.moveaxis(x as Tensor, source as Axes, destination as Axes),
  pad: ([x], params) =>
    np.pad(
      x as Tensor,
      params.pad_width as [number, number][],
      options(params, { mode: "mode", constant_values: "constantValues" }),
    ),
  ravel: one(np.ravel),
  repeat: ([x], params) => np.repeat(x as Tensor, params.repeats as Axes, axisOption(params)),
  reshape: ([x], { shape }) => np.reshape(x as Tensor, shape as number[]),
  roll: ([x], params) => np.roll(x as Tensor, params.shift as Axes, axisOption(params)),
  split: ([x], params) => np.split(x as Tensor, params.indices_or_sections as Axes, axisOption(params)),
  squeeze: ([x], params) => np.squeeze(x as Tensor, axisOption(params)),
  stack: (xs, params) => np.stack(xs, axisOption(params)),
  tile: ([x], { reps }) => np.tile(x as Tensor, reps as Axes),
  transpose: ([x], { axes }) =>
    axes === null ? np.transpose(x as Tensor) : np.transpose(x as Tensor, axes as number[]),
  tril: ([x], { k }) => np.tril(x as Tensor, k as number),
  triu: ([x], { k }) => np.triu(x as Tensor, k as number),
};

/** An item of an index as the files write it: nested integers or booleans stand in an object. */
export const indexItem = (item: unknown): IndexItem => {
  if (typeof item !== "object" || item === null) return item as IndexItem;
  if ("array" in item) return np.array(item.array as number[], { dtype: "int32" });
  if ("mask" in item) return np.array(item.mask as number[]);
  return item as IndexItem;
};
const indexOf = (params: Params): readonly IndexItem[] => (params.index as unknown[]).map(indexItem);
const integers = (data: unknown): Tensor => np.array(data as number[], { dtype: "int32" });

const indexing: Readonly<Record<string, Operation>> = {
  argsort: reduction(np.argsort),
  at_add: ([x, v], params) => np.at(x as Tensor, ...indexOf(params)).add(v as Tensor),
  at_multiply: ([x, v], params) => np.at(x as Tensor, ...indexOf(params)).multiply(v as Tensor),
  at_set: ([x, v], params) => np.at(x as Tensor, ...indexOf(params)).set(v as Tensor),
  dynamic_slice: ([x], { start_indices, slice_sizes }) =>
    np.dynamicSlice(x as Tensor, integers(start_indices), slice_sizes as number[]),
  dynamic_update_slice: ([x, update], { start_indices }) =>
    np.dynamicUpdateSlice(x as Tensor, update as Tensor, integers(start_indices)),
  getitem: ([x], params) => np.slice(x as Tensor, ...indexOf(params)),
  one_hot: ([x], { num_classes }) => np.oneHot(x as Tensor, num_classes as number),
  searchsorted: ([sorted, x], { side }) =>
    np.searchsorted(sorted as Tensor, x as Tensor, { side: side as "left" | "right" }),
  sort: reduction(np.sort),
  take: ([x], params) => np.take(x as Tensor, integers(params.indices), axisOption(params)),
  take_along_axis: ([x], params) =>
    np.takeAlongAxis(x as Tensor, integers(params.indices), axisOption(params)),
  top_k: ([x], { k }) => np.topK(x as Tensor, k as number),
  where: ([condition, x, y]) => np.where(condition as Tensor, x as Tensor, y as Tensor),
};

/** Columns of `x` turned by signs, one for each, that count as constant. */
const turned = (x: Tensor, signs: Tensor): Tensor => np.mul(x, np.expandDims(stopGradient(signs), -2));

/** The eigenvectors of the files have their largest element positive, as ours have. */
const eigh: Operation = ([x]) => {
  const [w, v] = linalg.eigh(x as Tensor);
  const largest = np.takeAlongAxis(v, np.expandDims(np.argmax(np.abs(v), { axis: -2 }), -2), { axis: -2 });
  return [w, turned(v, np.sign(np.squeeze(largest, { axis: -2 })))];
};
/** Q and R of the files have a positive diagonal of R, as ours have. */
const qr: Operation = ([x]) => {
  const [q, r] = linalg.qr(x as Tensor);
  const signs = np.sign(np.diagonal(r, { axis1: -2, axis2: -1 }));
  return [turned(q, signs), np.mul(r, np.expandDims(stopGradient(signs), -1))];
};

const linear: Readonly<Record<string, Operation>> = {
  cholesky: one(linalg.cholesky),
  det: one(linalg.det),
  dot: two(np.dot),
  eigh,
  eigvalsh: one(linalg.eigvalsh),
  einsum: (xs, { subscripts }) => np.einsum(subscripts as string, ...xs),
  inv: one(linalg.inv),
  kron: two(linalg.kron),
  matmul: two(np.matmul),
  matrix_power: ([x], { n }) => linalg.matrixPower(x as Tensor, n as number),
  norm: ([x], params) => linalg.norm(x as Tensor, options(params, { ord: "ord", axis: "axis" })),
  outer: two(np.outer),
  qr,
  slogdet: ([x]) => linalg.slogdet(x as Tensor),
  solve: two(linalg.solve),
  solve_triangular: ([t, b], params) =>
    linalg.triangularSolve(t as Tensor, b as Tensor, {
      lower: params.lower as boolean,
      transpose: params.trans === 1,
      unitDiagonal: params.unit_diagonal as boolean,
    }),
  svdvals: one(linalg.svdvals),
  tensordot: ([x, y], { axes }) => np.tensordot(x as Tensor, y as Tensor, axes as number),
  trace: ([x], { offset }) => linalg.trace(x as Tensor, { offset: offset as number }),
};

export const operations: Readonly<Record<string, Operation>> = {
  ...unary,
  ...binary,
  ...reductions,
  ...movement,
  ...indexing,
  ...linear,
  ...nnOperations,
  ...specialOperations,
  ...fourierOperations,
};
