// math.js (peer): symbolic derivative() of scalar expressions; no array-valued differentiation. f64.
import { peerRequire } from "../lib/peers.mjs";
import { Unsupported } from "../lib/unsupported.mjs";
export const variants = { mathjs: {} };
export const dtypes = ["f64"];
let math;
export async function load() {
  math = peerRequire("mathjs");
}
const none = "symbolic derivative of scalar expressions only: no gradient of array code";
export const workloads = {
  "scalar-grad"({ order }, { x }) {
    const t = performance.now();
    let e = math.parse("sin(x)*exp(-x*x)+tanh(3*x)");
    for (let i = 0; i < order; i++) e = math.derivative(e, "x");
    const f = e.compile(),
      scope = { x: x.data[0] };
    const ms = performance.now() - t;
    return {
      call: () => f.evaluate(scope),
      outputs: (r) => ({ dx: [r] }),
      note: `compiled expression; derivative()+compile took ${ms.toFixed(1)} ms, not counted`,
    };
  },
  "rosenbrock-grad"({ n, what }, { x }) {
    if (what !== "grad" || n > 100)
      throw new Unsupported("one symbolic expression per component: not practical at this size");
    const t = performance.now(),
      terms = [],
      scope = {};
    for (let i = 0; i < n - 1; i++) terms.push(`100*(x${i + 1}-x${i}^2)^2+(1-x${i})^2`);
    for (let i = 0; i < n; i++) scope[`x${i}`] = x.data[i];
    const e = math.parse(terms.join("+")),
      f = [];
    for (let i = 0; i < n; i++) f.push(math.derivative(e, `x${i}`, { simplify: n <= 2 }).compile());
    const ms = performance.now() - t;
    return {
      call: () => f.map((g) => g.evaluate(scope)),
      outputs: (g) => ({ g }),
      note: `n compiled expressions; derivative()+compile took ${ms.toFixed(0)} ms, not counted`,
    };
  },
  matmul({ n }, { a, b }) {
    if (n > 512) throw new Unsupported("not run: 512 takes about a second, 1024 eight times that");
    const M = (v) =>
      math.matrix(Array.from({ length: n }, (_, i) => Array.from(v.data.subarray(i * n, i * n + n))));
    const A = M(a),
      B = M(b);
    return { call: () => math.multiply(A, B), outputs: (c) => ({ c: c.toArray().flat() }) };
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
