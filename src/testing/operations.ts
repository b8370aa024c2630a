/**
 * What random programs are made of: operations that take values of any shape without empty axes, are smooth where
 * they are used, and keep values near 1.
 */
import * as lax from "../lax/index.js";
import * as np from "../numpy/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { checkpoint, customJvp, customVjp } from "../transforms/custom.js";
import { grad } from "../transforms/grad.js";
import { jvp } from "../transforms/linear.js";
import { vmap } from "../transforms/vmap.js";

type Fn = (x: Tensor) => Tensor;
const T = (x: unknown): Tensor => x as Tensor;
const F = (f: unknown): Fn => f as Fn;

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const axisOf = (x: Tensor, k: number): number => k % x.ndim;
const isVector = (x: Tensor): boolean => x.ndim > 0 && x.size > 0;

/** Numbers that depend on the instruction and on nothing else. */
const constants = (x: Tensor, k: number): Tensor =>
  T(np.reshape(np.array(range(x.size).map((i) => Math.sin(1 + i * 1.7 + k))), [...x.shape] as [number]));
const mask = (x: Tensor, k: number): Tensor =>
  T(np.reshape(np.array(range(x.size).map((i) => (i * 7 + k) % 3 !== 0)), [...x.shape] as [number]));
const positions = (n: number, k: number): Tensor =>
  T(
    np.array(
      range(3).map((i) => (i * k + k) % n),
      { dtype: "int32" },
    ),
  );

/** Two operands that broadcast: as they are, or the second reduced to a number. */
const meeting = (x: Tensor, y: Tensor): readonly [Tensor, Tensor] => {
  const n = Math.min(x.ndim, y.ndim);
  const fits = range(n).every((i) => {
    const [a, b] = [x.shape[x.ndim - 1 - i], y.shape[y.ndim - 1 - i]];
    return a === b || a === 1 || b === 1;
  });
  return fits ? [x, y] : [x, T(np.mean(y))];
};

const binary =
  (f: (x: Tensor, y: Tensor) => unknown) =>
  (x: Tensor, y: Tensor): Tensor =>
    T(f(...meeting(x, y)));
const along =
  (f: (x: Tensor, axis: number, k: number) => unknown) =>
  (x: Tensor, _: Tensor, k: number): Tensor =>
    isVector(x) ? T(f(x, axisOf(x, k), k)) : x;

const rows = (x: Tensor): Tensor => T(x.ndim === 2 ? x : np.reshape(x, [x.shape[0] ?? 1, -1]));

const softSine = customJvp(
  (x: Tensor) => T(np.sin(x)),
  ([x], [dx]) => [T(np.sin(T(x))), T(np.mul(np.cos(T(x)), T(dx)))] as never,
);
const softTanh = customVjp(
  (x: Tensor) => T(np.tanh(x)),
  (x: Tensor) => [T(np.tanh(x)), T(np.tanh(x))] as [Tensor, Tensor],
  (y: Tensor, ct: Tensor) => [np.mul(ct, np.sub(1, np.mul(y, y)))] as never,
);

/** What an instruction of a random program does: with the last value, an earlier one, and a whole number from 1 to 9. */
export type ProgramOperation = (x: Tensor, y: Tensor, k: number) => Tensor;

/**
 * The operations of random programs by name, so that a failing case can be read; simple ones first, for a program
 * shrinks to those.
 */
export const programOperations: Readonly<Record<string, ProgramOperation>> = {
  add: binary(np.add),
  sub: binary(np.sub),
  mul: binary(np.mul),
  div: binary((x, y) => np.div(x, np.add(2, np.mul(y, y)))),
  pow: binary((x, y) => np.power(np.add(1.5, np.tanh(x)), y)),
  hypot: binary((x, y) => np.sqrt(np.add(1, np.add(np.mul(x, x), np.mul(y, y))))),
  arctan2: binary((x, y) => np.arctan2(x, np.add(2, np.sin(y)))),
  logaddexp: binary(np.logaddexp),
  where: binary((x, y) => np.where(mask(x, 1), x, np.mul(y, np.onesLike(x)))),
  sin: (x) => T(np.sin(x)),
  tanh: (x) => T(np.tanh(x)),
  exp: (x) => T(np.exp(np.negative(np.mul(x, x)))),
  log1p: (x) => T(np.log1p(np.mul(x, x))),
  cube: (x) => T(np.tanh(np.power(x, 3))),
  constant: (x, _, k) => T(np.mul(x, constants(x, k))),
  sum: along((x, axis) => np.sum(x, { axis })),
  mean: along((x, axis) => np.mean(x, { axis, keepdims: true })),
  logsumexp: along((x, axis) => np.logsumexp(x, { axis })),
  prod: along((x, axis) => np.prod(np.tanh(x), { axis })),
  cumsum: along((x, axis) => np.cumsum(np.tanh(x), { axis })),
  cumprod: along((x, axis) => np.cumprod(np.tanh(x), { axis })),
  flip: along((x, axis) => np.flip(x, { axis })),
  roll: along((x, axis, k) => np.roll(x, k, { axis })),
  take: along((x, axis, k) => np.take(x, positions(x.shape[axis] as number, k), { axis })),
  slice: along((x, _, k) => np.slice(x, k % 2 === 0 ? 0 : { slice: [null, null, 2] })),
  set: along((x, _, k) => np.at(x, k % (x.shape[0] as number)).set(0.5)),
  addAt: along((x, _, k) =>
    np.at(x, positions(x.shape[0] as number, k)).add(np.mul(0.5, np.sin(np.slice(x, 0)))),
  ),
  concatenate: along((x, axis) => np.concatenate([x, np.sin(x)], { axis })),
  pad: along((x, axis) => np.pad(x, range(x.ndim).map((i) => (i === axis ? [1, 0] : [0, 0])) as never)),
  stack: binary((x, y) => np.stack(np.broadcastArrays(x, np.tanh(y)) as never, { axis: 0 })),
  transpose: (x) => T(np.transpose(x)),
  ravel: (x) => T(np.reshape(x, [-1])),
  expandDims: (x) => (x.ndim < 3 ? T(np.expandDims(x, 0)) : x),
  matmul: (x) => T(np.tanh(np.matmul(rows(x), np.transpose(rows(x))))),
  outer: (x, y) => T(np.tanh(np.outer(np.reshape(x, [-1]), np.reshape(y, [-1])))),
  einsum: (x) => T(np.tanh(np.einsum("ij,kj->ki", rows(x) as never, np.sin(rows(x)) as never))),
  vector: (x, y) => T(np.stack([np.mean(x), np.sin(np.mean(y)), np.mul(np.mean(x), np.mean(y))] as never)),
  lax: (x) => lax.mul(lax.sin(x), lax.logistic(x)),
  customJvp: (x) => F(softSine)(x),
  customVjp: (x) => F(softTanh)(x),
  checkpoint: (x, y) => F(checkpoint((z: Tensor) => T(np.sin(np.mul(z, np.mean(y))))))(x),
  vmap: (x, y) =>
    isVector(x) ? F(vmap((z: Tensor) => T(np.add(np.sin(z), np.mul(np.mean(z), np.mean(y))))))(x) : x,
  grad: (x, y) => F(grad(((z: Tensor) => T(np.sum(np.mul(np.sin(z), np.add(z, np.mean(y)))))) as never))(x),
  // two steps that close over y, with rows of x where it has any
  scan: (x, y) => {
    const step = (c: Tensor, row: Tensor): [Tensor, Tensor] => {
      const next = T(np.tanh(np.add(np.mul(c, np.mean(y)), np.mean(row))));
      return [next, T(np.sin(np.add(c, row)))];
    };
    const rows = T(np.stack([x, np.cos(x)] as never));
    const [last, ys] = lax.scan(step, np.mean(x), rows);
    return T(np.add(np.mul(last, np.mean(T(ys), { axis: 0 })), np.mean(y)));
  },
  foriLoop: (x, y, k) => lax.foriLoop(0, k % 4, (i, c) => np.sin(np.add(np.mul(c, np.mean(y)), i)), x),
  whileLoop: (x, y, k) =>
    lax.whileLoop(
      ({ n }) => np.less(n, k % 3),
      ({ n, c }) => ({ n: np.add(n, 1), c: np.tanh(np.add(c, np.mean(y))) }),
      { n: T(np.array(0, { dtype: "int32" })), c: x },
      { maxSteps: 3 },
    ).c,
  cond: (x, y, k) =>
    lax.cond(
      np.greater(np.mean(x), k % 2 === 0 ? -9 : 9),
      (z: Tensor) => np.sin(np.mul(z, np.mean(y))),
      (z: Tensor) => np.mul(z, np.cos(np.mean(y))),
      x,
    ),
  map: (x, y, k) =>
    isVector(x)
      ? T(
          lax.map(
            (row: Tensor) => np.mul(row, np.add(np.mean(row), np.mean(y))),
            x,
            k % 2 === 0 ? {} : { batchSize: 2 },
          ),
        )
      : x,
  associativeScan: (x) =>
    isVector(x)
      ? lax.associativeScan((a, b) => np.sub(np.add(a, b), np.mul(0.5, np.mul(a, b))), T(np.tanh(x)))
      : x,
  jvp: (x, y) => T(jvp((z: Tensor) => T(np.sin(np.mul(z, np.mean(y)))), [x], [T(np.cos(x))])[1]),
};
