#!/usr/bin/env node
// node bench/arrays.mjs [--only cholesky,sort-float64] [--rounds 15] [--out file]: functions of arrays beside every JavaScript
// library that has them, round by round in turn. Build first (npm run build); the rivals: node
// bench/setup.mjs. Every result is checked before it is timed. Markdown on stdout.
import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
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
/** Calls beforehand take no longer than this. */
const WARM = 3000;

const message = (error) =>
  String(error?.message ?? error)
    .split("\n")[0]
    .slice(0, 90);
/** Milliseconds by the clock and of the processor, which counts nothing while other programs run. */
const timed = (call) => {
  const before = process.cpuUsage();
  const start = performance.now();
  const value = call();
  const time = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return [time, value, (user + system) / 1000];
};

const measured = async ({ id, about, systems, error, tolerance }) => {
  const rows = [];
  for (const [system, prepare] of Object.entries(systems)) {
    try {
      const [call, read] = await prepare();
      const [first, value] = timed(call);
      const found = error(read(value));
      // engines optimise while they run
      for (let spent = first, i = 0; i < 30 && spent < WARM; i++) spent += timed(call)[0];
      rows.push({ system, error: found, ok: found <= tolerance, call, times: [], processor: [] });
    } catch (reason) {
      if (system === "cotangent") throw reason;
      rows.push({ system, fails: message(reason) });
    }
  }
  for (let round = 0; round < rounds; round++) {
    // each has each neighbour in turn: what one leaves to be collected may fall to the next
    for (let i = 0; i < rows.length; i++) {
      const { call, times, processor } = rows[(round + i) % rows.length];
      if (call === undefined || (times.length >= FEW && median(times) > SLOW)) continue;
      const [time, , busy] = timed(call);
      times.push(time);
      processor.push(busy);
    }
  }
  const ours = median(rows[0].times);
  console.log(
    `\n### ${about}\n\n| system | median | least | processor | to cotangent | error |\n|---|--:|--:|--:|--:|--:|`,
  );
  for (const row of rows) {
    delete row.call;
    if (row.times === undefined) {
      console.log(`| ${row.system} | ${row.fails} | | | | |`);
      continue;
    }
    row.ns = 1e6 * median(row.times);
    row.leastNs = 1e6 * Math.min(...row.times);
    row.processorNs = 1e6 * median(row.processor);
    row.rounds = row.times.length;
    delete row.times;
    delete row.processor;
    const ratio = (row.ns / 1e6 / ours).toFixed(2);
    const remark = row.ok ? row.error.toExponential(1) : `WRONG: ${row.error.toExponential(1)}`;
    const durations = [row.ns, row.leastNs, row.processorNs].map(duration);
    console.log(`| ${[row.system, ...durations, ratio, remark].join(" | ")} |`);
  }
  return { id, about, tolerance, rows };
};

// One case: the result goes to the parent. Else each in a process of its own, where no other leaves a heap to be collected.
if (process.send !== undefined) {
  process.send(await measured(chosen[0]), () => process.exit(0));
} else {
  const results = { ...machine(), rounds, cases: [] };
  for (const { id } of chosen) {
    const child = fork(fileURLToPath(import.meta.url), ["--only", id, "--rounds", String(rounds)]);
    child.on("message", (found) => results.cases.push(found));
    await once(child, "exit");
  }
  results.loadAfter = loadavg()[0];
  const out = option("out");
  if (out !== undefined) writeFileSync(out, `${JSON.stringify(results, null, 1)}\n`);
}
