#!/usr/bin/env node
// node bench/arrays.mjs [--only cholesky,sort-float64] [--rounds 15] [--out file]: functions of arrays beside every JavaScript
// library that has them, all in one process, round by round in turn. Build first (npm run build); the rivals: node
// bench/setup.mjs. Every result is checked before it is timed. Markdown on stdout.
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { cases as convolutions } from "./arrays/convolution.mjs";
import { cases as transforms } from "./arrays/fft.mjs";
import { cases as factorisations } from "./arrays/linalg.mjs";
import { cases as sorts } from "./arrays/sort.mjs";
import { duration, machine, median } from "./lib/numbers.mjs";

const option = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const only = option("only")?.split(",");
const rounds = Number(option("rounds") ?? 15);
const all = [...factorisations, ...transforms, ...sorts, ...convolutions];
const chosen = all.filter(({ id }) => only === undefined || only.some((name) => id.startsWith(name)));
if (chosen.length === 0) throw new Error(`no such case; there are ${all.map(({ id }) => id).join(", ")}`);

/** Milliseconds after which a system is called a few times only. */
const SLOW = 500;
const FEW = 3;

const results = { ...machine(), rounds, cases: [] };
const message = (error) =>
  String(error?.message ?? error)
    .split("\n")[0]
    .slice(0, 90);
const timed = (call) => {
  const start = performance.now();
  const value = call();
  return [performance.now() - start, value];
};

for (const { id, about, systems, error, tolerance } of chosen) {
  const rows = [];
  for (const [system, prepare] of Object.entries(systems)) {
    try {
      const [call, read] = await prepare();
      const [first, value] = timed(call);
      const found = error(read(value));
      // engines optimise while they run
      for (let spent = first, i = 0; i < 20 && spent < SLOW; i++) spent += timed(call)[0];
      rows.push({ system, error: found, ok: found <= tolerance, call, times: [] });
    } catch (reason) {
      if (system === "cotangent") throw reason;
      rows.push({ system, fails: message(reason) });
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const { call, times } of rows) {
      if (call === undefined || (times.length >= FEW && median(times) > SLOW)) continue;
      times.push(timed(call)[0]);
    }
  }
  const ours = median(rows[0].times);
  console.log(`\n### ${about}\n\n| system | median | least | to cotangent | error |\n|---|--:|--:|--:|--:|`);
  for (const row of rows) {
    delete row.call;
    if (row.times === undefined) {
      console.log(`| ${row.system} | ${row.fails} | | | |`);
      continue;
    }
    row.ns = 1e6 * median(row.times);
    row.leastNs = 1e6 * Math.min(...row.times);
    row.rounds = row.times.length;
    delete row.times;
    const ratio = (row.ns / 1e6 / ours).toFixed(2);
    const remark = row.ok ? row.error.toExponential(1) : `WRONG: ${row.error.toExponential(1)}`;
    console.log(`| ${row.system} | ${duration(row.ns)} | ${duration(row.leastNs)} | ${ratio} | ${remark} |`);
  }
  results.cases.push({ id, about, tolerance, rows });
}
results.loadAfter = loadavg()[0];
const out = option("out");
if (out !== undefined) writeFileSync(out, `${JSON.stringify(results, null, 1)}\n`);
process.exit(0);
