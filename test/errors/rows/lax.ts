/** Misuse of the primitives' plain forms: nothing is converted or broadcast there, and everything is checked. */
import { ArgumentError, AxisError, DTypeError, IndexError, ShapeError, UnboundAxisError } from "cotangent";
import { type Loose, lax, np, type Row, rowsOf } from "../harness.js";

// biome-ignore format: one row, one line
const t = (...shape: number[]): Loose => np.ones(shape);
// biome-ignore format: one row, one line
const as = (dtype: string, ...shape: number[]): Loose => np.ones(shape, { dtype });
// biome-ignore format: one row, one line
const bool = (): Loose => np.ones([2], { dtype: "bool" });

type Name = keyof typeof lax;
// biome-ignore format: one row, one line
const primitiveNames: Partial<Record<Name, string>> = {
  convertElementType: "convert",
  dotGeneral: "dot",
  reduceSum: "sum",
  reduceProd: "prod",
};
// biome-ignore format: one row, one line
const named = (name: Name): string => primitiveNames[name] ?? name;

// biome-ignore format: one row, one line
const noTensor = (name: Name, ...rest: readonly unknown[]): readonly Row[] =>
  rowsOf(
    `lax.${name}`,
    ["a number", () => lax[name](2, ...rest), ArgumentError, /2 is no tensor/, /np\.array makes one/, named(name)],
    ["nothing", () => lax[name](), ArgumentError, /a missing value is no tensor/, /take tensors/, named(name)],
    ["nested arrays", () => lax[name]([[1, 2]], ...rest), ArgumentError, /\[\[\.\.\.\]\] is no tensor/, /take tensors/, named(name)],
  );

// biome-ignore format: one row, one line
// biome-ignore format: a list of names
const floats = [
  "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "cos", "cosh", "erf", "erfc", "erfInv",
  "exp", "expm1", "lgamma", "log", "log1p", "logistic", "sin", "sinh", "sqrt", "tan", "tanh",
] as const;
// biome-ignore format: one row, one line
const numbers = ["abs", "ceil", "floor", "neg", "round", "sign", "trunc"] as const;
// biome-ignore format: one row, one line
// biome-ignore format: a list of names
const pairs = [
  "add", "atan2", "div", "eq", "ge", "gt", "le", "lt", "max", "min", "mul", "ne", "pow", "rem", "sub",
] as const;
// biome-ignore format: one row, one line
const bits = ["and", "or", "xor", "shiftLeft", "shiftRightArithmetic", "shiftRightLogical"] as const;

// biome-ignore format: one row, one line
const elementwise: readonly Row[] = [
  ...floats.flatMap((name) => [
    ...noTensor(name),
    ...rowsOf(`lax.${name}`, ["integers", () => lax[name](as("int32", 2)), DTypeError, /int32/, /float64 or float32 is needed.*np\.astype/]),
  ]),
  ...numbers.flatMap((name) => [
    ...noTensor(name),
    ...rowsOf(`lax.${name}`, ["bools", () => lax[name](bool()), DTypeError, /bool/, /a float or integer dtype is needed/]),
  ]),
  ...pairs.flatMap((name) => [
    ...noTensor(name, t(2)),
    ...rowsOf(
      `lax.${name}`,
      ["one operand", () => lax[name](t(2)), ArgumentError, /a missing value is no tensor/, /take tensors/],
      ["shapes that differ", () => lax[name](t(2, 3), t(3)), ShapeError, /\[2, 3\] and \[3\]/, /Broadcast first/],
      ["dtypes that differ", () => lax[name](t(2), as("float32", 2)), DTypeError, /float64 with float32/, /one dtype for all operands/],
    ),
  ]),
  ...bits.flatMap((name) => [
    ...noTensor(name, as("int32", 2)),
    ...rowsOf(`lax.${name}`, ["floats", () => lax[name](t(2), t(2)), DTypeError, /float64/, /an integer dtype/]),
  ]),
  ...(["isFinite", "not"] as const).flatMap((name) => noTensor(name)),
  ...rowsOf("lax.not", ["floats", () => lax.not(t(2)), DTypeError, /float64/, /an integer dtype or bool/]),
  ...rowsOf(
    "lax.select",
    ["a condition of numbers", () => lax.select(t(2), t(2), t(2)), DTypeError, /float64/, /a bool condition/],
    ["branches of two dtypes", () => lax.select(bool(), t(2), as("int32", 2)), DTypeError, /float64 with int32/, /one dtype/],
    ["shapes that differ", () => lax.select(bool(), t(3), t(3)), ShapeError, /\[2\] and \[3\] and \[3\]/, /np\.where broadcasts/],
  ),
  ...noTensor("convertElementType", "int32"),
  ...rowsOf("lax.convertElementType", ["an unknown dtype", () => lax.convertElementType(t(2), "float16"), DTypeError, /"float16"/, /Known are/, "convert"]),
  ...noTensor("integerPow", 2),
  ...rowsOf("lax.integerPow", ["a fraction", () => lax.integerPow(t(2), 0.5), ArgumentError, /0.5 is no whole number/, /such as 2/]),
  ...noTensor("polygamma", 1),
  ...rowsOf(
    "lax.polygamma",
    ["an order of text", () => lax.polygamma(t(2), "1"), ArgumentError, /"1" is no whole number/, /such as 1/],
    ["a negative order", () => lax.polygamma(t(2), -1), ArgumentError, /-1/, /from 0 up/],
  ),
];

// biome-ignore format: one row, one line
const overAxes = (["reduceSum", "reduceProd", "reduceMax", "reduceMin", "reverse"] as const).flatMap(
  (name) => [
    ...noTensor(name, [0]),
    ...rowsOf(
      `lax.${name}`,
      ["no axes", () => lax[name](t(2)), AxisError, /a missing value is no axis/, /whole numbers/, named(name)],
      ["an axis out of range", () => lax[name](t(2), [1]), AxisError, /axis 1 .* rank 1/, /-1 to 0/, named(name)],
      ["a fraction", () => lax[name](t(2), [0.5]), AxisError, /0.5 is no axis/, /whole numbers/, named(name)],
      ["an axis twice", () => lax[name](t(2, 2), [0, 0]), AxisError, /axis 0 is named twice/, /each axis once/, named(name)],
    ),
  ],
);
// biome-ignore format: one row, one line
const overAxis = (["argMax", "argMin", "argsort", "sort"] as const).flatMap((name) => [
  ...noTensor(name, 0),
  ...rowsOf(
    `lax.${name}`,
    ["no axis", () => lax[name](t(2)), AxisError, /a missing value is no axis/, /whole numbers/],
    ["an axis out of range", () => lax[name](t(2), 1), AxisError, /axis 1 .* rank 1/, /-1 to 0/],
  ),
]);
// biome-ignore format: one row, one line
const extremes = (["reduceMax", "reduceMin"] as const).flatMap((name) =>
  rowsOf(`lax.${name}`, ["no elements", () => lax[name](t(0), [0]), ShapeError, /no elements .* \[0\]/, /Check the size/, name.slice(6).toLowerCase()]),
);
// biome-ignore format: one row, one line
const noElements = (["argMax", "argMin"] as const).flatMap((name) =>
  rowsOf(`lax.${name}`, ["no elements", () => lax[name](t(0), 0), ShapeError, /\[0\]/, /Check the size/]),
);

// biome-ignore format: one row, one line
const pairing = { contract: [[1], [0]], batch: [[], []] };
// biome-ignore format: one row, one line
const frame = { value: 0, low: [1], high: [0], interior: [0] };
// biome-ignore format: one row, one line
const indexing = { batchAxes: 0, indexedAxes: 1 };
// biome-ignore format: one row, one line
const places = (): Loose => as("int32", 2, 1);
// biome-ignore format: one row, one line
const structural: readonly Row[] = [
  ...noTensor("cumulative", { op: "add", axis: 0, reverse: false }),
  ...rowsOf(
    "lax.cumulative",
    ["no parameters", () => lax.cumulative(t(2)), ArgumentError, /a missing value stands/, /op, axis, reverse/],
    ["an unknown op", () => lax.cumulative(t(2), { op: "sub", axis: 0, reverse: false }), ArgumentError, /"sub"/, /add, mul, max or min/],
    ["an axis out of range", () => lax.cumulative(t(2), { op: "add", axis: 1, reverse: false }), AxisError, /axis 1/, /-1 to 0/],
    ["bools", () => lax.cumulative(bool(), { op: "add", axis: 0, reverse: false }), DTypeError, /bool/, /a number dtype/],
  ),
  ...noTensor("reshape", [1]),
  ...rowsOf(
    "lax.reshape",
    ["a size that does not fit", () => lax.reshape(t(3), [2]), ShapeError, /\[3\] and \[2\]/, /must stay the same/],
    ["a negative size", () => lax.reshape(t(3), [-1]), ShapeError, /\[-1\] is no shape/, /none negative/],
  ),
  ...noTensor("permute", [0]),
  ...rowsOf("lax.permute", ["an order that is none", () => lax.permute(t(2, 3), [0]), AxisError, /\[0\] is no order .* \[2, 3\]/, /each axis once/]),
  ...noTensor("broadcast", { shape: [2], axes: [] }),
  ...rowsOf(
    "lax.broadcast",
    ["no parameters", () => lax.broadcast(t(2)), ArgumentError, /a missing value/, /shape, axes/],
    ["axes that do not fit", () => lax.broadcast(t(2), { shape: [3], axes: [0] }), ShapeError, /\[2\] and \[3\]/, /rising order/],
  ),
  ...noTensor("pad", frame),
  ...rowsOf(
    "lax.pad",
    ["no parameters", () => lax.pad(t(2), 1), ArgumentError, /1 stands where/, /low, high, interior/],
    ["widths for other axes", () => lax.pad(t(2, 2), frame), IndexError, /low is \[1\] for shape \[2, 2\]/, /one for each axis/],
    ["a negative interior", () => lax.pad(t(2), { ...frame, interior: [-1] }), IndexError, /interior is \[-1\]/, /one for each axis/],
  ),
  ...noTensor("slice", { start: [0], stop: [1], step: null }),
  ...rowsOf(
    "lax.slice",
    ["bounds beyond the axis", () => lax.slice(t(2), { start: [0], stop: [3], step: null }), ShapeError, /\[0\] to \[3\] .* \[2\]/, /np\.slice/],
    ["a fraction", () => lax.slice(t(2), { start: [0.5], stop: [1], step: null }), IndexError, /start is \[0.5\]/, /whole numbers/],
  ),
  ...rowsOf(
    "lax.concatenate",
    ["no list", () => lax.concatenate(t(2), 0), ArgumentError, /no list of operands/, /in one array/],
    ["an empty list", () => lax.concatenate([], 0), ArgumentError, /\[\] is no list/, /in one array/],
    ["an axis out of range", () => lax.concatenate([t(2)], 1), AxisError, /axis 1/, /-1 to 0/],
    ["shapes that differ", () => lax.concatenate([t(2, 3), t(2, 4)], 0), ShapeError, /\[2, 3\] and \[2, 4\]/, /np\.stack/],
    ["dtypes that differ", () => lax.concatenate([t(2), bool()], 0), DTypeError, /float64 with bool/, /one dtype/],
  ),
  ...noTensor("dynamicSlice", as("int32", 1), [1]),
  ...rowsOf(
    "lax.dynamicSlice",
    ["starts of floats", () => lax.dynamicSlice(t(3), t(1), [2]), DTypeError, /float64/, /int32 for the starts/],
    ["a size beyond the axis", () => lax.dynamicSlice(t(3), as("int32", 1), [4]), ShapeError, /\[3\] and \[4\]/, /static numbers/],
  ),
  ...rowsOf(
    "lax.dynamicUpdateSlice",
    ["two operands", () => lax.dynamicUpdateSlice([t(3), t(1)]), ArgumentError, /no list of 3 operands/, /in one array/],
    ["an update that does not fit", () => lax.dynamicUpdateSlice([t(3), t(4), as("int32", 1)]), ShapeError, /\[3\] and \[4\]/, /same rank/],
    ["an update of another dtype", () => lax.dynamicUpdateSlice([t(3), bool(), as("int32", 1)]), DTypeError, /float64 with bool/, /one dtype/],
  ),
  ...noTensor("gather", places(), indexing),
  ...rowsOf(
    "lax.gather",
    ["indices of floats", () => lax.gather(t(3), t(2, 1), indexing), ShapeError, /int32 indices/, /np\.take/],
    ["no parameters", () => lax.gather(t(3), places()), ArgumentError, /a missing value/, /batchAxes, indexedAxes/],
  ),
  ...(["scatterAdd", "scatterMax", "scatterMin", "scatterMul", "scatterSet"] as const).flatMap((name) =>
    rowsOf(
      `lax.${name}`,
      ["no list", () => lax[name](t(3), places(), t(2)), ArgumentError, /no list of 3 operands/, /in one array/],
      ["updates of another shape", () => lax[name]([t(3), places(), t(3)], indexing), ShapeError, /\[3\] and \[2\]/, /np\.at/, "scatter"],
      ["updates of another dtype", () => lax[name]([t(3), places(), bool()], indexing), DTypeError, /float64 with bool/, /one dtype/],
    ),
  ),
  ...noTensor("dotGeneral", t(2), pairing),
  ...rowsOf(
    "lax.dotGeneral",
    ["sizes that differ", () => lax.dotGeneral(t(2, 3), t(2, 3), pairing), ShapeError, /\[2, 3\] and \[2, 3\]/, /np\.matmul/, "dot"],
    ["an axis out of range", () => lax.dotGeneral(t(2), t(2), pairing), AxisError, /axis 1/, /-1 to 0/, "dot"],
    ["axes that are no pairs", () => lax.dotGeneral(t(2), t(2), { contract: [0, 0], batch: [] }), ArgumentError, /\[0, 0\] is no pair/, /\[left axes, right axes\]/, "dot"],
  ),
  ...rowsOf(
    "lax.threefry",
    ["floats", () => lax.threefry([t(1), t(1), t(1), t(1)]), ShapeError, /four uint32 operands/, /Broadcast keys/],
    ["three operands", () => lax.threefry([t(1)]), ArgumentError, /no list of 4 operands/, /in one array/],
  ),
  ...(["pmax", "pmin"] as const).flatMap((name) => [
    ...noTensor(name, "i"),
    ...rowsOf(
      `lax.${name}`,
      ["no axis name", () => lax[name](t()), ArgumentError, /a missing value/, /axisName/],
      ["outside vmap", () => lax[name](t(), "i"), UnboundAxisError, /"i"/, /axisName: "i"/],
    ),
  ]),
  ...rowsOf(
    "lax.axisIndex",
    ["no name", () => lax.axisIndex(), ArgumentError, /a missing value/, /axisName/],
    ["outside vmap", () => lax.axisIndex("i"), UnboundAxisError, /"i"/, /axisName: "i"/],
  ),
  ...(["elementwise", "elementwise2", "elementwiseWith"] as const).flatMap((name) =>
    rowsOf(
      `lax.${name}`,
      ["nothing", () => lax[name](), ArgumentError, /lacks its field name/, /Required are name/],
      ["no derivative", () => lax[name]({ name: "f", op: "sin", expr: () => 1, key: () => "", accepts: "float" }), ArgumentError, /lacks its field tangents?/, /Required are/],
    ),
  ),
];

export const laxRows: readonly Row[] = [
  ...elementwise,
  ...overAxes,
  ...overAxis,
  ...extremes,
  ...noElements,
  ...structural,
];
