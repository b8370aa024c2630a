import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Unsupported } from "../lib/unsupported.mjs";

export const variants = { cotangent: { jit: false }, "cotangent-jit": { jit: true } };
export const dtypes = ["f64", "f32"];
const dist = join(process.env.PROJECT_DIR || process.cwd(), "dist");
const entry = join(dist, "index.js");
let c, np, lax, nn;
/** The library under measurement, and two of its rooms. */
export const use = (library, rooms) => {
  c = library;
  np = library.np;
  ({ lax, nn } = rooms);
};
export async function load() {
  if (!existsSync(entry)) throw new Unsupported(`no ${entry}: build the library or set PROJECT_DIR`);
  const room = (name) => import(pathToFileURL(join(dist, name, "index.js")).href);
  use(await import(pathToFileURL(entry).href), { lax: await room("lax"), nn: await room("nn") });
}
const put = (inp) =>
  Object.fromEntries(
    Object.entries(inp).map(([k, { shape, data }]) => [k, np.reshape(np.array(data), shape)]),
  );
const raw = (t) => (typeof t === "number" ? [t] : t.toTypedArray());
const job = (call, outputs) => ({
  call,
  outputs: (r) => Object.fromEntries(Object.entries(outputs(r)).map(([k, t]) => [k, raw(t)])),
});
const J = (v, f) => (v?.jit ? c.jit(f) : f);

export const workloads = {
  "scalar-grad"({ order }, { x }, T, d, v) {
    let f = (x) =>
      np.add(np.multiply(np.sin(x), np.exp(np.negative(np.multiply(x, x)))), np.tanh(np.multiply(3, x)));
    for (let i = 0; i < order; i++) f = c.grad(f);
    const g = J(v, f),
      x0 = put({ x }).x;
    return job(
      () => g(x0),
      (dx) => ({ dx }),
    );
  },
  "rosenbrock-grad"({ n, what }, inp, T, d, v) {
    const p = put(inp);
    const f = (x) => {
      const a = np.slice(x, { slice: [0, n - 1] }),
        b = np.slice(x, { slice: [1, n] });
      const t = np.subtract(b, np.multiply(a, a)),
        u = np.subtract(1, a);
      return np.sum(np.add(np.multiply(100, np.multiply(t, t)), np.multiply(u, u)));
    };
    if (what === "grad") {
      const g = J(v, c.grad(f));
      return job(
        () => g(p.x),
        (g) => ({ g }),
      );
    }
    if (what === "hvp") {
      const h = J(v, (x, t) => c.jvp(c.grad(f), [x], [t])[1]);
      return job(
        () => h(p.x, p.v),
        (h) => ({ h }),
      );
    }
    const h = J(v, c.hessian(f));
    return job(
      () => h(p.x),
      (H) => ({ H }),
    );
  },
  elementwise(_, inp, T, d, v) {
    const { x } = put(inp);
    const f = (x) => {
      const x2 = np.multiply(x, x);
      return np.sum(np.add(np.multiply(np.tanh(x), np.exp(np.negative(x2))), np.divide(x, np.add(1, x2))));
    };
    const g = J(v, c.valueAndGrad(f));
    return job(
      () => g(x),
      ([value, g]) => ({ value, g }),
    );
  },
  matmul(_, inp, T, d, v) {
    const { a, b } = put(inp),
      f = J(v, np.matmul);
    return job(
      () => f(a, b),
      (r) => ({ c: r }),
    );
  },
  "long-chain"({ steps }, { x }, T, d, v) {
    const step = (x) => np.add(np.multiply(x, 0.999), np.multiply(0.001, np.sin(x)));
    // compiled as the loop that it is: unrolled, its 40,000 equations would be one function of as many statements
    const looped = (x) => lax.foriLoop(0, steps, (_, x) => step(x), x);
    const written = (x) => {
      for (let i = 0; i < steps; i++) x = step(x);
      return x;
    };
    const f = v?.jit ? looped : written;
    const g = J(v, c.valueAndGrad(f)),
      x0 = put({ x }).x;
    return job(
      () => g(x0),
      ([value, dx]) => ({ value, dx }),
    );
  },
  jacobian({ mode }, inp, T, d, v) {
    const { x, a } = put(inp);
    const f = (x, a) => np.tanh(np.add(np.matmul(a, np.tanh(x)), x));
    const g = J(v, (mode === "fwd" ? c.jacfwd : c.jacrev)(f));
    return job(
      () => g(x, a),
      (J) => ({ J }),
    );
  },
  "mlp-train-step"({ lr }, inp, T, d, v) {
    const { x, y, ...params } = put(inp);
    const relu = (z) => np.maximum(z, 0);
    const loss = (p) => {
      const h1 = relu(np.add(np.matmul(x, p.w1), p.b1));
      const h2 = relu(np.add(np.matmul(h1, p.w2), p.b2));
      const z = np.add(np.matmul(h2, p.w3), p.b3);
      return np.mean(np.subtract(np.logsumexp(z, { axis: 1 }), np.sum(np.multiply(z, y), { axis: 1 })));
    };
    const step = J(v, (p) => {
      const [l, g] = c.valueAndGrad(loss)(p);
      return [l, g, c.tree.map((w, d) => np.subtract(w, np.multiply(lr, d)), p, g)];
    });
    return job(
      () => step(params),
      ([l, g, n]) => {
        const o = { loss: l };
        for (const k of Object.keys(g)) {
          o["g" + k] = g[k];
          o["n" + k] = n[k];
        }
        return o;
      },
    );
  },
  "logreg-grad"(_, inp, T, d, v) {
    const { x, y, w, b } = put(inp);
    const loss = (w, b) => {
      const z = np.add(np.matmul(x, w), b);
      return np.mean(
        np.subtract(np.add(np.maximum(z, 0), np.log1p(np.exp(np.negative(np.abs(z))))), np.multiply(y, z)),
      );
    };
    const g = J(v, c.valueAndGrad(loss, { argnums: [0, 1] }));
    return job(
      () => g(w, b),
      ([l, [gw, gb]]) => ({ loss: l, gw, gb }),
    );
  },
  "per-example-grad"(_, inp, T, d, v) {
    const { x, y, w1, b1, w2, b2 } = put(inp);
    const loss = (w1, b1, w2, b2, x, y) => {
      const h = np.tanh(np.add(np.matmul(x, w1), b1));
      const e = np.subtract(np.add(np.dot(h, w2), b2), y);
      return np.multiply(e, e);
    };
    const g = J(
      v,
      c.vmap(c.grad(loss, { argnums: [0, 1, 2, 3] }), { inAxes: [null, null, null, null, 0, 0] }),
    );
    return job(
      () => g(w1, b1, w2, b2, x, y),
      ([gw1, gb1, gw2, gb2]) => ({ gw1, gb1, gw2, gb2 }),
    );
  },
  "conv-train-step"(_, inp, T, d, v) {
    const { x, y, ...parameters } = put(inp);
    const loss = ({ k1, c1, k2, c2, w, b }, x, y) => {
      const h1 = nn.relu(np.add(nn.convGeneralDilated(x, k1), c1));
      const h2 = nn.avgPool(nn.relu(np.add(nn.convGeneralDilated(h1, k2), c2)), 2);
      return nn.softmaxCrossEntropy(np.add(np.matmul(np.reshape(h2, [x.shape[0], 4608]), w), b), y);
    };
    const step = J(v, c.valueAndGrad(loss));
    return job(
      () => step(parameters, x, y),
      ([loss, g]) => ({ loss, gk1: g.k1, gc1: g.c1, gk2: g.k2, gc2: g.c2, gw: g.w, gb: g.b }),
    );
  },
  gmm({ d, K, n, gamma, m, what, constant }, inp, T, dt, v) {
    const p = put(inp);
    // positions of the strictly lower triangle, column by column, in a flattened d x d matrix, transposed
    const sel = new T(((d * (d - 1)) / 2) * d * d);
    let l = 0;
    for (let a = 0; a < d; a++) for (let b = a + 1; b < d; b++) sel[l++ * d * d + a * d + b] = 1;
    const S = np.reshape(np.array(sel), [(d * (d - 1)) / 2, d * d]);
    const X = np.reshape(p.x, [1, n, d]);
    const f = (alphas, means, icf) => {
      const logq = np.slice(icf, "...", { slice: [0, d] }),
        lt = np.slice(icf, "...", { slice: [d] });
      const q = np.exp(logq),
        sq = np.sum(logq, { axis: 1 });
      const L = np.reshape(np.matmul(lt, S), [K, d, d]);
      const xc = np.subtract(X, np.reshape(means, [K, 1, d]));
      const qx = np.add(np.multiply(np.reshape(q, [K, 1, d]), xc), np.matmul(xc, L));
      const main = np.subtract(
        np.reshape(np.add(alphas, sq), [K, 1]),
        np.multiply(0.5, np.sum(np.multiply(qx, qx), { axis: 2 })),
      );
      const out = np.subtract(np.sum(np.logsumexp(main, { axis: 0 })), np.multiply(n, np.logsumexp(alphas)));
      const fro = np.add(np.sum(np.multiply(q, q)), np.sum(np.multiply(lt, lt)));
      return np.add(
        np.subtract(np.add(out, np.multiply(0.5 * gamma ** 2, fro)), np.multiply(m, np.sum(sq))),
        constant,
      );
    };
    if (what === "objective") {
      const g = J(v, f);
      return job(
        () => g(p.alphas, p.means, p.icf),
        (value) => ({ value }),
      );
    }
    const g = J(v, c.grad(f, { argnums: [0, 1, 2] }));
    return job(
      () => g(p.alphas, p.means, p.icf),
      ([gA, gM, gI]) => ({ gA, gM, gI }),
    );
  },
};
