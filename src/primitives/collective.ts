/**
 * Collectives: operations that speak along the axis of an enclosing vmap by its name. Within other
 * transformations they are ordinary linear (or reducing) primitives; the vmap with the name takes them apart.
 */

import { bindOne } from "../graph/context.js";
import {
  type AnyPrimitive,
  type Batched,
  type Cotangent,
  erase,
  type Primitive,
} from "../graph/primitive.js";
import { UnboundAxisError } from "../tensor/errors.js";
import { compact, type Tensor, type TensorType } from "../tensor/tensor.js";
import { convert, div, filledAs, mul } from "./arithmetic.js";
import { mapped, unmapped, withBatchAxis } from "./batching.js";
import { broadcastOver, sum } from "./broadcast.js";
import { eq } from "./compare.js";
import { type UnaryWith, unaryWith } from "./define.js";
import { withShape } from "./linear.js";
import { reduceMax, reduceMin } from "./reduce.js";
import { permute, reshape } from "./reshape.js";
import { dynamicSlice } from "./slice.js";

/** The parameter of a collective: the name of the axis. */
type AxisName = string;

/* @__NO_SIDE_EFFECTS__ */
const reducing = (
  name: string,
  over: (x: Tensor) => Tensor,
  shared: (x: Tensor, size: number) => Tensor,
  rules: Pick<Primitive<1, 1, AxisName>, "jvp" | "transpose">,
): UnaryWith<AxisName> => {
  const operation: UnaryWith<AxisName> = unaryWith<AxisName>({
    name,
    shape: ([x]) => [x],
    impl: (_, axisName) => {
      throw UnboundAxisError.of(name, axisName);
    },
    ...rules,
    batch: ([x], axisName, axis): readonly [Batched] => {
      if (axis.name !== axisName) return [{ value: operation(x.value, axisName), mapped: x.mapped }];
      return [unmapped(x.mapped ? over(x.value) : shared(x.value, axis.size))];
    },
    lower: () => ({ kind: "opaque" }),
    collectiveAxes: (axisName) => [axisName],
  });
  return operation;
};

/** Sum over the examples of the named axis. */
export const psum: UnaryWith<AxisName> = reducing(
  "psum",
  (x) => sum(x, [0]),
  (x, size) => mul(x, filledAs(x, size)),
  {
    jvp: ([x], [dx], axisName) => [[psum(x, axisName)], [dx && psum(dx, axisName)]],
    // every example's result holds every example's operand: cotangents are summed over the axis too
    transpose: ([ct], _, axisName): readonly [Cotangent] => [ct && psum(ct, axisName)],
  },
);

/* @__NO_SIDE_EFFECTS__ */
const extremeAcross = (name: "pmax" | "pmin"): UnaryWith<AxisName> => {
  const over = name === "pmax" ? reduceMax : reduceMin;
  const operation: UnaryWith<AxisName> = reducing(
    name,
    (x) => over(x, [0]),
    (x) => x,
    {
      jvp: ([x], [dx], axisName) => {
        const y = operation(x, axisName);
        if (dx === null) return [[y], [null]];
        const winners = convert(eq(x, y), x.dtype);
        return [[y], [div(psum(mul(dx, winners), axisName), psum(winners, axisName))]];
      },
      transpose: "nonlinear",
    },
  );
  return operation;
};

/** Largest over the examples of the named axis; ties share the derivative. */
export const pmax: UnaryWith<AxisName> = extremeAcross("pmax");
/** Smallest over the examples of the named axis; ties share the derivative. */
export const pmin: UnaryWith<AxisName> = extremeAcross("pmin");

export interface AllGatherParameters {
  readonly axisName: string;
  readonly size: number;
}

/** Every example gets all examples' values, stacked along a new first axis. */
export const allGather: UnaryWith<AllGatherParameters> = unaryWith<AllGatherParameters>({
  name: "allGather",
  shape: ([x], { size }) => [withShape(x, [size, ...x.shape])],
  impl: (_, { axisName }) => {
    throw UnboundAxisError.of("allGather", axisName);
  },
  jvp: ([x], [dx], p) => [[allGather(x, p)], [dx && allGather(dx, p)]],
  // the example's own row of the sum of all cotangents
  transpose: ([ct], _, p) => {
    if (ct === null) return [null];
    const total = psum(ct, p.axisName);
    const start = ownRow(p, total.shape.length);
    const row = dynamicSlice(total, start, [1, ...total.shape.slice(1)]);
    return [reshape(row, total.shape.slice(1))];
  },
  batch: ([x], p, axis): readonly [Batched] => {
    if (axis.name === p.axisName) return [unmapped(withBatchAxis(x, axis.size))];
    const gathered = allGather(x.value, p);
    if (!x.mapped) return [unmapped(gathered)];
    const order = gathered.shape.map((_, i) => i);
    return [mapped(permute(gathered, [1, 0, ...order.slice(2)]))];
  },
  lower: () => ({ kind: "opaque" }),
  collectiveAxes: ({ axisName }) => [axisName],
});

/** [axisIndex, 0, 0, ...]: where an example's own row begins. */
const ownRow = ({ axisName }: AllGatherParameters, rank: number): Tensor => {
  const unit = Int32Array.from({ length: rank }, (_, i) => (i === 0 ? 1 : 0));
  const first = compact({ shape: [rank], dtype: "int32", weak: false }, unit);
  return mul(broadcastOver(axisIndex(axisName), [rank], [0]), first);
};

const indexType: TensorType = { shape: [], dtype: "int32", weak: false };

const axisIndexPrimitive: AnyPrimitive = erase<0, 1, AxisName>({
  name: "axisIndex",
  shape: () => [indexType],
  impl: (_, axisName) => {
    throw UnboundAxisError.of("axisIndex", axisName);
  },
  jvp: (_, __, axisName) => [[axisIndex(axisName)], [null]],
  transpose: "nonlinear",
  batch: (_, axisName, axis) => {
    if (axis.name !== axisName) return [unmapped(axisIndex(axisName))];
    return [
      mapped(
        compact(
          { ...indexType, shape: [axis.size] },
          Int32Array.from({ length: axis.size }, (_, i) => i),
        ),
      ),
    ];
  },
  lower: () => ({ kind: "opaque" }),
  collectiveAxes: (axisName) => [axisName],
});

/** Position (int32) of the example along the named axis. */
export const axisIndex: ((axisName: string) => Tensor) & { readonly primitive: AnyPrimitive } =
  /* @__PURE__ */ Object.assign((axisName: string): Tensor => bindOne(axisIndexPrimitive, [], axisName), {
    primitive: axisIndexPrimitive,
  });
