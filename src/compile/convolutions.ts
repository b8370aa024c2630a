/** Convolutions as products whose left matrix is a view of the image: nothing is copied but windows that no strides describe. */
import type { Equation } from "../graph/graph.js";
import type { Lowering, Operand, Variable } from "../graph/primitive.js";
import { type WindowProduct, windowProduct } from "../kernel/window-product.js";
import { isFloat } from "../tensor/dtype.js";
import { compactStrides } from "../tensor/shape.js";
import { type BufferView, packedView, seenOnly, viewOf } from "./contractions.js";
import type { BufferPosition, Step } from "./plan.js";
import type { Scope } from "./planner.js";

type Found = { readonly steps: readonly Step[]; readonly view: BufferView } | { readonly force: Operand };

/** A copy whose axes lie in the given order; the strides are those of the value's own axes. */
const copied = (scope: Scope, value: Operand, order: readonly number[]): Found => {
  const packed = packedView(scope, value, order);
  if ("force" in packed) return packed;
  const inOrder = compactStrides(order.map((axis) => value.type.shape[axis] as number));
  const strides = order.map((_, axis) => inOrder[order.indexOf(axis)] as number);
  return { steps: packed.steps, view: { ...packed.at, strides } };
};

/** Whether the terms of a sum stand at one distance from each other in the window. */
const isEven = ({ depth, depthStrides: [, strides] }: WindowProduct): boolean => {
  const real = [...depth.keys()].filter((axis) => depth[axis] !== 1);
  return real.every((axis, i) => {
    const next = real[i + 1];
    return next === undefined || strides[axis] === (strides[next] as number) * (depth[next] as number);
  });
};

/** The steps of a convolution; undefined where its dtype has none, so that the eager kernel does it. */
export const convolutionSteps = (
  scope: Scope,
  { ins, only }: Equation,
  { sweeping, kernel }: Extract<Lowering, { readonly kind: "convolve" }>,
  made: Variable[],
): readonly Step[] | { readonly force: Operand } | undefined => {
  const [x, w] = ins as readonly [Operand, Operand];
  const { dtype } = x.type;
  if (!isFloat(dtype)) return seenOnly(scope, ins);
  const out = only as Variable;
  const seen = viewOf(scope, x);
  const image: Found =
    seen === undefined
      ? copied(
          scope,
          x,
          x.type.shape.map((_, axis) => axis),
        )
      : { steps: [], view: seen };
  if ("force" in image) return image;
  const form = (strides: readonly number[]): WindowProduct =>
    windowProduct(image.view.strides, w.type.shape, strides, out.type.shape, sweeping);
  const view = viewOf(scope, w);
  // a window that lies in the order of its sums can be read on and on
  const axes = w.type.shape.map((_, axis) => axis);
  const between = axes.slice(1, -2);
  const [group, feature, column] = [axes[0], axes.at(-2), axes.at(-1)] as [number, number, number];
  const order = sweeping.featuresFirst
    ? [group, feature, ...between, column]
    : [group, ...between, feature, column];
  const window: Found =
    view !== undefined && isEven(form(view.strides)) ? { steps: [], view } : copied(scope, w, order);
  if ("force" in window) return window;
  const position = ({ buffer, offset }: BufferView): BufferPosition => ({ buffer, offset });
  return [
    ...image.steps,
    ...window.steps,
    {
      kind: "convolve",
      dtype,
      form: form(window.view.strides),
      kernel,
      image: position(image.view),
      window: position(window.view),
      out: scope.make(out, made),
    },
  ];
};
