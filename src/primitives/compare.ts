/**
 * Comparison and selection: where programs are not smooth. Comparisons have no derivative; a selection passes
 * the tangent of the branch taken; equal maxima share theirs evenly (the minimum-norm subgradient, JAX's too).
 */
import { apply, input } from "../expr/expr.js";
import { type Batched, isVariable, known } from "../graph/primitive.js";
import { ElementwiseKernel } from "../kernel/elementwise.js";
import type { DType } from "../tensor/dtype.js";
import { DTypeError } from "../tensor/errors.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { add, convert, filledAs, mul, zerosAs } from "./arithmetic.js";
import { withBatchAxis } from "./batching.js";
import { checkOneDType, checkOneShape } from "./checks.js";
import { type Binary, type Ternary, ternary, type Unary } from "./define.js";
import { elementwise, elementwise2 } from "./elementwise.js";

type Comparison = "eq" | "ne" | "lt" | "le" | "gt" | "ge";

/* @__NO_SIDE_EFFECTS__ */
const comparison = (name: Comparison): Binary =>
  elementwise2({ name, op: name, accepts: "any", result: "bool", tangents: "none" }, () => add);

export const eq: Binary = comparison("eq");
export const ne: Binary = comparison("ne");
export const lt: Binary = comparison("lt");
export const le: Binary = comparison("le");
export const gt: Binary = comparison("gt");
export const ge: Binary = comparison("ge");

export const isFinite: Unary = elementwise({
  name: "isFinite",
  op: "isFinite",
  accepts: "any",
  result: "bool",
  tangent: "none",
});
export const isNaN: Unary = elementwise({
  name: "isNaN",
  op: "isNaN",
  accepts: "any",
  result: "bool",
  tangent: "none",
});

/** `a` where the condition holds, else `b`: condition bool, all of one shape. The branch not taken gets an exact 0. */
export const select: Ternary = ternary({
  name: "select",
  shape: ([condition, a, b]) => {
    if (condition.dtype !== "bool")
      throw DTypeError.unsupported("select", condition.dtype, "a bool condition");
    checkOneDType("select", [a, b]);
    checkOneShape("select", [condition, a, b], "np.where broadcasts.");
    return [selected(a, b)];
  },
  impl: ([condition, a, b]) => {
    if (condition.data === null) return [condition.value !== 0 ? a : b];
    return [selectKernel(a.type.dtype).run(selected(a.type, b.type), [condition, a, b])];
  },
  jvp: ([condition, a, b], [, da, db]) => [
    [select(condition, a, b)],
    [da === null && db === null ? null : select(condition, da ?? zerosAs(a), db ?? zerosAs(b))],
  ],
  transpose: ([ct], [condition, a, b]) => {
    if (ct === null) return [null, null, null];
    const zero = zerosAs(ct);
    const test = known("select", condition);
    return [
      null,
      isVariable(a) ? select(test, ct, zero) : null,
      isVariable(b) ? select(test, zero, ct) : null,
    ];
  },
  batch: (ins, _, { size }) => {
    const [condition, a, b] = ins.map((x: Batched) => withBatchAxis(x, size)) as [Tensor, Tensor, Tensor];
    return [{ value: select(condition, a, b), mapped: true }];
  },
  lower: () => ({ kind: "map", expr: apply("select", input(0), input(1), input(2)) }),
});

const selected = (a: TensorType, b: TensorType): TensorType => (a.weak ? b : a);

const selectKernels = new Map<DType, ElementwiseKernel>();
const selectKernel = (dtype: DType): ElementwiseKernel => {
  let kernel = selectKernels.get(dtype);
  if (kernel === undefined) {
    kernel = new ElementwiseKernel(
      apply("select", input(0), input(1), input(2)),
      ["bool", dtype, dtype],
      dtype,
    );
    selectKernels.set(dtype, kernel);
  }
  return kernel;
};

/** Which share of the tangent goes to the winner: 1, or 1/2 for both where they are equal. */
const share = (winner: Tensor, loser: Tensor, out: Tensor): Tensor => {
  const mine = convert(eq(winner, out), out.dtype);
  const tie = eq(winner, loser);
  return select(tie, filledAs(out, 0.5), mine);
};

/* @__NO_SIDE_EFFECTS__ */
const extreme = (name: "max" | "min"): Binary =>
  elementwise2(
    {
      name,
      op: name,
      accepts: "any",
      tangents: [(dx, x, y, out) => mul(dx, share(x, y, out)), (dy, x, y, out) => mul(dy, share(y, x, out))],
    },
    () => add,
  );

/** The larger of two; NaN wins. */
export const max: Binary = extreme("max");
/** The smaller of two; NaN wins. */
export const min: Binary = extreme("min");
