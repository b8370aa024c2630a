/**
 * Every function of the array rooms at the ends of its domain of shapes: no dimension, an empty one, five of them. It
 * either answers with a typed error, or its compiled and mapped forms and its derivatives are what they should be.
 */
import { jit, jvp, Tensor, vjp, vmap } from "cotangent";
import * as fft from "cotangent/fft";
import * as linalg from "cotangent/linalg";
import * as nn from "cotangent/nn";
import * as np from "cotangent/numpy";
import * as special from "cotangent/special";
import { checkGrads } from "cotangent/testing";
import { describe, expect, it } from "vitest";
import { CotangentError } from "../../src/tensor/errors.js";
import { expectNone, listDifference, reordered } from "../../src/testing/compare.js";

type List = readonly Tensor[];
type AnyFunction = (...args: unknown[]) => unknown;
type Call = (f: AnyFunction, args: List) => unknown;

const rooms: Readonly<Record<string, object>> = { np, linalg, special, fft, nn };

/** Matrices at the end for `linalg`; few numbers elsewhere, so that none is near a tie or a jump. */
const shapesOf = (room: string): readonly (readonly number[])[] => [
  [],
  [0],
  [0, 0],
  [2, 0, 3],
  [0, 3, 3],
  room === "linalg" ? [1, 2, 1, 3, 3] : [2, 1, 1, 1, 2],
];

/** Their results depend on values, or an empty list of any dtype is an index to them: only eagerly. */
const eager: ReadonlySet<string> = new Set([
  "np.argwhere",
  "np.flatnonzero",
  "np.intersect1d",
  "np.nonzero",
  "np.setdiff1d",
  "np.setxor1d",
  "np.slice",
  "np.take",
  "np.takeAlongAxis",
  "np.union1d",
  "np.unique",
  "np.uniqueAll",
]);

/** The first that a function accepts for a shape is tried. */
const calls: readonly { readonly form: string; readonly arity: number; readonly call: Call }[] = [
  // diagonals, of which the middle one outweighs the others, and right-hand sides
  { form: "f(x, y + 4, z, w)", arity: 4, call: (f, [x, y, z, w]) => f(x, np.add(y as Tensor, 4), z, w) },
  { form: "f(x, y, z)", arity: 3, call: (f, [x, y, z]) => f(x, y, z) },
  { form: "f(x, y)", arity: 2, call: (f, [x, y]) => f(x, y) },
  { form: "f(x)", arity: 1, call: (f, [x]) => f(x) },
  { form: "f([x, y])", arity: 2, call: (f, [x, y]) => f([x, y]) },
  { form: "f(x, 1)", arity: 1, call: (f, [x]) => f(x, 1) },
  { form: "f(x, y, z, w)", arity: 4, call: (f, [x, y, z, w]) => f(x, y, z, w) },
];

/** Their arguments are of another kind: shapes, indices, integers, keys, parameters, options that they cannot do without. */
const others: ReadonlySet<string> = new Set([
  "np.astype",
  "np.broadcastShapes",
  "np.broadcastTo",
  "np.full",
  "np.ones",
  "np.zeros",
  "np.einsum",
  "np.dynamicSlice",
  "np.dynamicUpdateSlice",
  "np.allclose",
  "np.arrayEqual",
  "np.bitwiseAnd",
  "np.bitwiseNot",
  "np.bitwiseOr",
  "np.bitwiseXor",
  "np.invert",
  "np.leftShift",
  "np.rightShift",
  "np.eye",
  "np.identity",
  "np.tri",
  "np.arange",
  "np.fromFunction",
  "np.indices",
  "np.reshape",
  "np.swapaxes",
  "np.select",
  "np.convolve",
  "np.correlate",
  "np.interp",
  "np.at",
  "np.bincount",
  "np.canCast",
  "np.diagIndices",
  "np.finfo",
  "np.fromBuffer",
  "np.gcd",
  "np.iinfo",
  "np.insert",
  "np.lcm",
  "np.piecewise",
  "np.polyfit",
  "np.promoteTypes",
  "np.putAlongAxis",
  "np.ravelMultiIndex",
  "np.resultType",
  "np.trilIndices",
  "np.triuIndices",
  "np.unravelIndex",
  "linalg.bicgstab",
  "linalg.cg",
  "linalg.gmres",
  "linalg.luSolve",
  "special.polygamma",
  "special.expn",
  "special.bernoulli",
  "fft.fftfreq",
  "fft.rfftfreq",
  "nn.multiHeadAttention",
  "nn.dropout",
  "nn.glorotNormal",
  "nn.glorotUniform",
  "nn.heNormal",
  "nn.heUniform",
  "nn.lecunNormal",
  "nn.lecunUniform",
  "nn.orthogonal",
  "nn.varianceScaling",
  "nn.conv",
  "nn.dense",
  "nn.embedding",
  "nn.serial",
  "nn.mapCoordinates",
  "nn.resize",
  "nn.softmaxCrossEntropyWithIntegerLabels",
  "nn.groupNorm",
  "nn.reduceWindow",
]);

/** Numbers between 0.15 and 0.95, no two alike; matrices at the end with a strong diagonal. */
const argument = (shape: readonly number[], salt: number): Tensor => {
  const [rows, columns] = [shape.at(-2), shape.at(-1)];
  const isSquare = shape.length >= 2 && rows === columns;
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: size }, (_, i) => {
    const value = 0.15 + 0.8 * ((0.6180339887 * (i + 1) + 0.3141 * (salt + 1)) % 1);
    const n = columns as number;
    const isDiagonal = isSquare && Math.floor(i / n) % n === i % n;
    return isSquare ? 0.2 * value + (isDiagonal ? 2 + (i % n) : 0) : value;
  });
  return np.reshape(np.array(data, { dtype: "float64" }), shape);
};

/** The order of what they find may be another nearby, which differences see; test/linalg has their derivatives. */
const jumping: ReadonlySet<unknown> = new Set([linalg.schur]);

const tensorsIn = (x: unknown): Tensor[] => {
  if (x instanceof Tensor) return [x];
  if (typeof x !== "object" || x === null) return [];
  return Object.values(x).flatMap(tensorsIn);
};

const check = (f: AnyFunction, call: Call, arity: number, shape: readonly number[]): boolean => {
  const args = Array.from({ length: arity }, (_, i) => argument(shape, i));
  const of = (...xs: List): Tensor[] => tensorsIn(call(f, xs));
  let outs: Tensor[];
  try {
    outs = of(...args);
  } catch (error) {
    if (error instanceof CotangentError) return false;
    throw error;
  }
  if (outs.length === 0) return false;
  expectNone(listDifference("compiled", outs, jit(of)(...args) as List, "bits"));
  const other = args.map((_, i) => argument(shape, i + 5));
  const pairs = args.map((x, i) => np.stack([x, other[i] as Tensor]));
  const mapped = vmap(of)(...(pairs as Tensor[])) as List;
  const apart = of(...other);
  expectNone(
    listDifference(
      "mapped",
      outs.map((x, i) => np.stack([x, apart[i] as Tensor])),
      mapped,
      reordered,
    ),
  );
  const floats = (...xs: Tensor[]): Tensor[] => of(...xs).filter(({ dtype }) => dtype.startsWith("float"));
  const isFinite = outs.every((x) => np.all(np.isfinite(x)).item());
  if (!isFinite || jumping.has(f) || floats(...args).length === 0) return true;
  if (args.some(hasElements) && floats(...args).some(hasElements)) checkGrads(floats, args, { order: 2 });
  else expectEmptyDerivatives(floats, args);
  return true;
};

const hasElements = ({ size }: Tensor): boolean => size > 0;

/** Without elements there are no numbers to compare: derivatives have the shapes of what they belong to. */
const expectEmptyDerivatives = (f: (...xs: Tensor[]) => Tensor[], args: List): void => {
  const shapes = (list: List): unknown => list.map(({ shape }) => shape);
  const [outs, tangents] = jvp(f, args as Tensor[], args as Tensor[]);
  expect(shapes(tangents)).toEqual(shapes(outs));
  const cotangents = vjp(f, args as Tensor[])[1](outs);
  expect(shapes(cotangents)).toEqual(shapes(args));
  for (const x of cotangents) expect(x.toTypedArray().every((element) => element === 0)).toBe(true);
};

for (const [room, members] of Object.entries(rooms)) {
  describe(room, () => {
    for (const [member, f] of Object.entries(members)) {
      const name = `${room}.${member}`;
      if (typeof f !== "function" || /^[A-Z]/.test(member) || eager.has(name)) continue;
      it(member, () => {
        let accepted = 0;
        for (const shape of shapesOf(room)) {
          const fitting = calls.filter(
            ({ arity, form }) => (f.length === 0 && arity < 4) || arity <= f.length || form === "f([x, y])",
          );
          const isAccepted = fitting.some(({ form, arity, call }) => {
            try {
              return check(f as AnyFunction, call, arity, shape);
            } catch (error) {
              throw new Error(`${form} at shape [${shape.join(", ")}]: ${(error as Error).message}`, {
                cause: error,
              });
            }
          });
          if (isAccepted) accepted++;
        }
        expect(accepted > 0, "accepted at some shape, or listed among the others").toBe(!others.has(name));
      });
    }
  });
}
