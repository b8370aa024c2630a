#!/usr/bin/env node
// node bench/fft.mjs [--rounds 101]: complex transforms of float64 vectors beside fft.js, interleaved in one process. Build
// first (npm run build); the rivals: node bench/setup.mjs. Each result is checked against the inverse before it is timed.
// fft.js takes powers of two only: beside other lengths it does the usual thing, Bluestein's convolution written with it.
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { peerImport } from "./lib/peers.mjs";
import { rng } from "./lib/random.mjs";

const at = process.argv.indexOf("--rounds");
const rounds = at < 0 ? 101 : Number(process.argv[at + 1]);
const lengths = [2 ** 10, 2 ** 16, 65537, 3 * 5 * 7 * 11 * 13];

const next = rng(11);
const entry = join(process.cwd(), "dist", "index.js");
if (!existsSync(entry)) throw new Error("build first: npm run build");
const { np } = await import(pathToFileURL(entry).href);
const ours = await import(pathToFileURL(join(process.cwd(), "dist", "fft", "index.js")).href);
const FFT = await peerImport("fft.js");

/** fft.js on interleaved numbers, planned beforehand; other lengths than powers of two by convolution. */
const rival = (n, re, im) => {
  if (Number.isInteger(Math.log2(n))) {
    const plan = new FFT(n);
    const x = plan.createComplexArray();
    for (let j = 0; j < n; j++) [x[2 * j], x[2 * j + 1]] = [re[j], im[j]];
    const out = plan.createComplexArray();
    return () => {
      plan.transform(out, x);
      return out;
    };
  }
  const size = 2 ** Math.ceil(Math.log2(2 * n - 1));
  const plan = new FFT(size);
  const make = () => new Array(2 * size).fill(0);
  const [a, b, filter, product, back] = [make(), make(), make(), make(), make()];
  const w = Array.from({ length: n }, (_, j) => {
    const angle = (-Math.PI * ((j * j) % (2 * n))) / n;
    return [Math.cos(angle), Math.sin(angle)];
  });
  w.forEach(([c, s], j) => {
    for (const k of [j, (size - j) % size]) [b[2 * k], b[2 * k + 1]] = [c, -s];
  });
  plan.transform(filter, b);
  const out = new Array(2 * n);
  return () => {
    a.fill(0);
    for (let j = 0; j < n; j++) {
      a[2 * j] = re[j] * w[j][0] - im[j] * w[j][1];
      a[2 * j + 1] = re[j] * w[j][1] + im[j] * w[j][0];
    }
    plan.transform(product, a);
    for (let k = 0; k < 2 * size; k += 2) {
      const [xr, xi] = [product[k], product[k + 1]];
      product[k] = xr * filter[k] - xi * filter[k + 1];
      product[k + 1] = xr * filter[k + 1] + xi * filter[k];
    }
    plan.inverseTransform(back, product);
    for (let k = 0; k < n; k++) {
      out[2 * k] = back[2 * k] * w[k][0] - back[2 * k + 1] * w[k][1];
      out[2 * k + 1] = back[2 * k] * w[k][1] + back[2 * k + 1] * w[k][0];
    }
    return out;
  };
};

const median = (xs) => [...xs].sort((a, b) => a - b)[Math.floor(xs.length / 2)];
console.log(`${cpus()[0].model}, Node ${process.version}, medians of ${rounds} interleaved rounds\n`);
console.log("| points | cotangent | fft.js | ratio |\n|--:|--:|--:|--:|");
for (const n of lengths) {
  const re = Float64Array.from({ length: n }, () => 2 * next() - 1);
  const im = Float64Array.from({ length: n }, () => 2 * next() - 1);
  const z = { re: np.array(re), im: np.array(im) };
  const calls = [() => ours.fft(z), rival(n, re, im)];
  const mine = ours.fft(z);
  const back = ours.ifft(mine).re.toTypedArray();
  const [mineRe, theirs] = [mine.re.toTypedArray(), calls[1]()];
  const scale = Math.sqrt(n);
  for (let k = 0; k < n; k++) {
    if (Math.abs(back[k] - re[k]) > 1e-13) throw new Error(`cotangent is wrong at ${k} of ${n}`);
    if (Math.abs(mineRe[k] - theirs[2 * k]) > 1e-11 * scale)
      throw new Error(`fft.js differs at ${k} of ${n}`);
  }
  const times = calls.map(() => []);
  for (let round = -10; round < rounds; round++) {
    calls.forEach((call, i) => {
      const start = performance.now();
      call();
      if (round >= 0) times[i].push(performance.now() - start);
    });
  }
  const [a, b] = times.map(median);
  console.log(`| ${n} | ${a.toFixed(3)} ms | ${b.toFixed(3)} ms | ${(b / a).toFixed(2)} |`);
}
