/** Factorisations of a 200 x 200 float64 matrix, each checked by its residual. */
import { peerImport } from "../lib/peers.mjs";
import { rng } from "../lib/random.mjs";
import { cotangent, jaxjs, peer } from "./systems.mjs";

const n = 200;
const next = rng(7);
const rows = (m, k) => Array.from({ length: m }, () => Array.from({ length: k }, () => 2 * next() - 1));
const times = (a, b) =>
  a.map((row) => {
    const out = new Array(b[0].length).fill(0);
    row.forEach((x, k) => {
      for (let j = 0; j < out.length; j++) out[j] += x * b[k][j];
    });
    return out;
  });
const turned = (a) => a[0].map((_, j) => a.map((row) => row[j]));
const scaled = (a, s) => a.map((row) => row.map((x, j) => x * s[j]));
const apart = (a, b) => {
  let worst = 0;
  a.forEach((row, i) => {
    row.forEach((x, j) => {
      const d = Math.abs(x - b[i][j]);
      if (!(d <= worst)) worst = d;
    });
  });
  return worst;
};

const a = rows(n, n);
const spd = times(a, turned(a)).map((row, i) => row.map((x, j) => x + (i === j ? 1 : 0)));
const b = rows(n, 1);
const size = (x) => Math.max(...x.map((row) => Math.max(...row.map(Math.abs))));
const nested = (flat, m) =>
  Array.from({ length: flat.length / m }, (_, i) => Array.from(flat.slice(i * m, (i + 1) * m)));

const flat = Object.fromEntries(
  Object.entries({ a, spd, b }).map(([name, x]) => [name, Float64Array.from(x.flat())]),
);
/** Tensors that are new at every call: the factors of one that is known would be found again. */
const ours = async () => {
  const { np, room } = await cotangent();
  const fresh = (name) => np.reshape(np.array(flat[name].slice()), [n, flat[name].length / n]);
  return { linalg: await room("linalg"), fresh };
};
const theirs = async () => {
  const jax = await jaxjs();
  const put = (x) => jax.numpy.array(Float64Array.from(x.flat())).reshape([x.length, x[0].length]);
  return { np: jax.numpy, put };
};
const read = (x) => x.dataSync();

export const cases = [
  {
    id: "cholesky",
    about: "Cholesky factor, 200 x 200 float64",
    error: (l) => apart(times(l, turned(l)), spd) / size(spd),
    systems: {
      async cotangent() {
        const { linalg, fresh } = await ours();
        return [() => linalg.cholesky(fresh("spd")), (l) => l.toArray()];
      },
      async "ml-matrix"() {
        const ml = await peerImport("ml-matrix");
        const x = new ml.Matrix(spd);
        return [() => new ml.CholeskyDecomposition(x).lowerTriangularMatrix, (l) => l.to2DArray()];
      },
      async "jax-js"() {
        const { np, put } = await theirs();
        const x = put(spd);
        return [() => read(np.linalg.cholesky(x.ref)), (l) => nested(l, n)];
      },
    },
  },
  {
    id: "solve",
    about: "solution of A x = b, 200 x 200 float64",
    error: (x) => apart(times(a, x), b) / (size(a) * size(x)),
    systems: {
      async cotangent() {
        const { linalg, fresh } = await ours();
        const right = fresh("b");
        return [() => linalg.solve(fresh("a"), right), (x) => x.toArray()];
      },
      async "ml-matrix"() {
        const ml = await peerImport("ml-matrix");
        const [x, y] = [new ml.Matrix(a), new ml.Matrix(b)];
        return [() => ml.solve(x, y), (z) => z.to2DArray()];
      },
      async "jax-js"() {
        const { np, put } = await theirs();
        const [x, y] = [put(a), put(b)];
        return [() => read(np.linalg.solve(x.ref, y.ref)), (z) => nested(z, 1)];
      },
      async numeric() {
        const numeric = await peer("numeric");
        const right = b.map(([x]) => x);
        return [() => numeric.solve(a, right), (x) => x.map((y) => [y])];
      },
      async mathjs() {
        const math = await peer("mathjs");
        return [() => math.lusolve(a, b), (x) => x];
      },
    },
  },
  {
    id: "eigh",
    about: "eigenvalues and vectors, symmetric, 200 x 200 float64",
    error: ([w, v]) => apart(times(spd, v), scaled(v, w)) / size(spd),
    systems: {
      async cotangent() {
        const { linalg, fresh } = await ours();
        return [() => linalg.eigh(fresh("spd")), ([w, v]) => [w.toArray(), v.toArray()]];
      },
      async "ml-matrix"() {
        const ml = await peerImport("ml-matrix");
        const x = new ml.Matrix(spd);
        return [
          () => new ml.EigenvalueDecomposition(x, { assumeSymmetric: true }),
          (e) => [e.realEigenvalues, e.eigenvectorMatrix.to2DArray()],
        ];
      },
      async "jax-js"() {
        const { np, put } = await theirs();
        const { lax } = await jaxjs();
        const x = put(spd);
        const eigh = np.linalg.eigh ?? lax.linalg.eigh;
        return [
          () => {
            const found = eigh(x.ref);
            return (Array.isArray(found) ? found : [found.eigenvalues, found.eigenvectors]).map(read);
          },
          ([w, v]) => [Array.from(w), nested(v, n)],
        ];
      },
    },
  },
  {
    id: "svd",
    about: "singular values and vectors, 200 x 200 float64",
    error: ([u, s, v]) => apart(times(scaled(u, s), turned(v)), a) / size(a),
    systems: {
      async cotangent() {
        const { linalg, fresh } = await ours();
        return [
          () => linalg.svd(fresh("a")),
          ([u, s, vt]) => [u.toArray(), s.toArray(), turned(vt.toArray())],
        ];
      },
      async "ml-matrix"() {
        const ml = await peerImport("ml-matrix");
        const x = new ml.Matrix(a);
        return [
          () => new ml.SingularValueDecomposition(x),
          (d) => [d.leftSingularVectors.to2DArray(), d.diagonal, d.rightSingularVectors.to2DArray()],
        ];
      },
      async "jax-js"() {
        const { np, put } = await theirs();
        const x = put(a);
        return [
          () => np.linalg.svd(x.ref, { fullMatrices: false }).map(read),
          ([u, s, vt]) => [nested(u, n), Array.from(s), turned(nested(vt, n))],
        ];
      },
      async numeric() {
        // its eig takes a minute at this size
        const numeric = await peer("numeric");
        return [() => numeric.svd(a), (d) => [d.U, d.S, d.V]];
      },
    },
  },
].map((c) => ({ ...c, tolerance: 1e-9 }));
