/** Long runs: no stack overflow and bounded memory over a million operations; a flat heap over many steps. */
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { define, input } from "../../src/expr/expr.js";
import { sin } from "../../src/expr/functions/trigonometric.js";
import { programOf } from "../../src/expr/program.js";
import { scalarFunction } from "../../src/kernel/elementwise.js";

const folder = mkdtempSync(join(tmpdir(), "cotangent-soak-"));
const root = new URL("../..", import.meta.url).pathname;

/** Runs a program of this folder in a Node of its own, and reads the line of JSON that it prints. */
const run = (name: string, flags: readonly string[], ...args: readonly string[]): number[] =>
  JSON.parse(
    execFileSync(process.execPath, [...flags, join(folder, `${name}.js`), ...args], { encoding: "utf8" }),
  );

beforeAll(async () => {
  await build({
    absWorkingDir: root,
    entryPoints: ["chain", "training", "tape-training", "compiled-training", "collected", "forbidden"].map(
      (name) => `test/soak/${name}.ts`,
    ),
    outdir: folder,
    bundle: true,
    platform: "node",
    format: "cjs",
    alias: {
      ...Object.fromEntries(
        ["lax", "tape"].map((room) => [`cotangent/${room}`, join(root, `src/${room}/index.ts`)]),
      ),
      cotangent: join(root, "src/index.ts"),
    },
    logLevel: "warning",
  });
});

describe("long runs", () => {
  test("a chain of 1,000,000 operations needs no stack and less than 2 GB", () => {
    const [value, derivative, megabytes] = run("chain", ["--max-old-space-size=1900"]);
    // iterating sin from 0.5: x_n ~ sqrt(3 / n); the derivative is the product of the cosines
    const own = scalarFunction(programOf(define(sin, input(0)), ["float64"], "float64")) as typeof Math.sin;
    let [x, engine, product] = [0.5, 0.5, 1];
    for (let i = 0; i < 1e6; i++) {
      product *= Math.cos(engine);
      engine = Math.sin(engine);
      x = own(x);
    }
    expect(value).toBe(x);
    expect(Math.abs(x / engine - 1)).toBeLessThan(1e-12);
    expect(Math.abs((derivative as number) / product - 1)).toBeLessThan(1e-9);
    expect(megabytes).toBeLessThan(2048);
  }, 120_000);

  test("gradient steps leave the heap flat", () => {
    // in fewer steps the first readings still see the engine compile
    const heap = run("training", ["--expose-gc"], "100000");
    // the least of several readings: code that the engine has just made comes and goes, a leak stays
    const [early, late] = [Math.min(...heap.slice(2, 5)), Math.min(...heap.slice(-3))];
    expect(late - early).toBeLessThan(0.3);
  }, 300_000);

  test("so do steps with tapes and Variables, and with leaves", () => {
    const steps = Number(process.env.COTANGENT_RUNS ?? 0) >= 1000 ? 100_000 : 10_000;
    const heap = run("tape-training", ["--expose-gc"], String(steps));
    for (const half of [heap.slice(2, 10), heap.slice(12)])
      expect(Math.max(...half) - Math.min(...half)).toBeLessThan(0.5);
  }, 300_000);

  test("1,000,000 compiled steps and 10,000 of a network leave the heap and WebAssembly's memory flat", () => {
    const [heap, memory] = run("compiled-training", ["--expose-gc"], "1000000") as unknown as [
      number[],
      number[],
    ];
    for (const readings of [heap.slice(2, 10), heap.slice(12)]) {
      const [early, late] = [Math.min(...readings.slice(0, 3)), Math.min(...readings.slice(-3))];
      expect(late - early).toBeLessThan(0.3);
    }
    // from the first tenth of each on there is no more of it
    expect(new Set(memory.slice(0, 10)).size).toBe(1);
    expect(new Set(memory.slice(10)).size).toBe(1);
    expect(memory[19]).toBeGreaterThan(0);
  }, 300_000);

  test("tapes and graphs that are dropped are collected", () => {
    expect(run("collected", ["--expose-gc"])).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0]);
  });

  test("where code generation from strings is forbidden the same numbers come out", () => {
    expect(run("forbidden", ["--disallow-code-generation-from-strings"])).toEqual(run("forbidden", []));
  }, 60_000);
});
