/**
 * What the compiled programs of the benchmark are made of. Times vary with machines, these numbers do not: a planner that
 * fuses less, or an arena that grows, is seen here. `counts.md` beside this file has them, one line a case.
 */
import * as cotangent from "cotangent";
import * as lax from "cotangent/lax";
import * as nn from "cotangent/nn";
import { afterAll, beforeAll, expect, it } from "vitest";
import { use, workloads } from "../../bench/adapters/cotangent.mjs";
import { cases } from "../../bench/lib/cases.mjs";
import { simplify } from "../../src/compile/passes.js";
import type { LoopStep, Plan, Step } from "../../src/compile/plan.js";
import { planOf } from "../../src/compile/planner.js";
import type { Graph } from "../../src/graph/graph.js";
import { type WasmInterface, wasmEngine } from "../../src/kernel/wasm.js";
import type { AnyFunction } from "../../src/transforms/arguments.js";
import { entriesOf } from "../../src/transforms/jit-cache.js";

interface Counts {
  /** Of the graph as it is planned, bodies of loops and branches included. */
  readonly equations: number;
  /** Loops, products and calls of eager kernels, wherever they stand. */
  readonly kernels: number;
  readonly arena: number;
  readonly emitter: "JavaScript" | "WebAssembly";
  /** WebAssembly modules of the program itself, and the kernels that it takes from those that all programs share. */
  readonly modules: number;
  readonly shared: number;
}

const equationsOf = (graph: Graph): number =>
  simplify(graph).equations.reduce((sum, { primitive, ins, p }) => {
    const lowering = primitive.lower(
      ins.map((x) => x.type),
      p,
    );
    const held =
      lowering.kind === "branch"
        ? lowering.branches
        : lowering.kind === "while"
          ? [lowering.condition, lowering.body]
          : lowering.kind === "scan"
            ? [lowering.body]
            : [];
    return sum + 1 + held.reduce((n, inner) => n + equationsOf(inner), 0);
  }, 0);

const kernelsOf = (steps: readonly Step[]): number =>
  steps.reduce((sum, step) => {
    if (step.kind === "repeat") return sum + kernelsOf(step.test) + kernelsOf(step.body);
    if (step.kind === "choose") return sum + step.branches.reduce((n, branch) => n + kernelsOf(branch), 0);
    return sum + 1;
  }, 0);

/** Modules that are given a memory while `make` runs, and what else they are given. */
const instantiated = (make: () => void): { readonly modules: number; readonly shared: number } => {
  const engine = wasmEngine() as { Instance: WasmInterface["Instance"] };
  const { Instance } = engine;
  const programs: number[] = [];
  engine.Instance = class extends Instance {
    constructor(module: object, imports: object) {
      super(module, imports);
      // the families of shared kernels export many functions, a program one
      if ("run" in (this.exports as object))
        programs.push(Object.keys((imports as { readonly env: object }).env).length - 1);
    }
  };
  try {
    make();
  } finally {
    engine.Instance = Instance;
  }
  return { modules: programs.length, shared: programs.reduce((a, b) => a + b, 0) };
};

const compiled: { readonly f: AnyFunction; readonly args: readonly unknown[] }[] = [];
const kinds = { f32: Float32Array, f64: Float64Array };

/** The plan of a case's program, and the counts. */
const look = (id: string): Counts & { readonly plan: Plan } => {
  const found = cases.find((c) => c.id === id);
  if (found === undefined) throw new Error(`the benchmark has no case ${id}`);
  const [dtype] = found.dtypes;
  const inputs = Object.fromEntries(
    Object.entries(found.inputs()).map(([name, { shape, data }]) => [
      name,
      { shape, data: kinds[dtype].from(data) },
    ]),
  );
  const make = workloads[found.workload];
  if (make === undefined) throw new Error(`no program for ${id}`);
  compiled.length = 0;
  make(found.params, inputs, kinds[dtype], dtype, { jit: true }).call();
  const [only] = compiled;
  if (only === undefined || compiled.length > 1)
    throw new Error(`${id} compiles ${compiled.length} functions`);
  const { f, args } = only;
  let text = "";
  const program = (
    cotangent.jit as (f: AnyFunction) => { lower(...args: readonly unknown[]): { code: string } }
  )(f);
  const made = instantiated(() => {
    text = program.lower(...args).code;
  });
  const graph = entriesOf(f, false).entries.at(-1)?.entry.graph as Graph;
  const plan = planOf(graph);
  return {
    plan,
    equations: equationsOf(graph),
    kernels: kernelsOf(plan.steps),
    arena: plan.arena,
    emitter: text.startsWith("WebAssembly:") ? "WebAssembly" : "JavaScript",
    ...made,
  };
};

beforeAll(() => {
  // what a case compiles is kept, not run
  const jit =
    (f: AnyFunction) =>
    (...args: readonly unknown[]): void => {
      compiled.push({ f, args });
    };
  use({ ...cotangent, jit }, { lax, nn });
});
afterAll(() => {
  compiled.length = 0;
});

it("of every case of the benchmark are those of counts.md", async () => {
  const heads = ["case", "equations", "kernels", "arena bytes", "emitter", "modules", "shared kernels"];
  const lines = cases.map(({ id }) => {
    const { equations, kernels, arena, emitter, modules, shared } = look(id);
    return `| ${[id, equations, kernels, arena, emitter, modules, shared].join(" | ")} |`;
  });
  const page = [
    "Written by `npx vitest run test/compile/counts.test.ts -u`; what the columns count is said there.",
    "",
    `| ${heads.join(" | ")} |`,
    `|---|--:|--:|--:|---|--:|--:|`,
    ...lines,
    "",
  ].join("\n");
  await expect(
    page,
    "compiled programs of the benchmark changed: if the new counts are meant (fewer is better), `npx vitest run test/compile/counts.test.ts -u` writes them to test/compile/counts.md, to be committed",
  ).toMatchFileSnapshot("counts.md");
});

// What no update of the page may undo.
it("stay within what fusion promises", () => {
  for (const dtype of ["f32", "f64"]) {
    const { kernels, plan, arena } = look(`elementwise/1e6-${dtype}`);
    // value and gradient in one sweep; nothing but the results has memory
    expect(kernels).toBeLessThanOrEqual(2);
    const results = plan.outputs.reduce(
      (sum, { shape }) => sum + shape.reduce((n, m) => n * m, 1) * (dtype === "f32" ? 4 : 8),
      0,
    );
    expect(arena).toBeLessThanOrEqual(results + 64);
  }
  // the gradient of neighbours in one sweep: what an element takes
  const { plan } = look("rosenbrock-grad/n10000");
  const sweep = plan.steps.find((step) => step.kind === "loop" && step.shape[0] === 9998) as LoopStep;
  expect(sweep.loads).toHaveLength(3);
  expect(sweep.body.nodes.filter(({ kind }) => kind === "apply").length).toBeLessThanOrEqual(12);
  expect(look("matmul/1024").kernels).toBe(1);
  // a loop is one loop however long
  const [short, long] = [look("long-chain/1e4"), look("long-chain/1e6")];
  expect(long.equations).toBe(short.equations);
  expect(long.kernels).toBe(short.kernels);
  // no matrix of the Hessian but the result itself
  expect(look("rosenbrock-grad/hvp-n10000").arena).toBeLessThan(6 * 8 * 10_000);
});
