// numeric.js (peer): no automatic differentiation; numeric.gradient is finite differences (reported as it is). f64.
import { peerRequire } from "../lib/peers.mjs";
import { Unsupported } from "../lib/unsupported.mjs";
export const variants = { numeric: {} };
export const dtypes = ["f64"];
let N;
export async function load() {
  N = peerRequire("numeric");
}
const none = "no automatic differentiation";
export const workloads = {
  "scalar-grad"({ order }, { x }) {
    if (order > 1) throw new Unsupported("finite-difference gradient, first order only");
    const f = ([x]) => Math.sin(x) * Math.exp(-x * x) + Math.tanh(3 * x),
      x0 = [x.data[0]];
    return { call: () => N.gradient(f, x0), outputs: (g) => ({ dx: g }), note: "finite differences" };
  },
  "rosenbrock-grad"({ n, what }, { x }) {
    if (what !== "grad" || n > 100)
      throw new Unsupported("finite differences: O(n) evaluations; no Hessian or hvp");
    const f = (x) => {
      let s = 0;
      for (let i = 0; i < n - 1; i++) {
        const t = x[i + 1] - x[i] * x[i],
          u = 1 - x[i];
        s += 100 * t * t + u * u;
      }
      return s;
    };
    const x0 = Array.from(x.data);
    return { call: () => N.gradient(f, x0), outputs: (g) => ({ g }), note: "finite differences" };
  },
  matmul({ n }, { a, b }) {
    const M = (v) => Array.from({ length: n }, (_, i) => Array.from(v.data.subarray(i * n, i * n + n)));
    const A = M(a),
      B = M(b);
    return { call: () => N.dot(A, B), outputs: (c) => ({ c: c.flat() }) };
  },
  elementwise: none,
  "mlp-train-step": none,
  "logreg-grad": none,
  "per-example-grad": none,
  "conv-train-step": none,
  "long-chain": none,
  jacobian: none,
  gmm: none,
};
