/** Misuse of values: operators, reading under vmap and staging, tracers that escape, collectives, custom rules. */
import {
  ArgumentError,
  ConcretizationError,
  DTypeError,
  EscapedTracerError,
  IndexError,
  OperatorError,
  ShapeError,
  TreeError,
  UnboundAxisError,
} from "cotangent";
import { api, type Loose, np, numeric, type Row, rowsOf } from "../harness.js";

const { grad, vmap, jvp, vjp, linearize, makeGraph, evalShape, checkpoint, stopGradient } = api;
// biome-ignore format: one row, one line
const vector = (): Loose => np.array([1, 2, 3]);

/** Each wrong way to compute with a value, on whatever it is given. */
// biome-ignore format: one row, one line
const operators: readonly (readonly [string, (x: unknown) => unknown])[] = [
  ["x * x", (x) => numeric(x) * numeric(x)],
  ["x + 1", (x) => numeric(x) + 1],
  ["1 - x", (x) => 1 - numeric(x)],
  ["-x", (x) => -numeric(x)],
  ["x ** 2", (x) => numeric(x) ** 2],
  ["x < 1", (x) => numeric(x) < 1],
  ["x >= 1", (x) => numeric(x) >= 1],
  ["Number(x)", (x) => Number(x)],
  ["Math.sin(x)", (x) => Math.sin(numeric(x))],
];
/** Where a user meets a value. */
// biome-ignore format: one row, one line
const places: readonly (readonly [string, (f: (x: unknown) => unknown) => unknown])[] = [
  ["a tensor", (f) => f(vector())],
  ["a tracer of grad", (f) => grad(f)(1)],
  ["a tracer of jvp", (f) => jvp(f, [1], [1])],
  ["a tracer of vmap", (f) => vmap(f)(vector())],
  ["a tracer of makeGraph", (f) => makeGraph(f)(1)],
  ["a tracer of grad of grad", (f) => grad(grad(f))(1)],
  ["a tracer of vmap of grad", (f) => vmap(grad(f))(vector())],
];
// biome-ignore format: one row, one line
const operatorRows = places.flatMap(([place, run]) =>
  operators.flatMap(([text, f]) =>
    rowsOf("Tensor", [`${text} on ${place}`, () => run(f), OperatorError, /no operator overloading/, /np\.mul\(x, y\) or x\.mul\(y\).*x\.item\(\)/, "operator"]),
  ),
);

// biome-ignore format: one row, one line
const readers: readonly (readonly [string, (x: Loose) => unknown])[] = [
  ["item", (x) => x.item?.()],
  ["toArray", (x) => x.toArray?.()],
  ["toTypedArray", (x) => x.toTypedArray?.()],
];
// biome-ignore format: one row, one line
const readingRows = readers.flatMap(([name, read]): readonly Row[] => {
  function model(x: Loose): unknown {
    read(x);
    return x;
  }
  return rowsOf(
    `Tensor.${name}`,
    ["under vmap", () => vmap(model)(vector()), ConcretizationError, /under vmap\(model\) .* 3 of them/, /np\.where\(condition, a, b\) instead of if/],
    ["under grad of vmap", () => grad((x: unknown) => np.sum(vmap(model)(x)))(vector()), ConcretizationError, /under vmap\(model\)/, /move the reading out/],
    ["under vmap of grad", () => vmap(grad((x: Loose) => model(x)))(vector()), ConcretizationError, /under vmap .* 3 of them/, /np\.where/],
    ["while makeGraph stages", () => makeGraph(model)(1), ConcretizationError, /while makeGraph\(model\) traces/, /outside the traced function/],
    ["while evalShape stages", () => evalShape(model)(1), ConcretizationError, /while evalShape\(model\) traces/, /outside the traced function/],
    ["while linearTranspose stages", () => api.linearTranspose(model, [1]), ConcretizationError, /while linearTranspose\(model\) traces/, /np\.where/],
  );
});
// biome-ignore format: one row, one line
const deciding = rowsOf("np.where", ["if on a bool under vmap", () => vmap((x: unknown) => ((np.greater(x, 0) as Loose).item?.() ? x : np.negative(x)))(vector()), ConcretizationError, /item\(\) needs one value/, /np\.where\(condition, a, b\) instead of if/]);
// biome-ignore format: one row, one line
const valueRows = [
  ...rowsOf(
    "Tensor.item",
    ["of several elements", () => vector().item?.(), ShapeError, /\[3\]/, /toArray\(\)/],
    ["of none", () => np.zeros([0]).item?.(), ShapeError, /\[0\]/, /toArray\(\)/],
  ),
  ...(["allclose", "arrayEqual"] as const).flatMap((name) =>
    rowsOf(`np.${name}`, ["under vmap", () => vmap((x: unknown) => np[name](x, 1))(vector()), ConcretizationError, /under vmap/, /np\.where|move the reading/]),
  ),
  ...rowsOf("np.nonzero", ["under vmap", () => vmap((x: unknown) => np.nonzero(x))(np.ones([2, 2])), ConcretizationError, /under vmap/, /move the reading/]),
];

/** Runs a transformation whose function `leak` stores its argument, and hands back what was stored. */
// biome-ignore format: one row, one line
const leaked = (run: (leak: (x: unknown) => unknown) => unknown): Loose => {
  let kept: unknown;
  run(function leak(x: unknown) {
    kept = x;
    return np.sum(x);
  });
  return kept as Loose;
};
// biome-ignore format: one row, one line
const sources: readonly (readonly [string, () => Loose])[] = [
  ["grad", () => leaked((f) => grad(f)(vector()))],
  ["valueAndGrad", () => leaked((f) => api.valueAndGrad(f)(vector()))],
  ["elementwiseGrad", () => leaked((f) => api.elementwiseGrad(f)(vector()))],
  ["jvp", () => leaked((f) => jvp(f, [vector()], [vector()]))],
  ["vjp", () => leaked((f) => vjp(f, [vector()]))],
  ["linearize", () => leaked((f) => linearize(f, [vector()]))],
  ["jacfwd", () => leaked((f) => api.jacfwd(f)(vector()))],
  ["jacrev", () => leaked((f) => api.jacrev(f)(vector()))],
  ["vmap", () => leaked((f) => vmap(f)(np.ones([2, 3])))],
  ["makeGraph", () => leaked((f) => makeGraph(f)(vector()))],
  ["evalShape", () => leaked((f) => evalShape(f)(vector()))],
  ["linearTranspose", () => leaked((f) => api.linearTranspose(f, [vector()]))],
];
// biome-ignore format: one row, one line
const escapedRows = sources.flatMap(([name, source]): readonly Row[] => {
  const says = new RegExp(`traced by ${name}\\(leak\\) was used after ${name}\\(leak\\) had finished`);
  return rowsOf(
    name,
    ["a tracer that escaped", () => np.sin(source()), EscapedTracerError, says, /hasAux carries extra results/],
    ["an escaped tracer under grad", () => grad((x: unknown) => np.sum(np.multiply(x, source())))(1), EscapedTracerError, says, /Return values from the function/],
    ["an escaped tracer under vmap", () => vmap((x: unknown) => np.multiply(x, source()))(vector()), EscapedTracerError, says, /Return values/],
    ["an escaped tracer under makeGraph", () => makeGraph((x: unknown) => np.multiply(x, source()))(1), EscapedTracerError, says, /Return values/],
    ["an escaped tracer returned from grad", () => grad(() => np.sum(source()))(1), EscapedTracerError, says, /Return values/],
  );
});
// biome-ignore format: one row, one line
const escapedReading = ["vmap", "makeGraph"].flatMap((name) =>
  rowsOf(name, ["reading an escaped tracer", () => sources .find(([source]) => source === name)?.[1]() .toArray?.(), EscapedTracerError, /toArray\(\): a value traced by/, /Return values/]),
);

// biome-ignore format: one row, one line
const collectives = (["psum", "pmean", "pmax", "pmin", "allGather"] as const).flatMap(
  (name): readonly Row[] => {
    const f = api[name];
    return rowsOf(
      name,
      ["without an axis name", () => f(1), ArgumentError, /the axis name is a missing value/, /axisName of an enclosing vmap/],
      ["an axis name that is no text", () => f(1, 0), ArgumentError, /the axis name is 0/, /enclosing vmap/],
      ["outside vmap", () => f(1, "batch"), UnboundAxisError, /axis name "batch"/, /vmap\(f, \{ axisName: "batch" \}\)/],
      ["under a vmap of another name", () => vmap((x: unknown) => f(x, "j"), { axisName: "i" })(vector()), UnboundAxisError, /"j"/, /axisName: "j"/],
      ["under grad alone", () => grad((x: unknown) => f(x, "i"))(1), UnboundAxisError, /"i"/, /axisName: "i"/],
      ["a value that is no tree", () => vmap((x: unknown) => [x, f(new Date(0), "i")], { axisName: "i" })(vector()), TreeError, /instance of Date/, /registerTree/],
    );
  },
);
// biome-ignore format: one row, one line
const positions = rowsOf(
  "axisIndex",
  ["without an axis name", () => api.axisIndex(), ArgumentError, /a missing value/, /enclosing vmap/],
  ["outside vmap", () => api.axisIndex("batch"), UnboundAxisError, /"batch"/, /axisName: "batch"/],
);

// biome-ignore format: one row, one line
const both = (x: unknown): unknown => np.sin(x);
// biome-ignore format: one row, one line
const jvpRule = (rule: unknown): unknown => grad((x: unknown) => api.customJvp(both, rule)(x))(1);
// biome-ignore format: one row, one line
const vjpRule = (forward: unknown, backward: unknown): unknown =>
  grad((x: unknown) => api.customVjp(both, forward, backward)(x))(1);
// biome-ignore format: one row, one line
const keep = (x: unknown): unknown => [np.sin(x), x];
// biome-ignore format: one row, one line
const rules = [
  ...rowsOf(
    "customJvp",
    ["no function", () => api.customJvp(1, both), ArgumentError, /1 is no function/, /customJvp/],
    ["no rule", () => api.customJvp(both), ArgumentError, /a missing value is no function/, /customJvp/],
    ["a rule without a pair", () => jvpRule(([x]: Loose[]) => x), ArgumentError, /pair \[out, tangentOut\], got a tensor/, /array of two/],
    ["a rule that returns nothing", () => jvpRule(() => undefined), ArgumentError, /got a missing value/, /array of two/],
    ["an async rule", () => jvpRule(async () => [1, 1]), TreeError, /Promise/, /await data before/],
    ["a tangent of another tree", () => jvpRule(([x]: Loose[]) => [x, { a: 1 }]), TreeError, /the tangent that the rule returned.*keys a/, /same containers/],
    ["a tangent of another shape", () => jvpRule(([x]: Loose[]) => [x, np.ones([2])]), ShapeError, /\[2\] and \[\]/, /shape of their primal/],
    ["an async function", () => api.customJvp(async (x: unknown) => x, both)(1), TreeError, /Promise/, /await data before/],
    ["an argument that is no tree", () => api.customJvp(both, both)("x"), TreeError, /argument 0 is "x"/, /Close over anything else/],
  ),
  ...rowsOf(
    "customVjp",
    ["no backward", () => api.customVjp(both, keep), ArgumentError, /a missing value is no function/, /customVjp/],
    ["forward without a pair", () => vjpRule(both, () => [1]), ArgumentError, /pair \[out, residuals\]/, /array of two/],
    ["an async forward", () => vjpRule(async (x: unknown) => [x, x], () => [1]), TreeError, /Promise/, /await data before/],
    ["backward without a list", () => vjpRule(keep, (_: unknown, ct: unknown) => ct), ArgumentError, /a list of 1 cotangents, one for each argument, got a tensor/, /null stands for zero/],
    ["too many cotangents", () => vjpRule(keep, (_: unknown, ct: unknown) => [ct, ct]), ArgumentError, /a list of 1 cotangents/, /null stands for zero/],
    ["an async backward", () => vjpRule(keep, async () => [1]), TreeError, /Promise/, /await data before/],
    ["a cotangent of another shape", () => vjpRule(keep, () => [np.ones([2])]), ShapeError, /cotangent 0 of backward.*\[2\] and \[\]/, /shape of their primal/],
    ["a cotangent of another tree", () => vjpRule(keep, () => [{ a: 1 }]), TreeError, /cotangent 0 of backward.*keys a/, /same containers/],
    ["residuals that are no tree", () => vjpRule((x: unknown) => [x, "text"], () => [1]), TreeError, /residuals is "text"/, /Close over anything else/],
  ),
  ...rowsOf(
    "checkpoint",
    ["no function", () => checkpoint(), ArgumentError, /a missing value is no function/, /checkpoint\(f\)/],
    ["an async function", () => checkpoint(async (x: unknown) => x)(1), TreeError, /Promise/, /await data before/],
    ["an argument that is no tree", () => checkpoint(both)(Symbol("s")), TreeError, /argument 0 is Symbol/, /Close over anything else/],
  ),
  ...rowsOf(
    "stopGradient",
    ["no tree", () => stopGradient("x"), TreeError, /the argument is "x"/, /Leaves are tensors/],
    ["a Promise", () => stopGradient(Promise.resolve(1)), TreeError, /the argument is a Promise/, /Await it first/],
  ),
];

// biome-ignore format: one row, one line
const methods = [
  ...rowsOf(
    "Tensor.add",
    ["shapes that do not fit", () => vector().add?.(np.ones([2])), ShapeError, /\[3\] and \[2\]/, /equal or 1/],
    ["no tensor", () => vector().add?.("1"), ArgumentError, /"1" is no tensor/, /Pass a tensor/],
    ["nothing", () => vector().add?.(), ArgumentError, /a missing value is no tensor/, /Pass a tensor/],
  ),
  ...rowsOf("Tensor.reshape", ["a size that does not fit", () => vector().reshape?.([2, 2]), ShapeError, /\[3\] and \[2, 2\]/, /-1/]),
  ...rowsOf("Tensor.matmul", ["sizes that differ", () => np.ones([2, 3]).matmul?.(np.ones([2, 3])), ShapeError, /\[2, 3\] and \[2, 3\]/, /./]),
  ...rowsOf("Tensor.sum", ["an option misspelt", () => vector().sum?.({ axes: 0 }), ArgumentError, /"axes"/, /Did you mean axis/]),
  ...rowsOf("Tensor.astype", ["an unknown dtype", () => vector().astype?.("float16"), DTypeError, /"float16"/, /Known are float64/]),
  ...rowsOf("Tensor.slice", ["an index beyond the axis", () => vector().slice?.(3), IndexError, /index 3 .* axis 0 of size 3/, /-3 to 2/]),
];
export const tracedRows: readonly Row[] = [
  ...operatorRows,
  ...readingRows,
  ...deciding,
  ...valueRows,
  ...escapedRows,
  ...escapedReading,
  ...collectives,
  ...positions,
  ...rules,
  ...methods,
];
