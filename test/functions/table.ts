/**
 * The table of `docs/coverage.md`, made by running: every function of the array rooms is called with generated arguments,
 * its derivatives are compared with differences, its mapped and compiled forms with itself.
 */
import { jit, jvp, Tensor, tree, vjp, vmap } from "cotangent";
import * as fft from "cotangent/fft";
import * as linalg from "cotangent/linalg";
import * as nn from "cotangent/nn";
import * as np from "cotangent/numpy";
import * as random from "cotangent/random";
import * as special from "cotangent/special";
import { checkGrads } from "cotangent/testing";

type Function_ = (...args: unknown[]) => unknown;
type Of = (args: readonly Tensor[]) => unknown;
/** Shapes of the tensor arguments, and the call with them. */
interface Recipe {
  readonly shapes: readonly (readonly number[])[];
  readonly call: (f: Function_, args: readonly Tensor[]) => unknown;
}

const plain = (...shapes: readonly (readonly number[])[]): Recipe => ({
  shapes,
  call: (f, args) => f(...args),
});
const withMore = (shapes: readonly (readonly number[])[], ...more: readonly unknown[]): Recipe => ({
  shapes,
  call: (f, args) => f(...args, ...more),
});
const after = (first: unknown, ...shapes: readonly (readonly number[])[]): Recipe => ({
  shapes,
  call: (f, args) => f(first, ...args),
});
const inList: Recipe = { shapes: [[3], [3]], call: (f, args) => f(args) };

/** Tried in this order; the first that a function accepts is its own. */
const recipes: readonly Recipe[] = [
  plain([5]),
  plain([3, 3]),
  plain([5], [5]),
  plain([3, 3], [3]),
  plain([3], [3], [3]),
  plain([3], [3], [3], [3]),
  after(1, [5]),
  withMore([[4]], 2),
  inList,
];

/** A layer as a function of its parameters and of its input; where there is none, of whole numbers. */
const layer = (make: (f: Function_) => unknown, input: readonly number[] | null): Recipe => ({
  shapes: input === null ? [[3]] : [[3], input],
  call: (f, [salt, x]) => {
    const { init, apply } = make(f) as nn.Layer<unknown>;
    const moved = tree.map(
      (p) => np.mul(np.add(1, np.sum(salt as Tensor)), np.astype(p, (salt as Tensor).dtype)),
      init(random.key(1)) as Tensor,
    );
    return apply(moved, x ?? new Int32Array([4, 0, 4]));
  },
});
const notOfTensors: Recipe = { shapes: [], call: () => null };

/** Functions whose arguments are of their own kind. */
const particular: Readonly<Record<string, Recipe>> = {
  "np.arccosh": { shapes: [[4]], call: (f, [x]) => f(np.add(x as Tensor, 1)) },
  "special.zeta": { shapes: [[4], [4]], call: (f, [x, q]) => f(np.add(x as Tensor, 1), q) },
  "linalg.matrixPower": withMore([[3, 3]], 3),
  "np.meshgrid": { shapes: [[2], [3]], call: (f, [x, y]) => f([x, y]) },
  "np.astype": withMore([[4]], "float64"),
  "np.broadcastTo": withMore([[4]], [2, 4]),
  "np.diagonal": plain([3, 3]),
  "np.dynamicSlice": withMore([[4]], [1], [2]),
  "np.dynamicUpdateSlice": withMore([[4], [2]], [1]),
  "np.einsum": after("ij,jk->ik", [2, 3], [3, 2]),
  "np.expandDims": withMore([[4]], 0),
  "np.fullLike": plain([3], []),
  "np.interp": { shapes: [[3], [4]], call: (f, [x, y]) => f(x, [0, 0.3, 0.6, 1], y) },
  "np.kron": plain([2, 2], [2, 2]),
  "linalg.kron": plain([2, 2], [2, 2]),
  "np.moveaxis": withMore([[2, 3]], 0, 1),
  "np.multiDot": { shapes: [[3, 3], [3, 3], [3]], call: (f, args) => f(args) },
  "linalg.multiDot": { shapes: [[3, 3], [3, 3], [3]], call: (f, args) => f(args) },
  "np.pad": withMore([[4]], [1, 2]),
  "np.percentile": withMore([[5]], 30),
  "np.quantile": withMore([[5]], 0.3),
  "np.nanpercentile": withMore([[5]], 30),
  "np.nanquantile": withMore([[5]], 0.3),
  "np.repeat": withMore([[4]], 2),
  "np.reshape": withMore([[4]], [2, 2]),
  "np.roll": withMore([[4]], 1),
  "np.rot90": plain([2, 3]),
  "np.select": { shapes: [[3], [3]], call: (f, args) => f([[true, false, true], true], args) },
  "np.slice": withMore([[4]], { slice: [1, 3] }),
  "np.split": withMore([[4]], 2),
  "np.arraySplit": withMore([[4]], 2),
  "np.searchsorted": after([0.1, 0.5, 0.9], [4]),
  "np.swapaxes": withMore([[2, 3]], 0, 1),
  "np.take": withMore([[4]], [2, 0]),
  "np.takeAlongAxis": withMore([[4]], [2, 0]),
  "np.tensordot": withMore(
    [
      [2, 3],
      [3, 2],
    ],
    1,
  ),
  "np.tile": withMore([[4]], 2),
  "np.unstack": plain([2, 3]),
  "np.nonzero": withMore([[5]], { size: 3 }),
  "np.argwhere": withMore([[5]], { size: 3 }),
  "np.flatnonzero": withMore([[5]], { size: 3 }),
  "np.unique": withMore([[5]], { size: 5 }),
  "np.uniqueAll": withMore([[5]], { size: 5 }),
  "np.union1d": withMore([[3], [3]], { size: 6 }),
  "np.intersect1d": withMore([[3], [3]], { size: 3 }),
  "np.setdiff1d": withMore([[3], [3]], { size: 3 }),
  "np.setxor1d": withMore([[3], [3]], { size: 6 }),
  "np.bincount": {
    shapes: [[4]],
    call: (f, [w]) => f(new Int32Array([0, 2, 2, 1]), { weights: w, length: 3 }),
  },
  "np.digitize": withMore([[4]], [0.1, 0.5, 0.9]),
  "np.histogram": { shapes: [[5], [5]], call: (f, [x, weights]) => f(x, { bins: [0, 0.5, 1], weights }) },
  "np.histogramBinEdges": withMore([[5]], { bins: 3 }),
  "np.partition": withMore([[5]], 2),
  "np.argpartition": withMore([[5]], 2),
  "np.lexsort": inList,
  "np.append": plain([3], [2]),
  "np.insert": { shapes: [[4], [2]], call: (f, [x, v]) => f(x, [1, 3], v) },
  "np.delete": withMore([[4]], 1),
  "np.block": { shapes: [[2], [2], [2, 2]], call: (f, [a, b, c]) => f([[a], [b], [c]]) },
  "np.dstack": inList,
  "np.columnStack": inList,
  "np.hsplit": withMore([[4]], 2),
  "np.vsplit": withMore([[4, 2]], 2),
  "np.dsplit": withMore([[2, 1, 4]], 2),
  "np.fliplr": plain([2, 3]),
  "np.cov": plain([2, 4]),
  "np.corrcoef": plain([2, 4]),
  "np.gradient": plain([5]),
  "np.polyfit": { shapes: [[5], [5]], call: (f, [x, y]) => f(x, y, 2) },
  "np.polydiv": plain([4], [2]),
  "np.polyder": plain([4]),
  "np.polyint": plain([4]),
  "np.unravelIndex": { shapes: [[3]], call: (f) => f(new Int32Array([1, 4, 5]), [2, 3]) },
  "np.ldexp": withMore([[4]], new Int32Array([1, -2, 0, 3])),
  "np.fillDiagonal": plain([3, 3], [3]),
  "np.putAlongAxis": { shapes: [[4], [2]], call: (f, [x, v]) => f(x, [2, 0], v) },
  "np.piecewise": withMore(
    [[3]],
    [[true, false, false]],
    [(x: Tensor) => np.square(x), (x: Tensor) => np.sin(x)],
  ),
  "np.gcd": { shapes: [[3]], call: (f, [x]) => f(np.astype(np.multiply(x as Tensor, 60), "int32"), 12) },
  "np.lcm": { shapes: [[3]], call: (f, [x]) => f(np.astype(np.multiply(x as Tensor, 60), "int32"), 12) },
  "np.where": after([true, false, true], [3], [3]),
  "np.trace": plain([3, 3]),
  "np.cross": plain([3], [3]),
  "np.divmod": plain([3], [3]),
  "np.integerPow": withMore([[4]], 3),
  ...Object.fromEntries(
    [
      "glorotNormal",
      "glorotUniform",
      "heNormal",
      "heUniform",
      "lecunNormal",
      "lecunUniform",
      "orthogonal",
      "ones",
      "zeros",
    ].map((name) => [`nn.${name}`, notOfTensors] as const),
  ),
  "nn.avgPool": withMore([[1, 4, 4, 2]], [2, 2]),
  "nn.maxPool": withMore([[1, 4, 4, 2]], [2, 2]),
  "nn.reduceWindow": { shapes: [[1, 4, 4, 2]], call: (f, [x]) => f(x, "max", { window: [1, 2, 2, 1] }) },
  "nn.patches": withMore([[1, 4, 4, 2]], [2, 3], { padding: "SAME" }),
  "nn.resize": withMore([[2, 4, 3]], [2, 3, 5], { method: "cubic" }),
  "nn.mapCoordinates": {
    shapes: [[3, 4], [5], [5]],
    call: (f, [x, u, v]) => f(x, [u, np.multiply(v as Tensor, 3)], { mode: "reflect" }),
  },
  "nn.batchNorm": { shapes: [[4, 3], [3], [3]], call: (f, [x, scale, offset]) => f(x, { scale, offset }) },
  "nn.layerNorm": { shapes: [[2, 4], [4], [4]], call: (f, [x, scale, offset]) => f(x, { scale, offset }) },
  "nn.rmsNorm": { shapes: [[2, 4], [4]], call: (f, [x, scale]) => f(x, { scale }) },
  "nn.groupNorm": { shapes: [[2, 3, 4]], call: (f, [x]) => f(x, { groups: 2 }) },
  "nn.glu": plain([4]),
  "nn.convGeneralDilated": {
    shapes: [
      [1, 5, 4, 2],
      [3, 2, 2, 3],
    ],
    call: (f, [x, w]) => f(x, w, { padding: "SAME" }),
  },
  "nn.convTranspose": {
    shapes: [
      [1, 3, 2, 2],
      [2, 2, 2, 3],
    ],
    call: (f, [x, w]) => f(x, w, { strides: [2, 1] }),
  },
  "nn.dropout": { shapes: [[6]], call: (f, [x]) => f(random.key(3), x, 0.4) },
  "nn.dotProductAttention": plain([2, 3, 1, 4], [2, 3, 1, 4], [2, 3, 1, 4]),
  "nn.multiHeadAttention": {
    shapes: [
      [3, 4],
      [4, 2],
      [4, 2],
      [4, 6],
      [6, 4],
    ],
    call: (f, [x, query, key, value, out]) => f({ query, key, value, out }, x, { heads: 2 }),
  },
  "nn.softmaxCrossEntropyWithIntegerLabels": withMore([[3, 4]], new Int32Array([0, 3, 1])),
  "nn.softmaxCrossEntropy": plain([3, 4], [3, 4]),
  "nn.hinge": { shapes: [[4]], call: (f, [x]) => f(x, [1, -1, 1, -1]) },
  "nn.oneHot": { shapes: [[2]], call: (f) => f(new Int32Array([1, 0]), 3) },
  "nn.dense": layer((f) => f(4, 3), [2, 4]),
  "nn.conv": layer((f) => f([2, 2], 2, 3), [1, 3, 3, 2]),
  "nn.serial": layer((f) => f(nn.dense(4, 3), nn.silu, nn.dense(3, 2)), [2, 4]),
  "nn.embedding": layer((f) => f(5, 3), null),
  // of a symmetric matrix, also where a single element is moved
  "linalg.cg": {
    shapes: [[3, 3], [3]],
    call: (f, [a, b]) => f(np.add(a as Tensor, np.transpose(a as Tensor)), b, { tol: 1e-14 }),
  },
  "linalg.cond": plain([3, 3]),
  // of two rows, whose order does not jump
  "linalg.schur": plain([2, 2]),
  "linalg.solveSylvester": plain([3, 3], [2, 2], [3, 2]),
  "linalg.tridiagonalSolve": {
    shapes: [[4], [4], [4], [4, 2]],
    call: (f, [below, middle, above, b]) => f(below, np.add(middle as Tensor, 2), above, b),
  },
  "linalg.norm": plain([3, 3]),
  "special.multigammaln": { shapes: [[4]], call: (f, [x]) => f(np.add(x as Tensor, 3), 2) },
  "special.betainc": plain([3], [3], [3]),
};

/** Numbers between 0.15 and 0.95, all different and none a tie; matrices with a strong diagonal, symmetric enough. */
const argument = (shape: readonly number[], dtype: "float64" | "float32", salt: number): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  const isSquare = shape.length === 2 && shape[0] === shape[1];
  const n = shape[0] ?? 1;
  const data = Array.from({ length: size }, (_, i) => {
    const value = 0.15 + 0.8 * ((0.6180339887 * (i + 1) + 0.3141 * (salt + 1)) % 1);
    const [row, column] = [Math.floor(i / n), i % n];
    return isSquare ? (row === column ? 2 + row : 0) + 0.2 * value : value;
  });
  return np.reshape(np.array(data, { dtype }), shape);
};

const tensorsIn = (x: unknown): Tensor[] => {
  if (x instanceof Tensor) return [x];
  if (typeof x !== "object" || x === null) return [];
  return Object.values(x).flatMap(tensorsIn);
};
const isFloat = (x: Tensor): boolean => x.dtype.startsWith("float");

type Mark = "yes" | "hole" | "-";
const attempt = (check: () => void): Mark => {
  try {
    check();
    return "yes";
  } catch {
    return "hole";
  }
};
const agree = (a: readonly Tensor[], b: readonly Tensor[], rtol: number): void => {
  if (a.length !== b.length) throw new Error("another number of results");
  a.forEach((x, i) => {
    if (!np.allclose(x, b[i] as Tensor, { rtol, atol: rtol, equalNan: true })) throw new Error("they differ");
  });
};

interface Row {
  readonly name: string;
  readonly marks: readonly Mark[];
}

const columns = ["value", "jvp", "vjp", "second", "vmap", "jit"] as const;

const recipeOf = (name: string, f: Function_): Recipe | undefined => {
  const fits = ({ shapes, call }: Recipe): boolean => {
    try {
      return (
        tensorsIn(
          call(
            f,
            shapes.map((shape, i) => argument(shape, "float64", i)),
          ),
        ).length > 0
      );
    } catch {
      return false;
    }
  };
  const own = particular[name];
  return (own === undefined ? recipes : [own]).find(fits);
};

const marksOf = (f: Function_, { shapes, call }: Recipe, dtype: "float64" | "float32"): readonly Mark[] => {
  const of: Of = (args) => call(f, args);
  const floats = (...args: readonly Tensor[]): Tensor[] => tensorsIn(of(args)).filter(isFloat);
  const all = (...args: readonly Tensor[]): Tensor[] => tensorsIn(of(args));
  const args = shapes.map((shape, i) => argument(shape, dtype, i));
  const wide = shapes.map((shape, i) => argument(shape, "float64", i));
  const moves = shapes.map((shape, i) => argument(shape, dtype, i + 7));
  const value = attempt(() => {
    for (const x of all(...args)) if (np.any(np.isnan(x)).item()) throw new Error("NaN");
  });
  const outs = floats(...args);
  const derivatives = (): readonly Mark[] => {
    if (outs.length === 0) return ["-", "-", "-"];
    if (dtype === "float64") {
      // the second order includes the first; each by itself only where that fails
      const all = attempt(() => checkGrads(floats, args, { order: 2 }));
      if (all === "yes") return [all, all, all];
      const alone = (mode: "forward" | "reverse"): Mark =>
        attempt(() => checkGrads(floats, args, { modes: [mode] }));
      return [alone("forward"), alone("reverse"), all];
    }
    // float32 against float64, which is compared with differences
    const up = (list: readonly Tensor[]): Tensor[] => list.map((x) => np.astype(x, "float64"));
    const push = (xs: readonly Tensor[], dxs: readonly Tensor[]): Tensor[] =>
      jvp(floats, xs as Tensor[], dxs as Tensor[])[1] as Tensor[];
    const pull = (xs: readonly Tensor[]): Tensor[] => {
      const [ys, back] = vjp(floats, xs as Tensor[]);
      return [...(back((ys as Tensor[]).map((y) => np.onesLike(y)) as never) as readonly Tensor[])];
    };
    const second = (xs: readonly Tensor[], dxs: readonly Tensor[]): Tensor[] =>
      jvp((...ys: Tensor[]) => pull(ys), xs as Tensor[], dxs as Tensor[])[1] as Tensor[];
    return [
      attempt(() => agree(up(push(args, moves)), push(wide, up(moves)), 2e-3)),
      attempt(() => agree(up(pull(args)), pull(wide), 2e-3)),
      attempt(() => agree(up(second(args, moves)), second(wide, up(moves)), 2e-2)),
    ];
  };
  const stacked = args.map((x, i) => np.stack([x, np.add(x, np.mul(moves[i] as Tensor, 0.01))]));
  const example = (i: number): Tensor[] => all(...stacked.map((x) => np.slice(x, i)));
  return [
    value,
    ...derivatives(),
    attempt(() => {
      const mapped = vmap(all)(...(stacked as Tensor[])) as Tensor[];
      const [first, second] = [example(0), example(1)];
      agree(
        mapped,
        first.map((x, i) => np.stack([x, second[i] as Tensor])),
        dtype === "float64" ? 1e-12 : 1e-5,
      );
    }),
    attempt(() => agree(jit(all)(...args) as Tensor[], all(...args), 0)),
  ];
};

const rooms: Readonly<Record<string, object>> = { np, linalg, special, fft, nn };

/** For each room the functions of tensors, and the names of those that the recipes do not fit. */
export const table = (): string => {
  const sections = Object.entries(rooms).map(([room, members]) => {
    const rows: Row[] = [];
    const others: string[] = [];
    for (const [name, f] of Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (typeof f !== "function" || /^[A-Z]/.test(name)) continue;
      const recipe = recipeOf(`${room}.${name}`, f as Function_);
      if (recipe === undefined) others.push(name);
      else
        rows.push({
          name,
          marks: (["float64", "float32"] as const).flatMap((dtype) => marksOf(f as Function_, recipe, dtype)),
        });
    }
    const heads = ["float64", "float32"].flatMap((dtype) => columns.map((c) => (c === "value" ? dtype : c)));
    const holes = rows.filter(({ marks }) => marks.includes("hole")).map(({ name }) => name);
    return [
      `## ${room}`,
      "",
      `${rows.length} functions; with a hole: ${holes.length === 0 ? "none" : holes.join(", ")}.`,
      ...(others.length === 0
        ? []
        : [
            "",
            `Not called here (no tensors in or out, or arguments of another kind): ${others.join(", ")}.`,
          ]),
      "",
      `| | ${heads.join(" | ")} |`,
      `|---|${heads.map(() => ":-:").join("|")}|`,
      ...rows.map(
        ({ name, marks }) => `| ${name} | ${marks.map((m) => (m === "hole" ? "**hole**" : m)).join(" | ")} |`,
      ),
      "",
    ].join("\n");
  });
  return `# What is tested of every function

Made by \`npm run coverage-table\`, and held to what that makes by a test. Each function is called with generated arguments, in
float64 and float32: **value** means that the call gives no NaN, **jvp**, **vjp** and **second** that forward mode, reverse
mode and their derivatives agree with differences (float32: with float64), **vmap** that it maps as a loop does, and **jit** that the
compiled function gives the same bits. "-" stands where results are no floats. The values themselves are tested elsewhere.

${sections.join("\n")}`;
};
