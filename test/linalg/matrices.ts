/** Matrices for the tests of linear algebra: random by seed, and of the families on which algorithms fail. */
import { np, type Tensor } from "cotangent";
import { randomNumbers } from "../../src/testing/differences.js";

export const epsilon = 2 ** -52;

/** Elements uniform in [-1, 1). */
export const random = (shape: readonly number[], seed: number): Tensor => {
  const next = randomNumbers(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  // the first few numbers of near seeds are alike
  for (let i = 0; i < 8; i++) next();
  return np.reshape(np.array(Array.from({ length: size }, () => 2 * next() - 1)), shape);
};

const fromElements = (m: number, n: number, element: (i: number, j: number) => number): Tensor =>
  np.array(Array.from({ length: m }, (_, i) => Array.from({ length: n }, (_, j) => element(i, j))));

export const adjoint = (x: Tensor): Tensor => np.swapaxes(x, -1, -2);
export const symmetricPart = (x: Tensor): Tensor => np.mul(0.5, np.add(x, adjoint(x)));

/** The largest magnitude; 0 of nothing. */
export const largest = (x: Tensor): number => (x.size === 0 ? 0 : np.max(np.abs(x)).item());

/** How far `got` is from `expected`, in units of the rounding of the largest of `scale`, n of them. */
export const units = (got: Tensor, expected: Tensor, scale: number, n: number): number => {
  if (got.size === 0) return 0;
  const difference = largest(np.sub(got, expected));
  // the least number there is bounds what products of the factors can show
  if (difference <= 4 * n * Number.MIN_VALUE) return 0;
  return difference / scale / (epsilon * Math.max(1, n));
};

/** m x n matrices by name; all of finite elements. */
export const families = (m: number, n: number, seed: number): readonly (readonly [string, Tensor])[] => {
  const x = random([m, n], seed);
  const scaled = (power: (i: number, j: number) => number): Tensor =>
    np.mul(
      x,
      fromElements(m, n, (i, j) => 10 ** power(i, j)),
    );
  const low = np.matmul(random([m, 2], seed + 1), random([2, n], seed + 2));
  return [
    ["random", x],
    ["tiny", np.mul(x, 1e-300)],
    ["huge", np.mul(x, 1e300)],
    ["denormal", np.mul(x, 1e-315)],
    ["graded by rows", scaled((i) => -3 * i)],
    ["graded by columns", scaled((_, j) => -3 * j)],
    ["of both huge and tiny elements", scaled((i, j) => (i === j ? 150 : -150))],
    ["Hilbert's", fromElements(m, n, (i, j) => 1 / (i + j + 1))],
    ["Vandermonde's", fromElements(m, n, (i, j) => ((i + 1) / m) ** j)],
    ["of rank 2", low],
    ["of small integers", np.round(np.mul(x, 2))],
    ["upper triangular", np.triu(x)],
    ["bidiagonal", np.triu(np.tril(x, 1))],
    ["the identity", np.eye(m, n)],
    ["of ones", np.ones([m, n])],
    ["zero", np.zeros([m, n])],
    ["zero but for a corner", fromElements(m, n, (i, j) => (i === m - 1 && j === 0 ? 1 : 0))],
    ["of equal singular values", np.mul(3, permutation(m, n))],
    ["of clustered values", np.add(np.eye(m, n), np.mul(1e-14, x))],
  ];
};

const permutation = (m: number, n: number): Tensor =>
  fromElements(m, n, (i, j) => ((i + 1) % m === j ? 1 : 0));
