/** Misuse of trees: leaves that are none, structures that differ, registration; and what else the entry exports. */
import { ArgumentError, DTypeError, ShapeError, TreeError } from "cotangent";
import { api, item, type Loose, np, type Row, rowsOf, tree } from "../harness.js";

class Layer {
  constructor(readonly w: unknown) {}
}
class Broken {
  readonly w: unknown = 1;
}
class Pair {
  constructor(
    readonly a: unknown,
    readonly b: unknown,
  ) {}
}
// biome-ignore format: one row, one line
const register = (): void => {
  api.registerTree(Pair, {
    flatten: (p: Pair) => [p.a, p.b],
    unflatten: ([a, b]: readonly unknown[]) => new Pair(a, b),
  });
};
// biome-ignore format: one row, one line
const first = (p: Loose): unknown => p;
// biome-ignore format: one row, one line
const total = (p: Loose): unknown => np.sum(p.x);

// biome-ignore format: one row, one line
const leaves = rowsOf(
  "grad",
  ["a class instance, deep in a tree", () => api.grad(total)({ x: 1, layers: [{}, {}, { w: new Layer(1) }] }), TreeError, /argument 0\.layers\[2\]\.w is an instance of Layer/, /registerTree/],
  ["text in a tree", () => api.grad(total)({ x: 1, name: "net" }), TreeError, /argument 0\.name is "net"/, /Close over anything else/],
  ["a key that is no name", () => api.grad(total)({ x: 1, "a b": "t" }), TreeError, /argument 0\["a b"\]/, /Leaves are/],
  ["a Map entry", () => api.grad(total)(new Map<unknown, unknown>([["w", "t"]])), TreeError, /argument 0\["w"\]/, /Leaves are/],
  ["a function in a registered class", () => { register(); return api.grad(total)(new Pair(1, () => 1)); }, TreeError, /argument 0\[1\] is a function/, /Leaves are/],
  ["a Promise in a tree", () => api.grad(total)({ x: Promise.resolve(1) }), TreeError, /argument 0\.x is a Promise/, /Await it first/],
  ["a set", () => api.grad(total)(new Set([1])), TreeError, /an instance of Set/, /containers are arrays/],
  ["a bigint", () => api.grad(total)(10n), TreeError, /bigint 10n/, /Leaves are/],
  ["a class instance as result", () => api.grad(() => new Layer(1))(1), TreeError, /the result is an instance of Layer/, /registerTree/],
  ["a typed array of another kind", () => api.grad(np.sum)(new BigInt64Array(1)), DTypeError, /BigInt64Array/, /8 to 32 bits/],
);

// biome-ignore format: one row, one line
const mapping = rowsOf(
  "tree.map",
  ["no function", () => tree.map(1, {}), ArgumentError, /1 is no function/, /It comes first/],
  ["other keys", () => tree.map(np.add, { a: 1 }, { b: 1 }), TreeError, /tree 1: expected an object with keys a, got an object with keys b/, /same containers and keys/],
  ["another length", () => tree.map(np.add, { a: [1, 2] }, { a: [1] }), TreeError, /tree 1\.a: expected an array of 2, got an array of 1/, /same containers/],
  ["another container", () => tree.map(np.add, { a: [1] }, { a: new Map([[0, 1]]) }), TreeError, /tree 1\.a: expected an array of 1, got a Map/, /same containers/],
  ["a missing tree", () => tree.map(np.add, { a: 1 }, undefined), TreeError, /tree 1: .* got nothing/, /same containers/],
  ["a leaf that is none", () => tree.map(np.add, { a: "x" }), TreeError, /the tree\.a is "x"/, /Leaves are/],
  ["a function that returns no tensor", () => tree.map(() => "x", { a: 1 }), ArgumentError, /"x" is no tensor/, /Pass a tensor/],
  ["an async function", () => tree.map(async (x: unknown) => x, [1]), ArgumentError, /a Promise \(await it first\)/, /Pass a tensor/],
);

// biome-ignore format: one row, one line
const others = [
  ...rowsOf("tree.flatten", ["a class instance", () => tree.flatten([new Layer(1)]), TreeError, /the tree\[0\] is an instance of Layer/, /registerTree/]),
  ...rowsOf("tree.leaves", ["a class instance", () => tree.leaves(new Layer(1)), TreeError, /an instance of Layer/, /registerTree/, "tree.flatten"]),
  ...rowsOf("tree.paths", ["text", () => tree.paths("x"), TreeError, /"x"/, /Leaves are/, "tree.flatten"]),
  ...rowsOf(
    "tree.unflatten",
    ["too few leaves", () => tree.unflatten(tree.flatten([1, 2]).structure, [1]), ShapeError, /1 leaves were given for a structure with 2/, /one for each/],
    ["no structure", () => tree.unflatten(null, [1]), ArgumentError, /null/, /tree\.flatten gave/],
    ["no list", () => tree.unflatten(tree.flatten(1).structure, 1), ArgumentError, /no list of leaves/, /an array/],
  ),
  ...rowsOf(
    "tree.ravel",
    ["text", () => tree.ravel({ a: "x" }), TreeError, /the tree\.a is "x"/, /Leaves are/],
    ["a vector of another length", () => item(tree.ravel([1, 2]), 1)(np.ones([3])), ShapeError, /a vector of 2 elements is needed, got \[3\]/, /tree\.ravel/, "tree.unravel"],
    ["no tensor for the way back", () => item(tree.ravel([1, 2]), 1)("x"), ArgumentError, /"x" is no tensor/, /Pass a tensor/, "tree.unravel"],
  ),
  ...(["registerTree", "tree.register"] as const).flatMap((name) => {
    const f = name === "registerTree" ? api.registerTree : tree.register;
    return rowsOf(
      name,
      ["no class", () => f({}, {}), ArgumentError, /an empty object is no class/, /the class itself/, "registerTree"],
      ["nothing to take it apart", () => f(Broken), ArgumentError, /flatten and unflatten are needed/, /unflatten: \(children\)/, "registerTree"],
    );
  }),
  ...rowsOf("registerTree", ["flatten that returns no list", () => { class Odd {} api.registerTree(Odd, { flatten: () => 1, unflatten: () => new Odd() }); return api.vmap(first)(new Odd()); }, ArgumentError, /flatten of argument 0, an instance of Odd, gave 1/, /an array of children/, "vmap"]),
  ...rowsOf("residuals", ["no graph", () => api.residuals({}), ArgumentError, /an empty object is no graph/, /makeGraph/]),
  ...rowsOf(
    "promoteDTypes",
    ["an unknown dtype", () => api.promoteDTypes("float64", "float16"), DTypeError, /"float16" is no dtype/, /Known are float64/],
    ["nothing", () => api.promoteDTypes(), DTypeError, /a missing value is no dtype/, /Known are/],
  ),
];

export const treeRows: readonly Row[] = [...leaves, ...mapping, ...others];
