/** What many array functions do along one axis: cut a section, join, read at positions, move the axis away and back. */
import { gather } from "../primitives/gather.js";
import { permute, reshape } from "../primitives/reshape.js";
import { concatenate, slice } from "../primitives/slice.js";
import { compact, type Tensor } from "../tensor/tensor.js";

/** The size of one axis. */
export const sizeAt = (x: Tensor, axis: number): number => x.type.shape[axis] as number;

/** All elements along one axis. */
export const flat = (x: Tensor): Tensor => (x.type.shape.length === 1 ? x : reshape(x, [x.size]));

/** Elements from..to of one axis. */
export const section = (x: Tensor, axis: number, from: number, to: number): Tensor => {
  const { shape } = x.type;
  return slice(x, {
    start: shape.map((_, i) => (i === axis ? from : 0)),
    stop: shape.map((n, i) => (i === axis ? to : n)),
    step: null,
  });
};

/** Joined along an axis that exists; shapes and dtypes are known to fit. */
export const join = (xs: readonly Tensor[], axis: number): Tensor =>
  xs.length === 1 ? (xs[0] as Tensor) : concatenate(xs, axis);

/** The axes `from` at the places `to`, the others in their order around them. */
export const moved = (x: Tensor, from: readonly number[], to: readonly number[]): Tensor => {
  if (from.every((axis, i) => axis === to[i])) return x;
  const rest = x.type.shape.map((_, axis) => axis).filter((axis) => !from.includes(axis));
  const order = x.type.shape.map((_, place) =>
    to.includes(place) ? (from[to.indexOf(place)] as number) : (rest.shift() as number),
  );
  return permute(x, order);
};

/** x[..., positions[...], ...] along one axis; positions int32, of any shape, within the axis. */
export const takePositions = (x: Tensor, positions: Tensor, axis: number): Tensor => {
  const first = moved(x, [axis], [0]);
  const out = gather(first, reshape(positions, [...positions.type.shape, 1]), {
    batchAxes: 0,
    indexedAxes: 1,
  });
  const places = positions.type.shape.length;
  if (axis === 0 || places === 0) return out;
  // [places..., before..., after...] -> [before..., places..., after...]
  const order: number[] = [];
  for (let i = 0; i < axis; i++) order.push(places + i);
  for (let i = 0; i < places; i++) order.push(i);
  for (let i = places + axis; i < out.type.shape.length; i++) order.push(i);
  return permute(out, order);
};

/** The same at positions that are known. */
export const takeStatic = (x: Tensor, positions: readonly number[], axis: number): Tensor =>
  takePositions(
    x,
    compact({ shape: [positions.length], dtype: "int32", weak: false }, Int32Array.from(positions)),
    axis,
  );
