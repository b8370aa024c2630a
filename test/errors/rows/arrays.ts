/** Misuse of the functions of np that are not elementwise: counts, sets, polynomials, index grids, parts of floats, dtypes. */
import { ArgumentError, AxisError, ConcretizationError, DTypeError, IndexError, ShapeError } from "cotangent";
import { api, type Loose, np, type Row, rowsOf } from "../harness.js";
import { t, tensorArgument } from "./numpy.js";

const { jit, vmap } = api;
const half = np.array([0.5]);
const row = (
  name: string,
  ...cells: Parameters<typeof rowsOf> extends [string, ...infer C] ? C : never
): readonly Row[] => rowsOf(`np.${name}`, ...cells);

/** What depends on values needs a size where they are not known. */
// biome-ignore format: one row, one line
const sized = (name: keyof typeof np, call: (x: Loose, options?: unknown) => unknown): readonly Row[] =>
  row(
    name,
    ["a mapped tensor", () => vmap((x: Loose) => call(x))(t(2, 3)), ConcretizationError, /vmap/, /./],
    ["a traced tensor", () => jit((x: Loose) => call(x))(t(3)), ConcretizationError, /jit/, /./],
    ["a size that is none", () => call(t(3), { size: -1 }), ArgumentError, /size is -1/, /whole number/],
    ["a fillValue that is none", () => call(t(3), { size: 4, fillValue: "x" }), ArgumentError, /fillValue is "x"/, /number/],
    ["an option misspelt", () => call(t(3), { sizes: 1 }), ArgumentError, /"sizes"/, /Did you mean size/],
  );

// biome-ignore format: one row, one line
export const arrayRows: readonly Row[] = [
  ...(["unique", "uniqueAll", "nonzero", "argwhere", "flatnonzero"] as const).flatMap((name) => sized(name, (x, options) => np[name](x, options))),
  ...(["union1d", "intersect1d", "setdiff1d", "setxor1d"] as const).flatMap((name) => [...sized(name, (x, options) => np[name](x, [1], options)), ...tensorArgument(name, (x) => np[name](x, [1])), ...tensorArgument(name, (x) => np[name]([1], x), " on the right")]),
  ...(["unique", "uniqueAll"] as const).flatMap((name) => tensorArgument(name, (x) => np[name](x))),
  ...row("argwhere", ["a scalar", () => np.argwhere(1), ShapeError, /no positions/, /np\.atleast1d/]),
  ...tensorArgument("isin", (x) => np.isin(x, [1])),
  ...row("isin", ["a bare option", () => np.isin([1], [1], true), ArgumentError, /true stands where options/, /in an object/]),
  ...row(
    "bincount",
    ["fractions", () => np.bincount(half), DTypeError, /float64/, /integer/],
    ["a matrix", () => np.bincount(np.zeros([2, 2], { dtype: "int32" })), ShapeError, /a vector is counted, got \[2, 2\]/, /np\.ravel/],
    ["negative numbers", () => np.bincount([1, -1]), IndexError, /-1 is negative/, /from 0 on/],
    ["a length that is none", () => np.bincount([1], { length: 0.5 }), ArgumentError, /length is 0\.5/, /whole number/],
    ["a minlength that is none", () => np.bincount([1], { minlength: -1 }), ArgumentError, /minlength is -1/, /whole number/],
    ["weights of another number", () => np.bincount([1, 1], { weights: [1] }), ShapeError, /\[2\] and \[1\]/, /one weight for each/],
    ["a traced vector without length", () => jit((x: Loose) => np.bincount(x))(np.zeros([2], { dtype: "int32" })), ConcretizationError, /jit/, /./],
  ),
  ...tensorArgument("digitize", (x) => np.digitize(x, [1, 2])),
  ...row(
    "digitize",
    ["edges that go up and down", () => np.digitize([1], [1, 3, 2]), ArgumentError, /neither rise nor fall/, /np\.sort/],
    ["a matrix of edges", () => np.digitize([1], t(2, 2)), ShapeError, /\[2, 2\]/, /a list/],
    ["right of a number", () => np.digitize([1], [1], { right: 1 }), ArgumentError, /right is 1/, /true or false/],
  ),
  ...(["histogram", "histogramBinEdges"] as const).flatMap((name) => [
    ...tensorArgument(name, (x) => np[name](x)),
    ...row(
      name,
      ["no bins", () => np[name]([1], { bins: 0 }), ArgumentError, /bins is 0/, /from 1 on/],
      ["a matrix of edges", () => np[name]([1], { bins: t(2, 2) }), ShapeError, /\[2, 2\]/, /one edge more/],
      ["a range that falls", () => np[name]([1], { range: [2, 1] }), ArgumentError, /begins at 2 and ends at 1/, /comes first/],
      ["a range that is none", () => np[name]([1], { range: 3 }), ArgumentError, /the range is 3/, /a pair/],
    ),
  ]),
  ...row("histogram", ["weights of another number", () => np.histogram([1, 1], { weights: [1] }), ShapeError, /\[2\] and \[1\]/, /one weight for each/]),
  ...row(
    "lexsort",
    ["no list", () => np.lexsort(1), ArgumentError, /1 is no list of keys/, /in an array/],
    ["keys of two lengths", () => np.lexsort([t(2), t(3)]), ShapeError, /\[2\] and \[3\]/, /./],
    ["an axis out of range", () => np.lexsort([t(2)], { axis: 1 }), AxisError, /axis 1/, /-1 to 0/],
  ),
  ...(["partition", "argpartition"] as const).flatMap((name) => [
    ...tensorArgument(name, (x) => np[name](x, 0)),
    ...row(name, ["a place beyond the axis", () => np[name](t(3), 3), ArgumentError, /3 is no place among 3 elements/, /from the end/], ["an axis out of range", () => np[name](t(3), 0, { axis: 1 }), AxisError, /axis 1/, /-1 to 0/]),
  ]),
  ...(["polyadd", "polysub", "polymul", "polydiv"] as const).flatMap((name) => [
    ...tensorArgument(name, (x) => np[name](x, [1, 2]), " on the left"),
    ...tensorArgument(name, (x) => np[name]([1, 2], x), " on the right"),
    ...row(name, ["a matrix", () => np[name](t(2, 2), t(2)), ShapeError, /\[2, 2\]/, /with vmap/]),
  ]),
  ...row("polydiv", ["no coefficients", () => np.polydiv(t(2), t(0)), ShapeError, /\[2\] and \[0\]/, /Zero is \[0\]/]),
  ...(["polyder", "polyint"] as const).flatMap((name) => [
    ...tensorArgument(name, (x) => np[name](x)),
    ...row(name, ["a negative order", () => np[name](t(2), -1), ArgumentError, /the order is -1/, /whole number/]),
  ]),
  ...row("polyint", ["too many constants", () => np.polyint(t(2), 1, { k: [1, 2] }), ArgumentError, /2 constants for 1 integrals/, /one for all/]),
  ...tensorArgument("poly", (x) => np.poly(x)),
  ...row("poly", ["a matrix", () => np.poly(t(2, 2)), ShapeError, /\[2, 2\]/, /with vmap/]),
  ...tensorArgument("polyfit", (x) => np.polyfit(x, [1, 2], 1)),
  ...row(
    "polyfit",
    ["samples of another number", () => np.polyfit(t(2), t(3), 1), ShapeError, /\[2\] and \[3\]/, /one length/],
    ["weights of another number", () => np.polyfit(t(2), t(2), 1, { w: t(3) }), ShapeError, /\[2\] and \[2\] and \[3\]|\[2\], \[2\] and \[3\]/, /one length/],
    ["a fraction as degree", () => np.polyfit(t(2), t(2), 0.5), ArgumentError, /the degree is 0\.5/, /whole number/],
  ),
  ...tensorArgument("gradient", (x) => np.gradient(x)),
  ...row(
    "gradient",
    ["one sample", () => np.gradient([1]), ShapeError, /fewer than 2 samples/, /two samples/],
    ["two samples for parabolas", () => np.gradient([1, 2], { edgeOrder: 2 }), ShapeError, /fewer than 3 samples/, /parabolas three/],
    ["points of another number", () => np.gradient(t(3), { spacing: t(2) }), ShapeError, /\[3\] and \[2\]/, /one point for each/],
    ["spacings for other axes", () => np.gradient(t(3, 3), { spacing: [1, 1, 1] }), ArgumentError, /3 spacings for 2 axes/, /one for each/],
    ["an edgeOrder that is none", () => np.gradient(t(3), { edgeOrder: 3 }), ArgumentError, /edgeOrder is 3/, /1 or 2/],
    ["an axis out of range", () => np.gradient(t(3), { axis: 1 }), AxisError, /axis 1/, /-1 to 0/],
  ),
  ...tensorArgument("ediff1d", (x) => np.ediff1d(x)),
  ...row("ediff1d", ["bools", () => np.ediff1d([true, false]), ArgumentError, /no differences/, /np\.astype/]),
  ...tensorArgument("unwrap", (x) => np.unwrap(x)),
  ...row("unwrap", ["a period of 0", () => np.unwrap(t(3), { period: 0 }), ArgumentError, /the period is 0/, /positive/], ["an axis out of range", () => np.unwrap(t(3), { axis: 1 }), AxisError, /axis 1/, /-1 to 0/]),
  ...(["cov", "corrcoef"] as const).flatMap((name) => [
    ...tensorArgument(name, (x) => np[name](x)),
    ...row(name, ["a cube", () => np[name](t(2, 2, 2)), ShapeError, /\[2, 2, 2\]/, /vmap/], ["other observations", () => np[name](t(2, 3), { y: t(2, 4) }), ShapeError, /\[2, 3\] and \[2, 4\]/, /rowvar/], ["rowvar of a number", () => np[name](t(2, 3), { rowvar: 1 }), ArgumentError, /rowvar 1/, /true or false/]),
  ]),
  ...row("cov", ["weights of another number", () => np.cov(t(2, 3), { fweights: t(2) }), ShapeError, /\[2, 3\] and \[2\]/, /a vector/]),
  ...(["trilIndices", "triuIndices"] as const).flatMap((name) => row(name, ["a size that is none", () => np[name](-1), ArgumentError, /is -1/, /whole number/], ["a fraction as diagonal", () => np[name](2, { k: 0.5 }), ArgumentError, /k is 0\.5/, /diagonal/])),
  ...row("diagIndices", ["a size that is none", () => np.diagIndices(0.5), ArgumentError, /n is 0\.5/, /whole number/]),
  ...row(
    "unravelIndex",
    ["a number beyond", () => np.unravelIndex([6], [2, 3]), IndexError, /6 lies beyond 6 elements/, /from the end/],
    ["fractions", () => np.unravelIndex(half, [2]), DTypeError, /float64/, /integer/],
    ["a shape that is none", () => np.unravelIndex([0], [-1]), ShapeError, /-1/, /./],
  ),
  ...row(
    "ravelMultiIndex",
    ["a position beyond", () => np.ravelMultiIndex([[2], [0]], [2, 3]), IndexError, /2 lies beyond 2 elements/, /from the end/],
    ["positions for other axes", () => np.ravelMultiIndex([[0]], [2, 3]), ArgumentError, /along 2 axes/, /one tensor for each axis/],
    ["a mode that is none", () => np.ravelMultiIndex([[0]], [2], { mode: "fill" }), ArgumentError, /"fill" is no mode/, /raise, clip, wrap/],
  ),
  ...row(
    "putAlongAxis",
    ["indices of another rank", () => np.putAlongAxis(t(2, 2), [0], 1), ShapeError, /\[2, 2\] and \[1\]/, /np\.at/],
    ["a position beyond", () => np.putAlongAxis(t(2), [2], 1), IndexError, /2/, /./, "at"],
    ["an axis out of range", () => np.putAlongAxis(t(2), [0], 1, { axis: 1 }), AxisError, /axis 1/, /-1 to 0/],
  ),
  ...tensorArgument("fillDiagonal", (x) => np.fillDiagonal(t(2, 2), x)),
  ...row("fillDiagonal", ["a vector", () => np.fillDiagonal(t(2), 1), ShapeError, /no main diagonal, got \[2\]/, /equal axes/], ["a cube of unequal axes", () => np.fillDiagonal(t(2, 2, 3), 1), ShapeError, /\[2, 2, 3\]/, /equal axes/]),
  ...tensorArgument("append", (x) => np.append(x, 1)),
  ...row("append", ["other axes that differ", () => np.append(t(2, 2), t(1, 3), { axis: 0 }), ShapeError, /\[2, 2\] and \[1, 3\]/, /./, "concatenate"], ["an axis out of range", () => np.append(t(2), t(2), { axis: 1 }), AxisError, /axis 1/, /-1 to 0/]),
  ...tensorArgument("insert", (x) => np.insert(x, 0, 1)),
  ...row("insert", ["a position beyond", () => np.insert(t(2), 3, 1), IndexError, /3 lies beyond 2 elements/, /from the end/], ["a fraction as position", () => np.insert(t(2), 0.5, 1), IndexError, /0\.5 is no position/, /whole numbers/], ["values that do not fit", () => np.insert(t(2), [0, 1], t(3)), ShapeError, /\[3\]/, /./, "broadcast"]),
  ...tensorArgument("delete", (x) => np.delete(x, 0)),
  ...row("delete", ["a position beyond", () => np.delete(t(2), 2), IndexError, /2 lies beyond 2 elements/, /from the end/], ["a fraction as position", () => np.delete(t(2), 0.5), IndexError, /0\.5 is no position/, /whole numbers/]),
  ...row("block", ["unequal depths", () => np.block([[1], 2]), ArgumentError, /different depths/, /same depth/], ["an empty list", () => np.block([]), ArgumentError, /empty/, /same depth/], ["text", () => np.block(["x"]), ArgumentError, /"x" is no tensor/, /Pass a tensor/], ["blocks that do not fit", () => np.block([[t(2, 2)], [t(2, 3)]]), ShapeError, /\[2, 2\] and \[2, 3\]/, /./, "concatenate"]),
  ...(["dstack", "columnStack"] as const).flatMap((name) => row(name, ["no list", () => np[name](1), ArgumentError, /1 is no list of tensors/, /in an array/], ["shapes that differ", () => np[name]([t(2, 2), t(3, 2)]), ShapeError, /\[2, 2.*\] and \[3, 2.*\]/, /./, "concatenate"])),
  ...(["hsplit", "vsplit", "dsplit"] as const).flatMap((name) => [
    ...tensorArgument(name, (x) => np[name](x, 1)),
    ...row(name, ["a scalar", () => np[name](1, 1), ShapeError, /got \[\]/, /np\.split/], ["parts that do not divide", () => np[name](t(3, 3, 3), 2), ShapeError, /2 parts do not divide/, /np\.arraySplit/]),
  ]),
  ...(["fliplr", "flipud"] as const).flatMap((name) => [...tensorArgument(name, (x) => np[name](x)), ...row(name, ["a scalar", () => np[name](1), AxisError, /rank 0/, /no axes/])]),
  ...(["gcd", "lcm"] as const).flatMap((name) => row(name, ["fractions", () => np[name](half, 1), DTypeError, /float64/, /integer/], ["shapes that do not meet", () => np[name]([1, 2], [1, 2, 3]), ShapeError, /\[2\] and \[3\]/, /equal or 1/], ["text", () => np[name]("1", 1), ArgumentError, /"1" is no tensor/, /Pass a tensor/])),
  ...(["frexp", "modf", "spacing"] as const).flatMap((name) => tensorArgument(name, (x) => np[name](x))),
  ...tensorArgument("ldexp", (x) => np.ldexp(x, 1)),
  ...row("ldexp", ["fractions as exponents", () => np.ldexp(1, half), DTypeError, /float64/, /integer/]),
  ...tensorArgument("nextafter", (x) => np.nextafter(x, 1)),
  ...row("nextafter", ["shapes that do not meet", () => np.nextafter(t(2), t(3)), ShapeError, /\[2\] and \[3\]/, /equal or 1/]),
  ...row("fromBuffer", ["no buffer", () => np.fromBuffer([1, 2]), ArgumentError, /has no bytes/, /ArrayBuffer/], ["half an element", () => np.fromBuffer(new Uint8Array(9)), ArgumentError, /1\.125 elements of 8 bytes are not in 9 bytes/, /count/], ["an offset beyond", () => np.fromBuffer(new Uint8Array(8), { offset: 9 }), ArgumentError, /9 is no byte of 8/, /from 0/], ["an unknown dtype", () => np.fromBuffer(new Uint8Array(8), { dtype: "int64" }), DTypeError, /"int64" is no dtype/, /Known are/]),
  ...row("piecewise", ["no lists", () => np.piecewise(1, true, 1), ArgumentError, /true and 1 are no lists/, /in arrays/], ["too few functions", () => np.piecewise([1, 2], [[true, false], [false, true]], [1]), ArgumentError, /2 conditions and 1 functions/, /one more/]),
  ...row("resultType", ["nothing", () => np.resultType(), ArgumentError, /nothing was passed/, /Pass tensors/], ["an unknown dtype", () => np.resultType("int64"), DTypeError, /"int64" is no dtype/, /Known are/]),
  ...row("promoteTypes", ["an unknown dtype", () => np.promoteTypes("int64", "bool"), DTypeError, /"int64" is no dtype/, /Known are/]),
  ...row("canCast", ["an unknown dtype", () => np.canCast("int64", "bool"), DTypeError, /"int64" is no dtype/, /Known are/], ["a rule that is none", () => np.canCast("bool", "bool", { casting: "equiv" }), ArgumentError, /"equiv" is no rule/, /Rules are/]),
  ...row("finfo", ["an integer dtype", () => np.finfo("int32"), DTypeError, /int32/, /a float dtype/]),
  ...row("iinfo", ["a float dtype", () => np.iinfo("float32"), DTypeError, /float32/, /an integer dtype/]),
];
