/** Misuse of the array API: one row of every kind for every function that takes such an argument. */
import { ArgumentError, AxisError, DTypeError, ShapeError } from "cotangent";
import { type Loose, np, type Row, rowsOf } from "../harness.js";

type Name = keyof typeof np;
// biome-ignore format: one row, one line
const t = (...shape: number[]): Loose => np.ones(shape);

/** Other names of functions: messages have the name of the function itself. */
// biome-ignore format: one row, one line
const aliases: Partial<Record<Name, string>> = {
  absolute: "abs",
  asarray: "array",
  degrees: "rad2deg",
  div: "divide",
  divmod: "floorDivide",
  fix: "trunc",
  identity: "eye",
  invert: "bitwiseNot",
  mod: "remainder",
  mul: "multiply",
  neg: "negative",
  pow: "power",
  radians: "deg2rad",
  sub: "subtract",
  trueDivide: "divide",
};
// biome-ignore format: one row, one line
const named = (name: Name): string => aliases[name] ?? name;

/** Values that are no tensors, by what the message calls them. */
// biome-ignore format: one row, one line
const strangers: readonly (readonly [string, unknown, RegExp])[] = [
  ["a function", Math.sin, /the function sin is no tensor/],
  ["a Promise", Promise.resolve(1), /a Promise \(await it first\) is no tensor/],
  ["text", "1", /"1" is no tensor/],
  ["a plain object", { a: 1 }, /an object with keys a is no tensor/],
  ["null", null, /null is no tensor/],
  ["nothing", undefined, /a missing value is no tensor/],
  ["a bigint", 10n, /the bigint 10n is no tensor/],
  ["a class instance", new Date(0), /an instance of Date is no tensor/],
];

/** Rows for one tensor argument: the call puts the value where it goes. */
// biome-ignore format: one row, one line
const tensorArgument = (
  name: Name,
  put: (x: unknown) => unknown,
  where = " for a tensor",
): readonly Row[] => [
  ...strangers.flatMap(([what, value, says]) =>
    rowsOf(`np.${name}`, [`${what}${where}`, () => put(value), ArgumentError, says, /Pass a tensor, a number, a boolean, a typed array/, named(name)]),
  ),
  ...rowsOf(
    `np.${name}`,
    [`ragged arrays${where}`, () => put([[1], [2, 3]]), ShapeError, /ragged/, /same length and depth/, named(name)],
    [`text inside arrays${where}`, () => put([1, "2"]), ArgumentError, /"2" inside nested arrays/, /numbers, booleans or tensors/, named(name)],
    [`a typed array of 64-bit integers${where}`, () => put(new BigInt64Array(2)), DTypeError, /BigInt64Array/, /8 to 32 bits/, named(name)],
  ),
];

// biome-ignore format: one row, one line
// biome-ignore format: a list of names
const unary = [
  "abs", "absolute", "negative", "neg", "positive", "sign", "square", "reciprocal", "cbrt", "exp", "exp2",
  "expm1", "log", "log1p", "log2", "log10", "rsqrt", "sqrt", "ceil", "fix", "floor", "rint", "round",
  "trunc", "signbit", "nanToNum", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "cos",
  "cosh", "deg2rad", "degrees", "rad2deg", "radians", "sin", "sinc", "sinh", "tan", "tanh", "isfinite",
  "isinf", "isnan", "logicalNot", "bitwiseNot", "invert", "ravel", "matrixTranspose", "atleast1d",
  "atleast2d", "atleast3d", "nonzero", "argwhere", "flatnonzero", "diag", "diagflat", "tril", "triu", "vander", "zerosLike",
  "onesLike", "array", "asarray", "broadcastArrays", "clip",
] as const satisfies readonly Name[];
// biome-ignore format: one row, one line
// biome-ignore format: a list of names
const binary = [
  "add", "subtract", "sub", "multiply", "mul", "divide", "div", "trueDivide", "power", "pow",
  "floatPower", "remainder", "mod", "fmod", "floorDivide", "divmod", "maximum", "minimum", "fmax", "fmin",
  "copysign", "heaviside", "hypot", "logaddexp", "logaddexp2", "arctan2", "equal", "notEqual", "less",
  "lessEqual", "greater", "greaterEqual", "isclose", "allclose", "logicalAnd", "logicalOr", "logicalXor",
] as const satisfies readonly Name[];
// biome-ignore format: one row, one line
// biome-ignore format: a list of names
const bitwise = [
  "bitwiseAnd", "bitwiseOr", "bitwiseXor", "leftShift", "rightShift",
] as const satisfies readonly Name[];
// biome-ignore format: one row, one line
// biome-ignore format: a list of names
const products = [
  "matmul", "dot", "vdot", "inner", "matvec", "vecdot", "tensordot", "cross",
] as const satisfies readonly Name[];
// biome-ignore format: one row, one line
// biome-ignore format: a list of names
const reductions = [
  "sum", "mean", "max", "min", "prod", "ptp", "nansum", "nanmean", "all", "any", "countNonzero", "var",
  "std", "average", "median", "logsumexp", "norm", "nanmax", "nanmin", "nanprod", "nanvar", "nanstd",
  "nanmedian",
] as const satisfies readonly Name[];
// biome-ignore format: one row, one line
// biome-ignore format: a list of names
const oneAxis = [
  "argmax", "argmin", "cumsum", "cumprod", "cummax", "cummin", "sort", "argsort",
  "cumlogsumexp", "nanargmax", "nanargmin", "nancumsum", "nancumprod",
] as const satisfies readonly Name[];

// biome-ignore format: one row, one line
const elementwise: readonly Row[] = [
  ...unary.flatMap((name) => tensorArgument(name, (x) => np[name](x))),
  ...[...binary, ...bitwise].flatMap((name) => [
    ...tensorArgument(name, (x) => np[name](x, [1, 0]), " on the left"),
    ...tensorArgument(name, (x) => np[name]([1, 0], x), " on the right"),
    ...(name === "leftShift" || name === "rightShift" || name.startsWith("bitwise")
      ? rowsOf(
          `np.${name}`,
          ["floats", () => np[name](t(2), t(2)), DTypeError, /float64/, /an integer dtype or bool/],
          ["shapes that do not meet", () => np[name](np.zeros([2, 3], { dtype: "int32" }), np.zeros([4], { dtype: "int32" })), ShapeError, /\[2, 3\] and \[4\]/, /equal or 1.*np\.expandDims/],
        )
      : rowsOf(`np.${name}`, [
          "shapes that do not meet",
          () => np[name](t(2, 3), t(4)),
          ShapeError,
          /\[2, 3\] and \[4\]: axis 1 has sizes 3 and 4/,
          /equal or 1.*np\.expandDims/,
          named(name),
        ])),
  ]),
  ...(["subtract", "negative", "sign", "floor", "floorDivide", "remainder", "fmod"] as const).flatMap(
    (name) =>
      rowsOf(`np.${name}`, ["bools", () => np[name]([true], [true]), DTypeError, /bool/, /a number dtype.*np\.astype/]),
  ),
  ...(["add", "subtract", "multiply", "maximum", "less", "equal"] as const).flatMap((name) =>
    rowsOf(
      `np.${name}`,
      ["a number that int8 cannot hold", () => np[name](np.ones([2], { dtype: "int8" }), 300), DTypeError, /300 is out of range for int8/, /wider dtype/],
      ["a negative number with uint8", () => np[name](np.ones([2], { dtype: "uint8" }), -1), DTypeError, /-1 is out of range for uint8/, /wider dtype/],
    ),
  ),
  ...rowsOf(
    "np.power",
    ["a negative power of integers", () => np.power(np.ones([2], { dtype: "int32" }), -1), ArgumentError, /negative exponents/, /np\.astype/],
    ["negative powers of integers", () => np.power(np.ones([1], { dtype: "int32" }), np.array([-1], { dtype: "int32" })), ArgumentError, /negative exponents/, /np\.astype/],
  ),
  ...tensorArgument("integerPow", (x) => np.integerPow(x, 2)),
  ...rowsOf("np.integerPow", ["a fraction", () => np.integerPow(2, 0.5), ArgumentError, /0.5 is not whole/, /np\.power takes/]),
  ...rowsOf("np.round", ["decimals that are not whole", () => np.round(1, 0.5), ArgumentError, /decimals is 0.5/, /np\.round\(x, 2\)/]),
  ...rowsOf("np.clip", ["bounds that do not meet", () => np.clip(t(2, 3), t(4)), ShapeError, /\[2, 3\] and \[4\]/, /equal or 1/]),
  ...rowsOf("np.nanToNum", ["an option misspelt", () => np.nanToNum(1, { NaN: 0 }), ArgumentError, /"NaN"/, /Did you mean nan/]),
  ...(["isclose", "allclose", "arrayEqual"] as const).flatMap((name) =>
    rowsOf(
      `np.${name}`,
      ["an option misspelt", () => np[name](1, 1, { equalNaN: true }), ArgumentError, /"equalNaN"/, /Did you mean equalNan/],
      ["a bare tolerance", () => np[name](1, 1, 1e-3), ArgumentError, /0.001 stands where options/, /in an object/],
    ),
  ),
  ...tensorArgument("arrayEqual", (x) => np.arrayEqual(1, x)),
  ...tensorArgument("where", (x) => np.where(true, x, 0)),
  ...tensorArgument("where", (x) => np.where(x, 1, 0), " as condition"),
  ...rowsOf(
    "np.where",
    ["one argument", () => np.where([true]), ArgumentError, /a missing value is no tensor/, /Pass a tensor/],
    ["shapes that do not meet", () => np.where([true, false], t(3), 0), ShapeError, /\[2\] and \[3\]/, /equal or 1/],
  ),
  ...rowsOf(
    "np.select",
    ["no lists", () => np.select(true, 1), ArgumentError, /true is no list/, /in arrays/],
    ["too few choices", () => np.select([true, false], [1]), ArgumentError, /2 conditions and 1 choices/, /one choice for each/],
    ["none", () => np.select([], []), ArgumentError, /0 conditions/, /at least one/],
  ),
  ...tensorArgument("astype", (x) => np.astype(x, "int32")),
  ...rowsOf(
    "np.astype",
    ["an unknown dtype", () => np.astype(1, "int64"), DTypeError, /"int64" is no dtype/, /Known are float64/],
    ["no dtype", () => np.astype(1), DTypeError, /a missing value is no dtype/, /Known are/],
  ),
];

// biome-ignore format: one row, one line
const overAxes: readonly Row[] = [
  ...[...reductions, ...oneAxis].flatMap((name) => [
    ...tensorArgument(name, (x) => np[name](x)),
    ...rowsOf(
      `np.${name}`,
      ["a bare axis", () => np[name](t(2, 3), 0), ArgumentError, /0 stands where options/, /in an object, such as \{ axis/],
      ["axes for axis", () => np[name](t(2, 3), { axes: 0 }), ArgumentError, /"axes"/, /Did you mean axis/],
      ["an option that is not there", () => np[name](t(2, 3), { dim: 0 }), ArgumentError, /"dim"/, /The options are axis/],
      ["an axis out of range", () => np[name](t(2, 3), { axis: 2 }), AxisError, /axis 2 .* rank 2/, /-2 to 1/],
      ["an axis below the range", () => np[name](t(2, 3), { axis: -3 }), AxisError, /axis -3 .* rank 2/, /-2 to 1/],
      ["an axis of a scalar", () => np[name](1, { axis: 0 }), AxisError, /axis 0 .* rank 0/, /a scalar has no axes/],
      ["a fractional axis", () => np[name](t(2, 3), { axis: 0.5 }), AxisError, /0.5 is no axis/, /whole numbers/],
      ["an axis of text", () => np[name](t(2, 3), { axis: "0" }), AxisError, /"0" is no axis/, /whole numbers/],
    ),
  ]),
  ...reductions.flatMap((name) =>
    rowsOf(
      `np.${name}`,
      ["an axis twice", () => np[name](t(2, 3), { axis: [0, -2] }), AxisError, /axis -2 is named twice/, /each axis once/],
      ["keepDims", () => np[name](t(2, 3), { axis: 0, keepDims: true }), ArgumentError, /"keepDims"/, /Did you mean keepdims/],
      ["keepdims of a number", () => np[name](t(2, 3), { axis: 0, keepdims: 1 }), ArgumentError, /keepdims is 1/, /true or false/],
    ),
  ),
  ...(["max", "min", "ptp", "argmax", "argmin", "median", "nanmax", "nanargmin", "nanmedian"] as const).flatMap((name) =>
    rowsOf(`np.${name}`, ["no elements", () => np[name](t(0)), ShapeError, /no elements .* \[0\]/, /Check the size/]),
  ),
  ...(["max", "min", "nanmax", "nanmin"] as const).flatMap((name) =>
    rowsOf(`np.${name}`, ["where without initial", () => np[name](t(2), { where: [true, false] }), ArgumentError, /for when nothing is selected/, /initial/]),
  ),
  ...(["sum", "mean", "prod"] as const).flatMap((name) =>
    rowsOf(`np.${name}`, ["a mask that does not meet", () => np[name](t(3), { where: [true, false] }), ShapeError, /\[2\] and \[3\]|\[3\] and \[2\]/, /equal or 1/]),
  ),
  ...rowsOf("np.average", ["weights that do not fit", () => np.average(t(2, 3), { weights: t(2) }), ShapeError, /\[2, 3\] and \[2\]/, /one weight for each/]),
  ...rowsOf(
    "np.norm",
    ["an ord that is none", () => np.norm(t(2), { ord: "fro" }), ArgumentError, /vectors with ord "fro"/, /vectors all numbers/],
    ["an ord of matrices that is none", () => np.norm(t(2, 2), { ord: 3 }), ArgumentError, /matrices with ord 3/, /"fro", 1, -1/],
    ["three axes", () => np.norm(t(2, 2, 2), { ord: 1 }), ArgumentError, /3 axes/, /one axis or two/],
  ),
];

// biome-ignore format: one row, one line
const contractions: readonly Row[] = [
  ...products.flatMap((name) => [
    ...tensorArgument(name, (x) => np[name](x, [1, 2, 3]), " on the left"),
    ...tensorArgument(name, (x) => np[name]([1, 2, 3], x), " on the right"),
  ]),
  ...(["matmul", "dot", "inner", "matvec", "vecdot"] as const).flatMap((name) =>
    rowsOf(`np.${name}`, ["sizes that do not fit", () => np[name](t(2, 3), t(4)), ShapeError, /\[2, 3\] and \[4\]/, /./]),
  ),
  ...rowsOf(
    "np.matmul",
    ["a scalar", () => np.matmul(t(2, 2), 2), ShapeError, /scalars.*\[2, 2\] and \[\]/, /np\.multiply/],
    ["batches that do not meet", () => np.matmul(t(2, 3, 3), t(4, 3, 3)), ShapeError, /\[2\] and \[4\]|\[2, 3, 3\] and \[4, 3, 3\]/, /equal or 1/],
  ),
  ...rowsOf("np.vdot", ["sizes that differ", () => np.vdot(t(2), t(3)), ShapeError, /\[2\] and \[3\]/, /equal sizes/]),
  ...rowsOf(
    "np.tensordot",
    ["sizes that differ", () => np.tensordot(t(2, 3), t(2, 3), 1), ShapeError, /\[2, 3\] and \[2, 3\]/, /equal sizes/],
    ["too many axes", () => np.tensordot(t(2), t(2), 2), ArgumentError, /2 axes cannot meet/, /a pair of lists/],
    ["axes that are none", () => np.tensordot(t(2), t(2), "1"), ArgumentError, /"1" names no axes/, /a pair of lists/],
  ),
  ...rowsOf("np.cross", ["vectors of 4", () => np.cross(t(4), t(4)), ShapeError, /\[4\] and \[4\]/, /\{ axis \}/]),
  ...(["vecdot", "cross"] as const).flatMap((name) =>
    rowsOf(
      `np.${name}`,
      ["an axis out of range", () => np[name](t(3), t(3), { axis: 1 }), AxisError, /axis 1/, /-1 to 0/],
      ["an option misspelt", () => np[name](t(3), t(3), { axes: 0 }), ArgumentError, /"axes"/, /Did you mean axis/],
    ),
  ),
  ...(["outer", "kron"] as const).flatMap((name) => tensorArgument(name, (x) => np[name](x, [1, 2]))),
  ...rowsOf(
    "np.multiDot",
    ["one matrix", () => np.multiDot([t(2, 2)]), ArgumentError, /at least two/, /in an array/],
    ["no list", () => np.multiDot(t(2, 2), t(2, 2)), ArgumentError, /at least two/, /in an array/],
    ["a cube", () => np.multiDot([t(2, 2), t(2, 2, 2)]), ShapeError, /\[2, 2\] and \[2, 2, 2\]/, /np\.matmul/],
  ),
  ...tensorArgument("einsum", (x) => np.einsum("ij->ji", x)),
  ...rowsOf(
    "np.einsum",
    ["no subscripts", () => np.einsum(t(2)), ArgumentError, /no text of subscripts/, /come first/],
    ["too few operands", () => np.einsum("ij,jk->ik", t(2, 2)), ArgumentError, /names 2 operands, but 1/, /"ij,jk->ik"/],
    ["a letter that is none", () => np.einsum("i1->i", t(2, 2)), ArgumentError, /has "1"/, /one letter for each axis/],
    ["two arrows", () => np.einsum("i->i->i", t(2)), ArgumentError, /more than one/, /one letter/],
    ["a letter of the result only", () => np.einsum("i->ij", t(2)), ArgumentError, /"j" in the result only/, /one letter/],
    ["a letter twice in the result", () => np.einsum("i->ii", t(2)), ArgumentError, /"i" twice/, /one letter/],
    ["letters for other axes", () => np.einsum("ijk->i", t(2, 3)), ShapeError, /"ijk".*operand 0.*\[2, 3\]/, /one letter for each axis/],
    ["a letter of two sizes", () => np.einsum("ij,jk->ik", t(2, 3), t(4, 5)), ShapeError, /label j has sizes 3 and 4.*\[2, 3\] and \[4, 5\]/, /One label has one size/],
  ),
];

// biome-ignore format: one row, one line
const sequences: readonly Row[] = [
  ...(["quantile", "percentile", "nanquantile", "nanpercentile"] as const).flatMap((name) => [
    ...tensorArgument(name, (x) => np[name](x, 0.5)),
    ...tensorArgument(name, (x) => np[name]([1, 2], x), " for the fraction"),
    ...rowsOf(
      `np.${name}`,
      ["a fraction below 0", () => np[name](t(3), -0.5), ArgumentError, /-0\.5 lies outside of 0 to/, /np\.(percentile|quantile) counts/],
      ["a fraction above all", () => np[name](t(3), [0.5, 101]), ArgumentError, /101 lies outside of 0 to/, /np\.(percentile|quantile) counts/],
      ["a method that is none", () => np[name](t(3), 0.5, { method: "cubic" }), ArgumentError, /"cubic" is no method/, /Methods are linear, lower/],
      ["no elements", () => np[name](t(0), 0.5), ShapeError, /no elements .* \[0\]/, /Check the size/],
      ["an axis out of range", () => np[name](t(2, 3), 0.5, { axis: 2 }), AxisError, /axis 2 .* rank 2/, /-2 to 1/],
    ),
  ]),
  ...tensorArgument("diff", (x) => np.diff(x)),
  ...rowsOf("np.diff", ["a negative number of times", () => np.diff(t(3), { n: -1 }), ArgumentError, /n is -1/, /whole number from 0/], ["a scalar", () => np.diff(1), AxisError, /rank 0/, /no axes/]),
  ...tensorArgument("trapezoid", (x) => np.trapezoid(x)),
  ...rowsOf("np.trapezoid", ["points of another number", () => np.trapezoid(t(2, 3), { x: t(2) }), ShapeError, /\[2, 3\] and \[2\]/, /one point for each sample/], ["a bare distance", () => np.trapezoid(t(3), 0.5), ArgumentError, /0\.5 stands where options/, /in an object/]),
  ...(["convolve", "correlate"] as const).flatMap((name) => [
    ...tensorArgument(name, (x) => np[name](x, [1, 2]), " on the left"),
    ...tensorArgument(name, (x) => np[name]([1, 2], x), " on the right"),
    ...rowsOf(`np.${name}`, ["a matrix", () => np[name](t(2, 2), t(2)), ShapeError, /\[2, 2\] and \[2\]/, /with vmap/], ["nothing to slide", () => np[name](t(2), t(0)), ShapeError, /\[2\] and \[0\]/, /with vmap/], ["a mode that is none", () => np[name](t(2), t(2), { mode: "circular" }), ArgumentError, /"circular" is no mode/, /full, same and valid/]),
  ]),
  ...tensorArgument("polyval", (x) => np.polyval(x, 1), " for coefficients"),
  ...tensorArgument("polyval", (x) => np.polyval([1, 2], x), " for the point"),
  ...rowsOf("np.polyval", ["a scalar for coefficients", () => np.polyval(1, 2), ShapeError, /no scalar, got \[\]/, /a list of them/]),
  ...tensorArgument("interp", (x) => np.interp(x, [1, 2], [1, 2])),
  ...rowsOf("np.interp", ["points without values", () => np.interp(1, t(3), t(2)), ShapeError, /\[3\] and \[2\]/, /one value for each point/], ["no points", () => np.interp(1, t(0), t(0)), ShapeError, /\[0\] and \[0\]/, /at least one/], ["a period of nothing", () => np.interp(1, t(2), t(2), { period: 0 }), ArgumentError, /the period is 0/, /positive number/]),
];

export const numpyRows: readonly Row[] = [...elementwise, ...overAxes, ...contractions, ...sequences];
export { named, t, tensorArgument };
