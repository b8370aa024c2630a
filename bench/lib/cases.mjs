// Every measured case: its inputs, its parameters and the reference answer's tolerance.
// The reference is the hand-written adapter run in float64 on the very same (rounded) inputs.
import { generateGmm, gmmConstant } from "./gmm-data.mjs";
import { rng } from "./random.mjs";

const uniform = (r, n, lo, hi) => Float64Array.from({ length: n }, () => lo + (hi - lo) * r());
function normal(r, n, sd) {
  return Float64Array.from(
    { length: n },
    () => sd * Math.sqrt(-2 * Math.log(1 - r())) * Math.cos(2 * Math.PI * r()),
  );
}
const arr = (shape, data) => ({ shape, data });
function oneHot(r, n, k) {
  const y = new Float64Array(n * k);
  for (let i = 0; i < n; i++) y[i * k + Math.floor(r() * k)] = 1;
  return y;
}

const F64 = ["f64", "f32"]; // preferred first; an adapter uses the first one it supports and gets right
const F32 = ["f32", "f64"];
const cases = [];
const add = (workload, variant, o) =>
  cases.push({ id: `${workload}/${variant}`, workload, variant, params: {}, dtypes: F32, ...o });

for (const order of [1, 2, 3])
  add("scalar-grad", `d${order}`, {
    dtypes: F64,
    params: { order },
    inputs: () => ({ x: arr([], Float64Array.of(0.7)) }),
  });

const rosenX = (n) => arr([n], uniform(rng(2), n, -1.5, 1.5));
for (const n of [2, 100, 10000])
  add("rosenbrock-grad", `n${n}`, {
    dtypes: F64,
    params: { n, what: "grad" },
    inputs: () => ({ x: rosenX(n) }),
  });
add("rosenbrock-grad", "hessian-n100", {
  dtypes: F64,
  params: { n: 100, what: "hessian" },
  inputs: () => ({ x: rosenX(100) }),
});
add("rosenbrock-grad", "hvp-n10000", {
  dtypes: F64,
  params: { n: 10000, what: "hvp" },
  inputs: () => ({ x: rosenX(10000), v: arr([10000], uniform(rng(3), 10000, -1, 1)) }),
});

for (const dt of ["f32", "f64"])
  add("elementwise", `1e6-${dt}`, {
    dtypes: [dt],
    params: { n: 1000000 },
    large: true,
    inputs: () => ({ x: arr([1000000], uniform(rng(4), 1000000, -1, 3)) }),
  });

for (const n of [512, 1024])
  add("matmul", `${n}`, {
    params: { n },
    flop: 2 * n ** 3,
    large: true,
    inputs: () => ({
      a: arr([n, n], uniform(rng(5), n * n, -1, 1)),
      b: arr([n, n], uniform(rng(6), n * n, -1, 1)),
    }),
  });

add("mlp-train-step", "784-256-128-10", {
  params: { batch: 128, sizes: [784, 256, 128, 10], lr: 0.1 },
  large: true,
  flop: 2 * 128 * (784 * 256 * 2 + 256 * 128 * 3 + 128 * 10 * 3),
  inputs: () => {
    const r = rng(7),
      s = [784, 256, 128, 10],
      o = { x: arr([128, 784], uniform(r, 128 * 784, 0, 1)), y: arr([128, 10], oneHot(r, 128, 10)) };
    for (let l = 1; l <= 3; l++) {
      o[`w${l}`] = arr([s[l - 1], s[l]], normal(r, s[l - 1] * s[l], Math.sqrt(2 / s[l - 1])));
      o[`b${l}`] = arr([s[l]], uniform(r, s[l], -0.1, 0.1));
    }
    return o;
  },
});

add("logreg-grad", "10000x100", {
  params: { n: 10000, d: 100 },
  large: true,
  flop: 4 * 10000 * 100,
  inputs: () => {
    const r = rng(8);
    return {
      x: arr([10000, 100], normal(r, 1e6, 1)),
      y: arr(
        [10000],
        Float64Array.from({ length: 10000 }, () => (r() < 0.5 ? 0 : 1)),
      ),
      w: arr([100], normal(r, 100, 0.2)),
      b: arr([], Float64Array.of(0.1)),
    };
  },
});

add("per-example-grad", "mlp32-64-1-b256", {
  params: { batch: 256, d: 32, h: 64 },
  inputs: () => {
    const r = rng(9);
    return {
      x: arr([256, 32], normal(r, 256 * 32, 1)),
      y: arr([256], normal(r, 256, 1)),
      w1: arr([32, 64], normal(r, 2048, 0.2)),
      b1: arr([64], normal(r, 64, 0.1)),
      w2: arr([64], normal(r, 64, 0.2)),
      b2: arr([], Float64Array.of(0.05)),
    };
  },
});

// NHWC images, HWIO kernels, VALID padding: 28 -> 26 -> 24 -> avgpool2 -> 12x12x32 -> dense 10
add("conv-train-step", "cnn28-b32", {
  params: { batch: 32 },
  large: true,
  flop: 2 * 32 * (26 * 26 * 9 * 16 * 2 + 24 * 24 * 144 * 32 * 3 + 4608 * 10 * 3),
  inputs: () => {
    const r = rng(10),
      B = 32;
    return {
      x: arr([B, 28, 28, 1], uniform(r, B * 784, 0, 1)),
      y: arr([B, 10], oneHot(r, B, 10)),
      k1: arr([3, 3, 1, 16], normal(r, 144, 0.4)),
      c1: arr([16], uniform(r, 16, -0.1, 0.1)),
      k2: arr([3, 3, 16, 32], normal(r, 4608, 0.12)),
      c2: arr([32], uniform(r, 32, -0.1, 0.1)),
      w: arr([4608, 10], normal(r, 46080, 0.02)),
      b: arr([10], uniform(r, 10, -0.1, 0.1)),
    };
  },
});

// In f32 the constants 0.999 and 0.001 are rounded and 1e4 roundings pile up: the tolerance is wider there.
add("long-chain", "1e4", {
  dtypes: F64,
  params: { steps: 10000 },
  tol: { f32: 1e-3 },
  inputs: () => ({ x: arr([], Float64Array.of(1.3)) }),
});
add("long-chain", "1e6", {
  dtypes: F64,
  params: { steps: 1000000 },
  tol: { f32: 5e-2 },
  oneShot: true,
  timeoutMs: 60000,
  inputs: () => ({ x: arr([], Float64Array.of(1.3)) }),
});

for (const mode of ["fwd", "rev"])
  add("jacobian", `jac${mode}-100`, {
    dtypes: F64,
    params: { n: 100, mode },
    inputs: () => ({
      x: arr([100], uniform(rng(11), 100, -1, 1)),
      a: arr([100, 100], uniform(rng(12), 10000, -0.2, 0.2)),
    }),
  });

for (const name of ["gmm_d2_K5", "gmm_d10_K5", "gmm_d10_K25"])
  for (const what of ["objective", "gradient"]) {
    let g;
    const load = () => (g ??= generateGmm(name));
    add("gmm", `${name}-1k-${what}`, {
      dtypes: F64,
      tol: { f32: 1e-4 },
      get params() {
        const { d, K, n, gamma, m } = load();
        return { d, K, n, gamma, m, what, constant: gmmConstant(load()) };
      },
      inputs: () => {
        const { d, K, n, alphas, means, icf, x } = load();
        return {
          alphas: arr([K], alphas),
          means: arr([K, d], means),
          icf: arr([K, (d * (d + 1)) / 2], icf),
          x: arr([n, d], x),
        };
      },
    });
  }

export { cases };
export const tolerance = (c, dtype) => c.tol?.[dtype] ?? (dtype === "f32" ? 1e-5 : 1e-9);
