/**
 * jit: functions staged once for each form of their arguments, compiled, and called from then on without running the
 * user's code. Under another transformation the staged graph takes the function's place.
 */
import { executableOf, runCompiled, runContracted } from "../compile/compiler.js";
import { planOf } from "../compile/planner.js";
import { memoryText, stepsText } from "../compile/text.js";
import { call as callGraph } from "../control/call.js";
import { readAgain, stageClosed } from "../control/closed.js";
import { currentInterpreter, TraceTag } from "../graph/context.js";
import { printGraph } from "../graph/print.js";
import { leafStructure, type TreeStructure, unflattenTree } from "../graph/tree.js";
import { replacements } from "../interpreters/closure.js";
import { DenseTensor, type Tensor, type TensorType, uniform } from "../tensor/tensor.js";
import {
  type AnyFunction,
  flattenArgument,
  flattenResult,
  newResult,
  unflattenArguments,
} from "./arguments.js";
import { call } from "./differentiate.js";
import { type Entry, entriesOf, type Form, lookUp, missReason, remember, sameType } from "./jit-cache.js";
import { checkJitOptions, type JitOptions, type JitStats, type Lowered } from "./jit-options.js";
import type { JitFunction } from "./types.js";

/** The arguments of a call: static ones as they are, the others flattened. */
const formOf = (args: readonly unknown[], statics: readonly number[]): { form: Form; tensors: Tensor[] } => {
  const tensors: Tensor[] = [];
  const structures: (TreeStructure | null)[] = [];
  for (let i = 0; i < args.length; i++) {
    const x = args[i];
    if (statics.length > 0 && statics.includes(i)) structures.push(null);
    else if (typeof x === "number") {
      tensors.push(uniform(weakNumber, x));
      structures.push(leafStructure);
    } else if (x instanceof DenseTensor) {
      tensors.push(x);
      structures.push(leafStructure);
    } else {
      const flat = flattenArgument("jit", x, i);
      for (const tensor of flat.tensors) tensors.push(tensor);
      structures.push(flat.structure);
    }
  }
  return { form: { structures, types: tensors, statics: statics.map((i) => args[i]) }, tensors };
};

const weakNumber: TensorType = { shape: [], dtype: "float64", weak: true };

/** Runs the user's function on unknown values, once. */
const stage = (
  f: AnyFunction,
  args: readonly unknown[],
  { structures, types }: Form,
  contract: boolean,
): Entry => {
  const result = newResult();
  const trees = structures.filter((s): s is TreeStructure => s !== null);
  const flat = (ins: readonly Tensor[]): readonly Tensor[] => {
    const given = unflattenArguments(trees, ins);
    let next = 0;
    const full = structures.map((s, i) => (s === null ? args[i] : given[next++]));
    return flattenResult("jit", call(f, full), false, result);
  };
  const before = replacements();
  const { graph, closedOver, readings } = stageClosed(
    flat,
    types.map((x) => x.type),
    new TraceTag("jit", f),
  );
  const traced = closedOver.slice(readings.length);
  return {
    graph,
    readings,
    closedOver: traced,
    // the values of a transformation that is running now are not those of the next call, nor are those put in their place
    lasts: traced.length === 0 && replacements() === before,
    structure: result.structure,
    contract,
    executable: undefined,
  };
};

/**
 * The function, compiled: staged when it is first called with arguments of a form (tree structure, shapes, dtypes,
 * static values), then run as generated code. Results are the eager ones, bit for bit, unless `contract` allows fused
 * rounding. Composes with every transformation, inside and outside.
 *
 * Throws what the function throws while it is staged; `ConcretizationError` where it reads a value.
 * @example jit((x) => np.sum(np.sin(x)))([0, 1]) // one loop, no intermediate arrays
 */
export const jit: JitFunction = ((f: AnyFunction, options?: JitOptions) => {
  const { staticArgnums, contract } = checkJitOptions(f, options);
  const cache = entriesOf(f, contract);
  const entryFor = (args: readonly unknown[]): { entry: Entry; tensors: readonly Tensor[] } => {
    const statics = staticArgnums(args.length);
    const { form, tensors } = formOf(args, statics);
    const found = lookUp(cache, form);
    if (found !== undefined) {
      cache.hits++;
      return { entry: found, tensors };
    }
    cache.lastMiss = missReason(cache, form);
    cache.compiles++;
    const entry = stage(f, args, form, contract);
    if (entry.lasts) remember(cache, form, entry);
    return { entry, tensors };
  };
  /** What the last call took, where its arguments were tensors and numbers: most calls are like the one before. */
  let last: Last | undefined;
  const compiled = (...args: readonly unknown[]): unknown => {
    const again = last === undefined ? undefined : asBefore(last, args);
    if (again !== undefined) {
      cache.hits++;
      return resultOf(f, (last as Last).entry, again);
    }
    const { entry, tensors } = entryFor(args);
    last = entry.lasts && staticArgnums(args.length).length === 0 ? lastOf(entry, args, tensors) : undefined;
    return resultOf(f, entry, tensors);
  };
  return Object.assign(compiled, {
    stats: (): JitStats => ({ compiles: cache.compiles, hits: cache.hits, lastMiss: cache.lastMiss }),
    lower: (...args: readonly unknown[]): Lowered => {
      const { entry } = entryFor(args);
      const plan = planOf(entry.graph, { contract });
      const parts = {
        graph: printGraph(entry.graph),
        kernels: stepsText(plan),
        memory: memoryText(plan),
        code: executableOf(entry.graph, { contract }).text(),
      };
      const text = `${parts.graph}\n\n${parts.kernels}\n\n${parts.memory}\n\n${parts.code}`;
      return { ...parts, toString: () => text };
    },
  });
}) as JitFunction;

interface Last {
  readonly entry: Entry;
  readonly types: readonly TensorType[];
}

const lastOf = (entry: Entry, args: readonly unknown[], tensors: readonly Tensor[]): Last | undefined =>
  args.length === tensors.length && args.every((x) => typeof x === "number" || x instanceof DenseTensor)
    ? { entry, types: tensors.map((x) => x.type) }
    : undefined;

/** The arguments as tensors, if they have the types of the last call's; undefined if they have not. */
const asBefore = ({ types }: Last, args: readonly unknown[]): readonly DenseTensor[] | undefined => {
  if (args.length !== types.length) return undefined;
  let tensors: DenseTensor[] | undefined;
  for (let i = 0; i < args.length; i++) {
    const x = args[i];
    const type = types[i] as TensorType;
    if (x instanceof DenseTensor) {
      if (!sameType(x.type, type)) return undefined;
    } else if (typeof x === "number" && type === weakNumber) {
      tensors ??= [...(args as readonly DenseTensor[])];
      tensors[i] = uniform(weakNumber, x);
    } else return undefined;
  }
  return tensors ?? (args as readonly DenseTensor[]);
};

const resultOf = (f: AnyFunction, entry: Entry, tensors: readonly Tensor[]): unknown => {
  const outs = run(f, entry, tensors);
  return entry.structure === leafStructure ? outs[0] : unflattenTree(entry.structure, outs);
};

const run = (f: AnyFunction, entry: Entry, tensors: readonly Tensor[]): readonly Tensor[] => {
  if (currentInterpreter() === null && entry.graph.inputs.length === tensors.length && allDense(tensors)) {
    entry.executable ??= executableOf(entry.graph, { contract: entry.contract });
    return entry.executable.run(tensors);
  }
  return callGraph([...tensors, ...entry.readings.map(readAgain), ...entry.closedOver], {
    name: f.name,
    graph: entry.graph,
    run: entry.contract ? runContracted : runCompiled,
  });
};

const allDense = (tensors: readonly Tensor[]): tensors is readonly DenseTensor[] => {
  for (let i = 0; i < tensors.length; i++) if (!(tensors[i] instanceof DenseTensor)) return false;
  return true;
};
