/**
 * Transposition: a linear graph read backwards, cotangents accumulating on its variables. A loop over equations,
 * not a recursion: a chain of a million operations needs no stack.
 */
import type { Graph } from "../graph/graph.js";
import { type Cotangent, isVariable } from "../graph/primitive.js";
import { addCotangents } from "../primitives/arithmetic.js";
import { LinearityError } from "../tensor/errors.js";

/** Cotangents of the graph's inputs for cotangents of its outputs; null means zero. */
export const transposeGraph = (graph: Graph, cotangents: readonly Cotangent[]): readonly Cotangent[] => {
  const found = new Array<Cotangent>(graph.variableCount).fill(null);
  graph.outputs.forEach((out, i) => {
    if (isVariable(out))
      found[out.index] = addCotangents(found[out.index] as Cotangent, cotangents[i] as Cotangent);
  });
  for (let at = graph.equations.length - 1; at >= 0; at--) {
    const { primitive, ins, p, outs } = graph.equations[at] as Graph["equations"][number];
    let used = false;
    const cts = new Array<Cotangent>(outs.length);
    for (let i = 0; i < outs.length; i++) {
      const { index } = outs[i] as (typeof outs)[number];
      const ct = found[index] as Cotangent;
      cts[i] = ct;
      found[index] = null; // free for the collector: nothing reads it again
      if (ct !== null) used = true;
    }
    if (!used) continue;
    const rule = primitive.transpose;
    if (rule === "nonlinear") throw LinearityError.nonlinear(primitive.name);
    const contributions = rule.call(primitive, cts, ins, p);
    for (let i = 0; i < ins.length; i++) {
      const x = ins[i] as (typeof ins)[number];
      const ct = contributions[i] as Cotangent;
      if (ct !== null && isVariable(x)) found[x.index] = addCotangents(found[x.index] as Cotangent, ct);
    }
  }
  return graph.inputs.map((v) => found[v.index] as Cotangent);
};
