/** From graphs to executables: each graph is planned and emitted once, when it first runs, and kept as long as it lives. */
import type { Graph } from "../graph/graph.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import type { DenseTensor } from "../tensor/tensor.js";
import { prepareAllocator } from "./allocator.js";
import { prefersVectors } from "./choice.js";
import type { Executable } from "./executable.js";
import { emitJavaScript } from "./javascript/program.js";
import type { Plan } from "./plan.js";
import { type PlanOptions, planOf } from "./planner.js";
import { emitWasm } from "./wasm/program.js";

/** What has been made, by graph: with every rounding, and with fused ones. */
const exact: WeakMap<Graph, Executable> = new WeakMap();
const fused: WeakMap<Graph, Executable> = new WeakMap();

/** Where no code can be made: equation by equation. */
const evaluated = (graph: Graph): Executable => ({
  run: (ins) => evaluateGraph(graph, ins) as readonly DenseTensor[],
  text: () => "// evaluated equation by equation",
});

const emitted = (graph: Graph, plan: Plan): Executable => {
  const [first, second] = prefersVectors(plan) ? [emitWasm, emitJavaScript] : [emitJavaScript, emitWasm];
  return first(plan) ?? second(plan) ?? evaluated(graph);
};

/** The executable of a closed graph. */
export const executableOf = (graph: Graph, options: PlanOptions = {}): Executable => {
  const kept = options.contract === true ? fused : exact;
  let executable = kept.get(graph);
  if (executable === undefined) {
    prepareAllocator();
    executable = emitted(graph, planOf(graph, options));
    kept.set(graph, executable);
  }
  return executable;
};

/** Runs a closed graph on arrays. */
export const runCompiled = (graph: Graph, ins: readonly DenseTensor[]): readonly DenseTensor[] =>
  executableOf(graph).run(ins);

/** The same, products and sums rounded once where the compiler likes. */
export const runContracted = (graph: Graph, ins: readonly DenseTensor[]): readonly DenseTensor[] =>
  executableOf(graph, { contract: true }).run(ins);
