#!/usr/bin/env node
// node bench/arrays.mjs [--only cholesky,sort-float64] [--systems fft.js] [--rounds 15] [--out file]: functions of arrays
// beside every JavaScript library that has them, each in a process of its own, round by round in turn. Build first (npm run
// build); the rivals: node bench/setup.mjs. Every result is checked before it is timed. Markdown on stdout.
import { fork } from "node:child_process";
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
const all = [...factorisations, ...transforms, ...sorts, ...convolutions];

/** Milliseconds after which a system is called a few times only. */
const SLOW = 500;
const FEW = 3;
/** Calls beforehand, and how long they take at most: engines optimise while they run. */
const WARM_CALLS = 30;
const WARM = 3000;

/** Milliseconds by the clock and of the processor, which counts nothing while other programs run. */
const timed = (call) => {
  const before = process.cpuUsage();
  const start = performance.now();
  const value = call();
  const time = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { time, value, busy: (user + system) / 1000 };
};

const message = (error) =>
  String(error?.message ?? error)
    .split("\n")[0]
    .slice(0, 90);

/** In the process of one system: prepares, checks, warms up, and then makes a call whenever it is asked to. */
const serve = async ({ systems, error, tolerance }, system) => {
  try {
    const [call, read] = await systems[system]();
    const first = timed(call);
    const found = error(read(first.value));
    for (let spent = first.time, i = 0; i < WARM_CALLS && spent < WARM; i++) spent += timed(call).time;
    process.on("message", () => {
      const { time, busy } = timed(call);
      process.send({ time, busy });
    });
    process.send({ error: found, ok: found <= tolerance });
  } catch (reason) {
    process.send({ fails: message(reason) }, () => process.exit(0));
  }
};

const self = fileURLToPath(import.meta.url);
/** The next message of a process, or that it has none any more. */
const answer = (child) =>
  new Promise((resolve) => {
    const done = (value) => {
      child.off("message", done);
      child.off("exit", ended);
      resolve(value);
    };
    const ended = () => done({ fails: "its process ended" });
    child.on("message", done);
    child.on("exit", ended);
  });

const measured = async ({ id, about, systems, tolerance }, rounds, wanted) => {
  const rows = [];
  for (const system of Object.keys(systems)) {
    if (wanted !== undefined && system !== "cotangent" && !wanted.includes(system)) continue;
    const child = fork(self, ["--case", id, "--system", system]);
    const found = await answer(child);
    if (system === "cotangent" && found.fails !== undefined) throw new Error(found.fails);
    rows.push({ row: { system, ...found }, child, times: [], busy: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { row, child, times, busy } of rows) {
      if (row.fails !== undefined || (times.length >= FEW && median(times) > SLOW)) continue;
      child.send("call");
      const found = await answer(child);
      if (found.fails !== undefined) {
        row.fails = found.fails;
        continue;
      }
      times.push(found.time);
      busy.push(found.busy);
    }
  }
  for (const { row, child, times, busy } of rows) {
    child.kill();
    if (row.fails !== undefined) continue;
    row.ns = 1e6 * median(times);
    row.leastNs = 1e6 * Math.min(...times);
    row.processorNs = 1e6 * median(busy);
    row.rounds = times.length;
  }
  return { id, about, tolerance, rows: rows.map(({ row }) => row) };
};

const printed = ({ about, rows }) => {
  const ours = rows[0].processorNs;
  console.log(`\n### ${about}\n`);
  console.log("| system | median | least | processor | to cotangent | error |\n|---|--:|--:|--:|--:|--:|");
  for (const { system, fails, ok, error, ns, leastNs, processorNs } of rows) {
    if (fails !== undefined) {
      console.log(`| ${system} | ${fails} | | | | |`);
      continue;
    }
    const remark = ok ? error.toExponential(1) : `WRONG: ${error.toExponential(1)}`;
    const durations = [ns, leastNs, processorNs].map(duration);
    console.log(`| ${[system, ...durations, (processorNs / ours).toFixed(2), remark].join(" | ")} |`);
  }
};

if (process.send !== undefined) {
  await serve(
    all.find(({ id }) => id === option("case")),
    option("system"),
  );
} else {
  const only = option("only")?.split(",");
  const rounds = Number(option("rounds") ?? 15);
  const chosen = all.filter(({ id }) => only === undefined || only.some((name) => id.startsWith(name)));
  if (chosen.length === 0) throw new Error(`no such case; there are ${all.map(({ id }) => id).join(", ")}`);
  const results = { ...machine(), rounds, cases: [] };
  for (const one of chosen) {
    const found = await measured(one, rounds, option("systems")?.split(","));
    printed(found);
    results.cases.push(found);
  }
  results.loadAfter = loadavg()[0];
  const out = option("out");
  if (out !== undefined) writeFileSync(out, `${JSON.stringify(results, null, 1)}\n`);
  process.exit(0);
}
