/** Misuse of the array API where tensors are made, reshaped, joined, cut, indexed and sorted. */
import { ArgumentError, AxisError, DTypeError, IndexError, ShapeError } from "cotangent";
import { type Loose, np, type Row, rowsOf } from "../harness.js";
import { t, tensorArgument } from "./numpy.js";

const badShapes: readonly (readonly [string, unknown, RegExp])[] = [
  ["a negative size", [2, -1], /\[2, -1\] is no shape/],
  ["a fractional size", [1.5], /\[1.5\] is no shape/],
  ["a size that is NaN", [Number.NaN], /\[NaN\] is no shape/],
  ["an infinite size", [Infinity], /\[Infinity\] is no shape/],
  ["sizes of text", ["2"], /\["2"\] is no shape/],
  ["a number", 3, /3 is no shape/],
  ["text", "3", /"3" is no shape/],
  ["nothing", undefined, /a missing value is no shape/],
];
const shaped: readonly (readonly [keyof typeof np, (shape: unknown) => unknown])[] = [
  ["zeros", (s) => np.zeros(s)],
  ["ones", (s) => np.ones(s)],
  ["full", (s) => np.full(s, 1)],
  ["indices", (s) => np.indices(s)],
  ["fromFunction", (s) => np.fromFunction(Math.max, s)],
  ["broadcastTo", (s) => np.broadcastTo(1, s)],
  ["broadcastShapes", (s) => np.broadcastShapes(s)],
];
const dtyped: readonly (readonly [keyof typeof np, (options: unknown) => unknown])[] = [
  ["array", (o) => np.array([1], o)],
  ["asarray", (o) => np.asarray([1], o)],
  ["zeros", (o) => np.zeros([1], o)],
  ["ones", (o) => np.ones([1], o)],
  ["full", (o) => np.full([1], 1, o)],
  ["zerosLike", (o) => np.zerosLike([1], o)],
  ["onesLike", (o) => np.onesLike([1], o)],
  ["fullLike", (o) => np.fullLike([1], 1, o)],
  ["arange", (o) => np.arange(3, o)],
  ["linspace", (o) => np.linspace(0, 1, 3, o)],
  ["logspace", (o) => np.logspace(0, 1, 3, o)],
  ["geomspace", (o) => np.geomspace(1, 2, 3, o)],
  ["indices", (o) => np.indices([1], o)],
  ["fromFunction", (o) => np.fromFunction((i: unknown) => i, [1], o)],
  ["eye", (o) => np.eye(2, 2, o)],
  ["identity", (o) => np.identity(2, o)],
  ["tri", (o) => np.tri(2, 2, o)],
  ["oneHot", (o) => np.oneHot([0], 2, o)],
];
const otherNames: Readonly<Record<string, string>> = {
  asarray: "array",
  identity: "eye",
  broadcastShapes: "broadcastShapes",
};
const named = (name: string): string => otherNames[name] ?? name;

// biome-ignore format: one row, one line
const creation: readonly Row[] = [
  ...shaped.flatMap(([name, make]) =>
    badShapes.flatMap(([what, shape, says]) => rowsOf(`np.${name}`, [what, () => make(shape), ShapeError, says, /whole sizes, none negative, such as \[2, 3\]/])),
  ),
  ...dtyped.flatMap(([name, make]) =>
    rowsOf(
      `np.${name}`,
      ["an unknown dtype", () => make({ dtype: "float16" }), DTypeError, /"float16" is no dtype/, /Known are float64/, named(name)],
      ["a dtype that is null", () => make({ dtype: null }), DTypeError, /null is no dtype/, /Known are/, named(name)],
      ["an option misspelt", () => make({ dType: "float32" }), ArgumentError, /"dType"/, /dtype/, named(name)],
    ),
  ),
  ...dtyped.filter(([name]) => name !== "arange").flatMap(([name, make]) =>
    rowsOf(`np.${name}`, ["a bare dtype", () => make("float32"), ArgumentError, /"float32" stands where options/, /in an object/, named(name)]),
  ),
  ...(["array", "asarray"] as const).flatMap((name) =>
    rowsOf(`np.${name}`, ["a number that int8 cannot hold", () => np[name]([1, 300], { dtype: "int8" }), DTypeError, /300 is out of range for int8/, /wider dtype/, "array"], ["NaN as an integer", () => np[name]([Number.NaN], { dtype: "int32" }), DTypeError, /NaN is out of range for int32/, /wider dtype/, "array"]),
  ),
  ...rowsOf("np.full", ["a number that uint8 cannot hold", () => np.full([2], -1, { dtype: "uint8" }), DTypeError, /-1 is out of range for uint8/, /wider dtype/], ["a value of another shape", () => np.full([2], [1, 2, 3]), ShapeError, /\[2\]/, /./]),
  ...rowsOf("np.fullLike", ["a number that bytes cannot hold", () => np.fullLike(np.zeros([2], { dtype: "int8" }), 128), DTypeError, /128 is out of range for int8/, /wider dtype/], ["a value of another shape", () => np.fullLike(t(2), t(3)), ShapeError, /\[3\] and \[2\]/, /./]),
  ...rowsOf("np.arange", ["nothing", () => np.arange(), ArgumentError, /no range/, /np\.arange\(start, stop, step/], ["a step of 0", () => np.arange(0, 1, 0), ArgumentError, /0, 1, 0/, /other than 0/], ["no end", () => np.arange(Infinity), ArgumentError, /Infinity/, /finite/], ["text", () => np.arange("3"), ArgumentError, /"3"/, /finite numbers/]),
  ...(["linspace", "logspace", "geomspace"] as const).flatMap((name) => [
    ...tensorArgument(name, (x) => np[name](x, 2, 3)),
    ...rowsOf(`np.${name}`, ["a fractional count", () => np[name](1, 2, 1.5), ArgumentError, /1.5 numbers/, /whole number/], ["a negative count", () => np[name](1, 2, -1), ArgumentError, /-1 numbers/, /not negative/]),
  ]),
  ...rowsOf("np.meshgrid", ["no list", () => np.meshgrid(1), ArgumentError, /1 is no list/, /in an array/], ["an unknown indexing", () => np.meshgrid([[1], [2]], { indexing: "yx" }), ArgumentError, /"yx"/, /"xy" or "ij"/]),
  ...rowsOf("np.fromFunction", ["no function", () => np.fromFunction([2], [2]), ArgumentError, /\[2\] is no function/, /comes first/]),
  ...rowsOf("np.broadcastTo", ["a shape that it does not fit", () => np.broadcastTo(t(3), [2]), ShapeError, /\[3\] and \[2\]/, /or 1 in the tensor/]),
  ...tensorArgument("broadcastTo", (x) => np.broadcastTo(x, [2]), " as tensor"),
  ...rowsOf("np.broadcastShapes", ["shapes that do not meet", () => np.broadcastShapes([2], [3]), ShapeError, /\[2\] and \[3\]/, /equal or 1/]),
  ...rowsOf("np.broadcastArrays", ["shapes that do not meet", () => np.broadcastArrays(t(2), t(3)), ShapeError, /\[2\] and \[3\]/, /equal or 1/]),
  ...(["eye", "tri", "identity"] as const).flatMap((name) => rowsOf(`np.${name}`, ["a fractional size", () => np[name](1.5), ShapeError, /\[1.5, 1.5\] is no shape/, /whole sizes/, named(name)], ["nothing", () => np[name](), ShapeError, /a missing value.* is no shape/, /whole sizes/, named(name)])),
  ...(["eye", "tri"] as const).flatMap((name) => rowsOf(`np.${name}`, ["a diagonal that is none", () => np[name](2, 2, { k: 0.5 }), ArgumentError, /no diagonal 0.5/, /0 is the main one/])),
  ...(["diag", "diagflat", "tril", "triu"] as const).flatMap((name) => rowsOf(`np.${name}`, ["a diagonal that is none", () => np[name](t(2, 2), "1"), ArgumentError, /no diagonal "1"/, /0 is the main one/])),
  ...(["tril", "triu"] as const).flatMap((name) => rowsOf(`np.${name}`, ["a vector", () => np[name](t(2)), ShapeError, /a matrix is needed, got \[2\]/, /last two axes/])),
  ...rowsOf("np.diag", ["a cube", () => np.diag(t(2, 2, 2)), ShapeError, /\[2, 2, 2\]/, /np\.diagonal/]),
  ...rowsOf("np.vander", ["a matrix", () => np.vander(t(2, 2)), ShapeError, /\[2, 2\]/, /one axis/], ["an option misspelt", () => np.vander(t(2), { N: 2 }), ArgumentError, /"N"/, /columns, increasing/]),
];

// biome-ignore format: one row, one line
const rearranged: readonly Row[] = [
  ...tensorArgument("reshape", (x) => np.reshape(x, [1])),
  ...rowsOf(
    "np.reshape",
    ["two sizes of -1", () => np.reshape(t(4), [-1, -1]), ShapeError, /\[-1, -1\]/, /Only one size can be -1/],
    ["-1 that does not divide", () => np.reshape(t(4), [3, -1]), ShapeError, /\[3, -1\] hold 4 elements/, /must divide/],
    ["sizes that do not fit", () => np.reshape(t(2, 3), [4]), ShapeError, /\[2, 3\] and \[4\]/, /one size of -1/],
    ["a negative size", () => np.reshape(t(4), [-2, 2]), ShapeError, /\[-2, 2\] is no shape/, /one of them may be -1/],
    ["a fraction", () => np.reshape(t(4), [0.5, 8]), ShapeError, /\[0.5, 8\]/, /whole numbers/],
    ["a bare number", () => np.reshape(t(4), 4), ShapeError, /4 is no shape/, /array of whole sizes/],
    ["nothing", () => np.reshape(t(4)), ShapeError, /a missing value is no shape/, /array of whole sizes/],
  ),
  ...tensorArgument("transpose", (x) => np.transpose(x)),
  ...rowsOf("np.transpose", ["too few axes", () => np.transpose(t(2, 3), [0]), AxisError, /\[0\] is no order of the 2 axes of shape \[2, 3\]/, /each axis once/], ["an axis twice", () => np.transpose(t(2, 3), [0, 0]), AxisError, /named twice/, /each axis once/], ["an axis out of range", () => np.transpose(t(2, 3), [0, 2]), AxisError, /axis 2/, /-2 to 1/]),
  ...rowsOf("np.matrixTranspose", ["a vector", () => np.matrixTranspose(t(2)), ShapeError, /\[2\]/, /rank 2 or more/]),
  ...(["swapaxes", "moveaxis", "expandDims", "squeeze", "flip", "roll", "rot90", "tile", "split", "arraySplit", "unstack", "diagonal", "trace", "pad", "topK", "take", "takeAlongAxis", "dynamicSlice", "dynamicUpdateSlice", "slice", "at"] as const).flatMap((name) => tensorArgument(name, (x) => np[name](x, 0, 1))),
  ...rowsOf("np.swapaxes", ["an axis out of range", () => np.swapaxes(t(2, 3), 0, 2), AxisError, /axis 2/, /-2 to 1/], ["one axis", () => np.swapaxes(t(2, 3), 0), AxisError, /a missing value is no axis/, /whole numbers/]),
  ...rowsOf("np.moveaxis", ["as many places as axes", () => np.moveaxis(t(2, 3), [0, 1], 0), ArgumentError, /2 axes cannot move to 1/, /as many destinations/], ["an axis out of range", () => np.moveaxis(t(2, 3), 2, 0), AxisError, /axis 2/, /-2 to 1/]),
  ...rowsOf("np.expandDims", ["no axis", () => np.expandDims(t(2)), AxisError, /a missing value is no axis/, /whole numbers/], ["a place out of range", () => np.expandDims(t(2), 2), AxisError, /axis 2/, /-2 to 1/], ["options", () => np.expandDims(t(2), { axis: 0 }), AxisError, /object with keys axis is no axis/, /whole numbers/]),
  ...(["squeeze", "flip"] as const).flatMap((name) => rowsOf(`np.${name}`, ["a bare axis", () => np[name](t(2, 3), 0), ArgumentError, /0 stands where options/, /\{ axis/], ["an axis out of range", () => np[name](t(2, 3), { axis: 2 }), AxisError, /axis 2/, /-2 to 1/], ["axes", () => np[name](t(2, 3), { axes: 0 }), ArgumentError, /"axes"/, /Did you mean axis/])),
  ...rowsOf("np.squeeze", ["an axis of another size", () => np.squeeze(t(1, 3), { axis: 1 }), ShapeError, /\[1\] .* size 1, got \[1, 3\]/, /size 1 can be dropped/]),
  ...rowsOf("np.roll", ["a fraction", () => np.roll(t(3), 0.5), ArgumentError, /0.5 is no shift/, /integer/], ["an axis out of range", () => np.roll(t(3), 1, { axis: 1 }), AxisError, /axis 1/, /-1 to 0/], ["shifts for other axes", () => np.roll(t(2, 3), [1, 2, 3], { axis: [0, 1] }), ArgumentError, /3 shifts do not fit 2 axes/, /one shift for each/]),
  ...rowsOf("np.rot90", ["half a turn", () => np.rot90(t(2, 2), { k: 0.5 }), ArgumentError, /0.5 is no number of turns/, /integers/], ["one axis", () => np.rot90(t(2, 2), { axes: [0] }), AxisError, /a plane has two axes, got \[0\]/, /\[from, to\]/], ["an axis twice", () => np.rot90(t(2, 2), { axes: [0, 0] }), AxisError, /named twice/, /once/]),
  ...(["tile", "repeat"] as const).flatMap((name) => rowsOf(`np.${name}`, ["a negative count", () => np[name](t(3), -1), ArgumentError, /-1 are no counts/, /none negative/], ["nothing", () => np[name](t(3)), ArgumentError, /a missing value are no counts/, /integers/])),
  ...tensorArgument("repeat", (x) => np.repeat(x, 2)),
  ...rowsOf("np.repeat", ["counts for other elements", () => np.repeat(t(3), [1, 2]), ShapeError, /2 counts do not fit axis 0 of size 3/, /one for each element/], ["a bare axis", () => np.repeat(t(3), 2, 0), ArgumentError, /0 stands/, /\{ axis/]),
  ...rowsOf("np.pad", ["a negative width", () => np.pad(t(3), -1), ArgumentError, /-1 are no widths/, /np\.slice cuts off/], ["widths for other axes", () => np.pad(t(3), [[1, 1], [1, 1]]), ArgumentError, /do not fit 1 axes/, /one such pair for each axis/], ["an unknown mode", () => np.pad(t(3), 1, { mode: "mirror" }), ArgumentError, /"mirror" is no mode/, /Modes are constant/], ["constants for another mode", () => np.pad(t(3), 1, { mode: "edge", constantValues: 1 }), ArgumentError, /constantValues with mode "edge"/, /goes with constant/], ["statistics of nothing", () => np.pad(t(3), 1, { mode: "mean", statLength: 0 }), ArgumentError, /0 are no lengths/, /from 1 on/], ["a reflectType that is none", () => np.pad(t(3), 1, { mode: "reflect", reflectType: "both" }), ArgumentError, /reflectType is "both"/, /"even" or "odd"/], ["nothing to repeat", () => np.pad(t(0), 1, { mode: "edge" }), ShapeError, /axis 0 is empty/, /mode "constant"/]),
];

const lists = ["concatenate", "stack", "hstack", "vstack"] as const;
// biome-ignore format: one row, one line
const joined: readonly Row[] = [
  ...lists.flatMap((name) => [
    ...tensorArgument(name, (x) => np[name]([[1, 2], x]), " in the list"),
    ...rowsOf(`np.${name}`, ["no list", () => np[name](1), ArgumentError, /is no list/, /\[a, b\]/], ["an empty list", () => np[name]([]), ArgumentError, /no tensors to join/, /at least one/], ["shapes that do not fit", () => np[name]([t(2, 3), t(3, 4)]), ShapeError, /\[2, 3\] and \[3, 4\]/, /np\.(stack|concatenate)/]),
  ]),
  ...(["concatenate", "stack"] as const).flatMap((name) => rowsOf(`np.${name}`, ["an axis out of range", () => np[name]([t(2), t(2)], { axis: 3 }), AxisError, /axis 3/, /use -/], ["a bare axis", () => np[name]([t(2), t(2)], 1), ArgumentError, /1 stands/, /\{ axis/], ["axes", () => np[name]([t(2)], { axes: 0 }), ArgumentError, /"axes"/, /axis/])),
  ...rowsOf("np.unstack", ["a scalar", () => np.unstack(1), AxisError, /rank 0/, /no axes/], ["a bare axis", () => np.unstack(t(2), 0), ArgumentError, /0 stands/, /\{ axis/]),
  ...(["split", "arraySplit"] as const).flatMap((name) => rowsOf(`np.${name}`, ["no sections", () => np[name](t(4)), ArgumentError, /a missing value says no sections/, /positive number/], ["half a section", () => np[name](t(4), 0.5), ArgumentError, /0.5 says no sections/, /positive number/], ["an axis out of range", () => np[name](t(4), 2, { axis: 1 }), AxisError, /axis 1/, /-1 to 0/])),
  ...rowsOf("np.split", ["unequal sections", () => np.split(t(5), 2), ShapeError, /size 5 is not divisible into 2/, /np\.arraySplit/]),
  ...(["diagonal", "trace"] as const).flatMap((name) => rowsOf(`np.${name}`, ["a vector", () => np[name](t(2)), ShapeError, /\[2\]/, /np\.diag/], ["a fractional offset", () => np[name](t(2, 2), { offset: 0.5 }), ArgumentError, /0.5 is no offset/, /integers/], ["one axis twice", () => np[name](t(2, 2), { axis1: 1 }), AxisError, /named twice/, /once/])),
];

const matrix = (): Loose => t(2, 3);
// biome-ignore format: one row, one line
const indexed: readonly Row[] = [
  ...rowsOf("np.take", ["a position beyond", () => np.take(t(3), [0, 3]), IndexError, /index 3 .* axis 0 of size 3/, /-3 to 2/], ["a fraction", () => np.take(t(3), 0.5), IndexError, /0.5 is no integer/, /Round/], ["positions of floats", () => np.take(t(3), t(1)), IndexError, /float64 is no index/, /int32/], ["an unknown mode", () => np.take(t(3), 0, { mode: "fill" }), ArgumentError, /"fill" is no mode/, /raise, clip, wrap/], ["an axis out of range", () => np.take(t(3), 0, { axis: 1 }), AxisError, /axis 1/, /-1 to 0/], ["nothing there", () => np.take(t(0), 0), IndexError, /size 0/, /empty/]),
  ...rowsOf("np.takeAlongAxis", ["a position beyond", () => np.takeAlongAxis(matrix(), [[3]]), IndexError, /index 3 .* axis 1 of size 3/, /-3 to 2/], ["positions of another rank", () => np.takeAlongAxis(matrix(), [0]), ShapeError, /\[2, 3\] and \[1\]/, /np\.take/], ["rows that do not meet", () => np.takeAlongAxis(matrix(), [[0], [0], [0]]), ShapeError, /\[2, 1\] and \[3, 1\]/, /equal or 1/]),
  ...rowsOf("np.slice", ["an index beyond", () => np.slice(matrix(), 2), IndexError, /index 2 .* axis 0 of size 2/, /-2 to 1/], ["an index below", () => np.slice(matrix(), 0, -4), IndexError, /index -4 .* axis 1 of size 3/, /-3 to 2/], ["too many items", () => np.slice(matrix(), 0, 0, 0), IndexError, /3 axes are indexed.*\[2, 3\] has 2/, /Leave items out/], ["a fraction", () => np.slice(matrix(), 0.5), IndexError, /0.5 is no integer/, /Round/], ["text", () => np.slice(matrix(), "1:"), IndexError, /"1:" is no index/, /\{ slice: \[start, stop, step\] \}/], ["nothing", () => np.slice(matrix(), undefined), IndexError, /a missing value is no index/, /Use an integer/], ["two ellipses", () => np.slice(matrix(), "...", "..."), IndexError, /more than one/, /stands for all/], ["a step of 0", () => np.slice(matrix(), { slice: [0, 1, 0] }), IndexError, /step 0/, /positive or negative/], ["a fractional bound", () => np.slice(matrix(), { slice: [0.5] }), IndexError, /0.5/, /integers or null/], ["a mask of another shape", () => np.slice(matrix(), [true, false, true]), IndexError, /\[3\] does not fit .* \[2, 3\]/, /sizes of the axes/], ["positions of floats", () => np.slice(matrix(), t(1)), IndexError, /float64 is no index/, /int32/], ["positions that do not meet", () => np.slice(matrix(), [0, 1], [0, 1, 2]), ShapeError, /\[2\] and \[3\]/, /equal or 1/]),
  ...rowsOf("np.at", ["an index beyond", () => np.at(t(3), 3), IndexError, /index 3 .* size 3/, /-3 to 2/], ["a value that does not fit", () => np.at(t(3), { slice: [0, 2] }).set?.(t(3)), ShapeError, /\[3\] and \[2\]/, /np\.slice/, "at.set"], ["a fraction into integers", () => np.at(np.array([1, 2], { dtype: "int32" }), 0).add?.(0.5), DTypeError, /float64/, /int32 can hold/, "at.add"], ["no value", () => np.at(t(3), 0).multiply?.(), ArgumentError, /a missing value is no tensor/, /Pass a tensor/, "at.multiply"], ["a function without a result", () => np.at(t(3), 0).apply?.(() => undefined), ArgumentError, /a missing value is no tensor/, /Pass a tensor/, "at."]),
  ...rowsOf("np.dynamicSlice", ["a size beyond the axis", () => np.dynamicSlice(t(3), [0], [4]), ShapeError, /\[3\] and \[4\]/, /static/], ["starts for other axes", () => np.dynamicSlice(t(3), [0, 0], [1]), ShapeError, /\[2\] and \[3\]/, /a list, or an integer vector/], ["a fractional start", () => np.dynamicSlice(t(3), [0.5], [1]), DTypeError, /float64/, /an integer dtype/], ["no sizes", () => np.dynamicSlice(t(3), [0]), ShapeError, /a missing value is no shape/, /whole sizes/]),
  ...rowsOf("np.dynamicUpdateSlice", ["an update that does not fit", () => np.dynamicUpdateSlice(t(3), t(4), [0]), ShapeError, /\[3\] and \[4\]/, /same rank/], ["no starts", () => np.dynamicUpdateSlice(t(3), t(1)), ArgumentError, /a missing value is no tensor/, /Pass a tensor/]),
  ...rowsOf("np.nonzero", ["a scalar", () => np.nonzero(1), ShapeError, /a scalar has no positions/, /np\.atleast1d/]),
  ...tensorArgument("oneHot", (x) => np.oneHot(x, 3)),
  ...rowsOf("np.oneHot", ["no classes", () => np.oneHot([0]), ArgumentError, /a missing value is no number of classes/, /counted/], ["an axis out of range", () => np.oneHot([0], 2, { axis: 2 }), AxisError, /axis 2/, /-2 to 1/]),
  ...rowsOf("np.topK", ["more than there are", () => np.topK(t(3), 4), ArgumentError, /no 4 largest of 3/, /0 to the size/], ["nothing", () => np.topK(t(3)), ArgumentError, /a missing value largest/, /k is an integer/], ["a scalar", () => np.topK(1, 1), AxisError, /rank 0/, /no axes/]),
  ...tensorArgument("searchsorted", (x) => np.searchsorted([1, 2], x)),
  ...rowsOf("np.searchsorted", ["a matrix", () => np.searchsorted(matrix(), 1), ShapeError, /\[2, 3\]/, /vmap/], ["an unknown side", () => np.searchsorted(t(2), 1, { side: "middle" }), ArgumentError, /"middle" is no side/, /left and right/]),
];

export const shapeRows: readonly Row[] = [...creation, ...rearranged, ...joined, ...indexed];
