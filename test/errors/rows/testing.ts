/** Misuse of the toolkit for tests: a slip there must not pass for a test that succeeded. */
import { ArgumentError, DTypeError, ShapeError, TreeError } from "cotangent";
import * as laxRoom from "cotangent/lax";
import * as room from "cotangent/testing";
import { type Loose, np, type Row, rowsOf } from "../harness.js";

const testing = room as unknown as Loose;
const named = (name: string): Loose => testing[name] as Loose;
const square = (x: unknown): unknown => np.multiply(x, x);
const domain = room.elementwiseDomain(1);
const primitive = (laxRoom as unknown as Loose).sin?.primitive;

// biome-ignore format: one row, one line
export const testingRows: readonly Row[] = [
  ...rowsOf(
    "testing.shapes",
    ["a bare rank", () => named("shapes")(2), ArgumentError, /2 stands where options/, /minRank/],
    ["an option misspelt", () => named("shapes")({ maxrank: 2 }), ArgumentError, /"maxrank"/, /Did you mean maxRank/],
    ["a negative size", () => named("shapes")({ minSize: -1 }), ArgumentError, /minSize is -1/, /whole number of 0 or more/],
    ["bounds exchanged", () => named("shapes")({ minRank: 3, maxRank: 1 }), ArgumentError, /minRank is 3, above maxRank/, /Exchange/],
  ),
  ...rowsOf(
    "testing.broadcastableShapes",
    ["no count", () => named("broadcastableShapes")(), ArgumentError, /count is null/, /whole number/],
    ["an option misspelt", () => named("broadcastableShapes")(2, { maxrank: 2 }), ArgumentError, /"maxrank"/, /Did you mean maxRank/],
  ),
  ...rowsOf(
    "testing.tensors",
    ["a bare shape", () => named("tensors")([2]), ArgumentError, /stands where options/, /dtype/],
    ["an unknown dtype", () => named("tensors")({ dtype: "float16" }), DTypeError, /"float16" is no dtype/, /float64/],
    ["a negative size", () => named("tensors")({ shape: [-2] }), ShapeError, /-2/, /A shape is/],
    ["bounds exchanged", () => named("tensors")({ min: 2, max: 1 }), ArgumentError, /min is 2, above max/, /Exchange/],
    ["a bound that is no number", () => named("tensors")({ min: "0" }), ArgumentError, /min is "0"/, /a number/],
  ),
  ...rowsOf(
    "testing.symmetricPositiveDefinite",
    ["no size", () => named("symmetricPositiveDefinite")(), ArgumentError, /n is null/, /whole number/],
    ["integers", () => named("symmetricPositiveDefinite")(2, { dtype: "int32" }), DTypeError, /int32/, /float64/],
  ),
  ...rowsOf("testing.trees", ["a tensor as leaf", () => named("trees")(np.ones([2])), ArgumentError, /the leaf is a tensor/, /arbitrary of fast-check/]),
  ...rowsOf(
    "testing.elementwiseDomain",
    ["no arity", () => named("elementwiseDomain")(), ArgumentError, /arity is null/, /1 or more/],
    ["one range instead of a list", () => named("elementwiseDomain")(1, { ranges: { min: 0, max: 1 } }), ArgumentError, /ranges is/, /a list/],
    ["bounds exchanged", () => named("elementwiseDomain")(1, { ranges: [{ min: 1, max: 0 }] }), ArgumentError, /min is 1, above max/, /Exchange/],
    ["an unknown dtype", () => named("elementwiseDomain")(1, { dtypes: ["float16"] }), DTypeError, /"float16" is no dtype/, /float64/],
    ["no dtypes", () => named("elementwiseDomain")(1, { dtypes: [] }), ArgumentError, /dtypes is/, /a list of them/],
    ["parameters that are no arbitrary", () => named("elementwiseDomain")(1, { p: 3 }), ArgumentError, /p is 3/, /arbitrary of fast-check/],
  ),
  ...rowsOf(
    "testing.programs",
    ["an option misspelt", () => named("programs")({ maxInstruction: 3 }), ArgumentError, /"maxInstruction"/, /Did you mean maxInstructions/],
    ["no instructions", () => named("programs")({ maxInstructions: 0 }), ArgumentError, /maxInstructions is 0/, /1 or more/],
    ["an operation that is none", () => named("programs")({ operations: { sin: 1 } }), ArgumentError, /operation sin is 1/, /by name/],
    ["no operations", () => named("programs")({ operations: {} }), ArgumentError, /no operations/, /programOperations/],
  ),
  ...(["checkGrads", "checkCustomRule"] as const).flatMap((name) =>
    rowsOf(
      `testing.${name}`,
      ["no function", () => named(name)(3, [1]), ArgumentError, /3 is no function/, /\(f\)/],
      ["arguments that are no list", () => named(name)(square, 1), ArgumentError, /the arguments are 1/, /one tree for each argument/],
      ["what is no tensor", () => named(name)(square, ["x"]), TreeError, /"x"/, /Leaves are/],
      ["an option misspelt", () => named(name)(square, [1], { orders: 2 }), ArgumentError, /"orders"/, /Did you mean order/],
      ["an order of 0", () => named(name)(square, [1], { order: 0 }), ArgumentError, /order is 0/, /1 or more/],
      ["a mode that is none", () => named(name)(square, [1], { modes: ["backward"] }), ArgumentError, /modes is "backward"/, /forward, reverse/],
      ["no modes", () => named(name)(square, [1], { modes: [] }), ArgumentError, /modes is/, /or one of them/],
      ["a reference that is none", () => named(name)(square, [1], { reference: "exact" }), ArgumentError, /reference is "exact"/, /central, richardson/],
      ["a step of 0", () => named(name)(square, [1], { step: 0 }), ArgumentError, /step is 0/, /a positive number/],
      ["a tolerance below 0", () => named(name)(square, [1], { rtol: -1 }), ArgumentError, /rtol is -1/, /0 or a positive/],
      ["no arguments", () => named(name)(() => 1, []), ArgumentError, /no leaf of the arguments is a float/, /is checked at float64/],
      ["integers alone", () => named(name)(square, [np.array([1], { dtype: "int32" })]), ArgumentError, /no leaf of the arguments is a float/, /is checked at float64/],
      ["arguments without elements", () => named(name)(square, [np.ones([0])]), ArgumentError, /no leaf of the arguments is a float with elements/, /is checked at float64/],
      ["a result of integers", () => named(name)((x: unknown) => np.argmax(x), [np.ones([2])]), ArgumentError, /no leaf of the result is a float/, /its result has floats/],
      ["a result without leaves", () => named(name)(() => [], [np.ones([2])]), ArgumentError, /no leaf of the result is a float/, /its result has floats/],
    ),
  ),
  ...(["forward", "reverse"] as const).flatMap((mode) =>
    rowsOf(
      "testing.checkGrads",
      [`NaN in ${mode} mode`, () => named("checkGrads")((x: unknown) => np.log(x), [-1], { modes: [mode] }), ArgumentError, /the derivative of .* is NaN or infinite/, /Check where the function is finite/],
    ),
  ),
  ...(["checkPrimitive", "checkLaw"] as const).flatMap((name) => {
    const check = (...args: readonly unknown[]): unknown => (name === "checkLaw" ? named(name)(room.laws[0], ...args) : named(name)(...args));
    return rowsOf(
      `testing.${name}`,
      ["a function instead of its primitive", () => check(square, domain), ArgumentError, /the function square is no primitive/, /sinc\.primitive/],
      ["no domain", () => check(primitive), ArgumentError, /is no domain/, /elementwiseDomain/],
      ["an option misspelt", () => check(primitive, domain, { run: 3 }), ArgumentError, /"run"/, /Did you mean runs/],
      ["no runs", () => check(primitive, domain, { runs: 0 }), ArgumentError, /runs is 0/, /1 or more/],
    );
  }),
  ...rowsOf(
    "testing.checkLaw",
    ["a law of derivatives for integers", () => named("checkLaw")(room.laws.find((law) => /linear in the tangents/.test(law.name)), primitive, { ...domain, dtypes: ["int32"] }), ArgumentError, /says nothing about sin with int32/, /Give the domain float64/],
  ),
  ...rowsOf("testing.checkLaw", ["the name of a law", () => named("checkLaw")("linear", primitive, domain), ArgumentError, /"linear" is no law/, /one of laws/]),
];
