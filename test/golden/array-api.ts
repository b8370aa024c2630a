/** NumPy's functions by their names in numpy.json, as calls of this library: positional arguments, then keywords. */
import { type DType, type IndexItem, np, type Tensor } from "cotangent";
import * as linalg from "cotangent/linalg";

/** A call: arguments are tensors, numbers, strings, null, lists of these, slices; keywords keep NumPy's names. */
export type Call = (args: readonly unknown[], keywords: Readonly<Record<string, never>>) => unknown;

/** NumPy's keywords by the names they have here. */
const renamed: Readonly<Record<string, string>> = { constant_values: "constantValues" };

/** Those that only ask for what is so anyway: sorting is always stable. */
const understood: readonly string[] = ["kind"];

const named = (keywords: Readonly<Record<string, never>>): never =>
  Object.fromEntries(
    Object.entries(keywords).flatMap(([name, value]) =>
      understood.includes(name) ? [] : [[renamed[name] ?? name, value]],
    ),
  ) as never;

type Function_ = (...args: never[]) => unknown;

/** The same order of arguments in both, and keywords as options at the end. */
const plain =
  (f: Function_): Call =>
  (args, keywords) =>
    Object.keys(keywords).length === 0 ? f(...(args as never[])) : f(...(args as never[]), named(keywords));

/** An axis that NumPy takes as the argument after the others is an option here. */
const lastIsAxis =
  (f: Function_): Call =>
  (args) =>
    f(...(args.slice(0, -1) as never[]), { axis: args.at(-1) } as never);

export const calls: Readonly<Record<string, Call>> = {
  add: plain(np.add),
  all: plain(np.all),
  any: plain(np.any),
  // whole numbers as numpy counts them; here numbers are floats unless a dtype is named
  arange: ([...args]) => np.arange(...(args as [number]), { dtype: "int32" }),
  argmax: plain(np.argmax),
  argmin: plain(np.argmin),
  argsort: plain(np.argsort),
  array_equal: ([a, b]) => np.array(np.arrayEqual(a as Tensor, b as Tensor)),
  astype: ([x, dtype]) => np.astype(x as Tensor, dtype as DType),
  broadcast_shapes: (shapes) => np.array(np.broadcastShapes(...(shapes as number[][])), { dtype: "int32" }),
  broadcast_to: plain(np.broadcastTo),
  clip: plain(np.clip),
  concatenate: plain(np.concatenate),
  cumprod: plain(np.cumprod),
  cumsum: plain(np.cumsum),
  dot: plain(np.dot),
  einsum: plain(np.einsum),
  equal: plain(np.equal),
  expand_dims: plain(np.expandDims),
  eye: ([n, m], keywords) => np.eye(n as number, (m ?? n) as number, named(keywords)),
  flip: plain(np.flip),
  floor: plain(np.floor),
  floor_divide: plain(np.floorDivide),
  fmod: plain(np.fmod),
  full: plain(np.full),
  getitem: ([x, ...index]) => np.slice(x as Tensor, ...(index as IndexItem[])),
  greater_equal: plain(np.greaterEqual),
  less: plain(np.less),
  "linalg.cholesky": plain(linalg.cholesky),
  "linalg.det": plain(linalg.det),
  "linalg.inv": plain(linalg.inv),
  "linalg.norm": plain(linalg.norm),
  "linalg.solve": plain(linalg.solve),
  linspace: plain(np.linspace),
  logical_and: plain(np.logicalAnd),
  matmul: plain(np.matmul),
  max: plain(np.max),
  mean: plain(np.mean),
  meshgrid: (xs) => np.meshgrid(xs as Tensor[]),
  min: plain(np.min),
  multiply: plain(np.multiply),
  ones: plain(np.ones),
  pad: plain(np.pad),
  prod: plain(np.prod),
  ravel: plain(np.ravel),
  remainder: plain(np.remainder),
  repeat: plain(np.repeat),
  reshape: plain(np.reshape),
  round: plain(np.round),
  sign: plain(np.sign),
  sort: plain(np.sort),
  split: plain(np.split),
  squeeze: plain(np.squeeze),
  stack: plain(np.stack),
  std: plain(np.std),
  subtract: plain(np.subtract),
  sum: plain(np.sum),
  swapaxes: plain(np.swapaxes),
  take: plain(np.take),
  take_along_axis: lastIsAxis(np.takeAlongAxis),
  tile: plain(np.tile),
  trace: plain(np.trace),
  transpose: ([x, axes]) =>
    axes === null ? np.transpose(x as Tensor) : np.transpose(x as Tensor, axes as number[]),
  var: plain(np.var),
  where: plain(np.where),
  zeros: plain(np.zeros),
};
