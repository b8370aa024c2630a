/** NumPy's `x[...]` read: the slices as views, then the positions by one gather. */
import { gather } from "../../primitives/gather.js";
import { permute, reshape, reverse } from "../../primitives/reshape.js";
import { slice as slicePrimitive } from "../../primitives/slice.js";
import { sameShape } from "../../tensor/shape.js";
import type { IndexItem, Tensor, TensorLike } from "../../tensor/tensor.js";
import { toTensor } from "../convert.js";
import { type Cut, type IndexPlan, planIndex, wrapIndex } from "./index-plan.js";

/** The cuts as bounds of the slice primitive, and the axes to be read backwards. */
export const boundsOf = (
  cuts: readonly Cut[],
): {
  readonly start: number[];
  readonly stop: number[];
  readonly step: number[] | null;
  readonly backwards: number[];
} => {
  const start: number[] = [];
  const stop: number[] = [];
  const step: number[] = [];
  const backwards: number[] = [];
  let stepped = false;
  for (const cut of cuts) {
    const last = cut.start + (cut.count - 1) * cut.step;
    if (cut.step < 0) backwards.push(start.length);
    start.push(cut.step < 0 ? last : cut.start);
    stop.push(cut.count === 0 ? cut.start : Math.max(cut.start, last) + 1);
    step.push(Math.abs(cut.step));
    if (cut.step !== 1 && cut.step !== -1) stepped = true;
  }
  return { start, stop, step: stepped ? step : null, backwards };
};

/** The elements that the cuts name, a view. */
export const readCuts = (x: Tensor, cuts: readonly Cut[] | null): Tensor => {
  if (cuts === null) return x;
  const { backwards, ...bounds } = boundsOf(cuts);
  const forward = slicePrimitive(x, bounds);
  return backwards.length === 0 ? forward : reverse(forward, backwards);
};

/** The axes that are taken before the others: how gather wants its operand. */
export const takenFirst = (rank: number, taken: readonly number[]): readonly number[] => [
  ...taken,
  ...Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !taken.includes(axis)),
];

/** Where the axes [places..., rest...] of a gathered tensor go in the result: after the first `restBefore` of the rest. */
export const placedOrder = (rank: number, places: number, restBefore: number): readonly number[] => {
  const order: number[] = [];
  for (let i = 0; i < restBefore; i++) order.push(places + i);
  for (let i = 0; i < places; i++) order.push(i);
  for (let i = places + restBefore; i < rank; i++) order.push(i);
  return order;
};

export const readPlan = (x: Tensor, plan: IndexPlan): Tensor => {
  let y = readCuts(x, plan.cuts);
  if (plan.positions !== undefined) {
    const { taken } = plan;
    if (taken.some((axis, i) => axis !== i)) y = permute(y, takenFirst(y.type.shape.length, taken));
    y = gather(y, plan.positions, { batchAxes: 0, indexedAxes: taken.length });
    if (plan.restBefore > 0 && plan.places.length > 0) {
      y = permute(y, placedOrder(y.type.shape.length, plan.places.length, plan.restBefore));
    }
  }
  return sameShape(y.type.shape, plan.shape) ? y : reshape(y, plan.shape);
};

/** x[i], the commonest index, without a plan. */
const row = (x: Tensor, index: number): Tensor => {
  const { shape } = x.type;
  const i = wrapIndex("slice", index, 0, shape[0] as number);
  const start = new Array<number>(shape.length).fill(0);
  start[0] = i;
  const stop = shape.slice();
  stop[0] = i + 1;
  return reshape(slicePrimitive(x, { start, stop, step: null }), shape.slice(1));
};

/** As `np.slice`. */
export const slice = (x: TensorLike, ...index: readonly IndexItem[]): Tensor => {
  const t = toTensor("slice", x);
  const [first] = index;
  if (index.length === 1 && typeof first === "number" && t.type.shape.length > 0) return row(t, first);
  return readPlan(t, planIndex("slice", t.type.shape, index));
};
