/** The axes of a loop nest: merged, put in order, cut into parts. The last is the one that goes in vectors. */
import type { ScalarProgram } from "../../expr/program.js";
import type { Code } from "../../kernel/wasm.js";
import { type DType, itemSize } from "../../tensor/dtype.js";

/** Where a loop reads or writes; bytes, and bytes from one index of each axis to the next. */
export interface Reference {
  readonly dtype: DType;
  readonly base: Code;
  /** Tells bases apart. */
  readonly key: string;
  readonly offset: number;
  readonly strides: readonly number[];
}

export interface Nest {
  readonly body: ScalarProgram;
  readonly sizes: readonly number[];
  readonly loads: readonly Reference[];
  readonly stores: readonly { readonly value: number; readonly to: Reference }[];
  /** Whether a store may change what a load of another element reads: no element is computed twice then. */
  readonly aliased: boolean;
}

const allReferences = (nest: Nest): readonly Reference[] => [
  ...nest.loads,
  ...nest.stores.map(({ to }) => to),
];

/** The nest with its strides changed alike. */
const withAxes = (
  nest: Nest,
  sizes: readonly number[],
  f: (strides: readonly number[]) => readonly number[],
): Nest => {
  const change = (r: Reference): Reference => ({ ...r, strides: f(r.strides) });
  return {
    ...nest,
    sizes,
    loads: nest.loads.map(change),
    stores: nest.stores.map(({ value, to }) => ({ value, to: change(to) })),
  };
};

/** Without axes of size 1, and neighbours merged where every operand walks them as one. */
export const merged = (nest: Nest): Nest => {
  const references = allReferences(nest);
  const groups: { size: number; last: number }[] = [];
  nest.sizes.forEach((size, axis) => {
    if (size === 1) return;
    const before = groups.at(-1);
    const joins =
      before !== undefined &&
      references.every(({ strides }) => strides[before.last] === (strides[axis] as number) * size);
    if (joins && before !== undefined) {
      before.size *= size;
      before.last = axis;
    } else groups.push({ size, last: axis });
  });
  if (groups.length === 0) return withAxes(nest, [1], () => [0]);
  return withAxes(
    nest,
    groups.map(({ size }) => size),
    (strides) => groups.map(({ last }) => strides[last] as number),
  );
};

/** Cost of an element, in vectors of 4 along the axis: what the axis is chosen by. */
export const axisCost = (nest: Nest, axis: number): number => {
  const n = nest.sizes[axis] as number;
  const waste = n >= 4 ? 1 + (n % 4 === 0 ? 0 : 4 - (n % 4)) / n : 4 / n;
  let access = 0;
  for (const { dtype, strides } of allReferences(nest)) {
    const stride = strides[axis] as number;
    access += stride === 0 ? 0.05 : stride === itemSize(dtype) ? 0.3 : Math.abs(stride) > 512 ? 2.5 : 1.5;
  }
  return waste * (access + 0.3 * nest.body.nodes.length) + 4 / n;
};

export const withVectorAxis = (nest: Nest): Nest => {
  let best = nest.sizes.length - 1;
  let least = axisCost(nest, best);
  for (let axis = best - 1; axis >= 0; axis--) {
    const cost = axisCost(nest, axis);
    if (cost < least) {
      best = axis;
      least = cost;
    }
  }
  if (best === nest.sizes.length - 1) return nest;
  const moved = (list: readonly number[]): readonly number[] => [
    ...list.filter((_, axis) => axis !== best),
    list[best] as number,
  ];
  return withAxes(nest, moved(nest.sizes), moved);
};

/** The part of a nest from an index of its last axis on. */
export const part = (nest: Nest, from: number, size: number): Nest => {
  const shifted = (r: Reference): Reference => ({
    ...r,
    offset: r.offset + from * (r.strides.at(-1) as number),
  });
  return {
    ...nest,
    sizes: [...nest.sizes.slice(0, -1), size],
    loads: nest.loads.map(shifted),
    stores: nest.stores.map(({ value, to }) => ({ value, to: shifted(to) })),
  };
};

/** Bytes that memory gives at once. */
const LINE = 64;

/**
 * The axis along which an operand's lines are used up, where the vector axis jumps from line to line: such an operand
 * is walked a vector wide along that axis, so that each line is read once.
 */
export const walkedAxis = (nest: Nest): number => {
  const last = nest.sizes.length - 1;
  for (const { strides } of allReferences(nest)) {
    if (Math.abs(strides[last] as number) < 4 * LINE) continue;
    const axis = strides.findIndex(
      (s, i) => i < last && s !== 0 && Math.abs(s) < LINE && (nest.sizes[i] as number) >= 8,
    );
    if (axis >= 0) return axis;
  }
  return -1;
};

/** The vector axis cut into vectors, and the walked axis put within. */
export const blocked = (nest: Nest, walked: number, width: number): Nest => {
  const last = nest.sizes.length - 1;
  const order = nest.sizes.map((_, axis) => axis).filter((axis) => axis !== walked && axis !== last);
  const arrange = (
    list: readonly number[],
    cut: (x: number) => number,
    one: (x: number) => number,
  ): readonly number[] => [
    ...order.map((axis) => list[axis] as number),
    cut(list[last] as number),
    list[walked] as number,
    one(list[last] as number),
  ];
  const sizes = arrange(
    nest.sizes,
    (n) => n / width,
    () => width,
  );
  return withAxes(nest, sizes, (strides) =>
    arrange(
      strides,
      (s) => s * width,
      (s) => s,
    ),
  );
};
