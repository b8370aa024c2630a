// Hand-written plain JavaScript on typed arrays: the reference for correctness and the "no library" time.
// f32 means Float32Array storage with float64 arithmetic, as plain JavaScript does.
export const variants = { hand: {} };
export const dtypes = ["f64", "f32"];
export async function load() {}

function rosenGrad(x, g) {
  const n = x.length;
  g.fill(0);
  for (let i = 0; i < n - 1; i++) {
    const a = x[i],
      t = x[i + 1] - a * a;
    g[i] += -400 * a * t - 2 * (1 - a);
    g[i + 1] += 200 * t;
  }
  return g;
}
/** C[m,n] = A[m,k] B[k,n], row-major, i-k-j order, 4 rows of k unrolled. */
function matmul(A, B, C, m, k, n) {
  C.fill(0);
  for (let i = 0; i < m; i++) {
    let p = 0;
    const ci = i * n;
    for (; p + 3 < k; p += 4) {
      const a0 = A[i * k + p],
        a1 = A[i * k + p + 1],
        a2 = A[i * k + p + 2],
        a3 = A[i * k + p + 3];
      const b0 = p * n,
        b1 = b0 + n,
        b2 = b1 + n,
        b3 = b2 + n;
      for (let j = 0; j < n; j++)
        C[ci + j] += a0 * B[b0 + j] + a1 * B[b1 + j] + a2 * B[b2 + j] + a3 * B[b3 + j];
    }
    for (; p < k; p++) {
      const a = A[i * k + p],
        b = p * n;
      for (let j = 0; j < n; j++) C[ci + j] += a * B[b + j];
    }
  }
  return C;
}
/** C[k,n] = A[m,k]^T B[m,n] */
function matmulTN(A, B, C, m, k, n) {
  C.fill(0);
  for (let i = 0; i < m; i++)
    for (let p = 0; p < k; p++) {
      const a = A[i * k + p];
      if (a === 0) continue;
      for (let j = 0, c = p * n, b = i * n; j < n; j++) C[c + j] += a * B[b + j];
    }
  return C;
}
/** C[m,k] = A[m,n] B[k,n]^T */
function matmulNT(A, B, C, m, n, k) {
  for (let i = 0; i < m; i++)
    for (let p = 0; p < k; p++) {
      let s = 0;
      for (let j = 0, a = i * n, b = p * n; j < n; j++) s += A[a + j] * B[b + j];
      C[i * k + p] = s;
    }
  return C;
}
/** Mean softmax cross entropy; dZ receives the gradient. */
function softmaxXent(Z, Y, dZ, m, k) {
  let loss = 0;
  for (let i = 0; i < m; i++) {
    let mx = -Infinity,
      s = 0,
      zy = 0;
    for (let j = 0; j < k; j++) mx = Math.max(mx, Z[i * k + j]);
    for (let j = 0; j < k; j++) {
      const z = Z[i * k + j];
      s += Math.exp(z - mx);
      zy += Y[i * k + j] * z;
    }
    const lse = Math.log(s) + mx;
    loss += lse - zy;
    for (let j = 0; j < k; j++) dZ[i * k + j] = (Math.exp(Z[i * k + j] - lse) - Y[i * k + j]) / m;
  }
  return loss / m;
}
function addBiasRelu(Z, b, m, n, relu) {
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      const z = Z[i * n + j] + b[j];
      Z[i * n + j] = relu && z < 0 ? 0 : z;
    }
}
function colSum(G, m, n, out) {
  out.fill(0);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j] += G[i * n + j];
  return out;
}
/** VALID 3x3 convolution, NHWC x HWIO. */
function conv(X, Kn, b, B, H, W, C, O) {
  const h = H - 2,
    w = W - 2,
    out = new X.constructor(B * h * w * O),
    acc = new Float64Array(O);
  for (let n = 0; n < B; n++)
    for (let i = 0; i < h; i++)
      for (let j = 0; j < w; j++) {
        acc.set(b);
        for (let u = 0; u < 3; u++)
          for (let v = 0; v < 3; v++)
            for (let c = 0; c < C; c++) {
              const xv = X[((n * H + i + u) * W + j + v) * C + c],
                kb = ((u * 3 + v) * C + c) * O;
              if (xv !== 0) for (let o = 0; o < O; o++) acc[o] += xv * Kn[kb + o];
            }
        const ob = ((n * h + i) * w + j) * O;
        for (let o = 0; o < O; o++) out[ob + o] = acc[o];
      }
  return out;
}
function convGrad(X, Kn, G, B, H, W, C, O, needX) {
  const h = H - 2,
    w = W - 2,
    dK = new X.constructor(9 * C * O),
    db = new X.constructor(O),
    dX = needX ? new X.constructor(X.length) : null;
  for (let n = 0; n < B; n++)
    for (let i = 0; i < h; i++)
      for (let j = 0; j < w; j++) {
        const gb = ((n * h + i) * w + j) * O;
        for (let o = 0; o < O; o++) db[o] += G[gb + o];
        for (let u = 0; u < 3; u++)
          for (let v = 0; v < 3; v++)
            for (let c = 0; c < C; c++) {
              const xi = ((n * H + i + u) * W + j + v) * C + c,
                xv = X[xi],
                kb = ((u * 3 + v) * C + c) * O;
              if (xv !== 0) for (let o = 0; o < O; o++) dK[kb + o] += xv * G[gb + o];
              if (needX) {
                let s = 0;
                for (let o = 0; o < O; o++) s += Kn[kb + o] * G[gb + o];
                dX[xi] += s;
              }
            }
      }
  return { dK, db, dX };
}

const simple = (call, outputs) => ({ call, outputs });

export const workloads = {
  "scalar-grad"({ order }, { x }) {
    const x0 = x.data[0];
    const f = [
      null,
      (x) => {
        const g = Math.exp(-x * x),
          t = Math.tanh(3 * x);
        return g * (Math.cos(x) - 2 * x * Math.sin(x)) + 3 * (1 - t * t);
      },
      (x) => {
        const g = Math.exp(-x * x),
          t = Math.tanh(3 * x);
        return g * ((4 * x * x - 3) * Math.sin(x) - 4 * x * Math.cos(x)) - 18 * t * (1 - t * t);
      },
      (x) => {
        const g = Math.exp(-x * x),
          t = Math.tanh(3 * x);
        return (
          g * ((18 * x - 8 * x ** 3) * Math.sin(x) + (12 * x * x - 7) * Math.cos(x)) -
          54 * (1 - t * t) * (1 - 3 * t * t)
        );
      },
    ][order];
    let k = 0,
      sink = 0;
    return {
      call: () => {
        sink += f(x0 + (k++ & 1023) * 1e-12);
        return sink;
      },
      outputs: () => ({ dx: [f(x0)] }),
    };
  },
  "rosenbrock-grad"({ n, what }, { x, v }, T) {
    const X = x.data;
    if (what === "grad")
      return simple(
        () => rosenGrad(X, new T(n)),
        (g) => ({ g }),
      );
    if (what === "hvp")
      return simple(
        () => {
          const V = v.data,
            h = new T(n);
          for (let i = 0; i < n - 1; i++) {
            const a = X[i],
              t = X[i + 1] - a * a,
              dt = V[i + 1] - 2 * a * V[i];
            h[i] += -400 * (V[i] * t + a * dt) + 2 * V[i];
            h[i + 1] += 200 * dt;
          }
          return h;
        },
        (h) => ({ h }),
      );
    return simple(
      () => {
        const H = new T(n * n);
        for (let i = 0; i < n - 1; i++) {
          H[i * n + i] += 1200 * X[i] * X[i] - 400 * X[i + 1] + 2;
          H[(i + 1) * n + i + 1] += 200;
          H[i * n + i + 1] = H[(i + 1) * n + i] = -400 * X[i];
        }
        return H;
      },
      (H) => ({ H }),
    );
  },
  elementwise({ n }, { x }, T) {
    const X = x.data;
    return simple(
      () => {
        const g = new T(n);
        let s = 0;
        for (let i = 0; i < n; i++) {
          const a = X[i],
            t = Math.tanh(a),
            e = Math.exp(-a * a),
            q = 1 + a * a;
          s += t * e + a / q;
          g[i] = (1 - t * t) * e - 2 * a * t * e + (1 - a * a) / (q * q);
        }
        return { s, g };
      },
      ({ s, g }) => ({ value: [s], g }),
    );
  },
  matmul({ n }, { a, b }, T) {
    return simple(
      () => matmul(a.data, b.data, new T(n * n), n, n, n),
      (c) => ({ c }),
    );
  },
  "mlp-train-step"({ batch, sizes, lr }, inp, T) {
    return simple(
      () => {
        const h = [inp.x.data];
        for (let l = 1; l <= 3; l++) {
          const z = matmul(
            h[l - 1],
            inp[`w${l}`].data,
            new T(batch * sizes[l]),
            batch,
            sizes[l - 1],
            sizes[l],
          );
          addBiasRelu(z, inp[`b${l}`].data, batch, sizes[l], l < 3);
          h.push(z);
        }
        let dz = new T(batch * 10);
        const out = { loss: softmaxXent(h[3], inp.y.data, dz, batch, 10) };
        for (let l = 3; l >= 1; l--) {
          const gw = matmulTN(h[l - 1], dz, new T(sizes[l - 1] * sizes[l]), batch, sizes[l - 1], sizes[l]);
          const gb = colSum(dz, batch, sizes[l], new T(sizes[l]));
          const W = inp[`w${l}`].data,
            b = inp[`b${l}`].data;
          out[`gw${l}`] = gw;
          out[`gb${l}`] = gb;
          out[`nw${l}`] = new T(W.length);
          out[`nb${l}`] = new T(b.length);
          for (let i = 0; i < W.length; i++) out[`nw${l}`][i] = W[i] - lr * gw[i];
          for (let i = 0; i < b.length; i++) out[`nb${l}`][i] = b[i] - lr * gb[i];
          if (l > 1) {
            const dh = matmulNT(dz, W, new T(batch * sizes[l - 1]), batch, sizes[l], sizes[l - 1]);
            for (let i = 0; i < dh.length; i++) if (h[l - 1][i] <= 0) dh[i] = 0;
            dz = dh;
          }
        }
        return out;
      },
      (o) => ({ ...o, loss: [o.loss] }),
    );
  },
  "logreg-grad"({ n, d }, { x, y, w, b }, T) {
    const X = x.data,
      Y = y.data,
      W = w.data;
    return simple(
      () => {
        const g = new Float64Array(d);
        let loss = 0,
          gb = 0;
        for (let i = 0; i < n; i++) {
          let z = b.data[0];
          for (let j = 0, p = i * d; j < d; j++) z += X[p + j] * W[j];
          loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - Y[i] * z;
          const r = (1 / (1 + Math.exp(-z)) - Y[i]) / n;
          gb += r;
          for (let j = 0, p = i * d; j < d; j++) g[j] += r * X[p + j];
        }
        return { loss: loss / n, g: T.from(g), gb };
      },
      (o) => ({ loss: [o.loss], gw: o.g, gb: [o.gb] }),
    );
  },
  "per-example-grad"({ batch, d, h }, { x, y, w1, b1, w2, b2 }, T) {
    return simple(
      () => {
        const gw1 = new T(batch * d * h),
          gb1 = new T(batch * h),
          gw2 = new T(batch * h),
          gb2 = new T(batch);
        const a = new Float64Array(h),
          W1 = w1.data,
          W2 = w2.data;
        for (let i = 0; i < batch; i++) {
          a.set(b1.data);
          for (let k = 0; k < d; k++) {
            const xv = x.data[i * d + k];
            for (let j = 0; j < h; j++) a[j] += xv * W1[k * h + j];
          }
          let p = b2.data[0];
          for (let j = 0; j < h; j++) {
            a[j] = Math.tanh(a[j]);
            p += a[j] * W2[j];
          }
          const r = 2 * (p - y.data[i]);
          gb2[i] = r;
          for (let j = 0; j < h; j++) {
            gw2[i * h + j] = r * a[j];
            a[j] = r * W2[j] * (1 - a[j] * a[j]);
            gb1[i * h + j] = a[j];
          }
          for (let k = 0; k < d; k++) {
            const xv = x.data[i * d + k],
              o = (i * d + k) * h;
            for (let j = 0; j < h; j++) gw1[o + j] = xv * a[j];
          }
        }
        return { gw1, gb1, gw2, gb2 };
      },
      (o) => o,
    );
  },
  "conv-train-step"({ batch: B }, { x, y, k1, c1, k2, c2, w, b }, T) {
    return simple(
      () => {
        const relu = (z) => {
          for (let i = 0; i < z.length; i++) if (z[i] < 0) z[i] = 0;
          return z;
        };
        const mask = (g, z) => {
          for (let i = 0; i < z.length; i++) if (z[i] <= 0) g[i] = 0;
          return g;
        };
        const h1 = relu(conv(x.data, k1.data, c1.data, B, 28, 28, 1, 16));
        const h2 = relu(conv(h1, k2.data, c2.data, B, 26, 26, 16, 32));
        const P = new T(B * 4608);
        for (let n = 0; n < B; n++)
          for (let i = 0; i < 24; i++)
            for (let j = 0; j < 24; j++)
              for (let c = 0; c < 32; c++)
                P[((n * 12 + (i >> 1)) * 12 + (j >> 1)) * 32 + c] +=
                  0.25 * h2[((n * 24 + i) * 24 + j) * 32 + c];
        const z = matmul(P, w.data, new T(B * 10), B, 4608, 10);
        addBiasRelu(z, b.data, B, 10, false);
        const dz = new T(B * 10),
          loss = softmaxXent(z, y.data, dz, B, 10);
        const gw = matmulTN(P, dz, new T(46080), B, 4608, 10),
          gb = colSum(dz, B, 10, new T(10));
        const dP = matmulNT(dz, w.data, new T(B * 4608), B, 10, 4608),
          d2 = new T(h2.length);
        for (let n = 0; n < B; n++)
          for (let i = 0; i < 24; i++)
            for (let j = 0; j < 24; j++)
              for (let c = 0; c < 32; c++)
                d2[((n * 24 + i) * 24 + j) * 32 + c] =
                  0.25 * dP[((n * 12 + (i >> 1)) * 12 + (j >> 1)) * 32 + c];
        const g2 = convGrad(h1, k2.data, mask(d2, h2), B, 26, 26, 16, 32, true);
        const g1 = convGrad(x.data, k1.data, mask(g2.dX, h1), B, 28, 28, 1, 16, false);
        return { loss, gk1: g1.dK, gc1: g1.db, gk2: g2.dK, gc2: g2.db, gw, gb };
      },
      (o) => ({ ...o, loss: [o.loss] }),
    );
  },
  "long-chain"({ steps }, { x }) {
    return simple(
      () => {
        let a = x.data[0],
          da = 1;
        for (let i = 0; i < steps; i++) {
          da *= 0.999 + 0.001 * Math.cos(a);
          a = a * 0.999 + 0.001 * Math.sin(a);
        }
        return [a, da];
      },
      ([value, dx]) => ({ value: [value], dx: [dx] }),
    );
  },
  jacobian({ n }, { x, a }, T) {
    return simple(
      () => {
        const J = new T(n * n),
          t = new Float64Array(n);
        for (let i = 0; i < n; i++) t[i] = Math.tanh(x.data[i]);
        for (let i = 0; i < n; i++) {
          let s = x.data[i];
          for (let j = 0; j < n; j++) s += a.data[i * n + j] * t[j];
          const y = Math.tanh(s),
            q = 1 - y * y;
          for (let j = 0; j < n; j++)
            J[i * n + j] = q * (a.data[i * n + j] * (1 - t[j] * t[j]) + (i === j ? 1 : 0));
        }
        return J;
      },
      (J) => ({ J }),
    );
  },
  gmm({ d, K, n, gamma, m, what, constant }, { alphas, means, icf, x }, T) {
    const A = alphas.data,
      M = means.data,
      I = icf.data,
      X = x.data,
      sz = (d * (d + 1)) / 2,
      wantGrad = what === "gradient";
    return simple(
      () => {
        const qd = new Float64Array(K * d),
          sq = new Float64Array(K),
          xc = new Float64Array(d),
          qx = new Float64Array(K * d),
          main = new Float64Array(K);
        const gA = new T(K),
          gM = new T(K * d),
          gI = new T(K * sz),
          gq = new Float64Array(K * d);
        let out = constant;
        for (let k = 0; k < K; k++)
          for (let i = 0; i < d; i++) {
            sq[k] += I[k * sz + i];
            qd[k * d + i] = Math.exp(I[k * sz + i]);
          }
        const wsum = new Float64Array(K);
        for (let p = 0; p < n; p++) {
          let mx = -Infinity;
          for (let k = 0; k < K; k++) {
            const kd = k * d;
            for (let i = 0; i < d; i++) {
              xc[i] = X[p * d + i] - M[kd + i];
              qx[kd + i] = qd[kd + i] * xc[i];
            }
            let l = k * sz + d;
            for (let i = 0; i < d; i++) for (let j = i + 1; j < d; j++) qx[kd + j] += I[l++] * xc[i];
            let s = 0;
            for (let i = 0; i < d; i++) s += qx[kd + i] * qx[kd + i];
            main[k] = A[k] + sq[k] - 0.5 * s;
            if (main[k] > mx) mx = main[k];
          }
          let se = 0;
          for (let k = 0; k < K; k++) se += Math.exp(main[k] - mx);
          const lse = Math.log(se) + mx;
          out += lse;
          if (wantGrad)
            for (let k = 0; k < K; k++) {
              const wgt = Math.exp(main[k] - lse),
                kd = k * d;
              wsum[k] += wgt;
              // d main / d qx_j = -qx_j ; qx_j = qd_j xc_j + sum_{i<j} L_ji xc_i
              for (let i = 0; i < d; i++) xc[i] = X[p * d + i] - M[kd + i];
              let l = k * sz + d;
              for (let i = 0; i < d; i++) {
                const gi = -wgt * qx[kd + i];
                gq[kd + i] += gi * xc[i];
                let dx = gi * qd[kd + i];
                for (let j = i + 1; j < d; j++, l++) {
                  const gj = -wgt * qx[kd + j];
                  gI[l] += gj * xc[i];
                  dx += gj * I[l];
                }
                gM[kd + i] -= dx;
              }
            }
        }
        let amx = -Infinity,
          ase = 0;
        for (let k = 0; k < K; k++) amx = Math.max(amx, A[k]);
        for (let k = 0; k < K; k++) ase += Math.exp(A[k] - amx);
        const alse = Math.log(ase) + amx;
        out -= n * alse;
        for (let k = 0; k < K; k++) {
          let fro = 0;
          for (let i = 0; i < d; i++) fro += qd[k * d + i] ** 2;
          for (let l = d; l < sz; l++) fro += I[k * sz + l] ** 2;
          out += 0.5 * gamma * gamma * fro - m * sq[k];
          if (wantGrad) {
            gA[k] = wsum[k] - n * Math.exp(A[k] - alse);
            for (let i = 0; i < d; i++) {
              const q = qd[k * d + i];
              gI[k * sz + i] = wsum[k] - m + (gq[k * d + i] + gamma * gamma * q) * q;
            }
            for (let l = d; l < sz; l++) gI[k * sz + l] += gamma * gamma * I[k * sz + l];
          }
        }
        return wantGrad ? { gA, gM, gI } : { value: [out] };
      },
      (o) => o,
    );
  },
};
