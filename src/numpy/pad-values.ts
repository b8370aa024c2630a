/** What padding makes of a tensor along one axis where it does not just repeat elements: statistics, ramps, odd mirrors. */
import { add, div, filledAs, floor, mul, round, sub } from "../primitives/arithmetic.js";
import { sum } from "../primitives/broadcast.js";
import { reduceMax, reduceMin } from "../primitives/reduce.js";
import { reshape } from "../primitives/reshape.js";
import { allocate, isFloat, roundTo } from "../tensor/dtype.js";
import { compact, type Tensor } from "../tensor/tensor.js";
import { section, takeStatic } from "./along.js";
import { cast, floated, stretch } from "./convert.js";
import { median } from "./statistics.js";

export type StatisticMode = "maximum" | "mean" | "median" | "minimum";

const along = (x: Tensor, axis: number, n: number): readonly number[] =>
  x.type.shape.map((size, i) => (i === axis ? n : size));

/** In the dtype of the tensor, whole where that is. */
const back = (y: Tensor, x: Tensor): Tensor => cast(isFloat(x.type.dtype) ? y : round(y), x.type.dtype);

/** A statistic of elements from..to of the axis, repeated `count` times along it. */
export const statistic = (
  mode: StatisticMode,
  x: Tensor,
  axis: number,
  [from, to]: readonly [number, number],
  count: number,
): Tensor => {
  const part = section(x, axis, from, to);
  const one = (): Tensor => {
    switch (mode) {
      case "maximum":
        return reduceMax(part, [axis]);
      case "minimum":
        return reduceMin(part, [axis]);
      case "median":
        return back(median(part, { axis }) as Tensor, x);
      case "mean": {
        const total = sum(floated(part), [axis]);
        return back(div(total, filledAs(total, to - from)), x);
      }
    }
  };
  return stretch(reshape(one(), along(x, axis, 1)), along(x, axis, count));
};

/** Numbers along one axis, in the type of the tensor. */
const line = (x: Tensor, axis: number, values: readonly number[]): Tensor => {
  const { dtype } = x.type;
  const data = allocate(dtype, values.length);
  values.forEach((value, i) => {
    data[i] = roundTo(dtype, value);
  });
  const shape = x.type.shape.map((_, i) => (i === axis ? values.length : 1));
  return stretch(compact({ shape, dtype, weak: false }, data), along(x, axis, values.length));
};

/** `count` steps from `end`, which is the first of them, to the element at `edge`, which is not there any more; or back. */
export const ramp = (
  x: Tensor,
  axis: number,
  edge: number,
  end: number,
  count: number,
  isBackward: boolean,
): Tensor => {
  const last = floated(section(x, axis, edge, edge + 1));
  const parts = Array.from({ length: count }, (_, i) => (isBackward ? count - 1 - i : i) / count);
  const to = stretch(last, along(x, axis, count));
  const from = filledAs(to, end);
  const y = add(from, mul(sub(to, from), line(to, axis, parts)));
  return cast(isFloat(x.type.dtype) ? y : floor(y), x.type.dtype);
};

/**
 * Elements mirrored at both ends in position and in value, so that the function goes on: beyond an end it is twice the end less
 * the mirrored element. `gap` is 0 where the mirror stands on the end and 1 where it stands behind it.
 */
export const oddMirror = (x: Tensor, axis: number, before: number, after: number, gap: 0 | 1): Tensor => {
  const n = x.type.shape[axis] as number;
  const from: number[] = [];
  // each element is sign * x[from] + first * x[0] + last * x[n - 1]
  const [signs, firsts, lasts]: [number[], number[], number[]] = [[], [], []];
  for (let i = -before; i < n + after; i++) {
    let [at, sign, first, last] = [n === 1 ? 0 : i, 1, 0, 0];
    while (at < 0 || at >= n) {
      if (at < 0) first += 2 * sign;
      else last += 2 * sign;
      at = at < 0 ? -at - gap : 2 * (n - 1) - at + gap;
      sign = -sign;
    }
    from.push(at);
    signs.push(sign);
    firsts.push(first);
    lasts.push(last);
  }
  const read = takeStatic(x, from, axis);
  const end = (place: number): Tensor => stretch(section(x, axis, place, place + 1), read.type.shape);
  return add(
    mul(line(x, axis, signs), read),
    add(mul(line(x, axis, firsts), end(0)), mul(line(x, axis, lasts), end(n - 1))),
  );
};
