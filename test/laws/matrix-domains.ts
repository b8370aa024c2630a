/**
 * Domains of factorisations and solvers. Smooth draws are matrices whose diagonal outweighs the rest and has distinct
 * elements, so that no pivot, no sign and no order changes nearby; other draws are any matrices, with NaN among them.
 */
import fc from "fast-check";
import type { Shape } from "../../src/tensor/shape.js";
import type { DenseTensor, TensorType } from "../../src/tensor/tensor.js";
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

/** Three diagonals, the middle one strong, and right-hand sides. */
const tridiagonal: Domain = {
  dtypes: floats,
  linear: () => [[3]],
  plan: (draw) =>
    fc.tuple(draw.shape(1, 3), fc.nat(2)).map(([shape, columns]) => {
      const beside = draw.smooth ? draw.tensor(shape, { min: -0.6, max: 0.6 }) : draw.tensor(shape);
      const middle = draw.smooth ? draw.tensor(shape, { min: 1.5, max: 3 }) : draw.tensor(shape);
      return plan(null, beside, middle, beside, draw.tensor([...shape, columns]));
    }),
};

/** Matrices of distinct eigenvalues with positive real parts; where asked for and there is room, one pair of them complex. */
const spectral = (draw: Draw, shape: Shape, complex: boolean): fc.Arbitrary<DenseTensor> => {
  if (!draw.smooth) return draw.tensor(shape);
  const n = shape[shape.length - 1] as number;
  const pair = complex && n > 1;
  return draw.tensor(shape, noise).map((x) =>
    filled(x.type, (index) => {
      const [i, j] = [Math.floor((index % (n * n)) / n), index % n];
      if (pair && i < 2 && j < 2) return x.at(index) + (i === j ? 1.5 : i < j ? 2 : -0.6);
      return x.at(index) + (i === j ? 1.5 + 0.875 * i : 0);
    }),
  );
};
/**
 * At most two rows in smooth draws: of more the QR algorithm may find the eigenvalues in another order nearby, which
 * differences would see. test/linalg has larger ones.
 */
const spectra: Domain = {
  dtypes: floats,
  plan: (draw) =>
    fc.tuple(squareShapes(draw), fc.boolean()).map(([shape, complex]) => {
      const n = Math.min(shape[shape.length - 1] as number, draw.smooth ? 2 : 4);
      return plan(null, spectral(draw, [...shape.slice(0, -2), n, n], complex));
    }),
};

/** Quasi-triangular matrices, where their blocks of two rows begin, and right-hand sides. */
const turns: Domain = {
  dtypes: floats,
  linear: () => [[2]],
  plan: (draw) =>
    fc.tuple(squareShapes(draw), fc.boolean(), fc.boolean()).map(([shape, transpose, complex]) => {
      const n = shape[shape.length - 1] as number;
      const isPair = (i: number): boolean => complex && i % 3 === 0 && i + 1 < n;
      const forms = matrices(draw, shape).map((x) =>
        filled(x.type, (index) => {
          const [i, j] = [Math.floor((index % (n * n)) / n), index % n];
          if (!draw.smooth) return x.at(index);
          if (i === j + 1 && isPair(j)) return x.at(index) - 1;
          // the last element that takes part in a block has the diagonal of the first
          return i === j && i > 0 && isPair(i - 1) ? x.at(index - n - 1) : x.at(index);
        }),
      );
      const type: TensorType = { shape: shape.slice(0, -1), dtype: "bool", weak: false };
      const pairs = fc.constant(filled(type, (index) => (isPair(index % n) ? 1 : 0)));
      return plan(transpose, forms, pairs, draw.tensor(shape));
    }),
};

/** A and B of separate spectra, and Q of as many rows as A and columns as B has. */
const sylvester: Domain = {
  dtypes: floats,
  linear: () => [[2]],
  plan: (draw) =>
    fc.tuple(matrixShapes(draw), fc.boolean(), fc.boolean()).map(([shape, p, q]) => {
      const [m, n] = shape.slice(-2).map((size) => Math.min(size, 3)) as [number, number];
      const of = (rows: number, columns: number): Shape => [...shape.slice(0, -2), rows, columns];
      return plan(null, spectral(draw, of(m, m), p), spectral(draw, of(n, n), q), draw.tensor(of(m, n)));
    }),
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
  tridiagonalSolve: tridiagonal,
  eig: spectra,
  eigvals: spectra,
  schur: spectra,
  schurTurn: turns,
  sylvester,
  expm: ofSquare,
  expmDirection: pairs,
  logm: ofSquare,
  logmDirection: pairs,
  sqrtm: ofSquare,
  lyapunov: pairs,
};
