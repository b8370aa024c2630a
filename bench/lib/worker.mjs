// One process per adapter and workload. Protocol: JSON lines; replies are prefixed with "@@".

import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { Unsupported } from "./unsupported.mjs";

const [adapterFile, variant, scratch] = process.argv.slice(2);
const reply = (o) => process.stdout.write("@@" + JSON.stringify(o) + "\n");
const TA = { f32: Float32Array, f64: Float64Array };
const handles = new Map();
let next = 1,
  adapter;

/** What an error says and where, without the folders of this machine. */
function short(e) {
  const s = e?.stack ? String(e.stack).split("\n").slice(0, 3).join(" | ") : String(e);
  return s.replace(/(file:\/\/)?\/[^\s()]*\/node_modules\//g, "").slice(0, 400);
}

const commands = {
  async init() {
    const t = performance.now();
    adapter = await import(pathToFileURL(adapterFile).href);
    const info = await adapter.load(variant, adapter.variants[variant]);
    return { ok: true, loadMs: performance.now() - t, dtypes: adapter.dtypes, info: info ?? null };
  },
  async setup({ workload, params, dtype, inputs, tag }) {
    const make = adapter.workloads[workload];
    if (make === undefined) return { ok: false, unsupported: "not implemented in this adapter" };
    if (typeof make === "string") return { ok: false, unsupported: make };
    try {
      const T = TA[dtype],
        inp = {};
      for (const [k, { shape, file }] of Object.entries(inputs)) {
        const b = readFileSync(file);
        inp[k] = { shape, data: new T(b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength)) };
      }
      const rss0 = process.memoryUsage().rss;
      const job = await make(params, inp, T, dtype, adapter.variants[variant]);
      const t0 = performance.now();
      let r = job.call();
      if (job.async) r = await r;
      const firstMs = performance.now() - t0;
      const rss1 = process.memoryUsage().rss,
        maxRss = process.resourceUsage().maxRSS * 1024;
      const outs = await job.outputs(r),
        outputs = {};
      for (const [k, v] of Object.entries(outs)) {
        const a = Float64Array.from(v),
          file = `${scratch}/${tag}-${k}.bin`;
        writeFileSync(file, new Uint8Array(a.buffer));
        outputs[k] = { file, length: a.length };
      }
      const h = next++;
      handles.set(h, job);
      return { ok: true, h, outputs, firstMs, rssDelta: rss1 - rss0, maxRss, note: job.note };
    } catch (e) {
      if (e instanceof Unsupported) return { ok: false, unsupported: e.message };
      return { ok: false, error: short(e) };
    }
  },
  async run({ h, n }) {
    const job = handles.get(h);
    try {
      const t0 = process.hrtime.bigint();
      if (job.async)
        for (let i = 0; i < n; i++) {
          const r = await job.call();
          if (job.release) job.release(r);
        }
      else
        for (let i = 0; i < n; i++) {
          const r = job.call();
          if (job.release) job.release(r);
        }
      return { ok: true, ns: Number(process.hrtime.bigint() - t0), rss: process.memoryUsage().rss };
    } catch (e) {
      return { ok: false, error: short(e) };
    }
  },
  async dispose({ h }) {
    handles.get(h)?.dispose?.();
    handles.delete(h);
    globalThis.gc?.();
    return { ok: true };
  },
};
createInterface({ input: process.stdin })
  .on("line", async (line) => {
    const m = JSON.parse(line);
    let o;
    try {
      o = await commands[m.cmd](m);
    } catch (e) {
      o = e instanceof Unsupported ? { ok: false, unsupported: e.message } : { ok: false, error: short(e) };
    }
    reply({ id: m.id, ...o });
  })
  .on("close", () => process.exit(0));
