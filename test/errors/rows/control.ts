/** Misuse of control flow: functions, predicates, indices, bounds, rows, and carries and branches that do not fit. */
import { ArgumentError, AxisError, DTypeError, LinearityError, ShapeError, TreeError } from "cotangent";
import { api, type Loose, lax, np, type Row, rowsOf } from "../harness.js";

const { grad, makeGraph, vmap } = api;
// biome-ignore format: one row, one line
const same = (x: Loose): Loose => x;
// biome-ignore format: one row, one line
const always = (): unknown => true;
// biome-ignore format: one row, one line
const triple = (x: Loose): Loose => np.multiply(x, 3);
// biome-ignore format: one row, one line
const below = (x: Loose): Loose => np.less(x, 100);
// biome-ignore format: one row, one line
const ones = (...shape: number[]): Loose => np.ones(shape);
// biome-ignore format: one row, one line
const f32 = (): Loose => np.ones([2], { dtype: "float32" });

/** Every way in which a step may spoil `{ w: [2] }`. */
// biome-ignore format: one row, one line
const carries = (of: string, run: (body: (w: Loose) => unknown, init?: unknown) => unknown): readonly Row[] =>
  rowsOf(
    of,
    ["a carry of another shape", () => run(() => ({ w: ones(3) })), ShapeError, /the carry\.w .*\[2\] and \[3\]/, /np\.reshape/],
    ["a carry of another dtype", () => run(() => ({ w: ones(2) }), { w: f32() }), DTypeError, /the carry\.w .*float32 and float64/, /np\.astype\(x, "float64"\)/],
    ["a carry of another structure", () => run(() => [ones(2)]), TreeError, /the carry: expected an object with keys w, got an array of 1/, /same containers/],
    ["a carry without a leaf", () => run(() => ({ w: null })), TreeError, /the carry\.w: expected a tensor, got null/, /same containers/],
    ["a carry that is a fraction for integers", () => run((w) => ({ w: np.multiply(w, 0.5) }), { w: np.ones([2], { dtype: "int32" }) }), DTypeError, /the carry\.w .*int32 and float64/, /np\.astype/],
    ["an initial carry with a function", () => run(same, { w: always }), TreeError, /the carry\.w is/, /Close over anything else/],
    ["an async step", () => run(async (w) => ({ w })), TreeError, /Promise/, /await data before/],
  );

// biome-ignore format: one row, one line
export const controlRows: readonly Row[] = [
  ...rowsOf(
    "lax.cond",
    ["no functions", () => lax.cond(true, 1, 2), ArgumentError, /1 stands where trueFn/, /Pass a function/],
    ["one function", () => lax.cond(true, same), ArgumentError, /a missing value stands where falseFn/, /Pass a function/],
    ["a vector as predicate", () => lax.cond(np.greater(ones(2), 0), same, same, 1), ShapeError, /the predicate must be one bool, got \[2\]/, /np\.all or np\.any.*np\.where/],
    ["a predicate of text", () => lax.cond("yes", same, same, 1), ArgumentError, /"yes" is no tensor/, /Pass a tensor/],
    ["branches of two shapes", () => lax.cond(true, () => ones(2), () => ones(3)), ShapeError, /the result must be the same from falseFn and trueFn, got \[3\] and \[2\]/, /np\.reshape/],
    ["branches of two dtypes", () => lax.cond(true, () => ({ a: f32() }), () => ({ a: ones(2) })), DTypeError, /the result\.a .*float64 and float32/, /np\.astype/],
    ["branches of two structures", () => lax.cond(true, () => [ones(2)], () => ones(2)), TreeError, /the result of trueFn: expected a tensor, got an array/, /same containers/],
    ["a branch that returns text", () => lax.cond(true, () => "x", () => 1), TreeError, /the result of trueFn is "x"/, /Leaves are tensors/],
    ["an operand that is a function", () => lax.cond(true, same, same, always), TreeError, /operand 0 is/, /Close over anything else/],
    ["an async branch", () => lax.cond(true, async () => 1, () => 1), TreeError, /Promise/, /await data before/],
  ),
  ...rowsOf(
    "lax.switch",
    ["no list", () => lax.switch(0, same, 1), ArgumentError, /no list of branches/, /\[f, g, \.\.\.\]/],
    ["an empty list", () => lax.switch(0, [], 1), ArgumentError, /\[\] is no list of branches/, /at least one function/],
    ["a branch that is no function", () => lax.switch(0, [same, 2], 1), ArgumentError, /2 stands where branch 1/, /Pass a function/],
    ["a fraction as index", () => lax.switch(0.5, [same], 1), DTypeError, /float64.*an integer index/, /np\.astype/],
    ["a vector as index", () => lax.switch(np.arange(2), [same], 1), ShapeError, /one number, got \[2\]/, /vmap maps/],
    ["branches of two shapes", () => lax.switch(0, [() => ones(2), () => ones()]), ShapeError, /branch 0 and branch 1, got \[2\] and \[\]/, /np\.reshape/],
  ),
  ...rowsOf(
    "lax.whileLoop",
    ["no condition", () => lax.whileLoop(true, same, 1), ArgumentError, /true stands where the condition/, /Pass a function/],
    ["no body", () => lax.whileLoop(always, 1), ArgumentError, /1 stands where the body/, /Pass a function/],
    ["a condition of many values", () => lax.whileLoop((x: Loose) => np.less(x, 3), triple, ones(2)), ShapeError, /what the condition gives must be one bool, got \[2\]/, /np\.all or np\.any/],
    ["a condition that returns nothing", () => lax.whileLoop(() => undefined, same, 1), ArgumentError, /a missing value is no tensor/, /Pass a tensor/],
    ["an unknown option", () => lax.whileLoop(below, triple, 1, { maxsteps: 3 }), ArgumentError, /"maxsteps"/, /Did you mean maxSteps/],
    ["a bound that is no number of steps", () => lax.whileLoop(below, triple, 1, { maxSteps: -1 }), ArgumentError, /maxSteps is -1/, /whole number of steps/],
    ["more steps than the bound", () => lax.whileLoop(below, triple, 1, { maxSteps: 3 }), ArgumentError, /still holds after maxSteps = 3/, /Raise maxSteps/],
    ["reverse mode while it is traced", () => makeGraph(grad((x: Loose) => lax.whileLoop(below, triple, x)))(2), LinearityError, /number of steps is not known/, /maxSteps.*lax\.foriLoop.*jvp, jacfwd/],
    ["reverse mode within vmap", () => vmap(grad((x: Loose) => lax.whileLoop(below, triple, x)))(ones(2)), LinearityError, /number of steps is not known/, /maxSteps/],
  ),
  ...carries("lax.whileLoop", (body, init = { w: ones(2) }) => lax.whileLoop(always, ((c: Loose) => body(c.w as Loose)) as never, init)),
  ...rowsOf(
    "lax.foriLoop",
    ["no body", () => lax.foriLoop(0, 3, 1, 1), ArgumentError, /1 stands where the body/, /Pass a function/],
    ["a fraction as bound", () => lax.foriLoop(0, 2.5, same, 1), ArgumentError, /the upper bound is 2\.5/, /whole number/],
    ["a vector as bound", () => lax.foriLoop(np.arange(2), 3, same, 1), ShapeError, /the lower bound must be one number, got \[2\]/, /Pass a scalar/],
    ["a float tensor as bound", () => lax.foriLoop(0, np.array(3), same, 1), DTypeError, /float64.*integer as upper bound/, /np\.astype/],
    ["a bound of text", () => lax.foriLoop("0", 3, same, 1), ArgumentError, /"0" is no tensor/, /Pass a tensor/],
    ["an unknown option", () => lax.foriLoop(0, 3, same, 1, { max: 3 }), ArgumentError, /"max"/, /Did you mean maxSteps/],
  ),
  ...carries("lax.foriLoop", (body, init = { w: ones(2) }) => lax.foriLoop(0, 3, (_: Loose, c: Loose) => body(c.w as Loose), init)),
  ...rowsOf(
    "lax.scan",
    ["no function", () => lax.scan(1, 0, ones(2)), ArgumentError, /1 stands where the step/, /Pass a function/],
    ["a step that returns one value", () => lax.scan(np.add, 0, ones(2)), ArgumentError, /a pair \[carry, y\]/, /array of two/],
    ["neither rows nor a length", () => lax.scan((c: Loose) => [c, null], 0, null), ArgumentError, /no xs tell/, /\{ length: n \}/],
    ["a scalar among the rows", () => lax.scan((c: Loose) => [c, null], 0, { a: ones(2), b: 1 }), AxisError, /xs\.b is a scalar/, /np\.array makes one tensor/],
    ["rows of two lengths", () => lax.scan((c: Loose) => [c, null], 0, [ones(2), ones(3)]), ShapeError, /xs\[0\] has 2 rows, xs\[1\] has 3, got \[3\]/, /first axis/],
    ["a length that differs", () => lax.scan((c: Loose) => [c, null], 0, ones(2), { length: 3 }), ShapeError, /length is 3 rows, xs has 2/, /first axis/],
    ["a length that is none", () => lax.scan((c: Loose) => [c, null], 0, null, { length: 1.5 }), ArgumentError, /length is 1\.5/, /whole number/],
    ["an unknown option", () => lax.scan((c: Loose) => [c, null], 0, ones(2), { reversed: true }), ArgumentError, /"reversed"/, /Did you mean reverse/],
    ["reverse that is no bool", () => lax.scan((c: Loose) => [c, null], 0, ones(2), { reverse: 1 }), ArgumentError, /reverse is 1/, /true or false/],
    ["unroll that is no count", () => lax.scan((c: Loose) => [c, null], 0, ones(2), { unroll: 0 }), ArgumentError, /unroll is 0/, /from 1 up/],
    ["another checkpoint", () => lax.scan((c: Loose) => [c, null], 0, ones(2), { checkpoint: "log" }), ArgumentError, /checkpoint is "log"/, /"sqrt"/],
  ),
  ...carries("lax.scan", (body, init = { w: ones(2) }) =>
    lax.scan(
      (c: Loose) => {
        const next = body(c.w as Loose);
        return next instanceof Promise ? next : [next, null];
      },
      init,
      ones(2),
    )),
  ...rowsOf(
    "lax.map",
    ["no function", () => lax.map(1, ones(2)), ArgumentError, /1 stands where the function/, /Pass a function/],
    ["a scalar", () => lax.map(same, 1), AxisError, /xs is a scalar/, /np\.array/],
    ["nothing to map over", () => lax.map(same, null), ArgumentError, /no xs tell/, /Pass xs/],
    ["a batch of none", () => lax.map(same, ones(2), { batchSize: 0 }), ArgumentError, /batchSize is 0/, /from 1 up/],
    ["an unknown option", () => lax.map(same, ones(2), { batch: 2 }), ArgumentError, /"batch"/, /Did you mean batchSize/],
    ["an async function", () => lax.map(async (x: Loose) => x, ones(2)), TreeError, /Promise/, /[Aa]wait/],
  ),
  ...rowsOf(
    "lax.associativeScan",
    ["no function", () => lax.associativeScan("add", ones(2)), ArgumentError, /"add" stands where the function/, /Pass a function/],
    ["a scalar", () => lax.associativeScan(np.add, 1), AxisError, /scalar/, /tensors with rows/],
    ["an axis out of range", () => lax.associativeScan(np.add, ones(2), { axis: 1 }), AxisError, /axis 1 .*rank 1/, /-1 to 0/],
    ["rows of two lengths", () => lax.associativeScan((a: Loose) => a, [ones(2), ones(3)]), ShapeError, /xs\[0\] has 2 rows, xs\[1\] has 3/, /first axis/],
    ["a result of another shape", () => lax.associativeScan((a: Loose) => np.sum(a), ones(3)), ShapeError, /the result must have the shape of the operands, got \[\] and \[1\]/, /many pairs at once/],
    ["a result of another dtype", () => lax.associativeScan(np.less, ones(3)), DTypeError, /the result .*bool and float64/, /np\.astype/],
    ["a result of another structure", () => lax.associativeScan((a: Loose) => [a], ones(3)), TreeError, /the result: expected a tensor, got an array of 1/, /same containers/],
    ["an unknown option", () => lax.associativeScan(np.add, ones(3), { axes: 0 }), ArgumentError, /"axes"/, /Did you mean axis/],
    ["reverse that is no bool", () => lax.associativeScan(np.add, ones(3), { reverse: 1 }), ArgumentError, /reverse is 1/, /true or false/],
    ["an async function", () => lax.associativeScan(async (a: Loose) => a, ones(3)), TreeError, /Promise/, /await data before/],
  ),
];
