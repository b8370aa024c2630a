/** Misuse of the functions of neural networks. */
import { ArgumentError, AxisError, DTypeError, ShapeError } from "cotangent";
import * as rooms from "cotangent/nn";
import { type Loose, np, type Row, random, rowsOf } from "../harness.js";

const nn = rooms as unknown as { readonly [K in keyof typeof rooms]: Loose };
type Name = keyof typeof nn;

// biome-ignore format: one row, one line
const tensorArgument = (name: Name, put: (x: unknown) => unknown, where = "", called: string = name): readonly Row[] =>
  rowsOf(
    `nn.${name}`,
    [`a function${where}`, () => put(Math.sin), ArgumentError, /the function sin is no tensor/, /Pass a tensor, a number/, called],
    [`nothing${where}`, () => put(undefined), ArgumentError, /a missing value is no tensor/, /Pass a tensor, a number/, called],
  );

// biome-ignore format: a list of names
const unary = [
  "celu", "elu", "gelu", "hardSigmoid", "hardSwish", "hardTanh", "leakyRelu", "logSigmoid", "mish", "relu", "relu6", "selu",
  "sigmoid", "silu", "softplus", "softsign", "squareplus", "tanh",
] as const satisfies readonly Name[];
const withOptions = ["celu", "elu", "gelu", "leakyRelu", "squareplus"] as const satisfies readonly Name[];
const along = [
  "softmax",
  "logSoftmax",
  "standardize",
  "layerNorm",
  "rmsNorm",
] as const satisfies readonly Name[];
// biome-ignore format: a list of names
const losses = [
  "mse", "mae", "huber", "softmaxCrossEntropy", "sigmoidBinaryCrossEntropy", "hinge", "klDivergence", "cosineDistance",
] as const satisfies readonly Name[];
const convolutions = ["convGeneralDilated", "convTranspose"] as const satisfies readonly Name[];
const pools = ["maxPool", "avgPool"] as const satisfies readonly Name[];

// biome-ignore format: a list of names
const scalings = [
  "glorotNormal", "glorotUniform", "heNormal", "heUniform", "lecunNormal", "lecunUniform", "orthogonal",
] as const satisfies readonly Name[];
const initializers = [...scalings, "zeros", "ones"] as const satisfies readonly Name[];
const key = random.key(0);
const heads = np.ones([4, 2, 3]);
const matrix = np.ones([6, 6]);
const four = { query: matrix, key: matrix, value: matrix, out: matrix };

const image = np.ones([1, 5, 5, 2]);
const window = np.ones([3, 3, 2, 4]);

// biome-ignore format: one row, one line
export const nnRows: readonly Row[] = [
  ...unary.flatMap((name) => tensorArgument(name, (x) => nn[name](x))),
  ...tensorArgument("swish", (x) => nn.swish(x), "", "silu"),
  ...withOptions.flatMap((name) => rowsOf(
    `nn.${name}`,
    ["a bare number as options", () => nn[name](1, 2), ArgumentError, /2 stands where options/, /Options go in an object/],
    ["an option that it has not", () => nn[name](1, { slope: 2 }), ArgumentError, /slope/, /./],
  )),
  ...rowsOf("nn.elu", ["an alpha that is no number", () => nn.elu(1, { alpha: "1" }), ArgumentError, /alpha is/, /finite JavaScript number/]),
  ...rowsOf("nn.gelu", ["a word for approximate", () => nn.gelu(1, { approximate: "tanh" }), ArgumentError, /approximate is/, /true or false/]),
  ...tensorArgument("glu", (x) => nn.glu(x)),
  ...rowsOf(
    "nn.glu",
    ["an odd axis", () => nn.glu(np.ones([3])), ShapeError, /axis 0 has an odd size/, /first half is gated/],
    ["an axis that is not there", () => nn.glu(np.ones([2]), { axis: 1 }), AxisError, /1/, /./],
  ),
  ...along.flatMap((name) => [
    ...tensorArgument(name, (x) => nn[name](x)),
    ...rowsOf(`nn.${name}`, ["an axis that is not there", () => nn[name](np.ones([2]), { axis: 1 }), AxisError, /1/, /./]),
  ]),
  ...losses.flatMap((name) => [
    ...tensorArgument(name, (x) => nn[name](x, [1]), " as prediction", name === "cosineDistance" ? "cosineSimilarity" : name),
    ...rowsOf(
      `nn.${name}`,
      ["shapes that do not meet", () => nn[name](np.ones([2]), np.ones([3])), ShapeError, /\[2\].*\[3\]/, /equal or 1/, name === "cosineDistance" ? "cosineSimilarity" : name],
      ["a reduction that is none", () => nn[name]([1], [1], { reduction: "max" }), ArgumentError, /the reduction is/, /"mean", "sum" and "none"/],
    ),
  ]),
  ...tensorArgument("cosineSimilarity", (x) => nn.cosineSimilarity(x, [1])),
  ...rowsOf("nn.softmaxCrossEntropy", ["scalars", () => nn.softmaxCrossEntropy(1, 1), ShapeError, /no axis of classes/, /last axis/]),
  ...tensorArgument("softmaxCrossEntropyWithIntegerLabels", (x) => nn.softmaxCrossEntropyWithIntegerLabels(x, [1])),
  ...rowsOf(
    "nn.softmaxCrossEntropyWithIntegerLabels",
    ["labels that are floats", () => nn.softmaxCrossEntropyWithIntegerLabels(np.ones([2, 3]), [0, 1]), DTypeError, /labels of float64/, /integers/],
    ["labels of another shape", () => nn.softmaxCrossEntropyWithIntegerLabels(np.ones([2, 3]), new Int32Array(3)), ShapeError, /\[2, 3\].*\[3\]/, /without its last axis/],
  ),
  ...rowsOf("nn.layerNorm", ["a scale that does not fit", () => nn.layerNorm(np.ones([2, 3]), { scale: np.ones([2]) }), ShapeError, /\[2, 3\].*\[2\]/, /./]),
  ...rowsOf("nn.rmsNorm", ["a scale larger than x", () => nn.rmsNorm(np.ones([3]), { scale: np.ones([2, 3]) }), ShapeError, /do not broadcast to x/, /one number for each feature/]),
  ...tensorArgument("groupNorm", (x) => nn.groupNorm(x, { groups: 1 })),
  ...rowsOf(
    "nn.groupNorm",
    ["no groups", () => nn.groupNorm(np.ones([2, 4]), {}), ArgumentError, /number of groups is/, /Pass \{ groups \}/],
    ["groups that do not divide", () => nn.groupNorm(np.ones([2, 4]), { groups: 3 }), ShapeError, /3 groups/, /last axis/],
  ),
  ...tensorArgument("batchNorm", (x) => nn.batchNorm(x)),
  ...rowsOf(
    "nn.batchNorm",
    ["a vector", () => nn.batchNorm([1, 2]), ShapeError, /no batch/, /\[examples, \.\.\., features\]/],
    ["inference without moments", () => nn.batchNorm(np.ones([2, 1]), { training: false }), ArgumentError, /no moments/, /Pass \{ running \}/],
  ),
  ...convolutions.flatMap((name) => [
    ...tensorArgument(name, (x) => nn[name](x, window), " as image"),
    ...tensorArgument(name, (x) => nn[name](image, x), " as window"),
    ...rowsOf(
      `nn.${name}`,
      ["ranks that differ", () => nn[name](image, np.ones([3, 2, 4])), ShapeError, /\[1, 5, 5, 2\].*\[3, 2, 4\]/, /examples and features/],
      ["features that differ", () => nn[name](image, np.ones([3, 3, 3, 4])), ShapeError, /2 features.*takes 3/, /dimensionNumbers/],
      ["a rule of padding that is none", () => nn[name](image, window, { padding: "FULL" }), ArgumentError, /the padding is/, /"SAME", (?:"SAME_LOWER", )?"VALID"/],
      ["strides of one axis", () => nn[name](image, window, { strides: [2] }), ArgumentError, /strides of 2 axes/, /one for all/],
      ["a stride of 0", () => nn[name](image, window, { strides: 0 }), ArgumentError, /strides of 2 axes/, /from 1 on/],
      ["a layout without features", () => nn[name](image, window, { dimensionNumbers: ["NHWX", "HWIO", "NHWC"] }), ArgumentError, /dimension numbers/, /three words/],
      ["axes side by side", () => nn[name](image, window, [1, 1]), ArgumentError, /stands where options/, /Options go in an object/],
    ),
  ]),
  ...rowsOf(
    "nn.convGeneralDilated",
    ["groups of examples that do not divide", () => nn.convGeneralDilated(np.ones([3, 5, 5, 2]), window, { batchGroups: 2 }), ShapeError, /2 groups do not divide 3 examples and 4 features/, /equal size/],
    ["groups of both", () => nn.convGeneralDilated(np.ones([2, 5, 5, 4]), window, { batchGroups: 2, featureGroups: 2 }), ArgumentError, /2 groups of features and 2 of examples/, /either/],
  ),
  ...rowsOf("nn.convTranspose", ["the odd zero before", () => nn.convTranspose(image, window, { padding: "SAME_LOWER" }), ArgumentError, /the padding is "SAME_LOWER"/, /"SAME", "VALID"/]),
  ...rowsOf("nn.convGeneralDilated", ["groups that do not divide", () => nn.convGeneralDilated(image, window, { featureGroups: 3 }), ShapeError, /3 groups/, /dimensionNumbers/]),
  ...tensorArgument("reduceWindow", (x) => nn.reduceWindow(x, "max", { window: [1] })),
  ...rowsOf(
    "nn.reduceWindow",
    ["a reduction that is none", () => nn.reduceWindow([1, 2], "mean", { window: [2] }), ArgumentError, /"mean"/, /"sum", "prod", "max" and "min"/],
    ["a function without its number", () => nn.reduceWindow([1, 2], np.add, { window: [2] }), ArgumentError, /initial is a missing value/, /pass \{ initial \}/],
    ["a number beside a name", () => nn.reduceWindow([1, 2], "sum", { window: [2], initial: 0 }), ArgumentError, /initial is 0/, /"sum" has its own/],
    ["a function that compares", () => nn.reduceWindow([1, 2], np.less, { window: [2], initial: 0 }), ArgumentError, /bool\[\] for two scalars of float64/, /one scalar of the same dtype/],
    ["a window of another rank", () => nn.reduceWindow([1, 2], "max", { window: [2, 2] }), ArgumentError, /a window of 1 axes/, /one for all/],
  ),
  ...tensorArgument("patches", (x) => nn.patches(x, 2)),
  ...rowsOf(
    "nn.patches",
    ["no positions", () => nn.patches(np.ones([2, 3]), 2), ShapeError, /no positions/, /\[examples, positions\.\.\., features\]/],
    ["no window", () => nn.patches(image), ArgumentError, /a window of 2 axes/, /one for all/],
    ["a rule of padding that is none", () => nn.patches(image, 2, { padding: "FULL" }), ArgumentError, /the padding is "FULL"/, /"SAME"/],
    ["a layout without features", () => nn.patches(image, 2, { dimensionNumbers: ["NHWX", "HWIO", "NHWC"] }), ArgumentError, /dimension numbers/, /three words/],
  ),
  ...tensorArgument("resize", (x) => nn.resize(x, [2])),
  ...rowsOf(
    "nn.resize",
    ["another rank", () => nn.resize(image, [4, 4]), ShapeError, /\[1, 5, 5, 2\] and \[4, 4\]/, /axes that stay/],
    ["a shape that is none", () => nn.resize([1, 2], [1.5]), ShapeError, /\[1\.5\] is no shape/, /whole sizes/],
    ["something from nothing", () => nn.resize(np.zeros([0]), [3]), ShapeError, /an empty axis/, /as they are/],
    ["a method that is none", () => nn.resize([1], [2], { method: "area" }), ArgumentError, /the method is "area"/, /"nearest", "linear"/],
    ["a word for antialias", () => nn.resize([1], [2], { antialias: "yes" }), ArgumentError, /antialias is "yes"/, /true or false/],
  ),
  ...tensorArgument("mapCoordinates", (x) => nn.mapCoordinates(x, [[0]])),
  ...tensorArgument("mapCoordinates", (x) => nn.mapCoordinates([1], [x]), " as coordinates"),
  ...rowsOf(
    "nn.mapCoordinates",
    ["coordinates of another rank", () => nn.mapCoordinates(np.ones([2, 3]), [[0]]), ArgumentError, /1 coordinates for a tensor of rank 2/, /one tensor of coordinates for each axis/],
    ["coordinates that do not meet", () => nn.mapCoordinates(np.ones([2, 3]), [[0, 1], [0, 1, 2]]), ShapeError, /\[2\] and \[3\]/, /equal or 1/],
    ["a scalar", () => nn.mapCoordinates(1, []), ArgumentError, /rank 0/, /for each axis/],
    ["nothing to read", () => nn.mapCoordinates(np.zeros([0]), [[1]]), ShapeError, /nothing to be read/, /no points/],
    ["splines", () => nn.mapCoordinates([1], [[0]], { order: 3 }), ArgumentError, /the order is 3/, /0 and 1/],
    ["a mode of SciPy's", () => nn.mapCoordinates([1], [[0]], { mode: "grid-wrap" }), ArgumentError, /the mode is "grid-wrap"/, /"constant", "nearest"/],
    ["a tensor for cval", () => nn.mapCoordinates([1], [[0]], { cval: np.ones([2]) }), ArgumentError, /cval is a tensor/, /JavaScript number/],
  ),
  ...pools.flatMap((name) => [
    ...tensorArgument(name, (x) => nn[name](x, 2)),
    ...rowsOf(
      `nn.${name}`,
      ["no positions", () => nn[name](np.ones([2, 3]), 2), ShapeError, /no positions/, /\[examples, positions\.\.\., features\]/],
      ["no window", () => nn[name](image), ArgumentError, /a window of 2 axes/, /one for all/],
    ),
  ]),
  ...rowsOf("nn.avgPool", ["a word for countPadding", () => nn.avgPool(image, 2, { countPadding: "no" }), ArgumentError, /countPadding is/, /true or false/]),
  ...scalings.flatMap((name) => rowsOf(
    `nn.${name}`,
    ["a vector", () => nn[name](key, [3]), ShapeError, /\[3\]/, /last two axes/],
    ["a number as key", () => nn[name](0, [3, 2]), ArgumentError, /0/, /random\.key/, name === "orthogonal" ? name : name.endsWith("Uniform") ? "uniform" : "truncatedNormal"],
  )),
  ...initializers.flatMap((name) => rowsOf(`nn.${name}`, ["a shape that is none", () => nn[name](key, [-1, 2]), ShapeError, /-1/, /./])),
  ...rowsOf(
    "nn.varianceScaling",
    ["a mode that is none", () => nn.varianceScaling({ mode: "fan_in" }), ArgumentError, /the mode is/, /"fanIn", "fanOut" and "fanAverage"/],
    ["a distribution that is none", () => nn.varianceScaling({ distribution: "gamma" }), ArgumentError, /the distribution is/, /"uniform", "normal" and "truncatedNormal"/],
    ["a scale that is no number", () => nn.varianceScaling({ scale: "2" }), ArgumentError, /scale is/, /finite JavaScript number/],
  ),
  ...tensorArgument("dropout", (x) => nn.dropout(key, x, 0.5)),
  ...rowsOf(
    "nn.dropout",
    ["no key", () => nn.dropout([1], [1], 0.5), ArgumentError, /./, /random\.key/],
    ["a rate above 1", () => nn.dropout(key, [1], 50), ArgumentError, /the rate is/, /from 0 to 1/],
  ),
  ...tensorArgument("dotProductAttention", (x) => nn.dotProductAttention(x, heads, heads), " as query"),
  ...rowsOf(
    "nn.dotProductAttention",
    ["keys of another size", () => nn.dotProductAttention(heads, np.ones([4, 2, 5]), heads), ShapeError, /\[4, 2, 3\].*\[4, 2, 5\]/, /heads, d/],
    ["a mask of numbers", () => nn.dotProductAttention(heads, heads, heads, { mask: np.ones([4, 4]) }), DTypeError, /a mask of float64/, /booleans/],
    ["a bias that is larger", () => nn.dotProductAttention(heads, heads, heads, { bias: np.ones([1, 2, 4, 4]) }), ShapeError, /do not broadcast/, /heads, queries, keys/],
    ["a word for causal", () => nn.dotProductAttention(heads, heads, heads, { causal: "yes" }), ArgumentError, /causal is/, /true or false/],
  ),
  ...rowsOf(
    "nn.multiHeadAttention",
    ["no heads", () => nn.multiHeadAttention(four, np.ones([4, 6]), {}), ArgumentError, /number of heads/, /Pass \{ heads \}/],
    ["heads that do not divide", () => nn.multiHeadAttention(four, np.ones([4, 6]), { heads: 4 }), ShapeError, /4 heads/, /divides them/],
  ),
  ...rowsOf(
    "nn.dense",
    ["no features", () => nn.dense(3), ArgumentError, /features out/, /whole number/],
    ["a number as key", () => (nn.dense(3, 2).init as Loose)(0), ArgumentError, /0/, /random\.key/],
  ),
  ...rowsOf(
    "nn.conv",
    ["a number as window", () => nn.conv(3, 1, 2), ArgumentError, /the window is 3/, /in an array/],
    ["groups that do not divide", () => nn.conv([3], 3, 2, { featureGroups: 2 }), ArgumentError, /2 groups do not divide/, /They divide both/],
  ),
  ...rowsOf("nn.embedding", ["half a thing", () => nn.embedding(2.5, 2), ArgumentError, /a count/, /whole number/]),
  ...rowsOf("nn.serial", ["a tensor as layer", () => nn.serial(np.ones([2])), ArgumentError, /layer 0 is/, /init and apply/]),
];
