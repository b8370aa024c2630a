/** Misuse of tapes and Variables: order of calls, what is watched, targets, sources, options, values assigned. */
import {
  ArgumentError,
  ConcretizationError,
  DTypeError,
  grad,
  NonScalarOutputError,
  ShapeError,
  TreeError,
  vmap,
} from "cotangent";
import * as tape from "cotangent/tape";
import { TapeUsedError } from "cotangent/tape";
import { type Loose, np, type Row, rowsOf } from "../harness.js";

/** A tape, and what was recorded on it: y = x * x. */
const taped = (options?: tape.TapeOptions): { readonly t: Loose; readonly x: Loose; readonly y: Loose } => {
  const t = new tape.GradientTape(options) as unknown as Loose;
  const x = np.array([1, 2]) as Loose;
  const y = t.run?.(() => {
    t.watch?.(x);
    return np.multiply(x, x);
  }) as Loose;
  return { t, x, y };
};
const used = (): ReturnType<typeof taped> => {
  const all = taped();
  all.t.gradient?.(all.y, all.x);
  return all;
};
const room = tape as unknown as Loose;
const leaf = (...args: readonly unknown[]): Loose => room.leaf?.(...args) as Loose;
leaf(1); // gives tensors backward()
const fresh = (): Loose => new tape.GradientTape() as unknown as Loose;
const variable = (options?: tape.VariableOptions): Loose =>
  new tape.Variable([1, 2], options) as unknown as Loose;
const make = (name: "GradientTape" | "Variable", ...args: readonly unknown[]): unknown =>
  Reflect.construct(name === "Variable" ? tape.Variable : tape.GradientTape, args);
const ask = (name: "gradient" | "jacobian" | "batchJacobian", ...args: readonly unknown[]): unknown => {
  const { t, x, y } = taped();
  return t[name]?.(...args.map((a) => (a === "y" ? y : a === "x" ? x : a)));
};

// biome-ignore format: one row, one line
const asking: readonly Row[] = (["gradient", "jacobian", "batchJacobian"] as const).flatMap((name) =>
  rowsOf(
    `GradientTape.${name}`,
    ["a second time", () => { const { t, x, y } = used(); return t[name]?.(y, x); }, TapeUsedError, /has forgotten/, /persistent: true/],
    ["before anything was recorded", () => fresh()[name]?.(np.ones([1]), np.ones([1])), ArgumentError, /not recording, and has recorded nothing/, /tape\.run/],
    ["an unconnected gradient as target", () => ask(name, undefined, "x"), ArgumentError, /the target is a missing value/, /Pass what was computed/],
    ["a number as target", () => ask(name, 3, "x"), ArgumentError, /the target is 3/, /by identity/],
    ["a number as source", () => ask(name, "y", 3), ArgumentError, /the sources is 3/, /by identity/],
    ["a source that is no tensor", () => ask(name, "y", "x".repeat(3)), TreeError, /the sources is "xxx"/, /Leaves are/],
    ["an integer source", () => ask(name, "y", np.array([1, 2], { dtype: "int32" })), DTypeError, /int32/, /float64/],
    ["an option misspelt", () => ask(name, "y", "x", { unconected: "zero" }), ArgumentError, /"unconected"/, /Did you mean unconnected/],
    ["an unknown value of unconnected", () => ask(name, "y", "x", { unconnected: "zeros" }), ArgumentError, /unconnected is "zeros"/, /"none" or "zero"/],
  ),
);

// biome-ignore format: one row, one line
export const tapeRows: readonly Row[] = [
  ...asking,
  ...rowsOf(
    "tape.GradientTape",
    ["an option misspelt", () => make("GradientTape", { persist: true }), ArgumentError, /"persist"/, /Did you mean persistent/],
    ["a bare option", () => make("GradientTape", true), ArgumentError, /true stands where options/, /persistent/],
    ["an option that is no boolean", () => make("GradientTape", { persistent: 1 }), ArgumentError, /persistent is 1/, /true or false/],
  ),
  ...rowsOf(
    "GradientTape.run",
    ["no function", () => fresh().run?.(3), ArgumentError, /3 is no function/, /transforms a function|run/],
    ["an async function", () => fresh().run?.(async () => 1), TreeError, /Promise/, /await data before/],
    ["while it records", () => { const t = fresh(); return t.run?.(() => t.run?.(() => 1)); }, ArgumentError, /recording already/, /they nest/],
  ),
  ...rowsOf(
    "GradientTape.start",
    ["twice", () => { const t = fresh(); try { t.start?.(); t.start?.(); } finally { t.stop?.(); } }, ArgumentError, /recording already/, /Stop it first/],
  ),
  ...rowsOf(
    "GradientTape.stop",
    ["before it started", () => fresh().stop?.(), ArgumentError, /not recording/, /tape\.run/],
    ["out of order", () => { const [a, b] = [fresh(), fresh()]; a.start?.(); b.start?.(); try { a.stop?.(); } finally { b.stop?.(); } }, ArgumentError, /another tape or transformation/, /reverse order/],
    ["where it was not started", () => { const t = fresh(); grad((x) => { t.start?.(); return x; })(1); t.stop?.(); }, ArgumentError, /another tape or transformation/, /in the function that started them/],
  ),
  ...rowsOf(
    "GradientTape.watch",
    ["a number", () => fresh().watch?.(3), ArgumentError, /the argument is 3/, /np\.array/],
    ["an integer tensor", () => fresh().watch?.({ a: np.array([1, 2], { dtype: "int32" }) }), DTypeError, /the argument\.a has dtype int32/, /float64/],
    ["a function", () => fresh().watch?.(() => 1), TreeError, /the argument is a function/, /Leaves are/],
  ),
  ...rowsOf(
    "GradientTape.stopRecording",
    ["when it does not record", () => fresh().stopRecording?.(() => 1), ArgumentError, /not recording/, /tape\.run/],
    ["no function", () => fresh().stopRecording?.(1), ArgumentError, /1 is no function/, /stopRecording/],
  ),
  ...rowsOf(
    "GradientTape.gradient",
    ["output gradients of another shape", () => ask("gradient", "y", "x", { outputGradients: np.ones([3]) }), ShapeError, /\[3\] and \[2\]/, /shape of their primal/],
    ["output gradients of another tree", () => { const { t, x, y } = taped(); return t.gradient?.([y, y], x, { outputGradients: [y] }); }, TreeError, /array of 2.*array of 1/, /same containers/],
  ),
  ...rowsOf(
    "GradientTape.jacobian",
    ["a tree as target", () => { const { t, x, y } = taped(); return t.jacobian?.([y, y], x); }, ArgumentError, /a tree of 2 tensors/, /one tensor/],
  ),
  ...rowsOf(
    "GradientTape.batchJacobian",
    ["batches that differ", () => { const { t, y } = taped(); return t.batchJacobian?.(y, np.ones([3])); }, ShapeError, /\[2\] and \[3\]/, /Axis 0/],
    ["a tree of sources", () => { const { t, x, y } = taped(); return t.batchJacobian?.(y, [x, x]); }, ArgumentError, /a tree of 2 tensors/, /one tensor/],
  ),
  ...rowsOf(
    "tape.Variable",
    ["no tensor", () => make("Variable", "x"), ArgumentError, /"x" is no tensor/, /Pass a tensor/],
    ["an unknown dtype", () => make("Variable", 1, { dtype: "float16" }), DTypeError, /"float16" is no dtype/, /float64/],
    ["a name that is no text", () => make("Variable", 1, { name: 1 }), ArgumentError, /name is 1/, /a string/],
    ["an option misspelt", () => make("Variable", 1, { trainible: false }), ArgumentError, /"trainible"/, /Did you mean trainable/],
    ["a value that is not known", () => vmap((x) => new tape.Variable(x).value)(np.ones([2]) as never), ConcretizationError, /Variable needs one value/, /move the reading/],
  ),
  ...(["assign", "assignAdd", "assignSub"] as const).flatMap((name) =>
    rowsOf(
      `Variable.${name}`,
      ["another shape", () => variable()[name]?.([1, 2, 3]), ShapeError, /\[3\] and \[2\]/, /new Variable/],
      ["another dtype", () => variable({ dtype: "float32" })[name]?.(np.ones([2])), DTypeError, /float64/, /float32, that of the Variable/],
      ["no tensor", () => variable()[name]?.("x"), ArgumentError, /"x" is no tensor/, /Pass a tensor/],
    ),
  ),
  ...rowsOf(
    "tape.leaf",
    ["no tensor", () => leaf("x"), ArgumentError, /"x" is no tensor/, /Pass a tensor/],
    ["integers", () => leaf(np.array([1], { dtype: "int32" })), DTypeError, /the value has dtype int32/, /float64/],
    ["requiresGrad that is no boolean", () => leaf(1, { requiresGrad: 1 }), ArgumentError, /requiresGrad is 1/, /true or false/],
    ["PyTorch's name of an option", () => leaf(1, { requires_grad: true }), ArgumentError, /"requires_grad"/, /Did you mean requiresGrad/],
    ["a traced value", () => grad((x) => leaf(x) as never)(1), ArgumentError, /traced by grad/, /GradientTape/],
  ),
  ...rowsOf(
    "tape.noGrad",
    ["no function", () => room.noGrad?.(leaf(1)), ArgumentError, /is no function/, /noGrad\(f\)/],
    ["an async function", () => room.noGrad?.(async () => 1), TreeError, /Promise/, /await data before/],
  ),
  ...rowsOf(
    "Tensor.backward",
    ["of what no leaf is behind", () => np.mul?.(2, 3).backward?.(), ArgumentError, /does not require grad/, /tape\.leaf/],
    ["of many elements", () => np.mul?.(leaf([1, 2]), 2).backward?.(), NonScalarOutputError, /scalar outputs.*\[2\]/, /np\.sum.*onesLike/],
    ["a second time", () => { const y = np.sin(leaf(1)); y.backward?.(); y.backward?.(); }, TapeUsedError, /a second time/, /retainGraph: true/],
    ["a gradient of another shape", () => np.sin(leaf([1, 2])).backward?.(np.ones([3])), ShapeError, /the gradient.*\[3\] and \[2\]/, /shape of their primal/],
    ["an option misspelt", () => np.sin(leaf(1)).backward?.(null, { retain_graph: true }), ArgumentError, /"retain_graph"/, /Did you mean retainGraph/],
    ["within a transformation", () => grad((x) => { const y = np.sin(x) as Loose; leaf(1); y.backward?.(); return x; })(1), ArgumentError, /does not require grad/, /within grad, use its result/],
  ),
];
