/**
 * The Gaussian mixture model of ADBench: the log-likelihood of points under a mixture with a Wishart prior on the
 * precisions, in a parametrization that has no constraints. All points and components go through one matrix product.
 *
 * Source: F. Srajer, Z. Kukelova, A. Fitzgibbon, "A benchmark of selected algorithmic differentiation tools on some
 * problems in computer vision and machine learning", Optimization Methods and Software 33 (2018), section 3.2.
 */
import { np, type Tensor } from "cotangent";
import * as lax from "cotangent/lax";
import { generator } from "./random.js";

/** `k` components in `d` dimensions. */
export interface GmmParams {
  /** Logarithms of the weights, up to a common constant: [k]. */
  readonly alphas: Tensor;
  /** [k, d]. */
  readonly means: Tensor;
  /**
   * Inverse covariance factors, [k, d + d (d - 1) / 2]: the logarithms q of the diagonal of a lower triangular
   * matrix, then what stands below the diagonal, column after column.
   */
  readonly icf: Tensor;
}

/** The Wishart prior: precision `gamma` and `m` degrees of freedom beyond d + 1. */
export interface Wishart {
  readonly gamma: number;
  readonly m: number;
}

/** Where each element of a d x d matrix stands in a row of `icf`; `zero` for those above the diagonal. */
const positions = (d: number, zero: number): Int32Array => {
  const index = new Int32Array(d * d).fill(zero);
  let next = d;
  for (let column = 0; column < d; column++) {
    index[column * d + column] = column;
    for (let row = column + 1; row < d; row++) index[row * d + column] = next++;
  }
  return index;
};

/** log Gamma_d(a) = d (d - 1) / 4 log pi + sum_j log Gamma(a + (1 - j) / 2), j = 1 to d */
const logMultivariateGamma = (a: number, d: number): Tensor => {
  const arguments_ = Float64Array.from({ length: d }, (_, j) => a - j / 2);
  return np.add(np.sum(lax.lgamma(np.array(arguments_))), ((d * (d - 1)) / 4) * Math.log(Math.PI));
};

/**
 * Minus the normalisation of the prior for `k` components; depends on no parameter.
 * C = N d (log gamma - log(2) / 2) - log Gamma_d(N / 2), N = d + m + 1
 */
const logWishartConstant = ({ gamma, m }: Wishart, k: number, d: number): Tensor => {
  const n = d + m + 1;
  const c = np.sub(n * d * (Math.log(gamma) - 0.5 * Math.log(2)), logMultivariateGamma(n / 2, d));
  return np.mul(-k, c);
};

/**
 * The logarithm of the posterior density of the parameters given points `x` of shape [n, d], a scalar:
 *
 * sum_i logsumexp_k(alpha_k + sum q_k - |L_k (x_i - mu_k)|^2 / 2) - n logsumexp(alpha)
 *   + sum_k(gamma^2 |L_k|^2 / 2 - m sum q_k) + constants, where L_k is the lower triangle with exp(q_k) as diagonal.
 */
export const gmmObjective = ({ alphas, means, icf }: GmmParams, x: Tensor, wishart: Wishart): Tensor => {
  const [n, d] = x.shape as [number, number];
  const [k, entries] = icf.shape as [number, number];
  const q = np.slice(icf, { slice: [] }, { slice: [0, d] });
  const logDeterminants = np.sum(q, { axis: 1 });
  const triangle = np.concatenate([np.exp(q), np.slice(icf, { slice: [] }, { slice: [d] })], { axis: 1 });
  const factors = np.reshape(
    np.take(
      np.pad(triangle, [
        [0, 0],
        [0, 1],
      ]),
      positions(d, entries),
      { axis: 1 },
    ),
    [k, d, d],
  );

  // L (x - mu) as [L, -L mu] [x, 1]: one product of [k d, d + 1] and [d + 1, n] for all points and components
  const centres = np.matmul(factors, np.expandDims(means, 2));
  const affine = np.reshape(np.concatenate([factors, np.negative(centres)], { axis: 2 }), [k * d, d + 1]);
  const homogeneous = np.pad(
    np.transpose(x),
    [
      [0, 1],
      [0, 0],
    ],
    { constantValues: 1 },
  );
  const images = np.reshape(np.matmul(affine, homogeneous), [k, d, n]);
  const distances = np.sum(np.square(images), { axis: 1 });
  const heights = np.expandDims(np.add(alphas, logDeterminants), 1);
  const logDensities = np.logsumexp(np.sub(heights, np.mul(0.5, distances)), { axis: 0 });
  const likelihood = np.sub(np.sum(logDensities), np.mul(n, np.logsumexp(alphas)));

  const { gamma, m } = wishart;
  const prior = np.sub(
    np.mul(0.5 * gamma * gamma, np.sum(np.square(triangle))),
    np.mul(m, np.sum(logDeterminants)),
  );
  const constant = np.sub(logWishartConstant(wishart, k, d), 0.5 * n * d * Math.log(2 * Math.PI));
  return np.add(np.add(likelihood, prior), constant);
};

export interface GmmProblem {
  readonly params: GmmParams;
  readonly x: Tensor;
  readonly wishart: Wishart;
}

/** A problem of given size: points around `k` centres, and parameters some way off. */
export const generateGmm = (d: number, k: number, n: number, seed: number): GmmProblem => {
  const { normal, normals, below } = generator(seed);
  const centres = normals(k * d, 2);
  const x = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const component = below(k);
    for (let j = 0; j < d; j++) x[i * d + j] = (centres[component * d + j] as number) + 0.5 * normal();
  }
  const entries = (d * (d + 1)) / 2;
  return {
    params: {
      alphas: np.array(normals(k)),
      means: np.reshape(np.array(centres.map((c) => c + 0.5 * normal())), [k, d]),
      icf: np.reshape(np.array(normals(k * entries, 0.5)), [k, entries]),
    },
    x: np.reshape(np.array(x), [n, d]),
    wishart: { gamma: 1, m: 0 },
  };
};
