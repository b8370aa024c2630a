/** Misuse of the transformations that take their function last, and of the instances. */
import { ArgumentError, AxisError, DTypeError, NonScalarOutputError, ShapeError, TreeError } from "cotangent";
import * as room from "cotangent/fp";
import { type Loose, np, type Row, rowsOf } from "../harness.js";

const fp = room as unknown as Loose;
const square = (x: unknown): unknown => np.multiply(x, x);
const ints = (): Loose => np.array([1, 2], { dtype: "int32" });
const named = (name: string): Loose => fp[name] as Loose;

// biome-ignore format: one row, one line
const withOptions = (["grad", "valueAndGrad", "elementwiseGrad", "jacfwd", "jacrev", "jacobian", "hessian", "vmap", "jit"] as const).flatMap((name): readonly Row[] =>
  rowsOf(
    `fp.${name}`,
    ["the function where options are taken", () => named(name)(square)(square), ArgumentError, /the function square stands where options/, /in an object/],
    ["no function", () => named(name)()(3), ArgumentError, /3 is no function/, /transforms a function/],
  ),
);
// biome-ignore format: one row, one line
export const fpRows: readonly Row[] = [
  ...withOptions,
  ...rowsOf(
    "fp.grad",
    ["a result that is no number", () => named("grad")()(square)(np.ones([2])), NonScalarOutputError, /shape \[2\]/, /jacrev/],
    ["an argument that is not there", () => named("grad")({ argnums: 1 })(square)(1), ArgumentError, /argnums 1/, /-1 to 0/],
  ),
  ...rowsOf("fp.vmap", ["an axis that is not there", () => named("vmap")({ inAxes: 2 })(square)(np.ones([2])), AxisError, /2/, /-1 to 0/]),
  ...rowsOf("fp.checkpoint", ["no function", () => named("checkpoint")(3), ArgumentError, /3 is no function/, /checkpoint\(f\)/]),
  ...(["jvp", "hvp"] as const).flatMap((name) =>
    rowsOf(
      `fp.${name}`,
      ["primals that are no list", () => named(name)(1, 1)(square), ArgumentError, /primals must be a list with one/, /\[/],
      ["tangents of another shape", () => named(name)([np.ones([2])], [np.ones([3])])((x: unknown) => np.sum(square(x))), ShapeError, /\[3\] and \[2\]/, /shape of their primal/],
      ["no function", () => named(name)([1], [1])(3), ArgumentError, /3 is no function/, /transforms a function/],
    ),
  ),
  ...(["vjp", "linearize"] as const).flatMap((name) =>
    rowsOf(
      `fp.${name}`,
      ["primals that are no list", () => named(name)(1)(square), ArgumentError, /primals must be a list with one/, /\[/],
      ["no function", () => named(name)([1])(3), ArgumentError, /3 is no function/, /transforms a function/],
    ),
  ),
  ...(["evalShape", "makeGraph"] as const).flatMap((name) =>
    rowsOf(
      `fp.${name}`,
      ["no function", () => named(name)(1)(3), ArgumentError, /3 is no function/, /transforms a function/],
      ["an argument that is no tensor", () => named(name)("x")(square), TreeError, /"x"/, /Leaves are/],
    ),
  ),
  ...rowsOf("fp.safe", ["no function", () => named("safe")(3), ArgumentError, /3 is no function/, /safe\(f\)/]),
  ...(["getRing", "getField"] as const).flatMap((name) =>
    rowsOf(
      `fp.${name}`,
      ["a bare shape", () => named(name)([2]), ArgumentError, /stands where options/, /shape/],
      ["a negative size", () => named(name)({ shape: [-1] }), ShapeError, /-1/, /A shape is/],
      ["an unknown dtype", () => named(name)({ dtype: "float16" }), DTypeError, /"float16" is no dtype/, /float64/],
    ),
  ),
  ...rowsOf("fp.getField", ["integers", () => named("getField")({ dtype: "int32" }), DTypeError, /int32/, /float64/]),
  ...rowsOf(
    "fp.getVectorSpace",
    ["integers", () => named("getVectorSpace")({ w: ints() }), DTypeError, /the example\.w has dtype int32/, /float64/],
    ["what is no tree of tensors", () => named("getVectorSpace")(() => 1), TreeError, /the example is a function/, /Leaves are/],
    ["the sum of trees that differ", () => named("getVectorSpace")({ w: 1 }).concat?.({ w: 1 }, { v: 1 }), TreeError, /keys w.*keys v/, /same containers/, "map"],
  ),
];
