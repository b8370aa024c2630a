#!/usr/bin/env node
// node run.mjs [--only w1,w2/variant,...] [--adapters a,b,c] [--budget seconds-per-row] [--out file] [--list]
// Prints Markdown tables and writes results/<date>.json. See README.md.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { workloads as hand } from "./adapters/hand.mjs";
import { cases, tolerance } from "./lib/cases.mjs";
import { duration, machine, median } from "./lib/numbers.mjs";
import { Proc } from "./lib/proc.mjs";
import { registry } from "./lib/registry.mjs";
import { runStartup } from "./startup/startup.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const opt = (n, d) => {
  const i = args.indexOf("--" + n);
  return i < 0 ? d : args[i + 1];
};
const only = opt("only")?.split(",");
const budget = Number(opt("budget", 0.6)) * 1e9;
let names = opt("adapters")?.split(",") ?? Object.keys(registry);
for (const n of names) if (!registry[n]) throw new Error(`no adapter ${n}; have ${Object.keys(registry)}`);
if (args.includes("--list")) {
  for (const c of cases) console.log(c.id, c.dtypes.join(","));
  console.log("startup");
  process.exit();
}
const match = (id) => !only || only.some((o) => id === o || id.startsWith(o + "/"));
const scratch = join(tmpdir(), "cotangent-bench", String(process.pid));
mkdirSync(scratch, { recursive: true });
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

const TA = { f32: Float32Array, f64: Float64Array };
const fmtNs = (ns) => (ns == null ? "–" : duration(ns));

/** Norm-wise relative error, worst output: max|a-b| / max|b|. */
function compare(ref, outputs) {
  let err = 0,
    worst = "",
    transposed;
  for (const [k, b] of Object.entries(ref)) {
    const o = outputs[k];
    if (!o) return { err: Infinity, worst: `output ${k} missing` };
    const buf = readFileSync(o.file),
      a = new Float64Array(buf.buffer.slice(buf.byteOffset, buf.byteOffset + buf.byteLength));
    if (a.length !== b.length) return { err: Infinity, worst: `${k}: ${a.length} numbers, want ${b.length}` };
    const scale = b.reduce((m, v) => Math.max(m, Math.abs(v)), 0) || 1;
    let d = 0;
    for (let i = 0; i < b.length; i++) {
      const e = Math.abs(a[i] - b[i]);
      if (!(e <= d)) d = e;
    }
    if (!(d / scale <= err)) {
      err = d / scale;
      worst = k;
    }
    const n = Math.sqrt(b.length);
    if (Number.isInteger(n) && n > 1 && d / scale > 1e-3) {
      let dt = 0;
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) dt = Math.max(dt, Math.abs(a[j * n + i] - b[i * n + j]));
      if (dt / scale < 1e-4) transposed = true;
    }
  }
  return { err, worst, transposed };
}

function writeInputs(c) {
  const raw = c.inputs(),
    files = {},
    data = { f32: {}, f64: {} };
  for (const dt of ["f32", "f64"]) {
    files[dt] = {};
    for (const [k, { shape, data: v }] of Object.entries(raw)) {
      // When f32 is the wanted dtype, f64 runs see the f32-rounded numbers too.
      const rounded = c.dtypes[0] === "f32" ? Float64Array.from(v, Math.fround) : v;
      const a = TA[dt].from(rounded),
        file = `${scratch}/in-${dt}-${k}.bin`;
      writeFileSync(file, new Uint8Array(a.buffer));
      files[dt][k] = { shape, file };
      data[dt][k] = { shape, data: Float64Array.from(a) };
    }
  }
  const refs = {};
  const ref = (dt) => {
    if (refs[dt]) return refs[dt];
    const job = hand[c.workload](c.params, data[dt], Float64Array, "f64");
    const o = job.outputs(job.call());
    return (refs[dt] = Object.fromEntries(Object.entries(o).map(([k, v]) => [k, Float64Array.from(v)])));
  };
  return { files, ref };
}

const results = { ...machine(), cases: [] };

const byWorkload = Map.groupBy
  ? Map.groupBy(
      cases.filter((c) => match(c.id)),
      (c) => c.workload,
    )
  : cases
      .filter((c) => match(c.id))
      .reduce((m, c) => m.set(c.workload, [...(m.get(c.workload) ?? []), c]), new Map());

// An adapter that cannot load at all (the library is not built yet) is named once and left out of the tables.
for (const n of [...names]) {
  const p = new Proc(registry[n], scratch),
    r = await p.send({ cmd: "init" }, 60000);
  p.close();
  if (!r.ok) {
    console.log(`- ${n}: left out, ${r.unsupported ?? r.error}`);
    names = names.filter((m) => m !== n);
    (results.leftOut ??= {})[n] = r.unsupported ?? r.error;
  }
}
const started = Date.now();
for (const [workload, list] of byWorkload) {
  const procs = new Map(),
    skipped = new Map();
  const get = async (n) => {
    let p = procs.get(n);
    if (p && !p.dead) return p;
    p = new Proc(registry[n], scratch);
    procs.set(n, p);
    const r = await p.send({ cmd: "init" }, 30000);
    if (!r.ok) {
      skipped.set(n, r.error ?? r.unsupported);
      p.close();
      return null;
    }
    p.dtypes = r.dtypes;
    p.loadMs = r.loadMs;
    p.info = r.info;
    return p;
  };
  for (const c of list) {
    const { files, ref } = writeInputs(c),
      rows = [],
      t0 = Date.now();
    for (const n of names) {
      if (registry[n].largeOnly && !c.large) continue;
      if (skipped.has(n)) {
        rows.push({ adapter: n, skip: skipped.get(n) });
        continue;
      }
      if (c.oneShot) {
        // predict from the smaller case of the same workload
        const prev = results.cases.filter((d) => d.id.startsWith(c.workload + "/")).at(-1),
          q = prev?.rows.filter((r) => r.adapter === n);
        const scale = c.params.steps / (cases.find((d) => d.id === prev?.id)?.params.steps ?? c.params.steps);
        const best = q?.find((r) => r.ns);
        if (q?.length && !best) {
          rows.push({ adapter: n, skip: "the smaller case already failed or is unsupported" });
          continue;
        }
        if (best && Math.min(best.ns, best.firstMs * 1e6) * scale > 60e9) {
          rows.push({
            adapter: n,
            skip: `predicted ${fmtNs(Math.min(best.ns, best.firstMs * 1e6) * scale)} from the smaller case, over the 60 s limit`,
          });
          continue;
        }
      }
      for (const dtype of c.dtypes) {
        const p = await get(n);
        if (!p) {
          rows.push({ adapter: n, skip: skipped.get(n) });
          break;
        }
        if (!p.dtypes.includes(dtype)) {
          if (c.dtypes.every((d) => !p.dtypes.includes(d))) {
            rows.push({ adapter: n, skip: `no ${c.dtypes.join("/")} support` });
            break;
          }
          continue;
        }
        const r = await p.send(
          {
            cmd: "setup",
            workload: c.workload,
            params: c.params,
            dtype,
            inputs: files[dtype],
            tag: `${n}-${dtype}`,
          },
          c.timeoutMs ?? 60000,
        );
        if (!r.ok) {
          rows.push({ adapter: n, dtype, skip: r.unsupported, fail: r.unsupported ? undefined : r.error });
          if (r.unsupported || r.dead) break;
          continue;
        }
        const cmp = compare(ref(dtype), r.outputs),
          ok = cmp.err <= tolerance(c, dtype);
        const row = {
          adapter: n,
          dtype,
          h: r.h,
          p,
          ok,
          err: cmp.err,
          worst: cmp.worst,
          transposed: cmp.transposed,
          firstMs: r.firstMs,
          rssDelta: r.rssDelta,
          maxRss: r.maxRss,
          note: r.note,
          samples: [],
        };
        rows.push(row);
        if (ok) break;
      }
    }
    // calibrate and warm up
    for (const row of rows)
      if (row.h) {
        if ((c.oneShot && row.firstMs > 2000) || row.firstMs > 5000) {
          row.samples.push(row.firstMs * 1e6);
          row.rounds = 0;
          row.note = [row.note, "single cold run"].filter(Boolean).join("; ");
          continue;
        }
        let n = 1,
          t = 0,
          spent = 0;
        for (;;) {
          const r = await row.p.send({ cmd: "run", h: row.h, n }, c.timeoutMs ?? 60000);
          if (!r.ok) {
            row.fail = r.error;
            break;
          }
          t = r.ns / n;
          spent += r.ns;
          if (spent > 0.2e9 && (r.ns > 0.02e9 || spent > 0.5e9)) break;
          n = Math.min(Math.max(n * 2, Math.ceil(0.05e9 / Math.max(t, 1))), n * 50);
        }
        if (row.fail) continue;
        row.n = Math.max(1, Math.round(0.06e9 / t));
        row.rounds = Math.max(t > 3e9 ? 1 : 3, Math.min(11, Math.round(budget / (row.n * t))));
      }
    const maxRounds = Math.max(0, ...rows.map((r) => r.rounds ?? 0));
    for (let k = 0; k < maxRounds; k++)
      for (const row of rows)
        if (row.h && !row.fail && k < row.rounds) {
          const r = await row.p.send({ cmd: "run", h: row.h, n: row.n }, c.timeoutMs ?? 60000);
          if (!r.ok) {
            row.fail = r.error;
            continue;
          }
          row.samples.push(r.ns / row.n);
          row.maxRss = Math.max(row.maxRss ?? 0, r.rss ?? 0);
        }
    for (const row of rows)
      if (row.h) {
        if (!row.p.dead) await row.p.send({ cmd: "dispose", h: row.h });
        if (row.samples.length && !row.fail) {
          row.ns = median(row.samples);
          row.minNs = Math.min(...row.samples);
          row.maxNs = Math.max(...row.samples);
        }
        delete row.p;
        delete row.h;
      }
    // Anchors for the ratio columns: torch and hand rows, if they ran.
    const torch = rows.find((r) => r.adapter === "torch" && r.ns && r.ok)?.ns,
      handNs = rows.find((r) => r.adapter === "hand" && r.ns && r.ok)?.ns;
    console.log(`\n### ${c.id}\n`);
    console.log(
      `| system | dtype | time/call |${c.flop ? " GFLOP/s |" : ""} ÷ torch | ÷ hand | first call | rel. error | verdict |`,
    );
    console.log(`|---|---|--:|${c.flop ? "--:|" : ""}--:|--:|--:|--:|---|`);
    for (const row of rows) {
      if (torch && row.ns) row.vsTorch = row.ns / torch;
      if (handNs && row.ns) row.vsHand = row.ns / handNs;
      if (c.flop && row.ns) row.gflops = c.flop / row.ns;
      const verdict = row.fail
        ? `FAILS: ${row.fail}`
        : row.skip
          ? `skipped: ${row.skip}`
          : (row.ok
              ? "ok"
              : row.transposed
                ? "WRONG: result is the transpose"
                : row.err < 1e-3
                  ? `inaccurate (> ${tolerance(c, row.dtype)}, in ${row.worst})`
                  : `WRONG (> ${tolerance(c, row.dtype)}, in ${row.worst})`) +
            (row.note ? `; ${row.note}` : "") +
            (c.workload === "long-chain"
              ? `; +${Math.round(row.rssDelta / 1e6)} MB in first call, peak RSS ${Math.round(row.maxRss / 1e6)} MB`
              : "");
      const x = (v) => (v == null ? "–" : v < 0.1 ? v.toFixed(3) : v < 10 ? v.toFixed(2) : v.toFixed(0));
      console.log(
        `| ${row.adapter} | ${row.dtype ?? "–"} | ${fmtNs(row.ns)} |${c.flop ? ` ${row.gflops ? row.gflops.toFixed(1) : "–"} |` : ""} ${x(row.vsTorch)} | ${x(row.vsHand)} | ${row.firstMs == null ? "–" : fmtNs(row.firstMs * 1e6)} | ${row.err == null ? "–" : row.err.toExponential(1)} | ${verdict} |`,
      );
    }
    results.cases.push({
      id: c.id,
      flop: c.flop,
      tolerances: { f32: tolerance(c, "f32"), f64: tolerance(c, "f64") },
      seconds: (Date.now() - t0) / 1000,
      rows,
    });
  }
  for (const p of procs.values()) p.close();
  if (workload === "gmm") gmmRatios();
}
function gmmRatios() {
  console.log(
    "\n### gmm: gradient time ÷ objective time\n\n| problem | " +
      names.join(" | ") +
      " |\n|---|" +
      names.map(() => "--:|").join(""),
  );
  for (const c of results.cases.filter((c) => c.id.startsWith("gmm/") && c.id.endsWith("-gradient"))) {
    const o = results.cases.find((d) => d.id === c.id.replace("-gradient", "-objective"));
    const pick = (d, n) => {
      const r = d?.rows.filter((r) => r.adapter === n && r.ns);
      return r?.find((x) => x.ok) ?? r?.[0];
    };
    console.log(
      `| ${c.id.slice(4, -9)} | ` +
        names
          .map((n) => {
            const a = pick(c, n),
              b = pick(o, n);
            if (!a || !b) return "–";
            a.gradOverObjective = a.ns / b.ns;
            return (a.ns / b.ns).toFixed(2);
          })
          .join(" | ") +
        " |",
    );
  }
}
if (match("startup")) results.startup = await runStartup();
results.seconds = (Date.now() - started) / 1000;
results.loadAfter = loadavg()[0];
mkdirSync(join(here, "results"), { recursive: true });
const out = opt("out", join(here, "results", results.date.slice(0, 16).replace(/[:T]/g, "-") + ".json"));
writeFileSync(out, JSON.stringify(results, null, 1));
console.log(`\nTook ${results.seconds.toFixed(0)} s; written to ${out}`);
process.exit(0);
