// @jax-js/jax on its wasm backend (peer). Variants: jaxjs = op-by-op, jaxjs-jit = jit() around the whole call.
// Every use of an array consumes one reference; `.ref` adds one. Results are forced with dataSync() when small
// and blockUntilReady() when large (its arrays are lazy).
import { peerImport } from "../lib/peers.mjs";

export const variants = { jaxjs: { jit: false }, "jaxjs-jit": { jit: true } };
export const dtypes = ["f64", "f32"];
let jax, np;
export async function load() {
  // Node 20 has no Float16Array; np.array(Float64Array) throws "ReferenceError: Float16Array is not defined" without this.
  globalThis.Float16Array ??= class Float16Array {};
  jax = await peerImport("@jax-js/jax");
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  np = jax.numpy;
}
const dt = (d) => (d === "f64" ? np.float64 : np.float32);
function put(inp, dtype) {
  const o = {};
  for (const [k, { shape, data }] of Object.entries(inp))
    o[k] = shape.length === 0 ? np.array(data[0], { dtype: dt(dtype) }) : np.array(data).reshape(shape);
  return o;
}
const leaves = (t) => jax.tree.leaves(t);
/** Small results: sync read-back. */
const small = (f, outputs, note) => ({
  note,
  call: () => leaves(f()).map((a) => a.dataSync()),
  outputs: (r) => outputs(r),
});
/** Large results: wait for the kernels, then drop. */
const large = (f, outputs) => ({
  async: true,
  call: async () => {
    const r = f();
    await jax.blockUntilReady(r);
    return r;
  },
  release: (r) => {
    for (const l of leaves(r)) l.dispose();
  },
  outputs: (r) => Object.fromEntries(Object.entries(outputs(r)).map(([k, v]) => [k, v.dataSync()])),
});
const J = (variant, f) => (variant.jit ? jax.jit(f) : f);

const rosen = (n) => (x) => {
  const a = x.ref.slice([0, n - 1]),
    b = x.slice([1, n]);
  const t = b.sub(a.ref.mul(a.ref)),
    u = a.mul(-1).add(1);
  return np.sum(t.ref.mul(t).mul(100).add(u.ref.mul(u)));
};
const xent = (z, y, B) => np.sum(jax.nn.logSoftmax(z).mul(y)).mul(-1 / B);

export const workloads = {
  "scalar-grad"({ order }, inp, T, d, v) {
    let f = (x) =>
      np
        .sin(x.ref)
        .mul(np.exp(x.ref.mul(x.ref).mul(-1)))
        .add(np.tanh(x.mul(3)));
    for (let i = 0; i < order; i++) f = jax.grad(f);
    const g = J(v, f),
      { x } = put(inp, d);
    return small(
      () => g(x.ref),
      ([dx]) => ({ dx }),
    );
  },
  "rosenbrock-grad"({ n, what }, inp, T, d, v) {
    const f = rosen(n),
      p = put(inp, d);
    if (what === "grad") {
      const g = J(v, jax.grad(f));
      return small(
        () => g(p.x.ref),
        ([g]) => ({ g }),
      );
    }
    if (what === "hvp") {
      const h = J(v, (x, t) => {
        const [g, hv] = jax.jvp(jax.grad(f), [x], [t]);
        g.dispose();
        return hv;
      });
      return small(
        () => h(p.x.ref, p.v.ref),
        ([h]) => ({ h }),
      );
    }
    const h = J(v, jax.hessian(f));
    return small(
      () => h(p.x.ref),
      ([H]) => ({ H }),
    );
  },
  elementwise(_, inp, T, d, v) {
    const f = (x) => {
      const x2 = x.ref.mul(x.ref);
      return np.sum(
        np
          .tanh(x.ref)
          .mul(np.exp(x2.ref.mul(-1)))
          .add(x.div(x2.add(1))),
      );
    };
    const g = J(v, jax.valueAndGrad(f)),
      { x } = put(inp, d);
    return large(
      () => g(x.ref),
      ([value, g]) => ({ value, g }),
    );
  },
  matmul(_, inp, T, d, v) {
    const f = J(v, (a, b) => np.matmul(a, b)),
      { a, b } = put(inp, d);
    return large(
      () => [f(a.ref, b.ref)],
      ([c]) => ({ c }),
    );
  },
  "mlp-train-step"({ batch, lr }, inp, T, d, v) {
    const { x, y, ...params } = put(inp, d),
      { nn, tree } = jax;
    const loss = (p, x, y) => {
      let h = nn.relu(np.matmul(x, p.w1).add(p.b1));
      h = nn.relu(np.matmul(h, p.w2).add(p.b2));
      return xent(np.matmul(h, p.w3).add(p.b3), y, batch);
    };
    const step = J(v, (p, x, y) => {
      const [l, g] = jax.valueAndGrad(loss)(tree.ref(p), x, y);
      const q = tree.map((a, b) => a.sub(b.mul(lr)), p, tree.ref(g));
      return { l, g, q };
    });
    return large(
      () => step(tree.ref(params), x.ref, y.ref),
      ({ l, g, q }) => {
        const o = { loss: l };
        for (const k in g) {
          o["g" + k] = g[k];
          o["n" + k] = q[k];
        }
        return o;
      },
    );
  },
  "logreg-grad"({ n }, inp, T, d, v) {
    const p = put(inp, d);
    const loss = (w, b, x, y) => {
      const z = np.matmul(x, w).add(b);
      return np.sum(jax.nn.softplus(z.ref).sub(z.mul(y))).mul(1 / n);
    };
    const f = J(v, jax.valueAndGrad(loss, { argnums: [0, 1] }));
    return small(
      () => f(p.w.ref, p.b.ref, p.x.ref, p.y.ref),
      ([loss, gw, gb]) => ({ loss, gw, gb }),
    );
  },
  "per-example-grad"(_, inp, T, d, v) {
    const p = put(inp, d);
    const loss = (q, x, y) => {
      const e = np
        .sum(np.tanh(np.matmul(x, q.w1).add(q.b1)).mul(q.w2))
        .add(q.b2)
        .sub(y);
      return e.ref.mul(e);
    };
    const f = J(v, jax.vmap(jax.grad(loss), [null, 0, 0]));
    const q = { w1: p.w1, b1: p.b1, w2: p.w2, b2: p.b2 };
    return large(
      () => f(jax.tree.ref(q), p.x.ref, p.y.ref),
      (g) => ({ gw1: g.w1, gb1: g.b1, gw2: g.w2, gb2: g.b2 }),
    );
  },
  "conv-train-step"({ batch: B }, inp, T, d, v) {
    const p = put(inp, d),
      { lax, nn } = jax;
    const x = np.transpose(p.x, [0, 3, 1, 2]); // NCHW / OIHW, laid out once
    const q = {
      k1: np.transpose(p.k1, [3, 2, 0, 1]),
      c1: p.c1,
      k2: np.transpose(p.k2, [3, 2, 0, 1]),
      c2: p.c2,
      w: np.transpose(p.w.reshape([12, 12, 32, 10]), [2, 0, 1, 3]).reshape([4608, 10]),
      b: p.b,
    };
    const loss = (q, x, y) => {
      let h = nn.relu(lax.conv(x, q.k1, [1, 1], "VALID").add(q.c1.reshape([16, 1, 1])));
      h = nn.relu(lax.conv(h, q.k2, [1, 1], "VALID").add(q.c2.reshape([32, 1, 1])));
      h = np
        .sum(np.sum(h.reshape([B, 32, 12, 2, 12, 2]), 5), 3)
        .mul(0.25)
        .reshape([B, 4608]);
      return xent(np.matmul(h, q.w).add(q.b), y, B);
    };
    const f = J(v, jax.valueAndGrad(loss));
    return large(
      () => f(jax.tree.ref(q), x.ref, p.y.ref),
      ([loss, g]) => ({
        loss,
        gk1: np.transpose(g.k1, [2, 3, 1, 0]),
        gc1: g.c1,
        gk2: np.transpose(g.k2, [2, 3, 1, 0]),
        gc2: g.c2,
        gw: np.transpose(g.w.reshape([32, 12, 12, 10]), [1, 2, 0, 3]),
        gb: g.b,
      }),
    );
  },
  "long-chain"({ steps }, inp, T, d, v) {
    const { x } = put(inp, d);
    const f = (x) => {
      for (let i = 0; i < steps; i++) x = x.ref.mul(0.999).add(np.sin(x).mul(0.001));
      return x;
    };
    const g = J(v, jax.valueAndGrad(f));
    return small(
      () => g(x.ref),
      ([value, dx]) => ({ value, dx }),
    );
  },
  jacobian({ mode }, inp, T, d, v) {
    const { x, a } = put(inp, d);
    const f = (a) => (x) => np.tanh(np.matmul(a.ref, np.tanh(x.ref)).add(x));
    const jac = mode === "fwd" ? jax.jacfwd : jax.jacrev;
    const g = J(v, (x, a) => {
      const r = jac(f(a))(x);
      a.dispose();
      return r;
    });
    return small(
      () => g(x.ref, a.ref),
      ([J]) => ({ J }),
    );
  },
  gmm({ d, K, n, gamma, m, constant, what }, inp, T, dtype, v) {
    const p = put(inp, dtype);
    // Position of L[j][i] (j > i) in a padded icf row; sz points at an appended zero. Stored transposed: L^T[i][j].
    const sz = (d * (d + 1)) / 2,
      idx = new Int32Array(d * d).fill(sz);
    let l = d;
    for (let i = 0; i < d; i++) for (let j = i + 1; j < d; j++) idx[i * d + j] = l++;
    const index = np.array(idx);
    // Inside jit() the gradient of a gather throws ("jit: routine primitive scatter input is not imm"),
    // so the jit variant multiplies by a 0/1 selection matrix instead.
    const sel = new T(sz * d * d);
    idx.forEach((s, i) => {
      if (s < sz) sel[s * d * d + i] = 1;
    });
    const useSel = v.jit,
      aux = useSel ? np.array(sel).reshape([sz, d * d]) : index;
    const f = (alphas, means, icf, x, aux) => {
      const logq = icf.ref.slice([], [0, d]),
        q = np.exp(logq.ref),
        sq = np.sum(logq, 1);
      const Lt = (
        useSel
          ? np.matmul(icf, aux)
          : np.take(
              np.pad(icf, [
                [0, 0],
                [0, 1],
              ]),
              aux,
              1,
            )
      ).reshape([K, d, d]);
      const fro = np.sum(q.ref.mul(q.ref)).add(np.sum(Lt.ref.mul(Lt.ref)));
      const xc = x.reshape([1, n, d]).sub(means.reshape([K, 1, d]));
      const qx = xc.ref.mul(q.reshape([K, 1, d])).add(np.matmul(xc, Lt));
      const main = alphas.ref
        .add(sq.ref)
        .reshape([K, 1])
        .sub(np.sum(qx.ref.mul(qx), 2).mul(0.5));
      const out = np.sum(jax.nn.logsumexp(main, 0)).sub(jax.nn.logsumexp(alphas).mul(n));
      return out
        .add(fro.mul(0.5 * gamma * gamma))
        .sub(np.sum(sq).mul(m))
        .add(constant);
    };
    const g = J(v, what === "objective" ? f : jax.grad(f, { argnums: [0, 1, 2] }));
    return small(
      () => g(p.alphas.ref, p.means.ref, p.icf.ref, p.x.ref, aux.ref),
      (r) => (what === "objective" ? { value: r[0] } : { gA: r[0], gM: r[1], gI: r[2] }),
      useSel && what === "gradient" ? "selection matmul: gradient of gather fails in jit" : undefined,
    );
  },
};
