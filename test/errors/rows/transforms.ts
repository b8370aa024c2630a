/** Misuse of transformations: functions, options, argnums, dtypes, results, tangents, axes. */
import {
  ArgumentError,
  AxisError,
  ConcretizationError,
  DTypeError,
  LinearityError,
  NonScalarOutputError,
  OperatorError,
  ShapeError,
  TreeError,
} from "cotangent";
import { api, item, type Loose, np, numeric, type Row, rowsOf } from "../harness.js";

const { grad, vmap, jvp, vjp, linearize, linearTranspose, hvp, evalShape, makeGraph, jit } = api;
const { vectorize, applyAlongAxis } = api;
// biome-ignore format: one row, one line
const square = (x: unknown): unknown => np.multiply(x, x);
// biome-ignore format: one row, one line
const total = (x: unknown): unknown => np.sum(np.multiply(x, x));
// biome-ignore format: one row, one line
const ints = (): Loose => np.array([1, 2], { dtype: "int32" });

/** Transformations that differentiate a call: f, { argnums, hasAux }. */
// biome-ignore format: one row, one line
const differentiating = (
  ["grad", "valueAndGrad", "elementwiseGrad", "jacfwd", "jacrev", "jacobian", "hessian"] as const
).flatMap((name): readonly Row[] => {
  const t = api[name];
  return rowsOf(
    name,
    ["no function", () => t(3), ArgumentError, /3 is no function/, new RegExp(`${name}\\(f\\)`)],
    ["nothing", () => t(), ArgumentError, /a missing value is no function/, /transforms a function/],
    ["a Promise", () => t(Promise.resolve(1)), ArgumentError, /a Promise/, /transforms a function/],
    ["a bare argnums", () => t(total, 1), ArgumentError, /1 stands where options/, /in an object.*argnums/],
    ["an option misspelt", () => t(total, { argnum: 1 }), ArgumentError, /"argnum"/, /Did you mean argnums/],
    ["hasAux that is no boolean", () => t(total, { hasAux: 1 }), ArgumentError, /hasAux is 1/, /true or false/],
    ["argnums out of range", () => t(total, { argnums: 1 })(1), ArgumentError, /argnums 1 .* call with 1/, /-1 to 0/],
    ["argnums below the range", () => t(total, { argnums: -2 })(1), ArgumentError, /argnums -2/, /-1 to 0/],
    ["argnums fractional", () => t(total, { argnums: 0.5 })(1), ArgumentError, /argnums 0.5/, /whole numbers/],
    ["argnums of text", () => t(total, { argnums: "0" })(1), ArgumentError, /argnums "0"/, /whole numbers/],
    ["argnums empty", () => t(total, { argnums: [] })(1), ArgumentError, /argnums is empty/, /at least one/],
    ["argnums repeated", () => t(total, { argnums: [0, -1] })(1), ArgumentError, /argument 0 twice/, /each argument once/],
    ["no arguments", () => t(total)(), ArgumentError, /no arguments/, /Pass what/],
    ["an integer argument", () => t(total)(ints()), DTypeError, /argument 0 has dtype int32/, /astype|leave the argument out/],
    ["a bool in a tree", () => t((p: Loose) => p.w)({ w: [1, true] }), DTypeError, /argument 0\.w\[1\] has dtype bool/, /float64/],
    ["a function as argument", () => t(total)(() => 1), TreeError, /argument 0 is a function/, /Close over anything else/],
    ["a result without aux", () => t(total, { hasAux: true })(1), ArgumentError, /pair \[result, aux\]/, /leave hasAux out/],
    ["an async function", () => t(async (x: unknown) => total(x))(1), TreeError, /returned a Promise/, /await data before/],
    ["a function that returns text", () => t(() => "x")(1), TreeError, /the result is "x"/, /Leaves are tensors/],
  );
});

// biome-ignore format: one row, one line
const scalarOnly = (["grad", "valueAndGrad"] as const).flatMap((name): readonly Row[] =>
  rowsOf(
    name,
    ["a vector result", () => api[name](square)(np.zeros([2, 3])), NonScalarOutputError, /shape \[2, 3\]/, /jacrev, jacfwd/],
    ["a result of shape [1]", () => api[name](square)(np.zeros([1])), NonScalarOutputError, /shape \[1\]/, /np\.sum/],
    ["a tree as result", () => api[name]((x: unknown) => ({ a: x, b: x }))(1), NonScalarOutputError, /tree of 2 tensors/, /hasAux/],
    ["no result", () => api[name](() => null)(1), NonScalarOutputError, /tree of 0 tensors/, /Return one number/],
    ["an integer result", () => api[name]((x: unknown) => np.argmax(x))(np.ones([2])), DTypeError, /the result has dtype int32/, /float64/],
    ["a bool result", () => api[name]((x: unknown) => np.greater(x, 0))(1), DTypeError, /the result has dtype bool/, /float64/],
  ),
);

// biome-ignore format: one row, one line
const jacobians = (["jacfwd", "jacrev", "jacobian", "hessian"] as const).flatMap((name): readonly Row[] =>
  rowsOf(name, ["an integer result", () => api[name]((x: unknown) => np.argsort(x))(np.ones([2])), DTypeError, /the result has dtype int32/, /float64/]),
);

// biome-ignore format: one row, one line
const products: readonly Row[] = [
  ...rowsOf(
    "jvp",
    ["no function", () => jvp("f", [1], [1]), ArgumentError, /"f" is no function/, /jvp\(f\)/],
    ["primals that are no list", () => jvp(square, 1, [1]), ArgumentError, /primals must be a list/, /\[x, \.\.\.\]/],
    ["tangents that are no list", () => jvp(square, [1], 1), ArgumentError, /tangents must be a list/, /\[x, \.\.\.\]/],
    ["too few tangents", () => jvp(np.add, [1, 2], [1]), ArgumentError, /1 tangents were given for 2/, /one tangent for each/],
    ["a tangent of another shape", () => jvp(square, [np.ones([3])], [np.ones([2])]), ShapeError, /tangent 0.*\[2\] and \[3\]/, /shape of their primal/],
    ["a tangent of another dtype", () => jvp(square, [np.ones([2], { dtype: "float32" })], [np.ones([2])]), DTypeError, /float64 for tangent 0/, /float32/],
    ["a tangent tree that differs", () => jvp((p: Loose) => p.a, [{ a: 1, b: 2 }], [{ a: 1 }]), TreeError, /tangent 0.*keys a, b.*keys a/, /same containers and keys/],
    ["a tangent that is missing", () => jvp(square, [1], [null]), TreeError, /tangent 0.*a tensor.*null/, /same containers/],
    ["argnums, which it does not take", () => jvp(square, [1], [1], { argnums: 0 }), ArgumentError, /"argnums"/, /hasAux/],
    ["an async function", () => jvp(async (x: unknown) => x, [1], [1]), TreeError, /Promise/, /await data before/],
  ),
  ...rowsOf(
    "vjp",
    ["no function", () => vjp({}, [1]), ArgumentError, /an empty object is no function/, /vjp\(f\)/],
    ["primals that are no list", () => vjp(square, 1), ArgumentError, /primals must be a list/, /vjp\(f, \[x/],
    ["an unknown option", () => vjp(square, [1], { hasaux: true }), ArgumentError, /"hasaux"/, /Did you mean hasAux/],
    ["a cotangent of another shape", () => item(vjp(square, [np.ones([2])]), 1)(np.ones([3])), ShapeError, /the cotangent.*\[3\] and \[2\]/, /shape of their primal/, "pullback"],
    ["a cotangent tree that differs", () => item(vjp((x: unknown) => ({ a: x, b: x }), [1]), 1)({ a: 1 }), TreeError, /the cotangent.*keys a, b.*keys a/, /same containers/, "pullback"],
    ["no cotangent", () => item(vjp(square, [1]), 1)(), TreeError, /the cotangent.*expected a tensor, got nothing/, /same containers/, "pullback"],
    ["an async function", () => vjp(async (x: unknown) => x, [1]), TreeError, /Promise/, /await data before/],
  ),
  ...rowsOf(
    "linearize",
    ["no function", () => linearize(null, [1]), ArgumentError, /null is no function/, /linearize\(f\)/],
    ["primals that are no list", () => linearize(square, { x: 1 }), ArgumentError, /primals must be a list/, /linearize\(f, \[x/],
    ["too many tangents", () => item(linearize(square, [1]), 1)(1, 2), ArgumentError, /2 tangents were given for 1/, /one tangent for each/],
    ["a tangent of another shape", () => item(linearize(square, [1]), 1)(np.ones([2])), ShapeError, /tangent 0.*\[2\] and \[\]/, /shape of their primal/],
    ["an option misspelt", () => linearize(square, [1], { aux: true }), ArgumentError, /"aux"/, /hasAux/],
  ),
  ...rowsOf(
    "linearTranspose",
    ["no function", () => linearTranspose(1, [1]), ArgumentError, /1 is no function/, /linearTranspose\(f\)/],
    ["a nonlinear function", () => linearTranspose(np.exp, [1])(1), LinearityError, /^exp is not linear/, /use vjp, or linearize/],
    ["a product of its argument with itself", () => linearTranspose(square, [1])(1), LinearityError, /^mul is not linear/, /use vjp, or linearize/],
    ["a quotient by its argument", () => linearTranspose((x: unknown) => np.divide(1, x), [1])(1), LinearityError, /^div is not linear/, /linearize/],
    ["a matrix product with itself", () => linearTranspose((x: unknown) => np.outer(x, x), [np.ones([2])])(np.ones([2, 2])), LinearityError, /^(mul|dot) is not linear/, /linearize/],
    ["a running product", () => linearTranspose((x: unknown) => np.cumprod(x), [np.ones([3])])(np.ones([3])), LinearityError, /^cumulative mul is not linear/, /linearize/],
    ["a choice by its argument", () => linearTranspose((x: unknown) => np.where(np.greater(x, 0), x, 0), [1])(1), LinearityError, /^select is not linear/, /linearize/],
    ["a cotangent of another shape", () => linearTranspose((x: unknown) => np.multiply(2, x), [1])(np.ones([2])), ShapeError, /the cotangent.*\[2\] and \[\]/, /shape of their primal/],
    ["primals that are no list", () => linearTranspose(np.negative, 1), ArgumentError, /primals must be a list/, /linearTranspose\(f, \[x/],
  ),
  ...rowsOf(
    "hvp",
    ["no function", () => hvp([], [1], [1]), ArgumentError, /\[\] is no function/, /hvp\(f\)/],
    ["a vector result", () => hvp(square, [np.ones([2])], [np.ones([2])]), NonScalarOutputError, /shape \[2\]/, /jacrev/],
    ["a tangent of another shape", () => hvp(total, [np.ones([2])], [1]), ShapeError, /tangent 0.*\[\] and \[2\]/, /shape of their primal/],
    ["tangents that are no list", () => hvp(total, [1], 1), ArgumentError, /tangents must be a list/, /\[x/],
    ["an integer primal", () => hvp(total, [ints()], [ints()]), DTypeError, /argument 0 has dtype int32/, /float64/],
    ["an async function", () => hvp(async (x: unknown) => x, [1], [1]), TreeError, /Promise/, /await data before/],
  ),
];

// biome-ignore format: one row, one line
const staged = (["evalShape", "makeGraph"] as const).flatMap((name): readonly Row[] => {
  const t = name === "evalShape" ? evalShape : makeGraph;
  return rowsOf(
    name,
    ["no function", () => t(5), ArgumentError, /5 is no function/, new RegExp(`${name}\\(f\\)`)],
    ["an argument that is no tree", () => t(total)(new Date(0)), TreeError, /argument 0 is an instance of Date/, /registerTree/],
    ["an async function", () => t(async (x: unknown) => x)(1), TreeError, /Promise/, /await data before/],
    ["a result that is no tree", () => t(() => () => 1)(1), TreeError, /the result is a function/, /Leaves are tensors/],
    ["a type that is none", () => t(total)({ shape: [2], dtype: "float16" }), TreeError, /argument 0\.dtype is "float16"/, /Leaves are/],
    ["shapes that do not fit inside", () => t(np.add)(np.ones([2]), np.ones([3])), ShapeError, /\[2\] and \[3\]/, /equal or 1/, "add"],
  );
});

// biome-ignore format: one row, one line
const pair = (): readonly [Loose, Loose] => [np.zeros([3]), np.zeros([4])];
// biome-ignore format: one row, one line
const mapping = rowsOf(
  "vmap",
  ["no function", () => vmap(3), ArgumentError, /3 is no function/, /vmap\(f\)/],
  ["no arguments", () => vmap(square)(), ArgumentError, /without arguments/, /axisSize/],
  ["nothing mapped", () => vmap(square, { inAxes: null })(1), ArgumentError, /no argument has a mapped axis/, /axisSize/],
  ["an empty tree", () => vmap(square)({}), ArgumentError, /no argument has a mapped axis/, /not null/],
  ["sizes that differ", () => vmap(np.add)(...pair()), ShapeError, /argument 0 has 3, argument 1 has 4/, /null in inAxes/],
  ["sizes that differ in a tree", () => vmap((p: Loose) => p.a)({ a: np.zeros([2]), b: [np.zeros([5, 1])] }), ShapeError, /argument 0\.a has 2, argument 0\.b\[0\] has 5 \(axis 0 of shape \[5, 1\]\)/, /null in inAxes/],
  ["an axisSize that differs", () => vmap(square, { axisSize: 2 })(np.zeros([3])), ShapeError, /axisSize has 2, argument 0 has 3/, /inAxes/],
  ["an axisSize that is none", () => vmap(square, { axisSize: 1.5 })(np.zeros([3])), ArgumentError, /axisSize is 1.5/, /whole number/],
  ["an axisName that is no text", () => vmap(square, { axisName: 1 })(np.zeros([3])), ArgumentError, /axisName is 1/, /Pass a name/],
  ["a scalar", () => vmap(square)(1), AxisError, /argument 0 is a scalar/, /null in inAxes/],
  ["an axis out of range", () => vmap(square, { inAxes: 2 })(np.zeros([3, 4])), AxisError, /argument 0: axis 2 .* rank 2/, /-2 to 1/],
  ["an axis fractional", () => vmap(square, { inAxes: 0.5 })(np.zeros([3])), AxisError, /0.5 is no axis/, /whole numbers/],
  ["inAxes of another length", () => vmap(np.add, { inAxes: [0] })(...pair()), ArgumentError, /inAxes has 1 entries for 2/, /one entry for each/],
  ["inAxes of another kind", () => vmap(square, { inAxes: "0" })(np.zeros([3])), ArgumentError, /inAxes\[0\] is "0"/, /null for what all examples share/],
  ["an entry of inAxes missing", () => vmap(np.add, { inAxes: [0, undefined] })(np.zeros([3]), 1), ArgumentError, /inAxes\[1\] is a missing value/, /An entry is an axis/],
  ["inAxes that do not fit the tree", () => vmap((p: Loose) => p.a, { inAxes: [{ b: 0 }] })({ a: np.zeros([3]) }), TreeError, /inAxes\[0\].*keys a.*keys b/, /same containers/],
  ["outAxes of another kind", () => vmap(square, { outAxes: true })(np.zeros([3])), ArgumentError, /outAxes is true/, /An entry is an axis/],
  ["outAxes that do not fit the tree", () => vmap(square, { outAxes: [0, 0] })(np.zeros([3])), TreeError, /outAxes.*a tensor.*array of 2/, /same containers/],
  ["outAxes out of range", () => vmap(square, { outAxes: 2 })(np.zeros([3])), AxisError, /the result: axis 2/, /-1 to 0/],
  ["outAxes null for what differs", () => vmap((x: unknown) => [x, 1], { outAxes: [null, null] })(np.zeros([3])), ArgumentError, /the result\[0\] differs between examples/, /psum/],
  ["an option misspelt", () => vmap(square, { in_axes: 0 }), ArgumentError, /"in_axes"/, /Did you mean inAxes/],
  ["bare inAxes", () => vmap(square, [0, null]), ArgumentError, /\[0, null\] stands where options/, /in an object.*inAxes/],
  ["an async function", () => vmap(async (x: unknown) => x)(np.zeros([3])), TreeError, /Promise/, /await data before/],
  ["a result that is no tree", () => vmap(() => "x")(np.zeros([3])), TreeError, /the result is "x"/, /Leaves are/],
);

// biome-ignore format: one row, one line
const vectors = [
  ...rowsOf(
    "vectorize",
    ["no function", () => vectorize(3), ArgumentError, /3 is no function/, /vectorize\(f\)/],
    ["a signature without an arrow", () => vectorize(np.sin, "(n)"), ArgumentError, /the signature is "\(n\)"/, /"\(n,m\),\(m\)->\(n\)"/],
    ["options for a signature", () => vectorize(np.sin, { excluded: [0] }), ArgumentError, /the signature is an object/, /as in/],
    ["excluded that is no list", () => vectorize(np.sin, "()->()", { excluded: 0 }), ArgumentError, /excluded is 0/, /a list of positions/],
    ["an option misspelt", () => vectorize(np.sin, "()->()", { exclude: [0] }), ArgumentError, /"exclude"/, /Did you mean excluded/],
    ["another number of arguments", () => vectorize(np.add, "(),()->()")(1), ArgumentError, /1 arguments are mapped, the signature has 2/, /excluded/],
    ["no tensor", () => vectorize(np.sin)("x"), ArgumentError, /"x" is no tensor/, /Pass a tensor/],
    ["an argument with too few axes", () => vectorize(np.sum, "(n,m)->()")([1, 2]), ShapeError, /argument 0 has fewer axes than the signature's \(n,m\), got \[2\]/, /come last/],
    ["named axes that differ", () => vectorize(np.dot, "(n),(n)->()")([1, 2], [1, 2, 3]), ShapeError, /axis n of the signature has size 2, and 3 in argument 1/, /do not broadcast/],
    ["a size that differs", () => vectorize(np.cross, "(3),(3)->(3)")([1, 2, 3], [1, 2]), ShapeError, /axis 3 of the signature has size 3, and 2 in argument 1/, /one size/],
    ["axes that do not broadcast", () => vectorize(np.add)(...pair()), ShapeError, /\[3\] and \[4\]/, /equal or 1/],
    ["a result with more axes", () => vectorize((v: unknown) => v, "(n)->()")([1, 2]), ShapeError, /the result has more axes than the signature's \(\)/, /Say in the signature/],
    ["one result for two", () => vectorize(np.sin, "()->(),()")(1), ArgumentError, /the signature has 2 results/, /in an array/],
    ["an async function", () => vectorize(async (x: unknown) => x)(np.zeros([3])), TreeError, /Promise/, /await data before/],
  ),
  ...rowsOf(
    "applyAlongAxis",
    ["no function", () => applyAlongAxis(3, 0, [1]), ArgumentError, /3 is no function/, /applyAlongAxis\(f\)/],
    ["an axis that is not there", () => applyAlongAxis(np.sum, 1, [1]), AxisError, /axis 1 is out of range/, /-1 to 0/],
    ["a scalar", () => applyAlongAxis(np.sum, 0, 1), AxisError, /axis 0/, /no axes/],
    ["no tensor", () => applyAlongAxis(np.sum, 0, "x"), ArgumentError, /"x" is no tensor/, /Pass a tensor/],
    ["an async function", () => applyAlongAxis(async (x: unknown) => x, 0, [1]), TreeError, /Promise/, /await data before/],
  ),
];

// biome-ignore format: one row, one line
const compiled = rowsOf(
  "jit",
  ["no function", () => jit(3), ArgumentError, /3 is no function/, /jit\(f\)/],
  ["an option misspelt", () => jit(square, { static_argnums: 1 }), ArgumentError, /"static_argnums"/, /Did you mean staticArgnums/],
  ["a bare staticArgnums", () => jit(square, 1), ArgumentError, /1 stands where options/, /in an object.*staticArgnums/],
  ["contract that is no boolean", () => jit(square, { contract: 1 }), ArgumentError, /contract is 1/, /true or false/],
  ["staticArgnums out of range", () => jit(square, { staticArgnums: 1 })(1), ArgumentError, /1 names no argument of a call with 1/, /-1 to 0/],
  ["staticArgnums of text", () => jit(square, { staticArgnums: "0" })(1), ArgumentError, /"0"/, /whole numbers/],
  ["an argument that is no tree", () => jit((x: unknown) => x)("train"), TreeError, /argument 0 is "train"/, /Close over anything else/],
  ["a value read while it is staged", () => jit((x: Loose) => np.multiply(x, x.item?.()))(1), ConcretizationError, /item\(\) needs a value, but while jit/, /np\.where/, "item()"],
  ["a branch on a value", () => jit((x: Loose) => (numeric(x) > 0 ? x : 0))(1), OperatorError, /no operator overloading/, /x\.item\(\)/, "operator"],
  ["an async function", () => jit(async (x: unknown) => x)(1), TreeError, /Promise/, /await data before/],
  ["a result that is no tree", () => jit(() => "x")(1), TreeError, /the result is "x"/, /Leaves are/],
  ["shapes that do not fit inside", () => jit(np.add)(np.ones([2]), np.ones([3])), ShapeError, /\[2\] and \[3\]/, /equal or 1/, "add"],
);

// biome-ignore format: one row, one line
const nested = rowsOf(
  "grad",
  ["a vector result under vmap", () => vmap(grad(square))(np.zeros([2, 3])), NonScalarOutputError, /shape \[3\]/, /jacrev/],
  ["a vector result under grad", () => grad((x: unknown) => np.sum(grad(square)(x)))(np.ones([2])), NonScalarOutputError, /shape \[2\]/, /jacrev/],
  ["shapes that do not fit, three deep", () => grad((x: unknown) => np.sum(vmap(grad((y: unknown) => np.sum(np.add(y, np.ones([7])))))(x)))(np.ones([2, 3])), ShapeError, /\[3\] and \[7\]/, /equal or 1/, "add"],
);

export const transformRows: readonly Row[] = [
  ...differentiating,
  ...scalarOnly,
  ...jacobians,
  ...products,
  ...staged,
  ...mapping,
  ...vectors,
  ...compiled,
  ...nested,
];
