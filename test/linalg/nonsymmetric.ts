/** Square matrices that are not symmetric, on which algorithms for eigenvalues fail or are put to the test. */
import { np, type Tensor } from "cotangent";
import { random } from "./matrices.js";

const fromElements = (n: number, element: (i: number, j: number) => number): Tensor =>
  np.array(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => element(i, j))));

/** n x n matrices by name. */
export const structured = (n: number, seed: number): readonly (readonly [string, Tensor])[] => {
  const x = random([n, n], seed);
  const rotation = np.sub(np.triu(np.ones([n, n]), 1), np.tril(np.ones([n, n]), -1));
  return [
    ["that is a Jordan block", np.add(np.mul(2, np.eye(n)), np.eye(n, n, { k: 1 }))],
    ["that is a transposed Jordan block", np.add(np.mul(2, np.eye(n)), np.eye(n, n, { k: -1 }))],
    [
      "that is nilpotent and hidden",
      np.matmul(np.matmul(reflection(n, seed), np.triu(x, 1)), reflection(n, seed)),
    ],
    ["that is a cyclic permutation", fromElements(n, (i, j) => ((i + 1) % n === j ? 1 : 0))],
    ["that is a companion of Wilkinson's polynomial", companion(n)],
    ["that is skew-symmetric", rotation],
    ["that is lower triangular", np.tril(x)],
    ["in Hessenberg form", np.triu(x, -1)],
    ["in blocks of rotations", blocks(n)],
    ["of Grcar's", fromElements(n, (i, j) => (i === j + 1 ? -1 : j >= i && j <= i + 3 ? 1 : 0))],
    ["graded both ways", fromElements(n, (i, j) => 10 ** (3 * (i - j)))],
  ];
};

const reflection = (n: number, seed: number): Tensor => {
  const v = random([n, 1], seed + 9);
  const square = np.sum(np.square(v));
  return np.sub(np.eye(n), np.div(np.mul(2, np.matmul(v, np.swapaxes(v, 0, 1))), square));
};

/** Of the polynomial with the zeros 1, ..., n. */
const companion = (n: number): Tensor => {
  let coefficients = [1];
  for (let root = 1; root <= n; root++)
    coefficients = [...coefficients, 0].map(
      (c, i) => c - root * (i > 0 ? (coefficients[i - 1] as number) : 0),
    );
  return fromElements(n, (i, j) => (i === 0 ? -(coefficients[j + 1] as number) : i === j + 1 ? 1 : 0));
};

const blocks = (n: number): Tensor =>
  fromElements(n, (i, j) => {
    const first = i - (i % 2);
    if (j < first || j > first + 1) return 0;
    const angle = 0.3 + first;
    return i === j ? Math.cos(angle) : i < j ? -Math.sin(angle) : Math.sin(angle);
  });

/** Of separated eigenvalues, for derivatives. */
export const spectra: readonly (readonly [string, Tensor])[] = [
  ["one element", np.array([[3]])],
  ["real eigenvalues", np.add(np.mul(0.4, random([3, 3], 1)), np.diag([1, 3, 6]))],
  [
    "a complex pair",
    np.array([
      [1, 3, 0.2],
      [-0.5, 1.4, 0.3],
      [0.1, 0.4, 5],
    ]),
  ],
  [
    "a pair of equal diagonal",
    np.array([
      [1, 2],
      [-0.5, 1],
    ]),
  ],
  [
    "two complex pairs",
    np.array([
      [1, 3, 0.2, 0.3],
      [-0.5, 1.4, 0.3, 0.1],
      [0.1, 0.4, 5, 2],
      [0.3, 0.2, -0.7, 4],
    ]),
  ],
];
