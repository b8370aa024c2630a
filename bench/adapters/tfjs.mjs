// TensorFlow.js core (peer), eager; float32 only. Variants: the wasm backend (SIMD, one thread) and the plain-JS cpu backend.

import { dirname } from "node:path";
import { peerRequire } from "../lib/peers.mjs";
import { Unsupported } from "../lib/unsupported.mjs";

export const variants = { "tfjs-wasm": { backend: "wasm" }, "tfjs-cpu": { backend: "cpu" } };
export const dtypes = ["f32"];
let tf;
export async function load(_, { backend }) {
  const log = console.log,
    warn = console.warn;
  console.log = console.warn = () => {};
  tf = peerRequire("@tensorflow/tfjs");
  if (backend === "wasm") {
    const wasm = peerRequire("@tensorflow/tfjs-backend-wasm");
    wasm.setWasmPaths(dirname(peerRequire.resolve("@tensorflow/tfjs-backend-wasm/package.json")) + "/dist/");
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  }
  await tf.setBackend(backend);
  await tf.ready();
  console.log = log;
  console.warn = warn;
  return `simd ${backend === "wasm" ? tf.env().get("WASM_HAS_SIMD_SUPPORT") : "n/a"}`;
}
const put = (inp) =>
  Object.fromEntries(
    Object.entries(inp).map(([k, { shape, data }]) => [k, tf.tensor(data, shape, "float32")]),
  );
const flat = (r) =>
  r instanceof tf.Tensor ? [r] : Array.isArray(r) ? r.flatMap(flat) : Object.values(r).flatMap(flat);
/** f runs in a tidy; the tensors it returns are disposed after each call. */
const job = (f, outputs, note) => ({
  call: () => tf.tidy(f),
  release: (r) => tf.dispose(flat(r)),
  outputs: (r) => Object.fromEntries(Object.entries(outputs(r)).map(([k, t]) => [k, t.dataSync()])),
  note,
});
const rosen = (n) => (x) => {
  const a = tf.slice(x, [0], [n - 1]),
    b = tf.slice(x, [1], [n - 1]);
  const t = tf.sub(b, tf.mul(a, a)),
    u = tf.sub(1, a);
  return tf.sum(tf.add(tf.mul(100, tf.mul(t, t)), tf.mul(u, u)));
};
const xent = (z, y, B) => tf.mul(tf.sum(tf.mul(tf.logSoftmax(z), y)), -1 / B);
/** Value and gradients with respect to several tensors, in order. */
const vg = (f, xs) => {
  const { value, grads } = tf.valueAndGrads(f)(xs);
  return [value, ...grads];
};

export const workloads = {
  "scalar-grad"({ order }, inp) {
    const { x } = put(inp);
    let f = (x) => tf.add(tf.mul(tf.sin(x), tf.exp(tf.neg(tf.mul(x, x)))), tf.tanh(tf.mul(3, x)));
    for (let i = 0; i < order; i++) f = tf.grad(f);
    return job(
      () => f(x),
      (dx) => ({ dx }),
    );
  },
  "rosenbrock-grad"({ n, what }, inp) {
    const p = put(inp),
      f = rosen(n),
      g = tf.grad(f);
    if (what === "grad")
      return job(
        () => g(p.x),
        (g) => ({ g }),
      );
    if (what === "hvp") {
      const h = tf.grad((x) => tf.sum(tf.mul(g(x), p.v)));
      return job(
        () => h(p.x),
        (h) => ({ h }),
        "grad of grad.v",
      );
    }
    const rows = Array.from({ length: n }, (_, i) => tf.oneHot(tf.scalar(i, "int32"), n).cast("float32"));
    return job(
      () => tf.stack(rows.map((e) => tf.grad((x) => tf.sum(tf.mul(g(x), e)))(p.x))),
      (H) => ({ H }),
      "no hessian: loop of n grad-of-grad rows",
    );
  },
  elementwise(_, inp) {
    const { x } = put(inp);
    const f = (x) => {
      const x2 = tf.mul(x, x);
      return tf.sum(tf.add(tf.mul(tf.tanh(x), tf.exp(tf.neg(x2))), tf.div(x, tf.add(1, x2))));
    };
    return job(
      () => vg(f, [x]),
      ([value, g]) => ({ value, g }),
    );
  },
  matmul(_, inp) {
    const { a, b } = put(inp);
    return job(
      () => tf.matMul(a, b),
      (c) => ({ c }),
    );
  },
  "mlp-train-step"({ batch, lr }, inp) {
    const p = put(inp),
      names = ["w1", "b1", "w2", "b2", "w3", "b3"],
      ps = names.map((k) => p[k]);
    const loss = (w1, b1, w2, b2, w3, b3) => {
      let h = tf.relu(tf.add(tf.matMul(p.x, w1), b1));
      h = tf.relu(tf.add(tf.matMul(h, w2), b2));
      return xent(tf.add(tf.matMul(h, w3), b3), p.y, batch);
    };
    return job(
      () => {
        const [l, ...g] = vg(loss, ps);
        return [l, g, g.map((d, i) => tf.sub(ps[i], tf.mul(d, lr)))];
      },
      ([l, g, q]) => {
        const o = { loss: l };
        names.forEach((k, i) => {
          o["g" + k] = g[i];
          o["n" + k] = q[i];
        });
        return o;
      },
    );
  },
  "logreg-grad"({ n, d }, inp) {
    const p = put(inp);
    const loss = (w, b) => {
      const z = tf.add(tf.reshape(tf.matMul(p.x, tf.reshape(w, [d, 1])), [n]), b);
      return tf.div(tf.sum(tf.sub(tf.softplus(z), tf.mul(z, p.y))), n);
    };
    return job(
      () => vg(loss, [p.w, p.b]),
      ([loss, gw, gb]) => ({ loss, gw, gb }),
    );
  },
  "per-example-grad"({ batch, d, h }, inp) {
    const p = put(inp),
      X = [],
      Y = [];
    for (let i = 0; i < batch; i++) {
      X.push(tf.slice(p.x, [i, 0], [1, d]).clone());
      Y.push(tf.slice(p.y, [i], [1]).reshape([]));
    }
    const g = (x, y) =>
      tf.grads((w1, b1, w2, b2) => {
        const e = tf.sub(
          tf.add(tf.sum(tf.mul(tf.tanh(tf.add(tf.matMul(x, w1).reshape([h]), b1)), w2)), b2),
          y,
        );
        return tf.mul(e, e);
      })([p.w1, p.b1, p.w2, p.b2]);
    return job(
      () => {
        const r = X.map((x, i) => g(x, Y[i]));
        return [0, 1, 2, 3].map((k) => tf.stack(r.map((q) => q[k])));
      },
      ([gw1, gb1, gw2, gb2]) => ({ gw1, gb1, gw2, gb2 }),
      "no vmap: loop over the batch",
    );
  },
  "conv-train-step"({ batch: B }, inp) {
    const p = put(inp);
    const loss = (k1, c1, k2, c2, w, b) => {
      let h = tf.relu(tf.add(tf.conv2d(p.x, k1, 1, "valid"), c1));
      h = tf.relu(tf.add(tf.conv2d(h, k2, 1, "valid"), c2));
      h = tf.reshape(tf.avgPool(h, 2, 2, "valid"), [B, 4608]);
      return xent(tf.add(tf.matMul(h, w), b), p.y, B);
    };
    return job(
      () => vg(loss, [p.k1, p.c1, p.k2, p.c2, p.w, p.b]),
      ([loss, gk1, gc1, gk2, gc2, gw, gb]) => ({ loss, gk1, gc1, gk2, gc2, gw, gb }),
    );
  },
  "long-chain"({ steps }, inp) {
    const { x } = put(inp);
    const f = (x) => {
      for (let i = 0; i < steps; i++) x = tf.add(tf.mul(x, 0.999), tf.mul(0.001, tf.sin(x)));
      return x;
    };
    return job(
      () => vg(f, [x]),
      ([value, dx]) => ({ value, dx }),
    );
  },
  jacobian({ n, mode }, inp) {
    if (mode === "fwd") throw new Unsupported("no forward mode");
    const { x, a } = put(inp);
    const f = (x) => tf.tanh(tf.add(tf.reshape(tf.matMul(a, tf.reshape(tf.tanh(x), [n, 1])), [n]), x));
    const rows = Array.from({ length: n }, (_, i) => tf.oneHot(tf.scalar(i, "int32"), n).cast("float32"));
    const g = tf.grad(f);
    return job(
      () => tf.stack(rows.map((e) => g(x, e))),
      (J) => ({ J }),
      "no jacrev, no vmap: n calls of grad(f)(x, e_i)",
    );
  },
  gmm({ d, K, n, gamma, m, constant, what }, inp, T, dtype, v) {
    const p = put(inp),
      sz = (d * (d + 1)) / 2,
      idx = new Int32Array(d * d).fill(sz);
    let l = d;
    for (let i = 0; i < d; i++) for (let j = i + 1; j < d; j++) idx[i * d + j] = l++;
    const index = tf.tensor1d(idx, "int32");
    // wasm has no UnsortedSegmentSum kernel, so the gradient of gather throws there: use a 0/1 selection matrix.
    const sel = new Float32Array(sz * d * d);
    idx.forEach((s, i) => {
      if (s < sz) sel[s * d * d + i] = 1;
    });
    const useSel = v.backend === "wasm",
      S = tf.tensor2d(sel, [sz, d * d]);
    const f = (alphas, means, icf) => {
      const logq = tf.slice(icf, [0, 0], [K, d]),
        q = tf.exp(logq),
        sq = tf.sum(logq, 1);
      const Lt = tf.reshape(
        useSel
          ? tf.matMul(icf, S)
          : tf.gather(
              tf.pad(icf, [
                [0, 0],
                [0, 1],
              ]),
              index,
              1,
            ),
        [K, d, d],
      );
      const xc = tf.sub(tf.reshape(p.x, [1, n, d]), tf.reshape(means, [K, 1, d]));
      const qx = tf.add(tf.mul(xc, tf.reshape(q, [K, 1, d])), tf.matMul(xc, Lt));
      const main = tf.sub(tf.reshape(tf.add(alphas, sq), [K, 1]), tf.mul(0.5, tf.sum(tf.mul(qx, qx), 2)));
      const out = tf.sub(tf.sum(tf.logSumExp(main, 0)), tf.mul(n, tf.logSumExp(alphas)));
      const fro = tf.add(tf.sum(tf.mul(q, q)), tf.sum(tf.mul(Lt, Lt)));
      return tf.add(tf.sub(tf.add(out, tf.mul(0.5 * gamma * gamma, fro)), tf.mul(m, tf.sum(sq))), constant);
    };
    if (what === "objective")
      return job(
        () => f(p.alphas, p.means, p.icf),
        (value) => ({ value }),
      );
    return job(
      () => tf.grads(f)([p.alphas, p.means, p.icf]),
      ([gA, gM, gI]) => ({ gA, gM, gI }),
      useSel ? "selection matmul: gradient of gather fails on wasm" : undefined,
    );
  },
};
