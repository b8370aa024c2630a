/** The same values in other memory: views made by the library's own movements, beside a plain copy. */
import fc from "fast-check";
import { broadcast } from "../primitives/broadcast.js";
import { inverseOrder, permute, reverse } from "../primitives/reshape.js";
import { pad, slice } from "../primitives/slice.js";
import { roundTo } from "../tensor/dtype.js";
import { type DenseTensor, type Tensor, uniform } from "../tensor/tensor.js";
import { densely } from "./compare.js";
import { filled } from "./differences.js";

export interface Layout {
  readonly kind: "strided" | "repeated" | "uniform";
  /** Axes sorted by these numbers are the order in memory. */
  readonly order: readonly number[];
  readonly flags: readonly boolean[];
  readonly gap: number;
}

export const layouts: fc.Arbitrary<Layout> = fc.record({
  kind: fc.constantFrom("strided", "strided", "strided", "repeated", "uniform"),
  order: fc.array(fc.nat(9), { minLength: 8, maxLength: 8 }),
  flags: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  gap: fc.nat(2),
});

const copied = (x: Tensor): DenseTensor => {
  const from = densely(x);
  return filled(x.type, (i) => from.at(i));
};

/** A copy and a view of equal elements; those of `x` where the kind allows it. */
export const sameValues = (
  x: DenseTensor,
  layout: Layout,
): readonly [copy: DenseTensor, view: DenseTensor] => {
  const view = x.size === 0 ? x : viewOf(x, layout);
  return [copied(view), view];
};

const viewOf = (x: DenseTensor, { kind, order, flags, gap }: Layout): DenseTensor => {
  const axes = x.shape.map((_, axis) => axis);
  if (kind === "uniform") return uniform(x.type, x.at(0));
  if (kind === "repeated") {
    const stop = x.shape.map((n, axis) => (flags[axis] === true ? 1 : n));
    const part = slice(x, { start: axes.map(() => 0), stop, step: null });
    return densely(broadcast(part, { shape: x.shape, axes }));
  }
  const inMemory = [...axes].sort((a, b) => (order[a] as number) - (order[b] as number) || a - b);
  const backwards = axes.filter((axis) => flags[axis] === true);
  // to memory: reversed, permuted, spread out behind an offset; and back by views alone
  const rows = permute(reverse(x, backwards), inMemory);
  const low = axes.map(() => gap);
  const spread = pad(rows, { value: roundTo(x.dtype, 77), low, high: low, interior: low });
  const start = low;
  const stop = rows.shape.map((n) => gap + (n - 1) * (gap + 1) + 1);
  const step = axes.map(() => gap + 1);
  return densely(reverse(permute(slice(spread, { start, stop, step }), inverseOrder(inMemory)), backwards));
};
