#!/usr/bin/env node
// node bench/linalg.mjs [--size 200] [--rounds 15]: factorisations of n x n float64 matrices beside every JavaScript
// library that has them, interleaved in one process. Build first (npm run build); the rivals: node bench/setup.mjs.
// Each result is checked by its residual before it is timed; Markdown on stdout, medians and ratios to cotangent.
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PEERS_DIR, peerImport } from "./lib/peers.mjs";
import { rng } from "./lib/random.mjs";

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const n = option("size", 200);
const rounds = option("rounds", 15);

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

/** Worst residuals of results as nested arrays, relative to the matrix. */
const residual = {
  cholesky: (l) => apart(times(l, turned(l)), spd) / size(spd),
  solve: (x) => apart(times(a, x), b) / (size(a) * size(x)),
  eigh: ([w, v]) => apart(times(spd, v), scaled(v, w)) / size(spd),
  svd: ([u, s, v]) => apart(times(scaled(u, s), turned(v)), a) / size(a),
};

/** Each system: case -> [call, result as nested arrays]. */
const systems = {
  async cotangent() {
    const entry = join(process.cwd(), "dist", "index.js");
    if (!existsSync(entry)) throw new Error("build first: npm run build");
    const { np, linalg } = await import(pathToFileURL(entry).href);
    const [ta, ts, tb] = [a, spd, b].map((x) => np.array(x));
    // a new tensor for every call: the factors of one that is known would be found again
    const fresh = (x) => np.array(x.toTypedArray()).reshape([n, n]);
    return {
      cholesky: [() => linalg.cholesky(fresh(ts)), (l) => l.toArray()],
      solve: [() => linalg.solve(fresh(ta), tb), (x) => x.toArray()],
      eigh: [() => linalg.eigh(fresh(ts)), ([w, v]) => [w.toArray(), v.toArray()]],
      svd: [() => linalg.svd(fresh(ta)), ([u, s, vt]) => [u.toArray(), s.toArray(), turned(vt.toArray())]],
    };
  },
  async "ml-matrix"() {
    const ml = await peerImport("ml-matrix");
    const [ma, ms, mb] = [a, spd, b].map((x) => new ml.Matrix(x));
    return {
      cholesky: [() => new ml.CholeskyDecomposition(ms).lowerTriangularMatrix, (l) => l.to2DArray()],
      solve: [() => ml.solve(ma, mb), (x) => x.to2DArray()],
      eigh: [
        () => new ml.EigenvalueDecomposition(ms, { assumeSymmetric: true }),
        (e) => [e.realEigenvalues, e.eigenvectorMatrix.to2DArray()],
      ],
      svd: [
        () => new ml.SingularValueDecomposition(ma),
        (d) => [d.leftSingularVectors.to2DArray(), d.diagonal, d.rightSingularVectors.to2DArray()],
      ],
    };
  },
  async numeric() {
    const module = await peerImport("numeric");
    const numeric = module.default ?? module;
    const right = b.map(([x]) => x);
    return {
      solve: [() => numeric.solve(a, right), (x) => x.map((y) => [y])],
      // numeric.eig takes a minute at this size
      svd: [() => numeric.svd(a), (d) => [d.U, d.S, d.V]],
    };
  },
  async mathjs() {
    const module = await peerImport("mathjs");
    const math = module.default ?? module;
    return { solve: [() => math.lusolve(a, b), (x) => x] };
  },
  async "jax-js"() {
    // Node 20 has no Float16Array
    globalThis.Float16Array ??= class Float16Array {};
    const jax = await peerImport("@jax-js/jax");
    await jax.init("wasm");
    jax.defaultDevice("wasm");
    const { numpy: np, lax } = jax;
    const put = (x) => np.array(Float64Array.from(x.flat())).reshape([x.length, x[0].length]);
    const [ja, js, jb] = [a, spd, b].map(put);
    const nest = (flat, m) =>
      Array.from({ length: flat.length / m }, (_, i) => Array.from(flat.slice(i * m, (i + 1) * m)));
    const read = (x) => x.dataSync();
    const matrix = (x) => nest(x, n);
    return {
      cholesky: [() => read(np.linalg.cholesky(js.ref)), matrix],
      solve: [() => read(np.linalg.solve(ja.ref, jb.ref)), (x) => nest(x, 1)],
      eigh: [() => jaxEigh(np, lax, js.ref).map(read), ([w, v]) => [Array.from(w), matrix(v)]],
      svd: [
        () => np.linalg.svd(ja.ref, { fullMatrices: false }).map(read),
        ([u, s, vt]) => [matrix(u), Array.from(s), turned(matrix(vt))],
      ],
    };
  },
};
const jaxEigh = (np, lax, x) => {
  const found = (np.linalg.eigh ?? lax.linalg.eigh)(x);
  return Array.isArray(found) ? found : [found.eigenvalues, found.eigenvectors];
};

const now = () => performance.now();
const median = (list) => [...list].sort((x, y) => x - y)[list.length >> 1];

const loaded = {};
for (const [name, load] of Object.entries(systems)) {
  try {
    loaded[name] = await load();
  } catch (error) {
    if (name === "cotangent") throw error;
    console.log(
      `- ${name}: left out, ${String(error.message ?? error).split("\n")[0]} (rivals: ${PEERS_DIR})`,
    );
  }
}

console.log(
  `\n${n} x ${n} float64, ${rounds} interleaved rounds, Node ${process.version}, ${cpus()[0].model}\n`,
);
console.log(
  "| case | system | residual | median | least | median to cotangent | least to cotangent |\n|---|---|--:|--:|--:|--:|--:|",
);
for (const kind of Object.keys(residual)) {
  const entries = [];
  for (const [name, cases] of Object.entries(loaded)) {
    if (cases[kind] === undefined) continue;
    const [call, read] = cases[kind];
    try {
      const start = now();
      const worst = residual[kind](read(call()));
      const first = now() - start;
      for (let i = 0; i < (first > 500 ? 0 : 3); i++) call();
      entries.push({ name, call, worst, times: [] });
    } catch (error) {
      console.log(
        `| ${kind} | ${name} | fails: ${String(error.message ?? error)
          .split("\n")[0]
          .slice(0, 60)} | | | | |`,
      );
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      if (entry.times.length >= 3 && median(entry.times) > 500) continue;
      const start = now();
      entry.call();
      entry.times.push(now() - start);
    }
  }
  // the least time is what the machine's other work disturbs least
  const [base, least] = [median(entries[0].times), Math.min(...entries[0].times)];
  for (const { name, worst, times: t } of entries) {
    const ms = median(t);
    const remark = worst < 1e-9 ? worst.toExponential(1) : `**${worst.toExponential(1)}**`;
    const best = Math.min(...t);
    console.log(
      `| ${kind} | ${name} | ${remark} | ${ms.toFixed(2)} ms | ${best.toFixed(2)} ms | ${(ms / base).toFixed(2)} | ${(best / least).toFixed(2)} |`,
    );
  }
}
process.exit(0);
