#!/usr/bin/env node
// node bench/eager.mjs [--rounds 41]: eager operations, in nanoseconds per element, on tensors that are small
// enough for loops of numbers (4000) and on those that go through the kernels of compiled programs (from 4096 on), after
// npm run build. Operands are fresh for each call, rounds interleaved over the sizes.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const at = process.argv.indexOf("--rounds");
const rounds = at < 0 ? 41 : Number(process.argv[at + 1]);
const { np } = await import(pathToFileURL(join(process.cwd(), "dist", "index.js")).href);

const operations = {
  add: (x, y) => np.add(x, y),
  divide: (x, y) => np.divide(x, y),
  maximum: (x, y) => np.maximum(x, y),
  greater: (x, y) => np.greater(x, y),
  sqrt: (x) => np.sqrt(x),
  exp: (x) => np.exp(x),
  tanh: (x) => np.tanh(x),
  log1p: (x) => np.log1p(x),
  cbrt: (x) => np.cbrt(x),
  sin: (x) => np.sin(x),
  sum: (x) => np.sum(x),
  max: (x) => np.max(x),
};
const sizes = [4000, 5000, 100_000, 1_000_000];
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

console.log(`| ns per element | dtype | ${sizes.map((n) => `n = ${n}`).join(" | ")} | 4000 ÷ 100000 |`);
console.log(`|---|---|${"--:|".repeat(sizes.length + 1)}`);
for (const Kind of [Float64Array, Float32Array]) {
  for (const [name, f] of Object.entries(operations)) {
    const fresh = (n) =>
      Array.from({ length: f.length }, () =>
        np.array(Kind.from({ length: n }, () => 0.1 + 3 * Math.random())),
      );
    // a loop in vectors is made once enough elements have passed
    for (const n of sizes) {
      const ins = fresh(n);
      for (let passed = 0; passed < 2_000_000; passed += n) f(...ins);
    }
    const times = sizes.map(() => []);
    for (let round = 0; round < rounds; round++) {
      sizes.forEach((n, i) => {
        const calls = Array.from({ length: n < 10_000 ? 10 : 1 }, () => fresh(n));
        const start = performance.now();
        for (const ins of calls) f(...ins);
        times[i].push(((performance.now() - start) * 1e6) / (n * calls.length));
      });
    }
    const medians = times.map(median);
    const cells = medians.map((t) => t.toFixed(2));
    const dtype = Kind === Float64Array ? "f64" : "f32";
    console.log(`| ${name} | ${dtype} | ${cells.join(" | ")} | ${(medians[0] / medians[2]).toFixed(1)} |`);
  }
}
