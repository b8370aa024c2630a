/**
 * Domains of factorisations and solvers. Smooth draws are matrices whose diagonal outweighs the rest and has distinct
 * elements, so that no pivot, no sign and no order changes nearby; other draws are any matrices, with NaN among them.
 */
import fc from "fast-check";
import type { Shape } from "../../src/tensor/shape.js";
import type { DenseTensor } from "../../src/tensor/tensor.js";
import { filled } from "../../src/testing/differences.js";
import { type Domain, type Draw, floats, type Plan } from "../../src/testing/domains.js";

/** [batch..., m, n] with few elements, sizes 0 and 1 among them. */
const matrixShapes = (draw: Draw): fc.Arbitrary<Shape> => draw.shape(2, 4);
const squareShapes = (draw: Draw): fc.Arbitrary<Shape> =>
  matrixShapes(draw).map((shape) => {
    const n = Math.min(...shape.slice(-2));
    return [...shape.slice(0, -2), n, n];
  });

const noise = { min: -0.15, max: 0.15 };

/** Any matrices; for a smooth draw those of strong and distinct diagonals. */
const matrices = (draw: Draw, shape: Shape): fc.Arbitrary<DenseTensor> => {
  if (!draw.smooth) return draw.tensor(shape);
  const n = shape[shape.length - 1] as number;
  const m = shape[shape.length - 2] as number;
  return draw.tensor(shape, noise).map((x) =>
    filled(x.type, (index) => {
      const [i, j] = [Math.floor((index % (m * n)) / n), index % n];
      return x.at(index) + (i === j ? 1.5 + 0.875 * i : 0);
    }),
  );
};

const plan = (p: unknown, ...operands: fc.Arbitrary<DenseTensor>[]): Plan => ({
  p,
  operands: fc.tuple(...operands),
});

const ofSquare: Domain = {
  dtypes: floats,
  plan: (draw) => squareShapes(draw).map((shape) => plan(null, matrices(draw, shape))),
};
const ofAny: Domain = {
  dtypes: floats,
  plan: (draw) => matrixShapes(draw).map((shape) => plan(null, matrices(draw, shape))),
};

/** `full` where the further vectors are a choice is for values only: no difference quotient follows the choice. */
const withForm = (isChoice: (m: number, n: number) => boolean): Domain => ({
  dtypes: floats,
  plan: (draw) =>
    fc.tuple(matrixShapes(draw), fc.boolean()).map(([shape, full]) => {
      const [m, n] = shape.slice(-2) as [number, number];
      return plan(full && !(draw.smooth && isChoice(m, n)), matrices(draw, shape));
    }),
});

const rightSide = (draw: Draw, shape: Shape, rows: number, columns: number): fc.Arbitrary<DenseTensor> =>
  draw.tensor([...shape.slice(0, -2), rows, columns]);

/** A matrix and right-hand sides, in which the operation is linear. */
const systems = (p: fc.Arbitrary<unknown>): Domain => ({
  dtypes: floats,
  linear: () => [[1]],
  plan: (draw) =>
    fc.tuple(squareShapes(draw), fc.nat(2), p).map(([shape, columns, parameters]) => {
      const n = shape[shape.length - 1] as number;
      return plan(parameters, matrices(draw, shape), rightSide(draw, shape, n, columns));
    }),
});

const leastSquares: Domain = {
  dtypes: floats,
  linear: () => [[1]],
  plan: (draw) =>
    fc.tuple(matrixShapes(draw), fc.nat(2), fc.boolean()).map(([shape, columns, transpose]) => {
      const [m, n] = shape.slice(-2) as [number, number];
      const rows = transpose ? n : m;
      return plan({ transpose, cutoff: 1e-6 }, matrices(draw, shape), rightSide(draw, shape, rows, columns));
    }),
};

/** Two matrices of one shape; the operation is linear in the second. */
const pairs: Domain = {
  dtypes: floats,
  linear: () => [[1]],
  plan: (draw) => squareShapes(draw).map((shape) => plan(null, matrices(draw, shape), draw.tensor(shape))),
};

export const matrixDomains: Readonly<Record<string, Domain>> = {
  cholesky: ofSquare,
  lu: ofAny,
  triangularSolve: systems(
    fc.record({ lower: fc.boolean(), transpose: fc.boolean(), unitDiagonal: fc.boolean() }),
  ),
  solve: systems(fc.boolean()),
  det: {
    dtypes: floats,
    plan: (draw) => squareShapes(draw).map((shape) => plan(null, draw.tensor(shape))),
  },
  slogdet: ofSquare,
  cofactors: ofSquare,
  qr: withForm((m, n) => m > n),
  eigh: ofSquare,
  eigvalsh: ofSquare,
  svd: withForm((m, n) => m !== n),
  svdvals: ofAny,
  leastSquares,
  expm: ofSquare,
  expmDirection: pairs,
  sqrtm: ofSquare,
  lyapunov: pairs,
};
