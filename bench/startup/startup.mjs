// Cold start, install size and bundle size of each system.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { PEERS_DIR, peerRequire } from "../lib/peers.mjs";

const NM = join(PEERS_DIR, "node_modules");
const PROJECT_DIR = process.env.PROJECT_DIR || process.cwd();
const cotangentEntry = join(PROJECT_DIR, "dist", "index.js");
const cotangentUrl = pathToFileURL(cotangentEntry).href;
// tfjs loads faster through require() than through import() in Node; the faster way is measured.
const req = "const {createRequire}=await import('node:module'); const r=createRequire(process.cwd()+'/'); ";
const quiet = "console.log=console.warn=()=>{};";

/** name -> [import only, import + one gradient]; run with node --input-type=module in PEERS_DIR. */
const cold = {
  "node alone": ["", ""],
  ...(existsSync(cotangentEntry) && {
    cotangent: [
      `await import('${cotangentUrl}')`,
      `const {grad,np}=await import('${cotangentUrl}'); grad(x=>np.sin(x))(0.7).item()`,
    ],
  }),
  "jax-js (wasm)": [
    `await import('@jax-js/jax')`,
    `const j=await import('@jax-js/jax'); await j.init('wasm'); j.defaultDevice('wasm'); j.grad(j.numpy.sin)(j.numpy.array(0.7)).dataSync()`,
  ],
  "tfjs (all, cpu)": [
    quiet + req + `r('@tensorflow/tfjs')`,
    quiet +
      req +
      `const tf=r('@tensorflow/tfjs'); await tf.setBackend('cpu'); tf.grad(x=>tf.sin(x))(tf.scalar(0.7)).dataSync()`,
  ],
  "tfjs (all) + wasm": [
    quiet + req + `r('@tensorflow/tfjs'); r('@tensorflow/tfjs-backend-wasm')`,
    quiet +
      req +
      `const tf=r('@tensorflow/tfjs'); const w=r('@tensorflow/tfjs-backend-wasm'); w.setWasmPaths(process.cwd()+'/node_modules/@tensorflow/tfjs-backend-wasm/dist/'); tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT',false); await tf.setBackend('wasm'); tf.grad(x=>tf.sin(x))(tf.scalar(0.7)).dataSync(); process.exit(0)`,
  ],
  mathjs: [
    `await import('mathjs')`,
    `const {derivative}=await import('mathjs'); derivative('sin(x)','x').evaluate({x:0.7})`,
  ],
  numeric: [
    `await import('numeric')`,
    `const {default:n}=await import('numeric'); n.gradient(x=>Math.sin(x[0]),[0.7])`,
  ],
};
const torchCold = [
  "import torch",
  "import torch\nx=torch.tensor(0.7,requires_grad=True)\ntorch.autograd.grad(torch.sin(x),x)",
];

const packages = {
  "jax-js (wasm)": ["@jax-js/jax"],
  "tfjs-core + cpu (bundle only)": ["@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-cpu"],
  "tfjs (all, cpu)": ["@tensorflow/tfjs"],
  "tfjs-core + wasm (bundle only)": ["@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-wasm"],
  "tfjs (all) + wasm": ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"],
  mathjs: ["mathjs"],
  numeric: ["numeric"],
};
const bundles = {
  ...(existsSync(cotangentEntry) && {
    cotangent: `import {grad,np} from ${JSON.stringify(cotangentEntry)}; console.log(grad(x=>np.sin(x))(0.7).item());`,
  }),
  "jax-js (wasm)": `import {init,defaultDevice,grad,numpy as np} from '@jax-js/jax'; await init('wasm'); defaultDevice('wasm'); console.log(grad(x=>np.sin(x))(np.array(0.7)).js());`,
  "tfjs-core + cpu (bundle only)": `import '@tensorflow/tfjs-core/dist/register_all_gradients'; import {grad,sin,scalar,setBackend} from '@tensorflow/tfjs-core'; import '@tensorflow/tfjs-backend-cpu'; await setBackend('cpu'); console.log(grad(x=>sin(x))(scalar(0.7)).dataSync());`,
  "tfjs (all, cpu)": `import * as tf from '@tensorflow/tfjs'; console.log(tf.grad(x=>tf.sin(x))(tf.scalar(0.7)).dataSync());`,
  "tfjs-core + wasm (bundle only)": `import '@tensorflow/tfjs-core/dist/register_all_gradients'; import {grad,sin,scalar,setBackend} from '@tensorflow/tfjs-core'; import '@tensorflow/tfjs-backend-wasm'; await setBackend('wasm'); console.log(grad(x=>sin(x))(scalar(0.7)).dataSync());`,
  mathjs: `import {create,derivativeDependencies,evaluateDependencies} from 'mathjs'; const {derivative}=create({derivativeDependencies,evaluateDependencies}); console.log(derivative('sin(x)','x').evaluate({x:0.7}));`,
  numeric: `import n from 'numeric'; console.log(n.gradient(x=>Math.sin(x[0]),[0.7]));`,
};

function dirSize(d) {
  let s = 0,
    files = 0;
  for (const e of readdirSync(d, { withFileTypes: true })) {
    if (e.name === "node_modules") continue;
    const p = join(d, e.name);
    if (e.isDirectory()) {
      const r = dirSize(p);
      s += r.s;
      files += r.files;
    } else {
      s += statSync(p).size;
      files++;
    }
  }
  return { s, files };
}
function installSize(roots) {
  const seen = new Set(),
    stack = [...roots];
  let own = 0,
    total = 0;
  while (stack.length) {
    const n = stack.pop();
    if (seen.has(n)) continue;
    seen.add(n);
    const d = join(NM, n);
    if (!existsSync(d)) continue;
    const { s } = dirSize(d);
    total += s;
    if (roots.includes(n)) own += s;
    stack.push(...Object.keys(JSON.parse(readFileSync(join(d, "package.json"), "utf8")).dependencies ?? {}));
  }
  return { own, total, packages: seen.size };
}
async function bundle(name, code) {
  const esbuild = peerRequire("esbuild"),
    dir = join(PEERS_DIR, ".bundle");
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const entry = join(dir, "entry.mjs");
  writeFileSync(entry, code);
  const r = await esbuild.build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    splitting: true,
    outdir: join(dir, "out"),
    metafile: true,
    write: true,
    logLevel: "silent",
    external: ["crypto", "fs", "path", "worker_threads", "perf_hooks", "os", "util", "string_decoder"],
    absWorkingDir: dir,
  });
  const outs = r.metafile.outputs,
    start = Object.keys(outs).find((k) => outs[k].entryPoint);
  const initial = new Set(),
    walk = (k) => {
      if (initial.has(k) || !outs[k]) return;
      initial.add(k);
      for (const i of outs[k].imports) if (i.kind === "import-statement") walk(i.path);
    };
  walk(start);
  const sum = (keys) => {
    let raw = 0,
      gz = 0,
      br = 0;
    for (const k of keys) {
      const b = readFileSync(join(dir, k));
      raw += b.length;
      gz += gzipSync(b, { level: 9 }).length;
      br += brotliCompressSync(b).length;
    }
    return { raw, gz, br };
  };
  const o = { initial: sum(initial), all: sum(Object.keys(outs)) };
  rmSync(dir, { recursive: true, force: true });
  return o;
}
const median = (a) => [...a].sort((x, y) => x - y)[a.length >> 1];
const num = (v) => (Number.isFinite(v) ? v.toFixed(0) : "–");
const kb = (n) => (n == null ? "–" : n < 1e6 ? `${(n / 1e3).toFixed(1)} kB` : `${(n / 1e6).toFixed(2)} MB`);

export async function runStartup({ rounds = 7 } = {}) {
  const jobs = [];
  for (const [name, [a, b]] of Object.entries(cold))
    for (const [i, code] of [a, b].entries())
      jobs.push({ name, i, cmd: process.execPath, args: ["--input-type=module", "-e", code] });
  const py = process.env.TORCH_PYTHON || "/usr/bin/python3";
  for (const [i, code] of torchCold.entries()) jobs.push({ name: "torch", i, cmd: py, args: ["-c", code] });
  const res = {};
  for (let r = 0; r < rounds + 1; r++)
    for (const j of jobs) {
      const t = performance.now(),
        p = spawnSync(j.cmd, j.args, { cwd: PEERS_DIR, encoding: "utf8" }),
        ms = performance.now() - t;
      const e = (res[j.name] ??= { ms: [[], []], error: null });
      if (p.status !== 0)
        e.error = (p.stderr.match(/^\w*Error.*$/m)?.[0] ?? p.stderr.slice(-200)).slice(0, 200);
      if (r > 0) e.ms[j.i].push(ms); // the first round warms the file cache
    }
  const base = median(res["node alone"].ms[0]);
  console.log(
    "\n### startup and size\n\n| system | import (ms) | import + first gradient (ms) | above bare node | installed, own packages | installed with dependencies | bundle min | min+gzip | min+brotli | all chunks min+gzip | note |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
  );
  const rows = [];
  for (const name of new Set([...Object.keys(res), ...Object.keys(bundles)])) {
    const e = res[name] ?? { ms: [[], []], error: null },
      row = { name, importMs: median(e.ms[0]), gradMs: median(e.ms[1]), error: e.error };
    if (packages[name]) row.install = installSize(packages[name]);
    if (name === "cotangent") {
      const d = dirSize(join(PROJECT_DIR, "dist"));
      row.install = { own: d.s, total: d.s, packages: 1 };
    }
    if (bundles[name])
      try {
        row.bundle = await bundle(name, bundles[name]);
      } catch (err) {
        row.error = [row.error, "bundle: " + String(err.message).slice(0, 150).replace(/\n/g, " ")]
          .filter(Boolean)
          .join("; ");
      }
    if (name.includes("+ wasm"))
      row.note = `plus the .wasm file: ${kb(statSync(join(NM, "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm")).size)}`;
    rows.push(row);
    const b = row.bundle;
    console.log(
      `| ${name} | ${num(row.importMs)} | ${num(row.gradMs)} | ${num(row.gradMs - base)} | ${kb(row.install?.own)} | ${row.install ? `${kb(row.install.total)} (${row.install.packages} packages)` : "–"} | ${kb(b?.initial.raw)} | ${kb(b?.initial.gz)} | ${kb(b?.initial.br)} | ${kb(b?.all.gz)} | ${[row.note, row.error].filter(Boolean).join("; ")} |`,
    );
  }
  return rows;
}
